"""What is left to see of Waterstad after ``protect``: signals by level and window, and hotspots.

A signal is visible at a level when the cell that holds it there is shown: the unit of that
level that it was recorded at or below, with its theme or with all themes together. One that
was recorded above a level is not visible at it. A quarter is the first of the same year; as
signals fall evenly over the year, what counts is how many there are in the window.

A hotspot is nine signals more in one cell of a department and a theme, both drawn at random
(no small unit); it is visible when that cell is shown. Where it is not, the department's cell
with all themes together may be: that weighs more than the cell of one theme.
"""

import random
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bench.measure import Overview
from bench.peers.exchange import WHOLE, Cell, Table
from bench.peers.own import merged, rules
from bench.tables import waterstad
from bench.workshop import Workshop
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.safe_table import SafeTable

SIGNALS_A_YEAR = (200, 400, 800, 1600)
QUARTERS = {1: "one quarter", 4: "four quarters"}
WINDOWS = tuple((signals, quarters) for signals in SIGNALS_A_YEAR for quarters in QUARTERS)
HEADINGS = ("signals a year", "window")
LEVELS = ("organisation", "clusters", "directorates", "departments")  # by depth
WORLDS = 5
HOTSPOT = 9


def measure(workshop: Workshop, hotspots: int) -> Iterator[Overview]:
    """Measure what is visible in a few worlds, and so many worlds with a hotspot each."""
    numbers = sorted({_in_window(*window) for window in WINDOWS})
    shares = {number: _shares(workshop, number) for number in numbers}
    found = {number: _hotspots(workshop, number, hotspots) for number in numbers}
    cells = [f"{level}: theme / all themes" for level in LEVELS]
    remark = f"means of {WORLDS} worlds; share of all signals of the window"
    yield Overview((*HEADINGS, *cells), _by_window(shares), (remark,))
    hotspot_cells = (
        f"hotspots of {HOTSPOT} or more visible",
        "of the others, the department's total visible",
    )
    yield Overview((*HEADINGS, *hotspot_cells), _by_window(found))


def _in_window(signals_a_year: int, quarters: int) -> int:
    return signals_a_year * quarters // 4


def _by_window(found: Mapping[int, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (str(signals), QUARTERS[quarters], *found[_in_window(signals, quarters)])
        for signals, quarters in WINDOWS
    )


def _shares(workshop: Workshop, signals: int) -> tuple[str, ...]:
    workshop.tell(f"what is visible of {signals} signals")
    worlds = [waterstad(signals, seed) for seed in range(1, WORLDS + 1)]
    protected = [(table, protect(merged(table), rules(table))) for table in worlds]
    cells = []
    for depth in range(len(LEVELS)):
        by_theme, together = (
            statistics.fmean(_share_visible(*each, depth, all_themes=all_themes) for each in protected)
            for all_themes in (False, True)
        )
        cells.append(f"{by_theme:.0%} / {together:.0%}".replace("%", " %"))
    return tuple(cells)


def _share_visible(table: Table, safe: SafeTable, depth: int, *, all_themes: bool) -> float:
    tree = merged(table).unit_tree
    visible = 0
    for (unit, theme), count in table.counts.items():
        path = tree.path(unit)
        cell = (path[depth], WHOLE if all_themes else theme) if depth < len(path) else None
        visible += count * (cell in safe.shown)
    return visible / sum(table.counts.values())


def _hotspots(workshop: Workshop, signals: int, worlds: int) -> tuple[str, ...]:
    visible = only_total = 0
    for seed in range(1, worlds + 1):
        workshop.tell(f"hotspot {seed} of {worlds} among {signals} signals")
        table, (unit, theme) = _with_hotspot(waterstad(signals, seed), seed)
        shown = protect(merged(table), rules(table)).shown
        visible += (unit, theme) in shown
        only_total += (unit, theme) not in shown and (unit, WHOLE) in shown
    return (f"{visible} of {worlds}", f"{only_total} of {worlds - visible}")


def _with_hotspot(table: Table, seed: int) -> tuple[Table, Cell]:
    dice = random.Random(f"hotspot {seed}")
    counts = merged(table)
    departments = [
        code for code in counts.unit_tree.codes
        if counts.unit_tree.depth(code) == len(LEVELS) - 1 and code not in table.small_units
    ]  # fmt: skip
    themes = [code for code in counts.theme_tree.codes if counts.theme_tree.is_leaf(code)]
    cell = (dice.choice(departments), dice.choice(themes))
    return replace(table, counts=table.counts | {cell: table.counts.get(cell, 0) + HOTSPOT}), cell
