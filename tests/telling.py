"""Pictures that tell what a test wants, signed by bureau and guardian as those of a sitting are.

Every number told is one that a table of the picture shows, or ``look_at_patterns`` refuses it.

Example::

    tell(town, 2, finding("DUINEN-KLANT", "PESTEN", CLOSED, 8, years=20))
"""

from dataclasses import replace

from tests.municipality import Municipality
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.handoff.picture_file import (
    Picture,
    PictureFinding,
    PicturePart,
    PictureScan,
    PictureTable,
    ShownCell,
    write_picture,
)
from vertrouwenswerk.usecases.looking import newest_picture

USUAL = PictureScan(0, 6, 3)


def finding(
    unit: str,
    theme: str,
    last: Quarter,
    seen: int,
    *,
    question: str = "size",
    expected: float | None = None,
    length: int = 1,
    years: int = 20,
    state: str = "new",
    parts: tuple[PicturePart, ...] = (),
) -> PictureFinding:
    """Return a finding about a window that ends with ``last``."""
    window = str(Window.ending(last, length))
    return PictureFinding(question, unit, theme, window, seen, expected, years, state, False, parts)


def tell(
    town: Municipality, number: int, *findings: PictureFinding, scan: PictureScan | None = USUAL
) -> None:
    """Put a picture in the office with these findings, and tables that show their numbers and no others."""
    with town.open_bureau() as bureau:
        book = bureau.codebook
        units, themes = book.unit_tree.codes, book.theme_tree.codes
        shown: dict[str, set[ShownCell]] = {findings[0].window if findings else "2026-Q4": set()}
        for one in findings:
            told: list[PictureFinding | PicturePart] = [one, *one.parts]
            shown.setdefault(one.window, set()).update(
                ShownCell(units.index(cell.unit), themes.index(cell.theme), cell.seen) for cell in told
            )
        tables = tuple(
            PictureTable(
                window, book.threshold, units, themes, tuple(sorted(cells, key=lambda c: (c.unit, c.theme)))
            )
            for window, cells in shown.items()
        )
        digest = bureau.signed_codebook.digest
    _put(town, Picture(number, digest, 2, 2, tables, findings=findings, scan=scan))


def tell_what_is_shown(town: Municipality) -> None:
    """Let the newest picture tell the first three cells that it shows, as if they stood out."""
    with town.open_bureau() as bureau:
        picture = newest_picture(bureau)
    table = max(picture.tables, key=lambda table: len(table.shown))
    kinds = zip(("size", "rising", "theme"), (50, 20, 5), ("new", "continuing", "faded"), strict=True)
    places = ((table.units[cell.unit], table.themes[cell.theme], cell.count) for cell in table.shown)
    findings = tuple(
        PictureFinding(question, unit, theme, table.window, seen, None, years, state, False, ())
        for (unit, theme, seen), (question, years, state) in zip(places, kinds, strict=False)
    )
    assert findings
    _put(town, replace(picture, findings=findings, scan=PictureScan(2, None, None)))


def _put(town: Municipality, picture: Picture) -> None:
    guardian = town.open_guardian()
    with town.open_bureau() as bureau:
        file = write_picture(picture, bureau.identity, guardian.identity if guardian else None)
        bureau.office.put_picture(picture.number, file)
