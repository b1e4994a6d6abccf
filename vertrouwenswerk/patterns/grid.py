"""The nodes of a scan: every unit node x every theme node, and sums over them.

Leaves lie in a matrix (themes with nothing below them x units of every level, since what
was recorded at an inner unit is a leaf of its own there). Both trees are depth first, so
a node is a run of consecutive leaves on each axis.

Example::

    grid = Grid.of(unit_tree, theme_tree)
    grid.sums(leaf_counts)[..., grid.theme_place["PEST"], grid.unit_place["SOC"]]
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.domain.tree import Tree

Numbers = NDArray[Any]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """Runs of leaves, half open: ``units`` (n, 2) and ``themes`` (m, 2); depths of the unit nodes (n,)."""

    unit_codes: tuple[str, ...]
    theme_codes: tuple[str, ...]
    leaf_themes: tuple[str, ...]
    units: Integers
    themes: Integers
    unit_depths: Integers

    @classmethod
    def of(cls, unit_tree: Tree, theme_tree: Tree) -> Self:
        """Lay out two trees."""
        leaf_themes = [code for code in theme_tree.codes if theme_tree.is_leaf(code)]
        place = {code: number for number, code in enumerate(leaf_themes)}
        themes = [
            [place[code] for code in theme_tree.within(node) if code in place] for node in theme_tree.codes
        ]
        units = [(at, at + len(unit_tree.within(node))) for at, node in enumerate(unit_tree.codes)]
        return cls(
            unit_tree.codes,
            theme_tree.codes,
            tuple(leaf_themes),
            np.array(units, dtype=np.int64),
            np.array([(run[0], run[-1] + 1) for run in themes], dtype=np.int64),
            np.array([unit_tree.depth(code) for code in unit_tree.codes], dtype=np.int64),
        )

    @cached_property
    def unit_place(self) -> dict[str, int]:
        """The place of each unit code on the axis of units, as a leaf and as a node."""
        return {code: place for place, code in enumerate(self.unit_codes)}

    @cached_property
    def theme_place(self) -> dict[str, int]:
        """The place of each theme code on the axis of theme nodes."""
        return {code: place for place, code in enumerate(self.theme_codes)}

    @property
    def shape(self) -> tuple[int, int]:
        """Theme nodes x unit nodes."""
        return len(self.themes), len(self.units)

    @property
    def leaf_shape(self) -> tuple[int, int]:
        """Leaf themes x units."""
        return int(self.themes[0, 1]), len(self.units)

    @cached_property
    def is_department(self) -> Flags:
        """Which units have nothing below them (n,)."""
        single: Flags = self.units[:, 1] - self.units[:, 0] == 1
        return single

    @cached_property
    def parents(self) -> Integers:
        """The place of the unit above each unit (n,); the root is its own."""
        parents = np.zeros(len(self.units), dtype=np.int64)
        for place, (first, end) in enumerate(self.units.tolist()):
            parents[first + 1 : end] = place
        return parents

    def sums(self, leaves: Numbers) -> Numbers:
        """Sum leaves (..., leaf themes, units) over every node: (..., theme nodes, unit nodes)."""
        return self.batch_sums(leaves[..., None])[..., 0]

    def batch_sums(self, leaves: Numbers) -> Numbers:
        """Sum leaves (..., leaf themes, units, batch) over every node, for a whole batch at once."""
        shape = (*leaves.shape[:-3], len(self.themes), *leaves.shape[-2:])
        nodes = np.empty(shape, dtype=leaves.dtype)
        for place, (first, end) in enumerate(self.themes.tolist()):
            leaves[..., first:end, :, :].sum(axis=-3, out=nodes[..., place, :, :])
        return self._with_unit_sums(nodes)

    def unit_sums(self, leaves: Numbers) -> Numbers:
        """Sum (..., units) over every unit node."""
        return self._with_unit_sums(leaves[..., None].copy())[..., 0]

    def _with_unit_sums(self, nodes: Numbers) -> Numbers:
        """Put each unit's sum (..., units, batch) in its own place; parents first, as no run reaches up."""
        for place in np.flatnonzero(~self.is_department).tolist():
            first, end = self.units[place].tolist()
            nodes[..., place, :] = nodes[..., first:end, :].sum(axis=-2)
        return nodes

    def leaves_of(self, theme: int, unit: int) -> Flags:
        """Return which leaves (leaf themes, units) a node holds."""
        held = np.zeros(self.leaf_shape, dtype=np.bool_)
        (a, b), (first, end) = self.themes[theme].tolist(), self.units[unit].tolist()
        held[a:b, first:end] = True
        return held
