"""One question as the scan sees it: what was seen, what was expected, and how to reshuffle.

All arrays of nodes are (windows, theme nodes, unit nodes). A *form* is a log-likelihood ratio
with what it needs besides count and expectation; a *family* is a form with nodes that
compete on equal terms (same window, same depth of unit): each has a critical value of its own.

Example::

    problem.observed[0, theme, unit], problem.expected[0, theme, unit]
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from vertrouwenswerk.patterns.grid import Flags, Floats, Grid, Integers
from vertrouwenswerk.patterns.packed import MOST_IN_NODE
from vertrouwenswerk.patterns.simulation import Simulation

REMARKABLE = 3.0  # a smaller log-likelihood ratio counts as 0: a deviation of under 2.4 standard deviations
# In which part of the replicates luck may reach a family's level: the larger, the more easily its
# nodes are found, at the expense of all others. Departments come first, newest quarters most of all.
USUAL_PART, DEPARTMENT_PART, NEWEST_DEPARTMENT_PART = 0.1, 0.2, 0.35
_DIGITS = 9  # rounding makes equal what differs by the order of additions only

Ratio = Callable[..., Floats]  # of count, whole, whole of the unit, expected and the form's extras


@dataclass(frozen=True, slots=True)
class Seen:
    """Counts of nodes (n,): in the window, in all quarters, and of the unit in all quarters and themes."""

    count: Integers
    whole: Integers
    of_unit: Integers


@dataclass(frozen=True)
class Form:
    """A ratio with what it needs of each node (windows, theme nodes, unit nodes) besides the counts."""

    ratio: Ratio
    extras: tuple[Floats, ...] = ()

    def at(self, seen: "Seen", expected: Floats, places: Integers | slice) -> Floats:
        """Return the ratio at flat ``places``, 0 where it is not remarkable; ``expected`` of all nodes."""
        extras = (extra.ravel()[places] for extra in self.extras)
        value = self.ratio(seen.count, seen.whole, seen.of_unit, expected.ravel()[places], *extras)
        return np.where(value >= REMARKABLE, value.round(_DIGITS), 0.0)


@dataclass(frozen=True)
class Problem:
    """``leaves``: counts (windows, leaf themes, units); ``searched``: which nodes may be found.

    ``whole_leaves`` (leaf themes, units): counts of all quarters. They are the same in every
    replicate unless there is a ``bound``: then a replicate's are in the field after the windows,
    and the bound is a form that no other exceeds, whatever those counts are.
    """

    grid: Grid
    windows: tuple[int, ...]
    leaves: Integers
    whole_leaves: Integers
    expected_leaves: Floats
    forms: tuple[Form, ...]
    searched: Flags
    least: int
    simulation: Simulation
    bound: Form | None = None

    @cached_property
    def observed(self) -> Integers:
        """The count of every node."""
        counts: Integers = self.grid.sums(self.leaves)
        return counts

    @cached_property
    def wholes(self) -> Integers:
        """The count of every node in all quarters, alike for each window."""
        counts: Integers = np.broadcast_to(self.grid.sums(self.whole_leaves), self.searched.shape)
        return counts

    @property
    def whole_varies(self) -> bool:
        """Whether each replicate has counts of its own in all quarters."""
        return self.bound is not None

    def seen(self, places: Integers | slice) -> Seen:
        """Return what was counted at flat ``places``."""
        return Seen(*(counts[places] for counts in self._flat_counts))

    @cached_property
    def _flat_counts(self) -> tuple[Integers, ...]:
        of_units = np.broadcast_to(self.wholes[:, :1], self.searched.shape)
        return tuple(counts.ravel() for counts in (self.observed, self.wholes, of_units))

    @cached_property
    def expected(self) -> Floats:
        """The expectation of every node."""
        sums: Floats = self.grid.sums(self.expected_leaves)
        return sums

    @cached_property
    def families(self) -> Integers:
        """The family of every node, but for its form."""
        depths = self.grid.unit_depths
        windows = np.arange(len(self.windows))[:, None, None] * (int(depths.max(initial=0)) + 1)
        return np.ascontiguousarray(np.broadcast_to(windows + depths, self.searched.shape))

    @cached_property
    def family_parts(self) -> Floats:
        """In which part of the replicates luck may reach the level of each family, but for its form."""
        deepest = int(self.grid.unit_depths.max(initial=0))
        parts = np.full((len(self.windows), deepest + 1), USUAL_PART)
        if deepest:
            parts[:, deepest] = DEPARTMENT_PART
            parts[0, deepest] = NEWEST_DEPARTMENT_PART
        return parts.ravel()

    @cached_property
    def critical(self) -> Integers:
        """The least count at which any form of each node is remarkable; more than can be where none is."""
        least = np.maximum(np.floor(self.expected).astype(np.int64) + 1, self.least).ravel()
        critical = np.full(self.searched.size, MOST_IN_NODE + 1, dtype=np.int64)
        places = np.flatnonzero(self.searched.ravel() & (self.expected.ravel() > 0))
        low, high, step = least[places], least[places], 1
        while len(places):  # first how far it is, in steps that double; those that are near go on to halving
            enough = self._remarkable(high, places)
            critical[places[enough]] = self._halved(low[enough], high[enough], places[enough])
            places, low = places[~enough], high[~enough] + 1
            high, step = np.minimum(low + step, MOST_IN_NODE), step * 2
        return critical.reshape(self.searched.shape)

    def _halved(self, low: Integers, high: Integers, places: Integers) -> Integers:
        """Return the least remarkable count from ``low`` to ``high``, which is remarkable."""
        while (low < high).any():
            middle = (low + high) // 2
            enough = self._remarkable(middle, places)
            low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
        return high

    def _remarkable(self, counts: Integers, places: Integers) -> Flags:
        counts = np.minimum(counts, MOST_IN_NODE)
        seen = replace(self.seen(places), count=counts)
        forms = (self.bound,) if self.bound else self.forms
        found = [form.at(seen, self.expected, places) > 0 for form in forms]
        remarkable: Flags = np.logical_or.reduce(found) | (counts >= MOST_IN_NODE)
        return remarkable
