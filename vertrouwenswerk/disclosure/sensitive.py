"""What nobody may prove to be non-empty, over all pictures together.

Looked for in every window that was or is to be published, in every single quarter, in
what later windows will hold of the newest quarters, and in what changed between any two
pictures in what both counted. A change of fewer advisers than the floor is sensitive
whatever its size: two pictures around one late delivery may not give that delivery away.

Of these only the *widest* need an audit: what lies within a region that can be empty can
be empty.

Example::

    widest(sensitive_by_span(history, threshold, spans_to_protect(history, spans)), space, versions)
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from vertrouwenswerk.disclosure.history import History, Version
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.release_plan import growing_windows
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.disclosure.space import Space
from vertrouwenswerk.disclosure.spans import Cohort, Kind, Span
from vertrouwenswerk.domain.codebook import THRESHOLD_FLOOR
from vertrouwenswerk.domain.tree import ROOT

_EVERYTHING = sys.maxsize  # a threshold under which every count is sensitive


def spans_to_protect(history: History, published: Collection[Span]) -> tuple[Span, ...]:
    """Return every span in which sensitive regions are looked for; ``published``: of all tables."""
    found = set(published)
    for span in published:
        found.update(_at(span, quarter, quarter) for quarter in range(span.first, span.last + 1))
    for sitting in sorted({span.sitting for span in published}):
        newest = max((span for span in published if span.sitting == sitting), key=lambda span: span.last)
        found.update(
            _at(newest, window.first.index, window.last.index)
            for window in growing_windows(newest.window.last)
        )
        found.update(_changes(history, published, newest))
    return tuple(sorted(found))


def sensitive_by_span(
    history: History, threshold: int, spans: Iterable[Span], space: Space
) -> dict[Span, frozenset[Region]]:
    """Return the sensitive regions of each span, one span for each set of signals that tables limit.

    Where the same signals are a window and a change of few, the stricter rule holds.
    """
    distinct: dict[tuple[int, tuple[Cohort, ...]], Span] = {}
    for span in spans:
        limited = span.version, space.cohorts_of(span)
        if limited not in distinct or is_of_few(history, span):
            distinct[limited] = span
    found = {}
    for (number, limited_cohorts), span in distinct.items():
        version = history.versions[number]
        least = _EVERYTHING if is_of_few(history, span) else threshold
        rules = Rules(least, version.small_units)
        counts = history.counts(span, among=frozenset(limited_cohorts))
        found[span] = frozenset(sensitive_regions(counts, rules, span))
    return found


def widest(
    sensitive: Mapping[Span, frozenset[Region]], space: Space, versions: Mapping[int, Version]
) -> tuple[Region, ...]:
    """Return the sensitive regions that lie within no other, sorted."""
    around = {
        span: [
            other
            for other in sensitive
            if other != span
            and other.version == span.version
            and set(space.cohorts_of(span)) <= set(space.cohorts_of(other))
        ]
        for span in sensitive
    }
    return tuple(
        region
        for span in sorted(sensitive)
        for region in sorted(sensitive[span])
        if sensitive[span].isdisjoint(_directly_around(region, versions[span.version]))
        and not any(replace(region, span=other) in sensitive[other] for other in around[span])
    )


def _directly_around(region: Region, version: Version) -> list[Region]:
    found = []
    if region.theme != ROOT:
        found.append(replace(region, theme=version.theme_tree.parents[region.theme]))
    if region.own:
        found.append(replace(region, own=False))
    elif region.unit != ROOT:
        found.append(replace(region, unit=version.unit_tree.parents[region.unit]))
    return found


def _at(span: Span, first: int, last: int, kind: Kind = Kind.COUNTED) -> Span:
    return replace(span, first=first, last=last, kind=kind)


def _changes(history: History, published: Collection[Span], newest: Span) -> Iterator[Span]:
    """Yield what came and went between each earlier picture and that of ``newest``, as far as both tell."""
    windows = {(span.first, span.last) for span in published if span.sitting == newest.sitting}
    for since in sorted({span.sitting for span in published if span.sitting < newest.sitting}):
        before = {
            (span.first, span.last)
            for span in published
            if span.sitting <= since and _counts_somebody(history, span)
        }
        late = {
            arrival.quarter
            for arrival in history.arrivals
            if since < arrival.sitting <= newest.sitting
            and any(first <= arrival.quarter <= last for first, last in before)
        }
        for first, last in sorted(_overlaps(late, windows, before)):
            for kind in (Kind.ADDED, Kind.WITHDRAWN):
                span = _at(newest, first, last, kind)
                yield replace(span, sittings=newest.sitting - since)


def _counts_somebody(history: History, span: Span) -> bool:
    """Tell whether anybody had handed in any of a span; of a table without, all is known to be empty."""
    return any(
        arrival.sitting <= span.sitting and span.first <= arrival.quarter <= span.last
        for arrival in history.arrivals
    )


def _overlaps(
    late: Collection[int], windows: Iterable[tuple[int, int]], before: Collection[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Return first and last of the late quarters: of each, of all, of what two windows share."""
    shared = [
        [quarter for quarter in late if max(new[0], old[0]) <= quarter <= min(new[1], old[1])]
        for new in windows
        for old in before
    ]
    together = [[quarter] for quarter in late] + [list(late), *shared]
    return {(min(quarters), max(quarters)) for quarters in together if quarters}


def is_of_few(history: History, span: Span) -> bool:
    """Tell whether a change comes from fewer advisers than the floor."""
    if span.kind is Kind.COUNTED:
        return False
    advisers = [
        arrival.advisers
        for arrival in history.arrivals
        if span.since < arrival.sitting <= span.sitting and span.first <= arrival.quarter <= span.last
    ]
    return len(frozenset().union(*advisers)) < THRESHOLD_FLOOR
