"""What can be proven from the cells that a program publishes, whoever the program is of.

Proven: a cell below the threshold of which somebody who knows the published cells can tell
that it is not empty. Two auditors must agree on it: the product's ``attack``, and the one of
the tests, which shares no code with it. Exact: its count itself follows, for the least and
the most that it can hold are the same.

Example::

    audit(table, shown).proven
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.peers.exchange import WHOLE, Cell, Table
from bench.peers.own import merged, nothing_at_inner_units, rules
from tests.disclosure.independent_auditor import Auditor
from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.model import TOLERANCE, Model, bounds
from vertrouwenswerk.disclosure.rules import sensitive_regions


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many cells are kept of those that may be, and how many small ones are given away."""

    kept: int
    may_be_kept: int
    small: int
    proven: int
    exact: int


def audit(table: Table, shown: Iterable[Cell]) -> Verdict:
    """Judge what is published. Raises RuntimeError for a small cell among it, and when auditors disagree."""
    counts, rule = merged(table), rules(table)
    totals = counts.by_cell()
    kept = {cell: totals[cell] for cell in shown}
    if not all(rule.may_show(cell[0], count) for cell, count in kept.items()):
        raise RuntimeError("a cell below the threshold was published")
    lattice = Lattice(counts.unit_tree, counts.theme_tree)
    known = nothing_at_inner_units(counts)
    rows = known | {Region(*cell): kept[cell] for cell in lattice.distinct_cells if cell in kept}
    proofs = attack(Blocks(lattice, rows), sensitive_regions(counts, rule))
    if len(proofs) != (by_other := _proven_by_other(table, kept)):
        raise RuntimeError(f"one auditor proves {len(proofs)}, the other {by_other}")
    model = Model.of(lattice, rows)
    widths = [bounds(model, proof.region) for proof in proofs]
    return Verdict(
        kept=len(kept),
        may_be_kept=sum(rule.may_show(unit, count) for (unit, _theme), count in totals.items()),
        small=sum(rule.is_sensitive(unit, count) for (unit, _theme), count in totals.items()),
        proven=len(proofs),
        exact=sum(width.high - width.low < TOLERANCE for width in widths),
    )


def _proven_by_other(table: Table, kept: dict[Cell, int]) -> int:
    units, themes = (
        {code: None if parent == WHOLE else parent for code, parent in parents.items()}
        for parents in (table.units, table.themes)
    )
    inner = frozenset(region.unit for region in nothing_at_inner_units(merged(table)))
    auditor = Auditor(units, themes, table.counts, table.threshold, table.small_units, empty_units=inner)
    return len(auditor.proven(kept))
