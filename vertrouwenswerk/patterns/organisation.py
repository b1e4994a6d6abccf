"""The organisation as the scan knows it: trees, people, units never shown, and what changed.

A unit that ended names the unit that its signals follow: moved and merged units keep their
history. A unit that came about by a split is given a first quarter; what was recorded there
earlier belongs to the unit above, so that a new name is no rise and the old one no fall.

Example::

    organisation.current("SOC-WI-09")      # the code that its signals are counted under today
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.grid import Grid


@dataclass(frozen=True)
class Organisation:
    """The trees, people per unit (None: not known), units never shown, and what changed.

    ``successors`` maps the code of an ended unit to the unit its signals follow; ``since``
    the first quarter of a unit that came about by a split.
    """

    unit_tree: Tree
    theme_tree: Tree
    headcounts: Mapping[str, int | None]
    small_units: frozenset[str] = frozenset()
    successors: Mapping[str, str] | None = None
    since: Mapping[str, Quarter] | None = None

    @cached_property
    def grid(self) -> Grid:
        """The nodes."""
        return Grid.of(self.unit_tree, self.theme_tree)

    def current(self, unit: str) -> str:
        """Follow an ended unit to the unit of today. Raises ValueError for a code that was never ours."""
        seen = {unit}
        while unit not in self.unit_tree:
            unit = (self.successors or {}).get(unit, unit)
            if unit in seen:
                raise ValueError("a signal of an unknown unit")
            seen.add(unit)
        return unit

    def first_quarter(self, unit: str) -> int:
        """Return the index of the first quarter of a unit, 0 when it has always been there."""
        since = (self.since or {}).get(unit)
        return 0 if since is None else since.index
