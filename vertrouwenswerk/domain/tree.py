"""A tree of codes, for units and for themes alike.

The root is always ``"*"``: the whole organisation, or all themes. Every other node
has a code and a parent. Codes come back depth first, parents before children, in
the order in which they were given, so that whatever is laid out by it is stable.

Example::

    tree = Tree.of([("SOC", None), ("SOC-WI", "SOC")])
    tree.path("SOC-WI")      # ("*", "SOC", "SOC-WI")
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

ROOT = "*"
Cell = tuple[str, str]  # a unit node and a theme node


class TreeError(ValueError):
    """The nodes do not make a tree; ``fault`` names why, ``code`` the first node at fault."""

    def __init__(self, fault: str, code: str) -> None:
        super().__init__(fault, code)
        self.fault = fault
        self.code = code


@dataclass(frozen=True, slots=True)
class Tree:
    """A checked tree: ``codes`` depth first, root first; maps to parent and children."""

    codes: tuple[str, ...]
    parents: dict[str, str]
    children: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, nodes: Iterable[tuple[str, str | None]]) -> Self:
        """Make a tree of (code, parent) pairs; no parent means: right below the root.

        Raises TreeError with fault ``double``, ``orphan`` or ``cycle``.
        """
        parents: dict[str, str] = {}
        for code, parent in nodes:
            if code in parents or code == ROOT:
                raise TreeError("double", code)
            parents[code] = parent or ROOT
        below: dict[str, list[str]] = {code: [] for code in (ROOT, *parents)}
        for code, up in parents.items():
            if up not in below:
                raise TreeError("orphan", code)
            below[up].append(code)
        codes = _depth_first(below)
        if len(codes) <= len(parents):
            raise TreeError("cycle", next(c for c in parents if c not in set(codes)))
        return cls(codes, parents, {code: tuple(kids) for code, kids in below.items()})

    def __contains__(self, code: object) -> bool:
        return code in self.children

    def path(self, code: str) -> tuple[str, ...]:
        """Return the codes from the root down to ``code``, both included."""
        steps = [code]
        while steps[-1] != ROOT:
            steps.append(self.parents[steps[-1]])
        return tuple(reversed(steps))

    def depth(self, code: str) -> int:
        """Return how far ``code`` lies below the root, which is at 0."""
        return len(self.path(code)) - 1

    def is_leaf(self, code: str) -> bool:
        """Tell whether nothing lies below ``code``."""
        return not self.children[code]

    def within(self, code: str) -> tuple[str, ...]:
        """Return ``code`` and all that lies below it, depth first."""
        return _depth_first({c: list(k) for c, k in self.children.items()}, code)


def _depth_first(below: dict[str, list[str]], start: str = ROOT) -> tuple[str, ...]:
    found: list[str] = []
    waiting = [start]
    while waiting:
        code = waiting.pop()
        found.append(code)
        waiting.extend(reversed(below[code]))
    return tuple(found)
