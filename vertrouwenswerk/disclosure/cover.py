"""The cheapest cells to hide so that every known proof breaks: a weighted hitting set.

A *support* holds the cells that together prove something; as long as all of them are
shown, it is proven. So each support asks for at least one hidden cell, and that stays
true whatever else is hidden or shown: a row of a small integer program.

No clock ends the search but a number of nodes, and one thread with a fixed seed does it:
the same supports and losses always give the same cells.

Example::

    ab, bc = frozenset({"a", "b"}), frozenset({"b", "c"})
    cheapest_cover([ab, bc], {"a": 3.0, "b": 4.0, "c": 3.0}, ab | bc)      # frozenset({"b"})
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import fsum

import highspy
import numpy as np

from vertrouwenswerk.disclosure.lattice import Region

# A row of the program. Here it is only hashed and sorted.
Key = Region
Support = frozenset[Key]

# Losses count in plain cells of a department: nobody misses less than two of them.
CLOSE_ENOUGH = 5.0
MOST_NODES = 50

_OPTIONS: dict[str, str | int | float | bool] = {
    "output_flag": False,
    "parallel": "off",
    "threads": 1,
    "random_seed": 1,
    "mip_max_nodes": MOST_NODES,
    "mip_abs_gap": CLOSE_ENOUGH,
    "mip_rel_gap": 0.0,
    "mip_allow_restart": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
}


def cheapest_cover(
    supports: Iterable[Support], losses: Mapping[Key, float], known: frozenset[Key]
) -> frozenset[Key]:
    """Return cells, at least one of each support, whose losses (> 0) add up to about the least.

    ``known`` is such a choice already; it comes back when nothing cheaper is found. The
    sum is within ``CLOSE_ENOUGH`` of the least, unless that takes more than ``MOST_NODES``
    nodes. All cells need a loss, and no support is empty.
    """
    rows = _without_supersets(supports)
    best = _cheapest([known, greedy_cover(rows, losses)], losses)
    found = _search(rows, losses, best)
    if any(found.isdisjoint(row) for row in rows):
        return best
    return _cheapest([best, _without_needless(rows, found, losses)], losses)


def greedy_cover(supports: Collection[Support], losses: Mapping[Key, float]) -> frozenset[Key]:
    """Return cells, at least one of each support: each time the least loss per support hit.

    Chvatal (1979); what later choices made needless is left out again.
    """
    chosen: set[Key] = set()
    left = list(supports)
    while left:
        uses = Counter(cell for support in left for cell in support)
        chosen.add(min(uses, key=lambda cell: (losses[cell] / uses[cell], cell)))
        left = [support for support in left if chosen.isdisjoint(support)]
    return _without_needless(supports, frozenset(chosen), losses)


def total_loss(cells: Iterable[Key], losses: Mapping[Key, float]) -> float:
    """Return the sum of the losses of the cells, the same in whatever order they come."""
    return fsum(losses[cell] for cell in cells)


def needed(supports: Iterable[Support], cells: frozenset[Key]) -> frozenset[Key]:
    """Return those of the cells that alone hit one of the supports."""
    hits = (support & cells for support in supports)
    return frozenset(cell for hit in hits if len(hit) == 1 for cell in hit)


def _without_needless(
    supports: Collection[Support], cells: frozenset[Key], losses: Mapping[Key, float]
) -> frozenset[Key]:
    """Return the cells less those, the greatest loss first, that the others make needless."""
    for cell in sorted(cells, key=lambda cell: (-losses[cell], cell)):
        if cell not in needed(supports, cells):
            cells -= {cell}
    return cells


def _cheapest(covers: list[frozenset[Key]], losses: Mapping[Key, float]) -> frozenset[Key]:
    return min(covers, key=lambda cells: total_loss(cells, losses))


def _without_supersets(supports: Iterable[Support]) -> list[Support]:
    """Return, in a fixed order, the supports that contain no other: hitting those hits all."""
    smallest: list[Support] = []
    for support in sorted(set(supports), key=lambda support: (len(support), sorted(support))):
        if not any(smaller <= support for smaller in smallest):
            smallest.append(support)
    return smallest


def _search(rows: list[Support], losses: Mapping[Key, float], start: frozenset[Key]) -> frozenset[Key]:
    """Return the cells of the best answer that the integer program finds from ``start``."""
    if not rows:
        return frozenset()
    cells = sorted(frozenset().union(*rows))
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.passModel(_program(rows, cells, losses))
    first = highspy.HighsSolution()
    first.col_value = [float(cell in start) for cell in cells]
    solver.setSolution(first)
    solver.run()
    chosen = solver.getSolution().col_value
    return frozenset(cell for cell, value in zip(cells, chosen, strict=False) if value > 0.5)


def _program(rows: list[Support], cells: list[Key], losses: Mapping[Key, float]) -> highspy.HighsLp:
    """Return: hide (1) or show (0) each cell, at least one of each row hidden, the least loss."""
    column = {cell: number for number, cell in enumerate(cells)}
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(cells), len(rows)
    program.col_cost_ = np.array([losses[cell] for cell in cells])
    program.col_lower_, program.col_upper_ = np.zeros(len(cells)), np.ones(len(cells))
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(cells)
    program.row_lower_ = np.ones(len(rows))
    program.row_upper_ = np.full(len(rows), highspy.kHighsInf)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    entries = [column[cell] for row in rows for cell in sorted(row)]
    program.a_matrix_.index_ = np.array(entries, dtype=np.int32)
    program.a_matrix_.value_ = np.ones(len(entries))
    return program
