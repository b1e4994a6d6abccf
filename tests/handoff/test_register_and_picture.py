"""Register and picture: signed by both, no byte altered; a picture holds shown cells only."""

import json

import pytest

from tests.municipality import flips, identity
from vertrouwenswerk.disclosure.certificate import Certificate
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.framing import encode, frame
from vertrouwenswerk.handoff.joint import LIMIT_BYTES, JointKeys
from vertrouwenswerk.handoff.keys import sign
from vertrouwenswerk.handoff.picture_file import (
    Picture,
    PictureFinding,
    PicturePart,
    PictureScan,
    PictureTable,
    ShownCell,
    read_picture,
    write_picture,
)
from vertrouwenswerk.handoff.register_file import Register, RegisteredAdviser, read_register, write_register

BUREAU, GUARDIAN, STRANGER = identity(1), identity(2), identity(3)
BOTH = JointKeys(BUREAU.public().sign_key, GUARDIAN.public().sign_key)
ALONE = JointKeys(BUREAU.public().sign_key, None)
REGISTER = Register(3, tuple(RegisteredAdviser(n, bytes([n]) * 32) for n in (1, 2, 7)))
TABLE = PictureTable(
    "2026-Q1..2026-Q4", 3, ("*", "DUINEN"), ("*", "OMGANG"), (ShownCell(0, 0, 7), ShownCell(1, 1, 4))
)
PICTURE = Picture(5, b"\x11" * 32, 2, 8, (TABLE,))
REGISTER_FILE = write_register(REGISTER, BUREAU, GUARDIAN)
PICTURE_FILE = write_picture(PICTURE, BUREAU, GUARDIAN)


def reason_of_register(data: bytes, keys: JointKeys = BOTH) -> str:
    with pytest.raises(FileRefusedError) as refused:
        read_register(data, keys)
    return refused.value.reason


def reason_of_picture(data: bytes, keys: JointKeys = BOTH) -> str:
    with pytest.raises(FileRefusedError) as refused:
        read_picture(data, keys)
    return refused.value.reason


def test_register_and_picture_read_back_to_the_same() -> None:
    assert read_register(REGISTER_FILE, BOTH) == REGISTER
    assert read_picture(PICTURE_FILE, BOTH) == PICTURE
    assert PICTURE.windows() == (Window.ending(Quarter(2026, 4), 4),)
    assert read_register(write_register(Register(1, ()), BUREAU, GUARDIAN), BOTH) == Register(1, ())


def signed(payload: bytes) -> bytes:
    """Return a picture file of ``payload``, signed by both."""
    signatures = {
        "bureau": sign("picture 1", payload, BUREAU.sign_seed),
        "guardian": sign("picture 1", payload, GUARDIAN.sign_seed),
    }
    return frame("picture", 1, [payload, encode(signatures)])


CERTIFICATE = Certificate(b"\x22" * 32, 3, 2, 9, 5, 0, 5, 5, "HiGHS 1.15")
FINDING = PictureFinding(
    "size",
    "DUINEN",
    "OMGANG",
    "2026-Q1..2026-Q4",
    4,
    1.25,
    20,
    "new",
    False,
    (PicturePart("DUINEN", "*", 7),),
)
WITH_FINDINGS = Picture(
    5, b"\x11" * 32, 2, 8, (TABLE,), (), CERTIFICATE, (FINDING,), PictureScan(0, often=6, seldom=3)
)


def test_a_picture_with_findings_reads_back_to_the_same() -> None:
    assert read_picture(write_picture(WITH_FINDINGS, BUREAU, GUARDIAN), BOTH) == WITH_FINDINGS


@pytest.mark.parametrize(
    ("kept", "as_now"),
    [
        (("number", "codebook_digest", "advisers", "summaries", "tables"), PICTURE),
        (
            ("number", "codebook_digest", "advisers", "summaries", "tables", "openings", "certificate"),
            Picture(5, b"\x11" * 32, 2, 8, (TABLE,), (), CERTIFICATE),
        ),
    ],
    ids=["before pictures were linked", "before patterns were looked for"],
)
def test_a_picture_of_an_older_version_still_opens(kept: tuple[str, ...], as_now: Picture) -> None:
    payload = encode({name: getattr(WITH_FINDINGS, name) for name in kept})
    assert read_picture(signed(payload), BOTH) == as_now
    assert write_picture(as_now, BUREAU, GUARDIAN) == signed(payload)


def test_a_picture_is_written_in_one_way_only() -> None:
    whole = json.loads(PICTURE_FILE.split(b"\n")[1])
    for field, spare in (("openings", []), ("findings", []), ("scan", None), ("note", "x")):
        assert reason_of_picture(signed(encode({**whole, field: spare}))) == "damaged"


def test_the_bureau_alone_signs_where_there_is_no_guardian() -> None:
    assert read_register(write_register(REGISTER, BUREAU, None), ALONE) == REGISTER
    assert read_picture(write_picture(PICTURE, BUREAU, None), ALONE) == PICTURE


def test_cut_short_at_any_length_they_are_refused() -> None:
    for length in range(len(REGISTER_FILE)):
        reason_of_register(REGISTER_FILE[:length])
    for length in range(len(PICTURE_FILE)):
        reason_of_picture(PICTURE_FILE[:length])


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_with_any_byte_flipped_they_are_refused(mask: int) -> None:
    for altered in flips(REGISTER_FILE, range(len(REGISTER_FILE)), mask):
        reason_of_register(altered)
    for altered in flips(PICTURE_FILE, range(len(PICTURE_FILE)), mask):
        reason_of_picture(altered)


@pytest.mark.parametrize(
    "signers",
    [(BUREAU, None), (STRANGER, GUARDIAN), (BUREAU, STRANGER), (GUARDIAN, BUREAU), (BUREAU, BUREAU)],
    ids=["no guardian", "another bureau", "another guardian", "swapped", "the bureau for both"],
)
def test_both_the_right_keys_must_have_signed(signers: tuple[object, object]) -> None:
    assert reason_of_register(write_register(REGISTER, *signers)) == "damaged"  # type: ignore[arg-type]
    assert reason_of_picture(write_picture(PICTURE, *signers)) == "damaged"  # type: ignore[arg-type]


def test_a_register_is_no_picture_and_a_newer_one_is_told_apart() -> None:
    assert reason_of_register(PICTURE_FILE) == "wrong-kind"
    assert reason_of_picture(REGISTER_FILE) == "wrong-kind"
    assert reason_of_register(REGISTER_FILE.replace(b"register 1\n", b"register 2\n", 1)) == "too-new"


def test_a_signature_of_a_register_is_none_of_a_picture() -> None:
    payload = encode(PICTURE)
    signatures = encode(
        {
            "bureau": sign("register 1", payload, BUREAU.sign_seed),
            "guardian": sign("register 1", payload, GUARDIAN.sign_seed),
        }
    )
    assert reason_of_picture(frame("picture", 1, [payload, signatures])) == "damaged"


def test_one_number_or_one_key_cannot_stand_for_two_advisers() -> None:
    for advisers in (
        (RegisteredAdviser(1, b"a" * 32), RegisteredAdviser(1, b"b" * 32)),
        (RegisteredAdviser(1, b"a" * 32), RegisteredAdviser(2, b"a" * 32)),
        (RegisteredAdviser(1, b"a" * 31),),
        (RegisteredAdviser(1, b""),),
    ):
        assert reason_of_register(write_register(Register(1, advisers), BUREAU, GUARDIAN)) == "damaged"


def test_fields_that_are_unknown_or_of_another_type_are_refused_though_both_signed() -> None:
    for old, new in ((b'{"version":3', b'{"more":1,"version":3'), (b'"number":7', b'"number":"7"')):
        payload = encode(REGISTER).replace(old, new, 1)
        assert payload != encode(REGISTER)
        signatures = encode(
            {
                "bureau": sign("register 1", payload, BUREAU.sign_seed),
                "guardian": sign("register 1", payload, GUARDIAN.sign_seed),
            }
        )
        assert reason_of_register(frame("register", 1, [payload, signatures])) == "damaged"


def test_a_picture_carries_nothing_about_hidden_cells() -> None:
    (table,) = json.loads(PICTURE_FILE.split(b"\n")[1])["tables"]
    assert set(table) == {"window", "threshold", "units", "themes", "shown"}
    assert table["shown"] == [{"unit": 0, "theme": 0, "count": 7}, {"unit": 1, "theme": 1, "count": 4}]


def test_more_bytes_than_such_a_file_can_have_are_refused() -> None:
    assert reason_of_picture(PICTURE_FILE + bytes(LIMIT_BYTES)) == "too-large"
