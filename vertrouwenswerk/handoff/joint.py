"""Documents that bureau and guardian sign together: the register and the picture.

Three lines: magic, payload, signatures. Without a guardian the bureau signs alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from vertrouwenswerk.framing import damaged, decode, encode, frame, unframe
from vertrouwenswerk.handoff.keys import Identity, is_signed, sign

T = TypeVar("T")
LIMIT_BYTES = 32 * 1024 * 1024
_VERSION = 1


@dataclass(frozen=True, slots=True)
class JointKeys:
    """The Ed25519 public keys (32 bytes) that must have signed; no guardian: the bureau alone."""

    bureau: bytes
    guardian: bytes | None


@dataclass(frozen=True, slots=True)
class _Signatures:
    bureau: bytes
    guardian: bytes | None


def write_joint(
    kind: str,
    document: T,
    bureau: Identity,
    guardian: Identity | None,
    as_written: Callable[[T], bytes] = encode,
) -> bytes:
    """Return ``document`` (a dataclass) as the signed bytes of a ``kind``, ``as_written``."""
    payload = as_written(document)
    signatures = _Signatures(
        sign(f"{kind} {_VERSION}", payload, bureau.sign_seed),
        sign(f"{kind} {_VERSION}", payload, guardian.sign_seed) if guardian else None,
    )
    return frame(kind, _VERSION, [payload, encode(signatures)])


def read_joint(
    kind: str, data: bytes, keys: JointKeys, into: type[T], as_written: Callable[[T], bytes] = encode
) -> T:
    """Read a ``kind`` that all of ``keys`` signed. Raises FileRefusedError (``damaged``)."""
    payload, signature_line = unframe(kind, _VERSION, data, lines=2, limit=LIMIT_BYTES)
    signatures = decode(signature_line, _Signatures)
    signers = [(keys.bureau, signatures.bureau)]
    if keys.guardian is not None:
        signers.append((keys.guardian, signatures.guardian or b""))
    if not all(is_signed(f"{kind} {_VERSION}", payload, signature, key) for key, signature in signers):
        raise damaged()
    return decode(payload, into, as_written)
