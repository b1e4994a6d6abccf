"""What must be taken as small when only pictures are known, not the counts behind them.

For a report for outside nobody opens the pool. What a picture hides may be small, so all
of it is: in the reports' windows, in each part of them (a year less its last quarter is a
window too), and in what came late between two reports. It is *known* not to be small where
a picture shows enough in it, or where the reports' own rows prove enough in it.

A cell around a known one is known too. So the *widest* regions that are not known lie just
below the known ones, and only they need an audit.

Example::

    small = TakenAsSmall(sources, threshold, space, spans)
    small.widest()      # regions of which nobody may prove that they are not empty
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from vertrouwenswerk.disclosure.history import Arrival, History, Version, cohorts
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.protect import Published
from vertrouwenswerk.disclosure.sensitive import is_of_few, spans_to_protect
from vertrouwenswerk.disclosure.space import Space
from vertrouwenswerk.disclosure.spans import Cohort, Kind, Span
from vertrouwenswerk.domain.tree import ROOT, Cell


@dataclass(frozen=True)
class Sources:
    """What the office knows: the trees, what each sitting opened, and the tables of all pictures."""

    versions: Mapping[int, Version]
    arrivals: tuple[Arrival, ...]
    pictures: tuple[Published, ...]

    @cached_property
    def all_cohorts(self) -> tuple[Cohort, ...]:
        """Every cohort that can have signals."""
        return tuple(cohorts(self.arrivals))

    def seen_at(self, sittings: Collection[int]) -> History:
        """Return what came in as those see it who know of these sittings only; it has no counts.

        What came between two of them came, for them, at the later one; so what changed
        between two reports is one change, however many sittings lie between.
        """
        together: dict[tuple[int, int], Arrival] = {}
        for arrival in self.arrivals:
            later = [sitting for sitting in sittings if sitting >= arrival.sitting]
            if later:
                seen = replace(arrival, sitting=min(later))
                key = seen.quarter, seen.sitting
                together[key] = _joined(together[key], seen) if key in together else seen
        return History(self.versions, tuple(together.values()), {}, {})


def _joined(one: Arrival, other: Arrival) -> Arrival:
    return replace(
        one,
        units=one.units | other.units,
        themes=one.themes | other.themes,
        advisers=one.advisers | other.advisers,
        replaced=one.replaced or other.replaced,
    )


def parts_to_protect(history: History, published: Collection[Span]) -> tuple[Span, ...]:
    """Return every span in which something may be small: all parts of the windows, and changes."""
    found = {span for span in spans_to_protect(history, published) if span.kind is not Kind.COUNTED}
    for span in published:
        for first in range(span.first, span.last + 1):
            found.update(replace(span, first=first, last=last) for last in range(first, span.last + 1))
    return tuple(sorted(found))


class TakenAsSmall:
    """The regions of ``spans`` that are not known to hold ``threshold`` signals; it can learn more."""

    def __init__(
        self, sources: Sources, history: History, threshold: int, space: Space, spans: Iterable[Span]
    ) -> None:
        self._versions = sources.versions
        self._history = history
        self._spans = _one_for_each_set(spans, space)
        self._around = self._wider_spans(space)
        self._cells = {span: _cells_known(sources, threshold, span) for span in self._spans}
        self._own: dict[Span, set[Cell]] = {span: set() for span in self._spans}

    def learn(self, regions: Iterable[Region]) -> None:
        """Take regions as known from now on."""
        for region in regions:
            (self._own if region.own else self._cells)[region.span].add(region.cell)

    def may_be_learnt(self, region: Region) -> bool:
        """Tell whether a region is no longer sensitive once it is known to hold enough.

        Never so for a unit of too few people, nor for a change that comes from few advisers.
        """
        span = region.span
        return region.unit not in self._versions[span.version].small_units and not is_of_few(
            self._history, span
        )

    def widest(self) -> tuple[Region, ...]:
        """Return the regions to be taken as small that lie within no other such region."""
        return tuple(
            region
            for span in self._spans
            for region in self._frontier(span)
            if all(self._is_known(replace(region, span=wider)) for wider in self._around[span])
        )

    def _is_known(self, region: Region) -> bool:
        return region.cell in (self._own if region.own else self._cells)[region.span]

    def _wider_spans(self, space: Space) -> dict[Span, tuple[Span, ...]]:
        inside = {span: frozenset(space.cohorts_of(span)) for span in self._spans}
        return {
            span: tuple(
                other
                for other in self._spans
                if other.version == span.version and inside[span] < inside[other]
            )
            for span in self._spans
        }

    def _frontier(self, span: Span) -> Iterator[Region]:
        """Yield what lies just below the known cells of a span, in a fixed order."""
        version, known = self._versions[span.version], self._cells[span]
        below = {(ROOT, ROOT)} if (ROOT, ROOT) not in known else set()
        for unit, theme in known:
            below.update((child, theme) for child in version.unit_tree.children[unit])
            below.update((unit, child) for child in version.theme_tree.children[theme])
        for cell in sorted(below - known):
            if all(around in known for around in _directly_around(cell, version)):
                yield Region(*cell, span=span)
        for unit, theme in sorted(known - self._own[span]):
            is_inner = not version.unit_tree.is_leaf(unit)
            if is_inner and (theme == ROOT or (unit, version.theme_tree.parents[theme]) in self._own[span]):
                yield Region(unit, theme, own=True, span=span)


def _one_for_each_set(spans: Iterable[Span], space: Space) -> tuple[Span, ...]:
    """Return one span for each set of signals counted, and every change: of how few it is may differ."""
    distinct: dict[tuple[int, Kind, Span | tuple[Cohort, ...]], Span] = {}
    for span in spans:
        if inside := space.cohorts_of(span):
            what = inside if span.kind is Kind.COUNTED else span
            distinct.setdefault((span.version, span.kind, what), span)
    return tuple(distinct.values())


def _directly_around(cell: Cell, version: Version) -> list[Cell]:
    unit, theme = cell
    found = []
    if unit != ROOT:
        found.append((version.unit_tree.parents[unit], theme))
    if theme != ROOT:
        found.append((unit, version.theme_tree.parents[theme]))
    return found


def _cells_known(sources: Sources, threshold: int, span: Span) -> set[Cell]:
    """Return the cells of a span in which some picture shows at least ``threshold`` signals."""
    if span.kind is not Kind.COUNTED:
        return set()
    version = sources.versions[span.version]
    known: set[Cell] = set()
    for table in sources.pictures:
        if table.span.version == span.version and _is_within(table.span, span, sources.all_cohorts):
            known.update(cell for cell, count in table.shown.items() if count >= threshold)
    return {
        (unit_above, theme_above)
        for unit, theme in known
        for unit_above in version.unit_tree.path(unit)
        for theme_above in version.theme_tree.path(theme)
    }


def _is_within(inner: Span, outer: Span, all_cohorts: Iterable[Cohort]) -> bool:
    return all(outer.holds(cohort) for cohort in all_cohorts if inner.holds(cohort))
