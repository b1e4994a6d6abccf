"""The picture: the safe table of the newest sitting as tiles, and in words what is under the cursor.

What is shown and hidden is said in numbers of cells; hidden never means just one thing.
"""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _, language, number
from vertrouwenswerk.tui.opening import missing_bureau_extra
from vertrouwenswerk.tui.screens.bureau_base import BureauScreen
from vertrouwenswerk.tui.session import Session
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.heat_map import HeatMap, Names
from vertrouwenswerk.tui.words import clipped, signals, theme_name, window_name
from vertrouwenswerk.usecases.bureau import Bureau

_FRAME = 6  # the card's border and padding, and a gap

if TYPE_CHECKING:
    from vertrouwenswerk.usecases.looking import View


def _look(bureau: Bureau, window: Window | None) -> "View":
    try:
        from vertrouwenswerk.usecases.looking import look_at_table  # brings numpy along
    except ModuleNotFoundError as error:
        raise missing_bureau_extra(error) from error
    return look_at_table(bureau, window)


class PictureScreen(BureauScreen):
    """The safe table."""

    tab = "F4"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "groups", show=False),
        Binding("w", "window", show=False),
    ]

    def __init__(self, session: Session[Bureau]) -> None:
        super().__init__(session)
        self._view: View | None = None
        self._by_group = False

    def body(self) -> ComposeResult:
        """Yield the tiles over the words for the cell under the cursor."""
        with Vertical(id="picture-card", classes="card main"):
            yield HeatMap(id="heat")
            yield Static(id="picture-legend")
            yield Static(_hidden_means(), id="picture-hidden", markup=False)
            yield Static(id="picture-cell")

    def on_mount(self) -> None:
        """Read the picture."""
        self.query_one("#picture-card", Vertical).border_title = _("Picture")
        self.query_one("#heat").focus()
        self._read()

    def keys(self) -> Keys:
        """Return the keys."""
        groups = _("themes") if self._by_group else _("groups")
        return (
            (_("Enter"), _("unfold")),
            ("g", groups),
            ("w", _("period")),
            ("F1", _("help")),
            ("^p", _("commands")),
            ("^l", _("lock")),
        )

    def help_lines(self) -> Keys:
        """Return the keys and what the tiles mean."""
        return (
            (_("arrows"), _("move; the line below says the cell in words")),
            (_("Enter"), _("open a unit, or close it")),
            (_("← Backspace"), _("close the unit, or go to the one above")),
            ("g", _("groups of themes instead of themes, and back")),
            ("w", _("another period of this picture")),
            ("╱╱╱", _("hidden: 0, few, or needed to protect others")),
        )

    @work(group="look", exclusive=True)
    async def _read(self, window: Window | None = None) -> None:
        with self.telling():
            self._view = await self.session.run(lambda bureau: _look(bureau, window))
            self._show()

    def _show(self) -> None:
        view = self._view
        if view is None:
            return
        codebook = view.codebook
        columns = (
            (ROOT, *(group.code for group in codebook.theme_groups))
            if self._by_group
            else (ROOT, *(theme.code for theme in codebook.themes))
        )
        self.query_one(HeatMap).show(view.table, _names(codebook), columns)
        card = self.query_one("#picture-card", Vertical)
        card.border_title = window_name(view.table.window)
        card.border_subtitle = _("threshold %(threshold)s · %(shown)s cells shown, %(hidden)s hidden") % {
            "threshold": view.table.threshold,
            "shown": number(view.table.shown_cells),
            "hidden": number(view.table.hidden_cells),
        }
        self.query_one("#picture-hidden", Static).update(
            Content(_hidden_means(one_quarter=view.table.window.length == 1))
        )
        self._show_legend(codebook, columns[1:])
        self.show_bars()

    def _show_legend(self, codebook: Codebook, columns: tuple[str, ...]) -> None:
        heads = _names(codebook).heads
        parts: list[tuple[str, str]] = []
        room = width = self.size.width - _FRAME
        for code in columns:
            name = clipped(theme_name(codebook, code))
            if len(heads[code]) + len(name) + 1 > room:
                parts.append(("\n", ""))
                room = width
            room -= len(heads[code]) + len(name) + 3
            parts += [(f"{heads[code]} ", "bold"), (name + "  " * (room > 0), "$muted")]
        self.query_one("#picture-legend", Static).update(Content.assemble(*parts))

    def on_resize(self) -> None:
        """Fit the legend to the width."""
        super().on_resize()
        self._show()

    @on(HeatMap.Moved)
    def _moved(self, event: HeatMap.Moved) -> None:
        view = self._view
        if view is None:
            return
        names = _names(view.codebook)
        where = f"{names.units[event.unit]} · {names.themes[event.theme]}"
        count = view.table.count(event.unit, event.theme)
        said = _("hidden") if count is None else signals(count)
        self.query_one("#picture-cell", Static).update(
            Content.assemble((f"{where}: ", ""), (said, "bold $accent" if count is not None else "$muted"))
        )

    def action_groups(self) -> None:
        """Show groups of themes instead of themes, or the other way round."""
        self._by_group = not self._by_group
        self._show()

    def action_window(self) -> None:
        """Show the next of the picture's periods."""
        if self._view is not None:
            windows = self._view.windows
            place = windows.index(self._view.table.window)
            self._read(windows[(place + 1) % len(windows)])


def _hidden_means(*, one_quarter: bool = False) -> str:
    if one_quarter:
        return _("╱╱╱ hidden: 0, few, or protecting others; a quarter has no departments")
    return _("╱╱╱ hidden: 0, few, or needed to protect others")


def _names(codebook: Codebook) -> Names:
    units = {unit.code: unit.name for unit in codebook.units} | {ROOT: codebook.organisation}
    codes = [*(theme.code for theme in codebook.themes), *(group.code for group in codebook.theme_groups)]
    themes = {code: codebook.theme_name(code, language()) for code in codes} | {ROOT: _("all themes")}
    heads = {theme.code: theme.code for theme in codebook.themes}
    heads |= {group.code: group.code for group in codebook.theme_groups} | {ROOT: _("all")}
    return Names(units, themes, heads, codebook.unit_tree)
