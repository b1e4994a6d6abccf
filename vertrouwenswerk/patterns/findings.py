"""What the scan found, as data: before disclosure, so for the sitting only.

``seen`` and ``expected`` are exact; ``told`` makes of them what a person may see. How rare
a finding is, is published as a band of years, never as the chance itself: hidden counts
could be worked back from that.

Example::

    finding.question, finding.unit, finding.theme, str(finding.window), finding.band.years
"""

from dataclasses import dataclass
from enum import Enum

from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.questions import Question

QUARTERS_A_YEAR = 4


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
class Part:
    """A part of a finding that holds most of what is above the expectation."""

    unit: str
    theme: str
    seen: int
    expected: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One pattern. ``p``: chance per quarter that luck does as well anywhere, over all questions."""

    question: Question
    unit: str
    theme: str
    window: Window
    seen: int
    expected: float
    p: float
    band: Band
    state: State = State.NEW
    parts: tuple[Part, ...] = ()


def overlap(unit_tree: Tree, theme_tree: Tree, one: Finding, other: Finding) -> bool:
    """Tell whether two findings are about the same people and matters, in part or in whole."""
    if (one.question is Question.THEME) != (other.question is Question.THEME):
        return False
    return _in_line(unit_tree, one.unit, other.unit) and _in_line(theme_tree, one.theme, other.theme)


def _in_line(tree: Tree, one: str, other: str) -> bool:
    known = one in tree and other in tree
    return known and (one in tree.path(other) or other in tree.path(one))
