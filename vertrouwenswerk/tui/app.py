"""The app: which side opens, what locks it, and what must never leak from it.

Locking drops the session and every screen at once; the vault closes behind it in a thread.
Without a key pressed for some minutes it locks itself, F8 hides the screen meanwhile; told to
end by a signal, it locks first. A crash leaves its type and frames on stderr and never a
value; Textual's own screenshot, palette and text selection are shut, and the terminal is left
wiped.

Example::

    run_app(Places(default_data_dir()), date.today)
"""

import asyncio
import contextlib
import gc
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import WorkerFailed

from vertrouwenswerk.appearance import read_appearance
from vertrouwenswerk.i18n import _
from vertrouwenswerk.privacy import describe_crash
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.forgetting import forget_what_was_drawn
from vertrouwenswerk.tui.looks import LOOKS, NIGHT
from vertrouwenswerk.tui.opening import Opened, sides_of
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.screens.unlock import UnlockScreen
from vertrouwenswerk.tui.terminal import Wiping, describe_panic, stop_on_signals, wiping
from vertrouwenswerk.tui.widgets.bars import Keys, TopState
from vertrouwenswerk.usecases.clock import Clock

if TYPE_CHECKING:
    from vertrouwenswerk.tui.session import Session
    from vertrouwenswerk.usecases.adviser import Adviser
    from vertrouwenswerk.usecases.bureau import Bureau

CRASHED = 70
_SIGNALLED = 128  # a program that ends by a signal says so by this and its number
_HOPS_OF_A_KEY = 5  # a key becomes a message, and that another, at most so often
_LANDING_SECONDS = 0.25
_ANSWER_SECONDS = 0.1  # so long a change may take to be painted together with what its key did
_CHANGE = "change"  # the group of workers that change the vault
_POLL_SECONDS = 0.001
_COLLECT_AFTER = (10_000, 20, 50)  # a paint makes thousands of objects, and they go by themselves
_TURN_SECONDS = 0.0005  # so long, not ten times, the threads for disk and terminal wait for Python
_OVERTAKING = frozenset({"ctrl+l", "ctrl+q", "ctrl+c"})
_CURTAIN_KEY = "f8"


class VertrouwenswerkApp(App[int]):
    """One window on one data folder."""

    TITLE = "vertrouwenswerk"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = set()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "lock", show=False, priority=True),
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+p", "commands", show=False, priority=True),
        Binding(_CURTAIN_KEY, "curtain", show=False, priority=True),
    ]

    def __init__(
        self,
        places: Places,
        clock: Clock,
        seconds: Callable[[], float] = time.monotonic,
        *,
        demo_secret: str = "",
    ) -> None:
        super().__init__()
        self._demo_secret = demo_secret
        self.places = places
        self.clock = clock
        self.crash = ""
        self.session: Session[Adviser] | Session[Bureau] | None = None
        self._seconds = seconds
        self._last_key = seconds()
        self._typed_ahead: deque[events.Key] = deque()
        self._taking: asyncio.Task[None] | None = None
        self._vault_closing: asyncio.Future[None] | None = None
        self._curtained_focus: Widget | None = None
        self._aside: asyncio.Future[None] | None = None
        for look in LOOKS:
            self.register_theme(look)
        # Set without a second parse of the style sheet: nothing is painted yet.
        self.set_reactive(App.theme, read_appearance(places).look)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Name our own colours for the style sheet, whichever theme is on."""
        return NIGHT.variables

    def get_default_screen(self) -> BaseScreen:
        """Begin with the unlock screen, or with the first run where there is no vault yet."""
        secret, self._demo_secret = self._demo_secret, ""
        door = self._door(secret)
        door._push_result_callback(self, None)  # what switch_screen takes off; only pushed screens have one
        return door

    def on_mount(self) -> None:
        """Count the seconds, and end what the start put off."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._loop_failed)
        loop.set_debug(False)  # else ``python -X dev`` logs what is called, with arguments
        if isinstance(self._driver, Wiping):
            stop_on_signals(loop, self._stop_by)
        self.app_resume_signal.subscribe(self, self._resumed)
        self.call_after_refresh(self._collect_garbage)
        self.set_interval(1, self.tick)

    def get_driver_class(self) -> type[Driver]:
        """Take Textual's driver for this system, and let it leave the terminal wiped."""
        return wiping(super().get_driver_class())

    def _collect_garbage(self) -> None:
        """Collect from here on, if the start put it off; never among what will be there to the end."""
        if not gc.isenabled():
            gc.freeze()
            gc.set_threshold(*_COLLECT_AFTER)
            gc.enable()

    def _door(self, secret: str = "") -> BaseScreen:
        sides = sides_of(self.places)
        if sides:
            return UnlockScreen(sides, secret)
        from vertrouwenswerk.tui.screens.welcome import WelcomeScreen  # only the first run needs it

        return WelcomeScreen()

    # --- open and locked

    async def open(self, opened: Opened) -> None:
        """Show an opened vault."""
        self.session = opened.session
        self._last_key = self._seconds()
        await self._show_only(opened.first_screen())

    async def action_lock(self) -> None:
        """Lock: forget the session and all that is on the screen, then close the vault."""
        self.drop_session()
        self._draw_curtain(on=False)
        await self._show_only(self._door())
        self._aside = asyncio.ensure_future(self._forget())

    async def _forget(self) -> None:
        """Once the vault is closed, forget what its screens drew."""
        await self.closed()
        forget_what_was_drawn()

    def drop_session(self) -> None:
        """Forget the session at once and close its vault in a thread."""
        session, self.session = self.session, None
        if isinstance(self._driver, Wiping):
            self._driver.wipe()
        if session is not None:
            session.end()
            self._vault_closing = asyncio.ensure_future(asyncio.to_thread(session.close))

    async def closed(self) -> None:
        """Wait until the vault that was locked last is free again."""
        if self._vault_closing is not None:
            await self._vault_closing
            self._vault_closing = None

    async def action_quit(self) -> None:
        """Lock and stop."""
        await self._stop(0)

    async def _stop(self, code: int) -> None:
        self.drop_session()
        await self.closed()
        self.exit(code, return_code=code)

    def _stop_by(self, signal_number: int) -> None:
        self._aside = asyncio.ensure_future(self._stop(_SIGNALLED + signal_number))

    async def _resumed(self, _app: App[object]) -> None:
        """After a suspension: lock if it lasted too long, and paint what was wiped."""
        await self.tick()
        self.refresh(layout=True)

    async def _show_only(self, screen: BaseScreen) -> None:
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if isinstance(self.screen, BaseScreen):  # the first door, painted without a ground below it
            await self.switch_screen(Screen(id="ground"))
        await self.push_screen(screen)

    def go_to(self, screen: BaseScreen) -> None:
        """Show another screen of this side in the place of the one shown."""
        self.call_later(self._show_only, screen)

    # --- the curtain

    @property
    def is_curtained(self) -> bool:
        """Tell whether the screen is hidden; the vault stays open and its clock goes on."""
        return self.has_class("-curtain")

    def action_curtain(self) -> None:
        """Hide all that is on the screen, or show it again."""
        if self.session is None:
            return
        if not self.is_curtained:
            self._curtained_focus = self.focused
            self._draw_curtain(on=True)
            return
        self._draw_curtain(on=False)
        before, self._curtained_focus = self._curtained_focus, None
        if before is not None and before.is_attached and before.screen is self.screen:
            self.screen.set_focus(before, scroll_visible=False)
        elif self.focused is None:
            self.screen.focus_next()

    def _draw_curtain(self, *, on: bool) -> None:
        """A class on the app and no screen on top: what work in hand brings up is hidden too."""
        if on == self.is_curtained:
            return
        self.set_class(on, "-curtain", update=False)
        for screen in self.screen_stack:
            self.stylesheet.update(screen, animate=False)
            screen.refresh(layout=True)
            if isinstance(screen, BaseScreen):
                screen.show_top()

    # --- time

    async def on_event(self, event: events.Event) -> None:
        """Take keys one by one: each does its work before the next is looked at.

        Textual routes keys faster than widgets handle them, and runs what is bound to a key
        only after the keys behind it: a theme's digit, the letters of a unit and Enter, typed
        in one go, would go astray. What locks or stops overtakes all.
        """
        if self.is_curtained and isinstance(event, (events.MouseEvent, events.Paste)):
            return
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._last_key = self._seconds()
        if self.is_curtained and event.key not in (*_OVERTAKING, _CURTAIN_KEY):
            return
        if event.key in _OVERTAKING:
            self._typed_ahead.clear()
            await super().on_event(event)
            return
        self._typed_ahead.append(event)
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take_keys())

    async def _take_keys(self) -> None:
        while self._typed_ahead and self.is_running:
            key = self._typed_ahead.popleft()
            into_a_field = key.is_printable and isinstance(self.focused, Input)
            if into_a_field:
                await super().on_event(key)
                continue  # a field keeps the order of its letters by itself
            with self.batch_update():  # one layout and one paint, of what the key did in the end
                await super().on_event(key)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LANDING_SECONDS):
                        await self._let_it_land()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_ANSWER_SECONDS):
                        await self._let_it_change()
            for screen in self.screen_stack:  # one below a dialog is seen too
                screen.check_idle()  # the end of a batch wakes the app and not the screen that is to paint

    async def keys_taken(self) -> None:
        """Wait until all keys that were pressed have done their work."""
        if self._taking is not None:
            await self._taking

    async def _let_it_change(self) -> None:
        while any(worker.group == _CHANGE and not worker.is_finished for worker in self.workers):
            await asyncio.sleep(_POLL_SECONDS)

    async def _let_it_land(self) -> None:
        nodes = [*reversed(list(self.screen.walk_children(with_self=True))), self]
        # The key goes up from the focused widget; all others count only when something waits for them.
        path = {self, self.screen, *(self.focused.ancestors_with_self if self.focused else ())}
        for hop in range(_HOPS_OF_A_KEY):
            for node in nodes:
                landed = asyncio.Event()
                if (node in path or node.message_queue_size) and node.call_later(landed.set):
                    await landed.wait()
            if hop and not any(node.message_queue_size for node in nodes):
                return

    @property
    def seconds_left(self) -> int:
        """The seconds until the vault locks itself."""
        minutes = self.session.lock_minutes if self.session else 0
        return max(0, minutes * 60 - int(self._seconds() - self._last_key))

    async def tick(self) -> None:
        """Count down in the top bar, and lock when nobody is there."""
        if self.session is None:
            return
        if self.seconds_left == 0:
            await self.action_lock()
        elif isinstance(self.screen, BaseScreen):
            self.screen.show_top()

    def top_state(self) -> TopState:
        """Return what the top bar says."""
        if self.session is None:
            return TopState()
        return TopState(
            "" if self.is_curtained else self.session.whose,
            self.session.is_demo,
            is_open=True,
            is_curtained=self.is_curtained,
            seconds_left=self.seconds_left,
        )

    # --- help and commands

    def show_help(self, here: Keys) -> None:
        """Show the keys of a screen."""
        from vertrouwenswerk.tui.screens.dialogs import Help  # not before the first paint

        self.push_screen(Help(here))

    def action_commands(self) -> None:
        """Show all commands."""
        from vertrouwenswerk.tui.screens.dialogs import Commands  # not before the first paint

        if isinstance(self.screen, BaseScreen):
            self.push_screen(Commands(self._commands(self.screen)), self._run_command)

    def _commands(self, screen: BaseScreen) -> tuple[tuple[str, str, str], ...]:
        looks = (
            (_("Day: light colours"), "day"),
            (_("Night: dark colours"), "night"),
            (_("High contrast: black and white"), "contrast"),
        )
        return (
            *screen.commands(),
            *((f"app.look('{name}')", words, "") for words, name in looks if name != self.theme),
            ("screen.help", _("Help"), "F1"),
            *(
                (("app.curtain", _("Hide the screen"), "F8"), ("app.lock", _("Lock at once"), "ctrl+l"))
                if self.session
                else ()
            ),
            ("app.quit", _("Stop"), "ctrl+q"),
        )

    async def _run_command(self, action: str | None) -> None:
        if action:
            await self.run_action(action, self.screen)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Yield our own commands only: no screenshot, no keys panel."""
        if isinstance(screen, BaseScreen):
            for action, name, _key in self._commands(screen):
                yield SystemCommand(name, name, partial(self.run_action, action, screen))

    def action_look(self, name: str) -> None:
        """Change to night, day or high contrast, and keep it."""
        from vertrouwenswerk.usecases.appearance import choose_appearance  # not before the first paint

        self.theme = name
        with self.screen.telling() if isinstance(self.screen, BaseScreen) else contextlib.nullcontext():
            choose_appearance(self.places, look=name)

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Take no picture: it would put what is in the vault into a readable file."""

    def copy_to_clipboard(self, text: str) -> None:
        """Put nothing on a clipboard that other programs read."""

    def action_help_quit(self) -> None:
        """Say how to stop when somebody presses ctrl+c."""
        if isinstance(self.screen, BaseScreen):
            self.screen.notice.tell(_("Press ctrl+q to stop."))

    # --- crashes

    def _handle_exception(self, error: Exception) -> None:
        """Keep the type and frames of a crash, and no value, in the place of Textual's own report."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        self._return_code = CRASHED
        if self._exception is None:
            self._exception = error
            self.crash = describe_crash(type(cause), cause.__traceback__)
            self._exception_event.set()
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        """Stop without what Textual would show: its thread that reads keys hands over a traceback."""
        self._return_code = CRASHED
        self.crash = self.crash or describe_panic(renderables) or "textual.panic"
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Print nothing: what Textual would print holds local variables."""
        self._exit_renderables.clear()

    def _loop_failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self._handle_exception(error)


def run_app(places: Places, clock: Clock, demo_secret: str = "") -> int:
    """Run the app until somebody stops it; return the exit code.

    ``demo_secret`` opens the door of a demo that was just made; its passphrase lies in clear beside it.
    """
    sys.setswitchinterval(_TURN_SECONDS)
    app = VertrouwenswerkApp(places, clock, demo_secret=demo_secret)
    try:
        app.run()
    finally:
        if app.session is not None:
            app.session.end()
            app.session.close()
    if app.crash:
        sys.stderr.write(app.crash + "\n")
        return CRASHED
    return app.return_code or 0
