"""The pool: what sittings opened, per adviser and quarter, under a key that takes both secrets.

Besides the newest revision of each delivery it keeps what every sitting added and took
back: an earlier picture stays true of what its sitting saw.

The key is HKDF-SHA256 over the bureau's half and the guardian's half (32 bytes each); with
no guardian, over the bureau's alone. Only the sitting's use case opens it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.vault.engine import Migration, database_errors, from_sql, transaction
from vertrouwenswerk.vault.safe import Safe

MIGRATIONS: tuple[Migration, ...] = (from_sql("pool-1.sql"), from_sql("pool-2.sql"))

# What of an adviser's quarter an opened delivery takes the place of.
_CLEAR = (
    "DELETE FROM signal WHERE adviser = ? AND quarter = ? AND ? > 0",
    "DELETE FROM delivery WHERE adviser = ? AND quarter = ? AND ? > 0",
    "DELETE FROM arrival WHERE adviser = ? AND quarter = ? AND sitting = ?",
    "DELETE FROM change WHERE adviser = ? AND quarter = ? AND sitting = ?",
)


@dataclass(frozen=True, slots=True)
class OpenedDelivery:
    """An adviser's quarter, opened: (unit number, theme number, count) per non-empty cell."""

    adviser: int
    quarter: Quarter
    revision: int
    codebook: bytes
    cells: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class OpenedAt:
    """That a sitting opened an adviser's summary; ``codebook``: digest, empty when not known."""

    sitting: int
    quarter: Quarter
    adviser: int
    codebook: bytes
    replaced: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a sitting added to, or took from, all advisers' count of a place."""

    sitting: int
    quarter: Quarter
    unit: int
    theme: int
    added: int
    withdrawn: int


def pool_key(bureau_half: bytes, guardian_half: bytes | None) -> bytes:
    """Derive the pool's key (32 bytes) from the halves (32 bytes each)."""
    info = b"vertrouwenswerk pool 1 " + (b"alone" if guardian_half is None else b"both")
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(bureau_half + (guardian_half or b""))


class Pool:
    """The open pool."""

    def __init__(self, safe: Safe) -> None:
        self.safe = safe

    @classmethod
    def open(cls, path: Path, key: bytes, *, demo: bool) -> "Pool":
        """Open the pool, or make it at the first sitting. Raises VaultBusyError, DamagedVaultError."""
        if path.exists():
            return cls(Safe.open_with_key(path, key, MIGRATIONS, cheap=demo))

        def fill(connection: sa.Connection) -> None:
            connection.exec_driver_sql("INSERT INTO mark VALUES (1, ?)", (int(demo),))

        return cls(Safe.create_with_key(path, key, MIGRATIONS, fill, cheap=demo))

    def close(self) -> None:
        """Close the pool."""
        self.safe.close()

    def revisions(self) -> dict[tuple[int, Quarter], int]:
        """Return which revision of each adviser's quarter was opened."""
        with database_errors(self.safe.path), self.safe.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT adviser, quarter, revision FROM delivery").all()
        return {(adviser, Quarter.from_index(quarter)): revision for adviser, quarter, revision in rows}

    def put(self, opened: Iterable[OpenedDelivery], sitting: int) -> None:
        """Store opened deliveries, each in the place of the adviser's earlier one for that quarter.

        What a sitting that made no picture had opened belongs to the next one: it has the
        same number.
        """
        with transaction(self.safe.engine, self.safe.path) as connection:
            for delivery in opened:
                _put_one(connection, delivery, sitting)

    def arrivals(self) -> tuple[OpenedAt, ...]:
        """Return which summaries each sitting opened, by sitting, quarter and adviser."""
        rows = self._rows(
            "SELECT sitting, quarter, adviser, codebook, replaced FROM arrival ORDER BY 1, 2, 3"
        )
        return tuple(
            OpenedAt(sitting, Quarter.from_index(quarter), adviser, bytes(codebook), bool(replaced))
            for sitting, quarter, adviser, codebook, replaced in rows
        )

    def changes(self) -> tuple[Change, ...]:
        """Return what each sitting added and took back, all advisers together."""
        rows = self._rows(
            "SELECT sitting, quarter, unit, theme, sum(added), sum(withdrawn) FROM change"
            " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        )
        return tuple(Change(row[0], Quarter.from_index(row[1]), *row[2:]) for row in rows)

    def pictures(self) -> dict[int, bytes]:
        """Return the SHA-256 of the picture that each sitting made."""
        return {number: bytes(digest) for number, digest in self._rows("SELECT number, picture FROM sitting")}

    def picture_files(self) -> dict[int, bytes]:
        """Return the pictures that the pool keeps; sittings of version 1 left only their digest."""
        return {number: bytes(file) for number, file in self._rows("SELECT number, signed_file FROM picture")}

    def note_sitting(self, number: int, picture: bytes) -> None:
        """Enter a sitting with its picture in the ledger."""
        with transaction(self.safe.engine, self.safe.path) as connection:
            digest = hashlib.sha256(picture).digest()
            connection.exec_driver_sql("INSERT INTO sitting VALUES (?, ?)", (number, digest))
            connection.exec_driver_sql("INSERT INTO picture VALUES (?, ?)", (number, picture))

    def _rows(self, statement: str) -> list[Any]:
        with database_errors(self.safe.path), self.safe.engine.connect() as connection:
            return list(connection.exec_driver_sql(statement).all())


def _put_one(connection: sa.Connection, delivery: OpenedDelivery, sitting: int) -> None:
    place = (delivery.adviser, delivery.quarter.index)
    before = _counts_before(connection, place, sitting)
    replaced = connection.exec_driver_sql(
        "SELECT count(*) FROM arrival WHERE adviser = ? AND quarter = ? AND sitting < ?", (*place, sitting)
    ).scalar_one()
    for statement in _CLEAR:
        connection.exec_driver_sql(statement, (*place, sitting))
    connection.exec_driver_sql(
        "INSERT INTO delivery VALUES (?, ?, ?, ?)", (*place, delivery.revision, sitting)
    )
    connection.exec_driver_sql(
        "INSERT INTO arrival VALUES (?, ?, ?, ?, ?)",
        (sitting, delivery.quarter.index, delivery.adviser, delivery.codebook, int(replaced > 0)),
    )
    after = {(unit, theme): count for unit, theme, count in delivery.cells}
    for (unit, theme), count in after.items():
        connection.exec_driver_sql("INSERT INTO signal VALUES (?, ?, ?, ?, ?)", (*place, unit, theme, count))
    for cell in sorted(before.keys() | after.keys()):
        more = after.get(cell, 0) - before.get(cell, 0)
        if more:
            connection.exec_driver_sql(
                "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?)",
                (sitting, delivery.quarter.index, delivery.adviser, *cell, max(more, 0), max(-more, 0)),
            )


def _counts_before(
    connection: sa.Connection, place: tuple[int, int], sitting: int
) -> dict[tuple[int, int], int]:
    """Return what the sittings before this one left of an adviser's quarter."""
    rows = connection.exec_driver_sql(
        "SELECT unit, theme, sum(added - withdrawn) FROM change"
        " WHERE adviser = ? AND quarter = ? AND sitting < ? GROUP BY unit, theme",
        (*place, sitting),
    ).all()
    return {(unit, theme): count for unit, theme, count in rows if count}
