"""One program over all published tables, and what it proves of the cells that are asked about.

Regions of the same signals count once, also where they are cells of several tables. It asks
from the whole down: what lies within a region that can be empty can be empty, and needs no
program of its own.

Example::

    program = Program(tables, link(tables))
    for question, at_least in program.answers(span, questions): ...      # the proven ones
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.model import Interval, Model, bounds
from vertrouwenswerk.disclosure.outside_links import Links
from vertrouwenswerk.disclosure.outside_questions import Question
from vertrouwenswerk.disclosure.outside_table import OutsideTable
from vertrouwenswerk.disclosure.spans import Cohort, Span
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import DisclosureError


class Contradiction(ValueError):  # noqa: N818 - a finding about the input, named as the field does
    """No counts fit all that is published."""


class Program:
    """The equations of all shown cells. Raises Contradiction when no counts fit them."""

    def __init__(self, tables: Sequence[OutsideTable], links: Links) -> None:
        self._links, self._versions = links, links.versions
        self._span_of: dict[tuple[int, tuple[Cohort, ...]], Span] = {}
        self._rows = self._shown_cells(tables)
        self._whole = Model.of(links.space, self._rows)
        self._blocks = self._consistent_blocks()
        self._told: set[Region] = set(self._rows)
        self._can_be_empty: set[Region] = set()
        self._proven: dict[Region, float] = {}  # at least so many

    def canonical(self, region: Region) -> Region:
        """Return the one region that stands for all with the same signals."""
        key = region.span.version, self._links.space.cohorts_of(region.span)
        span = self._span_of.setdefault(key, region.span)
        theme = self._versions[span.version].lattice.distinct(region.cell)[1]
        return replace(region, theme=theme, span=span)

    def _shown_cells(self, tables: Sequence[OutsideTable]) -> Mapping[Region, int]:
        found: dict[Region, int] = {}
        for table, span in zip(tables, self._links.spans, strict=True):
            for cell, count in table.shown.items():
                if found.setdefault(self.canonical(Region(*cell, span=span)), count) != count:
                    raise Contradiction
        return found

    def _consistent_blocks(self) -> Blocks:
        space = self._links.space
        if any(count and not len(space.leaves(row)) for row, count in self._rows.items()):
            raise Contradiction
        if not space.leaf_count:
            return Blocks(space, self._rows)
        atoms = self._whole.atoms
        try:
            amounts = self._whole.minimise(np.zeros(atoms.count)).atoms
        except DisclosureError as error:
            raise Contradiction from error
        # Any filling that fits will do to ask in small blocks first, the true one or not.
        return Blocks(space, self._rows, atoms.spread(amounts), space.levels(max(self._versions)))

    def answers(self, span: Span, questions: Sequence[Question]) -> Iterator[tuple[Question, float]]:
        """Yield the questions of a span about what is certainly not empty, with the least it can hold.

        What is no cell of a table comes once for each set of signals, and not when it is shown.
        Raises DisclosureError when the solver finds no answer.
        """
        regions = [self.canonical(question.region) for question in questions]
        wider = self._wider(span)
        for _depth, level in groupby(sorted(set(regions), key=self._depth), key=self._depth):
            self._ask(sorted(level), wider)
        for question, region in zip(questions, regions, strict=True):
            if region in self._proven and (question.table or region not in self._told):
                yield question, self._proven[region]
            self._told.add(region)

    def _ask(self, regions: Sequence[Region], wider: Sequence[Span]) -> None:
        """Part regions into those that can be empty and those that are proven not to be."""
        settled = self._rows.keys() | self._proven.keys() | self._can_be_empty
        new = [region for region in regions if region not in settled]
        asked = [region for region in new if not self._is_within_empty(region, wider)]
        self._proven.update((proof.region, proof.at_least) for proof in attack(self._blocks, asked))
        self._can_be_empty.update(set(new).difference(self._proven))

    def interval(self, region: Region) -> Interval:
        """Return what a region can hold. Raises DisclosureError when the solver finds no answer."""
        return bounds(self._whole, self.canonical(region))

    def _is_within_empty(self, region: Region, wider: Sequence[Span]) -> bool:
        around = [*self._directly_around(region), *(replace(region, span=span) for span in wider)]
        return not self._can_be_empty.isdisjoint(around)

    def _directly_around(self, region: Region) -> Iterator[Region]:
        version = self._versions[region.span.version]
        above = region
        while above.theme != ROOT and self.canonical(above) == region:  # a group of one theme is that theme
            above = replace(above, theme=version.theme_tree.parents[above.theme])
        yield self.canonical(above)
        if region.own:
            yield replace(region, own=False)
        elif region.unit != ROOT:
            yield replace(region, unit=version.unit_tree.parents[region.unit])

    def _wider(self, span: Span) -> tuple[Span, ...]:
        """Return the spans, of those that were asked about, that hold all signals of a span and more."""
        cohorts = frozenset(self._links.space.cohorts_of(span))
        return tuple(
            other
            for (version, others), other in self._span_of.items()
            if version == span.version and cohorts < frozenset(others)
        )

    def _depth(self, region: Region) -> int:
        version = self._versions[region.span.version]
        return version.unit_tree.depth(region.unit) + version.theme_tree.depth(region.theme) + region.own
