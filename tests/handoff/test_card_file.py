"""The card: public keys that their owner signed; altered, cut short or in another role is refused."""

import json
from pathlib import Path

import pytest

from tests.municipality import flips, identity
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.framing import encode, frame
from vertrouwenswerk.handoff.card_file import LIMIT_BYTES, Card, adviser_card, guardian_card, read_card
from vertrouwenswerk.handoff.keys import adviser_fingerprint, fingerprint, sign, sign_key_of
from vertrouwenswerk.usecases.bureau import read_guardian_card
from vertrouwenswerk.vault.files import read_limited

GUARDIAN = identity(2)
SEED = identity(3).sign_seed
ADVISER_CARD, GUARDIAN_CARD = adviser_card(SEED), guardian_card(GUARDIAN)


def signed_card(payload: bytes, seed: bytes = SEED) -> bytes:
    signature = json.loads(encode({"signature": sign("card 1", payload, seed)}))
    return frame("card", 1, [payload, json.dumps(signature, separators=(",", ":")).encode()])


def reason_of(data: bytes) -> str:
    with pytest.raises(FileRefusedError) as refused:
        read_card(data, "adviser")
    return refused.value.reason


def test_a_card_reads_back_with_the_words_of_its_owner() -> None:
    adviser, guardian = read_card(ADVISER_CARD, "adviser"), read_card(GUARDIAN_CARD, "guardian")
    assert adviser == Card("adviser", sign_key_of(SEED), None)
    assert adviser.words == adviser_fingerprint(sign_key_of(SEED))
    public = GUARDIAN.public()
    assert guardian == Card("guardian", public.sign_key, public.seal_key)
    assert guardian.words == fingerprint("guardian", public)


def test_a_card_holds_no_secret() -> None:
    for secret in (SEED, GUARDIAN.sign_seed, GUARDIAN.mlkem_seed, GUARDIAN.x25519_seed):
        inner = encode(secret).strip(b'"=')[:-1]
        assert inner not in ADVISER_CARD + GUARDIAN_CARD


@pytest.mark.parametrize("card", [ADVISER_CARD, GUARDIAN_CARD], ids=["adviser", "guardian"])
def test_a_card_cut_short_at_any_length_is_refused(card: bytes) -> None:
    role = "adviser" if card is ADVISER_CARD else "guardian"
    for length in range(len(card)):
        with pytest.raises(FileRefusedError):
            read_card(card[:length], role)  # type: ignore[arg-type]


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
@pytest.mark.parametrize("card", [ADVISER_CARD, GUARDIAN_CARD], ids=["adviser", "guardian"])
def test_a_card_with_any_byte_flipped_is_refused(card: bytes, mask: int) -> None:
    role = "adviser" if card is ADVISER_CARD else "guardian"
    for altered in flips(card, range(len(card)), mask):
        with pytest.raises(FileRefusedError):
            read_card(altered, role)  # type: ignore[arg-type]


def test_the_card_of_somebody_in_another_role_is_refused() -> None:
    assert reason_of(GUARDIAN_CARD) == "wrong-role"
    with pytest.raises(FileRefusedError) as refused:
        read_card(ADVISER_CARD, "guardian")
    assert refused.value.reason == "wrong-role"


def test_a_card_signed_by_another_key_is_refused() -> None:
    payload = ADVISER_CARD.split(b"\n")[1]
    assert reason_of(signed_card(payload, GUARDIAN.sign_seed)) == "bad-signature"
    assert read_card(signed_card(payload), "adviser").sign_key == sign_key_of(SEED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"}", b',"name":"Jan"}'),
        (b'{"role"', b'{ "role"'),
        (b'"seal_key":null', b'"seal_key":""'),
        (b'"adviser"', b'"bureau"'),
        (b'"adviser"', b'"guardian"'),
        (b'"adviser"', b"1"),
        (b',"seal_key":null', b""),
    ],
)
def test_a_card_that_is_signed_but_not_in_the_one_form_is_refused(old: bytes, new: bytes) -> None:
    payload = ADVISER_CARD.split(b"\n")[1]
    assert reason_of(signed_card(payload.replace(old, new, 1))) == "damaged"


def test_a_card_with_its_fields_in_another_order_is_refused() -> None:
    fields = json.loads(ADVISER_CARD.split(b"\n")[1])
    turned = json.dumps(dict(reversed(fields.items())), separators=(",", ":")).encode()
    assert reason_of(signed_card(turned)) == "damaged"


def test_a_card_with_keys_of_the_wrong_size_is_refused() -> None:
    public = GUARDIAN.public()
    for card in (
        Card("adviser", sign_key_of(SEED)[:31], None),
        Card("adviser", sign_key_of(SEED), public.seal_key),
        Card("guardian", sign_key_of(SEED), None),
        Card("guardian", sign_key_of(SEED), public.seal_key[:-1]),
        Card("guardian", sign_key_of(SEED), public.seal_key + b"\0"),
    ):
        assert reason_of(signed_card(encode(card))) == "damaged"


def test_a_card_of_a_newer_version_or_of_another_kind_is_told_apart() -> None:
    assert reason_of(ADVISER_CARD.replace(b"card 1\n", b"card 2\n")) == "too-new"
    assert reason_of(ADVISER_CARD.replace(b"card 1\n", b"codebook 1\n")) == "wrong-kind"


def test_a_gigabyte_of_zeros_is_refused_as_too_large_without_reading_it_all(tmp_path: Path) -> None:
    zeros = tmp_path / "zeros.vwcard"
    with zeros.open("wb") as file:
        file.truncate(1 << 30)
    data = read_limited(zeros, LIMIT_BYTES)
    assert len(data) == LIMIT_BYTES + 1
    assert reason_of(data) == "too-large"


def test_the_guardians_card_is_read_from_a_file_and_a_missing_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hoeder.vwcard"
    path.write_bytes(GUARDIAN_CARD)
    assert read_guardian_card(path) == GUARDIAN.public()
    with pytest.raises(FileRefusedError) as refused:
        read_guardian_card(tmp_path / "nowhere.vwcard")
    assert refused.value.reason == "unreadable"
    with pytest.raises(FileRefusedError):
        read_guardian_card(tmp_path)
