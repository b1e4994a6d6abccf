"""The reference quarter for disclosure control: 200 teams, 30 themes, 9,213 cells, k = 5.

Known of other programs on the same file (kept of 870 / proven non-empty): GaussSuppression
1.2.3 with zeros protected 753 / 80, pytauargus MOD 592 / 12 and OPT 722 / 66, sdcTable
HYPERCUBE 187 / 0. ``tests/data/sdc-quarter.csv`` is invented.
"""

import csv
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.disclosure.independent_auditor import Auditor, Pair, Suspect
from tests.disclosure.waterstad import YEAR
from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.model import Model, bounds
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.disclosure.whole_numbers import can_be_empty
from vertrouwenswerk.domain.tree import ROOT, Tree

FILE = Path(__file__).parents[1] / "data" / "sdc-quarter.csv"
THRESHOLD, MAY_BE_SHOWN, SMALL = 5, 870, 2250
LEAST_KEPT, LEAST_KEPT_KNOWN = 780, 775


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


# --- what everybody knows: in this file nothing is recorded above the teams -----------------------


@dataclass(frozen=True)
class Informed:
    """The same quarter for whoever knows that; ``seconds`` that ``protect`` took."""

    auditor: Auditor
    merged: MergedCounts
    known: dict[Region, int]
    table: SafeTable
    seconds: float

    def blocks(self, shown: Mapping[Pair, int]) -> Blocks:
        lattice = Lattice(self.merged.unit_tree, self.merged.theme_tree)
        rows = self.known | {Region(*cell): count for cell, count in shown.items()}
        return Blocks(lattice, rows, lattice.filling(self.merged.signals), lattice.levels())


@pytest.fixture(scope="module")
def informed() -> Informed:
    units, themes, counts = read()
    merged = MergedCounts(YEAR, Tree.of(units.items()), Tree.of(themes.items()), counts)
    above = frozenset({ROOT, *(parent for parent in units.values() if parent)})
    known = {Region(unit, ROOT, own=True): 0 for unit in sorted(above)}
    start = time.perf_counter()
    table = protect(merged, Rules(THRESHOLD), known=known)
    seconds = time.perf_counter() - start
    return Informed(
        Auditor(units, themes, counts, THRESHOLD, empty_units=above), merged, known, table, seconds
    )


def test_the_threshold_alone_proves_155_small_cells_and_60_of_them_exactly(informed: Informed) -> None:
    shown = informed.auditor.may_show()
    proofs = attack(informed.blocks(shown), sensitive_regions(informed.merged, Rules(THRESHOLD)))
    rows = informed.known | {Region(*cell): count for cell, count in shown.items()}
    model = Model.of(Lattice(informed.merged.unit_tree, informed.merged.theme_tree), rows)
    intervals = [bounds(model, proof.region) for proof in proofs]
    exact = [interval for interval in intervals if interval.high - interval.low < 1e-6]
    assert (len(proofs), len(exact)) == (155, 60)
    assert {proof.region.cell for proof in proofs} == {
        (suspect.unit, suspect.theme) for suspect in informed.auditor.proven(shown)
    }


def test_an_auditor_who_knows_that_too_proves_nothing_and_all_that_is_shown_is_true(
    informed: Informed,
) -> None:
    auditor, table = informed.auditor, informed.table
    print(f"kept {table.shown_cells} of {MAY_BE_SHOWN} in {informed.seconds:.1f} s")
    assert auditor.proven(table.shown) == {}
    assert all(auditor.cell_count(*cell) == count for cell, count in table.shown.items())
    assert table.shown_cells >= LEAST_KEPT_KNOWN


def test_each_of_200_small_cells_can_be_empty_in_whole_numbers_too(informed: Informed) -> None:
    suspects = sorted(informed.auditor.suspects(), key=lambda s: (s.unit, s.theme))
    sample = suspects[:: len(suspects) // 200][:200]
    assert len(sample) == 200
    assert informed.auditor.never_empty_in_whole_numbers(informed.table.shown, sample) == []
    blocks = informed.blocks(informed.table.shown)
    found = sum(can_be_empty(blocks, Region(suspect.unit, suspect.theme)) for suspect in sample)
    print(f"the product finds whole numbers for {found} of 200")
    assert found > 180


def test_whole_numbers_do_not_acquit_what_is_proven(informed: Informed) -> None:
    shown = informed.auditor.may_show()
    proofs = attack(informed.blocks(shown), sensitive_regions(informed.merged, Rules(THRESHOLD)), most=5)
    proven = [Suspect(proof.region.unit, proof.region.theme, own=False) for proof in proofs]
    assert set(informed.auditor.never_empty_in_whole_numbers(shown, proven)) == set(proven)
    assert not any(can_be_empty(informed.blocks(shown), proof.region) for proof in proofs)
