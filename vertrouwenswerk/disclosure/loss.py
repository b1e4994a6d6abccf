"""What a reader loses when a cell is hidden: the weights that choose between cells.

A cell weighs more the higher its unit, when it is of all themes, and the more it stands
out from what its row and column would lead one to expect; of equals, the one with fewer
signals goes. A plain cell of a department weighs 1: that is the unit of a loss. The
weights only choose; whether a table is safe never depends on them.

Example::

    losses(counts)["SOC", "*"]      # about 1000: a cluster's total
"""

from collections.abc import Mapping
from math import log

from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.domain.tree import ROOT, Cell, Tree

# By depth: organisation, cluster, directorate, department and deeper. The first two
# are kept to the last: a hundred plain cells of departments go before one of theirs.
UNIT_WEIGHTS = (1000.0, 100.0, 3.0, 1.0)
ALL_THEMES_WEIGHT = 10.0
# Standing out is twice the log likelihood ratio: 9 signals where 2 were expected give
# 13, what chance alone does mostly stays under 2. Beyond the most, more is not better.
MOST_STANDING_OUT = 20.0


def losses(counts: MergedCounts) -> dict[Cell, float]:
    """Return the loss (> 0, no unit) of hiding each cell."""
    return weigh(counts.by_cell(), counts.unit_tree)


def weigh(totals: Mapping[Cell, int], unit_tree: Tree) -> dict[Cell, float]:
    """Return the loss (> 0, no unit) of hiding each of the cells whose counts are given.

    Where a row's, a column's or the whole's count is not given, no cell stands out by it.
    """
    return {
        cell: _level_weight(unit_tree, cell) * _standing_out(totals, cell) * _size(totals, cell)
        for cell in totals
    }


def _level_weight(unit_tree: Tree, cell: Cell) -> float:
    unit, theme = cell
    unit_weight = UNIT_WEIGHTS[min(unit_tree.depth(unit), len(UNIT_WEIGHTS) - 1)]
    if theme == ROOT:
        return unit_weight * ALL_THEMES_WEIGHT
    # A group weighs no more than a theme: else it would hide the one theme that makes it stand out.
    return unit_weight


def _standing_out(totals: Mapping[Cell, int], cell: Cell) -> float:
    """Return 1, and more for a cell with more signals than its row and column lead one to expect.

    What is added is the Poisson deviance, 2 (seen ln(seen / expected) - (seen - expected)).
    """
    unit, theme = cell
    seen, all_signals = totals[cell], totals.get((ROOT, ROOT), 0)
    expected = totals.get((unit, ROOT), 0) * totals.get((ROOT, theme), 0) / max(all_signals, 1)
    if seen <= expected or not expected:
        return 1.0
    deviance = 2.0 * (seen * log(seen / expected) - (seen - expected))
    return 1.0 + min(deviance, MOST_STANDING_OUT)


def _size(totals: Mapping[Cell, int], cell: Cell) -> float:
    """Return 1 for an empty cell to 2 for all signals together: enough to decide between equals."""
    return 1.0 + totals[cell] / max(totals.get((ROOT, ROOT), 0), totals[cell], 1)
