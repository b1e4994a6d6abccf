"""What the scan looks at: who counted what, where and when, as arrays, with the trees.

An adviser is a number without a meaning outside: it only says which signals could fall in
which quarters. A signal recorded under a unit that ended is counted under its successor; one
recorded before its unit was there (``Organisation.since``) is counted one level up.

Example::

    history = History.of(unit_tree, theme_tree, signals, delivered, last=Quarter(2026, 4), ...)
    history.before(1)      # as it was a quarter ago
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.patterns.grid import Flags, Floats, Grid, Integers
from vertrouwenswerk.patterns.organisation import Organisation

LONGEST = 12  # quarters looked back
MOST_QUARTERS = 60  # that fit in one number, one bit each


@dataclass(frozen=True, slots=True)
class Signal:
    """How many signals one adviser counted in a quarter for a unit of any level (or ``"*"``) and a theme."""

    adviser: int
    quarter: Quarter
    unit: str
    theme: str
    count: int


@dataclass(frozen=True)
class History:
    """One row for each signal, oldest quarter 0, newest ``quarters`` - 1.

    ``adviser``, ``unit``, ``theme``, ``quarter``: (n,) places on the axes of ``delivered``
    (advisers, quarters), the grid's units and leaf themes, and quarters. ``first`` and
    ``until``: (n,) the quarters, half open, in which that place could be recorded.
    """

    organisation: Organisation
    last: Quarter
    threshold: int
    adviser: Integers
    unit: Integers
    theme: Integers
    quarter: Integers
    first: Integers
    until: Integers
    delivered: Flags

    @classmethod
    def of(
        cls,
        organisation: Organisation,
        signals: Iterable[Signal],
        delivered: Iterable[tuple[int, Quarter]],
        *,
        last: Quarter,
        threshold: int,
        longest: int = LONGEST,
    ) -> Self:
        """Lay out what was counted up to ``last``, ``longest`` quarters back at most.

        The history begins with the first quarter that anybody delivered. Raises ValueError
        for an unknown unit or theme, a count below 1, a signal of a quarter not delivered, and
        ``longest`` above 60.
        """
        if not 1 <= longest <= MOST_QUARTERS:
            raise ValueError("a history of 1 to 60 quarters")
        handed_in = {(who, when.index) for who, when in delivered if when <= last}
        oldest = max(min((when for _who, when in handed_in), default=last.index), last.index - longest + 1)
        advisers = {who: place for place, who in enumerate(sorted({who for who, _when in handed_in}))}
        matrix = np.zeros((len(advisers), last.index - oldest + 1), dtype=np.bool_)
        for who, when in handed_in:
            if when >= oldest:
                matrix[advisers[who], when - oldest] = True
        rows = []
        for signal in signals:
            if signal.quarter > last or signal.quarter.index < oldest:
                continue
            if (signal.adviser, signal.quarter.index) not in handed_in or signal.count < 1:
                raise ValueError("a count below 1, or of a quarter that was not delivered")
            row = (advisers[signal.adviser], *_place(organisation, signal, oldest, last.index + 1))
            rows.extend([row] * signal.count)
        columns = dict(zip(_COLUMNS, np.array(rows, dtype=np.int64).reshape(-1, 6).T.copy(), strict=True))
        return cls(organisation, last, threshold, delivered=matrix, **columns)

    @property
    def grid(self) -> Grid:
        """The nodes."""
        return self.organisation.grid

    @property
    def quarters(self) -> int:
        """How many quarters the history has."""
        return int(self.delivered.shape[1])

    @property
    def lag(self) -> Integers:
        """How many quarters before the last each signal was counted (n,)."""
        return self.quarters - 1 - self.quarter

    def window(self, length: int) -> Window:
        """Return the window of ``length`` quarters that ends now."""
        return Window.ending(self.last, length)

    @cached_property
    def people(self) -> Floats:
        """People in each department (units,); 0 for unknown and for units with others below them."""
        known = [self.organisation.headcounts.get(code) or 0 for code in self.grid.unit_codes]
        return np.where(self.grid.is_department, np.array(known, dtype=np.float64), 0.0)

    @cached_property
    def open_units(self) -> Flags:
        """Which units (units, quarters) could be recorded in which quarters."""
        oldest = self.last.index - self.quarters + 1
        first = [self.organisation.first_quarter(code) - oldest for code in self.grid.unit_codes]
        return np.arange(self.quarters) >= np.array(first)[:, None]

    @cached_property
    def searched_units(self) -> Flags:
        """Which units (units,) may be found at all: not the whole, and none that is never shown."""
        small = self.organisation.small_units
        return np.array([code != ROOT and code not in small for code in self.grid.unit_codes], dtype=np.bool_)

    def only(self, kept: Flags) -> Self:
        """Return the history of the signals in ``kept`` (n,) alone."""
        rows = {name: getattr(self, name)[kept] for name in _COLUMNS}
        return replace(self, **rows)

    def before(self, quarters: int) -> Self:
        """Return the history as it was ``quarters`` ago, as far as it went then; at least one stays."""
        gone = min(quarters, self.quarters - 1)
        older = self.only(self.quarter < self.quarters - gone)
        last = Quarter.from_index(self.last.index - gone)
        until = np.minimum(older.until, self.quarters - gone)
        return replace(older, last=last, until=until, delivered=self.delivered[:, : self.quarters - gone])


_COLUMNS = ("adviser", "unit", "theme", "quarter", "first", "until")


def _place(organisation: Organisation, signal: Signal, oldest: int, end: int) -> tuple[int, ...]:
    """Return unit, theme, quarter, first and until of a signal, counted where its unit already existed."""
    grid = organisation.grid
    if signal.theme not in grid.leaf_themes:
        raise ValueError("a signal of an unknown theme")
    unit, until = organisation.current(signal.unit), end
    while organisation.first_quarter(unit) > signal.quarter.index:
        until = min(until, organisation.first_quarter(unit))
        unit = organisation.unit_tree.parents[unit]
    first = max(organisation.first_quarter(unit), oldest)
    theme = grid.leaf_themes.index(signal.theme)
    return grid.unit_place[unit], theme, signal.quarter.index - oldest, first - oldest, until - oldest
