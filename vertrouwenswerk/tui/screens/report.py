"""A report for outside: for whom, of which window, down to which level; what it shows; the ledger.

Nothing is chosen beforehand but what follows from the audience, and no audience is: whoever
gives a report out says for whom. What is shown is worked out anew with every choice. Enter
in the path asks once more, for a report stands in the ledger for ever.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.handoff.release_file import Release
from vertrouwenswerk.i18n import _, number
from vertrouwenswerk.reports.outside import Audience, audience_name, level_name, unit_name
from vertrouwenswerk.reports.table import HIDDEN
from vertrouwenswerk.tui.opening import missing_bureau_extra
from vertrouwenswerk.tui.screens.bureau_base import BureauScreen
from vertrouwenswerk.tui.screens.dialogs import Question
from vertrouwenswerk.tui.session import Session, StoppedError
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.listing import Column, Line, Listing, cell, heading
from vertrouwenswerk.tui.widgets.paths import path_input
from vertrouwenswerk.usecases.bureau import Bureau

if TYPE_CHECKING:
    from vertrouwenswerk.usecases.reporting import Proposal

T = TypeVar("T")
_RELEASE = "release"
_UNITS = (Column(), Column(width=8, right=True), Column(width=10, right=True), Column(width=12, right=True))
_LEDGER = (
    Column(width=4, right=True), Column(width=19), Column(), Column(width=13),
    Column(width=8, right=True), Column(width=8, right=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Choice:
    """What to report; without an audience nothing yet."""

    audience: Audience | None = None
    window: Window | None = None
    level: str = ""
    groups: bool = False


@dataclass(frozen=True, slots=True)
class _Opened:
    windows: tuple[Window, ...]
    ledger: tuple[Release, ...]


def _open(bureau: Bureau) -> _Opened:
    try:
        from vertrouwenswerk.usecases.reporting import ledger, windows  # brings the solver along
    except ModuleNotFoundError as error:
        raise missing_bureau_extra(error) from error
    return _Opened(windows(bureau), ledger(bureau))


class ReportScreen(BureauScreen):
    """Prepare a report, give it out, and see all that left."""

    tab = "F6"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("escape", "stop", show=False),
    ]

    def __init__(self, session: Session[Bureau]) -> None:
        super().__init__(session)
        self._opened = _Opened((), ())
        self._choice = _Choice()
        self._planning = False
        self._proposal: Proposal | None = None

    def body(self) -> ComposeResult:
        """Yield the choices over what they show, over the path, over the ledger."""
        with Vertical(id="report-card", classes="card main") as card:
            card.border_title = _("Report")
            yield Listing((Column(width=14), Column()), id="report-choices")
            yield Listing(_UNITS, id="report-shown")
            yield Field(
                _("Release it to"),
                path_input("release-path", placeholder=_("a new file: .html, .csv or .txt")),
            )
        with Vertical(id="ledger-card", classes="card") as card:
            card.border_title = _("What left")
            yield Listing(_LEDGER, id="ledger")

    def on_mount(self) -> None:
        """Read the ledger, the cursor on the audience."""
        self.query_one("#report-choices").focus()
        self._show_choices()
        self._show_shown()
        self._read()

    def keys(self) -> Keys:
        """Return the keys."""
        if self._planning:
            return (("Esc", _("stop")), ("^l", _("lock")))
        return (
            ("↑↓", _("line")),
            ("← →", _("choose")),
            ("Tab", _("path, ledger")),
            (_("Enter"), _("release")),
            ("F1", _("help")),
            ("^l", _("lock")),
        )

    def help_lines(self) -> Keys:
        """Return the keys, and what a release is."""
        return (
            ("← →", _("another value for the line under the cursor")),
            ("Tab", _("to what is shown, the path, and the ledger")),
            (_("Enter"), _("in the path: asks once more, then releases")),
            ("//", _("hidden: 0, few, or needed to protect others")),
            (_("ledger"), _("a report that left stays in it; later ones give way")),
        )

    def action_stop(self) -> None:
        """Stop working out what is shown."""
        self.session.cancel()

    @on(Listing.Chosen, "#report-choices")
    def _chosen(self) -> None:
        self.action_turn(1)

    def action_turn(self, step: int) -> None:
        """Give the line under the cursor its next or previous value."""
        choices = self.query_one("#report-choices", Listing)
        if choices.has_focus and self._opened.windows and choices.chosen_key is not None:
            self._choice = self._turned(choices.chosen_key, step)
            self._show_choices()
            self._plan_again()

    def _turned(self, line: str, step: int) -> _Choice:
        from vertrouwenswerk.usecases.reporting import levels  # brings the solver along

        choice = self._choice
        if line == "audience":
            audience = _next(tuple(Audience), choice.audience, step)
            return self._for(audience)
        if choice.audience is None:
            return choice
        if line == "window":
            return replace(choice, window=_next(self._opened.windows, choice.window, step))
        if line == "level":
            return replace(choice, level=_next(levels(choice.audience), choice.level, step))
        return replace(choice, groups=not choice.groups)

    def _for(self, audience: Audience) -> _Choice:
        """Return the choices that go with an audience."""
        from vertrouwenswerk.usecases.reporting import default_level, usual_window  # brings the solver along

        window = usual_window(self._opened.windows, audience) or self._opened.windows[0]
        return _Choice(audience, window, default_level(audience), self._choice.groups)

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        with self.telling():
            self._opened = await self.session.run(_open)
            if self._proposal is not None and self._proposal.number <= len(self._opened.ledger):
                self._proposal, self._choice = None, _Choice()  # it left
                self._show_choices()
                self._show_shown()
            self._show_ledger()

    def _plan_again(self) -> None:
        self._proposal = None
        self._show_shown()
        if self._planning:
            self.session.cancel()
        elif self._choice.audience is not None:
            self._planning = True
            self._plan()

    @work(group="plan")
    async def _plan(self) -> None:
        """Work out what is shown, once more when the choice changed meanwhile."""
        planned: _Choice | None = None
        self.show_bars()
        self.notice.busy(_("Working out what may be shown. Esc stops it."))
        try:
            with self.telling():
                while planned != self._choice:
                    planned = self._choice
                    await self._plan_one(planned)
                self.notice.clear()
        finally:
            self._planning = False
            if self.is_attached:
                self._show_shown()
                self.show_bars()

    async def _plan_one(self, choice: _Choice) -> None:
        try:
            self._proposal = await self.session.run(lambda bureau: self._propose(bureau, choice))
        except StoppedError:
            if choice == self._choice or self.session.is_ended:
                raise

    def _propose(self, bureau: Bureau, choice: _Choice) -> "Proposal | None":
        from vertrouwenswerk.usecases.reporting import plan_report  # brings the solver along

        if choice.audience is None:
            return None
        return plan_report(
            bureau,
            choice.audience,
            choice.window,
            choice.level,
            groups=choice.groups,
            progress=lambda _done, _total: self.session.require_going(),
        )

    def _show_choices(self) -> None:
        choice = self._choice
        if choice.audience is None:
            values = {"audience": _("choose: the council, management, other programs")}
        else:
            values = {
                "audience": audience_name(choice.audience),
                "window": str(choice.window),
                "level": level_name(choice.level),
                "themes": _("theme groups") if choice.groups else _("themes and their groups"),
            }
        labels = {
            "audience": _("For whom"), "window": _("Window"), "level": _("Down to"), "themes": _("Themes")
        }  # fmt: skip
        listing = self.query_one("#report-choices", Listing)
        lines = (
            Line((cell(labels[key], "dim"), cell(f"‹ {value} ›", "strong")), key=key)
            for key, value in values.items()
        )
        listing.show(lines, listing.chosen_key)

    def _show_shown(self) -> None:
        listing = self.query_one("#report-shown", Listing)
        if self._proposal is None:
            hint = _("Choose for whom with ← and →. Here stands what the report will show and hide.")
            listing.show([] if self._choice.audience else [heading(hint)])
            return
        table, codebook = self._proposal.table, self._proposal.codebook
        head = (
            cell(_("threshold %(threshold)s") % {"threshold": table.threshold}, "dim"),
            cell(_("signals"), "dim"),
            cell(_("shown"), "dim"),
            cell(_("hidden"), "dim"),
        )
        lines = [Line(head)]
        for unit in table.units:
            count = table.count(unit, "*")
            shown = sum((unit, theme) in table.shown for theme in table.themes)
            name = "  " * codebook.unit_tree.depth(unit) + unit_name(codebook, unit)
            said = cell(HIDDEN, "dim") if count is None else cell(number(count), "strong")
            hidden = len(table.themes) - shown
            lines.append(Line((cell(name), said, cell(number(shown)), cell(number(hidden), "dim")), key=unit))
        listing.show(lines)

    def _show_ledger(self) -> None:
        rows = self._opened.ledger
        lines = [_ledger_line(row) for row in rows] or [heading(_("No report has left yet."))]
        self.query_one("#ledger", Listing).show(lines, str(len(rows)))

    @on(Input.Submitted, "#release-path")
    def _submitted(self, event: Input.Submitted) -> None:
        path = event.value.strip()
        if self._proposal is None or not path:
            self.notice.complain(
                _("A report needs readers and a new file."), _("Choose for whom, then name the file.")
            )
            return
        proposal, to = self._proposal, Path(path).expanduser()
        words = {"number": proposal.number, "audience": audience_name(proposal.audience), "name": to.name}
        text = _(
            "Release %(number)s, for %(audience)s, to %(name)s. A report that left cannot be taken back: "
            "later ones must give way to it."
        )
        answers = [("wait", _("Not yet")), (_RELEASE, _("Release it"))]

        def answered(answer: str | None) -> None:
            if answer == _RELEASE:
                self._release(proposal, to)

        self.app.push_screen(Question(_("Give this report out?"), f"{text % words}\n", answers), answered)

    @work(group="release")
    async def _release(self, proposal: "Proposal", to: Path) -> None:
        from vertrouwenswerk.usecases.reporting import format_for, release_report  # brings the solver along

        kind = format_for(to, proposal.audience)
        try:
            with self.telling():
                await self.session.run(lambda bureau: release_report(bureau, proposal, kind, to))
                self.query_one("#release-path", Input).value = ""
                self.notice.tell(
                    _("Release %(number)s is written: %(path)s") % {"number": proposal.number, "path": to},
                    _("Make a backup now: the ledger is in it."),
                )
        finally:
            if self.is_attached:
                self._read()


def _next(values: tuple[T, ...], now: T | None, step: int) -> T:
    place = values.index(now) + step if now in values else 0
    return values[place % len(values)]


def _ledger_line(row: Release) -> Line:
    return Line(
        (
            cell(str(row.number), "dim"),
            cell(str(row.window)),
            cell(audience_name(Audience(row.audience))),
            cell(level_name(row.level)),
            cell(number(len(row.table.shown)), "strong"),
            cell(f"{number(row.hidden)} //", "dim"),
        ),
        key=str(row.number),
    )
