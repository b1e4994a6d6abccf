"""What the engine promises: it finds what is there, the same each time, and survives any world."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.worlds import Planted, World, make
from tests.patterns.small_worlds import LAST, small_history
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns import questions, statistic
from vertrouwenswerk.patterns.dispersion import Dispersion
from vertrouwenswerk.patterns.engine import Plan, Report, find_patterns
from vertrouwenswerk.patterns.findings import Finding
from vertrouwenswerk.patterns.grid import Integers
from vertrouwenswerk.patterns.history import History, Signal
from vertrouwenswerk.patterns.notices import Band, Question, State
from vertrouwenswerk.patterns.organisation import Organisation
from vertrouwenswerk.patterns.packed import tally, unpack, weights
from vertrouwenswerk.patterns.problem import Problem
from vertrouwenswerk.patterns.scan import Effort, TooManySignalsError
from vertrouwenswerk.patterns.states import with_states

THEMES = Tree.of([("G", None), ("T0", "G"), ("T1", "G"), ("T2", None)])
QUICK = Plan(1, Effort(499, 99))


def steady(
    units: Tree,
    headcounts: dict[str, int | None] | None = None,
    quarters: int = 12,
    advisers: int = 2,
    each: int = 1,
    extra: tuple[Signal, ...] = (),
    missing: tuple[tuple[int, int], ...] = (),
) -> History:
    """Every adviser counts ``each`` signals in every department and theme, every quarter but the missing."""
    leaves = [code for code in units.codes if units.is_leaf(code)]
    oldest = LAST.index - quarters + 1
    delivered = [(a, q) for a in range(advisers) for q in range(quarters) if (a, q) not in missing]
    signals = [
        Signal(a, Quarter.from_index(oldest + q), unit, theme, each)
        for a, q in delivered
        for unit in leaves
        for theme in ("T0", "T1", "T2")
    ]
    organisation = Organisation(units, THEMES, headcounts or dict.fromkeys(leaves, 50))
    handed_in = [(a, Quarter.from_index(oldest + q)) for a, q in delivered]
    return History.of(organisation, [*signals, *extra], handed_in, last=LAST, threshold=3)


def flat(number: int) -> Tree:
    return Tree.of([("C", None), *((f"A{at:02}", "C") for at in range(number))])


def unaside(history: History) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.zeros(history.grid.leaf_shape, dtype=np.bool_)


# --- It finds what is there ------------------------------------------------------------------


def test_a_sudden_cell_is_found_with_what_was_seen_and_expected() -> None:
    history = steady(flat(30), extra=(Signal(0, LAST, "A07", "T1", 6), Signal(1, LAST, "A07", "T1", 6)))
    found = {(one.question, one.unit, one.theme) for one in find_patterns(history, QUICK).findings}
    assert (Question.RISING, "A07", "T1") in found
    rising = next(one for one in find_patterns(history, QUICK).findings if one.question is Question.RISING)
    assert (rising.window.length, rising.seen, rising.band) == (1, 14, Band.FIFTY)
    assert 2 < rising.expected < 5


def test_a_second_finding_does_not_hide_behind_the_first() -> None:
    extra = [Signal(a, LAST, unit, "T1", 6) for a in (0, 1) for unit in ("A07", "A21")]
    findings = find_patterns(steady(flat(30), extra=tuple(extra)), QUICK).findings
    assert {"A07", "A21"} <= {one.unit for one in findings if one.question is Question.RISING}


def test_findings_of_a_band_stand_in_the_order_of_the_codebook_not_by_strength() -> None:
    extra = [Signal(a, LAST, unit, "T1", more) for a in (0, 1) for unit, more in (("A07", 6), ("A21", 9))]
    findings = find_patterns(steady(flat(30), extra=tuple(extra)), QUICK).findings
    rising = [one for one in findings if one.question is Question.RISING]
    assert [(one.unit, one.band) for one in rising] == [("A07", Band.FIFTY), ("A21", Band.FIFTY)]


def test_a_department_that_has_always_been_high_is_found_by_its_size_and_not_as_a_rise() -> None:
    oldest = LAST.index - 11
    always = tuple(Signal(0, Quarter.from_index(oldest + q), "A07", "T1", 5) for q in range(12))
    findings = find_patterns(steady(flat(30), extra=always), QUICK).findings
    assert {one.question for one in findings if one.unit == "A07"} == {Question.SIZE}


def test_a_theme_that_grows_everywhere_is_one_finding_about_the_theme() -> None:
    extra = tuple(Signal(a, LAST, f"A{at:02}", "T1", 2) for a in (0, 1) for at in range(30))
    findings = find_patterns(steady(flat(30), extra=extra), QUICK).findings
    assert {(one.question, one.unit, one.theme) for one in findings} == {(Question.THEME, "*", "T1")}


def test_a_finding_of_a_directorate_says_what_it_is_mostly_because_of() -> None:
    units = Tree.of(
        [
            ("C", None),
            *((f"D{d}", "C") for d in range(5)),
            *((f"A{d}{a}", f"D{d}") for d in range(5) for a in range(8)),
        ]
    )
    extra = tuple(Signal(a, LAST, f"A3{at}", "T1", 2) for a in (0, 1) for at in range(8))
    findings = find_patterns(steady(units, extra=extra), QUICK).findings
    of_directorate = [one for one in findings if one.unit == "D3" and one.question is Question.RISING]
    assert [one.theme for one in of_directorate] == ["T1"]
    one_cell = (
        Signal(0, LAST, "A31", "T1", 9),
        Signal(1, LAST, "A31", "T0", 9),
        Signal(1, LAST, "A31", "T1", 9),
    )
    findings = find_patterns(steady(units, extra=one_cell), QUICK).findings
    assert {part.unit for one in findings for part in one.parts} <= {"A31"}


def test_a_unit_that_is_never_shown_is_never_found_but_counts_above() -> None:
    history = steady(flat(30), extra=(Signal(0, LAST, "A07", "T1", 20),))
    small = replace(history, organisation=replace(history.organisation, small_units=frozenset({"A07"})))
    findings = find_patterns(small, QUICK).findings
    assert "A07" not in {one.unit for one in findings}


def test_a_department_without_people_is_out_of_its_size_but_not_out_of_its_past() -> None:
    extra = (Signal(0, LAST, "A07", "T1", 6), Signal(1, LAST, "A07", "T1", 6))
    people: dict[str, int | None] = {f"A{at:02}": None if at == 7 else 50 for at in range(30)}
    report = find_patterns(steady(flat(30), people, extra=extra), QUICK)
    assert report.without_headcount == ("A07",)
    assert {one.question for one in report.findings if one.unit == "A07"} == {Question.RISING}


# --- It does not cry wolf --------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing", [((0, 11),), ((0, 8),), ((0, 8), (1, 11)), tuple((0, q) for q in range(6))]
)
def test_a_late_or_new_adviser_is_neither_a_fall_nor_later_a_rise(
    missing: tuple[tuple[int, int], ...],
) -> None:
    history = steady(flat(10), missing=missing, each=3)
    problem = questions.rising(history, (1, 2, 4), unaside(history))
    assert problem.expected == pytest.approx(problem.observed, abs=0.05)
    assert find_patterns(history, QUICK).findings == ()


def test_an_adviser_twice_as_busy_is_no_rise_in_the_units_of_that_adviser() -> None:
    own = tuple(Signal(0, LAST, f"A{at:02}", theme, 3) for at in range(10) for theme in ("T0", "T1", "T2"))
    history = steady(flat(10), each=3, extra=own, advisers=8)
    problem = questions.rising(history, (1, 2, 4), unaside(history))
    assert problem.expected == pytest.approx(problem.observed, rel=0.02)


def test_a_late_adviser_lowers_what_is_expected_of_the_departments_that_the_adviser_hears() -> None:
    units = flat(4)
    oldest = LAST.index - 7
    heard = [
        Signal(a, Quarter.from_index(oldest + q), unit, "T0", 5)
        for a, homes in enumerate((("A00", "A01"), ("A02", "A03")))
        for q in range(8)
        for unit in homes
        if (a, q) != (0, 7)
    ]
    delivered = {(one.adviser, one.quarter) for one in heard}
    history = History.of(
        Organisation(units, THEMES, dict.fromkeys(units.codes[2:], 50)),
        heard,
        delivered,
        last=LAST,
        threshold=3,
    )
    expected = questions.size(history, (1,), unaside(history), Dispersion((0.0, 0.1, 0.1), 0.1)).expected[
        0, 0
    ]
    by_unit = {code: expected[place] for code, place in history.grid.unit_place.items()}
    assert by_unit["A00"] < 2 < 3 < by_unit["A02"]


@pytest.mark.parametrize("world", [World.REORGANISED, World.ADVISER_HALF_WAY])
def test_a_reorganisation_or_a_new_adviser_raises_no_alarm_in_ten_whole_worlds(world: World) -> None:
    plan = Plan(1, Effort(199, 99, stop_early=True))
    alarms = [
        len(find_patterns(make(world, np.random.default_rng(seed)).history, plan).findings)
        for seed in range(10)
    ]
    assert sum(count > 0 for count in alarms) <= 2  # 5 in 100 each: 3 or more of 10 come once in 87 times


# --- The same each time ----------------------------------------------------------------------


def test_the_same_history_and_seed_give_the_same_findings_and_chances() -> None:
    history = make(World.DIFFER, np.random.default_rng(3), Planted(9)).history
    once, again = (find_patterns(history, QUICK) for _time in range(2))
    assert once == again
    assert once.findings


def test_the_order_in_which_signals_come_does_not_matter() -> None:
    history = make(World.DIFFER, np.random.default_rng(3), Planted(9)).history
    order = np.random.default_rng(4).permutation(len(history.adviser))
    shuffled = replace(history, **columns(history, lambda _name, column: column[order]))
    assert find_patterns(history, QUICK) == find_patterns(shuffled, QUICK)


def test_advisers_are_numbers_without_a_meaning() -> None:
    history = steady(flat(20), extra=(Signal(0, LAST, "A07", "T1", 12),), advisers=5)
    swapped = replace(history, adviser=4 - history.adviser, delivered=history.delivered[::-1])
    assert find_patterns(history, QUICK) == find_patterns(swapped, QUICK)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(12)), st.integers(0, 10_000))
def test_departments_of_equal_size_that_change_places_change_places_in_the_findings(
    order: list[int], seed: int
) -> None:
    chance = np.random.default_rng(seed)
    extra = tuple(Signal(0, LAST, f"A{int(chance.integers(12)):02}", "T1", 4) for _one in range(3))
    moved = tuple(replace(one, unit=f"A{order[int(one.unit[1:])]:02}") for one in extra)
    dispersion = Dispersion((0.0, 0.05, 0.1), 0.1)
    one, other = steady(flat(12), extra=extra), steady(flat(12), extra=moved)
    places = np.array([0, 1, *(2 + order.index(at) for at in range(12))])
    for first, second in (
        [questions.rising(history, (1, 4), unaside(history)) for history in (one, other)],
        [questions.size(history, (1, 4), unaside(history), dispersion) for history in (one, other)],
    ):
        assert second.observed.tolist() == first.observed[..., places].tolist()
        assert second.expected == pytest.approx(first.expected[..., places])
        for mine, theirs in zip(ratios(first), ratios(second), strict=True):
            assert theirs == pytest.approx(mine[..., places], abs=1e-8)


def ratios(problem: Problem) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    return [
        form.ratio(problem.observed, problem.wholes, problem.wholes[:, :1], problem.expected, *form.extras)
        for form in problem.forms
    ]


def columns(history: History, change: Callable[[str, Integers], Integers]) -> dict[str, Any]:
    names = ("adviser", "unit", "theme", "quarter", "first", "until")
    return {name: change(name, getattr(history, name)) for name in names}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), st.integers(1, 4))
def test_one_more_signal_in_a_cell_never_lowers_its_statistic(seed: int, more: int) -> None:
    history = small_history(seed)
    units, themes = history.grid.unit_codes, history.grid.leaf_themes
    chance = np.random.default_rng(seed)
    unit, theme = int(chance.integers(len(units))), int(chance.integers(len(themes)))
    last = history.quarters - 1
    there = np.flatnonzero(history.delivered[:, last])
    if not len(there):
        return
    row = {
        "adviser": int(there[0]),
        "unit": unit,
        "theme": theme,
        "quarter": last,
        "first": 0,
        "until": last + 1,
    }
    added = replace(
        history,
        **columns(history, lambda name, column: np.concatenate([column, np.full(more, row[name])])),
    )
    place = (0, history.grid.theme_place[themes[theme]], unit)
    dispersion = Dispersion((0.0, 0.05, *[0.1] * 3), 0.2)
    before = questions.size(history, (1,), unaside(history), dispersion)
    after = questions.size(added, (1,), unaside(added), dispersion)
    for mine, theirs in zip(ratios(before), ratios(after), strict=True):
        assert theirs[place] >= mine[place] - 1e-9
    assert after.observed[place] >= before.observed[place]


@given(st.integers(0, 40), st.integers(0, 60), st.floats(0.01, 0.99), st.floats(0.05, 50), st.floats(0.1, 90))
def test_one_more_signal_at_the_same_chance_never_lowers_a_ratio(
    count: int, others: int, share: float, past: float, shape: float
) -> None:
    def all_ratios(more: int) -> list[float]:
        seen, whole = np.array(count + more), np.array(count + others + more)
        of_unit, mean, before = whole + 30, np.array(share * past), np.array(past - share * past)
        believed = (np.array(shape), np.array(2 * shape), np.array(20.0))
        return [
            float(statistic.poisson(seen, whole, of_unit, whole * share)),
            float(statistic.conditional(seen, whole, of_unit, whole * share)),
            float(statistic.overdispersed(seen, whole, of_unit, mean, np.array(shape))),
            float(statistic.overdispersed(seen, whole, of_unit, mean, np.array(np.inf))),
            float(statistic.beyond_others(seen, whole, of_unit, mean, *believed)),
            float(statistic.beyond_past(seen, whole, of_unit, mean, *believed, before)),
        ]

    for less, more in zip(all_ratios(0), all_ratios(1), strict=True):
        assert more >= less - 1e-9


# --- Replicates ------------------------------------------------------------------------------


@pytest.mark.parametrize("world", [World.DIFFER, World.ADVISER_LATE, World.REORGANISED])
def test_a_reshuffle_keeps_what_every_theme_counted_and_averages_to_what_is_expected(world: World) -> None:
    history = make(world, np.random.default_rng(1)).history
    problem = questions.rising(history, (1, 2, 4), unaside(history))
    counts = unpack(problem.simulation.batch(np.random.default_rng(2), 400), 3)
    themes = problem.leaves.sum(axis=2)
    assert (counts.sum(axis=2) == themes[..., None]).mean() > 0.999
    units = counts.sum(axis=1).mean(axis=-1)
    expected = problem.expected_leaves.sum(axis=1)
    assert np.abs(units - expected).max() < 6 * np.sqrt(expected.max() / 400)


def test_a_deal_keeps_what_every_theme_counted_in_every_window() -> None:
    history = make(World.ADVISER_LATE, np.random.default_rng(1)).history
    problem = questions.size(history, (1, 2, 4), unaside(history), Dispersion((0.0, 0.01, 0.01, 0.3), 0.2))
    counts = unpack(problem.simulation.batch(np.random.default_rng(2), 200), 3)
    assert (counts.sum(axis=2) == problem.leaves.sum(axis=2)[..., None]).all()
    units = counts.sum(axis=1).mean(axis=-1)
    expected = problem.expected_leaves.sum(axis=1)
    assert np.corrcoef(units[2], expected[2])[0, 1] > 0.98


# --- Any world gets an answer ----------------------------------------------------------------


def empty(units: Tree, quarters: int = 12) -> History:
    delivered = [(0, Quarter.from_index(LAST.index - at)) for at in range(quarters)]
    return History.of(Organisation(units, THEMES, {}), [], delivered, last=LAST, threshold=3)


def single(units: Tree) -> History:
    signal = Signal(0, LAST, units.codes[-1], "T0", 1)
    return History.of(Organisation(units, THEMES, {}), [signal], [(0, LAST)], last=LAST, threshold=3)


ODD_WORLDS = {
    "no signals": empty(flat(3)),
    "no units at all": empty(Tree.of([])),
    "nobody delivered": History.of(Organisation(flat(2), THEMES, {}), [], [], last=LAST, threshold=3),
    "one signal": single(flat(3)),
    "one unit": steady(Tree.of([("A", None)]), {"A": 10}),
    "a unit of nobody": steady(flat(3), {"A00": 0, "A01": 20, "A02": 20}),
    "nobody anywhere": steady(flat(3), dict.fromkeys(("A00", "A01", "A02"), 0)),
    "40 quarters and 3 units": steady(flat(3), quarters=40),
    "two quarters": steady(flat(3), quarters=2),
    "all not named": single(Tree.of([])),
}


@pytest.mark.parametrize("history", ODD_WORLDS.values(), ids=ODD_WORLDS)
def test_any_world_is_answered(history: History) -> None:
    report = find_patterns(history, QUICK)
    assert report.findings == ()


@pytest.mark.parametrize(("quarters", "needed"), [(1, 4), (2, 3), (4, 1), (5, 0), (12, 0)])
def test_too_short_a_history_says_how_many_quarters_are_needed(quarters: int, needed: int) -> None:
    assert find_patterns(steady(flat(5), quarters=quarters), QUICK).quarters_needed == needed


def test_what_would_have_been_seen_grows_with_how_much_there_is_to_look_at() -> None:
    small, large = (find_patterns(steady(flat(n)), QUICK).sensitivity for n in (10, 200))
    assert small is not None
    assert large is not None
    assert 3 <= small.often <= large.often < 20
    assert small.seldom < small.often


# --- Cancel, memory --------------------------------------------------------------------------


class StoppedError(Exception):
    pass


def test_progress_is_told_and_can_cancel() -> None:
    calls: list[tuple[int, int]] = []

    def count(done: int, total: int) -> None:
        calls.append((done, total))
        if len(calls) == 5:
            raise StoppedError

    with pytest.raises(StoppedError):
        find_patterns(steady(flat(30)), QUICK, count)
    assert calls == sorted(calls)
    assert all(0 <= done <= total for done, total in calls)


def test_a_whole_run_stays_under_200_megabytes() -> None:
    history = make(World.DIFFER, np.random.default_rng(1)).history
    tracemalloc.start()
    find_patterns(history, Plan(1, Effort(99, 99)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6


@pytest.mark.parametrize("windows", [(), (0, 1), (1, 2, 3, 4), (2, 1), (1, 1)])
def test_windows_that_cannot_be_counted_together_are_refused(windows: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="windows"):
        Plan(1, windows=windows)


def test_counts_of_four_windows_travel_in_one_number_and_a_fifth_is_refused() -> None:
    lags = np.array([0, 0, 1, 3, 11, 12])
    packed = tally(np.array([0, 1, 1, 1, 1, 1]), weights((1, 2, 4, 12), lags), 2)
    assert unpack(packed, 4).T.tolist() == [[1, 1, 1, 1], [1, 2, 3, 4]]
    with pytest.raises(ValueError, match="windows"):
        weights((1, 2, 3, 4, 12), lags)


def test_more_signals_than_can_be_counted_are_refused() -> None:
    history = steady(flat(3))
    many = replace(history, **columns(history, lambda _name, column: np.repeat(column, 350)))
    with pytest.raises(TooManySignalsError):
        find_patterns(many, QUICK)


# --- From quarter to quarter -----------------------------------------------------------------


def found(unit: str, theme: str = "T1", question: Question = Question.RISING) -> Finding:
    history = steady(flat(2))
    return Finding(question, unit, theme, history.window(1), 9, 2.0, 0.01, Band.TWENTY)


def states(now: tuple[Finding, ...], before: tuple[Finding, ...]) -> list[tuple[str, State]]:
    return [(one.unit, one.state) for one in with_states(flat(9), THEMES, now=now, before=before)]


def test_a_finding_is_new_continuing_or_faded() -> None:
    assert states((found("A01"),), ()) == [("A01", State.NEW)]
    assert states((found("A01"),), (found("A01"),)) == [("A01", State.CONTINUING)]
    assert states((), (found("A01"),)) == [("A01", State.FADED)]
    assert states((found("A01"),), (found("A02"),)) == [("A01", State.NEW), ("A02", State.FADED)]
    assert states((), (replace(found("A01"), state=State.FADED),)) == []


def test_a_finding_continues_in_a_part_of_it_but_not_in_another_theme() -> None:
    assert states((found("A01", "G"),), (found("C", "T1"),)) == [("A01", State.CONTINUING)]
    assert states((found("A01", "T2"),), (found("A01", "T1"),))[0] == ("A01", State.NEW)
    assert states((found("*", "T1", Question.THEME),), (found("A01", "T1"),))[0] == ("*", State.NEW)


def test_the_history_of_a_quarter_ago_is_what_was_known_then() -> None:
    history = steady(flat(5), extra=(Signal(0, LAST, "A01", "T1", 12),))
    earlier = history.before(1)
    assert (earlier.last, earlier.quarters) == (LAST.previous(), 11)
    assert find_patterns(earlier, QUICK).findings == ()
    assert isinstance(find_patterns(history.before(50), QUICK), Report)


@pytest.mark.parametrize(
    ("p", "band"),
    [
        (0.06, None),
        (0.05, Band.FIVE),
        (0.026, Band.FIVE),
        (0.025, Band.TEN),
        (0.0125, Band.TWENTY),
        (0.005, Band.FIFTY),
        (1e-4, Band.FIFTY),
    ],
)  # fmt: skip
def test_bands_are_years_between_quarters_as_rare(p: float, band: Band | None) -> None:
    assert Band.of(p) is band
