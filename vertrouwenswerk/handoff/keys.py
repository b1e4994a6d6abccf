"""Keys of the people who exchange files: Ed25519 to sign, HPKE to seal.

Sealing is HPKE (RFC 9180) with KEM MLKEM768_X25519 (X-Wing), HKDF-SHA256 and
ChaCha20-Poly1305: what is harvested today must not open in twenty years. Keys are kept
as seeds (64 bytes ML-KEM, 32 X25519, 32 Ed25519), since the composite key has no
serialisation of its own.

Example::

    bureau = Identity.generate(secrets.token_bytes)
    box = seal(b"counts", bureau.public(), info=b"what this is")
    unseal(box, bureau, info=b"what this is")     # b"counts"
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from vertrouwenswerk.domain.codebook import PublicIdentity
from vertrouwenswerk.wordlist import spell

SIGN_SEED_BYTES, MLKEM_SEED_BYTES, X25519_SEED_BYTES = 32, 64, 32
SIGN_KEY_BYTES, SIGNATURE_BYTES = 32, 64
_MLKEM_PUBLIC_BYTES = 1184
SEAL_KEY_BYTES = _MLKEM_PUBLIC_BYTES + 32
SEAL_OVERHEAD_BYTES = 1088 + 32 + 16
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """The secret seeds of bureau or guardian."""

    sign_seed: bytes
    mlkem_seed: bytes
    x25519_seed: bytes

    @classmethod
    def generate(cls, random_bytes: Callable[[int], bytes]) -> Self:
        """Make new seeds from ``random_bytes(length)``."""
        return cls(
            random_bytes(SIGN_SEED_BYTES), random_bytes(MLKEM_SEED_BYTES), random_bytes(X25519_SEED_BYTES)
        )

    @classmethod
    def from_bytes(cls, seeds: bytes) -> Self:
        """Read back what ``to_bytes`` wrote (128 bytes). Raises ValueError."""
        if len(seeds) != SIGN_SEED_BYTES + MLKEM_SEED_BYTES + X25519_SEED_BYTES:
            raise ValueError("not the seeds of an identity")
        return cls(seeds[:32], seeds[32:96], seeds[96:])

    def to_bytes(self) -> bytes:
        """Return the three seeds one after the other (128 bytes)."""
        return self.sign_seed + self.mlkem_seed + self.x25519_seed

    def public(self) -> PublicIdentity:
        """Return the public keys that belong to these seeds."""
        mlkem = MLKEM768PrivateKey.from_seed_bytes(self.mlkem_seed).public_key().public_bytes_raw()
        x25519 = X25519PrivateKey.from_private_bytes(self.x25519_seed).public_key().public_bytes_raw()
        return PublicIdentity(sign_key_of(self.sign_seed), mlkem + x25519)


def sign_key_of(sign_seed: bytes) -> bytes:
    """Return the Ed25519 public key (32 bytes) of a seed (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(sign_seed).public_key().public_bytes_raw()


def sign(kind: str, message: bytes, sign_seed: bytes) -> bytes:
    """Return the Ed25519 signature (64 bytes) over ``message`` as a ``kind`` and nothing else."""
    return Ed25519PrivateKey.from_private_bytes(sign_seed).sign(_labelled(kind, message))


def is_signed(kind: str, message: bytes, signature: bytes | None, sign_key: bytes) -> bool:
    """Tell whether ``signature`` over ``message`` as a ``kind`` is by the holder of ``sign_key``."""
    try:
        Ed25519PublicKey.from_public_bytes(sign_key).verify(signature or b"", _labelled(kind, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def seal(plaintext: bytes, recipient: PublicIdentity, info: bytes) -> bytes:
    """Seal ``plaintext`` to ``recipient``, bound to ``info``; 1,136 bytes longer. Raises ValueError."""
    mlkem, x25519 = recipient.seal_key[:_MLKEM_PUBLIC_BYTES], recipient.seal_key[_MLKEM_PUBLIC_BYTES:]
    key = hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(mlkem), X25519PublicKey.from_public_bytes(x25519)
    )
    return _SUITE.encrypt(plaintext, key, info)


def unseal(box: bytes, recipient: Identity, info: bytes) -> bytes | None:
    """Open what was sealed to ``recipient`` under ``info``; None when it does not open."""
    key = hpke.MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(recipient.mlkem_seed),
        X25519PrivateKey.from_private_bytes(recipient.x25519_seed),
    )
    try:
        return _SUITE.decrypt(box, key, info)
    except (InvalidTag, ValueError):
        return None


def fingerprint(role: str, keys: PublicIdentity) -> tuple[str, ...]:
    """Return six words to compare by phone; they cover both public keys and the role."""
    return spell(hashlib.sha256(_labelled(f"fingerprint {role}", keys.sign_key + keys.seal_key)).digest())


def adviser_fingerprint(sign_key: bytes) -> tuple[str, ...]:
    """Return six words for an adviser's public key (32 bytes)."""
    return spell(hashlib.sha256(_labelled("fingerprint adviser", sign_key)).digest())


def _labelled(kind: str, message: bytes) -> bytes:
    return b"vertrouwenswerk " + kind.encode("ascii") + b"\0" + message
