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
from dataclasses import dataclass
from math import ceil, floor, inf

from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.model import SOLVER, TOLERANCE, Interval
from vertrouwenswerk.disclosure.outside_links import Links, OpeningsDisagree, link
from vertrouwenswerk.disclosure.outside_program import Contradiction, Program
from vertrouwenswerk.disclosure.outside_questions import Question, question_groups
from vertrouwenswerk.disclosure.outside_table import OutsideTable
from vertrouwenswerk.disclosure.spans import Kind
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.i18n import _

# Far above a large organisation's five years; hostile files ask for more than fits in memory.
MOST_LEAVES = 5_000_000


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


def audit(tables: Sequence[OutsideTable], report_progress: Progress) -> Verdict:
    """Return what can be proven from ``tables`` together.

    ``report_progress`` gets how many of how many groups of cells are done; what it raises
    ends the audit. Raises FileRefusedError: ``contradiction`` when no counts fit all that is
    published, ``too-large``; DisclosureError when the solver finds no answer.
    """
    links = _links(tables)
    try:
        program = Program(tables, links)
    except Contradiction as error:
        alone = [table for table in tables if _contradicts_itself(table)]
        raise _contradiction(alone or tables) from error
    violations = list(_shown_though_small(tables))
    undecided: set[Region] = set()
    groups = tuple(question_groups(tables, links))
    for done, (span, questions) in enumerate(groups):
        report_progress(done, len(groups))
        for question, at_least in program.answers(span, questions):
            violation = _violation(program, question, at_least)
            if violation is not None:
                violations.append(violation)
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


def _links(tables: Sequence[OutsideTable]) -> Links:
    try:
        links = link(tables)
    except OpeningsDisagree as error:
        raise _contradiction(tables) from error
    if links.space.leaf_count > MOST_LEAVES:
        raise FileRefusedError(
            "too-large",
            _("These tables are too large to audit together: %(names)s.") % {"names": _names(tables)},
            _("Audit fewer of them at once."),
        )
    return links


def _contradicts_itself(table: OutsideTable) -> bool:
    try:
        Program([table], link([table]))
    except (Contradiction, OpeningsDisagree):
        return True
    return False


def _whole(interval: Interval) -> tuple[int, int | None]:
    """Return the whole numbers within an interval: the first and, if there is one, the last."""
    most = None if interval.high == inf else floor(interval.high + TOLERANCE)
    return ceil(interval.low - TOLERANCE), most


def _violation(program: Program, question: Question, at_least: float) -> Violation | None:
    """Return the violation, None when a proven region may hold the threshold or more."""
    if not question.is_of_few and at_least > question.threshold - 1 + TOLERANCE:
        return None  # the most it can hold would cost a program, and tell nothing new
    least, most = _whole(program.interval(question.region))
    if not question.is_of_few and (most is None or most >= question.threshold):
        return None
    region, span = question.region, question.region.span
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
