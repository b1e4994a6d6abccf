"""What the bureau looks at: the safe tables of the newest picture, or of an earlier one, and nothing else."""

from dataclasses import dataclass

from vertrouwenswerk.disclosure.outside_table import Opening
from vertrouwenswerk.disclosure.safe_table import SafeTable, restore
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.errors import DamagedVaultError, UsageError
from vertrouwenswerk.handoff.codebook_file import read_codebook
from vertrouwenswerk.handoff.picture_file import Picture, PictureTable, read_picture
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases.bureau import Bureau


@dataclass(frozen=True, slots=True)
class View:
    """A safe table, the codebook that names its units and themes, and what it was made from.

    ``windows`` are those that its picture has a table of.
    """

    table: SafeTable
    codebook: Codebook
    picture: int
    advisers: int
    summaries: int
    windows: tuple[Window, ...]


def look_at_table(bureau: Bureau, window: Window | None = None, number: int | None = None) -> View:
    """Return the table of ``window``, or of the last four quarters, of the newest picture or of ``number``.

    Raises UsageError when there is no such picture or table, DamagedVaultError.
    """
    picture = newest_picture(bureau) if number is None else _picture(bureau, number)
    wanted = window or max(picture.windows(), key=lambda found: (found.last, found.length))
    data = next((t for t in picture.tables if Window.parse(t.window) == wanted), None)
    if data is None:
        raise UsageError(
            _("The picture has no table of %(window)s.") % {"window": wanted},
            _("It has: %(windows)s.") % {"windows": ", ".join(str(found) for found in picture.windows())},
        )
    codebook = codebook_of(bureau, picture)
    return View(
        _restore(data), codebook, picture.number, picture.advisers, picture.summaries, picture.windows()
    )


def codebook_of(bureau: Bureau, picture: Picture) -> Codebook:
    """Return the codebook that a picture went by."""
    return read_codebook(bureau.office.codebook_files()[picture.codebook_digest]).codebook


def openings_of(bureau: Bureau, view: View) -> tuple[Opening, ...]:
    """Return at which pictures, up to the view's, summaries of its window were opened, by quarter.

    Pictures made before they were linked do not tell; of these any quarter may have been
    opened, and any summary replaced. Raises FileRefusedError (``damaged``).
    """
    found: list[Opening] = []
    for file in bureau.office.picture_files().values():
        picture = read_picture(file, bureau.joint_keys)
        if picture.number <= view.picture:
            found.extend(_openings_in(picture, view.table.window))
    return tuple(sorted(found, key=lambda opening: (opening.quarter, opening.picture)))


def _openings_in(picture: Picture, window: Window) -> tuple[Opening, ...]:
    if picture.certificate is None:
        return tuple(Opening(quarter, picture.number, None, replaced=True) for quarter in window.quarters)
    return tuple(
        Opening(quarter, picture.number, one.advisers, one.replaced)
        for one in picture.openings
        if window.first <= (quarter := Quarter.parse(one.quarter)) <= window.last
    )


def _picture(bureau: Bureau, number: int) -> Picture:
    files = bureau.office.picture_files()
    if number not in files:
        raise UsageError(
            _("There is no picture %(number)s.") % {"number": number},
            _("The pictures there are: %(numbers)s.") % {"numbers": ", ".join(map(str, files)) or "-"},
        )
    return read_picture(files[number], bureau.joint_keys)


def newest_picture(bureau: Bureau) -> Picture:
    """Return the picture of the last sitting. Raises UsageError when there is none."""
    file = bureau.office.picture_file()
    if file is None:
        raise UsageError(
            _("There is no picture yet."),
            _("Hold a sitting with the guardian first: vertrouwenswerk bureau sitting"),
        )
    return read_picture(file, bureau.joint_keys)


def _restore(data: PictureTable) -> SafeTable:
    units, themes = dict(enumerate(data.units)), dict(enumerate(data.themes))  # no place below 0
    try:
        shown = [((units[cell.unit], themes[cell.theme]), cell.count) for cell in data.shown]
        return restore(Window.parse(data.window), data.threshold, data.units, data.themes, shown)
    except (ValueError, KeyError) as error:
        raise damaged_picture() from error


def damaged_picture() -> DamagedVaultError:
    """Return the error of a signed picture whose contents cannot be."""
    return DamagedVaultError(_("The picture is damaged."), _("Hold a sitting again; it makes a new one."))
