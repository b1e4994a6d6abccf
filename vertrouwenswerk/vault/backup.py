"""The file ``*.vwbackup``: a vault with its key slots in one file, as encrypted as the vault itself.

    magic line | JSON line: the slots, and name, length and SHA-256 of each member | the members

Whoever has it still needs the passphrase or the recovery code. A backup counts only after it
was read back and the database in it was opened and found whole. The bureau's backup takes
the pool along, which stays under both keys.

Example::

    write_backup(safe, Path("kluis.vwbackup"), secret)
    restore_backup(read_backup(Path("kluis.vwbackup")), folder, secret)
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vertrouwenswerk.errors import DamagedVaultError, StorageError, UsageError
from vertrouwenswerk.framing import damaged, decode, encode, magic_line, strip_magic
from vertrouwenswerk.i18n import _
from vertrouwenswerk.vault.engine import is_whole, open_engine
from vertrouwenswerk.vault.files import make_private_folder, read_limited, storage_errors, write_atomically
from vertrouwenswerk.vault.safe import Safe, read_slots, slots_path
from vertrouwenswerk.vault.slots import KeySlots, unwrap

SUFFIX = ".vwbackup"
LIMIT_BYTES = 512 * 1024 * 1024
_KIND, _VERSION = "backup", 1


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    length: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Contents:
    slots: KeySlots
    members: tuple[_Member, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as read: the slots, and the bytes of each database by file name, the vault's first."""

    slots: KeySlots
    databases: tuple[tuple[str, bytes], ...]


def write_backup(safe: Safe, path: Path, secret: str, beside: Sequence[Path] = ()) -> None:
    """Write the open vault, and the databases ``beside`` it, to a new file; verify by opening it.

    Raises WrongSecretError and StorageError (nothing written), StorageError (written, not verified).
    """
    slots = read_slots(slots_path(safe.path))
    key = unwrap(slots, secret).key
    files = [safe.path, *(file for file in beside if file.exists())]
    with storage_errors(safe.path):
        databases = tuple((file.name, file.read_bytes()) for file in files)
    write_atomically(path, _to_bytes(Backup(slots, databases)), replace=False)
    written = read_backup(path)
    with copied(safe.path.parent, written.databases[0][1]) as copy:
        if written.databases != databases or not _is_whole_copy(copy, key):
            raise StorageError(
                _("The backup was written, but it could not be read back."),
                _("Do not rely on it; write it again to another place."),
            )


def read_backup(path: Path) -> Backup:
    """Read a backup. Raises FileRefusedError, DamagedVaultError (its slots)."""
    body = strip_magic(_KIND, _VERSION, read_limited(path, LIMIT_BYTES), LIMIT_BYTES)
    line, newline, rest = body.partition(b"\n")
    contents = decode(line, _Contents)
    slots = KeySlots.from_bytes(contents.slots.to_bytes())
    databases = []
    for member in contents.members:
        data, rest = rest[: member.length], rest[member.length :]
        if hashlib.sha256(data).digest() != member.digest:
            raise damaged()
        databases.append((member.name, data))
    if rest or not newline or not databases:
        raise damaged()
    return Backup(slots, tuple(databases))


def restore_backup(backup: Backup, folder: Path, secret: str) -> None:
    """Put the databases and slots of a backup into ``folder``, once the secret was seen to open it.

    Raises UsageError when there is a vault already, WrongSecretError, DamagedVaultError, StorageError.
    """
    targets = [folder / name for name, _data in backup.databases]
    if any(target.exists() for target in targets):
        raise UsageError(
            _("There is a vault here already: %(folder)s") % {"folder": folder},
            _("A backup is never put over a vault. Choose another folder with --data-dir."),
        )
    unwrapped = unwrap(backup.slots, secret)
    make_private_folder(folder)
    with copied(folder, backup.databases[0][1]) as copy:
        if not _is_whole_copy(copy, unwrapped.key):
            raise DamagedVaultError(
                _("The vault in this backup is damaged."), _("Use an older backup. Nothing was changed.")
            )
    write_atomically(slots_path(targets[0]), backup.slots.to_bytes())
    for target, (_name, data) in reversed(list(zip(targets, backup.databases, strict=True))):
        write_atomically(target, data)


@contextmanager
def copied(folder: Path, data: bytes) -> Iterator[Path]:
    """Give a database a temporary file in ``folder``, owner-only; it is gone afterwards."""
    path = folder / f".{secrets.token_hex(8)}.copy"
    write_atomically(path, data)
    try:
        yield path
    finally:
        with storage_errors(path):
            path.unlink(missing_ok=True)


def _is_whole_copy(path: Path, key: bytes) -> bool:
    engine = open_engine(path, key)
    try:
        return is_whole(engine, path)
    finally:
        engine.dispose()


def _to_bytes(backup: Backup) -> bytes:
    members = tuple(
        _Member(name, len(data), hashlib.sha256(data).digest()) for name, data in backup.databases
    )
    line = encode(_Contents(backup.slots, members)) + b"\n"
    return magic_line(_KIND, _VERSION) + line + b"".join(data for _name, data in backup.databases)
