"""A vault on disk: damage is told from a wrong passphrase, one process has it, secrets can change."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.municipality import CLOSED, Municipality, demo_clock, flips, tampered
from vertrouwenswerk.errors import (
    DamagedVaultError,
    FileRefusedError,
    StorageError,
    UsageError,
    VaultBusyError,
    VaultError,
    WrongSecretError,
)
from vertrouwenswerk.usecases.adviser import (
    read_codebook_file,
    record,
    set_up_adviser,
    unlock_adviser,
)
from vertrouwenswerk.usecases.clock import DEMO_TODAY
from vertrouwenswerk.vault.adviser_store import MIGRATIONS, AdviserVault
from vertrouwenswerk.vault.engine import from_sql, is_whole, migrate, open_engine, transaction
from vertrouwenswerk.vault.key_file import open_key_file, write_key_file
from vertrouwenswerk.vault.safe import (
    Safe,
    Secrets,
    change_passphrase,
    new_slots,
    propose_recovery_code,
    read_slots,
    replace_recovery_code,
    slots_path,
)
from vertrouwenswerk.vault.slots import KeySlots, Profile, unwrap, wrap

PASSPHRASE = Municipality.passphrase("adviser 1")
NEW = "een heel andere wachtwoordzin"
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def small_town(tmp_path: Path) -> Municipality:
    made = Municipality.found(tmp_path / "town")
    made.count(1, CLOSED, ("*", "PESTEN", 5))
    return made


@pytest.fixture
def vault(small_town: Municipality) -> Path:
    return small_town.adviser_places(1).adviser_vault


def counted(vault: Path, secret: str = PASSPHRASE) -> int:
    with Safe.unlock(vault, secret, MIGRATIONS) as safe:
        assert is_whole(safe.engine, vault)
        with safe.engine.connect() as connection:
            total: int = connection.exec_driver_sql("SELECT coalesce(sum(count), 0) FROM tally").scalar_one()
    return total


def key_of(vault: Path, secret: str = PASSPHRASE) -> bytes:
    return unwrap(read_slots(slots_path(vault)), secret).key


# --- opening ---------------------------------------------------------------------------------


def test_passphrase_and_recovery_code_open_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=0)
    chosen = Secrets.choose(NEW, Profile.CHEAP)
    places = town.adviser_places(9)
    set_up_adviser(places, read_codebook_file(town.codebook_path), chosen, demo_clock).close()
    for secret in (chosen.passphrase, chosen.recovery_code, chosen.recovery_code.lower()):
        unlock_adviser(places, secret, demo_clock).close()
    for wrong in ("een heel andere wachtwoordzin!", "", Secrets.choose(NEW).recovery_code):
        with pytest.raises(WrongSecretError):
            unlock_adviser(places, wrong, demo_clock)
    unlock_adviser(places, chosen.passphrase, demo_clock).close()


def test_a_vault_of_the_full_profile_opens_and_goes_by_the_clock_it_is_given(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=0)
    places = town.adviser_places(9)
    day = DEMO_TODAY.replace(year=2030)
    signed = read_codebook_file(town.codebook_path)
    set_up_adviser(places, signed, Secrets.choose(NEW), lambda: day).close()
    with unlock_adviser(places, NEW, lambda: day) as adviser:
        assert not adviser.is_demo
        assert adviser.today == day
        assert record(adviser, theme="PESTEN", unit="*").quarter.year == 2030


def test_a_demo_vault_has_a_clock_that_stands_still(small_town: Municipality) -> None:
    places = small_town.adviser_places(1)
    with unlock_adviser(places, PASSPHRASE, lambda: DEMO_TODAY.replace(year=2030)) as adviser:
        assert adviser.today == DEMO_TODAY


def test_where_there_is_no_vault_nothing_opens_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        AdviserVault.unlock(tmp_path / "kluis.vault", PASSPHRASE)
    with pytest.raises(UsageError):
        change_passphrase(tmp_path / "kluis.vault", PASSPHRASE, NEW)
    assert list(tmp_path.iterdir()) == []


def test_a_vault_is_not_made_over_another(small_town: Municipality, vault: Path) -> None:
    before = {path.name: path.read_bytes() for path in vault.parent.iterdir()}
    with pytest.raises(UsageError):
        small_town.new_adviser(1)
    assert {path.name: path.read_bytes() for path in vault.parent.iterdir()} == before


def test_who_was_killed_before_the_database_was_there_starts_again(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=0)
    places = town.adviser_places(1)
    places.adviser_vault.parent.mkdir(parents=True)
    slots_path(places.adviser_vault).write_bytes(b"old slots")
    places.adviser_vault.with_suffix(".new").write_bytes(b"half a database")
    town.new_adviser(1)
    assert counted(places.adviser_vault) == 0
    assert not places.adviser_vault.with_suffix(".new").exists()


# --- damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0x01, 0x80])
def test_a_slot_file_with_any_byte_flipped_is_damage_and_no_wrong_passphrase(vault: Path, mask: int) -> None:
    slots = slots_path(vault)
    good = slots.read_bytes()
    for altered in flips(good, range(len(good)), mask):
        slots.write_bytes(altered)
        with pytest.raises(DamagedVaultError):
            AdviserVault.unlock(vault, PASSPHRASE)
    slots.write_bytes(good)
    assert counted(vault) == 5


def test_a_slot_file_that_is_gone_or_empty_is_damage(vault: Path) -> None:
    with tampered(slots_path(vault), b""), pytest.raises(DamagedVaultError):
        AdviserVault.unlock(vault, PASSPHRASE)
    slots_path(vault).unlink()
    with pytest.raises(DamagedVaultError):
        AdviserVault.unlock(vault, PASSPHRASE)


@pytest.mark.parametrize("length", [0, 1, 15, 16, 100, 511, 512, 4095, 4096, 4097, 8192])
def test_a_database_cut_short_is_damage_and_no_wrong_passphrase(vault: Path, length: int) -> None:
    good = vault.read_bytes()
    assert len(good) > 8192
    with tampered(vault, good[:length]):
        with pytest.raises(DamagedVaultError):
            counted(vault)
        assert vault.read_bytes() == good[:length]
        with pytest.raises(WrongSecretError):
            AdviserVault.unlock(vault, NEW)
    assert counted(vault) == 5


def test_a_byte_flipped_anywhere_in_the_database_is_noticed_before_any_count_is_given(vault: Path) -> None:
    good = vault.read_bytes()
    codebook = read_codebook_file(vault.parents[3] / "noordkust.vwcodebook").codebook
    noticed_at_once = 0
    places = [
        page + offset for page in range(0, len(good), 4096) for offset in (0, 17, 2000, 4015, 4016, 4095)
    ]
    for altered in flips(good, iter(places), 1):
        vault.write_bytes(altered)
        try:
            opened = AdviserVault.unlock(vault, PASSPHRASE)
        except DamagedVaultError:
            noticed_at_once += 1
            continue
        try:
            try:
                tallies = opened.tallies(codebook)
            except DamagedVaultError:
                continue
            assert [tally.count for tally in tallies] == [5]
            assert not _is_whole(opened)
        finally:
            opened.close()
    assert noticed_at_once > 0
    vault.write_bytes(good)
    assert counted(vault) == 5


def _is_whole(opened: AdviserVault) -> bool:
    try:
        return is_whole(opened.safe.engine, opened.safe.path)
    except DamagedVaultError:
        return False


def test_another_vaults_database_beside_these_slots_is_damage(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=2)
    one, two = (town.adviser_places(number).adviser_vault for number in (1, 2))
    with tampered(one, two.read_bytes()), pytest.raises(DamagedVaultError):
        AdviserVault.unlock(one, PASSPHRASE)


def test_a_file_that_is_no_database_is_damage(vault: Path) -> None:
    for data in (bytes(20_000), b"SQLite format 3\0" + bytes(8192), secrets.token_bytes(20_000)):
        with tampered(vault, data), pytest.raises(DamagedVaultError):
            AdviserVault.unlock(vault, PASSPHRASE)


def test_after_damage_the_lock_is_free_again(vault: Path) -> None:
    with tampered(vault, bytes(20_000)):
        for _time in range(3):
            with pytest.raises(DamagedVaultError):
                AdviserVault.unlock(vault, PASSPHRASE)
    assert counted(vault) == 5


@pytest.mark.parametrize("damage", ["zeros", "cut", "flip", "empty"])
def test_a_damaged_vault_makes_the_database_write_nothing_on_the_terminal(vault: Path, damage: str) -> None:
    good = vault.read_bytes()
    altered = {
        "zeros": bytes(len(good)),
        "cut": good[:5000],
        "flip": good[:200] + bytes([good[200] ^ 1]) + good[201:],
        "empty": b"",
    }[damage]
    script = (
        "import sys; from pathlib import Path\n"
        "from vertrouwenswerk.vault.adviser_store import MIGRATIONS\n"
        "from vertrouwenswerk.vault.safe import Safe\n"
        "from vertrouwenswerk.errors import DamagedVaultError\n"
        "try:\n"
        "    safe = Safe.unlock(Path(sys.argv[1]), sys.argv[2], MIGRATIONS)\n"
        "    safe.engine.connect().exec_driver_sql('SELECT * FROM tally').all()\n"
        "except DamagedVaultError:\n"
        "    print('damaged')\n"
        "except Exception as error:\n"
        "    print(type(error).__name__)\n"
    )
    with tampered(vault, altered):
        done = subprocess.run(
            [sys.executable, "-c", script, str(vault), PASSPHRASE],
            capture_output=True,
            text=True,
            check=False,
            cwd=REPOSITORY,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout in ("damaged\n", "DatabaseError\n")


# --- the demo mark ---------------------------------------------------------------------------


def test_a_cheap_slot_does_not_open_a_vault_without_the_demo_mark(vault: Path) -> None:
    key = key_of(vault)
    engine = open_engine(vault, key)
    with transaction(engine, vault) as connection:
        connection.exec_driver_sql("UPDATE mark SET demo = 0")
    engine.dispose()
    with pytest.raises(VaultError) as refused:
        AdviserVault.unlock(vault, PASSPHRASE)
    assert not isinstance(refused.value, (WrongSecretError, DamagedVaultError, VaultBusyError))
    dear = KeySlots((wrap(key, NEW, "passphrase", Profile.FULL, secrets.token_bytes),))
    slots_path(vault).write_bytes(dear.to_bytes())
    assert counted(vault, NEW) == 5


def test_a_key_file_of_the_guardian_tells_whether_a_cheap_slot_opened_it(tmp_path: Path) -> None:
    chosen = Secrets.choose(NEW, Profile.CHEAP)
    write_key_file(tmp_path / "key", b"contents", chosen)
    assert open_key_file(tmp_path / "key", NEW).is_cheap
    assert open_key_file(tmp_path / "key", chosen.recovery_code).contents == b"contents"
    assert "contents" not in repr(open_key_file(tmp_path / "key", NEW))


def test_a_key_file_with_any_byte_flipped_or_cut_short_is_refused_and_no_wrong_passphrase(
    tmp_path: Path,
) -> None:
    path = tmp_path / "key"
    write_key_file(path, b"contents" * 20, Secrets.choose(NEW, Profile.CHEAP))
    good = path.read_bytes()
    cut = (good[:length] for length in range(0, len(good), 5))
    for altered in (*flips(good, range(len(good)), 1), *cut):
        path.write_bytes(altered)
        with pytest.raises((DamagedVaultError, FileRefusedError)):
            open_key_file(path, NEW)
    path.write_bytes(good)
    with pytest.raises(WrongSecretError):
        open_key_file(path, "een verkeerde wachtwoordzin")
    assert open_key_file(path, NEW).contents == b"contents" * 20


def test_a_key_file_is_not_written_over_another(tmp_path: Path) -> None:
    write_key_file(tmp_path / "key", b"first", Secrets.choose(NEW, Profile.CHEAP))
    with pytest.raises(StorageError):
        write_key_file(tmp_path / "key", b"second", Secrets.choose(NEW, Profile.CHEAP))
    assert open_key_file(tmp_path / "key", NEW).contents == b"first"


# --- one process -----------------------------------------------------------------------------


def test_a_vault_that_is_open_is_busy_and_afterwards_free(small_town: Municipality, vault: Path) -> None:
    with small_town.open_adviser():
        for _time in range(2):
            with pytest.raises(VaultBusyError):
                small_town.open_adviser()
        with pytest.raises(VaultBusyError):
            change_passphrase(vault, PASSPHRASE, NEW)
        with pytest.raises(VaultBusyError):
            replace_recovery_code(vault, PASSPHRASE, Secrets.choose(NEW).recovery_code)
    assert counted(vault) == 5


def test_a_vault_that_is_open_is_busy_before_any_secret_is_tried(
    small_town: Municipality, vault: Path
) -> None:
    with small_town.open_adviser(), pytest.raises(VaultBusyError):
        AdviserVault.unlock(vault, "een verkeerde wachtwoordzin")


HOLD = (
    "import sys; from pathlib import Path\n"
    "from vertrouwenswerk.vault.adviser_store import MIGRATIONS\n"
    "from vertrouwenswerk.vault.safe import Safe\n"
    "safe = Safe.unlock(Path(sys.argv[1]), sys.argv[2], MIGRATIONS)\n"
    "print('open', flush=True)\n"
    "sys.stdin.readline()\n"
)


@pytest.mark.parametrize("ending", ["closed", "killed"])
def test_a_vault_open_in_another_process_is_busy_until_that_process_ends(vault: Path, ending: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(vault), PASSPHRASE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(VaultBusyError):
            AdviserVault.unlock(vault, PASSPHRASE)
        if ending == "killed":
            other.kill()
        else:
            other.communicate("\n")
        other.wait()
    assert counted(vault) == 5


def test_closing_twice_does_no_harm(small_town: Municipality) -> None:
    adviser = small_town.open_adviser()
    adviser.close()
    adviser.close()
    small_town.open_adviser().close()


# --- changing secrets ------------------------------------------------------------------------


def test_a_changed_passphrase_opens_the_old_one_does_not_and_the_recovery_code_still_does(
    tmp_path: Path,
) -> None:
    town = Municipality.found(tmp_path, advisers=0)
    places, chosen = town.adviser_places(9), Secrets.choose(PASSPHRASE, Profile.CHEAP)
    set_up_adviser(places, read_codebook_file(town.codebook_path), chosen, demo_clock).close()
    vault = places.adviser_vault
    key = key_of(vault)
    change_passphrase(vault, PASSPHRASE, NEW)
    with pytest.raises(WrongSecretError):
        AdviserVault.unlock(vault, PASSPHRASE)
    for secret in (NEW, chosen.recovery_code):
        assert key_of(vault, secret) == key
        assert counted(vault, secret) == 0
    change_passphrase(vault, chosen.recovery_code, PASSPHRASE)
    assert counted(vault, PASSPHRASE) == 0


def test_a_new_recovery_code_opens_the_old_one_does_not_and_the_passphrase_still_does(
    tmp_path: Path,
) -> None:
    town = Municipality.found(tmp_path, advisers=0)
    places, chosen = town.adviser_places(9), Secrets.choose(PASSPHRASE, Profile.CHEAP)
    set_up_adviser(places, read_codebook_file(town.codebook_path), chosen, demo_clock).close()
    vault = places.adviser_vault
    code = propose_recovery_code(vault, PASSPHRASE)
    assert counted(vault, chosen.recovery_code) == 0
    with pytest.raises(WrongSecretError):
        AdviserVault.unlock(vault, code)
    replace_recovery_code(vault, PASSPHRASE, code)
    with pytest.raises(WrongSecretError):
        AdviserVault.unlock(vault, chosen.recovery_code)
    assert counted(vault, code) == counted(vault, PASSPHRASE) == 0


def test_a_recovery_code_is_proposed_only_to_who_can_open_and_only_a_real_one_is_taken(vault: Path) -> None:
    before = slots_path(vault).read_bytes()
    with pytest.raises(WrongSecretError):
        propose_recovery_code(vault, NEW)
    with pytest.raises(WrongSecretError):
        replace_recovery_code(vault, NEW, Secrets.choose(NEW).recovery_code)
    with pytest.raises((UsageError, VaultError)):
        replace_recovery_code(vault, PASSPHRASE, "geen herstelcode maar een zin")
    assert slots_path(vault).read_bytes() == before


def test_a_refused_change_of_passphrase_leaves_the_slots_as_they_were(vault: Path) -> None:
    before = slots_path(vault).read_bytes()
    for secret, new, error in (
        (NEW, "nog weer een andere zin", WrongSecretError),
        (PASSPHRASE, "kort", UsageError),
        (PASSPHRASE, "a" * 40, UsageError),
    ):
        with pytest.raises(error):
            change_passphrase(vault, secret, new)
        assert slots_path(vault).read_bytes() == before
    assert counted(vault) == 5


def test_changing_the_passphrase_keeps_the_profile(vault: Path) -> None:
    change_passphrase(vault, PASSPHRASE, NEW)
    assert unwrap(read_slots(slots_path(vault)), NEW).cheap


def test_an_open_vault_changes_its_secrets_under_its_own_lock(vault: Path) -> None:
    with Safe.unlock(vault, PASSPHRASE, MIGRATIONS) as safe:
        with pytest.raises(VaultBusyError):
            change_passphrase(vault, PASSPHRASE, NEW)
        code = safe.propose_recovery_code(PASSPHRASE)
        safe.replace_recovery_code(PASSPHRASE, code)
        safe.change_passphrase(code, NEW)
        safe.require_secret(NEW)
        with pytest.raises(WrongSecretError):
            safe.require_secret(PASSPHRASE)
        with pytest.raises(VaultBusyError):
            Safe.unlock(vault, NEW, MIGRATIONS)
    assert counted(vault, NEW) == counted(vault, code) == 5
    with pytest.raises(WrongSecretError):
        AdviserVault.unlock(vault, PASSPHRASE)


def test_an_open_vault_refuses_what_a_locked_one_refuses(vault: Path) -> None:
    before = slots_path(vault).read_bytes()
    with Safe.unlock(vault, PASSPHRASE, MIGRATIONS) as safe:
        for secret, new, error in (
            (NEW, "nog weer een andere zin", WrongSecretError),
            (PASSPHRASE, "kort", UsageError),
        ):
            with pytest.raises(error):
                safe.change_passphrase(secret, new)
        with pytest.raises(WrongSecretError):
            safe.propose_recovery_code(NEW)
        with pytest.raises(WrongSecretError):
            safe.replace_recovery_code(NEW, Secrets.choose(NEW).recovery_code)
        with pytest.raises((UsageError, VaultError)):
            safe.replace_recovery_code(PASSPHRASE, "geen herstelcode maar een zin")
    assert slots_path(vault).read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_the_new_slot_file_is_owner_only_and_nothing_is_left_beside_it(vault: Path) -> None:
    before = sorted(path.name for path in vault.parent.iterdir())
    mask = os.umask(0)
    try:
        change_passphrase(vault, PASSPHRASE, NEW)
    finally:
        os.umask(mask)
    assert slots_path(vault).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in vault.parent.iterdir()) == before


# --- the engine ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("secure_delete", 1),
        ("cipher_memory_security", "1"),
        ("foreign_keys", 1),
        ("journal_mode", "delete"),
        ("synchronous", 2),
        ("temp_store", 2),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("cipher_page_size", "4096"),
        ("cipher_use_hmac", "1"),
        ("cipher_hmac_algorithm", "HMAC_SHA512"),
    ],
)
def test_the_safeguards_of_the_database_are_on(small_town: Municipality, pragma: str, value: object) -> None:
    with small_town.open_adviser() as adviser, adviser.vault.safe.engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_foreign_keys_are_not_only_on_but_kept(small_town: Municipality, vault: Path) -> None:
    with (
        small_town.open_adviser() as adviser,
        pytest.raises(sa.exc.IntegrityError),
        adviser.vault.safe.engine.begin() as connection,
    ):
        connection.exec_driver_sql("INSERT INTO tally VALUES (8107, 60000, 1, 1)")
    assert counted(vault) == 5


def test_the_first_bytes_of_a_vault_do_not_say_that_it_is_a_database(vault: Path) -> None:
    assert not vault.read_bytes().startswith(b"SQLite")


def test_a_database_needs_a_key_of_32_bytes(tmp_path: Path) -> None:
    for key in (b"", bytes(31), bytes(33)):
        with pytest.raises(ValueError, match="32 bytes"):
            open_engine(tmp_path / "db", key)
    assert list(tmp_path.iterdir()) == []


def test_an_error_message_of_the_engine_carries_no_parameter(small_town: Municipality) -> None:
    with small_town.open_adviser() as adviser, pytest.raises(sa.exc.IntegrityError) as failed:  # noqa: SIM117
        with adviser.vault.safe.engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO tally VALUES (8107, ?, 1, 1)", (54_321,))
    assert "54321" not in str(failed.value)


# --- migrations ------------------------------------------------------------------------------


def test_a_vault_of_a_newer_schema_is_refused_and_stays_as_it_is(vault: Path) -> None:
    engine = open_engine(vault, key_of(vault))
    with transaction(engine, vault) as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    engine.dispose()
    before = vault.read_bytes()
    with pytest.raises(VaultError) as refused:
        AdviserVault.unlock(vault, PASSPHRASE)
    assert not isinstance(refused.value, DamagedVaultError)
    assert vault.read_bytes() == before


def test_migrations_apply_one_by_one_from_nothing_and_only_once(tmp_path: Path) -> None:
    path, key = tmp_path / "db", bytes(32)
    steps = (*MIGRATIONS, lambda c: c.exec_driver_sql("CREATE TABLE extra (n INTEGER) STRICT"))
    engine = open_engine(path, key)
    migrate(engine, path, MIGRATIONS, is_new=True)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == len(MIGRATIONS)
    for _time in range(2):
        migrate(engine, path, steps)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == len(steps)
            assert connection.exec_driver_sql("SELECT count(*) FROM extra").scalar_one() == 0
    engine.dispose()


def test_a_migration_that_fails_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "db"
    engine = open_engine(path, bytes(32))
    migrate(engine, path, MIGRATIONS, is_new=True)

    def half(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE extra (n INTEGER) STRICT")
        connection.exec_driver_sql("DROP TABLE tally")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        migrate(engine, path, (*MIGRATIONS, half))
    with engine.connect() as connection:
        names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == len(MIGRATIONS)
    assert "tally" in names
    assert "extra" not in names
    engine.dispose()


@pytest.mark.parametrize("name", ["adviser-1.sql", "office-1.sql", "pool-1.sql"])
def test_every_first_migration_makes_strict_tables_only(tmp_path: Path, name: str) -> None:
    path = tmp_path / "db"
    engine = open_engine(path, bytes(32))
    migrate(engine, path, (from_sql(name),), is_new=True)
    with engine.connect() as connection:
        tables = connection.exec_driver_sql("PRAGMA table_list").all()
    ours = [row for row in tables if not row[1].startswith("sqlite_")]
    assert ours
    assert all(row[5] == 1 for row in ours)
    engine.dispose()


# --- races -----------------------------------------------------------------------------------


def test_slots_of_a_vault_in_the_making_are_not_written_over_by_a_second_maker(tmp_path: Path) -> None:
    """While one process makes a vault (and holds the lock), another may not touch its slots."""
    path = tmp_path / "kluis.vault"
    first, second = (Secrets.choose(p, Profile.CHEAP) for p in (PASSPHRASE, NEW))

    def fill(connection: sa.Connection) -> None:
        connection.exec_driver_sql("INSERT INTO mark VALUES (1, 1, 0)")
        with pytest.raises((VaultBusyError, UsageError)):
            Safe.create(path, second, MIGRATIONS, fill)

    Safe.create(path, first, MIGRATIONS, fill).close()
    assert counted(path) == 0


def test_new_slots_wrap_the_key_for_both_secrets() -> None:
    chosen = Secrets.choose(NEW, Profile.CHEAP)
    slots = new_slots(bytes(32), chosen)
    assert [slot.kind for slot in slots.slots] == ["passphrase", "recovery"]
    assert {unwrap(slots, secret).key for secret in (NEW, chosen.recovery_code)} == {bytes(32)}
