"""Which tables a picture has: few, so that they tell little together.

The newest closed quarter for clusters and directorates, the last four quarters for all
levels, and each closed calendar year once, for all levels, at the first sitting after it.

Example::

    planned_tables(version=2, sitting=7, newest=Quarter(2026, 3), published=spans)
"""

from collections.abc import Iterable
from dataclasses import dataclass

from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.domain.quarter import Quarter, Window

QUARTERS_IN_WINDOW = 4
DIRECTORATES, ALL_LEVELS = 2, 99


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """A table of a span, of units down to ``deepest`` levels below the whole."""

    span: Span
    deepest: int


def planned_tables(
    version: int, sitting: int, newest: Quarter, published: Iterable[Span]
) -> tuple[PlannedTable, ...]:
    """Return the tables of the picture of ``sitting``, at which ``newest`` is the last closed quarter.

    ``published``: the spans of all tables before.
    """
    rolling = rolling_window(newest)
    plan = [
        PlannedTable(Span.counted(version, sitting, Window.ending(newest, 1)), DIRECTORATES),
        PlannedTable(Span.counted(version, sitting, rolling), ALL_LEVELS),
    ]
    year = _last_closed_year(newest)
    if year not in {rolling, *(span.window for span in published)}:
        plan.append(PlannedTable(Span.counted(version, sitting, year), ALL_LEVELS))
    return tuple(plan)


def rolling_window(newest: Quarter) -> Window:
    """Return the last four quarters up to ``newest``."""
    return Window.ending(newest, QUARTERS_IN_WINDOW)


def growing_windows(newest: Quarter) -> tuple[Window, ...]:
    """Return what later windows will hold of the quarters up to ``newest``: it alone, with one before, ..."""
    return tuple(Window.ending(newest, length) for length in range(1, QUARTERS_IN_WINDOW))


def _last_closed_year(newest: Quarter) -> Window:
    year = newest.year if newest.number == QUARTERS_IN_WINDOW else newest.year - 1
    return Window.ending(Quarter(year, QUARTERS_IN_WINDOW), QUARTERS_IN_WINDOW)
