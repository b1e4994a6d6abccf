"""Own tallies added up by theme or by quarter, as lines with a small bar and the number.

They are for the adviser's own eyes and come from ``OwnTally`` alone, so no threshold holds.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.i18n import _, number
from vertrouwenswerk.tui.widgets.listing import Cell, Column, Line, cell, heading
from vertrouwenswerk.tui.widgets.tally_bar import tally_bar
from vertrouwenswerk.tui.words import quarter_name, theme_name

_BAR, _GAP, _ROOM = 8, 1, 44
BAR_COLUMN = Column(width=_GAP + _BAR, least=_ROOM)
TOTAL_COLUMNS = (Column(), BAR_COLUMN, Column(width=4, right=True))


def bar(count: int, most: int) -> Cell:
    """Return the cell of a ``BAR_COLUMN``."""
    return tally_bar(count, most, _BAR, indent=_GAP)


def theme_lines(codebook: Codebook, tallies: Sequence[OwnTally]) -> list[Line]:
    """Return a line for each theme, also those without a signal, and one for all together."""
    sums: Counter[str] = Counter()
    for tally in tallies:
        sums[tally.theme] += tally.count
    most = max(sums.values(), default=1)
    lines = [
        _theme_line(f"{theme.key} ", theme_name(codebook, theme.code), sums[theme.code], most)
        for theme in codebook.themes
    ]
    together = Line((cell(_("together"), "dim"), cell(""), cell(number(sums.total()), "strong")))
    return [*lines, heading(""), together]


def _theme_line(digit: str, name: str, count: int, most: int) -> Line:
    return Line(
        (
            ((digit, "accent"), (name, "plain" if count else "dim")),
            bar(count, most),
            cell(number(count), "strong") if count else cell("·", "dim"),
        )
    )


def quarter_lines(
    quarters: Sequence[Quarter], tallies: Sequence[OwnTally], chosen: Collection[Quarter]
) -> list[Line]:
    """Return a line for each quarter; a dot marks those of the chosen period."""
    sums: Counter[Quarter] = Counter()
    for tally in tallies:
        sums[tally.quarter] += tally.count
    most = max(sums.values(), default=1)
    return [
        Line(
            (
                (
                    ("● " if quarter in chosen else "  ", "accent"),
                    (quarter_name(quarter), "plain" if quarter in chosen else "dim"),
                ),
                bar(sums[quarter], most),
                cell(number(sums[quarter]) if sums[quarter] else "·", "strong" if sums[quarter] else "dim"),
            )
        )
        for quarter in quarters
    ]
