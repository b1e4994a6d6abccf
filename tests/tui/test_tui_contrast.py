"""Every text stands out from what is behind it, in every look, on every screen, cursor and all.

Measured is what was painted, by the formulas of WCAG 2.2 (1.4.3: 4.5 to 1; 1.4.6: 7 to 1).
``inks`` names what is no text: boxes, bars, hatches, blocks, and what lies behind a dialog.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from tests.municipality import CLOSED, EARLIER, RUNNING, Municipality, demo_clock
from tests.telling import tell_what_is_shown
from tests.tui.driving import Driver, running
from tests.tui.inks import contrast, luminance, texts, too_faint
from tests.tui.tours import ADVISER, BUREAU, FIRST_RUN, FOUNDING, Tour, walk
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.app import VertrouwenswerkApp
from vertrouwenswerk.tui.looks import CONTRAST, LOOKS, shade_of
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

LEAST = {"night": 4.5, "day": 4.5, "contrast": 7.0}
SIZES = [(80, 24), (140, 42)]
UNIT, OTHER = "loods", "stafb"


async def measure(driver: Driver, tour: Tour, words: Mapping[str, str]) -> None:
    """Make the tour and measure each stop in each look."""
    found, seen = [], 0
    async for name in walk(driver, tour, words):
        for look in LOOKS:
            driver.app.theme = look.name
            await driver.settle()
            assert sum(len(text) for _y, text, _ink, _ground in texts(driver)) > 40, name
            found += [f"{name}, {look.name}: {what}" for what in too_faint(driver, LEAST[look.name])]
            seen += 1
    assert seen == len(tour) * len(LOOKS)
    assert not found, "\n" + "\n".join(dict.fromkeys(found))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose secrets of the cheap profile, as a demo does: the full one takes seconds."""
    full = Secrets.choose
    monkeypatch.setattr(Secrets, "choose", lambda passphrase, _profile=None: full(passphrase, Profile.CHEAP))


@pytest.mark.parametrize("size", SIZES)
async def test_on_the_adviser_side(town: Municipality, size: tuple[int, int]) -> None:
    town.count(1, EARLIER, ("HAVENS-KADE-2", "GEWELD", 2))
    town.export(1, EARLIER)
    town.count(1, EARLIER, ("HAVENS-KADE-2", "GEWELD", 1))
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 2), ("*", "FRAUDE", 1))
    town.count(1, RUNNING, ("DUINEN-BRON", "PESTEN", 1))
    words = {"secret": town.passphrase("adviser 1"), "unit": UNIT, "other": OTHER}
    async with running(town.adviser_places(1), size=size) as driver:
        await measure(driver, ADVISER, words)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("size", SIZES)
async def test_in_the_first_run(town: Municipality, tmp_path: Path, size: tuple[int, int]) -> None:
    words = {"codebook": str(town.codebook_path)}
    for folder, tour in (("adviser", FIRST_RUN), ("bureau", FOUNDING)):
        async with running(Places(tmp_path / folder), size=size) as driver:
            await measure(driver, tour, words)


@pytest.mark.parametrize("size", SIZES)
async def test_on_the_bureau_side(tmp_path: Path, size: tuple[int, int]) -> None:
    town = Municipality.found(tmp_path / "town", advisers=3)
    town.hand_in(1, CLOSED, ("HAVENS-KADE-1", "PESTEN", 27), ("DUINEN-KLANT", "PESTEN", 15))
    town.hand_in(2, CLOSED, ("HAVENS-KADE-2", "GEWELD", 2), ("DUINEN-BRON-1", "PESTEN", 6))
    town.hand_in(2, EARLIER, ("HAVENS-STAF-1", "FRAUDE", 12))
    town.take_in()
    town.sit()
    tell_what_is_shown(town)
    (town.inbox / "kapot.vwsummary").write_bytes(b"niets")
    words = {"secret": town.passphrase("bureau"), "inbox": str(town.inbox)}
    async with running(town.bureau_places, size=size) as driver:
        await measure(driver, BUREAU, words)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_shade_of_the_scale_carries_its_number(look: Theme) -> None:
    for place in range(1001):
        ink, ground = shade_of(look.name, place / 1000)
        assert contrast(ink, ground) >= LEAST[look.name], (place, ink.hex, ground.hex)


@pytest.mark.parametrize(("name", "rising"), [("night", True), ("day", False), ("contrast", True)])
def test_the_scale_keeps_its_order_without_colour(name: str, rising: bool) -> None:
    grounds = [luminance(shade_of(name, place / 100)[1]) for place in range(101)]
    assert grounds == sorted(grounds, reverse=not rising)


async def test_an_app_that_begins_in_a_look_is_as_readable(tmp_path: Path) -> None:
    for look in LOOKS:
        app = VertrouwenswerkApp(Places(tmp_path / "new"), demo_clock)
        app.set_reactive(App.theme, look.name)
        app.stylesheet.set_variables(app.get_css_variables())
        async with app.run_test() as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            assert app.screen.query_one("#who").has_focus
            assert not [*too_faint(driver, LEAST[look.name])]


def test_the_cursor_row_of_high_contrast_is_plainly_visible() -> None:
    row, card = Color.parse(CONTRAST.variables["cursor-row"]), Color.parse(CONTRAST.surface or "")
    assert contrast(row, card) >= 3
    assert contrast(Color.parse(CONTRAST.variables["line"]), card) >= 3
