"""How much departments differ by themselves, apart from luck and size: relative variances.

One for each depth of the tree of units (a factor that a whole directorate shares, and one of
each department) and one for single cells. Each is a moment estimate among siblings, given
their parent's count, with large deviations cut off so that a few hot spots do not hide
themselves, and made consistent by simulating the same estimate at known values.

Example::

    dispersion = estimate(grid, counts, expected, np.random.default_rng(1))
    dispersion.shapes(grid, expected)      # of the negative binomial of each node
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vertrouwenswerk.patterns.grid import Floats, Grid, Integers, Numbers

LEAST = 0.0025  # no organisation is even to within a twentieth
_KNOWN_VALUES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.5)
_CUT = 4.0
_ENOUGH = 4000  # simulated items for one known value


@dataclass(frozen=True)
class Dispersion:
    """Relative variance of the factor at each depth of the unit tree, 0 at the root, and of single cells."""

    depths: tuple[float, ...]
    cells: float

    @property
    def of_units(self) -> "Dispersion":
        """What whole units have in common, without what single cells have."""
        return Dispersion(self.depths, 0.0)

    @property
    def of_cells(self) -> "Dispersion":
        """What single cells have, without what whole units have in common."""
        return Dispersion((0.0,) * len(self.depths), self.cells)

    def draw(self, chance: np.random.Generator, grid: Grid, departments: Integers, size: int) -> Floats:
        """Draw the factor of each cell: (``size``, leaf themes, departments)."""
        nodes = np.ones((size, len(grid.units)))
        for depth in range(1, len(self.depths)):
            here = np.flatnonzero(grid.unit_depths == depth)
            own = _factor(chance, self.depths[depth], (size, len(here))) if self.depths[depth] else 1.0
            nodes[:, here] = nodes[:, grid.parents[here]] * own
        temper = np.broadcast_to(nodes[:, None, departments], (size, grid.leaf_shape[0], len(departments)))
        return temper * _factor(chance, self.cells, temper.shape) if self.cells else temper

    def shapes(self, grid: Grid, expected: Floats) -> Floats:
        """Return the shape (..., theme nodes, unit nodes) of each node's count, inf where it is Poisson.

        ``expected``: leaves (..., leaf themes, units). ``1/s = sum of tau2 x sum of squared parts / mu^2``.
        """
        by_theme = np.stack([expected[..., a:b, :].sum(axis=-2) for a, b in grid.themes.tolist()], axis=-2)
        whole = grid.unit_sums(by_theme) ** 2
        spread = self.cells * grid.sums(expected**2)
        for depth, variance in enumerate(self.depths):
            parts = grid.unit_sums(np.where(grid.unit_depths == depth, whole, 0.0))
            spread += variance * np.where(grid.unit_depths > depth, whole, parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where((spread > 0) & (whole > 0), whole / spread, np.inf)


def estimate(grid: Grid, counts: Floats, expected: Floats, chance: np.random.Generator) -> Dispersion:
    """Estimate from leaf counts and expectations (leaf themes, units), both 0 outside departments."""
    nodes_seen, nodes = grid.unit_sums(counts.sum(axis=0)), grid.unit_sums(expected.sum(axis=0))
    departments = np.flatnonzero(grid.is_department & (nodes > 0))
    of_cell = np.broadcast_to(departments, (len(expected), len(departments)))
    cells = _among_siblings(
        counts[:, departments].ravel(), expected[:, departments].ravel(), of_cell.ravel(), chance
    )
    below = cells * (expected**2).sum(axis=0)
    found: list[float] = []
    for depth in range(int(grid.unit_depths.max(initial=0)), 0, -1):
        here = np.flatnonzero((grid.unit_depths == depth) & (nodes > 0))
        whole = float((nodes[here] ** 2).sum())
        spread = grid.unit_sums(below)[here].sum() / max(whole, 1e-9)
        total = _among_siblings(nodes_seen[here], nodes[here], grid.parents[here], chance)
        found.append(max(total - float(spread), LEAST) if len(here) else 0.0)
        below[here] += found[-1] * nodes[here] ** 2
    return Dispersion((0.0, *reversed(found)), max(cells, LEAST))


def _factor(chance: np.random.Generator, variance: float, shape: tuple[int, ...]) -> Floats:
    """Draw gamma factors of mean 1."""
    return chance.standard_gamma(1 / variance, shape) * variance


def _among_siblings(seen: Floats, expected: Floats, parents: Integers, chance: np.random.Generator) -> float:
    """Return the relative variance among siblings that explains how far they differ, 0 or more."""
    if len(seen) < 2:
        return 0.0
    rounds = max(1, _ENOUGH // len(seen))
    usual = _from_parents(seen[None], expected, parents)

    def simulated(variance: float) -> float:
        rates = np.broadcast_to(usual, (rounds, len(expected)))
        if variance:
            rates = rates * _factor(chance, variance, rates.shape)
        return float(_unevenness(chance.poisson(rates), expected, parents).mean())

    return _where_equal(simulated, float(_unevenness(seen[None], expected, parents)[0]))


def _where_equal(simulated: Callable[[float], float], wanted: float) -> float:
    """Return the known value, or one between two, at which ``simulated`` (rising) is as wanted."""
    low, high = 0, len(_KNOWN_VALUES) - 1
    values = {low: simulated(_KNOWN_VALUES[low]), high: simulated(_KNOWN_VALUES[high])}
    while high - low > 1:
        middle = (low + high) // 2
        values[middle] = simulated(_KNOWN_VALUES[middle])
        low, high = (middle, high) if values[middle] <= wanted else (low, middle)
    between = [values[low], max(values[high], values[low])]
    return float(np.interp(wanted, between, [_KNOWN_VALUES[low], _KNOWN_VALUES[high]]))


def _unevenness(seen: Numbers, expected: Floats, parents: Integers) -> Floats:
    """Return for each row (rounds, n) how far it is from what its parents' counts lead to, cut off."""
    mean = _from_parents(seen, expected, parents)
    squares = np.minimum((seen - mean) ** 2, _CUT * (mean + mean**2))
    sums: Floats = (squares - mean).sum(axis=1) / np.maximum((mean**2).sum(axis=1), 1e-9)
    return sums


def _from_parents(seen: Numbers, expected: Floats, parents: Integers) -> Floats:
    """Return (rounds, n) the parents' counts, divided over their children as expected."""
    families = int(parents.max()) + 1
    places = (parents + np.arange(len(seen))[:, None] * families).ravel()
    totals = np.bincount(places, seen.ravel())[places].reshape(seen.shape)
    mean: Floats = expected * totals / np.maximum(np.bincount(parents, expected)[parents], 1e-9)
    return mean
