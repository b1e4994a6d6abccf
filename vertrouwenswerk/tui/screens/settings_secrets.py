"""Change the passphrase, renew the recovery code: behind the settings of an adviser.

A secret changes only for whoever gives the old one once more, though the vault is open: who
passes an unlocked screen cannot shut its adviser out. The old recovery code opens until the
new one is proven to be on paper. The steps themselves are those of the first run.
"""

from collections.abc import Callable
from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.screens.steps import PassphraseStep, RecoveryStep, StepScreen
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.passphrase import Once, PassphraseInput
from vertrouwenswerk.usecases.adviser import Adviser
from vertrouwenswerk.usecases.keeping import (
    change_own_passphrase,
    propose_own_recovery_code,
    replace_own_recovery_code,
    require_own_secret,
)
from vertrouwenswerk.vault.safe import Secrets

Said = tuple[str, str]


class Door(StepScreen):
    """Asks for the old secret and opens the next step to whoever knows it."""

    def __init__(self, session: Session[Adviser], done: Callable[[Said], None]) -> None:
        super().__init__()
        self.session, self.done = session, done

    def lead(self) -> str:
        """Return what the old secret is asked for."""
        raise NotImplementedError

    async def next_step(self, secret: str) -> BaseScreen:
        """Return the next step. Raises WrongSecretError, DamagedVaultError."""
        raise NotImplementedError

    def contents(self) -> ComposeResult:
        """Yield the field for the old secret."""
        yield Static(self.lead(), classes="lead", markup=False)
        yield Field(
            _("Passphrase"), PassphraseInput(id="old-secret", placeholder=_("the old one, or recovery code"))
        )

    def on_mount(self) -> None:
        """Begin in the field."""
        _drop_step_number(self)
        self.query_one("#old-secret").focus()

    def keys(self) -> Keys:
        """Return the keys."""
        return step_keys(_("go on"))

    @on(Input.Submitted, "#old-secret")
    def _submitted(self) -> None:
        secret = self.query_one("#old-secret", PassphraseInput).take_once()
        if secret:
            self._prove(secret)

    @work(exclusive=True)
    async def _prove(self, secret: Once) -> None:
        self.notice.busy(_("Checking; this takes a moment on purpose."))
        with self.telling():
            step = await self.next_step(secret.take())
            self.notice.clear()
            self.app.push_screen(step)


class PassphraseDoor(Door):
    """The way to another passphrase."""

    def heading(self) -> str:
        """Return what this step is about."""
        return _("Change the passphrase")

    def lead(self) -> str:
        """Return what the old secret is asked for."""
        return _(
            "Type the passphrase that you have now. Is it lost, then type the recovery code, which stays the "
            "same. Backups made before keep opening with the old passphrase."
        )

    async def next_step(self, secret: str) -> BaseScreen:
        """Return the choice of a passphrase."""
        await self.session.run(lambda adviser: require_own_secret(adviser, secret))

        def change(adviser: Adviser, chosen: Secrets) -> Said:
            change_own_passphrase(adviser, secret, chosen.passphrase)
            return (
                _("The passphrase is changed. Your recovery code stays the same."),
                _("From now on the new passphrase opens; the old one no longer does."),
            )

        return NewPassphraseStep(
            lambda chosen: ChangingStep(self.session, partial(change, chosen=chosen), self.done)
        )


class NewPassphraseStep(PassphraseStep):
    """The choice of the first run, without a recovery code after it."""

    def on_mount(self) -> None:
        """Be no step of the first run; Textual calls what is inherited as well."""
        _drop_step_number(self)

    def _take(self, passphrase: str) -> None:
        with self.telling():
            chosen = Secrets.choose(passphrase)
            self.notice.clear()
            self.app.push_screen(self._go_on(chosen))


class CodeDoor(Door):
    """The way to another recovery code."""

    def heading(self) -> str:
        """Return what this step is about."""
        return _("Renew the recovery code")

    def lead(self) -> str:
        """Return what the old secret is asked for."""
        return _(
            "Type your passphrase, or the old recovery code. Then you see a new code. Nothing changes before "
            "you have it on paper. Backups made before keep opening with the old code."
        )

    async def next_step(self, secret: str) -> BaseScreen:
        """Return the new code, to be written down."""
        code = await self.session.run(lambda adviser: propose_own_recovery_code(adviser, secret))

        def replace(adviser: Adviser) -> Said:
            replace_own_recovery_code(adviser, secret, code)
            return (_("The recovery code is renewed."), _("The old recovery code no longer works."))

        return NewCodeStep(Secrets("", code), lambda _chosen: ChangingStep(self.session, replace, self.done))


class NewCodeStep(RecoveryStep):
    """The code of the first run, for a vault that is there already."""

    def on_mount(self) -> None:
        """Be no step of the first run; Textual calls what is inherited as well."""
        _drop_step_number(self)


class ChangingStep(StepScreen):
    """Makes the change and goes back to the settings; on an error one can go back and try again."""

    def __init__(
        self,
        session: Session[Adviser],
        change: Callable[[Adviser], Said],
        done: Callable[[Said], None],
        busy: str = "",
    ) -> None:
        super().__init__()
        self._session, self._change, self._done = session, change, done
        self._busy_words = busy or _("Protecting the key anew; this takes a moment on purpose.")
        self._busy = True

    def heading(self) -> str:
        """Return what this step is about."""
        return _("One moment")

    def on_mount(self) -> None:
        """Begin."""
        _drop_step_number(self)
        self._begin()

    def keys(self) -> Keys:
        """Return the keys."""
        return () if self._busy else step_keys()

    @work(exclusive=True)
    async def _begin(self) -> None:
        self.notice.busy(self._busy_words)
        with self.telling():
            self._done(await self._session.run(self._change))
        self._busy = False
        self.show_bars()

    def action_back(self) -> None:
        """Go back, unless the change is being made."""
        if not self._busy:
            self.app.pop_screen()


def _drop_step_number(step: StepScreen) -> None:
    step.query_one("#step-card", Vertical).border_subtitle = ""


def step_keys(on_enter: str = "") -> Keys:
    """Return the keys of what lies behind the settings."""
    enter: Keys = ((_("Enter"), on_enter),) if on_enter else ()
    return (*enter, ("Esc", _("back")), ("F1", _("help")), ("^l", _("lock")))
