"""A sitting: bureau and guardian together open the pool, merge, protect, and leave a picture.

The only place that opens the pool. Deliveries are opened only from advisers on the register
that the guardian signed, and their signatures are checked again. What goes to the office is
a picture of safe tables; then the pool closes, whatever happens. A sitting can be repeated:
killed half-way, the next one finds everything where it was.
"""

import hashlib
from dataclasses import dataclass

from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.rules import Rules
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Window, last_closed
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.handoff.codebook_file import read_codebook, require_countersigned
from vertrouwenswerk.handoff.counts_array import decode_counts
from vertrouwenswerk.handoff.picture_file import Picture, PictureTable, ShownCell, write_picture
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
from vertrouwenswerk.usecases.progress import Progress, no_progress
from vertrouwenswerk.vault.pool_store import OpenedDelivery, Pool, pool_key

QUARTERS_IN_WINDOW = 4


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a sitting will do: summaries to open, and advisers whom the guardian has not agreed to."""

    summaries: int
    new_advisers: tuple[str, ...]
    replaces_picture: bool


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a sitting did. ``unreadable`` and ``left_out`` name adviser and quarter or adviser."""

    picture: int
    opened: int
    unreadable: tuple[str, ...]
    left_out: tuple[str, ...]
    table: SafeTable
    replaced_picture: bool


def agenda(bureau: Bureau) -> Agenda:
    """Return what a sitting held now would do; needs the bureau's key only."""
    return Agenda(
        len(bureau.office.accepted_bodies()),
        tuple(entry.label for entry in enrolled(bureau) if not entry.is_countersigned),
        bureau.office.picture_file() is not None,
    )


def hold_sitting(
    bureau: Bureau,
    guardian: Guardian | None,
    *,
    countersign_advisers: bool = False,
    progress: Progress = no_progress,
) -> Minutes:
    """Open what came in, merge, protect, and put the picture in the office.

    ``guardian`` is None only where the codebook says that the bureau opens alone. With
    ``countersign_advisers`` the guardian agrees to the advisers enrolled since the last
    sitting; without, their deliveries stay closed.

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
        return _Sitting(bureau, guardian, pool, progress).hold()
    finally:
        pool.close()


@dataclass(frozen=True)
class _Sitting:
    bureau: Bureau
    guardian: Guardian | None
    pool: Pool
    progress: Progress

    def hold(self) -> Minutes:
        number = self.pool.next_sitting()
        advisers = {adviser.number: adviser.sign_key for adviser in countersigned_advisers(self.bureau)}
        opened, unreadable = self._open_deliveries(advisers)
        self.pool.put(opened, number)
        table = self._protect(advisers)
        replaced = self.bureau.office.picture_file() is not None
        self._publish(number, table)
        left_out = tuple(e.label for e in enrolled(self.bureau) if not e.is_countersigned)
        return Minutes(number, len(opened), unreadable, left_out, table, replaced)

    def _open_deliveries(self, advisers: dict[int, bytes]) -> tuple[list[OpenedDelivery], tuple[str, ...]]:
        codebooks = {
            digest: read_codebook(file).codebook
            for digest, file in self.bureau.office.codebook_files().items()
        }
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
        self, number: int, summary: SealedSummary, sign_key: bytes, codebooks: dict[bytes, Codebook]
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
        return OpenedDelivery(number, header.quarter, header.revision, cells)

    def _protect(self, advisers: dict[int, bytes]) -> SafeTable:
        codebook = self.bureau.codebook
        window = Window.ending(last_closed(self.bureau.today), QUARTERS_IN_WINDOW)
        units = {number: code for code, number in codebook.unit_numbers.items()}
        themes = {number: code for code, number in codebook.theme_numbers.items()}
        signals: dict[tuple[str, str], int] = {}
        for (unit, theme), count in self.pool.merged(window, advisers).items():
            now = codebook.successor_number(unit)
            if now is None or theme not in themes:
                raise KeyError("a codebook dropped what was counted")
            cell = (units[now], themes[theme])
            signals[cell] = signals.get(cell, 0) + count
        small = frozenset(unit.code for unit in codebook.units if codebook.is_small(unit.code))
        counts = MergedCounts(window, codebook.unit_tree, codebook.theme_tree, signals)
        return protect(counts, Rules(codebook.threshold, small), lambda _step, done: self.progress(done, 0))

    def _publish(self, number: int, table: SafeTable) -> None:
        accepted = self.pool.revisions()
        picture = Picture(
            number=number,
            codebook_digest=self.bureau.signed_codebook.digest,
            advisers=len({adviser for adviser, _quarter in accepted}),
            summaries=len(accepted),
            tables=(_as_data(table),),
        )
        signed = write_picture(
            picture, self.bureau.identity, self.guardian.identity if self.guardian else None
        )
        self.pool.note_sitting(number, hashlib.sha256(signed).digest())
        self.bureau.office.put_picture(number, signed)


def _as_data(table: SafeTable) -> PictureTable:
    units = {code: index for index, code in enumerate(table.units)}
    themes = {code: index for index, code in enumerate(table.themes)}
    shown = sorted((units[unit], themes[theme], count) for (unit, theme), count in table.shown.items())
    cells = tuple(ShownCell(*cell) for cell in shown)
    return PictureTable(str(table.window), table.threshold, table.units, table.themes, cells)
