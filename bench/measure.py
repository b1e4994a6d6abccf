"""Samples of seconds, and taking them by turns.

Example::

    pair = take_turns(11, product=lambda: timed(work), reference=lambda: timed(plain_work))
    pair.ratio          # the one median over the other
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measurement = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Sample:
    """Seconds, at least one."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        """A quarter lies below the first, a quarter above the second."""
        if len(self.seconds) < 2:
            return self.seconds[0], self.seconds[0]
        first, _median, third = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return first, third

    @property
    def p95(self) -> float:
        """One in twenty lies above it."""
        if len(self.seconds) < 2:
            return self.seconds[0]
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


@dataclass(frozen=True, slots=True)
class Pair:
    """What the product took and what the reference took, measured by turns."""

    product: Sample
    reference: Sample

    @property
    def ratio(self) -> float:
        """The product's median over the reference's."""
        return self.product.median / self.reference.median


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table; ``goal`` and ``remarks`` in words, empty when there are none."""

    name: str
    what: str
    reference: str
    pair: Pair
    goal: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """A table of its own, for what is no ratio: headings, rows as wide, remarks in sentences."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()


def timed(work: Callable[[], object]) -> float:
    """Return the seconds on the wall clock that ``work`` takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def take_turns(times: int, *, product: Measurement, reference: Measurement, warm_up: int = 1) -> Pair:
    """Measure both ``times`` times, each being the first in every other round.

    ``warm_up`` rounds are thrown away first: caches filled, modules compiled.
    """
    taken: dict[Measurement, list[float]] = {product: [], reference: []}
    order: Sequence[Measurement] = (product, reference)
    for lap in range(-warm_up, times):
        for measure in order if lap % 2 else reversed(order):
            seconds = measure()
            if lap >= 0:
                taken[measure].append(seconds)
    return Pair(Sample(tuple(taken[product])), Sample(tuple(taken[reference])))
