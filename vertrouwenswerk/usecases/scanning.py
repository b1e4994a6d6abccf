"""The scan of a sitting: what stands out in the pool's exact counts, and what of it may be told.

Counts are those of the newest summaries, carried to today's units; what a person gets is only
what the safe tables of the new picture show. The same pool, codebook and seed give the same
findings. States come of the same scan over what was counted up to the quarter before.

Example::

    seen = scan_history(pool_history(pool, codebook, codebooks.get, newest), shown, seed, progress)
    seen.findings, seen.scan
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import Cell
from vertrouwenswerk.handoff.picture_file import PictureFinding, PicturePart, PictureScan
from vertrouwenswerk.patterns.engine import Plan, Report, find_patterns
from vertrouwenswerk.patterns.findings import Finding
from vertrouwenswerk.patterns.history import History, Signal
from vertrouwenswerk.patterns.notices import ToldFinding
from vertrouwenswerk.patterns.organisation import Organisation
from vertrouwenswerk.patterns.scan import TooManySignalsError
from vertrouwenswerk.patterns.states import with_states
from vertrouwenswerk.patterns.told import Shown, told
from vertrouwenswerk.usecases.progress import Progress
from vertrouwenswerk.usecases.unit_ages import first_quarters
from vertrouwenswerk.vault.pool_store import Counted, Pool


@dataclass(frozen=True, slots=True)
class Scanned:
    """What goes into the picture; ``scan`` is None where there were too many signals to look through."""

    findings: tuple[PictureFinding, ...]
    scan: PictureScan | None


def scan_history(
    history: History, shown: Mapping[Window, Mapping[Cell, int]], seed: int, progress: Progress
) -> Scanned:
    """Look for patterns and keep what ``shown`` lets through: the new picture's cells and earlier ones'.

    ``progress`` is told steps done, total 0, and may raise to cancel.
    """
    try:
        report = find_patterns(history, Plan(seed), lambda done, _total: progress(done, 0))
        findings = _with_states(report.findings, history, seed, progress)
    except TooManySignalsError:
        return Scanned((), None)
    tellable = told(findings, _lookup(shown), history.organisation)
    return Scanned(tuple(map(_as_data, tellable)), _how_keen(report))


def pool_history(
    pool: Pool, codebook: Codebook, book_of: Callable[[bytes], Codebook | None], newest: Quarter
) -> History:
    """Return the newest summaries up to ``newest`` as the scan takes them.

    ``book_of`` gives the codebook of a digest, None for one that is not known.
    """
    return History.of(
        _organisation(codebook, first_quarters(pool.arrivals(), book_of, codebook)),
        _of_today(pool.counted(), codebook),
        pool.revisions(),
        last=newest,
        threshold=codebook.threshold,
    )


def _lookup(shown: Mapping[Window, Mapping[Cell, int]]) -> Shown:
    """Return what looks a cell (unit, theme, window) up: its count, None when not shown."""

    def count(unit: str, theme: str, window: Window) -> int | None:
        return shown[window].get((unit, theme)) if window in shown else None

    return count


def _organisation(codebook: Codebook, since: Mapping[str, Quarter]) -> Organisation:
    return Organisation(
        unit_tree=codebook.unit_tree,
        theme_tree=codebook.theme_tree,
        headcounts={unit.code: unit.headcount for unit in codebook.units},
        small_units=frozenset(unit.code for unit in codebook.units if codebook.is_small(unit.code)),
        since=since,
    )


def _of_today(counted: Iterable[Counted], codebook: Codebook) -> Iterator[Signal]:
    """Carry what was counted to today's units; a unit or theme that led nowhere is left out, as in tables."""
    units = {number: code for code, number in codebook.unit_numbers.items()}
    themes = {number: code for code, number in codebook.theme_numbers.items()}
    for one in counted:
        unit = codebook.successor_number(one.unit)
        if unit is not None and one.theme in themes:
            yield Signal(one.adviser, one.quarter, units[unit], themes[one.theme], one.count)


def _with_states(
    findings: tuple[Finding, ...], history: History, seed: int, progress: Progress
) -> tuple[Finding, ...]:
    """Hold the findings against those of the quarter before, looked for in what was counted until then."""
    before: tuple[Finding, ...] = ()
    if history.quarters > 1:
        earlier = history.before(1)
        before = find_patterns(earlier, Plan(seed), lambda done, _total: progress(done, 0)).findings
    trees = history.organisation
    return with_states(trees.unit_tree, trees.theme_tree, now=findings, before=before)


def _how_keen(report: Report) -> PictureScan:
    keen = report.sensitivity
    return PictureScan(report.quarters_needed, keen.often if keen else None, keen.seldom if keen else None)


def _as_data(finding: ToldFinding) -> PictureFinding:
    return PictureFinding(
        question=finding.question.value,
        unit=finding.unit,
        theme=finding.theme,
        window=str(finding.window),
        seen=finding.seen,
        expected=finding.expected,
        years=finding.band.years,
        state=finding.state.value,
        within=finding.within,
        parts=tuple(PicturePart(part.unit, part.theme, part.seen) for part in finding.parts),
    )
