"""A safe table comes from its two doors only, does not change and prints no counts."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from tests.disclosure import waterstad
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.rules import Rules
from vertrouwenswerk.disclosure.safe_table import SafeTable, restore

UNITS, THEMES = ("*", "C", "C1"), ("*", "a", "b")
SHOWN = [(("*", "*"), 4711), (("C", "a"), 5)]


def _table() -> SafeTable:
    return restore(waterstad.YEAR, 5, UNITS, THEMES, SHOWN)


def test_counts_are_numbers_or_hidden() -> None:
    table = _table()
    assert (table.count("*", "*"), table.count("C", "a"), table.count("C1", "a")) == (4711, 5, None)
    assert (table.shown_cells, table.hidden_cells) == (2, 7)
    for unit, theme in (("C9", "a"), ("C", "z"), ("a", "C")):
        with pytest.raises(KeyError):
            table.count(unit, theme)


def test_it_cannot_be_made_from_raw_counts() -> None:
    raw: dict[str, Any] = {
        "window": waterstad.YEAR, "threshold": 3, "units": UNITS, "themes": THEMES, "shown": {("C", "a"): 9},
    }  # fmt: skip
    with pytest.raises(TypeError):
        SafeTable(**raw)
    with pytest.raises(TypeError):
        SafeTable(**raw, door=object())
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(_table(), shown={("C", "a"): 9})  # type: ignore[call-arg]


def test_it_does_not_change() -> None:
    table = _table()
    with pytest.raises(TypeError):
        table.shown["C", "a"] = 6  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.threshold = 3  # type: ignore[misc]


def test_equal_by_value_and_no_count_in_print() -> None:
    assert _table() == _table()
    assert hash(_table()) == hash(_table())
    assert _table() != restore(waterstad.YEAR, 5, UNITS, THEMES, SHOWN[:1])
    assert repr(_table()) == str(_table()) == "SafeTable(2026-Q1..2026-Q4, 3 units x 3 themes)"


def test_it_cannot_be_pickled_past_its_doors() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(_table())
    with pytest.raises(TypeError):
        copy.deepcopy(_table())


@pytest.mark.parametrize(
    "change",
    [
        {"shown": [(("C", "a"), 4)]},
        {"shown": [(("C", "a"), 0)]},
        {"shown": [(("C", "a"), 5.0)]},
        {"shown": [(("C", "z"), 5)]},
        {"shown": [(("C9", "a"), 5)]},
        {"shown": [(("C", "a"), 5), (("C", "a"), 5)]},
        {"threshold": 2},
        {"units": ("C", "*")},
        {"units": ("*", "C", "C")},
        {"themes": ()},
    ],
)
def test_restore_refuses_what_cannot_be(change: dict[str, Any]) -> None:
    parts: dict[str, Any] = {
        "window": waterstad.YEAR, "threshold": 5, "units": UNITS, "themes": THEMES, "shown": SHOWN,
    }  # fmt: skip
    with pytest.raises(ValueError, match=r"threshold|unknown|twice|once"):
        restore(**parts | change)


def test_restore_gives_back_what_protect_made() -> None:
    table = protect(waterstad.counts(200), Rules(3, waterstad.small_units()))
    again = restore(table.window, table.threshold, table.units, table.themes, table.shown.items())
    assert again == table
