"""Waterstad with seeded random signals: clumped, some recorded above department level."""

import csv
import random
from collections import Counter
from pathlib import Path

import vertrouwenswerk
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import ROOT, Cell, Tree

FOLDER = Path(vertrouwenswerk.__file__).parent / "data" / "waterstad"
YEAR = Window.ending(Quarter(2026, 4), 4)
MINIMUM_HEADCOUNT = 10
SHARE_ABOVE_DEPARTMENT = 0.05


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unit_tree() -> Tree:
    return Tree.of((row["code"], row["parent"] or None) for row in _rows("organisation.csv"))


def theme_tree() -> Tree:
    groups: list[tuple[str, str | None]] = [(row["code"], None) for row in _rows("theme-groups.csv")]
    return Tree.of([*groups, *((row["code"], row["group"]) for row in _rows("themes.csv"))])


def small_units() -> frozenset[str]:
    return frozenset(
        row["code"] for row in _rows("organisation.csv") if int(row["headcount"]) < MINIMUM_HEADCOUNT
    )


def signals(number: int, seed: int) -> dict[Cell, int]:
    """Departments by headcount times a clump of their own; 5 % at a directorate, cluster or the root."""
    dice = random.Random(seed)
    units = unit_tree()
    headcount = {row["code"]: int(row["headcount"]) for row in _rows("organisation.csv")}
    departments = [code for code in units.codes if units.is_leaf(code)]
    weights = [headcount[code] * dice.gammavariate(0.7, 1.0) for code in departments]
    above = [ROOT, *(code for code in units.codes[1:] if not units.is_leaf(code))]
    themes = [code for code in theme_tree().codes if theme_tree().is_leaf(code)]
    theme_weights = [dice.gammavariate(2.0, 1.0) for _theme in themes]
    found: Counter[Cell] = Counter()
    for _signal in range(number):
        at_department = dice.random() >= SHARE_ABOVE_DEPARTMENT
        unit = dice.choices(departments, weights)[0] if at_department else dice.choice(above)
        found[unit, dice.choices(themes, theme_weights)[0]] += 1
    return dict(found)


def counts(number: int, seed: int = 1) -> MergedCounts:
    return MergedCounts(YEAR, unit_tree(), theme_tree(), signals(number, seed))
