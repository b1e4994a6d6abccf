"""What an adviser does at the keys, and what it leaves in the vault."""

from pathlib import Path

import pytest
from textual.events import Key

from tests.municipality import ABOVE_SMALL, CLOSED, EARLIER, RUNNING, SMALL, Municipality
from tests.tui.driving import Driver, running
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.tui.screens.hand_over import HandOverScreen, PreviewScreen
from vertrouwenswerk.tui.screens.record import RecordScreen
from vertrouwenswerk.tui.session import Done
from vertrouwenswerk.tui.widgets.listing import Listing
from vertrouwenswerk.usecases.adviser import own_tallies
from vertrouwenswerk.usecases.handing_in import QuarterState, quarter_states


async def begin(driver: Driver, town: Municipality) -> None:
    await driver.unlock(town.passphrase("adviser 1"))
    assert isinstance(driver.app.screen, RecordScreen)


def stored(town: Municipality) -> tuple[OwnTally, ...]:
    with town.open_adviser() as adviser:
        return own_tallies(adviser)


async def test_a_signal_is_recorded_by_keys_alone(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("2", *"loods", "enter")
        assert "Geteld: Agressie · Loodswezen" in driver.notice()
        assert "1 signaal" in driver.notice()
        assert "ctrl+z" in driver.notice()
    assert stored(town) == (OwnTally(RUNNING, "HAVENS-KADE-2", "GEWELD", 1),)


async def test_a_recent_unit_takes_two_keys_and_enter(town: Municipality) -> None:
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 1))
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1", "enter")
    assert OwnTally(RUNNING, "DUINEN-KLANT", "PESTEN", 1) in stored(town)


async def test_a_digit_in_the_empty_field_picks_a_unit_used_lately(town: Municipality) -> None:
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 1), ("HAVENS-KADE-1", "PESTEN", 1))
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("4", "2", "enter")
        assert "Geteld: Fraudezaken · Sleepdienst" in driver.notice()
    assert OwnTally(RUNNING, "HAVENS-KADE-1", "FRAUDE", 1) in stored(town)


@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_a_small_unit_is_counted_above_it_says_so_and_is_undone_there(
    town: Municipality, size: tuple[int, int]
) -> None:
    town.count_in_the_very_cell(1, RUNNING, (SMALL, "PESTEN", 1), (ABOVE_SMALL, "PESTEN", 1))
    before = stored(town)
    async with running(town.adviser_places(1), size=size) as driver:
        await begin(driver, town)
        await driver.press("1", *"vert")
        assert "▸     Vertaaldienst  → Stafbureau" in driver.text()
        await driver.press("enter")
        said, hint = driver.notice().splitlines()
        assert said == "Geteld: Pesterij · Stafbureau (Havenbedrijf Noordkust)"
        whole = "Vertaaldienst telt minder dan 10 mensen: geteld bij Stafbureau."
        short = "Klein onderdeel: geteld bij dat erboven."
        assert hint == f"{whole if size[0] > 80 else short} ctrl+z maakt het ongedaan."
        assert hint in driver.text()
        assert "Dit kwartaal · 3 signalen" in driver.text()
        await driver.press("ctrl+z")
        assert "Ongedaan gemaakt: Pesterij · Stafbureau" in driver.notice()
        assert "Hier nu 1 signaal" in driver.notice()
    assert stored(town) == before


async def test_undo_puts_a_tally_from_before_back_in_the_small_unit_itself(town: Municipality) -> None:
    town.count_in_the_very_cell(1, RUNNING, (SMALL, "PESTEN", 2))
    before = stored(town)
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("f3", "enter", "down", "enter")
        assert "Weggehaald: Pesterij · Vertaaldienst" in driver.notice()
        await driver.press("ctrl+z")
    assert stored(town) == before


async def test_a_unit_just_recorded_is_recent_for_the_next_signal(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1", *"sleep", "enter")
        await driver.press("2", "enter")
        await driver.press("ctrl+z")
        await driver.press("ctrl+z")
        await driver.press("3", "enter")
    assert stored(town) == (OwnTally(RUNNING, "*", "BELANG", 1),)


async def test_the_units_offered_stay_while_one_is_being_chosen(town: Municipality) -> None:
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 1))
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1")
        screen = driver.app.screen
        assert isinstance(screen, RecordScreen)
        screen.change(Done(RUNNING, "DUINEN-BRON", "FRAUDE", 1), "Geteld")
        await driver.settle()
        await driver.press("enter")
        await driver.press("1", "enter")
    assert OwnTally(RUNNING, "DUINEN-KLANT", "PESTEN", 1) in stored(town)
    assert OwnTally(RUNNING, "DUINEN-BRON", "PESTEN", 1) in stored(town)


async def test_keys_pressed_in_one_go_are_not_lost(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        for key in ("1", *"sleep", "enter", "1", *"sleep", "enter", "3", *"pomp", "enter"):
            driver.app.post_message(Key(key, None if key == "enter" else key))
        await driver.settle()
    assert stored(town) == (
        OwnTally(RUNNING, "HAVENS-KADE-1", "PESTEN", 2),
        OwnTally(RUNNING, "DUINEN-BRON-1", "BELANG", 1),
    )


async def test_undo_right_behind_recording_leaves_nothing(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        for key in ("1", *"sleep", "enter", "2", *"sleep", "enter", "ctrl+z", "ctrl+z"):
            driver.app.post_message(Key(key, key if len(key) == 1 else None))
        await driver.settle()
    assert stored(town) == ()


async def test_a_unit_that_is_not_named(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("4", "*", "enter")
    assert stored(town) == (OwnTally(RUNNING, "*", "FRAUDE", 1),)


async def test_undo_takes_back_the_last_and_only_that(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1", *"sleep", "enter")
        await driver.press("2", *"loods", "enter")
        await driver.press("ctrl+z")
        assert "Ongedaan gemaakt: Agressie · Loodswezen" in driver.notice()
        await driver.press("ctrl+z")
        await driver.press("ctrl+z")
        assert "niets om ongedaan" in driver.notice()
    assert stored(town) == ()


async def test_undo_is_gone_after_locking(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1", *"sleep", "enter")
        await driver.press("ctrl+l")
        await begin(driver, town)
        await driver.press("ctrl+z")
        assert "niets om ongedaan" in driver.notice()
    assert len(stored(town)) == 1


async def test_a_coming_quarter_cannot_be_reached_and_the_last_one_can(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("f6")
        assert "moet nog beginnen" in driver.notice()
        await driver.press("f5")
        assert "4e kwartaal 2026, dat voorbij is" in driver.text()
        await driver.press("1", *"sleep", "enter")
        await driver.press("f6", "f6", "f6")
        assert "1e kwartaal 2027 ─" in driver.text()
    assert stored(town) == (OwnTally(CLOSED, "HAVENS-KADE-1", "PESTEN", 1),)


async def test_units_of_one_name_are_told_apart_by_what_is_above(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1", *"stafb")
        names = [
            line.split("│")[1].strip(" ▸") for line in driver.lines() if "HAVENS" in line or "DUINEN" in line
        ]
        assert [name.split("  ")[0] for name in names] == [
            "Havenbedrijf Noordkust",
            "Stafbureau",
            "Duinwaterleiding",
            "Stafbureau",
        ]
        await driver.press("down", "enter")
    assert stored(town) == (OwnTally(RUNNING, "DUINEN-BRON", "PESTEN", 1),)


async def test_a_unit_nobody_knows_records_nothing(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("1", *"zzz", "enter")
        assert "Zo heet geen onderdeel" in driver.text()
        await driver.press("escape", "escape")
        assert driver.app.screen.query_one("#themes").has_focus
    assert stored(town) == ()


async def test_a_tally_is_made_less_only_after_a_second_answer(town: Municipality) -> None:
    town.count(1, RUNNING, ("DUINEN-KLANT", "PESTEN", 3))
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("f3")
        await driver.press("enter", "enter")
        await driver.press("enter", "escape")
        with_all = driver.text()
        assert "3" in with_all
        await driver.press("enter", "down", "enter")
        assert "Weggehaald" in driver.notice()
        await driver.press("enter", "down", "down", "enter")
        assert "In deze periode is niets geteld" in driver.text()
        await driver.press("ctrl+z")
    assert stored(town) == (OwnTally(RUNNING, "DUINEN-KLANT", "PESTEN", 2),)


@pytest.mark.parametrize("cells", [(("DUINEN-KLANT", "PESTEN", 3), ("*", "FRAUDE", 1)), ()])
async def test_what_leaves_is_what_was_shown(
    town: Municipality, tmp_path: Path, cells: tuple[tuple[str, str, int], ...]
) -> None:
    town.count(1, CLOSED, *cells)
    folder = tmp_path / "stick"
    folder.mkdir()
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("f4", "enter")
        assert isinstance(driver.app.screen, PreviewScreen)
        assert "bureau en hoeder er allebei" in driver.text()
        shown = [
            line for line in driver.app.screen.query_one("#leaving", Listing).lines if len(line.cells) == 2
        ]
        assert [int(line.cells[1][0][0]) for line in shown] == [count for _u, _t, count in reversed(cells)]
        await driver.fill("#folder", str(folder))
        await driver.press("enter")
        assert "Geschreven en nagelezen" in driver.notice()
        await driver.press("escape")
        assert "aangeleverd" in driver.text()
    assert len(list(folder.glob("*.vwsummary"))) == 1
    with town.open_adviser() as adviser:
        assert quarter_states(adviser)[CLOSED] is QuarterState.EXPORTED


async def test_an_export_to_nowhere_says_that_nothing_was_written(town: Municipality, tmp_path: Path) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("f4", "enter")
        await driver.fill("#folder", str(tmp_path / "no" / "such"))
        await driver.press("enter")
        assert len(driver.notice().splitlines()) == 2
        assert "Geschreven" not in driver.notice()


async def test_the_running_quarter_leaves_only_with_who_stops(town: Municipality) -> None:
    town.count(1, EARLIER, ("DUINEN-KLANT", "PESTEN", 1))
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, town)
        await driver.press("f4", "home", "enter")
        assert "Dit kwartaal is nog niet om" in driver.text()
        await driver.press("enter")
        assert isinstance(driver.app.screen, HandOverScreen)
