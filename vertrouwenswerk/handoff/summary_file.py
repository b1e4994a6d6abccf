"""The file ``*.vwsummary``: one adviser's quarter, sealed to the guardian, then to the bureau.

    magic line | header sealed to the bureau | body sealed to the bureau
    body   = counts sealed to the guardian (or, without a guardian, to the bureau) | signature
    header = adviser key, codebook hash and version, quarter, revision (75 bytes)

The header has a box of its own so that the body's HPKE ``info`` can bind it: kind,
format version, layer and the whole header are bound in both layers of the counts, and
nothing can be wrapped again as something else. The sender signs header and inner
*ciphertext*: nothing outside the inner seal depends on the counts, or the bureau could
test guesses. Specification and test vectors: ``docs/formats.md``.
"""

import struct
from dataclasses import dataclass
from typing import Self

from vertrouwenswerk.domain.codebook import PublicIdentity
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.framing import damaged, magic_line, strip_magic
from vertrouwenswerk.handoff.keys import (
    SEAL_OVERHEAD_BYTES,
    SIGNATURE_BYTES,
    Identity,
    is_signed,
    seal,
    sign,
    sign_key_of,
    unseal,
)
from vertrouwenswerk.i18n import _

KIND, VERSION = "summary", 1
LIMIT_BYTES = 1024 * 1024
MAX_REVISION = 1_000_000
_HEADER = struct.Struct(">32s32sIHBI")
_SIGNED_AS = "summary 1"


@dataclass(frozen=True, slots=True)
class SummaryHeader:
    """What a summary is about: whose key, which codebook, which quarter, which revision (from 1)."""

    adviser: bytes
    codebook_digest: bytes
    codebook_version: int
    quarter: Quarter
    revision: int

    def to_bytes(self) -> bytes:
        """Return the 75 bytes that are sealed, signed and bound."""
        return _HEADER.pack(
            self.adviser,
            self.codebook_digest,
            self.codebook_version,
            self.quarter.year,
            self.quarter.number,
            self.revision,
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote. Raises FileRefusedError (``damaged``)."""
        try:
            adviser, digest, version, year, number, revision = _HEADER.unpack(data)
            header = cls(adviser, digest, version, Quarter(year, number), revision)
        except (struct.error, ValueError) as error:
            raise damaged() from error
        if not 1 <= revision <= MAX_REVISION:
            raise damaged()
        return header


@dataclass(frozen=True, slots=True)
class SealedSummary:
    """What the bureau can see of a summary: the header, and counts it cannot open."""

    header: SummaryHeader
    inner: bytes
    signature: bytes

    def is_genuine(self) -> bool:
        """Tell whether the adviser whom the header names signed header and inner ciphertext."""
        return is_signed(_SIGNED_AS, self.header.to_bytes() + self.inner, self.signature, self.header.adviser)

    def to_bytes(self) -> bytes:
        """Return header, signature and inner ciphertext, as the office keeps them."""
        return self.header.to_bytes() + self.signature + self.inner

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote. Raises FileRefusedError (``damaged``)."""
        start, end = _HEADER.size, _HEADER.size + SIGNATURE_BYTES
        return cls(SummaryHeader.from_bytes(data[:start]), data[end:], data[start:end])


def seal_summary(
    header: SummaryHeader,
    counts: bytes,
    sign_seed: bytes,
    counts_for: PublicIdentity,
    bureau: PublicIdentity,
) -> bytes:
    """Return the file: ``counts`` sealed to ``counts_for``, signed, and all sealed to the bureau.

    Raises ValueError when ``sign_seed`` is not the one that the header names.
    """
    if sign_key_of(sign_seed) != header.adviser:
        raise ValueError("the header names another adviser")
    plain = header.to_bytes()
    inner = seal(counts, counts_for, _info("counts", plain))
    signature = sign(_SIGNED_AS, plain + inner, sign_seed)
    return (
        magic_line(KIND, VERSION)
        + seal(plain, bureau, _info("header", b""))
        + seal(inner + signature, bureau, _info("body", plain))
    )


def open_envelope(data: bytes, bureau: Identity) -> SealedSummary:
    """Open the outer seal and check the signature.

    Raises FileRefusedError: what ``strip_magic`` raises, ``damaged``, ``not-for-us`` when the
    header does not open with this bureau's key, ``bad-signature``.
    """
    sealed = strip_magic(KIND, VERSION, data, LIMIT_BYTES)
    cut = SEAL_OVERHEAD_BYTES + _HEADER.size
    if len(sealed) < cut + 2 * SEAL_OVERHEAD_BYTES + SIGNATURE_BYTES:
        raise damaged()
    plain = unseal(sealed[:cut], bureau, _info("header", b""))
    if plain is None:
        raise FileRefusedError(
            "not-for-us",
            _("This summary is damaged, or was sealed for another bureau."),
            _("Ask the adviser which codebook was used, and for a new export. Nothing was changed."),
        )
    header = SummaryHeader.from_bytes(plain)
    body = unseal(sealed[cut:], bureau, _info("body", plain))
    if body is None:
        raise damaged()
    summary = SealedSummary(header, body[:-SIGNATURE_BYTES], body[-SIGNATURE_BYTES:])
    if not summary.is_genuine():
        raise FileRefusedError(
            "bad-signature",
            _("The signature on this summary is not the adviser's."),
            _("Phone the adviser, and ask for a new export. Nothing was changed."),
        )
    return summary


def open_counts(summary: SealedSummary, opener: Identity) -> bytes | None:
    """Open the inner seal with the guardian's key; None when it does not open."""
    return unseal(summary.inner, opener, _info("counts", summary.header.to_bytes()))


def _info(layer: str, header: bytes) -> bytes:
    return f"vertrouwenswerk {KIND} {VERSION} {layer}".encode("ascii") + b"\0" + header
