"""What stands out according to the newest picture, in numbers that it or an earlier one shows.

A finding with another number than the tables' is refused: the picture then is damaged.

Example::

    view = look_at_patterns(bureau)
    [sentence(finding, view.codebook) for finding in view.findings]
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import Cell
from vertrouwenswerk.handoff.picture_file import (
    Picture,
    PictureFinding,
    PicturePart,
    PictureScan,
    read_picture,
)
from vertrouwenswerk.patterns.notices import (
    Band,
    Question,
    Sensitivity,
    State,
    ToldFinding,
    ToldPart,
)
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.usecases.looking import codebook_of, damaged_picture, newest_picture


@dataclass(frozen=True, slots=True)
class PatternsView:
    """The findings of a picture, in its order, with the codebook that names units and themes.

    ``was_looked_for``: False for a picture made without a scan. ``quarters_needed``,
    ``without_headcount`` and ``sensitivity``: as in ``patterns.engine.Report``.
    """

    findings: tuple[ToldFinding, ...]
    codebook: Codebook
    picture: int
    was_looked_for: bool
    quarters_needed: int
    without_headcount: tuple[str, ...]
    sensitivity: Sensitivity | None


def look_at_patterns(bureau: Bureau) -> PatternsView:
    """Return the patterns of the newest picture. Raises UsageError, DamagedVaultError."""
    picture = newest_picture(bureau)
    codebook = codebook_of(bureau, picture)
    try:
        shown = shown_before(_pictures_up_to(bureau, picture), picture.codebook_digest)
        findings = tuple(_restore(shown, finding) for finding in picture.findings)
    except (ValueError, LookupError) as error:
        raise damaged_picture() from error
    return PatternsView(
        findings,
        codebook,
        picture.number,
        picture.scan is not None,
        picture.scan.quarters_needed if picture.scan else 0,
        _without_headcount(codebook),
        _sensitivity(picture.scan),
    )


def shown_before(pictures: Iterable[Picture], codebook_digest: bytes) -> dict[Window, Mapping[Cell, int]]:
    """Return the shown cells of each window, of the newest of ``pictures`` that has a table of it.

    Only of pictures made by the same codebook: in another a code may mean another unit.
    """
    return {
        Window.parse(table.window): table.counts()
        for picture in sorted(pictures, key=lambda picture: picture.number)
        if picture.codebook_digest == codebook_digest
        for table in picture.tables
    }


@dataclass(frozen=True, slots=True)
class Telling:
    """What one picture told, with the codebook that names units and themes in it."""

    picture: int
    findings: tuple[ToldFinding, ...]
    codebook: Codebook


def all_told(bureau: Bureau) -> Iterator[Telling]:
    """Yield what each picture told, the oldest first. Raises DamagedVaultError."""
    shown: dict[bytes, dict[Window, Mapping[Cell, int]]] = {}
    codebooks: dict[bytes, Codebook] = {}
    keys = bureau.joint_keys
    for file in bureau.office.picture_files().values():
        picture = read_picture(file, keys)
        digest = picture.codebook_digest
        if digest not in codebooks:
            codebooks[digest] = codebook_of(bureau, picture)
        by_then = shown.setdefault(digest, {})
        try:
            by_then.update(shown_before([picture], digest))
            findings = tuple(_restore(by_then, finding) for finding in picture.findings)
        except (ValueError, LookupError) as error:
            raise damaged_picture() from error
        yield Telling(picture.number, findings, codebooks[digest])


def _pictures_up_to(bureau: Bureau, newest: Picture) -> Iterator[Picture]:
    for number, file in bureau.office.picture_files().items():
        if number <= newest.number:
            yield read_picture(file, bureau.joint_keys)


def _restore(shown: Mapping[Window, Mapping[Cell, int]], finding: PictureFinding) -> ToldFinding:
    """Raise ValueError or KeyError for words that are not ours, or a number that no table shows."""
    window = Window.parse(finding.window)
    cells: list[PictureFinding | PicturePart] = [finding, *finding.parts]
    if any(shown[window][cell.unit, cell.theme] != cell.seen for cell in cells):
        raise ValueError("another number than the table's")
    return ToldFinding(
        Question(finding.question), finding.unit, finding.theme, window,
        finding.seen, finding.expected, Band(finding.years), State(finding.state), finding.within,
        tuple(ToldPart(part.unit, part.theme, part.seen) for part in finding.parts),
    )  # fmt: skip


def _without_headcount(codebook: Codebook) -> tuple[str, ...]:
    tree = codebook.unit_tree
    return tuple(unit.code for unit in codebook.units if tree.is_leaf(unit.code) and not unit.headcount)


def _sensitivity(scan: PictureScan | None) -> Sensitivity | None:
    if scan is None or scan.often is None or scan.seldom is None:
        return None
    return Sensitivity(scan.often, scan.seldom)
