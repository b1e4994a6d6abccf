"""The cells of a table over two trees, and the leaves that each of them holds.

A *leaf* is (a unit of any level, a theme without themes below it): signals recorded
at a cluster, or «not named» at the root, are a leaf of their own under that node. A
*cell* (unit, theme or group or all) holds the leaves below it; a *region* is a cell,
or only what was recorded at the unit itself (``own``). Both trees are depth first,
so what lies below a node is a run of consecutive numbers.

Example::

    lattice = Lattice(codebook.unit_tree, codebook.theme_tree)
    lattice.leaves(Region("SOC", "PEST", own=True))      # array([30])
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.disclosure.spans import ONE_TABLE, Span
from vertrouwenswerk.domain.tree import Cell, Tree

Indexes = NDArray[np.intp]
Filling = NDArray[np.float64]  # signals in each leaf

# The program is asked in blocks: what lies below a directorate, below a cluster, the whole.
BLOCK_DEPTHS = (2, 1)


@dataclass(frozen=True, order=True, slots=True)
class Region:
    """A cell of ``span``, or with ``own`` only what of it was recorded at ``unit`` itself."""

    unit: str
    theme: str
    own: bool = False
    span: Span = ONE_TABLE

    @property
    def cell(self) -> Cell:
        """The unit node and the theme node."""
        return self.unit, self.theme


class Leaves(Protocol):
    """A numbering of all that is counted apart, and which of it lies in a region."""

    @property
    def leaf_count(self) -> int:
        """How many leaves there are."""

    def leaves(self, region: Region) -> Indexes:
        """Return the numbers (0 to ``leaf_count`` - 1) of the leaves in a region, rising."""


@dataclass(frozen=True)
class Lattice:
    """All cells over a tree of units and a tree of themes."""

    unit_tree: Tree
    theme_tree: Tree

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, units depth first, within a unit themes depth first."""
        return tuple((unit, theme) for unit in self.unit_tree.codes for theme in self.theme_tree.codes)

    @cached_property
    def distinct_cells(self) -> tuple[Cell, ...]:
        """The cells, one for each set of leaves."""
        return tuple(cell for cell in self.cells if self.distinct(cell) == cell)

    @cached_property
    def leaf_count(self) -> int:
        """How many leaves there are: units of every level x themes with nothing below them."""
        return len(self.unit_tree.codes) * self._theme_leaf_count

    def distinct(self, cell: Cell) -> Cell:
        """Return the cell that stands for all with the same leaves.

        Only a theme group of a single theme doubles its theme: a unit with a single
        unit below it has a leaf of its own besides. Raises KeyError for an unknown code.
        """
        unit, theme = cell
        while len(self.theme_tree.children[theme]) == 1:
            theme = self.theme_tree.children[theme][0]
        return unit, theme

    def leaves(self, region: Region) -> Indexes:
        """Return the numbers (0 to ``leaf_count`` - 1) of the leaves in a region, rising.

        Raises KeyError for an unknown code.
        """
        first, end = self._unit_span[region.unit]
        units = np.arange(first, first + 1 if region.own else end, dtype=np.intp)
        themes = np.arange(*self._theme_span[region.theme], dtype=np.intp)
        return (units[:, None] * self._theme_leaf_count + themes).ravel()

    def filling(self, signals: Mapping[Cell, int]) -> Filling:
        """Return the signals in each leaf; ``signals``: recorded at (unit of any level, theme)."""
        leaves = np.zeros(self.leaf_count)
        for (unit, theme), count in signals.items():
            leaves[self.leaves(Region(unit, theme, own=True))] = count
        return leaves

    def levels(self) -> tuple[Indexes, ...]:
        """Return, for directorates and for clusters, the block number of each leaf."""
        return tuple(
            np.repeat(
                np.array(list(block_numbers(self.unit_tree, depth).values()), dtype=np.intp),
                self._theme_leaf_count,
            )
            for depth in BLOCK_DEPTHS
        )

    @cached_property
    def _theme_leaf_count(self) -> int:
        return sum(self.theme_tree.is_leaf(code) for code in self.theme_tree.codes)

    @cached_property
    def _unit_span(self) -> dict[str, tuple[int, int]]:
        return {
            code: (place, place + len(self.unit_tree.within(code)))
            for place, code in enumerate(self.unit_tree.codes)
        }

    @cached_property
    def _theme_span(self) -> dict[str, tuple[int, int]]:
        spans = {}
        leaves_before = 0
        for code in self.theme_tree.codes:
            leaves_below = sum(map(self.theme_tree.is_leaf, self.theme_tree.within(code)))
            spans[code] = (leaves_before, leaves_before + leaves_below)
            leaves_before += self.theme_tree.is_leaf(code)
        return spans


def block_numbers(unit_tree: Tree, depth: int) -> dict[str, int]:
    """Return for each unit the number of its block: its ancestor ``depth`` below the root, or itself."""
    number = {code: place for place, code in enumerate(unit_tree.codes)}
    return {code: number[unit_tree.path(code)[: depth + 1][-1]] for code in unit_tree.codes}
