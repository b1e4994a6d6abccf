"""Which signals a region is about, by time: a window of quarters as a sitting saw it.

A signal has a quarter, the sitting at which it came in, and, when a later delivery of the
same adviser and quarter counts it no more, the sitting at which it was taken back. All
signals with the same three are a *cohort*. A *span* is a set of cohorts: what a picture
counted in a window, or what of a window came or went between two sittings. Since a table
published at a sitting stays true of the cohorts that the sitting saw, rows of different
pictures never contradict each other.

Example::

    Span(0, 7, Kind.COUNTED, q1, q4).holds(Cohort(q2, added=6, withdrawn=8))      # True
"""

from dataclasses import dataclass
from enum import IntEnum

from vertrouwenswerk.domain.quarter import Quarter, Window


class Kind(IntEnum):
    """What of a window a span is about."""

    COUNTED = 0
    ADDED = 1
    WITHDRAWN = 2


@dataclass(frozen=True, order=True, slots=True)
class Cohort:
    """Signals of ``quarter`` (its index) that came in at one sitting and went at one, or never."""

    quarter: int
    added: int
    withdrawn: int | None = None

    def is_counted_at(self, sitting: int) -> bool:
        """Tell whether a picture made at ``sitting`` counts these signals."""
        return self.added <= sitting and (self.withdrawn is None or self.withdrawn > sitting)


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """The quarters ``first`` to ``last`` (indexes) at ``sitting``, in the trees of ``version``.

    Of a change ``sittings`` tells how many brought it about, that of ``sitting`` the last.
    """

    version: int
    sitting: int
    kind: Kind
    first: int
    last: int
    sittings: int = 1

    @classmethod
    def counted(cls, version: int, sitting: int, window: Window) -> "Span":
        """Return what a table of ``window`` that is made at ``sitting`` counts."""
        return cls(version, sitting, Kind.COUNTED, window.first.index, window.last.index)

    @property
    def window(self) -> Window:
        """The quarters as a window."""
        return Window(Quarter.from_index(self.last), self.last - self.first + 1)

    @property
    def since(self) -> int:
        """The sitting with which a change compares."""
        return self.sitting - self.sittings

    def holds(self, cohort: Cohort) -> bool:
        """Tell whether a cohort's signals belong to this span."""
        if not self.first <= cohort.quarter <= self.last:
            return False
        if self.kind is Kind.COUNTED:
            return cohort.is_counted_at(self.sitting)
        was, is_now = cohort.is_counted_at(self.since), cohort.is_counted_at(self.sitting)
        return is_now and not was if self.kind is Kind.ADDED else was and not is_now


# Where there is one table only, all of it is one span.
ONE_TABLE = Span(0, 0, Kind.COUNTED, 0, 0)
