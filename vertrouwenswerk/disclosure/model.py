"""What an attacker knows, as a linear program: shown cells are equations, counts are >= 0.

The variables are ``Atoms``. Hiding a cell later only frees its row and leaves the basis warm.

The program is the relaxation to real numbers: an attacker who also uses that counts are
whole could in theory prove more.

Example::

    model = Model.of(Lattice(unit_tree, theme_tree), {Region("SOC", "*"): 47})
    bounds(model, Region("SOC-WI-01", "PEST"))      # Interval(low=0.0, high=4.0)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

import highspy
import numpy as np

from vertrouwenswerk.disclosure.atoms import Amounts, Atoms, set_columns
from vertrouwenswerk.disclosure.lattice import Indexes, Leaves, Region
from vertrouwenswerk.errors import DisclosureError
from vertrouwenswerk.i18n import _

# A bound above this is a proof. Real bounds are fractions of small whole numbers, so
# they are either far above it or noise of the solver (which keeps rows to 1e-7).
TOLERANCE = 1e-6

SOLVER = f"HiGHS {version('highspy')}"

SIMPLEX: dict[str, str | int | float | bool] = {
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
    cells with a dual that is not zero, ``broken`` the hidden ones that it does not fit.
    """

    value: float
    atoms: Amounts
    binding: tuple[Region, ...]
    broken: frozenset[Region]


class Model:
    """The equations of what is shown; rows can be hidden and shown again.

    ``counts``: of each of the atoms' cells, or whatever else is openly known. Raises
    DisclosureError when the solver refuses.
    """

    def __init__(self, atoms: Atoms, counts: Amounts) -> None:
        self.atoms = atoms
        self._counts = counts
        self._shown = np.ones(len(counts), dtype=np.bool_)
        self._costs = np.zeros(atoms.count)
        self._solver = _solver(atoms, counts)

    @classmethod
    def of(cls, space: Leaves, shown: Mapping[Region, float]) -> "Model":
        """Return the model of a region's count each, over all leaves of ``space``."""
        return cls(Atoms(space, tuple(shown)), np.array(list(shown.values()), dtype=np.float64))

    def hide(self, cell: Region) -> None:
        """Take a shown cell's equation away."""
        row = self.atoms.row[cell]
        self._shown[row] = False
        self._solver.changeRowBounds(row, -highspy.kHighsInf, highspy.kHighsInf)

    def show(self, cell: Region) -> None:
        """Give a hidden cell that was shown when the model was made its equation back."""
        row = self.atoms.row[cell]
        self._shown[row] = True
        self._solver.changeRowBounds(row, self._counts[row], self._counts[row])

    def is_limited(self, atom: int) -> bool:
        """Tell whether a shown cell limits how much an atom can hold."""
        return bool(self._shown[self.atoms.rows_of[atom]].any())

    def minimise(self, costs: Amounts) -> Solution:
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
        binding = tuple(self.atoms.cells[row] for row in np.flatnonzero(self._shown & (duals > TOLERANCE)))
        return Solution(float(costs @ atoms), atoms, binding, self._broken(solution.row_value))

    def _broken(self, sums: list[float]) -> frozenset[Region]:
        hidden = np.flatnonzero(~self._shown)
        is_off = np.abs(np.asarray(sums)[hidden] - self._counts[hidden]) > TOLERANCE
        return frozenset(self.atoms.cells[row] for row in hidden[is_off])

    def fits_in_whole_numbers(self, empty: Indexes) -> bool:
        """Tell whether whole numbers fit all that is shown with nothing in the atoms ``empty``.

        A search that ends before it can tell has found none.
        """
        program = self._solver.getLp()
        atoms = self.atoms.count
        program.col_cost_ = np.zeros(atoms)
        upper = np.full(atoms, highspy.kHighsInf)
        upper[empty] = 0.0
        program.col_upper_ = upper
        program.integrality_ = [highspy.HighsVarType.kInteger] * atoms
        solver = solver_of(program, _WHOLE_OPTIONS)
        solver.run()
        return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def costs_of(self, *atoms: Indexes) -> Amounts:
        """Return the objective that counts the signals in each of the given sets of atoms."""
        return np.bincount(np.concatenate(atoms), minlength=self.atoms.count).astype(np.float64)

    def _solve(self) -> None:
        """Solve from the basis at hand; if that fails, once more from scratch."""
        for _warm_then_cold in range(2):
            self._solver.run()
            if self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                return
            self._solver.clearSolver()
        raise no_answer()


def bounds(model: Model, region: Region) -> Interval:
    """Return the least and the most that the shown cells leave possible in a region.

    Shuttle interval of a cell as in Fischetti and Salazar (2001), over real numbers.
    Raises KeyError for an unknown code, DisclosureError when the solver finds no answer.
    """
    least = model.minimise(model.costs_of(model.atoms.inside(region))).value
    touching = model.atoms.touching(region)
    if not all(map(model.is_limited, touching)):
        return Interval(least, float("inf"))
    return Interval(least, -model.minimise(-model.costs_of(touching)).value)


def _solver(atoms: Atoms, counts: Amounts) -> highspy.Highs:
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = atoms.count, len(counts)
    program.col_cost_ = program.col_lower_ = np.zeros(atoms.count)
    program.col_upper_ = np.full(atoms.count, highspy.kHighsInf)
    program.row_lower_ = program.row_upper_ = counts
    set_columns(program, list(atoms.rows_of), [1.0] * atoms.count)
    return solver_of(program, SIMPLEX)


def solver_of(program: highspy.HighsLp, options: Mapping[str, str | int | float | bool]) -> highspy.Highs:
    """Return HiGHS with these options and this program. Raises DisclosureError when it refuses."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in options.items():
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
