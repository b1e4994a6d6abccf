"""Worlds in which nothing stands out: the replicates of a scan.

``Reshuffle`` keeps where and by whom every signal was counted, and how many each theme had in
each window: signals that are alike are permuted over the quarters, the others (of an adviser
who was late, or a unit that was new) are drawn by their own chances first. ``Redeal`` keeps
how many signals each theme had in each quarter and deals them over the departments again.
Both give packed leaf counts (leaf themes, units, batch); the same generator and sizes of
batches give the same replicates.

Example::

    unpack(Reshuffle.of(...).batch(np.random.default_rng(1), 64), len(windows))
"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from vertrouwenswerk.patterns.dispersion import Dispersion
from vertrouwenswerk.patterns.grid import Flags, Floats, Grid, Integers
from vertrouwenswerk.patterns.packed import Packed, one_in, tally

_LEAST_RANDOM_BITS = 30


class Simulation(Protocol):
    """Something that makes replicates."""

    @property
    def signals(self) -> int:
        """How many signals are drawn for one replicate."""

    def batch(self, chance: np.random.Generator, size: int) -> Packed:
        """Return packed leaf counts (leaf themes, units, ``size``)."""


@dataclass(frozen=True)
class Odd:
    """Signals drawn by themselves: ``leaves``, ``kinds`` (n,) and ``chances`` (windows, n)."""

    leaves: Integers
    kinds: Integers
    chances: Floats


@dataclass(frozen=True)
class Alike:
    """Signals that are permuted within their kind, sorted by kind; the first ones fall in the windows.

    ``tags`` (n,): kind above the random bits, row below them. ``places`` (m,): rows after
    sorting that can fall in a window, the first of each kind; ``kinds`` (m,): of which kind.
    """

    leaves: Integers
    tags: Packed
    random_bits: Packed
    row_bits: Packed
    places: Integers
    kinds: Integers

    @classmethod
    def of(cls, leaves: Integers, kinds: Integers, most: Integers) -> Self:
        """Prepare; ``most`` (kinds,): how many of a kind can fall in the longest window."""
        order = np.argsort(kinds, kind="stable")
        sorted_kinds = kinds[order]
        row_width, top_width = len(order).bit_length(), len(most).bit_length()
        if 64 - row_width - top_width < _LEAST_RANDOM_BITS:
            raise ValueError("too many signals and kinds for one key")
        ranks = np.arange(len(order)) - np.searchsorted(sorted_kinds, sorted_kinds)
        places = np.flatnonzero(ranks < most[sorted_kinds])
        tops = sorted_kinds.astype(np.uint64) << np.uint64(64 - top_width)
        random_bits = ((1 << (64 - row_width - top_width)) - 1) << row_width
        return cls(
            leaves[order],
            tops | np.arange(len(order), dtype=np.uint64),
            np.array(random_bits, dtype=np.uint64),
            np.array((1 << row_width) - 1, dtype=np.uint64),
            places,
            sorted_kinds[places],
        )

    def permuted(self, chance: np.random.Generator, size: int) -> Integers:
        """Return the leaf (``size``, m) of the signal at each of ``places``, in random order within kinds.

        By sorting random keys. Two equal ones (1 in 2^30 at most) stay in order.
        """
        keys = chance.integers(0, 2**64 - 1, (size, len(self.tags)), dtype=np.uint64, endpoint=True)
        keys &= self.random_bits
        keys |= self.tags
        keys.sort(axis=1)
        rows = (keys[:, self.places] & self.row_bits).view(np.int64)
        return self.leaves[rows]

    def values(self, left: Integers) -> Floats:
        """Return what the signal at each of ``places`` adds (batch, m), packed.

        ``left`` (batch, kinds, windows): how many of a kind, the first ones, fall in a window. As
        steps: a kind's first place is worth all windows, and each window ends at its own place.
        """
        size, kinds, windows = left.shape
        starts = np.searchsorted(self.kinds, np.arange(kinds + 1))
        ends = starts[:kinds, None] + np.clip(left, 0, np.diff(starts)[:, None])
        width = len(self.places) + 1
        spread = ends + np.arange(size)[:, None, None] * width
        of_windows = np.array([one_in(window) for window in range(windows)])
        steps = np.bincount(
            spread.ravel(), np.broadcast_to(-of_windows, ends.shape).ravel(), minlength=size * width
        ).reshape(size, width)
        for start in starts[:kinds].tolist():  # kinds without a place start where the next one does
            steps[:, start] += of_windows.sum()
        added: Floats = steps.cumsum(axis=1)[:, :-1]
        return added


@dataclass(frozen=True)
class Reshuffle:
    """``wanted`` (windows, kinds): how many signals of a kind (theme or unit) each window holds."""

    leaf_shape: tuple[int, int]
    wanted: Integers
    alike: Alike
    odd: Odd

    @classmethod
    def of(
        cls,
        leaf_shape: tuple[int, int],
        leaves: Integers,
        kinds: Integers,
        *,
        wanted: Integers,
        chances: Floats,
        is_odd: Flags,
    ) -> Self:
        """Prepare for signals (n,) with their chances (windows, n) to fall in each window."""
        alike = Alike.of(leaves[~is_odd], kinds[~is_odd], wanted.max(axis=0))
        return cls(leaf_shape, wanted, alike, Odd(leaves[is_odd], kinds[is_odd], chances[:, is_odd]))

    @property
    def signals(self) -> int:
        """How many signals are drawn for one replicate."""
        return len(self.alike.tags) + len(self.odd.leaves)

    def batch(self, chance: np.random.Generator, size: int) -> Packed:
        """Draw the odd ones, then fill up each window with the others."""
        odd, rows = self.odd, np.arange(size)[:, None]
        luck = chance.random((size, len(odd.leaves)))
        # Each window holds the one before it: the first one that a signal falls in tells all.
        first = np.zeros(luck.shape, dtype=np.int64)
        for chances in odd.chances:
            first += luck >= chances
        windows, kinds = self.wanted.shape
        bins = (rows * kinds + odd.kinds) * (windows + 1) + first
        taken = np.bincount(bins.ravel(), minlength=size * kinds * (windows + 1))
        left = self.wanted.T - taken.reshape(size, kinds, -1).cumsum(axis=2)[:, :, :windows]
        worth = np.append(np.cumsum([one_in(window) for window in range(windows)][::-1])[::-1], 0.0)
        places = np.broadcast_to(odd.leaves, first.shape), self.alike.permuted(chance, size)
        values = worth[first], self.alike.values(left)
        return _tallied(np.concatenate(places, axis=1), np.concatenate(values, axis=1), self.leaf_shape)


def _tallied(places: Integers, values: Floats, leaf_shape: tuple[int, int]) -> Packed:
    """Add up values at leaves (batch, n): packed counts (leaf themes, units, batch)."""
    size, cells = len(places), leaf_shape[0] * leaf_shape[1]
    spread = places * size + np.arange(size)[:, None]
    return tally(spread.ravel(), values.ravel(), cells * size).reshape(*leaf_shape, size)


@dataclass(frozen=True)
class Deal:
    """Signals dealt by the same ``shares`` (leaf themes, departments), sorted by theme.

    ``themes``, ``classes`` (n,): of each signal; ``values`` (classes,): the packed weight of a class.
    """

    shares: Floats
    themes: Integers
    classes: Integers
    values: Floats

    def __post_init__(self) -> None:
        if len(self.values) > _CLASSES:
            raise ValueError("more classes of weights than fit in the last bits of a number")


_CLASSES = 32


@dataclass(frozen=True)
class Redeal:
    """Signals are dealt over ``departments`` (places of units) by shares times how much these differ."""

    grid: Grid
    departments: Integers
    deals: tuple[Deal, ...]
    dispersion: Dispersion

    @property
    def signals(self) -> int:
        """How many signals are drawn for one replicate."""
        return sum(len(deal.themes) for deal in self.deals)

    def batch(self, chance: np.random.Generator, size: int) -> Packed:
        """Draw how departments differ, then a department for each signal."""
        temper = self.dispersion.draw(chance, self.grid, self.departments, size)
        room = np.empty(temper.shape)
        parts = [self._dealt(chance, deal, temper, room) for deal in self.deals]
        places, values = (np.concatenate(both, axis=1) for both in zip(*parts, strict=True))
        return _tallied(places, values, self.grid.leaf_shape)

    def _dealt(
        self, chance: np.random.Generator, deal: Deal, temper: Floats, room: Floats
    ) -> tuple[Integers, Floats]:
        """Return leaf and value (batch, n) of each signal of a deal; ``room`` is written over.

        A signal's number is its theme plus a draw from 0 to 1, its class in the last bits: sorted,
        they are looked up in half the time. A draw keeps 40 random bits or more.
        """
        size, (themes, departments) = len(temper), deal.shares.shape
        keys = (chance.random((size, len(deal.themes))) + deal.themes).view(np.int64)
        keys &= ~(_CLASSES - 1)
        keys |= deal.classes
        keys.sort(axis=1)
        bounds = np.cumsum(np.multiply(temper, deal.shares, out=room), axis=2, out=room)
        bounds /= np.maximum(bounds[:, :, -1:], 1e-300)
        bounds += np.arange(size * themes, dtype=np.float64).reshape(size, themes, 1)
        first_rows = np.arange(size)[:, None] * themes
        found = np.searchsorted(bounds.ravel(), keys.view(np.float64) + first_rows, "right")
        chosen = np.clip(found - (first_rows + deal.themes) * departments, 0, departments - 1)
        leaves = deal.themes * self.grid.leaf_shape[1] + self.departments[chosen]
        return leaves, deal.values[keys & (_CLASSES - 1)]
