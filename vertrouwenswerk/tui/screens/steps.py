"""The steps of the first run that adviser and bureau share: passphrase, recovery code, the end.

The recovery code is shown once and proven by typing two of its groups back. Making the vault
takes two seconds on purpose and runs in a thread.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.opening import Opened
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.session import in_thread
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field, text_input
from vertrouwenswerk.tui.widgets.listing import Line, Listing, cell
from vertrouwenswerk.tui.widgets.meter import Meter
from vertrouwenswerk.tui.widgets.passphrase import PassphraseInput
from vertrouwenswerk.tui.widgets.paths import path_input
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.wordlist import propose_passphrase

_STEPS = 5


class StepScreen(BaseScreen):
    """A step of the first run; Escape goes one back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]
    step = 1
    steps = _STEPS

    def body(self) -> ComposeResult:
        """Yield the card of the step."""
        with Vertical(id="step-card", classes="card main") as card:
            card.border_title = self.heading()
            card.border_subtitle = _("step %(step)s of %(steps)s") % {"step": self.step, "steps": self.steps}
            yield from self.contents()

    def heading(self) -> str:
        """Return what this step is about."""
        return ""

    def contents(self) -> ComposeResult:
        """Yield what is in the card."""
        yield from ()

    def keys(self) -> Keys:
        """Return the keys."""
        return (
            (_("Enter"), _("go on")),
            ("Tab", _("next field")),
            ("Esc", _("back")),
            ("F1", _("help")),
            ("^q", _("stop")),
        )

    def action_back(self) -> None:
        """Go to the step before."""
        self.app.pop_screen()


class PassphraseStep(StepScreen):
    """Take the proposed passphrase, ask for another, or type one's own twice."""

    step = 3

    def __init__(self, go_on: Callable[[Secrets], BaseScreen]) -> None:
        super().__init__()
        self._go_on = go_on
        self.proposal = propose_passphrase(secrets.randbelow)

    def heading(self) -> str:
        """Return what this step is about."""
        return _("A passphrase")

    def contents(self) -> ComposeResult:
        """Yield the proposal over the choices."""
        yield Static(
            _("Six words that nobody chose are strong and can be learnt. Write them down before you go on."),
            classes="lead",
        )
        yield Static(id="proposal")
        yield Listing(id="choices")
        with Vertical(id="own-fields"):
            yield Field(
                _("Your own"), PassphraseInput(id="own-once", placeholder=_("at least 16 characters"))
            )
            yield Field(_("Once more"), PassphraseInput(id="own-twice"))

    def on_mount(self) -> None:
        """Show the proposal."""
        self._propose()
        choices = self.query_one("#choices", Listing)
        choices.styles.height = 3
        choices.show(
            [
                Line((cell(_("I wrote these words down and take them")),), key="take"),
                Line((cell(_("Propose other words")),), key="other"),
                Line((cell(_("I would rather choose my own")),), key="own"),
            ]
        )
        choices.focus()

    def _propose(self) -> None:
        self.query_one("#proposal", Static).update(Content.styled(self.proposal, "bold $accent"))

    @on(Listing.Chosen, "#choices")
    def _chosen(self, event: Listing.Chosen) -> None:
        if event.key == "take":
            self._take(self.proposal)
        elif event.key == "other":
            self.proposal = propose_passphrase(secrets.randbelow)
            self._propose()
        else:
            self.query_one("#own-fields").add_class("-shown")
            self.query_one("#proposal").add_class("-hidden")
            self.query_one("#own-once").focus()

    @on(Input.Submitted, "#own-once")
    def _once(self) -> None:
        self.query_one("#own-twice").focus()

    @on(Input.Submitted, "#own-twice")
    def _twice(self) -> None:
        once, twice = (self.query_one(name, PassphraseInput) for name in ("#own-once", "#own-twice"))
        first, second = once.take(), twice.take()
        if first != second:
            self.notice.complain(_("The two are not the same."), _("Type your passphrase twice again."))
            once.focus()
        else:
            self._take(first)

    def _take(self, passphrase: str) -> None:
        with self.telling():
            chosen = Secrets.choose(passphrase)
            self.notice.clear()
            self.app.push_screen(RecoveryStep(chosen, self._go_on))


class RecoveryStep(StepScreen):
    """The recovery code, once; then two of its groups typed back."""

    step = 4

    def __init__(self, chosen: Secrets, go_on: Callable[[Secrets], BaseScreen]) -> None:
        super().__init__()
        self._chosen, self._go_on = chosen, go_on
        self._groups = chosen.recovery_code.split("-")
        first = secrets.randbelow(len(self._groups) // 2)
        second = len(self._groups) // 2 + secrets.randbelow(len(self._groups) // 2)
        self.asked = (first, second)
        self._proving = False

    def heading(self) -> str:
        """Return what this step is about."""
        return _("The recovery code")

    def contents(self) -> ComposeResult:
        """Yield the code, and the fields for two groups of it."""
        yield Static(
            _(
                "This code opens the vault when the passphrase is lost. It is shown once. Nobody else has "
                "it: not the bureau, not IT. Write it on paper and keep it away from this computer."
            ),
            classes="lead",
        )
        yield Static(id="code")
        yield Listing(id="written")
        with Vertical(id="proof"):
            yield Static(_("To be sure: type two groups of the code from your paper."), classes="lead")
            for place, number in enumerate(self.asked):
                yield Field(_("Group %(number)s") % {"number": number + 1}, text_input(f"group-{place}"))

    def on_mount(self) -> None:
        """Show the code."""
        numbered = "   ".join(f"{place + 1} {group}" for place, group in enumerate(self._groups))
        self.query_one("#code", Static).update(Content.styled(numbered, "bold $accent"))
        written = self.query_one("#written", Listing)
        written.styles.height = 1
        written.show([Line((cell(_("I wrote it down; ask me two groups")),), key="written")])
        written.focus()

    @on(Listing.Chosen, "#written")
    def _written(self) -> None:
        self._proving = True
        self.query_one("#code").add_class("-hidden")
        self.query_one("#written").add_class("-hidden")
        self.query_one("#proof").add_class("-shown")
        self.query_one("#group-0").focus()

    @on(Input.Submitted, "#group-0")
    def _first(self) -> None:
        self.query_one("#group-1").focus()

    @on(Input.Submitted, "#group-1")
    def _second(self) -> None:
        typed = [self.query_one(f"#group-{place}", Input).value for place in (0, 1)]
        if [_tidy(text) for text in typed] == [_tidy(self._groups[number]) for number in self.asked]:
            self.notice.clear()
            self.app.push_screen(self._go_on(self._chosen))
        else:
            self.notice.complain(
                _("These are not the groups that were asked for."),
                _("Look on your paper. Esc goes back, to a new code."),
            )

    def keys(self) -> Keys:
        """Return the keys."""
        return (
            (_("Enter"), _("go on")),
            ("Esc", _("back; the next code is another")),
            ("F1", _("help")),
            ("^q", _("stop")),
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A file to write at the end: what to say, where by default, how, and what then to do with it."""

    lead: str
    default: Path
    write: Callable[[Path], None]
    then: str


class FinishStep(StepScreen):
    """Make the vault, offer the file for the other side, and open."""

    step = 5

    def __init__(self, make: Callable[[], tuple[Opened, Offer]], title: str) -> None:
        super().__init__()
        self._make, self._title = make, title
        self._opened: Opened | None = None
        self._offer: Offer | None = None
        self._beats = 0

    def heading(self) -> str:
        """Return what this step is about."""
        return self._title

    def contents(self) -> ComposeResult:
        """Yield the progress, then the offer."""
        yield Meter(id="making", classes="-shown")
        with Vertical(id="offer"):
            yield Static(id="offer-lead", classes="lead", markup=False)
            yield Field(_("Write it to"), path_input("offer-path"))
            yield Listing(id="offer-choices")

    def on_mount(self) -> None:
        """Begin."""
        self._beat()
        self._pulse = self.set_interval(0.2, self._beat)
        self._begin()

    def _beat(self) -> None:
        self._beats += 1
        self.query_one("#making", Meter).show(
            _("making the vault; this takes a moment on purpose"), self._beats, 0
        )

    @work(exclusive=True)
    async def _begin(self) -> None:
        with self.telling():
            opened, offer = await in_thread(self._make, lambda made: made[0].close())
            self._opened, self._offer = opened, offer
            self._show_offer(offer)
        self._pulse.stop()
        self.query_one("#making").remove_class("-shown")

    def _show_offer(self, offer: Offer) -> None:
        self.query_one("#offer").add_class("-shown")
        self.query_one("#offer-lead", Static).update(offer.lead)
        self.query_one("#offer-path", Input).value = str(offer.default)
        choices = self.query_one("#offer-choices", Listing)
        choices.styles.height = 1
        choices.show([Line((cell(_("Go to work")),), key="work")])
        made = _("The vault is made, in %(folder)s") % {"folder": self.desk.places.root}
        self.notice.tell(made, _("Enter writes the file. Tab goes on without."))
        self.query_one("#offer-path").focus()

    @on(Input.Submitted, "#offer-path")
    @work(exclusive=True)
    async def _write(self, event: Input.Submitted) -> None:
        offer = self._offer
        if offer is None or not event.value.strip():
            return
        path = Path(event.value.strip()).expanduser()
        path = path / offer.default.name if path.is_dir() else path
        with self.telling():
            await asyncio.to_thread(offer.write, path)
            self.notice.tell(_("Written: %(path)s") % {"path": path}, offer.then)
            self.query_one("#offer-choices").focus()

    @on(Listing.Chosen, "#offer-choices")
    def _go(self) -> None:
        if self._opened is not None:
            self.desk.call_later(self.desk.open, self._opened)

    def action_back(self) -> None:
        """Go back while there is no vault yet."""
        if self._opened is None and not self._pulse_is_on:
            self.app.pop_screen()

    @property
    def _pulse_is_on(self) -> bool:
        return self.query_one("#making").has_class("-shown")

    def on_unmount(self) -> None:
        """Close a vault that was made but not opened."""
        if self._opened is not None and self.desk.session is not self._opened.session:
            self._opened.session.close()


def _tidy(group: str) -> str:
    return group.strip().upper().translate(str.maketrans("OIL", "011"))
