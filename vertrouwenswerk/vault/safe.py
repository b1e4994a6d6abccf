"""A vault on disk: the encrypted database, the key slots beside it, the lock on both.

Creation ends with the rename of the database: whoever is killed before has no vault and
starts again; whoever finds a database finds its slots too. Unlocking checks, in this
order: free, slots whole, secret right, database whole, demo mark where the slot was cheap.

Example::

    with Safe.unlock(path, passphrase) as safe:
        safe.engine
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from vertrouwenswerk.errors import UsageError, VaultError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.vault.engine import Migration, database_errors, migrate, open_engine, transaction
from vertrouwenswerk.vault.files import (
    flush_folder,
    make_private_folder,
    read_limited,
    storage_errors,
    write_atomically,
)
from vertrouwenswerk.vault.locking import VaultLock
from vertrouwenswerk.vault.slots import (
    KEY_BYTES,
    LIMIT_BYTES,
    KeySlots,
    Profile,
    SlotKind,
    check_passphrase,
    damaged_slots,
    new_recovery_code,
    unwrap,
    wrap,
)


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What opens a new vault: the passphrase, the recovery code, and how costly trying is."""

    passphrase: str
    recovery_code: str
    profile: Profile = Profile.FULL

    @classmethod
    def choose(cls, passphrase: str, profile: Profile = Profile.FULL) -> Self:
        """Take a passphrase if it is strong enough, with a new recovery code. Raises UsageError."""
        check_passphrase(passphrase)
        return cls(passphrase, new_recovery_code(secrets.token_bytes), profile)


def slots_path(vault: Path) -> Path:
    """Return where the key slots of ``vault`` are."""
    return vault.with_suffix(".slots")


def new_slots(key: bytes, chosen: Secrets) -> KeySlots:
    """Wrap ``key`` for passphrase and recovery code."""
    return KeySlots(
        tuple(wrap(key, secret, kind, chosen.profile, secrets.token_bytes) for kind, secret in _both(chosen))
    )


def _both(chosen: Secrets) -> tuple[tuple[SlotKind, str], tuple[SlotKind, str]]:
    return ("passphrase", chosen.passphrase), ("recovery", chosen.recovery_code)


def read_slots(path: Path) -> KeySlots:
    """Read a slot file. Raises DamagedVaultError."""
    if not path.is_file():
        raise damaged_slots()
    return KeySlots.from_bytes(read_limited(path, LIMIT_BYTES))


class Safe:
    """An open database with its lock; closing it forgets the connection and frees the lock."""

    def __init__(self, path: Path, engine: sa.Engine, lock: VaultLock, *, cheap: bool) -> None:
        self.path = path
        self.engine = engine
        self.is_cheap = cheap
        self._lock = lock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and release the lock."""
        self.engine.dispose()
        self._lock.release()

    @classmethod
    def create(
        cls,
        path: Path,
        chosen: Secrets,
        migrations: Sequence[Migration],
        fill: Callable[[sa.Connection], None],
    ) -> Self:
        """Make a vault with a random key and what ``fill`` puts in it. Raises UsageError if there is one."""
        key = secrets.token_bytes(KEY_BYTES)
        slots = new_slots(key, chosen).to_bytes()
        return cls._make(path, _Recipe(key, migrations, fill, slots), cheap=chosen.profile is Profile.CHEAP)

    @classmethod
    def create_with_key(
        cls,
        path: Path,
        key: bytes,
        migrations: Sequence[Migration],
        fill: Callable[[sa.Connection], None],
        *,
        cheap: bool,
    ) -> Self:
        """Make a vault without slots, under a ``key`` (32 bytes) that is kept elsewhere."""
        return cls._make(path, _Recipe(key, migrations, fill, None), cheap=cheap)

    @classmethod
    def _make(cls, path: Path, recipe: "_Recipe", *, cheap: bool) -> Self:
        """Build in a temporary file and rename it into place, all under the lock."""
        make_private_folder(path.parent)
        with _released_on_error(VaultLock.acquire(path)) as lock:
            _refuse_existing(path)
            if recipe.slots is not None:
                write_atomically(slots_path(path), recipe.slots)
            unfinished = path.with_suffix(".new")
            _build(unfinished, recipe)
            with storage_errors(path):
                unfinished.replace(path)
                flush_folder(path.parent)
            return cls(path, open_engine(path, recipe.key), lock, cheap=cheap)

    @classmethod
    def unlock(cls, path: Path, secret: str, migrations: Sequence[Migration]) -> Self:
        """Open a vault with its passphrase or recovery code.

        Raises UsageError (no vault), VaultBusyError, WrongSecretError, DamagedVaultError.
        """
        require_vault(path)
        with _released_on_error(VaultLock.acquire(path)) as lock:
            unwrapped = unwrap(read_slots(slots_path(path)), secret)
            return cls._open(path, unwrapped.key, migrations, lock, cheap=unwrapped.cheap)

    @classmethod
    def open_with_key(cls, path: Path, key: bytes, migrations: Sequence[Migration], *, cheap: bool) -> Self:
        """Open a database whose key is known. Raises as ``unlock`` does."""
        require_vault(path)
        with _released_on_error(VaultLock.acquire(path)) as lock:
            return cls._open(path, key, migrations, lock, cheap=cheap)

    @classmethod
    def _open(
        cls, path: Path, key: bytes, migrations: Sequence[Migration], lock: VaultLock, *, cheap: bool
    ) -> Self:
        safe = cls(path, open_engine(path, key), lock, cheap=cheap)
        try:
            migrate(safe.engine, path, migrations)
            safe.require_demo_mark()
        except BaseException:
            safe.engine.dispose()
            raise
        return safe

    def require_demo_mark(self) -> None:
        """Refuse a cheap slot on a vault without the demo mark inside. Raises VaultError."""
        with database_errors(self.path), self.engine.connect() as connection:
            mark = connection.exec_driver_sql("SELECT demo FROM mark").scalar_one()
        if self.is_cheap and not mark:
            raise VaultError(
                _("The key of this vault is protected as a demo's, but this is no demo."),
                _("Somebody may have altered it. Restore your backup, and tell the bureau."),
            )

    @property
    def is_demo(self) -> bool:
        """Tell whether the demo mark is inside."""
        with database_errors(self.path), self.engine.connect() as connection:
            return bool(connection.exec_driver_sql("SELECT demo FROM mark").scalar_one())

    def require_secret(self, secret: str) -> None:
        """Check a passphrase or recovery code again. Raises WrongSecretError, DamagedVaultError."""
        unwrap(read_slots(slots_path(self.path)), secret)

    def propose_recovery_code(self, secret: str) -> str:
        """Return a new recovery code; nothing is changed yet. Raises as ``require_secret`` does."""
        self.require_secret(secret)
        return new_recovery_code(secrets.token_bytes)

    def change_passphrase(self, secret: str, passphrase: str) -> None:
        """Do what ``change_passphrase`` below does, while the vault is open and its lock ours."""
        check_passphrase(passphrase)
        _rewrap(self.path, secret, "passphrase", passphrase)

    def replace_recovery_code(self, secret: str, code: str) -> None:
        """Put ``code`` in the place of the old recovery code. Raises as ``change_passphrase`` does."""
        _rewrap(self.path, secret, "recovery", code)


def change_passphrase(path: Path, secret: str, passphrase: str) -> None:
    """Put a new passphrase in the place of the old; the slot file is replaced whole.

    Raises UsageError (too weak, no vault), WrongSecretError, DamagedVaultError, StorageError.
    """
    require_vault(path)
    check_passphrase(passphrase)
    _replace_slot(path, secret, "passphrase", passphrase)


def propose_recovery_code(path: Path, secret: str) -> str:
    """Return a new recovery code for whoever can open the vault; nothing is changed yet.

    Raises UsageError (no vault), WrongSecretError, DamagedVaultError.
    """
    require_vault(path)
    unwrap(read_slots(slots_path(path)), secret)
    return new_recovery_code(secrets.token_bytes)


def replace_recovery_code(path: Path, secret: str, code: str) -> None:
    """Put ``code`` in the place of the old recovery code. Raises as ``change_passphrase`` does."""
    _replace_slot(path, secret, "recovery", code)


def _replace_slot(path: Path, secret: str, kind: SlotKind, new_secret: str) -> None:
    lock = VaultLock.acquire(path)
    try:
        _rewrap(path, secret, kind, new_secret)
    finally:
        lock.release()


def _rewrap(path: Path, secret: str, kind: SlotKind, new_secret: str) -> None:
    """Replace one slot; for whoever holds the lock."""
    slots = read_slots(slots_path(path))
    unwrapped = unwrap(slots, secret)
    profile = Profile.CHEAP if unwrapped.cheap else Profile.FULL
    renewed = slots.with_slot(wrap(unwrapped.key, new_secret, kind, profile, secrets.token_bytes))
    if unwrap(KeySlots.from_bytes(renewed.to_bytes()), new_secret).key != unwrapped.key:
        raise damaged_slots()
    write_atomically(slots_path(path), renewed.to_bytes())


def require_vault(path: Path) -> None:
    """Raise UsageError when there is no vault at ``path``."""
    if not path.is_file():
        raise UsageError(
            _("There is no vault here yet: %(folder)s") % {"folder": path.parent},
            _("Make one first with the command init, or point --data-dir to where it is."),
        )


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise UsageError(
            _("There is a vault here already: %(folder)s") % {"folder": path.parent},
            _("Open that one, or choose another folder with --data-dir."),
        )


@dataclass(frozen=True, slots=True, repr=False)
class _Recipe:
    """What a new vault is made of; ``slots`` None: the key is kept elsewhere."""

    key: bytes
    migrations: Sequence[Migration]
    fill: Callable[[sa.Connection], None]
    slots: bytes | None


@contextmanager
def _released_on_error(lock: VaultLock) -> Iterator[VaultLock]:
    try:
        yield lock
    except BaseException:
        lock.release()
        raise


def _build(path: Path, recipe: _Recipe) -> None:
    with storage_errors(path):
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)  # SQLite itself would go by the umask alone
    engine = open_engine(path, recipe.key)
    try:
        migrate(engine, path, recipe.migrations, is_new=True)
        with transaction(engine, path) as connection:
            recipe.fill(connection)
    finally:
        engine.dispose()
