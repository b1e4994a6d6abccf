"""What an outsider can prove from published tables alone, checked by head and against the product."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.published_world import Trees, World
from vertrouwenswerk.disclosure.history import Version
from vertrouwenswerk.disclosure.outside import Verdict, audit
from vertrouwenswerk.disclosure.outside_table import Opening, OutsideTable
from vertrouwenswerk.disclosure.spans import Kind
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import ROOT, Cell, Tree
from vertrouwenswerk.errors import FileRefusedError

Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)
TWO = Tree.of([("D", None), ("E", None)])
THEMES = Tree.of([("A", None), ("B", None)])
ONE_THEME = Tree.of([("A", None)])


def table(
    shown: Mapping[Cell, int],
    *,
    window: Window | None = None,
    name: str = "a.json",
    units: Tree = TWO,
    themes: Tree = THEMES,
    threshold: int = 3,
    picture: int | None = None,
    openings: tuple[Opening, ...] | None = None,
) -> OutsideTable:
    window = window or Window.ending(Q4, 1)
    return OutsideTable(
        name, window, threshold, units.codes, themes.codes, units, themes, dict(shown), picture, openings
    )


def audited(*tables: OutsideTable) -> Verdict:
    return audit(tables, lambda _done, _total: None)


def named(verdict: Verdict) -> set[tuple[str, str, bool, str, int, int | None]]:
    return {(v.unit, v.theme, v.own, str(v.window), v.at_least, v.at_most) for v in verdict.violations}


# --- one table ---------------------------------------------------------------------------------


def test_a_total_minus_all_others_is_a_violation_that_is_named() -> None:
    shown = {(ROOT, ROOT): 9, ("D", ROOT): 9, ("D", "A"): 7}  # so all are in D, and two of them not about A
    assert named(audited(table(shown))) == {
        ("D", "B", False, "2026-Q4", 2, 2),
        (ROOT, "B", False, "2026-Q4", 2, 2),
    }


def test_what_was_recorded_at_a_unit_itself_is_found_too() -> None:
    shown = {(ROOT, "A"): 9, ("D", "A"): 4, ("E", "A"): 4}
    verdict = audited(table(shown, themes=ONE_THEME, threshold=3))
    assert (ROOT, "A", True, "2026-Q4", 1, 1) in named(verdict)
    assert {v.own for v in verdict.violations} == {True}


def test_a_hidden_cell_that_may_reach_the_threshold_is_undecided_and_no_violation() -> None:
    # D,A + D,B = 10 and *,A = 8 (so D,A <= 8): D,B is at least 2 and at most 10.
    verdict = audited(table({(ROOT, "A"): 8, ("D", ROOT): 10}))
    assert (verdict.violations, verdict.undecided) == ((), 3)  # with it *,B and the whole
    assert (verdict.shown, verdict.hidden) == (2, 7)


def test_the_threshold_decides_what_is_small() -> None:
    shown = {("D", ROOT): 9, ("D", "A"): 5}  # so D,B is 4; the three cells of the whole hold at least as many
    for threshold, violations, undecided in ((3, 0, 4), (4, 0, 4), (5, 1, 3)):
        verdict = audited(table(shown, threshold=threshold))
        assert (len(verdict.violations), verdict.undecided) == (violations, undecided)


def test_a_table_that_hides_all_or_shows_nothing_small_proves_nothing() -> None:
    for shown in ({}, {(ROOT, ROOT): 50}, {(ROOT, ROOT): 50, ("D", ROOT): 40}):
        verdict = audited(table(shown))
        assert (verdict.violations, verdict.undecided) == ((), 0)


def test_a_count_that_is_shown_under_the_threshold_is_a_violation_in_itself() -> None:
    assert named(audited(table({("D", "A"): 2}))) == {("D", "A", False, "2026-Q4", 2, 2)}
    assert audited(table({("D", "A"): 0})).violations == ()


def test_the_hidden_cell_of_sdctable_is_proven_at_its_very_count() -> None:
    small = ("X", "D", False, "2026-Q4", 31, 31)  # shown, and under both thresholds
    proven, undecided = audited(sdctable(50)), audited(sdctable(47))
    assert named(proven) == {small, ("W", "B", False, "2026-Q4", 47, 47)}
    assert named(undecided) == {small}
    assert undecided.undecided == proven.undecided + 1


def test_with_one_more_cell_hidden_it_is_not_proven_any_more() -> None:
    whole = sdctable(50)
    shown = {cell: count for cell, count in whole.shown.items() if cell != ("X", "D")}
    assert audited(replace(whole, shown=shown)).violations == ()


SDC = {
    "W": {"A": 30, "B": 47, "C": 64, "D": 89},
    "X": {"A": 90, "B": 124, "C": 5, "D": 31},
    "Y": {"A": 92, "B": 100, "C": 59, "D": 85},
    "Z": {"A": 800, "B": 991, "C": 651, "D": 685},
}
SDC_HIDDEN = {(cell[0], cell[1]) for cell in ("WA", "WB", "WC", "XA", "XC", "YB", "YD", "ZB", "ZD")}


def sdctable(threshold: int) -> OutsideTable:
    """Return the table with all margins; since they add up, the root has no signals of its own."""
    units, themes = Tree.of((row, None) for row in SDC), Tree.of((column, None) for column in "ABCD")
    shown = {(row, column): SDC[row][column] for row in SDC for column in "ABCD"}
    shown.update({(row, ROOT): sum(SDC[row].values()) for row in SDC})
    shown.update({(ROOT, column): sum(SDC[row][column] for row in SDC) for column in "ABCD"})
    shown[ROOT, ROOT] = sum(sum(row.values()) for row in SDC.values())
    return table(
        {cell: count for cell, count in shown.items() if cell not in SDC_HIDDEN},
        units=units,
        themes=themes,
        threshold=threshold,
    )


# --- several tables ----------------------------------------------------------------------------


def test_two_windows_that_overlap_give_the_quarter_between_them_away() -> None:
    both = Window.ending(Q4, 2)
    wide = table({("D", "A"): 9}, window=both, name="wide.json")
    narrow = table({("D", "A"): 8}, name="narrow.json")
    assert audited(wide).violations == audited(narrow).violations == ()
    assert named(audited(wide, narrow)) == {("D", "A", False, "2026-Q3", 1, 1)}


def opened(quarter: Quarter, picture: int, advisers: int | None = 4, *, replaced: bool = False) -> Opening:
    return Opening(quarter, picture, advisers, replaced)


def test_a_late_delivery_between_two_pictures_is_given_away_by_their_difference() -> None:
    first, late = opened(Q4, 1), opened(Q4, 2)
    before = table({("D", "A"): 8}, name="1.json", picture=1, openings=(first,))
    after = table({("D", "A"): 10}, name="2.json", picture=2, openings=(first, late))
    (violation,) = audited(before, after).violations
    assert (violation.change, violation.picture, violation.at_least) == (Kind.ADDED, 2, 2)
    assert (violation.unit, violation.theme, str(violation.window)) == ("D", "A", "2026-Q4")


def test_a_change_of_few_advisers_is_a_violation_whatever_its_size() -> None:
    for advisers, violations in ((2, {("D", "A", 90)}), (3, set()), (None, set())):
        first, late = opened(Q4, 1), opened(Q4, 2, advisers)
        before = table({("D", "A"): 10}, picture=1, openings=(first,))
        after = table({("D", "A"): 100}, picture=2, openings=(first, late))
        found = {(v.unit, v.theme, v.at_least) for v in audited(before, after).violations}
        assert {one for one in found if one[:2] == ("D", "A")} == violations


def test_what_was_corrected_may_have_gone_and_come_again() -> None:
    first, late = opened(Q4, 1), opened(Q4, 2, replaced=True)
    before = table({("D", "A"): 10}, picture=1, openings=(first,))
    after = table({("D", "A"): 8}, picture=2, openings=(first, late))
    assert audited(before, after).violations == ()  # 2 to 10 were taken back: that may be many


def test_counts_that_went_down_without_a_correction_contradict_each_other() -> None:
    first, late = opened(Q4, 1), opened(Q4, 2)
    before = table({("D", "A"): 10}, name="1.json", picture=1, openings=(first,))
    after = table({("D", "A"): 8}, name="2.json", picture=2, openings=(first, late))
    assert "1.json, 2.json" in refusal(before, after)


def test_the_table_that_contradicts_itself_is_the_one_that_is_named() -> None:
    good = table({("D", "A"): 10}, name="good.json")
    bad = table({("D", "A"): 10, ("D", ROOT): 9}, name="bad.json", window=Window.ending(Q3, 1))
    assert "bad.json" in refusal(good, bad)
    assert "good.json" not in refusal(good, bad)


def test_two_counts_of_one_cell_contradict_each_other() -> None:
    assert "a.json, b.json" in refusal(table({("D", "A"): 10}), table({("D", "A"): 11}, name="b.json"))


def test_openings_that_differ_contradict_each_other() -> None:
    one = table({}, name="1.json", picture=2, openings=(opened(Q4, 1),))
    for others in ((opened(Q4, 1, 7),), (opened(Q4, 2),), ()):
        assert "1.json, 2.json" in refusal(one, table({}, name="2.json", picture=2, openings=others))


def test_a_count_in_a_quarter_of_which_nothing_was_opened_contradicts_itself() -> None:
    assert audited(table({("D", "A"): 0}, picture=1, openings=())).violations == ()
    assert "a.json" in refusal(table({("D", "A"): 5}, picture=1, openings=()))


def refusal(*tables: OutsideTable) -> str:
    with pytest.raises(FileRefusedError) as refused:
        audited(*tables)
    assert (refused.value.reason, refused.value.exit_code) == ("contradiction", 4)
    return refused.value.message


def test_tables_that_are_too_large_together_are_refused() -> None:
    many = Tree.of((f"U{n}", None) for n in range(5000))
    themes = Tree.of((f"T{n}", None) for n in range(199))
    huge = replace(table({}, units=many, themes=themes, window=Window.ending(Q4, 8)), units=(), themes=())
    with pytest.raises(FileRefusedError) as refused:
        audited(huge)
    assert refused.value.reason == "too-large"


# --- a reorganised organisation ----------------------------------------------------------------


def reorganised(shown: Mapping[Cell, int]) -> tuple[OutsideTable, OutsideTable]:
    """Two pictures of the same signals: in the second E has merged into D."""
    first = opened(Q4, 1)
    before = table(
        {(ROOT, "A"): 9, ("D", "A"): 5}, themes=ONE_THEME, picture=1, openings=(first,), name="1.json"
    )
    merged = Tree.of([("D", None)])
    after = table(shown, units=merged, themes=ONE_THEME, picture=2, openings=(first,), name="2.json")
    return before, after


def test_where_a_unit_went_is_not_known_so_its_signals_may_be_anywhere() -> None:
    verdict = audited(*reorganised({(ROOT, "A"): 9, ("D", "A"): 9}))
    assert verdict.violations == ()


def test_a_unit_that_stayed_is_the_same_in_both_trees() -> None:
    assert "2.json" in refusal(*reorganised({("D", "A"): 4}))


def test_a_unit_that_began_later_has_nothing_of_before() -> None:
    first = opened(Q4, 1)
    grown = Tree.of([("D", None), ("E", None), ("F", None)])
    before = table({(ROOT, "A"): 9}, themes=ONE_THEME, picture=1, openings=(first,), name="1.json")
    after = table({("F", "A"): 5}, units=grown, themes=ONE_THEME, picture=2, openings=(first,), name="2.json")
    assert "2.json" in refusal(before, after)


# --- what the product publishes ----------------------------------------------------------------


def versions(dice: Random) -> list[Trees]:
    """One or two versions; in the second a directorate ended and another one began."""
    themes = Tree.of([("G", None), ("H", None), ("A", "G"), ("B", "G"), ("C", "H")])
    theme_numbers = {1: "A", 2: "B", 3: "C"}
    numbers = {1: ROOT, 2: "C1", 3: "C2", 4: "C1D1", 5: "C1D2", 6: "C2D1", 7: "C1D1A", 8: "C1D1B"}
    parents: list[tuple[str, str | None]] = [
        ("C1", None), ("C2", None), ("C1D1", "C1"), ("C1D2", "C1"), ("C2D1", "C2"),
        ("C1D1A", "C1D1"), ("C1D1B", "C1D1"),
    ]  # fmt: skip
    first = Version(Tree.of(parents), themes, numbers, theme_numbers)
    found = [Trees(first, tuple(numbers))]
    if dice.random() < 0.5:
        now = [(code, above) for code, above in parents if code != "C1D2"] + [("C2D2", "C2")]
        places = {**numbers, 5: dice.choice(["C1D1", "C2D1", "C2D2", "C1"]), 9: "C2D2"}
        second = Version(Tree.of(now), themes, places, theme_numbers)
        found.append(Trees(second, tuple(number for number in places if number != 5)))
    return found


def published(seed: int) -> World:
    dice = Random(seed)
    world = World(dice, versions(dice), threshold=dice.randint(3, 5))
    newest = Q3
    for _sitting in range(dice.randint(1, 3)):
        world.sit(newest, busy=dice.choice([0.3, 0.7]), most=dice.choice([2, 6, 20]))
        if dice.random() < 0.6:
            newest = newest.next()
    return world


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_what_the_product_publishes_never_has_a_proven_violation(seed: int) -> None:
    world = published(seed)
    verdict = audited(*world.tables)
    assert verdict.violations == ()
    bare = [replace(one, openings=None, picture=None) for one in world.tables if one.picture == 1]
    assert audited(*bare).violations == ()


def test_that_law_is_worth_something() -> None:
    """The same worlds with every count shown that reaches the threshold do have violations."""
    worlds = [published(seed) for seed in range(5)]
    found = [bool(audited(*shown_by_threshold_alone(world)).violations) for world in worlds]
    assert sum(found) > 2


def shown_by_threshold_alone(world: World) -> Iterator[OutsideTable]:
    for one, totals in zip(world.tables, world.totals, strict=True):
        yield replace(one, shown={cell: n for cell, n in totals.items() if n >= one.threshold})
