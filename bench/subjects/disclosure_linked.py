"""Quarterly sittings over Waterstad: what each picture still shows, and what it costs.

Every picture is protected together with all before it. The first sitting counts the first
four quarters, each later one the quarter that closed; nothing is corrected. Of each picture
the table of the last four quarters: the share of its signals that is visible at a level,
with all themes together (see ``disclosure-visible``), and the processor's time of the sitting.
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence

from bench.measure import Overview
from bench.peers.own import merged
from bench.subjects.disclosure_visible import LEVELS
from bench.tables import waterstad
from bench.workshop import Workshop
from vertrouwenswerk.disclosure.history import Arrival, History, Version
from vertrouwenswerk.disclosure.protect import Protected, Published, protect_picture
from vertrouwenswerk.disclosure.release_plan import planned_tables, rolling_window
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import ROOT

SIGNALS_A_YEAR = 800
FIRST = Quarter(2023, 1)
FIRST_WINDOW = 4
THRESHOLD = 3
HEADINGS = ("picture", "rows before", "regions audited", "seconds of the processor", "cells shown")


def measure(workshop: Workshop, pictures: int) -> Iterator[Overview]:
    """Hold so many sittings."""
    history = _history(pictures)
    version = history.versions[1]
    earlier: list[Published] = []
    rows = []
    for sitting in range(1, pictures + 1):
        workshop.tell(f"picture {sitting}")
        newest = Quarter.from_index(FIRST.index + FIRST_WINDOW + sitting - 2)
        plan = planned_tables(1, sitting, newest, [table.span for table in earlier])
        before = sum(len(table.shown) for table in earlier)
        start = time.process_time()
        made = protect_picture(_until(history, sitting), THRESHOLD, plan, earlier)
        seconds = time.process_time() - start
        earlier += [
            Published(planned.span, table.shown) for planned, table in zip(plan, made.tables, strict=True)
        ]
        rows.append((str(sitting), str(before), *_as_cells(history, version, sitting, newest, made, seconds)))
    levels = [f"{level}: signals visible" for level in LEVELS]
    remark = f"{SIGNALS_A_YEAR} signals a year, threshold {THRESHOLD}, table of the last four quarters"
    yield Overview((*HEADINGS, *levels), tuple(rows), (remark,))


def _as_cells(
    history: History, version: Version, sitting: int, newest: Quarter, made: Protected, seconds: float
) -> tuple[str, ...]:
    window = rolling_window(newest)
    table = next(table for table in made.tables if table.window == window)
    signals = history.counts(Span.counted(1, sitting, window)).signals
    shares = [_share(version, signals, table, depth) for depth in range(len(LEVELS))]
    return (str(made.certificate.audited), f"{seconds:.1f}", str(table.shown_cells), *shares)


def _share(version: Version, signals: Mapping[tuple[str, str], int], table: SafeTable, depth: int) -> str:
    visible = 0
    for (unit, _theme), count in signals.items():
        path = version.unit_tree.path(unit)
        visible += count * (depth < len(path) and table.count(path[depth], ROOT) is not None)
    return f"{visible / sum(signals.values()):.0%}".replace("%", " %")


def _history(pictures: int) -> History:
    """Spread the signals of Waterstad evenly over the quarters, all of one municipality."""
    quarters = pictures + FIRST_WINDOW - 1
    table = waterstad(SIGNALS_A_YEAR * quarters // 4, seed=1)
    trees = merged(table)
    units = dict(enumerate(trees.unit_tree.codes))
    themes = dict(enumerate(code for code in trees.theme_tree.codes if trees.theme_tree.is_leaf(code)))
    unit_number = {code: number for number, code in units.items()}
    theme_number = {code: number for number, code in themes.items()}
    dice = random.Random(5)
    added: dict[int, dict[tuple[int, int, int], int]] = {}
    for (unit, theme), count in table.counts.items():
        for _signal in range(count):
            quarter = dice.randrange(quarters)
            places = added.setdefault(_sitting(quarter), {})
            place = FIRST.index + quarter, unit_number[unit], theme_number[theme]
            places[place] = places.get(place, 0) + 1
    version = Version(trees.unit_tree, trees.theme_tree, units, themes, table.small_units)
    return History({1: version}, _arrivals(quarters, units, themes), added, {})


def _arrivals(quarters: int, units: Mapping[int, str], themes: Mapping[int, str]) -> tuple[Arrival, ...]:
    advisers = frozenset(range(42))
    return tuple(
        Arrival(
            FIRST.index + quarter, _sitting(quarter), frozenset(units), frozenset(themes), advisers, False
        )
        for quarter in range(quarters)
    )


def _sitting(quarter: int) -> int:
    return max(1, quarter - FIRST_WINDOW + 2)


def _until(history: History, sitting: int) -> History:
    """Return what is known at a sitting."""
    arrivals: Sequence[Arrival] = [a for a in history.arrivals if a.sitting <= sitting]
    added = {number: places for number, places in history.added.items() if number <= sitting}
    return History(history.versions, tuple(arrivals), added, {})
