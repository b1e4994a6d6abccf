"""Random stories of 2 to 5 sittings, the same for the same seed.

Organisations of up to four levels; summaries late, corrected up and down, quarters that a
few corrected; a reorganised tree (a unit ends in another, a unit moves, one is new) and a
threshold raised in between.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.disclosure.linked_auditor import Numbers, Parents, Trees
from tests.disclosure.stories import Story

START = 8100  # a first quarter of a year
ADVISERS = range(1, 6)


def random_parents(dice: random.Random, letter: str, most: int, deepest: int) -> dict[str, str | None]:
    depths: dict[str | None, int] = {None: 0}
    parents: dict[str, str | None] = {}
    for number in range(1, dice.randint(1, most) + 1):
        above = dice.choice([code for code, depth in depths.items() if depth < deepest])
        depths[f"{letter}{number}"] = depths[above] + 1
        parents[f"{letter}{number}"] = above
    return parents


def random_trees(dice: random.Random, most_units: int = 8) -> Trees:
    units = random_parents(dice, "u", most_units, 4)
    themes = random_parents(dice, "t", 4, 2)
    inner = set(themes.values())
    small = frozenset(unit for unit in units if dice.random() < 0.08)
    return Trees(
        units,
        themes,
        {0: "*", **dict(enumerate(units, start=1))},
        {n: theme for n, theme in enumerate(themes, start=1) if theme not in inner},
        small,
    )


def reorganised(dice: random.Random, trees: Trees) -> Trees:
    """Return the trees after a unit ended in another, one moved below a unit at the top, and one came."""
    units = dict(trees.units)
    codes = dict(trees.unit_code)
    if endings := [unit for unit in units if unit not in units.values()]:
        ending = dice.choice(endings)
        del units[ending]
        successor = dice.choice(["*", *units])
        codes = {number: successor if code == ending else code for number, code in codes.items()}
    tops = [unit for unit, parent in units.items() if parent is None]
    movable = [unit for unit, parent in units.items() if parent is not None and unit not in units.values()]
    if tops and movable:
        units[dice.choice(movable)] = dice.choice([None, *tops])
    units["new"] = dice.choice([None, *tops])
    codes[max(codes) + 1] = "new"
    return replace(trees, units=units, unit_code=codes, small_units=trees.small_units & units.keys())


def random_tallies(dice: random.Random, trees: Trees, most: int = 5) -> dict[Numbers, int]:
    """Return some counts, where units that ended are no longer counted; mostly in the first places."""
    ended = [n for n, code in trees.unit_code.items() if n and (code == "*" or code != f"u{n}")]
    units = [n for n in trees.unit_code if n not in ended or trees.unit_code[n] == "new"]
    tallies: dict[Numbers, int] = {}
    for _place in range(dice.randint(0, most)):
        place = units[int(dice.betavariate(1, 1.6) * len(units))], dice.choice(list(trees.theme_code))
        tallies[place] = tallies.get(place, 0) + dice.choice([1, 1, 1, 2, 2, 3, 5, 9])
    return tallies


def corrected(dice: random.Random, trees: Trees, tallies: Mapping[Numbers, int]) -> dict[Numbers, int]:
    """Return the counts with some lower, some gone, some more."""
    kept = {place: n for place, n in tallies.items() if dice.random() < 0.7}
    lowered = {p: dice.randint(1, n) if dice.random() < 0.5 else n for p, n in kept.items()}
    for place, count in random_tallies(dice, trees, 2).items():
        lowered[place] = lowered.get(place, 0) + count
    return lowered


def tell(seed: int, *, order: int | None = None, least: int = 3) -> Iterator[Story]:
    """Yield a story after each of its sittings; ``order`` shuffles units, ``least``: the first threshold."""
    dice = random.Random(seed)
    trees = random_trees(dice)
    versions = {1: trees, 2: reorganised(dice, trees)}
    if order is not None:
        versions = {number: _shuffled(version, order) for number, version in versions.items()}
    story = Story(versions, least)
    sittings = dice.randint(2, 5)
    reorganised_at, raised_at = dice.randint(2, 8), dice.randint(2, 8)
    newest = START + 3 + dice.randint(0, 3)
    for number in range(1, sittings + 1):
        if number == reorganised_at:
            story.version = 2
        if number == raised_at:
            story.threshold = max(least, 5)
        _hand_in_all(dice, story, newest)
        story.sit(newest)
        yield story
        newest += dice.choice([1, 1, 1, 0])


def _hand_in_all(dice: random.Random, story: Story, newest: int) -> None:
    trees = story.versions[story.version]
    eager = dice.choice([0.1, 0.9])  # some sittings bring hardly anything
    for adviser in ADVISERS:
        for quarter in range(max(START, newest - 5), newest + 1):
            if story.has_handed_in(adviser, quarter):
                if dice.random() < 0.12:
                    tallies = corrected(dice, trees, story.tallies(adviser, quarter))
                    story.hand_in(adviser, quarter, tallies)
            elif dice.random() < (0.8 if story.sitting == 1 else eager):
                story.hand_in(adviser, quarter, random_tallies(dice, trees))


def _shuffled(trees: Trees, order: int) -> Trees:
    nodes = list(trees.units.items())
    random.Random(order).shuffle(nodes)
    units: Parents = dict(nodes)
    return replace(trees, units=units)
