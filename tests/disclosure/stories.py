"""Stories of sittings: advisers hand in, late and corrected too, and after each a picture is made.

The same story is told twice: to the product as a ``History``, and to the auditor as plain
data. Per adviser, quarter and place the signals that came in last go first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tests.disclosure.linked_auditor import Cohort, HandedIn, LinkedAuditor, Numbers, Suspect, Table, Trees
from vertrouwenswerk.disclosure.history import Arrival, History, Place, Version
from vertrouwenswerk.disclosure.protect import Protected, Published, protect_picture
from vertrouwenswerk.disclosure.release_plan import planned_tables
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import Tree

Tallies = Mapping[Numbers, int]
_Key = TypeVar("_Key")


def version_of(trees: Trees) -> Version:
    return Version(
        Tree.of(trees.units.items()),
        Tree.of(trees.themes.items()),
        trees.unit_code,
        trees.theme_code,
        trees.small_units,
    )


@dataclass
class Story:
    """``versions``: the trees of each version of the codebook; ``threshold`` of the sitting to come."""

    versions: dict[int, Trees]
    threshold: int = 3
    version: int = 1
    handed_in: list[HandedIn] = field(default_factory=list)
    truth: dict[Cohort, dict[Numbers, int]] = field(default_factory=dict)
    pictures: list[Protected] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    # What each adviser counts in a quarter and place, by the sitting at which it came in.
    _standing: dict[tuple[int, int], dict[Numbers, dict[int, int]]] = field(default_factory=dict)
    _added: dict[int, dict[Place, int]] = field(default_factory=dict)
    _withdrawn: dict[int, dict[Place, int]] = field(default_factory=dict)

    @property
    def sitting(self) -> int:
        """The number of the sitting to come."""
        return len(self.pictures) + 1

    def tallies(self, adviser: int, quarter: int) -> dict[Numbers, int]:
        standing = self._standing.get((adviser, quarter), {})
        return {place: total for place, parts in standing.items() if (total := sum(parts.values()))}

    def has_handed_in(self, adviser: int, quarter: int) -> bool:
        return (adviser, quarter) in self._standing

    def hand_in(self, adviser: int, quarter: int, tallies: Tallies) -> None:
        """Hand a whole quarter in, in the place of what the adviser handed in before; once a sitting."""
        trees = self.versions[self.version]
        was_there = self.has_handed_in(adviser, quarter)
        before = self.tallies(adviser, quarter)
        standing = self._standing.setdefault((adviser, quarter), {})
        for place in sorted(before.keys() | tallies.keys()):
            more = tallies.get(place, 0) - before.get(place, 0)
            parts = standing.setdefault(place, {})
            if more > 0:
                parts[self.sitting] = parts.get(self.sitting, 0) + more
                _add(self._added.setdefault(self.sitting, {}), (quarter, *place), more)
                _add(self.truth.setdefault((quarter, self.sitting, None), {}), place, more)
            elif more < 0:
                _add(self._withdrawn.setdefault(self.sitting, {}), (quarter, *place), -more)
                self._take_back(quarter, place, parts, -more)
        self.handed_in.append(
            HandedIn(
                self.sitting,
                quarter,
                frozenset({adviser}),
                was_there,
                frozenset(trees.unit_code),
                frozenset(trees.theme_code),
            )
        )

    def lose_pool(self) -> None:
        """Lose what the pool counted; the next sitting opens all summaries again in their place."""
        for (quarter, came, went), places in list(self.truth.items()):
            if went is None:
                del self.truth[quarter, came, went]
                _add_all(self.truth.setdefault((quarter, came, self.sitting), {}), places)
                _add_all(self.truth.setdefault((quarter, self.sitting, None), {}), places)
        self._added, self._withdrawn = {self.sitting: {}}, {}
        for (quarter, came, went), places in self.truth.items():
            if (came, went) == (self.sitting, None):
                _add_all(self._added[self.sitting], {(quarter, *place): n for place, n in places.items()})
        for standing in self._standing.values():
            for parts in standing.values():
                total = sum(parts.values())
                parts.clear()
                parts[self.sitting] = total
        newest = {(one.quarter, adviser): one for one in self.handed_in for adviser in one.advisers}
        self.handed_in += [replace(one, sitting=self.sitting, replaced=True) for one in newest.values()]

    def _take_back(self, quarter: int, place: Numbers, parts: dict[int, int], count: int) -> None:
        for came in sorted(parts, reverse=True):
            taken = min(count, parts[came])
            if taken:
                parts[came] -= taken
                self.truth[quarter, came, None][place] -= taken
                _add(self.truth.setdefault((quarter, came, self.sitting), {}), place, taken)
                count -= taken

    def history(self) -> History:
        together: dict[tuple[int, int], list[HandedIn]] = {}
        for one in self.handed_in:
            together.setdefault((one.sitting, one.quarter), []).append(one)
        arrivals = tuple(
            Arrival(
                quarter,
                sitting,
                frozenset().union(*(one.units for one in group)),
                frozenset().union(*(one.themes for one in group)),
                frozenset().union(*(one.advisers for one in group)),
                any(one.replaced for one in group),
            )
            for (sitting, quarter), group in together.items()
        )
        versions = {number: version_of(trees) for number, trees in self.versions.items()}
        return History(versions, arrivals, self._added, self._withdrawn)

    def sit(self, newest: int) -> Protected:
        """Make the picture at which ``newest`` (index) is the last closed quarter."""
        spans = [one.span for one in self.published]
        plan = planned_tables(self.version, self.sitting, Quarter.from_index(newest), spans)
        protected = protect_picture(self.history(), self.threshold, plan, self.published)
        for planned, table in zip(plan, protected.tables, strict=True):
            span: Span = planned.span
            self.published.append(Published(span, dict(table.shown)))
            quarters = frozenset(range(span.first, span.last + 1))
            trees = self.versions[self.version]
            self.tables.append(Table(self.sitting, trees, quarters, dict(table.shown)))
        self.pictures.append(protected)
        return protected

    def auditor(self) -> LinkedAuditor:
        return LinkedAuditor(self.handed_in, self.truth)

    def newly_proven(self) -> dict[Suspect, float]:
        """Return what the last picture and all before it prove, and those before it alone do not."""
        last = len(self.pictures)
        before = [table for table in self.tables if table.sitting < last]
        return self.auditor().newly_proven(self.tables, before, self.threshold)

    def newest_tables(self) -> Sequence[Table]:
        return [table for table in self.tables if table.sitting == len(self.pictures)]


def _add(counts: dict[_Key, int], key: _Key, more: int) -> None:
    counts[key] = counts.get(key, 0) + more


def _add_all(counts: dict[_Key, int], more: Mapping[_Key, int]) -> None:
    for key, count in more.items():
        _add(counts, key, count)
