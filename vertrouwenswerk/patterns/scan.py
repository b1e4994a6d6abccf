"""The scan: the greatest ratio among all nodes, and how often luck alone does as well.

A node's *score* is its log-likelihood ratio less what the best of its family reaches by luck
in a fixed part of the replicates: so every window and every depth of the organisation has its
own chance to raise an alarm, however many nodes it has; that of a single department is the
greatest. Those levels come from replicates of their own (the pilot), so that p is exact. A
precomputed least count per node means that logarithms are taken of the few counts that can
matter.

Example::

    result = scan(problem, np.random.default_rng(1), Effort(replicates=999), level=0.02)
    result.p, result.node
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from vertrouwenswerk.patterns.grid import Floats
from vertrouwenswerk.patterns.packed import (
    MOST_IN_LEAF,
    MOST_IN_NODE,
    Packed,
    any_reaches,
    pack_least,
    unpack,
)
from vertrouwenswerk.patterns.problem import REMARKABLE, Problem

Progress = Callable[[int, int], None]
_BATCH_NUMBERS = 2**17  # node counts in one batch: what stays in the cache next to the core
NOTHING = -np.inf


class TooManySignalsError(ValueError):
    """There are more signals than can be counted at this speed."""


@dataclass(frozen=True, slots=True)
class Effort:
    """``replicates`` for p, ``pilot`` for the levels; ``stop_early``: not on, once p is above the level."""

    replicates: int = 999
    pilot: int = 199
    stop_early: bool = False


@dataclass(frozen=True)
class Scanned:
    """``node`` is (window, theme, unit) places of the best; None when nothing was remarkable.

    ``p``: chance that luck does as well anywhere; ``scores``: of each replicate, NOTHING when none;
    ``levels`` (forms, families): what luck reaches.
    """

    node: tuple[int, int, int] | None
    score: float
    p: float
    scores: Floats
    levels: Floats


def scan(
    problem: Problem,
    chance: np.random.Generator,
    effort: Effort,
    level: float,
    *,
    levels: Floats | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Scanned:
    """Scan one problem. ``levels`` of an earlier scan spare the pilot.

    ``progress`` is told how many replicates are done and may raise to cancel. Raises
    TooManySignalsError: some 5,000 in a leaf can be counted, 21,000 in a node that is searched.
    """
    _check_countable(problem)
    replicates = _Replicates(
        problem, chance, progress, effort.replicates + (effort.pilot if levels is None else 0)
    )
    if levels is None:
        levels = pilot_levels(np.concatenate(list(replicates.maxima(effort.pilot))), problem.family_parts)
    scores = node_scores(problem, levels)
    best = float(scores.max(initial=NOTHING))
    most = level * (effort.replicates + 1) - 1 if effort.stop_early else np.inf
    found: list[Floats] = []
    reached = 0
    for maxima in replicates.maxima(effort.replicates):
        found.append(best_scores(maxima, levels))
        reached += int((found[-1] >= best).sum())
        if reached > most or (best == NOTHING and effort.stop_early):
            break
    drawn = np.concatenate(found)
    p = (1 + reached) / (len(drawn) + 1)
    return Scanned(_first_best(problem, scores, best), best, p, drawn, levels)


def _check_countable(problem: Problem) -> None:
    """Leave half as much room again, as a replicate may put more in one place than there was."""
    leaves, nodes = problem.leaves, problem.observed
    if problem.whole_varies:
        leaves, nodes = problem.whole_leaves, problem.wholes
    searched = nodes[problem.searched].max(initial=0)
    if leaves.max(initial=0) * 1.5 > MOST_IN_LEAF or searched * 1.5 > MOST_IN_NODE:
        raise TooManySignalsError


def pilot_levels(maxima: Floats, parts: Floats) -> Floats:
    """Return the level of each family (forms, families) from maxima (replicates, forms, families).

    ``parts`` (families,): in which part of the replicates luck reaches it.
    """
    levels = [
        np.quantile(maxima[:, :, family], 1 - part, axis=0, method="higher")
        for family, part in enumerate(parts.tolist())
    ]
    reached: Floats = np.maximum(np.stack(levels, axis=-1), REMARKABLE)
    return reached


def best_scores(maxima: Floats, levels: Floats) -> Floats:
    """Return the best score of each replicate (replicates,), NOTHING where nothing was remarkable."""
    scores = np.where(maxima > 0, maxima - levels, NOTHING)
    best: Floats = scores.max(axis=(1, 2), initial=NOTHING).round(9)
    return best


def node_scores(problem: Problem, levels: Floats) -> Floats:
    """Return the score of each node (windows, theme nodes, unit nodes), NOTHING where not remarkable."""
    best = np.full(problem.searched.shape, NOTHING)
    may_be_found = problem.searched & (problem.observed >= problem.least)
    for form, of_family in zip(problem.forms, levels, strict=True):
        ratio = form.at(problem.seen(slice(None)), problem.expected, slice(None)).reshape(best.shape)
        score = (ratio - of_family[problem.families]).round(9)
        best = np.where(may_be_found & (ratio > 0), np.maximum(best, score), best)
    return best


def _first_best(problem: Problem, scores: Floats, best: float) -> tuple[int, int, int] | None:
    """Return the most specific node among those that score best: fewest leaves, a theme before its group."""
    if best == NOTHING:
        return None
    themes, units = (np.diff(runs, axis=1).ravel() for runs in (problem.grid.themes, problem.grid.units))
    places = np.argwhere(scores == best)
    size = themes[places[:, 1]] * units[places[:, 2]]
    window, theme, unit = places[np.lexsort((places[:, 0], -places[:, 1], size))[0]].tolist()
    return window, theme, unit


@dataclass
class _Replicates:
    """The stream of replicates; counts how many were made."""

    problem: Problem
    chance: np.random.Generator
    progress: Progress
    total: int
    done: int = 0

    def maxima(self, wanted: int) -> Iterator[Floats]:
        """Yield the greatest ratio of each family, batches of (replicates, forms, families)."""
        critical = pack_least(self.problem.critical)[..., None]
        size = batch_size(self.problem)
        for start in range(0, wanted, size):
            self.progress(self.done, self.total)
            kept = min(size, wanted - start)
            leaves = self.problem.simulation.batch(self.chance, size)
            self.done += kept
            yield family_maxima(self.problem, self.problem.grid.batch_sums(leaves), critical)[:kept]


def batch_size(problem: Problem) -> int:
    """Return how many replicates are made at a time; by nodes and signals alone, so that runs repeat."""
    numbers = max(problem.grid.shape[0] * problem.grid.shape[1], problem.simulation.signals)
    return int(min(max(_BATCH_NUMBERS // max(numbers, 1), 8), 256))


def family_maxima(problem: Problem, nodes: Packed, critical: Packed) -> Floats:
    """Return the greatest ratio (batch, forms, families) in packed nodes (theme nodes, unit nodes, batch)."""
    size = nodes.shape[-1]
    maxima = np.zeros((size, len(problem.forms), len(problem.family_parts)))
    places = np.flatnonzero(any_reaches(nodes, critical))
    hits = nodes.ravel()[places]
    node, replicate = np.divmod(places, size)
    fields = unpack(hits, len(problem.windows) + problem.whole_varies)
    unit = node % problem.grid.shape[1]
    of_unit = unpack(nodes[0, unit, replicate], len(problem.windows) + problem.whole_varies)[-1]
    for window in range(len(problem.windows)):
        flat = node + window * nodes[..., 0].size
        enough = fields[window] >= problem.critical.ravel()[flat]
        at = flat[enough]
        seen = replace(problem.seen(at), count=fields[window][enough])
        if problem.whole_varies:
            seen = replace(seen, whole=fields[-1][enough], of_unit=of_unit[enough])
        families = problem.families.ravel()[at]
        for number, form in enumerate(problem.forms):
            ratio = form.at(seen, problem.expected, at)
            np.maximum.at(maxima[:, number], (replicate[enough], families), ratio)
    return maxima
