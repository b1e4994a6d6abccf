"""Every screen in a made-up language at 80 x 24: no text is unmarked, and none is cut.

The made-up language is the Dutch, the longest one shipped, in other letters, with brackets for
its first and last. A letter of the alphabet on the screen was then never given to be translated
(by us, or by Textual); a bracket without its other half belongs to a text that did not fit. The
names of units and themes come from outside: they are in other letters too and may be cut.
"""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.municipality import (
    CLOSED,
    EARLIER,
    ORGANISATION,
    RUNNING,
    THEME_CODES,
    THEME_GROUPS,
    THEMES,
    UNITS,
    Municipality,
)
from tests.telling import tell_what_is_shown
from tests.tui.driving import Driver, running
from tests.tui.tours import ADVISER, BUREAU, FIRST_RUN, FOUNDING, Tour, walk
from vertrouwenswerk import i18n
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.screens.base import BaseScreen
from vertrouwenswerk.tui.screens.steps import PassphraseStep, RecoveryStep
from vertrouwenswerk.tui.widgets.listing import Listing
from vertrouwenswerk.usecases.bureau import Tables
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

BEGIN, END = "⟦", "⟧"
PLAIN = "abcdefghijklmnopqrstuvwxyz"
OTHER = "áƀćđéƒǵħíĵķĺɱñóƥɋŕśţúṽŵẋýž"
LETTERS = str.maketrans(PLAIN + PLAIN.upper(), OTHER + OTHER.upper())
PLACEHOLDER = re.compile(r"(%\([a-z]+\)s|%s|%%)")
# What is the same in every language: keys, files, the product's name, what a person typed.
SAME = re.compile(
    r"(ctrl\+)?\^?\b[a-z]\b|ctrl\+[a-z]|\bF[1-8]\b|\bEsc\b|\bTab\b|\bDEMO\b|vertrouwenswerk|NO_COLOR"
    r"|\b(?:\d\dQ\d|\d{4}-Q\d)\b|[\w~./-]*\.(?:vw\w+|html|txt|csv)\b|[~/][\w./-]+|VP-\d\d|\bEnglish\b|\bNederlands\b"
)


class Pseudo(gettext.NullTranslations):
    """Dutch in other letters, between brackets."""

    def __init__(self) -> None:
        super().__init__()
        self._dutch = i18n._load("nl")

    def gettext(self, message: str) -> str:
        return disguise(self._dutch.gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return disguise(self._dutch.ngettext(msgid1, msgid2, n))


def other_letters(text: str) -> str:
    return text.translate(LETTERS)


def disguise(text: str) -> str:
    """Return a text in other letters, brackets for its first and last: no longer than it was."""
    parts = PLACEHOLDER.split(text)
    literal = [place for place in range(0, len(parts), 2) if parts[place]]
    if not literal or sum(len(parts[place]) for place in literal) < 2:
        return text
    for place in literal:
        parts[place] = other_letters(parts[place])
    first, last = literal[0], literal[-1]
    parts[first] = BEGIN + parts[first][1:]
    parts[last] = parts[last][:-1] + END
    return "".join(parts)


@pytest.fixture
def _pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(i18n._Chosen, "catalogue", Pseudo())
    full = Secrets.choose
    monkeypatch.setattr(Secrets, "choose", lambda passphrase, _profile=None: full(passphrase, Profile.CHEAP))
    yield


def disguised_names(table: str, *columns: int) -> bytes:
    head, *rows = [line.split(",") for line in table.splitlines()]
    for row in rows:
        for column in columns:
            row[column] = other_letters(row[column])
    return "\n".join(",".join(row) for row in [head, *rows]).encode("utf-8")


TABLES = Tables(
    disguised_names(ORGANISATION, 2), disguised_names(THEMES, 3, 4, 5), disguised_names(THEME_GROUPS, 1, 2)
)


def secret_words(driver: Driver) -> list[str]:
    """Return what is random on a screen: proposed words, a code, six words of a key."""
    screen = driver.app.screen
    words: list[str] = []
    if isinstance(screen, PassphraseStep):
        words += screen.proposal.split()
    if isinstance(screen, RecoveryStep):
        words += screen._groups
    for selector in ("#own-words", "#offer-lead", "#codebook-says"):
        for widget in screen.query(selector):
            text = "\n".join(
                "".join(part for part, _role in cell)
                for line in widget.lines
                for cell in line.cells
            ) if isinstance(widget, Listing) else str(widget.render())  # fmt: skip
            words += re.findall(r"\b[a-z]{4,7}\b(?=(?: [a-z]{4,7}){0,5})", text)
    return words


def unmarked(driver: Driver) -> list[str]:
    """Return the words on the screen that were given to nobody to translate."""
    text = driver.text()
    codes = sorted((*UNITS, *THEME_CODES, "OMGANG", "INTEGER"), key=len, reverse=True)
    places = re.findall("[A-Za-z]{2,}", str(driver.app.places.root))
    for word in (*secret_words(driver), *places, *codes, "Gemeente", "Noordkust", "zzzz"):
        text = text.replace(word, "")
    return re.findall(r"[A-Za-z]{2,}", SAME.sub("", text))


def cut(driver: Driver) -> list[str]:
    """Return the lines of a screen that has brackets without their other half; of a dialog, only its own."""
    lines = driver.lines()
    for dialog in driver.app.screen.query(".dialog"):
        box = dialog.region
        lines = [line.ljust(80)[box.x : box.right] for line in lines[box.y : box.bottom]]
    text = "\n".join(lines)
    if text.count(BEGIN) == text.count(END):
        return []
    return [line for line in lines if line.count(BEGIN) != line.count(END)]


async def look_at_all(driver: Driver, tour: Tour, words: dict[str, str]) -> None:
    seen = 0
    found: list[str] = []
    async for name in walk(driver, tour, words):
        seen += 1
        found += [f"{name}: unmarked {word}" for word in unmarked(driver)]
        found += [f"{name}: cut {line}" for line in cut(driver)]
        if isinstance(driver.app.screen, BaseScreen):
            driver.check_keys()
    assert seen == len(tour)
    assert not found, "\n" + "\n".join(dict.fromkeys(found))


@pytest.mark.usefixtures("_pseudo")
async def test_the_adviser_side(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town", advisers=2, tables=TABLES)
    town.count(1, EARLIER, ("HAVENS-KADE-2", "GEWELD", 2))
    town.export(1, EARLIER)
    town.count(1, EARLIER, ("HAVENS-KADE-2", "GEWELD", 1))
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 2), ("*", "FRAUDE", 1))
    town.count(1, RUNNING, ("DUINEN-BRON", "PESTEN", 1))
    words = {
        "secret": town.passphrase("adviser 1"),
        "unit": other_letters("loods"),
        "other": other_letters("stafb"),
    }
    async with running(town.adviser_places(1)) as driver:
        await look_at_all(driver, ADVISER, words)


@pytest.mark.usefixtures("_pseudo")
async def test_the_first_run(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town", advisers=1, tables=TABLES)
    for folder, tour in (("adviser", FIRST_RUN), ("bureau", FOUNDING)):
        async with running(Places(tmp_path / folder)) as driver:
            await look_at_all(driver, tour, {"codebook": str(town.codebook_path)})


@pytest.mark.usefixtures("_pseudo")
async def test_the_bureau_side(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town", advisers=2, tables=TABLES)
    town.hand_in(1, CLOSED, ("HAVENS-KADE-1", "PESTEN", 7), ("DUINEN-KLANT", "PESTEN", 5))
    town.take_in()
    town.sit()
    tell_what_is_shown(town)
    (town.inbox / "kapot.vwsummary").write_bytes(b"niets")
    words = {"secret": town.passphrase("bureau"), "inbox": str(town.inbox)}
    async with running(town.bureau_places) as driver:
        await look_at_all(driver, BUREAU, words)


@pytest.mark.usefixtures("_pseudo")
async def test_a_text_that_is_cut_or_not_marked_is_found(town: Municipality) -> None:
    async with running(town.adviser_places(1)) as driver:
        assert unmarked(driver) == cut(driver) == []
        driver.app.screen.query_one(".dim").update("Lost your passphrase?")  # type: ignore[attr-defined]
        await driver.settle()
        assert unmarked(driver) == ["Lost", "your", "passphrase"]
        lead = driver.app.screen.query_one(".lead")
        lead.styles.height = 1
        lead.update(disguise("lang " * 20))  # type: ignore[attr-defined]
        await driver.settle()
        assert len(cut(driver)) == 1


@pytest.mark.usefixtures("english")
async def test_in_english_every_key_fits_and_nothing_is_dutch(town: Municipality) -> None:
    town.count(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 2))
    words = {"secret": town.passphrase("adviser 1"), "unit": "loods", "other": "stafb"}
    dutch = {"kwartaal", "signaal", "signalen", "vertrouwenspersoon", "terug", "hulp", "niet"}
    async with running(town.adviser_places(1)) as driver:
        async for name in walk(driver, ADVISER, words):
            if isinstance(driver.app.screen, BaseScreen):
                driver.check_keys()
            found = set(re.findall(r"\w+", driver.text().casefold())) & dutch
            assert not found, (name, found)
