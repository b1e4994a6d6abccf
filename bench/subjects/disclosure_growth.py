"""How the time and memory of ``protect`` grow with the organisation, signals growing with it.

One, three and ten of Waterstad under one root, each with 800 signals a year of its own. The
exponent (of the processor seconds, of the bytes) says that n times the units cost n to that
power times as much.
"""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from bench.measure import Overview
from bench.processes import own, run_apart
from bench.tables import waterstad
from bench.workshop import Workshop

COPIES = (1, 3, 10)
SIGNALS = 800
HEADINGS = (
    "units", "cells", "signals", "shown",
    "seconds", "of the processor", "exponent",
    "memory of protect", "exponent", "of the process", "n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Size:
    """Medians at one size."""

    units: int
    cells: int
    signals: int
    shown: float
    seconds: float
    processor_seconds: float
    own_bytes: float
    peak_bytes: float


def measure(workshop: Workshop, times: int) -> Iterator[Overview]:
    """Measure so many worlds of each size."""
    sizes = [_measure_size(workshop, copies, times) for copies in COPIES]
    rows = [_row(size, before, times) for size, before in zip(sizes, [None, *sizes], strict=False)]
    first, last = sizes[0], sizes[-1]
    seconds = _exponent(first, last, first.processor_seconds, last.processor_seconds)
    memory = _exponent(first, last, first.own_bytes, last.own_bytes)
    ends = f"from {first.units} to {last.units} units"
    remark = f"{ends}: exponent {seconds:.2f} for processor seconds, {memory:.2f} for the memory of protect"
    yield Overview(HEADINGS, tuple(rows), (remark,))


def _measure_size(workshop: Workshop, copies: int, times: int) -> _Size:
    tables = [waterstad(SIGNALS, seed, copies) for seed in range(1, times + 1)]
    runs = []
    for table in tables:
        workshop.tell(f"protecting {copies} x Waterstad")
        runs.append(run_apart(own("protect"), table, workshop.room("apart")))
    costs = [run.cost for run in runs]
    units, themes = (len(parents) + 1 for parents in (tables[0].units, tables[0].themes))
    return _Size(
        units,
        units * themes,
        sum(tables[0].counts.values()),
        statistics.median(len(run.shown) for run in runs),
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.processor_seconds for cost in costs),
        statistics.median(cost.peak_bytes - cost.bytes_before for cost in costs),
        statistics.median(cost.peak_bytes for cost in costs),
    )


def _row(size: _Size, before: _Size | None, times: int) -> tuple[str, ...]:
    def exponent(cost_before: float, cost: float) -> str:
        return f"{_exponent(before, size, cost_before, cost):.2f}" if before else "-"

    return (
        str(size.units),
        str(size.cells),
        str(size.signals),
        f"{size.shown:.0f}",
        f"{size.seconds:.2f}",
        f"{size.processor_seconds:.2f}",
        exponent(before.processor_seconds if before else 0, size.processor_seconds),
        f"{size.own_bytes / 1e6:.1f} MB",
        exponent(before.own_bytes if before else 0, size.own_bytes),
        f"{size.peak_bytes / 1e6:.0f} MB",
        str(times),
    )


def _exponent(small: _Size, large: _Size, small_cost: float, large_cost: float) -> float:
    """Return the slope of cost over units, both as logarithms."""
    return math.log(large_cost / small_cost) / math.log(large.units / small.units)
