"""Hand over: which quarters went to the bureau; Enter shows all that would leave, then the file."""

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.screens.adviser_base import AdviserScreen, Desk, total
from vertrouwenswerk.tui.screens.dialogs import Question
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.listing import Column, Line, Listing, Role, cell, heading
from vertrouwenswerk.tui.widgets.paths import documents, path_input
from vertrouwenswerk.tui.widgets.tally_bar import tally_bar
from vertrouwenswerk.tui.words import quarter_name, signals, theme_name, unit_name, unit_place, who_can_open
from vertrouwenswerk.usecases.adviser import Adviser
from vertrouwenswerk.usecases.handing_in import (
    Exported,
    Preview,
    QuarterState,
    WriteState,
    export,
    preview,
    quarter_states,
)

_BARS = Column(width=22, least=100)


def _state_words(state: QuarterState) -> tuple[str, str, Role]:
    return {
        QuarterState.RUNNING: ("·", _("running; hand in once it is over"), "dim"),
        QuarterState.OPEN: ("○", _("not handed in yet"), "accent"),
        QuarterState.EXPORTED: ("●", _("exported"), "good"),
        QuarterState.CLEARED: ("–", _("cleared after it was handed in"), "dim"),
        QuarterState.CHANGED_SINCE: ("◐", _("changed since; hand in again"), "warn"),
    }[state]  # type: ignore[return-value]


class HandOverScreen(AdviserScreen):
    """Quarters and where they stand."""

    tab = "F4"

    def body(self) -> ComposeResult:
        """Yield the list of quarters."""
        with Vertical(classes="card main") as card:
            card.border_title = _("Quarters")
            card.border_subtitle = _("Enter shows everything that will leave")
            columns = (Column(width=2), Column(width=22), Column(width=14, right=True), _BARS, Column())
            yield Listing(columns, id="quarters")
            yield Static(
                _(
                    "A quarter is handed in as one sealed file. Handing in again replaces what was handed in "
                    "before."
                ),
                classes="dim foot",
            )

    def on_mount(self) -> None:
        """Begin in the list."""
        super().on_mount()
        self.query_one("#quarters").focus()

    def keys(self) -> Keys:
        """Return the keys."""
        return (
            ("↑↓", _("quarter")),
            (_("Enter"), _("see what will leave")),
            ("F1", _("help")),
            ("^p", _("commands")),
            ("^l", _("lock")),
        )

    def show_desk(self, desk: Desk) -> None:
        """Show the quarters, once their states are known."""
        super().show_desk(desk)
        self._show_quarters(desk)

    @work(group="quarters", exclusive=True)
    async def _show_quarters(self, desk: Desk) -> None:
        with self.telling():
            states = await self.session.run(quarter_states)
            lines = []
            most = max((total(desk.of(quarter)) for quarter in states), default=1) or 1
            for quarter, state in states.items():
                mark, words, role = _state_words(state)
                count = signals(total(desk.of(quarter)))
                lines.append(
                    Line(
                        (
                            cell(mark, role),
                            cell(quarter_name(quarter)),
                            cell(count, "dim"),
                            tally_bar(total(desk.of(quarter)), most, _BARS.width - 2, indent=2),
                            cell(f"  {words}", role),
                        ),
                        key=str(quarter),
                    )
                )
            quarters = self.query_one("#quarters", Listing)
            waiting = [q for q, state in states.items() if state is QuarterState.OPEN]
            newest = next((q for q, state in states.items() if state is not QuarterState.RUNNING), None)
            first = min(waiting, default=newest)
            quarters.show(lines, quarters.chosen_key or (str(first) if first else None))

    @on(Listing.Chosen, "#quarters")
    def _chosen(self, event: Listing.Chosen) -> None:
        quarter = Quarter.parse(event.key)
        if self.look is not None and quarter == self.look.now:
            self.app.push_screen(_leaving_question(quarter), self._answered)
        else:
            self._open_preview(quarter)

    def _answered(self, answer: str | None) -> None:
        if self.look is not None and answer == "leave":
            self._open_preview(self.look.now, leaving=True)

    @work(group="preview", exclusive=True)
    async def _open_preview(self, quarter: Quarter, *, leaving: bool = False) -> None:
        with self.telling():
            shown = await self.session.run(lambda adviser: preview(adviser, quarter, leaving=leaving))
            if self.look is not None:
                self.app.push_screen(PreviewScreen(self.session, self.look, shown, leaving=leaving))

    def on_screen_resume(self) -> None:
        """Look again when the preview closes."""
        super().on_screen_resume()
        if self.look is not None:
            self.refresh_desk()


class PreviewScreen(AdviserScreen):
    """Every line that will leave, who can open it, and the folder for the file."""

    tab = "F4"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", show=False)]

    def __init__(
        self, session: Session[Adviser], desk: Desk, shown: Preview, *, leaving: bool = False
    ) -> None:
        super().__init__(session)
        self._desk, self._preview, self._leaving = desk, shown, leaving
        self._written = False

    def body(self) -> ComposeResult:
        """Yield the lines over the folder."""
        count = sum(line.count for line in self._preview.lines)
        with Vertical(classes="card main") as card:
            card.border_title = _("Will leave: %(quarter)s · %(signals)s") % {
                "quarter": quarter_name(self._preview.quarter),
                "signals": signals(count),
            }
            card.border_subtitle = _("nothing else is in the file")
            yield Listing((Column(), Column(width=4, right=True)), id="leaving")
            yield Static(who_can_open(self._preview.opening), classes="lead foot", markup=False)
            yield Field(_("To folder"), path_input("folder", str(documents())))

    def on_mount(self) -> None:
        """Show the lines; the cursor is in the folder, so that Enter hands in."""
        self.look = self._desk
        codebook = self._desk.codebook
        lines = [
            Line(
                (
                    (
                        (theme_name(codebook, line.theme), "plain"),
                        (" · ", "dim"),
                        (unit_name(codebook, line.unit), "strong"),
                        (f"  {unit_place(codebook, line.unit)}", "dim"),
                    ),
                    cell(str(line.count), "strong"),
                ),
            )
            for line in self._preview.lines
        ]
        nothing = [
            heading(
                _("No signals. That is handed in too: the bureau then knows nothing is missing."), "plain"
            )
        ]
        self.query_one("#leaving", Listing).show(lines or nothing)
        self.query_one("#folder").focus()

    def keys(self) -> Keys:
        """Return the keys."""
        if self._written:
            return (("Esc", _("back")), ("F1", _("help")), ("^l", _("lock")))
        return (
            (_("Enter"), _("write the file")),
            ("Tab", _("to the lines")),
            ("Esc", _("back")),
            ("F1", _("help")),
            ("^l", _("lock")),
        )

    def action_back(self) -> None:
        """Go back to the quarters."""
        self.app.pop_screen()

    @on(Input.Submitted, "#folder")
    def _submitted(self, event: Input.Submitted) -> None:
        if not self._written:
            self._export(Path(event.value.strip()).expanduser())

    @work(group="export", exclusive=True)
    async def _export(self, folder: Path) -> None:
        self.notice.busy(_("Sealing and writing the file."))
        with self.telling():
            work = partial(_export_previewed, shown=self._preview, folder=folder, leaving=self._leaving)
            self._tell(await self.session.run(work))

    def _tell(self, exported: Exported) -> None:
        self._written = exported.state is WriteState.VERIFIED
        if exported.state is WriteState.VERIFIED:
            self.notice.tell(
                _("Written and read back: %(name)s") % {"name": exported.path.name},
                _("It is in %(folder)s. Send or carry this file to the bureau.")
                % {"folder": exported.path.parent},
            )
        elif exported.state is WriteState.NOT_VERIFIED:
            self.notice.complain(
                _("Written, but it could not be read back."),
                _("Do not send this file. Check the stick or disk, and press Enter to write another."),
            )
        else:
            self.notice.complain(_("Nothing was written."), _("Choose another folder and press Enter again."))
        self.show_bars()


def _export_previewed(adviser: Adviser, *, shown: Preview, folder: Path, leaving: bool) -> Exported:
    return export(adviser, shown.quarter, folder, leaving=leaving, previewed=shown)


def _leaving_question(quarter: Quarter) -> Question:
    text = _(
        "A quarter is handed in after its last day. Only who stops as a confidential adviser hands in the "
        "running one now (%(quarter)s). After that this vault takes no more signals."
    ) % {"quarter": quarter_name(quarter)}
    answers = [("wait", _("I go on as an adviser; wait")), ("leave", _("I stop: show what will leave"))]
    return Question(_("This quarter is not over"), f"{text}\n", answers)
