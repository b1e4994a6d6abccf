"""Keys taken one by one: each does its work before the next is looked at.

Textual routes keys faster than widgets handle them, and runs what is bound to a key only after
the keys behind it: a theme's digit, the letters of a unit and Enter, typed in one go, would go
astray. What a key did is painted once, with the change to the vault that it led to if that is
soon there.

Example::

    keys = KeyQueue(app, route)
    keys.put(event)
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.app import App

CHANGE = "change"  # the group of workers that change the vault
_HOPS_OF_A_KEY = 5  # a key becomes a message, and that another, at most so often
_LANDING_SECONDS = 0.25
_ANSWER_SECONDS = 0.1  # so long a change may take to be painted together with what its key did
_POLL_SECONDS = 0.001


class KeyQueue:
    """The keys that wait; ``route`` hands one of them to Textual."""

    def __init__(self, app: "App[int]", route: Callable[[events.Key], Awaitable[None]]) -> None:
        self._app, self._route = app, route
        self._waiting: deque[events.Key] = deque()
        self._taking: asyncio.Task[None] | None = None

    def put(self, key: events.Key) -> None:
        """Take a key once those before it have done their work."""
        self._waiting.append(key)
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take())

    def clear(self) -> None:
        """Forget the keys that wait."""
        self._waiting.clear()

    async def taken(self) -> None:
        """Wait until all keys that were pressed have done their work."""
        if self._taking is not None:
            await self._taking

    async def _take(self) -> None:
        app = self._app
        while self._waiting and app.is_running:
            key = self._waiting.popleft()
            if key.is_printable and isinstance(app.focused, Input):
                await self._route(key)
                continue  # a field keeps the order of its letters by itself
            with app.batch_update():  # one layout and one paint, of what the key did in the end
                await self._route(key)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LANDING_SECONDS):
                        await self._let_it_land()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_ANSWER_SECONDS):
                        await self._let_it_change()
            for screen in app.screen_stack:  # one below a dialog is seen too
                screen.check_idle()  # the end of a batch wakes the app and not the screen that is to paint

    async def _let_it_change(self) -> None:
        while any(worker.group == CHANGE and not worker.is_finished for worker in self._app.workers):
            await asyncio.sleep(_POLL_SECONDS)

    async def _let_it_land(self) -> None:
        app = self._app
        nodes = [*reversed(list(app.screen.walk_children(with_self=True))), app]
        # The key goes up from the focused widget; all others count only when something waits for them.
        path = {app, app.screen, *(app.focused.ancestors_with_self if app.focused else ())}
        for hop in range(_HOPS_OF_A_KEY):
            for node in nodes:
                landed = asyncio.Event()
                if (node in path or node.message_queue_size) and node.call_later(landed.set):
                    await landed.wait()
            if hop and not any(node.message_queue_size for node in nodes):
                return
