"""The table that may be seen: counts after disclosure control.

The only counts that a screen or a report takes. A hidden cell carries no number at all
and no reason: zero, small and secondary look the same. There are three doors: ``protect``
makes one out of merged counts, ``protect_release`` out of a picture's for readers outside,
``restore`` reads one back whose signatures were checked. Calling the class itself raises
TypeError.

Example::

    table.count("SOC", "*")            # 47
    table.count("SOC-WI-01", "SEKS")   # None: hidden
"""

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from types import MappingProxyType

from vertrouwenswerk.domain.codebook import THRESHOLD_FLOOR
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import ROOT, Cell

# Held by the doors only, so that no table comes about by accident.
_DOOR = object()


@dataclass(frozen=True, slots=True, repr=False)
class SafeTable:
    """Counts of one window that may be seen, immutable.

    ``units`` and ``themes`` are all node codes, depth first, ``"*"`` first; ``shown``
    holds the shown cells only, each at least ``threshold``. Raises TypeError when not
    made by a door, ValueError for a count or a code that cannot be.
    """

    window: Window
    threshold: int
    units: tuple[str, ...]
    themes: tuple[str, ...]
    shown: Mapping[Cell, int] = field(hash=False)
    door: InitVar[object]

    def __post_init__(self, door: object) -> None:
        if door is not _DOOR:
            raise TypeError("a safe table comes from its doors only")
        if self.threshold < THRESHOLD_FLOOR:
            raise ValueError("the threshold is under the floor")
        _check_codes(self.units)
        _check_codes(self.themes)
        known_units, known_themes = frozenset(self.units), frozenset(self.themes)
        for (unit, theme), count in self.shown.items():
            if unit not in known_units or theme not in known_themes:
                raise ValueError("a shown cell of an unknown unit or theme")
            if type(count) is not int or count < self.threshold:
                raise ValueError("a shown count under the threshold")
        object.__setattr__(self, "shown", MappingProxyType(dict(self.shown)))

    def __repr__(self) -> str:
        return f"SafeTable({self.window}, {len(self.units)} units x {len(self.themes)} themes)"

    def count(self, unit: str, theme: str) -> int | None:
        """Return the number of signals in a cell, None when hidden. Raises KeyError for no cell of it."""
        shown = self.shown.get((unit, theme))
        if shown is None and (unit not in self.units or theme not in self.themes):
            raise KeyError((unit, theme))
        return shown

    @property
    def shown_cells(self) -> int:
        """How many cells are shown."""
        return len(self.shown)

    @property
    def hidden_cells(self) -> int:
        """How many cells are hidden."""
        return len(self.units) * len(self.themes) - len(self.shown)


def restore(
    window: Window,
    threshold: int,
    units: Iterable[str],
    themes: Iterable[str],
    shown: Iterable[tuple[Cell, int]],
) -> SafeTable:
    """Make a table again from what a picture or release holds whose signatures are checked.

    It cannot know whether the table is safe: that, the signatures vouch for. Raises
    ValueError for a count under the threshold, a threshold under the floor, an unknown
    code, a cell or code given twice, or codes that do not begin with ``"*"``.
    """
    cells = list(shown)
    counts = dict(cells)
    if len(counts) != len(cells):
        raise ValueError("a cell is given twice")
    return SafeTable(window, threshold, tuple(units), tuple(themes), counts, _DOOR)


def _check_codes(codes: tuple[str, ...]) -> None:
    if codes[:1] != (ROOT,) or len(set(codes)) != len(codes):
        raise ValueError("codes begin with the whole and are given once")
