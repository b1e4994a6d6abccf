"""Overview: the adviser's own tallies by quarter, theme and unit, with totals; and making them less.

These are the adviser's own eyes only: the threshold does not hold here, and nothing of this
leaves the vault. Making a tally less is asked twice, and can be undone.
"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.i18n import _, ngettext, number
from vertrouwenswerk.tui.screens.adviser_base import AdviserScreen, Desk, total
from vertrouwenswerk.tui.screens.dialogs import Question
from vertrouwenswerk.tui.session import Done
from vertrouwenswerk.tui.totals import BAR_COLUMN, TOTAL_COLUMNS, bar, quarter_lines, theme_lines
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.listing import Column, Line, Listing, cell, heading
from vertrouwenswerk.tui.words import quarter_name, signals, theme_name, unit_name, unit_phrase, unit_place

_EVERYTHING = -1


class OverviewScreen(AdviserScreen):
    """The adviser's own tallies."""

    tab = "F3"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,left", "period(-1)", show=False),
        Binding("f6,right", "period(1)", show=False),
        Binding("r", "report", show=False),
    ]
    _period = 0
    _asked: OwnTally | None = None

    def body(self) -> ComposeResult:
        """Yield the tallies and, beside them, the totals by theme."""
        with Horizontal():
            with Vertical(id="own-card", classes="card main"):
                yield Listing((Column(width=1), Column(), BAR_COLUMN, Column(width=4, right=True)), id="own")
            with Vertical(classes="side"):
                with Vertical(id="totals-card", classes="card low"):
                    yield Listing(TOTAL_COLUMNS, id="totals", focusable=False)
                with Vertical(id="quarters-card", classes="card only-high"):
                    yield Listing(TOTAL_COLUMNS, id="own-quarters", focusable=False)

    def on_mount(self) -> None:
        """Begin in the list."""
        super().on_mount()
        self.query_one("#own").focus()

    def keys(self) -> Keys:
        """Return the keys."""
        undo: Keys = (("^z", _("undo")),) if self.session.undo else ()
        return (
            ("← →", _("period")),
            (_("Enter"), _("make one less")),
            ("r", _("yearly report")),
            *undo,
            ("F1", _("help")),
            ("^l", _("lock")),
        )

    def _periods(self, desk: Desk) -> tuple[tuple[str, frozenset[Quarter]], ...]:
        quarters = sorted({desk.now, *(tally.quarter for tally in desk.tallies)}, reverse=True)
        years = sorted({quarter.year for quarter in quarters}, reverse=True)
        return (
            *((quarter_name(quarter), frozenset({quarter})) for quarter in reversed(quarters)),
            *((str(y), frozenset(q for q in quarters if q.year == y)) for y in reversed(years)),
            (_("everything"), frozenset(quarters)),
        )

    def show_desk(self, desk: Desk) -> None:
        """Show the tallies of the period."""
        first = self.look is None
        super().show_desk(desk)
        periods = self._periods(desk)
        if first:
            newest = {quarter_name(desk.now), quarter_name(desk.now.previous())}
            filled = [
                place
                for place, (name, quarters) in enumerate(periods)
                if name in newest and any(t.quarter in quarters for t in desk.tallies)
            ]
            self._period = filled[-1] if filled else len(periods) - 1
        self._period = min(self._period, len(periods) - 1)
        name, quarters = periods[self._period]
        tallies = tuple(tally for tally in desk.tallies if tally.quarter in quarters)
        card = self.query_one("#own-card", Vertical)
        card.border_title = f"{name} · {signals(total(tallies))}"
        card.border_subtitle = f"← {self._period + 1} / {len(periods)} →"
        own = self.query_one("#own", Listing)
        own.show(_own_lines(desk, tallies), own.chosen_key)
        self._show_totals(desk, tallies)
        self._show_by_quarter(desk, quarters)

    def _show_totals(self, desk: Desk, tallies: tuple[OwnTally, ...]) -> None:
        units = len({tally.unit for tally in tallies})
        self.query_one("#totals-card", Vertical).border_title = _("By theme")
        self.query_one("#totals-card", Vertical).border_subtitle = ngettext(
            "%(count)s unit", "%(count)s units", units
        ) % {"count": number(units)}
        self.query_one("#totals", Listing).show(theme_lines(desk.codebook, tallies))

    def _show_by_quarter(self, desk: Desk, chosen: frozenset[Quarter]) -> None:
        self.query_one("#quarters-card", Vertical).border_title = _("By quarter")
        quarters = sorted({desk.now, *(tally.quarter for tally in desk.tallies)}, reverse=True)
        self.query_one("#own-quarters", Listing).show(quarter_lines(quarters, desk.tallies, chosen))

    def action_period(self, step: int) -> None:
        """Show another period."""
        if self.look is not None:
            self._period = max(0, min(len(self._periods(self.look)) - 1, self._period + step))
            self.show_desk(self.look)

    def action_report(self) -> None:
        """Show the own yearly report, to print."""
        from vertrouwenswerk.tui.screens.own_report import OwnReportScreen  # only on demand

        self.app.push_screen(OwnReportScreen(self.session))

    def commands(self) -> tuple[tuple[str, str, str], ...]:
        """Return what can be done here, for the list of commands."""
        return (*super().commands(), ("screen.report", _("Your yearly report, to print"), "r"))

    @on(Listing.Chosen, "#own")
    def _chosen(self, event: Listing.Chosen) -> None:
        if self.look is None:
            return
        found = [tally for tally in self.look.tallies if _key(tally) == event.key]
        if found:
            self._asked = found[0]
            self.app.push_screen(self._question(found[0]), self._answered)

    def _question(self, tally: OwnTally) -> Question:
        codebook = self.look.codebook if self.look else None
        where = (
            ""
            if codebook is None
            else f"{theme_name(codebook, tally.theme)}\n{unit_phrase(codebook, tally.unit)}"
        )
        fewer = _("One less: %(old)s becomes %(new)s") % {"old": tally.count, "new": tally.count - 1}
        answers = [("no", _("No, leave it as it is")), ("one", fewer)]
        if tally.count > 1:
            answers.append(("all", _("Take away all %(count)s") % {"count": tally.count}))
        text = f"{where}\n{quarter_name(tally.quarter)}: {signals(tally.count)}\n"
        return Question(_("Count fewer signals?"), text, answers)

    def _answered(self, answer: str | None) -> None:
        tally, self._asked = self._asked, None
        if tally is not None and answer in ("one", "all"):
            by = -1 if answer == "one" else -min(tally.count, 99)
            self.change(Done(tally.quarter, tally.unit, tally.theme, by), _("Taken away"))


def _key(tally: OwnTally) -> str:
    return f"{tally.quarter} {tally.theme} {tally.unit}"


def _quarter_line(quarter: Quarter, count: int) -> Line:
    return Line((cell(""), cell(quarter_name(quarter), "dim"), cell(""), cell(number(count), "dim")))


def _own_lines(desk: Desk, tallies: tuple[OwnTally, ...]) -> list[Line]:
    if not tallies:
        return [
            heading(_("Nothing was counted in this period.")),
            heading(_("Record with F2; ← and → show other periods.")),
        ]
    digits = {theme.code: str(theme.key) for theme in desk.codebook.themes}
    most = max(tally.count for tally in tallies)
    lines: list[Line] = []
    for quarter in sorted({tally.quarter for tally in tallies}, reverse=True):
        own = [tally for tally in tallies if tally.quarter == quarter]
        if len({tally.quarter for tally in tallies}) > 1:
            lines.append(_quarter_line(quarter, total(tuple(own))))
        lines += [
            Line(
                (
                    cell(digits[tally.theme], "accent"),
                    (
                        (unit_name(desk.codebook, tally.unit), "plain"),
                        (f"  {unit_place(desk.codebook, tally.unit)}", "dim"),
                    ),
                    bar(tally.count, most),
                    cell(str(tally.count), "strong"),
                ),
                key=_key(tally),
            )
            for tally in sorted(own, key=lambda tally: (digits[tally.theme], tally.unit))
        ]
    return lines
