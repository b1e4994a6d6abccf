"""What an adviser's vault remembers about its own upkeep: three whole numbers, never a day.

Whether a backup was verified since the last export, in which quarter the recovery code was
last seen to work, and after how many minutes without a key the app locks.

Example::

    amend_care(safe, backed_up=True)
"""

from dataclasses import dataclass

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.vault.engine import database_errors, transaction
from vertrouwenswerk.vault.safe import Safe

LEAST_LOCK_MINUTES, MOST_LOCK_MINUTES = 1, 60


@dataclass(frozen=True, slots=True)
class Care:
    """``code_proven`` None: not since the vault was made; ``lock_after`` in minutes, 1 to 60."""

    backed_up: bool
    code_proven: Quarter | None
    lock_after: int


def read_care(safe: Safe) -> Care:
    """Return what the vault remembers. Raises VaultError."""
    with database_errors(safe.path), safe.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT backed_up, code_proven, lock_after FROM care").one()
    proven = None if row[1] is None else Quarter.from_index(row[1])
    return Care(bool(row[0]), proven, row[2])


def amend_care(
    safe: Safe,
    *,
    backed_up: bool | None = None,
    code_proven: Quarter | None = None,
    lock_after: int | None = None,
) -> None:
    """Remember other values; what is None stays, and where nothing changes nothing is written.

    Raises StorageError.
    """
    before = read_care(safe)
    care = Care(
        before.backed_up if backed_up is None else backed_up,
        code_proven or before.code_proven,
        lock_after or before.lock_after,
    )
    if care == before:
        return
    proven = None if care.code_proven is None else care.code_proven.index
    with transaction(safe.engine, safe.path) as connection:
        connection.exec_driver_sql(
            "UPDATE care SET backed_up = ?, code_proven = ?, lock_after = ?",
            (int(care.backed_up), proven, care.lock_after),
        )
