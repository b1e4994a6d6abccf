"""The adviser's vault: no text by a person, no order, no time; counts that only make sense.

What the schema may hold is written down here once more; a column more is a failing test.
The order test decrypts the database page by page, without the product's help.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.municipality import (
    CLOSED,
    EARLIER,
    RUNNING,
    THEME_CODES,
    UNITS,
    Municipality,
    demo_clock,
    identity,
    make_codebook,
    sign_codebook,
)
from vertrouwenswerk.domain.codebook import Codebook, EndedUnit, Theme, Unit
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import MAX_COUNT, OwnTally
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.handoff.codebook_file import read_codebook
from vertrouwenswerk.usecases.handing_in import export
from vertrouwenswerk.vault.adviser_store import MIGRATIONS, AdviserVault, Change, HandedIn
from vertrouwenswerk.vault.engine import transaction
from vertrouwenswerk.vault.safe import Safe, Secrets, read_slots, slots_path
from vertrouwenswerk.vault.slots import Profile, unwrap

BUREAU, GUARDIAN = identity(1), identity(2)
SIGNED = sign_codebook(make_codebook(BUREAU.public(), GUARDIAN.public()), BUREAU, GUARDIAN)
CODEBOOK = SIGNED.codebook
CHOSEN = Secrets.choose(Municipality.passphrase("adviser 1"), Profile.CHEAP)
CELLS = [
    (quarter, unit, theme)
    for quarter in (EARLIER, CLOSED)
    for unit in (ROOT, *UNITS)
    for theme in THEME_CODES
]

# Every column there may be: all whole numbers but three kinds of bytes, none of them typed by a person.
ALLOWED = {
    ("mark", "id", "INTEGER"),
    ("mark", "demo", "INTEGER"),
    ("mark", "has_left", "INTEGER"),
    ("identity", "id", "INTEGER"),
    ("identity", "sign_seed", "BLOB"),
    ("codebook", "id", "INTEGER"),
    ("codebook", "signed_file", "BLOB"),
    ("unit", "number", "INTEGER"),
    ("theme", "number", "INTEGER"),
    ("tally", "quarter", "INTEGER"),
    ("tally", "unit", "INTEGER"),
    ("tally", "theme", "INTEGER"),
    ("tally", "count", "INTEGER"),
    ("handed_in", "quarter", "INTEGER"),
    ("handed_in", "revision", "INTEGER"),
    ("handed_in", "state", "INTEGER"),
    ("handed_in", "digest", "BLOB"),
    ("care", "id", "INTEGER"),
    ("care", "backed_up", "INTEGER"),
    ("care", "code_proven", "INTEGER"),
    ("care", "lock_after", "INTEGER"),
}
# Bytes of one exact length, or (None) a file whose every byte is signed by others.
BLOB_LENGTHS = {("identity", "sign_seed"): 32, ("handed_in", "digest"): 32, ("codebook", "signed_file"): None}


def new_vault(folder: Path) -> AdviserVault:
    return AdviserVault.create(
        folder / "kluis.vault", CHOSEN, bytes(range(32)), SIGNED.to_bytes(), CODEBOOK, demo=True
    )


@pytest.fixture
def vault(tmp_path: Path) -> AdviserVault:
    return new_vault(tmp_path)


def one(quarter: Quarter, unit: str, theme: str, by: int = 1) -> list[Change]:
    return [Change(quarter, unit, theme, by)]


def rows(vault: AdviserVault, statement: str) -> list[tuple[object, ...]]:
    with vault.safe.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


# --- the schema ------------------------------------------------------------------------------


def columns(vault: AdviserVault) -> set[tuple[str, str, str]]:
    found = set()
    for (table,) in rows(vault, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for _cid, name, kind, *_rest in rows(vault, f"PRAGMA table_xinfo({table})"):
            found.add((str(table), str(name), str(kind)))
    return found


def test_the_vault_has_exactly_the_columns_that_are_written_down_here(vault: AdviserVault) -> None:
    assert columns(vault) == ALLOWED


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE tally ADD COLUMN note TEXT",
        "ALTER TABLE tally ADD COLUMN at INTEGER",
        "CREATE TABLE conversation (at INTEGER) STRICT",
        "ALTER TABLE tally ADD COLUMN shadow INTEGER GENERATED ALWAYS AS (count) VIRTUAL",
    ],
)
def test_a_column_more_would_be_noticed(vault: AdviserVault, statement: str) -> None:
    with transaction(vault.safe.engine, vault.safe.path) as connection:
        connection.exec_driver_sql(statement)
    assert columns(vault) != ALLOWED


def test_the_vault_has_no_views_triggers_or_indexes_of_its_own(vault: AdviserVault) -> None:
    kinds = rows(vault, "SELECT type, name FROM sqlite_master WHERE type != 'table'")
    assert kinds == []
    for table in {table for table, _column, _kind in ALLOWED}:
        origins = {index[3] for index in rows(vault, f"PRAGMA index_list({table})")}
        assert origins <= {"pk"}


def test_no_table_can_hold_text_and_every_value_keeps_to_its_type(vault: AdviserVault) -> None:
    tables = {table: (wr, strict) for _s, table, _k, _n, wr, strict in rows(vault, "PRAGMA table_list")}
    for table in {table for table, _column, _kind in ALLOWED}:
        assert tables[table][1] == 1, f"{table} is not STRICT"
    assert {kind for _table, _column, kind in ALLOWED} == {"INTEGER", "BLOB"}


def test_the_tallies_have_no_hidden_row_number_that_would_keep_the_order(vault: AdviserVault) -> None:
    tables = {table: wr for _s, table, _k, _n, wr, _strict in rows(vault, "PRAGMA table_list")}
    assert tables["tally"] == 1
    with pytest.raises(sa.exc.OperationalError):
        rows(vault, "SELECT rowid FROM tally")
    keys = [(row[1], row[5]) for row in rows(vault, "PRAGMA table_xinfo(tally)")]
    assert keys == [("quarter", 1), ("unit", 2), ("theme", 3), ("count", 0)]


def test_rows_of_other_tables_are_numbered_by_what_they_are_and_not_by_when_they_came(
    vault: AdviserVault,
) -> None:
    keys = {"mark": "id", "identity": "id", "codebook": "id", "unit": "number", "theme": "number"}
    for table, column in {**keys, "handed_in": "quarter"}.items():
        (sql,) = rows(vault, f"SELECT sql FROM sqlite_master WHERE name = '{table}'")[0]
        assert f"{column} INTEGER PRIMARY KEY" in str(sql)
        assert "AUTOINCREMENT" not in str(sql).upper()


def test_bytes_are_of_one_length_or_signed_by_others(vault: AdviserVault) -> None:
    assert set(BLOB_LENGTHS) == {(table, column) for table, column, kind in ALLOWED if kind == "BLOB"}
    vault.note_handed_in(HandedIn(CLOSED, 1, 1, bytes(32)))
    for (table, column), length in BLOB_LENGTHS.items():
        if length is None:
            continue
        for wrong in (0, length - 1, length + 1, 1000):
            with pytest.raises(sa.exc.IntegrityError), vault.safe.engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE {table} SET {column} = zeroblob({wrong})")
    assert read_codebook(vault.codebook_file()).is_countersigned
    assert vault.codebook_file() == SIGNED.to_bytes()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tally VALUES (8107, 1, 1, 'een verhaal')",
        "INSERT INTO tally VALUES (8107, 1, 1, x'00')",
        "INSERT INTO tally VALUES (8107, 1, 1, 0)",
        "INSERT INTO tally VALUES (8107, 1, 1, -1)",
        "INSERT INTO tally VALUES (8107, 1, 1, 10000)",
        "INSERT INTO tally VALUES (7999, 1, 1, 1)",
        "INSERT INTO tally VALUES (8800, 1, 1, 1)",
        "INSERT INTO tally VALUES (1793318400, 1, 1, 1)",
        "INSERT INTO tally VALUES (8107, 999, 1, 1)",
        "INSERT INTO tally VALUES (8107, 1, 999, 1)",
        "INSERT INTO tally VALUES (8107, NULL, 1, 1)",
        "INSERT INTO mark VALUES (2, 1, 0)",
        "UPDATE mark SET has_left = 2",
        "UPDATE mark SET demo = 'ja'",
        "INSERT INTO identity VALUES (2, zeroblob(32))",
        "INSERT INTO unit VALUES (65536)",
        "INSERT INTO unit VALUES (-1)",
        "INSERT INTO theme VALUES (0)",
        "INSERT INTO handed_in VALUES (8107, 0, 1, zeroblob(32))",
        "INSERT INTO handed_in VALUES (8107, 1, 3, zeroblob(32))",
        "INSERT INTO handed_in VALUES (8107, 1, 1, 'tekst')",
        "INSERT INTO handed_in VALUES (7999, 1, 1, zeroblob(32))",
    ],
)
def test_what_does_not_belong_in_a_column_is_refused_by_the_database_itself(
    vault: AdviserVault, statement: str
) -> None:
    with pytest.raises(sa.exc.IntegrityError), vault.safe.engine.begin() as connection:
        connection.exec_driver_sql(statement)


# --- order -----------------------------------------------------------------------------------


def decrypted_pages(path: Path) -> bytes:
    """Decrypt a SQLCipher 4 file with nothing but its raw key: AES-256-CBC, page by page.

    Two numbers in the header are blanked: the change counter (bytes 24 to 27) and its copy (92 to
    95). SQLCipher starts them from ciphertext, so they are random and tell nothing.
    """
    key = unwrap(read_slots(slots_path(path)), CHOSEN.passphrase).key
    data = path.read_bytes()
    assert len(data) % 4096 == 0
    pages = []
    for start in range(0, len(data), 4096):
        page = data[start + (16 if start == 0 else 0) : start + 4096 - 80]
        vector = data[start + 4096 - 80 : start + 4096 - 64]
        decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        pages.append(decryptor.update(page) + decryptor.finalize())
    first = pages[0]
    pages[0] = first[:8] + bytes(4) + first[12:76] + bytes(4) + first[80:]
    return b"".join(pages)


def test_the_decrypted_pages_are_those_of_a_database_with_the_tallies_in_clear(vault: AdviserVault) -> None:
    vault.change(CODEBOOK, one(CLOSED, ROOT, "PESTEN"))
    vault.close()
    pages = decrypted_pages(vault.safe.path)
    assert b"CREATE TABLE tally" in pages
    assert bytes(range(32)) in pages
    assert b"CREATE TABLE tally" not in vault.safe.path.read_bytes()


def entered(folder: Path, calls: list[tuple[Quarter, str, str]]) -> tuple[list[tuple[object, ...]], bytes]:
    """Enter signals one by one in this order and return the rows and the decrypted file."""
    folder.mkdir()
    vault = new_vault(folder)
    for call in calls:
        vault.change(CODEBOOK, one(*call))
    kept = rows(vault, "SELECT * FROM tally")
    vault.close()
    return kept, decrypted_pages(vault.safe.path)


def test_two_orders_of_different_signals_do_differ_in_the_pages(tmp_path: Path) -> None:
    first = entered(tmp_path / "1", [CELLS[0], CELLS[1]])
    second = entered(tmp_path / "2", [CELLS[0], CELLS[2]])
    assert first[0] != second[0]
    assert first[1] != second[1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CELLS), min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_whatever_the_order_of_entry_rows_and_decrypted_pages_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[Quarter, str, str]], dice: random.Random
) -> None:
    shuffled = list(calls)
    dice.shuffle(shuffled)
    folder = tmp_path_factory.mktemp("order")
    assert entered(folder / "1", calls) == entered(folder / "2", shuffled)


def test_the_order_of_many_signals_over_several_pages_leaves_no_trace(tmp_path: Path) -> None:
    quarters = [Quarter(year, number) for year in range(2020, 2026) for number in (1, 2, 3, 4)]
    cells = [(quarter, unit, theme) for quarter in quarters for unit in UNITS for theme in THEME_CODES]
    found = []
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        vault = new_vault(folder)
        shuffled = list(cells)
        random.Random(seed).shuffle(shuffled)
        for start in range(0, len(shuffled), 96):
            part = shuffled[start : start + 96]
            vault.change(CODEBOOK, [Change(*cell, by=1) for cell in part])
        kept = rows(vault, "SELECT * FROM tally")
        vault.close()
        found.append((kept, decrypted_pages(vault.safe.path)))
    assert len(found[0][0]) == len(cells) == 1152
    assert [row[:3] for row in found[0][0]] == sorted(row[:3] for row in found[0][0])
    assert found[0][0] == found[1][0] == found[2][0]
    assert found[0][1] == found[1][1] == found[2][1]


def test_a_signal_taken_back_leaves_no_trace_in_the_pages(tmp_path: Path) -> None:
    secret = ("DUINEN-KLANT", "FRAUDE")

    def vault_after(folder: Path, *steps: tuple[str, str, int]) -> bytes:
        folder.mkdir()
        vault = new_vault(folder)
        for unit, theme, by in steps:
            vault.change(CODEBOOK, one(CLOSED, unit, theme, by))
        vault.close()
        return decrypted_pages(vault.safe.path)

    with_it = vault_after(tmp_path / "1", (*secret, 1), (ROOT, "PESTEN", 1), (*secret, -1))
    without = vault_after(tmp_path / "2", (ROOT, "GEWELD", 1), (ROOT, "PESTEN", 1), (ROOT, "GEWELD", -1))
    assert with_it == without


# --- counting --------------------------------------------------------------------------------


def test_counts_add_up_and_come_back_by_quarter_then_in_codebook_order(vault: AdviserVault) -> None:
    vault.change(CODEBOOK, one(CLOSED, "DUINEN", "FRAUDE", 2))
    vault.change(CODEBOOK, one(CLOSED, ROOT, "GEWELD"))
    vault.change(CODEBOOK, one(EARLIER, "HAVENS", "PESTEN"))
    after = vault.change(CODEBOOK, one(CLOSED, "DUINEN", "FRAUDE"))
    assert after == vault.tallies(CODEBOOK)
    assert after == (
        OwnTally(EARLIER, "HAVENS", "PESTEN", 1),
        OwnTally(CLOSED, ROOT, "GEWELD", 1),
        OwnTally(CLOSED, "DUINEN", "FRAUDE", 3),
    )


def test_a_count_never_falls_below_zero_and_a_refusal_changes_nothing(vault: AdviserVault) -> None:
    vault.change(CODEBOOK, one(CLOSED, ROOT, "PESTEN", 2))
    for wrong in (one(CLOSED, ROOT, "PESTEN", -3), one(CLOSED, "DUINEN", "PESTEN", -1)):
        with pytest.raises(UsageError):
            vault.change(CODEBOOK, wrong)
    assert vault.tallies(CODEBOOK) == (OwnTally(CLOSED, ROOT, "PESTEN", 2),)


def test_a_count_of_zero_leaves_no_row(vault: AdviserVault) -> None:
    vault.change(CODEBOOK, one(CLOSED, ROOT, "PESTEN", 2))
    vault.change(CODEBOOK, one(CLOSED, ROOT, "PESTEN", -2))
    assert vault.tallies(CODEBOOK) == ()
    assert rows(vault, "SELECT * FROM tally") == []


def test_a_count_over_9999_is_refused_and_changes_nothing(vault: AdviserVault) -> None:
    vault.change(CODEBOOK, one(CLOSED, ROOT, "PESTEN", MAX_COUNT))
    with pytest.raises(UsageError):
        vault.change(CODEBOOK, one(CLOSED, ROOT, "PESTEN"))
    with pytest.raises(UsageError):
        vault.change(CODEBOOK, one(CLOSED, ROOT, "GEWELD", MAX_COUNT + 1))
    assert vault.tallies(CODEBOOK) == (OwnTally(CLOSED, ROOT, "PESTEN", MAX_COUNT),)


def test_more_tallies_than_one_statement_takes_are_all_kept(vault: AdviserVault) -> None:
    """SQLite takes 32,766 values in a statement, and a tally has four."""
    cells = [
        (Quarter(year, number), unit.code, theme.code)
        for year in range(2000, 2200)
        for number in (1, 2, 3, 4)
        for unit in CODEBOOK.units[:4]
        for theme in CODEBOOK.themes[:3]
    ]
    assert 4 * len(cells) > 32_766
    changed = vault.change(CODEBOOK, [Change(*cell, by=1) for cell in cells])
    assert changed == vault.tallies(CODEBOOK) == tuple(OwnTally(*cell, 1) for cell in cells)


def test_of_several_changes_all_or_none_take_effect(vault: AdviserVault) -> None:
    changes = [*one(CLOSED, ROOT, "PESTEN", 5), *one(CLOSED, "DUINEN", "PESTEN", -1)]
    with pytest.raises(UsageError):
        vault.change(CODEBOOK, changes)
    assert vault.tallies(CODEBOOK) == ()
    vault.change(CODEBOOK, [*one(CLOSED, ROOT, "PESTEN", 5), *one(CLOSED, ROOT, "PESTEN", -4)])
    assert vault.tallies(CODEBOOK) == (OwnTally(CLOSED, ROOT, "PESTEN", 1),)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CELLS), st.integers(-3, 5)), max_size=25))
def test_the_vault_counts_as_simple_addition_does(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[tuple[Quarter, str, str], int]]
) -> None:
    vault = new_vault(tmp_path_factory.mktemp("count"))
    expected: dict[tuple[Quarter, str, str], int] = {}
    for cell, by in steps:
        if expected.get(cell, 0) + by < 0:
            with pytest.raises(UsageError):
                vault.change(CODEBOOK, one(*cell, by))
        else:
            vault.change(CODEBOOK, one(*cell, by))
            expected[cell] = expected.get(cell, 0) + by
    vault.close()
    with Safe.unlock(vault.safe.path, CHOSEN.recovery_code, MIGRATIONS) as safe:
        found = {(t.quarter, t.unit, t.theme): t.count for t in AdviserVault(safe).tallies(CODEBOOK)}
    assert found == {cell: count for cell, count in expected.items() if count}


def test_leaving_and_what_was_handed_in_are_kept(vault: AdviserVault) -> None:
    assert not vault.has_left()
    entry = HandedIn(CLOSED, 1, 0, bytes(32))
    vault.note_handed_in(entry)
    vault.note_handed_in(replace(entry, quarter=EARLIER))
    vault.note_handed_in(replace(entry, revision=2, state=1))
    assert vault.handed_in() == (replace(entry, quarter=EARLIER), replace(entry, revision=2, state=1))
    vault.leave()
    vault.close()
    again = AdviserVault.unlock(vault.safe.path, CHOSEN.passphrase)
    assert again.has_left()
    assert [(e.quarter, e.revision) for e in again.handed_in()] == [(EARLIER, 1), (CLOSED, 2)]
    assert again.sign_seed() == bytes(range(32))
    again.close()


# --- another codebook ------------------------------------------------------------------------


def changed(change: Callable[[Codebook], Codebook]) -> Codebook:
    return replace(change(CODEBOOK), version=2)


def merged_stations(codebook: Codebook) -> Codebook:
    """Both stations under DUINEN-BRON end; one follows the other, that one follows DUINEN-BRON."""
    kept = tuple(unit for unit in codebook.units if not unit.code.startswith("DUINEN-BRON-"))
    ended = (EndedUnit(10, "DUINEN-BRON-1", "DUINEN-BRON-2"), EndedUnit(11, "DUINEN-BRON-2", "DUINEN-BRON"))
    return replace(codebook, units=kept, ended_units=ended)


def test_tallies_of_ended_units_follow_their_successors_and_add_up(vault: AdviserVault) -> None:
    for unit, by in (("DUINEN-BRON-1", 2), ("DUINEN-BRON-2", 3), ("DUINEN-BRON", 1), ("HAVENS", 7)):
        vault.change(CODEBOOK, one(CLOSED, unit, "PESTEN", by))
    newer = changed(merged_stations)
    signed = sign_codebook(newer, BUREAU, GUARDIAN)
    vault.take_codebook(signed.to_bytes(), newer)
    assert vault.tallies(newer) == (
        OwnTally(CLOSED, "HAVENS", "PESTEN", 7),
        OwnTally(CLOSED, "DUINEN-BRON", "PESTEN", 6),
    )
    assert vault.codebook_file() == signed.to_bytes()


def test_a_codebook_that_lost_a_tallied_unit_is_refused_and_nothing_changes(vault: AdviserVault) -> None:
    vault.change(CODEBOOK, one(CLOSED, "DUINEN-KLANT", "PESTEN", 2))
    newer = changed(lambda c: replace(c, units=c.units[:-1]))
    with pytest.raises(UsageError):
        vault.take_codebook(b"", newer)
    assert vault.tallies(CODEBOOK) == (OwnTally(CLOSED, "DUINEN-KLANT", "PESTEN", 2),)
    assert vault.codebook_file() == SIGNED.to_bytes()


def test_new_units_and_themes_can_be_counted_at_once(vault: AdviserVault) -> None:
    theme = Theme(9, "ANDERS", "INTEGER", 9, "Anders", "Other", "Wat nergens past.")
    unit = Unit(99, "NIEUW", None, "Nieuwbouw", None)
    newer = changed(lambda c: replace(c, units=(*c.units, unit), themes=(*c.themes, theme)))
    vault.take_codebook(b"", newer)
    assert vault.change(newer, one(CLOSED, "NIEUW", "ANDERS")) == (OwnTally(CLOSED, "NIEUW", "ANDERS", 1),)


def test_a_codebook_that_lost_a_tallied_theme_is_refused_in_words(vault: AdviserVault) -> None:
    vault.change(CODEBOOK, one(CLOSED, "DUINEN-KLANT", "FRAUDE", 2))
    newer = changed(lambda c: replace(c, themes=c.themes[:-1]))
    with pytest.raises(UsageError):
        vault.take_codebook(b"", newer)


def test_successors_that_add_up_to_too_many_are_refused_in_words(vault: AdviserVault) -> None:
    for unit in ("DUINEN-BRON-1", "DUINEN-BRON-2"):
        vault.change(CODEBOOK, one(CLOSED, unit, "PESTEN", 6000))
    with pytest.raises(UsageError):
        vault.take_codebook(b"", changed(merged_stations))


def test_an_export_under_a_vault_that_is_locked_again_keeps_its_state(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town")
    with town.open_adviser() as adviser:
        export(adviser, CLOSED, town.inbox)
    with town.open_adviser() as adviser:
        (entry,) = adviser.vault.handed_in()
        assert (entry.quarter, entry.revision, entry.state) == (CLOSED, 1, 1)
        assert adviser.today == demo_clock()
        assert RUNNING not in {tally.quarter for tally in adviser.vault.tallies(adviser.codebook)}
