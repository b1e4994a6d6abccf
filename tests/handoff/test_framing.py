"""Every file of ours: a magic line, canonical JSON, and one refusal for everything else."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.municipality import TABLES, identity, make_codebook, sign_codebook
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.framing import decode, encode, frame, strip_magic, unframe
from vertrouwenswerk.handoff.card_file import adviser_card, guardian_card, read_card
from vertrouwenswerk.handoff.codebook_file import read_codebook
from vertrouwenswerk.handoff.csv_tables import read_organisation, read_themes
from vertrouwenswerk.handoff.joint import JointKeys
from vertrouwenswerk.handoff.picture_file import Picture, PictureTable, ShownCell, read_picture, write_picture
from vertrouwenswerk.handoff.register_file import Register, RegisteredAdviser, read_register, write_register
from vertrouwenswerk.handoff.summary_file import SealedSummary, open_envelope


@dataclass(frozen=True, slots=True)
class Leaf:
    """A little of every type that our files hold."""

    text: str
    number: int
    box: bytes
    maybe: str | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A list of the same."""

    leaves: tuple[Leaf, ...]
    flag: bool


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_LEAVES = st.builds(Leaf, _TEXT, st.integers(-(2**63), 2**63 - 1), st.binary(max_size=20), st.none() | _TEXT)
_BRANCHES = st.builds(Branch, st.lists(_LEAVES, max_size=4).map(tuple), st.booleans())

BUREAU, GUARDIAN = identity(1), identity(2)
SIGNED = sign_codebook(make_codebook(BUREAU.public(), GUARDIAN.public()), BUREAU, GUARDIAN)
KEYS = JointKeys(BUREAU.public().sign_key, GUARDIAN.public().sign_key)
TABLE = PictureTable("2026-Q1..2026-Q4", 3, ("*", "DUINEN"), ("*", "OMGANG"), (ShownCell(0, 0, 7),))
FILES = (
    SIGNED.to_bytes(),
    adviser_card(bytes(32)),
    guardian_card(GUARDIAN),
    write_register(Register(1, (RegisteredAdviser(1, bytes(32)),)), BUREAU, GUARDIAN),
    write_picture(Picture(1, bytes(32), 2, 3, (TABLE,)), BUREAU, GUARDIAN),
    b"vertrouwenswerk summary 1\n" + random.Random(3).randbytes(4000),
)


def read_all(data: bytes) -> None:
    """Give ``data`` to every reader there is; each may only refuse."""
    for read in (
        lambda: read_codebook(data),
        lambda: read_card(data, "adviser"),
        lambda: read_card(data, "guardian"),
        lambda: read_register(data, KEYS),
        lambda: read_picture(data, KEYS),
        lambda: open_envelope(data, BUREAU),
        lambda: SealedSummary.from_bytes(data),
        lambda: read_organisation(data),
        lambda: read_themes(data, TABLES.theme_groups),
        lambda: read_themes(TABLES.themes, data),
    ):
        try:
            read()
        except FileRefusedError as refusal:
            assert refusal.reason and refusal.message and refusal.hint


@given(_BRANCHES)
def test_what_was_encoded_decodes_to_the_same(value: Branch) -> None:
    assert decode(encode(value), Branch) == value


@given(_BRANCHES, st.binary(min_size=1, max_size=3), st.data())
def test_bytes_put_into_canonical_json_are_refused_or_another_value(
    value: Branch, spliced: bytes, data: st.DataObject
) -> None:
    line = encode(value)
    place = data.draw(st.integers(0, len(line)))
    altered = line[:place] + spliced + line[place:]
    try:
        assert encode(decode(altered, Branch)) == altered
    except FileRefusedError as refusal:
        assert refusal.reason == "damaged"


@pytest.mark.parametrize(
    "line",
    [
        b'{"text":"a","number":1,"box":"","maybe":null,"more":1}',
        b'{"text":"a","number":1,"box":"","maybe":null,"text":"a"}',
        b'{"number":1,"text":"a","box":"","maybe":null}',
        b'{"text":"a", "number":1,"box":"","maybe":null}',
        b' {"text":"a","number":1,"box":"","maybe":null}',
        b'{"text":"a","number":1,"box":"","maybe":null} ',
        b'{"text":"a","number":"1","box":"","maybe":null}',
        b'{"text":"a","number":1.0,"box":"","maybe":null}',
        b'{"text":"a","number":true,"box":"","maybe":null}',
        b'{"text":"a","number":01,"box":"","maybe":null}',
        b'{"text":1,"number":1,"box":"","maybe":null}',
        b'{"text":"a","number":1,"box":"A","maybe":null}',
        b'{"text":"a","number":1,"box":"AB==","maybe":null}',
        b'{"text":"\\u0061","number":1,"box":"","maybe":null}',
        b'{"text":"a","number":1,"box":""}',
        b'["a",1,"",null]',
        b'{"text":"\xff","number":1,"box":"","maybe":null}',
        b'{"text":"\\ud800","number":1,"box":"","maybe":null}',
        b'{"text":"a","number":NaN,"box":"","maybe":null}',
        b"",
        b"null",
        b"[" * 100_000,
        b'{"text":' * 100_000,
    ],
    ids=lambda line: ascii(line[:50]),
)
def test_json_that_is_not_the_one_canonical_form_is_refused(line: bytes) -> None:
    assert decode(b'{"text":"a","number":1,"box":"","maybe":null}', Leaf) == Leaf("a", 1, b"", None)
    with pytest.raises(FileRefusedError) as refused:
        decode(line, Leaf)
    assert refused.value.reason == "damaged"


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (b"vertrouwenswerk card 2\n", "too-new"),
        (b"vertrouwenswerk card 9999\n", "too-new"),
        (b"vertrouwenswerk summary 1\n", "wrong-kind"),
        (b"vertrouwenswerk summary 2\n", "wrong-kind"),
        (b"vertrouwenswerk card 0\n", "not-ours"),
        (b"vertrouwenswerk card 01\n", "not-ours"),
        (b"vertrouwenswerk card 10000\n", "not-ours"),
        (b"vertrouwenswerk card\n", "not-ours"),
        (b"vertrouwenswerk card 1", "not-ours"),
        (b"vertrouwenswerk card 1\r\n", "not-ours"),
        (b"vertrouwenswerk \x1b[2J 1\n", "not-ours"),
        (b"\xef\xbb\xbfvertrouwenswerk card 1\n", "not-ours"),
        (b" vertrouwenswerk card 1\n", "not-ours"),
        (b"PK\x03\x04", "not-ours"),
        (b"", "not-ours"),
    ],
)
def test_the_magic_line_tells_what_is_wrong_with_a_file(start: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        strip_magic("card", 1, start + (b"x\ny\n" if start.endswith(b"\n") else b""), 1000)
    assert refused.value.reason == reason


def test_a_version_older_than_the_oldest_known_is_refused() -> None:
    with pytest.raises(FileRefusedError) as refused:
        strip_magic("card", 2, b"vertrouwenswerk card 1\nx\n", 1000)
    assert refused.value.reason == "damaged"


def test_a_file_is_as_many_lines_as_it_should_be_and_no_byte_more() -> None:
    data = frame("card", 1, [b"a", b"b"])
    assert unframe("card", 1, data, lines=2, limit=100) == (b"a", b"b")
    for altered in (data + b"\n", data + b"c\n", data + b"c", data[:-1], frame("card", 1, [b"a"])):
        with pytest.raises(FileRefusedError):
            unframe("card", 1, altered, lines=2, limit=100)
    assert unframe("card", 1, data, lines=2, limit=len(data)) == (b"a", b"b")
    with pytest.raises(FileRefusedError) as refused:
        unframe("card", 1, data, lines=2, limit=len(data) - 1)
    assert refused.value.reason == "too-large"


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_by_every_reader(data: bytes) -> None:
    read_all(data)


@given(st.sampled_from(FILES), st.data())
def test_files_with_pieces_cut_out_doubled_or_overwritten_are_only_ever_refused(
    file: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(file)))
    end = data.draw(st.integers(start, min(len(file), start + 200)))
    piece = data.draw(st.binary(max_size=40) | st.just(file[start:end] * 2))
    read_all(file[:start] + piece + file[end:])


@given(st.sampled_from(["codebook", "card", "register", "picture", "summary"]), st.binary(max_size=200))
def test_the_right_magic_line_over_arbitrary_lines_is_refused(kind: str, body: bytes) -> None:
    read_all(f"vertrouwenswerk {kind} 1\n".encode() + body)
