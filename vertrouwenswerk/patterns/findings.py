"""What the scan found, as data: before disclosure, so for the sitting only.

``seen``, ``expected`` and ``p`` are exact; ``told`` makes of them what a person may see, and
``reports`` cannot import this module.

Example::

    finding.question, finding.unit, finding.theme, str(finding.window), finding.band.years
"""

from dataclasses import dataclass

from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.notices import Band, Question, State


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a finding that holds most of what is above the expectation."""

    unit: str
    theme: str
    seen: int
    expected: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One pattern. ``p``: chance per quarter that luck does as well anywhere, over all questions."""

    question: Question
    unit: str
    theme: str
    window: Window
    seen: int
    expected: float
    p: float
    band: Band
    state: State = State.NEW
    parts: tuple[Part, ...] = ()


def overlap(unit_tree: Tree, theme_tree: Tree, one: Finding, other: Finding) -> bool:
    """Tell whether two findings are about the same people and matters, in part or in whole."""
    if (one.question is Question.THEME) != (other.question is Question.THEME):
        return False
    return _in_line(unit_tree, one.unit, other.unit) and _in_line(theme_tree, one.theme, other.theme)


def _in_line(tree: Tree, one: str, other: str) -> bool:
    known = one in tree and other in tree
    return known and (one in tree.path(other) or other in tree.path(one))
