"""A picture: what a sitting hands the bureau, signed by bureau and guardian.

It holds safe tables only: for every cell that may be shown its count, for a hidden cell
nothing at all; whose quarters the sitting opened, which coverage shows anyhow; the
certificate of the audit; and the patterns that may be told, in numbers that the tables show.
The bureau looks at pictures and at nothing else. Pictures made before they were linked have
neither openings nor a certificate, those made before patterns were looked for no scan.
"""

from dataclasses import dataclass, fields
from typing import Self

from vertrouwenswerk.disclosure.certificate import Certificate
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import Cell
from vertrouwenswerk.framing import encode
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
class PicturePart:
    """A shown cell of the same window that holds most of a finding."""

    unit: str
    theme: str
    seen: int


@dataclass(frozen=True, slots=True)
class PictureFinding:
    """A pattern as it may be told; see ``patterns/notices.py``. ``seen`` is the shown count of that cell.

    ``expected``: worked out from shown counts and headcounts, else None. ``years``: the lower
    end of the band. ``within``: it lies in a part of this cell that is not shown.
    """

    question: str
    unit: str
    theme: str
    window: str
    seen: int
    expected: float | None
    years: int
    state: str
    within: bool
    parts: tuple[PicturePart, ...]


@dataclass(frozen=True, slots=True)
class PictureScan:
    """How the sitting looked for patterns: more quarters needed before the past is a measure, and its sight.

    ``often`` extra signals in a department and theme are seen in 9 of 10 cases, ``seldom`` in
    fewer than half; both None where no number would be.
    """

    quarters_needed: int
    often: int | None
    seldom: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Number of the sitting, the codebook it went by, who had handed in what, the tables.

    ``scan`` is None where the sitting did not look for patterns.
    """

    number: int
    codebook_digest: bytes
    advisers: int
    summaries: int
    tables: tuple[PictureTable, ...]
    openings: tuple[PictureOpening, ...] = ()
    certificate: Certificate | None = None
    findings: tuple[PictureFinding, ...] = ()
    scan: PictureScan | None = None

    def windows(self) -> tuple[Window, ...]:
        """The windows that this picture has a table of."""
        return tuple(Window.parse(table.window) for table in self.tables)


def write_picture(picture: Picture, bureau: Identity, guardian: Identity | None) -> bytes:
    """Return the picture as bytes signed by those who held the sitting."""
    return write_joint(_KIND, picture, bureau, guardian, _as_written)


def read_picture(data: bytes, keys: JointKeys) -> Picture:
    """Read a picture that all ``keys`` signed. Raises FileRefusedError (``damaged``)."""
    return read_joint(_KIND, data, keys, Picture, _as_written)


def _as_written(picture: Picture) -> bytes:
    """Leave out the last fields while they say nothing: pictures of before did not have them."""
    kept = list(fields(picture))
    while getattr(picture, kept[-1].name) == kept[-1].default:
        kept.pop()
    return encode({field.name: getattr(picture, field.name) for field in kept})
