"""Patterns in words: plain Dutch and English, shown numbers only, frequencies and no chances."""

from collections.abc import Iterator

import pytest

from tests.municipality import identity, make_codebook
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.follow_up import FollowUp
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.i18n import language, use_language
from vertrouwenswerk.patterns.notices import Band, Question, Sensitivity, State, ToldFinding, ToldPart
from vertrouwenswerk.reports import pattern_words
from vertrouwenswerk.reports.follow_up_words import follow_up_name

LAST = Quarter(2026, 4)


@pytest.fixture(autouse=True)
def language_as_before() -> Iterator[None]:
    before = language()
    yield
    use_language(before)


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return make_codebook(identity(1).public(), identity(2).public())


def told(
    question: Question = Question.SIZE,
    expected: float | None = 1.24,
    length: int = 1,
    seen: int = 6,
    band: Band = Band.TWENTY,
    state: State = State.NEW,
    within: bool = False,
    parts: tuple[ToldPart, ...] = (),
) -> ToldFinding:
    unit = "*" if question is Question.THEME else "HAVENS-KADE"
    window = Window.ending(LAST, length)
    return ToldFinding(question, unit, "PESTEN", window, seen, expected, band, state, within, parts)


def test_a_finding_in_dutch(codebook: Codebook) -> None:
    use_language("nl")
    assert pattern_words.sentence(told(), codebook) == (
        "Kadebeheer, Pesterij, 2026-Q4: 6 signalen;"
        " bij de omvang passen er 1,2."
        " Zo sterk komt bij toeval ergens in de organisatie eens in de 20 jaar voor. Nieuw dit kwartaal."
    )


def test_a_finding_in_english(codebook: Codebook) -> None:
    use_language("en")
    assert pattern_words.sentence(told(), codebook) == (
        "Kadebeheer, Bullying, 2026-Q4: 6 signals; 1.2 would fit its size."
        " By luck, something as strong turns up somewhere in the organisation once in 20 years."
        " New this quarter."
    )


def test_an_expectation_that_would_be_written_as_nothing_is_said_in_words(codebook: Codebook) -> None:
    use_language("nl")
    assert "passen er minder dan 0,1." in pattern_words.sentence(told(expected=0.04), codebook)
    assert "passen er 0,1." in pattern_words.sentence(told(expected=0.1), codebook)


@pytest.mark.parametrize("chosen", ["nl", "en"])
@pytest.mark.parametrize("question", Question)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("expected", [None, 1.2])
def test_every_kind_of_finding_is_a_whole_sentence_with_its_numbers(
    chosen: str, question: Question, state: State, expected: float | None, codebook: Codebook
) -> None:
    use_language(chosen)
    part = ToldPart("HAVENS-KADE-1", "PESTEN", 5)
    one = told(question, expected, 4, 1234, Band.FIFTY, state, within=True, parts=(part,))
    text = pattern_words.sentence(one, codebook)
    assert text.endswith(".")
    assert ("1.234" if chosen == "nl" else "1,234") in text
    assert "(5)" in text
    assert "50" in text
    assert "%" not in text


@pytest.mark.parametrize("chosen", ["nl", "en"])
def test_every_band_strength_question_and_state_has_words_of_its_own(chosen: str) -> None:
    use_language(chosen)
    assert len({pattern_words.how_rare(band) for band in Band}) == len(Band)
    assert len({pattern_words.strength(band) for band in Band}) == len(Band)
    assert len({pattern_words.question_in_words(question) for question in Question}) == len(Question)
    assert len({pattern_words.state_in_words(state) for state in State}) == len(State)
    assert len({pattern_words.state_name(state) for state in State}) == len(State)
    assert len({follow_up_name(state) for state in FollowUp}) == len(FollowUp)


def test_nothing_found_says_what_would_have_been_seen() -> None:
    use_language("nl")
    assert pattern_words.nothing_found(Sensitivity(often=6, seldom=3)) == (
        "Niets wat getoond mag worden valt op buiten het toeval."
        " 6 extra signalen bij één afdeling en thema zouden in 9 van de 10 gevallen zijn gezien,"
        " 3 meestal niet."
    )
    assert pattern_words.nothing_found(None) == "Niets wat getoond mag worden valt op buiten het toeval."


def test_too_short_a_history_says_how_long_to_wait() -> None:
    use_language("nl")
    assert pattern_words.history_too_short(3).startswith("Nog 3 kwartalen nodig")
    assert pattern_words.history_too_short(1).startswith("Nog 1 kwartaal nodig")
    assert pattern_words.history_too_short(0) == ""


def test_departments_without_people_are_named(codebook: Codebook) -> None:
    use_language("nl")
    assert "Sleepdienst" in pattern_words.without_headcount(("HAVENS-KADE-1",), codebook)
    assert pattern_words.without_headcount((), codebook) == ""
