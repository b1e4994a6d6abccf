"""The scan again: dense, slow and obvious, sharing no code with the product but the replicates.

Plain Python over dictionaries. A node's leaves are found by walking up from every leaf; each
ratio is written out with ``math.log``; every node of every replicate is looked at.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from vertrouwenswerk.domain.tree import Tree

Leaf = tuple[str, str]  # unit, theme
Node = tuple[int, str, str]  # window, unit, theme
Counts = Sequence[Mapping[Leaf, float]]  # one mapping for each window
Ratio = Callable[..., float]  # of count, whole, mean and extras


def poisson(count: float, _whole: float, _of_unit: float, mean: float) -> float:
    return count * math.log(count / mean) - count + mean


def conditional(count: float, whole: float, _of_unit: float, mean: float) -> float:
    rest = whole - count
    return count * math.log(count / mean) + (rest * math.log(rest / (whole - mean)) if rest > 0 else 0)


def overdispersed(count: float, _whole: float, _of_unit: float, mean: float, shape: float) -> float:
    return count * math.log(count / mean) - (count + shape) * math.log((count + shape) / (mean + shape))


def beyond_others(count: float, whole: float, of_unit: float, mean: float, *believed: float) -> float:
    unit, cell, others = believed
    mean *= max(0.75, (unit + of_unit - whole) / (unit + others))
    shape = 1 / (1 / (unit + of_unit - whole) + 1 / cell)
    return overdispersed(count, whole, of_unit, mean, shape) if count > mean else 0.0


def beyond_past(count: float, whole: float, of_unit: float, mean: float, *believed: float) -> float:
    unit, cell, others, past = believed
    unit_rate = (unit + of_unit - whole) / (unit + others)
    shape = 1 / (1 / (unit + of_unit - whole) + 1 / cell)
    mean *= max(0.75, unit_rate * (shape + whole - count) / (shape + past * unit_rate))
    return overdispersed(count, whole, of_unit, mean, shape + whole - count) if count > mean else 0.0


def sums(unit_tree: Tree, theme_tree: Tree, leaves: Counts) -> dict[Node, float]:
    found: dict[Node, float] = {
        (window, unit, theme): 0.0
        for window in range(len(leaves))
        for unit in unit_tree.codes
        for theme in theme_tree.codes
    }
    for window, counts in enumerate(leaves):
        for (unit, theme), count in counts.items():
            for unit_above in unit_tree.path(unit):
                for theme_above in theme_tree.path(theme):
                    found[window, unit_above, theme_above] += count
    return found


class Reference:
    """One scan, given what is expected and the forms with their extra arguments by node.

    Counts are those of the windows, then those of all quarters.
    """

    def __init__(
        self,
        unit_tree: Tree,
        theme_tree: Tree,
        expected: Counts,
        forms: Sequence[tuple[Ratio, Sequence[Mapping[Node, float]]]],
        least: int,
        searched: set[str],
        remarkable: float,
    ) -> None:
        self.unit_tree, self.theme_tree = unit_tree, theme_tree
        self.expected = sums(unit_tree, theme_tree, expected)
        self.forms, self.least, self.searched, self.remarkable = forms, least, searched, remarkable

    def ratios(self, leaves: Counts) -> dict[tuple[int, Node], float]:
        """Return the ratio of every (form, node) that is remarkable."""
        found = {}
        counts = sums(self.unit_tree, self.theme_tree, leaves)
        for node, mean in self.expected.items():
            count, whole, of_unit = (
                counts[node],
                *(counts[len(leaves) - 1, node[1], h] for h in (node[2], "*")),
            )
            if node[1] not in self.searched or count < self.least or not 1e-300 < mean < count:
                continue
            for number, (ratio, extras) in enumerate(self.forms):
                value = ratio(count, whole, of_unit, mean, *(extra[node] for extra in extras))
                if value >= self.remarkable:
                    found[number, node] = round(value, 9)
        return found

    def family(self, form: int, node: Node) -> tuple[int, int, int]:
        return form, node[0], self.unit_tree.depth(node[1])

    def maxima(self, leaves: Counts) -> dict[tuple[int, int, int], float]:
        best: dict[tuple[int, int, int], float] = {}
        for (form, node), value in self.ratios(leaves).items():
            family = self.family(form, node)
            best[family] = max(best.get(family, 0.0), value)
        return best

    def levels(
        self, pilot: Sequence[Counts], usual: float, department: float, newest_department: float
    ) -> dict[tuple[int, int, int], float]:
        """Return what luck reaches in a part of the replicates, by family."""
        maxima = [self.maxima(leaves) for leaves in pilot]
        deepest = max(self.unit_tree.depth(unit) for unit in self.unit_tree.codes)
        found = {}
        for family in {family for best in maxima for family in best}:
            _form, window, depth = family
            part = usual if depth < deepest else newest_department if window == 0 else department
            reached = sorted(best.get(family, 0.0) for best in maxima)
            found[family] = max(reached[math.ceil((1 - part) * (len(pilot) - 1))], self.remarkable)
        return found

    def score(self, leaves: Counts, levels: Mapping[tuple[int, int, int], float]) -> float:
        scores = [
            round(value - levels.get(family, self.remarkable), 9)
            for family, value in self.maxima(leaves).items()
        ]
        return max(scores, default=-math.inf)

    def p(
        self, observed: Counts, replicates: Sequence[Counts], levels: Mapping[tuple[int, int, int], float]
    ) -> float:
        best = self.score(observed, levels)
        reached = sum(self.score(leaves, levels) >= best for leaves in replicates)
        return (1 + reached) / (len(replicates) + 1)
