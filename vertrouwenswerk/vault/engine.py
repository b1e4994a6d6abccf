"""SQLCipher through SQLAlchemy: open an encrypted database with a raw key, and nothing else.

Set on every connection: memory wiped (``cipher_memory_security``), freed pages overwritten
(``secure_delete``), no journal kept (``journal_mode=DELETE``), foreign keys, no temporary
files. Statements run in transactions begun at once (``BEGIN IMMEDIATE``), so that a kill or
a full disk leaves the last confirmed state. No ``echo``, no parameters in messages.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from vertrouwenswerk.errors import DamagedVaultError, VaultError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.vault.files import storage_error

Migration = Callable[[sa.Connection], None]
# Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
_DISK_CODES = frozenset({8, 10, 13, 14})  # READONLY, IOERR, FULL, CANTOPEN
_DAMAGE_CODES = frozenset({11, 26})  # CORRUPT, NOTADB
_PRIMARY_CODE = 0xFF
_PRAGMAS = (
    "cipher_memory_security = ON",
    "journal_mode = DELETE",
    "secure_delete = ON",
    "foreign_keys = ON",
    "synchronous = FULL",
    "temp_store = MEMORY",
    "trusted_schema = OFF",
    "cell_size_check = ON",
)


def open_engine(path: Path, key: bytes) -> sa.Engine:
    """Open (or create) the database at ``path`` with a raw ``key`` of 32 bytes.

    Raises DamagedVaultError when the key is right but the file is not, StorageError.
    """
    if len(key) != 32:
        raise ValueError("a raw key has 32 bytes")

    def connect() -> Any:
        connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to the terminal
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection

    engine = sa.create_engine(
        "sqlite+pysqlite://", module=dbapi2, creator=connect, poolclass=StaticPool, hide_parameters=True
    )
    sa.event.listen(engine, "begin", _begin_at_once)
    with database_errors(path), engine.connect():
        return engine


def _begin_at_once(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextlib.contextmanager
def transaction(engine: sa.Engine, path: Path) -> Iterator[sa.Connection]:
    """Run statements that all take effect, flushed to the disk, or none. Raises VaultError."""
    with database_errors(path), engine.begin() as connection:
        yield connection


@contextlib.contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn a driver's error into a VaultError whose words name no value."""
    try:
        yield
    except (sa.exc.DBAPIError, dbapi2.Error) as error:
        origin = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        code = (getattr(origin, "sqlite_errorcode", 0) or 0) & _PRIMARY_CODE
        if code in _DISK_CODES:
            raise storage_error(path) from None
        if code in _DAMAGE_CODES:
            raise damaged_vault() from None
        raise


def damaged_vault() -> DamagedVaultError:
    """Return the error for a database whose key was right and whose pages are not."""
    return DamagedVaultError(
        _("This vault is damaged; your passphrase is not to blame."),
        _("Restore your backup. Do not throw the damaged files away."),
    )


def from_sql(name: str) -> Migration:
    """Return the migration whose statements are in the file ``vault/sql/name``."""

    def apply(connection: sa.Connection) -> None:
        script = (resources.files("vertrouwenswerk") / "vault" / "sql" / name).read_text(encoding="utf-8")
        for statement in _statements(script):
            connection.exec_driver_sql(statement)

    return apply


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; a trigger is one, whatever semicolons are in it."""
    statement = ""
    for part in script.split(";")[:-1]:
        statement += part + ";"
        if dbapi2.complete_statement(statement):
            yield statement
            statement = ""


def migrate(engine: sa.Engine, path: Path, migrations: Sequence[Migration], *, is_new: bool = False) -> None:
    """Bring the schema to the newest version, one numbered step at a time, all or nothing.

    Raises DamagedVaultError when there is no schema in what is not new (a file cut to nothing
    opens as an empty database), VaultError when a newer version of the product made the vault.
    """
    with transaction(engine, path) as connection:
        version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version == 0 and not is_new:
            raise damaged_vault()
        if version > len(migrations):
            raise VaultError(
                _("This vault was made by a newer version of vertrouwenswerk."),
                _("Install the newest version; nothing was changed."),
            )
        for number, step in enumerate(migrations[version:], start=version + 1):
            step(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {number}")


def is_whole(engine: sa.Engine, path: Path) -> bool:
    """Tell whether every page's authentication code and the whole structure are right."""
    with database_errors(path), engine.connect() as connection:
        bad_pages = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
        structure = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    return not bad_pages and structure == "ok"
