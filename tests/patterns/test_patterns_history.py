"""How a history is laid out: units that moved, merged, split; what is refused."""

import pytest

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.history import History, Signal
from vertrouwenswerk.patterns.organisation import Organisation

LAST = Quarter(2026, 4)
UNITS = Tree.of([("C", None), ("D", "C"), ("A1", "D"), ("A2", "D"), ("A3", "C")])
THEMES = Tree.of([("G", None), ("T1", "G"), ("T2", "G")])


def laid_out(
    *signals: Signal,
    successors: dict[str, str] | None = None,
    since: dict[str, Quarter] | None = None,
    longest: int = 12,
) -> History:
    people = {"A1": 10, "A2": 20, "A3": 30}
    organisation = Organisation(UNITS, THEMES, people, successors=successors, since=since)
    delivered = [(1, Quarter.from_index(LAST.index - back)) for back in range(16)]
    return History.of(organisation, signals, delivered, last=LAST, threshold=3, longest=longest)


def units(history: History) -> list[str]:
    return [history.grid.unit_codes[place] for place in history.unit.tolist()]


def test_every_signal_is_a_row_and_older_quarters_are_left_out() -> None:
    old = Quarter.from_index(LAST.index - 12)
    history = laid_out(Signal(1, LAST, "A1", "T2", 3), Signal(1, old, "A1", "T1", 2))
    assert (units(history), history.theme.tolist()) == (["A1"] * 3, [1] * 3)
    assert (history.quarters, history.quarter.tolist(), history.lag.tolist()) == (12, [11] * 3, [0] * 3)


def test_a_unit_that_merged_or_moved_keeps_its_history_through_its_successors() -> None:
    signals = (Signal(1, LAST, "OLD", "T1", 1), Signal(1, LAST, "OLDER", "T1", 1))
    history = laid_out(*signals, successors={"OLD": "A1", "OLDER": "OLD"})
    assert units(history) == ["A1", "A1"]


def test_what_was_counted_before_a_split_belongs_to_the_unit_above_in_those_quarters_alone() -> None:
    start = Quarter(2026, 2)
    before, after = Signal(1, Quarter(2026, 1), "WHOLE", "T1", 1), Signal(1, start, "A1", "T1", 1)
    history = laid_out(before, after, successors={"WHOLE": "A1"}, since={"A1": start, "A2": start})
    assert units(history) == ["D", "A1"]
    assert (history.first.tolist(), history.until.tolist()) == ([0, 9], [9, 12])
    assert history.open_units[history.grid.unit_place["A1"]].tolist() == [False] * 9 + [True] * 3


@pytest.mark.parametrize(
    "signal",
    [
        Signal(1, LAST, "NO", "T1", 1),
        Signal(1, LAST, "A1", "G", 1),
        Signal(1, LAST, "A1", "T1", 0),
        Signal(2, LAST, "A1", "T1", 1),
    ],
)
def test_what_cannot_be_is_refused(signal: Signal) -> None:
    with pytest.raises(ValueError, match=r"signal|count"):
        laid_out(signal)


def test_successors_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown unit"):
        laid_out(Signal(1, LAST, "X", "T1", 1), successors={"X": "Y", "Y": "X"})
