"""What an office without a scan would use: a 2-sigma dashboard, and EARS C1.

Both look at every department x theme by itself, at the last quarter against its own past, and
raise an alarm for counts from the threshold up. Neither adjusts for how much is looked at.

Example::

    two_sigma(series), ears_c1(series)      # series: (cells, quarters)

EARS C1: Hutwagner, Thompson, Seeman, Treadwell 2003; there with days, here with quarters. Its limits
are held against R's package surveillance (``peers/ears_c1.R``).
"""

import numpy as np

from bench.worlds import THRESHOLD
from vertrouwenswerk.patterns.grid import Flags, Floats, Integers
from vertrouwenswerk.patterns.history import History

_BASELINE = 7


def series(history: History) -> Integers:
    """Return the count of every leaf theme and department in every quarter (cells, quarters)."""
    themes, units = history.grid.leaf_shape
    places = (history.theme * units + history.unit) * history.quarters + history.quarter
    counts = np.bincount(places, minlength=themes * units * history.quarters)
    return counts.reshape(themes, units, -1)[:, history.grid.is_department].reshape(-1, history.quarters)


def two_sigma(counts: Integers) -> Flags:
    """Return which cells are above mean + 2 standard deviations of all quarters before."""
    return _above(counts, _limits(counts[:, :-1], 2.0))


def ears_c1(counts: Integers) -> Flags:
    """Return which cells are above their limits."""
    return _above(counts, ears_c1_limits(counts))


def ears_c1_limits(counts: Integers) -> Floats:
    """Return mean + 3 standard deviations of the seven quarters before the last (cells,)."""
    return _limits(counts[:, -1 - _BASELINE : -1], 3.0)


def _limits(past: Integers, sigmas: float) -> Floats:
    limits: Floats = past.mean(axis=1) + sigmas * past.std(axis=1, ddof=1)
    return limits


def _above(counts: Integers, limits: Floats) -> Flags:
    now = counts[:, -1]
    alarm: Flags = (now > limits) & (now >= THRESHOLD)
    return alarm
