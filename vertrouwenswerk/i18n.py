"""Words for the person at the screen: Dutch by default, English on request.

Texts in the code are English msgids; ``locale/nl`` holds the Dutch. Placeholders
are named, plurals go through ``ngettext``. The language is chosen once, at the
start, by ``use_language``; argparse's own words are translated from the same
catalogue.

Example::

    use_language("nl")
    _("Wrong passphrase.")          # "Onjuiste wachtwoordzin."
"""

import gettext
import os
from pathlib import Path

LANGUAGES = ("nl", "en")
_DOMAIN = "vertrouwenswerk"
_LOCALE = Path(__file__).parent / "locale"  # importlib.resources is slow to load, and wheels are unpacked


class _Chosen:
    """The one translation in use; a person has one language at a time."""

    language = "nl"
    catalogue: gettext.NullTranslations | None = None


def _load(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    with (_LOCALE / language / "LC_MESSAGES" / f"{_DOMAIN}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def use_language(language: str) -> None:
    """Choose ``"nl"`` or ``"en"`` for every text from here on, argparse's included."""
    _Chosen.language = language
    _Chosen.catalogue = _load(language)
    os.environ["LANGUAGE"] = language  # argparse asks the environment, not us
    gettext.bindtextdomain(_DOMAIN, str(_LOCALE))
    gettext.textdomain(_DOMAIN)


def language() -> str:
    """Return the language in use, ``"nl"`` or ``"en"``."""
    return _Chosen.language


def _catalogue() -> gettext.NullTranslations:
    if _Chosen.catalogue is None:
        _Chosen.catalogue = _load(_Chosen.language)
    return _Chosen.catalogue


def gettext_(text: str) -> str:
    """Return ``text`` in the language in use."""
    return _catalogue().gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form of the text that goes with ``number``."""
    return _catalogue().ngettext(one, many, number)


def number(value: int) -> str:
    """Write a whole number as the language does: ``1.234`` in Dutch, ``1,234`` in English."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if _Chosen.language == "nl" else grouped


_ = gettext_
