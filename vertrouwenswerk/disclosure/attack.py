"""The audit: which sensitive regions can somebody prove to be non-empty from what is shown.

Where all rows are shown, the filling nearest to the true one is looked for in which a
region is empty; else not one program for every region: minimise the sum of all that are
open, again of what is left, until a sum certifies nothing more; only then one by one.
Every other region that is empty in a filling is certified with it, and what was found is
kept. Where there is none, the dual of the least that a region can hold names the shown
cells that prove it. And not one large program but blocks: what a small one leaves open
goes to the one around it.

Example::

    proofs = attack(blocks, sensitive_regions(counts, rules))
    proofs[0].cells      # the shown cells that together give the region away
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from vertrouwenswerk.disclosure.atoms import Amounts
from vertrouwenswerk.disclosure.blocks import Block, Blocks, Home
from vertrouwenswerk.disclosure.lattice import Indexes, Region
from vertrouwenswerk.disclosure.model import TOLERANCE

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


def _silent() -> None:
    """Report nothing."""


def attack(
    blocks: Blocks, regions: Iterable[Region], *, most: int | None = None, tell: Callable[[], None] = _silent
) -> tuple[Proof, ...]:
    """Return a proof for each of the regions that is certainly not empty, in their order.

    ``most`` stops the search after so many proofs; ``tell`` is called between programs, and
    what it raises ends the search. Raises DisclosureError when the solver
    finds no answer, KeyError for an unknown code.
    """
    order = {region: number for number, region in enumerate(regions)}
    proofs: list[Proof] = []
    left_open: tuple[Region, ...] = tuple(order)
    while left_open and (most is None or len(proofs) < most):
        findings = first_proofs(blocks, left_open, most, tell)
        proofs.extend(findings.proofs)
        left_open = findings.left_open
    return tuple(sorted(proofs, key=lambda proof: order[proof.region])[:most])


def first_proofs(
    blocks: Blocks, regions: Iterable[Region], most: int | None = None, tell: Callable[[], None] = _silent
) -> Findings:
    """Search level by level, the smallest blocks first, and stop after the first level that has proofs.

    ``most`` stops it within a level too. A region that is in neither part of the answer can
    be empty. Raises as ``attack`` does.
    """
    waiting: dict[Home, list[Region]] = {}
    for region in regions:
        if blocks.witness(region) is None:
            for home in blocks.homes(region)[:1]:
                waiting.setdefault(home, []).append(region)
    proofs: list[Proof] = []
    level = 0
    while waiting:
        home = min(waiting)  # the finest level first
        if proofs and (home[0] > level or (most is not None and len(proofs) >= most)):
            break
        level = home[0]
        found, undecided = _attack_block(blocks, home, waiting.pop(home), most, tell)
        proofs.extend(found)
        for region in undecided:
            homes = blocks.homes(region)
            larger = homes[homes.index(home) + 1 :] or (home,)
            waiting.setdefault(larger[0], []).append(region)
    return Findings(tuple(proofs), tuple(region for regions in waiting.values() for region in regions))


def _attack_block(
    blocks: Blocks, home: Home, regions: list[Region], most: int | None, tell: Callable[[], None]
) -> tuple[list[Proof], list[Region]]:
    """Return the proofs that hold outside the block too, and the regions that it leaves open."""
    block = blocks.block(home)
    inside = {region: block.atoms.inside(region) for region in regions}
    unproven = inside if block.nearest else _after_sums(blocks, block, inside)
    proofs: list[Proof] = []
    undecided: list[Region] = []
    while unproven and len(proofs) != most:
        tell()
        region, atoms = next(iter(unproven.items()))
        way = _way_to_be_empty(block, atoms)
        if way is not None:
            unproven = _not_empty_in(*way, unproven, blocks, block)
        elif (solution := block.least_without_guards(region)) is not None:
            proofs.append(Proof(region, solution.value, solution.binding))
        elif block.guards:
            undecided.append(region)
        unproven.pop(region, None)
    return proofs, [*undecided, *unproven]


def _way_to_be_empty(block: Block, atoms: Indexes) -> tuple[Amounts, frozenset[Region]] | None:
    """Return amounts that fit what is shown with nothing in these atoms, and the hidden rows they break."""
    if block.nearest:
        amounts = block.nearest.without(atoms)
        return None if amounts is None else (amounts, frozenset())
    solution = block.model.minimise(block.model.costs_of(atoms))
    return (solution.atoms, solution.broken) if solution.value <= TOLERANCE else None


def _after_sums(blocks: Blocks, block: Block, open_regions: _Open) -> _Open:
    """Return what stays open after minimising the sum of all, of the rest, and so on."""
    model = block.model
    while open_regions:
        solution = model.minimise(model.costs_of(*open_regions.values()))
        left = _not_empty_in(solution.atoms, solution.broken, open_regions, blocks, block)
        if len(left) == len(open_regions):
            break
        open_regions = left
    return open_regions


def _not_empty_in(
    amounts: Amounts, broken: frozenset[Region], open_regions: _Open, blocks: Blocks, block: Block
) -> _Open:
    """Return the regions that are not empty with these amounts; of the others keep that they can be."""
    held = {region: float(np.sum(amounts[atoms])) for region, atoms in open_regions.items()}
    empty = [region for region in open_regions if held[region] <= TOLERANCE]
    blocks.keep(empty, block, amounts, broken)
    return {region: atoms for region, atoms in open_regions.items() if held[region] > TOLERANCE}
