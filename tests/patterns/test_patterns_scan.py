"""The arithmetic of the scan: a published oracle, and a brute-force reference on random trees."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.patterns import brute_force
from tests.patterns.brute_force import Counts, Reference
from tests.patterns.small_worlds import small_history
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns import expectation, questions, statistic
from vertrouwenswerk.patterns.dispersion import Dispersion
from vertrouwenswerk.patterns.grid import Grid
from vertrouwenswerk.patterns.history import History
from vertrouwenswerk.patterns.packed import unpack
from vertrouwenswerk.patterns.problem import (
    DEPARTMENT_PART,
    NEWEST_DEPARTMENT_PART,
    REMARKABLE,
    USUAL_PART,
    Form,
    Problem,
)
from vertrouwenswerk.patterns.scan import Effort, batch_size, pilot_levels, scan
from vertrouwenswerk.patterns.simulation import Deal, Redeal

# TreeScan 2.4, tree only, conditional Poisson (oracle): cases and population of each leaf.
ORACLE = {
    "Leaf1": (1, 200, "Node1"), "Leaf2": (2, 300, "Node1"), "Leaf3": (0, 400, "Node1"),
    "Leaf4": (6, 200, "Node2"), "Leaf5": (4, 300, "Node2"), "Leaf6": (2, 200, "Node2"),
    "Leaf7": (5, 600, "Node2"), "Leaf8": (9, 400, "Node3"), "Leaf9": (14, 200, "Node3"),
    "Leaf10": (7, 200, "Node3"), "Leaf11": (3, 400, "Node3"),
    "Leaf12": (2, 700, "Node4"),
}  # fmt: skip
UPPER = {"Node1": "Node5", "Node2": "Node5", "Node3": "Node6", "Node4": "Node6"}


def oracle_tree() -> Tree:
    top: list[tuple[str, str | None]] = [("Node5", None), ("Node6", None)]
    return Tree.of([*top, *UPPER.items(), *((leaf, node) for leaf, (_c, _p, node) in ORACLE.items())])


def oracle_problem() -> Problem:
    tree, themes = oracle_tree(), Tree.of([("T", None)])
    grid = Grid.of(tree, themes)
    departments = np.array([grid.unit_place[leaf] for leaf in ORACLE])
    cases, people = (np.array([row[column] for row in ORACLE.values()]) for column in (0, 1))
    leaves = np.zeros((1, *grid.leaf_shape), dtype=np.int64)
    leaves[0, 0, departments] = cases
    expected = np.zeros(leaves.shape)
    expected[0, 0, departments] = 55 * people / people.sum()
    searched = np.ones((1, *grid.shape), dtype=np.bool_)
    zeros = np.zeros(55, dtype=np.int64)
    even = Dispersion((0.0,), 0.0)
    shares = people[None] / people.sum()
    dealt = Redeal(grid, departments, (Deal(shares, zeros, zeros, np.ones(1)),), even)
    all_of_them = np.array(55)
    of_all = Form(lambda count, _whole, unit, mean: statistic.conditional(count, all_of_them, unit, mean))
    return Problem(grid, (1,), leaves, leaves[0], expected, (of_all,), searched, 2, dealt)


@pytest.mark.parametrize(
    ("cut", "seen", "expected", "ratio"),
    [
        ("Leaf9", 14, 2.68, 13.136308),
        ("Node3", 33, 16.10, 11.148394),
        ("Node6", 35, 25.49, 3.318753),
        ("Leaf10", 7, 2.68, 2.579169),
        ("Leaf4", 6, 2.68, 1.619486),
    ],
)
def test_ratios_are_those_of_treescan_to_six_decimals(
    cut: str, seen: int, expected: float, ratio: float
) -> None:
    problem = oracle_problem()
    place = problem.grid.unit_place[cut]
    count, mean = problem.observed[0, 0, place], problem.expected[0, 0, place]
    assert (count, round(mean, 2)) == (seen, pytest.approx(expected))
    assert round(float(statistic.conditional(count, np.array(55), np.array(55), mean)), 6) == ratio


def test_chances_are_those_of_treescan() -> None:
    problem = oracle_problem()
    plain = np.zeros((1, len(problem.family_parts)))
    result = scan(problem, np.random.default_rng(5), Effort(9_999), 0.05, levels=plain)
    assert result.node is not None
    assert problem.grid.unit_codes[result.node[2]] == "Leaf9"
    assert result.score == pytest.approx(13.136308)
    assert result.p == 0.0001
    p_of_node6 = (1 + (result.scores >= 3.318753).sum()) / 10_000
    assert p_of_node6 == pytest.approx(0.0801, abs=0.01)  # four standard errors of both together
    assert (result.scores >= 11.148394).sum() == 0


def as_mappings(history: History, leaves: NDArray[np.generic]) -> Counts:
    grid = history.grid
    return [
        {
            (grid.unit_codes[unit], grid.leaf_themes[theme]): float(counts[theme, unit])
            for theme, unit in np.argwhere(counts != 0).tolist()
        }
        for counts in leaves.astype(float)
    ]


def with_whole(history: History, problem: Problem, leaves: NDArray[np.generic]) -> Counts:
    """Return the counts of the windows and, last, of all quarters."""
    known = [*as_mappings(history, leaves), *as_mappings(history, problem.whole_leaves[None])]
    return known[: len(problem.windows) + 1]


def replicates(history: History, problem: Problem, seed: int, efforts: tuple[int, ...]) -> list[list[Counts]]:
    """Draw the very replicates that a scan of this seed draws."""
    chance = np.random.default_rng(seed)
    size = batch_size(problem)
    answer = []
    for wanted in efforts:
        drawn: list[Counts] = []
        while len(drawn) < wanted:
            batch = unpack(
                problem.simulation.batch(chance, size), len(problem.windows) + problem.whole_varies
            )
            drawn += [with_whole(history, problem, batch[..., number]) for number in range(size)]
        answer.append(drawn[:wanted])
    return answer


def shapes(history: History, problem: Problem, dispersion: Dispersion) -> dict[brute_force.Node, float]:
    """Work out by hand the shape of each node: every pair of leaves that share a factor adds its variance."""
    unit_tree, theme_tree = history.organisation.unit_tree, history.organisation.theme_tree
    expected = as_mappings(history, problem.expected_leaves)
    whole = brute_force.sums(unit_tree, theme_tree, expected)
    found = {}
    for node, mean in whole.items():
        window, unit, theme = node
        inside = {
            leaf: value
            for leaf, value in expected[window].items()
            if unit in unit_tree.path(leaf[0]) and theme in theme_tree.path(leaf[1])
        }
        spread = dispersion.cells * sum(value**2 for value in inside.values())
        for depth in range(1, len(dispersion.depths)):
            groups: dict[str, float] = {}
            for (below, _theme), value in inside.items():
                path = unit_tree.path(below)
                if len(path) > depth:
                    groups[path[depth]] = groups.get(path[depth], 0.0) + value
            spread += dispersion.depths[depth] * sum(value**2 for value in groups.values())
        found[node] = mean**2 / spread if spread else float("inf")
    return found


def size_expected(history: History, without: Sequence[int]) -> dict[brute_force.Node, float]:
    """Divide each theme's signals of each quarter by people and coverage, without so many last quarters."""
    shares = expectation.size_shares(history)
    unit_tree, theme_tree = history.organisation.unit_tree, history.organisation.theme_tree
    before = []
    for length in without:
        found: dict[brute_force.Leaf, float] = {}
        for quarter in range(history.quarters - length):
            whole = float(shares[quarter].sum())
            for theme, code in enumerate(history.grid.leaf_themes):
                here = (history.quarter == quarter) & (history.theme == theme)
                total = int((here & (shares[quarter, history.unit] > 0)).sum())
                for unit in np.flatnonzero(shares[quarter]).tolist():
                    leaf = (history.grid.unit_codes[unit], code)
                    found[leaf] = found.get(leaf, 0.0) + total * float(shares[quarter, unit]) / whole
        before.append(found)
    return brute_force.sums(unit_tree, theme_tree, before)


def test_luck_reaches_the_level_of_each_family_in_its_own_part_of_the_replicates() -> None:
    maxima = np.random.default_rng(1).exponential(4.0, (999, 2, 3)) + REMARKABLE
    parts = np.array([USUAL_PART, DEPARTMENT_PART, NEWEST_DEPARTMENT_PART])
    above = (maxima >= pilot_levels(maxima, parts)).mean(axis=0)
    np.testing.assert_allclose(above, np.broadcast_to(parts, above.shape), rtol=0, atol=0.002)


def test_departments_are_found_most_easily_and_in_the_newest_quarter_most_of_all() -> None:
    history = small_history(3)
    none = np.zeros(history.grid.leaf_shape, dtype=np.bool_)
    windows, depths = 2, int(history.grid.unit_depths.max()) + 1
    parts = questions.rising(history, (1, 3), none).family_parts.reshape(windows, depths)
    assert parts[0, -1] > parts[1, -1] > parts[:, :-1].max()
    of_themes = questions.theme(history, (1, 3), none).family_parts  # of the organisation as a whole
    assert len(set(of_themes.tolist())) == 1


def test_brute_force_finds_the_same_ratio_and_the_same_p_on_hundreds_of_random_trees() -> None:
    remarkable: list[float] = []
    for seed in range(200):
        history = small_history(seed)
        unit_tree, theme_tree = history.organisation.unit_tree, history.organisation.theme_tree
        none = np.zeros(history.grid.leaf_shape, dtype=np.bool_)
        dispersion = Dispersion((0.0, 0.05, *[0.1] * int(history.grid.unit_depths.max())), 0.2)
        searched = {code for code in unit_tree.codes[1:] if code not in history.organisation.small_units}
        for problem in (
            questions.rising(history, (1, 3), none),
            questions.size(history, (1, 2, 4), none, dispersion),
        ):
            forms: list[tuple[brute_force.Ratio, list[dict[brute_force.Node, float]]]]
            if problem.whole_varies:
                unit, cell = (
                    shapes(history, problem, kind) for kind in (dispersion.of_units, dispersion.of_cells)
                )
                always = size_expected(history, [0] * len(problem.windows))
                others = {node: always[node[0], node[1], "*"] - mean for node, mean in always.items()}
                past = size_expected(history, problem.windows)
                forms = [
                    (brute_force.beyond_others, [unit, cell, others]),
                    (brute_force.beyond_past, [unit, cell, others, past]),
                ]
            else:
                forms = [(brute_force.poisson, []), (brute_force.conditional, [])]
            reference = Reference(
                unit_tree, theme_tree, as_mappings(history, problem.expected_leaves),
                forms, history.threshold, searched, REMARKABLE,
            )  # fmt: skip
            pilot, main = replicates(history, problem, seed, (19, 29))
            levels = reference.levels(pilot, USUAL_PART, DEPARTMENT_PART, NEWEST_DEPARTMENT_PART)
            observed = with_whole(history, problem, problem.leaves)
            result = scan(problem, np.random.default_rng(seed), Effort(29, 19), 0.05)
            assert result.score == reference.score(observed, levels)
            assert result.p == reference.p(observed, main, levels)
            for (form, node), value in reference.ratios(observed).items():
                place = (node[0], history.grid.theme_place[node[2]], history.grid.unit_place[node[1]])
                mine = problem.forms[form].at(problem.seen(slice(None)), problem.expected, slice(None))
                assert mine.reshape(problem.searched.shape)[place] == pytest.approx(value, abs=1e-9)
            remarkable.append(result.p)
    assert sum(p < 1 for p in remarkable) > 80  # the comparison is about something
