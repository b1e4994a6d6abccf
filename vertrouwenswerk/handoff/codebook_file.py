"""The file ``*.vwcodebook``: the codebook in clear, signed by bureau and guardian.

Three lines: magic, payload, signatures. The hash of the payload names the codebook in
summaries, registers and pictures. ``accept_update`` holds the rule for advisers: the
pinned keys stay the pinned keys, the version only rises, and another guardian, another
opening rule or a lower threshold needs the outgoing guardian's signature.
Specification: ``docs/formats.md``.
"""

import hashlib
from dataclasses import dataclass

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.codebook_check import CodebookFault, check_codebook
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.framing import damaged, decode, encode, frame, unframe
from vertrouwenswerk.handoff.keys import Identity, is_signed, sign
from vertrouwenswerk.i18n import _

KIND, VERSION = "codebook", 1
LIMIT_BYTES = 4 * 1024 * 1024
_SIGNED_AS = "codebook 1"
_NO_ALIASES = b',"aliases":[]'


@dataclass(frozen=True, slots=True)
class CodebookSignatures:
    """Ed25519 signatures (64 bytes each) over the payload."""

    bureau: bytes
    guardian: bytes | None
    outgoing_guardian: bytes | None


@dataclass(frozen=True, slots=True)
class SignedCodebook:
    """A codebook, the very bytes that were signed, and the signatures."""

    codebook: Codebook
    payload: bytes
    signatures: CodebookSignatures

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload: the name of this codebook in every other file."""
        return hashlib.sha256(self.payload).digest()

    @property
    def is_countersigned(self) -> bool:
        """Tell whether everybody whom the codebook names has signed it."""
        guardian = self.codebook.guardian
        return guardian is None or is_signed(
            _SIGNED_AS, self.payload, self.signatures.guardian, guardian.sign_key
        )

    def to_bytes(self) -> bytes:
        """Return the file."""
        return frame(KIND, VERSION, [self.payload, encode(self.signatures)])


def issue_codebook(codebook: Codebook, bureau: Identity) -> SignedCodebook:
    """Sign a checked codebook as the bureau; the guardian signs next."""
    payload = _encode(codebook)
    signature = sign(_SIGNED_AS, payload, bureau.sign_seed)
    return SignedCodebook(codebook, payload, CodebookSignatures(signature, None, None))


def countersign_codebook(
    signed: SignedCodebook, guardian: Identity, outgoing: Identity | None = None
) -> SignedCodebook:
    """Add the guardian's signature and, at a change of guardian, that of the one who leaves."""
    signatures = CodebookSignatures(
        signed.signatures.bureau,
        sign(_SIGNED_AS, signed.payload, guardian.sign_seed),
        sign(_SIGNED_AS, signed.payload, outgoing.sign_seed) if outgoing else None,
    )
    return SignedCodebook(signed.codebook, signed.payload, signatures)


def read_codebook(data: bytes) -> SignedCodebook:
    """Read a ``*.vwcodebook``; whether its keys are the right ones is for the reader to know.

    Raises FileRefusedError: what ``unframe`` raises, ``damaged``, ``bad-signature``.
    """
    payload, signature_line = unframe(KIND, VERSION, data, lines=2, limit=LIMIT_BYTES)
    codebook = decode(payload, Codebook, _encode)
    signatures = decode(signature_line, CodebookSignatures)
    try:
        check_codebook(codebook)
    except CodebookFault as fault:
        raise damaged() from fault
    signed = SignedCodebook(codebook, payload, signatures)
    if not is_signed(_SIGNED_AS, payload, signatures.bureau, codebook.bureau.sign_key):
        raise _bad_signature()
    if signatures.guardian is not None and (codebook.guardian is None or not signed.is_countersigned):
        raise _bad_signature()
    return signed


def _encode(codebook: Codebook) -> bytes:
    """Return the payload; a codebook without aliases is, byte for byte, what it was before there were any."""
    # A quote within a text is written with a backslash before it, so these bytes are always the field.
    return encode(codebook).replace(_NO_ALIASES, b"")


def require_countersigned(signed: SignedCodebook) -> None:
    """Raise FileRefusedError (``not-countersigned``) unless the guardian signed too."""
    if not signed.is_countersigned:
        raise FileRefusedError(
            "not-countersigned",
            _("The guardian has not signed this codebook yet."),
            _("Ask the bureau for the codebook that the guardian has signed. Nothing was changed."),
        )


def accept_update(current: SignedCodebook, offered: SignedCodebook) -> None:
    """Check that an adviser who pinned ``current`` may take ``offered``.

    Raises FileRefusedError: ``not-countersigned``, ``another-bureau``, ``older-version``,
    ``another-guardian`` (also for another opening rule), ``lower-threshold``, ``lost-unit`` (a unit
    or theme was dropped or renumbered).
    """
    require_countersigned(offered)
    old, new = current.codebook, offered.codebook
    if new.bureau != old.bureau:
        raise _refuse_change("another-bureau", _("This codebook is signed by the key of another bureau."))
    if offered.digest == current.digest:
        return
    if new.version <= old.version:
        raise _refuse_change(
            "older-version",
            _("This codebook is version %(offered)s; you already have version %(current)s.")
            % {"offered": new.version, "current": old.version},
        )
    if not _keeps_meaning(old, new):
        raise _refuse_change(
            "lost-unit", _("This codebook changes what tallies that were counted already stand for.")
        )
    if _outgoing_agrees(current, offered):
        return
    if new.guardian != old.guardian:
        raise _refuse_change("another-guardian", _("This codebook lets somebody else open your counts."))
    if new.threshold < old.threshold or new.minimum_headcount < old.minimum_headcount:
        raise _refuse_change("lower-threshold", _("This codebook protects less than the one you have."))


def _keeps_meaning(old: Codebook, new: Codebook) -> bool:
    """Tell whether every number still means the same, and nothing that had one was dropped."""
    return _numbers(old).items() <= _numbers(new).items() and (
        {unit.number for unit in old.ended_units} <= {unit.number for unit in new.ended_units}
    )


def _numbers(codebook: Codebook) -> dict[tuple[str, int], str]:
    """Return whose each number is; a unit keeps its number when it ends."""
    return {
        **{("unit", unit.number): unit.code for unit in codebook.units},
        **{("unit", unit.number): unit.code for unit in codebook.ended_units},
        **{("theme", theme.number): theme.code for theme in codebook.themes},
    }


def _outgoing_agrees(current: SignedCodebook, offered: SignedCodebook) -> bool:
    guardian = current.codebook.guardian
    return guardian is not None and is_signed(
        _SIGNED_AS, offered.payload, offered.signatures.outgoing_guardian, guardian.sign_key
    )


def _refuse_change(reason: str, message: str) -> FileRefusedError:
    return FileRefusedError(
        reason,
        message,
        _("Do not use it. Phone the guardian or the bureau on a number you know. Nothing was changed."),
    )


def _bad_signature() -> FileRefusedError:
    return FileRefusedError(
        "bad-signature",
        _("The signature on this file is not right: it was altered, or is not from whom it says."),
        _("Do not use it; ask the sender for a new one. Nothing was changed."),
    )
