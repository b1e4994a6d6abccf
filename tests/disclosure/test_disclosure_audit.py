"""The audit against published answers, and on tables small enough to check by head."""

from gettext import NullTranslations

import pytest

from tests.disclosure import waterstad
from vertrouwenswerk import i18n
from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.model import Interval, Model, bounds
from vertrouwenswerk.domain.tree import Cell, Tree
from vertrouwenswerk.errors import DisclosureError

COUNTS = {
    "w": {"a": 30, "b": 47, "c": 64, "d": 89},
    "x": {"a": 90, "b": 124, "c": 5, "d": 31},
    "y": {"a": 92, "b": 100, "c": 59, "d": 85},
    "z": {"a": 800, "b": 991, "c": 651, "d": 685},
}
HIDDEN = {(cell[0], cell[1]) for cell in ("wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd")}


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n._Chosen, "catalogue", NullTranslations())


def _sdctable() -> tuple[Lattice, dict[Region, int]]:
    units, themes = Tree.of((row, None) for row in COUNTS), Tree.of((column, None) for column in "abcd")
    signals = {(row, column): count for row, line in COUNTS.items() for column, count in line.items()}
    totals = MergedCounts(waterstad.YEAR, units, themes, signals).by_cell()
    lattice = Lattice(units, themes)
    return lattice, {Region(*cell): totals[cell] for cell in lattice.cells if cell not in HIDDEN}


def _rounded(interval: Interval) -> tuple[float, float]:
    return round(interval.low, 6), round(interval.high, 6)


def test_intervals_are_those_of_sdctable() -> None:
    model = Model.of(*_sdctable())
    assert _rounded(bounds(model, Region("w", "b"))) == (47, 47)
    model.hide(Region("x", "d"))
    assert _rounded(bounds(model, Region("w", "b"))) == (0, 78)
    model.show(Region("x", "d"))
    assert _rounded(bounds(model, Region("w", "b"))) == (47, 47)


def test_a_proof_names_the_shown_cells_that_make_it() -> None:
    blocks = Blocks(*_sdctable())
    (proof,) = attack(blocks, [Region("w", "b")])
    assert proof.at_least == pytest.approx(47)
    for cell in proof.cells:
        blocks.hide(cell)
    assert attack(blocks, [Region("w", "b")]) == ()


TWO_DEPARTMENTS = Lattice(Tree.of([("d", None), ("e", None)]), Tree.of([("a", None), ("b", None)]))


def _two_departments(shown: dict[Cell, int]) -> Model:
    return Model.of(TWO_DEPARTMENTS, {Region(*cell): count for cell, count in shown.items()})


def _blocks(shown: dict[Cell, int]) -> Blocks:
    return Blocks(TWO_DEPARTMENTS, {Region(*cell): count for cell, count in shown.items()})


def test_bounds_without_anything_shown_have_no_upper_end() -> None:
    assert bounds(_two_departments({}), Region("d", "a")) == Interval(0, float("inf"))


def test_a_hidden_equation_limits_nothing() -> None:
    model = _two_departments({("*", "*"): 9})
    assert bounds(model, Region("d", "a")) == Interval(0, 9)
    model.hide(Region("*", "*"))
    assert bounds(model, Region("d", "a")) == Interval(0, float("inf"))


def test_a_total_minus_its_parts_is_proven_for_the_unit_itself() -> None:
    blocks = _blocks({("*", "a"): 9, ("d", "a"): 4, ("e", "a"): 3})
    regions = [Region("*", "a", own=True), Region("*", "b"), Region("d", "b")]
    (proof,) = attack(blocks, regions)
    assert proof.region == regions[0]
    assert proof.at_least == pytest.approx(2)
    assert proof.cells == (Region("*", "a"), Region("d", "a"), Region("e", "a"))


def test_attack_stops_after_the_proofs_asked_for() -> None:
    blocks = _blocks({("d", "*"): 9, ("d", "a"): 8, ("e", "*"): 9, ("e", "a"): 8})
    regions = [Region("d", "b"), Region("e", "b")]
    assert [proof.region for proof in attack(blocks, regions)] == regions
    assert [proof.region for proof in attack(blocks, regions, most=1)] == regions[:1]


def test_counts_that_contradict_each_other_are_refused() -> None:
    blocks = _blocks({("*", "*"): 3, ("d", "*"): 4})
    with pytest.raises(DisclosureError):
        attack(blocks, [Region("d", "*")])


def test_unknown_codes_are_refused() -> None:
    with pytest.raises(KeyError):
        bounds(_two_departments({}), Region("nowhere", "a"))
