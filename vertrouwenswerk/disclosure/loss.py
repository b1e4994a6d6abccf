"""What a reader loses when a cell is hidden: the weights that choose between cells.

A cell weighs more the higher its unit, the wider its theme, and the more it stands out
from what its row and column would lead one to expect; of equals, the one with fewer
signals goes. The weights only choose; whether a table is safe never depends on them.

Example::

    losses(counts)["SOC", "*"]      # about 1000: a cluster's total
"""

from collections.abc import Mapping

from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.domain.tree import ROOT, Cell, Tree

# By depth: organisation, cluster, directorate, department and deeper. The first two
# are kept to the last: a hundred departments' cells go before one of theirs.
UNIT_WEIGHTS = (1000.0, 100.0, 3.0, 1.0)
ALL_THEMES_WEIGHT = 10.0
THEME_GROUP_WEIGHT = 2.0
THEME_WEIGHT = 1.0
# A cell three times what its row and column lead one to expect is what people look for.
MOST_STANDING_OUT = 3.0


def losses(counts: MergedCounts) -> dict[Cell, float]:
    """Return the loss (> 0, no unit) of hiding each cell."""
    return weigh(counts.by_cell(), counts.unit_tree, counts.theme_tree)


def weigh(totals: Mapping[Cell, int], unit_tree: Tree, theme_tree: Tree) -> dict[Cell, float]:
    """Return the loss (> 0, no unit) of hiding each of the cells whose counts are given."""
    return {
        cell: _level_weight(cell, unit_tree, theme_tree) * _standing_out(totals, cell) * _size(totals, cell)
        for cell in totals
    }


def _level_weight(cell: Cell, unit_tree: Tree, theme_tree: Tree) -> float:
    unit, theme = cell
    unit_weight = UNIT_WEIGHTS[min(unit_tree.depth(unit), len(UNIT_WEIGHTS) - 1)]
    if theme == ROOT:
        return unit_weight * ALL_THEMES_WEIGHT
    return unit_weight * (THEME_WEIGHT if theme_tree.is_leaf(theme) else THEME_GROUP_WEIGHT)


def _standing_out(totals: Mapping[Cell, int], cell: Cell) -> float:
    """Return seen / expected between 1 and the most, expected from row and column totals."""
    unit, theme = cell
    expected_times_all = totals.get((unit, ROOT), 0) * totals.get((ROOT, theme), 0)
    if expected_times_all == 0:
        return 1.0
    ratio = totals[cell] * totals.get((ROOT, ROOT), 0) / expected_times_all
    return min(max(ratio, 1.0), MOST_STANDING_OUT)


def _size(totals: Mapping[Cell, int], cell: Cell) -> float:
    """Return 1 for an empty cell to 2 for all signals together: enough to decide between equals."""
    return 1.0 + totals[cell] / max(totals.get((ROOT, ROOT), 0), totals[cell], 1)
