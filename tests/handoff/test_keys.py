"""Keys: what is sealed opens for one reader under one purpose; a signature is of one kind."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.municipality import flips, identity
from vertrouwenswerk.domain.codebook import PublicIdentity
from vertrouwenswerk.handoff.keys import (
    SEAL_KEY_BYTES,
    SEAL_OVERHEAD_BYTES,
    SIGNATURE_BYTES,
    Identity,
    adviser_fingerprint,
    fingerprint,
    is_signed,
    seal,
    sign,
    sign_key_of,
    unseal,
)
from vertrouwenswerk.wordlist import words

BUREAU, OTHER = identity(1), identity(2)
BOX = seal(b"telling", BUREAU.public(), b"purpose")


@settings(max_examples=25)
@given(st.binary(max_size=2000), st.binary(max_size=100))
def test_what_is_sealed_opens_to_the_same_and_is_a_fixed_number_of_bytes_longer(
    plaintext: bytes, info: bytes
) -> None:
    box = seal(plaintext, BUREAU.public(), info)
    assert unseal(box, BUREAU, info) == plaintext
    assert len(box) == len(plaintext) + SEAL_OVERHEAD_BYTES


def test_a_box_opens_for_nobody_else_and_for_no_other_purpose() -> None:
    assert unseal(BOX, BUREAU, b"purpose") == b"telling"
    assert unseal(BOX, OTHER, b"purpose") is None
    assert unseal(BOX, BUREAU, b"another") is None
    assert unseal(BOX, BUREAU, b"") is None


@pytest.mark.parametrize("wrong", ["mlkem_seed", "x25519_seed"])
def test_a_box_needs_both_halves_of_the_hybrid_key(wrong: str) -> None:
    seeds = {"mlkem_seed": BUREAU.mlkem_seed, "x25519_seed": BUREAU.x25519_seed}
    seeds[wrong] = getattr(OTHER, wrong)
    assert unseal(BOX, Identity(BUREAU.sign_seed, **seeds), b"purpose") is None


def test_a_box_with_any_byte_flipped_or_cut_short_anywhere_does_not_open() -> None:
    assert all(unseal(box, BUREAU, b"purpose") is None for box in flips(BOX, range(len(BOX)), 1))
    assert all(unseal(BOX[:length], BUREAU, b"purpose") is None for length in range(len(BOX)))
    assert unseal(BOX + b"\0", BUREAU, b"purpose") is None


@pytest.mark.parametrize("point", [bytes(32), b"\1" + bytes(31), b"\xff" * 32], ids=["zero", "one", "ones"])
def test_a_box_with_a_degenerate_curve_point_does_not_open_and_does_not_crash(point: bytes) -> None:
    for start in (0, 1088):
        assert unseal(BOX[:start] + point + BOX[start + 32 :], BUREAU, b"purpose") is None


def test_sealing_twice_gives_two_boxes_so_that_guesses_cannot_be_tested() -> None:
    assert seal(b"telling", BUREAU.public(), b"purpose") != BOX


def test_sealing_to_a_key_of_the_wrong_size_is_an_error_and_not_a_weak_box() -> None:
    for key in (b"", bytes(SEAL_KEY_BYTES - 1), bytes(31)):
        with pytest.raises(ValueError):
            seal(b"telling", PublicIdentity(bytes(32), key), b"purpose")


def test_an_identity_comes_back_from_its_bytes() -> None:
    assert Identity.from_bytes(BUREAU.to_bytes()) == BUREAU
    assert len(BUREAU.to_bytes()) == 128
    for length in (0, 127, 129):
        with pytest.raises(ValueError, match="not the seeds"):
            Identity.from_bytes(bytes(length))


def test_public_keys_have_the_sizes_that_the_codebook_asks_for() -> None:
    public = BUREAU.public()
    assert (len(public.sign_key), len(public.seal_key)) == (32, SEAL_KEY_BYTES)
    assert public == Identity.from_bytes(BUREAU.to_bytes()).public()
    assert public != OTHER.public()


def test_secrets_do_not_show_when_an_identity_is_printed() -> None:
    shown = repr(BUREAU)
    assert BUREAU.sign_seed.hex() not in shown
    assert repr(BUREAU.sign_seed) not in shown
    assert repr(BUREAU.mlkem_seed) not in shown


def test_a_signature_is_of_one_key_one_kind_and_one_message() -> None:
    signature = sign("card 1", b"message", BUREAU.sign_seed)
    key = sign_key_of(BUREAU.sign_seed)
    assert len(signature) == SIGNATURE_BYTES
    assert is_signed("card 1", b"message", signature, key)
    assert not is_signed("codebook 1", b"message", signature, key)
    assert not is_signed("card 1", b"massage", signature, key)
    assert not is_signed("card 1", b"message", signature, sign_key_of(OTHER.sign_seed))
    assert not any(is_signed("card 1", b"message", s, key) for s in flips(signature, range(64), 1))
    for nothing in (None, b"", signature[:-1], signature + b"\0"):
        assert not is_signed("card 1", b"message", nothing, key)
    for no_key in (b"", key[:-1], key + b"\0"):
        assert not is_signed("card 1", b"message", signature, no_key)


def test_the_kind_cannot_flow_over_into_the_message() -> None:
    signature = sign("card", b" 1\0x", BUREAU.sign_seed)
    assert not is_signed("card 1", b"x", signature, sign_key_of(BUREAU.sign_seed))


def test_a_fingerprint_is_six_words_of_the_list_and_covers_role_and_both_keys() -> None:
    public = BUREAU.public()
    spelled = fingerprint("bureau", public)
    assert len(spelled) == 6
    assert set(spelled) <= set(words())
    assert spelled == fingerprint("bureau", public)
    others = {
        fingerprint("guardian", public),
        fingerprint("bureau", OTHER.public()),
        fingerprint("bureau", PublicIdentity(public.sign_key, OTHER.public().seal_key)),
        fingerprint("bureau", PublicIdentity(OTHER.public().sign_key, public.seal_key)),
        adviser_fingerprint(public.sign_key),
    }
    assert len(others | {spelled}) == 6


def test_no_two_of_many_advisers_have_the_same_fingerprint() -> None:
    dice = random.Random(5)
    assert len({adviser_fingerprint(dice.randbytes(32)) for _adviser in range(2000)}) == 2000
