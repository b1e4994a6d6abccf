"""What an audit from outside asks about, by span: which cells might be small, hidden and proven.

Every hidden cell of every table; then, since they are sensitive too though no table has
them, what was recorded at inner units themselves, every cell of each single quarter, and
of what a later sitting added to or took from a quarter that was published before.

Example::

    for span, questions in question_groups(tables, links): ...      # the spans of the tables first
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.outside_links import Links
from vertrouwenswerk.disclosure.outside_table import Opening, OutsideTable
from vertrouwenswerk.disclosure.spans import Kind, Span
from vertrouwenswerk.domain.codebook import THRESHOLD_FLOOR


@dataclass(frozen=True, slots=True)
class Question:
    """Is ``region`` certainly not empty, and under ``threshold``?

    ``is_of_few``: a change by fewer advisers than the floor, any proof is one too many;
    ``table``: the name of the one that hides the cell, empty when it is no cell of a table.
    """

    region: Region
    threshold: int
    is_of_few: bool
    table: str


Group = tuple[Span, tuple[Question, ...]]


def question_groups(tables: Sequence[OutsideTable], links: Links) -> Iterator[Group]:
    """Yield all questions of a span together; within a span a cell of a table comes first."""
    published = tuple(zip(tables, links.spans, strict=True))
    for table, span in published:
        hidden = tuple(
            Question(Region(*cell, span=span), table.threshold, False, table.name) for cell in table.hidden
        )
        yield span, (*hidden, *_every_cell(links, span, table.threshold))
    for table, span in published:
        for quarter in range(span.first, span.last + 1):
            alone = replace(span, first=quarter, last=quarter)
            yield alone, _every_cell(links, alone, table.threshold)
    for opening in links.openings:
        yield from _changes(links, opening, published)


def _changes(
    links: Links, opening: Opening, published: Sequence[tuple[OutsideTable, Span]]
) -> Iterator[Group]:
    """Yield what a sitting changed in a quarter, if that was published both before and after."""
    quarter = opening.quarter.index
    around = [one for one in published if one[1].first <= quarter <= one[1].last]
    after = [one for one in around if one[1].sitting >= opening.picture]
    if after and len(after) < len(around):
        table, span = min(after, key=lambda one: one[1].sitting)
        is_of_few = opening.advisers is not None and opening.advisers < THRESHOLD_FLOOR
        for kind in (Kind.ADDED, Kind.WITHDRAWN):
            changed = replace(span, sitting=opening.picture, kind=kind, first=quarter, last=quarter)
            yield changed, _every_cell(links, changed, table.threshold, is_of_few)


def _every_cell(links: Links, span: Span, threshold: int, is_of_few: bool = False) -> tuple[Question, ...]:
    """Return the questions about every cell of a span, and about what was recorded at inner units."""
    version = links.versions[span.version]
    return tuple(
        Question(Region(unit, theme, own, span), threshold, is_of_few, "")
        for unit, theme in version.lattice.distinct_cells
        for own in (False, True)
        if not (own and version.unit_tree.is_leaf(unit))
    )
