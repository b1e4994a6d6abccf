"""Ways in which regions can be empty: what the audit found once it need not ask again.

A *witness* of a region is a filling with nobody in it that fits all rows that were shown
when it was found. It stays one until a row that it breaks is shown again. That it fits
can be checked by arithmetic, without the solver that found it.

Example::

    witnesses.keep([region], witness)
    witnesses.of(region, hidden)      # the witness, or None when a row that it breaks is shown
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vertrouwenswerk.disclosure.lattice import Filling, Indexes, Leaves, Region

# As far as the solver keeps to the rows, with room for the sum of a row's parts.
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False, slots=True)
class Witness:
    """A filling that differs from another in the leaves ``inside`` (rising) only.

    ``atom_of_leaf``: for each of these, which atom it is part of; ``filled``: the atoms with
    signals, and ``amounts`` how many, wherever in the atom; ``broken``: rows that were hidden
    and that it does not fit.
    """

    inside: Indexes
    atom_of_leaf: Indexes
    filled: NDArray[np.int32]
    amounts: NDArray[np.float64]
    broken: frozenset[Region]

    @classmethod
    def of(
        cls, inside: Indexes, atom_of_leaf: Indexes, atoms: NDArray[np.float64], broken: frozenset[Region]
    ) -> Self:
        """Make one from the signals in each of the ``atoms``; there are thousands, so zeros are not kept."""
        filled = np.flatnonzero(atoms)
        return cls(inside, atom_of_leaf, filled.astype(np.int32), atoms[filled], broken)

    @property
    def is_whole(self) -> bool:
        """Tell whether it is a filling in whole numbers."""
        return bool((np.abs(self.amounts - np.rint(self.amounts)) <= TOLERANCE).all())

    def outside(self, leaves: Indexes) -> Filling:
        """Return the signals in each leaf ``inside``, outside ``leaves`` where an atom reaches further."""
        is_in = np.isin(self.inside, leaves, assume_unique=True)
        place = np.empty(self.atom_of_leaf.max(initial=-1) + 1, dtype=np.intp)
        for these in (np.flatnonzero(is_in), np.flatnonzero(~is_in)):  # the last to be named holds
            place[self.atom_of_leaf[these]] = these
        found = np.zeros(len(self.inside))
        found[place[self.filled]] = self.amounts
        return found


class Witnesses:
    """The witnesses found so far, by region."""

    def __init__(self) -> None:
        self._of: dict[Region, list[Witness]] = {}

    def keep(self, regions: Iterable[Region], witness: Witness) -> None:
        """Keep a witness of all these regions."""
        for region in regions:
            self._of.setdefault(region, []).append(witness)

    def of(self, region: Region, hidden: Set[Region]) -> Witness | None:
        """Return a witness that fits all rows but the hidden ones, one in whole numbers if there is one."""
        standing = [witness for witness in self._of.get(region, ()) if witness.broken <= hidden]
        return next((witness for witness in standing if witness.is_whole), next(iter(standing), None))


class Arithmetic:
    """The rows of what goes out, to check witnesses against: sums, and nothing else.

    ``filling``: what holds outside a witness's leaves, None where witnesses tell of all leaves.
    """

    def __init__(self, space: Leaves, rows: Mapping[Region, int], filling: Filling | None) -> None:
        self._space = space
        self._filling = np.zeros(space.leaf_count) if filling is None else filling
        leaves_of = [space.leaves(row) for row in rows]
        held = [self._filling[leaves].sum() for leaves in leaves_of]
        self._missing = np.array(list(rows.values()), dtype=np.float64) - held
        # 32 bits: three years of a large organisation are ten million entries.
        leaves = np.concatenate([np.empty(0, dtype=np.intp), *leaves_of]).astype(np.int32)
        by_leaf = np.argsort(leaves, kind="stable")
        lengths = [len(of_row) for of_row in leaves_of]
        self._row = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)[by_leaf]
        self._start = np.searchsorted(leaves[by_leaf], np.arange(space.leaf_count + 1))

    def holds(self, region: Region, witness: Witness) -> bool:
        """Tell whether a witness fits every row, holds no less than nobody, and has nobody in the region."""
        leaves = self._space.leaves(region)
        inside = witness.outside(leaves)
        in_region = np.isin(witness.inside, leaves, assume_unique=True)
        elsewhere = self._filling[np.setdiff1d(leaves, witness.inside, assume_unique=True)]
        is_empty = inside[in_region].sum() <= TOLERANCE and not elsewhere.any()
        return bool(is_empty and inside.min(initial=0.0) >= -TOLERANCE and self._fits(witness, inside))

    def _fits(self, witness: Witness, inside: Filling) -> bool:
        more = inside - self._filling[witness.inside]
        changed = np.flatnonzero(more)
        leaves = witness.inside[changed]
        first, end = self._start[leaves], self._start[leaves + 1]
        lengths = end - first
        entries = np.repeat(first - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        sums = np.bincount(self._row[entries], np.repeat(more[changed], lengths), len(self._missing))
        return bool((np.abs(sums - self._missing) <= TOLERANCE).all())
