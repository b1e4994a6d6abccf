"""What became of a finding: a state and the quarter in which it was set, and nothing else.

No text, no name and no day. A finding of which nothing was said yet is new.

Example::

    now(steps)      # FollowUp.DISCUSSING
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from vertrouwenswerk.domain.quarter import Quarter


class FollowUp(Enum):
    """The states in their usual order; any may follow any. The value is what other programs see."""

    NEW = "new"
    DISCUSSING = "discussing"
    DISCUSSED = "discussed"
    MEASURE = "measure"
    AFTER_CARE_1 = "after-care-1"
    AFTER_CARE_3 = "after-care-3"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Step:
    """A state, and the quarter in which the bureau set it."""

    state: FollowUp
    quarter: Quarter


def now(steps: Sequence[Step]) -> FollowUp:
    """Return the state after ``steps``, the oldest first."""
    return steps[-1].state if steps else FollowUp.NEW
