"""The file ``*.vwcard``: somebody's public keys, for enrolment; no name is in it.

Three lines: magic, payload, signature by the very key on the card, which shows that the
sender holds it. Whose card it is, is settled by comparing six words by phone.
"""

from dataclasses import dataclass
from typing import Literal

from vertrouwenswerk.domain.codebook import PublicIdentity
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.framing import damaged, decode, encode, frame, unframe
from vertrouwenswerk.handoff.keys import (
    SEAL_KEY_BYTES,
    SIGN_KEY_BYTES,
    Identity,
    adviser_fingerprint,
    fingerprint,
    is_signed,
    sign,
    sign_key_of,
)
from vertrouwenswerk.i18n import _

KIND, VERSION = "card", 1
LIMIT_BYTES = 8 * 1024
_SIGNED_AS = "card 1"


@dataclass(frozen=True, slots=True)
class Card:
    """The public keys of an adviser (``seal_key`` None: only signs) or of a guardian."""

    role: Literal["adviser", "guardian"]
    sign_key: bytes
    seal_key: bytes | None

    @property
    def words(self) -> tuple[str, ...]:
        """The six words of this card's fingerprint."""
        if self.seal_key is None:
            return adviser_fingerprint(self.sign_key)
        return fingerprint("guardian", PublicIdentity(self.sign_key, self.seal_key))


@dataclass(frozen=True, slots=True)
class _Signature:
    signature: bytes


def adviser_card(sign_seed: bytes) -> bytes:
    """Return the card file of an adviser."""
    return _to_file(Card("adviser", sign_key_of(sign_seed), None), sign_seed)


def guardian_card(guardian: Identity) -> bytes:
    """Return the card file of a guardian."""
    public = guardian.public()
    return _to_file(Card("guardian", public.sign_key, public.seal_key), guardian.sign_seed)


def read_card(data: bytes, role: Literal["adviser", "guardian"]) -> Card:
    """Read a card of ``role``. Raises FileRefusedError (also ``wrong-role``, ``bad-signature``)."""
    payload, signature_line = unframe(KIND, VERSION, data, lines=2, limit=LIMIT_BYTES)
    card = decode(payload, Card)
    signature = decode(signature_line, _Signature).signature
    seal_key_bytes = None if card.seal_key is None else len(card.seal_key)
    wanted = None if card.role == "adviser" else SEAL_KEY_BYTES
    if len(card.sign_key) != SIGN_KEY_BYTES or seal_key_bytes != wanted:
        raise damaged()
    if not is_signed(_SIGNED_AS, payload, signature, card.sign_key):
        raise FileRefusedError(
            "bad-signature",
            _("The signature on this card is not right: it was altered on the way."),
            _("Ask the owner of the card for a new one. Nothing was changed."),
        )
    if card.role != role:
        raise FileRefusedError(
            "wrong-role",
            _("This is the card of somebody in another role."),
            _("Check whose card it is. Nothing was changed."),
        )
    return card


def _to_file(card: Card, sign_seed: bytes) -> bytes:
    payload = encode(card)
    signature = _Signature(sign(_SIGNED_AS, payload, sign_seed))
    return frame(KIND, VERSION, [payload, encode(signature)])
