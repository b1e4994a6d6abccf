"""The program in parts, so that most questions are answered by a small one.

A *block* is all that lies below a unit. Outside it everything is held at a *filling*, one
way to fill all leaves that fits all rows: a row that reaches across the edge of the block
becomes a *guard*, the filling's share of it inside. A region that can be empty in a block
can be empty, for the outside stays possible; a proof that needs no guard is a proof of the
whole, for columns outside meet guards only. What is neither is asked of the next larger
block, at last of the whole. So the answers are those of one program, only sooner.

Example::

    blocks = Blocks(space, rows, filling, parts)
    for block in blocks.around(region): ...      # the smallest that holds the region first
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.disclosure.atoms import Amounts, Atoms
from vertrouwenswerk.disclosure.lattice import Filling, Indexes, Leaves, Region
from vertrouwenswerk.disclosure.model import TOLERANCE, Model, Solution
from vertrouwenswerk.disclosure.nearest import Nearest
from vertrouwenswerk.disclosure.witnesses import Witness, Witnesses

Home = tuple[int, int]  # level and number of a block
_FIT = 1e-5  # signals by which a filling may miss a row: a solver's answer is one too


@dataclass(frozen=True)
class _Part:
    """The leaves ``inside`` (rising numbers) of a larger space, numbered anew."""

    space: Leaves
    inside: Indexes

    @property
    def leaf_count(self) -> int:
        return len(self.inside)

    def leaves(self, region: Region) -> Indexes:
        return np.flatnonzero(self._is_in(self.space.leaves(region)))

    def _is_in(self, leaves: Indexes) -> NDArray[np.bool_]:
        return np.isin(self.inside, leaves, assume_unique=True)


class Block:
    """The programs of a part of the leaves; those held by guards and those without.

    ``counts`` of the rows of the part, among them of the ``guards``; ``hidden``: rows of the
    whole that are hidden. ``filling`` as for ``Blocks``. Programs are made when they are
    first asked for.
    """

    def __init__(
        self,
        part: _Part,
        counts: Mapping[Region, float],
        guards: frozenset[Region],
        filling: Filling | None,
        hidden: Iterable[Region],
    ) -> None:
        self.inside, self.guards = part.inside, guards
        self._part, self._counts, self._filling = part, counts, filling
        self._hidden = {row for row in hidden if row in counts}
        self._unprovable: set[Region] = set()
        self.atoms = Atoms(part, tuple(counts))

    @property
    def nearest(self) -> Nearest | None:
        """The search for fillings near the known one; None without one, or while rows are hidden."""
        return None if self._filling is None or self._hidden else self._nearest

    @cached_property
    def _nearest(self) -> Nearest:
        assert self._filling is not None
        return Nearest(self.atoms, self.atoms.amounts(self._filling[self.inside]))

    @cached_property
    def model(self) -> Model:
        """The program that is held by guards."""
        amounts = np.array(list(self._counts.values()), dtype=np.float64)
        return self._with_hidden(Model(self.atoms, amounts))

    @cached_property
    def _loose(self) -> Model:
        if not self.guards:
            return self.model
        own_rows = {row: count for row, count in self._counts.items() if row not in self.guards}
        return self._with_hidden(Model.of(self._part, own_rows))

    def least_without_guards(self, region: Region) -> Solution | None:
        """Return how little a region can hold by the rows that are wholly inside; None for nothing.

        Raises DisclosureError when the solver finds no answer.
        """
        if region in self._unprovable:
            return None
        solution = self._loose.minimise(self._loose.costs_of(self._loose.atoms.inside(region)))
        if solution.value > TOLERANCE:
            return solution
        if not self._hidden:  # hiding proves nothing new
            self._unprovable.add(region)
        return None

    def hide(self, row: Region) -> None:
        """Take a row's equation away, if it is one of this block's."""
        if row in self._counts:
            self._hidden.add(row)
            for model in self._models_with(row):
                model.hide(row)

    def show(self, row: Region) -> None:
        """Give a row its equation back, if it is one of this block's."""
        if row in self._counts:
            self._hidden.discard(row)
            for model in self._models_with(row):
                model.show(row)

    def _models_with(self, row: Region) -> list[Model]:
        names = ("model",) if row in self.guards or not self.guards else ("model", "_loose")
        return [vars(self)[name] for name in names if name in vars(self)]

    def _with_hidden(self, model: Model) -> Model:
        for row in self._hidden & model.atoms.row.keys():
            model.hide(row)
        return model


class Blocks:
    """The equations of what is shown, in nested blocks; rows can be hidden and shown again.

    ``levels``: for each level, the finest first, the block number of every leaf. The whole
    comes last and of itself. ``filling``: signals in each leaf, fitting all rows; needed
    where there are levels. Raises ValueError for a filling that does not fit, DisclosureError
    when the solver refuses.
    """

    def __init__(
        self,
        space: Leaves,
        shown: Mapping[Region, int],
        filling: Filling | None = None,
        levels: Sequence[Indexes] = (),
    ) -> None:
        self._homes: dict[Region, tuple[Home, ...]] = {}
        self._space, self._shown = space, shown
        self._filling = filling
        self._levels = (*levels, np.zeros(space.leaf_count, dtype=np.intp))
        self._leaves_of = {row: space.leaves(row) for row in shown}
        self._require_fit()
        self._hidden: set[Region] = set()
        self._witnesses = Witnesses()
        self._blocks: dict[Home, Block] = {}

    def _require_fit(self) -> None:
        """What holds outside a block, or near the filling, is true only where the filling fits."""
        if self._filling is None:
            return
        for row, leaves in self._leaves_of.items():
            if abs(self._filling[leaves].sum() - self._shown[row]) > _FIT:
                raise ValueError("a filling that does not fit what is shown")

    def hide(self, row: Region) -> None:
        """Take a shown cell's equation away."""
        self._hidden.add(row)
        for block in self._blocks.values():
            block.hide(row)

    def show(self, row: Region) -> None:
        """Give a hidden cell its equation back."""
        self._hidden.discard(row)
        for block in self._blocks.values():
            block.show(row)

    def show_all(self) -> None:
        """Give every hidden cell its equation back."""
        for row in sorted(self._hidden):
            self.show(row)

    def keep(
        self, regions: Iterable[Region], block: Block, amounts: Amounts, broken: frozenset[Region]
    ) -> None:
        """Keep that these regions are empty with such amounts in a block's atoms."""
        self._witnesses.keep(regions, Witness.of(block.inside, block.atoms.of_leaf, amounts, broken))

    def witness(self, region: Region) -> Witness | None:
        """Return how a region can be empty with what is shown now, if that was found before."""
        return self._witnesses.of(region, self._hidden)

    def homes(self, region: Region) -> tuple[Home, ...]:
        """Return level and number of every block that holds a region, the finest first."""
        if region not in self._homes:
            self._homes[region] = tuple(self._find_homes(region))
        return self._homes[region]

    def _find_homes(self, region: Region) -> Iterator[Home]:
        leaves = self._space.leaves(region)
        if len(leaves):
            for level, numbers in enumerate(self._levels):
                here = numbers[leaves]
                if (here == here[0]).all():
                    yield level, int(here[0])

    def block(self, home: Home) -> Block:
        """Return a block; it is made when it is first asked for."""
        if home not in self._blocks:
            self._blocks[home] = self._make(*home)
        return self._blocks[home]

    def _make(self, level: int, number: int) -> Block:
        is_inside = self._levels[level] == number
        inside = np.flatnonzero(is_inside)
        counts: dict[Region, float] = {}
        guards = set()
        for row, leaves in self._leaves_of.items():
            within = leaves[is_inside[leaves]]
            if len(within) == len(leaves):
                counts[row] = self._shown[row]
            elif len(within) and self._filling is not None:
                counts[row] = float(self._filling[within].sum())
                guards.add(row)
        part = _Part(self._space, inside)
        return Block(part, counts, frozenset(guards), self._filling, self._hidden)
