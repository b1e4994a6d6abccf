"""Unlock: one field, Enter. The recovery code goes into the same field.

The screen is painted before anything that opens vaults is imported; that happens in a thread
while the person types. The list is there, and imported, only where there are two vaults.
Wrong, damaged and already open are told apart.
"""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.opening import Opened, Side, unlock, warm_up
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.session import in_thread
from vertrouwenswerk.tui.widgets.bars import Keys
from vertrouwenswerk.tui.widgets.field import Field
from vertrouwenswerk.tui.widgets.passphrase import Once, PassphraseInput

if TYPE_CHECKING:
    from vertrouwenswerk.tui.widgets.listing import Listing


class UnlockScreen(BaseScreen):
    """The door; a demo just made hands its passphrase along and opens by itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "side(-1)", show=False),
        Binding("down", "side(1)", show=False),
    ]

    def __init__(self, sides: tuple[Side, ...], secret: str = "") -> None:
        super().__init__()
        self._sides = sides
        self._secret = secret
        self._busy = False
        self._list: Listing | None = None

    def body(self) -> ComposeResult:
        """Yield the card with the field."""
        with Vertical(classes="card door") as card:
            card.border_title = _("Locked")
            card.border_subtitle = _("Enter opens")
            yield Static(_("What is in here belongs to people who spoke in confidence."), classes="lead")
            if len(self._sides) > 1:
                self._list = self._both()
                yield self._list
            yield Field(_("Passphrase"), PassphraseInput(id="secret"))
            yield Static(_("Lost your passphrase? Type your recovery code here."), classes="dim")

    def _both(self) -> "Listing":
        from vertrouwenswerk.tui.widgets.listing import Line, Listing, cell  # see above

        sides = Listing(id="sides", focusable=False)
        sides.styles.height = len(self._sides)
        sides.show(Line((cell(_name(side)),), key=side.value) for side in self._sides)
        return sides

    def on_mount(self) -> None:
        """Show whose vault it is, and load what opens it behind the first paint."""
        if self._list is None:
            self.query_one(".door", Vertical).border_title = f"{_('Locked')} · {_name(self._sides[0])}"
        self.query_one("#secret").focus()
        if self._secret:
            secret, self._secret = self._secret, ""
            self._busy = True
            self._open(self._sides[0], Once(secret))
        else:
            self.desk.call_after_refresh(self._load)  # the app's; this screen's come early while it starts

    @work(thread=True, group="load")
    def _load(self) -> None:
        warm_up(self._sides[0])

    def keys(self) -> Keys:
        """Return the keys."""
        both: Keys = ((_("↑ ↓"), _("which vault")),) if len(self._sides) > 1 else ()
        return (
            (_("Enter"), _("open")),
            *both,
            ("F1", _("help")),
            ("^p", _("commands")),
            ("^q", _("stop")),
        )

    def action_side(self, step: int) -> None:
        """Choose whose vault to open."""
        if self._list is not None:
            self._list.move(step)

    @on(Input.Submitted, "#secret")
    def _submitted(self) -> None:
        field = self.query_one("#secret", PassphraseInput)
        if not field.value.strip():
            self.notice.complain(
                _("There is nothing in the field yet."), _("Type your passphrase and press Enter.")
            )
        elif not self._busy:
            self._busy = True
            chosen = Side(self._list.chosen_key) if self._list is not None else self._sides[0]
            self._open(chosen, field.take_once())

    @work(group="unlock")
    async def _open(self, side: Side, secret: Once) -> None:
        self.notice.busy(_("Opening. This takes a moment on purpose: it slows down who guesses."))
        try:
            with self.telling():
                await self.desk.closed()
                work = partial(unlock, side, self.desk.places, secret.take(), self.desk.clock)
                opened = await in_thread(work, Opened.close)
                self.desk.call_later(self.desk.open, opened)
        finally:
            self._busy = False


def _name(side: Side) -> str:
    return {Side.ADVISER: _("the adviser's vault"), Side.BUREAU: _("the bureau's office")}[side]
