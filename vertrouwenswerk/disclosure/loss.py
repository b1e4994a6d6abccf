"""What a reader loses when a cell is hidden: the weights that choose between cells.

A cell weighs more the higher its unit, when it is of all themes, and the more it stands
out from what its row and column would lead one to expect; of equals, the one with fewer
signals goes. A plain cell of a department weighs 1: that is the unit of a loss. The
weights only choose; whether a table is safe never depends on them.

Example::

    losses(counts)["SOC", "*"]      # about 1000: a cluster's total
"""

from math import log

from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.domain.tree import ROOT, Cell

# By depth: organisation, cluster, directorate, department and deeper. The first two
# are kept to the last: a hundred plain cells of departments go before one of theirs.
UNIT_WEIGHTS = (1000.0, 100.0, 3.0, 1.0)
ALL_THEMES_WEIGHT = 10.0
# Standing out is twice the log likelihood ratio: 9 signals where 2 were expected give
# 13, what chance alone does mostly stays under 2. Beyond the most, more is not better.
MOST_STANDING_OUT = 20.0


def losses(counts: MergedCounts) -> dict[Cell, float]:
    """Return the loss (> 0, no unit) of hiding each cell."""
    totals = counts.by_cell()
    return {
        cell: _level_weight(counts, cell) * _standing_out(totals, cell) * _size(totals, cell)
        for cell in totals
    }


def _level_weight(counts: MergedCounts, cell: Cell) -> float:
    unit, theme = cell
    unit_weight = UNIT_WEIGHTS[min(counts.unit_tree.depth(unit), len(UNIT_WEIGHTS) - 1)]
    if theme == ROOT:
        return unit_weight * ALL_THEMES_WEIGHT
    # A group weighs no more than a theme: else it would hide the one theme that makes it stand out.
    return unit_weight


def _standing_out(totals: dict[Cell, int], cell: Cell) -> float:
    """Return 1, and more for a cell with more signals than its row and column lead one to expect.

    What is added is the Poisson deviance, 2 (seen ln(seen / expected) - (seen - expected)).
    """
    unit, theme = cell
    seen, all_signals = totals[cell], totals[ROOT, ROOT]
    expected = totals[unit, ROOT] * totals[ROOT, theme] / max(all_signals, 1)
    if seen <= expected:
        return 1.0
    deviance = 2.0 * (seen * log(seen / expected) - (seen - expected))
    return 1.0 + min(deviance, MOST_STANDING_OUT)


def _size(totals: dict[Cell, int], cell: Cell) -> float:
    """Return 1 for an empty cell to 2 for all signals together: enough to decide between equals."""
    return 1.0 + totals[cell] / max(totals[ROOT, ROOT], 1)
