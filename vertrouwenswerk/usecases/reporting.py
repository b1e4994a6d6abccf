"""Reports for outside: what one would show, giving it out, and the ledger of all that left.

A report is made of a picture and protected together with every report before. The ledger
comes first, then the file: a report that left and is not in the ledger would make all later
ones unsafe, while a number that was used for nothing costs only that number.

Example::

    proposal = plan_report(bureau, Audience.COUNCIL)
    release_report(bureau, proposal, Format.HTML, Path("raad-2026.html"))
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vertrouwenswerk import i18n
from vertrouwenswerk.disclosure.certificate import Certificate
from vertrouwenswerk.disclosure.history import Arrival
from vertrouwenswerk.disclosure.outside_release import ReleasePlan, protect_release
from vertrouwenswerk.disclosure.protect import Published
from vertrouwenswerk.disclosure.release_plan import QUARTERS_IN_WINDOW, rolling_window
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.disclosure.taken_as_small import Sources
from vertrouwenswerk.domain.codebook import LEVELS, Codebook
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.errors import DamagedVaultError, StorageError, UsageError
from vertrouwenswerk.handoff.picture_file import (
    Picture,
    PictureTable,
    read_picture,
)
from vertrouwenswerk.handoff.release_file import Release, read_release, write_release
from vertrouwenswerk.i18n import _
from vertrouwenswerk.reports.outside import Audience, Report, report_as_csv, report_as_html, report_as_text
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.usecases.linking import Codebooks, published_tables
from vertrouwenswerk.usecases.progress import Progress, no_progress
from vertrouwenswerk.vault.files import require_new, write_atomically

OUTSIDE_THRESHOLD = 5
_DEFAULT_LEVEL = {
    Audience.COUNCIL: "cluster",
    Audience.MANAGEMENT: "directorate",
    Audience.FEED: "directorate",
}
_FINEST_LEVEL = {
    Audience.COUNCIL: "directorate",
    Audience.MANAGEMENT: "department",
    Audience.FEED: "department",
}
_ALL_LEVELS_BELOW = 99  # units below departments count as departments


class Format(Enum):
    """As what a report is given out."""

    TEXT = "text"
    HTML = "html"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A report that may be given out as ``number``, and what its audit found. Nothing is written yet."""

    number: int
    picture: int
    audience: Audience
    level: str
    groups: bool
    table: SafeTable
    codebook: Codebook
    codebook_digest: bytes
    certificate: Certificate

    @property
    def report(self) -> Report:
        """The report as its readers get it."""
        return Report(self.number, self.audience, self.table, self.codebook)


def levels(audience: Audience) -> tuple[str, ...]:
    """Return the levels that a report may go down to; no departments for the council."""
    return LEVELS[: LEVELS.index(_FINEST_LEVEL[audience]) + 1]


def default_level(audience: Audience) -> str:
    """Return the level that a report goes down to unless said otherwise."""
    return _DEFAULT_LEVEL[audience]


def windows(bureau: Bureau) -> tuple[Window, ...]:
    """Return the windows that some picture has a table of, the newest first. Raises UsageError."""
    pictures = _pictures(bureau)
    return tuple(sorted({window for picture in pictures for window in picture.windows()}, reverse=True))


def default_window(bureau: Bureau, audience: Audience) -> Window:
    """Return the newest calendar year for the council, else the last four quarters.

    Raises UsageError when there is no picture, or none of a calendar year.
    """
    found = windows(bureau)
    usual = usual_window(found, audience)
    if usual is None:
        raise UsageError(
            _("No picture has a table of a whole calendar year yet."),
            _("Choose a window: %(windows)s.") % {"windows": ", ".join(map(str, found))},
        )
    return usual


def usual_window(found: Sequence[Window], audience: Audience) -> Window | None:
    """Return which of the windows, the newest first, a report is about unless said otherwise."""
    if audience is not Audience.COUNCIL:
        return rolling_window(found[0].last)
    years = (w for w in found if w.length == QUARTERS_IN_WINDOW and w.first.number == 1)
    return next(years, None)


def plan_report(
    bureau: Bureau,
    audience: Audience,
    window: Window | None = None,
    level: str | None = None,
    *,
    groups: bool = False,
    progress: Progress = no_progress,
) -> Proposal:
    """Return what a report would show and hide; ``groups``: theme groups instead of themes.

    Raises UsageError (no such window or level), DamagedVaultError, DisclosureError.
    """
    level = level or default_level(audience)
    if level not in levels(audience):
        raise UsageError(
            _("A report for this audience does not go down to that level."),
            _("Choose one of: %(levels)s.") % {"levels": ", ".join(levels(audience))},
        )
    pictures, codebooks = _pictures(bureau), Codebooks(bureau)
    wanted = window or default_window(bureau, audience)
    picture = _picture_of(pictures, wanted)
    codebook = _codebook(codebooks, picture.codebook_digest)
    before = ledger(bureau)
    deepest = LEVELS.index(level) if level != LEVELS[-1] else _ALL_LEVELS_BELOW
    threshold = max(OUTSIDE_THRESHOLD, codebook.threshold)
    plan = ReleasePlan(Span.counted(codebook.version, picture.number, wanted), deepest, groups, threshold)
    protected = protect_release(
        Sources(codebooks.versions, _arrivals(pictures, codebooks), published_tables(pictures, codebooks)),
        plan,
        _published(before, codebooks),
        lambda _step, done: progress(done, 0),
    )
    (table,) = protected.tables
    number = len(before) + 1
    digest = picture.codebook_digest
    return Proposal(
        number, picture.number, audience, level, groups, table, codebook, digest, protected.certificate
    )


def release_report(bureau: Bureau, proposal: Proposal, kind: Format, to: Path | None) -> bytes:
    """Put a report in the ledger, then write it to the new file ``to``; return it as bytes.

    Raises UsageError when another report left since the proposal, StorageError: before the
    ledger when there is such a file already, and after it, with the number used, when the
    file cannot be written.
    """
    if proposal.number != len(ledger(bureau)) + 1:
        raise UsageError(
            _("Another report left since this one was prepared."),
            _("Prepare the report again; nothing was released."),
        )
    if to is not None:
        require_new(to)
    data = _render(proposal.report, kind)
    bureau.office.add_release(proposal.number, write_release(_as_row(proposal), bureau.identity))
    if to is not None:
        _give_out(to, data, proposal.number)
    return data


def ledger(bureau: Bureau) -> tuple[Release, ...]:
    """Return all reports that left, oldest first. Raises DamagedVaultError for a gap or an altered row."""
    key = bureau.identity.public().sign_key
    files = bureau.office.release_files()
    rows = tuple(read_release(file, key) for file in files.values())
    numbers = [row.number for row in rows]
    if numbers != list(files) or numbers != list(range(1, len(rows) + 1)):
        raise DamagedVaultError(
            _("The ledger of reports that left is not whole."),
            _("Restore the bureau's newest backup; a report needs every report that ever left."),
        )
    return rows


def format_for(to: Path | None, audience: Audience) -> Format:
    """Return the format that goes with a file's name; else CSV for the feed, a page or text for people."""
    suffixes = {".html": Format.HTML, ".htm": Format.HTML, ".csv": Format.CSV, ".txt": Format.TEXT}
    by_name = suffixes.get(to.suffix.lower()) if to else None
    if by_name is not None:
        return by_name
    if audience is Audience.FEED:
        return Format.CSV
    return Format.HTML if to else Format.TEXT


def _give_out(to: Path, data: bytes, number: int) -> None:
    try:
        write_atomically(to, data, replace=False)
    except StorageError as error:
        raise StorageError(
            _("Release %(number)s stands in the ledger, but its file could not be written: %(name)s")
            % {"number": number, "name": to.name},
            _("Its number was used. Release the same once more, to another place; it gets a new number."),
        ) from error


def _render(report: Report, kind: Format) -> bytes:
    language = i18n.language()
    if kind is Format.HTML:
        return report_as_html(report, language).encode("utf-8")
    if kind is Format.CSV:
        return report_as_csv(report, language).encode("utf-8")
    return ("\n".join(report_as_text(report, language)) + "\n").encode("utf-8")


def _pictures(bureau: Bureau) -> tuple[Picture, ...]:
    files = bureau.office.picture_files().values()
    if not files:
        raise UsageError(
            _("There is no picture yet."),
            _("Hold a sitting with the guardian first: vertrouwenswerk bureau sitting"),
        )
    return tuple(read_picture(file, bureau.joint_keys) for file in files)


def _picture_of(pictures: Sequence[Picture], window: Window) -> Picture:
    """Return the newest picture that has a table of the window."""
    for picture in reversed(pictures):
        if window in picture.windows():
            return picture
    found = sorted({str(each) for picture in pictures for each in picture.windows()})
    raise UsageError(
        _("No picture has a table of %(window)s.") % {"window": window},
        _("Choose a window: %(windows)s.") % {"windows": ", ".join(found)},
    )


def _codebook(codebooks: Codebooks, digest: bytes) -> Codebook:
    book = codebooks.get(digest)
    if book is None:
        raise DamagedVaultError(
            _("The codebook that a picture goes by is missing in the office."),
            _("Restore the bureau's newest backup."),
        )
    return book


def _arrivals(pictures: Iterable[Picture], codebooks: Codebooks) -> tuple[Arrival, ...]:
    """Return what each sitting opened, as the pictures say.

    One from before pictures said so counts as having opened, for the first time, every
    quarter of its tables that no picture before it knew.
    """
    found: list[Arrival] = []
    seen: set[int] = set()
    for picture in pictures:
        for opening in picture.openings:
            units, themes = codebooks.numbers(opening.codebooks)
            quarter = Quarter.parse(opening.quarter).index
            advisers = frozenset(range(opening.advisers))
            found.append(Arrival(quarter, picture.number, units, themes, advisers, opening.replaced))
        if picture.certificate is None:
            quarters = {q.index for window in picture.windows() for q in window.quarters} - seen
            units, themes = codebooks.numbers(())
            found += [
                Arrival(quarter, picture.number, units, themes, frozenset(), replaced=False)
                for quarter in sorted(quarters)
            ]
        seen |= {arrival.quarter for arrival in found}
    return tuple(found)


def _published(rows: Iterable[Release], codebooks: Codebooks) -> tuple[Published, ...]:
    return tuple(
        Published(
            Span.counted(_codebook(codebooks, row.codebook_digest).version, row.picture, row.window),
            row.table.counts(),
        )
        for row in rows
    )


def _as_row(proposal: Proposal) -> Release:
    return Release(
        number=proposal.number,
        picture=proposal.picture,
        codebook_digest=proposal.codebook_digest,
        audience=proposal.audience.value,
        level=proposal.level,
        groups=proposal.groups,
        table=PictureTable.of(proposal.table),
        certificate=proposal.certificate,
    )
