"""What can be done at the keys can be clicked: tabs, keys, lines; and the wheel scrolls."""

import pytest
from textual.events import MouseScrollDown
from textual.widgets import Input

from tests.municipality import CLOSED, RUNNING, Municipality
from tests.tui.driving import Driver, running
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.tui.screens.dialogs import Commands, Help
from vertrouwenswerk.tui.screens.hand_over import HandOverScreen, PreviewScreen
from vertrouwenswerk.tui.screens.overview import OverviewScreen
from vertrouwenswerk.tui.screens.record import RecordScreen
from vertrouwenswerk.tui.screens.unlock import UnlockScreen
from vertrouwenswerk.tui.widgets.bars import KeyBar, TabBar
from vertrouwenswerk.tui.widgets.listing import Listing
from vertrouwenswerk.usecases.adviser import own_tallies


async def click(driver: Driver, text: str, line: int = -1, *, beyond: int = 0) -> None:
    """Click on a text: on the lowest line or another, so many characters behind its beginning."""
    lines = driver.lines()
    column = lines[line].index(text) + beyond
    assert await driver.pilot.click(offset=(column, line % driver.app.size.height))
    await driver.settle()


def row_of(driver: Driver, text: str) -> int:
    """Return the first line below the tabs that holds a text."""
    rows = [place for place, line in enumerate(driver.lines()) if text in line and place > 1]
    assert rows, driver.text()
    return rows[0]


async def begin(driver: Driver, town: Municipality) -> None:
    await driver.fill("#secret", town.passphrase("adviser 1"))
    await click(driver, "Enter")
    assert isinstance(driver.app.screen, RecordScreen)


@pytest.mark.parametrize("beyond", [0, 5, 11])
async def test_a_click_anywhere_on_a_tab_opens_it(town: Municipality, beyond: int) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await click(driver, "F4 Overdracht", 1, beyond=beyond)
        assert isinstance(driver.app.screen, HandOverScreen)
        assert "[F4 Overdracht]" in driver.text()
        await click(driver, "F3 Overzicht", 1, beyond=beyond)
        assert isinstance(driver.app.screen, OverviewScreen)
        before = driver.app.screen
        await click(driver, "[F3", 1)
        assert driver.app.screen is before


async def test_a_signal_is_recorded_by_clicks(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await click(driver, "Agressie", row_of(driver, "Agressie"))
        assert driver.app.screen.query_one("#unit-text", Input).has_focus
        await driver.press(*"loods")
        await click(driver, "Enter")
        assert "Geteld: Agressie · Loodswezen" in driver.notice()
        await click(driver, "Agressie", row_of(driver, "2  Agressie"))
        await driver.press(*"klanten")
        await click(driver, "Klantenservice", row_of(driver, "Klantenservice"))
        assert "Geteld: Agressie · Klantenservice" in driver.notice()
        await click(driver, "^z")
        assert "Ongedaan gemaakt: Agressie · Klantenservice" in driver.notice()
    with town.open_adviser() as adviser:
        assert own_tallies(adviser) == (OwnTally(RUNNING, "HAVENS-KADE-2", "GEWELD", 1),)


async def test_a_click_on_a_key_leaves_the_cursor_in_its_field(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1")
        focused = driver.app.focused
        await click(driver, "F1", beyond=4)
        assert isinstance(driver.app.screen, Help)
        await driver.press("escape")
        assert driver.app.focused is focused is driver.app.screen.query_one("#unit-text")


async def test_each_arrow_of_a_pair_is_a_key_of_its_own(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("f4")
        quarters = driver.app.screen.query_one("#quarters", Listing)
        first = quarters.cursor
        await click(driver, "↑↓")
        second = quarters.cursor
        await click(driver, "↑↓", beyond=1)
        assert (second, quarters.cursor) == (first - 1, first)
        await click(driver, "↑↓", beyond=4)
        assert quarters.cursor == first


async def test_what_is_no_single_key_does_nothing(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        before = driver.text()
        await click(driver, "1-9")
        await click(driver, "1-9", beyond=4)
        assert await driver.pilot.click(KeyBar, offset=(79, 0))
        assert await driver.pilot.click(TabBar, offset=(0, 0))
        await driver.settle()
        assert driver.text() == before


async def test_commands_preview_and_lock_by_clicks(town: Municipality) -> None:
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 1))
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await click(driver, "^p")
        assert isinstance(driver.app.screen, Commands)
        await click(driver, "Overdracht", row_of(driver, "Overdracht"))
        await click(driver, "4e kwartaal", row_of(driver, "4e kwartaal"))
        preview: object = driver.app.screen
        assert isinstance(preview, PreviewScreen)
        await click(driver, "Esc")
        await click(driver, "^l", beyond=3)
        assert isinstance(driver.app.screen, UnlockScreen)


async def test_the_wheel_scrolls_a_list_and_leaves_the_cursor(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1")
        units = driver.app.screen.query_one("#unit-list", Listing)
        cursor = units.cursor
        assert units.max_scroll_y > 0
        for _turn in range(3):
            await driver.pilot._post_mouse_events([MouseScrollDown], "#unit-list", (3, 3), button=0)
        await driver.settle()
        assert units.scroll_y > 0
        assert units.cursor == cursor
