"""A list of lines in columns, of which one can be chosen; the ground of most screens.

Lines are data: cells of pieces, each piece a text with a role that the style sheet colours.
A line without a key is a heading or an explanation and is skipped by the cursor. The cursor
is a ``▸`` and not colour alone. What does not fit ends in an ellipsis.

Example::

    Listing((Column(), Column(width=4, right=True)))
    listing.show([Line((cell("Inkomen"), cell("3", "strong")), key="SOC-WI-01")])
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar, Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from vertrouwenswerk.tui.looks import CURSOR_INKS

Role = Literal["plain", "dim", "strong", "accent", "good", "warn", "bad", "bar"]
Piece = tuple[str, Role]
Cell = tuple[Piece, ...]
_MARK = 2


def cell(text: str, role: Role = "plain") -> Cell:
    """Return a cell of one piece."""
    return ((text, role),)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ``width`` characters, or a share of what is left when 0; right-aligned or not.

    It is left out where the list is narrower than ``least``.
    """

    width: int = 0
    weight: int = 1
    right: bool = False
    least: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of a line; with a ``key`` it can be chosen.

    Where it ``spreads``, the first cell takes the place of the others when it does not fit its column.
    """

    cells: tuple[Cell, ...]
    key: str | None = None
    spreads: bool = False


def heading(text: str, role: Role = "dim") -> Line:
    """Return a line that cannot be chosen, over the whole width."""
    return Line((cell(text, role),))


class Listing(ScrollView, can_focus=True):
    """The lines, a cursor, and the messages of it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"listing--{name}"
        for name in ("cursor", "dim", "strong", "accent", "good", "warn", "bad", "bar", "plain")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "choose", show=False),
    ]
    ALLOW_SELECT = False
    # A change lays out no whole screen: only a list that is as high as its lines asks for that.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)

    @dataclass
    class Highlighted(Message):
        """The cursor came to a line."""

        listing: "Listing"
        key: str

        @property
        def control(self) -> "Listing":
            """The list it came from."""
            return self.listing

    @dataclass
    class Chosen(Message):
        """Enter was pressed, or the mouse clicked, on a line."""

        listing: "Listing"
        key: str

        @property
        def control(self) -> "Listing":
            """The list it came from."""
            return self.listing

    def __init__(
        self,
        columns: Sequence[Column] = (Column(),),
        *,
        id: str | None = None,
        classes: str | None = None,
        focusable: bool = True,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.lines: tuple[Line, ...] = ()
        self._given: tuple[Line, ...] = ()
        self._laid_out: tuple[tuple[Line, ...], int] = ((), 0)
        self._ground = Style()
        self.cursor = -1
        self.can_focus = focusable

    @property
    def chosen_key(self) -> str | None:
        """The key of the line under the cursor."""
        return self.lines[self.cursor].key if 0 <= self.cursor < len(self.lines) else None

    def show(self, lines: Iterable[Line], key: str | None = None) -> None:
        """Show other lines; the cursor goes to ``key``, or to the first line that can be chosen."""
        self._given = tuple(lines)
        self._lay_out()
        places = {line.key: place for place, line in enumerate(self.lines) if line.key is not None}
        wanted = places.get(key, -1) if key is not None else -1
        self._put_cursor(wanted if wanted >= 0 else next(iter(places.values()), -1))
        if self.cursor <= self._first_place():
            self.scroll_to(y=0, animate=False)
        self.refresh()

    def _first_place(self) -> int:
        return next((place for place, line in enumerate(self.lines) if line.key is not None), -1)

    def _put_cursor(self, place: int) -> None:
        self.cursor = place
        self.refresh()
        if place < 0:
            return
        top = 0 if place == self._first_place() else place
        self.scroll_to_region(Region(0, top, 1, place - top + 1), animate=False)
        key = self.lines[place].key
        if key is not None:
            self.post_message(self.Highlighted(self, key))

    def move(self, steps: int) -> None:
        """Move the cursor by so many lines that can be chosen; it stops at the ends."""
        places = [place for place, line in enumerate(self.lines) if line.key is not None]
        if not places:
            self.scroll_relative(y=steps, animate=False)
            return
        now = places.index(self.cursor) if self.cursor in places else 0
        self._put_cursor(places[max(0, min(len(places) - 1, now + steps))])

    def action_step(self, steps: int) -> None:
        """Go one line up or down."""
        self.move(steps)

    def action_page(self, direction: int) -> None:
        """Go a screenful up or down."""
        self.move(direction * max(1, self.size.height - 1))

    def action_edge(self, direction: int) -> None:
        """Go to the first or last line."""
        self.move(direction * max(1, len(self.lines)))

    def action_choose(self) -> None:
        """Choose the line under the cursor."""
        if self.chosen_key is not None:
            self.post_message(self.Chosen(self, self.chosen_key))

    def on_click(self, event: events.Click) -> None:
        """Choose the line that was clicked."""
        place = event.y - self.gutter.top + round(self.scroll_y)
        if 0 <= place < len(self.lines) and self.lines[place].key is not None:
            self._put_cursor(place)
            self.action_choose()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor: it is somewhere else."""
        self.refresh()

    def on_resize(self) -> None:
        """Fold long lines again for the width there is."""
        key, before = self.chosen_key, self.lines
        self._lay_out()
        if self.lines == before:
            return
        places = [place for place, line in enumerate(self.lines) if line.key is not None and line.key == key]
        self.cursor = places[0] if places else self.cursor
        self.refresh()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width - _MARK
        if self._laid_out[0] is not self._given or self._laid_out[1] != width:
            self.lines = tuple(part for line in self._given for part in _folded(line, width))
            self._laid_out = self._given, width
        size = Size(self.size.width, len(self.lines))
        if size == self.virtual_size:
            return
        self.virtual_size = size
        if self.styles.auto_dimensions:
            self.refresh(layout=True)
        else:  # no other widget moves, only the scroll bar is to follow
            self._scroll_update(size)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines; their common ground is asked for once, since it asks all that the list is in."""
        self._ground = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw the line at ``y``."""
        place = y + round(self.scroll_y)
        width = self.scrollable_content_region.width
        if place >= len(self.lines):
            return Strip.blank(width, self._ground)
        line = self.lines[place]
        here = place == self.cursor and line.key is not None and (self.has_focus or not self.can_focus)
        base = self._ground + (self._style("cursor") if here else Style())
        segments = [Segment("▸ " if here else "  ", base + self._style("accent"))]
        for one, room in zip(line.cells, self._widths(line, width - _MARK), strict=False):
            if room[0]:
                segments.extend(self._draw(one, room, base))
        if here and (ink := CURSOR_INKS.get(self.app.theme)):
            segments = list(Segment.apply_style(segments, post_style=ink))
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"listing--{name}", partial=True)

    def _widths(self, line: Line, room: int) -> list[tuple[int, bool]]:
        if len(line.cells) == 1:
            return [(room, False)]
        shown = [column for column in self.columns if room >= column.least]
        left = room - sum(column.width for column in shown) - (len(shown) - 1)
        shares = sum(column.weight for column in shown if not column.width)
        widths = [
            (c.width or max(1, left * c.weight // shares) if c in shown else 0, c.right) for c in self.columns
        ]
        slack = room - sum(width for width, _right in widths) - (len(shown) - 1)
        for place, column in enumerate(self.columns):
            if not column.width and slack > 0:
                widths[place] = (widths[place][0] + slack, column.right)
                break
        if line.spreads and sum(cell_len(text) for text, _role in line.cells[0]) > widths[0][0]:
            return [(room, False)]
        return widths

    def _draw(self, one: Cell, room: tuple[int, bool], base: Style) -> list[Segment]:
        width, right = room
        used = sum(cell_len(text) for text, _role in one)
        drawn = [Segment(" " * (width - used), base)] if right and used < width else []
        left = width
        for text, role in one:
            room_here = left if used <= width else left - 1
            shown = text if cell_len(text) <= room_here else set_cell_size(text, max(0, room_here))
            drawn.append(Segment(shown, base + self._style(role)))
            left -= cell_len(shown)
        if used > width and left > 0:
            drawn.append(Segment("…", base + self._style("dim")))
            left -= 1
        if not right or used > width:
            drawn.append(Segment(" " * left, base))
        return [*drawn, Segment(" ", base)]


def _folded(line: Line, width: int) -> list[Line]:
    """Fold a line of one cell that cannot be chosen over as many lines as it needs."""
    if line.key is not None or len(line.cells) != 1 or width < 8:
        return [line]
    pieces = line.cells[0]
    text = "".join(part for part, _role in pieces)
    if cell_len(text) <= width:
        return [line]
    mark = pieces[:-1] if len(pieces) > 1 else ()
    last, role = pieces[-1]
    indent = sum(cell_len(part) for part, _role in mark) or len(text) - len(text.lstrip())
    rows = wrap(last.strip() if not mark else last, max(8, width - indent))
    first = (*mark, (rows[0], role)) if mark else ((" " * indent + rows[0], role),)
    return [Line((first,)), *(Line((((" " * indent + row, role),),)) for row in rows[1:])]
