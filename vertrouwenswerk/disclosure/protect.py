"""The one door: from merged counts to tables in which no sensitive count can be proven.

Everything that may be shown by its own count starts as shown; ``repair`` hides, with
the least loss, what gives sensitive regions away; a fresh program of the very tables
that go out is audited once more. If that is not clean, nothing is shown. No clock and no
chance: the same counts give the same tables. ``protect`` makes one table, ``protect_picture``
those of a picture together with all that was published before.

Example::

    table = protect(counts, Rules(threshold=3, small_units=small), report_progress=dialog.step)
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.certificate import Certificate, structure_digest
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.history import History, cohorts
from vertrouwenswerk.disclosure.lattice import Filling, Indexes, Lattice, Leaves, Region
from vertrouwenswerk.disclosure.loss import losses
from vertrouwenswerk.disclosure.model import SOLVER
from vertrouwenswerk.disclosure.release_plan import PlannedTable
from vertrouwenswerk.disclosure.repair import Plan, Progress, Step, repair
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.disclosure.safe_table import _DOOR, SafeTable
from vertrouwenswerk.disclosure.sensitive import sensitive_by_span, spans_to_protect, widest
from vertrouwenswerk.disclosure.space import Space
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.disclosure.whole_numbers import can_be_empty
from vertrouwenswerk.disclosure.witnesses import Arithmetic
from vertrouwenswerk.domain.tree import Cell
from vertrouwenswerk.errors import DisclosureError
from vertrouwenswerk.i18n import _

# Of how many sensitive regions of a picture the audit is repeated in whole numbers.
WHOLE_NUMBER_SAMPLE = 50


@dataclass(frozen=True, slots=True)
class Published:
    """A table that was published: its span and the cells that it shows."""

    span: Span
    shown: Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Protected:
    """The tables of a picture, in the order of the plan, and what their audit found."""

    tables: tuple[SafeTable, ...]
    certificate: Certificate


def _silent(_step: Step, _done: int) -> None:
    """Report nothing."""


def protect(
    counts: MergedCounts,
    rules: Rules,
    report_progress: Progress = _silent,
    known: Mapping[Region, int] | None = None,
) -> SafeTable:
    """Return the table of all cells of which no sensitive one can be proven non-empty.

    ``known``: what everybody knows besides, such as units at which nothing is recorded.
    ``report_progress`` is called with the step and how often it was done before, several
    times a second; to cancel, let it raise: nothing is shown and the error comes through.
    Raises ValueError for a small unit that is not in the tree, DisclosureError when the
    table cannot be made safe or the solver finds no answer.
    """
    if not all(unit in counts.unit_tree for unit in rules.small_units):
        raise ValueError("a small unit that is not in the tree")
    lattice = Lattice(counts.unit_tree, counts.theme_tree)
    totals, weights = counts.by_cell(), losses(counts)
    may_show = [cell for cell in lattice.distinct_cells if rules.may_show(cell[0], totals[cell])]
    question = Question(
        space=lattice,
        filling=lattice.filling(counts.signals),
        levels=lattice.levels(),
        fixed=dict(sorted((known or {}).items())),
        new={Region(*cell): totals[cell] for cell in may_show},
        losses={Region(*cell): weights[cell] for cell in may_show},
        regions=sensitive_regions(counts, rules),
    )
    answer = question.safe_rows(report_progress, thorough=True)
    return _table(counts, rules, {region.cell for region in answer.shown}, totals)


def protect_picture(
    history: History,
    threshold: int,
    plan: Sequence[PlannedTable],
    earlier: Sequence[Published],
    report_progress: Progress = _silent,
) -> Protected:
    """Return the planned tables, safe together with all earlier ones, and the certificate.

    Earlier tables stay as they are: where they and a new one tell too much together, the
    new one gives way. ``report_progress`` as for ``protect``. Raises DisclosureError when
    that is not to be made safe or the solver finds no answer.
    """
    spans = [*(table.span for table in earlier), *(table.span for table in plan)]
    space = Space(history.versions, cohorts(history.arrivals), spans)
    sensitive = sensitive_by_span(history, threshold, spans_to_protect(history, spans), space)
    question = _question(history, threshold, plan, earlier, space)
    known_before: frozenset[Region] = frozenset()
    while True:  # what lies within a region that is known already needs an audit of its own
        regions = widest(_without(sensitive, known_before), space, history.versions)
        question = replace(question, regions=regions)
        answer = question.safe_rows(report_progress, thorough=False)
        if not answer.lost:
            break
        known_before |= answer.lost
        question = replace(question, asked_before=answer.blocks)
    tables = tuple(_planned(history, threshold, table, answer.shown) for table in plan)
    whole_numbers, sampled = question.checked_in_whole_numbers(answer, report_progress, search=not earlier)
    certificate = Certificate(
        structure=structure_digest(history.versions[number] for number in sorted(history.versions)),
        threshold=threshold,
        shown=sum(table.shown_cells for table in tables),
        rows=len(question.fixed) + len(answer.shown),
        audited=len(question.regions),
        proven_before=len(known_before),
        whole_numbers=whole_numbers,
        sampled=sampled,
        solver=SOLVER,
    )
    return Protected(tables, certificate)


def _question(
    history: History,
    threshold: int,
    plan: Sequence[PlannedTable],
    earlier: Sequence[Published],
    space: Space,
) -> "Question":
    """Return what is asked of the planned tables and all earlier ones, of no region yet."""
    rows = (
        (Region(*cell, span=table.span), count) for table in earlier for cell, count in table.shown.items()
    )
    fixed = dict(sorted(rows))
    new: dict[Region, int] = {}
    weights: dict[Region, float] = {}
    for table in plan:
        _add_candidates(history, threshold, table, new, weights)
    filling = space.filling(history.by_cohort)
    # What an earlier pool had counted may be lost with it: then there are no blocks, only the whole.
    fits = all(filling[space.leaves(row)].sum() == count for row, count in fixed.items())
    return Question(
        space=space,
        filling=filling if fits else None,
        levels=space.levels(plan[0].span.version) if fits else (),
        fixed=fixed,
        new=new,
        losses=weights,
        regions=(),
    )


@dataclass(frozen=True)
class Question:
    """Which of the ``new`` rows can be shown so that none of ``regions`` is proven.

    ``filling`` and ``levels`` as for ``Blocks``; no row is both ``fixed`` and ``new``.
    ``asked_before``: the program of the same rows, with what it found out of other regions.
    """

    space: Leaves
    filling: Filling | None
    levels: Sequence[Indexes]
    fixed: Mapping[Region, int]
    new: Mapping[Region, int]
    losses: Mapping[Region, float]
    regions: tuple[Region, ...]
    asked_before: Blocks | None = None

    def safe_rows(self, report_progress: Progress, *, thorough: bool) -> "Answer":
        """Return the new rows to show.

        Raises DisclosureError when what is to be shown proves more than the fixed rows alone.
        """
        blocks = self.asked_before or self._blocks({**self.fixed, **self.new})
        blocks.show_all()
        repaired = repair(Plan(blocks, self.regions, self.losses, report_progress, thorough))
        answer = Answer(blocks, frozenset(self.new.keys() - repaired.hidden), frozenset(repaired.lost))
        self._check(answer, report_progress)
        return answer

    def _check(self, answer: "Answer", report_progress: Progress) -> None:
        """Check by arithmetic that each region can be empty, or where no way is known by a fresh program."""
        rows = self._rows(answer.shown)
        arithmetic = Arithmetic(self.space, rows, self.filling)
        unsure = []
        for done, region in enumerate(self.regions):
            report_progress(Step.FINAL_AUDIT, done)
            witness = answer.blocks.witness(region)
            if region not in answer.lost and (witness is None or not arithmetic.holds(region, witness)):
                unsure.append(region)
        if unsure and attack(self._blocks(rows), unsure, most=1):
            raise DisclosureError(
                _("This table cannot be shown without giving small counts away."),
                _("Try a longer window or a higher threshold."),
            )

    def checked_in_whole_numbers(
        self, answer: "Answer", report_progress: Progress, *, search: bool = True
    ) -> tuple[int, int]:
        """Return of how many regions, of how many asked, whole counts exist with nobody in them.

        ``search`` as for ``can_be_empty``.
        """
        step = max(1, -(-len(self.regions) // WHOLE_NUMBER_SAMPLE))
        found = 0
        sample = self.regions[::step]
        for region in sample:
            report_progress(Step.WHOLE_NUMBERS, found)
            found += can_be_empty(answer.blocks, region, search=search)
        return found, len(sample)

    def _blocks(self, rows: Mapping[Region, int]) -> Blocks:
        return Blocks(self.space, rows, self.filling, self.levels)

    def _rows(self, shown: Collection[Region]) -> dict[Region, int]:
        return {**self.fixed, **{row: self.new[row] for row in self.new if row in shown}}


@dataclass(frozen=True)
class Answer:
    """The new rows to show, the regions ``lost``: proven by the fixed rows alone, and the program."""

    blocks: Blocks
    shown: frozenset[Region]
    lost: frozenset[Region]


def _without(
    sensitive: Mapping[Span, frozenset[Region]], known: frozenset[Region]
) -> dict[Span, frozenset[Region]]:
    return {span: regions - known for span, regions in sensitive.items()}


def _add_candidates(
    history: History,
    threshold: int,
    table: PlannedTable,
    new: dict[Region, int],
    weights: dict[Region, float],
) -> None:
    """Add the cells of a planned table that may be shown by their own count, and their losses."""
    version, counts = history.versions[table.span.version], history.counts(table.span)
    rules = Rules(threshold, version.small_units)
    totals, loss = counts.by_cell(), losses(counts)
    for unit, theme in version.lattice.distinct_cells:
        is_planned = version.unit_tree.depth(unit) <= table.deepest and unit not in version.stood_for
        if is_planned and rules.may_show(unit, totals[unit, theme]):
            row = Region(unit, theme, span=table.span)
            new[row], weights[row] = totals[unit, theme], loss[unit, theme]


def _planned(history: History, threshold: int, table: PlannedTable, shown: Collection[Region]) -> SafeTable:
    counts = history.counts(table.span)
    rules = Rules(threshold, history.versions[table.span.version].small_units)
    return _table(counts, rules, {row.cell for row in shown if row.span == table.span}, counts.by_cell())


def _table(
    counts: MergedCounts, rules: Rules, safe: Collection[Cell], totals: Mapping[Cell, int]
) -> SafeTable:
    """Return the table of the safe cells, a theme's group with it where it holds that theme only."""
    lattice = Lattice(counts.unit_tree, counts.theme_tree)
    shown = {cell: totals[cell] for cell in lattice.cells if lattice.distinct(cell) in safe}
    units, themes = counts.unit_tree.codes, counts.theme_tree.codes
    return SafeTable(counts.window, rules.threshold, units, themes, shown, _DOOR)
