"""A backup is one encrypted file that was seen to open; it comes back on any machine, whole or not at all."""

import random
import shutil
from pathlib import Path

import pytest

from tests.municipality import CLOSED, RUNNING, Municipality, demo_clock
from vertrouwenswerk.errors import (
    DamagedVaultError,
    FileRefusedError,
    StorageError,
    UsageError,
    WrongSecretError,
)
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import own_tallies, unlock_adviser
from vertrouwenswerk.usecases.keeping import back_up, restore

CELL = ("DUINEN-KLANT", "PESTEN", 3)


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Municipality, Path]:
    """A municipality whose adviser recorded and made a backup."""
    town = Municipality.found(tmp_path / "town", advisers=1)
    town.hand_in(1, CLOSED, CELL)
    path = tmp_path / "kluis.vwbackup"
    back_up(town.adviser_places(1), town.passphrase("adviser 1"), path)
    return town, path


def test_a_backup_comes_back_with_every_tally_on_another_machine(
    kept: tuple[Municipality, Path], tmp_path: Path
) -> None:
    town, path = kept
    other = Places(tmp_path / "other")
    restore(other, town.passphrase("adviser 1"), path)
    with unlock_adviser(other, town.passphrase("adviser 1"), demo_clock) as adviser:
        assert [(t.quarter, t.unit, t.theme, t.count) for t in own_tallies(adviser)] == [(CLOSED, *CELL)]


def test_what_a_restored_vault_exports_counts_over_what_was_exported_since_the_backup(
    kept: tuple[Municipality, Path],
) -> None:
    town, path = kept
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 6))
    town.take_in()
    shutil.rmtree(town.adviser_places(1).root)
    restore(town.adviser_places(1), town.passphrase("adviser 1"), path)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 2))
    town.take_in()
    assert town.sit().table.count("DUINEN-KLANT", "PESTEN") == 5


def test_a_backup_is_never_put_over_a_vault(kept: tuple[Municipality, Path]) -> None:
    town, path = kept
    town.count(1, RUNNING, CELL)
    before = town.adviser_places(1).adviser_vault.read_bytes()
    with pytest.raises(UsageError):
        restore(town.adviser_places(1), town.passphrase("adviser 1"), path)
    assert town.adviser_places(1).adviser_vault.read_bytes() == before


def test_another_passphrase_restores_nothing(kept: tuple[Municipality, Path], tmp_path: Path) -> None:
    town, path = kept
    other = Places(tmp_path / "other")
    with pytest.raises(WrongSecretError):
        restore(other, town.passphrase("bureau"), path)
    assert not other.root.exists()


def test_a_cut_or_altered_backup_restores_nothing(kept: tuple[Municipality, Path], tmp_path: Path) -> None:
    town, path = kept
    whole = path.read_bytes()
    chance = random.Random(1)
    harmed = [whole[: chance.randrange(len(whole))] for _cut in range(30)]
    for place in [*range(40), *(chance.randrange(len(whole)) for _flip in range(60))]:
        harmed.append(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for number, data in enumerate([*harmed, b"", whole + b"x"]):
        bad = tmp_path / "bad.vwbackup"
        bad.write_bytes(data)
        other = Places(tmp_path / f"other-{number}")
        with pytest.raises((FileRefusedError, DamagedVaultError)):
            restore(other, town.passphrase("adviser 1"), bad)
        assert not other.root.exists()


def test_a_backup_never_writes_over_a_file(kept: tuple[Municipality, Path]) -> None:
    town, path = kept
    before = path.read_bytes()
    with pytest.raises(StorageError):
        back_up(town.adviser_places(1), town.passphrase("adviser 1"), path)
    assert path.read_bytes() == before


def test_nothing_readable_is_in_a_backup_and_nothing_is_left_beside_the_vault(
    kept: tuple[Municipality, Path],
) -> None:
    town, path = kept
    assert not any(word in path.read_bytes() for word in (b"DUINEN", b"PESTEN", b"Klantenservice"))
    names = {file.name for file in town.adviser_places(1).adviser_vault.parent.iterdir()}
    assert names == {"kluis.vault", "kluis.slots", "kluis.lock"}


def test_the_bureaus_backup_takes_the_pool_along(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town", advisers=1)
    town.hand_in(1, CLOSED, CELL)
    town.take_in()
    town.sit()
    path = tmp_path / "kantoor.vwbackup"
    back_up(town.bureau_places, town.passphrase("bureau"), path)
    shutil.rmtree(town.bureau_places.root)
    restore(town.bureau_places, town.passphrase("bureau"), path)
    minutes = town.sit()
    assert minutes.opened == 0
    assert minutes.table.count("DUINEN-KLANT", "PESTEN") == 3
