"""The clock comes in as an argument everywhere; a demo's stands still."""

from collections.abc import Callable
from datetime import date

DEMO_TODAY = date(2027, 1, 11)
Clock = Callable[[], date]


def today(clock: Clock, *, is_demo: bool) -> date:
    """Return the day it is, which in a demo is always the same."""
    return DEMO_TODAY if is_demo else clock()


def system_clock() -> date:
    """Return the day it is by this computer."""
    return date.today()
