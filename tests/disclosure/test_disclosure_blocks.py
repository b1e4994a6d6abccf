"""Blocks answer what one large program would: only sooner."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.test_disclosure_protect import Nodes, counts_of
from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.disclosure.whole_numbers import can_be_empty
from vertrouwenswerk.domain.tree import Cell

UNITS: Nodes = [("c", None), ("d", "c"), ("e", "c"), ("f", None), ("g", "f")]
RULES = Rules(3)


def _both(counts: MergedCounts, shown: dict[Cell, int]) -> tuple[Blocks, Blocks]:
    """Return the rows as nested blocks and as one program."""
    lattice = Lattice(counts.unit_tree, counts.theme_tree)
    rows = {Region(*cell): count for cell, count in shown.items()}
    nested = Blocks(lattice, rows, lattice.filling(counts.signals), lattice.levels())
    return nested, Blocks(lattice, rows)


def test_a_proof_that_reaches_across_clusters_is_found() -> None:
    counts = counts_of(UNITS, [("a", None)], {("d", "a"): 5, ("*", "a"): 1, ("g", "a"): 4})
    rows = {("*", "a"): 10, ("f", "a"): 4, ("c", "a"): 5}
    for blocks in _both(counts, rows):
        (proof,) = attack(blocks, [Region("*", "a", own=True), Region("d", "a")])
        assert proof.at_least == pytest.approx(1)
        assert set(proof.cells) == {Region(*cell) for cell in rows}


def test_what_only_the_filling_outside_holds_in_place_is_not_proven() -> None:
    counts = counts_of(UNITS, [("a", None)], {("d", "a"): 4, ("e", "a"): 1, ("g", "a"): 5})
    for blocks in _both(counts, {("*", "a"): 10, ("d", "a"): 4}):
        assert attack(blocks, [Region("e", "a"), Region("f", "a"), Region("g", "a")]) == ()
        assert can_be_empty(blocks, Region("g", "a"))


def test_a_filling_that_does_not_fit_what_is_shown_is_refused() -> None:
    counts = counts_of(UNITS, [("a", None)], {("d", "a"): 4, ("g", "a"): 5})
    with pytest.raises(ValueError, match="does not fit"):
        _both(counts, {("*", "a"): 10})


def _four_levels(dice: random.Random) -> MergedCounts:
    depths, units = {"*": 0}, Nodes()
    for number in range(dice.randint(6, 16)):
        above = dice.choice([code for code, depth in depths.items() if depth < 4])
        depths[f"u{number}"] = depths[above] + 1
        units.append((f"u{number}", None if above == "*" else above))
    signals = {
        (unit, theme): count
        for unit in depths
        for theme in "abc"
        if (count := int(dice.expovariate(1 / dice.choice([0.5, 2, 5]))))
    }
    return counts_of(units, [("a", None), ("g", None), ("b", "g"), ("c", "g")], signals)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**9))
def test_nested_blocks_prove_of_the_same_regions_that_they_are_not_empty(seed: int) -> None:
    dice = random.Random(seed)
    counts = _four_levels(dice)
    totals = counts.by_cell()
    shown = {cell: n for cell, n in totals.items() if RULES.may_show(cell[0], n) and dice.random() < 0.8}
    nested, whole = _both(counts, shown)
    regions = sensitive_regions(counts, RULES)
    rows = [Region(*cell) for cell in shown]
    for _round in range(3):
        found = {proof.region: proof for proof in attack(nested, regions)}
        expected = {proof.region: proof for proof in attack(whole, regions)}
        assert found.keys() == expected.keys()
        for region, proof in found.items():
            assert 0 < proof.at_least <= expected[region].at_least + 1e-6
            assert can_be_empty(nested, region) is False
        for row in dice.sample(rows, min(len(rows), 4)):
            change = dice.choice(["hide", "show"])
            for blocks in (nested, whole):
                getattr(blocks, change)(row)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**9))
def test_the_cells_of_a_proof_alone_are_enough_for_it(seed: int) -> None:
    counts = _four_levels(random.Random(seed))
    shown = {cell: n for cell, n in counts.by_cell().items() if RULES.may_show(cell[0], n)}
    nested, _whole = _both(counts, shown)
    for proof in attack(nested, sensitive_regions(counts, RULES)):
        only = {row.cell: shown[row.cell] for row in proof.cells}
        (again,) = attack(_both(counts, only)[1], [proof.region])
        assert again.at_least >= proof.at_least - 1e-6
