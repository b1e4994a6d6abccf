"""The privacy curtain: one key hides all that is on the screen, the same key shows it again.

The vault stays open and its clock goes on. Hidden is by a class on the app and not by a screen
on top, so that what work in hand brings up meanwhile is hidden too; keys and clicks go nowhere.
"""

from typing import TYPE_CHECKING

from textual import events

from vertrouwenswerk.tui.screens.base import BaseScreen

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

KEY = "f8"
_CLASS = "-curtain"


class Curtain:
    """The curtain of one app."""

    def __init__(self, app: "App[int]") -> None:
        self._app = app
        self._focus: Widget | None = None

    @property
    def is_drawn(self) -> bool:
        """Tell whether the screen is hidden."""
        return self._app.has_class(_CLASS)

    def swallows(self, event: events.Event) -> bool:
        """Tell whether an event is for what is behind the curtain, where nobody sees what it does."""
        if isinstance(event, events.Key):
            return self.is_drawn and event.key != KEY
        return self.is_drawn and isinstance(event, (events.MouseEvent, events.Paste))

    def toggle(self) -> None:
        """Hide the screen, or show it again with the focus where it was."""
        if not self.is_drawn:
            self._focus = self._app.focused
            self._put(on=True)
            return
        self._put(on=False)
        before, self._focus = self._focus, None
        screen = self._app.screen
        if before is not None and before.is_attached and before.screen is screen:
            screen.set_focus(before, scroll_visible=False)
        elif self._app.focused is None:
            screen.focus_next()

    def open(self) -> None:
        """Show the screen again, if it was hidden, wherever the focus was."""
        self._focus = None
        if self.is_drawn:
            self._put(on=False)

    def _put(self, *, on: bool) -> None:
        self._app.set_class(on, _CLASS, update=False)
        for screen in self._app.screen_stack:
            self._app.stylesheet.update(screen, animate=False)
            screen.refresh(layout=True)
            if isinstance(screen, BaseScreen):
                screen.show_top()
