"""All that was ever merged, raw, with the sitting at which it came in: for the sitting only.

``Version`` is a codebook's pair of trees together with the place of every lasting number
in it, so that units that merged, moved or split keep their signals. ``Arrival`` is what
the bureau's coverage shows anyhow: whose summaries of a quarter a sitting opened, under
which units, and whether one replaced an earlier one. ``History`` adds the counts.

Example::

    history.counts(Span.counted(version=2, sitting=7, window=window))      # MergedCounts
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice
from vertrouwenswerk.disclosure.spans import Cohort, Span
from vertrouwenswerk.domain.tree import Cell, Tree

# Quarter (index), unit number, theme number.
Place = tuple[int, int, int]


@dataclass(frozen=True)
class Version:
    """A version of both trees; ``units`` and ``themes`` say under which code a lasting number counts."""

    unit_tree: Tree
    theme_tree: Tree
    units: Mapping[int, str]
    themes: Mapping[int, str]
    small_units: frozenset[str] = frozenset()

    @cached_property
    def lattice(self) -> Lattice:
        """The cells over both trees."""
        return Lattice(self.unit_tree, self.theme_tree)

    @cached_property
    def stood_for(self) -> frozenset[str]:
        """Units that are their parent's only child that may appear: the parent stands for them."""
        found = set()
        for children in self.unit_tree.children.values():
            visible = [code for code in children if code not in self.small_units]
            if len(visible) == 1:
                found.add(visible[0])
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Summaries of ``quarter`` (index) that ``sitting`` opened.

    ``units`` and ``themes``: the lasting numbers that they can name; ``advisers``: from
    whom; ``replaced``: at least one of them took the place of an earlier one.
    """

    quarter: int
    sitting: int
    units: frozenset[int]
    themes: frozenset[int]
    advisers: frozenset[int]
    replaced: bool


@dataclass(frozen=True)
class History:
    """What came in: ``added`` and ``withdrawn`` map a sitting to places and whole numbers above 0."""

    versions: Mapping[int, Version]
    arrivals: tuple[Arrival, ...]
    added: Mapping[int, Mapping[Place, int]] = field(repr=False)
    withdrawn: Mapping[int, Mapping[Place, int]] = field(repr=False)

    def counts(self, span: Span, among: Collection[Cohort] | None = None) -> MergedCounts:
        """Return the exact counts of a span, in the trees of its version; ``among``: of these cohorts only.

        Raises KeyError for a number that the version does not know.
        """
        version = self.versions[span.version]
        signals: dict[Cell, int] = {}
        for cohort, places in self.by_cohort.items():
            if span.holds(cohort) and (among is None or cohort in among):
                for (unit, theme), count in places.items():
                    cell = version.units[unit], version.themes[theme]
                    signals[cell] = signals.get(cell, 0) + count
        return MergedCounts(span.window, version.unit_tree, version.theme_tree, signals)

    @cached_property
    def by_cohort(self) -> dict[Cohort, dict[tuple[int, int], int]]:
        """One way to tell which signals were taken back: those that came in last.

        Of several advisers' signals in one place no delivery tells which; for a filling of
        the leaves that fits everything published any way will do.
        """
        found: dict[Cohort, dict[tuple[int, int], int]] = {}
        standing: dict[Place, list[list[int]]] = {}  # sitting and count, oldest first
        for sitting in sorted({*self.added, *self.withdrawn}):
            for place, count in self.withdrawn.get(sitting, {}).items():
                for added, taken in _take_last(standing[place], count):
                    _count(found, Cohort(place[0], added, sitting), place, taken)
            for place, count in self.added.get(sitting, {}).items():
                standing.setdefault(place, []).append([sitting, count])
        for place, stock in standing.items():
            for added, count in stock:
                _count(found, Cohort(place[0], added), place, count)
        return found


def _take_last(stock: list[list[int]], count: int) -> Iterator[tuple[int, int]]:
    """Take ``count`` from the newest of a stock; yield (sitting at which it came in, how many)."""
    while count:
        taken = min(count, stock[-1][1])
        yield stock[-1][0], taken
        stock[-1][1] -= taken
        count -= taken
        if not stock[-1][1]:
            stock.pop()


def _count(found: dict[Cohort, dict[tuple[int, int], int]], cohort: Cohort, place: Place, count: int) -> None:
    signals = found.setdefault(cohort, {})
    signals[place[1:]] = signals.get(place[1:], 0) + count


def cohorts(arrivals: tuple[Arrival, ...]) -> dict[Cohort, tuple[frozenset[int], frozenset[int]]]:
    """Return every cohort that can have signals, with the unit and theme numbers they can have."""
    named: dict[tuple[int, int], tuple[frozenset[int], frozenset[int]]] = {}
    ends: dict[int, set[int]] = {}
    for arrival in arrivals:
        key = arrival.quarter, arrival.sitting
        units, themes = named.get(key, (frozenset(), frozenset()))
        named[key] = units | arrival.units, themes | arrival.themes
        if arrival.replaced:
            ends.setdefault(arrival.quarter, set()).add(arrival.sitting)
    found = {}
    for (quarter, sitting), numbers in sorted(named.items()):
        for end in (None, *sorted(end for end in ends.get(quarter, ()) if end > sitting)):
            found[Cohort(quarter, sitting, end)] = numbers
    return found
