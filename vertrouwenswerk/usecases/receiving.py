"""What the bureau does with the files that come in: import them, and see who delivered what.

Each file is taken whole or not at all, the same file twice changes nothing, and the order
does not matter. Unknown adviser or codebook: held, and released when they become known.
What is refused stays out, with the reason, and the rest goes on.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.handoff.summary_file import LIMIT_BYTES, SealedSummary, open_envelope
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases.bureau import Bureau, label
from vertrouwenswerk.usecases.handing_in import SUFFIX
from vertrouwenswerk.usecases.progress import Progress, no_progress
from vertrouwenswerk.vault.files import read_limited
from vertrouwenswerk.vault.office_store import Delivery, DeliveryState

MAX_HELD = 1_000


class Outcome(Enum):
    """What became of one file."""

    ACCEPTED = "accepted"
    ALREADY_IN = "already in"
    REPLACED = "replaced"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Imported:
    """A file, what became of it, for whom and when if that is known, and the reason if refused."""

    path: Path
    outcome: Outcome
    adviser: str = ""
    quarter: Quarter | None = None
    refusal: FileRefusedError | None = None


def find_summaries(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files named, and the ``*.vwsummary`` files in the folders named, by name."""
    found: list[Path] = []
    for path in paths:
        found.extend(sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path])
    return tuple(found)


def import_summaries(
    bureau: Bureau, paths: Iterable[Path], progress: Progress = no_progress
) -> tuple[Imported, ...]:
    """Import files, and those in folders. Raises VaultError; what a file does wrong is in its result."""
    files = find_summaries(paths)
    desk = _Desk.of(bureau)
    results = []
    for done, path in enumerate(files):
        progress(done, len(files))
        results.append(_import_one(desk, path))
    progress(len(files), len(files))
    return tuple(results)


def release_held(bureau: Bureau) -> int:
    """Take in what was held and is known by now; return how many summaries that were.

    One that is refused now (``same-revision``) is held no longer: the adviser exports again.
    """
    desk = _Desk.of(bureau)
    known = {
        digest: summary
        for digest, summary in ((d, SealedSummary.from_bytes(b)) for d, b in bureau.office.held().items())
        if desk.knows(summary)
    }
    outcomes = [_accept_or_drop(desk, summary, digest) for digest, summary in known.items()]
    return len(outcomes) - outcomes.count(Outcome.REFUSED)


def deliveries(bureau: Bureau) -> tuple[Delivery, ...]:
    """Return what came in, by adviser and quarter, without any count."""
    return bureau.office.deliveries()


def coverage(bureau: Bureau) -> dict[Quarter, int]:
    """Return for each quarter how many advisers delivered it."""
    accepted = [d.quarter for d in deliveries(bureau) if d.state is DeliveryState.ACCEPTED]
    return {quarter: accepted.count(quarter) for quarter in sorted(set(accepted))}


@dataclass(frozen=True, slots=True)
class _Desk:
    bureau: Bureau
    numbers: dict[bytes, int]
    codebooks: frozenset[bytes]

    @classmethod
    def of(cls, bureau: Bureau) -> "_Desk":
        return cls(bureau, bureau.office.advisers(), frozenset(bureau.office.codebook_files()))

    def knows(self, summary: SealedSummary) -> bool:
        return summary.header.adviser in self.numbers and summary.header.codebook_digest in self.codebooks


def _import_one(desk: _Desk, path: Path) -> Imported:
    try:
        data = read_limited(path, LIMIT_BYTES)
        summary = open_envelope(data, desk.bureau.identity)
        outcome = _file(desk, summary, hashlib.sha256(summary.to_bytes()).digest())
    except FileRefusedError as refusal:
        return Imported(path, Outcome.REFUSED, refusal=refusal)
    header = summary.header
    return Imported(path, outcome, label(desk.numbers.get(header.adviser)), header.quarter)


def _file(desk: _Desk, summary: SealedSummary, digest: bytes) -> Outcome:
    header = summary.header
    if header.quarter > Quarter.of(desk.bureau.today):
        raise FileRefusedError(
            "future-quarter",
            _("This summary is about a quarter that is yet to begin."),
            _("Check the date of this computer, or ask the adviser for a new export."),
        )
    if desk.knows(summary):
        return _accept(desk, summary, digest)
    office = desk.bureau.office
    held = office.held()
    if digest not in held and len(held) >= MAX_HELD:
        raise FileRefusedError(
            "too-many-held",
            _("There are too many summaries from unknown advisers already."),
            _("Enrol the advisers first, then import again."),
        )
    office.hold(digest, header.adviser, header.quarter, header.revision, summary.to_bytes())
    return Outcome.HELD


def _accept(desk: _Desk, summary: SealedSummary, digest: bytes) -> Outcome:
    header, office = summary.header, desk.bureau.office
    number = desk.numbers[header.adviser]
    known = office.revisions(number, header.quarter)
    if known.get(header.revision) == digest:
        return Outcome.ALREADY_IN
    if header.revision in known:
        raise FileRefusedError(
            "same-revision",
            _("Another summary with the same number came in from this adviser for this quarter."),
            _("Ask the adviser to export the quarter once more; the newest one then counts."),
        )
    state = office.accept(number, header.quarter, header.revision, digest, summary.to_bytes())
    return Outcome.ACCEPTED if state is DeliveryState.ACCEPTED else Outcome.REPLACED


def _accept_or_drop(desk: _Desk, summary: SealedSummary, digest: bytes) -> Outcome:
    try:
        return _accept(desk, summary, digest)
    except FileRefusedError:
        desk.bureau.office.drop_held(digest)
        return Outcome.REFUSED
