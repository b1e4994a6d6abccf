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
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.driver import Driver
from textual.screen import Screen
from textual.worker import WorkerFailed

from vertrouwenswerk.appearance import read_appearance
from vertrouwenswerk.i18n import _
from vertrouwenswerk.privacy import describe_crash
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.curtain import KEY as CURTAIN_KEY
from vertrouwenswerk.tui.curtain import Curtain
from vertrouwenswerk.tui.forgetting import forget_what_was_drawn
from vertrouwenswerk.tui.idle import Idle
from vertrouwenswerk.tui.key_queue import KeyQueue
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
_COLLECT_AFTER = (10_000, 20, 50)  # a paint makes thousands of objects, and they go by themselves
_TURN_SECONDS = 0.0005  # so long, not ten times, the threads for disk and terminal wait for Python
_OVERTAKING = frozenset({"ctrl+l", "ctrl+q", "ctrl+c"})


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
        Binding(CURTAIN_KEY, "curtain", show=False, priority=True),
    ]

    def __init__(
        self,
        places: Places,
        clock: Clock,
        idle: Idle | None = None,
        *,
        demo_secret: str = "",
    ) -> None:
        super().__init__()
        self._demo_secret = demo_secret
        self.places = places
        self.clock = clock
        self.crash = ""
        self.session: Session[Adviser] | Session[Bureau] | None = None
        self._idle = idle or Idle()
        self.keys = KeyQueue(self, super().on_event)
        self.curtain = Curtain(self)
        self._vault_closing: asyncio.Future[None] | None = None
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
        self._idle.begin_again()
        await self._show_only(opened.first_screen())

    async def action_lock(self) -> None:
        """Lock: forget the session and all that is on the screen, then close the vault."""
        self.drop_session()
        self.curtain.open()
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

    # --- keys and time

    def action_curtain(self) -> None:
        """Hide all that is on the screen, or show it again."""
        if self.session is not None:
            self.curtain.toggle()

    async def on_event(self, event: events.Event) -> None:
        """Queue keys; what locks or stops overtakes all, and a drawn curtain lets nothing else through."""
        if not isinstance(event, events.Key):
            if not self.curtain.swallows(event):
                await super().on_event(event)
            return
        self._idle.begin_again()
        if event.key in _OVERTAKING:
            self.keys.clear()
            await super().on_event(event)
        elif event.is_forwarded:
            await super().on_event(event)
        elif not self.curtain.swallows(event):
            self.keys.put(event)

    @property
    def seconds_left(self) -> int:
        """The seconds until the vault locks itself."""
        minutes = self.session.lock_minutes if self.session else 0
        return max(0, minutes * 60 - int(self._idle.seconds))

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
            "" if self.curtain.is_drawn else self.session.whose,
            self.session.is_demo,
            is_open=True,
            is_curtained=self.curtain.is_drawn,
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
