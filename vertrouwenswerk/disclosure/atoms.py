"""Leaves that lie in the same shown cells are one variable, an *atom*.

That is exact for bounds: what an atom holds may lie in any of its leaves, so the least
that a region can hold is the sum of the atoms wholly inside it, the most the sum of those
that touch it. Hiding a cell later only frees its row: the atoms stay fine enough.

Example::

    atoms = Atoms(Lattice(unit_tree, theme_tree), (Region("SOC", "*"),))
    atoms.inside(Region("SOC", "PEST"))      # no atom: a count of SOC may lie in other themes
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.disclosure.lattice import Filling, Indexes, Leaves, Region

Amounts = NDArray[np.float64]  # signals in each atom


class Atoms:
    """The atoms of the shown ``cells`` and in which of them each lies.

    ``of_leaf``: the atom of each leaf; ``rows_of``: for each atom the places of its cells, rising.
    """

    def __init__(self, space: Leaves, cells: tuple[Region, ...]) -> None:
        self._space = space
        self.cells = cells
        self.row = {cell: row for row, cell in enumerate(cells)}
        self.of_leaf, self.rows_of = _atoms(space, cells)
        self._leaves = np.bincount(self.of_leaf, minlength=len(self.rows_of))

    @property
    def count(self) -> int:
        """How many atoms there are."""
        return len(self.rows_of)

    def inside(self, region: Region) -> Indexes:
        """Return the atoms whose leaves all lie in the region."""
        atoms, leaves_inside = self._touched(region)
        whole: Indexes = atoms[leaves_inside == self._leaves[atoms]]
        return whole

    def touching(self, region: Region) -> Indexes:
        """Return the atoms with at least one leaf in the region."""
        return self._touched(region)[0]

    def amounts(self, filling: Filling) -> Amounts:
        """Return the signals in each atom."""
        return np.bincount(self.of_leaf, filling, self.count).astype(np.float64)

    def spread(self, amounts: Amounts) -> Filling:
        """Return signals in each leaf that make these amounts: all of an atom in its first leaf."""
        found = np.zeros(len(self.of_leaf))
        atoms, first_leaf = np.unique(self.of_leaf, return_index=True)
        found[first_leaf] = amounts[atoms]
        return found

    def _touched(self, region: Region) -> tuple[Indexes, Indexes]:
        """Return the atoms with a leaf in the region, rising, and how many of each lie in it."""
        return np.unique(self.of_leaf[self._space.leaves(region)], return_counts=True)


def _atoms(space: Leaves, cells: tuple[Region, ...]) -> tuple[Indexes, tuple[Indexes, ...]]:
    """Return the atom of each leaf, and for each atom the rows that it lies in, rising.

    Row by row, the leaves in it part from those of their atom that are not.
    """
    atom_of_leaf = np.zeros(space.leaf_count, dtype=np.intp)
    used = 1
    leaves_of_row = [space.leaves(cell) for cell in cells]
    for leaves in leaves_of_row:
        before, parted = np.unique(atom_of_leaf[leaves], return_inverse=True)
        atom_of_leaf[leaves] = used + parted
        used += len(before)
    _labels, first_leaf, atom_of_leaf = np.unique(atom_of_leaf, return_index=True, return_inverse=True)
    is_first = np.zeros(space.leaf_count, dtype=np.bool_)
    is_first[first_leaf] = True
    rows_of_atom: list[list[int]] = [[] for _atom in first_leaf]
    for row, leaves in enumerate(leaves_of_row):
        for atom in atom_of_leaf[leaves[is_first[leaves]]].tolist():
            rows_of_atom[atom].append(row)
    return atom_of_leaf, tuple(np.array(rows, dtype=np.intp) for rows in rows_of_atom)


def set_columns(program: highspy.HighsLp, rows_of: list[Indexes], values: list[float]) -> None:
    """Give a program its columns: in the rows of each its value, elsewhere nothing."""
    lengths = [len(rows) for rows in rows_of]
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.cumsum([0, *lengths], dtype=np.int32)
    program.a_matrix_.index_ = np.concatenate([np.empty(0, dtype=np.intp), *rows_of]).astype(np.int32)
    program.a_matrix_.value_ = np.repeat(np.array(values, dtype=np.float64), lengths)
