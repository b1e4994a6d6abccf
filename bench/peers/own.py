"""``python -m bench.peers.own {protect,threshold} FOLDER``: the product, and the threshold alone."""

import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from bench.peers.exchange import Cell, Table, answer, read
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.rules import Rules
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import ROOT, Tree

WINDOW = Window.ending(Quarter(2026, 4), 4)  # a table carries one; nothing here depends on it


def merged(table: Table) -> MergedCounts:
    """Return the table as the product takes it."""
    return MergedCounts(WINDOW, Tree.of(table.units.items()), Tree.of(table.themes.items()), table.counts)


def rules(table: Table) -> Rules:
    """Return the rules as the product takes them."""
    return Rules(table.threshold, table.small_units)


def nothing_at_inner_units(counts: MergedCounts) -> dict[Region, int]:
    """Return, as rows of the program, what everybody knows of a table that is recorded at leaf units only.

    Of a table in which anything is recorded at an inner unit, nothing is known.
    """
    tree = counts.unit_tree
    inner = [unit for unit in tree.codes if not tree.is_leaf(unit)]
    if any(unit in inner for unit, _theme in counts.signals):
        return {}
    return {Region(unit, ROOT, own=True): 0 for unit in inner}


def _protect(table: Table) -> Iterable[Cell]:
    counts = merged(table)
    return protect(counts, rules(table), known=nothing_at_inner_units(counts)).shown


def threshold_alone(table: Table) -> Iterable[Cell]:
    """Publish all that is at least the threshold."""
    may_show = rules(table).may_show
    return [cell for cell, count in table.totals().items() if may_show(cell[0], count)]


if __name__ == "__main__":
    work = {"protect": _protect, "threshold": threshold_alone}[sys.argv[1]]
    answer(Path(sys.argv[2]), read(Path(sys.argv[2])), work, version("vertrouwenswerk"))
