"""The audit: which sensitive regions can somebody prove to be non-empty from what is shown.

Not one program for every region: minimise the sum of all that are open; each that is 0
in that solution is certified, for the solution is a way in which it could be empty.
Again with what is left, until a sum certifies nothing more; only then one by one.

Example::

    proofs = attack(Model(lattice, shown), sensitive_regions(counts, rules))
    proofs[0].cells      # the shown cells that together give the region away
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vertrouwenswerk.disclosure.lattice import Indexes, Region
from vertrouwenswerk.disclosure.model import TOLERANCE, Model, Solution
from vertrouwenswerk.domain.tree import Cell

_Open = dict[Region, Indexes]


@dataclass(frozen=True, slots=True)
class Proof:
    """At least ``at_least`` (> 0) signals lie in ``region``; ``cells`` are the shown cells that prove it."""

    region: Region
    at_least: float
    cells: tuple[Cell, ...]


def attack(model: Model, regions: Iterable[Region], *, most: int | None = None) -> tuple[Proof, ...]:
    """Return a proof for each of the regions that is certainly not empty, in their order.

    ``most`` stops the search after so many proofs. Raises DisclosureError when the solver
    finds no answer, KeyError for an unknown code.
    """
    inside = ((region, model.atoms_inside(region)) for region in regions)
    unproven = _after_sums(model, {region: atoms for region, atoms in inside if len(atoms)})
    proofs: list[Proof] = []
    while unproven and len(proofs) != most:
        region, atoms = next(iter(unproven.items()))
        del unproven[region]
        solution = model.minimise(model.costs_of(atoms))
        if solution.value > TOLERANCE:
            proofs.append(Proof(region, solution.value, solution.binding))
        else:
            unproven = _not_empty_in(solution, unproven)
    return tuple(proofs)


def _after_sums(model: Model, open_regions: _Open) -> _Open:
    """Return what stays open after minimising the sum of all, of the rest, and so on."""
    while open_regions:
        solution = model.minimise(model.costs_of(*open_regions.values()))
        left = _not_empty_in(solution, open_regions)
        if len(left) == len(open_regions):
            break
        open_regions = left
    return open_regions


def _not_empty_in(solution: Solution, open_regions: _Open) -> _Open:
    return {
        region: atoms for region, atoms in open_regions.items() if np.sum(solution.atoms[atoms]) > TOLERANCE
    }
