"""What keeps a vault from being lost: a backup, a try of the recovery code, a check of its pages."""

from collections.abc import Callable
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.settings_parts import Part
from vertrouwenswerk.tui.screens.settings_secrets import ChangingStep, Said, step_keys
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.passphrase import Once, PassphraseInput
from vertrouwenswerk.tui.widgets.paths import documents, free_path, path_input
from vertrouwenswerk.usecases.adviser import Adviser
from vertrouwenswerk.usecases.keeping import back_up_own, check_own_vault, prove_recovery_code
from vertrouwenswerk.vault.backup import SUFFIX

_NAME = "vertrouwenswerk-reservekopie"


class BackupScreen(Part):
    """Where the backup goes, and the passphrase that it was seen to open with."""

    def __init__(self, session: Session[Adviser], done: Callable[[Said], None]) -> None:
        super().__init__(session)
        self._done = done

    def body(self) -> ComposeResult:
        """Yield the explanation over the two fields."""
        with Vertical(classes="card main form") as card:
            card.border_title = _("Make a backup")
            yield Static(
                _(
                    "One encrypted file with your whole vault. It opens with the passphrase or the recovery "
                    "code of today, on any computer: start the program there and choose «I have a backup». "
                    "Best on a stick that you keep away from this laptop."
                ),
                classes="lead",
                markup=False,
            )
            yield Field(
                _("Write it to"), path_input("backup-path", str(free_path(documents(), _NAME, SUFFIX)))
            )
            yield Field(
                _("Passphrase"), PassphraseInput(id="backup-secret", placeholder=_("to see that it opens"))
            )

    def on_mount(self) -> None:
        """Begin with the place."""
        self.query_one("#backup-path").focus()

    def keys(self) -> Keys:
        """Return the keys."""
        return (*step_keys(_("write the backup"))[:1], ("Tab", _("next field")), *step_keys())

    @on(Input.Submitted, "#backup-path")
    def _placed(self) -> None:
        self.query_one("#backup-secret").focus()

    @on(Input.Submitted, "#backup-secret")
    def _submitted(self) -> None:
        typed = self.query_one("#backup-path", Input).value.strip()
        secret = self.query_one("#backup-secret", PassphraseInput).take_once()
        if not typed or not secret:
            self.notice.complain(
                _("A place and your passphrase are both needed."), _("Tab goes from one field to the other.")
            )
            return
        path = Path(typed).expanduser()
        path = free_path(path, _NAME, SUFFIX) if path.is_dir() else path
        self._write(path, secret)

    @work(group="backup", exclusive=True)
    async def _write(self, path: Path, secret: Once) -> None:
        self.notice.busy(_("Writing the backup and opening it to see that it is right."))
        with self.telling():
            await self.session.run(lambda adviser: back_up_own(adviser, secret.take(), path))
            self._done(
                (
                    _("Written and opened: %(name)s") % {"name": path.name},
                    _("It is in %(folder)s. Keep it apart from this computer.") % {"folder": path.parent},
                )
            )


class DrillScreen(Part):
    """Type the recovery code from its paper."""

    def __init__(self, session: Session[Adviser], done: Callable[[Said], None]) -> None:
        super().__init__(session)
        self._done = done

    def body(self) -> ComposeResult:
        """Yield the explanation over the field."""
        with Vertical(classes="card main form") as card:
            card.border_title = _("Try the recovery code")
            yield Static(
                _(
                    "Get the paper and type the whole code. Better to miss it now than on the day that you "
                    "forget your passphrase. Is it gone? Go back and choose «Renew the recovery code»."
                ),
                classes="lead",
                markup=False,
            )
            yield Field(_("Recovery code"), PassphraseInput(id="drill-code"))

    def on_mount(self) -> None:
        """Begin in the field."""
        self.query_one("#drill-code").focus()

    def keys(self) -> Keys:
        """Return the keys."""
        return step_keys(_("try it"))

    @on(Input.Submitted, "#drill-code")
    def _submitted(self) -> None:
        code = self.query_one("#drill-code", PassphraseInput).take_once()
        if code:
            self._prove(code)

    @work(group="drill", exclusive=True)
    async def _prove(self, code: Once) -> None:
        self.notice.busy(_("Checking; this takes a moment on purpose."))
        with self.telling():
            await self.session.run(lambda adviser: prove_recovery_code(adviser, code.take()))
            self._done((_("The recovery code works."), _("Put the paper back where nobody else finds it.")))


class CheckScreen(ChangingStep):
    """Reads every page of the vault."""

    def __init__(self, session: Session[Adviser], done: Callable[[Said], None]) -> None:
        def check(adviser: Adviser) -> Said:
            check_own_vault(adviser)
            return _("The vault is whole."), _("Every page was read and is as it was written.")

        super().__init__(session, check, done, _("Reading every page of the vault."))

    def heading(self) -> str:
        """Return what this is about."""
        return _("Check the vault")
