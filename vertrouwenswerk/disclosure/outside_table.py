"""A published table as somebody outside has it: what it shows, what it hides, and when.

``Opening`` is what coverage shows anyhow: that at the sitting of a picture summaries of a
quarter were opened. With the openings of all quarters it is known which signals two tables
have in common; without them, a table is taken as of one sitting.

Example::

    table.hidden[:2]      # (("SOC-WI-01", "PEST"), ("SOC-WI-01", "SEKS"))
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import Cell, Tree


@dataclass(frozen=True, slots=True)
class Opening:
    """That the sitting of ``picture`` opened summaries of ``quarter``.

    ``advisers``: of how many, None when that is not known; ``replaced``: at least one of
    them may have taken the place of an earlier one.
    """

    quarter: Quarter
    picture: int
    advisers: int | None
    replaced: bool


@dataclass(frozen=True)
class OutsideTable:
    """A published table: ``name`` of its file; ``units`` and ``themes`` of its cells; both whole trees.

    ``picture``: number of its sitting, None when not told; ``openings``: of the quarters of
    the window, at this picture or before, None when not told.
    """

    name: str
    window: Window
    threshold: int
    units: tuple[str, ...]
    themes: tuple[str, ...]
    unit_tree: Tree
    theme_tree: Tree
    shown: Mapping[Cell, int]
    picture: int | None = None
    openings: tuple[Opening, ...] | None = None

    @property
    def hidden(self) -> tuple[Cell, ...]:
        """The cells without a number, in the order of the table."""
        return tuple(
            (unit, theme) for unit in self.units for theme in self.themes if (unit, theme) not in self.shown
        )
