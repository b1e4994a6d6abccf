"""Clear a closed year: what goes is shown, the answer under the cursor is to keep it."""

from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from vertrouwenswerk.domain.quarter import clearing_day
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.adviser_base import Desk, total
from vertrouwenswerk.tui.screens.settings_parts import Part
from vertrouwenswerk.tui.screens.settings_secrets import Said, step_keys
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.listing import Column, Line, Listing, cell, heading
from vertrouwenswerk.tui.words import short_date, signals, theme_name, unit_phrase
from vertrouwenswerk.usecases.adviser import Adviser
from vertrouwenswerk.usecases.retention import clear_year, years_due


class ClearingScreen(Part):
    """The oldest year that is due, what is in it, and whether to clear it."""

    def __init__(self, session: Session[Adviser], done: Callable[[Said], None]) -> None:
        super().__init__(session)
        self._done = done
        self._year: int | None = None

    def body(self) -> ComposeResult:
        """Yield the explanation over what goes and the answers."""
        with Vertical(classes="card main form") as card:
            card.border_title = _("Clear a closed year")
            yield Static(
                _(
                    "Tallies stay here until 1 April of the year after, so that you can still correct them. "
                    "Then they are cleared; you see first what goes. The bureau keeps what you handed in."
                ),
                classes="lead",
                markup=False,
            )
            yield Listing((Column(), Column(width=4, right=True)), id="clearing")
            yield Listing(id="clearing-answers")

    def keys(self) -> Keys:
        """Return the keys."""
        if self._year is None:
            return step_keys()
        return ((_("Enter"), _("choose")), ("Tab", _("to what goes")), *step_keys())

    def show_desk(self, desk: Desk) -> None:
        """Show the oldest year that is due, once it is known which."""
        super().show_desk(desk)
        self._show_due(desk)

    @work(group="due", exclusive=True)
    async def _show_due(self, desk: Desk) -> None:
        with self.telling():
            due = await self.session.run(years_due)
            self._year = due[0] if due else None
            self.query_one("#clearing", Listing).show(
                _going(desk, self._year) if due else _not_yet(desk, is_demo=self.session.is_demo)
            )
            answers = self.query_one("#clearing-answers", Listing)
            answers.set_class(bool(due), "-shown")
            if due:
                clear = _("Clear the tallies of %(year)s for good") % {"year": due[0]}
                answers.show(
                    [Line((cell(_("No, keep them for now")),), key="keep"), Line((cell(clear),), key="clear")]
                )
                answers.focus()
            self.show_bars()

    @on(Listing.Chosen, "#clearing-answers")
    def _chosen(self, event: Listing.Chosen) -> None:
        if event.key == "keep" or self._year is None:
            self.app.pop_screen()
        else:
            self._clear(self._year)

    @work(group="clear", exclusive=True)
    async def _clear(self, year: int) -> None:
        with self.telling():
            cleared = await self.session.run(lambda adviser: clear_year(adviser, year))
            self.session.forget_changes()
            words = {"year": year, "signals": signals(total(cleared))}
            self._done(
                (_("Cleared: %(year)s, %(signals)s.") % words, _("The bureau keeps what you handed in."))
            )


def _going(desk: Desk, year: int | None) -> list[Line]:
    own = tuple(tally for tally in desk.tallies if tally.quarter.year == year)
    words = {"year": year, "signals": signals(total(own))}
    lines = [heading(_("Goes: %(year)s, %(signals)s") % words, "strong")]
    for tally in own:
        theme, unit = theme_name(desk.codebook, tally.theme), unit_phrase(desk.codebook, tally.unit)
        what = f"{tally.quarter}  {theme} · {unit}"
        lines.append(Line((cell(what), cell(str(tally.count), "strong"))))
    return lines


def _not_yet(desk: Desk, *, is_demo: bool) -> list[Line]:
    if is_demo:
        return [heading(_("In a demo nothing is ever cleared."), "strong")]
    lines = [heading(_("No year is due to be cleared."), "strong")]
    for year in sorted({tally.quarter.year for tally in desk.tallies}):
        words = {"year": year, "day": short_date(clearing_day(year))}
        lines.append(heading(_("%(year)s stays until %(day)s.") % words, "plain"))
    return lines
