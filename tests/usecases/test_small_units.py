"""A signal from a small unit is counted under the nearest unit above that is not small."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.municipality import (
    ABOVE_SMALL,
    CLOSED,
    RUNNING,
    SMALL,
    TABLES,
    Municipality,
    demo_clock,
    identity,
    make_codebook,
)
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.small_units import countable_unit, warning_of_unplaced, why_taken_up
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.usecases.adviser import (
    Recorded,
    own_tallies,
    put_back,
    record,
    record_many,
    remove,
    unlock_adviser,
)
from vertrouwenswerk.usecases.bureau import Tables
from vertrouwenswerk.usecases.demo import DemoPlaces, DemoPlan, make_demo
from vertrouwenswerk.usecases.demo_world import make_world
from vertrouwenswerk.usecases.handing_in import preview
from vertrouwenswerk.vault.adviser_store import Change

CODEBOOK = make_codebook(identity(1).public(), identity(2).public())


def with_heads(**heads: int | None) -> Codebook:
    """Return the codebook with other headcounts; ``_`` stands for the dash in a code."""
    wanted = {code.replace("_", "-"): number for code, number in heads.items()}
    units = [replace(u, headcount=wanted.get(u.code, u.headcount)) for u in CODEBOOK.units]
    return replace(CODEBOOK, units=tuple(units))


# --- where it counts -------------------------------------------------------------------------


def test_a_unit_that_is_not_small_counts_itself_and_not_named_stays_so() -> None:
    counted = {code: countable_unit(CODEBOOK, code) for code in CODEBOOK.recordable_units}
    assert counted.pop(SMALL) == ABOVE_SMALL
    assert all(code == above for code, above in counted.items())
    assert counted[ROOT] == ROOT


@pytest.mark.parametrize(
    ("people", "counted"), [(0, ABOVE_SMALL), (9, ABOVE_SMALL), (10, SMALL), (None, ABOVE_SMALL)]
)
def test_fewer_people_than_the_least_or_an_unknown_number_is_small(people: int | None, counted: str) -> None:
    assert countable_unit(with_heads(HAVENS_STAF_2=people), SMALL) == counted


def test_the_nearest_unit_above_that_is_not_small_counts() -> None:
    assert countable_unit(with_heads(HAVENS_STAF=9), SMALL) == "HAVENS"
    assert countable_unit(with_heads(HAVENS_STAF=None), SMALL) == "HAVENS"
    assert countable_unit(with_heads(HAVENS=3), SMALL) == ABOVE_SMALL
    assert countable_unit(with_heads(HAVENS_STAF=9, HAVENS=None), SMALL) == ROOT
    assert countable_unit(with_heads(HAVENS_STAF=9, HAVENS=None), "HAVENS-STAF-1") == "HAVENS-STAF-1"


@pytest.mark.usefixtures("english")
def test_one_line_says_which_unit_why_and_where_it_counts() -> None:
    known = "Vertaaldienst has fewer than 10 people; counted under Stafbureau."
    assert why_taken_up(CODEBOOK, SMALL) == known
    assert why_taken_up(with_heads(HAVENS_STAF_2=None), SMALL).startswith("It is not known how many people")
    nowhere = with_heads(HAVENS_STAF=9, HAVENS=9)
    assert why_taken_up(nowhere, SMALL).endswith("10 people; counted as not named.")
    assert why_taken_up(nowhere, "HAVENS").startswith("Havenbedrijf Noordkust has fewer")


# --- what is stored --------------------------------------------------------------------------


def test_recording_tells_the_unit_that_counts_and_the_one_that_was_meant(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        done = record(adviser, theme="PESTEN", unit="vertaaldienst", times=2)
        assert done == Recorded(RUNNING, ABOVE_SMALL, "PESTEN", 2, asked=SMALL)
        assert record(adviser, theme="PESTEN", unit=ABOVE_SMALL).count == 3
        assert own_tallies(adviser) == (OwnTally(RUNNING, ABOVE_SMALL, "PESTEN", 3),)


def test_many_signals_at_once_count_where_each_alone_would(town: Municipality) -> None:
    places = [(unit, theme) for unit in CODEBOOK.recordable_units for theme in ("PESTEN", "FRAUDE")]
    with town.open_adviser(1) as adviser:
        record_many(adviser, [Change(CLOSED, unit, theme, 3) for unit, theme in places])
        at_once = own_tallies(adviser)
    with town.open_adviser(2) as adviser:
        for unit, theme in places:
            record(adviser, theme=theme, unit=unit, quarter=CLOSED, times=3)
        assert own_tallies(adviser) == at_once
    assert sum(tally.count for tally in at_once) == 3 * len(places)
    assert SMALL not in {tally.unit for tally in at_once}


def test_many_signals_at_once_are_refused_whole_when_one_is_of_a_coming_quarter(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        changes = [Change(quarter, SMALL, "PESTEN", 1) for quarter in (CLOSED, RUNNING.next())]
        with pytest.raises(UsageError):
            record_many(adviser, changes)
        assert own_tallies(adviser) == ()


def test_removing_from_a_small_unit_takes_away_what_recording_counted(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        record(adviser, theme="PESTEN", unit=SMALL, times=2)
        assert remove(adviser, theme="PESTEN", unit=SMALL) == Recorded(
            RUNNING, ABOVE_SMALL, "PESTEN", 1, asked=SMALL
        )


def test_removing_takes_a_tally_from_before_out_of_the_small_unit_itself(town: Municipality) -> None:
    town.count_in_the_very_cell(1, RUNNING, (SMALL, "PESTEN", 2), (ABOVE_SMALL, "PESTEN", 5))
    with town.open_adviser() as adviser:
        assert remove(adviser, theme="PESTEN", unit=SMALL, times=2).unit == SMALL
        assert own_tallies(adviser) == (OwnTally(RUNNING, ABOVE_SMALL, "PESTEN", 5),)
        assert remove(adviser, theme="PESTEN", unit=SMALL).unit == ABOVE_SMALL
        with pytest.raises(UsageError):
            remove(adviser, theme="FRAUDE", unit=SMALL)


def test_what_was_taken_away_is_put_back_in_its_very_cell(town: Municipality) -> None:
    town.count_in_the_very_cell(1, CLOSED, (SMALL, "PESTEN", 2))
    with town.open_adviser() as adviser:
        before = own_tallies(adviser)
        done = remove(adviser, theme="PESTEN", unit=SMALL, quarter=CLOSED, times=2)
        put_back(adviser, theme=done.theme, unit=done.unit, quarter=done.quarter, times=2)
        assert own_tallies(adviser) == before


def test_tallies_from_before_are_handed_in_as_they_are(town: Municipality) -> None:
    town.count_in_the_very_cell(1, CLOSED, (SMALL, "PESTEN", 2))
    with town.open_adviser() as adviser:
        assert preview(adviser, CLOSED).lines == (OwnTally(CLOSED, SMALL, "PESTEN", 2),)


def test_the_demo_records_by_the_same_rule(tmp_path: Path) -> None:
    plan = DemoPlan(tmp_path / "demo", advisers=1, quarters=6, seed=1)
    make_demo(plan, lambda _stage, _done, _total: None)
    places = DemoPlaces(plan.folder)
    secret = places.passphrase_file("adviser").read_text(encoding="utf-8").strip()
    with unlock_adviser(places.adviser(1), secret, demo_clock) as adviser:
        book, tallies = adviser.codebook, own_tallies(adviser)
    world = make_world(book, plan.closed_quarters, 1, plan.seed)[0]
    assert any(book.is_small(unit) for _quarter, unit, _theme in world), "choose another seed"
    assert not any(book.is_small(tally.unit) for tally in tallies)
    assert sum(tally.count for tally in tallies) == sum(world.values())


def test_the_bureau_is_warned_of_units_whose_signals_can_only_count_as_not_named() -> None:
    keys = identity(1).public()
    assert warning_of_unplaced(make_codebook(keys, None)) == ""
    without = b"code,parent,name,headcount\nA,,Afdeling,\nB,A,Bureau,\nC,,Centrum,40\n"
    table = Tables(without, TABLES.themes, TABLES.theme_groups)
    assert warning_of_unplaced(make_codebook(keys, None, table)).startswith("2 onderdelen zijn")
