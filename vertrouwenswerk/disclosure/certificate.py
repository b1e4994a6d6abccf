"""What a picture says of its own audit: enough to repeat it, nothing that labels a cell.

No bounds of cells are in it, and not which hidden cells are small: that would label them.

Example::

    certificate.audited, certificate.proven_before      # (2148, 0)
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vertrouwenswerk.disclosure.history import Version  # brings numpy along; pictures need it not


@dataclass(frozen=True, slots=True)
class Certificate:
    """The facts of an audit in which nothing new was proven.

    ``structure``: SHA-256 over the trees of every version used. ``shown``: cells in this
    picture's tables; ``rows``: those and all published before. ``audited``: the widest
    sensitive regions, none of which can be proven non-empty. ``proven_before``: regions
    that earlier pictures alone give away (after a change of the rules). ``sampled``: how
    many of the audited regions were asked in whole numbers too, and ``whole_numbers`` of
    how many of them whole counts exist with nobody in it; for all others the audit over
    real numbers vouches.
    """

    structure: bytes
    threshold: int
    shown: int
    rows: int
    audited: int
    proven_before: int
    whole_numbers: int
    sampled: int
    solver: str


def structure_digest(versions: "Iterable[Version]") -> bytes:
    """Return the SHA-256 over the trees and numbers of versions, in their order."""
    text = json.dumps(
        [
            [
                [[code, v.unit_tree.parents.get(code, "")] for code in v.unit_tree.codes],
                [[code, v.theme_tree.parents.get(code, "")] for code in v.theme_tree.codes],
                sorted(v.units.items()),
                sorted(v.themes.items()),
                sorted(v.small_units),
            ]
            for v in versions
        ]
    )
    return hashlib.sha256(text.encode()).digest()
