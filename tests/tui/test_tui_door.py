"""Locking, unlocking, and what must not leak from the app."""

import asyncio
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from tests.municipality import Municipality
from tests.tui.driving import Driver, running
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.opening import Opened, unlock
from vertrouwenswerk.tui.screens.dialogs import Commands
from vertrouwenswerk.tui.screens.record import RecordScreen
from vertrouwenswerk.tui.screens.unlock import UnlockScreen
from vertrouwenswerk.tui.screens.welcome import WelcomeScreen
from vertrouwenswerk.tui.widgets.passphrase import PassphraseInput

LOCK_SECONDS = 5 * 60
ROOT = Path(__file__).resolve().parents[2]


async def begin(driver: Driver, town: Municipality) -> None:
    await driver.unlock(town.passphrase("adviser 1"))


async def test_a_wrong_passphrase_is_told_from_damage(town: Municipality) -> None:
    places = town.adviser_places(1)
    async with running(places) as driver:
        await driver.unlock("dit is niet de goede zin")
        wrong = driver.notice()
        assert driver.app.screen.query_one("#secret", Input).value == ""
        slots = next(
            path for path in places.adviser_vault.parent.iterdir() if path.suffix not in (".vault", ".lock")
        )
        whole = slots.read_bytes()
        slots.write_bytes(whole[:-20])
        await begin(driver, town)
        assert driver.notice() != wrong
        assert "beschadigd" in driver.notice()
        slots.write_bytes(whole)
        await begin(driver, town)
        assert isinstance(driver.app.screen, RecordScreen)
    assert "klopt niet" in wrong, wrong


async def test_a_vault_that_is_open_elsewhere(town: Municipality) -> None:
    with town.open_adviser():
        async with running(town.adviser_places(1)) as driver:
            await begin(driver, town)
            assert isinstance(driver.app.screen, UnlockScreen)
            assert "al open" in driver.notice()


async def test_nothing_typed_is_not_a_wrong_passphrase(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await driver.press("enter")
        assert "nog niets" in driver.notice()


async def test_lock_clears_the_screen_and_the_session(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1", *"sleep", "enter")
        session = driver.app.session
        assert session is not None
        assert session.undo
        await driver.press("f1")
        await driver.press("ctrl+l")
        assert driver.app.session is None
        assert session.is_ended
        assert session.undo == []
        assert isinstance(driver.app.screen, UnlockScreen)
        assert len(driver.app.screen_stack) == 2
        assert "Sleepdienst" not in driver.text()
        assert "Noordkust" not in driver.text()
        await driver.app.closed()
        with town.open_adviser():
            pass


async def test_the_vault_locks_itself_when_nobody_presses_a_key(town: Municipality) -> None:
    now = [0.0]
    async with running(town.adviser_places(1), seconds=lambda: now[0]) as driver:
        await begin(driver, town)
        now[0] = LOCK_SECONDS - 29
        await driver.app.tick()
        assert "0:29" in driver.text()
        await driver.press("down")
        now[0] += 31
        await driver.app.tick()
        assert isinstance(driver.app.screen, RecordScreen)
        now[0] += LOCK_SECONDS
        await driver.app.tick()
        await driver.settle()
        assert isinstance(driver.app.screen, UnlockScreen)


async def test_a_secret_cannot_be_copied_or_cut(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(town.adviser_places(1)) as driver:
        sent: list[str] = []
        monkeypatch.setattr(type(driver.app._driver), "write", lambda _self, data: sent.append(data))
        await driver.fill("#secret", "geheime zin")
        await driver.press("ctrl+shift+a", "ctrl+c", "home", "shift+end", "ctrl+c", "ctrl+x")
        field = driver.app.screen.query_one("#secret", PassphraseInput)
        assert field.value == "geheime zin"
        field.action_copy()
        field.action_cut()
        assert field.value == "geheime zin"
        assert driver.app.clipboard == ""
        driver.app.copy_to_clipboard("geheime zin")
        assert not any("\x1b]52" in data for data in sent)
        assert "geheime" not in driver.text()


async def test_the_commands_are_ours_and_hold_no_screenshot(town: Municipality, tmp_path: Path) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        screen = driver.app.screen
        names = [command.title for command in driver.app.get_system_commands(screen)]
        assert "Meteen vergrendelen" in names
        assert not any("creen" in name or "Theme" in name for name in names)
        await driver.press("ctrl+p")
        assert isinstance(driver.app.screen, Commands)
        assert "creenshot" not in driver.text()
        await driver.press(*"overz", "enter")
        assert "Per thema" in driver.text()
        driver.app.action_screenshot(path=str(tmp_path))
        assert not list(tmp_path.glob("*.svg"))


async def test_day_and_night(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("ctrl+p", *"dag", "enter")
        assert driver.app.theme == "day"
        assert isinstance(driver.app.screen, RecordScreen)


async def test_the_commands_offer_the_two_looks_one_is_not_in(town: Municipality) -> None:
    looks = {"day": "Dag: ", "night": "Nacht: ", "contrast": "Hoog contrast: "}
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        for chosen in ("contrast", "day", "night"):
            await driver.press("ctrl+p", *looks[chosen][:4].lower(), "enter")
            assert driver.app.theme == chosen
            await driver.press("ctrl+p")
            assert {name for name, words in looks.items() if words in driver.text()} == {*looks} - {chosen}
            await driver.press("escape")


async def test_both_sides_are_a_choice(town: Municipality, tmp_path: Path) -> None:
    both = Places(tmp_path / "both")
    shutil.copytree(town.adviser_places(1).adviser_vault.parent, both.adviser_vault.parent)
    shutil.copytree(town.bureau_places.office_vault.parent, both.office_vault.parent)
    async with running(both) as driver:
        assert "kluis van de vertrouwenspersoon" in driver.text()
        await driver.press("down")
        await driver.unlock(town.passphrase("bureau"))
        assert "F2 Aanlevering" in driver.text()


async def test_a_vault_that_opens_behind_a_left_screen_is_closed_again(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*given: Any) -> Opened:
        begun.set()
        go_on.wait()
        return unlock(*given)

    monkeypatch.setattr("vertrouwenswerk.tui.screens.unlock.unlock", slow)
    async with running(town.adviser_places(1)) as driver:
        driver.app.screen.query_one("#secret", Input).value = town.passphrase("adviser 1")
        await driver.pilot.press("enter")
        await asyncio.to_thread(begun.wait)
        await driver.pilot.press("ctrl+l")
        go_on.set()
        await driver.settle()
        assert isinstance(driver.app.screen, UnlockScreen)
        await asyncio.get_running_loop().shutdown_default_executor()
        await driver.settle()
    with town.open_adviser():
        pass


async def test_quitting_closes_the_vault(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.pilot.press("ctrl+q")
        await driver.pilot.pause()
        assert driver.app.session is None
        assert driver.app.return_code == 0
    with town.open_adviser():
        pass


def run_python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


FIRST_PAINT = """
import asyncio, sys
from pathlib import Path
from typing import Any
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.clock import system_clock
from vertrouwenswerk.tui import app as tui
from vertrouwenswerk.tui.screens import unlock
heavy = []
def painted(side):
    heavy.extend(name for name in ("sqlalchemy", "cryptography", "numpy", "highspy") if name in sys.modules)
unlock.warm_up = painted
async def main():
    app = tui.VertrouwenswerkApp(Places(Path(sys.argv[1])), system_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        strips = app.screen._compositor.render_strips()
        print("Wachtwoordzin" in "".join(s.text for strip in strips for s in strip), heavy)
asyncio.run(main())
"""


def test_the_first_paint_imports_nothing_heavy(town: Municipality) -> None:
    done = run_python(FIRST_PAINT, str(town.adviser_places(1).root))
    assert done.stdout.strip() == "True []", done.stderr


LOADING = """
import asyncio, gc, sys
from pathlib import Path
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.clock import system_clock
from vertrouwenswerk.tui import app as tui
from vertrouwenswerk.tui.screens import unlock
order = []
display = tui.VertrouwenswerkApp._display
def watched(self, screen, renderable):
    if renderable is not None and not self._batch_count:
        order.append("painted")
    display(self, screen, renderable)
tui.VertrouwenswerkApp._display = watched
unlock.warm_up = lambda side: order.append("loaded")
gc.disable()
async def main():
    app = tui.VertrouwenswerkApp(Places(Path(sys.argv[1])), system_clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
    print(order[0], order.count("loaded"), gc.isenabled())
asyncio.run(main())
"""


def test_what_opens_a_vault_is_loaded_behind_the_first_paint(town: Municipality) -> None:
    done = run_python(LOADING, str(town.adviser_places(1).root))
    assert done.stdout.strip() == "painted 1 True", done.stderr


CRASH = """
import sys
from pathlib import Path
from typing import Any
from textual.app import App
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.clock import system_clock
from vertrouwenswerk.tui import app as tui
from vertrouwenswerk.tui.screens import unlock
class Broken(unlock.UnlockScreen):
    def on_mount(self):
        passphrase = "geheim-kanarie"
        if sys.argv[2] == "here":
            raise ValueError(passphrase)
        self.run_worker(self.fail, thread=True)
    def fail(self):
        passphrase = "geheim-kanarie"
        raise ValueError(passphrase)
tui.UnlockScreen = Broken
headless = App.run
tui.VertrouwenswerkApp.run = lambda self: headless(self, headless=True)
sys.exit(tui.run_app(Places(Path(sys.argv[1])), system_clock))
"""


@pytest.mark.parametrize("where", ["here", "thread"])
def test_a_crash_prints_type_and_frames_and_no_value(town: Municipality, where: str) -> None:
    done = run_python(CRASH, str(town.adviser_places(1).root), where)
    assert done.returncode == 70
    assert "builtins.ValueError" in done.stderr
    assert "unlock.py" in done.stderr or "<string>" in done.stderr
    assert "kanarie" not in done.stdout + done.stderr
    assert "passphrase" not in done.stdout + done.stderr


async def test_a_second_that_passes_while_a_screen_opens_does_no_harm(tmp_path: Path) -> None:
    async with running(Places(tmp_path)) as driver:
        screen = WelcomeScreen()
        driver.app.push_screen(screen)
        assert not screen.query("TopBar")
        screen.show_top()
        await driver.settle()
        assert driver.app.screen is screen
