"""An auditor that shares no code with the product: scipy's linprog, straight on the leaves.

It takes plain dictionaries: the parent of each unit and theme (None at the top), how many
signals were recorded in each (unit of any level, theme without themes below it), what is
shown, the threshold and the small units. It answers with the cells that are small and
certainly not empty for whoever knows the shown cells, and with the same of what was
recorded at an inner unit itself. At ``empty_units`` everybody knows that nothing is recorded.
One program for each; the last word on a cell is its own
program or a filling of all leaves, checked here row by row, in which the cell is empty.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

TOP = "*"
PROVEN = 1e-6

Pair = tuple[str, str]
Parents = Mapping[str, str | None]


@dataclass(frozen=True)
class Suspect:
    unit: str
    theme: str
    own: bool


def _line(parents: Parents, code: str) -> set[str]:
    """Return a code and all that lie above it."""
    line = {code, TOP}
    above = None if code == TOP else parents[code]
    while above is not None:
        line.add(above)
        above = parents.get(above)
    return line


class Auditor:
    def __init__(
        self,
        unit_parents: Parents,
        theme_parents: Parents,
        leaf_counts: Mapping[Pair, int],
        threshold: int,
        small_units: frozenset[str] = frozenset(),
        *,
        empty_units: frozenset[str] = frozenset(),
    ) -> None:
        self.units = [TOP, *(unit for unit in unit_parents if unit != TOP)]
        self.themes = [TOP, *(theme for theme in theme_parents if theme != TOP)]
        inner = set(theme_parents.values()) | ({TOP} if len(self.themes) > 1 else set())
        self.inner_units = {parent or TOP for unit, parent in unit_parents.items() if unit != TOP}
        self.threshold = threshold
        self.small_units = small_units
        recording = [unit for unit in self.units if unit not in empty_units]
        self.leaves = [(unit, theme) for unit in recording for theme in self.themes if theme not in inner]
        self.truth = np.array([leaf_counts.get(leaf, 0) for leaf in self.leaves], dtype=float)
        unit_lines = {unit: _line(unit_parents, unit) for unit in self.units}
        theme_lines = {theme: _line(theme_parents, theme) for theme in self.themes}
        self._members: dict[Pair, list[int]] = {(u, t): [] for u in self.units for t in self.themes}
        self._own: dict[Pair, list[int]] = {(u, t): [] for u in self.units for t in self.themes}
        for number, (unit, theme) in enumerate(self.leaves):
            for theme_above in theme_lines[theme]:
                self._own[unit, theme_above].append(number)
                for unit_above in unit_lines[unit]:
                    self._members[unit_above, theme_above].append(number)

    def cell_count(self, unit: str, theme: str) -> int:
        return round(float(self.truth[self._members[unit, theme]].sum()))

    def own_count(self, unit: str, theme: str) -> int:
        return round(float(self.truth[self._own[unit, theme]].sum()))

    def may_show(self) -> dict[Pair, int]:
        """What «publish all that is at least the threshold» would publish."""
        counts = {cell: self.cell_count(*cell) for cell in self._members}
        return {c: n for c, n in counts.items() if n >= self.threshold and c[0] not in self.small_units}

    def suspects(self) -> dict[Suspect, list[int]]:
        found = {}
        for (unit, theme), leaves in self._members.items():
            if self._is_sensitive(unit, self.cell_count(unit, theme)):
                found[Suspect(unit, theme, False)] = leaves
            if unit in self.inner_units and self._is_sensitive(unit, self.own_count(unit, theme)):
                found[Suspect(unit, theme, True)] = self._own[unit, theme]
        return found

    def proven(self, shown: Mapping[Pair, int], tries_together: int = 40) -> dict[Suspect, float]:
        """Return the lower bound of each sensitive cell that is certainly not empty."""
        waiting = self.suspects()
        matrix, counts = self._equations(shown)
        for _together in range(tries_together):
            filling = self._least(matrix, counts, list(waiting.values()))
            left = {s: leaves for s, leaves in waiting.items() if filling[leaves].sum() > PROVEN}
            if len(left) == len(waiting):
                break
            waiting = left
        proven = {}
        while waiting:
            suspect, leaves = waiting.popitem()
            filling = self._least(matrix, counts, [leaves])
            if (bound := float(filling[leaves].sum())) > PROVEN:
                proven[suspect] = bound
            else:
                waiting = {s: inside for s, inside in waiting.items() if filling[inside].sum() > PROVEN}
        return proven

    def never_empty_in_whole_numbers(
        self, shown: Mapping[Pair, int], suspects: Collection[Suspect]
    ) -> list[Suspect]:
        """Return the suspects for which no whole counts, with nobody in it, fit all that is shown.

        Each filling of the leaves in whole numbers acquits every suspect that is empty in it.
        """
        matrix, counts = self._equations(shown)
        inside = {suspect: leaves for suspect, leaves in self.suspects().items() if suspect in suspects}
        guilty = []
        while inside:
            suspect = next(iter(inside))
            filling = self._whole_filling(matrix, counts, inside[suspect], list(inside.values()))
            if filling is None:
                guilty.append(suspect)
                del inside[suspect]
            else:
                inside = {s: leaves for s, leaves in inside.items() if filling[leaves].sum() > 0}
        return guilty

    def _whole_filling(
        self, matrix: csr_array, counts: NDArray[np.float64], empty: list[int], rather_empty: list[list[int]]
    ) -> NDArray[np.float64] | None:
        """Return whole counts that fit all that is shown, with nobody in the leaves ``empty``, or None."""
        upper = np.full(len(self.leaves), np.inf)
        upper[empty] = 0
        costs = np.zeros(len(self.leaves))
        for leaves in rather_empty:
            costs[leaves] += 1
        answer = milp(
            costs,
            integrality=np.ones(len(self.leaves), dtype=np.int_),
            bounds=Bounds(np.zeros(len(self.leaves)), upper),
            constraints=LinearConstraint(matrix, counts, counts),
            options={"mip_rel_gap": 0.5},
        )
        if answer.x is None:
            assert answer.status == 2, answer.message
            return None
        filling = np.rint(np.asarray(answer.x, dtype=np.float64))
        assert filling.min() >= 0
        assert filling[empty].sum() == 0
        assert bool((matrix @ filling == counts).all())
        return filling

    def _is_sensitive(self, unit: str, count: int) -> bool:
        return 0 < count < self.threshold or (count > 0 and unit in self.small_units)

    def _equations(self, shown: Mapping[Pair, int]) -> tuple[csr_array, NDArray[np.float64]]:
        rows = [row for row, cell in enumerate(shown) for _leaf in self._members[cell]]
        columns = [leaf for cell in shown for leaf in self._members[cell]]
        shape = (len(shown), len(self.leaves))
        matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
        return matrix, np.array(list(shown.values()), dtype=float)

    def _least(
        self, matrix: csr_array, counts: NDArray[np.float64], together: list[list[int]]
    ) -> NDArray[np.float64]:
        """Return a filling of the leaves that fits all that is shown, with the least in the given cells."""
        costs = np.zeros(len(self.leaves))
        for leaves in together:
            costs[leaves] += 1
        if not len(counts):
            return np.zeros(len(self.leaves))
        # The stubs know no sparse matrix here; scipy does.
        answer = linprog(  # type: ignore[call-overload]
            costs, A_eq=matrix, b_eq=counts, bounds=(0, None), method="highs-ds"
        )
        assert answer.status == 0, answer.message
        filling = np.asarray(answer.x, dtype=np.float64)
        assert filling.min() > -PROVEN
        assert np.abs(matrix @ filling - counts).max() < 1e-5
        return filling
