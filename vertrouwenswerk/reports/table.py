"""A safe table as JSON for other programs, and as lines of text for eyes and screen readers.

Units stand in the codebook's order, never by count. A hidden cell is ``//``, whatever the
reason. The form of the JSON is stable and written down in ``docs/formats.md``.
"""

from collections.abc import Iterable, Iterator, Sequence

from vertrouwenswerk import i18n
from vertrouwenswerk.disclosure.outside_table import Opening
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.codebook import LEVELS, Codebook
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _

HIDDEN = "//"
_LABEL_WIDTH, _CELL_WIDTH = 30, 5


def units_down_to(table: SafeTable, codebook: Codebook, level: str) -> tuple[str, ...]:
    """Return the units of ``table`` down to ``level`` (one of ``LEVELS``), depth first."""
    deepest = LEVELS.index(level)
    return tuple(unit for unit in table.units if LEVELS.index(codebook.level(unit)) <= deepest)


def table_as_json(
    table: SafeTable, codebook: Codebook, level: str, picture: int, openings: Iterable[Opening]
) -> dict[str, object]:
    """Return the table as plain data: every cell with its count, or hidden without a number.

    Besides, what an audit from outside needs: the whole of both trees, the number of the
    picture, and at which pictures summaries of its quarters were opened.
    """
    units = units_down_to(table, codebook, level)
    cells: list[dict[str, object]] = []
    for unit in units:
        for theme in table.themes:
            count = table.count(unit, theme)
            value: dict[str, object] = {"hidden": True} if count is None else {"count": count}
            cells.append({"unit": unit, "theme": theme, **value})
    return {
        "window": str(table.window),
        "threshold": table.threshold,
        "units": list(units),
        "themes": list(table.themes),
        "cells": cells,
        "picture": picture,
        "unit_parents": codebook.unit_tree.parents,
        "theme_parents": codebook.theme_tree.parents,
        "openings": [_opening_as_json(opening) for opening in openings],
    }


def _opening_as_json(opening: Opening) -> dict[str, object]:
    advisers = {} if opening.advisers is None else {"advisers": opening.advisers}
    return {
        "picture": opening.picture,
        "quarter": str(opening.quarter),
        **advisers,
        "replaced": opening.replaced,
    }


def table_as_lines(
    table: SafeTable, codebook: Codebook, level: str, language: str, *, groups: bool
) -> Iterator[str]:
    """Yield the table as text, with themes or with their groups."""
    inner = {theme.group for theme in codebook.themes}
    themes = [t for t in table.themes if t == ROOT or (t in inner) == groups]
    units = units_down_to(table, codebook, level)
    yield from cells_as_lines(table, codebook, language, units, themes)


def cells_as_lines(
    table: SafeTable, codebook: Codebook, language: str, units: Iterable[str], themes: Sequence[str]
) -> Iterator[str]:
    """Yield cells as text: a heading, a row a unit, and what the columns and ``//`` mean.

    ``themes`` begins with the whole. Beside themes, a group of them is marked with a plus.
    """
    groups = {theme.group for theme in codebook.themes}
    sums = groups.intersection(themes) if not groups.issuperset(themes[1:]) else frozenset()
    heads = {theme: _column(theme, is_sum=theme in sums) for theme in themes}
    numbers = {
        "window": str(table.window),
        "threshold": table.threshold,
        "shown": i18n.number(table.shown_cells),
        "hidden": i18n.number(table.hidden_cells),
    }
    yield _("%(window)s, threshold %(threshold)s: %(shown)s cells shown, %(hidden)s hidden") % numbers
    yield " " * _LABEL_WIDTH + "".join(f"{heads[theme]:>{_CELL_WIDTH}}" for theme in themes)
    for unit in units:
        counts = (table.count(unit, theme) for theme in themes)
        cells = (HIDDEN if count is None else i18n.number(count) for count in counts)
        yield _label(codebook, unit) + "".join(f"{cell:>{_CELL_WIDTH}}" for cell in cells)
    yield _("// is hidden: none, few, or needed to protect another cell. It is not a zero.")
    for theme in themes[1:]:
        yield f"{heads[theme]:<6}{codebook.theme_name(theme, language)}"


def _column(theme: str, *, is_sum: bool) -> str:
    if theme == ROOT:
        return _("all")
    return f"{theme[: _CELL_WIDTH - 2]}+" if is_sum else theme[: _CELL_WIDTH - 1]


def _label(codebook: Codebook, unit: str) -> str:
    if unit == ROOT:
        text = codebook.organisation
    else:
        text = "  " * (codebook.unit_tree.depth(unit) - 1) + codebook.unit(unit).name
    fits = text if len(text) < _LABEL_WIDTH else text[: _LABEL_WIDTH - 2] + "…"
    return f"{fits:<{_LABEL_WIDTH}}"
