"""Which units fit what was typed, laid out as a tree that keeps the ancestors, dimmed.

The same name may stand under several parents ("Nachtzorg"), so a hit always stands below the
units it belongs to. With nothing typed the units used lately come first. ``*`` is «not named».

Example::

    found = filter_units(codebook, "nacht", recent=())
    found.lines, found.best
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vertrouwenswerk.domain.codebook import Codebook, Unit
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.widgets.listing import Cell, Line, Role, cell, heading
from vertrouwenswerk.tui.words import unit_name, unit_place

_NO_MATCH = 9
_LEAST_FOR_ERROR = 3  # with fewer letters nearly everything would fit nearly


@dataclass(frozen=True, slots=True)
class Found:
    """The lines to show, how many units fit, and the key of the one that fits best."""

    lines: tuple[Line, ...]
    hits: int
    best: str | None


def plain(text: str) -> str:
    """Fold capitals and accents: ``Coördinatie`` is found by ``coordi``."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def filter_units(codebook: Codebook, typed: str, recent: Sequence[str]) -> Found:
    """Return what to show for ``typed``."""
    wanted = plain(typed.strip())
    if not wanted:
        return _everything(codebook, recent)
    if wanted == ROOT:
        return Found((_not_named(),), 1, ROOT)
    ranks = _ranks(codebook, wanted.split())
    hits = {code for code, rank in ranks.items() if rank < _NO_MATCH}
    if not hits:
        return Found(
            (heading(_("No unit is called that. Try a part of its name or code."), "warn"),), 0, None
        )
    keep = {code for hit in hits for code in codebook.unit_tree.path(hit)} - {ROOT}
    lines = tuple(
        _tree_line(codebook, code, wanted.split(), is_hit=code in hits)
        for code in codebook.unit_tree.codes
        if code in keep
    )
    order = {code: place for place, code in enumerate(codebook.unit_tree.codes)}
    best = min(hits, key=lambda code: (ranks[code], order[code]))
    return Found(lines, len(hits), best)


def _everything(codebook: Codebook, recent: Sequence[str]) -> Found:
    lines: list[Line] = []
    known = [code for code in recent if code != ROOT and code in codebook.unit_tree]
    if known:
        lines.append(heading(_("Used this quarter or the last")))
        lines += [_recent_line(codebook, code) for code in known]
    lines += [_not_named(), heading(_("The whole organisation: type to search"))]
    lines += [
        _tree_line(codebook, code, (), is_hit=True, prefix="all ")
        for code in codebook.unit_tree.codes
        if code != ROOT
    ]
    return Found(tuple(lines), len(codebook.units), next((code for code in known), ROOT))


def _not_named() -> Line:
    dim = _("the person would rather not say, or it does not matter")
    return Line(((("* ", "accent"), (_("not named"), "plain"), (f"  {dim}", "dim")),), key=ROOT)


def _recent_line(codebook: Codebook, code: str) -> Line:
    place = unit_place(codebook, code)
    return Line(((("", "plain"), (unit_name(codebook, code), "plain"), (f"  {place}", "dim")),), key=code)


def _tree_line(
    codebook: Codebook, code: str, words: Sequence[str], *, is_hit: bool, prefix: str = ""
) -> Line:
    unit = codebook.unit(code)
    indent = "  " * (codebook.unit_tree.depth(code) - 1)
    if not is_hit:
        return Line((cell(f"{indent}{unit.name}", "dim"), cell(unit.code, "dim")))
    name = (*cell(indent), *_marked(unit.name, words))
    return Line((name, _marked(unit.code, words, "dim")), key=prefix + code)


def _marked(text: str, words: Sequence[str], base: Role = "plain") -> Cell:
    """Return the text with the first match of the first matching word marked."""
    folded = _folded(text)
    if len(folded) == len(text):
        for word in words:
            start = folded.find(word)
            if start >= 0:
                end = start + len(word)
                return ((text[:start], base), (text[start:end], "accent"), (text[end:], base))
    return cell(text, base)


def _ranks(codebook: Codebook, words: Sequence[str]) -> dict[str, int]:
    """Return how well each unit fits, 0 best; a typing error is forgiven only where nothing fits."""
    ranks = {unit.code: _rank(codebook, unit, words) for unit in codebook.units}
    if min(ranks.values()) < _NO_MATCH or len(words[0]) < _LEAST_FOR_ERROR:
        return ranks
    return {unit.code: 4 if _fits_nearly(unit, words) else _NO_MATCH for unit in codebook.units}


def _rank(codebook: Codebook, unit: Unit, words: Sequence[str]) -> int:
    name, code = _folded(unit.name), _folded(unit.code)
    first, *others = words
    if not (first in name or first in code or code.replace("-", "").startswith(first)):
        return _NO_MATCH
    if not all(word in code or word in _with_above(codebook, unit) for word in others):
        return _NO_MATCH
    if " ".join(words) in (name, code):
        return 0
    if name.startswith(first):
        return 1
    if code.replace("-", "").startswith(first.replace("-", "")) or f" {first}" in name:
        return 2
    return 3


def _with_above(codebook: Codebook, unit: Unit) -> str:
    path = codebook.unit_tree.path(unit.code)[1:]
    return " ".join(_folded(codebook.unit(step).name) for step in path)


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    """Fold a text of the codebook once; what a person types is not kept."""
    return plain(text)


def _fits_nearly(unit: Unit, words: Sequence[str]) -> bool:
    """Tell whether each word begins a word of the name but for one typing error."""
    parts = _folded(unit.name).replace(",", " ").split()
    return all(any(begins_nearly(part, word) for part in parts) for word in words)


def begins_nearly(word: str, typed: str) -> bool:
    """Tell whether ``word`` begins with ``typed`` but for one letter wrong, missing, extra or swapped."""
    place = next((n for n, letter in enumerate(typed) if word[n : n + 1] != letter), len(typed))
    rest, left = typed[place:], word[place:]
    swapped = left[1::-1] == rest[:2] and left[2:].startswith(rest[2:])
    wrong, extra = left[1:].startswith(rest[1:]), left.startswith(rest[1:])
    missing = left[1:].startswith(rest)
    return wrong or extra or missing or swapped
