"""What the Dutch word list promises to passphrases and to fingerprints that are read out."""

import fnmatch
import importlib.resources
import re
from pathlib import Path

import pytest

EXCLUDED = Path(__file__).parents[1] / "docs" / "wordlist" / "excluded.txt"
SOUNDS = (("ij", "ei"), ("ou", "au"), ("ch", "g"), ("v", "f"), ("z", "s"))


@pytest.fixture(scope="module")
def text() -> str:
    path = importlib.resources.files("vertrouwenswerk") / "data" / "words" / "nl.txt"
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def words(text: str) -> list[str]:
    return text.splitlines()


def test_list_is_exactly_7776_distinct_words(words: list[str]) -> None:
    assert len(words) == 7776
    assert len(set(words)) == 7776


def test_file_is_one_word_a_line_and_nothing_else(text: str, words: list[str]) -> None:
    assert text == "\n".join(words) + "\n"


def test_every_word_is_4_to_7_letters_a_to_z(words: list[str]) -> None:
    assert [word for word in words if not re.fullmatch(r"[a-z]{4,7}", word)] == []


def test_words_are_sorted(words: list[str]) -> None:
    assert words == sorted(words)


def test_no_two_words_differ_only_in_letters_that_sound_the_same(words: list[str]) -> None:
    heard: dict[str, list[str]] = {}
    for word in words:
        key = word
        for spelling, same in SOUNDS:
            key = key.replace(spelling, same)
        key = re.sub(r"c(?=[ei])", "s", key).replace("c", "k")
        heard.setdefault(re.sub("b$", "p", re.sub("dt?$", "t", key)), []).append(word)
    assert [same for same in heard.values() if len(same) > 1] == []


def test_no_word_is_the_plural_or_the_diminutive_of_another(words: list[str]) -> None:
    plurals = [word for word in words if re.search("(el|em|en|er)s$", word) and word[:-1] in words]
    assert plurals == ["anders", "deels", "ouders", "volgens"]
    assert [word for word in words if word.endswith("je") and word[:-2] in words] == ["beetje"]


def test_a_verb_is_not_there_with_its_t_form(words: list[str]) -> None:
    stems = {word[:-2] for word in words if word.endswith("en")}
    t_forms = [word for word in words if word.endswith("t") and word[:-1] in stems]
    assert t_forms == ["buit", "dorst", "elft", "grot", "klont", "sport", "stort", "verzot"]


def test_no_word_is_on_the_list_of_exclusions(words: list[str]) -> None:
    lines = (line.partition("#")[0] for line in EXCLUDED.read_text(encoding="utf-8").splitlines())
    entries = sorted({entry for line in lines for entry in line.split()})
    excluded = re.compile("|".join(fnmatch.translate(entry) for entry in entries))
    assert len(entries) > 1000
    assert [word for word in words if excluded.match(word)] == []


def test_no_word_names_what_a_confidential_adviser_is_told_about(words: list[str]) -> None:
    told = """
        aanranding angst bang bedreig betast boos dader dreigen dwang geweld getuige homo huilen intiem klacht
        klagen leugen melder moord naakt pesten pijn racist schuld seks slaan slachtoffer straf verraad
        verwijt wraak zielig zoen
    """
    assert set(told.split()).isdisjoint(words)
