"""Deliveries: which adviser handed in which quarter, and taking files in.

Nothing here is about counts: the bureau cannot open them alone. What was held or refused is
listed with the reason, in the two lines of the error.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from vertrouwenswerk.domain.quarter import Quarter, last_closed
from vertrouwenswerk.i18n import _, ngettext, number
from vertrouwenswerk.tui.screens.bureau_base import BureauScreen
from vertrouwenswerk.tui.session import Session, StoppedError
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.listing import Cell, Column, Line, Listing, Role, cell, heading
from vertrouwenswerk.tui.widgets.meter import Meter
from vertrouwenswerk.tui.widgets.paths import path_input
from vertrouwenswerk.tui.words import short_quarter
from vertrouwenswerk.usecases.bureau import Bureau, EnrolledAdviser, enrolled, label
from vertrouwenswerk.usecases.receiving import Imported, Outcome, deliveries, import_summaries
from vertrouwenswerk.vault.office_store import Delivery, DeliveryState

_QUARTERS_NARROW, _QUARTERS_WIDE = 8, 12


@dataclass(frozen=True, slots=True)
class Counter:
    """What lies on the counter: advisers, deliveries, and the last closed quarter."""

    advisers: tuple[EnrolledAdviser, ...]
    deliveries: tuple[Delivery, ...]
    last: Quarter


def look(bureau: Bureau) -> Counter:
    """Return what lies on the counter now."""
    return Counter(enrolled(bureau), deliveries(bureau), last_closed(bureau.today))


def _marks() -> dict[DeliveryState | None, tuple[str, str, Role]]:
    return {
        DeliveryState.ACCEPTED: ("●", _("delivered"), "good"),
        DeliveryState.REPLACED: ("◐", _("replaced by a newer one"), "plain"),
        DeliveryState.HELD: ("◌", _("held"), "warn"),
        DeliveryState.REFUSED: ("×", _("refused"), "bad"),
        None: ("·", _("missing"), "dim"),
    }


class DeliveriesScreen(BureauScreen):
    """The bureau's first screen."""

    tab = "F2"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "import_field", show=False),
        Binding("escape", "back", show=False),
    ]

    def __init__(self, session: Session[Bureau]) -> None:
        super().__init__(session)
        self._counter: Counter | None = None
        self._results: tuple[Imported, ...] = ()

    def body(self) -> ComposeResult:
        """Yield the grid, the list of what stayed out, and the field to import by."""
        with Vertical(id="grid-card", classes="card main"):
            yield Listing(id="grid-head", focusable=False)
            yield Listing(id="grid")
            yield Static(id="grid-legend")
        with Vertical(id="stayed-card", classes="card"):
            yield Listing(id="stayed")
        with Vertical(id="import-box"):
            yield Field(
                _("File or folder"),
                path_input("import-path", placeholder=_("where the files are; Enter takes them in")),
            )
            yield Meter(id="import-meter")

    def on_mount(self) -> None:
        """Look at the counter."""
        self.query_one("#grid").focus()
        self.refresh_counter()

    def keys(self) -> Keys:
        """Return the keys."""
        return (
            ("F5", _("take files in")),
            ("F3", _("sitting")),
            ("F4", _("picture")),
            ("F1", _("help")),
            ("^p", _("commands")),
            ("^l", _("lock")),
        )

    @work(group="look", exclusive=True)
    async def refresh_counter(self) -> None:
        """Look again and show what is there."""
        with self.telling():
            self._counter = await self.session.run(look)
            self._show_grid()

    def on_resize(self) -> None:
        """Fit the number of quarters to the width."""
        super().on_resize()
        self._show_grid()

    def _show_grid(self) -> None:
        counter = self._counter
        if counter is None:
            return
        count = _QUARTERS_WIDE if self.size.width >= 110 else _QUARTERS_NARROW
        quarters = tuple(Quarter.from_index(counter.last.index - back) for back in reversed(range(count)))
        columns = (Column(width=9), *(Column(width=6) for _quarter in quarters), Column())
        head, grid = self.query_one("#grid-head", Listing), self.query_one("#grid", Listing)
        head.columns = grid.columns = columns
        card_words = _("six words of the card") if count == _QUARTERS_WIDE else ""
        heads = (
            cell(_("adviser"), "dim"),
            *(cell(short_quarter(q), "dim") for q in quarters),
            cell(card_words, "dim"),
        )
        head.show([Line(heads)])
        lines = _grid_lines(counter, quarters, with_words=count == _QUARTERS_WIDE)
        nobody = [
            heading(_("No adviser is enrolled yet."), "plain"),
            heading(_("Enrol them by their cards: vertrouwenswerk bureau enrol CARD")),
        ]
        grid.show(lines or nobody, grid.chosen_key)
        card = self.query_one("#grid-card", Vertical)
        card.border_title = ngettext("%(count)s adviser", "%(count)s advisers", len(counter.advisers)) % {
            "count": number(len(counter.advisers))
        }
        there = sum(
            d.quarter == counter.last and d.state is DeliveryState.ACCEPTED for d in counter.deliveries
        )
        card.border_subtitle = _("%(quarter)s: %(there)s of %(all)s delivered") % {
            "quarter": counter.last,
            "there": number(there),
            "all": number(len(counter.advisers)),
        }
        legend = "  ".join(f"{mark} {words}" for mark, words, _role in _marks().values())
        if not all(adviser.is_countersigned for adviser in counter.advisers):
            legend += "\n! " + _("the guardian has yet to agree to this adviser, at the next sitting")
        self.query_one("#grid-legend", Static).update(Content(legend))
        self.show_bars()

    # --- taking files in

    def action_import_field(self) -> None:
        """Go to the field."""
        self.query_one("#import-path").focus()

    def action_back(self) -> None:
        """Stop what is being taken in, or close the list of what stayed out."""
        self.session.cancel()
        self.query_one("#stayed-card").remove_class("-shown")
        self.query_one("#grid").focus()

    @on(Input.Submitted, "#import-path")
    def _submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        if typed:
            self._import(Path(typed).expanduser())

    @work(group="import", exclusive=True)
    async def _import(self, path: Path) -> None:
        self.notice.busy(_("Taking the files in. Esc stops; what is in stays in."))
        meter = self.query_one("#import-meter", Meter)
        meter.add_class("-shown")
        stage = _("taking files in")

        def progress(done: int, total: int) -> None:
            self.session.require_going()
            if done % 8 == 0 or done == total:
                meter.report(stage, done, total)

        with self.telling():
            try:
                work = partial(import_summaries, paths=[path], progress=progress)
                self._tell(await self.session.run(work))
            except StoppedError:
                self.notice.tell(_("Stopped."), _("What was taken in already stays in."))
        meter.remove_class("-shown")
        self.refresh_counter()

    def _tell(self, results: tuple[Imported, ...]) -> None:
        if not results:
            self.notice.complain(
                _("There are no summaries in that folder."), _("They are the files ending in .vwsummary.")
            )
            return
        counts = {outcome: sum(r.outcome is outcome for r in results) for outcome in Outcome}
        said = _(
            "%(new)s taken in, %(again)s in already, %(replaced)s older, %(held)s held, %(refused)s refused."
        ) % {
            "new": number(counts[Outcome.ACCEPTED]),
            "again": number(counts[Outcome.ALREADY_IN]),
            "replaced": number(counts[Outcome.REPLACED]),
            "held": number(counts[Outcome.HELD]),
            "refused": number(counts[Outcome.REFUSED]),
        }
        stayed = [result for result in results if result.outcome in (Outcome.HELD, Outcome.REFUSED)]
        hint = (
            _("The list says what stayed out and why; Esc closes it.")
            if stayed
            else _("A sitting opens them: F3.")
        )
        if stayed:
            self.notice.complain(said, hint)
        else:
            self.notice.tell(said, hint)
        self.query_one("#stayed-card").set_class(bool(stayed), "-shown")
        if stayed:
            self.query_one("#stayed-card", Vertical).border_title = _("Stayed out · %(count)s") % {
                "count": number(len(stayed))
            }
            self.query_one("#stayed", Listing).show([line for result in stayed for line in _why(result)])


def _grid_lines(counter: Counter, quarters: tuple[Quarter, ...], *, with_words: bool) -> list[Line]:
    marks = _marks()
    by_place: dict[tuple[str, Quarter], list[DeliveryState]] = {}
    for delivery in counter.deliveries:
        by_place.setdefault((label(delivery.adviser), delivery.quarter), []).append(delivery.state)
    names = [adviser.label for adviser in counter.advisers]
    if any(delivery.adviser is None for delivery in counter.deliveries):
        names.append(label(None))
    words = {adviser.label: " ".join(adviser.words) for adviser in counter.advisers}
    waiting = {adviser.label for adviser in counter.advisers if not adviser.is_countersigned}
    lines = []
    for name in names:
        waits: Cell = cell(" !", "warn") if name in waiting else ()
        cells: list[Cell] = [cell(name if name != "?" else _("unknown")) + waits]
        for quarter in quarters:
            mark, _words, role = marks[_state(by_place.get((name, quarter), []))]
            cells.append(cell(f" {mark}", role))
        cells.append(cell(words.get(name, "") if with_words else "", "dim"))
        lines.append(Line(tuple(cells), key=name))
    return lines


def _state(states: list[DeliveryState]) -> DeliveryState | None:
    """Return what counts for a quarter: what is in, and whether it replaced something."""
    if DeliveryState.ACCEPTED in states:
        return DeliveryState.REPLACED if DeliveryState.REPLACED in states else DeliveryState.ACCEPTED
    for state in (DeliveryState.HELD, DeliveryState.REFUSED, DeliveryState.REPLACED):
        if state in states:
            return state
    return None


def _why(result: Imported) -> list[Line]:
    if result.refusal is not None:
        return [
            heading(f"× {result.path.name}", "bad"),
            heading(f"  {result.refusal.message}", "plain"),
            heading(f"  {result.refusal.hint}"),
        ]
    return [
        heading(f"◌ {result.path.name}", "warn"),
        heading("  " + _("Held: the adviser or the codebook is not known here."), "plain"),
        heading("  " + _("Enrol the adviser by card; what is held is then taken in.")),
    ]
