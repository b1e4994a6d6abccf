"""The folder through which a program gets a table and says what it would publish.

``units.csv`` and ``themes.csv`` (code, parent; parents first, no line for the whole),
``counts.csv`` (unit, theme, count above 0) and ``rules.csv`` (threshold, then the codes of
small units) go in; ``shown.csv`` (unit, theme) and ``facts.csv`` come out: the ``Cost`` of
the work itself and the program's version. The whole is ``"*"``. Python's own library only:
it runs under any Python that has the peer.

Example::

    folder = Path(sys.argv[-1])
    answer(folder, read(folder), lambda table: my_program(table), version="1.0")
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

WHOLE = "*"
NOT_INSTALLED = 3

Parents = dict[str, str]
Cell = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """Parents of units and themes (``"*"`` at the top), what was counted where, and the rules."""

    units: Parents
    themes: Parents
    counts: dict[Cell, int]
    threshold: int
    small_units: frozenset[str]

    def totals(self) -> Counter[Cell]:
        """Return the count of every cell that is not empty."""
        totals: Counter[Cell] = Counter()
        for (unit, theme), count in self.counts.items():
            for unit_above in line(self.units, unit):
                for theme_above in line(self.themes, theme):
                    totals[unit_above, theme_above] += count
        return totals


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall and of the processor; the most bytes held before the work and in all."""

    seconds: float
    processor_seconds: float
    bytes_before: int
    peak_bytes: int


def line(parents: Parents, code: str) -> Iterator[str]:
    """Yield a code and all above it, the whole last."""
    yield code
    while code != WHOLE:
        code = parents[code]
        yield code


def children(parents: Parents, code: str) -> list[str]:
    """Return the codes right below one."""
    return [child for child, parent in parents.items() if parent == code]


def write(folder: Path, table: Table) -> None:
    """Leave a table in a folder."""
    _write(folder / "units.csv", table.units.items())
    _write(folder / "themes.csv", table.themes.items())
    _write(folder / "counts.csv", ((*cell, count) for cell, count in table.counts.items()))
    _write(folder / "rules.csv", [(table.threshold,), *((unit,) for unit in sorted(table.small_units))])


def read(folder: Path) -> Table:
    """Take a table from a folder."""
    (threshold,), *small = _rows(folder / "rules.csv")
    counts = {(unit, theme): int(count) for unit, theme, count in _rows(folder / "counts.csv")}
    units, themes = (dict(_rows(folder / name)) for name in ("units.csv", "themes.csv"))
    return Table(units, themes, counts, int(threshold), frozenset(code for (code,) in small))


def answer(folder: Path, table: Table, work: Callable[[Table], Iterable[Cell]], version: str) -> None:
    """Do the work on a table and leave the cells that it would publish, with what it took."""
    before, begin, begin_processor = peak_bytes(), time.perf_counter(), time.process_time()
    shown = list(work(table))
    seconds, processor = time.perf_counter() - begin, time.process_time() - begin_processor
    _write(folder / "shown.csv", shown)
    _write(folder / "facts.csv", [(seconds, processor, before, peak_bytes(), version)])


def read_answer(folder: Path) -> tuple[list[Cell], Cost, str]:
    """Return the published cells, what that took, and the program's version."""
    shown = [(unit, theme) for unit, theme in _rows(folder / "shown.csv")]
    ((seconds, processor, before, peak, version),) = _rows(folder / "facts.csv")
    return shown, Cost(float(seconds), float(processor), int(before), int(peak)), version


def peer(name: str) -> Any:
    """Import a peer's package; end the process and say so when it is not there."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        sys.stderr.write(f"no Python package {error.name}\n")
        sys.exit(NOT_INSTALLED)


def peak_bytes() -> int:
    """Return the most memory that this process ever held, 0 where the system does not tell.

    Not ``getrusage``: on Linux its figure begins with what the parent held at the start.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    peak = next(row for row in status.read_text(encoding="ascii").splitlines() if row.startswith("VmHWM"))
    return int(peak.split()[1]) * 1024


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
