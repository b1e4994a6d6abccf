"""Pick a unit by typing a part of its name, alias or code; the list below narrows as one types.

The field keeps the focus, the arrows move in the list, Enter picks, Escape clears.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.listing import Column, Listing
from vertrouwenswerk.tui.widgets.unit_filter import IN_TREE, Found, filter_units

_CODE_WIDTH = 13


class UnitEntry(Input):
    """A field that keeps its place: a letter in it asks for no layout of the whole screen."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)

    def watch_value(self, value: str) -> None:
        """Narrow the list at once: a message would come a frame after the letter, and after an Enter."""
        if isinstance(self.parent, Field) and isinstance(self.parent.parent, UnitPicker):
            self.parent.parent.narrow(value)

    async def action_submit(self) -> None:
        """Pick at once: three messages more would each wait for their turn."""
        if isinstance(self.parent, Field) and isinstance(self.parent.parent, UnitPicker):
            self.parent.parent.pick()


class UnitPicker(Vertical):
    """The field and the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("pageup", "step(-5)", show=False),
        Binding("pagedown", "step(5)", show=False),
        Binding("escape", "leave", show=False),
    ]

    @dataclass
    class Picked(Message):
        """A unit was picked, by code; ``*`` is «not named»."""

        code: str

    @dataclass
    class Left(Message):
        """Escape was pressed in an empty field."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._codebook: Codebook | None = None
        self._recent: tuple[str, ...] = ()
        self._everything: Found | None = None

    def compose(self) -> ComposeResult:
        """Lay out the field over the list."""
        hint = _("part of a name or code; * = not named")
        entry = UnitEntry(id="unit-text", placeholder=hint, compact=True, select_on_focus=False)
        yield Field(_("Unit"), entry)
        yield Listing((Column(), Column(width=_CODE_WIDTH)), id="unit-list", focusable=False)

    def offer(self, codebook: Codebook, recent: Sequence[str]) -> None:
        """Offer the units of ``codebook``, those of ``recent`` first, unless they are offered already."""
        if codebook is self._codebook and tuple(recent) == self._recent:
            return
        self._codebook, self._recent = codebook, tuple(recent)
        self._everything = filter_units(codebook, "", self._recent)
        longest = max(len(unit.code) for unit in codebook.units)
        self.query_one(Listing).columns = (Column(), Column(width=min(longest, _CODE_WIDTH)))
        self.clear()

    def clear(self) -> None:
        """Empty the field."""
        entry = self.query_one(UnitEntry)
        if entry.value:
            entry.value = ""
        else:
            self.narrow("")

    @on(Input.Changed, "#unit-text")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()

    def narrow(self, typed: str) -> None:
        """Show the units that fit what was typed; the cursor goes to the one that fits best."""
        if self._codebook is None or self._everything is None:
            return
        found = filter_units(self._codebook, typed, self._recent) if typed.strip() else self._everything
        self.query_one(Listing).show(found.lines, found.best)

    def pick(self) -> None:
        """Pick the unit under the cursor."""
        key = self.query_one(Listing).chosen_key
        if key is not None:
            self.post_message(self.Picked(key.removeprefix(IN_TREE)))

    @on(Listing.Chosen, "#unit-list")
    def _chosen(self, event: Listing.Chosen) -> None:
        event.stop()
        self.pick()

    @on(Listing.Highlighted, "#unit-list")
    def _highlighted(self, event: Listing.Highlighted) -> None:
        event.stop()

    def action_step(self, steps: int) -> None:
        """Move in the list."""
        self.query_one(Listing).move(steps)

    def action_leave(self) -> None:
        """Empty the field, or leave it when it is empty."""
        if self.query_one(Input).value:
            self.clear()
        else:
            self.post_message(self.Left())
