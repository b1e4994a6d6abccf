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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.disclosure.lattice import Indexes, Leaves, Region
from vertrouwenswerk.disclosure.model import Model

Filling = NDArray[np.float64]  # signals in each leaf
Home = tuple[int, int]  # level and number of a block


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


@dataclass(frozen=True)
class Block:
    """A program held by guards, and the same without them, which is None where there are none."""

    model: Model
    loose: Model | None
    rows: frozenset[Region]
    guards: frozenset[Region]

    def hide(self, row: Region) -> None:
        """Take a row's equation away, if it is one of this block's."""
        if row in self.rows:
            self.model.hide(row)
            if self.loose is not None and row not in self.guards:
                self.loose.hide(row)

    def show(self, row: Region) -> None:
        """Give a row its equation back, if it is one of this block's."""
        if row in self.rows:
            self.model.show(row)
            if self.loose is not None and row not in self.guards:
                self.loose.show(row)


class Blocks:
    """The equations of what is shown, in nested blocks; rows can be hidden and shown again.

    ``levels``: for each level, the finest first, the block number of every leaf. The whole
    comes last and of itself. ``filling``: signals in each leaf, fitting all rows; none is needed where there
    are no levels. Raises DisclosureError when the solver refuses.
    """

    def __init__(
        self,
        space: Leaves,
        shown: Mapping[Region, int],
        filling: Filling | None = None,
        levels: Sequence[Indexes] = (),
    ) -> None:
        self._homes: dict[Region, tuple[Home, ...]] = {}
        self._space, self._shown, self._filling = space, shown, filling
        self._levels = (*levels, np.zeros(space.leaf_count, dtype=np.intp))
        self._leaves_of = {row: space.leaves(row) for row in shown}
        self._hidden: set[Region] = set()
        self._blocks: dict[Home, Block] = {}

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
        own_rows = {row: count for row, count in counts.items() if row not in guards}
        loose = Model(part, own_rows) if guards else None
        block = Block(Model(part, counts), loose, frozenset(counts), frozenset(guards))
        for row in self._hidden:
            block.hide(row)
        return block
