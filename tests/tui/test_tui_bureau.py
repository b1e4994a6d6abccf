"""What the bureau does at the keys: take files in, hold a sitting, look at the picture."""

import asyncio
import re
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.municipality import CLOSED, EARLIER, Municipality
from tests.tui.driving import Driver, running
from vertrouwenswerk.tui.screens.picture import PictureScreen
from vertrouwenswerk.tui.screens.sitting import SittingScreen
from vertrouwenswerk.tui.screens.unlock import UnlockScreen
from vertrouwenswerk.tui.widgets.heat_map import HeatMap
from vertrouwenswerk.usecases import sitting as usecase
from vertrouwenswerk.usecases.looking import look_at_table
from vertrouwenswerk.usecases.progress import Progress
from vertrouwenswerk.usecases.sitting import Minutes


async def begin(driver: Driver, town: Municipality) -> None:
    await driver.unlock(town.passphrase("bureau"))
    assert "F2 Aanlevering" in driver.text()


def busy_town(root: Path, *, alone: bool = False, countersigned: bool = True) -> Municipality:
    town = Municipality.found(root, advisers=2, alone=alone, countersigned=countersigned)
    town.hand_in(1, CLOSED, ("HAVENS-KADE-1", "PESTEN", 7), ("DUINEN-KLANT", "PESTEN", 5), ("*", "FRAUDE", 1))
    town.hand_in(2, CLOSED, ("HAVENS-KADE-2", "GEWELD", 2), ("DUINEN-BRON-1", "PESTEN", 6))
    town.hand_in(2, EARLIER)
    return town


async def import_all(driver: Driver, town: Municipality) -> None:
    await driver.press("f5")
    await driver.fill("#import-path", str(town.inbox))
    await driver.press("enter")


async def sit(driver: Driver, town: Municipality) -> None:
    await driver.press("f3")
    if not town.alone:
        await driver.fill("#guardian-key", str(town.guardian_folder / "hoeder.vwkey"))
        await driver.fill("#guardian-secret", town.passphrase("guardian"))
    await driver.press("enter")


async def test_a_folder_is_taken_in_and_the_grid_shows_it(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town")
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        assert "2026-Q4: 0 van 2 geleverd" in driver.text()
        await import_all(driver, town)
        assert "3 ingelezen" in driver.notice()
        assert "2026-Q4: 2 van 2 geleverd" in driver.text()
        second = next(line for line in driver.lines() if "VP-02" in line)
        assert second.count("●") == 2
        await import_all(driver, town)
        assert "0 ingelezen, 3 al binnen" in driver.notice()


async def test_what_is_refused_or_held_is_listed_with_the_reason(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town")
    (town.inbox / "kapot.vwsummary").write_bytes(b"niets")
    town.new_adviser(3)
    town.hand_in(3, CLOSED)
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        await import_all(driver, town)
        assert "1 vastgehouden, 1 geweigerd" in driver.notice()
        assert "× kapot.vwsummary" in driver.text()
        await driver.press("escape")
        assert "kapot" not in driver.text()
        assert "onbekend" in driver.text()


async def test_a_folder_without_summaries(town: Municipality) -> None:
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        await import_all(driver, town)
        assert "geen samenvattingen" in driver.notice()


async def test_a_sitting_makes_a_picture_and_the_screen_shows_nothing_else(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town")
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        await driver.press("f4")
        assert "nog geen beeld" in driver.notice()
        await driver.press("f2")
        await import_all(driver, town)
        await sit(driver, town)
        assert "3 samenvattingen zijn geopend" in driver.text()
        assert "telkamer is weer dicht" in driver.text()
        await driver.press("f4")
        screen = driver.app.screen
        assert isinstance(screen, PictureScreen)
        heat = screen.query_one(HeatMap)
        await driver.press(*["enter", "down"] * 12)
        drawn = [heat.render_line(y).text for y in range(1, heat.virtual_size.height)]
    with town.open_bureau() as bureau:
        table = look_at_table(bureau).table
    allowed = {str(count) for count in table.shown.values()}
    names = {name for line in drawn for name in re.findall(r"\d+", line)}
    assert names <= allowed
    assert "0" not in names
    assert table.hidden_cells > 0
    assert any("╱╱╱" in line for line in drawn)


async def test_w_shows_the_other_periods_of_the_picture_and_comes_back(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town")
    town.take_in()
    town.sit()
    with town.open_bureau() as bureau:
        windows = look_at_table(bureau).windows
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        await driver.press("f4")
        heat = driver.app.screen.query_one(HeatMap)
        card = driver.app.screen.query_one("#picture-card")
        first = str(card.border_title)
        seen = [first]
        for _window in windows:
            await driver.press("w")
            seen.append(str(card.border_title))
            assert heat.virtual_size.height > 0
    assert len(windows) >= 2
    assert seen[-1] == first
    assert len(set(seen)) == len(windows)


async def test_tiles_are_the_cells_of_the_table_one_by_one(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town")
    town.take_in()
    town.sit()
    with town.open_bureau() as bureau:
        view = look_at_table(bureau)
    async with running(town.bureau_places, size=(140, 42)) as driver:
        await begin(driver, town)
        await driver.press("f4")
        heat = driver.app.screen.query_one(HeatMap)
        await driver.press(*["enter", "down"] * 14)
        rows = [heat.render_line(1 + 2 * place).text for place in range(len(view.table.units))]
    codes = view.codebook.unit_tree.codes
    themes = ("*", *(theme.code for theme in view.codebook.themes))
    for unit, row in zip(codes, rows, strict=True):
        cells = re.findall(r"[▸◂\d]+|╱+", row[38:])
        counts = [view.table.count(unit, theme) for theme in themes]
        assert [int(c.strip("▸◂")) if "╱" not in c else None for c in cells if c not in "▸◂"] == counts


async def test_rows_stand_in_the_order_of_the_tree_and_fold_back(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town")
    town.take_in()
    town.sit()
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        await driver.press("f4", "down", "down", "enter")
        text = driver.text()
        assert text.index("Havenbedrijf") < text.index("Duinwaterleiding") < text.index("Stafbureau")
        await driver.press("down", "down", "backspace")
        assert "Klantenservice" not in driver.text()
        await driver.press("g")
        assert "Omgangsvormen" in driver.text()


async def test_a_wrong_guardian_passphrase_changes_nothing(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town")
    town.take_in()
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        await driver.press("f3")
        await driver.fill("#guardian-key", str(town.guardian_folder / "hoeder.vwkey"))
        await driver.fill("#guardian-secret", "een heel andere zin dan die")
        await driver.press("enter")
        assert isinstance(driver.app.screen, SittingScreen)
        assert driver.app.screen.query_one("#guardian-secret").value == ""  # type: ignore[attr-defined]
        assert len(driver.notice().splitlines()) == 2
        await driver.press("f4")
        assert "nog geen beeld" in driver.notice()


async def test_advisers_whom_the_guardian_has_not_agreed_to_are_said(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town", countersigned=False)
    town.take_in()
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        assert driver.text().count("VP-01 !") == 1
        assert "nog instemmen" in driver.text()
        await driver.press("f3")
        assert "VP-01, VP-02" in driver.text()
        assert "[ ]" in driver.text()
        driver.app.screen.query_one("#agenda").focus()
        await driver.press("enter")
        assert "[x]" in driver.text()
        await driver.fill("#guardian-key", str(town.guardian_folder / "hoeder.vwkey"))
        await driver.fill("#guardian-secret", town.passphrase("guardian"))
        await driver.press("enter")
        assert "3 samenvattingen zijn geopend" in driver.text()


async def test_the_bureau_alone_is_said_plainly(tmp_path: Path) -> None:
    town = busy_town(tmp_path / "town", alone=True)
    town.take_in()
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        await driver.press("f3")
        assert "Het bureau opent alleen" in driver.text()
        await driver.press("enter")
        assert "Beeld 1 is gemaakt" in driver.text()


@pytest.mark.parametrize("key", ["escape", "ctrl+l"])
async def test_a_sitting_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    town = busy_town(tmp_path / "town")
    town.take_in()
    begun, go_on = threading.Event(), threading.Event()
    hold = usecase.hold_sitting

    def slow(*given: Any, progress: Progress, **more: Any) -> Minutes:
        begun.set()
        go_on.wait()
        return hold(*given, progress=progress, **more)

    monkeypatch.setattr(usecase, "hold_sitting", slow)
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        await driver.press("f3")
        await driver.fill("#guardian-key", str(town.guardian_folder / "hoeder.vwkey"))
        await driver.fill("#guardian-secret", town.passphrase("guardian"))
        await driver.pilot.press("enter")
        await asyncio.to_thread(begun.wait)
        await driver.pilot.press(key)
        go_on.set()
        await driver.settle()
        await driver.app.closed()
        assert isinstance(driver.app.screen, UnlockScreen) is (key == "ctrl+l")
        if key == "escape":
            assert "Halverwege gestopt" in driver.notice()
    with town.open_bureau() as bureau:
        assert bureau.office.picture_file() is None


async def test_without_the_part_for_the_bureau(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(town.bureau_places) as driver:
        await begin(driver, town)
        for name in [name for name in sys.modules if name.startswith("vertrouwenswerk.disclosure.")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.delitem(sys.modules, "vertrouwenswerk.usecases.sitting")
        monkeypatch.setitem(sys.modules, "highspy", None)
        monkeypatch.setitem(sys.modules, "numpy", None)
        await driver.press("f4")  # to look at a picture takes no solver
        assert "staat niet op deze computer" not in driver.notice()
        await driver.press("f7")
        assert "staat niet op deze computer" not in driver.notice()
        await driver.press("f3")
        assert "staat niet op deze computer" in driver.notice()
        assert "vertrouwenswerk[bureau]" in driver.notice()
