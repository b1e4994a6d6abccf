"""How long work tells how far it is: (done, total), total 0 while it is not known.

A function that raises cancels the work.
"""

from collections.abc import Callable

Progress = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""
