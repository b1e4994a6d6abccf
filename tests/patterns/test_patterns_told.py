"""What is told of findings: only shown numbers, at the nearest cell that is shown, or not at all."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.findings import Finding, Part
from vertrouwenswerk.patterns.notices import Band, Question, State
from vertrouwenswerk.patterns.organisation import Organisation
from vertrouwenswerk.patterns.told import Shown, told

UNITS = Tree.of([("C", None), ("D", "C"), ("A1", "D"), ("A2", "D"), ("E", "C"), ("A3", "E")])
THEMES = Tree.of([("G", None), ("T1", "G"), ("T2", "G")])
PEOPLE = {"A1": 20, "A2": 30, "A3": 50, "D": None, "E": None, "C": None}
ORGANISATION = Organisation(UNITS, THEMES, PEOPLE)
LAST = Quarter(2026, 4)
QUARTER, YEAR = Window.ending(LAST, 1), Window.ending(LAST, 4)
BEFORE = Window.ending(LAST.previous(), 1)

Key = tuple[str, str, Window]


def finding(
    question: Question = Question.RISING, unit: str = "A1", theme: str = "T1", parts: tuple[Part, ...] = ()
) -> Finding:
    return Finding(question, unit, theme, QUARTER, 7, 1.375, 0.01, Band.TWENTY, State.NEW, parts)


def shown(counts: Mapping[Key, int]) -> Shown:
    return lambda unit, theme, window: counts.get((unit, theme, window))


def test_a_shown_cell_is_told_with_its_shown_count() -> None:
    (one,) = told((finding(),), shown({("A1", "T1", QUARTER): 7}), ORGANISATION)
    assert (one.unit, one.theme, one.window, one.seen, one.within) == ("A1", "T1", QUARTER, 7, False)
    assert one.expected is None


def test_a_hidden_cell_is_told_over_the_longer_window_first() -> None:
    counts = {("A1", "T1", YEAR): 12, ("D", "T1", QUARTER): 9}
    (one,) = told((finding(),), shown(counts), ORGANISATION)
    assert (one.unit, one.window, one.seen, one.within) == ("A1", YEAR, 12, True)


def test_a_hidden_cell_is_told_at_the_nearest_unit_or_theme_above() -> None:
    (one,) = told((finding(),), shown({("C", "T1", QUARTER): 20, ("D", "T1", QUARTER): 9}), ORGANISATION)
    assert (one.unit, one.theme, one.seen, one.within) == ("D", "T1", 9, True)
    (one,) = told((finding(),), shown({("C", "T1", QUARTER): 20, ("A1", "G", QUARTER): 9}), ORGANISATION)
    assert (one.unit, one.theme) == ("A1", "G")


def test_what_is_shown_nowhere_around_is_not_told() -> None:
    elsewhere = {("E", "T1", QUARTER): 9, ("A1", "T2", QUARTER): 4, ("*", "*", QUARTER): 99}
    assert told((finding(),), shown(elsewhere), ORGANISATION) == ()


def test_a_theme_that_grows_is_told_of_the_organisation_and_never_of_all_themes() -> None:
    grown = finding(Question.THEME, "*", "T1")
    assert told((grown,), shown({("*", "*", QUARTER): 99}), ORGANISATION) == ()
    (one,) = told((grown,), shown({("*", "G", QUARTER): 40}), ORGANISATION)
    assert (one.unit, one.theme, one.within) == ("*", "G", True)


def test_the_expectation_by_size_is_the_shown_whole_divided_by_people() -> None:
    counts = {("A1", "T1", QUARTER): 7, ("*", "T1", QUARTER): 10}
    (one,) = told((finding(Question.SIZE),), shown(counts), ORGANISATION)
    assert one.expected == 10 * 20 / 100


def test_the_expectation_by_past_is_the_shown_quarter_before_as_the_organisation_went() -> None:
    counts = {
        ("A1", "T1", QUARTER): 7, ("A1", "T1", BEFORE): 3, ("*", "T1", QUARTER): 40, ("*", "T1", BEFORE): 20,
    }  # fmt: skip
    (one,) = told((finding(),), shown(counts), ORGANISATION)
    assert one.expected == 6
    for hidden in list(counts)[1:]:
        (one,) = told((finding(),), shown({k: v for k, v in counts.items() if k != hidden}), ORGANISATION)
        assert one.expected is None


def test_an_expectation_that_shown_numbers_do_not_bear_out_is_left_out() -> None:
    counts = {("D", "T1", QUARTER): 9, ("*", "T1", QUARTER): 30}
    (one,) = told((finding(Question.SIZE),), shown(counts), ORGANISATION)
    assert (one.unit, one.expected) == ("D", None)


def test_only_shown_parts_are_named_with_their_shown_counts() -> None:
    parts = (Part("A1", "T1", 5, 0.5), Part("A2", "T1", 4, 0.5))
    counts = {("D", "T1", QUARTER): 9, ("A1", "T1", QUARTER): 5}
    (one,) = told((finding(unit="D", parts=parts),), shown(counts), ORGANISATION)
    assert [(part.unit, part.seen) for part in one.parts] == [("A1", 5)]


def test_findings_that_end_up_at_one_cell_are_told_once() -> None:
    both = (finding(unit="A1"), finding(unit="A2"))
    assert len(told(both, shown({("D", "T1", QUARTER): 9}), ORGANISATION)) == 1


cells = st.tuples(
    st.sampled_from(UNITS.codes), st.sampled_from(THEMES.codes), st.sampled_from([QUARTER, YEAR, BEFORE])
)


@given(
    st.dictionaries(cells, st.integers(3, 50)),
    st.lists(
        st.builds(
            finding,
            st.sampled_from([Question.SIZE, Question.RISING]),
            st.sampled_from(UNITS.codes[1:]),
            st.sampled_from(THEMES.codes),
            st.lists(
                st.builds(
                    Part,
                    st.sampled_from(UNITS.codes),
                    st.sampled_from(THEMES.codes),
                    st.integers(0, 50),
                    st.floats(0, 9),
                ),
                max_size=2,
            ).map(tuple),
        ),
        max_size=4,
    ),
)
def test_every_number_told_is_a_shown_one_at_a_cell_around_the_finding(
    counts: dict[Key, int], findings: list[Finding]
) -> None:
    for one in told(tuple(findings), shown(counts), ORGANISATION):
        assert counts[one.unit, one.theme, one.window] == one.seen
        assert all(counts[part.unit, part.theme, one.window] == part.seen for part in one.parts)
        assert any(
            one.unit in UNITS.path(source.unit) and one.theme in THEMES.path(source.theme)
            for source in findings
        )
        assert one.unit != "*"
        assert one.expected is None or one.expected < one.seen


@given(
    st.dictionaries(cells, st.integers(3, 50)), st.integers(0, 99), st.floats(0, 99), st.floats(0.0001, 0.05)
)
def test_what_is_told_does_not_depend_on_the_exact_numbers(
    counts: dict[Key, int], seen: int, expected: float, p: float
) -> None:
    one = Finding(Question.SIZE, "A1", "T1", QUARTER, seen, expected, p, Band.TEN)
    other = Finding(Question.SIZE, "A1", "T1", QUARTER, 7, 1.0, 0.02, Band.TEN)
    assert told((one,), shown(counts), ORGANISATION) == told((other,), shown(counts), ORGANISATION)
