"""Where in a finding it sits: "mostly because of".

From the node down, as long as one child (a unit or a theme below) holds most of what is above
the expectation. Where none does, the few children that hold a fair part each.

Example::

    mostly_because_of(problem, (0, 3, 17), unit_tree, theme_tree)
"""

from dataclasses import dataclass

from vertrouwenswerk.domain.tree import Cell, Tree
from vertrouwenswerk.patterns.findings import Part
from vertrouwenswerk.patterns.problem import Problem

MOST, FAIR = 0.6, 0.25
MOST_PARTS = 3


def mostly_because_of(
    problem: Problem, node: tuple[int, int, int], unit_tree: Tree, theme_tree: Tree
) -> tuple[Part, ...]:
    """Return the parts of a node (window, theme, unit places) that hold most of its excess; may be none."""
    grid = problem.grid
    look = _Look(problem, node[0], unit_tree, theme_tree)
    whole = (grid.unit_codes[node[2]], grid.theme_codes[node[1]])
    excess = look.excess(whole)
    cell = whole
    while (best := look.best_child(cell)) and look.excess(best) >= MOST * excess:
        cell = best
    if cell != whole:
        return (look.part(cell),)
    fair = [child for child in look.children(cell) if look.excess(child) >= FAIR * excess]
    return tuple(look.part(child) for child in sorted(fair, key=look.excess, reverse=True)[:MOST_PARTS])


@dataclass(frozen=True)
class _Look:
    problem: Problem
    window: int
    unit_tree: Tree
    theme_tree: Tree

    def children(self, cell: Cell) -> list[Cell]:
        """Return the nodes one unit or one theme below a cell; only units that are on the grid."""
        unit, theme = cell
        units = [
            (below, theme) for below in self.unit_tree.children[unit] if below in self.problem.grid.unit_place
        ]
        return units or [(unit, below) for below in self.theme_tree.children[theme]]

    def best_child(self, cell: Cell) -> Cell | None:
        unit, theme = cell
        both = [*self.children(cell), *((unit, below) for below in self.theme_tree.children[theme])]
        return max(both, key=self.excess, default=None)

    def part(self, cell: Cell) -> Part:
        seen, expected = self._numbers(cell)
        return Part(*cell, seen, expected)

    def excess(self, cell: Cell) -> float:
        seen, expected = self._numbers(cell)
        return seen - expected

    def _numbers(self, cell: Cell) -> tuple[int, float]:
        grid = self.problem.grid
        place = (self.window, grid.theme_place[cell[1]], grid.unit_place[cell[0]])
        return int(self.problem.observed[place]), float(self.problem.expected[place])
