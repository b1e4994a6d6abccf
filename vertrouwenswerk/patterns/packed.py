"""Counts of up to four windows in one whole number, so that one addition adds all of them.

A scan adds up thousands of leaf counts for every replicate. Packed, the windows travel in
fields of 16 bits, of which the highest stays free: it is where a comparison leaves its answer.

Example::

    packed = tally(places, weights((1, 2, 4), lags), size)
    unpack(packed, 3)[1]          # the counts of the second window
"""

import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.patterns.grid import Flags, Floats, Integers

Packed = NDArray[np.uint64]
MOST_WINDOWS = 4
MOST_IN_LEAF, MOST_IN_NODE = 2**13 - 1, 2**15 - 2
_TALLY_BITS, _BITS = 13, 16
_FREE = np.uint64(0x8000_8000_8000_8000)
_FIELD = (1 << _BITS) - 1
_NARROW_FIELD = (1 << _TALLY_BITS) - 1
# Which bits to move up, and by how many: from fields as narrow as fit in a double to those of 16 bits.
_WIDENING = (
    (np.uint64((_NARROW_FIELD << 2 * _TALLY_BITS) | (_NARROW_FIELD << 3 * _TALLY_BITS)), np.uint64(6)),
    (np.uint64((_NARROW_FIELD << _TALLY_BITS) | (_NARROW_FIELD << 3 * _TALLY_BITS + 6)), np.uint64(3)),
)


def one_in(window: int) -> float:
    """Return what a signal adds that falls in ``window``. Raises ValueError for a fifth window."""
    if not 0 <= window < MOST_WINDOWS:
        raise ValueError("more windows than fit in one number")
    return float(1 << (_TALLY_BITS * window))


def weights(windows: tuple[int, ...], lags: Integers) -> Floats:
    """Return what a signal of each lag (quarters before the last) adds: one in every window that holds it."""
    values = np.zeros(lags.shape)
    for window, length in enumerate(windows):
        values += (lags < length) * one_in(window)
    return values


def tally(places: Integers, values: Floats, size: int) -> Packed:
    """Add up ``values`` (made by ``weights``) by place, 0 to ``size`` - 1; at most MOST_IN_LEAF at each."""
    counts: Packed = np.bincount(places, values, minlength=size).astype(np.int64).view(np.uint64)
    for fields, by in _WIDENING:  # first the upper two together, then the odd ones
        moved = counts & fields
        counts ^= moved
        moved <<= by
        counts |= moved
    return counts


def pack_least(counts: Integers) -> Packed:
    """Pack least counts (windows, ...) for ``any_reaches``; windows that are not there are never reached."""
    fields = np.full((MOST_WINDOWS, *counts.shape[1:]), MOST_IN_NODE + 1, dtype=np.uint64)
    fields[: len(counts)] = counts
    packed = np.zeros(counts.shape[1:], dtype=np.uint64)
    for place, field in enumerate(fields):
        packed |= field << np.uint64(_BITS * place)
    return packed


def unpack(packed: Packed, windows: int) -> Integers:
    """Return the counts (windows, ...)."""
    fields = [(packed >> np.uint64(_BITS * place)) & np.uint64(_FIELD) for place in range(windows)]
    return np.stack(fields).astype(np.int64)


def any_reaches(packed: Packed, least: Packed) -> Flags:
    """Tell where the count of any window is at least the one in ``least``."""
    reached: Flags = (((packed | _FREE) - least) & _FREE) != 0
    return reached
