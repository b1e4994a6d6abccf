"""The reference quarter for disclosure control: 200 teams, 30 themes, 9,213 cells, k = 5.

Known of other programs on the same file (kept of 870 / proven non-empty): GaussSuppression
1.2.3 with zeros protected 753 / 80, pytauargus MOD 592 / 12 and OPT 722 / 66, sdcTable
HYPERCUBE 187 / 0. ``tests/data/sdc-quarter.csv`` is invented.
"""

import csv
from pathlib import Path

import pytest

from tests.disclosure.independent_auditor import Auditor, Pair
from tests.disclosure.waterstad import YEAR
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.rules import Rules
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.tree import Tree

FILE = Path(__file__).parents[1] / "data" / "sdc-quarter.csv"
THRESHOLD, LEAST_KEPT, MAY_BE_SHOWN, SMALL = 5, 780, 870, 2250


def read() -> tuple[dict[str, str | None], dict[str, str | None], dict[Pair, int]]:
    """Return the parents of units and of themes, and what was counted in each team and theme."""
    units: dict[str, str | None] = {f"D{number}": None for number in range(8)}
    units |= {f"A{number}": f"D{number * 5 // 25}" for number in range(40)}
    units |= {f"T{number:03d}": f"A{number // 5}" for number in range(200)}
    themes: dict[str, str | None] = {f"M{number}": None for number in range(6)}
    themes |= {f"H{number:02d}": f"M{number // 5}" for number in range(30)}
    with FILE.open(encoding="ascii", newline="") as file:
        counts = {(row["team"], row["th"]): int(row["freq"]) for row in csv.DictReader(file)}
    return units, themes, {cell: count for cell, count in counts.items() if count}


@pytest.fixture(scope="module")
def protected() -> tuple[Auditor, SafeTable, MergedCounts]:
    units, themes, counts = read()
    merged = MergedCounts(YEAR, Tree.of(units.items()), Tree.of(themes.items()), counts)
    table = protect(merged, Rules(THRESHOLD))
    return Auditor(units, themes, counts, THRESHOLD), table, merged


def test_the_file_is_the_one_that_others_were_measured_on(
    protected: tuple[Auditor, SafeTable, MergedCounts],
) -> None:
    auditor, _table, merged = protected
    lattice = Lattice(merged.unit_tree, merged.theme_tree)
    totals = merged.by_cell()
    assert len(lattice.cells) == 9213
    assert len(auditor.may_show()) == MAY_BE_SHOWN
    assert sum(0 < count < THRESHOLD for count in totals.values()) == SMALL


def test_an_auditor_who_shares_no_code_proves_nothing_of_any_small_cell(
    protected: tuple[Auditor, SafeTable, MergedCounts],
) -> None:
    auditor, table, _merged = protected
    assert len(auditor.suspects()) >= SMALL
    assert auditor.proven(table.shown) == {}


def test_as_much_is_kept_as_is_known_to_be_possible_and_all_of_it_is_true(
    protected: tuple[Auditor, SafeTable, MergedCounts],
) -> None:
    auditor, table, _merged = protected
    print(f"kept {table.shown_cells} of {MAY_BE_SHOWN}")
    assert table.shown_cells >= LEAST_KEPT
    assert all(auditor.cell_count(*cell) == count for cell, count in table.shown.items())


def test_the_threshold_alone_gives_small_cells_away(
    protected: tuple[Auditor, SafeTable, MergedCounts],
) -> None:
    auditor, _table, _merged = protected
    proven = auditor.proven(auditor.may_show())
    print(f"threshold alone: {len(proven)} proven non-empty")
    assert len(proven) >= 100
