"""Key slots: the random key of a vault, wrapped once for each secret that may open it.

A slot is Argon2id (RFC 9106) over a passphrase or recovery code, and ChaCha20-Poly1305
over the key. Its parameters are stored in it and checked against a floor (3 passes over
256 MiB) and a ceiling *before* anything is derived: no downgrade, no exhausted memory.
The cheap profile, for demos and tests, is one exact set of parameters; who unlocks with it
must find the demo mark inside the vault. A checksum tells damage from a wrong passphrase.

Example::

    slots = KeySlots((wrap(key, "zes woorden ...", "passphrase", Profile.FULL, token_bytes),))
    unwrap(slots, "zes woorden ...")     # Unwrapped(key, cheap=False)
"""

import base64
import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vertrouwenswerk.errors import DamagedVaultError, FileRefusedError, UsageError, WrongSecretError
from vertrouwenswerk.framing import decode, encode, frame, unframe
from vertrouwenswerk.i18n import _

KEY_BYTES = 32
LIMIT_BYTES = 16 * 1024
_KIND, _VERSION = "slots", 1
_SALT_BYTES, _NONCE_BYTES, _TAG_BYTES, _CHECKSUM_BYTES = 16, 12, 16, 8
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_CODE_GROUPS, _GROUP_LENGTH = 6, 5
_MIN_PASSPHRASE, _MIN_DISTINCT = 16, 8
SlotKind = Literal["passphrase", "recovery"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id: passes over ``memory_kib`` KiB in ``lanes`` lanes."""

    passes: int
    memory_kib: int
    lanes: int


FLOOR = Cost(passes=3, memory_kib=256 * 1024, lanes=4)
CEILING = Cost(passes=16, memory_kib=2 * 1024 * 1024, lanes=16)


class Profile(Enum):
    """How much work a slot takes to try; CHEAP opens only what carries the demo mark inside."""

    FULL = FLOOR
    CHEAP = Cost(passes=1, memory_kib=32, lanes=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One wrapped copy of the key, with all that is needed to unwrap it but the secret."""

    kind: SlotKind
    cost: Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes
    checksum: bytes


@dataclass(frozen=True, slots=True)
class KeySlots:
    """The slots of one vault or key file, at most one of a kind."""

    slots: tuple[Slot, ...]

    def to_bytes(self) -> bytes:
        """Return the slot file."""
        return frame(_KIND, _VERSION, [encode(self)])

    @classmethod
    def from_bytes(cls, data: bytes) -> "KeySlots":
        """Read a slot file. Raises DamagedVaultError."""
        try:
            (line,) = unframe(_KIND, _VERSION, data, lines=1, limit=LIMIT_BYTES)
            found = decode(line, KeySlots)
        except FileRefusedError as refusal:
            raise damaged_slots() from refusal
        for slot in found.slots:
            _check_slot(slot)
        return found

    def with_slot(self, new: Slot) -> "KeySlots":
        """Return these slots with ``new`` in the place of the one of its kind."""
        return KeySlots((*(slot for slot in self.slots if slot.kind != new.kind), new))


@dataclass(frozen=True, slots=True, repr=False)
class Unwrapped:
    """The key (32 bytes); ``cheap`` when a demo's slot gave it."""

    key: bytes
    cheap: bool


def wrap(
    key: bytes, secret: str, kind: SlotKind, profile: Profile, random_bytes: Callable[[int], bytes]
) -> Slot:
    """Wrap ``key`` for ``secret``."""
    bare = Slot(kind, profile.value, random_bytes(_SALT_BYTES), random_bytes(_NONCE_BYTES), b"", b"")
    cipher = ChaCha20Poly1305(_derive(secret, bare))
    wrapped = replace(bare, wrapped=cipher.encrypt(bare.nonce, key, _bound(bare)))
    return replace(wrapped, checksum=_checksum(wrapped))


def unwrap(slots: KeySlots, secret: str) -> Unwrapped:
    """Unwrap the key with a passphrase, or with a recovery code when ``secret`` looks like one.

    Raises WrongSecretError; DamagedVaultError when there is no slot for such a secret.
    """
    kind = "recovery" if is_recovery_code(secret) else "passphrase"
    slot = next((slot for slot in slots.slots if slot.kind == kind), None)
    if slot is None:
        raise damaged_slots()
    try:
        key = ChaCha20Poly1305(_derive(secret, slot)).decrypt(slot.nonce, slot.wrapped, _bound(slot))
    except InvalidTag as error:
        raise WrongSecretError(
            _("This passphrase or recovery code is not right."),
            _("Try again: capitals and spaces make no difference. Or use your recovery code."),
        ) from error
    return Unwrapped(key, slot.cost == Profile.CHEAP.value)


def damaged_slots() -> DamagedVaultError:
    """Return the error for slots that are damaged, and so no fault of the passphrase."""
    return DamagedVaultError(
        _("The key of this vault is damaged; your passphrase is not to blame."),
        _("Restore your backup. Do not throw the damaged files away."),
    )


def check_passphrase(passphrase: str) -> None:
    """Check that a passphrase of a person's own is strong enough. Raises UsageError."""
    tidy = _tidy(passphrase)
    if len(tidy) < _MIN_PASSPHRASE or len(set(tidy)) < _MIN_DISTINCT or is_recovery_code(passphrase):
        raise UsageError(
            _("This passphrase is too easy to guess."),
            _("Use at least 16 characters, for instance four or more words, or take the proposed one."),
        )


def new_recovery_code(random_bytes: Callable[[int], bytes]) -> str:
    """Return a recovery code: six groups of five characters, 145 random bits and a check character."""
    number = int.from_bytes(random_bytes(19), "big") >> 7
    digits = [_ALPHABET[number >> shift & 31] for shift in range(140, -1, -5)]
    text = "".join(digits)
    return _grouped(text + _check_character(text))


def is_recovery_code(secret: str) -> bool:
    """Tell whether ``secret`` is written like a recovery code and its check character fits."""
    text = _bare_code(secret)
    return (
        len(text) == _CODE_GROUPS * _GROUP_LENGTH
        and all(character in _ALPHABET for character in text)
        and _check_character(text[:-1]) == text[-1]
    )


def _bare_code(secret: str) -> str:
    text = "".join(secret.upper().split()).replace("-", "")
    return text.translate(str.maketrans("OIL", "011"))


def _check_character(text: str) -> str:
    return _ALPHABET[hashlib.sha256(text.encode("ascii")).digest()[0] & 31]


def _grouped(text: str) -> str:
    return "-".join(text[i : i + _GROUP_LENGTH] for i in range(0, len(text), _GROUP_LENGTH))


def _tidy(secret: str) -> str:
    """Fold what people vary without meaning to: capitals, spaces, composed characters."""
    if is_recovery_code(secret):
        return _bare_code(secret)
    return " ".join(unicodedata.normalize("NFKC", secret).casefold().split())


def _derive(secret: str, slot: Slot) -> bytes:
    cost = slot.cost
    kdf = Argon2id(
        salt=slot.salt,
        length=KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return kdf.derive(_tidy(secret).encode("utf-8", "surrogatepass"))


def _bound(slot: Slot) -> bytes:
    return encode((slot.kind, slot.cost, base64.b64encode(slot.salt)))


def _checksum(slot: Slot) -> bytes:
    return hashlib.sha256(encode(replace(slot, checksum=b""))).digest()[:_CHECKSUM_BYTES]


def _check_slot(slot: Slot) -> None:
    sizes = (len(slot.salt), len(slot.nonce), len(slot.wrapped), len(slot.checksum))
    if sizes != (_SALT_BYTES, _NONCE_BYTES, KEY_BYTES + _TAG_BYTES, _CHECKSUM_BYTES):
        raise damaged_slots()
    if slot.checksum != _checksum(slot):
        raise damaged_slots()
    if slot.cost != Profile.CHEAP.value and not _within_bounds(slot.cost):
        raise DamagedVaultError(
            _("The key of this vault asks for a protection that is weaker or heavier than allowed."),
            _("Somebody may have altered it. Restore your backup, and tell the bureau."),
        )


def _within_bounds(cost: Cost) -> bool:
    return (
        FLOOR.passes <= cost.passes <= CEILING.passes
        and FLOOR.memory_kib <= cost.memory_kib <= CEILING.memory_kib
        and 1 <= cost.lanes <= CEILING.lanes
    )
