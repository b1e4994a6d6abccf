"""How can a region be empty with the least change to a filling that is known to fit?

The program's variables are what each atom holds more and what it holds less than the
known filling. The least change goes first: a change costs as much as there are cells that
it has to be made good in. So answers are local, a few dozen atoms of thousands. The dual
simplex starts from no change at all, which is cheapest; only what empties the region is
missing.

Example::

    nearest = Nearest(atoms, atoms.amounts(filling))
    nearest.without(atoms.inside(region))      # the signals in each atom, or None
"""

import highspy
import numpy as np

from vertrouwenswerk.disclosure.atoms import Amounts, Atoms, set_columns
from vertrouwenswerk.disclosure.lattice import Indexes
from vertrouwenswerk.disclosure.model import SIMPLEX, no_answer, solver_of

_DUAL = 1


class Nearest:
    """Fillings that fit all of the atoms' cells, nearest to the known ``amounts``.

    Raises DisclosureError when the solver refuses.
    """

    def __init__(self, atoms: Atoms, amounts: Amounts) -> None:
        self._atoms, self._amounts = atoms, amounts
        self._filled = np.flatnonzero(amounts > 0)  # only these can hold less
        self._less = np.full(atoms.count, -1)
        self._less[self._filled] = np.arange(atoms.count, atoms.count + len(self._filled))
        self._upper = np.concatenate([np.full(atoms.count, highspy.kHighsInf), amounts[self._filled]])
        self._solver = solver_of(self._program(), {**SIMPLEX, "simplex_strategy": _DUAL})

    def without(self, empty: Indexes) -> Amounts | None:
        """Return the signals in each atom with nothing in the atoms ``empty``, None when nothing fits.

        Raises DisclosureError when the solver finds no answer.
        """
        less = self._less[empty][self._less[empty] >= 0]
        # Nothing more in the atoms, and of what is in them all is taken away.
        self._bound(empty, np.zeros(len(empty)), np.zeros(len(empty)))
        self._bound(less, self._upper[less], self._upper[less])
        self._solver.clearSolver()
        self._solver.run()
        status = self._solver.getModelStatus()
        amounts = self._changed() if status == highspy.HighsModelStatus.kOptimal else None
        self._bound(empty, np.zeros(len(empty)), self._upper[empty])
        self._bound(less, np.zeros(len(less)), self._upper[less])
        if amounts is None and status != highspy.HighsModelStatus.kInfeasible:
            raise no_answer()
        return amounts

    def _changed(self) -> Amounts:
        by_column = np.asarray(self._solver.getSolution().col_value, dtype=np.float64)
        amounts: Amounts = self._amounts + by_column[: self._atoms.count]
        amounts[self._filled] -= by_column[self._atoms.count :]
        return amounts

    def _bound(self, columns: Indexes, lower: Amounts, upper: Amounts) -> None:
        self._solver.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def _program(self) -> highspy.HighsLp:
        rows_of = self._atoms.rows_of
        columns = [*rows_of, *(rows_of[atom] for atom in self._filled)]
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(columns), len(self._atoms.cells)
        program.col_cost_ = np.array([1.0 + len(rows) for rows in columns])
        program.col_lower_, program.col_upper_ = np.zeros(len(columns)), self._upper
        program.row_lower_ = program.row_upper_ = np.zeros(len(self._atoms.cells))
        set_columns(program, columns, [1.0] * self._atoms.count + [-1.0] * len(self._filled))
        return program
