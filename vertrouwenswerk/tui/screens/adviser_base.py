"""What the adviser's screens share: their tabs, what they look at, and undo.

Undo is a list in memory that goes when the vault locks; what is stored holds no order.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from textual import work
from textual.binding import Binding, BindingType

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.key_queue import CHANGE
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.session import Done, Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.words import quarter_name, signals, taken_up_phrase, theme_name, unit_phrase
from vertrouwenswerk.usecases.adviser import (
    Adviser,
    Recorded,
    own_tallies,
    put_back,
    record,
    remove,
    used_lately,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the adviser's table: codebook, today's quarter, own tallies, units used lately."""

    codebook: Codebook
    now: Quarter
    tallies: tuple[OwnTally, ...]
    recent: tuple[str, ...]

    def of(self, quarter: Quarter) -> tuple[OwnTally, ...]:
        """Return the tallies of one quarter."""
        return tuple(tally for tally in self.tallies if tally.quarter == quarter)


def look(adviser: Adviser) -> Desk:
    """Return what lies on the table now."""
    return _desk(adviser, own_tallies(adviser))


def _desk(adviser: Adviser, tallies: tuple[OwnTally, ...]) -> Desk:
    now = Quarter.of(adviser.today)
    return Desk(adviser.codebook, now, tallies, used_lately(tallies, now))


def apply(done: Done, adviser: Adviser) -> tuple[Recorded, Desk]:
    """Count as many signals more or fewer as ``done`` says; return that and what lies on the table then."""
    change = record if done.by > 0 else remove
    changed = change(adviser, theme=done.theme, unit=done.unit, quarter=done.quarter, times=abs(done.by))
    return changed, _desk(adviser, changed.tallies)


def take_back(done: Done, adviser: Adviser) -> tuple[Recorded, Desk]:
    """Undo what ``done`` says, in its very cell; return that and what lies on the table then."""
    change = remove if done.by > 0 else put_back
    changed = change(adviser, theme=done.theme, unit=done.unit, quarter=done.quarter, times=abs(done.by))
    return changed, _desk(adviser, changed.tallies)


def total(tallies: tuple[OwnTally, ...]) -> int:
    """Return how many signals these are together."""
    return sum(tally.count for tally in tallies)


class AdviserScreen(BaseScreen):
    """A screen of an adviser's open vault."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "go('F2')", show=False),
        Binding("f3", "go('F3')", show=False),
        Binding("f4", "go('F4')", show=False),
        Binding("f7", "go('F7')", show=False),
        Binding("ctrl+z", "undo", show=False, priority=True),
        Binding("ctrl+n,ctrl+y", "redo", show=False, priority=True),
    ]

    def __init__(self, session: Session[Adviser]) -> None:
        super().__init__()
        self.session = session
        self.look: Desk | None = None

    def on_mount(self) -> None:
        """Look at the vault."""
        self.refresh_desk()

    def tabs(self) -> Keys:
        """Return the four screens."""
        return (("F2", _("Record")), ("F3", _("Overview")), ("F4", _("Hand over")), ("F7", _("Settings")))

    def commands(self) -> tuple[tuple[str, str, str], ...]:
        """Return the screens and undo, for the list of commands."""
        undo = (("screen.undo", _("Undo the last change"), "ctrl+z"),) if self.session.undo else ()
        redo = (("screen.redo", _("Do again what was undone"), "ctrl+n"),) if self.session.redo else ()
        return (*((f"screen.go('{key}')", name, key) for key, name in self.tabs()), *undo, *redo)

    def action_go(self, tab: str) -> None:
        """Go to another of the four."""
        # They import this module.
        from vertrouwenswerk.tui.screens import hand_over, overview, record, settings

        makers: dict[str, Callable[[Session[Adviser]], AdviserScreen]] = {
            "F2": record.RecordScreen,
            "F3": overview.OverviewScreen,
            "F4": hand_over.HandOverScreen,
            "F7": settings.SettingsScreen,
        }
        if tab != self.tab:
            self.desk.go_to(makers[tab](self.session))

    @work(group="look", exclusive=True)
    async def refresh_desk(self) -> None:
        """Look at the vault again and show what is there."""
        with self.telling():
            self.show_desk(await self.session.run(look))

    def show_desk(self, desk: Desk) -> None:
        """Show what lies on the table."""
        self.look = desk
        self.show_bars()

    @work(group=CHANGE)
    async def change(self, done: Done, said: str) -> None:
        """Make a change that can be undone, and say so: ``said`` names what was done."""
        with self.telling():
            async with self.session.change_turn:
                changed, desk = await self.session.run(partial(apply, done))
                self.session.note(replace(done, unit=changed.unit))
            self._show_change(said, changed, desk, _("ctrl+z undoes it, until the vault locks."))

    @work(group=CHANGE)
    async def action_undo(self) -> None:
        """Undo the last change made since the vault was opened."""
        nothing = (_("There is nothing to undo."), _("Only what was done since unlocking can be."))
        await self._turn_back(
            self.session.undo, self.session.redo, (_("Undone"), _("ctrl+n does it again.")), nothing
        )

    @work(group=CHANGE)
    async def action_redo(self) -> None:
        """Do again what was undone last."""
        nothing = (_("There is nothing to do again."), _("Only what was undone with ctrl+z can be."))
        await self._turn_back(
            self.session.redo, self.session.undo, (_("Done again"), _("ctrl+z undoes it.")), nothing
        )

    async def _turn_back(
        self, source: list[Done], target: list[Done], said: tuple[str, str], nothing: tuple[str, str]
    ) -> None:
        """Reverse the last change of ``source``; its reverse can then be reversed from ``target``."""
        with self.telling():
            async with self.session.change_turn:
                if not source:
                    self.notice.complain(*nothing)
                    return
                changed, desk = await self.session.run(partial(take_back, source[-1]))
                self.session.turn(source, target)
            self._show_change(said[0], changed, desk, said[1])

    def _show_change(self, said: str, changed: Recorded, desk: Desk, hint: str) -> None:
        self.show_desk(desk)
        words = {
            "said": said,
            "theme": theme_name(desk.codebook, changed.theme),
            "unit": unit_phrase(desk.codebook, changed.unit),
        }
        count = {"signals": signals(changed.count), "quarter": quarter_name(changed.quarter)}
        stands = _("Now %(signals)s here in %(quarter)s.") % count
        if changed.unit != changed.asked:
            stands = taken_up_phrase(desk.codebook, changed.asked, self.notice.room - cell_len(hint) - 1)
        self.notice.tell(_("%(said)s: %(theme)s · %(unit)s") % words, stands + (f" {hint}" if hint else ""))
