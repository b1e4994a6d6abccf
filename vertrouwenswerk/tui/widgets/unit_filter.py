"""Which units fit what was typed, laid out as a tree that keeps the ancestors, dimmed.

The same name may stand under several parents ("Nachtzorg"), so a hit always stands below the
units it belongs to. With nothing typed the units used lately come first, and the digit before
one leads to it. ``*`` is «not named». A small unit says where its signals are counted.

Example::

    found = filter_units(codebook, "nacht", recent=())
    found.lines, found.best
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.small_units import countable_unit
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _
from vertrouwenswerk.tui.widgets.listing import Cell, Line, Piece, Role, cell, heading
from vertrouwenswerk.tui.widgets.unit_match import (
    LAST_OF_BEGINNINGS,
    NO_MATCH,
    fitting_alias,
    folded,
    plain,
    ranks_of,
)
from vertrouwenswerk.tui.words import unit_name, unit_place

_MOST_NUMBERED = 9
IN_TREE = "all "  # before the key of a unit that is in the list of those used lately too


@dataclass(frozen=True, slots=True)
class Found:
    """The lines to show, how many units fit, and the key of the one that fits best."""

    lines: tuple[Line, ...]
    hits: int
    best: str | None


def filter_units(codebook: Codebook, typed: str, recent: Sequence[str]) -> Found:
    """Return what to show for ``typed``."""
    wanted = plain(typed.strip())
    known = [code for code in recent if code != ROOT and code in codebook.unit_tree]
    if not wanted:
        return _everything(codebook, known)
    if wanted == ROOT:
        return Found((_not_named(),), 1, ROOT)
    words = wanted.split()
    ranks = ranks_of(codebook, words)
    hits = {code for code, rank in ranks.items() if rank < NO_MATCH}
    numbered = _numbered(codebook, known).get(wanted) if wanted.isdigit() else None
    if numbered is not None:
        tree = _tree_lines(codebook, hits, words, prefix=IN_TREE)
        return Found((*_recent_lines(codebook, known), *tree), len(hits | {numbered}), numbered)
    if not hits:
        return Found(
            (heading(_("No unit is called that. Try a part of its name or code."), "warn"),), 0, None
        )
    return Found(_tree_lines(codebook, hits, words), len(hits), _best(codebook, hits, ranks, known))


def _best(codebook: Codebook, hits: set[str], ranks: dict[str, int], recent: Sequence[str]) -> str:
    """Return the hit for the cursor: what is typed in full, then what was used lately, then the rest."""
    order = {code: place for place, code in enumerate(codebook.unit_tree.codes)}

    def likeness(code: str) -> tuple[bool, bool, int, bool, int]:
        # A unit used lately passes others only where it begins so: not for a letter somewhere inside.
        first = code in recent and ranks[code] <= LAST_OF_BEGINNINGS
        return (ranks[code] > 0, not first, ranks[code], code not in recent, order[code])

    return min(hits, key=likeness)


def _numbered(codebook: Codebook, recent: Sequence[str]) -> dict[str, str]:
    """Return the digits that lead to units used lately; none that is itself a unit's code or alias."""
    taken = {folded(text) for unit in codebook.units for text in (unit.code, *unit.aliases)}
    digits = (str(number) for number in range(1, _MOST_NUMBERED + 1))
    return {digit: code for digit, code in zip(digits, recent, strict=False) if digit not in taken}


def _everything(codebook: Codebook, recent: Sequence[str]) -> Found:
    whole = heading(_("The whole organisation: type to search"))
    tree = _tree_lines(codebook, {unit.code for unit in codebook.units}, (), prefix=IN_TREE)
    lines = (*_recent_lines(codebook, recent), _not_named(), whole, *tree)
    return Found(lines, len(codebook.units), recent[0] if recent else ROOT)


def _not_named() -> Line:
    dim = _("the person would rather not say, or it does not matter")
    return Line(((("* ", "accent"), (_("not named"), "plain"), (f"  {dim}", "dim")),), key=ROOT)


def _recent_lines(codebook: Codebook, recent: Sequence[str]) -> Iterable[Line]:
    if recent:
        yield heading(_("Used this quarter or the last"))
    digits = {code: digit for digit, code in _numbered(codebook, recent).items()}
    for code in recent:
        digit: Piece = (f"{digits.get(code, ' ')} ", "accent")
        place: Piece = (f"  {unit_place(codebook, code)}", "dim")
        after = _counted_above(codebook, code) or place
        yield Line(((digit, (unit_name(codebook, code), "plain"), after),), key=code)


def _tree_lines(
    codebook: Codebook, hits: set[str], words: Sequence[str], prefix: str = ""
) -> tuple[Line, ...]:
    keep = {code for hit in hits for code in codebook.unit_tree.path(hit)} - {ROOT}
    return tuple(
        _hit_line(codebook, code, words, prefix) if code in hits else _above_line(codebook, code)
        for code in codebook.unit_tree.codes
        if code in keep
    )


def _above_line(codebook: Codebook, code: str) -> Line:
    return Line((cell(f"{_indent(codebook, code)}{codebook.unit(code).name}", "dim"), cell(code, "dim")))


def _hit_line(codebook: Codebook, code: str, words: Sequence[str], prefix: str) -> Line:
    unit = codebook.unit(code)
    name = (*cell(_indent(codebook, code)), *_marked(unit.name, words))
    alias, above = fitting_alias(unit, words), _counted_above(codebook, code)
    more = (*_in_brackets(alias, words), *([above] if above else []))
    # Why it is a hit and where its signals go say more than its code, which gives way in a narrow window.
    return Line(((*name, *more), _marked(code, words, "dim")), key=prefix + code, spreads=bool(more))


def _indent(codebook: Codebook, code: str) -> str:
    return "  " * (codebook.unit_tree.depth(code) - 1)


def _counted_above(codebook: Codebook, code: str) -> Piece | None:
    if not codebook.is_small(code):
        return None
    return (f"  → {unit_name(codebook, countable_unit(codebook, code))}", "dim")


def _in_brackets(alias: str | None, words: Sequence[str]) -> Cell:
    return () if alias is None else (("  (", "dim"), *_marked(alias, words, "dim"), (")", "dim"))


def _marked(text: str, words: Sequence[str], base: Role = "plain") -> Cell:
    """Return the text with the first match of the first matching word marked."""
    flat = folded(text)
    if len(flat) == len(text):
        for word in words:
            start = flat.find(word)
            if start >= 0:
                end = start + len(word)
                return ((text[:start], base), (text[start:end], "accent"), (text[end:], base))
    return cell(text, base)
