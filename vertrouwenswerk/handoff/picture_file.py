"""A picture: what a sitting hands the bureau, signed by bureau and guardian.

It holds safe tables only: for every cell that may be shown its count, for a hidden cell
nothing at all; whose quarters the sitting opened, which coverage shows anyhow; and the
certificate of the audit. The bureau looks at pictures and at nothing else. Pictures made
before they were linked have neither openings nor a certificate.
"""

from dataclasses import dataclass
from typing import Self

from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import Cell
from vertrouwenswerk.handoff.joint import JointKeys, read_joint, write_joint
from vertrouwenswerk.handoff.keys import Identity

_KIND = "picture"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell that may be shown: indexes into the table's units and themes, and the count."""

    unit: int
    theme: int
    count: int


@dataclass(frozen=True, slots=True)
class PictureTable:
    """A safe table as data: ``window`` as written on screen, all nodes, the shown cells."""

    window: str
    threshold: int
    units: tuple[str, ...]
    themes: tuple[str, ...]
    shown: tuple[ShownCell, ...]

    @classmethod
    def of(cls, table: SafeTable) -> Self:
        """Return a safe table as data."""
        units = {code: index for index, code in enumerate(table.units)}
        themes = {code: index for index, code in enumerate(table.themes)}
        shown = sorted((units[unit], themes[theme], count) for (unit, theme), count in table.shown.items())
        cells = tuple(ShownCell(*cell) for cell in shown)
        return cls(str(table.window), table.threshold, table.units, table.themes, cells)

    def counts(self) -> dict[Cell, int]:
        """Return the counts of the shown cells. Raises IndexError for a cell outside the table."""
        return {(self.units[cell.unit], self.themes[cell.theme]): cell.count for cell in self.shown}


@dataclass(frozen=True, slots=True)
class PictureOpening:
    """That the sitting opened summaries of ``quarter``: of how many advisers, under which codebooks.

    ``replaced``: at least one took the place of an earlier one.
    """

    quarter: str
    advisers: int
    codebooks: tuple[bytes, ...]
    replaced: bool


@dataclass(frozen=True, slots=True)
class PictureCertificate:
    """What the audit of a picture found; see ``disclosure/certificate.py``."""

    structure: bytes
    threshold: int
    shown: int
    rows: int
    audited: int
    proven_before: int
    whole_numbers: int
    sampled: int
    solver: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Number of the sitting, the codebook it went by, who had handed in what, the tables."""

    number: int
    codebook_digest: bytes
    advisers: int
    summaries: int
    tables: tuple[PictureTable, ...]
    openings: tuple[PictureOpening, ...] = ()
    certificate: PictureCertificate | None = None

    def windows(self) -> tuple[Window, ...]:
        """The windows that this picture has a table of."""
        return tuple(Window.parse(table.window) for table in self.tables)


def write_picture(picture: Picture, bureau: Identity, guardian: Identity | None) -> bytes:
    """Return the picture as bytes signed by those who held the sitting."""
    return write_joint(_KIND, picture, bureau, guardian)


def read_picture(data: bytes, keys: JointKeys) -> Picture:
    """Read a picture that all ``keys`` signed. Raises FileRefusedError (``damaged``)."""
    return read_joint(_KIND, data, keys, Picture)
