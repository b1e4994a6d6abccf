"""The guardian: a key file that opens for its owner, fits its card, and is never written over."""

from pathlib import Path

import pytest

from tests.municipality import Municipality, flips
from vertrouwenswerk.errors import (
    DamagedVaultError,
    FileRefusedError,
    StorageError,
    VaultError,
    WrongSecretError,
)
from vertrouwenswerk.handoff.card_file import read_card
from vertrouwenswerk.usecases.guardian import (
    CARD_NAME,
    KEY_NAME,
    check_guardian,
    create_guardian,
    open_guardian,
)
from vertrouwenswerk.vault.key_file import open_key_file, write_key_file
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

PASSPHRASE = Municipality.passphrase("guardian")


def test_key_file_and_card_belong_together(tmp_path: Path) -> None:
    files = create_guardian(tmp_path / "stick", Municipality.secrets("guardian"))
    assert sorted(path.name for path in (tmp_path / "stick").iterdir()) == sorted([KEY_NAME, CARD_NAME])
    assert check_guardian(files.key_file, PASSPHRASE, files.card) == files.words
    assert check_guardian(files.key_file, PASSPHRASE, None) == files.words
    assert read_card(files.card.read_bytes(), "guardian").words == files.words
    opened = open_guardian(files.key_file, PASSPHRASE)
    assert opened.words == files.words
    assert len(opened.pool_half) == 32
    assert repr(opened.pool_half) not in repr(opened)


def test_a_card_of_another_guardian_does_not_fit(tmp_path: Path) -> None:
    mine = create_guardian(tmp_path / "mine", Municipality.secrets("guardian"))
    other = create_guardian(tmp_path / "other", Municipality.secrets("other"))
    with pytest.raises(VaultError):
        check_guardian(mine.key_file, PASSPHRASE, other.card)


def test_two_guardians_share_nothing(tmp_path: Path) -> None:
    one, two = (
        open_guardian(create_guardian(tmp_path / n, Municipality.secrets("guardian")).key_file, PASSPHRASE)
        for n in "ab"
    )
    assert one.pool_half != two.pool_half
    assert one.identity != two.identity
    assert one.words != two.words


def test_a_wrong_passphrase_is_told_from_a_damaged_key_file(tmp_path: Path) -> None:
    key_file = create_guardian(tmp_path, Municipality.secrets("guardian")).key_file
    with pytest.raises(WrongSecretError):
        open_guardian(key_file, "een verkeerde wachtwoordzin")
    good = key_file.read_bytes()
    cut = (good[:length] for length in range(0, len(good), 3))
    for altered in (*flips(good, range(len(good)), 1), *cut):
        key_file.write_bytes(altered)
        with pytest.raises((DamagedVaultError, FileRefusedError)):
            open_guardian(key_file, PASSPHRASE)


def test_a_missing_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError):
        open_guardian(tmp_path / KEY_NAME, PASSPHRASE)


def test_an_existing_key_file_and_its_card_are_kept(tmp_path: Path) -> None:
    files = create_guardian(tmp_path, Municipality.secrets("guardian"))
    before = files.key_file.read_bytes(), files.card.read_bytes()
    with pytest.raises(StorageError):
        create_guardian(tmp_path, Municipality.secrets("guardian"))
    assert (files.key_file.read_bytes(), files.card.read_bytes()) == before


def test_an_existing_card_is_kept_though_the_key_file_was_moved(tmp_path: Path) -> None:
    files = create_guardian(tmp_path, Municipality.secrets("guardian"))
    files.key_file.rename(tmp_path / "kluis.vwkey")
    before = files.card.read_bytes()
    with pytest.raises(StorageError):
        create_guardian(tmp_path, Municipality.secrets("guardian"))
    assert files.card.read_bytes() == before


def test_a_cheap_slot_around_a_key_that_is_no_demos_is_refused(tmp_path: Path) -> None:
    files = create_guardian(tmp_path, Municipality.secrets("guardian"))
    contents = open_key_file(files.key_file, PASSPHRASE).contents
    assert contents[0] == 1
    altered = tmp_path / "altered.vwkey"
    write_key_file(altered, b"\0" + contents[1:], Secrets.choose(PASSPHRASE, Profile.CHEAP))
    with pytest.raises(VaultError):
        open_guardian(altered, PASSPHRASE)


def test_a_key_file_of_the_full_profile_opens_and_carries_no_demo_mark(tmp_path: Path) -> None:
    files = create_guardian(tmp_path, Secrets.choose(PASSPHRASE))
    assert open_key_file(files.key_file, PASSPHRASE).contents[0] == 0
    assert check_guardian(files.key_file, PASSPHRASE, files.card) == files.words


@pytest.mark.parametrize("length", [0, 1, 160, 162])
def test_contents_of_another_size_are_damage(tmp_path: Path, length: int) -> None:
    path = tmp_path / "odd.vwkey"
    write_key_file(path, bytes(length), Secrets.choose(PASSPHRASE, Profile.CHEAP))
    with pytest.raises(FileRefusedError):
        open_guardian(path, PASSPHRASE)
