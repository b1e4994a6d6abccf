"""Worlds in which nothing stands out: the replicates of a scan.

``Reshuffle`` keeps where and by whom every signal was counted and draws its quarter anew.
``Redeal`` keeps how many signals each theme had in each quarter and deals them over the
departments again. Both give packed leaf counts (leaf themes, units, batch); the same
generator and sizes of batches give the same replicates.

Example::

    unpack(Reshuffle.of(...).batch(np.random.default_rng(1), 64), len(windows))
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vertrouwenswerk.patterns.dispersion import Dispersion
from vertrouwenswerk.patterns.grid import Floats, Grid, Integers
from vertrouwenswerk.patterns.packed import Packed, one_in, tally


class Simulation(Protocol):
    """Something that makes replicates."""

    def batch(self, chance: np.random.Generator, size: int) -> Packed:
        """Return packed leaf counts (leaf themes, units, ``size``)."""


@dataclass(frozen=True)
class Reshuffle:
    """``leaves`` (n,): where each signal was counted, theme x units + unit; ``chances`` (windows, n).

    ``chances`` is that of a signal to fall in each window, none when nothing but luck moved it.
    """

    leaf_shape: tuple[int, int]
    leaves: Integers
    chances: Floats

    def batch(self, chance: np.random.Generator, size: int) -> Packed:
        """Draw for every signal the windows that it falls in."""
        luck = chance.random((size, len(self.leaves)))
        values = np.zeros_like(luck)
        for window, chances in enumerate(self.chances):
            values += (luck < chances) * one_in(window)
        places = self.leaves * size + np.arange(size)[:, None]
        cells = self.leaf_shape[0] * self.leaf_shape[1]
        return tally(places.ravel(), values.ravel(), cells * size).reshape(*self.leaf_shape, size)


@dataclass(frozen=True)
class Redeal:
    """Signals of each theme, dealt over departments by ``people`` times how much departments differ.

    ``shares`` (kinds, leaf themes, departments): coverage x people, once for each kind of
    quarter. ``kinds``, ``themes``, ``values``, ``runs`` (n,): of each signal, sorted by ``runs``; signals
    of a run have the same kind, theme and packed weight.
    """

    grid: Grid
    departments: Integers
    shares: Floats
    kinds: Integers
    themes: Integers
    values: Floats
    runs: Integers
    dispersion: Dispersion

    def batch(self, chance: np.random.Generator, size: int) -> Packed:
        """Draw how departments differ, then a department for each signal."""
        temper = self.dispersion.draw(chance, self.grid, self.departments, size)
        luck = self._sorted_luck(chance, size)
        places = np.empty(luck.shape, dtype=np.int64)
        for kind, shares in enumerate(self.shares):
            mine = np.flatnonzero(self.kinds == kind)
            bounds = np.cumsum(temper * shares, axis=2)
            bounds /= np.maximum(bounds[:, :, -1:], 1e-300)
            rows = np.arange(size)[:, None] * bounds.shape[1] + self.themes[mine]
            found = np.searchsorted((bounds + _row_numbers(bounds)).ravel(), luck[:, mine] + rows, "right")
            chosen = np.minimum(found - rows * bounds.shape[2], bounds.shape[2] - 1)
            places[:, mine] = self.themes[mine] * self.grid.leaf_shape[1] + self.departments[chosen]
        places = places * size + np.arange(size)[:, None]
        values = np.broadcast_to(self.values, places.shape).ravel()
        cells = self.grid.leaf_shape[0] * self.grid.leaf_shape[1]
        return tally(places.ravel(), values, cells * size).reshape(*self.grid.leaf_shape, size)

    def _sorted_luck(self, chance: np.random.Generator, size: int) -> Floats:
        """Draw for each signal a number from 0 to 1, rising within its run: signals of a run are alike.

        Searching with rising numbers takes a third of the time.
        """
        luck = chance.random((size, len(self.themes)))
        luck += self.runs
        luck.sort(axis=1)
        luck -= self.runs
        return luck


def _row_numbers(bounds: Floats) -> Floats:
    size, themes, _departments = bounds.shape
    return np.arange(size * themes, dtype=np.float64).reshape(size, themes, 1)
