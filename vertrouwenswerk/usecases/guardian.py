"""What the guardian does: make the key file and card, check them, open the key for a sitting."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from vertrouwenswerk.errors import VaultError
from vertrouwenswerk.framing import damaged
from vertrouwenswerk.handoff.card_file import LIMIT_BYTES, guardian_card, read_card
from vertrouwenswerk.handoff.keys import Identity, fingerprint
from vertrouwenswerk.i18n import _
from vertrouwenswerk.vault.files import make_private_folder, read_limited, require_new, write_atomically
from vertrouwenswerk.vault.key_file import open_key_file, write_key_file
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

KEY_NAME, CARD_NAME = "hoeder.vwkey", "hoeder.vwcard"
_HALF_BYTES, _SEEDS_BYTES = 32, 128


@dataclass(frozen=True, slots=True, repr=False)
class Guardian:
    """The guardian's opened secrets: seeds, and the half (32 bytes) of the pool's key."""

    identity: Identity
    pool_half: bytes

    @property
    def words(self) -> tuple[str, ...]:
        """The six words that advisers compare."""
        return fingerprint("guardian", self.identity.public())


@dataclass(frozen=True, slots=True)
class GuardianFiles:
    """Where key file and card were written, and the six words of the card."""

    key_file: Path
    card: Path
    words: tuple[str, ...]


def create_guardian(folder: Path, chosen: Secrets) -> GuardianFiles:
    """Write a new key file and card into ``folder``; existing ones are kept. Raises StorageError."""
    identity = Identity.generate(secrets.token_bytes)
    mark = bytes([chosen.profile is Profile.CHEAP])
    make_private_folder(folder)
    require_new(folder / KEY_NAME)
    require_new(folder / CARD_NAME)
    contents = mark + identity.to_bytes() + secrets.token_bytes(_HALF_BYTES)
    write_key_file(folder / KEY_NAME, contents, chosen)
    write_atomically(folder / CARD_NAME, guardian_card(identity), replace=False)
    return GuardianFiles(folder / KEY_NAME, folder / CARD_NAME, fingerprint("guardian", identity.public()))


def open_guardian(key_file: Path, secret: str) -> Guardian:
    """Open a key file with passphrase or recovery code.

    Raises FileRefusedError, WrongSecretError, DamagedVaultError; VaultError for a demo's cheap
    slot around a key that is no demo's.
    """
    opened = open_key_file(key_file, secret)
    if len(opened.contents) != 1 + _SEEDS_BYTES + _HALF_BYTES:
        raise damaged()
    if opened.is_cheap and opened.contents[0] != 1:
        raise VaultError(
            _("This key file is protected as a demo's, but its key is no demo's."),
            _("Somebody may have altered it. Use the copy that you kept elsewhere."),
        )
    seeds = opened.contents[1 : 1 + _SEEDS_BYTES]
    return Guardian(Identity.from_bytes(seeds), opened.contents[1 + _SEEDS_BYTES :])


def write_guardian_card(key_file: Path, secret: str, card: Path) -> None:
    """Write the card that goes with a key file once more. Raises as ``open_guardian``, StorageError."""
    write_atomically(card, guardian_card(open_guardian(key_file, secret).identity), replace=False)


def check_guardian(key_file: Path, secret: str, card: Path | None) -> tuple[str, ...]:
    """Return the six words of a key file that opens and, if given, fits ``card``.

    Raises as ``open_guardian`` does; VaultError when the card belongs to another key.
    """
    guardian = open_guardian(key_file, secret)
    if card is not None and read_card(read_limited(card, LIMIT_BYTES), "guardian").words != guardian.words:
        raise VaultError(
            _("This card does not belong to this key file."),
            _("Look for the card that was made together with it."),
        )
    return guardian.words
