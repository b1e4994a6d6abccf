"""What to expect of every leaf in every window, for the three questions.

By size: the signals of a theme in a quarter are divided over departments by people and
coverage. By the past: every signal is spread over the quarters by its chances (``profiles``).

Example::

    by_past(leaf_shape, leaves, window_chances(chances, (1, 2, 4)))     # (windows, leaf themes, units)
"""

import numpy as np

from vertrouwenswerk.patterns.grid import Floats, Integers
from vertrouwenswerk.patterns.history import History

_COVERAGE_QUARTERS = 4
_PRIOR_SIGNALS = 5.0  # a department's own coverage weighs as much as the average at this many signals


def window_chances(quarter_chances: Floats, windows: tuple[int, ...]) -> Floats:
    """Return the chance (windows, n) of each signal to fall in each window, from those of quarters (n, q)."""
    return np.stack([quarter_chances[:, -length:].sum(axis=1) for length in windows])


def by_past(leaf_shape: tuple[int, int], leaves: Integers, chances: Floats) -> Floats:
    """Add up ``chances`` (windows, n) by leaf: (windows, leaf themes, units)."""
    cells = leaf_shape[0] * leaf_shape[1]
    return np.stack([np.bincount(leaves, row, minlength=cells).reshape(leaf_shape) for row in chances])


def totals(leaf_shape: tuple[int, int], leaves: Integers) -> Integers:
    """Return how many signals each leaf has in all quarters together (leaf themes, units)."""
    return np.bincount(leaves, minlength=leaf_shape[0] * leaf_shape[1]).reshape(leaf_shape)


def recent_counts(
    leaf_shape: tuple[int, int], leaves: Integers, lags: Integers, windows: tuple[int, ...]
) -> Integers:
    """Return the counts of each window (windows, leaf themes, units)."""
    return np.stack([totals(leaf_shape, leaves[lags < length]) for length in windows])


def by_size(shares: Floats, theme_totals: Integers) -> Floats:
    """Divide ``theme_totals`` (quarters, leaf themes) by ``shares`` (quarters, leaf themes, units)."""
    whole = np.maximum(shares.sum(axis=2, keepdims=True), 1e-300)
    expected: Floats = theme_totals[:, :, None] * shares / whole
    return expected


def size_shares(history: History) -> Floats:
    """Return people x coverage of each department (quarters, units), 0 where it could not be recorded."""
    people = np.where(history.open_units, history.people[:, None], 0.0)
    return people.T * coverage(history)


def coverage(history: History) -> Floats:
    """Return (quarters, units) the part of each unit's usual signals that those who delivered stand for.

    Usual: the four quarters before; drawn to the organisation's average where there were few.
    """
    shape = (history.quarters, history.grid.leaf_shape[1])
    covered = np.ones(shape)
    for quarter in range(1, history.quarters):
        age = quarter - history.quarter
        usual = (age > 0) & (age <= _COVERAGE_QUARTERS)
        there = history.delivered[history.adviser, quarter]
        all_of_it = np.bincount(history.unit[usual], minlength=shape[1])
        of_those = np.bincount(history.unit[usual & there], minlength=shape[1])
        average = of_those.sum() / max(all_of_it.sum(), 1)
        if average == 0:  # nobody of before, or nothing before: everybody's absence looks the same
            continue
        covered[quarter] = (of_those + _PRIOR_SIGNALS * average) / (all_of_it + _PRIOR_SIGNALS)
    return covered
