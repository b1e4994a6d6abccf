"""How published tables hang together: which signals two of them have in common.

The openings tell which cohorts there are. All tables with the same pair of trees are of one
*version*. A unit is known by its code: one code is one unit in all tables, and another code
another unit, for which unit took over the signals of one that ended is not published. So
where a unit ended, its signals may be anywhere in later trees: every unit there gets leaves
that only that version counts. That proves less than a successor would, and nothing wrong.

Example::

    links = link(tables)
    links.space.leaves(Region("SOC", "*", span=links.spans[0]))
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vertrouwenswerk.disclosure.history import Arrival, Version, cohorts
from vertrouwenswerk.disclosure.outside_table import Opening, OutsideTable
from vertrouwenswerk.disclosure.space import Space
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.domain.quarter import Quarter

_BEFORE_ALL_PICTURES = 0


class OpeningsDisagree(ValueError):  # noqa: N818 - a finding about the input, named as the field does
    """Two tables tell different things about the same sitting and quarter."""


@dataclass(frozen=True)
class Links:
    """``spans``: of each table, in their order; ``openings``: all that are told, or taken, of a quarter."""

    versions: Mapping[int, Version]
    openings: tuple[Opening, ...]
    space: Space
    spans: tuple[Span, ...]


def link(tables: Sequence[OutsideTable]) -> Links:
    """Number the leaves of all tables together. Raises OpeningsDisagree."""
    return _Linking(tuple(tables)).links()


@dataclass(frozen=True)
class _Linking:
    tables: tuple[OutsideTable, ...]

    def links(self) -> Links:
        openings = self.openings
        spans = tuple(
            Span.counted(self.version_of[n], self.sittings[n], table.window)
            for n, table in enumerate(self.tables)
        )
        arrivals = tuple(self._arrival(opening) for opening in openings)
        return Links(self.versions, openings, Space(self.versions, cohorts(arrivals), spans), spans)

    @cached_property
    def sittings(self) -> tuple[int, ...]:
        """The picture of each table; where it is not told the newest there is."""
        told = [table.picture for table in self.tables if table.picture is not None]
        newest = max(told, default=_BEFORE_ALL_PICTURES)
        return tuple(newest if table.picture is None else table.picture for table in self.tables)

    @cached_property
    def version_of(self) -> tuple[int, ...]:
        """The number of each table's pair of trees, counted from 0."""
        seen = list({repr((t.unit_tree, t.theme_tree)): None for t in self.tables})
        return tuple(seen.index(repr((t.unit_tree, t.theme_tree))) for t in self.tables)

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        """What all tables tell; a quarter of which none tells was opened once, before all pictures."""
        found: dict[tuple[Quarter, int], Opening] = {}
        told: set[Quarter] = set()
        for table in self.tables:
            if table.openings is not None:
                told.update(table.window.quarters)
                for opening in table.openings:
                    found.setdefault((opening.quarter, opening.picture), opening)
        self._require_the_same(found)
        for table in self.tables:
            for quarter in set(table.window.quarters) - told:
                once = Opening(quarter, _BEFORE_ALL_PICTURES, None, replaced=False)
                found[quarter, _BEFORE_ALL_PICTURES] = once
        return tuple(found[key] for key in sorted(found))

    def _require_the_same(self, found: Mapping[tuple[Quarter, int], Opening]) -> None:
        for table, sitting in zip(self.tables, self.sittings, strict=True):
            expected = {
                opening
                for opening in found.values()
                if opening.quarter in table.window.quarters and opening.picture <= sitting
            }
            if table.openings is not None and set(table.openings) != expected:
                raise OpeningsDisagree

    @cached_property
    def _first_seen(self) -> dict[str, int]:
        """The first sitting, of those that tables are of, at which a unit stood in the tree."""
        first: dict[str, int] = {}
        for table, sitting in zip(self.tables, self.sittings, strict=True):
            for code in table.unit_tree.codes:
                first[code] = min(first.get(code, sitting), sitting)
        return first

    @cached_property
    def _numbers(self) -> dict[tuple[int | None, str], int]:
        """A number for each unit and, where units ended, for each unit in that version alone."""
        keys: list[tuple[int | None, str]] = [(None, code) for code in self._first_seen]
        for table, version in zip(self.tables, self.version_of, strict=True):
            if self._ended[version]:
                keys.extend((version, code) for code in table.unit_tree.codes)
        return {key: number for number, key in enumerate(dict.fromkeys(keys))}

    @cached_property
    def _ended(self) -> dict[int, frozenset[str]]:
        """By version: the units that were there at its time or before, and are not in its tree."""
        last: dict[int, int] = {}
        codes: dict[int, frozenset[str]] = {}
        for table, version, sitting in zip(self.tables, self.version_of, self.sittings, strict=True):
            last[version] = max(last.get(version, sitting), sitting)
            codes[version] = frozenset(table.unit_tree.codes)
        return {
            version: frozenset(
                code
                for code, first in self._first_seen.items()
                if code not in codes[version] and first <= last[version]
            )
            for version in codes
        }

    @cached_property
    def _themes(self) -> dict[str, int]:
        """A number for each theme that is a leaf in a tree."""
        leaves = [c for t in self.tables for c in t.theme_tree.codes if t.theme_tree.is_leaf(c)]
        return {code: number for number, code in enumerate(dict.fromkeys(leaves))}

    @cached_property
    def versions(self) -> dict[int, Version]:
        """Each pair of trees, and which numbers count under which of its codes."""
        found: dict[int, Version] = {}
        for table, version in zip(self.tables, self.version_of, strict=True):
            units = {
                number: code
                for (only_in, code), number in self._numbers.items()
                if code in table.unit_tree and only_in in (None, version)
            }
            themes = {number: code for code, number in self._themes.items() if code in table.theme_tree}
            found[version] = Version(table.unit_tree, table.theme_tree, units, themes)
        return found

    def _arrival(self, opening: Opening) -> Arrival:
        """Return an opening with the units that its summaries can name: none that began later."""
        codes = {
            code
            for code, first in self._first_seen.items()
            if not any(opening.picture <= sitting < first for sitting in self.sittings)
        }
        numbers = frozenset(
            number
            for (only_in, code), number in self._numbers.items()
            if (only_in is None and code in codes)
            or (only_in is not None and not codes.isdisjoint(self._ended[only_in]))
        )
        return Arrival(
            opening.quarter.index,
            opening.picture,
            numbers,
            frozenset(self._themes.values()),
            frozenset(),
            opening.replaced,
        )
