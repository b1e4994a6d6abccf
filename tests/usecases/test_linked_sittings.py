"""Sittings with real files over linked pictures: corrections, late summaries, lost and old pools."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.disclosure.linked_auditor import Cohort, HandedIn, LinkedAuditor, Numbers, Table, Trees
from tests.municipality import CLOSED, EARLIER, Municipality
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.handoff.picture_file import PictureOpening, read_picture, write_picture
from vertrouwenswerk.usecases.adviser import remove
from vertrouwenswerk.usecases.looking import look_at_table
from vertrouwenswerk.usecases.sitting import hold_sitting
from vertrouwenswerk.vault.pool_store import MIGRATIONS, Pool, pool_key
from vertrouwenswerk.vault.safe import Safe


def correct(town: Municipality, number: int, times: int) -> None:
    """Let an adviser count so many fewer, or more, at the desk of the fixture, and hand that in."""
    with town.open_adviser(number) as adviser:
        if times < 0:
            remove(adviser, theme="PESTEN", unit="DUINEN-KLANT", quarter=CLOSED, times=-times)
    if times > 0:
        town.count(number, CLOSED, ("DUINEN-KLANT", "PESTEN", times))
    town.take_in(town.export(number, CLOSED).path)


def test_a_quarter_that_three_advisers_corrected_changes_the_next_picture(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=3)
    for number in (1, 2, 3):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    assert town.sit().table.count(ROOT, ROOT) == 60
    for number in (1, 2, 3):
        correct(town, number, -8)
    second = town.sit()
    assert (second.opened, second.picture, second.earlier) == (3, 2, 1)
    assert second.table.count(ROOT, ROOT) == 36
    with town.open_bureau() as bureau:
        assert look_at_table(bureau).table.count(ROOT, ROOT) == 36


@pytest.mark.parametrize("times", [-8, -1, 1, 8])
def test_what_one_adviser_corrected_is_not_to_be_seen_in_the_next_picture_the_total_gives_way(
    tmp_path: Path, times: int
) -> None:
    town = Municipality.found(tmp_path, advisers=2)
    for number in (1, 2):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 20), ("HAVENS-KADE-1", "FRAUDE", 9))
    town.take_in()
    assert town.sit().table.count(ROOT, ROOT) == 58
    correct(town, 1, times)
    table = town.sit().table
    assert table.count(ROOT, ROOT) is table.count("DUINEN-KLANT", "PESTEN") is None
    assert (table.count("HAVENS", ROOT), table.count("HAVENS-KADE-1", "FRAUDE")) == (18, 18)


def test_a_cell_emptied_by_corrections_does_not_linger(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=3)
    for number in (1, 2, 3):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 20), ("HAVENS-KADE-1", "FRAUDE", 9))
    town.take_in()
    town.sit()
    for number in (1, 2, 3):
        correct(town, number, -20)
    table = town.sit().table
    assert table.count(ROOT, ROOT) == 27
    assert table.count("DUINEN-KLANT", "PESTEN") is None


def test_a_quarter_that_one_adviser_hands_in_late_and_alone_is_not_to_be_seen_the_total_gives_way(
    tmp_path: Path,
) -> None:
    town = Municipality.found(tmp_path, advisers=2)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    town.sit()
    town.hand_in(2, EARLIER, ("DUINEN-KLANT", "PESTEN", 7))
    town.take_in()
    table = town.sit().table
    assert table.count(ROOT, ROOT) is table.count("DUINEN-KLANT", "PESTEN") is None


# --- a lone late summary, judged from the picture files -----------------------------------------

BUSY = (("DUINEN-KLANT", "PESTEN", 5), ("HAVENS-KADE-1", "FRAUDE", 4), ("DUINEN-BRON-1", "GEWELD", 6))
FIRST_SITTING, SECOND_SITTING = 1, 2


def trees_of(codebook: Codebook) -> Trees:
    parents = {unit.code: unit.parent for unit in codebook.units}
    themes: dict[str, str | None] = {group.code: None for group in codebook.theme_groups}
    themes |= {theme.code: theme.group for theme in codebook.themes}
    units = {number: code for code, number in codebook.unit_numbers.items()}
    numbers = {number: code for code, number in codebook.theme_numbers.items()}
    return Trees(parents, themes, units, numbers, frozenset({"HAVENS-STAF-2"}))


def published_in(town: Municipality) -> tuple[Trees, list[Table]]:
    """Read all pictures in the office as plain tables."""
    tables = []
    with town.open_bureau() as bureau:
        trees = trees_of(bureau.codebook)
        for file in bureau.office.picture_files().values():
            picture = read_picture(file, bureau.joint_keys)
            for table in picture.tables:
                quarters = frozenset(q.index for q in Window.parse(table.window).quarters)
                shown = {(table.units[c.unit], table.themes[c.theme]): c.count for c in table.shown}
                tables.append(Table(picture.number, trees, quarters, shown))
    return trees, tables


def numbered(trees: Trees, cells: tuple[tuple[str, str, int], ...]) -> dict[Numbers, int]:
    units = {code: number for number, code in trees.unit_code.items()}
    themes = {code: number for number, code in trees.theme_code.items()}
    return {(units[unit], themes[theme]): count for unit, theme, count in cells}


@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_two_pictures_around_a_lone_late_summary_prove_nothing_of_what_it_added(
    tmp_path: Path, count: int
) -> None:
    town = Municipality.found(tmp_path, advisers=5)
    for number in range(1, 5):
        for quarter in (EARLIER, CLOSED):
            town.hand_in(number, quarter, *BUSY)
    town.take_in()
    town.sit()
    late = ("DUINEN-KLANT", "PESTEN", count)
    town.take_in(town.hand_in(5, CLOSED, late).path)
    assert town.sit().opened == 1
    trees, tables = published_in(town)
    units, themes = frozenset(trees.unit_code), frozenset(trees.theme_code)
    handed_in = [
        HandedIn(FIRST_SITTING, quarter.index, frozenset({number}), False, units, themes)
        for number in range(1, 5)
        for quarter in (EARLIER, CLOSED)
    ]
    handed_in.append(HandedIn(SECOND_SITTING, CLOSED.index, frozenset({5}), False, units, themes))
    of_four = {place: 4 * times for place, times in numbered(trees, BUSY).items()}
    truth: dict[Cohort, dict[Numbers, int]] = {
        (EARLIER.index, FIRST_SITTING, None): of_four,
        (CLOSED.index, FIRST_SITTING, None): of_four,
        (CLOSED.index, SECOND_SITTING, None): numbered(trees, (late,)),
    }
    auditor = LinkedAuditor(handed_in, truth)
    suspects = auditor.suspects(tables, 3)
    assert {s.count for s in suspects if s.where.startswith("added")} == {count}
    assert auditor.proven(tables, suspects) == {}
    assert any(table.sitting == SECOND_SITTING and len(table.shown) > 5 for table in tables)


# --- pictures are kept and stay as they were ----------------------------------------------------


def two_pictures(town: Municipality) -> None:
    for times in (20, 30):
        town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", times))
        town.take_in()
        town.sit()


def test_every_picture_is_kept_and_the_ledger_knows_each(town: Municipality) -> None:
    two_pictures(town)
    with town.open_bureau() as bureau:
        files = bureau.office.picture_files()
        key = pool_key(bureau.office.secrets().pool_secret, town.the_guardian().pool_half)
        pool = Pool.open(bureau.places.pool_vault, key, demo=True)
        assert pool.pictures() == {n: hashlib.sha256(file).digest() for n, file in files.items()}
        pool.close()
    assert sorted(files) == [1, 2]


@pytest.mark.parametrize("number", [1, 2])
def test_a_picture_that_is_missing_or_altered_in_the_office_comes_back_from_the_pool(
    town: Municipality, number: int
) -> None:
    two_pictures(town)
    with town.open_bureau() as bureau:
        files = bureau.office.picture_files()
        picture = read_picture(files[number], bureau.joint_keys)
        altered = write_picture(replace(picture, tables=()), bureau.identity, town.the_guardian().identity)
        bureau.office.put_picture(number, altered)
        assert hold_sitting(bureau, town.open_guardian()).picture == 3
        assert bureau.office.picture_files()[number] == files[number]


def test_a_picture_says_whose_quarters_it_opened_as_numbers_only(town: Municipality) -> None:
    for number in (1, 2):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.hand_in(1, EARLIER)
    town.take_in()
    town.sit()
    correct(town, 1, 1)
    town.sit()
    with town.open_bureau() as bureau:
        first, second = (read_picture(f, bureau.joint_keys) for f in bureau.office.picture_files().values())
        book = (bureau.signed_codebook.digest,)
    assert first.openings == (
        PictureOpening("2026-Q3", 1, book, False), PictureOpening("2026-Q4", 2, book, False),
    )  # fmt: skip
    assert second.openings == (PictureOpening("2026-Q4", 1, book, True),)


# --- pools that are lost, and pools of the first version ----------------------------------------


def test_a_lost_pool_is_made_again_from_what_the_office_holds(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=3)
    for number in (1, 2, 3):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    town.sit()
    town.bureau_places.pool_vault.unlink()
    again = town.sit()
    assert (again.opened, again.picture, again.table.count(ROOT, ROOT)) == (3, 2, 60)


def test_after_the_loss_of_a_pool_one_advisers_correction_is_still_not_to_be_seen(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=3)
    for number in (1, 2, 3):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 20), ("HAVENS-KADE-1", "FRAUDE", 2))
    town.take_in()
    town.sit()
    town.bureau_places.pool_vault.unlink()
    town.sit()
    correct(town, 1, 2)
    third = town.sit()
    assert (third.opened, third.table.count(ROOT, ROOT)) == (1, None)
    correct(town, 2, 5)
    assert town.sit().table.count(ROOT, ROOT) is None


def as_the_first_version_left_it(town: Municipality) -> None:
    """Put pool and office back to what version 1 kept: no changes, and the newest picture only."""
    with town.open_bureau() as bureau:
        newest = max(bureau.office.picture_files())
        with bureau.office.safe.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM picture WHERE number < ?", (newest,))
        key = pool_key(bureau.office.secrets().pool_secret, town.the_guardian().pool_half)
    pool = Pool.open(town.bureau_places.pool_vault, key, demo=True)
    with pool.safe.engine.connect() as connection:
        rows = {
            table: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
            for table in ("mark", "delivery", "signal", "sitting")
        }
    pool.close()

    def fill(connection: sa.Connection) -> None:
        for table, entries in rows.items():
            for entry in entries:
                places = ", ".join("?" * len(entry))
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({places})", entry)

    town.bureau_places.pool_vault.unlink()
    Safe.create_with_key(town.bureau_places.pool_vault, key, MIGRATIONS[:1], fill, cheap=True).close()


def test_an_office_of_the_first_version_with_several_sittings_goes_on(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=4)
    for number in (1, 2, 3):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    town.sit()
    for number in (1, 2, 3):
        correct(town, number, 4)
    town.sit()
    as_the_first_version_left_it(town)
    town.hand_in(4, CLOSED, ("DUINEN-KLANT", "PESTEN", 9))
    town.take_in()
    third = town.sit()
    assert (third.picture, third.opened, third.earlier) == (3, 1, 1)
    assert third.table.count(ROOT, ROOT) is None, "what one adviser handed in late"
    for number in (1, 2, 3, 4):
        correct(town, number, 3)
    fourth = town.sit()
    assert (fourth.picture, fourth.earlier, fourth.table.count(ROOT, ROOT)) == (4, 2, 93)
