"""The audit for an outsider: what published tables give away to whoever has them all.

It knows no count but the published ones, so it cannot know which hidden cells are small.
For each hidden cell, and for each cell of a single quarter and of what a later sitting
added or took back, it works out the least and the most that can be in it. *Proven* is a
violation when somebody is certainly in it and fewer than the threshold, or, of a change by
fewer advisers than the floor, when somebody is. *Undecided* is a hidden cell that is
certainly not empty but may hold the threshold or more: it may be hidden to protect another.
Of all others nothing can be proven. Over real numbers, as all our audits.

One program over all tables; ``outside_links`` says what they have in common. One unit code
is one unit in all tables; codes that differ are different units.

Example::

    audit(tables).violations[0]      # Violation(unit="SOC", theme="PEST", ..., at_least=1, at_most=2)
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, inf

import numpy as np

from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.model import SOLVER, TOLERANCE, Interval, Model, bounds
from vertrouwenswerk.disclosure.outside_links import Links, OpeningsDisagree, link
from vertrouwenswerk.disclosure.outside_table import Opening, OutsideTable
from vertrouwenswerk.disclosure.spans import Cohort, Kind, Span
from vertrouwenswerk.domain.codebook import THRESHOLD_FLOOR
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.errors import DisclosureError, FileRefusedError
from vertrouwenswerk.i18n import _

# Far above a large organisation's five years; hostile files ask for more than fits in memory.
MOST_LEAVES = 5_000_000

_WHOLE = (0, 0)  # the only block of a program without levels
_NO_ATOMS = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Violation:
    """That ``at_least`` (> 0) to ``at_most`` signals lie in a cell, and fewer than may be told.

    ``own``: only what was recorded at the unit itself; ``change``: of ``window`` only what
    the sitting of ``picture`` added or took back; ``table``: the file that hides the cell,
    or shows it, empty where it takes more than one cell of one file. ``at_most`` is None
    when nothing limits it.
    """

    unit: str
    theme: str
    own: bool
    window: Window
    change: Kind
    picture: int
    table: str
    at_least: int
    at_most: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit from outside found: cells ``shown`` and ``hidden`` in all tables together.

    ``undecided``: hidden cells that are certainly not empty, but may hold the threshold or more.
    """

    tables: int
    shown: int
    hidden: int
    violations: tuple[Violation, ...]
    undecided: int
    solver: str


Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Question:
    """``region`` of a span; ``is_of_few``: any proof is a violation; ``table`` that hides it, or none."""

    region: Region
    threshold: int
    is_of_few: bool
    table: str


def audit(tables: Sequence[OutsideTable], report_progress: Progress) -> Verdict:
    """Return what can be proven from ``tables`` together.

    ``report_progress`` gets how many of how many groups of cells are done; what it raises
    ends the audit. Raises FileRefusedError: ``contradiction`` when no counts fit all that is
    published, ``too-large``; DisclosureError when the solver finds no answer.
    """
    program = _program(tables)
    program.require_consistent()
    violations = list(_shown_though_small(tables))
    undecided: set[Region] = set()
    groups = tuple(program.groups())
    for done, questions in enumerate(groups):
        report_progress(done, len(groups))
        for question, interval in program.answers(questions):
            if _is_violation(question, interval):
                violations.append(_violation(question, interval))
            elif question.table:
                undecided.add(program.canonical(question.region))
    report_progress(len(groups), len(groups))
    return Verdict(
        tables=len(tables),
        shown=sum(len(table.shown) for table in tables),
        hidden=sum(len(table.hidden) for table in tables),
        violations=tuple(violations),
        undecided=len(undecided),
        solver=SOLVER,
    )


def _program(tables: Sequence[OutsideTable]) -> "_Program":
    try:
        program = _Program(tuple(tables), link(tables))
    except OpeningsDisagree as error:
        raise _contradiction(tables) from error
    if program.links.space.leaf_count > MOST_LEAVES:
        raise FileRefusedError(
            "too-large",
            _("These tables are too large to audit together: %(names)s.") % {"names": _names(tables)},
            _("Audit fewer of them at once."),
        )
    return program


@dataclass(frozen=True)
class _Program:
    tables: tuple[OutsideTable, ...]
    links: Links

    @cached_property
    def rows(self) -> dict[Region, int]:
        """The count of each shown cell, once for each set of signals. Raises FileRefusedError."""
        found: dict[Region, int] = {}
        for table, span in zip(self.tables, self.links.spans, strict=True):
            for cell, count in table.shown.items():
                row = self.canonical(Region(*cell, span=span))
                if found.setdefault(row, count) != count:
                    raise _contradiction(self.tables)
        return found

    @cached_property
    def blocks(self) -> Blocks:
        return Blocks(self.links.space, self.rows)

    @cached_property
    def model(self) -> Model:
        return self.blocks.block(_WHOLE).model

    @cached_property
    def _first_span(self) -> dict[tuple[int, tuple[Cohort, ...]], Span]:
        return {}

    def canonical(self, region: Region) -> Region:
        """Return the region with the one span that stands for all with the same signals."""
        key = region.span.version, self.links.space.cohorts_of(region.span)
        span = self._first_span.setdefault(key, region.span)
        theme = self.links.versions[span.version].lattice.distinct(region.cell)[1]
        return replace(region, theme=theme, span=span)

    def require_consistent(self) -> None:
        """Raise FileRefusedError, naming the tables at fault, unless some counts fit all rows."""
        if self._is_consistent():
            return
        alone = [table for table in self.tables if not self._is_consistent_alone(table)]
        raise _contradiction(alone or self.tables)

    @staticmethod
    def _is_consistent_alone(table: OutsideTable) -> bool:
        try:
            return _Program((table,), link((table,)))._is_consistent()
        except (FileRefusedError, OpeningsDisagree):
            return False

    def _is_consistent(self) -> bool:
        space = self.links.space
        if any(count and not len(space.leaves(row)) for row, count in self.rows.items()):
            return False
        if not space.leaf_count:
            return True
        try:
            self.model.minimise(self.model.costs_of(_NO_ATOMS))
        except DisclosureError:
            return False
        return True

    def groups(self) -> Iterator[tuple[_Question, ...]]:
        """Yield all questions, those of a span together; each set of signals is asked for once."""
        asked: set[Region] = set(self.rows)
        for questions in (*self._of_tables(), *self._of_quarters(), *self._of_changes()):
            new = []
            for question in questions:
                region = self.canonical(question.region)
                if question.table or region not in asked:
                    asked.add(region)
                    new.append(question)
            yield tuple(new)

    def _of_tables(self) -> Iterator[list[_Question]]:
        for table, span in zip(self.tables, self.links.spans, strict=True):
            hidden = [
                _Question(Region(*cell, span=span), table.threshold, False, table.name)
                for cell in table.hidden
            ]
            yield [*hidden, *self._all_of(span, table.threshold)]

    def _of_quarters(self) -> Iterator[list[_Question]]:
        for table, span in zip(self.tables, self.links.spans, strict=True):
            for quarter in range(span.first, span.last + 1):
                yield self._all_of(replace(span, first=quarter, last=quarter), table.threshold)

    def _of_changes(self) -> Iterator[list[_Question]]:
        """Yield what a sitting added to or took from a quarter that was published before and after."""
        by_sitting = sorted(zip(self.links.spans, self.tables, strict=True), key=lambda one: one[0].sitting)
        for opening in self.links.openings:
            quarter = opening.quarter.index
            around = [(span, table) for span, table in by_sitting if span.first <= quarter <= span.last]
            after = [one for one in around if one[0].sitting >= opening.picture]
            if after and len(after) < len(around):
                span, table = after[0]
                changed = replace(span, sitting=opening.picture, first=quarter, last=quarter)
                for kind in (Kind.ADDED, Kind.WITHDRAWN):
                    yield self._all_of(replace(changed, kind=kind), table.threshold, _is_of_few(opening))

    def _all_of(self, span: Span, threshold: int, is_of_few: bool = False) -> list[_Question]:
        """Return the questions about every cell of a span, and about what was recorded at inner units."""
        version = self.links.versions[span.version]
        return [
            _Question(Region(unit, theme, own, span), threshold, is_of_few, "")
            for unit, theme in version.lattice.distinct_cells
            for own in (False, True)
            if not (own and version.unit_tree.is_leaf(unit))
        ]

    def answers(self, questions: Sequence[_Question]) -> Iterator[tuple[_Question, Interval]]:
        """Yield the questions about cells that are certainly not empty, with what they can hold."""
        regions = {question: self.canonical(question.region) for question in questions}
        proven = {proof.region for proof in attack(self.blocks, dict.fromkeys(regions.values()))}
        intervals = {region: bounds(self.model, region) for region in sorted(proven)}
        for question, region in regions.items():
            if region in intervals:
                yield question, intervals[region]


def _is_of_few(opening: Opening) -> bool:
    return opening.advisers is not None and opening.advisers < THRESHOLD_FLOOR


def _whole(interval: Interval) -> tuple[int, int | None]:
    """Return the whole numbers within an interval: the first and, if there is one, the last."""
    most = None if interval.high == inf else floor(interval.high + TOLERANCE)
    return ceil(interval.low - TOLERANCE), most


def _is_violation(question: _Question, interval: Interval) -> bool:
    most = _whole(interval)[1]
    return question.is_of_few or (most is not None and most < question.threshold)


def _violation(question: _Question, interval: Interval) -> Violation:
    region, (least, most) = question.region, _whole(interval)
    span = region.span
    return Violation(
        region.unit,
        region.theme,
        region.own,
        span.window,
        span.kind,
        span.sitting,
        question.table,
        least,
        most,
    )


def _shown_though_small(tables: Sequence[OutsideTable]) -> Iterator[Violation]:
    for table in tables:
        for (unit, theme), count in table.shown.items():
            if 0 < count < table.threshold:
                yield Violation(
                    unit,
                    theme,
                    False,
                    table.window,
                    Kind.COUNTED,
                    table.picture or 0,
                    table.name,
                    count,
                    count,
                )


def _names(tables: Sequence[OutsideTable]) -> str:
    return ", ".join(table.name for table in tables)


def _contradiction(tables: Sequence[OutsideTable]) -> FileRefusedError:
    return FileRefusedError(
        "contradiction",
        _("The published counts contradict each other: %(names)s.") % {"names": _names(tables)},
        _("Are they tables of one organisation, as they were printed, from the pictures they name?"),
    )
