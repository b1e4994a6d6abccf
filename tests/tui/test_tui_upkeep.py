"""What keeps a vault from being lost, or from being read: backup, drill, clearing, lock time, curtain."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.municipality import CLOSED, RUNNING, Municipality, demo_clock
from tests.tui.driving import Driver, running
from tests.tui.test_tui_settings import begin, choose
from vertrouwenswerk.appearance import LOOKS, Appearance, read_appearance
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.i18n import language, use_language
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui import looks
from vertrouwenswerk.tui.screens.dialogs import Commands
from vertrouwenswerk.tui.screens.hand_over import HandOverScreen, PreviewScreen
from vertrouwenswerk.tui.screens.record import RecordScreen
from vertrouwenswerk.tui.screens.settings import SettingsScreen
from vertrouwenswerk.tui.screens.settings_backup import DrillScreen
from vertrouwenswerk.tui.screens.unlock import UnlockScreen
from vertrouwenswerk.tui.screens.welcome import WelcomeScreen
from vertrouwenswerk.usecases.adviser import (
    Adviser,
    lock_after,
    own_tallies,
    read_codebook_file,
    record,
    set_up_adviser,
    unlock_adviser,
)
from vertrouwenswerk.usecases.handing_in import export
from vertrouwenswerk.usecases.keeping import propose_own_recovery_code, replace_own_recovery_code
from vertrouwenswerk.usecases.reminders import Reminder, reminders
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

SECRET = Municipality.passphrase("adviser 1")


@pytest.fixture
def _language_afterwards() -> Iterator[None]:
    before = language()
    yield
    use_language(before)


def waiting(town: Municipality) -> tuple[Reminder, ...]:
    with town.open_adviser() as adviser:
        return reminders(adviser)


def known_code(town: Municipality) -> str:
    """Give the vault a recovery code that the test knows."""
    with town.open_adviser() as adviser:
        code = propose_own_recovery_code(adviser, SECRET)
        replace_own_recovery_code(adviser, SECRET, code)
    return code


def explanation(driver: Driver) -> str:
    return str(driver.app.screen.query_one("#settings-explanation", Static).render())


# --- backup and restore ----------------------------------------------------------------------


async def test_a_backup_is_asked_for_after_an_export_and_not_once_it_is_made(
    town: Municipality, tmp_path: Path
) -> None:
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 3))
    file = tmp_path / "stick" / "mijn.vwbackup"
    file.parent.mkdir()
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(SECRET)
        assert "geen reservekopie" in driver.notice()
        await driver.press("f7")
        await choose(driver, "backup")
        await driver.fill("#backup-path", str(file))
        await driver.press("enter")
        await driver.fill("#backup-secret", SECRET)
        await driver.press("enter")
        assert isinstance(driver.app.screen, SettingsScreen)
        assert "Geschreven en geopend: mijn.vwbackup" in driver.notice()
        assert "van na je laatste export" in driver.text()
    assert waiting(town) == ()
    town.export(1, CLOSED)
    assert waiting(town) == (Reminder.BACKUP,)


async def test_a_wrong_passphrase_or_a_name_that_is_taken_makes_no_backup(
    town: Municipality, tmp_path: Path
) -> None:
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 3))
    file = tmp_path / "mijn.vwbackup"
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "backup")
        for secret in ("dit is de zin niet", ""):
            await driver.fill("#backup-path", str(file))
            await driver.fill("#backup-secret", secret)
            await driver.press("enter")
            assert not file.exists()
        file.write_bytes(b"iets anders")
        await driver.fill("#backup-secret", SECRET)
        await driver.press("enter")
        assert "mijn.vwbackup" in driver.notice()
    assert file.read_bytes() == b"iets anders"
    assert waiting(town) == (Reminder.BACKUP,)


async def test_a_second_backup_in_the_same_folder_gets_a_name_of_its_own(
    town: Municipality, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    async with running(town.adviser_places(1)) as driver:
        await begin(driver)
        for _time in range(2):
            await choose(driver, "backup")
            await driver.fill("#backup-path", str(stick))
            await driver.fill("#backup-secret", SECRET)
            await driver.press("enter")
            assert "Geschreven en geopend" in driver.notice()
    assert len(list(stick.glob("*.vwbackup"))) == 2


@pytest.mark.parametrize("by_code", [False, True])
async def test_a_backup_opens_in_the_app_on_another_computer(
    town: Municipality, tmp_path: Path, by_code: bool
) -> None:
    town.count(1, RUNNING, ("DUINEN-KLANT", "PESTEN", 2))
    code = known_code(town)
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "backup")
        await driver.fill("#backup-path", str(tmp_path))
        await driver.fill("#backup-secret", SECRET)
        await driver.press("enter")
    (file,) = tmp_path.glob("*.vwbackup")
    other = Places(tmp_path / "other")
    async with running(other) as driver:
        assert isinstance(driver.app.screen, WelcomeScreen)
        await driver.press("end", "enter")
        await driver.fill("#backup-file", str(file))
        await driver.fill("#backup-secret", "dit is de zin niet")
        await driver.press("enter")
        assert "klopt niet" in driver.notice()
        assert not other.adviser_vault.exists()
        await driver.fill("#backup-secret", code if by_code else SECRET)
        await driver.press("enter")
        assert isinstance(driver.app.screen, RecordScreen)
        assert "Klantenservice" in driver.text()


# --- the recovery code -----------------------------------------------------------------------


async def test_the_recovery_code_is_tried_and_a_slip_is_told_from_another_code(town: Municipality) -> None:
    code = known_code(town)
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "drill")
        for wrong, said in ((SECRET, "geen herstelcode"), (code[:-1], "geen herstelcode")):
            await driver.fill("#drill-code", wrong)
            await driver.press("enter")
            assert said in driver.notice()
            assert isinstance(driver.app.screen, DrillScreen)
        await driver.fill("#drill-code", code.lower().replace("-", " "))
        await driver.press("enter")
        assert "De herstelcode werkt." in driver.notice()


class Days:
    """A clock that a test moves on."""

    day = date(2026, 2, 1)

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def real(town: Municipality) -> Iterator[tuple[Adviser, Days]]:
    """An adviser whose vault is no demo's, so that its clock goes on."""
    days = Days()
    secrets = Secrets.choose(SECRET, Profile.FULL)
    signed = read_codebook_file(town.codebook_path)
    with set_up_adviser(town.adviser_places(9), signed, secrets, days) as adviser:
        yield adviser, days


def test_the_recovery_code_is_asked_for_after_a_year_and_not_before(real: tuple[Adviser, Days]) -> None:
    adviser, days = real
    days.day = date(2026, 12, 31)
    assert reminders(adviser) == ()
    days.day = date(2027, 1, 1)
    assert reminders(adviser) == (Reminder.DRILL,)
    replace_own_recovery_code(adviser, SECRET, propose_own_recovery_code(adviser, SECRET))
    assert reminders(adviser) == ()


def test_what_is_most_urgent_comes_first_and_a_new_vault_is_not_nagged(
    real: tuple[Adviser, Days], tmp_path: Path
) -> None:
    adviser, days = real
    assert reminders(adviser) == ()
    record(adviser, theme="PESTEN", unit="DUINEN-KLANT", quarter=Quarter(2025, 4))
    assert reminders(adviser) == (Reminder.HAND_IN,)
    export(adviser, Quarter(2025, 4), tmp_path)
    assert reminders(adviser) == (Reminder.BACKUP,)
    days.day = date(2027, 4, 1)
    assert reminders(adviser) == tuple(Reminder)


# --- clearing, checking ----------------------------------------------------------------------


async def test_a_year_that_is_due_is_shown_and_cleared_only_by_the_second_answer(
    real: tuple[Adviser, Days], town: Municipality, tmp_path: Path
) -> None:
    adviser, days = real
    for quarter in (Quarter(2025, 4), Quarter(2026, 1)):
        record(adviser, theme="PESTEN", unit="DUINEN-KLANT", quarter=quarter, times=2)
    export(adviser, Quarter(2025, 4), tmp_path)
    adviser.close()
    days.day = date(2026, 4, 1)
    places = town.adviser_places(9)
    async with running(places, clock=days) as driver:
        await begin(driver, "clearing")
        assert "Weg gaat: 2025, 2 signalen" in driver.text()
        assert "Klantenservice" in driver.text()
        await driver.press("enter")
        assert isinstance(driver.app.screen, SettingsScreen)
        await choose(driver, "clearing")
        await driver.press("down", "enter")
        assert "Gewist: 2025, 2 signalen." in driver.notice()
        assert "2026: vanaf 1 april 2027" in driver.text()
    with unlock_adviser(places, SECRET, days) as again:
        assert [tally.quarter for tally in own_tallies(again)] == [Quarter(2026, 1)]


async def test_nothing_is_due_in_a_demo_and_the_screen_says_so(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "clearing")
        assert "In een demo wordt nooit iets gewist." in driver.text()


async def test_the_check_reads_every_page(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver)
        await choose(driver, "check")
        assert "De kluis is heel." in driver.notice()


# --- what one is used to ---------------------------------------------------------------------


async def test_the_time_to_lock_is_kept_in_the_vault(town: Municipality) -> None:
    now = [0.0]
    async with running(town.adviser_places(1), seconds=lambda: now[0]) as driver:
        await begin(driver, "lock")
        assert "[x] 5 minuten" in driver.text()
        await driver.press("home", "enter")
        assert "na 1 minuut" in driver.notice()
        now[0] = 59.0
        await driver.app.tick()
        assert "0:01" in driver.text()
        now[0] = 60.0
        await driver.app.tick()
        await driver.settle()
        assert isinstance(driver.app.screen, UnlockScreen)
        await driver.app.closed()
        await driver.unlock(SECRET)
        assert "slot over 1:00" in driver.text()


@pytest.mark.usefixtures("_language_afterwards")
async def test_language_and_look_are_kept_for_the_next_start(town: Municipality) -> None:
    places = town.adviser_places(1)
    async with running(places) as driver:
        await begin(driver, "look")
        await driver.press("down", "enter")
        assert driver.app.theme == "day"
        await choose(driver, "language")
        await driver.press("down", "enter")
        assert "The program speaks English" in driver.notice()
        assert "F7 Settings" in driver.text()
    assert read_appearance(places) == Appearance("en", "day")
    async with running(places) as driver:
        assert driver.app.theme == "day"


def test_every_look_that_can_be_kept_is_one_of_the_app() -> None:
    assert tuple(theme.name for theme in looks.LOOKS) == LOOKS


def test_an_appearance_that_is_not_understood_is_the_default(tmp_path: Path) -> None:
    places = Places(tmp_path)
    assert read_appearance(places) == Appearance()
    for text in ("", "language=fr\nlook=pink\n", "=\n==\nlook\n", "\x00\xff" * 300):
        places.appearance.write_text(text, encoding="latin-1")
        assert read_appearance(places) == Appearance()
    places.appearance.write_text("look=contrast\nmore=1\n", encoding="ascii")
    assert read_appearance(places) == Appearance("nl", "contrast")


async def test_the_curtain_hides_everything_and_keys_go_nowhere(town: Municipality) -> None:
    town.count(1, RUNNING, ("DUINEN-KLANT", "PESTEN", 2))
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(SECRET)
        await driver.press("1", *"sle")
        assert "Klantenservice" in driver.text()
        await driver.press("f8")
        first, *others = driver.lines()
        assert "F8 toont weer" in first
        assert "Noordkust" not in first
        assert not "".join(others).strip()
        await driver.press("enter", "x", "f3", "ctrl+z", "ctrl+p")
        await driver.pilot.click(offset=(5, 5))
        assert isinstance(driver.app.screen, RecordScreen)
        await driver.press("f8")
        field = driver.app.screen.query_one("#unit-text", Input)
        assert field.value == "sle"
        assert field.has_focus
        await driver.press("enter")
        assert "Geteld: Pesterij · Sleepdienst" in driver.notice()


async def test_the_curtain_hides_dialogs_and_what_comes_up_behind_it_and_can_be_locked(
    town: Municipality,
) -> None:
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(SECRET)
        await driver.press("ctrl+p", "f8")
        assert isinstance(driver.app.screen, Commands)
        assert "opdracht" not in driver.text().lower()
        driver.app.push_screen(Commands((("app.quit", "Kanarie", ""),)))
        await driver.settle()
        assert "Kanarie" not in driver.text()
        await driver.press("ctrl+l")
        assert isinstance(driver.app.screen, UnlockScreen)
        assert "Wachtwoordzin" in driver.text()


async def test_the_curtain_does_not_keep_the_vault_from_locking(town: Municipality) -> None:
    now = [0.0]
    async with running(town.adviser_places(1), seconds=lambda: now[0]) as driver:
        await driver.unlock(SECRET)
        await driver.press("f8")
        now[0] = 300.0
        await driver.app.tick()
        await driver.settle()
        assert isinstance(driver.app.screen, UnlockScreen)
        assert "Wachtwoordzin" in driver.text()


# --- undo and redo ---------------------------------------------------------------------------


async def test_what_was_undone_can_be_done_again_until_something_new_is_recorded(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(SECRET)
        await driver.press("1", *"sleep", "enter", "2", *"loods", "enter")
        await driver.press("ctrl+z", "ctrl+z", "ctrl+n")
        assert "Opnieuw gedaan: Pesterij · Sleepdienst" in driver.notice()
        await driver.press("3", *"pomp", "enter", "ctrl+n")
        assert "niets om opnieuw" in driver.notice()
        await driver.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert "niets om ongedaan" in driver.notice()
        await driver.press("ctrl+n", "ctrl+n")
    with town.open_adviser() as adviser:
        assert own_tallies(adviser) == (
            OwnTally(RUNNING, "HAVENS-KADE-1", "PESTEN", 1),
            OwnTally(RUNNING, "DUINEN-BRON-1", "BELANG", 1),
        )


# --- leaving, and what changes while one looks -----------------------------------------------


async def test_who_leaves_hands_in_the_running_quarter_after_being_asked(
    town: Municipality, tmp_path: Path
) -> None:
    town.count(1, RUNNING, ("DUINEN-KLANT", "PESTEN", 2))
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(SECRET)
        await driver.press("f4", "home", "enter", "enter")
        assert isinstance(driver.app.screen, HandOverScreen)
        await driver.press("home", "enter", "down", "enter")
        assert isinstance(driver.app.screen, PreviewScreen)
        await driver.fill("#folder", str(tmp_path))
        await driver.press("enter")
        assert "Geschreven en nagelezen" in driver.notice()
        await driver.press("f2", "1", *"sleep", "enter")
        assert "neemt geen signalen meer" in driver.notice()
    assert len(list(tmp_path.glob("*.vwsummary"))) == 1


async def test_what_changed_after_the_preview_does_not_leave(town: Municipality, tmp_path: Path) -> None:
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(SECRET)
        await driver.press("f5", "1", *"sleep", "enter", "1", *"sleep", "enter")
        await driver.press("f4", "enter")
        assert isinstance(driver.app.screen, PreviewScreen)
        await driver.press("ctrl+z")
        await driver.fill("#folder", str(tmp_path))
        await driver.press("enter")
        assert "veranderd nadat je keek" in driver.notice()
        assert not list(tmp_path.glob("*.vwsummary"))
        await driver.press("escape", "enter")
        await driver.fill("#folder", str(tmp_path))
        await driver.press("enter")
    assert len(list(tmp_path.glob("*.vwsummary"))) == 1


# --- the own yearly report -------------------------------------------------------------------


@pytest.mark.parametrize(("name", "sign"), [("verslag.html", "<table>"), ("verslag.txt", "Per thema\n")])
async def test_the_own_yearly_report_is_shown_and_written(
    town: Municipality, tmp_path: Path, name: str, sign: str
) -> None:
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 3), ("HAVENS-KADE-1", "FRAUDE", 2))
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(SECRET)
        await driver.press("f3", "r")
        driver.check_keys()
        assert f"Je eigen jaarverslag van {CLOSED.year}" in driver.text()
        await driver.press("f6", "f5")
        await driver.fill("#report-path", str(tmp_path / name))
        await driver.press("enter")
        assert "gooi het dan weg" in driver.notice()
    written = (tmp_path / name).read_text(encoding="utf-8")
    assert sign in written
    assert "Klantenservice" in written
    assert "Sleepdienst" not in written


def test_lock_after_refuses_what_is_no_time(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        for minutes in (0, 61, -1):
            with pytest.raises(Exception, match="60"):
                lock_after(adviser, minutes)
    with unlock_adviser(town.adviser_places(1), SECRET, demo_clock) as adviser:
        assert adviser.lock_minutes == 5
