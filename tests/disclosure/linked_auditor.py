"""An auditor of all pictures together that shares no code with the product: scipy, on the leaves.

A *leaf* is (lasting unit number, theme number, quarter, when it came in, when it was taken
back or None). What can exist follows from who handed in what and when, which everybody may
know. Every table that was ever published is an equation for each of its cells over the
leaves that its sitting counted. Sensitive is, at every level and of what inner units
recorded themselves: a small count in a published window, in any single quarter of one, in
the newest one, two or three quarters of a sitting (what a later window will share with
it), and in what came or went between any two sittings of quarters published before, in
each, in all, and in those that two windows share; of these a change by fewer than three
advisers is sensitive whatever its size.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

TOP = "*"
PROVEN = 1e-6
FEW_ADVISERS = 3

Pair = tuple[str, str]
Parents = Mapping[str, str | None]
Cohort = tuple[int, int, int | None]  # quarter, came in at, taken back at
Numbers = tuple[int, int]  # unit, theme
Holds = Callable[[Cohort], bool]


@dataclass(frozen=True)
class Trees:
    """Two trees as parents, and under which code each lasting number counts in them."""

    units: Parents
    themes: Parents
    unit_code: Mapping[int, str]
    theme_code: Mapping[int, str]
    small_units: frozenset[str] = frozenset()

    def units_below(self) -> dict[str, set[str]]:
        return _below(self.units)

    def themes_below(self) -> dict[str, set[str]]:
        return _below(self.themes)

    def inner_units(self) -> set[str]:
        return {code for code, below in self.units_below().items() if len(below) > 1}


@dataclass(frozen=True)
class Table:
    """A published table: the sitting, its trees, the quarters counted, the shown cells."""

    sitting: int
    trees: Trees
    quarters: frozenset[int]
    shown: Mapping[Pair, int]


@dataclass(frozen=True)
class HandedIn:
    """Whose summaries of a quarter a sitting opened, and the numbers that they could name."""

    sitting: int
    quarter: int
    advisers: frozenset[int]
    replaced: bool
    units: frozenset[int]
    themes: frozenset[int]


@dataclass(frozen=True)
class Suspect:
    """A sensitive region: ``where`` says of which window or change."""

    where: str
    unit: str
    theme: str
    own: bool
    count: int
    leaves: tuple[int, ...] = field(repr=False)


def _below(parents: Parents) -> dict[str, set[str]]:
    """Return each code with all that lie below it, itself among them."""
    found: dict[str, set[str]] = {code: {code} for code in (TOP, *parents)}
    for code in parents:
        above: str | None = code
        while above is not None and above != TOP:
            above = parents[above] or TOP
            found[above].add(code)
    return found


class LinkedAuditor:
    def __init__(
        self,
        handed_in: Sequence[HandedIn],
        truth: Mapping[Cohort, Mapping[Numbers, int]],
    ) -> None:
        self.handed_in = handed_in
        self.cohorts: list[Cohort] = []
        self._of_cohort: dict[Cohort, dict[Numbers, int]] = {}  # the leaf of each unit and theme
        self.leaf_count = 0
        for cohort, units, themes in _possible(handed_in):
            places = [(unit, theme) for unit in sorted(units) for theme in sorted(themes)]
            self._of_cohort[cohort] = {place: n for n, place in enumerate(places, start=self.leaf_count)}
            self.leaf_count += len(places)
            self.cohorts.append(cohort)
        self.truth = np.zeros(self.leaf_count)
        for cohort, counts in truth.items():
            for numbers, count in counts.items():
                self.truth[self._of_cohort[cohort][numbers]] += count
        self._found: dict[tuple[int, tuple[Cohort, ...], bool], dict[Pair, tuple[int, ...]]] = {}

    def count(self, leaves: Iterable[int]) -> int:
        return round(float(self.truth[list(leaves)].sum()))

    def members(self, table: Table) -> dict[Pair, tuple[int, ...]]:
        return self._cells(table.trees, self._held(_counted(table.sitting, table.quarters)))

    def suspects(self, tables: Sequence[Table], threshold: int) -> list[Suspect]:
        """Return every sensitive region, one for each set of leaves."""
        found: dict[tuple[int, ...], Suspect] = {}
        done: set[tuple[int, tuple[Cohort, ...], bool]] = set()
        for where, trees, holds, always in self._sets(tables):
            cohorts = self._held(holds)
            if (id(trees), cohorts, always) in done:
                continue
            done.add((id(trees), cohorts, always))
            for own in (False, True):
                for (unit, theme), leaves in self._cells(trees, cohorts, own=own).items():
                    count = self.count(leaves)
                    if count > 0 and (always or count < threshold or unit in trees.small_units):
                        found.setdefault(leaves, Suspect(where, unit, theme, own, count, leaves))
        return list(found.values())

    def newly_proven(
        self, tables: Sequence[Table], before: Sequence[Table], threshold: int
    ) -> dict[Suspect, float]:
        """Return what all tables prove, with its lower bound, that the tables before alone do not."""
        proven = self.proven(tables, self.suspects(tables, threshold))
        known = self.proven(before, list(proven)) if proven else {}
        return {suspect: bound for suspect, bound in proven.items() if suspect not in known}

    def proven(self, tables: Sequence[Table], suspects: Sequence[Suspect]) -> dict[Suspect, float]:
        """Return the lower bound of each suspect that is certainly not empty."""
        matrix, counts = self._equations(tables)
        assert np.abs(matrix @ self.truth - counts).max(initial=0) == 0, "a published count is not true"
        return self._guilty(matrix, counts, suspects)

    def _guilty(
        self, matrix: csr_array, counts: NDArray[np.float64], suspects: Sequence[Suspect]
    ) -> dict[Suspect, float]:
        """Acquit what is empty in one filling; ask the rest again, by halves when none was acquitted."""
        groups, group_of_leaf = _alike(matrix)
        sizes = np.bincount(group_of_leaf, minlength=groups.shape[1])
        inside = {}
        for suspect in suspects:
            numbers, held = np.unique(group_of_leaf[list(suspect.leaves)], return_counts=True)
            inside[suspect] = numbers[held == sizes[numbers]]  # elsewhere it can be of another leaf
        return _halved(groups, counts, inside)

    def _sets(self, tables: Sequence[Table]) -> Iterator[tuple[str, Trees, Holds, bool]]:
        """Yield each set of leaves to look in, and whether every count in it is sensitive."""
        for table in tables:
            yield f"window at {table.sitting}", table.trees, _counted(table.sitting, table.quarters), False
            for quarter in table.quarters:
                holds = _counted(table.sitting, frozenset({quarter}))
                yield f"quarter {quarter} at {table.sitting}", table.trees, holds, False
        for sitting in sorted({table.sitting for table in tables}):
            here = [table for table in tables if table.sitting == sitting]
            newest = max(quarter for table in here for quarter in table.quarters)
            for length in (1, 2, 3):
                quarters = frozenset(range(newest - length + 1, newest + 1))
                yield f"newest {length} at {sitting}", here[0].trees, _counted(sitting, quarters), False
            for since in sorted({table.sitting for table in tables if table.sitting < sitting}):
                earlier = [t for t in tables if t.sitting <= since and self._counts_somebody(t)]
                yield from self._changes(since, here, earlier)

    def _counts_somebody(self, table: Table) -> bool:
        """Tell whether anybody had handed in any quarter of a table: to one without, nothing is added."""
        return any(h.sitting <= table.sitting and h.quarter in table.quarters for h in self.handed_in)

    def _changes(
        self, since: int, here: Sequence[Table], earlier: Sequence[Table]
    ) -> Iterator[tuple[str, Trees, Holds, bool]]:
        """Yield what the picture of ``here`` counts and that of ``since`` does not, and the reverse."""
        sitting = here[0].sitting
        between = [h for h in self.handed_in if since < h.sitting <= sitting]
        published = frozenset(quarter for table in earlier for quarter in table.quarters)
        late = frozenset(h.quarter for h in between) & published
        looked_at = {late, *(frozenset({quarter}) for quarter in late)}
        looked_at |= {late & new.quarters & old.quarters for new in here for old in earlier}
        for quarters in map(frozenset, sorted(map(sorted, looked_at - {frozenset[int]()}))):
            advisers = frozenset[int]().union(*(h.advisers for h in between if h.quarter in quarters))
            few = len(advisers) < FEW_ADVISERS
            where = f"of {sorted(quarters)} between {since} and {sitting}"
            was, is_now = _counted(since, quarters), _counted(sitting, quarters)
            yield f"added {where}", here[0].trees, _but_not(is_now, was), few
            yield f"taken back {where}", here[0].trees, _but_not(was, is_now), few

    def _held(self, holds: Holds) -> tuple[Cohort, ...]:
        return tuple(cohort for cohort in self.cohorts if holds(cohort))

    def _cells(
        self, trees: Trees, cohorts: tuple[Cohort, ...], *, own: bool = False
    ) -> dict[Pair, tuple[int, ...]]:
        """Return the leaves of every cell, or with ``own`` of what inner units recorded themselves."""
        key = id(trees), cohorts, own
        if key not in self._found:
            self._found[key] = self._collect(trees, cohorts, own)
        return self._found[key]

    def _collect(self, trees: Trees, cohorts: tuple[Cohort, ...], own: bool) -> dict[Pair, tuple[int, ...]]:
        units_below = {unit: {unit} for unit in trees.inner_units()} if own else trees.units_below()
        units_above = _turned(units_below)
        themes_above = _turned(trees.themes_below())
        found: dict[Pair, list[int]] = {(u, t): [] for u in units_below for t in (TOP, *trees.themes)}
        for cohort in cohorts:
            for (unit, theme), leaf in self._of_cohort[cohort].items():
                if unit in trees.unit_code and theme in trees.theme_code:
                    for unit_node in units_above.get(trees.unit_code[unit], ()):
                        for theme_node in themes_above[trees.theme_code[theme]]:
                            found[unit_node, theme_node].append(leaf)
        return {cell: tuple(sorted(leaves)) for cell, leaves in found.items()}

    def _equations(self, tables: Sequence[Table]) -> tuple[csr_array, NDArray[np.float64]]:
        rows: list[int] = []
        columns: list[int] = []
        counts: list[int] = []
        for table in tables:
            members = self.members(table)
            for cell, count in table.shown.items():
                rows += [len(counts)] * len(members[cell])
                columns += members[cell]
                counts.append(count)
        shape = (len(counts), self.leaf_count)
        return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape), np.array(counts, dtype=float)


Inside = Mapping[Suspect, NDArray[np.intp]]


def _alike(matrix: csr_array) -> tuple[csr_array, NDArray[np.intp]]:
    """Return the equations over groups of leaves that lie in the same rows, and the group of each leaf."""
    columns = matrix.tocsc()
    columns.sort_indices()
    numbers: dict[bytes, int] = {}
    first: list[int] = []
    group = np.zeros(matrix.shape[1], dtype=np.intp)
    for leaf in range(matrix.shape[1]):
        rows = columns.indices[columns.indptr[leaf] : columns.indptr[leaf + 1]].tobytes()
        if rows not in numbers:
            numbers[rows] = len(first)
            first.append(leaf)
        group[leaf] = numbers[rows]
    return csr_array(columns[:, first]), group


def _halved(matrix: csr_array, counts: NDArray[np.float64], inside: Inside) -> dict[Suspect, float]:
    if not inside:
        return {}
    filling = _least(matrix, counts, inside)
    left = {s: groups for s, groups in inside.items() if filling[groups].sum() > PROVEN}
    if len(left) < len(inside):
        return _halved(matrix, counts, left)
    if len(left) == 1:
        ((suspect, groups),) = left.items()
        return {suspect: float(filling[groups].sum())}
    items = list(left.items())
    first = _halved(matrix, counts, dict(items[: len(items) // 2]))
    return first | _halved(matrix, counts, dict(items[len(items) // 2 :]))


def _least(matrix: csr_array, counts: NDArray[np.float64], inside: Inside) -> NDArray[np.float64]:
    """Return a filling that fits all that is shown, with the least in the suspects."""
    costs = np.zeros(matrix.shape[1])
    for groups in inside.values():
        costs[groups] += 1
    if not len(counts):
        return np.zeros(matrix.shape[1])
    # The stubs know no sparse matrix here; scipy does.
    answer = linprog(  # type: ignore[call-overload]
        costs, A_eq=matrix, b_eq=counts, bounds=(0, None), method="highs-ds"
    )
    assert answer.status == 0, answer.message
    filling = np.asarray(answer.x, dtype=np.float64)
    assert filling.min(initial=0) > -PROVEN
    assert np.abs(matrix @ filling - counts).max() < 1e-5
    return filling


def _turned(below: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Return each code with all that hold it."""
    found: dict[str, list[str]] = {}
    for node, codes in below.items():
        for code in codes:
            found.setdefault(code, []).append(node)
    return found


def _possible(handed_in: Sequence[HandedIn]) -> Iterator[tuple[Cohort, frozenset[int], frozenset[int]]]:
    """Yield each (quarter, came, went) that can have signals, with the numbers they can have."""
    for came, quarter in sorted({(h.sitting, h.quarter) for h in handed_in}):
        then = [h for h in handed_in if (h.sitting, h.quarter) == (came, quarter)]
        units = frozenset[int]().union(*(h.units for h in then))
        themes = frozenset[int]().union(*(h.themes for h in then))
        ends = {h.sitting for h in handed_in if h.quarter == quarter and h.replaced and h.sitting > came}
        for went in (None, *sorted(ends)):
            yield (quarter, came, went), units, themes


def _counted(sitting: int, quarters: frozenset[int]) -> Holds:
    def holds(cohort: Cohort) -> bool:
        quarter, came, went = cohort
        return quarter in quarters and came <= sitting and (went is None or went > sitting)

    return holds


def _but_not(these: Holds, those: Holds) -> Holds:
    return lambda cohort: these(cohort) and not those(cohort)
