"""Raw counts, the rules, and the lattice of cells and leaves."""

from typing import Any

import pytest

from tests.disclosure import waterstad
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.domain.tree import Cell, Tree

UNITS = Tree.of([("C", None), ("C1", "C"), ("C2", "C")])
THEMES = Tree.of([("G", None), ("a", "G"), ("b", "G"), ("H", None), ("c", "H")])


def _counts(signals: dict[Cell, Any]) -> MergedCounts:
    return MergedCounts(waterstad.YEAR, UNITS, THEMES, signals)


def test_counts_roll_up_to_every_cell() -> None:
    totals = _counts({("C1", "a"): 2, ("C", "b"): 1, ("*", "c"): 4}).by_cell()
    assert len(totals) == 4 * 6
    assert (totals["*", "*"], totals["*", "G"], totals["*", "H"], totals["*", "c"]) == (7, 3, 4, 4)
    assert (totals["C", "*"], totals["C", "a"], totals["C1", "G"], totals["C2", "*"]) == (3, 2, 2, 0)


@pytest.mark.parametrize(
    "signals",
    [
        {("C9", "a"): 1},
        {("C", "z"): 1},
        {("C", "G"): 1},
        {("C", "*"): 1},
        {("C", "a"): 0},
        {("C", "a"): -1},
        {("C", "a"): 1.0},
        {("C", "a"): True},
    ],
)
def test_counts_that_cannot_be_are_refused(signals: dict[Cell, Any]) -> None:
    with pytest.raises(ValueError, match=r"unknown|recorded"):
        _counts(signals)


def test_raw_counts_do_not_change_and_do_not_print() -> None:
    signals = {("C", "a"): 4711}
    counts = _counts(signals)
    signals["C", "b"] = 5
    assert dict(counts.signals) == {("C", "a"): 4711}
    assert "4711" not in repr(counts)
    with pytest.raises(TypeError):
        counts.signals["C", "b"] = 5  # type: ignore[index]


def test_the_threshold_has_a_floor() -> None:
    assert Rules(3).may_show("C", 3)
    with pytest.raises(ValueError, match="floor"):
        Rules(2)


def test_sensitive_is_small_or_of_a_small_unit() -> None:
    rules = Rules(3, frozenset({"C1"}))
    assert [rules.is_sensitive("C2", count) for count in range(5)] == [False, True, True, False, False]
    assert [rules.is_sensitive("C1", count) for count in (0, 1, 9)] == [False, True, True]


def test_sensitive_regions_include_what_inner_units_recorded_themselves() -> None:
    counts = _counts({("C", "a"): 1, ("C1", "a"): 5, ("C2", "c"): 4})
    assert sensitive_regions(counts, Rules(3, frozenset({"C2"}))) == (
        Region("C", "*", own=True),
        Region("C", "G", own=True),
        Region("C", "a", own=True),
        Region("C2", "*"),
        Region("C2", "c"),
    )


def test_leaves_are_those_below() -> None:
    lattice = Lattice(UNITS, THEMES)
    assert lattice.leaf_count == 12
    assert lattice.leaves(Region("*", "*")).tolist() == list(range(12))
    assert lattice.leaves(Region("C", "G")).tolist() == [3, 4, 6, 7, 9, 10]
    assert lattice.leaves(Region("C", "H", own=True)).tolist() == [5]
    assert lattice.distinct(("C", "H")) == ("C", "c")
    assert ("C", "H") not in lattice.distinct_cells
