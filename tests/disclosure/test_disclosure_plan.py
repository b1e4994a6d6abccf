"""Which tables and which units a picture shows at all, before anything is hidden for safety."""

from vertrouwenswerk.disclosure.history import Arrival, History, Version
from vertrouwenswerk.disclosure.protect import Protected, protect_picture
from vertrouwenswerk.disclosure.release_plan import growing_windows, planned_tables
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import ROOT, Tree

NEWEST = Quarter(2026, 3)
UNITS = Tree.of(
    [("C", None), ("D", "C"), ("D1", "D"), ("D2", "D"), ("E", "C"), ("E1", "E"), ("E2", "E"), ("F", "C")]
)
THEMES = Tree.of([("a", None), ("b", None)])
NUMBERS = dict(enumerate(UNITS.codes))


def windows(newest: Quarter, published: list[Span]) -> list[str]:
    return [str(table.span.window) for table in planned_tables(1, 9, newest, published)]


def picture(small: frozenset[str]) -> Protected:
    """Return the picture of a quarter in which every unit without units below it has six signals a theme."""
    leaves = [number for number, code in NUMBERS.items() if UNITS.is_leaf(code)]
    places = {(NEWEST.index, unit, theme): 6 for unit in leaves for theme in (0, 1)}
    version = Version(UNITS, THEMES, NUMBERS, {0: "a", 1: "b"}, small)
    arrival = Arrival(
        NEWEST.index, 1, frozenset(NUMBERS), frozenset({0, 1}), frozenset({1, 2, 3}), replaced=False
    )
    history = History({1: version}, (arrival,), {1: places}, {})
    return protect_picture(history, 3, planned_tables(1, 1, NEWEST, []), [])


def test_a_picture_has_the_newest_quarter_the_last_four_and_the_last_closed_year() -> None:
    assert windows(NEWEST, []) == ["2026-Q3", "2025-Q4..2026-Q3", "2025-Q1..2025-Q4"]


def test_a_calendar_year_is_published_once() -> None:
    year = Window.ending(Quarter(2025, 4), 4)
    assert windows(NEWEST, [Span.counted(1, 3, year)]) == ["2026-Q3", "2025-Q4..2026-Q3"]
    assert windows(Quarter(2025, 4), []) == ["2025-Q4", "2025-Q1..2025-Q4"]


def test_what_later_windows_will_hold_of_the_newest_quarters_is_the_last_one_two_and_three() -> None:
    assert [str(window) for window in growing_windows(NEWEST)] == [
        "2026-Q3",
        "2026-Q2..2026-Q3",
        "2026-Q1..2026-Q3",
    ]


def test_a_single_quarter_shows_clusters_and_directorates_and_four_quarters_all_levels() -> None:
    quarter, year, _closed_year = picture(frozenset()).tables
    assert {unit for unit, _theme in quarter.shown} == {ROOT, "D", "E", "F"}  # C stands for nothing more
    assert {"D1", "D2", "E1", "E2"} <= {unit for unit, _theme in year.shown}


def test_a_unit_that_is_its_parents_only_visible_child_is_not_shown_a_second_time() -> None:
    _quarter, year, _closed_year = picture(frozenset({"E2"})).tables
    assert year.count("E", ROOT) == 24
    assert (year.count("E1", ROOT), year.count("E2", ROOT)) == (None, None)
    assert year.count("D1", ROOT) == 12
    assert year.count("C", ROOT) is None
    assert year.count(ROOT, ROOT) == 60


def test_a_small_unit_never_appears_on_its_own() -> None:
    for table in picture(frozenset({"D2", "F"})).tables:
        assert not any(unit in ("D2", "F") for unit, _theme in table.shown)
