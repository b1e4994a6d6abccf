"""The own yearly report, on the screen and as a file to print; it stays with the adviser.

A text for any printer, or a page for the browser, by the ending of the file's name. It is the
one readable file that holds anything of the tallies, so the screen says what to do with it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.adviser_base import AdviserScreen
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.listing import Listing, heading
from vertrouwenswerk.tui.widgets.paths import documents, path_input
from vertrouwenswerk.usecases.adviser import Adviser, own_tallies
from vertrouwenswerk.usecases.own_year import own_years, report_lines, write_report


@dataclass(frozen=True, slots=True)
class _Shown:
    years: tuple[int, ...]
    year: int
    lines: tuple[str, ...]


class OwnReportScreen(AdviserScreen):
    """One year's report and the file to write it to."""

    tab = "F3"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("f5", "year(-1)", show=False),
        Binding("f6", "year(1)", show=False),
    ]

    def __init__(self, session: Session[Adviser]) -> None:
        super().__init__(session)
        self._shown: _Shown | None = None

    def body(self) -> ComposeResult:
        """Yield the report over the field."""
        with Vertical(id="report-card", classes="card main form") as card:
            card.border_title = _("Your yearly report")
            yield Listing(id="report")
            yield Field(_("Write it to"), path_input("report-path"))

    def on_mount(self) -> None:
        """Begin with the newest year that has tallies, the cursor in the field."""
        self.query_one("#report-path").focus()
        self._show(None)

    def keys(self) -> Keys:
        """Return the keys."""
        return (
            (_("Enter"), _("write it")),
            ("F5 F6", _("year")),
            ("Tab", _("lines")),
            ("Esc", _("back")),
            ("F1", _("help")),
            ("^l", _("lock")),
        )

    def help_lines(self) -> Keys:
        """Return the keys, and how the file's name makes the kind of file."""
        return (*self.keys(), (_("the name"), _(".html makes it a page for the browser, .txt plain text")))

    def action_back(self) -> None:
        """Go back to the overview."""
        self.app.pop_screen()

    def action_year(self, step: int) -> None:
        """Show an earlier or later year."""
        if self._shown is not None:
            place = self._shown.years.index(self._shown.year) + step
            self._show(self._shown.years[max(0, min(len(self._shown.years) - 1, place))])

    @work(group="report", exclusive=True)
    async def _show(self, year: int | None) -> None:
        with self.telling():
            shown = await self.session.run(lambda adviser: _look(adviser, year))
            self._shown = shown
            card = self.query_one("#report-card", Vertical)
            card.border_title = _("Your yearly report of %(year)s") % {"year": shown.year}
            card.border_subtitle = f"{shown.years.index(shown.year) + 1} / {len(shown.years)}"
            self.query_one("#report", Listing).show(heading(line, "plain") for line in shown.lines)
            self.query_one("#report-path", Input).value = str(documents() / f"jaarverslag-{shown.year}.html")

    @on(Input.Submitted, "#report-path")
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() and self._shown is not None:
            self._write(Path(event.value.strip()).expanduser(), self._shown.year)

    @work(group="report", exclusive=True)
    async def _write(self, path: Path, year: int) -> None:
        with self.telling():
            await self.session.run(lambda adviser: write_report(adviser, year, path))
            self.notice.tell(
                _("Written: %(path)s") % {"path": path},
                _("Anyone can read this file. Print it, then delete it."),
            )


def _look(adviser: Adviser, year: int | None) -> _Shown:
    years = own_years(adviser)
    filled = {tally.quarter.year for tally in own_tallies(adviser)}
    wanted = max(filled, default=years[-1]) if year is None else year
    return _Shown(years, wanted, report_lines(adviser, wanted))
