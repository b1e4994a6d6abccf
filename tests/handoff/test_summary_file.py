"""The summary: sealed twice, bound to what it is about, of one size, and refused when altered.

The layout is built here a second time, from the words of the specification.
"""

import struct
import tracemalloc
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.municipality import CLOSED, EARLIER, THEME_CODES, UNITS, flips, identity, make_codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import MAX_COUNT, OwnTally
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.handoff.counts_array import array_bytes, decode_counts, encode_counts
from vertrouwenswerk.handoff.keys import Identity, seal, sign, sign_key_of, unseal
from vertrouwenswerk.handoff.summary_file import (
    LIMIT_BYTES,
    MAX_REVISION,
    SealedSummary,
    SummaryHeader,
    open_counts,
    open_envelope,
    seal_summary,
)
from vertrouwenswerk.vault.files import read_limited

BUREAU, GUARDIAN, STRANGER = identity(1), identity(2), identity(3)
ADVISER, OTHER_ADVISER = identity(4).sign_seed, identity(5).sign_seed
CODEBOOK = make_codebook(BUREAU.public(), GUARDIAN.public())
HEADER = SummaryHeader(sign_key_of(ADVISER), b"\x11" * 32, 1, CLOSED, 1)
TALLIES = (OwnTally(CLOSED, ROOT, "FRAUDE", 2), OwnTally(CLOSED, "HAVENS-KADE-1", "PESTEN", 1))
COUNTS = encode_counts(CODEBOOK, TALLIES)
FILE = seal_summary(HEADER, COUNTS, ADVISER, GUARDIAN.public(), BUREAU.public())
MAGIC = b"vertrouwenswerk summary 1\n"
HEADER_BOX_BYTES = 75 + 1136


def packed(header: SummaryHeader) -> bytes:
    return struct.pack(
        ">32s32sIHBI",
        header.adviser,
        header.codebook_digest,
        header.codebook_version,
        header.quarter.year,
        header.quarter.number,
        header.revision,
    )


def wrap(header: bytes, inner: bytes, signature: bytes, bureau: Identity = BUREAU) -> bytes:
    """Build a file from its parts, as the specification says."""
    return (
        MAGIC
        + seal(header, bureau.public(), b"vertrouwenswerk summary 1 header\0")
        + seal(inner + signature, bureau.public(), b"vertrouwenswerk summary 1 body\0" + header)
    )


def rewrap(header: SummaryHeader, inner: bytes, seed: bytes) -> bytes:
    """Wrap an inner ciphertext again, signed with ``seed``, as somebody with the bureau's key could."""
    return wrap(packed(header), inner, sign("summary 1", packed(header) + inner, seed))


def reason_of(data: bytes, bureau: Identity = BUREAU) -> str:
    with pytest.raises(FileRefusedError) as refused:
        open_envelope(data, bureau)
    return refused.value.reason


# --- round trips -----------------------------------------------------------------------------


def test_bureau_and_guardian_together_open_what_the_adviser_sealed() -> None:
    summary = open_envelope(FILE, BUREAU)
    assert summary.header == HEADER
    assert summary.is_genuine()
    counts = open_counts(summary, GUARDIAN)
    assert counts == COUNTS
    assert decode_counts(CODEBOOK, CLOSED, COUNTS) == TALLIES


def test_the_file_is_laid_out_as_the_specification_says() -> None:
    assert FILE.startswith(MAGIC)
    sealed = FILE[len(MAGIC) :]
    plain = unseal(sealed[:HEADER_BOX_BYTES], BUREAU, b"vertrouwenswerk summary 1 header\0")
    assert plain == packed(HEADER)
    body = unseal(sealed[HEADER_BOX_BYTES:], BUREAU, b"vertrouwenswerk summary 1 body\0" + plain)
    assert body is not None
    inner, signature = body[:-64], body[-64:]
    assert signature == sign("summary 1", plain + inner, ADVISER)
    assert unseal(inner, GUARDIAN, b"vertrouwenswerk summary 1 counts\0" + plain) == COUNTS


def test_what_the_office_keeps_of_a_summary_reads_back_to_the_same() -> None:
    summary = open_envelope(FILE, BUREAU)
    assert SealedSummary.from_bytes(summary.to_bytes()) == summary


def test_a_kept_summary_that_was_cut_short_is_refused_or_not_genuine() -> None:
    kept = open_envelope(FILE, BUREAU).to_bytes()
    for length in range(len(kept)):
        try:
            assert not SealedSummary.from_bytes(kept[:length]).is_genuine()
        except FileRefusedError as refusal:
            assert refusal.reason == "damaged"


def test_a_kept_summary_with_any_byte_flipped_is_refused_or_not_genuine() -> None:
    kept = open_envelope(FILE, BUREAU).to_bytes()
    for altered in flips(kept, range(len(kept)), 1):
        try:
            assert not SealedSummary.from_bytes(altered).is_genuine()
        except FileRefusedError as refusal:
            assert refusal.reason == "damaged"


def test_the_bureau_alone_can_be_the_one_who_opens() -> None:
    data = seal_summary(HEADER, COUNTS, ADVISER, BUREAU.public(), BUREAU.public())
    assert open_counts(open_envelope(data, BUREAU), BUREAU) == COUNTS


def test_an_adviser_cannot_seal_in_the_name_of_another() -> None:
    with pytest.raises(ValueError, match="another adviser"):
        seal_summary(HEADER, COUNTS, OTHER_ADVISER, GUARDIAN.public(), BUREAU.public())


# --- altered files ---------------------------------------------------------------------------


def test_a_summary_cut_short_at_any_length_is_refused() -> None:
    for length in range(len(FILE)):
        reason_of(FILE[:length])


@pytest.mark.parametrize("mask", [0x01, 0x80])
def test_a_summary_with_any_byte_flipped_is_refused(mask: int) -> None:
    for altered in flips(FILE, range(len(FILE)), mask):
        reason_of(altered)


def test_a_summary_with_bytes_behind_it_is_refused() -> None:
    assert reason_of(FILE + b"\0") == "damaged"
    assert reason_of(FILE + FILE) == "damaged"


def test_the_header_of_one_summary_does_not_go_with_the_body_of_another() -> None:
    other = seal_summary(
        replace(HEADER, quarter=EARLIER), COUNTS, ADVISER, GUARDIAN.public(), BUREAU.public()
    )
    cut = len(MAGIC) + HEADER_BOX_BYTES
    assert reason_of(FILE[:cut] + other[cut:]) == "damaged"


def test_a_gigabyte_of_zeros_is_refused_as_too_large_with_little_memory(tmp_path: Path) -> None:
    zeros = tmp_path / "zeros.vwsummary"
    with zeros.open("wb") as file:
        file.write(FILE)
        file.truncate(1 << 30)
    tracemalloc.start()
    try:
        assert reason_of(read_limited(zeros, LIMIT_BYTES)) == "too-large"
        assert tracemalloc.get_traced_memory()[1] < 4 * LIMIT_BYTES
    finally:
        tracemalloc.stop()


def test_a_summary_for_another_bureau_is_told_apart() -> None:
    assert reason_of(FILE, STRANGER) == "not-for-us"


def test_the_guardian_cannot_open_the_envelope() -> None:
    assert reason_of(FILE, GUARDIAN) == "not-for-us"


def test_newer_versions_and_other_kinds_are_told_apart() -> None:
    assert reason_of(FILE.replace(b"summary 1\n", b"summary 2\n", 1)) == "too-new"
    assert reason_of(FILE.replace(b"summary 1\n", b"card 1\n", 1)) == "wrong-kind"


@pytest.mark.parametrize("seed", [OTHER_ADVISER, BUREAU.sign_seed], ids=["another adviser", "the bureau"])
def test_a_summary_that_the_adviser_did_not_sign_is_refused(seed: bytes) -> None:
    assert reason_of(rewrap(HEADER, open_envelope(FILE, BUREAU).inner, seed)) == "bad-signature"


@pytest.mark.parametrize(
    "header",
    [
        packed(HEADER)[:-1],
        packed(HEADER) + b"\0",
        struct.pack(">32s32sIHBI", HEADER.adviser, HEADER.codebook_digest, 1, 2026, 0, 1),
        struct.pack(">32s32sIHBI", HEADER.adviser, HEADER.codebook_digest, 1, 2026, 5, 1),
        struct.pack(">32s32sIHBI", HEADER.adviser, HEADER.codebook_digest, 1, 1999, 1, 1),
        struct.pack(">32s32sIHBI", HEADER.adviser, HEADER.codebook_digest, 1, 2200, 1, 1),
        struct.pack(">32s32sIHBI", HEADER.adviser, HEADER.codebook_digest, 1, 2026, 4, 0),
        struct.pack(">32s32sIHBI", HEADER.adviser, HEADER.codebook_digest, 1, 2026, 4, MAX_REVISION + 1),
    ],
    ids=["short", "long", "quarter 0", "quarter 5", "1999", "2200", "revision 0", "revision too high"],
)
def test_a_header_that_cannot_be_is_refused_though_well_sealed_and_signed(header: bytes) -> None:
    inner = open_envelope(FILE, BUREAU).inner
    reason_of(wrap(header, inner, sign("summary 1", header + inner, ADVISER)))


# --- nothing can be wrapped again as something else ------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        replace(HEADER, adviser=sign_key_of(OTHER_ADVISER)),
        replace(HEADER, quarter=EARLIER),
        replace(HEADER, quarter=Quarter(2025, 4)),
        replace(HEADER, revision=2),
        replace(HEADER, codebook_digest=b"\x12" * 32),
        replace(HEADER, codebook_version=2),
    ],
    ids=["adviser", "quarter", "year", "revision", "codebook", "codebook-version"],
)
def test_counts_wrapped_again_as_something_else_do_not_open_for_the_guardian(header: SummaryHeader) -> None:
    inner = open_envelope(FILE, BUREAU).inner
    seed = ADVISER if header.adviser == sign_key_of(ADVISER) else OTHER_ADVISER
    again = open_envelope(rewrap(header, inner, seed), BUREAU)
    assert again.header == header
    assert again.is_genuine()
    assert open_counts(again, GUARDIAN) is None


def test_counts_wrapped_again_as_what_they_were_do_open() -> None:
    again = open_envelope(rewrap(HEADER, open_envelope(FILE, BUREAU).inner, ADVISER), BUREAU)
    assert open_counts(again, GUARDIAN) == COUNTS


def test_an_outer_layer_does_not_pass_for_an_inner_one() -> None:
    body_as_counts = seal(COUNTS, GUARDIAN.public(), b"vertrouwenswerk summary 1 body\0" + packed(HEADER))
    assert open_counts(open_envelope(rewrap(HEADER, body_as_counts, ADVISER), BUREAU), GUARDIAN) is None


@pytest.mark.parametrize("inner", [b"", b"short", bytes(1136), bytes(1392)])
def test_an_inner_box_that_is_no_box_does_not_open_and_does_not_crash(inner: bytes) -> None:
    summary = SealedSummary(HEADER, inner, sign("summary 1", packed(HEADER) + inner, ADVISER))
    assert summary.is_genuine()
    assert open_counts(summary, GUARDIAN) is None


@pytest.mark.parametrize("opener", [BUREAU, STRANGER], ids=["bureau", "stranger"])
def test_only_the_guardian_opens_counts(opener: Identity) -> None:
    assert open_counts(open_envelope(FILE, BUREAU), opener) is None


# --- nothing outside the inner seal depends on the counts ------------------------------------


@dataclass(frozen=True)
class Signals:
    """Any number of signals over any cells of the small codebook."""

    tallies: tuple[OwnTally, ...]


_CELLS = st.dictionaries(
    st.tuples(st.sampled_from((ROOT, *UNITS)), st.sampled_from(THEME_CODES)), st.integers(1, MAX_COUNT)
)
_SIGNALS = _CELLS.map(
    lambda cells: Signals(tuple(OwnTally(CLOSED, unit, theme, n) for (unit, theme), n in cells.items()))
)


@settings(max_examples=60)
@given(_SIGNALS)
def test_every_summary_of_a_codebook_has_the_same_size_however_many_signals(signals: Signals) -> None:
    counts = encode_counts(CODEBOOK, signals.tallies)
    assert len(counts) == array_bytes(CODEBOOK)
    data = seal_summary(HEADER, counts, ADVISER, GUARDIAN.public(), BUREAU.public())
    assert len(data) == len(FILE)


@settings(max_examples=40)
@given(_SIGNALS)
def test_what_the_bureau_can_read_depends_on_ciphertext_only(signals: Signals) -> None:
    counts = encode_counts(CODEBOOK, signals.tallies)
    first, second = (
        open_envelope(seal_summary(HEADER, counts, ADVISER, GUARDIAN.public(), BUREAU.public()), BUREAU)
        for _time in range(2)
    )
    assert first.header.to_bytes() == second.header.to_bytes() == packed(HEADER)
    for summary in (first, second):
        assert summary.signature == sign("summary 1", packed(HEADER) + summary.inner, ADVISER)
        assert counts not in summary.inner
    assert first.inner != second.inner
    assert first.signature != second.signature


@given(_SIGNALS)
def test_counts_come_back_from_the_array_in_codebook_order(signals: Signals) -> None:
    decoded = decode_counts(CODEBOOK, CLOSED, encode_counts(CODEBOOK, signals.tallies))
    assert set(decoded) == set(signals.tallies)
    places = [((ROOT, *UNITS).index(t.unit), THEME_CODES.index(t.theme)) for t in decoded]
    assert places == sorted(places)


@given(_SIGNALS, st.randoms(use_true_random=False))
def test_the_array_does_not_tell_the_order_of_entry(signals: Signals, dice: object) -> None:
    shuffled = list(signals.tallies)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert encode_counts(CODEBOOK, shuffled) == encode_counts(CODEBOOK, signals.tallies)


@given(st.binary(max_size=600) | st.binary(min_size=256, max_size=256))
def test_an_array_decodes_to_itself_or_is_refused(array: bytes) -> None:
    try:
        assert encode_counts(CODEBOOK, decode_counts(CODEBOOK, CLOSED, array)) == array
    except FileRefusedError as refusal:
        assert refusal.reason == "damaged"


def test_an_array_of_another_size_with_padding_in_use_or_with_too_high_a_count_is_refused() -> None:
    assert array_bytes(CODEBOOK) == 256
    used = 2 * 13 * 4
    for array in (
        COUNTS[:-1],
        COUNTS + b"\0",
        b"",
        COUNTS[: used + 1] + b"\1" + COUNTS[used + 2 :],
        COUNTS[:-1] + b"\1",
        struct.pack(">H", MAX_COUNT + 1) + COUNTS[2:],
        b"\xff\xff" + COUNTS[2:],
    ):
        with pytest.raises(FileRefusedError) as refused:
            decode_counts(CODEBOOK, CLOSED, array)
        assert refused.value.reason == "damaged"
    highest = struct.pack(">H", MAX_COUNT) + COUNTS[2:]
    assert decode_counts(CODEBOOK, CLOSED, highest)[0] == OwnTally(CLOSED, ROOT, "PESTEN", MAX_COUNT)


def test_a_tally_of_an_unknown_code_cannot_be_laid_out() -> None:
    for tally in (OwnTally(CLOSED, "WEG", "PESTEN", 1), OwnTally(CLOSED, ROOT, "WEG", 1)):
        with pytest.raises(KeyError):
            encode_counts(CODEBOOK, [tally])
