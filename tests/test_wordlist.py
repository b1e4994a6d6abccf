"""What the Dutch word list promises to passphrases and to fingerprints that are read out."""

import fnmatch
import importlib.resources
import re
from itertools import pairwise
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


def test_no_word_is_a_prefix_of_another(words: list[str]) -> None:
    assert [(word, after) for word, after in pairwise(words) if after.startswith(word)] == []


def test_words_are_unique_by_their_first_five_letters(words: list[str]) -> None:
    assert len({word[:5] for word in words}) == len(words)


def test_no_two_words_differ_only_in_letters_that_sound_the_same(words: list[str]) -> None:
    heard: dict[str, list[str]] = {}
    for word in words:
        key = word
        for spelling, same in SOUNDS:
            key = key.replace(spelling, same)
        key = re.sub(r"c(?![ei])", "k", key)
        key = re.sub(r"(.)\1", r"\1", key)
        heard.setdefault(re.sub("d$", "t", key), []).append(word)
    assert [same for same in heard.values() if len(same) > 1] == []


def test_no_word_is_on_the_list_of_exclusions(words: list[str]) -> None:
    lines = (line.partition("#")[0] for line in EXCLUDED.read_text(encoding="utf-8").splitlines())
    entries = sorted({entry for line in lines for entry in line.split()})
    excluded = re.compile("|".join(fnmatch.translate(entry) for entry in entries))
    assert len(entries) > 1000
    assert [word for word in words if excluded.match(word)] == []


def test_no_word_names_what_a_confidential_adviser_is_told_about(words: list[str]) -> None:
    told = {"pesten", "slaan", "bedreig", "racist", "seks", "moord", "dader", "angst", "geweld", "klacht"}
    assert told.isdisjoint(words)
