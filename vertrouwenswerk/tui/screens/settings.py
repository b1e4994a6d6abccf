"""Settings: a list of what can be done with the vault itself; Enter opens one.

Each line says how the thing stands; what waits carries a ``!``. Below the list stands what
the line under the cursor is for. What the lines open is in ``settings_secrets`` (passphrase,
recovery code), ``settings_backup``, ``settings_choices`` (lock time, language, look),
``settings_clearing`` and ``settings_parts`` (codebook, card, about). What changes something
comes back here and says so.
"""

from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from vertrouwenswerk.appearance import read_appearance
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.adviser_base import AdviserScreen
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.screens.settings_backup import BackupScreen, CheckScreen, DrillScreen
from vertrouwenswerk.tui.screens.settings_choices import LanguageScreen, LockTimeScreen, LookScreen
from vertrouwenswerk.tui.screens.settings_clearing import ClearingScreen
from vertrouwenswerk.tui.screens.settings_entries import Entry, entries
from vertrouwenswerk.tui.screens.settings_parts import AboutScreen, CardScreen, CodebookScreen
from vertrouwenswerk.tui.screens.settings_secrets import CodeDoor, PassphraseDoor, Said
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.listing import Column, Line, Listing, cell
from vertrouwenswerk.usecases.adviser import Adviser
from vertrouwenswerk.usecases.reminders import upkeep


class SettingsScreen(AdviserScreen):
    """What can be done with the vault itself; ``said`` is what was just done."""

    tab = "F7"

    def __init__(self, session: Session[Adviser], said: Said | None = None, chosen: str = "") -> None:
        super().__init__(session)
        self._said, self._first = said, chosen
        self._entries: tuple[Entry, ...] = ()

    def body(self) -> ComposeResult:
        """Yield the list of what can be done over the explanation of one."""
        with Vertical(classes="card main form") as card:
            card.border_title = _("Settings")
            card.border_subtitle = _("Enter opens one")
            yield Listing((Column(width=30), Column(width=2), Column()), id="settings")
            yield Static(id="settings-explanation", markup=False)

    def on_mount(self) -> None:
        """Begin in the list."""
        self.query_one("#settings", Listing).focus()
        self._fill()
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

    @work(group="settings", exclusive=True)
    async def _fill(self) -> None:
        with self.telling():
            stands = await self.session.run(upkeep)
            self._entries = entries(stands, read_appearance(self.desk.places), self.session.lock_minutes)
            listing = self.query_one("#settings", Listing)
            listing.show(map(_line, self._entries), self._first or listing.chosen_key)

    @on(Listing.Highlighted, "#settings")
    def _highlighted(self, event: Listing.Highlighted) -> None:
        explained = next((entry.explanation for entry in self._entries if entry.key == event.key), "")
        self.query_one("#settings-explanation", Static).update(explained)

    @on(Listing.Chosen, "#settings")
    def _chosen(self, event: Listing.Chosen) -> None:
        screens: dict[str, Callable[[], BaseScreen]] = {
            "backup": lambda: BackupScreen(self.session, self.done),
            "drill": lambda: DrillScreen(self.session, self.done),
            "passphrase": lambda: PassphraseDoor(self.session, self.done),
            "code": lambda: CodeDoor(self.session, self.done),
            "lock": lambda: LockTimeScreen(self.session, self.done),
            "language": lambda: LanguageScreen(self.session, self.done),
            "look": lambda: LookScreen(self.session, self.done),
            "clearing": lambda: ClearingScreen(self.session, self.done),
            "codebook": lambda: CodebookScreen(self.session, self.done),
            "card": lambda: CardScreen(self.session),
            "check": lambda: CheckScreen(self.session, self.done),
            "about": lambda: AboutScreen(self.session),
        }
        self.notice.clear()
        self._first = event.key
        self.app.push_screen(screens[event.key]())

    def done(self, said: Said) -> None:
        """Come back here and say what was done."""
        if not self.session.is_ended:
            self.desk.go_to(SettingsScreen(self.session, said, self._first))


def _line(entry: Entry) -> Line:
    mark = cell("!", "warn") if entry.waits else cell("")
    stands = cell(entry.stands, "warn" if entry.waits else "dim")
    return Line((cell(entry.name, "strong"), mark, stands), entry.key)
