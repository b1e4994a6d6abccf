"""What a reader loses when a cell is hidden: the weights that choose between cells.

A cell weighs more the higher its unit, the wider its theme, and the more it stands out
from what its row and column would lead one to expect; of equals, the one with fewer
signals goes. The weights only choose; whether a table is safe never depends on them.

Example::

    losses(counts)["SOC", "*"]      # about 1000: a cluster's total
"""

from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.domain.tree import ROOT, Cell

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
    return unit_weight * (THEME_WEIGHT if counts.theme_tree.is_leaf(theme) else THEME_GROUP_WEIGHT)


def _standing_out(totals: dict[Cell, int], cell: Cell) -> float:
    """Return seen / expected between 1 and the most, expected from row and column totals."""
    unit, theme = cell
    expected_times_all = totals[unit, ROOT] * totals[ROOT, theme]
    if expected_times_all == 0:
        return 1.0
    ratio = totals[cell] * totals[ROOT, ROOT] / expected_times_all
    return min(max(ratio, 1.0), MOST_STANDING_OUT)


def _size(totals: dict[Cell, int], cell: Cell) -> float:
    """Return 1 for an empty cell to 2 for all signals together: enough to decide between equals."""
    return 1.0 + totals[cell] / max(totals[ROOT, ROOT], 1)
