"""What a codebook, and the organisation and themes it is made of, must satisfy.

Codebooks come as files from outside, so everything is checked again on the way in:
a hostile name could otherwise move the cursor of somebody's terminal.

Example::

    check_units(units)      # raises CodebookFault("headcount", "SOC-WI", ...)
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from vertrouwenswerk.domain.codebook import (
    THRESHOLD_FLOOR,
    Codebook,
    PublicIdentity,
    Theme,
    ThemeGroup,
    Unit,
)
from vertrouwenswerk.domain.tree import ROOT, Tree, TreeError

MAX_UNITS, MAX_THEMES, MAX_NAME, MAX_HEADCOUNT = 5_000, 9, 100, 1_000_000
MAX_ALIASES, MAX_ALIAS = 9, 40
MAX_VERSION = 1_000_000
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_.-]{0,23}")


class CodebookFault(ValueError):  # noqa: N818 - a finding about the input, named as the field does
    """``kind`` says what is wrong, ``code`` with which node, ``detail`` adds names or numbers."""

    def __init__(self, kind: str, code: str = "", **detail: object) -> None:
        super().__init__(kind, code)
        self.kind = kind
        self.code = code
        self.detail = detail


def check_codebook(codebook: Codebook) -> None:
    """Raise CodebookFault unless every part of ``codebook`` is sound."""
    if not 1 <= codebook.version <= MAX_VERSION:
        raise CodebookFault("version")
    if not THRESHOLD_FLOOR <= codebook.threshold <= 100 or not 0 <= codebook.minimum_headcount <= 1000:
        raise CodebookFault("threshold")
    check_name(codebook.organisation, "")
    for identity in (codebook.bureau, codebook.guardian):
        _check_identity(identity)
    check_units(codebook.units)
    check_themes(codebook)
    _check_numbers(codebook)


def check_name(name: str, code: str) -> None:
    """Raise CodebookFault unless ``name`` is 1 to 100 printable characters, trimmed and in NFC."""
    if not _is_tidy(name, MAX_NAME):
        raise CodebookFault("name", code)


def _is_tidy(text: str, most: int) -> bool:
    printable = text.isprintable() and text == text.strip() and unicodedata.is_normalized("NFC", text)
    return printable and 1 <= len(text) <= most


def check_code(code: str) -> None:
    """Raise CodebookFault unless ``code`` is at most 24 capitals, digits, ``-``, ``_`` or ``.``."""
    if _CODE.fullmatch(code) is None:
        raise CodebookFault("code", code)


def check_units(units: Sequence[Unit]) -> None:
    """Raise CodebookFault: how many, a bad code, name or alias, no tree, namesakes, headcounts."""
    if not 1 <= len(units) <= MAX_UNITS:
        raise CodebookFault("how-many")
    for unit in units:
        check_code(unit.code)
        check_name(unit.name, unit.code)
        if unit.parent == ROOT:  # no parent is the one way to say it
            raise CodebookFault("orphan", unit.code)
    tree = as_tree((unit.code, unit.parent) for unit in units)
    _check_namesakes(units)
    _check_aliases(units)
    _check_headcounts(units, tree)


def as_tree(nodes: Iterable[tuple[str, str | None]]) -> Tree:
    """Make a tree. Raises CodebookFault ``double``, ``orphan`` or ``cycle``."""
    try:
        return Tree.of(nodes)
    except TreeError as error:
        raise CodebookFault(error.fault, error.code) from error


def _check_namesakes(units: Sequence[Unit]) -> None:
    seen: dict[tuple[str | None, str], str] = {}
    for unit in units:
        other = seen.setdefault((unit.parent, unit.name.casefold()), unit.code)
        if other != unit.code:
            raise CodebookFault("namesakes", unit.code, other=other, name=unit.name)


def _check_aliases(units: Sequence[Unit]) -> None:
    """An alias leads to no other unit than a name or code would; below one parent it leads to one unit."""
    taken = {text.casefold() for unit in units for text in (unit.code, unit.name)}
    seen: set[tuple[str | None, str]] = set()
    for unit in units:
        if len(unit.aliases) > MAX_ALIASES:
            raise CodebookFault("alias", unit.code)
        for alias in unit.aliases:
            _check_alias(alias, unit.code)
            place = (unit.parent, alias.casefold())
            if alias.casefold() in taken or place in seen:
                raise CodebookFault("alias-taken", unit.code, alias=alias)
            seen.add(place)


def _check_alias(alias: str, code: str) -> None:
    # The bar parts aliases in tables; a sign alone, such as "*" or "-", stands for «not named».
    if not _is_tidy(alias, MAX_ALIAS) or "|" in alias or not any(letter.isalnum() for letter in alias):
        raise CodebookFault("alias", code)


def _check_headcounts(units: Sequence[Unit], tree: Tree) -> None:
    heads = {unit.code: unit.headcount for unit in units}
    for unit in units:
        if unit.headcount is not None and not 0 <= unit.headcount <= MAX_HEADCOUNT:
            raise CodebookFault("headcount-range", unit.code)
        below = [heads[code] for code in tree.children[unit.code]]
        known = [number for number in below if number is not None]
        whole = unit.headcount is not None and below and len(known) == len(below)
        if whole and sum(known) != unit.headcount:
            raise CodebookFault("headcount", unit.code, own=unit.headcount, below=sum(known))


def check_themes(codebook: Codebook) -> None:
    """Raise CodebookFault: none or too many, bad codes, names or digits, a group that is not there."""
    if not 1 <= len(codebook.themes) <= MAX_THEMES:
        raise CodebookFault("how-many")
    named: list[ThemeGroup | Theme] = [*codebook.theme_groups, *codebook.themes]
    for node in named:
        check_code(node.code)
        check_name(node.name_nl, node.code)
        check_name(node.name_en, node.code)
    groups = {group.code for group in codebook.theme_groups}
    for theme in codebook.themes:
        if theme.group not in groups:
            raise CodebookFault("orphan", theme.code)
        if not theme.definition_nl.isprintable() or len(theme.definition_nl) > 400:
            raise CodebookFault("name", theme.code)
    taken: set[int] = set()
    for theme in codebook.themes:
        if not 1 <= theme.key <= 9 or theme.key in taken:
            raise CodebookFault("key", theme.code)
        taken.add(theme.key)
    pairs: list[tuple[str, str | None]] = [(group.code, None) for group in codebook.theme_groups]
    as_tree([*pairs, *((theme.code, theme.group) for theme in codebook.themes)])


def _check_numbers(codebook: Codebook) -> None:
    unit_numbers = [unit.number for unit in codebook.units]
    unit_numbers += [unit.number for unit in codebook.ended_units]
    theme_numbers = [theme.number for theme in codebook.themes]
    for numbers in (unit_numbers, theme_numbers):
        if len(set(numbers)) != len(numbers) or not all(1 <= n <= 65_535 for n in numbers):
            raise CodebookFault("number")
    codes = {unit.code for unit in codebook.units}
    ended = {unit.code: unit.successor for unit in codebook.ended_units}
    if len(ended) != len(codebook.ended_units) or codes & ended.keys():
        raise CodebookFault("double")
    for code in ended:
        check_code(code)
        _check_succession(code, ended, codes)


def _check_succession(code: str, ended: dict[str, str], codes: set[str]) -> None:
    seen = {code}
    while code in ended:
        code = ended[code]
        if code in seen:
            raise CodebookFault("cycle", code)
        seen.add(code)
    if code not in codes and code != ROOT:
        raise CodebookFault("orphan", code)


def _check_identity(identity: PublicIdentity | None) -> None:
    if identity is not None and (len(identity.sign_key), len(identity.seal_key)) != (32, 1216):
        raise CodebookFault("key")
