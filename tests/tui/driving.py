"""Drive the real app through Textual's Pilot, over real vaults; nothing sleeps.

Example::

    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(town.passphrase("adviser 1"))
        await driver.press("1", *"KADE-1", "enter")
        assert "Geteld" in driver.text()
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from tests.municipality import demo_clock
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.app import VertrouwenswerkApp
from vertrouwenswerk.tui.idle import Idle
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.widgets.bars import KeyBar
from vertrouwenswerk.usecases.clock import Clock

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "UPDATE_GOLDEN"
_NAMED = {" ": "space", "/": "slash", "-": "minus", ".": "full_stop", "*": "asterisk", "_": "underscore"}


@dataclass
class Driver:
    """The app and somebody at its keys."""

    app: VertrouwenswerkApp
    pilot: Pilot[int]

    async def settle(self) -> None:
        """Wait until nothing runs and everything is drawn."""
        quiet = 0
        while quiet < 2:
            busy = [worker for worker in self.app.workers if not worker.is_finished]
            await asyncio.gather(*(worker.wait() for worker in busy), return_exceptions=True)
            await self.app.keys.taken()
            await self.pilot.pause()
            quiet = 0 if busy else quiet + 1

    async def press(self, *keys: str) -> None:
        """Press keys, then wait."""
        await self.pilot.press(*(_NAMED.get(key, key) for key in keys))
        await self.settle()

    async def fill(self, selector: str, text: str) -> None:
        """Put text into a field as a paste does, and go there."""
        field = self.app.screen.query_one(selector, Input)
        field.focus()
        field.value = text
        await self.settle()

    async def unlock(self, secret: str) -> None:
        """Type the passphrase and press Enter."""
        await self.fill("#secret", secret)
        await self.press("enter")

    def lines(self) -> list[str]:
        """Return what is on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    def text(self) -> str:
        """Return what is on the screen, as one text."""
        return "\n".join(self.lines()) + "\n"

    def notice(self) -> str:
        """Return the two lines that say what happened."""
        assert isinstance(self.app.screen, BaseScreen)
        return "\n".join(self.app.screen.notice.text)

    def check(self, name: str) -> None:
        """Compare the screen with the text in ``golden``; with UPDATE_GOLDEN=1 write it there."""
        path, found = GOLDEN / f"{name}.txt", self.text()
        if os.environ.get(UPDATE):
            path.write_text(found, encoding="utf-8")
        assert found == path.read_text(encoding="utf-8"), f"{name}: see {UPDATE}=1"
        self.check_keys()

    def check_keys(self) -> None:
        """Check that the lowest line shows all keys of the screen, at most eight."""
        assert isinstance(self.app.screen, BaseScreen)
        keys = self.app.screen.keys()
        assert len(keys) <= 8
        shown = str(self.app.screen.query_one(KeyBar).render())
        assert all(f"{key} {name}" in shown for key, name in keys), shown


@asynccontextmanager
async def running(
    places: Places,
    *,
    size: tuple[int, int] = (80, 24),
    seconds: Callable[[], float] = lambda: 0.0,
    clock: Clock = demo_clock,
) -> AsyncIterator[Driver]:
    """Run the app on a data folder, its clocks standing still unless given."""
    app = VertrouwenswerkApp(places, clock, Idle(seconds, lambda: 0.0))
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        try:
            yield driver
        finally:
            app.drop_session()
            await app.closed()
