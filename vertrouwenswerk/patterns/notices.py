"""What leaves the scan for a person: the questions, bands, states, and findings in shown numbers.

Nothing here carries an exact count: every number in a ``ToldFinding`` is one that a picture
shows. How rare a finding is, is a band of years, never the chance itself: hidden counts could
be worked back from that.

Example::

    Band.of(0.004)      # Band.FIFTY: once in fifty years or more rarely
"""

from dataclasses import dataclass
from enum import Enum

from vertrouwenswerk.domain.quarter import Window

QUARTERS_A_YEAR = 4


class Question(Enum):
    """What is asked; the value is what other programs see."""

    SIZE = "size"
    RISING = "rising"
    THEME = "theme"


class Band(Enum):
    """So strong comes about by luck, somewhere in the organisation, once in at least so many years."""

    FIVE = 5
    TEN = 10
    TWENTY = 20
    FIFTY = 50

    @property
    def years(self) -> int:
        """The lower end of the band."""
        return self.value

    @classmethod
    def of(cls, p: float) -> "Band | None":
        """Return the band of a chance per quarter; None when it is commoner than once in five years."""
        # A hair's breadth of room: 1/20 of a quarter is five years, whatever the rounding.
        held = [band for band in cls if 1 / p * (1 + 1e-9) >= band.value * QUARTERS_A_YEAR]
        return held[-1] if held else None


class State(Enum):
    """How a finding relates to those of the quarter before; the value is what other programs see."""

    NEW = "new"
    CONTINUING = "continuing"
    FADED = "faded"


@dataclass(frozen=True, slots=True)
class ToldPart:
    """A shown cell that holds most of a finding, with its shown count."""

    unit: str
    theme: str
    seen: int


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding in shown numbers. ``within``: it lies in a part of this cell that is not shown.

    ``expected`` is None where shown numbers do not give it.
    """

    question: Question
    unit: str
    theme: str
    window: Window
    seen: int
    expected: float | None
    band: Band
    state: State
    within: bool
    parts: tuple[ToldPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Least extra signals found in 9 of 10 cases, most extra signals found in fewer than half."""

    often: int
    seldom: int
