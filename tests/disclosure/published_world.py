"""A small world whose pictures are published: random sittings with late and corrected summaries.

Example::

    world = World(Random(1), versions, threshold=3)
    world.sit(newest)              # opens some summaries, makes and publishes a picture
    world.tables                   # what somebody outside has
"""

from collections import Counter
from dataclasses import dataclass
from random import Random

from vertrouwenswerk.disclosure.history import Arrival, History, Place, Version
from vertrouwenswerk.disclosure.outside_table import Opening, OutsideTable
from vertrouwenswerk.disclosure.protect import Published, protect_picture
from vertrouwenswerk.disclosure.release_plan import planned_tables
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import Cell


@dataclass(frozen=True)
class Trees:
    """A version of the trees, and the numbers of its own units, without those that ended before."""

    version: Version
    own: tuple[int, ...]


class World:
    """Advisers who hand in at random; ``versions``: of the trees, the n-th from the n-th sitting on."""

    def __init__(self, dice: Random, versions: list[Trees], threshold: int, advisers: int = 5) -> None:
        self.dice, self.versions, self.threshold, self.advisers = dice, versions, threshold, advisers
        self.sitting = 0
        self.tables: list[OutsideTable] = []
        self.totals: list[dict[Cell, int]] = []  # of each table, what only the sitting knows
        self.openings: list[Opening] = []
        self._published: list[Published] = []
        self._handed_in: dict[tuple[int, int], Counter[tuple[int, int]]] = {}
        self._arrivals: list[Arrival] = []
        self._added: dict[int, Counter[Place]] = {}
        self._withdrawn: dict[int, Counter[Place]] = {}

    def sit(self, newest: Quarter, busy: float = 0.5, most: int = 12) -> None:
        """Open summaries of the four quarters up to ``newest``, and publish the picture."""
        self.sitting += 1
        number = min(self.sitting, len(self.versions)) - 1
        trees = self.versions[number]
        self._added[self.sitting], self._withdrawn[self.sitting] = Counter(), Counter()
        for quarter in range(newest.index - 3, newest.index + 1):
            self._open(quarter, trees, busy, most)
        versions = {n: one.version for n, one in enumerate(self.versions[: number + 1])}
        history = History(versions, tuple(self._arrivals), self._added, self._withdrawn)
        plan = planned_tables(number, self.sitting, newest, [one.span for one in self._published])
        protected = protect_picture(history, self.threshold, plan, self._published)
        for planned, table in zip(plan, protected.tables, strict=True):
            self._published.append(Published(planned.span, dict(table.shown)))
            self.totals.append(history.counts(planned.span).by_cell())
            self.tables.append(self._as_seen_outside(table, trees.version))

    def _as_seen_outside(self, table: SafeTable, version: Version) -> OutsideTable:
        return OutsideTable(
            name=f"{self.sitting}-{table.window}.json",
            window=table.window,
            threshold=table.threshold,
            units=table.units,
            themes=table.themes,
            unit_tree=version.unit_tree,
            theme_tree=version.theme_tree,
            shown=dict(table.shown),
            picture=self.sitting,
            openings=tuple(one for one in self.openings if one.quarter in table.window.quarters),
        )

    def _open(self, quarter: int, trees: Trees, busy: float, most: int) -> None:
        who = [adviser for adviser in range(self.advisers) if self.dice.random() < busy]
        if not who:
            return
        replaced = any((adviser, quarter) in self._handed_in for adviser in who)
        for adviser in who:
            self._deliver(adviser, quarter, trees, most)
        themes = frozenset(trees.version.themes)
        arrival = Arrival(quarter, self.sitting, frozenset(trees.own), themes, frozenset(who), replaced)
        self._arrivals.append(arrival)
        self.openings.append(Opening(Quarter.from_index(quarter), self.sitting, len(who), replaced))

    def _deliver(self, adviser: int, quarter: int, trees: Trees, most: int) -> None:
        """Hand in most of what was handed in before, and something new."""
        before = self._handed_in.get((adviser, quarter), Counter())
        kept = {place: n for place, n in before.items() if place[0] in trees.own and self.dice.random() < 0.9}
        now = Counter(kept)
        for _signal in range(self.dice.randint(0, most)):
            place = self.dice.choice(trees.own), self.dice.choice(list(trees.version.themes))
            now[place] += self.dice.choice((1, 1, 2, 5))
        for place, count in (now - before).items():
            self._added[self.sitting][quarter, *place] += count
        for place, count in (before - now).items():
            self._withdrawn[self.sitting][quarter, *place] += count
        self._handed_in[adviser, quarter] = now
