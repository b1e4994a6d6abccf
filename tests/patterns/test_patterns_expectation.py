"""What size makes one expect follows who handed in, and how busy they were."""

import numpy as np

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.expectation import busyness, coverage
from vertrouwenswerk.patterns.history import History, Signal
from vertrouwenswerk.patterns.organisation import Organisation

LAST = Quarter(2026, 4)
QUARTERS, ADVISERS = 8, 6
UNITS = [f"U{adviser}" for adviser in range(ADVISERS)]  # each adviser hears mostly the own unit
ORGANISATION = Organisation(
    Tree.of((unit, None) for unit in UNITS), Tree.of([("T", None)]), dict.fromkeys(UNITS, 100), frozenset()
)


def history_of(extra: dict[str, int], missing: frozenset[int] = frozenset()) -> History:
    """Everybody hears 12 of the own unit and 2 of each other; adviser 0 ``extra`` in the last quarter."""
    signals, delivered = [], []
    for quarter in range(QUARTERS):
        when = Quarter.from_index(LAST.index - quarter)
        for adviser in range(ADVISERS):
            if quarter == 0 and adviser in missing:
                continue
            delivered.append((adviser, when))
            for unit in UNITS:
                more = extra.get(unit, 0) if quarter == 0 and adviser == 0 else 0
                count = (12 if unit == UNITS[adviser] else 2) + more
                signals.append(Signal(adviser, when, unit, "T", count))
    return History.of(ORGANISATION, signals, delivered, last=LAST, threshold=3)


def place(unit: str) -> int:
    return ORGANISATION.grid.unit_place[unit]


def test_where_nobody_is_unusual_every_unit_is_covered_alike() -> None:
    history = history_of({})
    assert busyness(history) == {}
    assert np.allclose(coverage(history), 1)


def test_a_late_adviser_leaves_the_own_unit_covered_less_than_others() -> None:
    last = coverage(history_of({}, missing=frozenset({0})))[-1]
    assert last[place("U0")] < last[place("U1")] < 1


def test_a_busy_adviser_makes_more_of_everything_expected_most_of_all_in_the_own_unit() -> None:
    history = history_of({unit: 10 if unit == "U0" else 2 for unit in UNITS})  # about twice as busy
    assert list(busyness(history)) == [0]
    last = coverage(history)[-1]
    assert last[place("U0")] > last[place("U1")] > 1
    assert last[place("U0")] < 2


def test_a_hot_spot_in_one_unit_does_not_explain_itself_by_its_adviser() -> None:
    history = history_of({"U3": 14})
    assert list(busyness(history)) == [0], "with so many more the adviser is unusual"
    factors = busyness(history)[0][-1]
    assert 0.9 < factors[place("U3")] <= 1
    assert (factors[[place(unit) for unit in UNITS if unit != "U3"]] > 1.3).all()


def test_quarters_before_the_last_year_are_as_usual() -> None:
    factors = busyness(history_of({"U3": 14}))[0]
    assert (factors[: QUARTERS - 4] == 1).all()
