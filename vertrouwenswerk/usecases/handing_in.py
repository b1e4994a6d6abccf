"""What an adviser hands in: preview every line that will leave, then export the file.

The preview is read back from the very bytes about to be sealed. A revision is taken
before anything is written, so that two different files never carry the same one; the file
is read again and compared before it counts as handed in.
"""

import secrets
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path

from vertrouwenswerk.domain.codebook import Opening
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.errors import FileRefusedError, UsageError
from vertrouwenswerk.handoff.counts_array import decode_counts, encode_counts
from vertrouwenswerk.handoff.keys import sign_key_of
from vertrouwenswerk.handoff.summary_file import LIMIT_BYTES, SummaryHeader, seal_summary
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases.adviser import Adviser, is_cleared, own_tallies, require_not_cleared
from vertrouwenswerk.vault.adviser_care import amend_care
from vertrouwenswerk.vault.adviser_store import HandedIn, tallies_digest
from vertrouwenswerk.vault.files import read_limited, write_atomically

SUFFIX = ".vwsummary"


class WriteState(IntEnum):
    """What became of the file."""

    NOTHING_WRITTEN = 0
    VERIFIED = 1
    NOT_VERIFIED = 2


class QuarterState(IntEnum):
    """Where a quarter stands with the bureau, as far as this vault knows."""

    RUNNING = 0
    OPEN = 1
    EXPORTED = 2
    CHANGED_SINCE = 3
    CLEARED = 4

    @property
    def waits(self) -> bool:
        """Tell whether the bureau does not have the quarter, though over, as it is now."""
        return self in (QuarterState.OPEN, QuarterState.CHANGED_SINCE)


@dataclass(frozen=True, slots=True)
class Preview:
    """All that will leave: the quarter, the lines (none is possible), and who can open them."""

    quarter: Quarter
    lines: tuple[OwnTally, ...]
    opening: Opening
    counts: bytes


@dataclass(frozen=True, slots=True)
class Exported:
    """The file, its revision (1 is the first), and whether it was read back and compared."""

    path: Path
    revision: int
    state: WriteState


def preview(adviser: Adviser, quarter: Quarter, *, leaving: bool = False) -> Preview:
    """Return what an export of ``quarter`` will hold. Raises UsageError when it is not closed yet."""
    _require_closed(adviser, quarter, leaving=leaving)
    require_not_cleared(adviser, quarter)
    codebook = adviser.codebook
    counts = encode_counts(codebook, own_tallies(adviser, quarter=quarter))
    return Preview(quarter, decode_counts(codebook, quarter, counts), codebook.opening, counts)


def export(
    adviser: Adviser,
    quarter: Quarter,
    folder: Path,
    *,
    leaving: bool = False,
    previewed: Preview | None = None,
) -> Exported:
    """Write the sealed summary of ``quarter`` into ``folder`` under a random name.

    With ``previewed`` nothing but what it shows may leave. Raises UsageError (quarter not
    closed, or other tallies than were previewed), StorageError (nothing written).
    """
    shown = preview(adviser, quarter, leaving=leaving)
    if previewed is not None and previewed.counts != shown.counts:
        raise UsageError(
            _("Your tallies changed after you looked at them; nothing was written."),
            _("Go back and look again at what will leave."),
        )
    digest = tallies_digest(adviser.codebook, shown.lines)
    revision = _take_revision(adviser, quarter, digest)
    data = _seal(adviser, shown, revision)
    amend_care(adviser.vault.safe, backed_up=False)  # before it is written, so that a kill leaves it so
    path = folder / f"{secrets.token_hex(8)}{SUFFIX}"
    write_atomically(path, data, replace=False)
    state = _verify(path, data)
    adviser.vault.note_handed_in(HandedIn(quarter, revision, state, digest))
    if quarter == Quarter.of(adviser.today):
        adviser.vault.leave()
    return Exported(path, revision, state)


def _take_revision(adviser: Adviser, quarter: Quarter, digest: bytes) -> int:
    """Take the next revision for good; what was exported before keeps its state until there is a new file."""
    earlier = next((entry for entry in adviser.vault.handed_in() if entry.quarter == quarter), None)
    fresh = HandedIn(quarter, 0, WriteState.NOTHING_WRITTEN, digest)
    entry = earlier or fresh
    adviser.vault.note_handed_in(replace(entry, revision=entry.revision + 1))
    return entry.revision + 1


def quarter_states(adviser: Adviser) -> dict[Quarter, QuarterState]:
    """Return the state of every quarter with tallies or an export, and of the last closed one."""
    running = Quarter.of(adviser.today)
    tallies = own_tallies(adviser)
    exported = {entry.quarter: entry for entry in adviser.vault.handed_in() if entry.state}
    quarters = {running, running.previous(), *exported, *(tally.quarter for tally in tallies)}
    return {
        quarter: _state(adviser, quarter, exported.get(quarter), tallies)
        for quarter in sorted(quarters, reverse=True)
    }


def _state(
    adviser: Adviser, quarter: Quarter, entry: HandedIn | None, tallies: tuple[OwnTally, ...]
) -> QuarterState:
    if entry is None:
        return QuarterState.OPEN if quarter.is_closed(adviser.today) else QuarterState.RUNNING
    own = (tally for tally in tallies if tally.quarter == quarter)
    if tallies_digest(adviser.codebook, own) == entry.digest:
        return QuarterState.EXPORTED
    return QuarterState.CLEARED if is_cleared(adviser, quarter) else QuarterState.CHANGED_SINCE


def _seal(adviser: Adviser, shown: Preview, revision: int) -> bytes:
    codebook, sign_seed = adviser.codebook, adviser.vault.sign_seed()
    header = SummaryHeader(
        sign_key_of(sign_seed), adviser.signed_codebook.digest, codebook.version, shown.quarter, revision
    )
    counts_for = codebook.guardian or codebook.bureau
    return seal_summary(header, shown.counts, sign_seed, counts_for, codebook.bureau)


def _verify(path: Path, data: bytes) -> WriteState:
    try:
        same = read_limited(path, LIMIT_BYTES) == data
    except FileRefusedError:
        return WriteState.NOT_VERIFIED
    return WriteState.VERIFIED if same else WriteState.NOT_VERIFIED


def _require_closed(adviser: Adviser, quarter: Quarter, *, leaving: bool) -> None:
    running = Quarter.of(adviser.today)
    if quarter < running or (leaving and quarter == running):
        return
    raise UsageError(
        _("The quarter %(quarter)s is not over yet.") % {"quarter": quarter},
        _("Hand it in after its last day. If you leave as an adviser, use --leaving."),
    )
