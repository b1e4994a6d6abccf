"""Follow-up of findings: states and quarters that stay, whatever else changes, and nothing besides."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, RUNNING, Municipality
from tests.telling import finding, tell
from vertrouwenswerk.domain.follow_up import FollowUp, Step
from vertrouwenswerk.errors import DamagedVaultError, UsageError
from vertrouwenswerk.handoff.codebook_file import countersign_codebook, issue_codebook
from vertrouwenswerk.patterns.notices import Question
from vertrouwenswerk.usecases import clock
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.usecases.following_up import Courses, follow_up, look_at_follow_up
from vertrouwenswerk.usecases.pattern_looking import look_at_patterns
from vertrouwenswerk.vault.follow_up import follow_ups

UNIT, THEME = "DUINEN-KLANT", "PESTEN"
RISE = finding(UNIT, THEME, CLOSED, 8)
BEFORE = finding(UNIT, THEME, EARLIER, 6, years=5)
OTHER = finding("HAVENS", "OMGANG", CLOSED, 12, question="rising", years=5)


@pytest.fixture
def town(tmp_path: Path) -> Municipality:
    town = Municipality.found(tmp_path / "town")
    tell(town, 1, BEFORE)
    tell(town, 2, RISE, OTHER)
    return town


def look(bureau: Bureau) -> Courses:
    return look_at_follow_up(bureau, look_at_patterns(bureau))


def test_a_finding_is_new_until_the_bureau_says_otherwise(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        assert [course.steps for course in look(bureau).current] == [(), ()]


def test_a_state_is_kept_with_the_quarter_of_the_clock_when_the_office_was_locked_between(
    town: Municipality,
) -> None:
    with town.open_bureau() as bureau:
        done = follow_up(bureau, Question.SIZE, UNIT, THEME, FollowUp.DISCUSSING)
        assert done.changed
    with town.open_bureau() as bureau:
        assert [course.steps for course in look(bureau).current] == [done.steps, ()]
    assert done.steps == (Step(FollowUp.DISCUSSING, RUNNING),)


def test_a_step_back_is_kept_beside_the_mistake_and_the_same_state_twice_changes_nothing(
    town: Municipality,
) -> None:
    states = (FollowUp.CLOSED, FollowUp.MEASURE, FollowUp.MEASURE, FollowUp.NEW, FollowUp.NEW)
    with town.open_bureau() as bureau:
        changed = [follow_up(bureau, Question.SIZE, UNIT, THEME, state).changed for state in states]
        (course, _other) = look(bureau).current
    assert changed == [True, True, False, True, False]
    assert [step.state for step in course.steps] == [FollowUp.CLOSED, FollowUp.MEASURE, FollowUp.NEW]


@pytest.mark.parametrize(
    "wanted",
    [
        (Question.THEME, UNIT, THEME),
        (Question.SIZE, "HAVENS", THEME),
        (Question.SIZE, UNIT, "*"),
        (Question.SIZE, "", ""),
    ],
)
def test_what_no_picture_ever_told_is_refused_and_nothing_is_written(
    town: Municipality, wanted: tuple[Question, str, str]
) -> None:
    with town.open_bureau() as bureau:
        with pytest.raises(UsageError) as refused:
            follow_up(bureau, *wanted, FollowUp.CLOSED)
        assert "patterns --json" in refused.value.hint
        assert follow_ups(bureau.office.safe) == {}


def test_what_earlier_pictures_told_of_it_comes_back_as_they_told_it(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        rise, other = look(bureau).current
    assert [(told.picture, told.finding.seen, told.finding.window.last) for told in rise.earlier] == [
        (1, 6, EARLIER)
    ]
    assert other.earlier == ()


def test_what_no_longer_stands_out_stays_in_sight_until_its_follow_up_is_closed(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    with town.open_bureau() as bureau:
        follow_up(bureau, Question.RISING, "HAVENS", "OMGANG", FollowUp.AFTER_CARE_1)
    tell(town, 3)
    with town.open_bureau() as bureau:
        courses = look(bureau)
        assert courses.current == ()
        (left,) = courses.open
        assert (left.told.picture, left.told.finding.unit) == (2, "HAVENS")
        follow_up(bureau, Question.RISING, "HAVENS", "OMGANG", FollowUp.CLOSED)
        assert len(look(bureau).open) == 1, "a mistake can be put right in the same quarter"
        monkeypatch.setattr(clock, "DEMO_TODAY", clock.DEMO_TODAY + timedelta(days=90))
        assert look(bureau).open == ()


def test_the_follow_up_goes_with_the_unit_when_a_newer_codebook_calls_it_otherwise(
    town: Municipality,
) -> None:
    with town.open_bureau() as bureau:
        follow_up(bureau, Question.SIZE, UNIT, THEME, FollowUp.DISCUSSED)
        units = tuple(
            replace(unit, code="DUINEN-BALIE") if unit.code == UNIT else unit
            for unit in bureau.codebook.units
        )
        issued = issue_codebook(replace(bureau.codebook, version=2, units=units), bureau.identity)
        newer = countersign_codebook(issued, town.the_guardian().identity)
        bureau.office.put_codebook(2, newer.digest, newer.to_bytes())
    tell(town, 3, replace(RISE, unit="DUINEN-BALIE"))
    with town.open_bureau() as bureau:
        (course,) = look(bureau).current
        assert [step.state for step in course.steps] == [FollowUp.DISCUSSED]
        assert [told.picture for told in course.earlier] == [2, 1]
        follow_up(bureau, Question.SIZE, UNIT, THEME, FollowUp.MEASURE)
        assert len(look(bureau).current[0].steps) == 2, "also by the code that an earlier picture used"


def test_an_earlier_picture_whose_tables_do_not_bear_out_what_it_told_is_damaged(town: Municipality) -> None:
    tell(town, 1, BEFORE, replace(BEFORE, seen=7))
    with town.open_bureau() as bureau:
        view = look_at_patterns(bureau)
        with pytest.raises(DamagedVaultError):
            look_at_follow_up(bureau, view)
        with pytest.raises(DamagedVaultError):
            follow_up(bureau, Question.SIZE, UNIT, THEME, FollowUp.CLOSED)
        assert follow_ups(bureau.office.safe) == {}
