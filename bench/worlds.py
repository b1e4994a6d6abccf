"""Fictitious worlds in which it is known what stands out: for the bench and for tests.

300 departments in 40 directorates and 8 clusters, 15 themes in 5 groups, 42 advisers, 2,000
signals a year, 12 quarters. Half of the people go to the adviser of their own department, the
rest to anyone; one in twelve names no department. In most worlds departments differ by
themselves, and nothing else happens but what the world is named after.

Example::

    history = make_history(World.ADVISER_LATE, Shape(), np.random.default_rng(1), planted)
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.grid import Flags, Floats, Integers
from vertrouwenswerk.patterns.history import History, Signal
from vertrouwenswerk.patterns.organisation import Organisation

LAST = Quarter(2026, 4)
THRESHOLD = 3
_BUSIER = 1.8


class World(Enum):
    """What happens, besides luck."""

    PURE = "nothing: departments by headcount alone"
    DIFFER = "departments differ"
    THEME_DOUBLES = "a theme doubles everywhere"
    ADVISER_LATE = "an adviser is late, another missed a quarter"
    ADVISER_HALF_WAY = "an adviser started half-way"
    ADVISER_BUSIER = "an adviser is 1.8 times as busy"
    REORGANISED = "units moved, merged and split"
    CLUMPED = "follow-ups counted too"


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a world is."""

    clusters: int = 8
    directorates: int = 40
    departments: int = 300
    groups: int = 5
    themes: int = 15
    advisers: int = 42
    a_year: int = 2000
    quarters: int = 12


@dataclass(frozen=True, slots=True)
class Planted:
    """``extra`` signals on one theme in the last ``quarters``, in one department or over a directorate."""

    extra: int
    quarters: int = 1
    whole_directorate: bool = False


@dataclass(frozen=True)
class Made:
    """A history; where something was planted, (unit, theme) codes; the theme that doubled everywhere."""

    history: History
    planted: tuple[str, str] | None
    doubled: str | None = None


@cache
def organisation(shape: Shape) -> Organisation:
    """Return the same organisation for the same shape; sizes of departments from a fixed seed."""
    chance = np.random.default_rng(7)
    directorate = [f"D{at}" for at in range(shape.directorates)]
    units: list[tuple[str, str | None]] = [(f"C{at}", None) for at in range(shape.clusters)]
    units += [(code, f"C{at * shape.clusters // shape.directorates}") for at, code in enumerate(directorate)]
    units += [
        (f"A{at}", directorate[at * shape.directorates // shape.departments])
        for at in range(shape.departments)
    ]
    themes: list[tuple[str, str | None]] = [(f"G{at}", None) for at in range(shape.groups)]
    themes += [(f"T{at}", f"G{at * shape.groups // shape.themes}") for at in range(shape.themes)]
    sizes = np.clip(chance.lognormal(4.0, 0.6, shape.departments), 12, 400).astype(int)
    headcounts = {f"A{at}": int(size) for at, size in enumerate(sizes)}
    return Organisation(Tree.of(units), Tree.of(themes), headcounts)


@dataclass(frozen=True)
class _Rows:
    """One row a signal: adviser, place of the unit, leaf theme, quarter."""

    adviser: Integers
    unit: Integers
    theme: Integers
    quarter: Integers

    @property
    def columns(self) -> tuple[Integers, ...]:
        return self.adviser, self.unit, self.theme, self.quarter

    def only(self, kept: Flags) -> "_Rows":
        return _Rows(*(column[kept] for column in self.columns))

    def repeated(self, times: Integers) -> "_Rows":
        return _Rows(*(np.repeat(column, times) for column in self.columns))


def make(
    world: World, chance: np.random.Generator, planted: Planted | None = None, shape: Shape | None = None
) -> Made:
    """Make one history of a world."""
    return _Maker(world, chance, shape or Shape()).make(planted)


class _Maker:
    def __init__(self, world: World, chance: np.random.Generator, shape: Shape) -> None:
        self.world, self.chance, self.shape = world, chance, shape
        self.organisation = organisation(shape)
        grid = self.organisation.grid
        self.departments = np.flatnonzero(grid.is_department)
        codes = [grid.unit_codes[place] for place in self.departments.tolist()]
        self.people = np.array([self.organisation.headcounts[code] or 0 for code in codes], dtype=float)
        self.theme_rate = np.linspace(1.8, 0.2, shape.themes) / shape.themes
        self.intake = chance.gamma(4.0, 1.0, shape.advisers)
        # Advisers are at home in departments next to each other, more of them where they take in more.
        bounds = np.cumsum(self.intake) / self.intake.sum() * shape.departments
        self.home = np.minimum(np.searchsorted(bounds, np.arange(shape.departments)), shape.advisers - 1)
        self.delivered = np.ones((shape.advisers, shape.quarters), dtype=bool)
        self.someone = int(chance.integers(shape.advisers))
        self.doubled: str | None = None

    def make(self, planted: Planted | None) -> Made:
        rows = self._base()
        place = None
        if planted:
            rows, place = self._plant(rows, planted)
        rows = self._lost(rows)
        if self.world is World.REORGANISED:
            return Made(_reorganised(self.organisation, rows, self), place)
        return Made(self._history(rows), place, self.doubled)

    def _base(self) -> _Rows:
        shape, chance = self.shape, self.chance
        rate = np.broadcast_to(self.people / self.people.sum(), (shape.themes, len(self.people)))
        rate = rate * self.theme_rate[:, None]
        if self.world is not World.PURE:
            rate = (
                rate * chance.gamma(3.0, 1 / 3.0, len(self.people)) * chance.gamma(4.0, 1 / 4.0, rate.shape)
            )
        quarterly = np.repeat(rate[None] * shape.a_year / 4, shape.quarters, axis=0)
        if self.world is World.THEME_DOUBLES:
            grew = int(chance.integers(shape.themes))
            quarterly[-1, grew] *= 2
            self.doubled = self.organisation.grid.leaf_themes[grew]
        if self.world is World.CLUMPED:
            quarterly /= 1.6
        rows = self._drawn(quarterly)
        if self.world is World.CLUMPED:
            rows = rows.repeated(chance.geometric(1 / 1.6, len(rows.adviser)))
        if self.world is World.ADVISER_BUSIER:  # other people with other stories, not the same ones twice
            newest = np.arange(shape.quarters)[:, None, None] == shape.quarters - 1
            more = self._drawn(np.where(newest, quarterly * (_BUSIER - 1), 0.0))
            rows = _joined(rows, more.only(more.adviser == self.someone))
        return rows

    def _drawn(self, quarterly: Floats) -> _Rows:
        """Draw the signals of rates (quarters, leaf themes, departments)."""
        counts = self.chance.poisson(quarterly)
        quarter, theme, department = (
            np.repeat(axis, counts.ravel()) for axis in np.indices(counts.shape).reshape(3, -1)
        )
        return self._heard(theme, department, quarter)

    def _heard(self, theme: Integers, department: Integers, quarter: Integers) -> _Rows:
        """Choose for each signal its adviser and the unit that is named."""
        chance, n = self.chance, len(theme)
        anyone = chance.choice(self.shape.advisers, n, p=self.intake / self.intake.sum())
        adviser = np.where(chance.random(n) < 0.5, self.home[department], anyone)
        unit = self.departments[department]
        parents = self.organisation.grid.parents
        named = chance.random(n)
        for share in (0.08, 0.03, 0.02):  # only the directorate, only the cluster, nothing
            unit = np.where(named < share, parents[unit], unit)
        return _Rows(adviser, unit, theme, quarter)

    def _plant(self, rows: _Rows, planted: Planted) -> tuple[_Rows, tuple[str, str]]:
        grid, chance, n = self.organisation.grid, self.chance, planted.extra
        theme = int(chance.integers(self.shape.themes))
        department = int(chance.integers(self.shape.departments))
        unit = int(self.departments[department])
        places = np.full(n, department)
        if planted.whole_directorate:
            unit = int(grid.parents[unit])
            places = chance.choice(np.flatnonzero(grid.parents[self.departments] == unit), n)
        quarter = self.shape.quarters - 1 - np.arange(n) % planted.quarters
        extra = self._heard(np.full(n, theme), places, quarter)
        extra = _Rows(extra.adviser, self.departments[places], extra.theme, extra.quarter)
        return _joined(rows, extra), (grid.unit_codes[unit], grid.leaf_themes[theme])

    def _lost(self, rows: _Rows) -> _Rows:
        """Take away what was not handed in."""
        other = (self.someone + 1) % self.shape.advisers
        if self.world is World.ADVISER_LATE:
            self.delivered[self.someone, -1] = False
            self.delivered[other, -3] = False
        if self.world is World.ADVISER_HALF_WAY:
            self.delivered[self.someone, : self.shape.quarters // 2] = False
        return rows.only(self.delivered[rows.adviser, rows.quarter])

    def _history(self, rows: _Rows) -> History:
        first = np.zeros(len(rows.adviser), dtype=np.int64)
        until = np.full(len(rows.adviser), self.shape.quarters)
        return History(
            self.organisation, LAST, THRESHOLD,
            rows.adviser, rows.unit, rows.theme, rows.quarter, first, until, self.delivered,
        )  # fmt: skip


def _joined(one: _Rows, other: _Rows) -> _Rows:
    return _Rows(*(np.concatenate(pair) for pair in zip(one.columns, other.columns, strict=True)))


def _reorganised(old: Organisation, rows: _Rows, maker: _Maker) -> History:
    """Change the organisation in the quarter before the last: what was counted before has the old codes."""
    new, renamed = _new_organisation(old, maker.shape)
    changed = maker.shape.quarters - 2
    codes = old.grid.unit_codes
    halves = maker.chance.integers(0, 2, len(rows.adviser))
    oldest = LAST.index - maker.shape.quarters + 1
    signals = []
    for adviser, unit, theme, quarter, half in zip(
        *(column.tolist() for column in (rows.adviser, rows.unit, rows.theme, rows.quarter, halves)),
        strict=True,
    ):
        code = codes[unit]
        if quarter >= changed:
            code = renamed.get(code, (code, code))[half]
        when = Quarter.from_index(oldest + quarter)
        signals.append(Signal(adviser, when, code, old.grid.leaf_themes[theme], 1))
    delivered = [(a, Quarter.from_index(oldest + q)) for a, q in np.argwhere(maker.delivered).tolist()]
    return History.of(new, signals, delivered, last=LAST, threshold=THRESHOLD)


def _new_organisation(old: Organisation, shape: Shape) -> tuple[Organisation, dict[str, tuple[str, str]]]:
    """Move every fourth directorate, merge 20 pairs of departments, split 20 others in two.

    Returns too the codes that replace an old one: two halves, the same for what merged.
    """
    parents = {code: (None if parent == "*" else parent) for code, parent in old.unit_tree.parents.items()}
    headcounts = dict(old.headcounts)
    successors: dict[str, str] = {}
    renamed: dict[str, tuple[str, str]] = {}
    since: dict[str, Quarter] = {}
    start = Quarter.from_index(LAST.index - 1)
    for at in range(0, shape.directorates, 4):
        parents[f"D{at}"] = f"C{(at * shape.clusters // shape.directorates + 3) % shape.clusters}"
    for at in range(0, shape.departments - 15, 15):
        one, other, split = f"A{at}", f"A{at + 1}", f"A{at + 2}"
        headcounts[one] = (headcounts[one] or 0) + (headcounts.pop(other) or 0)
        del parents[other]
        successors[other], renamed[other] = one, (one, one)
        halves = (f"{split}a", f"{split}b")
        people = headcounts.pop(split) or 0
        home = parents.pop(split)
        for half in halves:
            parents[half], headcounts[half], since[half] = home, people // 2, start
        successors[split], renamed[split] = halves[0], halves
    tree = Tree.of(parents.items())
    return Organisation(tree, old.theme_tree, headcounts, frozenset(), successors, since), renamed
