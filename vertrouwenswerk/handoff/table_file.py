"""A published table, as ``bureau table --json`` prints it, read by somebody who trusts nobody.

Strict: no field that is not known, every cell of the table once, codes as in a codebook,
trees that are trees. Only the fields about openings may be missing. A file is at most
16 MiB; ``docs/formats.md`` describes it.

Example::

    read_table(Path("2026.json").read_bytes(), "2026.json")      # OutsideTable
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NoReturn

import msgspec

from vertrouwenswerk.disclosure.outside_table import Opening, OutsideTable
from vertrouwenswerk.domain.codebook import THRESHOLD_FLOOR
from vertrouwenswerk.domain.codebook_check import MAX_UNITS, CodebookFault, check_code
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import ROOT, Cell, Tree, TreeError
from vertrouwenswerk.errors import FileRefusedError, UsageError
from vertrouwenswerk.i18n import _

LIMIT_BYTES = 16 * 1024 * 1024
MAX_THEME_NODES, MAX_QUARTERS = 200, 40
_MAX_COUNT = 1_000_000  # the solver keeps rows to 1e-7: larger counts would drown its proofs

_Count = Annotated[int, msgspec.Meta(ge=0, le=_MAX_COUNT)]
_Threshold = Annotated[int, msgspec.Meta(ge=THRESHOLD_FLOOR, le=1000)]
_Number = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Refuses fields that it does not have."""


class _Cell(_Strict, frozen=True):
    unit: str
    theme: str
    count: _Count | msgspec.UnsetType = msgspec.UNSET
    hidden: bool | msgspec.UnsetType = msgspec.UNSET


class _Opening(_Strict, frozen=True):
    picture: _Number
    quarter: str
    replaced: bool
    advisers: _Count | msgspec.UnsetType = msgspec.UNSET


class _Table(_Strict, frozen=True):
    window: str
    threshold: _Threshold
    units: tuple[str, ...]
    themes: tuple[str, ...]
    cells: tuple[_Cell, ...]
    unit_parents: dict[str, str]
    theme_parents: dict[str, str]
    picture: _Number | msgspec.UnsetType = msgspec.UNSET
    openings: tuple[_Opening, ...] | msgspec.UnsetType = msgspec.UNSET


class _Fault(ValueError):  # noqa: N818 - a finding about the input, named as the field does
    """What a table says cannot be."""


def read_table(data: bytes, name: str) -> OutsideTable:
    """Read a published table; ``name`` is that of its file, for messages.

    Raises FileRefusedError: ``too-large``, ``not-ours``, ``too-new`` or ``bad-table``.
    """
    if len(data) > LIMIT_BYTES:
        raise FileRefusedError(
            "too-large",
            _("This file is larger than a table can be: %(name)s") % {"name": name},
            _("Check that it is the right file. Nothing was changed."),
        )
    try:
        table = msgspec.json.decode(data, type=_Table, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        _refuse(data, name, error)
    try:
        return _as_table(table, name)
    except (_Fault, CodebookFault, TreeError, UsageError) as error:
        raise _bad_table(name) from error


def _as_table(table: _Table, name: str) -> OutsideTable:
    window = Window.parse(table.window)
    _require(window.length <= MAX_QUARTERS)
    unit_tree, theme_tree = _tree(table.unit_parents, MAX_UNITS), _tree(table.theme_parents, MAX_THEME_NODES)
    _require(_are_of(unit_tree, table.units) and _are_of(theme_tree, table.themes))
    return OutsideTable(
        name=name,
        window=window,
        threshold=table.threshold,
        units=table.units,
        themes=table.themes,
        unit_tree=unit_tree,
        theme_tree=theme_tree,
        shown=_shown(table),
        picture=table.picture or None,
        openings=_openings(table, window),
    )


def _tree(parents: Mapping[str, str], most: int) -> Tree:
    _require(len(parents) <= most)
    for code in parents:
        check_code(code)
    return Tree.of((code, None if parent == ROOT else parent) for code, parent in parents.items())


def _are_of(tree: Tree, codes: Iterable[str]) -> bool:
    """Tell whether codes stand in the tree, each once."""
    found = list(codes)
    return len(set(found)) == len(found) and all(code in tree for code in found)


def _shown(table: _Table) -> dict[Cell, int]:
    """Return the counts. Raises _Fault unless every cell is there once, with a count or hidden."""
    shown: dict[Cell, int] = {}
    seen = set()
    for cell in table.cells:
        seen.add((cell.unit, cell.theme))
        if isinstance(cell.count, int):
            _require(cell.hidden is msgspec.UNSET)
            shown[cell.unit, cell.theme] = cell.count
        else:
            _require(cell.hidden is True)
    _require(len(seen) == len(table.cells))
    _require(seen == {(unit, theme) for unit in table.units for theme in table.themes})
    return shown


def _openings(table: _Table, window: Window) -> tuple[Opening, ...] | None:
    """Return what was opened when. Raises _Fault for what lies outside the window or after the picture."""
    if isinstance(table.openings, msgspec.UnsetType):
        return None
    found = tuple(
        Opening(
            Quarter.parse(one.quarter),
            one.picture,
            None if isinstance(one.advisers, msgspec.UnsetType) else one.advisers,
            one.replaced,
        )
        for one in table.openings
    )
    last = table.picture
    _require(isinstance(last, int) and all(one.picture <= last for one in found))
    _require(all(window.first <= one.quarter <= window.last for one in found))
    _require(len({(one.quarter, one.picture) for one in found}) == len(found))
    return found


def _require(holds: bool) -> None:
    if not holds:
        raise _Fault


def _refuse(data: bytes, name: str, error: Exception) -> NoReturn:
    """Say what is wrong with what is not a table: other JSON, an older form, a newer one."""
    fields = _fields(data)
    known = set(_Table.__struct_fields__)
    if fields is None or not fields & known:
        raise FileRefusedError(
            "not-ours",
            _("This is not a table of vertrouwenswerk: %(name)s") % {"name": name},
            _("Such a table is printed by: vertrouwenswerk bureau table --json"),
        ) from error
    if fields - known:
        raise FileRefusedError(
            "too-new",
            _("This table has fields that are not known here: %(name)s") % {"name": name},
            _("Install the newest version and try again. Nothing was changed."),
        ) from error
    raise _bad_table(name) from error


def _fields(data: bytes) -> set[str] | None:
    try:
        return set(msgspec.json.decode(data, type=dict[str, Any]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _bad_table(name: str) -> FileRefusedError:
    return FileRefusedError(
        "bad-table",
        _("This table is not whole, or says what cannot be: %(name)s") % {"name": name},
        _("Have it printed once more: vertrouwenswerk bureau table --json. Nothing was changed."),
    )
