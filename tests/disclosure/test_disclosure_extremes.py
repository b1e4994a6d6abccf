"""Organisations at the edge of what there is: each ends in a table that an auditor finds nothing in."""

import random

import pytest

from tests.disclosure.independent_auditor import Auditor, Pair
from tests.disclosure.waterstad import YEAR
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.rules import Rules
from vertrouwenswerk.domain.tree import Tree

Parents = dict[str, str | None]
THEMES: Parents = {f"H{number}": None for number in range(9)}
THRESHOLD = 3


def ten_levels() -> Parents:
    """Return a chain of ten units, three more hanging from each."""
    units: Parents = {}
    above: str | None = None
    for level in range(10):
        units[f"L{level}"] = above
        units |= {f"L{level}S{side}": above for side in range(3)}
        above = f"L{level}"
    return units


def two_thousand_units() -> Parents:
    units: Parents = {f"C{number}": None for number in range(20)}
    units |= {f"D{number}": f"C{number // 10}" for number in range(200)}
    return units | {f"A{number}": f"D{number // 9}" for number in range(1780)}


def scattered(units: Parents, signals: int) -> dict[Pair, int]:
    """Return so many signals, more of them in the first units and themes."""
    chance, codes, counts = random.Random(1), list(units), dict[Pair, int]()
    for _signal in range(signals):
        unit = codes[int(chance.betavariate(1, 2) * len(codes))]
        cell = (unit, f"H{int(chance.betavariate(1, 1.5) * 9)}")
        counts[cell] = counts.get(cell, 0) + 1
    return counts


FIFTY: Parents = {f"U{number}": None for number in range(50)}
ONE: Parents = {"U": None}
ALL_SMALL = {(u, t): 1 + (p + q) % 2 for p, u in enumerate(FIFTY) for q, t in enumerate(THEMES)}
WORLDS: dict[str, tuple[Parents, dict[Pair, int]]] = {
    "one unit with seven signals": (ONE, {("U", "H0"): 7}),
    "one unit with one signal": (ONE, {("U", "H0"): 1}),
    "nothing at all": (FIFTY, {}),
    "everything small": (FIFTY, ALL_SMALL),
    "ten levels": (ten_levels(), scattered(ten_levels(), 400)),
}


@pytest.mark.parametrize("world", WORLDS)
def test_an_extreme_organisation_ends_in_a_table_in_which_nothing_small_is_proven(world: str) -> None:
    units, counts = WORLDS[world]
    merged = MergedCounts(YEAR, Tree.of(units.items()), Tree.of(THEMES.items()), counts)
    table = protect(merged, Rules(THRESHOLD))
    auditor = Auditor(units, THEMES, counts, THRESHOLD)
    assert auditor.proven(table.shown) == {}
    assert all(auditor.cell_count(*cell) == count for cell, count in table.shown.items())
    assert bool(table.shown) == (sum(counts.values()) >= THRESHOLD)


def test_two_thousand_units_end_in_a_table_in_which_nothing_small_is_proven() -> None:
    units = two_thousand_units()
    counts = scattered(units, 2000)
    merged = MergedCounts(YEAR, Tree.of(units.items()), Tree.of(THEMES.items()), counts)
    table = protect(merged, Rules(THRESHOLD))
    assert table.shown_cells > 500
    assert Auditor(units, THEMES, counts, THRESHOLD).proven(table.shown) == {}
