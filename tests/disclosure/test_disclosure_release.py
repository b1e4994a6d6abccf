"""What leaves the bureau is safe together with all that left before: judged without the product's code.

The judge here has a variable for each quarter, sitting at which it came in, unit as recorded and
theme, and knows nothing but the reports. A picture is any choice of true counts from 3 up.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from vertrouwenswerk.disclosure.history import Arrival, Version
from vertrouwenswerk.disclosure.outside_release import ReleasePlan, protect_release
from vertrouwenswerk.disclosure.protect import Published
from vertrouwenswerk.disclosure.safe_table import SafeTable, restore
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.disclosure.taken_as_small import Sources
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import Tree

K = 5
FIRST = Quarter(2026, 1).index
UNIT_PARENTS = {"A": "*", "A1": "A", "A2": "A", "B": "*", "B1": "B", "B2": "B"}
THEME_PARENTS = {"G": "*", "x": "G", "y": "G", "z": "*"}
UNITS, THEMES = ("*", *UNIT_PARENTS), ("x", "y", "z")
SMALL = frozenset({"B2"})
VERSION = Version(
    Tree.of((code, None if up == "*" else up) for code, up in UNIT_PARENTS.items()),
    Tree.of((code, None if up == "*" else up) for code, up in THEME_PARENTS.items()),
    dict(enumerate(UNITS)),
    dict(enumerate(THEMES)),
    SMALL,
)
Leaf = tuple[int, int, str, str]  # quarter from 0, sitting, unit, theme


def above(code: str, parents: dict[str, str]) -> tuple[str, ...]:
    return (code,) if code == "*" else (code, *above(parents[code], parents))


CELLS = list(itertools.product(UNITS, ("*", *THEME_PARENTS)))


@dataclass(frozen=True)
class World:
    """Signals by leaf; which (quarter, sitting) were opened; advisers in each."""

    signals: dict[Leaf, int]
    opened: tuple[tuple[int, int], ...]
    advisers: int

    def leaves(self) -> list[Leaf]:
        return [(q, s, u, t) for q, s in self.opened for u in UNITS for t in THEMES]

    def count(self, cell: tuple[str, str], first: int, last: int, sitting: int) -> int:
        return sum(
            n
            for (q, s, u, t), n in self.signals.items()
            if first <= q <= last and s <= sitting and is_in((u, t), cell)
        )


def is_in(leaf: tuple[str, str], cell: tuple[str, str]) -> bool:
    return cell[0] in above(leaf[0], UNIT_PARENTS) and cell[1] in above(leaf[1], THEME_PARENTS)


@dataclass(frozen=True)
class Out:
    """A report that left: what its readers know."""

    first: int
    last: int
    sitting: int
    table: SafeTable


def proven(world: World, reports: list[Out]) -> list[object]:
    """Return every small region, in any part of a window or in a change, that reports prove non-empty."""
    leaves = world.leaves()
    rows, counts = [], []
    for out in reports:
        for cell, count in out.table.shown.items():
            rows.append([out.first <= q <= out.last and s <= out.sitting and is_in((u, t), cell)
                         for q, s, u, t in leaves])  # fmt: skip
            counts.append(count)
    found: list[object] = []
    if not rows:
        return found
    truth = np.array([world.signals.get(leaf, 0) for leaf in leaves])
    matrix = np.array(rows, dtype=float)
    assert (matrix @ truth == counts).all(), "a report says what is not so"
    for name, inside, is_few in regions(world, reports, leaves):
        here = int(truth[inside].sum())
        is_sensitive = 0 < here < K or (here > 0 and (is_few or name[0] in SMALL))
        if is_sensitive:
            answer = linprog(inside.astype(float), A_eq=matrix, b_eq=counts, bounds=(0, None))
            assert answer.status == 0 and answer.fun is not None
            if answer.fun > 1e-6:
                found.append((name, here, answer.fun))
    return found


def regions(
    world: World, reports: list[Out], leaves: list[Leaf]
) -> Iterator[tuple[tuple[object, ...], NDArray[np.bool_], bool]]:
    """Yield every cell and every «at the unit itself», of every part of a window and every change."""
    times = []
    sittings = sorted({out.sitting for out in reports})
    for out in reports:
        for first, last in itertools.combinations_with_replacement(range(out.first, out.last + 1), 2):
            mask = np.array([first <= q <= last and s <= out.sitting for q, s, _u, _t in leaves])
            times.append((("counted", first, last, out.sitting), mask, False))
    for before, after in itertools.pairwise(sittings):
        earlier = [out for out in reports if out.sitting <= before]
        for quarter in {q for out in earlier for q in range(out.first, out.last + 1)}:
            mask = np.array([q == quarter and before < s <= after for q, s, _u, _t in leaves])
            times.append((("added", quarter, quarter, after), mask, world.advisers < 3))
    for when, mask, is_few in times:
        for cell in CELLS:
            inside = np.array([is_in((u, t), cell) for _q, _s, u, t in leaves]) & mask
            yield (*cell, "all", when), inside, is_few
            own = inside & np.array([u == cell[0] for _q, _s, u, _t in leaves])
            yield (*cell, "own", when), own, is_few


NUMBERS = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 8, 13])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    opened = [(q, 1) for q in range(3)] + [(3, 2), (draw(st.integers(0, 2)), 2), (4, 3)]
    leaves = [(q, s, u, t) for q, s in opened for u in UNITS for t in THEMES]
    numbers = draw(st.lists(NUMBERS, min_size=len(leaves), max_size=len(leaves)))
    weight = draw(st.integers(1, 2))
    signals = {
        (q, s, u, t): n // (weight if u not in ("A1", "B1") else 1)
        for (q, s, u, t), n in zip(leaves, numbers, strict=True)
        if n
    }
    return World({leaf: n for leaf, n in signals.items() if n}, tuple(opened), draw(st.sampled_from([2, 9])))


def pictures(world: World, drop: int) -> list[Published]:
    """Return a quarter's and a window's table of each sitting, some cells of which are hidden."""
    tables = []
    for sitting, newest in ((1, 2), (2, 3), (3, 4)):
        for first in (newest, max(0, newest - 2)):
            counts = {cell: world.count(cell, first, newest, sitting) for cell in CELLS}
            shown = {
                cell: n
                for number, (cell, n) in enumerate(counts.items())
                if n >= 3 and cell[0] not in SMALL and (not drop or (number * 7 + first) % drop)
            }
            tables.append(Published(span_of(first, newest, sitting), shown))
    return tables


def span_of(first: int, last: int, sitting: int) -> Span:
    window = Window.ending(Quarter.from_index(FIRST + last), last - first + 1)
    return Span.counted(1, sitting, window)


def sources(world: World, tables: list[Published]) -> Sources:
    units, themes = frozenset(range(len(UNITS))), frozenset(range(len(THEMES)))
    arrivals = tuple(
        Arrival(FIRST + quarter, sitting, units, themes, frozenset(range(world.advisers)), replaced=False)
        for quarter, sitting in world.opened
    )
    return Sources({1: VERSION}, arrivals, tuple(tables))


def release(world: World, tables: list[Published], places: list[tuple[int, int, bool]]) -> list[Out]:
    """Give reports out, one after another, of the tables at these places."""
    known = sources(world, tables)
    done: list[Out] = []
    earlier: list[Published] = []
    for place, deepest, groups in places:
        span = tables[place].span
        table = protect_release(known, ReleasePlan(span, deepest, groups, K), earlier).tables[0]
        done.append(Out(span.first - FIRST, span.last - FIRST, span.sitting, table))
        earlier.append(Published(span, dict(table.shown)))
    return done


RELEASES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.booleans()), min_size=1, max_size=4)


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(worlds(), st.sampled_from([0, 3, 5, 9]), RELEASES)
def test_all_reports_together_prove_nobody_in_anything_small(
    world: World, drop: int, places: list[tuple[int, int, bool]]
) -> None:
    tables = pictures(world, drop)
    reports = release(world, tables, places)
    for place, out in zip(places, reports, strict=True):
        shown = tables[place[0]].shown
        assert all(shown[cell] == count >= K for cell, count in out.table.shown.items())
        assert all(len(above(unit, UNIT_PARENTS)) - 1 <= place[1] for unit in out.table.units)
    assert proven(world, reports) == []


def busy_world() -> World:
    opened = ((0, 1), (1, 1), (2, 1), (3, 2), (4, 3))
    signals = {
        (q, s, u, t): 3 + (2 * q + i + 3 * j) % 9
        for q, s in opened
        for i, u in enumerate(UNITS)
        for j, t in enumerate(THEMES)
    }
    return World(signals, opened, 9)


def test_the_judge_finds_what_pictures_published_outside_would_give_away() -> None:
    world = busy_world()
    tables = pictures(world, 0)
    as_reports = [Out(t.span.first - FIRST, t.span.last - FIRST, t.span.sitting, _raw(t)) for t in tables]
    assert len(proven(world, as_reports)) > 3


def _raw(table: Published) -> SafeTable:
    return restore(table.span.window, 3, UNITS, ("*", *THEME_PARENTS), table.shown.items())


def test_a_busy_organisation_still_shows_its_totals_in_windows_that_overlap() -> None:
    world = busy_world()
    reports = release(world, pictures(world, 0), [(1, 1, False), (3, 1, False), (5, 1, False)])
    assert all(out.table.count("*", "*") is not None for out in reports)
    assert all(out.table.count("A", "*") is not None for out in reports)
    assert proven(world, reports) == []


def test_the_same_report_once_more_shows_all_that_it_showed() -> None:
    world = busy_world()
    first, again = release(world, pictures(world, 5), [(1, 2, False), (1, 2, False)])
    assert first.table.shown.items() <= again.table.shown.items()


def test_what_a_picture_hides_is_never_in_a_report() -> None:
    world = busy_world()
    tables = pictures(world, 3)
    for out, place in zip(release(world, tables, [(1, 2, False), (2, 2, True)]), (1, 2), strict=True):
        assert set(out.table.shown) <= set(tables[place].shown)


def test_a_report_of_a_table_that_no_picture_has_is_refused() -> None:
    world = busy_world()
    plan = ReleasePlan(span_of(0, 1, 1), 1, groups_only=False, threshold=K)
    with pytest.raises(KeyError):
        protect_release(sources(world, pictures(world, 0)), plan, [])
