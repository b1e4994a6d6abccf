"""A report for outside at the keys: nothing chosen beforehand, asked once more, kept in the ledger."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.municipality import CLOSED, EARLIER, Municipality
from tests.tui.driving import Driver, running
from vertrouwenswerk.usecases.reporting import ledger


@pytest.fixture
def town(tmp_path: Path) -> Municipality:
    town = Municipality.found(tmp_path / "town", advisers=2)
    town.hand_in(
        1, CLOSED, ("HAVENS-KADE-1", "PESTEN", 17), ("DUINEN-KLANT", "PESTEN", 9), ("*", "FRAUDE", 1)
    )
    town.hand_in(2, CLOSED, ("HAVENS-KADE-2", "GEWELD", 12), ("DUINEN-BRON-1", "PESTEN", 16))
    town.hand_in(2, EARLIER, ("HAVENS-STAF-1", "FRAUDE", 14))
    town.take_in()
    town.sit()
    return town


async def to_report(driver: Driver, town: Municipality) -> None:
    await driver.unlock(town.passphrase("bureau"))
    await driver.press("f6")


async def test_no_readers_and_no_file_are_chosen_beforehand(town: Municipality) -> None:
    async with running(town.bureau_places) as driver:
        await to_report(driver, town)
        assert "kies: de raad" in driver.text()
        assert driver.app.screen.query_one("#release-path", Input).value == ""
        await driver.press("tab", "tab", "enter")
        assert "lezers" in driver.notice()
        assert "Er ging nog geen rapport naar buiten." in driver.text()


async def test_a_report_is_prepared_asked_about_and_stands_in_the_ledger(
    town: Municipality, tmp_path: Path
) -> None:
    out = tmp_path / "raad.html"
    async with running(town.bureau_places) as driver:
        await to_report(driver, town)
        await driver.press("right")
        assert "‹ de raad ›" in driver.text()
        assert "drempel 5" in driver.text()
        await driver.fill("#release-path", str(out))
        await driver.press("enter", "enter")  # the first answer is the safe one
        assert not out.exists()
        await driver.press("enter", "down", "enter")
        assert "Uitgave 1 is geschreven" in driver.notice()
        assert "kies: de raad" in driver.text()
        assert "2026-Q1..2026-Q4" in driver.text()
    assert "<table>" in out.read_text(encoding="utf-8")
    with town.open_bureau() as bureau:
        assert [row.audience for row in ledger(bureau)] == ["council"]


async def test_the_choices_turn_both_ways_and_the_council_never_gets_departments(town: Municipality) -> None:
    async with running(town.bureau_places) as driver:
        await to_report(driver, town)
        await driver.press("right", "down", "down")
        levels = set()
        for _step in range(4):
            await driver.press("right")
            levels.add(next(line for line in driver.lines() if "Tot en met" in line))
        assert len(levels) == 3
        assert not any("afdeling" in line for line in levels)
        await driver.press("up", "up", "left")
        assert "andere programma's" in driver.text()


async def test_a_file_that_is_there_already_is_kept_and_the_report_stays_prepared(
    town: Municipality, tmp_path: Path
) -> None:
    there = tmp_path / "er.csv"
    there.write_text("mijn", encoding="utf-8")
    async with running(town.bureau_places) as driver:
        await to_report(driver, town)
        await driver.press("right")
        await driver.fill("#release-path", str(there))
        await driver.press("enter", "down", "enter")
        assert "er.csv" in driver.notice()
        assert "‹ de raad ›" in driver.text()
    assert there.read_text(encoding="utf-8") == "mijn"
    with town.open_bureau() as bureau:
        assert ledger(bureau) == ()
