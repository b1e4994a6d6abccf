"""The picture: units by themes as tiles, drawn from a ``SafeTable`` and names, and from nothing else.

A tile's background says how many, on a square-root scale of rising luminance; the number is
always printed. A hidden cell is a grey hatch, whatever hid it, and never a 0. Rows are the tree
of units in its own order and are never sorted by count. Enter opens a unit, Backspace closes it.

Example::

    heat.show(table, Names(units, themes, unit_tree, columns))
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from vertrouwenswerk.domain.tree import ROOT, Tree
from vertrouwenswerk.i18n import number
from vertrouwenswerk.tui.looks import place_on_scale, shade_of

if TYPE_CHECKING:
    from vertrouwenswerk.disclosure.safe_table import SafeTable  # brings numpy along

_LABEL_NARROW, _LABEL_WIDE = 23, 38
_WIDE = 110
_MOST_TILE = 11
_MORE_FOR_TOTAL = 2  # the whole has the greatest numbers


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes are called: full names, short heads of columns, and the tree of units."""

    units: Mapping[str, str]
    themes: Mapping[str, str]
    heads: Mapping[str, str]
    unit_tree: Tree


class HeatMap(ScrollView, can_focus=True):
    """Rows of tiles with a cursor that is two arrows and not colour alone."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "heat--hatch",
        "heat--head",
        "heat--dim",
        "heat--cursor",
        "heat--strong",
        "heat--gap",
    }
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "row(-1)", show=False),
        Binding("down", "row(1)", show=False),
        Binding("pageup", "row(-10)", show=False),
        Binding("pagedown", "row(10)", show=False),
        Binding("left", "column(-1)", show=False),
        Binding("right", "column(1)", show=False),
        Binding("enter", "open", show=False),
        Binding("backspace", "close", show=False),
    ]

    @dataclass
    class Moved(Message):
        """The cursor came to a cell."""

        unit: str
        theme: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._table: SafeTable | None = None
        self._names: Names | None = None
        self._columns: tuple[str, ...] = ()
        self._opened: set[str] = {ROOT}
        self._rows: tuple[str, ...] = ()
        self._most = 1
        self.row, self.column = 0, 0

    def show(self, table: "SafeTable", names: Names, columns: tuple[str, ...]) -> None:
        """Show a table; ``columns`` are the themes or theme groups to show, in order."""
        self._table, self._names, self._columns = table, names, columns
        self.column = min(self.column, len(columns) - 1)
        self._lay_out()

    def _lay_out(self) -> None:
        if self._table is None or self._names is None:
            return
        tree = self._names.unit_tree
        self._rows = tuple(
            code for code in tree.codes if all(above in self._opened for above in tree.path(code)[:-1])
        )
        self.row = min(self.row, len(self._rows) - 1)
        inner = [
            count
            for unit in self._rows[1:]
            for theme in self._columns[1:]
            if (count := self._table.count(unit, theme)) is not None
        ]
        self._most = max(inner, default=self._table.threshold)
        self.virtual_size = Size(self.size.width, 1 + len(self._rows) * self._height)
        self.refresh()
        self._say_where()

    def _say_where(self) -> None:
        if self._rows and self._columns:
            top = self.row * self._height
            self.scroll_to_region(Region(0, top, 1, self._height + 1), animate=False)
            self.post_message(self.Moved(self._rows[self.row], self._columns[self.column]))

    # --- keys

    def action_row(self, step: int) -> None:
        """Go up or down."""
        self.row = max(0, min(len(self._rows) - 1, self.row + step))
        self.refresh()
        self._say_where()

    def action_column(self, step: int) -> None:
        """Go left or right; left of the first column closes the unit."""
        if self.column + step < 0:
            self.action_close()
            return
        self.column = min(len(self._columns) - 1, self.column + step)
        self.refresh()
        self._say_where()

    def action_open(self) -> None:
        """Open the unit, or close it when it is open."""
        unit = self._rows[self.row] if self._rows else ROOT
        if unit == ROOT or self._names is None or self._names.unit_tree.is_leaf(unit):
            return
        self._opened ^= {unit}
        self._lay_out()

    def action_close(self) -> None:
        """Close the unit, or go back to the one above and close that."""
        if self._names is None or not self._rows:
            return
        unit = self._rows[self.row]
        if unit not in self._opened or self._names.unit_tree.is_leaf(unit):
            unit = self._names.unit_tree.parents.get(unit, ROOT)
        self._opened -= {unit} - {ROOT}
        self.row = self._rows.index(unit)
        self._lay_out()

    # --- drawing

    @property
    def _height(self) -> int:
        return 2 if self.size.height >= 24 else 1

    def _tile(self, theme: str = "") -> int:
        columns = max(1, len(self._columns))
        room = (self.scrollable_content_region.width - self._label() - _MORE_FOR_TOTAL) // columns - 1
        return max(3, min(_MOST_TILE, room)) + (_MORE_FOR_TOTAL if theme == ROOT else 0)

    def _label(self) -> int:
        return _LABEL_WIDE if self.size.width >= _WIDE else _LABEL_NARROW

    def on_resize(self) -> None:
        """Fit the tiles to the width."""
        self._lay_out()

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"heat--{name}", partial=True)

    def render_line(self, y: int) -> Strip:
        """Draw a line: the heads stay on top, tiles scroll below them."""
        width = self.scrollable_content_region.width
        if self._names is None or self._table is None:
            return Strip.blank(width, self.rich_style)
        if y == 0:
            return Strip(self._heads()).adjust_cell_length(width, self.rich_style)
        place, part = divmod(y - 1 + round(self.scroll_y), self._height)
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        segments = self._row(self._rows[place], place == self.row, first=part == 0)
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _heads(self) -> list[Segment]:
        names, base = self._names, self.rich_style
        segments = [Segment(" " * self._label(), base)]
        for place, theme in enumerate(self._columns):
            here = self._part("strong" if place == self.column else "head")
            text, tile = names.heads[theme] if names else "", self._tile(theme)
            segments += [
                Segment(set_cell_size(text[:tile].center(tile), tile), base + here),
                Segment(" ", base),
            ]
        return segments

    def _row(self, unit: str, here: bool, *, first: bool) -> list[Segment]:
        base = self.rich_style
        segments = [self._label_of(unit, here) if first else Segment(" " * self._label(), base)]
        for place, theme in enumerate(self._columns):
            segments += [
                self._cell(unit, theme, here and place == self.column, first=first),
                Segment(" ", base),
            ]
        return segments

    def _label_of(self, unit: str, here: bool) -> Segment:
        names, width = self._names, self._label()
        assert names is not None
        tree = names.unit_tree
        depth = max(0, tree.depth(unit) - 1)
        mark = " " if tree.is_leaf(unit) or unit == ROOT else "▾" if unit in self._opened else "▸"
        text = f"{'  ' * depth}{mark} {names.units[unit]}"
        if cell_len(text) > width - 1:
            text = set_cell_size(text, width - 2) + "…"
        style = self._part("strong") if here or depth == 0 else self._part("head")
        return Segment(set_cell_size(text, width), self.rich_style + style)

    def _cell(self, unit: str, theme: str, here: bool, *, first: bool) -> Segment:
        assert self._table is not None
        tile, count = self._tile(theme), self._table.count(unit, theme)
        if count is None:
            text = "╱" * tile
            style = self._part("hatch")
        else:
            text = number(count).rjust((tile + 2) // 2)
            style = self._shade(count, total=ROOT in (unit, theme))
        if not first and ROOT in (unit, theme):
            return Segment(" " * tile, self.rich_style)
        if not first:
            return Segment("▁" * tile, style + Style(color=self._part("gap").bgcolor))
        if here:
            inner = text[: max(1, tile - 2)] if count is None else number(count)
            text = f"▸{inner}◂" if len(inner) + 2 <= tile else f"▸{inner}"
            text = text.rjust(min(tile, (tile + 4) // 2))
            if count is None:
                style += self._part("strong")
            return Segment(set_cell_size(text, tile), style + Style(bold=True) + self._part("cursor"))
        return Segment(set_cell_size(text, tile), style)

    def _shade(self, count: int, *, total: bool) -> Style:
        if total:
            return self.rich_style + self._part("strong")
        assert self._table is not None
        place = place_on_scale(count, self._table.threshold, self._most)
        ink, ground = shade_of(self.app.theme, place)
        return Style(color=ink.rich_color, bgcolor=ground.rich_color)
