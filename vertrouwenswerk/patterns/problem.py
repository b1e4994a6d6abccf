"""One question as the scan sees it: what was seen, what was expected, and how to reshuffle.

All arrays of nodes are (windows, theme nodes, unit nodes). A *form* is a log-likelihood ratio
with what it needs besides count and expectation; a *family* is a form with nodes that
compete on equal terms (same window, same depth of unit): each has a critical value of its own.

Example::

    problem.best_ratio(problem.observed)[0]      # of the first form, 0 where not remarkable
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vertrouwenswerk.patterns.grid import Flags, Floats, Grid, Integers, Numbers
from vertrouwenswerk.patterns.packed import MOST_IN_NODE
from vertrouwenswerk.patterns.simulation import Simulation

REMARKABLE = 3.0  # a smaller log-likelihood ratio counts as 0: a deviation of under 2.4 standard deviations
_DIGITS = 9  # rounding makes equal what differs by the order of additions only

Ratio = Callable[[Numbers, Numbers, Numbers], Floats]


@dataclass(frozen=True)
class Form:
    """A ratio of ``statistic`` and its third argument for each node (windows, theme nodes, unit nodes).

    With ``against_past`` the third is the node's total over all quarters, part of which is expected.
    """

    ratio: Ratio
    third: Floats
    against_past: bool = False

    def at(self, count: Numbers, expected: Floats, places: Integers | slice) -> Floats:
        """Return the ratio at flat ``places``, 0 where it is not remarkable."""
        value = self.ratio(count, expected.ravel()[places], self.third.ravel()[places])
        return np.where(value >= REMARKABLE, value.round(_DIGITS), 0.0)


@dataclass(frozen=True)
class Problem:
    """``leaves``: counts (windows, leaf themes, units); ``searched``: which nodes may be found."""

    grid: Grid
    windows: tuple[int, ...]
    leaves: Integers
    expected_leaves: Floats
    forms: tuple[Form, ...]
    searched: Flags
    least: int
    simulation: Simulation

    @cached_property
    def observed(self) -> Integers:
        """The count of every node."""
        counts: Integers = self.grid.sums(self.leaves)
        return counts

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
        return np.broadcast_to(windows + depths, self.searched.shape)

    @cached_property
    def family_count(self) -> int:
        """How many families each form has."""
        return len(self.windows) * (int(self.grid.unit_depths.max(initial=0)) + 1)

    @cached_property
    def critical(self) -> Integers:
        """The least count at which any form of each node is remarkable; more than can be where none is."""
        low = np.maximum(np.floor(self.expected).astype(np.int64) + 1, self.least).ravel()
        high = np.full_like(low, MOST_IN_NODE + 1)
        wanted = self.searched.ravel() & (self.expected.ravel() > 0)
        places = np.flatnonzero(wanted)
        low, high = low[places], high[places]
        while (low < high).any():
            middle = (low + high) // 2
            enough = self._remarkable(middle, places)
            low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
        critical = np.full(self.searched.size, MOST_IN_NODE + 1, dtype=np.int64)
        critical[places] = high
        return critical.reshape(self.searched.shape)

    def _remarkable(self, counts: Integers, places: Integers) -> Flags:
        counts = np.minimum(counts, MOST_IN_NODE)
        found = [form.at(counts, self.expected, places) > 0 for form in self.forms]
        remarkable: Flags = np.logical_or.reduce(found) | (counts >= MOST_IN_NODE)
        return remarkable
