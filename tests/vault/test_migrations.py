"""A vault of every older version opens, keeps all that was in it, and is brought up to date whole."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.municipality import CLOSED, EARLIER, Municipality, identity, make_codebook, sign_codebook
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.errors import VaultError
from vertrouwenswerk.vault.adviser_care import Care, read_care
from vertrouwenswerk.vault.adviser_store import MIGRATIONS, AdviserVault
from vertrouwenswerk.vault.pool_store import MIGRATIONS as POOL_MIGRATIONS
from vertrouwenswerk.vault.pool_store import Change, OpenedAt, Pool, pool_key
from vertrouwenswerk.vault.safe import Safe, Secrets
from vertrouwenswerk.vault.slots import Profile

BUREAU, GUARDIAN = identity(1), identity(2)
SIGNED = sign_codebook(make_codebook(BUREAU.public(), GUARDIAN.public()), BUREAU, GUARDIAN)
CHOSEN = Secrets.choose(Municipality.passphrase("adviser 1"), Profile.CHEAP)
UNIT, THEME = "DUINEN-KLANT", "PESTEN"


def fill(connection: sa.Connection) -> None:
    """Fill a vault as its first version did, with one tally of four signals and an export."""
    book = SIGNED.codebook
    unit, theme = book.unit_numbers[UNIT], book.theme_numbers[THEME]
    rows = (
        ("INSERT INTO mark VALUES (1, 1, 0)", ()),
        ("INSERT INTO identity VALUES (1, ?)", (bytes(range(32)),)),
        ("INSERT INTO codebook VALUES (1, ?)", (SIGNED.to_bytes(),)),
        ("INSERT INTO unit VALUES (?)", (unit,)),
        ("INSERT INTO theme VALUES (?)", (theme,)),
        ("INSERT INTO tally VALUES (?, ?, ?, 4)", (CLOSED.index, unit, theme)),
        ("INSERT INTO handed_in VALUES (?, 3, 1, ?)", (CLOSED.index, bytes(32))),
    )
    for statement, values in rows:
        connection.exec_driver_sql(statement, values)


def schema(path: Path) -> list[tuple[str, str]]:
    with Safe.unlock(path, CHOSEN.passphrase, MIGRATIONS) as safe, safe.engine.connect() as connection:
        return [(name, sql) for name, sql in connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master ORDER BY name"
        )]  # fmt: skip


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_an_adviser_vault_of_an_older_version_keeps_everything(tmp_path: Path, version: int) -> None:
    path = tmp_path / "kluis.vault"
    Safe.create(path, CHOSEN, MIGRATIONS[:version], fill).close()
    vault = AdviserVault.unlock(path, CHOSEN.passphrase)
    assert vault.tallies(SIGNED.codebook) == (OwnTally(CLOSED, UNIT, THEME, 4),)
    assert [(entry.quarter, entry.revision, entry.state) for entry in vault.handed_in()] == [(CLOSED, 3, 1)]
    assert read_care(vault.safe) == Care(backed_up=False, code_proven=None, lock_after=5)
    vault.close()
    new = AdviserVault.create(
        tmp_path / "new" / "kluis.vault", CHOSEN, bytes(32), SIGNED.to_bytes(), SIGNED.codebook, demo=True
    )
    new.close()
    assert schema(path) == schema(new.safe.path)


def test_an_older_program_refuses_a_newer_vault_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kluis.vault"
    Safe.create(path, CHOSEN, MIGRATIONS, fill).close()
    before = path.read_bytes()
    with pytest.raises(VaultError, match="nieuwere"):
        Safe.unlock(path, CHOSEN.passphrase, MIGRATIONS[:-1])
    assert path.read_bytes() == before


# --- the pool ---------------------------------------------------------------------------------

POOL_KEY = pool_key(b"b" * 32, b"g" * 32)
DIGESTS = {number: bytes([number]) * 32 for number in (1, 2, 3)}


def fill_pool(connection: sa.Connection) -> None:
    """Fill a pool as its first version did: three sittings, of which the third opened a second revision."""
    connection.exec_driver_sql("INSERT INTO mark VALUES (1, 1)")
    for number, digest in DIGESTS.items():
        connection.exec_driver_sql("INSERT INTO sitting VALUES (?, ?)", (number, digest))
    deliveries = ((1, EARLIER, 1, 1), (1, CLOSED, 2, 3), (2, CLOSED, 1, 2), (3, CLOSED, 1, 2))
    for adviser, quarter, revision, sitting in deliveries:
        connection.exec_driver_sql(
            "INSERT INTO delivery VALUES (?, ?, ?, ?)", (adviser, quarter.index, revision, sitting)
        )
    signals = ((1, EARLIER, 7, 1, 4), (1, CLOSED, 7, 1, 2), (2, CLOSED, 7, 1, 3), (2, CLOSED, 8, 2, 1))
    for adviser, quarter, unit, theme, count in signals:
        connection.exec_driver_sql(
            "INSERT INTO signal VALUES (?, ?, ?, ?, ?)", (adviser, quarter.index, unit, theme, count)
        )


def pool_schema(pool: Pool) -> list[tuple[str, str]]:
    with pool.safe.engine.connect() as connection:
        return [(name, sql) for name, sql in connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master ORDER BY name"
        )]  # fmt: skip


def test_a_pool_of_the_first_version_keeps_every_count_at_the_sitting_that_opened_it(tmp_path: Path) -> None:
    path = tmp_path / "telkamer.vault"
    Safe.create_with_key(path, POOL_KEY, POOL_MIGRATIONS[:1], fill_pool, cheap=True).close()
    pool = Pool.open(path, POOL_KEY, demo=True)
    assert pool.revisions() == {(1, EARLIER): 1, (1, CLOSED): 2, (2, CLOSED): 1, (3, CLOSED): 1}
    assert pool.pictures() == {3: DIGESTS[3]}, "the office had no other"
    assert pool.changes() == (
        Change(1, EARLIER, 7, 1, 4, 0),
        Change(2, CLOSED, 7, 1, 3, 0),
        Change(2, CLOSED, 8, 2, 1, 0),
        Change(3, CLOSED, 7, 1, 2, 0),
    )
    new = Pool.open(tmp_path / "new.vault", POOL_KEY, demo=True)
    assert pool_schema(pool) == pool_schema(new)
    pool.close()
    new.close()


def test_a_pool_of_the_first_version_takes_a_replaced_quarter_as_open_to_any_earlier_sitting(
    tmp_path: Path,
) -> None:
    path = tmp_path / "telkamer.vault"
    Safe.create_with_key(path, POOL_KEY, POOL_MIGRATIONS[:1], fill_pool, cheap=True).close()
    pool = Pool.open(path, POOL_KEY, demo=True)
    assert pool.arrivals() == (
        OpenedAt(1, EARLIER, 1, b"", False),
        OpenedAt(1, CLOSED, 1, b"", True),
        OpenedAt(2, CLOSED, 1, b"", True),
        OpenedAt(2, CLOSED, 2, b"", False),
        OpenedAt(2, CLOSED, 3, b"", False),
        OpenedAt(3, CLOSED, 1, b"", True),
    )
    pool.close()
