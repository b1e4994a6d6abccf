"""With NO_COLOR no colour is painted, and everything can still be told by signs and words."""

from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, RUNNING, Municipality
from tests.telling import tell_what_is_shown
from tests.tui.driving import Driver, running
from tests.tui.inks import too_faint
from tests.tui.tours import ADVISER, BUREAU, walk
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.widgets.heat_map import HeatMap
from vertrouwenswerk.tui.widgets.listing import Listing


@pytest.fixture(autouse=True)
def no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


def coloured(driver: Driver) -> list[str]:
    """Return what is painted in anything but grey."""
    found = []
    for strip in driver.app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            for colour in (style.color, style.bgcolor) if style else ():
                if colour is not None and not colour.is_default and len({*(colour.triplet or ())}) != 1:
                    found.append(f"{segment.text!r} {colour}")
    return found


def untold(driver: Driver) -> list[str]:
    """Return which state cannot be told from the text alone: the open tab, the cursor, the field."""
    screen, text = driver.app.screen, driver.text()
    found = []
    if isinstance(screen, BaseScreen) and screen.tab and not driver.app.curtain.is_drawn:
        opened = [f"[{key} {name}]" for key, name in screen.tabs() if key == screen.tab]
        found += [] if opened[0] in text and text.count("[F") == 1 else ["tab"]
    focused = driver.app.focused
    if isinstance(focused, Listing) and focused.chosen_key is not None:
        found += [] if "▸ " in painted(driver, focused) else ["cursor"]
    elif focused is not None and not isinstance(focused, (Listing, HeatMap)):
        found += [] if painted(driver, focused).startswith("▌") else ["field"]
    return found


def painted(driver: Driver, widget: object) -> str:
    """Return the text in the place of a widget."""
    region = widget.region  # type: ignore[attr-defined]
    return "\n".join(
        line.ljust(80)[region.x : region.right] for line in driver.lines()[region.y : region.bottom]
    )


async def test_without_it_there_is_colour(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    async with running(town.adviser_places(1)) as driver:
        assert coloured(driver)


async def test_the_adviser_side(town: Municipality) -> None:
    town.count(1, RUNNING, ("DUINEN-BRON", "PESTEN", 1))
    words = {"secret": town.passphrase("adviser 1"), "unit": "loods", "other": "stafb"}
    async with running(town.adviser_places(1)) as driver:
        async for name in walk(driver, ADVISER, words):
            assert (coloured(driver), untold(driver), [*too_faint(driver, 4.5)]) == ([], [], []), name


async def test_the_bureau_side_and_what_is_hidden(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town", advisers=2)
    town.hand_in(1, CLOSED, ("HAVENS-KADE-1", "PESTEN", 7), ("DUINEN-KLANT", "PESTEN", 5))
    town.take_in()
    town.sit()
    tell_what_is_shown(town)
    words = {"secret": town.passphrase("bureau"), "inbox": str(town.inbox)}
    async with running(town.bureau_places) as driver:
        async for name in walk(driver, BUREAU, words):
            assert (coloured(driver), untold(driver), [*too_faint(driver, 4.5)]) == ([], [], []), name
            if name == "table":
                assert "╱╱╱" in driver.text()
                assert "▸" in driver.text()
                assert "◂" in driver.text()


async def test_the_state_of_each_quarter_is_a_sign_and_words(town: Municipality) -> None:
    town.count(1, EARLIER, ("HAVENS-KADE-2", "GEWELD", 2))
    town.export(1, EARLIER)
    town.count(1, EARLIER, ("HAVENS-KADE-2", "GEWELD", 1))
    town.count(1, EARLIER.previous(), ("HAVENS-KADE-2", "GEWELD", 1))
    town.export(1, EARLIER.previous())
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(town.passphrase("adviser 1"))
        await driver.press("f4")
        for sign, words in (("·", "loopt nog"), ("○", "nog niet"), ("◐", "gewijzigd"), ("●", "geëxporteerd")):
            assert any(sign in line and words in line for line in driver.lines()), driver.text()
