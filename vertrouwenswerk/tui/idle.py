"""How long nobody pressed a key, asleep or awake.

The steady clock of many systems stands still while a laptop sleeps, the clock on the wall can
be set: whichever says that more time went by counts, so that neither keeps a vault open.

Example::

    idle = Idle()
    idle.begin_again()
    idle.seconds
"""

import time
from collections.abc import Callable


class Idle:
    """The time since the last key, by two clocks in seconds."""

    def __init__(
        self, steady: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time
    ) -> None:
        self._clocks = (steady, wall)
        self.begin_again()

    def begin_again(self) -> None:
        """A key was pressed."""
        self._since = tuple(clock() for clock in self._clocks)

    @property
    def seconds(self) -> float:
        """The seconds since the last key."""
        return max(clock() - since for clock, since in zip(self._clocks, self._since, strict=True))
