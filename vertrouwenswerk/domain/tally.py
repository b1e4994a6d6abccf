"""Tallies: how many signals one adviser counted for a quarter, a unit and a theme.

There is no row per conversation. ``OwnTally`` is the one exception to the threshold,
for the adviser's own eyes; nothing else shows a count that has not passed disclosure
control.
"""

from dataclasses import dataclass

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _

MAX_TIMES = 99
MAX_COUNT = 9_999


@dataclass(frozen=True, order=True, slots=True)
class OwnTally:
    """``count`` signals (1 to 9,999) that this adviser counted in one cell of one quarter."""

    quarter: Quarter
    unit: str
    theme: str
    count: int


def check_times(times: int) -> None:
    """Check how many signals are recorded at once. Raises UsageError unless 1 to 99."""
    if not 1 <= times <= MAX_TIMES:
        raise UsageError(
            _("%(times)s is not a number of signals to record at once.") % {"times": times},
            _("Give a number from 1 to %(most)s.") % {"most": MAX_TIMES},
        )
