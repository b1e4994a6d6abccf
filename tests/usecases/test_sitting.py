"""A sitting: both keys, only what the guardian agreed to, the true sums or nothing."""

import random
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.municipality import (
    CLOSED,
    EARLIER,
    RUNNING,
    SMALL,
    THEME_CODES,
    UNITS,
    Cell,
    Municipality,
    demo_clock,
    identity,
    sums,
)
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import DamagedVaultError, FileRefusedError, UsageError, WrongSecretError
from vertrouwenswerk.handoff.codebook_file import issue_codebook
from vertrouwenswerk.handoff.keys import Identity, sign, sign_key_of, unseal
from vertrouwenswerk.handoff.register_file import Register, RegisteredAdviser, write_register
from vertrouwenswerk.handoff.summary_file import (
    SealedSummary,
    SummaryHeader,
    open_counts,
    open_envelope,
    seal_summary,
)
from vertrouwenswerk.usecases.adviser import own_tallies
from vertrouwenswerk.usecases.bureau import countersign_register, enrol, unlock_bureau
from vertrouwenswerk.usecases.guardian import Guardian, create_guardian, open_guardian
from vertrouwenswerk.usecases.looking import look_at_table
from vertrouwenswerk.usecases.receiving import deliveries
from vertrouwenswerk.usecases.sitting import Minutes, agenda, hold_sitting
from vertrouwenswerk.vault.office_store import DeliveryState
from vertrouwenswerk.vault.pool_store import Pool, pool_key

REPOSITORY = Path(__file__).resolve().parents[2]


def busy(town: Municipality, advisers: int = 3, seed: int = 1) -> None:
    """Let every adviser hand in four quarters with seeded counts, small units too, and import it all."""
    dice = random.Random(seed)
    for number in range(1, advisers + 1):
        for back in range(4):
            quarter = Quarter.from_index(CLOSED.index - back)
            cells: dict[tuple[str, str], int] = {}
            for _signal in range(8):
                cell = (dice.choice((ROOT, *UNITS)), dice.choice(THEME_CODES))
                cells[cell] = cells.get(cell, 0) + dice.randint(1, 6)
            counted = [(unit, theme, n) for (unit, theme), n in cells.items()]
            town.count_in_the_very_cell(number, quarter, *counted)
            town.export(number, quarter)
    town.take_in()


def counted_by(town: Municipality, advisers: Iterable[int], window: Window | None = None) -> list[Cell]:
    """Ask the advisers' own vaults what they counted."""
    quarters = (window or Window.ending(CLOSED, 4)).quarters
    cells: list[Cell] = []
    for number in advisers:
        with town.open_adviser(number) as adviser:
            cells += [(t.unit, t.theme, t.count) for t in own_tallies(adviser) if t.quarter in quarters]
    return cells


def check_true(town: Municipality, minutes: Minutes, advisers: Iterable[int]) -> int:
    """Compare every shown cell with the sum of own tallies; return how many are shown."""
    with town.open_bureau() as bureau:
        expected = sums(bureau.codebook, counted_by(town, advisers))
    for cell, count in minutes.table.shown.items():
        assert expected[cell] == count
    return len(minutes.table.shown)


# --- what is merged --------------------------------------------------------------------------


@pytest.mark.parametrize("alone", [False, True], ids=["both keys", "bureau alone"])
def test_the_table_equals_the_sum_of_the_advisers_own_tallies_wherever_it_shows_a_number(
    tmp_path: Path, alone: bool
) -> None:
    town = Municipality.found(tmp_path, advisers=3, alone=alone)
    busy(town)
    minutes = town.sit()
    assert minutes.opened == 12
    assert minutes.left_out == minutes.unreadable == ()
    assert check_true(town, minutes, (1, 2, 3)) > 10
    assert minutes.table.count(ROOT, ROOT) == sum(n for _u, _t, n in counted_by(town, (1, 2, 3)))
    assert min(minutes.table.shown.values()) >= 3
    assert minutes.table.hidden_cells > 0


def test_no_unit_under_the_minimum_headcount_is_shown(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path)
    town.count_in_the_very_cell(1, CLOSED, (SMALL, "PESTEN", 50))
    town.hand_in(1, CLOSED, ("HAVENS-STAF-1", "PESTEN", 50))
    with town.open_adviser(1) as adviser:
        assert OwnTally(CLOSED, SMALL, "PESTEN", 50) in own_tallies(adviser)
    town.take_in()
    table = town.sit().table
    assert all(table.count(SMALL, theme) is None for theme in table.themes)
    assert table.count(ROOT, ROOT) == 100


def test_only_the_last_four_closed_quarters_count(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path)
    for back, times in ((0, 10), (3, 20), (4, 40)):
        town.hand_in(1, Quarter.from_index(CLOSED.index - back), ("DUINEN-KLANT", "PESTEN", times))
    town.count(1, RUNNING, ("DUINEN-KLANT", "PESTEN", 80))
    town.take_in()
    table = town.sit().table
    assert str(table.window) == "2026-Q1..2026-Q4"
    assert table.count(ROOT, ROOT) == 30


def test_the_second_sitting_opens_only_what_is_new_and_the_picture_stays_true(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=4)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    assert (town.sit().opened, town.sit().opened) == (1, 0)
    for number in (2, 3, 4):
        town.hand_in(number, EARLIER, ("DUINEN-KLANT", "PESTEN", 7))
    town.take_in()
    third = town.sit()
    assert (third.opened, third.picture) == (3, 3)
    assert third.table.count(ROOT, ROOT) == 41


def test_a_sitting_without_any_delivery_makes_an_empty_picture(tmp_path: Path) -> None:
    minutes = Municipality.found(tmp_path).sit()
    assert (minutes.opened, len(minutes.table.shown)) == (0, 0)
    assert minutes.earlier == 0


def test_what_is_held_is_not_merged(town: Municipality) -> None:
    town.new_adviser(3)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.hand_in(3, CLOSED, ("DUINEN-KLANT", "PESTEN", 50))
    town.take_in()
    assert town.sit().table.count(ROOT, ROOT) == 20


def test_the_agenda_says_what_a_sitting_will_do(town: Municipality) -> None:
    card = town.new_adviser(3)
    town.hand_in(1, CLOSED)
    town.take_in()
    with town.open_bureau() as bureau:
        assert (agenda(bureau).summaries, agenda(bureau).repeats_quarter) == (1, False)
        enrol(bureau, [card], None)
        assert agenda(bureau).new_advisers == ("VP-03",)
    town.sit()
    with town.open_bureau() as bureau:
        assert agenda(bureau).repeats_quarter


def test_a_cancelled_sitting_leaves_the_picture_as_it_was_and_can_be_held_again(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=4)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    town.sit()
    for number in (2, 3, 4):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 7))
    town.take_in()

    def cancel(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with town.open_bureau() as bureau:
        before = bureau.office.picture_file()
        with pytest.raises(KeyboardInterrupt):
            hold_sitting(bureau, town.open_guardian(), progress=cancel)
        assert bureau.office.picture_file() == before
    again = town.sit()
    assert (again.picture, again.table.count(ROOT, ROOT)) == (2, 41)


# --- advisers whom the guardian has not agreed to --------------------------------------------


def test_advisers_without_the_guardians_agreement_are_left_out_and_said_so_and_count_afterwards(
    tmp_path: Path,
) -> None:
    town = Municipality.found(tmp_path, advisers=1)
    cards = [town.new_adviser(number) for number in (2, 3, 4)]
    with town.open_bureau() as bureau:
        entries = enrol(bureau, cards, None)
        assert [(e.label, e.is_countersigned) for e in entries] == [
            ("VP-02", False), ("VP-03", False), ("VP-04", False),
        ]  # fmt: skip
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    for number in (2, 3, 4):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 50))
    town.take_in()
    first = town.sit()
    assert first.left_out == ("VP-02", "VP-03", "VP-04")
    assert (first.opened, first.table.count(ROOT, ROOT)) == (1, 20)
    second = town.sit(countersign_advisers=True)
    assert second.left_out == ()
    assert (second.opened, second.table.count(ROOT, ROOT)) == (3, 170)


def test_the_bureau_cannot_countersign_the_register_by_itself(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, countersigned=False)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    with town.open_bureau() as bureau, pytest.raises(FileRefusedError):
        countersign_register(bureau, None)
    with town.open_bureau() as bureau:
        posing = Guardian(bureau.identity, bytes(32))
        with pytest.raises(FileRefusedError):
            countersign_register(bureau, posing)
    assert town.sit().left_out == ("VP-01",)


def test_a_register_that_the_guardian_did_not_sign_stops_the_sitting(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        advisers = tuple(RegisteredAdviser(n, key) for key, n in bureau.office.advisers().items())
        forged = write_register(Register(9, advisers), bureau.identity, bureau.identity)
        bureau.office.put_register(forged)
        with pytest.raises(FileRefusedError):
            hold_sitting(bureau, town.open_guardian())
        assert bureau.office.picture_file() is None


# --- forged deliveries put straight into the office ------------------------------------------


def put(town: Municipality, number: int, summary: SealedSummary) -> None:
    """Write into the office's database, past everything that importing checks."""
    header = summary.header
    with town.open_bureau() as bureau:
        bureau.office.accept(number, header.quarter, header.revision, bytes(32), summary.to_bytes())


def delivered(town: Municipality, number: int, times: int) -> SealedSummary:
    path = town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", times)).path
    with town.open_bureau() as bureau:
        return open_envelope(path.read_bytes(), bureau.identity)


def states(town: Municipality) -> list[DeliveryState]:
    with town.open_bureau() as bureau:
        return [delivery.state for delivery in deliveries(bureau)]


def refused_sitting(town: Municipality) -> None:
    minutes = town.sit()
    assert minutes.unreadable == ("VP-01 2026-Q4",)
    assert (minutes.opened, minutes.table.shown) == (0, {})
    assert states(town) == [DeliveryState.REFUSED]


def test_a_delivery_with_a_wrong_signature_in_the_office_is_not_merged(town: Municipality) -> None:
    summary = delivered(town, 1, 50)
    put(town, 1, replace(summary, signature=bytes(64)))
    refused_sitting(town)


def test_the_delivery_of_one_adviser_in_the_name_of_another_is_not_merged(town: Municipality) -> None:
    put(town, 1, delivered(town, 2, 50))
    refused_sitting(town)


@pytest.mark.parametrize("field", ["quarter", "revision", "codebook_digest", "adviser"])
def test_counts_wrapped_again_and_signed_by_the_adviser_on_the_register_are_not_merged(
    town: Municipality, field: str
) -> None:
    """A bureau with an accomplice among the advisers wraps another's counts as the accomplice's."""
    summary = delivered(town, 2, 50)
    with town.open_adviser(1) as accomplice:
        seed, key = accomplice.vault.sign_seed(), sign_key_of(accomplice.vault.sign_seed())
    header = replace(summary.header, adviser=key)
    if field == "quarter":
        header = replace(header, quarter=EARLIER)
    if field == "revision":
        header = replace(header, revision=7)
    if field == "codebook_digest":
        header = replace(header, codebook_digest=bytes(32))
    signature = sign("summary 1", header.to_bytes() + summary.inner, seed)
    put(town, 1, SealedSummary(header, summary.inner, signature))
    minutes = town.sit()
    assert minutes.unreadable == (f"VP-01 {header.quarter}",)
    assert minutes.opened == 0


def test_counts_of_another_size_than_the_codebooks_are_not_merged(town: Municipality) -> None:
    with town.open_adviser(1) as adviser, town.open_bureau() as bureau:
        seed = adviser.vault.sign_seed()
        header = SummaryHeader(sign_key_of(seed), bureau.signed_codebook.digest, 1, CLOSED, 1)
        guardian = bureau.codebook.guardian
        assert guardian is not None
        data = seal_summary(header, b"\0\5" * 300, seed, guardian, bureau.codebook.bureau)
        summary = open_envelope(data, bureau.identity)
    put(town, 1, summary)
    refused_sitting(town)


def test_after_a_refused_delivery_a_newer_export_is_merged(town: Municipality) -> None:
    put(town, 1, replace(delivered(town, 1, 50), signature=bytes(64)))
    refused_sitting(town)
    town.take_in(town.export(1, CLOSED).path)
    assert town.sit().table.count(ROOT, ROOT) == 50


# --- keys ------------------------------------------------------------------------------------


def stranger(tmp_path: Path) -> Guardian:
    files = create_guardian(tmp_path / "stranger", Municipality.secrets("stranger"))
    return open_guardian(files.key_file, Municipality.passphrase("stranger"))


def test_another_guardians_key_holds_no_sitting(town: Municipality, tmp_path: Path) -> None:
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    with town.open_bureau() as bureau:
        right = town.the_guardian()
        for guardian in (stranger(tmp_path), None, Guardian(bureau.identity, right.pool_half)):
            with pytest.raises(FileRefusedError) as refused:
                hold_sitting(bureau, guardian)
            assert refused.value.reason == "another-guardian"
        assert bureau.office.picture_file() is None
    assert not town.bureau_places.pool_vault.exists()


def test_the_right_identity_with_another_half_does_not_open_the_pool(town: Municipality) -> None:
    town.sit()
    with town.open_bureau() as bureau, pytest.raises(DamagedVaultError):
        hold_sitting(bureau, Guardian(town.the_guardian().identity, bytes(32)))
    town.sit()


def test_a_wrong_passphrase_of_either_opens_nothing(town: Municipality) -> None:
    with pytest.raises(WrongSecretError):
        open_guardian(town.guardian_folder / "hoeder.vwkey", town.passphrase("bureau"))
    with pytest.raises(WrongSecretError):
        unlock_bureau(town.bureau_places, town.passphrase("guardian"), demo_clock)


def test_a_codebook_without_the_guardians_signature_holds_no_sitting(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        bare = issue_codebook(replace(bureau.codebook, version=2), bureau.identity)
        bureau.office.put_codebook(2, bare.digest, bare.to_bytes())
        with pytest.raises(FileRefusedError) as refused:
            hold_sitting(bureau, town.open_guardian())
        assert refused.value.reason == "not-countersigned"


def openers(town: Municipality) -> tuple[Identity, Identity]:
    with town.open_bureau() as bureau:
        return bureau.identity, town.the_guardian().identity


def test_neither_key_alone_opens_a_count_from_anything_on_disk(town: Municipality) -> None:
    exported = town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    town.sit()
    bureau_key, guardian_key = openers(town)
    envelope = exported.path.read_bytes()
    summary = open_envelope(envelope, bureau_key)
    assert open_counts(summary, bureau_key) is None
    with pytest.raises(FileRefusedError) as refused:
        open_envelope(envelope, guardian_key)
    assert refused.value.reason == "not-for-us"
    with town.open_bureau() as bureau:
        ((_number, body),) = bureau.office.accepted_bodies()
        half = bureau.office.secrets().pool_secret
    kept = SealedSummary.from_bytes(body)
    assert open_counts(kept, bureau_key) is None
    counts = open_counts(kept, guardian_key)
    assert counts is not None, "both together do open it, so that the refusals above mean something"
    for info in (b"", b"vertrouwenswerk summary 1 counts\0" + kept.header.to_bytes()):
        assert unseal(kept.inner, bureau_key, info) is None
        assert unseal(envelope[26:], guardian_key, info) is None
    own = town.the_guardian().pool_half
    for key in (
        half,
        own,
        pool_key(half, None),
        pool_key(own, None),
        pool_key(half, half),
        pool_key(own, own),
    ):
        with pytest.raises(DamagedVaultError):
            Pool.open(town.bureau_places.pool_vault, key, demo=True)


def test_the_office_holds_no_count_outside_sealed_bodies_and_pictures(town: Municipality) -> None:
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 2))
    town.take_in()
    town.sit()
    with town.open_bureau() as bureau:
        view = look_at_table(bureau)
        assert view.table.shown == {}
        picture = bureau.office.picture_file()
        assert picture is not None
        assert b'"shown":[]' in picture


def test_the_pool_is_closed_after_a_sitting_whatever_happens(town: Municipality) -> None:
    def cancel(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    town.hand_in(1, CLOSED)
    town.take_in()
    with town.open_bureau() as bureau:
        with pytest.raises(KeyboardInterrupt):
            hold_sitting(bureau, town.open_guardian(), progress=cancel)
        key = pool_key(bureau.office.secrets().pool_secret, town.the_guardian().pool_half)
        Pool.open(bureau.places.pool_vault, key, demo=True).close()
        hold_sitting(bureau, town.open_guardian())
        Pool.open(bureau.places.pool_vault, key, demo=True).close()


def test_a_damaged_pool_is_said_to_be_damaged_and_the_picture_stays(town: Municipality) -> None:
    town.sit()
    pool = town.bureau_places.pool_vault
    pool.write_bytes(pool.read_bytes()[:5000])
    with town.open_bureau() as bureau:
        before = bureau.office.picture_file()
        with pytest.raises(DamagedVaultError):
            hold_sitting(bureau, town.open_guardian())
        assert bureau.office.picture_file() == before


def test_where_the_bureau_is_alone_a_guardian_is_not_let_in(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, alone=True)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
    town.take_in()
    with town.open_bureau() as bureau:
        with pytest.raises(FileRefusedError):
            hold_sitting(bureau, stranger(tmp_path))
        assert hold_sitting(bureau, None).table.count(ROOT, ROOT) == 20
        assert look_at_table(bureau).table.count(ROOT, ROOT) == 20


# --- no network ------------------------------------------------------------------------------

OFFLINE = """
import sys
from pathlib import Path


def cut(*_arguments, **_named):
    raise RuntimeError("the network was touched")


import socket
import _socket
import ssl
for module, names in (
    (socket, ("socket", "create_connection", "create_server", "getaddrinfo", "gethostbyname", "socketpair",
              "gethostname", "fromfd")),
    (_socket, ("getaddrinfo", "gethostbyname", "socketpair", "gethostname")),
    (ssl, ("wrap_socket", "create_default_context", "SSLSocket")),
):
    for name in names:
        if hasattr(module, name):
            setattr(module, name, cut)
touched = []
sys.addaudithook(lambda event, _arguments: touched.append(event) if event.startswith("socket.") else None)
try:
    socket.create_connection(("localhost", 9))
except RuntimeError:
    print("cut")

from tests.municipality import CLOSED, Municipality
town = Municipality.found(Path(sys.argv[1]), advisers=2)
town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20))
town.hand_in(2, CLOSED, ("DUINEN-KLANT", "PESTEN", 5))
print(len(town.take_in()), town.sit().table.count("*", "*"), touched)
"""


def test_record_export_import_and_a_sitting_run_with_every_network_call_made_to_fail(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["cut", "2 25 []"]


def test_a_guardian_who_forgot_the_passphrase_uses_the_recovery_code(tmp_path: Path) -> None:
    chosen = Municipality.secrets("guardian")
    files = create_guardian(tmp_path, chosen)
    by_code = open_guardian(files.key_file, chosen.recovery_code)
    assert by_code.words == files.words == open_guardian(files.key_file, chosen.passphrase).words
    assert identity(1).public() != by_code.identity.public()


def test_without_a_sitting_there_is_nothing_to_look_at(town: Municipality) -> None:
    with town.open_bureau() as bureau, pytest.raises(UsageError):
        look_at_table(bureau)
