"""What the scan would have seen: how many extra signals in one department and theme it takes.

For every department and theme the chance is worked out that extra signals in the last quarter
are found, given what it usually has; the answer is the average over all of them.

Example::

    Sensitivity(often=6, seldom=3)     # 6 extra are seen in 9 of 10 cases, 3 mostly not
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import factorial

import numpy as np

from vertrouwenswerk.patterns.grid import Floats
from vertrouwenswerk.patterns.problem import Problem
from vertrouwenswerk.patterns.scan import Scanned

OFTEN, SELDOM = 0.9, 0.5
_MOST_EXTRA, _MOST_USUAL = 40, 6


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Least extra signals found in 9 of 10 cases, most extra signals found in fewer than half."""

    often: int
    seldom: int


def sensitivity(asked: Iterable[tuple[Problem, Scanned, float]]) -> Sensitivity | None:
    """Return what would have been seen, by the keenest of the questions; None when no number would do.

    ``asked``: problem, scan and level of each question.
    """
    curves = [found_with_extra(*one) for one in asked]
    if not curves:
        return None
    best = np.max(curves, axis=0)
    often = np.flatnonzero(best >= OFTEN)
    return Sensitivity(int(often[0]), int(np.flatnonzero(best < SELDOM)[-1])) if len(often) else None


def found_with_extra(problem: Problem, scanned: Scanned, level: float) -> Floats:
    """Return the chance (extra signals,) that 0 to 40 extra in one leaf and the shortest window are found."""
    needed = critical_score(scanned, level)
    window = int(np.argmin(problem.windows))
    theme_nodes = np.flatnonzero(np.diff(problem.grid.themes, axis=1).ravel() == 1)
    rows, columns = np.meshgrid(theme_nodes, np.flatnonzero(problem.grid.is_department), indexing="ij")
    kept = problem.searched[window, rows, columns] & (problem.expected[window, rows, columns] > 0)
    node = (np.full(int(kept.sum()), window), rows[kept], columns[kept])
    if not len(node[0]):
        return np.zeros(_MOST_EXTRA)
    return np.array([_found(problem, scanned, needed, node, extra) for extra in range(_MOST_EXTRA)])


def critical_score(scanned: Scanned, level: float) -> float:
    """Return the least score that would have been a finding at ``level``."""
    most = int(level * (len(scanned.scores) + 1)) - 1
    falling = np.sort(scanned.scores)[::-1]
    return float(np.nextafter(falling[most], np.inf)) if 0 <= most < len(falling) else np.inf


def _found(problem: Problem, scanned: Scanned, needed: float, node: tuple[Floats, ...], extra: int) -> float:
    usual = problem.expected[node]
    chance = 0.0
    for count in range(_MOST_USUAL):
        weight = np.exp(-usual) * usual**count / factorial(count)
        total = np.full(len(usual), count + extra)
        scores = np.full(len(usual), -np.inf)
        for number, form in enumerate(problem.forms):
            mean, third = form.with_extra(usual, form.third[node], extra, problem.share_of_last(node))
            ratio = form.ratio(total, mean, third)
            level = scanned.levels[number][problem.families[node]]
            scores = np.where(ratio > 0, np.maximum(scores, ratio - level), scores)
        chance += float((weight * ((scores >= needed) & (total >= problem.least))).mean())
    return chance
