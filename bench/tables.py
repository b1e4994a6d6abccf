"""Tables for the measurements of disclosure control, the same as in the tests.

The reference quarter is the file that other programs were measured on (200 teams, 30
themes, k = 5). Waterstad's signals are seeded and random (195 units, 15 theme nodes, k = 3).

Example::

    waterstad(800, seed=1)                 # a year
    waterstad(800, seed=1, copies=3)       # three such organisations under one root
"""

from collections import Counter

from bench.peers.exchange import WHOLE, Cell, Parents, Table
from tests.disclosure.test_disclosure_reference import THRESHOLD, read
from tests.disclosure.waterstad import signals, small_units, theme_tree, unit_tree
from vertrouwenswerk.domain.codebook import THRESHOLD_FLOOR


def reference_quarter() -> Table:
    """Return the table of ``tests/data/sdc-quarter.csv``."""
    units, themes, counts = read()
    return Table(_below_whole(units), _below_whole(themes), counts, THRESHOLD, frozenset())


def waterstad(number: int, seed: int, copies: int = 1) -> Table:
    """Return Waterstad with so many signals, or copies of it side by side, each with its own signals."""
    units: Parents = {}
    counts: Counter[Cell] = Counter()
    small: set[str] = set()
    for copy in range(copies):
        units |= {_named(code, copy): _named(up, copy) for code, up in unit_tree().parents.items()}
        small |= {_named(code, copy) for code in small_units()}
        for (unit, theme), count in signals(number, seed + 1000 * copy).items():
            counts[_named(unit, copy), theme] += count
    return Table(units, theme_tree().parents, dict(counts), THRESHOLD_FLOOR, frozenset(small))


def _below_whole(parents: dict[str, str | None]) -> Parents:
    return {code: parent or WHOLE for code, parent in parents.items()}


def _named(code: str, copy: int) -> str:
    return code if code == WHOLE or not copy else f"{code}/{copy}"
