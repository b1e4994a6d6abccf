"""Pictures together: whatever was published, nothing small and no change of few is proven.

Judged, after every picture, by an auditor that shares no code with the product.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.linked_auditor import Numbers, Suspect, Table, Trees
from tests.disclosure.random_stories import tell
from tests.disclosure.stories import Story
from vertrouwenswerk.disclosure.protect import Published, protect_picture
from vertrouwenswerk.disclosure.release_plan import planned_tables
from vertrouwenswerk.domain.quarter import Quarter

SEEDS = st.integers(0, 10**6)
NEWEST = Quarter(2026, 4).index
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def check_picture(story: Story) -> None:
    """Check what the last sitting published: true, not small, and nothing new is proven of anything."""
    auditor = story.auditor()
    for table in story.newest_tables():
        members = auditor.members(table)
        for (unit, theme), count in table.shown.items():
            assert auditor.count(members[unit, theme]) == count >= story.threshold
            assert unit not in table.trees.small_units
    assert story.newly_proven() == {}


# --- random stories --------------------------------------------------------------------------


@settings(max_examples=16, deadline=None, derandomize=True, database=None)
@given(SEEDS)
def test_after_every_picture_of_a_random_story_nothing_new_is_proven(seed: int) -> None:
    for story in tell(seed):
        check_picture(story)


@pytest.mark.parametrize("seed", [4, 8, 10, 25, 32, 34, 37, 41, 50])
def test_stories_that_once_gave_a_change_away_no_longer_do(seed: int) -> None:
    for story in tell(seed):
        check_picture(story)


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(SEEDS, st.integers(0, 10**6))
def test_another_order_of_units_is_as_safe(seed: int, order: int) -> None:
    for story in tell(seed, order=order):
        check_picture(story)


@settings(max_examples=4, deadline=None, derandomize=True, database=None)
@given(SEEDS, st.sampled_from([4, 6, 9]))
def test_a_larger_threshold_shows_no_cell_that_is_hidden_for_being_small(seed: int, threshold: int) -> None:
    for smaller, larger in zip(tell(seed), tell(seed, least=threshold), strict=True):
        auditor = larger.auditor()
        for low, high in zip(smaller.newest_tables(), larger.newest_tables(), strict=True):
            members = auditor.members(high)
            small = {cell for cell, leaves in members.items() if auditor.count(leaves) < smaller.threshold}
            assert small.isdisjoint(low.shown)
            assert small.isdisjoint(high.shown)
            assert all(count >= larger.threshold for count in high.shown.values())


def _turned_round(mapping: Mapping[_Key, _Value]) -> dict[_Key, _Value]:
    return dict(reversed(list(mapping.items())))


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(SEEDS)
def test_the_same_history_in_another_order_gives_the_same_picture(seed: int) -> None:
    *_all, story = tell(seed)
    last = len(story.pictures)
    plan_spans = [one.span for one in story.published if one.span.sitting == last]
    earlier = [one for one in story.published if one.span.sitting < last]
    newest = Quarter.from_index(max(span.last for span in plan_spans))
    plan = planned_tables(story.version, last, newest, [one.span for one in earlier])
    history = story.history()
    again = dataclasses.replace(
        history,
        versions=_turned_round(history.versions),
        arrivals=history.arrivals[::-1],
        added={n: _turned_round(places) for n, places in _turned_round(history.added).items()},
        withdrawn={n: _turned_round(places) for n, places in _turned_round(history.withdrawn).items()},
    )
    turned = [Published(one.span, _turned_round(one.shown)) for one in reversed(earlier)]
    made = protect_picture(again, story.threshold, plan, turned)
    assert made == story.pictures[-1]
    assert repr([sorted(t.shown.items()) for t in made.tables]) == repr(
        [sorted(t.shown.items()) for t in story.pictures[-1].tables]
    )


# --- by hand ---------------------------------------------------------------------------------

TOWN = Trees(
    {"C": None, "C1": "C", "C2": "C", "D": None, "D1": "D"},
    {"G": None, "a": "G", "b": "G", "c": None},
    {0: "*", 1: "C", 2: "C1", 3: "C2", 4: "D", 5: "D1"},
    {1: "a", 2: "b", 3: "c"},
)
BUSY = {(2, 1): 4, (2, 2): 3, (3, 1): 5, (5, 3): 6, (5, 1): 3}
DESK = (2, 1)


def _town(advisers: int = 4) -> Story:
    """Return a story before its first sitting: so many advisers handed four busy quarters in."""
    story = Story({1: TOWN})
    for adviser in range(1, advisers + 1):
        for quarter in range(NEWEST - 3, NEWEST + 1):
            story.hand_in(adviser, quarter, BUSY)
    return story


def _changes(story: Story) -> list[Suspect]:
    found = story.auditor().suspects(story.tables, story.threshold)
    return [suspect for suspect in found if suspect.where.startswith(("added", "taken back"))]


def _with_more(count: int, place: Numbers = DESK) -> dict[Numbers, int]:
    return {**BUSY, place: BUSY.get(place, 0) + count}


@pytest.mark.parametrize("later", [0, 1], ids=["in the same quarter", "in the next quarter"])
@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_two_pictures_around_a_lone_late_delivery_prove_nothing_of_what_it_added(
    count: int, later: int
) -> None:
    story = _town()
    story.sit(NEWEST)
    story.hand_in(9, NEWEST, {DESK: count})
    if later:
        for adviser in range(1, 5):
            story.hand_in(adviser, NEWEST + 1, BUSY)
    story.sit(NEWEST + later)
    suspects = _changes(story)
    assert {suspect.count for suspect in suspects} == {count}
    assert story.auditor().proven(story.tables, suspects) == {}
    check_picture(story)
    assert any(len(table.shown) > 5 for table in story.newest_tables()), "safe by hiding too much"


@pytest.mark.parametrize("count", [1, 4])
def test_two_pictures_around_a_lone_correction_downward_prove_nothing_of_what_it_took_back(
    count: int,
) -> None:
    story = _town()
    story.sit(NEWEST)
    story.hand_in(1, NEWEST, _with_more(-count))
    story.sit(NEWEST)
    assert {suspect.count for suspect in _changes(story)} == {count}
    check_picture(story)


def test_a_change_by_three_advisers_that_is_not_small_is_seen_in_the_next_picture() -> None:
    story = _town()
    story.sit(NEWEST)
    for adviser in (1, 2, 3):
        story.hand_in(adviser, NEWEST, _with_more(4))
    story.sit(NEWEST)
    check_picture(story)
    assert story.tables[-1].shown["*", "*"] == 16 * 21 + 12


def test_a_quarter_that_one_adviser_hands_in_after_it_was_published_empty_is_not_given_away() -> None:
    story = Story({1: TOWN})
    for adviser in range(1, 5):
        for quarter in range(NEWEST - 2, NEWEST + 1):
            story.hand_in(adviser, quarter, BUSY)
    story.sit(NEWEST)
    story.hand_in(9, NEWEST - 3, {DESK: 30})
    story.sit(NEWEST)
    assert {suspect.count for suspect in _changes(story)} == {30}
    check_picture(story)


def test_two_quarters_that_one_adviser_hands_in_late_are_not_given_away_as_a_sum() -> None:
    story = _town()
    story.sit(NEWEST)
    for adviser in range(1, 5):
        story.hand_in(adviser, NEWEST + 1, BUSY)
        story.hand_in(adviser, NEWEST - 3, _with_more(2))
    story.hand_in(9, NEWEST, {DESK: 20})
    story.hand_in(9, NEWEST - 1, {DESK: 10})
    story.sit(NEWEST + 1)
    assert 30 in {suspect.count for suspect in _changes(story)}
    check_picture(story)


def test_what_one_adviser_adds_little_by_little_is_not_given_away_by_pictures_further_apart() -> None:
    story = _town()
    story.sit(NEWEST)
    for more in (1, 2, 3):
        story.hand_in(1, NEWEST, _with_more(more))
        story.sit(NEWEST)
        assert more in {suspect.count for suspect in _changes(story)}
        check_picture(story)


def test_one_quarter_that_two_windows_share_is_not_given_away() -> None:
    story = Story({1: TOWN})
    for quarter in range(NEWEST - 3, NEWEST + 4):
        tallies: dict[Numbers, int] = {(5, 3): 1, DESK: 2} if quarter == NEWEST - 3 else BUSY
        story.hand_in(1, quarter, tallies)
    for newest in range(NEWEST, NEWEST + 4):
        story.sit(newest)
        check_picture(story)


def test_a_unit_that_ended_and_one_that_moved_are_not_given_away_by_pictures_from_before() -> None:
    after = dataclasses.replace(
        TOWN,
        units={"C": None, "C1": "C", "D": None, "D1": "C", "D2": "D"},
        unit_code={0: "*", 1: "C", 2: "C1", 3: "C1", 4: "D", 5: "D1", 6: "D2"},
    )
    story = Story({1: TOWN, 2: after})
    tallies: dict[Numbers, int] = {(2, 1): 2, (3, 1): 1, (5, 3): 4, (4, 1): 1}
    for adviser in range(1, 4):
        for quarter in range(NEWEST - 3, NEWEST + 1):
            story.hand_in(adviser, quarter, tallies if quarter < NEWEST else {(3, 1): 1, (5, 3): 1})
    story.sit(NEWEST)
    check_picture(story)
    story.version = 2
    story.sit(NEWEST)
    check_picture(story)
    for adviser in range(1, 4):
        story.hand_in(adviser, NEWEST + 1, {(6, 1): 2, (2, 1): 1})
    story.sit(NEWEST + 1)
    check_picture(story)


def test_a_threshold_that_was_raised_gives_nothing_more_away_than_the_pictures_before_it() -> None:
    story = _town(1)
    story.sit(NEWEST)
    check_picture(story)
    story.threshold = 7
    for adviser in (1, 2, 3):
        story.hand_in(adviser, NEWEST + 1, BUSY)
    protected = story.sit(NEWEST + 1)
    check_picture(story)
    assert protected.certificate.threshold == 7
    assert protected.certificate.proven_before > 0


def test_a_picture_after_the_pool_was_lost_and_made_again_is_as_safe() -> None:
    story = _town(1)
    story.sit(NEWEST)
    story.lose_pool()
    story.hand_in(1, NEWEST + 1, {DESK: 1, **BUSY})
    story.sit(NEWEST + 1)
    check_picture(story)
    story.hand_in(2, NEWEST + 2, {DESK: 2, **BUSY})
    story.sit(NEWEST + 2)
    check_picture(story)


def test_the_auditor_finds_what_unlinked_pictures_give_away() -> None:
    found = [_unlinked(count) for count in (1, 2, 5, 40)]
    assert all(max(proven.values()) == count for proven, count in zip(found, (1, 2, 5, 40), strict=True))


def _unlinked(count: int) -> dict[Suspect, float]:
    """Protect two pictures around a lone delivery each by itself."""
    story = _town()
    story.sit(NEWEST)
    before, story.published = list(story.tables), []
    story.hand_in(9, NEWEST, {DESK: count})
    story.sit(NEWEST)
    return story.auditor().newly_proven(story.tables, before, story.threshold)


def _numbers(tables: list[Table]) -> Iterator[int]:
    return (count for table in tables for count in table.shown.values())


def test_a_certificate_counts_what_was_shown_and_what_was_audited() -> None:
    story = _town()
    first = story.sit(NEWEST).certificate
    assert first.shown == first.rows == len(list(_numbers(story.tables)))
    story.hand_in(9, NEWEST, {DESK: 2})
    second = story.sit(NEWEST).certificate
    assert second.rows == first.rows + second.shown == len(list(_numbers(story.tables)))
    assert second.audited >= second.sampled == second.whole_numbers > 0
    assert (second.proven_before, second.threshold) == (0, 3)
