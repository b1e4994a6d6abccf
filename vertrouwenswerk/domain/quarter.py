"""The only time there is: a quarter, and windows of quarters.

No date and no time of day is ever stored; a date comes in only as the clock's
``today`` and leaves as a ``Quarter``.

Example::

    Quarter.parse("2026-Q3").next()                    # 2026-Q4
    str(Window.ending(Quarter(2026, 4), length=4))     # "2026-Q1..2026-Q4"
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _

_FORM = re.compile(r"(\d{4})-[Qq]([1-4])")
EARLIEST_YEAR, LATEST_YEAR = 2000, 2199


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A quarter of a calendar year: ``year`` 2000..2199, ``number`` 1..4."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (EARLIEST_YEAR <= self.year <= LATEST_YEAR and 1 <= self.number <= 4):
            raise ValueError("not a quarter")

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-Q3``. Raises UsageError when it is not written so."""
        match = _FORM.fullmatch(text.strip())
        if match is None or not EARLIEST_YEAR <= int(match[1]) <= LATEST_YEAR:
            raise UsageError(
                _("“%(text)s” is not a quarter.") % {"text": text[:20]},
                _("Write a year and a quarter, such as 2026-Q3."),
            )
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the quarter that ``day`` falls in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def from_index(cls, index: int) -> Self:
        """Return the quarter of ``index``; the inverse of ``index``. Raises ValueError."""
        return cls(index // 4, index % 4 + 1)

    @property
    def index(self) -> int:
        """Quarters since the year 0: consecutive quarters are consecutive whole numbers."""
        return self.year * 4 + self.number - 1

    def next(self) -> "Quarter":
        """Return the quarter after this one."""
        return Quarter.from_index(self.index + 1)

    def previous(self) -> "Quarter":
        """Return the quarter before this one."""
        return Quarter.from_index(self.index - 1)

    def is_closed(self, today: date) -> bool:
        """Tell whether this quarter lies wholly before ``today``."""
        return self < Quarter.of(today)


@dataclass(frozen=True, order=True, slots=True)
class Window:
    """``length`` quarters in a row, the last of which is ``last``."""

    last: Quarter
    length: int

    @classmethod
    def ending(cls, last: Quarter, length: int) -> Self:
        """Return the window of ``length`` (at least 1) quarters that ends with ``last``."""
        if length < 1:
            raise ValueError("a window has at least one quarter")
        return cls(last, length)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``2026-Q1..2026-Q4`` or a single quarter. Raises UsageError."""
        begin, _dots, end = text.partition("..")
        first = Quarter.parse(begin)
        last = Quarter.parse(end) if end else first
        if last < first:
            raise UsageError(
                _("The window %(text)s ends before it begins.") % {"text": f"{first}..{last}"},
                _("Write the earliest quarter first, such as 2026-Q1..2026-Q4."),
            )
        return cls(last, last.index - first.index + 1)

    def __str__(self) -> str:
        return str(self.last) if self.length == 1 else f"{self.first}..{self.last}"

    @property
    def first(self) -> Quarter:
        """The first quarter of the window."""
        return Quarter.from_index(self.last.index - self.length + 1)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """All quarters of the window, oldest first."""
        return tuple(Quarter.from_index(i) for i in range(self.first.index, self.last.index + 1))


def clearing_day(year: int) -> date:
    """Return the day from which an adviser's tallies of ``year`` are due to be cleared: 1 April after it."""
    return date(year + 1, 4, 1)


def last_closed(today: date) -> Quarter:
    """Return the newest quarter that lies wholly before ``today``."""
    return Quarter.of(today).previous()
