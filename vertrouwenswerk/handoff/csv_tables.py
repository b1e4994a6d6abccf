"""The organisation and the themes as CSV tables, from whatever program saved them.

Comma or semicolon, with or without BOM, UTF-8 or Windows-1252: what Excel makes of a
table is read as it was meant. Every fault names the line to look at.

Example::

    units = read_organisation(Path("organisation.csv").read_bytes())
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from vertrouwenswerk.domain.codebook import Theme, ThemeGroup, Unit
from vertrouwenswerk.domain.codebook_check import MAX_ALIAS, MAX_ALIASES, CodebookFault, check_units
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.i18n import _

LIMIT_BYTES = 4 * 1024 * 1024
_ORGANISATION = ("code", "parent", "name", "headcount")
_MAY_ADD = ("aliases",)
_BETWEEN_ALIASES = "|"
_THEMES = ("code", "group", "key", "name_nl", "name_en", "definition_nl")
_GROUPS = ("code", "name_nl", "name_en")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    fields: Mapping[str, str]


def read_organisation(data: bytes) -> tuple[Unit, ...]:
    """Read ``code,parent,name,headcount`` and perhaps ``aliases``; numbers go by order of appearance.

    Raises FileRefusedError (``bad-table``) that names the table and the line at fault.
    """
    with _named(_("table of the organisation")):
        rows = _rows(data, _ORGANISATION, _MAY_ADD)
        units = tuple(_unit(number, row) for number, row in enumerate(rows, start=1))
        try:
            check_units(units)
        except CodebookFault as fault:
            raise refuse_fault(fault, _lines(rows)) from fault
    return units


def read_themes(themes: bytes, groups: bytes) -> tuple[tuple[ThemeGroup, ...], tuple[Theme, ...]]:
    """Read both theme tables; ``check_codebook`` checks how they fit. Raises FileRefusedError."""
    with _named(_("table of the theme groups")):
        found_groups = tuple(
            ThemeGroup(row.fields["code"], row.fields["name_nl"], row.fields["name_en"])
            for row in _rows(groups, _GROUPS)
        )
    with _named(_("table of the themes")):
        found_themes = tuple(_theme(n, row) for n, row in enumerate(_rows(themes, _THEMES), start=1))
    return found_groups, found_themes


@contextmanager
def _named(table: str) -> Iterator[None]:
    """Put the name of the table before what is wrong with it: there are three."""
    try:
        yield
    except FileRefusedError as refusal:
        raise FileRefusedError(refusal.reason, f"{table}: {refusal.message}", refusal.hint) from refusal


def _unit(number: int, row: "_Row") -> Unit:
    code, parent, name, _headcount = (row.fields[column] for column in _ORGANISATION)
    aliases = (alias.strip() for alias in row.fields.get("aliases", "").split(_BETWEEN_ALIASES))
    return Unit(
        number,
        code,
        None if parent in ("", ROOT) else parent,
        name,
        _whole_number(row, "headcount"),
        tuple(alias for alias in aliases if alias),
    )


def _theme(number: int, row: "_Row") -> Theme:
    code, group, _key, name_nl, name_en, definition = (row.fields[column] for column in _THEMES)
    return Theme(number, code, group, _whole_number(row, "key") or 0, name_nl, name_en, definition)


def refuse_theme_fault(fault: CodebookFault, themes: bytes, groups: bytes) -> FileRefusedError:
    """Put a fault of themes or theme groups in words, with the table and the line it is in."""
    theme_lines, group_lines = _lines(_rows(themes, _THEMES)), _lines(_rows(groups, _GROUPS))
    if fault.code in group_lines and fault.code not in theme_lines:
        table, lines = _("table of the theme groups"), group_lines
    else:
        table, lines = _("table of the themes"), theme_lines
    refusal = refuse_fault(fault, lines)
    return FileRefusedError(refusal.reason, f"{table}: {refusal.message}", refusal.hint)


def refuse_fault(fault: CodebookFault, lines: Mapping[str, int]) -> FileRefusedError:
    """Put a fault of a table in words, with the line it is on."""
    limits = {"aliases": MAX_ALIASES, "letters": MAX_ALIAS}
    place = {"line": lines.get(fault.code, 1), "code": fault.code, **limits, **fault.detail}
    texts = {
        "double": _("Line %(line)s: the code %(code)s stands in the table twice."),
        "orphan": _("Line %(line)s: what %(code)s should fall under is not in the table."),
        "cycle": _("Line %(line)s: %(code)s falls under itself, directly or in a circle."),
        "namesakes": _("Line %(line)s: %(code)s and %(other)s under one parent are both called “%(name)s”."),
        "headcount": _(
            "Line %(line)s: %(code)s has %(own)s people, but what is below it adds up to %(below)s."
        ),
        "headcount-range": _("Line %(line)s: the headcount of %(code)s cannot be right."),
        "code": _("Line %(line)s: a code is at most 24 capitals, digits, “-”, “_” or “.”."),
        "name": _("Line %(line)s: the name of %(code)s is empty, too long or has odd characters."),
        "alias": _(
            "Line %(line)s: %(code)s has more than %(aliases)s aliases, or one over %(letters)s letters or "
            "with odd characters."
        ),
        "alias-taken": _(
            "Line %(line)s: the alias “%(alias)s” of %(code)s is a name or code already, or there twice "
            "under one parent."
        ),
        "key": _("Line %(line)s: every theme needs a digit 1 to 9 of its own."),
        "how-many": _("The table has no rows, or more than can be handled."),
    }
    return _refuse(texts.get(fault.kind, texts["how-many"]) % place)


def _lines(rows: Sequence[_Row]) -> dict[str, int]:
    return {row.fields["code"]: row.line for row in rows}


def _rows(data: bytes, columns: tuple[str, ...], may_add: tuple[str, ...] = ()) -> list[_Row]:
    if len(data) > LIMIT_BYTES or b"\0" in data:
        raise _refuse(_("This is not a CSV table, or it is far too large."))
    text = _as_text(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        table = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise _refuse(_("Line %(line)s cannot be read as CSV.") % {"line": reader.line_num}) from error
    return _as_rows(table, columns, may_add)


def _as_rows(
    table: Sequence[tuple[int, list[str]]], columns: tuple[str, ...], may_add: tuple[str, ...]
) -> list[_Row]:
    header = [cell.strip().casefold() for cell in table[0][1]] if table else []
    if sorted(header) not in (sorted(columns), sorted((*columns, *may_add))):
        raise _refuse(_columns_in_words(columns, may_add))
    rows = []
    for line, cells in table[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise _refuse(
                _("Line %(line)s has %(found)s columns instead of %(wanted)s.")
                % {"line": line, "found": len(cells), "wanted": len(header)}
            )
        tidy = [unicodedata.normalize("NFC", cell.strip()) for cell in cells]
        rows.append(_Row(line, dict(zip(header, tidy, strict=True))))
    return rows


def _columns_in_words(columns: tuple[str, ...], may_add: tuple[str, ...]) -> str:
    names = {"columns": ", ".join(columns), "more": ", ".join(may_add)}
    if may_add:
        return _("Line 1: the columns must be %(columns)s, and if you like %(more)s.") % names
    return _("Line 1: the columns must be %(columns)s.") % names


def _as_text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _refuse(_("This is not a CSV table, or it is far too large.")) from error


def _whole_number(row: _Row, column: str) -> int | None:
    text = row.fields[column]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise _refuse(
            _("Line %(line)s: “%(text)s” is not a whole number.") % {"line": row.line, "text": text[:20]}
        )
    return int(text)


def _refuse(message: str) -> FileRefusedError:
    return FileRefusedError("bad-table", message, _("Mend the table and try again. Nothing was changed."))
