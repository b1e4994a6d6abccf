"""A fictitious year in Waterstad: who would have called on which adviser, about what.

Signals fall on departments by headcount, with a temper of its own for each department,
and on themes by how common they are; about one in twelve names no more than a directorate
or cluster, or nothing. A few patterns are planted on top, so that there is something to find.
The same seed makes the same world.
"""

import itertools
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import ROOT

SIGNALS_A_YEAR = 800
_THEME_WEIGHTS = {
    "DISC": 12, "TWIJ": 7, "PEST": 22, "SEKS": 5, "AGGR": 11, "MACH": 20, "INTG": 8, "OPVG": 6, "ANDR": 9,
}  # fmt: skip
_NAMES_DEPARTMENT, _NAMES_DIRECTORATE, _NAMES_CLUSTER = 0.92, 0.05, 0.01


@dataclass(frozen=True, slots=True)
class PlantedPattern:
    """``extra`` signals on ``theme`` in ``unit``, spread over ``quarters`` on top of the usual."""

    unit: str
    theme: str
    quarters: tuple[Quarter, ...]
    extra: int


Tallies = dict[int, Counter[tuple[Quarter, str, str]]]


def planted_patterns(quarters: Sequence[Quarter]) -> tuple[PlantedPattern, ...]:
    """Return what is planted: a sudden cell, a slow build-up, and a group that lasts."""
    last = tuple(quarters[-4:])
    return (
        PlantedPattern("DID-SA-01", "PEST", last[-1:], 9),
        PlantedPattern("RED-IB-02", "INTG", last, 14),
        PlantedPattern("SOC-SPB-01", "MACH", tuple(quarters[-6:]), 24),
    )


def make_world(codebook: Codebook, quarters: Sequence[Quarter], advisers: int, seed: int) -> Tallies:
    """Return for each adviser (0 to ``advisers`` - 1) how many signals per quarter, unit and theme."""
    chance = random.Random(seed)  # noqa: S311 - a demo is to be repeatable, not secret
    departments = [unit.code for unit in codebook.units if codebook.unit_tree.is_leaf(unit.code)]
    weights = [_weight(codebook, code, chance) for code in departments]
    intake = [chance.gammavariate(4.0, 1.0) for _adviser in range(advisers)]
    tallies: Tallies = {adviser: Counter() for adviser in range(advisers)}

    def count(quarter: Quarter, unit: str, theme: str) -> None:
        tallies[chance.choices(range(advisers), intake)[0]][quarter, unit, theme] += 1

    for quarter in quarters:
        for _signal in range(_poisson(chance, SIGNALS_A_YEAR / 4)):
            department = chance.choices(departments, weights)[0]
            theme = chance.choices(list(_THEME_WEIGHTS), list(_THEME_WEIGHTS.values()))[0]
            count(quarter, _as_named(codebook, department, chance), theme)
    for pattern in planted_patterns(quarters):
        for _signal, quarter in zip(range(pattern.extra), itertools.cycle(pattern.quarters), strict=False):
            count(quarter, pattern.unit, pattern.theme)
    return tallies


def _weight(codebook: Codebook, department: str, chance: random.Random) -> float:
    return (codebook.unit(department).headcount or 0) * chance.gammavariate(3.0, 1 / 3.0)


def _as_named(codebook: Codebook, department: str, chance: random.Random) -> str:
    path = codebook.unit_tree.path(department)
    drawn = chance.random()
    if drawn < _NAMES_DEPARTMENT:
        return department
    if drawn < _NAMES_DEPARTMENT + _NAMES_DIRECTORATE:
        return path[2]
    return path[1] if drawn < _NAMES_DEPARTMENT + _NAMES_DIRECTORATE + _NAMES_CLUSTER else ROOT


def _poisson(chance: random.Random, mean: float) -> int:
    """Draw a Poisson number as the sum of parts small enough for Knuth's product method."""
    parts = max(1, round(mean / 20))
    return sum(_small_poisson(chance, mean / parts) for _part in range(parts))


def _small_poisson(chance: random.Random, mean: float) -> int:
    limit, product, number = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number
