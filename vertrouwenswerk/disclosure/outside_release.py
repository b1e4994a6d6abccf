"""A report that leaves the bureau: out of a picture, protected once more at its own threshold.

Its readers never see a picture, but they may have kept every report before. So the rows
are the reports' alone, and earlier ones stay as they are. The counts behind the pictures
are not needed and not there: what a picture hides is taken as small (``taken_as_small``).

Example::

    protect_release(sources, ReleasePlan(span, deepest=1, groups_only=False, threshold=5), earlier)
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.certificate import Certificate, structure_digest
from vertrouwenswerk.disclosure.history import Version, cohorts
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.loss import weigh
from vertrouwenswerk.disclosure.model import SOLVER, TOLERANCE
from vertrouwenswerk.disclosure.protect import Protected, Published, Question
from vertrouwenswerk.disclosure.repair import Progress, Step
from vertrouwenswerk.disclosure.safe_table import _DOOR, SafeTable
from vertrouwenswerk.disclosure.space import Space
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.disclosure.taken_as_small import Sources, TakenAsSmall, parts_to_protect
from vertrouwenswerk.domain.tree import ROOT, Cell


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What a report is to show: of a picture's table ``span`` the units down to ``deepest`` levels.

    ``groups_only``: theme groups instead of themes; the whole of all themes is always in it.
    """

    span: Span
    deepest: int
    groups_only: bool
    threshold: int

    def cells(self, version: Version) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the units and the themes of the report, in the order of the trees."""
        units = tuple(u for u in version.unit_tree.codes if version.unit_tree.depth(u) <= self.deepest)
        is_leaf = version.theme_tree.is_leaf
        themes = (t for t in version.theme_tree.codes if t == ROOT or not (self.groups_only and is_leaf(t)))
        return units, tuple(themes)


def _silent(_step: Step, _done: int) -> None:
    """Report nothing."""


def protect_release(
    sources: Sources,
    plan: ReleasePlan,
    earlier: Sequence[Published],
    report_progress: Progress = _silent,
) -> Protected:
    """Return the table to give out, safe together with all ``earlier`` reports, and the certificate.

    No cell that is hidden in a picture can be proven non-empty by all reports together, in
    no part of a window and in no change between two reports, unless it is proven to hold
    ``threshold`` signals or more. ``report_progress`` as for ``protect``. Raises
    DisclosureError when that is not to be made or the solver finds no answer, KeyError
    when there is no picture's table of the plan's span.
    """
    return _Release(sources, plan, earlier, report_progress).protect()


class _Release:
    def __init__(
        self, sources: Sources, plan: ReleasePlan, earlier: Sequence[Published], report_progress: Progress
    ) -> None:
        self._sources, self._plan, self._report_progress = sources, plan, report_progress
        self._version = sources.versions[plan.span.version]
        spans = [*(table.span for table in earlier), plan.span]
        seen = sources.seen_at({span.sitting for span in spans})
        self._space = Space(sources.versions, cohorts(seen.arrivals), spans)
        self._fixed = _rows(sources.versions, earlier)
        self._may_show = self._cells_above_threshold()
        self._new = {
            row: count
            for row, count in _rows(sources.versions, [Published(plan.span, self._may_show)]).items()
            if row not in self._fixed
        }
        parts = parts_to_protect(seen, spans)
        self._small = TakenAsSmall(sources, seen, plan.threshold, self._space, parts)
        self._looked_at: frozenset[Region] = frozenset()

    def protect(self) -> Protected:
        proven_before: frozenset[Region] = frozenset()
        blocks: Blocks | None = None
        while True:  # what lies within a region that is known already needs an audit of its own
            question = self._question(blocks)
            answer = question.safe_rows(self._report_progress, thorough=False)
            if not answer.lost:
                break
            self._small.learn(answer.lost)
            proven_before, blocks = proven_before | answer.lost, answer.blocks
        table = self._table(answer.shown)
        whole_numbers, sampled = question.checked_in_whole_numbers(
            answer, self._report_progress, search=False
        )
        versions = self._sources.versions
        certificate = Certificate(
            structure=structure_digest(versions[number] for number in sorted(versions)),
            threshold=self._plan.threshold,
            shown=table.shown_cells,
            rows=len(self._fixed) + len(answer.shown),
            audited=len(question.regions),
            proven_before=len(proven_before),
            whole_numbers=whole_numbers,
            sampled=sampled,
            solver=SOLVER,
        )
        return Protected((table,), certificate)

    def _question(self, asked_before: Blocks | None) -> Question:
        self._learn_what_rows_prove()
        losses = self._losses()
        return Question(
            space=self._space,
            filling=None,
            levels=(),
            fixed=self._fixed,
            new=self._new,
            losses={row: losses[row.cell] for row in self._new},
            regions=self._small.widest(),
            asked_before=asked_before,
        )

    def _learn_what_rows_prove(self) -> None:
        """Learn where the pictures' tables of all reports prove enough: that is true, shown or not."""
        blocks = Blocks(self._space, {**self._known_rows(), **self._fixed})
        while True:
            self._report_progress(Step.REPAIR, 0)
            regions = [region for region in self._small.widest() if region not in self._looked_at]
            self._looked_at |= frozenset(regions)
            enough = [
                proof.region
                for proof in attack(blocks, filter(self._small.may_be_learnt, regions))
                if math.ceil(proof.at_least - TOLERANCE) >= self._plan.threshold
            ]
            if not enough:
                return
            self._small.learn(enough)

    def _known_rows(self) -> dict[Region, int]:
        """Return the pictures' rows of all reports, as deep as a report goes; deeper ones prove little."""
        spans = {self._plan.span, *(row.span for row in self._fixed)}
        trees = self._sources.versions
        tables = [table for table in self._sources.pictures if table.span in spans]
        depths = [trees[row.span.version].unit_tree.depth(row.unit) for row in self._fixed]
        deepest = max([self._plan.deepest, *depths])
        return {
            row: count
            for row, count in _rows(trees, tables).items()
            if trees[row.span.version].unit_tree.depth(row.unit) <= deepest
        }

    def _cells_above_threshold(self) -> dict[Cell, int]:
        """Return the report's cells that the picture shows with enough in them."""
        units, themes = map(frozenset, self._plan.cells(self._version))
        for table in self._sources.pictures:
            if table.span == self._plan.span:
                return {
                    (unit, theme): count
                    for (unit, theme), count in table.shown.items()
                    if unit in units and theme in themes and count >= self._plan.threshold
                }
        raise KeyError(self._plan.span)

    def _losses(self) -> dict[Cell, float]:
        counts = {self._version.lattice.distinct(cell): count for cell, count in self._may_show.items()}
        return weigh(counts, self._version.unit_tree)

    def _table(self, new_shown: Iterable[Region]) -> SafeTable:
        """Return the report's table; what an earlier one of the same picture showed is shown again."""
        safe = {row.cell for row in (*self._fixed, *new_shown) if row.span == self._plan.span}
        distinct = self._version.lattice.distinct
        shown = {cell: count for cell, count in self._may_show.items() if distinct(cell) in safe}
        units, themes = self._plan.cells(self._version)
        return SafeTable(self._plan.span.window, self._plan.threshold, units, themes, shown, _DOOR)


def _rows(versions: Mapping[int, Version], tables: Iterable[Published]) -> dict[Region, int]:
    """Return the rows that tables are to whoever saw them, one for each set of leaves."""
    return {
        Region(*versions[table.span.version].lattice.distinct(cell), span=table.span): count
        for table in tables
        for cell, count in table.shown.items()
    }
