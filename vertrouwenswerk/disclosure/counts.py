"""The merged counts of one window, raw: nothing here has passed disclosure control.

Only the sitting and ``disclosure`` itself may import this; a screen or a report takes
a ``SafeTable``. The representation prints no count, so that none ends in a log.

Example::

    counts = MergedCounts(window, unit_tree, theme_tree, {("SOC-WI", "PEST"): 2, ("*", "DISC"): 1})
    counts.by_cell()["SOC", "*"]      # 2
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from vertrouwenswerk.disclosure.lattice import Lattice
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import Cell, Tree


@dataclass(frozen=True)
class MergedCounts:
    """Signals of all advisers together in one window. Raw: for ``protect`` and the sitting only.

    ``signals`` maps (unit of any level, ``"*"`` for «not named»; theme with nothing below
    it) to the number of signals, at least 1, recorded exactly there. Raises ValueError for
    an unknown code, for a theme group, and for a count that is not a whole number above 0.
    """

    window: Window
    unit_tree: Tree
    theme_tree: Tree
    signals: Mapping[Cell, int] = field(repr=False)

    def __post_init__(self) -> None:
        for (unit, theme), count in self.signals.items():
            if unit not in self.unit_tree or theme not in self.theme_tree:
                raise ValueError("unknown unit or theme")
            if not self.theme_tree.is_leaf(theme):
                raise ValueError("signals are recorded at a theme, not at a group")
            if type(count) is not int or count < 1:
                raise ValueError("a recorded count is a whole number above 0")
        object.__setattr__(self, "signals", MappingProxyType(dict(self.signals)))

    def by_cell(self) -> dict[Cell, int]:
        """Return the exact count of every cell (unit node x theme node), zeros included."""
        totals = dict.fromkeys(Lattice(self.unit_tree, self.theme_tree).cells, 0)
        for (unit, theme), count in self.signals.items():
            for unit_above in self.unit_tree.path(unit):
                for theme_above in self.theme_tree.path(theme):
                    totals[unit_above, theme_above] += count
        return totals

    def recorded_at_itself(self) -> dict[Cell, int]:
        """Return, for each (unit, theme node) that has any, the signals recorded at the unit itself."""
        totals: dict[Cell, int] = {}
        for (unit, theme), count in self.signals.items():
            for theme_above in self.theme_tree.path(theme):
                totals[unit, theme_above] = totals.get((unit, theme_above), 0) + count
        return totals
