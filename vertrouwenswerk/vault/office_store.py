"""The bureau's daily vault: sealed deliveries, the register, codebooks, pictures, the release ledger.

A delivery is kept as header, signature and a ciphertext that only the guardian's key opens.
Of one adviser and quarter the highest revision is accepted and the others are replaced (and
their ciphertext dropped), in whatever order they come in.
"""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.vault.engine import Migration, database_errors, from_sql, transaction
from vertrouwenswerk.vault.safe import Safe, Secrets

MIGRATIONS: tuple[Migration, ...] = tuple(from_sql(f"office-{number}.sql") for number in (1, 2, 3))


class DeliveryState(IntEnum):
    """What became of a summary; ``HELD`` ones wait for an enrolment or a codebook."""

    ACCEPTED = 1
    REPLACED = 2
    REFUSED = 3
    HELD = 4


@dataclass(frozen=True, slots=True)
class Delivery:
    """A summary as the bureau has it; ``adviser`` is None while the sender is unknown."""

    adviser: int | None
    quarter: Quarter
    revision: int
    state: DeliveryState


@dataclass(frozen=True, slots=True, repr=False)
class OfficeSecrets:
    """The bureau's seeds (128 bytes) and its half of the pool's key (32 bytes)."""

    seeds: bytes
    pool_secret: bytes


class Office:
    """The open office."""

    def __init__(self, safe: Safe) -> None:
        self.safe = safe

    @classmethod
    def create(
        cls,
        path: Path,
        chosen: Secrets,
        own: OfficeSecrets,
        codebook: tuple[int, bytes, bytes],
        *,
        demo: bool,
    ) -> "Office":
        """Make an office with its first codebook (version, digest, file). Raises UsageError, StorageError."""

        def fill(connection: sa.Connection) -> None:
            connection.exec_driver_sql("INSERT INTO mark VALUES (1, ?)", (int(demo),))
            connection.exec_driver_sql("INSERT INTO identity VALUES (1, ?, ?)", (own.seeds, own.pool_secret))
            connection.exec_driver_sql("INSERT INTO codebook VALUES (?, ?, ?)", codebook)

        return cls(Safe.create(path, chosen, MIGRATIONS, fill))

    @classmethod
    def unlock(cls, path: Path, secret: str) -> "Office":
        """Open with passphrase or recovery code. Raises as ``Safe.unlock`` does."""
        return cls(Safe.unlock(path, secret, MIGRATIONS))

    def close(self) -> None:
        """Lock the office."""
        self.safe.close()

    def secrets(self) -> OfficeSecrets:
        """Return the bureau's own secrets."""
        ((seeds, pool_secret),) = self._rows("SELECT seeds, pool_secret FROM identity")
        return OfficeSecrets(bytes(seeds), bytes(pool_secret))

    def codebook_files(self) -> dict[bytes, bytes]:
        """Return every codebook issued, by digest, oldest first."""
        rows = self._rows("SELECT digest, signed_file FROM codebook ORDER BY version")
        return {bytes(digest): bytes(file) for digest, file in rows}

    def put_codebook(self, version: int, digest: bytes, signed_file: bytes) -> None:
        """Store a codebook, or the same version with a signature more."""
        self._write("INSERT OR REPLACE INTO codebook VALUES (?, ?, ?)", (version, digest, signed_file))

    def advisers(self) -> dict[bytes, int]:
        """Return the numbers of the enrolled advisers by public key, in order of number."""
        rows = self._rows("SELECT sign_key, number FROM adviser ORDER BY number")
        return {bytes(key): number for key, number in rows}

    def enrol(self, sign_key: bytes) -> int:
        """Give an adviser the next number; an enrolled one keeps theirs."""
        with transaction(self.safe.engine, self.safe.path) as connection:
            connection.exec_driver_sql(
                "INSERT INTO adviser (number, sign_key)"
                " SELECT coalesce(max(number), 0) + 1, ? FROM adviser"
                " WHERE true ON CONFLICT (sign_key) DO NOTHING",
                (sign_key,),
            )
            number: int = connection.exec_driver_sql(
                "SELECT number FROM adviser WHERE sign_key = ?", (sign_key,)
            ).scalar_one()
        return number

    def register_file(self) -> bytes | None:
        """Return the register as last countersigned."""
        rows = self._rows("SELECT signed_file FROM register")
        return bytes(rows[0][0]) if rows else None

    def put_register(self, signed_file: bytes) -> None:
        """Replace the register."""
        self._write("INSERT OR REPLACE INTO register VALUES (1, ?)", (signed_file,))

    def revisions(self, adviser: int, quarter: Quarter) -> dict[int, bytes]:
        """Return the digest of each revision that came in for an adviser's quarter."""
        rows = self._rows(
            "SELECT revision, digest FROM delivery WHERE adviser = ? AND quarter = ?",
            (adviser, quarter.index),
        )
        return {revision: bytes(digest) for revision, digest in rows}

    def accept(
        self, adviser: int, quarter: Quarter, revision: int, digest: bytes, body: bytes
    ) -> DeliveryState:
        """Store a delivery; the highest revision of the quarter is accepted, the others are replaced."""
        place = (adviser, quarter.index)
        with transaction(self.safe.engine, self.safe.path) as connection:
            connection.exec_driver_sql(
                "INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?)",
                (*place, revision, DeliveryState.ACCEPTED, digest, body),
            )
            connection.exec_driver_sql(
                "UPDATE delivery SET state = ?, body = NULL WHERE adviser = ? AND quarter = ? AND revision <"
                " (SELECT max(revision) FROM delivery WHERE adviser = ? AND quarter = ?)",
                (DeliveryState.REPLACED, *place, *place),
            )
            connection.exec_driver_sql("DELETE FROM held WHERE digest = ?", (digest,))
            state: int = connection.exec_driver_sql(
                "SELECT state FROM delivery WHERE adviser = ? AND quarter = ? AND revision = ?",
                (*place, revision),
            ).scalar_one()
        return DeliveryState(state)

    def refuse(self, adviser: int, quarter: Quarter, revision: int) -> None:
        """Mark an accepted delivery whose counts turned out not to open; its body stays."""
        self._write(
            "UPDATE delivery SET state = ? WHERE adviser = ? AND quarter = ? AND revision = ?",
            (DeliveryState.REFUSED, adviser, quarter.index, revision),
        )

    def hold(self, digest: bytes, sign_key: bytes, quarter: Quarter, revision: int, body: bytes) -> None:
        """Keep a summary of an unknown adviser or codebook until it can be released."""
        row = (digest, sign_key, quarter.index, revision, body)
        self._write("INSERT OR IGNORE INTO held VALUES (?, ?, ?, ?, ?)", row)

    def drop_held(self, digest: bytes) -> None:
        """Hold a summary no longer."""
        self._write("DELETE FROM held WHERE digest = ?", (digest,))

    def held(self) -> dict[bytes, bytes]:
        """Return the bodies of what is held, by digest."""
        return {bytes(digest): bytes(body) for digest, body in self._rows("SELECT digest, body FROM held")}

    def deliveries(self) -> tuple[Delivery, ...]:
        """Return all deliveries, by adviser, quarter and revision; held ones of strangers last."""
        known = self.advisers()
        rows = self._rows("SELECT adviser, quarter, revision, state FROM delivery ORDER BY 1, 2, 3")
        held = self._rows("SELECT sign_key, quarter, revision FROM held ORDER BY 2, 3, 1")
        return tuple(
            Delivery(adviser, Quarter.from_index(quarter), revision, DeliveryState(state))
            for adviser, quarter, revision, state in rows
        ) + tuple(
            Delivery(known.get(bytes(key)), Quarter.from_index(quarter), revision, DeliveryState.HELD)
            for key, quarter, revision in held
        )

    def accepted_bodies(self) -> tuple[tuple[int, bytes], ...]:
        """Return (adviser, sealed body) of every accepted delivery, by adviser and quarter."""
        rows = self._rows(
            "SELECT adviser, body FROM delivery WHERE state = ? ORDER BY adviser, quarter",
            (DeliveryState.ACCEPTED,),
        )
        return tuple((adviser, bytes(body)) for adviser, body in rows)

    def picture_file(self) -> bytes | None:
        """Return the newest picture."""
        rows = self._rows("SELECT signed_file FROM picture ORDER BY number DESC LIMIT 1")
        return bytes(rows[0][0]) if rows else None

    def picture_files(self) -> dict[int, bytes]:
        """Return all pictures by number: whoever saw them may have kept them, so they are all kept."""
        return {
            number: bytes(file)
            for number, file in self._rows("SELECT number, signed_file FROM picture ORDER BY 1")
        }

    def put_picture(self, number: int, signed_file: bytes) -> None:
        """Store a picture beside those before it."""
        self._write("INSERT OR REPLACE INTO picture VALUES (?, ?)", (number, signed_file))

    def release_files(self) -> dict[int, bytes]:
        """Return all reports that left, by number: they are all kept, like pictures."""
        return {
            number: bytes(file)
            for number, file in self._rows("SELECT number, signed_file FROM release ORDER BY 1")
        }

    def add_release(self, number: int, signed_file: bytes) -> None:
        """Put a report that is about to leave in the ledger. A row there is never replaced."""
        self._write("INSERT INTO release VALUES (?, ?)", (number, signed_file))

    def _rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with database_errors(self.safe.path), self.safe.engine.connect() as connection:
            return list(connection.exec_driver_sql(statement, values).all())

    def _write(self, statement: str, values: tuple[Any, ...]) -> None:
        with transaction(self.safe.engine, self.safe.path) as connection:
            connection.exec_driver_sql(statement, values)
