"""Settings: a list of what can be done with the vault itself; Enter opens one.

What it opens is in ``settings_secrets`` (passphrase, recovery code) and ``settings_parts``
(codebook, card, about). What changes something comes back here and says so.
"""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.adviser_base import AdviserScreen
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.screens.settings_parts import AboutScreen, CardScreen, CodebookScreen
from vertrouwenswerk.tui.screens.settings_secrets import CodeDoor, PassphraseDoor, Said
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.listing import Line, Listing, cell, heading
from vertrouwenswerk.usecases.adviser import Adviser


class SettingsScreen(AdviserScreen):
    """What can be done with the vault itself; ``said`` is what was just done."""

    tab = "F7"

    def __init__(self, session: Session[Adviser], said: Said | None = None) -> None:
        super().__init__(session)
        self._said = said

    def body(self) -> ComposeResult:
        """Yield the list of what can be done."""
        with Vertical(classes="card main") as card:
            card.border_title = _("Settings")
            card.border_subtitle = _("Enter opens one")
            yield Listing(id="settings")

    def on_mount(self) -> None:
        """Begin in the list."""
        what = (
            ("passphrase", _("Change the passphrase"), _("By the old one, or by the recovery code.")),
            (
                "code",
                _("Renew the recovery code"),
                _("The old code stays valid until the new one is on paper."),
            ),
            ("codebook", _("Take a newer codebook"), _("You see what changes before you take it.")),
            ("card", _("Your card for the bureau"), _("Your six words, and the file that carries them.")),
            ("about", _("About this program"), _("Versions, where your vault is, what is never stored.")),
        )
        lines: list[Line] = []
        for key, name, explanation in what:
            lines += [Line((cell(name, "strong"),), key=key), heading(f"  {explanation}"), heading("")]
        listing = self.query_one("#settings", Listing)
        listing.show(lines[:-1])
        listing.focus()
        if self._said is not None:
            self.notice.tell(*self._said)

    def keys(self) -> Keys:
        """Return the keys."""
        return (
            ("↑↓", _("choose")),
            (_("Enter"), _("open")),
            ("F1", _("help")),
            ("^p", _("commands")),
            ("^l", _("lock")),
        )

    @on(Listing.Chosen, "#settings")
    def _chosen(self, event: Listing.Chosen) -> None:
        screens: dict[str, Callable[[], BaseScreen]] = {
            "passphrase": lambda: PassphraseDoor(self.session, self.done),
            "code": lambda: CodeDoor(self.session, self.done),
            "codebook": lambda: CodebookScreen(self.session, self.done),
            "card": lambda: CardScreen(self.session),
            "about": lambda: AboutScreen(self.session),
        }
        self.notice.clear()
        self.app.push_screen(screens[event.key]())

    def done(self, said: Said) -> None:
        """Come back here and say what was done."""
        if not self.session.is_ended:
            self.desk.go_to(SettingsScreen(self.session, said))
