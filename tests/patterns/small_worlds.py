"""Small random histories: any shape of trees, with and without people, small units, holes."""

import numpy as np

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.history import History, Signal
from vertrouwenswerk.patterns.organisation import Organisation

LAST = Quarter(2026, 4)


def random_tree(chance: np.random.Generator, letter: str, most: int, depth: int) -> Tree:
    nodes: list[tuple[str, str | None]] = []
    depths: dict[str | None, int] = {None: 0}
    for number in range(int(chance.integers(1, most + 1))):
        above = [code for code, at in depths.items() if at < depth]
        parent = above[int(chance.integers(len(above)))]
        code = f"{letter}{number}"
        nodes.append((code, parent))
        depths[code] = depths[parent] + 1
    return Tree.of(nodes)


def small_history(seed: int, quarters: int = 9, advisers: int = 4) -> History:
    """Signals clumped on a few leaves, so that something stands out now and then."""
    chance = np.random.default_rng(seed)
    units, themes = random_tree(chance, "U", 9, 3), random_tree(chance, "T", 6, 2)
    headcounts = {
        code: int(people) or None
        for code, people in zip(units.codes, chance.integers(0, 60, 10), strict=False)
    }
    small = frozenset(code for code in units.codes[1:] if chance.random() < 0.1)
    leaf_themes = [code for code in themes.codes if themes.is_leaf(code)]
    oldest = LAST.index - quarters + 1
    delivered = {
        (adviser, Quarter.from_index(oldest + quarter))
        for adviser in range(advisers)
        for quarter in range(quarters)
        if chance.random() < 0.9
    }
    signals = []
    for _row in range(int(chance.integers(1, 60))):
        adviser, when = (
            int(chance.integers(advisers)),
            Quarter.from_index(oldest + int(chance.integers(quarters))),
        )
        if (adviser, when) in delivered:
            unit = units.codes[int(len(units.codes) * chance.random() ** 2)]
            theme = leaf_themes[int(chance.integers(len(leaf_themes)))]
            signals.append(Signal(adviser, when, unit, theme, int(chance.geometric(0.5))))
    hot_unit, hot_theme = (codes[int(chance.integers(len(codes)))] for codes in (units.codes, leaf_themes))
    for _row in range(int(chance.integers(0, 12))):
        adviser, when = (
            int(chance.integers(advisers)),
            Quarter.from_index(LAST.index - int(chance.integers(3))),
        )
        if (adviser, when) in delivered:
            signals.append(Signal(adviser, when, hot_unit, hot_theme, 1))
    organisation = Organisation(units, themes, headcounts, small)
    return History.of(organisation, signals, delivered, last=LAST, threshold=3)
