"""Patterns at the keys: told as the picture tells them, followed up in states, never a number more."""

import re
from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, Municipality
from tests.telling import finding, tell
from tests.tui.driving import Driver, running
from vertrouwenswerk.domain.follow_up import FollowUp
from vertrouwenswerk.handoff.picture_file import PicturePart, PictureScan
from vertrouwenswerk.patterns.notices import Question
from vertrouwenswerk.reports.pattern_list import listed
from vertrouwenswerk.tui.screens.dialogs import Question as QuestionScreen
from vertrouwenswerk.tui.widgets.listing import Listing
from vertrouwenswerk.usecases.following_up import follow_up, look_at_follow_up
from vertrouwenswerk.usecases.pattern_looking import look_at_patterns
from vertrouwenswerk.vault.follow_up import follow_ups

SIZES = [(80, 24), (140, 42)]
RISE = finding("DUINEN-KLANT", "PESTEN", CLOSED, 8, expected=1.2, years=50)
BEFORE = finding("DUINEN-KLANT", "PESTEN", EARLIER, 6, years=5)
MANY = finding("HAVENS", "OMGANG", CLOSED, 41, question="rising", length=4, years=20, state="continuing",
               parts=(PicturePart("HAVENS-KADE-1", "GEWELD", 23),))  # fmt: skip
GONE = finding("*", "FRAUDE", CLOSED, 57, question="theme", years=5, state="faded")


@pytest.fixture
def town(tmp_path: Path) -> Municipality:
    town = Municipality.found(tmp_path / "town")
    tell(town, 1, BEFORE)
    tell(town, 2, RISE, MANY, GONE)
    return town


async def to_patterns(driver: Driver, town: Municipality) -> None:
    await driver.unlock(town.passphrase("bureau"))
    await driver.press("f7")


def told(driver: Driver) -> str:
    """Return all that stands in the card of the finding under the cursor, as one line."""
    lines = driver.app.screen.query_one("#pattern", Listing).lines
    return " ".join(" ".join(text for cell in line.cells for text, _role in cell) for line in lines)


def row(driver: Driver, place: int) -> str:
    """Return the line of a finding in the list."""
    lines = driver.app.screen.query_one("#patterns", Listing).lines
    (line,) = [line for line in lines if line.key == str(place)]
    return " | ".join("".join(text for text, _role in cell) for cell in line.cells)


@pytest.mark.parametrize("size", SIZES)
async def test_findings_stand_in_the_pictures_order_strength_in_words_first(
    town: Municipality, size: tuple[int, int]
) -> None:
    async with running(town.bureau_places, size=size) as driver:
        await to_patterns(driver, town)
        assert [row(driver, place) for place in range(3)] == [
            "zeer sterk | Klantenservice, Pesterij | nieuw | nieuw",
            "sterk | Havenbedrijf Noordkust, Omgangsvormen | ook eerder | nieuw",
            "merkbaar | Gemeente Noordkust, Fraudezaken | niet meer | nieuw",
        ], "the largest count is the last"
        assert "een stijging kan vertrouwen zijn · een signaal is geen melding" in driver.text()
        driver.check_keys()


async def test_each_is_told_in_the_sentence_of_the_command_line_as_the_cursor_comes_to_it(
    town: Municipality,
) -> None:
    with town.open_bureau() as bureau:
        view = look_at_patterns(bureau)
    sentences = [listed(one, view.codebook) for one in view.findings]
    async with running(town.bureau_places) as driver:
        await to_patterns(driver, town)
        for sentence in sentences:
            assert " ".join(told(driver).split()).startswith(sentence)
            await driver.press("down")
        assert "Vooral door Sleepdienst, Agressie (23)" in sentences[1]
    async with running(town.bureau_places, size=(140, 42)) as driver:
        await to_patterns(driver, town)
        patterns = driver.app.screen.query_one("#patterns", Listing)
        text = " ".join("".join(t for t, _role in line.cells[0]) for line in patterns.lines)
        assert all(sentence in " ".join(text.split()) for sentence in sentences)


async def test_what_an_earlier_picture_told_of_the_same_stands_with_it(town: Municipality) -> None:
    async with running(town.bureau_places) as driver:
        await to_patterns(driver, town)
        assert "beeld 1, 2026-Q3: merkbaar, 6 signalen (nieuw)" in " ".join(told(driver).split())
        await driver.press("down")
        assert "niet in een eerder beeld" in told(driver)


async def test_a_state_is_chosen_by_keys_alone_and_survives_the_lock(town: Municipality) -> None:
    async with running(town.bureau_places) as driver:
        await to_patterns(driver, town)
        await driver.press("down", "enter")
        assert isinstance(driver.app.screen, QuestionScreen)
        assert "(x) nieuw" in driver.text()
        await driver.press("enter")  # the first answer leaves it as it is
        assert driver.notice() == "\n"
        await driver.press("enter", "down", "down", "enter")
        assert "Opvolging: in gesprek, sinds 2027-Q1." in driver.notice()
        assert row(driver, 1).endswith("in gesprek")
        assert "2027-Q1  in gesprek" in told(driver), "the cursor stays where it was"
        await driver.press("enter", "down", "down", "enter")
        assert "er is niets veranderd" in driver.notice()
        await driver.press("enter", *["down"] * 4, "enter", "ctrl+l")
        await driver.app.closed()
        await to_patterns(driver, town)
        assert [row(driver, place).rpartition("| ")[2] for place in range(3)] == [
            "nieuw", "maatregel genomen", "nieuw"
        ]  # fmt: skip
    with town.open_bureau() as bureau:
        (steps,) = follow_ups(bureau.office.safe).values()
        assert [step.state for step in steps] == [FollowUp.DISCUSSING, FollowUp.MEASURE]


@pytest.mark.parametrize("size", SIZES)
async def test_no_number_is_shown_that_the_tables_of_the_pictures_do_not_show(
    town: Municipality, size: tuple[int, int]
) -> None:
    async with running(town.bureau_places, size=size) as driver:
        await to_patterns(driver, town)
        text = ""
        for _place in range(3):
            text += told(driver) + "".join(
                "".join(t for cell in line.cells for t, _role in cell) + "\n"
                for line in driver.app.screen.query_one("#patterns", Listing).lines
            )
            await driver.press("down")
    for pattern in (r"\d{4}-Q\d", r"eens in de \d+ jaar", r"beeld \d+", "passen er 1,2"):
        text = re.sub(pattern, "", text)
    assert set(re.findall(r"\d+", text)) == {"8", "6", "41", "23", "57"}


async def test_what_no_longer_stands_out_is_there_while_its_follow_up_is_open(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        follow_up(bureau, Question.RISING, "HAVENS", "OMGANG", FollowUp.AFTER_CARE_1)
    tell(town, 3, RISE)
    async with running(town.bureau_places) as driver:
        await to_patterns(driver, town)
        assert "Uit een eerder beeld, en de opvolging loopt nog:" in driver.text()
        assert row(driver, 1) == "sterk | Havenbedrijf Noordkust, Omgangsvormen | beeld 2 | nazorg na 1 maand"
        await driver.press("down", "enter", *["down"] * 6, "enter")
        assert row(driver, 1).endswith("nazorg na 3 maanden")
    with town.open_bureau() as bureau:
        courses = look_at_follow_up(bureau, look_at_patterns(bureau))
    assert [step.state for step in courses.open[0].steps] == [FollowUp.AFTER_CARE_1, FollowUp.AFTER_CARE_3]


async def test_a_long_text_is_read_on_by_keys_alone_and_esc_goes_back(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        for state in [*FollowUp] * 2:
            follow_up(bureau, Question.SIZE, "DUINEN-KLANT", "PESTEN", state)
    async with running(town.bureau_places) as driver:
        await to_patterns(driver, town)
        assert "Gevraagd" not in driver.text()
        await driver.press("tab", *["down"] * 20)
        assert "Gevraagd     meer dan de omvang verklaart" in driver.text()
        assert "Esc terug naar de lijst" in driver.text()
        await driver.press("escape", "down")
        assert "Havenbedrijf Noordkust, Omgangsvormen ─" in driver.text()


async def test_without_a_picture_it_says_how_to_make_one(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town")
    async with running(town.bureau_places) as driver:
        await to_patterns(driver, town)
        assert "Er is nog geen beeld." in driver.text()
        assert "Een zitting maakt er een" in driver.text()
        await driver.press("enter", "escape", "tab")
        assert driver.notice() == "\n"
        driver.check_keys()


@pytest.mark.parametrize(
    ("scan", "words"),
    [
        (None, ("Bij beeld 1 is niet naar patronen gezocht.",)),
        (
            PictureScan(0, 6, 3),
            ("Niets wat getoond mag worden valt op", "6 extra signalen", "weinig vertrouwen"),
        ),
        (PictureScan(3, None, None), ("Nog 3 kwartalen nodig",)),
    ],
)
async def test_an_empty_list_says_why_it_is_empty(
    tmp_path: Path, scan: PictureScan | None, words: tuple[str, ...]
) -> None:
    town = Municipality.found(tmp_path / "town")
    tell(town, 1, scan=scan)
    async with running(town.bureau_places) as driver:
        await to_patterns(driver, town)
        text = " ".join(re.sub("[│\n]", " ", driver.text()).split())
        assert all(each in text for each in words), text
        await driver.press("enter")
        assert not isinstance(driver.app.screen, QuestionScreen)


async def test_a_picture_that_does_not_bear_out_its_finding_shows_nothing(town: Municipality) -> None:
    async with running(town.bureau_places) as driver:
        await driver.unlock(town.passphrase("bureau"))
        await driver.press("ctrl+l")
        await driver.app.closed()
        tell(town, 3, RISE, finding("DUINEN-KLANT", "PESTEN", CLOSED, 9))
        await to_patterns(driver, town)
        assert "beschadigd" in driver.notice()
        assert "Klantenservice" not in driver.text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_whole_screen(town: Municipality, size: tuple[int, int]) -> None:
    async with running(town.bureau_places, size=size) as driver:
        await to_patterns(driver, town)
        await driver.press("enter", "down", "down", "enter")
        driver.check(f"patterns-{size[0]}x{size[1]}")
