"""The codebook: what may be counted, the threshold, and who can open what is handed in.

A codebook is issued by the bureau and countersigned by the guardian. Every unit and
theme has a ``number`` that is never used again, so that a tally keeps its meaning
when names change; a unit that ended names the unit that its tallies follow.

Example::

    codebook.unit("SOC-WI-01").name          # "Inkomen"
    codebook.unit_tree.path("SOC-WI-01")     # ("*", "SOC", "SOC-WI", "SOC-WI-01")
"""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from vertrouwenswerk.domain.tree import ROOT, Tree

THRESHOLD_FLOOR = 3
MINIMUM_HEADCOUNT = 10
LEVELS = ("organisation", "cluster", "directorate", "department")


class Opening(Enum):
    """Who can open the counts of a summary."""

    BUREAU_AND_GUARDIAN = "bureau and guardian"
    BUREAU_ALONE = "bureau alone"


@dataclass(frozen=True, slots=True)
class PublicIdentity:
    """The public keys of bureau or guardian: Ed25519 (32 bytes) and HPKE (1,216 bytes)."""

    sign_key: bytes
    seal_key: bytes


@dataclass(frozen=True, slots=True)
class Unit:
    """A node of the organisation; ``headcount`` is None when it is not known.

    ``aliases`` are short or older names to find it by; units under different parents may share one.
    """

    number: int
    code: str
    parent: str | None
    name: str
    headcount: int | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EndedUnit:
    """A unit that is no more, and the code of the unit that its tallies follow."""

    number: int
    code: str
    successor: str


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """A group of themes; an inner node of the theme tree."""

    code: str
    name_nl: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme to be picked by its ``key``, a digit 1 to 9; a leaf of the theme tree."""

    number: int
    code: str
    group: str
    key: int
    name_nl: str
    name_en: str
    definition_nl: str

    def name(self, language: str) -> str:
        """Return the name in ``"nl"`` or ``"en"``."""
        return self.name_en if language == "en" else self.name_nl


@dataclass(frozen=True)
class Codebook:
    """One version of the agreement between advisers, bureau and guardian."""

    version: int
    organisation: str
    fictitious: bool
    threshold: int
    minimum_headcount: int
    bureau: PublicIdentity
    guardian: PublicIdentity | None
    units: tuple[Unit, ...]
    ended_units: tuple[EndedUnit, ...]
    theme_groups: tuple[ThemeGroup, ...]
    themes: tuple[Theme, ...]

    @property
    def opening(self) -> Opening:
        """Who can open the counts: with a guardian both together, else the bureau alone."""
        return Opening.BUREAU_ALONE if self.guardian is None else Opening.BUREAU_AND_GUARDIAN

    @cached_property
    def unit_tree(self) -> Tree:
        """The organisation below the root ``"*"``."""
        return Tree.of((unit.code, unit.parent) for unit in self.units)

    @cached_property
    def theme_tree(self) -> Tree:
        """The themes below their groups below the root ``"*"``."""
        groups: list[tuple[str, str | None]] = [(group.code, None) for group in self.theme_groups]
        return Tree.of([*groups, *((theme.code, theme.group) for theme in self.themes)])

    @cached_property
    def _units_by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _themes_by_code(self) -> dict[str, Theme]:
        return {theme.code: theme for theme in self.themes}

    @cached_property
    def _groups_by_code(self) -> dict[str, ThemeGroup]:
        return {group.code: group for group in self.theme_groups}

    def unit(self, code: str) -> Unit:
        """Return the unit of ``code``. Raises KeyError."""
        return self._units_by_code[code]

    def theme(self, code: str) -> Theme:
        """Return the theme of ``code``. Raises KeyError."""
        return self._themes_by_code[code]

    def theme_name(self, code: str, language: str) -> str:
        """Return the name of a theme or theme group. Raises KeyError."""
        if code in self._themes_by_code:
            return self._themes_by_code[code].name(language)
        group = self._groups_by_code[code]
        return group.name_en if language == "en" else group.name_nl

    def level(self, unit_code: str) -> str:
        """Return the level of a unit: one of ``LEVELS`` (deeper ones count as departments)."""
        return LEVELS[min(self.unit_tree.depth(unit_code), len(LEVELS) - 1)]

    def is_small(self, unit_code: str) -> bool:
        """Tell whether a unit has too few people, or an unknown number, to be shown on its own."""
        if unit_code == ROOT:
            return False
        headcount = self.unit(unit_code).headcount
        return headcount is None or headcount < self.minimum_headcount

    @cached_property
    def recordable_units(self) -> tuple[str, ...]:
        """Every code a signal may be recorded under: the units, and ``"*"`` for «not named»."""
        return (ROOT, *(unit.code for unit in self.units))

    @cached_property
    def unit_numbers(self) -> dict[str, int]:
        """The lasting number of each recordable unit; «not named» is 0."""
        return {ROOT: 0, **{unit.code: unit.number for unit in self.units}}

    @cached_property
    def theme_numbers(self) -> dict[str, int]:
        """The lasting number of each theme."""
        return {theme.code: theme.number for theme in self.themes}

    def successor_number(self, number: int) -> int | None:
        """Follow an ended unit's number to the unit of today, or None when it was never ours."""
        ended = {unit.number: unit.successor for unit in self.ended_units}
        code_of_ended = {unit.code: unit.number for unit in self.ended_units}
        while number in ended:
            code = ended[number]
            if code in self.unit_numbers:
                return self.unit_numbers[code]
            number = code_of_ended.get(code, -1)
        return number if number in self.unit_numbers.values() else None
