"""The audit: which sensitive regions can somebody prove to be non-empty from what is shown.

Not one program for every region: minimise the sum of all that are open; each that is 0
in that solution is certified, for the solution is a way in which it could be empty.
Again with what is left, until a sum certifies nothing more; only then one by one. And
not one large program but blocks: what a small one leaves open goes to the one around it.

Example::

    proofs = attack(blocks, sensitive_regions(counts, rules))
    proofs[0].cells      # the shown cells that together give the region away
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vertrouwenswerk.disclosure.blocks import Block, Blocks, Home
from vertrouwenswerk.disclosure.lattice import Indexes, Region
from vertrouwenswerk.disclosure.model import TOLERANCE, Model, Solution

_Open = dict[Region, Indexes]


@dataclass(frozen=True, slots=True)
class Proof:
    """At least ``at_least`` (> 0) signals lie in ``region``; ``cells`` are the shown cells that prove it."""

    region: Region
    at_least: float
    cells: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Proofs, and the regions that were left open because there were proofs enough."""

    proofs: tuple[Proof, ...]
    left_open: tuple[Region, ...]


def attack(blocks: Blocks, regions: Iterable[Region], *, most: int | None = None) -> tuple[Proof, ...]:
    """Return a proof for each of the regions that is certainly not empty, in their order.

    ``most`` stops the search after so many proofs. Raises DisclosureError when the solver
    finds no answer, KeyError for an unknown code.
    """
    order = {region: number for number, region in enumerate(regions)}
    proofs: list[Proof] = []
    left_open: tuple[Region, ...] = tuple(order)
    while left_open and (most is None or len(proofs) < most):
        findings = first_proofs(blocks, left_open, most)
        proofs.extend(findings.proofs)
        left_open = findings.left_open
    return tuple(sorted(proofs, key=lambda proof: order[proof.region])[:most])


def first_proofs(blocks: Blocks, regions: Iterable[Region], most: int | None = None) -> Findings:
    """Search level by level, the smallest blocks first, and stop after the first level that has proofs.

    ``most`` stops it within a level too. A region that is in neither part of the answer can
    be empty. Raises as ``attack`` does.
    """
    waiting: dict[Home, list[Region]] = {}
    for region in regions:
        for home in blocks.homes(region)[:1]:
            waiting.setdefault(home, []).append(region)
    proofs: list[Proof] = []
    level = 0
    while waiting:
        home = min(waiting)  # the finest level first
        if proofs and (home[0] > level or (most is not None and len(proofs) >= most)):
            break
        level = home[0]
        found, undecided = _attack_block(blocks.block(home), waiting.pop(home), most)
        proofs.extend(found)
        for region in undecided:
            homes = blocks.homes(region)
            larger = homes[homes.index(home) + 1 :] or (home,)
            waiting.setdefault(larger[0], []).append(region)
    return Findings(tuple(proofs), tuple(region for regions in waiting.values() for region in regions))


def _attack_block(block: Block, regions: list[Region], most: int | None) -> tuple[list[Proof], list[Region]]:
    """Return the proofs that hold outside the block too, and the regions that it leaves open."""
    model = block.model
    inside = ((region, model.atoms_inside(region)) for region in regions)
    unproven = _after_sums(model, {region: atoms for region, atoms in inside if len(atoms)})
    proofs: list[Proof] = []
    undecided: list[Region] = []
    while unproven and len(proofs) != most:
        region, atoms = next(iter(unproven.items()))
        del unproven[region]
        solution = model.minimise(model.costs_of(atoms))
        if solution.value <= TOLERANCE:
            unproven = _not_empty_in(solution, unproven)
        elif (proof := _proof_without_guards(block, region)) is not None:
            proofs.append(proof)
        else:
            undecided.append(region)
    return proofs, [*undecided, *unproven]


def _proof_without_guards(block: Block, region: Region) -> Proof | None:
    """Return the proof that the block's own rows make, or None when they make none."""
    model = block.loose or block.model
    solution = model.minimise(model.costs_of(model.atoms_inside(region)))
    return Proof(region, solution.value, solution.binding) if solution.value > TOLERANCE else None


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
