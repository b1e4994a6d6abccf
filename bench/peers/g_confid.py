"""``python -m bench.peers.g_confid COST [COST] FOLDER``: G-Confid by way of gconfid.

It takes cells and the sums that they must meet. A cell below the threshold is sensitive by
its whole count, so that each must be able to be 0 (and twice itself); the costs, one for
each phase, choose which cells go with it. Empty cells are left out: they are not published.
"""

import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from bench.peers.exchange import Cell, Table, answer, children, peer, read


def protect(table: Table, costs: list[str]) -> Iterable[Cell]:
    """Return the cells that it leaves open."""
    frames = peer("pandas")
    totals = table.totals()
    number = {cell: place for place, cell in enumerate(totals, start=1)}
    sensitive = {cell: count < table.threshold for cell, count in totals.items()}
    cells = frames.DataFrame({
        "CellId": [float(number[cell]) for cell in totals],
        "TotalVar": [float(count) for count in totals.values()],
        "TotalNoise": [float(count) for count in totals.values()],
        "Sensitivity": [float(count) if sensitive[cell] else -1.0 for cell, count in totals.items()],
        "Status": ["S" if sensitive[cell] else "V" for cell in totals],
        "Type": "C",
    })  # fmt: skip
    sums = frames.DataFrame(_sums(table, number), columns=["ConstraintId", "CellId", "Coefficient"])
    one, two = [*costs, None][:2]
    done = peer("gconfid").Suppression(
        incell=cells, inconstraint=sums.astype(float), cost_function1=one, cost_function2=two, capture=True
    )
    status = done.outsuppress.to_pydict()
    left_open = {
        int(cell) for cell, out in zip(status["CellId"], status["OutStatus"], strict=True) if out == "P"
    }
    return [cell for cell in totals if number[cell] in left_open]


def _sums(table: Table, number: dict[Cell, int]) -> list[tuple[int, int, float]]:
    """Return (equation, cell, coefficient): each cell is the sum of those right below it."""
    rows: list[tuple[int, int, float]] = []
    equations = (parts for cell in number for parts in _splits(table, cell))
    for equation, (cell, parts) in enumerate(equations, start=1):
        rows.append((equation, number[cell], -1.0))
        rows.extend((equation, number[part], 1.0) for part in parts if part in number)
    return rows


def _splits(table: Table, cell: Cell) -> Iterator[tuple[Cell, list[Cell]]]:
    unit, theme = cell
    if units := children(table.units, unit):
        yield cell, [(below, theme) for below in units]
    if themes := children(table.themes, theme):
        yield cell, [(unit, below) for below in themes]


if __name__ == "__main__":
    *chosen, place = sys.argv[1:]
    peer("gconfid")
    answer(Path(place), read(Path(place)), lambda table: protect(table, chosen), version("gconfid"))
