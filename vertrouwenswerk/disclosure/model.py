"""What an attacker knows, as a linear program: shown cells are equations, counts are >= 0.

*Atoms*: leaves that lie in the same shown cells are one variable. That is exact for
bounds: what an atom holds may lie in any of its leaves, so the least that a region can
hold is the sum of the atoms wholly inside it, the most the sum of those that touch it.
Hiding a cell later only frees its row: the atoms stay fine enough and the basis warm.

The program is the relaxation to real numbers: an attacker who also uses that counts are
whole could in theory prove more.

Example::

    model = Model(Lattice(unit_tree, theme_tree), {Region("SOC", "*"): 47})
    bounds(model, Region("SOC-WI-01", "PEST"))      # Interval(low=0.0, high=4.0)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

import highspy
import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.disclosure.lattice import Indexes, Leaves, Region
from vertrouwenswerk.errors import DisclosureError
from vertrouwenswerk.i18n import _

# A bound above this is a proof. Real bounds are fractions of small whole numbers, so
# they are either far above it or noise of the solver (which keeps rows to 1e-7).
TOLERANCE = 1e-6

SOLVER = f"HiGHS {version('highspy')}"

_OPTIONS: dict[str, str | int | float | bool] = {
    "output_flag": False,
    "solver": "simplex",
    "simplex_strategy": 4,  # primal: a changed objective leaves the basis feasible
    "presolve": "off",  # presolve would throw the warm basis away
    "parallel": "off",
    "threads": 1,
    "random_seed": 1,
    "simplex_iteration_limit": 1_000_000,  # rather no answer than no end
    "primal_feasibility_tolerance": 1e-7,
    "dual_feasibility_tolerance": 1e-7,
}

_WHOLE_OPTIONS: dict[str, str | int | float | bool] = {
    "output_flag": False,
    "parallel": "off",
    "threads": 1,
    "random_seed": 1,
    "mip_max_nodes": 10_000,
}


@dataclass(frozen=True, slots=True)
class Interval:
    """What a region can hold, from ``low`` to ``high`` signals; ``inf`` when nothing limits it."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Solution:
    """One way to fill the atoms that fits all rows, and the rows that hold it there.

    ``value`` is the objective, ``atoms`` the signals in each atom, ``binding`` the shown
    cells with a dual that is not zero.
    """

    value: float
    atoms: NDArray[np.float64]
    binding: tuple[Region, ...]


class Model:
    """The equations of what is shown; rows can be hidden and shown again.

    ``shown`` maps a region to its count: a shown cell, or whatever else is openly known.
    Raises DisclosureError when the solver refuses.
    """

    def __init__(self, space: Leaves, shown: Mapping[Region, float]) -> None:
        self._space = space
        self._cells = tuple(shown)
        self._row = {cell: row for row, cell in enumerate(self._cells)}
        self._counts = np.array([shown[cell] for cell in self._cells], dtype=np.float64)
        self._shown = np.ones(len(self._cells), dtype=np.bool_)
        self._atom_of_leaf, self._rows_of_atom = _atoms(space, self._cells)
        self._leaves_of_atom = np.bincount(self._atom_of_leaf, minlength=len(self._rows_of_atom))
        self._costs = np.zeros(len(self._rows_of_atom))
        self._solver = _solver(self._rows_of_atom, self._counts)

    def hide(self, cell: Region) -> None:
        """Take a shown cell's equation away."""
        self._shown[self._row[cell]] = False
        self._solver.changeRowBounds(self._row[cell], -highspy.kHighsInf, highspy.kHighsInf)

    def show(self, cell: Region) -> None:
        """Give a hidden cell that was shown when the model was made its equation back."""
        row = self._row[cell]
        self._shown[row] = True
        self._solver.changeRowBounds(row, self._counts[row], self._counts[row])

    def atoms_inside(self, region: Region) -> Indexes:
        """Return the atoms whose leaves all lie in the region."""
        atoms, leaves_inside = self._touched(region)
        whole: Indexes = atoms[leaves_inside == self._leaves_of_atom[atoms]]
        return whole

    def atoms_touching(self, region: Region) -> Indexes:
        """Return the atoms with at least one leaf in the region."""
        return self._touched(region)[0]

    @property
    def atom_count(self) -> int:
        """How many atoms there are."""
        return len(self._rows_of_atom)

    def is_limited(self, atom: int) -> bool:
        """Tell whether a shown cell limits how much an atom can hold."""
        return bool(self._shown[self._rows_of_atom[atom]].any())

    def minimise(self, costs: NDArray[np.float64]) -> Solution:
        """Minimise the sum of costs (one for each atom) x signals over all that fits.

        Raises DisclosureError when the solver finds no answer.
        """
        changed = np.flatnonzero(costs != self._costs).astype(np.int32)
        self._solver.changeColsCost(len(changed), changed, costs[changed])
        self._costs = costs.copy()
        self._solve()
        solution = self._solver.getSolution()
        atoms = np.asarray(solution.col_value, dtype=np.float64)
        duals = np.abs(np.asarray(solution.row_dual, dtype=np.float64))
        binding = tuple(self._cells[row] for row in np.flatnonzero(self._shown & (duals > TOLERANCE)))
        return Solution(float(costs @ atoms), atoms, binding)

    def fits_in_whole_numbers(self, empty: Indexes) -> bool:
        """Tell whether whole numbers fit all that is shown with nothing in the atoms ``empty``.

        Raises DisclosureError when the search ends before it can tell.
        """
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in _WHOLE_OPTIONS.items():
            solver.setOptionValue(name, value)
        program = self._solver.getLp()
        atoms = len(self._rows_of_atom)
        program.col_cost_ = np.zeros(atoms)
        upper = np.full(atoms, highspy.kHighsInf)
        upper[empty] = 0.0
        program.col_upper_ = upper
        program.integrality_ = [highspy.HighsVarType.kInteger] * atoms
        solver.passModel(program)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        raise no_answer()

    def costs_of(self, *atoms: Indexes) -> NDArray[np.float64]:
        """Return the objective that counts the signals in each of the given sets of atoms."""
        return np.bincount(np.concatenate(atoms), minlength=len(self._rows_of_atom)).astype(np.float64)

    def _solve(self) -> None:
        """Solve from the basis at hand; if that fails, once more from scratch."""
        for _warm_then_cold in range(2):
            self._solver.run()
            if self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                return
            self._solver.clearSolver()
        raise no_answer()

    def _touched(self, region: Region) -> tuple[Indexes, Indexes]:
        """Return the atoms with a leaf in the region, rising, and how many of each lie in it."""
        return np.unique(self._atom_of_leaf[self._space.leaves(region)], return_counts=True)


def bounds(model: Model, region: Region) -> Interval:
    """Return the least and the most that the shown cells leave possible in a region.

    Shuttle interval of a cell as in Fischetti and Salazar (2001), over real numbers.
    Raises KeyError for an unknown code, DisclosureError when the solver finds no answer.
    """
    least = model.minimise(model.costs_of(model.atoms_inside(region))).value
    touching = model.atoms_touching(region)
    if not all(map(model.is_limited, touching)):
        return Interval(least, float("inf"))
    return Interval(least, -model.minimise(-model.costs_of(touching)).value)


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


def _solver(rows_of_atom: tuple[Indexes, ...], counts: NDArray[np.float64]) -> highspy.Highs:
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(rows_of_atom), len(counts)
    program.col_cost_ = np.zeros(len(rows_of_atom))
    program.col_lower_ = np.zeros(len(rows_of_atom))
    program.col_upper_ = np.full(len(rows_of_atom), highspy.kHighsInf)
    program.row_lower_ = program.row_upper_ = counts
    entries = np.concatenate([np.empty(0, dtype=np.intp), *rows_of_atom]).astype(np.int32)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.cumsum([0, *map(len, rows_of_atom)], dtype=np.int32)
    program.a_matrix_.index_ = entries
    program.a_matrix_.value_ = np.ones(len(entries))
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    if solver.passModel(program) == highspy.HighsStatus.kError:
        raise no_answer()
    return solver


def no_answer() -> DisclosureError:
    """Return the error for a table whose audit found no answer."""
    return DisclosureError(
        _("The check whether this table is safe found no answer, so nothing is shown."),
        _("Try a longer window or a higher threshold; if it stays, report it as a bug."),
    )
