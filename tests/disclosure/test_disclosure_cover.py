"""Which cells are hidden: the cheapest that do, on tables small enough to try every choice."""

import random
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure import waterstad
from tests.disclosure.test_disclosure_protect import counts_of
from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.cover import (
    CLOSE_ENOUGH,
    Support,
    cheapest_cover,
    greedy_cover,
    needed,
    total_loss,
)
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.repair import Plan, Repaired, Step, repair
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.domain.tree import ROOT, Cell, Tree

CELLS = [Region("u", f"t{number}") for number in range(8)]
# Scaled so that the search has to find the very cheapest: what differs, differs enough.
COARSE = 2 * CLOSE_ENOUGH

_supports = st.lists(st.frozensets(st.sampled_from(CELLS), min_size=1, max_size=4), max_size=12)
_weights = st.lists(st.integers(1, 9), min_size=8, max_size=8)


def _losses(weights: list[int]) -> dict[Region, float]:
    return {cell: COARSE * weight for cell, weight in zip(CELLS, weights, strict=True)}


def _covers(cells: frozenset[Region], supports: list[Support]) -> bool:
    return not any(cells.isdisjoint(support) for support in supports)


def _choices(cells: list[Region]) -> list[frozenset[Region]]:
    return [frozenset(some) for size in range(len(cells) + 1) for some in combinations(cells, size)]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(_supports, _weights)
def test_no_cover_is_cheaper(supports: list[Support], weights: list[int]) -> None:
    loss = _losses(weights)
    found = cheapest_cover(supports, loss, frozenset(CELLS))
    assert _covers(found, supports)
    least = min(total_loss(some, loss) for some in _choices(CELLS) if _covers(some, supports))
    assert total_loss(found, loss) == least


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(_supports, _weights)
def test_greed_hits_every_support_and_hides_nothing_needless(
    supports: list[Support], weights: list[int]
) -> None:
    found = greedy_cover(supports, _losses(weights))
    assert _covers(found, supports)
    assert needed(supports, found) == found
    assert not any(_covers(found - {cell}, supports) for cell in found)


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(_supports, _weights)
def test_the_order_of_the_supports_changes_nothing(supports: list[Support], weights: list[int]) -> None:
    loss = _losses(weights)
    turned = dict(reversed(loss.items()))
    everything = frozenset(CELLS)
    assert cheapest_cover(supports, loss, everything) == cheapest_cover(supports[::-1], turned, everything)


def test_the_known_choice_comes_back_when_nothing_is_cheaper() -> None:
    loss = dict.fromkeys(CELLS, COARSE)
    supports = [frozenset(CELLS[:3]), frozenset(CELLS[2:5])]
    known = frozenset(CELLS[2:3])
    assert cheapest_cover(supports, loss, known) == known


def _quiet(_step: Step, _done: int) -> None:
    """Report nothing."""


def _tiny(leaves: list[int], threshold: int) -> tuple[Lattice, dict[Region, int], tuple[Region, ...]]:
    """Return two departments and two themes: which of the nine cells may be shown, and what is sensitive."""
    places = [(unit, theme) for unit in (ROOT, "d", "e") for theme in "ab"]
    signals = {place: count for place, count in zip(places, leaves, strict=True) if count}
    counts, rules = (
        counts_of([("d", None), ("e", None)], [("a", None), ("b", None)], signals),
        Rules(threshold),
    )
    lattice = Lattice(counts.unit_tree, counts.theme_tree)
    may_show = {Region(*c): n for c, n in counts.by_cell().items() if rules.may_show(c[0], n)}
    return lattice, may_show, sensitive_regions(counts, rules)


def _is_safe(lattice: Lattice, shown: dict[Region, int], regions: tuple[Region, ...]) -> bool:
    return not attack(Blocks(lattice, shown), regions, most=1)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.integers(0, 6), min_size=6, max_size=6), st.lists(st.integers(1, 9), min_size=9, max_size=9)
)
def test_no_safe_choice_of_a_tiny_table_is_cheaper(leaves: list[int], weights: list[int]) -> None:
    lattice, may_show, regions = _tiny(leaves, 3)
    loss = {cell: COARSE * weight for cell, weight in zip(may_show, weights, strict=False)}
    repaired = repair(Plan(Blocks(lattice, may_show), regions, loss, _quiet))
    assert repaired.lost == ()
    safe = [
        hidden
        for hidden in _choices(list(may_show))
        if _is_safe(lattice, {c: n for c, n in may_show.items() if c not in hidden}, regions)
    ]
    assert repaired.hidden in safe
    assert total_loss(repaired.hidden, loss) == min(total_loss(hidden, loss) for hidden in safe)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(0, 6), min_size=6, max_size=6), st.sets(st.integers(0, 8)))
def test_published_rows_stay_and_only_what_they_alone_prove_is_lost(
    leaves: list[int], published_places: set[int]
) -> None:
    lattice, may_show, regions = _tiny(leaves, 3)
    published = {c: n for place, (c, n) in enumerate(may_show.items()) if place in published_places}
    loss = {cell: 1.0 for cell in may_show if cell not in published}
    repaired = repair(Plan(Blocks(lattice, may_show), regions, loss, _quiet))
    lost = {proof.region for proof in attack(Blocks(lattice, published), regions)}
    assert set(repaired.lost) == lost
    assert len(repaired.lost) == len(lost)
    assert repaired.hidden <= loss.keys()
    shown = {cell: count for cell, count in may_show.items() if cell not in repaired.hidden}
    assert {proof.region for proof in attack(Blocks(lattice, shown), regions)} == lost


def test_a_region_that_published_rows_prove_is_lost_and_costs_no_cell() -> None:
    lattice = Lattice(Tree.of([("d", None), ("e", None)]), Tree.of([("a", None), ("b", None)]))
    shown = {Region("d", ROOT): 9, Region("d", "a"): 8, Region("e", ROOT): 9}
    regions = (Region("d", "b"), Region("e", "b"))
    repaired = repair(Plan(Blocks(lattice, shown), regions, {Region("e", ROOT): 1.0}, _quiet))
    assert repaired == Repaired(frozenset(), (Region("d", "b"),))


def test_blocks_without_anything_to_hide_loses_all_that_is_proven() -> None:
    lattice = Lattice(Tree.of([("d", None)]), Tree.of([("a", None)]))
    repaired = repair(Plan(Blocks(lattice, {Region("d", "a"): 4}), (Region("d", "a"),), {}, _quiet))
    assert repaired == Repaired(frozenset(), (Region("d", "a"),))


def test_nine_signals_planted_in_one_cell_stay_visible() -> None:
    visible = 0
    for seed in range(1, 11):
        counts, cell = _with_nine_planted(200, seed)
        table = protect(counts, Rules(3, waterstad.small_units()))
        visible += table.count(*cell) is not None
    assert visible >= 9


def _with_nine_planted(number: int, seed: int) -> tuple[MergedCounts, Cell]:
    counts, dice = waterstad.counts(number, seed), random.Random(1000 + seed)
    units, themes = counts.unit_tree, counts.theme_tree
    small = waterstad.small_units()
    cell = (
        dice.choice([unit for unit in units.codes if units.is_leaf(unit) and unit not in small]),
        dice.choice([theme for theme in themes.codes if themes.is_leaf(theme)]),
    )
    signals = dict(counts.signals) | {cell: counts.signals.get(cell, 0) + 9}
    return MergedCounts(counts.window, units, themes, signals), cell
