"""Recording: by code, name or digit, into quarters that exist, and only sensible numbers."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, RUNNING, Municipality, demo_clock, identity, sign_codebook
from vertrouwenswerk.domain.codebook import EndedUnit, Unit
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import MAX_TIMES, OwnTally
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import FileRefusedError, UsageError
from vertrouwenswerk.handoff.codebook_file import SignedCodebook, countersign_codebook, issue_codebook
from vertrouwenswerk.usecases.adviser import (
    Adviser,
    Recorded,
    fingerprints,
    own_tallies,
    read_codebook_file,
    record,
    remove,
    set_up_adviser,
    take_codebook,
    used_lately,
)
from vertrouwenswerk.usecases.handing_in import QuarterState, export, quarter_states


@pytest.fixture
def adviser(town: Municipality) -> Adviser:
    return town.open_adviser()


def hint_of(adviser: Adviser, theme: str, unit: str) -> str:
    with pytest.raises(UsageError) as refused:
        record(adviser, theme=theme, unit=unit)
    assert own_tallies(adviser) == ()
    return refused.value.hint


@pytest.mark.parametrize("theme", ["PESTEN", "pesten", "1", "Pesterij", " pesterij ", "bullying"])
@pytest.mark.parametrize("unit", ["HAVENS-KADE-1", "havens-kade-1", "Sleepdienst", " SLEEPDIENST "])
def test_theme_and_unit_go_by_code_name_or_digit(adviser: Adviser, theme: str, unit: str) -> None:
    assert record(adviser, theme=theme, unit=unit) == Recorded(
        RUNNING, "HAVENS-KADE-1", "PESTEN", 1, asked="HAVENS-KADE-1"
    )


@pytest.mark.parametrize("unit", ["*", "niet genoemd", "Not Named"])
def test_a_department_need_not_be_named(adviser: Adviser, unit: str) -> None:
    assert record(adviser, theme="2", unit=unit).unit == ROOT


def test_a_signal_may_be_of_any_level(adviser: Adviser) -> None:
    for unit in ("HAVENS", "HAVENS-KADE", "HAVENS-KADE-1"):
        assert record(adviser, theme="PESTEN", unit=unit).unit == unit


@pytest.mark.parametrize(
    ("unit", "near"),
    [("HAVENS-KADE-9", "HAVENS-KADE-1"), ("Slepdienst", "HAVENS-KADE-1"), ("klantenservis", "DUINEN-KLANT")],
)
def test_an_unknown_unit_gets_the_nearest_suggestions(adviser: Adviser, unit: str, near: str) -> None:
    assert near in hint_of(adviser, "PESTEN", unit)


@pytest.mark.parametrize(
    ("theme", "near"), [("PESTN", "PESTEN"), ("agresie", "GEWELD"), ("frauds", "FRAUDE")]
)
def test_an_unknown_theme_gets_the_nearest_suggestions(adviser: Adviser, theme: str, near: str) -> None:
    assert near in hint_of(adviser, theme, ROOT)


@pytest.mark.parametrize("theme", ["", "9", "0", "5", "xyzzy", "OMGANG", "*"])
def test_what_is_like_no_theme_is_refused_and_a_group_is_no_theme(adviser: Adviser, theme: str) -> None:
    assert hint_of(adviser, theme, ROOT)


def test_what_is_like_no_unit_is_refused(adviser: Adviser) -> None:
    for unit in ("", "xyzzy", "q" * 10_000):
        assert hint_of(adviser, "PESTEN", unit)


def test_a_name_that_two_units_have_is_never_guessed(adviser: Adviser) -> None:
    hint = hint_of(adviser, "PESTEN", "stafbureau")
    assert "HAVENS-STAF" in hint
    assert "DUINEN-BRON" in hint


def test_a_quarter_yet_to_begin_is_refused_and_the_running_and_past_ones_are_not(adviser: Adviser) -> None:
    for quarter in (RUNNING.next(), Quarter(2199, 4)):
        with pytest.raises(UsageError):
            record(adviser, theme="PESTEN", unit=ROOT, quarter=quarter)
    assert own_tallies(adviser) == ()
    for quarter in (RUNNING, CLOSED, Quarter(2000, 1)):
        assert record(adviser, theme="PESTEN", unit=ROOT, quarter=quarter).quarter == quarter


def test_without_a_quarter_the_running_one_is_meant(adviser: Adviser) -> None:
    assert record(adviser, theme="PESTEN", unit=ROOT).quarter == RUNNING


@pytest.mark.parametrize("times", [0, -1, MAX_TIMES + 1, 10_000, 10**20])
def test_a_number_of_times_that_is_not_1_to_99_is_refused(adviser: Adviser, times: int) -> None:
    for action in (record, remove):
        with pytest.raises(UsageError):
            action(adviser, theme="PESTEN", unit=ROOT, times=times)
    assert own_tallies(adviser) == ()


def test_a_cell_never_counts_over_9999(adviser: Adviser) -> None:
    for _time in range(101):
        record(adviser, theme="PESTEN", unit=ROOT, times=99)
    with pytest.raises(UsageError):
        record(adviser, theme="PESTEN", unit=ROOT, times=1)
    assert [tally.count for tally in own_tallies(adviser)] == [9999]


def test_what_was_recorded_can_be_taken_back_but_not_more_than_that(adviser: Adviser) -> None:
    record(adviser, theme="PESTEN", unit="DUINEN", times=3)
    assert remove(adviser, theme="1", unit="duinwaterleiding", times=2).count == 1
    with pytest.raises(UsageError):
        remove(adviser, theme="PESTEN", unit="DUINEN", times=2)
    assert own_tallies(adviser) == (OwnTally(RUNNING, "DUINEN", "PESTEN", 1),)
    assert remove(adviser, theme="PESTEN", unit="DUINEN").count == 0
    assert own_tallies(adviser) == ()


def test_own_tallies_are_there_again_after_locking_and_by_quarter_and_year(town: Municipality) -> None:
    past = Quarter(2025, 2)
    town.count(1, CLOSED, ("DUINEN", "PESTEN", 2), (ROOT, "FRAUDE", 1))
    town.count(1, past, ("HAVENS", "GEWELD", 4))
    with town.open_adviser() as adviser:
        assert own_tallies(adviser, quarter=past) == (OwnTally(past, "HAVENS", "GEWELD", 4),)
        assert own_tallies(adviser, year=2026) == (
            OwnTally(CLOSED, ROOT, "FRAUDE", 1),
            OwnTally(CLOSED, "DUINEN", "PESTEN", 2),
        )
        assert len(own_tallies(adviser)) == 3
        assert own_tallies(adviser, quarter=EARLIER) == ()
    with town.open_adviser(2) as other:
        assert own_tallies(other) == ()


def test_recent_units_are_those_of_this_quarter_and_the_last_by_code(adviser: Adviser) -> None:
    for unit, quarter in (
        ("HAVENS", RUNNING),
        ("DUINEN-KLANT", CLOSED),
        ("DUINEN", RUNNING),
        ("HAVENS", CLOSED),
        ("HAVENS-KADE", EARLIER),
    ):
        record(adviser, theme="PESTEN", unit=unit, quarter=quarter)
    lately = used_lately(own_tallies(adviser), Quarter.of(adviser.today))
    assert lately == ("DUINEN", "DUINEN-KLANT", "HAVENS")


# --- enrolment and codebooks -----------------------------------------------------------------


def test_fingerprints_to_compare_are_those_that_bureau_and_guardian_see(town: Municipality) -> None:
    words = fingerprints(read_codebook_file(town.codebook_path).codebook)
    assert words.guardian == town.the_guardian().words
    assert words.bureau != words.guardian
    with town.open_adviser() as adviser:
        assert fingerprints(adviser.codebook) == words


def test_where_the_bureau_opens_alone_there_is_no_fingerprint_of_a_guardian(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, alone=True)
    assert fingerprints(read_codebook_file(town.codebook_path).codebook).guardian is None


def test_nobody_enrols_with_a_codebook_that_the_guardian_has_not_signed(
    town: Municipality, tmp_path: Path
) -> None:
    with town.open_bureau() as bureau:
        bare = issue_codebook(bureau.codebook, bureau.identity)
    path = tmp_path / "bare.vwcodebook"
    path.write_bytes(bare.to_bytes())
    with pytest.raises(FileRefusedError):
        read_codebook_file(path)
    with pytest.raises(FileRefusedError):
        set_up_adviser(town.adviser_places(9), bare, town.secrets("adviser 9"), demo_clock)
    assert not town.adviser_places(9).adviser_vault.exists()


def newer(town: Municipality, **changes: object) -> SignedCodebook:
    with town.open_bureau() as bureau:
        codebook = replace(bureau.codebook, version=2, **changes)  # type: ignore[arg-type]
        return countersign_codebook(issue_codebook(codebook, bureau.identity), town.the_guardian().identity)


def test_a_newer_codebook_is_taken_and_stays_after_locking(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        units = (*bureau.codebook.units, Unit(99, "NIEUWB", None, "Nieuwbouw", 20))
    with town.open_adviser() as adviser:
        take_codebook(adviser, newer(town, units=units))
        assert record(adviser, theme="PESTEN", unit="nieuwbouw").unit == "NIEUWB"
    with town.open_adviser() as adviser:
        assert adviser.codebook.version == 2
        assert own_tallies(adviser) == (OwnTally(RUNNING, "NIEUWB", "PESTEN", 1),)


def test_an_alias_finds_its_unit_and_a_shared_one_is_never_guessed(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        aliases = {"DUINEN-KLANT": ("KCC", "Balie"), "HAVENS-KADE-1": ("Balie",)}
        units = tuple(replace(unit, aliases=aliases.get(unit.code, ())) for unit in bureau.codebook.units)
    with town.open_adviser() as adviser:
        take_codebook(adviser, newer(town, units=units))
        assert all(near in hint_of(adviser, "1", "balie") for near in ("DUINEN-KLANT", "HAVENS-KADE-1"))
        assert "DUINEN-KLANT (Klantenservice)" in hint_of(adviser, "1", "kccc")
        assert record(adviser, theme="1", unit=" kcc ").unit == "DUINEN-KLANT"


def test_a_refused_codebook_changes_nothing(town: Municipality) -> None:
    stranger = identity(9)
    with town.open_bureau() as bureau:
        forged = sign_codebook(
            replace(bureau.codebook, version=2, bureau=stranger.public()), stranger, stranger
        )
        codebook = replace(bureau.codebook, version=2, guardian=stranger.public())
        hijacked = sign_codebook(codebook, bureau.identity, stranger)
    with town.open_adviser() as adviser:
        before = adviser.vault.codebook_file()
        for offered in (forged, hijacked):
            with pytest.raises(FileRefusedError):
                take_codebook(adviser, offered)
        assert adviser.codebook.version == 1
        assert adviser.vault.codebook_file() == before


def test_a_newer_codebook_does_not_make_a_handed_in_quarter_look_changed(town: Municipality) -> None:
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 2))
    with town.open_bureau() as bureau:
        units = (Unit(99, "NIEUWB", None, "Nieuwbouw", 20), *bureau.codebook.units)
    with town.open_adviser() as adviser:
        take_codebook(adviser, newer(town, units=units))
        assert quarter_states(adviser)[CLOSED] is QuarterState.EXPORTED


def test_after_a_reorganisation_tallies_are_handed_in_under_the_successor(town: Municipality) -> None:
    town.count_in_the_very_cell(1, CLOSED, ("HAVENS-STAF-1", "PESTEN", 2), ("HAVENS-STAF-2", "PESTEN", 1))
    with town.open_bureau() as bureau:
        units = tuple(
            replace(unit, headcount=None) if unit.code == "HAVENS-STAF" else unit
            for unit in bureau.codebook.units
            if unit.code != "HAVENS-STAF-2"
        )
    signed = newer(town, units=units, ended_units=(EndedUnit(7, "HAVENS-STAF-2", "HAVENS-STAF-1"),))
    with town.open_adviser() as adviser:
        take_codebook(adviser, signed)
        assert own_tallies(adviser) == (OwnTally(CLOSED, "HAVENS-STAF-1", "PESTEN", 3),)
        export(adviser, CLOSED, town.inbox)
