"""The guardian's key file: secrets on a stick, wrapped in slots of their own.

One file, so that it can be carried: magic line, the slots, and the secrets under the
slots' key (ChaCha20-Poly1305). It opens with a passphrase or a recovery code.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vertrouwenswerk.framing import damaged, decode, encode, frame, unframe
from vertrouwenswerk.vault.files import make_private_folder, read_limited, write_atomically
from vertrouwenswerk.vault.safe import Secrets, new_slots
from vertrouwenswerk.vault.slots import KEY_BYTES, KeySlots, unwrap

_KIND, _VERSION = "key", 1
_LIMIT_BYTES = 32 * 1024
_NONCE = bytes(12)  # the key is random and seals this one message


@dataclass(frozen=True, slots=True)
class _Contents:
    slots: KeySlots
    box: bytes


@dataclass(frozen=True, slots=True, repr=False)
class OpenedKeyFile:
    """The secrets of the key file; ``is_cheap`` when a demo's slot opened it."""

    contents: bytes
    is_cheap: bool


def write_key_file(path: Path, contents: bytes, chosen: Secrets) -> None:
    """Write ``contents`` under new slots; an existing file is kept. Raises StorageError."""
    key = secrets.token_bytes(KEY_BYTES)
    box = ChaCha20Poly1305(key).encrypt(_NONCE, contents, _KIND.encode("ascii"))
    make_private_folder(path.parent)
    line = encode(_Contents(new_slots(key, chosen), box))
    write_atomically(path, frame(_KIND, _VERSION, [line]), replace=False)


def open_key_file(path: Path, secret: str) -> OpenedKeyFile:
    """Open a key file. Raises FileRefusedError, WrongSecretError, DamagedVaultError."""
    (line,) = unframe(_KIND, _VERSION, read_limited(path, _LIMIT_BYTES), lines=1, limit=_LIMIT_BYTES)
    found = decode(line, _Contents)
    unwrapped = unwrap(KeySlots.from_bytes(found.slots.to_bytes()), secret)
    try:
        contents = ChaCha20Poly1305(unwrapped.key).decrypt(_NONCE, found.box, _KIND.encode("ascii"))
    except InvalidTag as error:
        raise damaged() from error
    return OpenedKeyFile(contents, unwrapped.cheap)
