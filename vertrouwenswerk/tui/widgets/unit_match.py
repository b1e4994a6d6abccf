"""How well a unit fits what was typed: by name, alias or code, or but for one typing error.

Capitals and accents make no difference. A second word may also be of a unit above, so that
namesakes can be told apart ("vergun west").

Example::

    ranks_of(codebook, ["nacht"])      # {"ZORG-NA": 1, "ZORG": NO_MATCH, ...}
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from vertrouwenswerk.domain.codebook import Codebook, Unit

_EXACT, _NAME, _ALIAS, _CODE_OR_WORD, _WITHIN, _NEARLY, NO_MATCH = range(7)
LAST_OF_BEGINNINGS = _CODE_OR_WORD  # up to here a name, a word of it, an alias or the code begins so
_LEAST_FOR_ERROR = 3  # with fewer letters nearly everything would fit nearly
_LEAST_ALIAS_FOR_ERROR = 5  # and a short alias would fit nearly anything typed


def plain(text: str) -> str:
    """Fold capitals and accents: ``Coördinatie`` is found by ``coordi``."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Fold a text of the codebook once; what a person types is not kept."""
    return plain(text)


def ranks_of(codebook: Codebook, words: Sequence[str]) -> dict[str, int]:
    """Return how well each unit fits, 0 best; a typing error is forgiven only where nothing fits."""
    ranks = {unit.code: _rank(codebook, unit, words) for unit in codebook.units}
    if min(ranks.values()) < NO_MATCH or len(words[0]) < _LEAST_FOR_ERROR:
        return ranks
    return {unit.code: _NEARLY if _fits_nearly(unit, words) else NO_MATCH for unit in codebook.units}


def fitting_alias(unit: Unit, words: Sequence[str]) -> str | None:
    """Return the alias that a typed word begins, or nearly, where the name has no such word."""
    if not unit.aliases:
        return None
    strange = [word for word in words if word not in folded(unit.name)]
    for fits in (_begins, _begins_nearly_alias):
        for alias in unit.aliases:
            if any(fits(alias, word) for word in strange):
                return alias
    return None


def _rank(codebook: Codebook, unit: Unit, words: Sequence[str]) -> int:
    name, code = folded(unit.name), folded(unit.code)
    first, *others = words
    rank = _rank_by(unit, first)
    if rank == NO_MATCH or not all(word in code or word in _with_above(codebook, unit) for word in others):
        return NO_MATCH
    return _EXACT if " ".join(words) in (name, code) else rank


def _rank_by(unit: Unit, word: str) -> int:
    name, code = folded(unit.name), folded(unit.code)
    compact = code.replace("-", "")
    if name.startswith(word):
        return _NAME
    if any(_begins(alias, word) for alias in unit.aliases):
        return _ALIAS
    if compact.startswith(word) or code.startswith(word) or f" {word}" in name:
        return _CODE_OR_WORD
    return _WITHIN if word in name or word in code else NO_MATCH


def _begins(alias: str, word: str) -> bool:
    """Tell whether the alias, or a word of it, begins with ``word``."""
    return f" {word}" in f" {folded(alias)}"


def _with_above(codebook: Codebook, unit: Unit) -> str:
    path = codebook.unit_tree.path(unit.code)[1:]
    above = (codebook.unit(step) for step in path)
    return " ".join(folded(text) for step in above for text in (step.name, *step.aliases))


def _fits_nearly(unit: Unit, words: Sequence[str]) -> bool:
    """Tell whether each word begins a word of the name or of an alias but for one typing error."""
    name = folded(unit.name)
    if begins_nearly(name, " ".join(words)):  # the error may be a space
        return True
    parts = name.replace(",", " ").split()
    return all(
        any(begins_nearly(part, word) for part in parts)
        or any(_begins(alias, word) or _begins_nearly_alias(alias, word) for alias in unit.aliases)
        for word in words
    )


def _begins_nearly_alias(alias: str, word: str) -> bool:
    letters = [part for part in folded(alias).split() if len(part) >= _LEAST_ALIAS_FOR_ERROR]
    return len(word) >= _LEAST_FOR_ERROR and any(begins_nearly(part, word) for part in letters)


def begins_nearly(word: str, typed: str) -> bool:
    """Tell whether ``word`` begins with ``typed`` but for one letter wrong, missing, extra or swapped."""
    place = next((n for n, letter in enumerate(typed) if word[n : n + 1] != letter), len(typed))
    rest, left = typed[place:], word[place:]
    swapped = left[1::-1] == rest[:2] and left[2:].startswith(rest[2:])
    wrong, extra = left[1:].startswith(rest[1:]), left.startswith(rest[1:])
    missing = left[1:].startswith(rest)
    return wrong or extra or missing or swapped
