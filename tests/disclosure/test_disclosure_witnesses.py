"""What the audit found once stands as long as it is true, and arithmetic alone can tell whether it is."""

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure import waterstad
from vertrouwenswerk.disclosure.atoms import Atoms
from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.nearest import Nearest
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.disclosure.witnesses import Arithmetic, Witness, Witnesses

RULES = Rules(3)
COUNTS = waterstad.counts(150)
LATTICE = Lattice(COUNTS.unit_tree, COUNTS.theme_tree)
FILLING = LATTICE.filling(COUNTS.signals)
ROWS = {Region(*cell): n for cell, n in COUNTS.by_cell().items() if RULES.may_show(cell[0], n)}
REGIONS = sensitive_regions(COUNTS, RULES)


def _audited(hidden: list[Region]) -> Blocks:
    blocks = Blocks(LATTICE, ROWS, FILLING, LATTICE.levels())
    for row in hidden:
        blocks.hide(row)
    attack(blocks, REGIONS)
    return blocks


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**9))
def test_every_witness_of_an_audit_fits_what_is_shown_with_nobody_in_its_region(seed: int) -> None:
    dice = random.Random(seed)
    hidden = dice.sample(sorted(ROWS), dice.choice([0, 5, len(ROWS) // 2]))
    blocks = _audited(hidden)
    shown = {row: count for row, count in ROWS.items() if row not in hidden}
    proven = {proof.region for proof in attack(blocks, REGIONS)}
    arithmetic = Arithmetic(LATTICE, shown, FILLING)
    for region in REGIONS:
        witness = blocks.witness(region)
        assert (witness is None) == (region in proven)
        assert witness is None or arithmetic.holds(region, witness)


def test_arithmetic_refuses_a_witness_that_breaks_a_row_or_has_somebody_in_the_region() -> None:
    blocks = _audited([])
    arithmetic = Arithmetic(LATTICE, ROWS, FILLING)
    region, witness = next((r, w) for r in REGIONS if (w := blocks.witness(r)) is not None and len(w.filled))
    other = next(row for row in ROWS if row.theme == "*" and row.unit != "*")
    assert arithmetic.holds(region, witness)
    assert not arithmetic.holds(other, witness)
    one_more, each_less = witness.amounts.copy(), witness.amounts - 2
    one_more[0] += 1
    assert not arithmetic.holds(region, replace(witness, amounts=one_more))
    assert not arithmetic.holds(region, replace(witness, amounts=each_less))


def test_a_witness_that_breaks_a_row_stands_only_while_that_row_is_hidden() -> None:
    witnesses, row, region = Witnesses(), Region("a", "x"), Region("b", "x")
    nothing = np.empty(0, dtype=np.intp)
    witnesses.keep([region], Witness.of(nothing, nothing, np.empty(0), frozenset({row})))
    assert witnesses.of(region, {row}) is not None
    assert witnesses.of(region, set()) is None
    assert witnesses.of(row, {row}) is None


def test_a_witness_in_whole_numbers_goes_first() -> None:
    witnesses, region = Witnesses(), Region("b", "x")
    leaf = np.zeros(1, dtype=np.intp)
    half, whole = (Witness.of(leaf, leaf, np.array([amount]), frozenset()) for amount in (0.5, 1.0))
    witnesses.keep([region], half)
    witnesses.keep([region], whole)
    assert witnesses.of(region, set()) is whole


def test_the_nearest_filling_moves_no_more_than_what_is_in_the_region() -> None:
    atoms = Atoms(LATTICE, tuple(ROWS))
    true_amounts = atoms.amounts(FILLING)
    nearest = Nearest(atoms, true_amounts)
    region = max(
        (r for r in REGIONS if nearest.without(atoms.inside(r)) is not None and len(atoms.inside(r))),
        key=lambda r: true_amounts[atoms.inside(r)].sum(),
    )
    inside = atoms.inside(region)
    found = nearest.without(inside)
    assert found is not None
    assert true_amounts[inside].sum() > 0
    assert found[inside].sum() == 0
    assert found.sum() == true_amounts.sum()
    assert (found != true_amounts).sum() < 20, "of more than a hundred atoms"


def test_there_is_no_filling_without_what_is_shown() -> None:
    atoms = Atoms(LATTICE, tuple(ROWS))
    shown = Region("*", "*")
    assert Nearest(atoms, atoms.amounts(FILLING)).without(atoms.inside(shown)) is None
