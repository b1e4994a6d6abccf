"""What the scan would have seen: how many extra signals in one department and theme it takes.

For every department and theme the chance is worked out that extra signals in the last quarter
are found, given what it usually has; the answer is the average over all of them.

Example::

    Sensitivity(often=6, seldom=3)     # 6 extra are seen in 9 of 10 cases, 3 mostly not
"""

from collections.abc import Iterable
from math import factorial

import numpy as np

from vertrouwenswerk.patterns.grid import Floats
from vertrouwenswerk.patterns.notices import Sensitivity
from vertrouwenswerk.patterns.problem import REMARKABLE, Problem, Seen
from vertrouwenswerk.patterns.scan import NOTHING, Scanned

OFTEN, SELDOM = 0.9, 0.5
_MOST_EXTRA, _MOST_USUAL = 40, 6


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
    """Return the chance (extra signals,) that 0 to 39 extra in one leaf and the shortest window are found."""
    leaves = _Leaves(problem, scanned, critical_score(scanned, level))
    return np.array([leaves.found(extra) for extra in range(_MOST_EXTRA)])


def critical_score(scanned: Scanned, level: float) -> float:
    """Return the score above which a node would have been a finding at ``level``."""
    may_reach = int(level * (len(scanned.scores) + 1)) - 1
    falling = np.sort(scanned.scores)[::-1]
    return float(falling[may_reach]) if 0 <= may_reach < len(falling) else np.inf


class _Leaves:
    """Every searched department x theme with nothing below it, in the shortest window."""

    def __init__(self, problem: Problem, scanned: Scanned, critical: float) -> None:
        window = int(np.argmin(problem.windows))
        themes = np.flatnonzero(np.diff(problem.grid.themes, axis=1).ravel() == 1)
        departments = np.flatnonzero(problem.grid.is_department & problem.searched[window, 0])
        self.problem, self.scanned, self.critical = problem, scanned, critical
        self.node = (window, themes[:, None], departments)
        self.usual = problem.expected[self.node]

    def found(self, extra: int) -> float:
        """Return the chance that ``extra`` signals on top of the usual are found, the mean of all leaves."""
        if not self.usual.size:
            return 0.0
        chance = np.zeros(self.usual.shape)
        for count in range(_MOST_USUAL):
            weight = np.exp(-self.usual) * self.usual**count / factorial(count)
            chance += weight * (self._score(count, extra) > self.critical)
        return float(chance.mean())

    def _score(self, usual: int, extra: int) -> Floats:
        """Return the score of each leaf with so many signals, NOTHING under the threshold."""
        score = np.full(self.usual.shape, NOTHING)
        if usual + extra < self.problem.least:
            return score
        seen, mean = self._with_extra(usual, extra)
        for form, levels in zip(self.problem.forms, self.scanned.levels, strict=True):
            extras = (values[self.node] for values in form.extras)
            ratio = form.ratio(seen.count, seen.whole, seen.of_unit, mean, *extras)
            levels_here = levels[self.problem.families[self.node]]
            score = np.where(ratio >= REMARKABLE, np.maximum(score, ratio - levels_here), score)
        return score

    def _with_extra(self, usual: int, extra: int) -> tuple[Seen, Floats]:
        """Return what each leaf would count, and expect, with ``extra`` signals on top."""
        window, _themes, units = self.node
        count = np.full(self.usual.shape, usual + extra)
        whole, of_unit = self.problem.wholes[self.node], self.problem.wholes[window, 0, units]
        if self.problem.whole_varies:  # expected by size: the past stays what it was
            more = count - self.problem.observed[self.node]
            return Seen(count, whole + more, of_unit + more), self.usual
        top = (window, 0, 0)
        overall: float = self.problem.expected[top] / max(int(self.problem.wholes[top]), 1)
        share = np.where(whole > 0, self.usual / np.maximum(whole, 1), overall)
        return Seen(count, whole + extra, of_unit + extra), self.usual + extra * share
