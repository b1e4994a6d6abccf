"""The rules of disclosure: from which count a cell may be shown, and what is sensitive.

*Sensitive* is a count of 1 to threshold - 1, and every non-zero count of a unit with
fewer people than the minimum headcount. Zeros are not sensitive, but are hidden just
the same: shown apart they would give small counts away.

Example::

    rules = Rules(threshold=3, small_units=frozenset({"BCS-02-03"}))
    rules.may_show("SOC", 4), rules.is_sensitive("BCS-02-03", 4)      # (True, True)
"""

from dataclasses import dataclass

from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.spans import ONE_TABLE, Span
from vertrouwenswerk.domain.codebook import THRESHOLD_FLOOR


@dataclass(frozen=True, slots=True)
class Rules:
    """``threshold``: least count that may be shown; ``small_units``: codes never shown.

    Raises ValueError for a threshold under the compiled-in floor.
    """

    threshold: int
    small_units: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.threshold < THRESHOLD_FLOOR:
            raise ValueError("the threshold is under the floor")

    def may_show(self, unit: str, count: int) -> bool:
        """Tell whether a cell may be shown as far as its own count and unit go."""
        return count >= self.threshold and unit not in self.small_units

    def is_sensitive(self, unit: str, count: int) -> bool:
        """Tell whether nobody may be able to prove that the cell is not empty."""
        return count > 0 and not self.may_show(unit, count)


def sensitive_regions(counts: MergedCounts, rules: Rules, span: Span = ONE_TABLE) -> tuple[Region, ...]:
    """Return every sensitive cell, and every sensitive part recorded at an inner unit itself.

    Such a part is no cell of the table and is never shown, yet a cluster minus its
    directorates would give it away. In the order of the cells, one region per set of leaves.
    """
    lattice = Lattice(counts.unit_tree, counts.theme_tree)
    totals, own = counts.by_cell(), counts.recorded_at_itself()
    regions = []
    for unit, theme in lattice.distinct_cells:
        if rules.is_sensitive(unit, totals[unit, theme]):
            regions.append(Region(unit, theme, span=span))
        is_inner = not counts.unit_tree.is_leaf(unit)
        if is_inner and rules.is_sensitive(unit, own.get((unit, theme), 0)):
            regions.append(Region(unit, theme, own=True, span=span))
    return tuple(regions)
