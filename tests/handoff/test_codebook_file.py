"""The codebook: signed by both, refused when altered or hostile, replaced only by the rules."""

import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.municipality import flips, identity, make_codebook, sign_codebook
from vertrouwenswerk.domain.codebook import (
    Codebook,
    EndedUnit,
    Opening,
    PublicIdentity,
    Theme,
    ThemeGroup,
    Unit,
)
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.framing import encode, frame
from vertrouwenswerk.handoff.codebook_file import (
    LIMIT_BYTES,
    SignedCodebook,
    accept_update,
    countersign_codebook,
    issue_codebook,
    read_codebook,
    require_countersigned,
)
from vertrouwenswerk.handoff.keys import sign
from vertrouwenswerk.usecases.demo import waterstad
from vertrouwenswerk.vault.files import read_limited

BUREAU, GUARDIAN, STRANGER = identity(1), identity(2), identity(3)
CODEBOOK = make_codebook(BUREAU.public(), GUARDIAN.public())
SIGNED = sign_codebook(CODEBOOK, BUREAU, GUARDIAN)
FILE = SIGNED.to_bytes()
WATERSTAD = sign_codebook(
    make_codebook(BUREAU.public(), GUARDIAN.public(), waterstad()), BUREAU, GUARDIAN
).to_bytes()


def reason_of(data: bytes) -> str:
    with pytest.raises(FileRefusedError) as refused:
        read_codebook(data)
    return refused.value.reason


def resigned(payload: bytes) -> bytes:
    """Sign any payload as bureau and guardian would, however wrong it is."""
    signatures = encode(
        {
            "bureau": sign("codebook 1", payload, BUREAU.sign_seed),
            "guardian": sign("codebook 1", payload, GUARDIAN.sign_seed),
            "outgoing_guardian": None,
        }
    )
    return frame("codebook", 1, [payload, signatures])


def offered(change: Callable[[Codebook], Codebook] = lambda same: same, version: int = 2) -> SignedCodebook:
    """Issue the next version with a change, signed by the bureau and by whom it names as guardian."""
    codebook = replace(change(CODEBOOK), version=version)
    return sign_codebook(codebook, BUREAU, GUARDIAN if codebook.guardian else None)


def refused_update(current: SignedCodebook, update: SignedCodebook) -> str:
    with pytest.raises(FileRefusedError) as refused:
        accept_update(current, read_codebook(update.to_bytes()))
    return refused.value.reason


# --- round trips -----------------------------------------------------------------------------


@pytest.mark.parametrize("data", [FILE, WATERSTAD], ids=["small", "waterstad"])
def test_a_codebook_reads_back_to_the_same_codebook_bytes_and_digest(data: bytes) -> None:
    signed = read_codebook(data)
    assert signed.to_bytes() == data
    assert signed.is_countersigned
    assert read_codebook(signed.to_bytes()).digest == signed.digest
    assert resigned(signed.payload) == data


def test_a_codebook_with_ended_units_reads_back(tmp_path: Path) -> None:
    codebook = replace(CODEBOOK, ended_units=(EndedUnit(900, "OUDERE", "DUINEN"), EndedUnit(901, "OUD", "*")))
    assert read_codebook(sign_codebook(codebook, BUREAU, GUARDIAN).to_bytes()).codebook == codebook


def with_aliases(*aliases: str, code: str = "DUINEN-KLANT", book: Codebook = CODEBOOK) -> Codebook:
    units = tuple(replace(unit, aliases=aliases) if unit.code == code else unit for unit in book.units)
    return replace(book, units=units)


def test_a_codebook_with_aliases_reads_back_and_has_another_digest() -> None:
    codebook = with_aliases("KCC", "Balie")
    signed = sign_codebook(codebook, BUREAU, GUARDIAN)
    assert read_codebook(signed.to_bytes()).codebook == codebook
    assert signed.digest != SIGNED.digest
    assert signed.payload == SIGNED.payload.replace(
        b'"Klantenservice","headcount":40}', b'"Klantenservice","headcount":40,"aliases":["KCC","Balie"]}'
    )


def test_a_codebook_without_aliases_does_not_speak_of_them() -> None:
    assert b"aliases" not in SIGNED.payload
    name = 'Zorg,"aliases":[]'
    units = (*CODEBOOK.units, Unit(99, "NIEUW", None, name, None))
    named_so = replace(CODEBOOK, units=units)
    read = read_codebook(sign_codebook(named_so, BUREAU, GUARDIAN).to_bytes())
    assert read.codebook.units[-1].name == name


@pytest.mark.parametrize(
    "field",
    [b',"aliases":[]', b',"aliases":null', b',"aliases":"KCC"', b',"aliases":[1]', b',"alias":["KCC"]'],
)
def test_aliases_that_are_empty_or_of_another_type_are_refused(field: bytes) -> None:
    payload = SIGNED.payload.replace(b'"headcount":5}', b'"headcount":5' + field + b"}")
    assert payload != SIGNED.payload
    assert reason_of(resigned(payload)) == "damaged"


@pytest.mark.parametrize(
    "aliases",
    [
        ("klantenservice",),
        ("Loodswezen",),
        ("duinen-klant",),
        ("HAVENS",),
        ("KCC", "kcc"),
        ("A|B",),
        ("*",),
        ("-",),
        ("",),
        ("K" * 41,),
        tuple(f"Balie {number}" for number in range(10)),
    ],
)
def test_an_alias_that_is_a_name_a_code_there_twice_or_too_much_is_refused(aliases: tuple[str, ...]) -> None:
    assert reason_of(sign_codebook(with_aliases(*aliases), BUREAU, GUARDIAN).to_bytes()) == "damaged"


def test_units_may_share_an_alias_but_not_under_one_parent() -> None:
    apart = with_aliases("Balie", code="HAVENS-KADE-1", book=with_aliases("Balie"))
    assert read_codebook(sign_codebook(apart, BUREAU, GUARDIAN).to_bytes()).codebook == apart
    together = with_aliases("balie", code="HAVENS-KADE-2", book=apart)
    assert reason_of(sign_codebook(together, BUREAU, GUARDIAN).to_bytes()) == "damaged"


def test_an_adviser_takes_a_codebook_that_only_changes_aliases() -> None:
    accept_update(SIGNED, offered(lambda book: with_aliases("KCC", book=book)))


def test_the_opening_rule_follows_from_whether_a_guardian_is_named() -> None:
    alone = make_codebook(BUREAU.public(), None)
    assert CODEBOOK.opening is Opening.BUREAU_AND_GUARDIAN
    assert alone.opening is Opening.BUREAU_ALONE
    read = read_codebook(issue_codebook(alone, BUREAU).to_bytes())
    assert read.codebook == alone
    require_countersigned(read)


def test_a_codebook_that_the_guardian_has_not_signed_reads_but_may_not_be_used() -> None:
    signed = read_codebook(issue_codebook(CODEBOOK, BUREAU).to_bytes())
    assert not signed.is_countersigned
    with pytest.raises(FileRefusedError) as refused:
        require_countersigned(signed)
    assert refused.value.reason == "not-countersigned"
    assert refused_update(SIGNED, issue_codebook(replace(CODEBOOK, version=2), BUREAU)) == "not-countersigned"


# --- altered files ---------------------------------------------------------------------------


@pytest.mark.parametrize("data", [FILE, WATERSTAD], ids=["small", "waterstad"])
def test_a_codebook_cut_short_at_any_length_is_refused(data: bytes) -> None:
    for length in range(len(data)):
        with pytest.raises(FileRefusedError):
            read_codebook(data[:length])


@pytest.mark.parametrize("mask", [0x01, 0x20])
def test_a_codebook_with_any_byte_flipped_is_refused(mask: int) -> None:
    for altered in flips(FILE, range(len(FILE)), mask):
        with pytest.raises(FileRefusedError):
            read_codebook(altered)


def test_the_codebook_of_a_whole_municipality_with_a_byte_flipped_is_refused() -> None:
    size = len(WATERSTAD)
    places = sorted({*range(300), *range(0, size, 7), *range(size - 300, size)})
    for altered in flips(WATERSTAD, iter(places), 1):
        with pytest.raises(FileRefusedError):
            read_codebook(altered)


def test_a_flipped_byte_in_the_outgoing_guardians_signature_gains_nothing() -> None:
    lower = replace(make_codebook(BUREAU.public(), GUARDIAN.public()), threshold=5)
    current = sign_codebook(lower, BUREAU, GUARDIAN)
    update = sign_codebook(replace(CODEBOOK, version=2), BUREAU, GUARDIAN, outgoing=GUARDIAN)
    accept_update(current, update)
    data = update.to_bytes()
    start = data.index(b'"outgoing_guardian"')
    for altered in flips(data, range(start, len(data)), 1):
        with pytest.raises(FileRefusedError):
            accept_update(current, read_codebook(altered))


def test_a_gigabyte_of_zeros_is_refused_as_too_large_with_little_memory(tmp_path: Path) -> None:
    zeros = tmp_path / "zeros.vwcodebook"
    with zeros.open("wb") as file:
        file.truncate(1 << 30)
    tracemalloc.start()
    try:
        assert reason_of(read_limited(zeros, LIMIT_BYTES)) == "too-large"
        assert tracemalloc.get_traced_memory()[1] < 3 * LIMIT_BYTES
    finally:
        tracemalloc.stop()


def test_a_newer_format_and_another_kind_are_told_apart() -> None:
    assert reason_of(FILE.replace(b"codebook 1\n", b"codebook 2\n", 1)) == "too-new"
    assert reason_of(FILE.replace(b"codebook 1\n", b"card 1\n", 1)) == "wrong-kind"


def test_a_codebook_signed_by_another_key_than_it_names_is_refused() -> None:
    assert reason_of(issue_codebook(CODEBOOK, STRANGER).to_bytes()) == "bad-signature"
    assert reason_of(countersign_codebook(SIGNED, STRANGER).to_bytes()) == "bad-signature"
    swapped = frame(
        "codebook", 1, [SIGNED.payload, FILE.split(b"\n")[2].replace(b'"bureau"', b'"guardian"', 1)]
    )
    assert reason_of(swapped) == "damaged"


def test_a_signature_of_another_kind_of_file_is_no_signature_of_a_codebook() -> None:
    signatures = encode(
        {
            "bureau": sign("register 1", SIGNED.payload, BUREAU.sign_seed),
            "guardian": sign("codebook 1", SIGNED.payload, GUARDIAN.sign_seed),
            "outgoing_guardian": None,
        }
    )
    assert reason_of(frame("codebook", 1, [SIGNED.payload, signatures])) == "bad-signature"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"version":1', b'{"version":1,"more":1'),
        (b'{"version":1', b'{"version":"1"'),
        (b'{"version":1', b'{"version":1.0'),
        (b'{"version":1', b'{"version":true'),
        (b'{"version":1', b'{ "version":1'),
        (b'"fictitious":true', b'"fictitious":1'),
        (b'"headcount":5}', b'"headcount":"5"}'),
        (b'"headcount":5}', b'"headcount":5.0}'),
        (b'"threshold":3', b'"threshold":null'),
        (b'"ended_units":[]', b'"ended_units":{}'),
        (b'"organisation":"Gemeente', b'"organisation":"\\u0047emeente'),
        (b'"threshold":3,"minimum_headcount":10', b'"minimum_headcount":10,"threshold":3'),
    ],
)
def test_a_payload_that_both_signed_but_that_is_not_in_the_one_form_is_refused(
    old: bytes, new: bytes
) -> None:
    assert SIGNED.payload.count(old) == 1
    assert reason_of(resigned(SIGNED.payload.replace(old, new))) == "damaged"


def test_a_payload_with_all_fields_in_another_order_is_refused() -> None:
    turned = dict(reversed(json.loads(SIGNED.payload).items()))
    payload = json.dumps(turned, separators=(",", ":"), ensure_ascii=False).encode()
    assert len(payload) == len(SIGNED.payload)
    assert reason_of(resigned(payload)) == "damaged"


# --- hostile contents ------------------------------------------------------------------------

HOSTILE = {
    "escape": "a\x1b[2Jb",
    "bell": "a\x07",
    "line": "a\nb",
    "return": "a\rb",
    "tab": "a\tb",
    "null": "a\0b",
    "c1": "a\x9b31m",
    "delete": "a\x7f",
    "right-to-left": "a\u202eb",
    "isolate": "a\u2066b",
    "mark": "a\u200fb",
    "zero-width": "a\u200bb",
    "byte-order": "a\ufeffb",
    "soft-hyphen": "a\u00adb",
    "line-separator": "a\u2028b",
    "no-break": "a\u00a0b",
    "private": "a\ue000b",
    "tag": "a\U000e0041b",
    "decomposed": "e\u0301",
    "too-long": "a" * 401,
}


def with_unit_name(name: str) -> Codebook:
    return replace(CODEBOOK, units=(replace(CODEBOOK.units[0], name=name), *CODEBOOK.units[1:]))


def with_theme(**changes: object) -> Codebook:
    changed = replace(CODEBOOK.themes[0], **changes)  # type: ignore[arg-type]
    return replace(CODEBOOK, themes=(changed, *CODEBOOK.themes[1:]))


def with_group(**changes: str) -> Codebook:
    changed = replace(CODEBOOK.theme_groups[0], **changes)
    return replace(CODEBOOK, theme_groups=(changed, *CODEBOOK.theme_groups[1:]))


PLACES: dict[str, Callable[[str], Codebook]] = {
    "organisation": lambda name: replace(CODEBOOK, organisation=name),
    "unit name": with_unit_name,
    "unit alias": lambda name: with_aliases(name, code="HAVENS"),
    "unit code": lambda name: replace(CODEBOOK, units=(*CODEBOOK.units, Unit(99, name, None, "Nieuw", None))),
    "theme name": lambda name: with_theme(name_nl=name),
    "theme name in English": lambda name: with_theme(name_en=name),
    "theme code": lambda name: with_theme(code=name),
    "group name": lambda name: with_group(name_nl=name),
    "group name in English": lambda name: with_group(name_en=name),
    "group code": lambda name: replace(
        CODEBOOK, theme_groups=(*CODEBOOK.theme_groups, ThemeGroup(name, "Nieuw", "New"))
    ),
    "ended code": lambda name: replace(CODEBOOK, ended_units=(EndedUnit(99, name, "DUINEN"),)),
    "ended successor": lambda name: replace(
        CODEBOOK, ended_units=(EndedUnit(98, "OUD", name), EndedUnit(99, name, "DUINEN"))
    ),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_names_that_could_move_a_cursor_or_hide_what_they_say_are_refused(
    place: Callable[[str], Codebook], hostile: str
) -> None:
    assert reason_of(sign_codebook(place(hostile), BUREAU, GUARDIAN).to_bytes()) == "damaged"


@pytest.mark.parametrize("name", [n for kind, n in HOSTILE.items() if kind != "decomposed"])
def test_a_definition_that_could_move_a_cursor_is_refused(name: str) -> None:
    assert reason_of(sign_codebook(with_theme(definition_nl=name), BUREAU, GUARDIAN).to_bytes()) == "damaged"


@pytest.mark.parametrize(
    "change",
    [
        lambda c: replace(c, version=0),
        lambda c: replace(c, version=1_000_001),
        lambda c: replace(c, threshold=2),
        lambda c: replace(c, threshold=101),
        lambda c: replace(c, minimum_headcount=-1),
        lambda c: replace(c, minimum_headcount=1001),
        lambda c: replace(c, units=()),
        lambda c: replace(c, themes=()),
        lambda c: replace(c, themes=c.themes * 3),
        lambda c: replace(c, units=(*c.units, c.units[0])),
        lambda c: replace(c, units=(*c.units, replace(c.units[0], code="NIEUW", name="Nieuw"))),
        lambda c: replace(c, units=(*c.units, Unit(0, "NIEUW", None, "Nieuw", None))),
        lambda c: replace(c, units=(*c.units, Unit(65_536, "NIEUW", None, "Nieuw", None))),
        lambda c: replace(c, units=(*c.units, Unit(99, "*", None, "Nieuw", None))),
        lambda c: replace(c, units=(*c.units, Unit(99, "nieuw", None, "Nieuw", None))),
        lambda c: replace(c, units=(*c.units, Unit(99, "NIEUW", "WEG", "Nieuw", None))),
        lambda c: replace(c, units=(*c.units, Unit(99, "NIEUW", "NIEUW", "Nieuw", None))),
        lambda c: replace(c, units=(*c.units, Unit(99, "NIEUW", None, "duinwaterleiding", None))),
        lambda c: replace(c, units=(*c.units, Unit(99, "NIEUW", None, "Nieuw", -1))),
        lambda c: replace(c, units=(*c.units, Unit(99, "NIEUW", None, "Nieuw", 1_000_001))),
        lambda c: replace(c, units=(replace(c.units[0], headcount=119), *c.units[1:])),
        lambda c: replace(c, units=(*c.units, Unit(99, "NIEUW", None, " Nieuw", None))),
        lambda c: replace(c, units=(*c.units, Unit(99, "NIEUW", None, "", None))),
        lambda c: replace(c, ended_units=(EndedUnit(1, "OUD", "DUINEN"),)),
        lambda c: replace(c, ended_units=(EndedUnit(99, "DUINEN", "HAVENS"),)),
        lambda c: replace(c, ended_units=(EndedUnit(99, "OUD", "WEG"),)),
        lambda c: replace(c, ended_units=(EndedUnit(99, "OUD", "OUD"),)),
        lambda c: replace(c, ended_units=(EndedUnit(98, "OUD", "OUDER"), EndedUnit(99, "OUDER", "OUD"))),
        lambda c: replace(c, ended_units=(EndedUnit(98, "OUD", "DUINEN"), EndedUnit(99, "OUD", "HAVENS"))),
        lambda c: replace(c, themes=(replace(c.themes[0], key=2), *c.themes[1:])),
        lambda c: replace(c, themes=(replace(c.themes[0], key=0), *c.themes[1:])),
        lambda c: replace(c, themes=(replace(c.themes[0], key=10), *c.themes[1:])),
        lambda c: replace(c, themes=(replace(c.themes[0], group="WEG"), *c.themes[1:])),
        lambda c: replace(c, themes=(replace(c.themes[0], number=2), *c.themes[1:])),
        lambda c: replace(c, themes=(replace(c.themes[0], code="OMGANG"), *c.themes[1:])),
        lambda c: replace(c, theme_groups=(*c.theme_groups, c.theme_groups[0])),
        lambda c: replace(c, bureau=PublicIdentity(c.bureau.sign_key, c.bureau.seal_key[:-1])),
        lambda c: replace(c, guardian=PublicIdentity(b"", b"")),
    ],
)
def test_a_codebook_that_does_not_make_sense_is_refused_though_both_signed_it(
    change: Callable[[Codebook], Codebook],
) -> None:
    assert reason_of(resigned(encode(change(CODEBOOK)))) == "damaged"


def test_as_many_units_as_allowed_are_read_and_one_more_is_refused() -> None:
    many = tuple(Unit(n, f"U{n}", None, f"Onderdeel {n}", None) for n in range(1, 5002))
    most, too_many = (
        sign_codebook(replace(CODEBOOK, units=units), BUREAU, GUARDIAN).to_bytes()
        for units in (many[:5000], many)
    )
    assert len(read_codebook(most).codebook.units) == 5000
    assert reason_of(too_many) == "damaged"


# --- updates ---------------------------------------------------------------------------------


def test_a_newer_version_with_another_unit_is_accepted() -> None:
    new_unit = Unit(99, "DUINEN-NIEUW", None, "Duinbeheer", 12)
    accept_update(SIGNED, read_codebook(offered(lambda c: replace(c, units=(*c.units, new_unit))).to_bytes()))


def test_the_same_codebook_again_is_accepted_and_changes_nothing() -> None:
    accept_update(SIGNED, read_codebook(FILE))


def test_an_older_version_is_refused() -> None:
    current = offered(version=5)
    assert refused_update(current, SIGNED) == "older-version"
    assert refused_update(current, offered(version=4)) == "older-version"


def test_the_same_version_with_other_contents_is_refused() -> None:
    other = offered(lambda c: replace(c, organisation="Gemeente Zuidkust"), version=1)
    assert refused_update(SIGNED, other) == "older-version"


def test_an_older_version_is_refused_even_when_the_outgoing_guardian_signed() -> None:
    old = sign_codebook(replace(CODEBOOK, threshold=4), BUREAU, GUARDIAN, outgoing=GUARDIAN)
    assert refused_update(offered(version=2), old) == "older-version"


def test_a_codebook_of_another_bureau_is_refused_even_when_the_guardian_signed() -> None:
    codebook = replace(CODEBOOK, version=2, bureau=STRANGER.public())
    update = sign_codebook(codebook, STRANGER, GUARDIAN, outgoing=GUARDIAN)
    assert refused_update(SIGNED, update) == "another-bureau"


def test_a_bureau_that_keeps_its_signature_but_swaps_its_sealing_key_is_refused() -> None:
    swapped = PublicIdentity(BUREAU.public().sign_key, STRANGER.public().seal_key)
    assert refused_update(SIGNED, offered(lambda c: replace(c, bureau=swapped))) == "another-bureau"


def test_another_guardian_needs_the_signature_of_the_one_who_leaves() -> None:
    codebook = replace(CODEBOOK, version=2, guardian=STRANGER.public())
    assert refused_update(SIGNED, sign_codebook(codebook, BUREAU, STRANGER)) == "another-guardian"
    by_newcomer = sign_codebook(codebook, BUREAU, STRANGER, outgoing=STRANGER)
    assert refused_update(SIGNED, by_newcomer) == "another-guardian"
    by_bureau = sign_codebook(codebook, BUREAU, STRANGER, outgoing=BUREAU)
    assert refused_update(SIGNED, by_bureau) == "another-guardian"
    handed_over = sign_codebook(codebook, BUREAU, STRANGER, outgoing=GUARDIAN)
    accept_update(SIGNED, read_codebook(handed_over.to_bytes()))


def test_a_guardian_with_the_same_signature_and_another_sealing_key_is_refused() -> None:
    swapped = PublicIdentity(GUARDIAN.public().sign_key, STRANGER.public().seal_key)
    update = sign_codebook(replace(CODEBOOK, version=2, guardian=swapped), BUREAU, GUARDIAN)
    assert refused_update(SIGNED, update) == "another-guardian"


def test_the_bureau_cannot_name_itself_sole_opener_or_guardian() -> None:
    alone = replace(CODEBOOK, version=2, guardian=None)
    assert refused_update(SIGNED, issue_codebook(alone, BUREAU)) == "another-guardian"
    itself = replace(CODEBOOK, version=2, guardian=BUREAU.public())
    assert refused_update(SIGNED, sign_codebook(itself, BUREAU, BUREAU)) == "another-guardian"


def test_the_outgoing_guardian_can_agree_to_the_bureau_opening_alone() -> None:
    alone = replace(CODEBOOK, version=2, guardian=None)
    issued = issue_codebook(alone, BUREAU)
    agreed = replace(
        issued,
        signatures=replace(
            issued.signatures, outgoing_guardian=sign("codebook 1", issued.payload, GUARDIAN.sign_seed)
        ),
    )
    accept_update(SIGNED, read_codebook(agreed.to_bytes()))


def test_from_bureau_alone_to_a_guardian_takes_enrolment_anew() -> None:
    alone = issue_codebook(make_codebook(BUREAU.public(), None), BUREAU)
    assert refused_update(alone, offered()) == "another-guardian"


@pytest.mark.parametrize("field", ["threshold", "minimum_headcount"])
def test_protecting_less_needs_the_outgoing_guardians_signature(field: str) -> None:
    current = offered(lambda c: replace(c, threshold=5, minimum_headcount=20), version=2)
    strict = {"threshold": 5, "minimum_headcount": 20}
    lower = replace(CODEBOOK, version=3, **{**strict, field: 4})  # type: ignore[arg-type]
    assert refused_update(current, sign_codebook(lower, BUREAU, GUARDIAN)) == "lower-threshold"
    accept_update(current, sign_codebook(lower, BUREAU, GUARDIAN, outgoing=GUARDIAN))
    higher = replace(CODEBOOK, version=3, **{**strict, field: 30})  # type: ignore[arg-type]
    accept_update(current, sign_codebook(higher, BUREAU, GUARDIAN))


def test_the_outgoing_signature_of_another_codebook_does_not_count() -> None:
    strict = offered(lambda c: replace(c, threshold=5), version=2)
    harmless = sign_codebook(replace(CODEBOOK, version=3, threshold=5), BUREAU, GUARDIAN, outgoing=GUARDIAN)
    lower = sign_codebook(replace(CODEBOOK, version=3), BUREAU, GUARDIAN)
    borrowed = replace(
        lower,
        signatures=replace(lower.signatures, outgoing_guardian=harmless.signatures.outgoing_guardian),
    )
    assert refused_update(strict, borrowed) == "lower-threshold"


def without_last_unit(codebook: Codebook) -> Codebook:
    kept = codebook.units[:-1]
    return replace(
        codebook, units=tuple(replace(u, headcount=None) if u.code == "DUINEN" else u for u in kept)
    )


def with_successor(codebook: Codebook) -> Codebook:
    last = codebook.units[-1]
    ended = EndedUnit(last.number, last.code, "DUINEN")
    return replace(without_last_unit(codebook), ended_units=(ended,))


def test_a_dropped_unit_needs_a_successor() -> None:
    assert refused_update(SIGNED, offered(without_last_unit)) == "lost-unit"
    accept_update(SIGNED, offered(with_successor))


def test_a_dropped_unit_needs_a_successor_even_at_a_change_of_guardian() -> None:
    codebook = replace(without_last_unit(CODEBOOK), version=2, guardian=STRANGER.public())
    update = sign_codebook(codebook, BUREAU, STRANGER, outgoing=GUARDIAN)
    assert refused_update(SIGNED, update) == "lost-unit"


def test_a_successor_that_is_forgotten_again_is_refused() -> None:
    current = offered(with_successor, version=2)
    assert refused_update(current, offered(without_last_unit, version=3)) == "lost-unit"


def swap_numbers(codebook: Codebook) -> Codebook:
    first, second, *rest = codebook.units
    return replace(
        codebook,
        units=(replace(first, number=second.number), replace(second, number=first.number), *rest),
    )


def swap_theme_numbers(codebook: Codebook) -> Codebook:
    first, second, *rest = codebook.themes
    return replace(
        codebook,
        themes=(replace(first, number=second.number), replace(second, number=first.number), *rest),
    )


@pytest.mark.parametrize("swap", [swap_numbers, swap_theme_numbers], ids=["units", "themes"])
def test_a_number_keeps_its_meaning_from_one_version_to_the_next(
    swap: Callable[[Codebook], Codebook],
) -> None:
    with pytest.raises(FileRefusedError):
        accept_update(SIGNED, read_codebook(offered(swap).to_bytes()))


def test_a_dropped_theme_is_refused() -> None:
    with pytest.raises(FileRefusedError):
        accept_update(SIGNED, offered(lambda c: replace(c, themes=c.themes[:-1])))


def test_a_theme_more_is_accepted() -> None:
    theme = Theme(9, "ANDERS", "INTEGER", 9, "Anders", "Other", "Wat nergens past.")
    accept_update(SIGNED, offered(lambda c: replace(c, themes=(*c.themes, theme))))


def test_namesakes_below_the_top_are_found_however_the_top_is_written() -> None:
    units = (*CODEBOOK.units, Unit(99, "NIEUW", "*", "Duinwaterleiding", None))
    assert reason_of(sign_codebook(replace(CODEBOOK, units=units), BUREAU, GUARDIAN).to_bytes()) == "damaged"
