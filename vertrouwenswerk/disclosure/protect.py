"""The one door: from merged counts to a table in which no sensitive count can be proven.

Everything that may be shown by its own count starts as shown; ``repair`` hides, with
the least loss, what gives sensitive regions away; a fresh model of the very table that
goes out is audited once more. If that is not clean, nothing is shown. No clock and no
chance: the same counts give the same table.

Example::

    table = protect(counts, Rules(threshold=3, small_units=small), report_progress=dialog.step)
"""

from collections.abc import Mapping

from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.loss import losses
from vertrouwenswerk.disclosure.model import Model
from vertrouwenswerk.disclosure.repair import Plan, Progress, Step, repair
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.disclosure.safe_table import _DOOR, SafeTable
from vertrouwenswerk.domain.tree import Cell
from vertrouwenswerk.errors import DisclosureError
from vertrouwenswerk.i18n import _


def _silent(_step: Step, _done: int) -> None:
    """Report nothing."""


def protect(counts: MergedCounts, rules: Rules, report_progress: Progress = _silent) -> SafeTable:
    """Return the table of all cells of which no sensitive one can be proven non-empty.

    ``report_progress`` is called with the step and how often it was done before, several
    times a second; to cancel, let it raise: nothing is shown and the error comes through.
    Raises ValueError for a small unit that is not in the tree, DisclosureError when the
    table cannot be made safe or the solver finds no answer.
    """
    if not all(unit in counts.unit_tree for unit in rules.small_units):
        raise ValueError("a small unit that is not in the tree")
    regions = sensitive_regions(counts, rules)
    shown = _safe_cells(counts, rules, regions, report_progress)
    report_progress(Step.FINAL_AUDIT, 0)
    lattice = Lattice(counts.unit_tree, counts.theme_tree)
    if attack(Model(lattice, shown), regions, most=1):
        raise DisclosureError(
            _("This table cannot be shown without giving small counts away."),
            _("Try a longer window or a higher threshold."),
        )
    units, themes = counts.unit_tree.codes, counts.theme_tree.codes
    return SafeTable(counts.window, rules.threshold, units, themes, shown, _DOOR)


def _safe_cells(
    counts: MergedCounts, rules: Rules, regions: tuple[Region, ...], report_progress: Progress
) -> Mapping[Cell, int]:
    """Return the cells to be shown, with their counts."""
    lattice = Lattice(counts.unit_tree, counts.theme_tree)
    totals = counts.by_cell()
    may_show = {
        cell: totals[cell] for cell in lattice.distinct_cells if rules.may_show(cell[0], totals[cell])
    }
    weights = losses(counts)
    may_hide = {cell: weights[cell] for cell in may_show}
    plan = Plan(Model(lattice, may_show), regions, may_hide, report_progress)
    safe = may_show.keys() - repair(plan).hidden
    return {cell: totals[cell] for cell in lattice.cells if lattice.distinct(cell) in safe}
