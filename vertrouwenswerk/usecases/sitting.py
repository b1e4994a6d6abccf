"""A sitting: bureau and guardian together open the pool, merge, protect, scan, and leave a picture.

Every picture is protected together with all before it: it gives way to them.

The only place that opens the pool. Deliveries are opened only from advisers on the register
that the guardian signed, and their signatures are checked again. What goes to the office is
a picture of safe tables and of patterns that they let through; then the pool closes,
whatever happens. A sitting can be repeated: killed half-way, the next one finds everything
where it was.
"""

import secrets
from dataclasses import dataclass

from vertrouwenswerk.disclosure.certificate import Certificate
from vertrouwenswerk.disclosure.protect import Protected, protect_picture
from vertrouwenswerk.disclosure.release_plan import planned_tables, rolling_window
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.quarter import Quarter, last_closed
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.handoff.codebook_file import require_countersigned
from vertrouwenswerk.handoff.counts_array import decode_counts
from vertrouwenswerk.handoff.picture_file import (
    Picture,
    PictureOpening,
    PictureTable,
    read_picture,
    write_picture,
)
from vertrouwenswerk.handoff.summary_file import SealedSummary, open_counts
from vertrouwenswerk.usecases.bureau import (
    Bureau,
    countersign_register,
    countersigned_advisers,
    enrolled,
    label,
    require_guardian,
)
from vertrouwenswerk.usecases.guardian import Guardian
from vertrouwenswerk.usecases.linking import Codebooks, history_of, pictures_before, published_tables
from vertrouwenswerk.usecases.pattern_looking import shown_before
from vertrouwenswerk.usecases.progress import Progress, no_progress
from vertrouwenswerk.usecases.scanning import Scanned, pool_history, scan_history
from vertrouwenswerk.vault.pool_store import OpenedAt, OpenedDelivery, Pool, ScanNote, pool_key

_SEED_BITS = 63  # what a database keeps as a number


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a sitting will do: summaries to open, and advisers whom the guardian has not agreed to.

    ``earlier``: pictures that the new one must give way to; ``repeats_quarter``: one of
    them is about the quarter that closed last.
    """

    summaries: int
    new_advisers: tuple[str, ...]
    earlier: int
    repeats_quarter: bool


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a sitting did. ``unreadable`` and ``left_out`` name adviser and quarter or adviser.

    ``tables`` are those of the picture, ``earlier`` the pictures that it is protected with.
    """

    picture: int
    opened: int
    unreadable: tuple[str, ...]
    left_out: tuple[str, ...]
    tables: tuple[SafeTable, ...]
    certificate: Certificate
    earlier: int

    @property
    def table(self) -> SafeTable:
        """The table of the last four quarters."""
        newest = max(table.window.last for table in self.tables)
        return next(table for table in self.tables if table.window == rolling_window(newest))


def agenda(bureau: Bureau) -> Agenda:
    """Return what a sitting held now would do; needs the bureau's key only."""
    return Agenda(
        len(bureau.office.accepted_bodies()),
        tuple(entry.label for entry in enrolled(bureau) if not entry.is_countersigned),
        len(bureau.office.picture_files()),
        _repeats_quarter(bureau, last_closed(bureau.today)),
    )


def hold_sitting(
    bureau: Bureau,
    guardian: Guardian | None,
    *,
    countersign_advisers: bool = False,
    progress: Progress = no_progress,
    seed: int | None = None,
) -> Minutes:
    """Open what came in, merge, protect, scan, and put the picture in the office.

    ``guardian`` is None only where the codebook says that the bureau opens alone. With
    ``countersign_advisers`` the guardian agrees to the advisers enrolled since the last
    sitting; without, their deliveries stay closed. ``seed`` is that of the scan's chance (0 to
    2^63 - 1), drawn anew unless given.

    Raises FileRefusedError (``another-guardian``, ``not-countersigned``), VaultError,
    DisclosureError; the picture in the office is then still the one before.
    """
    require_guardian(bureau, guardian)
    require_countersigned(bureau.signed_codebook)
    if countersign_advisers or guardian is None:
        countersign_register(bureau, guardian)
    key = pool_key(bureau.office.secrets().pool_secret, guardian.pool_half if guardian else None)
    pool = Pool.open(bureau.places.pool_vault, key, demo=bureau.is_demo)
    try:
        drawn = secrets.randbits(_SEED_BITS) if seed is None else seed
        return _Sitting(bureau, guardian, pool, progress, drawn).hold()
    finally:
        pool.close()


@dataclass(frozen=True)
class _Sitting:
    bureau: Bureau
    guardian: Guardian | None
    pool: Pool
    progress: Progress
    seed: int

    def hold(self) -> Minutes:
        before = pictures_before(self.bureau, self.pool)
        number = max((picture.number for picture in before), default=0) + 1
        codebooks = Codebooks(self.bureau)
        advisers = {adviser.number: adviser.sign_key for adviser in countersigned_advisers(self.bureau)}
        opened, unreadable = self._open_deliveries(advisers, codebooks)
        self.pool.put(opened, number)
        protected = self._protect(number, before, codebooks)
        self._publish(number, protected, self._scan(number, protected, before, codebooks))
        left_out = tuple(e.label for e in enrolled(self.bureau) if not e.is_countersigned)
        return Minutes(
            number, len(opened), unreadable, left_out, protected.tables, protected.certificate, len(before)
        )

    def _open_deliveries(
        self, advisers: dict[int, bytes], codebooks: Codebooks
    ) -> tuple[list[OpenedDelivery], tuple[str, ...]]:
        seen = self.pool.revisions()
        opened, unreadable = [], []
        bodies = self.bureau.office.accepted_bodies()
        for done, (number, body) in enumerate(bodies):
            self.progress(done, len(bodies))
            summary = SealedSummary.from_bytes(body)
            header = summary.header
            if number not in advisers or seen.get((number, header.quarter), 0) >= header.revision:
                continue
            delivery = self._open_one(number, summary, advisers[number], codebooks)
            if delivery is None:
                self.bureau.office.refuse(number, header.quarter, header.revision)
                unreadable.append(f"{label(number)} {header.quarter}")
            else:
                opened.append(delivery)
        return opened, tuple(unreadable)

    def _open_one(
        self, number: int, summary: SealedSummary, sign_key: bytes, codebooks: Codebooks
    ) -> OpenedDelivery | None:
        header = summary.header
        opener = self.guardian.identity if self.guardian else self.bureau.identity
        codebook = codebooks.get(header.codebook_digest)
        if codebook is None or header.adviser != sign_key or not summary.is_genuine():
            return None
        array = open_counts(summary, opener)
        if array is None:
            return None
        try:
            tallies = decode_counts(codebook, header.quarter, array)
        except FileRefusedError:
            return None
        cells = tuple(
            (codebook.unit_numbers[tally.unit], codebook.theme_numbers[tally.theme], tally.count)
            for tally in tallies
        )
        return OpenedDelivery(number, header.quarter, header.revision, header.codebook_digest, cells)

    def _protect(self, number: int, before: tuple[Picture, ...], codebooks: Codebooks) -> Protected:
        history = history_of(self.pool, codebooks, before)
        earlier = published_tables(before, codebooks)
        newest = last_closed(self.bureau.today)
        version = self.bureau.codebook.version
        plan = planned_tables(version, number, newest, [table.span for table in earlier])
        threshold = self.bureau.codebook.threshold
        return protect_picture(history, threshold, plan, earlier, lambda _step, done: self.progress(done, 0))

    def _scan(
        self, number: int, protected: Protected, before: tuple[Picture, ...], codebooks: Codebooks
    ) -> Scanned:
        codebook, newest = self.bureau.codebook, last_closed(self.bureau.today)
        note = ScanNote(self.seed, codebook.version)
        self.pool.note_scan(number, note)
        history = pool_history(self.pool, codebook, codebooks.get, newest)
        shown = shown_before(before, self.bureau.signed_codebook.digest)
        shown |= {table.window: table.shown for table in protected.tables}
        return scan_history(history, shown, self.seed, self.progress)

    def _publish(self, number: int, protected: Protected, scanned: Scanned) -> None:
        accepted = self.pool.revisions()
        picture = Picture(
            number=number,
            codebook_digest=self.bureau.signed_codebook.digest,
            advisers=len({adviser for adviser, _quarter in accepted}),
            summaries=len(accepted),
            tables=tuple(map(PictureTable.of, protected.tables)),
            openings=self._openings(number),
            certificate=protected.certificate,
            findings=scanned.findings,
            scan=scanned.scan,
        )
        signed = write_picture(
            picture, self.bureau.identity, self.guardian.identity if self.guardian else None
        )
        # The office first: a pool that knows of a picture which nobody has would stop every sitting.
        self.bureau.office.put_picture(number, signed)
        self.pool.note_sitting(number, signed)

    def _openings(self, number: int) -> tuple[PictureOpening, ...]:
        """Return whose quarters this sitting opened: what coverage shows, for an audit from outside."""
        opened: dict[Quarter, list[OpenedAt]] = {}
        for arrival in self.pool.arrivals():
            if arrival.sitting == number:
                opened.setdefault(arrival.quarter, []).append(arrival)
        return tuple(
            PictureOpening(
                quarter=str(quarter),
                advisers=len(group),
                codebooks=tuple(sorted({arrival.codebook for arrival in group})),
                replaced=any(arrival.replaced for arrival in group),
            )
            for quarter, group in sorted(opened.items())
        )


def _repeats_quarter(bureau: Bureau, newest: Quarter) -> bool:
    """Tell whether the newest picture is about the quarter that closed last."""
    file = bureau.office.picture_file()
    if file is None:
        return False
    return any(window.last == newest for window in read_picture(file, bureau.joint_keys).windows())
