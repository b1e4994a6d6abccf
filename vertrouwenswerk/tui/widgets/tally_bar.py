"""A thin bar beside a number, in halves of a character; the number itself is always printed.

Example::

    tally_bar(3, most=6, width=9)       # "━━━━╸"
"""

from vertrouwenswerk.tui.widgets.listing import Cell, cell


def tally_bar(count: int, most: int, width: int, *, indent: int = 0) -> Cell:
    """Return a bar as long as ``count`` is of ``most``, which fills ``width`` characters."""
    halves = max(1, round(2 * width * count / most)) if count else 0
    return cell(" " * indent + "━" * (halves // 2) + "╸" * (halves % 2), "bar")
