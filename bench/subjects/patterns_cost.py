"""The scan's seconds, against numpy's own time to draw the random numbers that it needs.

349 x 21 nodes and 4 windows, 9,999 replicates; and ten times as many departments, advisers and
signals with a tenth of the replicates. The floor draws the same numbers in the same batches
and throws them away: whole numbers of 64 bits for the reshuffle, gamma and uniform numbers
for the deal. How cost grows is the power of ten between the two sizes.
"""

import tracemalloc
from collections.abc import Callable, Iterator
from math import log10

import numpy as np

from bench.measure import Line, Pair, take_turns, timed
from bench.workshop import Workshop
from bench.worlds import Shape, World, make
from vertrouwenswerk.patterns import questions
from vertrouwenswerk.patterns.history import History
from vertrouwenswerk.patterns.problem import Problem
from vertrouwenswerk.patterns.scan import Effort, batch_size, scan
from vertrouwenswerk.patterns.simulation import Redeal, Reshuffle

GOAL = "5"
WINDOWS = (1, 2, 3, 4)
THREE_WINDOWS = (1, 2, 4)  # where size is the measure, the whole history is the fourth
TEN_TIMES = Shape(clusters=80, directorates=400, departments=3000, advisers=420, a_year=20_000)
SIZES = ((Shape(), 9_999), (TEN_TIMES, 999))
_LEVEL = 0.02

Pose = Callable[[History], Problem]


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Measure both questions at both sizes."""
    histories = [make(World.DIFFER, np.random.default_rng(1), shape=shape).history for shape, _n in SIZES]
    for name, pose in (("rising", _rising), ("size", _size)):
        pairs = []
        for history, (_shape, replicates) in zip(histories, SIZES, strict=True):
            workshop.tell(f"scanning: {name}")
            problem = pose(history)
            pairs.append(_against_floor(problem, replicates, times))
            remarks = [_speed(pairs[-1], replicates), f"{_peak(pose, history):.0f} MB at the most"]
            if len(pairs) == 2:
                remarks.append(_growth(pairs[0], pairs[1]))
            if isinstance(problem.simulation, Reshuffle):
                remarks.append(_permutations(problem.simulation, replicates, batch_size(problem)))
            nodes, signals = problem.searched[0].size, len(history.adviser)
            what = f"{name}: {nodes} nodes x 4 windows, {signals} signals, {replicates} replicates"
            yield Line("patterns-cost", what, "the random numbers alone", pairs[-1], GOAL, tuple(remarks))


def _rising(history: History) -> Problem:
    return questions.rising(history, WINDOWS, np.zeros(history.grid.leaf_shape, dtype=np.bool_))


def _size(history: History) -> Problem:
    nothing = np.zeros(history.grid.leaf_shape, dtype=np.bool_)
    dispersion = questions.dispersion_of(history, np.random.default_rng(1))
    return questions.size(history, THREE_WINDOWS, nothing, dispersion)


def _against_floor(problem: Problem, replicates: int, times: int) -> Pair:
    effort = Effort(replicates, pilot=199)
    made = replicates + effort.pilot
    return take_turns(
        times,
        product=lambda: timed(lambda: scan(problem, np.random.default_rng(1), effort, _LEVEL)),
        reference=lambda: timed(lambda: _floor(problem, made)),
        warm_up=0,
    )


def _floor(problem: Problem, replicates: int) -> None:
    """Draw the numbers that so many replicates need, in batches of the same size."""
    chance, size = np.random.default_rng(1), batch_size(problem)
    match problem.simulation:
        case Reshuffle() as shuffle:
            for _batch in range(-(-replicates // size)):
                chance.random((size, len(shuffle.odd.leaves)))
                chance.integers(0, 2**64 - 1, (size, len(shuffle.alike.tags)), np.uint64, endpoint=True)
        case Redeal() as deal:
            depths = [
                (np.equal(problem.grid.unit_depths, d).sum(), v)
                for d, v in enumerate(deal.dispersion.depths)
                if v
            ]
            cells = (size, problem.grid.leaf_shape[0], len(deal.departments))
            for _batch in range(-(-replicates // size)):
                for nodes, variance in depths:
                    chance.standard_gamma(1 / variance, (size, nodes))
                if deal.dispersion.cells:
                    chance.standard_gamma(1 / deal.dispersion.cells, cells)
                chance.random((size, deal.signals))


def _speed(pair: Pair, replicates: int) -> str:
    return f"{replicates / pair.product.median:,.0f} replicates a second"


def _permutations(shuffle: Reshuffle, replicates: int, size: int) -> str:
    """Say what numpy's own permutations of the signals would take, nothing counted."""
    chance, rows = np.random.default_rng(1), np.tile(shuffle.alike.leaves, (size, 1))
    seconds = timed(lambda: [chance.permuted(rows, axis=1) for _batch in range(-(-replicates // size))])
    return f"numpy's permuted takes {seconds:.2f} s for the same replicates, nothing counted"


def _growth(small: Pair, large: Pair) -> str:
    """Say by which power of the size the time of one replicate grows, from the one size to ten times that."""
    ratio = SIZES[0][1] / SIZES[1][1]
    scan_grows, floor_grows = (
        log10(ratio * getattr(large, side).median / getattr(small, side).median)
        for side in ("product", "reference")
    )
    return (
        f"time per replicate grows with size to the power {scan_grows:.2f} (random numbers {floor_grows:.2f})"
    )


def _peak(pose: Pose, history: History) -> float:
    """Return the most memory in megabytes that posing and scanning take (few replicates do as well)."""
    tracemalloc.start()
    scan(pose(history), np.random.default_rng(1), Effort(99, 99), _LEVEL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6
