"""Each main screen as text at 80x24 (and the widest at 140x42), to be read in a diff.

``UPDATE_GOLDEN=1 pytest tests/tui/test_tui_golden.py`` writes them anew.
"""

from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, RUNNING, Municipality
from tests.tui.driving import running
from vertrouwenswerk.settings import Places

SIZES = [(80, 24), (140, 42)]


def suffix(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES, ids=suffix)
async def test_the_adviser_side(town: Municipality, size: tuple[int, int]) -> None:
    town.count(1, EARLIER, ("HAVENS-KADE-2", "GEWELD", 2))
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 2), ("HAVENS-STAF", "BELANG", 1), ("*", "FRAUDE", 1))
    town.export(1, EARLIER)
    town.count(1, RUNNING, ("DUINEN-BRON", "PESTEN", 1))
    async with running(town.adviser_places(1), size=size) as driver:
        driver.check(f"unlock-{suffix(size)}")
        await driver.unlock(town.passphrase("adviser 1"))
        driver.check(f"record-theme-{suffix(size)}")
        await driver.press("1")
        driver.check(f"record-recent-{suffix(size)}")
        await driver.press(*"stafb")
        driver.check(f"record-unit-{suffix(size)}")
        await driver.press("enter")
        driver.check(f"record-done-{suffix(size)}")
        await driver.press("f3")
        driver.check(f"overview-{suffix(size)}")
        await driver.press("f4")
        driver.check(f"hand-over-{suffix(size)}")
        await driver.press("enter")
        await driver.fill("#folder", "~/Documenten")
        driver.check(f"preview-{suffix(size)}")
        await driver.press("escape", "f7")
        driver.check(f"settings-{suffix(size)}")


@pytest.mark.parametrize("size", SIZES, ids=suffix)
async def test_the_bureau_side(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "vertrouwenswerk.usecases.bureau.adviser_fingerprint",
        lambda _key: ("zes", "woorden", "van", "de", "kaart", "zelf"),
    )
    town = Municipality.found(tmp_path / "town", advisers=3)
    town.hand_in(1, CLOSED, ("HAVENS-KADE-1", "PESTEN", 7), ("DUINEN-KLANT", "PESTEN", 5), ("*", "FRAUDE", 1))
    town.hand_in(2, CLOSED, ("HAVENS-KADE-2", "GEWELD", 2), ("DUINEN-BRON-1", "PESTEN", 6))
    town.hand_in(2, EARLIER, ("HAVENS-STAF-1", "FRAUDE", 12))
    town.take_in()
    town.sit()
    async with running(town.bureau_places, size=size) as driver:
        await driver.unlock(town.passphrase("bureau"))
        driver.check(f"deliveries-{suffix(size)}")
        await driver.press("f3")
        driver.check(f"sitting-{suffix(size)}")
        await driver.press("f4", "down", "enter", "down", "right", "right")
        driver.check(f"picture-{suffix(size)}")
        await driver.press("f6", "right", "right")
        driver.check(f"bureau-report-{suffix(size)}")


async def test_the_first_screen_of_all(tmp_path: Path) -> None:
    async with running(Places(tmp_path / "new")) as driver:
        driver.check("welcome-80x24")
        await driver.press("down", "enter")
        driver.check("found-bureau-80x24")
