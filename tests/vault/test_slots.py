"""Key slots: damage is told from a wrong secret, and a cost is checked before it is paid."""

import json
import random
import secrets
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.municipality import flips
from vertrouwenswerk.errors import DamagedVaultError, UsageError, VaultError, WrongSecretError
from vertrouwenswerk.framing import encode, frame
from vertrouwenswerk.vault.safe import Secrets, new_slots
from vertrouwenswerk.vault.slots import (
    CEILING,
    FLOOR,
    LIMIT_BYTES,
    Cost,
    KeySlots,
    Profile,
    Slot,
    _checksum,
    check_passphrase,
    is_recovery_code,
    new_recovery_code,
    unwrap,
    wrap,
)
from vertrouwenswerk.wordlist import propose_passphrase

KEY = bytes(range(32))
CHOSEN = Secrets.choose("zeven zwanen zwemmen", Profile.CHEAP)
SLOTS = new_slots(KEY, CHOSEN)
FILE = SLOTS.to_bytes()


def crafted(**changes: object) -> KeySlots:
    """Alter the passphrase's slot and put a checksum on it that fits."""
    slot = replace(SLOTS.slots[0], **changes)  # type: ignore[arg-type]
    return KeySlots((replace(slot, checksum=_checksum(slot)), *SLOTS.slots[1:]))


# --- opening ---------------------------------------------------------------------------------


def test_passphrase_and_recovery_code_both_give_the_key() -> None:
    slots = KeySlots.from_bytes(FILE)
    assert unwrap(slots, CHOSEN.passphrase).key == KEY
    assert unwrap(slots, CHOSEN.recovery_code).key == KEY
    assert unwrap(slots, CHOSEN.passphrase).cheap


def test_what_people_vary_without_meaning_to_makes_no_difference() -> None:
    for written in ("Zeven ZWANEN zwemmen", "  zeven   zwanen\tzwemmen ", "zeven zwanen zwemmen\n"):
        assert unwrap(SLOTS, written).key == KEY
    code = CHOSEN.recovery_code
    alike = code.replace("0", "O").replace("1", "l")
    for written in (code.lower(), code.replace("-", " "), code.replace("-", ""), f" {code} ", alike):
        assert unwrap(SLOTS, written).key == KEY


def test_composed_and_decomposed_accents_are_the_same_passphrase() -> None:
    slots = new_slots(KEY, Secrets.choose("één geëerde zeeën", Profile.CHEAP))
    assert unwrap(slots, "e\u0301e\u0301n gee\u0308erde zeee\u0308n").key == KEY


@pytest.mark.parametrize(
    "wrong", ["", "zeven zwanen", "acht zwanen zwemmen", "zevenzwanenzwemmen", "zwaan " * 2000], ids=range(5)
)
def test_a_wrong_passphrase_says_so_and_blames_no_damage(wrong: str) -> None:
    with pytest.raises(WrongSecretError):
        unwrap(SLOTS, wrong)


def test_a_recovery_code_of_another_vault_is_a_wrong_secret() -> None:
    with pytest.raises(WrongSecretError):
        unwrap(SLOTS, new_recovery_code(secrets.token_bytes))


def test_the_full_profile_wraps_and_opens_at_the_floor_and_is_not_cheap() -> None:
    slot = wrap(KEY, CHOSEN.passphrase, "passphrase", Profile.FULL, secrets.token_bytes)
    assert slot.cost == FLOOR == Cost(3, 256 * 1024, 4)
    opened = unwrap(KeySlots.from_bytes(KeySlots((slot,)).to_bytes()), CHOSEN.passphrase)
    assert opened.key == KEY
    assert not opened.cheap


def test_the_full_profile_is_what_is_chosen_unless_told_otherwise() -> None:
    assert Secrets.choose(CHOSEN.passphrase).profile is Profile.FULL


def test_secrets_do_not_show_when_they_are_printed() -> None:
    assert CHOSEN.passphrase not in repr(CHOSEN)
    assert CHOSEN.recovery_code not in repr(CHOSEN)
    assert repr(KEY) not in repr(unwrap(SLOTS, CHOSEN.passphrase))


# --- damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_a_slot_file_with_any_byte_flipped_is_damaged_and_no_wrong_passphrase(mask: int) -> None:
    for altered in flips(FILE, range(len(FILE)), mask):
        with pytest.raises(DamagedVaultError):
            KeySlots.from_bytes(altered)


def test_a_slot_file_cut_short_at_any_length_is_damaged() -> None:
    for length in range(len(FILE)):
        with pytest.raises(DamagedVaultError):
            KeySlots.from_bytes(FILE[:length])


def test_a_slot_file_that_is_too_large_or_of_another_kind_or_version_is_damaged() -> None:
    for data in (
        FILE + bytes(LIMIT_BYTES),
        b"\0" * (LIMIT_BYTES + 1),
        FILE.replace(b"slots 1\n", b"slots 2\n"),
        FILE.replace(b"slots 1\n", b"card 1\n"),
    ):
        with pytest.raises(DamagedVaultError):
            KeySlots.from_bytes(data)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda b: b"vertrouwenswerk slots 1\n" + b))
def test_arbitrary_bytes_are_damaged_slots_and_nothing_else(data: bytes) -> None:
    with pytest.raises(DamagedVaultError):
        KeySlots.from_bytes(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": bytes(15)},
        {"salt": bytes(17)},
        {"nonce": bytes(11)},
        {"wrapped": bytes(47)},
        {"wrapped": bytes(0)},
    ],
)
def test_a_slot_with_a_part_of_another_size_is_damaged_though_its_checksum_fits(
    changes: dict[str, object],
) -> None:
    with pytest.raises(DamagedVaultError):
        KeySlots.from_bytes(crafted(**changes).to_bytes())


def test_unknown_fields_wrong_types_and_other_kinds_of_slots_are_damaged() -> None:
    line = encode(SLOTS)
    fields = json.loads(line)
    for altered in (
        line.replace(b'{"slots":', b'{"more":1,"slots":'),
        line.replace(b'"passphrase"', b'"fingerprint"'),
        line.replace(b'"passes":1', b'"passes":"1"', 1),
        line.replace(b'"passes":1', b'"passes":1.0', 1),
        json.dumps(fields).encode(),
    ):
        assert altered != line
        with pytest.raises(DamagedVaultError):
            KeySlots.from_bytes(frame("slots", 1, [altered]))


def test_a_missing_slot_is_damage_and_no_wrong_passphrase() -> None:
    only_recovery = KeySlots(SLOTS.slots[1:])
    assert unwrap(only_recovery, CHOSEN.recovery_code).key == KEY
    with pytest.raises(DamagedVaultError):
        unwrap(only_recovery, CHOSEN.passphrase)
    with pytest.raises(DamagedVaultError):
        unwrap(KeySlots(()), CHOSEN.recovery_code)


def test_a_slot_altered_by_somebody_who_mends_the_checksum_gives_no_other_key() -> None:
    for place in range(48):
        wrapped = bytearray(SLOTS.slots[0].wrapped)
        wrapped[place] ^= 1
        slots = KeySlots.from_bytes(crafted(wrapped=bytes(wrapped)).to_bytes())
        with pytest.raises(WrongSecretError):
            unwrap(slots, CHOSEN.passphrase)
    for changes in ({"salt": bytes(16)}, {"nonce": bytes(12)}):
        with pytest.raises(WrongSecretError):
            unwrap(KeySlots.from_bytes(crafted(**changes).to_bytes()), CHOSEN.passphrase)


def test_the_recovery_slot_cannot_be_passed_off_as_the_passphrases() -> None:
    turned = replace(SLOTS.slots[1], kind="passphrase")
    turned = replace(turned, checksum=_checksum(turned))
    with pytest.raises(WrongSecretError):
        unwrap(KeySlots((turned,)), CHOSEN.passphrase)


# --- cost ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cost",
    [
        replace(FLOOR, passes=2),
        replace(FLOOR, passes=0),
        replace(FLOOR, passes=-1),
        replace(FLOOR, passes=CEILING.passes + 1),
        replace(FLOOR, passes=2**40),
        replace(FLOOR, memory_kib=FLOOR.memory_kib - 1),
        replace(FLOOR, memory_kib=64),
        replace(FLOOR, memory_kib=0),
        replace(FLOOR, memory_kib=-(2**40)),
        replace(FLOOR, memory_kib=CEILING.memory_kib + 1),
        replace(FLOOR, memory_kib=64 * 1024 * 1024),
        replace(FLOOR, memory_kib=2**62),
        replace(FLOOR, lanes=0),
        replace(FLOOR, lanes=CEILING.lanes + 1),
        replace(Profile.CHEAP.value, passes=2),
        replace(Profile.CHEAP.value, memory_kib=31),
        replace(Profile.CHEAP.value, memory_kib=33),
        replace(Profile.CHEAP.value, lanes=2),
        Cost(2**70, 2**70, 2**70),
    ],
)
def test_a_cost_under_the_floor_or_over_the_ceiling_is_refused_before_anything_is_derived(cost: Cost) -> None:
    data = crafted(cost=cost).to_bytes() if cost.passes < 2**63 else b""
    tracemalloc.start()
    try:
        with pytest.raises(DamagedVaultError):
            KeySlots.from_bytes(data)
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("number", [2**63, 2**64, 10**30])
def test_a_cost_written_as_an_endless_number_is_refused(number: int) -> None:
    line = encode(SLOTS).replace(b'"memory_kib":32', f'"memory_kib":{number}'.encode(), 1)
    with pytest.raises(DamagedVaultError):
        KeySlots.from_bytes(frame("slots", 1, [line]))


@pytest.mark.parametrize("cost", [FLOOR, CEILING, replace(FLOOR, lanes=1)])
def test_costs_within_the_bounds_are_read(cost: Cost) -> None:
    slots = crafted(cost=cost)
    assert KeySlots.from_bytes(slots.to_bytes()) == slots


def test_a_cheaper_cost_written_into_a_slot_does_not_open_it() -> None:
    dear = wrap(KEY, CHOSEN.passphrase, "passphrase", Profile.FULL, secrets.token_bytes)
    cheap = replace(dear, cost=Profile.CHEAP.value)
    cheap = replace(cheap, checksum=_checksum(cheap))
    with pytest.raises(WrongSecretError):
        unwrap(KeySlots.from_bytes(KeySlots((cheap,)).to_bytes()), CHOSEN.passphrase)


# --- choosing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "weak",
    ["", "wachtwoord", "vijftien tekens", "a" * 40, "abababababababab", "1234567 1234567", " " * 30 + "kort"],
)
def test_a_passphrase_that_is_easy_to_guess_is_refused(weak: str) -> None:
    with pytest.raises(UsageError):
        check_passphrase(weak)


def test_spaces_do_not_make_a_passphrase_longer() -> None:
    with pytest.raises(UsageError):
        check_passphrase("kort" + " " * 20 + "en slap")


def test_a_recovery_code_is_not_taken_as_a_passphrase() -> None:
    with pytest.raises(UsageError):
        check_passphrase(new_recovery_code(secrets.token_bytes))


def test_proposed_passphrases_are_strong_enough() -> None:
    dice = random.Random(1)
    for _turn in range(500):
        check_passphrase(propose_passphrase(dice.randrange))


def test_a_passphrase_with_bytes_that_the_terminal_could_not_read_is_a_wrong_secret_or_refused() -> None:
    with pytest.raises((VaultError, UsageError)):
        unwrap(SLOTS, "zeven zwanen \udce9")


@settings(max_examples=50)
@given(st.binary(min_size=19, max_size=19))
def test_a_recovery_code_is_six_groups_with_a_check_character(random_bytes: bytes) -> None:
    code = new_recovery_code(lambda length: random_bytes[:length])
    groups = code.split("-")
    assert [len(group) for group in groups] == [5] * 6
    assert not set(code) & set("ILOU")
    assert is_recovery_code(code)


def test_a_recovery_code_carries_145_random_bits() -> None:
    def code(number: int) -> str:
        return new_recovery_code(lambda length: (number << 7).to_bytes(length, "big"))[:-1]

    assert len({code(1 << bit) for bit in range(145)} | {code(0)}) == 146


def test_nearly_every_typing_error_in_a_recovery_code_is_noticed() -> None:
    code = new_recovery_code(lambda length: bytes(range(length)))
    places = [place for place, character in enumerate(code) if character != "-"]
    wrong = [
        code[:place] + other + code[place + 1 :]
        for place in places
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        if other != code[place]
    ]
    assert sum(map(is_recovery_code, wrong)) < len(wrong) / 16
    for written in ("", code[:-1], code + "A", code.replace("-", "_"), "é" * 30, code[:-1] + "é"):
        assert not is_recovery_code(written)


def test_the_slots_of_a_new_vault_never_repeat_salt_or_nonce() -> None:
    slots: list[Slot] = [slot for _vault in range(20) for slot in new_slots(KEY, CHOSEN).slots]
    assert len({slot.salt for slot in slots}) == len(slots)
    assert len({slot.nonce for slot in slots}) == len(slots)
    assert all(KEY not in slot.wrapped for slot in slots)


def test_a_slot_takes_the_place_of_the_one_of_its_kind() -> None:
    new = wrap(KEY, "een andere wachtwoordzin", "passphrase", Profile.CHEAP, secrets.token_bytes)
    changed = SLOTS.with_slot(new)
    assert sorted(slot.kind for slot in changed.slots) == ["passphrase", "recovery"]
    assert unwrap(changed, "een andere wachtwoordzin").key == KEY
    assert unwrap(changed, CHOSEN.recovery_code).key == KEY
    with pytest.raises(WrongSecretError):
        unwrap(changed, CHOSEN.passphrase)
