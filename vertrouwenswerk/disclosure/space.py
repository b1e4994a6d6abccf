"""The leaves of all pictures together: cohort x unit as recorded x theme.

For one table a ``Lattice`` numbers the leaves; for linked ones this does. A unit that
ended is a leaf of its own for ever, counted under its successor in later versions of the
trees: so tables from before and after a reorganisation are rows of one program. Cohorts
that no shown cell holds are left out: nothing published limits them.

Example::

    space = Space(versions, cohorts(arrivals), spans)
    Blocks(space, {Region("SOC", "*", span=span): 47})
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.disclosure.history import Version
from vertrouwenswerk.disclosure.lattice import BLOCK_DEPTHS, Indexes, Region, block_numbers
from vertrouwenswerk.disclosure.spans import Cohort, Span

Numbers = tuple[frozenset[int], frozenset[int]]  # of units and of themes


class Space:
    """A numbering of the leaves of ``cohorts``; only cohorts in one of ``spans`` have any."""

    def __init__(
        self, versions: Mapping[int, Version], cohorts: Mapping[Cohort, Numbers], spans: Iterable[Span]
    ) -> None:
        self._versions = versions
        wanted = frozenset(spans)
        self._start: dict[Cohort, int] = {}
        self._numbers = {c: n for c, n in cohorts.items() if any(span.holds(c) for span in wanted)}
        self.leaf_count = 0
        for cohort, (units, themes) in self._numbers.items():
            self._start[cohort] = self.leaf_count
            self.leaf_count += len(units) * len(themes)
        self._of_span: dict[Span, tuple[Cohort, ...]] = {}
        self._units_inside: dict[tuple[int, frozenset[int], str, bool], Indexes] = {}
        self._themes_inside: dict[tuple[int, frozenset[int], str], Indexes] = {}

    def cohorts_of(self, span: Span) -> tuple[Cohort, ...]:
        """Return the numbered cohorts that belong to a span."""
        if span not in self._of_span:
            self._of_span[span] = tuple(cohort for cohort in self._numbers if span.holds(cohort))
        return self._of_span[span]

    def leaves(self, region: Region) -> Indexes:
        """Return the numbers of the leaves in a region, rising. Raises KeyError for an unknown code."""
        parts = [np.empty(0, dtype=np.intp)]
        for cohort in self.cohorts_of(region.span):
            units, themes = self._numbers[cohort]
            rows = self._units(region.span.version, units, region.unit, region.own)
            columns = self._themes(region.span.version, themes, region.theme)
            parts.append((self._start[cohort] + rows[:, None] * len(themes) + columns).ravel())
        return np.concatenate(parts)

    def levels(self, version: int) -> tuple[Indexes, ...]:
        """Return block numbers of each leaf, by directorate and by cluster."""
        trees = self._versions[version]
        return tuple(
            self._by_unit(trees.units, block_numbers(trees.unit_tree, depth)) for depth in BLOCK_DEPTHS
        )

    def filling(self, signals: Mapping[Cohort, Mapping[tuple[int, int], int]]) -> NDArray[np.float64]:
        """Return the signals in each leaf; ``signals``: by cohort, (unit number, theme number)."""
        leaves = np.zeros(self.leaf_count)
        for cohort, (units, themes) in self._numbers.items():
            row = {unit: place for place, unit in enumerate(sorted(units))}
            column = {theme: place for place, theme in enumerate(sorted(themes))}
            for (unit, theme), count in signals.get(cohort, {}).items():
                leaves[self._start[cohort] + row[unit] * len(themes) + column[theme]] += count
        return leaves

    def _by_unit(self, codes: Mapping[int, str], value: Mapping[str, int]) -> Indexes:
        # A unit that these trees do not know yet is in no block but its own, with all others such.
        parts = [
            np.repeat(
                np.array([value[codes[n]] if n in codes else -1 for n in sorted(units)], dtype=np.intp),
                len(themes),
            )
            for units, themes in self._numbers.values()
        ]
        return np.concatenate([np.empty(0, dtype=np.intp), *parts])

    def _units(self, version: int, numbers: frozenset[int], code: str, own: bool) -> Indexes:
        """Return the places, among the sorted unit numbers, of those that count under ``code``."""
        key = version, numbers, code, own
        if key not in self._units_inside:
            trees = self._versions[version]
            inside = frozenset((code,) if own else trees.unit_tree.within(code))
            self._units_inside[key] = _places(numbers, trees.units, inside)
        return self._units_inside[key]

    def _themes(self, version: int, numbers: frozenset[int], code: str) -> Indexes:
        key = version, numbers, code
        if key not in self._themes_inside:
            trees = self._versions[version]
            inside = frozenset(trees.theme_tree.within(code))
            self._themes_inside[key] = _places(numbers, trees.themes, inside)
        return self._themes_inside[key]


def _places(numbers: frozenset[int], codes: Mapping[int, str], inside: frozenset[str]) -> Indexes:
    """Return the places of the numbers whose code lies inside. A number of later times has no code yet."""
    return np.array(
        [place for place, number in enumerate(sorted(numbers)) if codes.get(number) in inside], dtype=np.intp
    )
