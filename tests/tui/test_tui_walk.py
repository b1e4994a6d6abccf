"""The whole way of an adviser at 80 x 24 by keys alone, every letter typed: nobody needs a mouse.

What each screen is called stands beside the keys that lead to it, so that this reads as a
recording of the walk.
"""

from pathlib import Path

import pytest
from textual.containers import Vertical

from tests.municipality import CLOSED, Municipality, demo_clock
from tests.tui.driving import Driver, running
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.screens.dialogs import Question
from vertrouwenswerk.tui.screens.steps import RecoveryStep
from vertrouwenswerk.tui.screens.unlock import UnlockScreen
from vertrouwenswerk.usecases.adviser import own_tallies, unlock_adviser
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose secrets of the cheap profile, as a demo does: the full one takes seconds."""
    full = Secrets.choose
    monkeypatch.setattr(Secrets, "choose", lambda passphrase, _profile=None: full(passphrase, Profile.CHEAP))


def title(driver: Driver) -> str:
    """Return what the main card of the screen is called."""
    screen = driver.app.screen
    cards = screen.query(".dialog") if isinstance(screen, Question) else screen.query(".main, .door")
    return str(cards.first(Vertical).border_title)


async def go(driver: Driver, keys: tuple[str, ...], leads_to: str) -> None:
    """Press keys and see where they lead; all keys are on the screen."""
    await driver.press(*keys)
    assert title(driver).startswith(leads_to), (keys[-3:], title(driver), driver.text())
    if isinstance(driver.app.screen, BaseScreen):
        driver.check_keys()


async def write(driver: Driver, text: str, *after: str) -> None:
    """Empty the field one is in, type ``text`` letter by letter, then press keys."""
    await driver.press("end", "ctrl+u", *text, *after)


async def settings(driver: Driver, steps_down: int, leads_to: str) -> None:
    await go(driver, ("f7", "home", *("down",) * steps_down, "enter"), leads_to)


@pytest.mark.usefixtures("_quick")
async def test_from_the_first_run_to_the_backup_and_back_in_by_the_recovery_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Municipality.found(tmp_path / "t", advisers=0)
    places, stick = Places(tmp_path / "a"), Path("s")
    monkeypatch.chdir(tmp_path)
    stick.mkdir()
    town.codebook_path.rename("c")
    async with running(places) as driver:
        code = await enrol(driver, stick)
        await count(driver)
        await hand_over(driver, stick)
        await keep(driver, stick, code)
        await go(driver, ("ctrl+l",), "Vergrendeld")
        assert isinstance(driver.app.screen, UnlockScreen)
        await driver.app.closed()
        await driver.press(*code, "enter")
        assert title(driver) == "Nieuw signaal"
        await driver.press("ctrl+q")
    assert sorted(path.suffix for path in stick.iterdir()) == [".html", ".vwbackup", ".vwcard", ".vwsummary"]
    with unlock_adviser(places, code, demo_clock) as adviser:
        assert own_tallies(adviser) == (OwnTally(CLOSED, "HAVENS-KADE-1", "PESTEN", 1),)


async def enrol(driver: Driver, stick: Path) -> str:
    """Go through the five screens of the first run; return the recovery code."""
    assert title(driver) == "Welkom"
    await go(driver, ("enter",), "Het codeboek van het bureau")
    await write(driver, "c", "enter")
    await go(driver, ("end", "enter"), "Een wachtwoordzin")
    await go(driver, ("enter",), "De herstelcode")
    step = driver.app.screen
    assert isinstance(step, RecoveryStep)
    code, groups = step._chosen.recovery_code, [step._groups[number] for number in step.asked]
    await driver.press("enter", *groups[0], "enter", *groups[1])
    await go(driver, ("enter",), "De kluis en de kaart")
    await write(driver, str(stick / "k.vwcard"), "enter")
    await go(driver, ("enter",), "Nieuw signaal")
    return code


async def count(driver: Driver) -> None:
    """Count two signals in the quarter before, undo, do again, take one away; hide the screen between."""
    await go(driver, ("f5", "1", *"sleep", "enter"), "Nieuw signaal")
    await go(driver, ("2", "1", "enter"), "Nieuw signaal")
    assert "Geteld: Agressie · Sleepdienst" in driver.notice()
    await driver.press("ctrl+z", "ctrl+n", "f8", "x", "f8")
    await go(driver, ("f1", "escape", "f3"), "4e kwartaal 2026 · 2 signalen")
    await go(driver, ("end", "enter"), "Minder signalen tellen?")
    await go(driver, ("down", "enter"), "4e kwartaal 2026 · 1 signaal")


async def hand_over(driver: Driver, stick: Path) -> None:
    """Look at what will leave, write the file; then the own report."""
    await go(driver, ("f4",), "Kwartalen")
    await go(driver, ("enter",), "Dit vertrekt: 4e kwartaal 2026 · 1 signaal")
    await write(driver, str(stick), "enter")
    assert "Geschreven en nagelezen" in driver.notice()
    await go(driver, ("escape",), "Kwartalen")
    assert "geëxporteerd" in driver.text()
    await go(driver, ("f3", "r"), "Je eigen jaarverslag van 2026")
    await write(driver, str(stick / "v.html"), "enter")
    assert "Geschreven" in driver.notice()
    await go(driver, ("escape",), "4e kwartaal 2026")


async def keep(driver: Driver, stick: Path, code: str) -> None:
    """Make a backup with the code from paper, try the code, look behind every other setting."""
    await settings(driver, 0, "Reservekopie maken")
    await write(driver, str(stick / "r.vwbackup"), "enter", *code)
    await go(driver, ("enter",), "Instellingen")
    assert "Geschreven en geopend: r.vwbackup" in driver.notice()
    await settings(driver, 1, "Herstelcode proberen")
    await go(driver, (*code, "enter"), "Instellingen")
    assert "De herstelcode werkt." in driver.notice()
    behind = (
        "Wachtwoordzin veranderen",
        "Herstelcode vernieuwen",
        "Vanzelf op slot",
        "Taal",
        "Weergave",
        "Afgesloten jaar wissen",
        "Nieuwer codeboek nemen",
        "Je kaart voor het bureau",
    )
    for place, name in enumerate(behind, start=2):
        await settings(driver, place, name)
        await go(driver, ("escape",), "Instellingen")
    await settings(driver, 10, "Instellingen")
    assert "De kluis is heel." in driver.notice()
    await settings(driver, 11, "Over dit programma")
    await go(driver, ("escape", "ctrl+p", *"vastl", "enter"), "Nieuw signaal")
