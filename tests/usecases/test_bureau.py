"""The bureau's desk: founding, issuing, enrolling; and nothing readable in any file but the codebook."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from tests.municipality import (
    CLOSED,
    EARLIER,
    ORGANISATION,
    TABLES,
    THEME_GROUPS,
    THEMES,
    UNITS,
    Municipality,
    demo_clock,
)
from vertrouwenswerk.errors import FileRefusedError, UsageError
from vertrouwenswerk.handoff.codebook_file import read_codebook
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import set_up_adviser, write_card
from vertrouwenswerk.usecases.bureau import (
    Agreement,
    countersign,
    countersigned_advisers,
    enrol,
    enrolled,
    found_bureau,
    label,
    read_guardian_card,
    unlock_bureau,
    write_codebook,
)
from vertrouwenswerk.usecases.guardian import create_guardian, open_guardian
from vertrouwenswerk.vault.adviser_store import MIGRATIONS
from vertrouwenswerk.vault.safe import Safe

# --- founding --------------------------------------------------------------------------------


def test_the_codebook_that_was_founded_is_that_of_the_tables(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        codebook = bureau.codebook
        assert tuple(unit.code for unit in codebook.units) == UNITS
        assert (codebook.version, codebook.threshold, codebook.minimum_headcount) == (1, 3, 10)
        assert codebook.bureau == bureau.identity.public()
        assert codebook.guardian == read_guardian_card(town.guardian_folder / "hoeder.vwcard")
    assert read_codebook(town.codebook_path.read_bytes()).codebook == codebook


@pytest.mark.parametrize("threshold", [-1, 0, 2, 101])
def test_a_threshold_under_the_floor_founds_nothing(tmp_path: Path, threshold: int) -> None:
    places = Places(tmp_path / "bureau")
    with pytest.raises(UsageError):
        found_bureau(
            places, TABLES, Agreement("X", None, threshold), Municipality.secrets("bureau"), demo_clock
        )
    assert not places.root.exists()


@pytest.mark.parametrize("name", ["", " X", "X" * 101, "a\x1b[2J", "a\u202eb"])
def test_a_hostile_or_empty_name_founds_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        found_bureau(
            Places(tmp_path / "b"),
            TABLES,
            Agreement(name, None, 3),
            Municipality.secrets("bureau"),
            demo_clock,
        )
    assert list(tmp_path.iterdir()) == []


def test_an_office_is_not_founded_over_another(town: Municipality) -> None:
    before = town.bureau_places.office_vault.read_bytes()
    with pytest.raises(UsageError):
        found_bureau(
            town.bureau_places, TABLES, Agreement("X", None, 3), Municipality.secrets("bureau"), demo_clock
        )
    assert town.bureau_places.office_vault.read_bytes() == before
    town.open_bureau().close()


def test_the_office_opens_with_its_recovery_code(tmp_path: Path) -> None:
    chosen = Municipality.secrets("bureau")
    found_bureau(Places(tmp_path), TABLES, Agreement("X", None, 3), chosen, demo_clock).close()
    with unlock_bureau(Places(tmp_path), chosen.recovery_code, demo_clock) as bureau:
        assert bureau.codebook.organisation == "X"
        assert bureau.today == demo_clock()


def test_the_codebook_is_not_given_out_before_the_guardian_signed_it(tmp_path: Path) -> None:
    files = create_guardian(tmp_path / "guardian", Municipality.secrets("guardian"))
    guardian = open_guardian(files.key_file, Municipality.passphrase("guardian"))
    agreement = Agreement("X", read_guardian_card(files.card), 3)
    chosen = Municipality.secrets("bureau")
    with found_bureau(Places(tmp_path), TABLES, agreement, chosen, demo_clock) as bureau:
        path = tmp_path / "x.vwcodebook"
        with pytest.raises(FileRefusedError) as refused:
            write_codebook(bureau, path)
        assert refused.value.reason == "not-countersigned"
        assert not path.exists()
        countersign(bureau, guardian)
        write_codebook(bureau, path)
        assert read_codebook(path.read_bytes()).is_countersigned


def test_only_the_guardian_whom_the_codebook_names_can_countersign(
    town: Municipality, tmp_path: Path
) -> None:
    files = create_guardian(tmp_path / "other", Municipality.secrets("other"))
    with town.open_bureau() as bureau, pytest.raises(FileRefusedError) as refused:
        countersign(bureau, open_guardian(files.key_file, Municipality.passphrase("other")))
    assert refused.value.reason == "another-guardian"


# --- enrolling -------------------------------------------------------------------------------


def test_advisers_are_enrolled_in_order_with_the_words_of_their_cards(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        entries = enrolled(bureau)
        assert [(entry.label, entry.is_countersigned) for entry in entries] == [
            ("VP-01", True),
            ("VP-02", True),
        ]
    for number, entry in enumerate(entries, start=1):
        with town.open_adviser(number) as adviser:
            assert adviser.words == entry.words


def test_enrolling_the_same_card_again_changes_nothing_and_returns_that_adviser(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        before = enrolled(bureau)
        (again,) = enrol(bureau, [town.cards / "2.vwcard"], town.the_guardian())
        assert again.label == "VP-02"
        assert enrolled(bureau) == before


def test_a_later_countersignature_covers_all_who_were_enrolled_before(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=2, countersigned=False)
    with town.open_bureau() as bureau:
        assert [entry.is_countersigned for entry in enrolled(bureau)] == [False, False]
        assert countersigned_advisers(bureau) == ()
        enrol(bureau, [town.new_adviser(3)], town.the_guardian())
        assert [entry.is_countersigned for entry in enrolled(bureau)] == [True, True, True]


def test_where_the_bureau_is_alone_who_is_enrolled_counts_at_once(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=2, alone=True)
    with town.open_bureau() as bureau:
        assert all(entry.is_countersigned for entry in enrolled(bureau))


def test_a_guardians_card_enrols_nobody(town: Municipality) -> None:
    with town.open_bureau() as bureau, pytest.raises(FileRefusedError) as refused:
        enrol(bureau, [town.guardian_folder / "hoeder.vwcard"], town.the_guardian())
    assert refused.value.reason == "wrong-role"


def test_enrolling_with_another_guardians_key_changes_nothing(town: Municipality, tmp_path: Path) -> None:
    files = create_guardian(tmp_path / "other", Municipality.secrets("other"))
    other = open_guardian(files.key_file, Municipality.passphrase("other"))
    card = town.new_adviser(3)
    with town.open_bureau() as bureau:
        before = bureau.office.advisers()
        with pytest.raises(FileRefusedError):
            enrol(bureau, [card], other)
        assert bureau.office.advisers() == before


def test_labels_of_advisers() -> None:
    assert [label(number) for number in (1, 42, 100, None)] == ["VP-01", "VP-42", "VP-100", "?"]


# --- nothing readable ------------------------------------------------------------------------


def spellings(text: str) -> set[bytes]:
    """Return the bytes to search for: UTF-8, UTF-16, and the inside of base64 at every offset."""
    found = {text.encode("utf-8"), text.encode("utf-16-le"), text.encode("utf-16-be")}
    plain = text.encode("utf-8")
    for offset in range(3):
        padded = base64.b64encode(b"\0" * offset + plain)
        first = -(-offset * 8 // 6)
        last = (offset + len(plain)) * 8 // 6
        found.add(padded[first:last])
        found.add(base64.urlsafe_b64encode(b"\0" * offset + plain)[first:last])
    return found


def names_of_the_codebook() -> set[str]:
    rows = [row.split(",") for text in (ORGANISATION, THEMES, THEME_GROUPS) for row in text.splitlines()[1:]]
    names = {cell for row in rows for cell in row if not cell.isdigit()}
    return {name for name in names if len(name.encode()) >= 6}


def found_in(data: bytes, texts: set[str]) -> set[str]:
    return {text for text in texts if any(spelling in data for spelling in spellings(text))}


def test_the_search_finds_what_it_looks_for_in_every_spelling() -> None:
    for start in (b"", b"x", b"xy"):
        plain = start + b"DUINEN-KLANT" + b"tail"
        for data in (plain, base64.b64encode(plain), base64.urlsafe_b64encode(plain)):
            assert found_in(b"head" + data, {"DUINEN-KLANT"}) == {"DUINEN-KLANT"}
    for coding in ("utf-16-le", "utf-16-be", "utf-16"):
        assert found_in("x DUINEN-KLANT y".encode(coding), {"DUINEN-KLANT"})
    assert found_in(b"DUINEN-KLAN", {"DUINEN-KLANT"}) == set()


def test_no_file_but_the_codebook_holds_a_name_a_code_a_passphrase_or_a_recovery_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    for variable in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR", "HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(scratch))
    town = Municipality.found(tmp_path / "town", advisers=2)
    chosen = Municipality.secrets("adviser 3")
    with set_up_adviser(
        town.adviser_places(3), read_codebook(town.codebook_path.read_bytes()), chosen, demo_clock
    ) as adviser:
        write_card(adviser, town.cards / "3.vwcard")
    written: dict[str, bytes] = {}

    def keep() -> None:
        """Keep what every file holds at this moment, those that will be gone again too."""
        for path in tmp_path.rglob("*"):
            if path.is_file():
                name = f"{path.relative_to(tmp_path)}"
                written[name] = written.get(name, b"") + path.read_bytes()

    with town.open_bureau() as bureau:
        enrol(bureau, [town.cards / "3.vwcard"], town.the_guardian())
        keep()
    for number in (1, 2, 3):
        with town.open_adviser(number):
            keep()
        for quarter in (EARLIER, CLOSED):
            town.hand_in(number, quarter, ("DUINEN-KLANT", "PESTEN", 9), ("HAVENS-KADE-1", "BELANG", 4))
    town.take_in()
    town.sit()
    with Safe.unlock(town.adviser_places(3).adviser_vault, chosen.recovery_code, MIGRATIONS) as safe:
        with safe.engine.begin() as connection:  # a transaction under way, so that a journal is there
            connection.exec_driver_sql("UPDATE tally SET count = count + 1")
            connection.exec_driver_sql("PRAGMA cache_spill = 1")
            keep()
        keep()
    keep()
    kinds = {Path(name).suffix for name in written}
    assert {".vault", ".slots", ".lock", ".vwkey", ".vwcard", ".vwsummary", ".vwcodebook"} <= kinds
    assert any(name.endswith("-journal") for name in written), sorted(written)
    assert scratch.exists()
    names = names_of_the_codebook()
    assert len(names) > 25
    secrets = {
        Municipality.passphrase(who) for who in ("bureau", "guardian", "adviser 1", "adviser 2", "adviser 3")
    }
    code = chosen.recovery_code
    secrets |= {code, code.replace("-", ""), code.lower()}
    codebook = written.pop("town/noordkust.vwcodebook")
    assert found_in(codebook, names) == names
    assert found_in(codebook, secrets) == set()
    leaks = {name: found_in(data, names | secrets) for name, data in written.items()}
    assert {name: leak for name, leak in leaks.items() if leak} == {}


def test_a_threshold_of_the_agreement_is_that_of_the_tables_shown(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, threshold=7)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 6))
    town.take_in()
    assert town.sit().table.shown == {}
    town.hand_in(1, EARLIER, ("DUINEN-KLANT", "PESTEN", 1))
    town.take_in()
    assert town.sit().table.count("*", "*") == 7
    assert replace(town, threshold=7) == town
