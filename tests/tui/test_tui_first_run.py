"""The first run, end to end, by keys: an adviser, a bureau, and somebody just looking."""

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from tests.municipality import ORGANISATION, THEME_GROUPS, THEMES, Municipality, demo_clock
from tests.tui.driving import Driver, running
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.screens.deliveries import DeliveriesScreen
from vertrouwenswerk.tui.screens.make_demo import DemoStep
from vertrouwenswerk.tui.screens.record import RecordScreen
from vertrouwenswerk.tui.screens.steps import PassphraseStep, RecoveryStep
from vertrouwenswerk.usecases.adviser import unlock_adviser
from vertrouwenswerk.usecases.bureau import unlock_bureau
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile


async def prove_the_code(driver: Driver) -> str:
    """Take the recovery code down and type the two groups back; return the code."""
    step = driver.app.screen
    assert isinstance(step, RecoveryStep)
    groups = step._groups
    assert all(group in driver.text() for group in groups)
    await driver.press("enter")
    assert not any(group in driver.text() for group in groups)
    await driver.press("0", "enter", "0", "enter")
    assert "niet de gevraagde" in driver.notice()
    for place, number in enumerate(step.asked):
        await driver.fill(f"#group-{place}", groups[number].lower())
    await driver.press("enter")
    return "-".join(groups)


async def type_twice(driver: Driver, once: str, twice: str) -> None:
    await driver.fill("#own-once", once)
    await driver.fill("#own-twice", twice)
    await driver.press("enter")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose secrets of the cheap profile, as a demo does: the full one takes seconds."""
    full = Secrets.choose
    monkeypatch.setattr(Secrets, "choose", lambda passphrase, _profile=None: full(passphrase, Profile.CHEAP))


async def test_an_adviser_from_nothing_to_recording(town: Municipality, tmp_path: Path) -> None:
    places, card = Places(tmp_path / "new"), tmp_path / "mijn.vwcard"
    async with running(places) as driver:
        driver.check_keys()
        await driver.press("enter")
        driver.check_keys()
        await driver.fill("#codebook-path", str(town.codebook_path))
        await driver.press("enter")
        assert "Gemeente Noordkust" in driver.text()
        assert "bureau en hoeder er allebei" in driver.text()
        await driver.press("enter")
        assert "van een ander" in driver.notice()
        await driver.press("end", "enter")
        step = driver.app.screen
        assert isinstance(step, PassphraseStep)
        first = step.proposal
        await driver.press("down", "enter")
        assert step.proposal != first
        assert step.proposal in driver.text()
        passphrase = step.proposal
        await driver.press("home", "enter")
        code = await prove_the_code(driver)
        assert "De kluis is gemaakt" in driver.notice()
        driver.check_keys()
        await driver.fill("#offer-path", str(card))
        await driver.press("enter", "enter")
        assert isinstance(driver.app.screen, RecordScreen)
        assert len(driver.app.screen_stack) == 2
    assert card.is_file()
    for secret in (passphrase, code):
        with unlock_adviser(places, secret, demo_clock) as adviser:
            assert not adviser.is_demo


async def test_a_passphrase_of_ones_own_is_typed_twice_and_strong(town: Municipality, tmp_path: Path) -> None:
    async with running(Places(tmp_path / "new")) as driver:
        await driver.press("enter")
        await driver.fill("#codebook-path", str(town.codebook_path))
        await driver.press("enter", "end", "enter")
        await driver.press("end", "enter")
        await type_twice(driver, "kort", "kort")
        assert len(driver.notice().splitlines()) == 2
        again: object = driver.app.screen
        assert isinstance(again, PassphraseStep)
        await type_twice(driver, "een lange eigen zin", "een lange andere zin")
        assert "niet gelijk" in driver.notice(), driver.notice()
        await type_twice(driver, "een lange eigen zin", "een lange eigen zin")
        proving: object = driver.app.screen
        assert isinstance(proving, RecoveryStep)
        await driver.press("escape", "escape", "escape", "escape")
    assert not (tmp_path / "new" / "adviser").exists()


async def test_a_path_is_completed_by_the_right_arrow(town: Municipality, tmp_path: Path) -> None:
    async with running(Places(tmp_path / "new")) as driver:
        await driver.press("enter")
        await driver.fill("#codebook-path", str(town.codebook_path)[:-12])
        await driver.press("end", "right", "enter")
        assert "Gemeente Noordkust" in driver.text()


async def test_a_codebook_that_is_none(tmp_path: Path) -> None:
    async with running(Places(tmp_path / "new")) as driver:
        await driver.press("enter")
        await driver.fill("#codebook-path", str(tmp_path / "nergens.vwcodebook"))
        await driver.press("enter")
        assert "nergens.vwcodebook" in driver.notice()
        assert "gebeld" not in driver.text()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("alone", [False, True])
async def test_a_bureau_is_founded(town: Municipality, tmp_path: Path, alone: bool) -> None:
    places, codebook = Places(tmp_path / "new"), tmp_path / "codeboek.vwcodebook"
    texts = {"organisation": ORGANISATION, "themes-csv": THEMES, "groups-csv": THEME_GROUPS}
    async with running(places) as driver:
        await driver.press("down", "enter")
        await driver.fill("#name", "Noordkust")
        for name, text in texts.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
            await driver.fill(f"#{name}", str(tmp_path / f"{name}.csv"))
        if alone:
            driver.app.screen.query_one("#opening").focus()
            await driver.press("end", "enter")
        else:
            await driver.fill("#card", str(town.guardian_folder / "hoeder.vwcard"))
            await driver.fill("#key-file", str(town.guardian_folder / "hoeder.vwkey"))
            await driver.fill("#guardian-secret", town.passphrase("guardian"))
        driver.app.screen.query_one("#go").focus()
        driver.check_keys()
        await driver.press("enter")
        step = driver.app.screen
        assert isinstance(step, PassphraseStep), driver.notice()
        passphrase = step.proposal
        await driver.press("enter")
        await prove_the_code(driver)
        assert driver.app.screen.query_one("#offer-path", Input).value
        await driver.fill("#offer-path", str(codebook))
        await driver.press("enter", "enter")
        assert isinstance(driver.app.screen, DeliveriesScreen)
        assert "nog geen vertrouwenspersoon" in driver.text()
    assert codebook.is_file()
    with unlock_bureau(places, passphrase, demo_clock) as bureau:
        assert (bureau.codebook.guardian is None) is alone


async def test_an_unfinished_form_says_which_field(tmp_path: Path) -> None:
    async with running(Places(tmp_path / "new")) as driver:
        await driver.press("down", "enter")
        await driver.fill("#name", "Noordkust")
        driver.app.screen.query_one("#go").focus()
        await driver.press("enter")
        assert "nog leeg" in driver.notice()
        assert driver.app.screen.query_one("#organisation").has_focus


async def test_somebody_just_looking_gets_a_demo(tmp_path: Path) -> None:
    async with running(Places(tmp_path / "new")) as driver:
        driver.app.push_screen(DemoStep(advisers=2, quarters=6))
        await driver.settle()
        await driver.fill("#demo-folder", str(tmp_path / "demo"))
        await driver.press("enter")
        assert isinstance(driver.app.screen, DeliveriesScreen), driver.notice()
        assert "DEMO" in driver.text()
        await driver.press("f4")
        assert "DEMO" in driver.text()
        assert "Waterstad" in driver.text()


async def test_a_demo_can_be_stopped(tmp_path: Path) -> None:
    async with running(Places(tmp_path / "new")) as driver:
        driver.app.push_screen(DemoStep(advisers=2, quarters=6))
        await driver.settle()
        await driver.fill("#demo-folder", str(tmp_path / "demo"))
        for key in ("enter", "escape"):  # the Pilot would wait between them until the demo is made
            driver.app.post_message(Key(key, None))
        await driver.settle()
        assert "Halverwege gestopt" in driver.notice()
        assert isinstance(driver.app.screen, DemoStep)
