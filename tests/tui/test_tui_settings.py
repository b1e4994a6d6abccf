"""Settings: secrets change only for who knows the old one, a codebook only when its keys are right."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.municipality import Municipality, demo_clock, identity, sign_codebook
from tests.tui.driving import Driver, running
from vertrouwenswerk.domain.codebook import Codebook, EndedUnit, Unit
from vertrouwenswerk.errors import StorageError, WrongSecretError
from vertrouwenswerk.handoff.codebook_file import SignedCodebook
from vertrouwenswerk.tui.screens.record import RecordScreen
from vertrouwenswerk.tui.screens.settings import SettingsScreen
from vertrouwenswerk.tui.screens.settings_parts import AboutScreen, CodebookScreen
from vertrouwenswerk.tui.screens.settings_secrets import Door, NewCodeStep, NewPassphraseStep
from vertrouwenswerk.tui.screens.steps import RecoveryStep
from vertrouwenswerk.tui.screens.unlock import UnlockScreen
from vertrouwenswerk.tui.widgets.listing import Listing
from vertrouwenswerk.usecases.adviser import fingerprints, unlock_adviser
from vertrouwenswerk.vault.safe import read_slots, slots_path
from vertrouwenswerk.vault.slots import KEY_BYTES, is_recovery_code, unwrap

OLD = Municipality.passphrase("adviser 1")
NEW = "een heel andere wachtwoordzin"


async def begin(driver: Driver, entry: str = "") -> None:
    """Open the settings and what ``entry`` names there."""
    await driver.unlock(OLD)
    await driver.press("f7")
    assert isinstance(driver.app.screen, SettingsScreen)
    driver.check_keys()
    if entry:
        await choose(driver, entry)
        driver.check_keys()


async def choose(driver: Driver, entry: str) -> None:
    """Go to a line of the settings with the arrows, and press Enter."""
    listing = driver.app.screen.query_one("#settings", Listing)
    await driver.press("home")
    for _step in listing.lines:
        if listing.chosen_key == entry:
            break
        await driver.press("down")
    assert listing.chosen_key == entry
    await driver.press("enter")


async def give(driver: Driver, secret: str) -> None:
    """Type the old secret."""
    assert isinstance(driver.app.screen, Door)
    await driver.fill("#old-secret", secret)
    await driver.press("enter")


async def choose_own(driver: Driver, once: str, twice: str) -> None:
    """Type a passphrase of one's own."""
    await driver.press("end", "enter")
    await driver.fill("#own-once", once)
    await driver.fill("#own-twice", twice)
    await driver.press("enter")


def opens(town: Municipality, secret: str) -> bool:
    try:
        unlock_adviser(town.adviser_places(1), secret, demo_clock).close()
    except WrongSecretError:
        return False
    return True


def opens_again(town: Municipality, secret: str) -> bool:
    """Tell whether the slots, as they are beside an open vault, take a secret."""
    path = slots_path(town.adviser_places(1).adviser_vault)
    return len(unwrap(read_slots(path), secret).key) == KEY_BYTES


def slots(town: Municipality) -> bytes:
    return slots_path(town.adviser_places(1).adviser_vault).read_bytes()


def version(town: Municipality) -> int:
    with town.open_adviser() as adviser:
        return adviser.codebook.version


# --- the way there ---------------------------------------------------------------------------


async def test_the_list_of_commands_leads_to_the_settings_and_back(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await driver.unlock(OLD)
        await driver.press("ctrl+p", *"instel", "enter")
        screen: object = driver.app.screen
        assert isinstance(screen, SettingsScreen)
        await driver.press("f2")
        screen = driver.app.screen
        assert isinstance(screen, RecordScreen)


ENTRIES = (
    "backup",
    "drill",
    "passphrase",
    "code",
    "lock",
    "language",
    "look",
    "clearing",
    "codebook",
    "card",
    "about",
)


@pytest.mark.parametrize("entry", ENTRIES)
async def test_escape_leads_back_from_each_and_changes_nothing(town: Municipality, entry: str) -> None:
    before = slots(town)
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, entry)
        assert not isinstance(driver.app.screen, SettingsScreen)
        await driver.press("escape")
        assert isinstance(driver.app.screen, SettingsScreen)
        assert driver.app.screen.query_one("#settings").has_focus
    assert slots(town) == before


# --- passphrase ------------------------------------------------------------------------------


async def test_a_changed_passphrase_opens_and_the_old_one_does_not(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "passphrase")
        await give(driver, OLD)
        assert isinstance(driver.app.screen, NewPassphraseStep)
        assert "stap" not in driver.text()
        await choose_own(driver, NEW, NEW)
        assert isinstance(driver.app.screen, SettingsScreen)
        assert "De wachtwoordzin is veranderd" in driver.notice()
        await driver.press("f2", "1", *"sleep", "enter")
        assert "Geteld" in driver.notice()
    assert opens(town, NEW)
    assert not opens(town, OLD)


async def test_the_proposed_words_can_be_taken(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "passphrase")
        await give(driver, OLD)
        step = driver.app.screen
        assert isinstance(step, NewPassphraseStep)
        assert step.proposal in driver.text()
        await driver.press("enter")
    assert opens(town, step.proposal)
    assert not opens(town, OLD)


async def test_who_does_not_know_the_old_passphrase_does_not_come_to_choose(town: Municipality) -> None:
    before = slots(town)
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "passphrase")
        await give(driver, NEW)
        assert isinstance(driver.app.screen, Door)
        assert len(driver.notice().splitlines()) == 2
        assert "klopt niet" in driver.notice()
    assert slots(town) == before


async def test_a_weak_passphrase_or_two_that_differ_change_nothing(town: Municipality) -> None:
    before = slots(town)
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "passphrase")
        await give(driver, OLD)
        await choose_own(driver, "kort", "kort")
        assert "makkelijk" in driver.notice()
        await driver.fill("#own-once", NEW)
        await driver.fill("#own-twice", NEW + "!")
        await driver.press("enter")
        assert "niet gelijk" in driver.notice()
        await driver.press("ctrl+l")
        assert isinstance(driver.app.screen, UnlockScreen)
    assert slots(town) == before


async def test_when_writing_fails_it_is_told_and_can_be_tried_again(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise StorageError("De schijf is vol.", "Maak ruimte en probeer het opnieuw.")

    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "passphrase")
        await give(driver, OLD)
        with monkeypatch.context() as broken:
            broken.setattr("vertrouwenswerk.vault.safe.write_atomically", full)
            await driver.press("enter")
            assert "De schijf is vol" in driver.notice()
            driver.check_keys()
        assert opens_again(town, OLD)
        await driver.press("escape")
        step = driver.app.screen
        assert isinstance(step, NewPassphraseStep)
        await driver.press("enter")
    assert opens(town, step.proposal)


# --- recovery code ---------------------------------------------------------------------------


def groups(screen: object) -> tuple[str, list[str]]:
    """Return the code that is shown, and the groups that are asked for."""
    assert isinstance(screen, NewCodeStep)
    code = screen._chosen.recovery_code
    return code, [code.split("-")[number] for number in screen.asked]


async def prove(driver: Driver, first: str, second: str) -> None:
    await driver.fill("#group-0", first)
    await driver.fill("#group-1", second)
    await driver.press("enter")


async def test_a_recovery_code_is_replaced_only_once_it_is_proven(town: Municipality) -> None:
    before = slots(town)
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "code")
        await give(driver, OLD)
        shown, (first, second) = groups(driver.app.screen)
        assert is_recovery_code(shown)
        assert all(group in driver.text() for group in shown.split("-"))
        assert "stap" not in driver.text()
        await driver.press("enter")
        await prove(driver, second, first)
        screen: object = driver.app.screen
        assert isinstance(screen, RecoveryStep)
        assert slots(town) == before
        await prove(driver, first, second)
        screen = driver.app.screen
        assert isinstance(screen, SettingsScreen)
        assert "De herstelcode is vernieuwd" in driver.notice()
    assert opens(town, shown)
    assert opens(town, OLD)


async def test_a_code_that_was_left_unproven_opens_nothing_and_the_next_is_another(
    town: Municipality,
) -> None:
    before = slots(town)
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "code")
        await give(driver, OLD)
        left, _asked = groups(driver.app.screen)
        await driver.press("enter", "escape")
        await give(driver, OLD)
        other, (first, second) = groups(driver.app.screen)
        assert other != left
        assert slots(town) == before
        await driver.press("enter")
        await prove(driver, first, second)
    assert opens(town, other)
    assert not opens(town, left)


async def test_the_old_recovery_code_opens_no_more_and_changes_the_passphrase_before(
    town: Municipality,
) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "code")
        await give(driver, OLD)
        code, asked = groups(driver.app.screen)
        await driver.press("enter")
        await prove(driver, *asked)
        await choose(driver, "passphrase")
        await give(driver, code)
        await choose_own(driver, NEW, NEW)
        await choose(driver, "code")
        await give(driver, code)
        newest, asked = groups(driver.app.screen)
        await driver.press("enter")
        await prove(driver, *asked)
    assert [opens(town, secret) for secret in (OLD, code, NEW, newest)] == [False, False, True, True]


# --- codebook --------------------------------------------------------------------------------


def reorganised(town: Municipality, codebook: Codebook) -> SignedCodebook:
    """Return version 2: a unit more, a unit less, a name changed, a higher threshold."""
    others: dict[str, dict[str, Any]] = {
        "DUINEN-BRON-1": {"name": "Pompen"},
        "HAVENS-STAF": {"headcount": None},
    }
    units = tuple(
        replace(unit, **others.get(unit.code, {})) for unit in codebook.units if unit.code != "HAVENS-STAF-2"
    )
    lost = codebook.unit("HAVENS-STAF-2")
    newer = replace(
        codebook,
        version=2,
        threshold=5,
        units=(*units, Unit(99, "NIEUWB", None, "Nieuwbouw", 20)),
        ended_units=(EndedUnit(lost.number, lost.code, "HAVENS-STAF-1"),),
    )
    with town.open_bureau() as bureau:
        return sign_codebook(newer, bureau.identity, town.the_guardian().identity)


def written(town: Municipality, path: Path) -> Path:
    with town.open_bureau() as bureau:
        codebook = bureau.codebook
    path.write_bytes(reorganised(town, codebook).to_bytes())
    return path


async def read(driver: Driver, path: Path) -> None:
    assert isinstance(driver.app.screen, CodebookScreen)
    await driver.fill("#newer-codebook", str(path))
    await driver.press("enter")
    driver.check_keys()


async def test_a_newer_codebook_is_shown_and_then_taken(town: Municipality, tmp_path: Path) -> None:
    path = written(town, tmp_path / "new.vwcodebook")
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "codebook")
        assert "Je hebt versie 1" in driver.text()
        await read(driver, path)
        for words in (
            "Dit is versie 2",
            "Nieuwbouw",
            "Vertaaldienst; telt verder als Personeelszorg",
            "Pompstation → Pompen",
            "Drempel: 5; dat was 3",
            "bureau en hoeder er allebei",
            "▸ Nee, houd versie 1",
        ):
            assert words in driver.text(), words
        await driver.press("down", "enter")
        assert isinstance(driver.app.screen, SettingsScreen)
        assert "Je gebruikt nu versie 2" in driver.notice()
        await driver.press("f2", "1", *"nieuwb", "enter")
        assert "Geteld: Pesterij · Nieuwbouw" in driver.notice()
    assert version(town) == 2


async def test_the_answer_under_the_cursor_keeps_the_codebook(town: Municipality, tmp_path: Path) -> None:
    path = written(town, tmp_path / "new.vwcodebook")
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "codebook")
        await read(driver, path)
        await driver.press("enter")
        assert isinstance(driver.app.screen, SettingsScreen)
    assert version(town) == 1


async def test_a_codebook_of_another_bureau_is_refused_and_changes_nothing(
    town: Municipality, tmp_path: Path
) -> None:
    stranger = identity(9)
    good = written(town, tmp_path / "new.vwcodebook")
    with town.open_bureau() as bureau:
        forged = sign_codebook(
            replace(bureau.codebook, version=2, bureau=stranger.public()),
            stranger,
            town.the_guardian().identity,
        )
    path = tmp_path / "forged.vwcodebook"
    path.write_bytes(forged.to_bytes())
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "codebook")
        await read(driver, good)
        await read(driver, path)
        assert "sleutel van een ander bureau" in driver.notice()
        assert len(driver.notice().splitlines()) == 2
        assert "Neem versie" not in driver.text()
        await driver.press("enter", "down", "enter")
        assert isinstance(driver.app.screen, CodebookScreen)
    assert version(town) == 1


async def test_another_guardian_is_told_with_the_words_to_compare(town: Municipality, tmp_path: Path) -> None:
    next_one = identity(7)
    with town.open_bureau() as bureau:
        codebook = replace(bureau.codebook, version=2, guardian=next_one.public())
        signed = sign_codebook(codebook, bureau.identity, next_one, town.the_guardian().identity)
    path = tmp_path / "new.vwcodebook"
    path.write_bytes(signed.to_bytes())
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "codebook")
        await read(driver, path)
        assert "Een ander mag de tellingen openen" in driver.text()
        assert " ".join(fingerprints(codebook).guardian or ()) in driver.text()
        await driver.press("down", "enter")
    assert version(town) == 2


async def test_the_codebook_one_has_and_a_file_that_is_not_there(town: Municipality, tmp_path: Path) -> None:
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "codebook")
        await read(driver, town.codebook_path)
        assert "Je hebt dit codeboek al: versie 1" in driver.notice()
        await read(driver, tmp_path / "nowhere.vwcodebook")
        assert len(driver.notice().splitlines()) == 2
        assert "Neem versie" not in driver.text()


# --- card and about --------------------------------------------------------------------------


async def test_the_card_is_the_one_that_was_enrolled_with(town: Municipality, tmp_path: Path) -> None:
    with town.open_adviser() as adviser:
        words = " ".join(adviser.words)
    other = tmp_path / "brief.txt"
    other.write_text("brief", encoding="utf-8")
    async with running(town.adviser_places(1)) as driver:
        await begin(driver, "card")
        assert words in driver.text()
        await driver.fill("#card-path", str(other))
        await driver.press("enter")
        assert "Er is niets geschreven" in driver.notice()
        await driver.fill("#card-path", str(tmp_path))
        await driver.press("enter")
        assert "Geschreven" in driver.notice()
    assert other.read_text(encoding="utf-8") == "brief"
    assert (tmp_path / "vertrouwenspersoon.vwcard").read_bytes() == (town.cards / "1.vwcard").read_bytes()


async def test_about_says_where_the_vault_is_and_what_is_never_stored(town: Municipality) -> None:
    async with running(town.adviser_places(1), size=(140, 42)) as driver:
        await begin(driver, "about")
        assert isinstance(driver.app.screen, AboutScreen)
        shown = "".join(line.strip(" │▸") for line in driver.lines())
        assert str(town.adviser_places(1).adviser_vault) in shown
        assert "versie 1, Gemeente Noordkust" in shown
        assert "geen veld voor een naam" in shown
