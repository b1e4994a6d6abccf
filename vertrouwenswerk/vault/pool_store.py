"""The pool: what sittings opened, per adviser and quarter, under a key that takes both secrets.

The key is HKDF-SHA256 over the bureau's half and the guardian's half (32 bytes each); with
no guardian, over the bureau's alone. Only the sitting's use case opens it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.vault.engine import Migration, database_errors, from_sql, transaction
from vertrouwenswerk.vault.safe import Safe

MIGRATIONS: tuple[Migration, ...] = (from_sql("pool-1.sql"),)


@dataclass(frozen=True, slots=True)
class OpenedDelivery:
    """An adviser's quarter, opened: (unit number, theme number, count) per non-empty cell."""

    adviser: int
    quarter: Quarter
    revision: int
    cells: tuple[tuple[int, int, int], ...]


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
        """Store opened deliveries, each in the place of the adviser's earlier one for that quarter."""
        with transaction(self.safe.engine, self.safe.path) as connection:
            for delivery in opened:
                place = (delivery.adviser, delivery.quarter.index)
                connection.exec_driver_sql("DELETE FROM signal WHERE adviser = ? AND quarter = ?", place)
                connection.exec_driver_sql(
                    "INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?)",
                    (*place, delivery.revision, sitting),
                )
                for cell in delivery.cells:
                    connection.exec_driver_sql("INSERT INTO signal VALUES (?, ?, ?, ?, ?)", (*place, *cell))

    def merged(self, window: Window, advisers: Iterable[int]) -> dict[tuple[int, int], int]:
        """Return how many signals ``advisers`` counted in ``window`` per (unit, theme) number."""
        statement = (
            "SELECT adviser, unit, theme, sum(count) FROM signal WHERE quarter BETWEEN ? AND ?"
            " GROUP BY adviser, unit, theme"
        )
        bounds = (window.first.index, window.last.index)
        wanted = frozenset(advisers)
        with database_errors(self.safe.path), self.safe.engine.connect() as connection:
            rows = connection.exec_driver_sql(statement, bounds).all()
        counts: dict[tuple[int, int], int] = {}
        for adviser, unit, theme, count in rows:
            if adviser in wanted:
                counts[unit, theme] = counts.get((unit, theme), 0) + count
        return counts

    def next_sitting(self) -> int:
        """Return the number of the sitting that is being held."""
        with database_errors(self.safe.path), self.safe.engine.connect() as connection:
            last: int = connection.exec_driver_sql(
                "SELECT coalesce(max(number), 0) FROM sitting"
            ).scalar_one()
        return last + 1

    def note_sitting(self, number: int, picture_digest: bytes) -> None:
        """Enter a sitting and the SHA-256 of its picture in the ledger."""
        with transaction(self.safe.engine, self.safe.path) as connection:
            connection.exec_driver_sql("INSERT INTO sitting VALUES (?, ?)", (number, picture_digest))
