"""Taking in: each file whole or not at all, in any order, any number of times."""

import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, RUNNING, Municipality, identity
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.handoff.codebook_file import countersign_codebook, issue_codebook
from vertrouwenswerk.handoff.keys import seal, sign, sign_key_of
from vertrouwenswerk.handoff.summary_file import LIMIT_BYTES, SummaryHeader, open_envelope, seal_summary
from vertrouwenswerk.usecases import receiving
from vertrouwenswerk.usecases.adviser import take_codebook
from vertrouwenswerk.usecases.bureau import enrol
from vertrouwenswerk.usecases.receiving import (
    Outcome,
    coverage,
    deliveries,
    find_summaries,
    import_summaries,
    release_held,
)
from vertrouwenswerk.vault.office_store import Delivery, DeliveryState

ACCEPTED, REPLACED, REFUSED, HELD = DeliveryState


def listed(town: Municipality) -> list[tuple[int | None, int, str]]:
    with town.open_bureau() as bureau:
        return [(d.adviser, d.revision, d.state.name.lower()) for d in deliveries(bureau)]


def sealed(town: Municipality, seed: bytes, revision: int = 1, **changes: object) -> bytes:
    """Seal an empty quarter as whoever holds ``seed``."""
    with town.open_bureau() as bureau:
        digest, codebook = bureau.signed_codebook.digest, bureau.codebook
    header = SummaryHeader(sign_key_of(seed), digest, codebook.version, CLOSED, revision)
    header = replace(header, **changes)  # type: ignore[arg-type]
    assert codebook.guardian is not None
    return seal_summary(header, bytes(256), seed, codebook.guardian, codebook.bureau)


def test_what_was_handed_in_is_accepted_and_says_of_whom_and_when(town: Municipality) -> None:
    town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 3))
    town.hand_in(2, EARLIER)
    found = town.take_in()
    assert {file.outcome for file in found} == {Outcome.ACCEPTED}
    assert {(file.adviser, file.quarter) for file in found} == {("VP-01", CLOSED), ("VP-02", EARLIER)}
    assert listed(town) == [(1, 1, "accepted"), (2, 1, "accepted")]
    with town.open_bureau() as bureau:
        assert coverage(bureau) == {EARLIER: 1, CLOSED: 1}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_whatever_the_order_of_import_the_newest_revision_is_the_one_that_counts(
    town: Municipality, order: tuple[int, ...]
) -> None:
    files = [town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 1)).path for _time in range(3)]
    for place in order:
        town.take_in(files[place])
    assert listed(town) == [(1, 1, "replaced"), (1, 2, "replaced"), (1, 3, "accepted")]
    with town.open_bureau() as bureau:
        ((_adviser, body),) = bureau.office.accepted_bodies()
        assert open_envelope(files[2].read_bytes(), bureau.identity).to_bytes() == body


def test_an_older_revision_after_a_newer_one_says_replaced_and_changes_nothing(town: Municipality) -> None:
    old = town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 1)).path
    new = town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 1)).path
    assert [f.outcome for f in town.take_in(new)] == [Outcome.ACCEPTED]
    with town.open_bureau() as bureau:
        before = bureau.office.accepted_bodies()
    assert [f.outcome for f in town.take_in(old)] == [Outcome.REPLACED]
    with town.open_bureau() as bureau:
        assert bureau.office.accepted_bodies() == before


def test_the_same_files_again_change_nothing(town: Municipality) -> None:
    for quarter in (EARLIER, CLOSED, CLOSED):
        town.hand_in(1, quarter, ("DUINEN", "PESTEN", 1))
    town.take_in()
    before = listed(town)
    assert {file.outcome for file in town.take_in()} == {Outcome.ALREADY_IN}
    assert listed(town) == before


def test_a_copy_under_another_name_is_the_same_file(town: Municipality) -> None:
    path = town.hand_in(1, CLOSED).path
    copy = path.with_name("kopie.vwsummary")
    copy.write_bytes(path.read_bytes())
    assert sorted(f.outcome.value for f in town.take_in()) == ["accepted", "already in"]


def test_two_different_files_with_one_revision_are_not_mixed_up(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        seed = adviser.vault.sign_seed()
    first, second = (town.inbox / f"{n}.vwsummary" for n in (1, 2))
    first.write_bytes(sealed(town, seed))
    second.write_bytes(sealed(town, seed))
    one, two = town.take_in(first, second)
    assert one.outcome is Outcome.ACCEPTED
    assert two.outcome is Outcome.REFUSED
    assert two.refusal is not None
    assert two.refusal.reason == "same-revision"
    assert listed(town) == [(1, 1, "accepted")]


# --- held ------------------------------------------------------------------------------------


def test_an_unknown_adviser_is_held_then_released_by_enrolment(town: Municipality) -> None:
    card = town.new_adviser(3)
    town.hand_in(3, CLOSED, ("DUINEN", "PESTEN", 3))
    (held,) = town.take_in()
    assert (held.outcome, held.adviser, held.quarter) == (Outcome.HELD, "?", CLOSED)
    assert listed(town) == [(None, 1, "held")]
    with town.open_bureau() as bureau:
        assert release_held(bureau) == 0
        enrol(bureau, [card], town.the_guardian())
        assert release_held(bureau) == 1
        assert bureau.office.held() == {}
        assert deliveries(bureau) == (Delivery(3, CLOSED, 1, ACCEPTED),)
        assert release_held(bureau) == 0


def test_held_twice_is_held_once_and_after_enrolment_the_file_itself_can_be_imported(
    town: Municipality,
) -> None:
    card = town.new_adviser(3)
    town.hand_in(3, CLOSED)
    assert [f.outcome for _time in range(2) for f in town.take_in()] == [Outcome.HELD] * 2
    assert listed(town) == [(None, 1, "held")]
    with town.open_bureau() as bureau:
        enrol(bureau, [card], town.the_guardian())
    assert [f.outcome for f in town.take_in()] == [Outcome.ACCEPTED]
    assert listed(town) == [(3, 1, "accepted")]


def test_an_unknown_version_of_the_codebook_is_held_and_released_when_it_is_known(town: Municipality) -> None:
    with town.open_bureau() as bureau:
        codebook = replace(bureau.codebook, version=2, organisation="Gemeente Zuidkust")
        newer = countersign_codebook(issue_codebook(codebook, bureau.identity), town.the_guardian().identity)
    with town.open_adviser() as adviser:
        take_codebook(adviser, newer)
    town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 3))
    assert [(f.outcome, f.adviser) for f in town.take_in()] == [(Outcome.HELD, "VP-01")]
    assert listed(town) == [(1, 1, "held")]
    with town.open_bureau() as bureau:
        bureau.office.put_codebook(2, newer.digest, newer.to_bytes())
        assert release_held(bureau) == 1
    assert listed(town) == [(1, 1, "accepted")]


def test_of_many_held_revisions_the_newest_counts_after_release(town: Municipality) -> None:
    card = town.new_adviser(3)
    for _time in range(4):
        town.hand_in(3, CLOSED, ("DUINEN", "PESTEN", 1))
    assert {f.outcome for f in town.take_in()} == {Outcome.HELD}
    with town.open_bureau() as bureau:
        enrol(bureau, [card], town.the_guardian())
        release_held(bureau)
        assert bureau.office.held() == {}
    assert [state for _adviser, _revision, state in listed(town)] == ["replaced"] * 3 + ["accepted"]


def test_the_number_released_does_not_depend_on_the_order_of_digests(town: Municipality) -> None:
    card = town.new_adviser(3)
    seed = identity(77).sign_seed
    with town.open_adviser(3) as adviser:
        seed = adviser.vault.sign_seed()
    for revision in range(1, 9):
        (town.inbox / f"{revision}.vwsummary").write_bytes(sealed(town, seed, revision))
    town.take_in()
    with town.open_bureau() as bureau:
        enrol(bureau, [card], town.the_guardian())
        assert release_held(bureau) == 8


def test_a_held_summary_that_is_refused_on_release_is_not_held_for_ever(town: Municipality) -> None:
    card = town.new_adviser(3)
    with town.open_adviser(3) as adviser:
        seed = adviser.vault.sign_seed()
    for number in (1, 2):
        (town.inbox / f"{number}.vwsummary").write_bytes(sealed(town, seed))
    town.take_in()
    with town.open_bureau() as bureau:
        enrol(bureau, [card], town.the_guardian())
        release_held(bureau)
        assert bureau.office.held() == {}


def test_strangers_cannot_fill_the_office(town: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MAX_HELD", 3)
    for number in range(5):
        seed = identity(100 + number).sign_seed
        (town.inbox / f"{number}.vwsummary").write_bytes(sealed(town, seed))
    found = town.take_in()
    assert [f.outcome for f in found] == [Outcome.HELD] * 3 + [Outcome.REFUSED] * 2
    assert {f.refusal.reason for f in found if f.refusal} == {"too-many-held"}
    assert [f.outcome for f in town.take_in(found[0].path)] == [Outcome.HELD]
    town.hand_in(1, CLOSED)
    assert Outcome.ACCEPTED in {f.outcome for f in town.take_in()}


# --- refused ---------------------------------------------------------------------------------


def test_what_is_wrong_is_refused_with_its_reason_while_the_rest_goes_on(
    town: Municipality, tmp_path: Path
) -> None:
    good = town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 3)).path
    data = good.read_bytes()
    good.rename(town.inbox / "m-good.vwsummary")
    foreign = Municipality.found(tmp_path / "elders")
    with town.open_adviser(2) as adviser:
        seed = adviser.vault.sign_seed()
    bad = {
        "a-cut": (data[:-1], "damaged"),
        "b-flipped": (data[:-1] + bytes([data[-1] ^ 1]), "damaged"),
        "c-foreign": (foreign.hand_in(1, CLOSED).path.read_bytes(), "not-for-us"),
        "d-empty": (b"", "not-ours"),
        "e-text": (b"Beste bureau, hierbij mijn telling.", "not-ours"),
        "f-card": ((town.cards / "1.vwcard").read_bytes(), "wrong-kind"),
        "g-new": (data.replace(b"summary 1", b"summary 2", 1), "too-new"),
        "h-future": (sealed(town, seed, quarter=RUNNING.next()), "future-quarter"),
        "z-random": (random.Random(1).randbytes(4000), "not-ours"),
    }
    for name, (contents, _reason) in bad.items():
        (town.inbox / f"{name}.vwsummary").write_bytes(contents)
    with (town.inbox / "y-large.vwsummary").open("wb") as file:
        file.write(data)
        file.truncate(1 << 30)
    (town.inbox / "x-folder.vwsummary").mkdir()
    found = {file.path.stem: file for file in town.take_in()}
    assert found.pop("m-good").outcome is Outcome.ACCEPTED
    reasons = {name: file.refusal.reason for name, file in found.items() if file.refusal}
    assert reasons == {name: reason for name, (_contents, reason) in bad.items()} | {
        "y-large": "too-large",
        "x-folder": "unreadable",
    }
    assert {file.outcome for file in found.values()} == {Outcome.REFUSED}
    assert listed(town) == [(1, 1, "accepted")]


def test_a_summary_signed_by_another_than_it_names_is_refused(town: Municipality) -> None:
    data = town.hand_in(1, CLOSED).path.read_bytes()
    with town.open_adviser(2) as two, town.open_bureau() as bureau:
        summary = open_envelope(data, bureau.identity)
        plain = summary.header.to_bytes()
        signature = sign("summary 1", plain + summary.inner, two.vault.sign_seed())
        path = town.inbox / "forged.vwsummary"
        path.write_bytes(
            b"vertrouwenswerk summary 1\n"
            + seal(plain, bureau.identity.public(), b"vertrouwenswerk summary 1 header\0")
            + seal(
                summary.inner + signature,
                bureau.identity.public(),
                b"vertrouwenswerk summary 1 body\0" + plain,
            )
        )
        (found,) = import_summaries(bureau, [path])
        assert found.refusal is not None
        assert found.refusal.reason == "bad-signature"
        assert deliveries(bureau) == ()


def test_a_file_that_is_not_there_is_refused_and_the_rest_goes_on(town: Municipality) -> None:
    path = town.hand_in(1, CLOSED).path
    missing, good = town.take_in(town.root / "nowhere.vwsummary", path)
    assert missing.refusal is not None
    assert missing.refusal.reason == "unreadable"
    assert good.outcome is Outcome.ACCEPTED


def test_the_largest_file_that_may_be_read_is_read_no_further() -> None:
    assert LIMIT_BYTES == 1024 * 1024


def test_folders_are_searched_through_by_name_and_only_for_summaries(tmp_path: Path) -> None:
    below = tmp_path / "een" / "twee"
    below.mkdir(parents=True)
    for path in (below / "b.vwsummary", tmp_path / "a.vwsummary", tmp_path / "a.txt", tmp_path / "b.vwcard"):
        path.write_bytes(b"")
    assert find_summaries([tmp_path]) == (tmp_path / "a.vwsummary", below / "b.vwsummary")
    assert find_summaries([tmp_path / "a.txt"]) == (tmp_path / "a.txt",)


def test_progress_counts_every_file_and_a_cancelled_import_keeps_what_was_taken_in(
    town: Municipality,
) -> None:
    for quarter in (EARLIER, CLOSED):
        town.hand_in(1, quarter)
    told: list[tuple[int, int]] = []

    def cancel_at_the_second(done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with town.open_bureau() as bureau:
        with pytest.raises(KeyboardInterrupt):
            import_summaries(bureau, [town.inbox], cancel_at_the_second)
        assert len(deliveries(bureau)) == 1
        import_summaries(bureau, [town.inbox], lambda done, total: told.append((done, total)))
        assert told == [(0, 2), (1, 2), (2, 2)]
        assert len(deliveries(bureau)) == 2


def test_deliveries_show_states_and_no_count(town: Municipality) -> None:
    town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 77))
    town.take_in()
    with town.open_bureau() as bureau:
        (delivery,) = deliveries(bureau)
    assert {field: getattr(delivery, field) for field in delivery.__slots__} == {
        "adviser": 1,
        "quarter": CLOSED,
        "revision": 1,
        "state": ACCEPTED,
    }
    assert "77" not in repr(delivery)


def test_a_card_that_is_refused_enrols_nobody(town: Municipality) -> None:
    good = town.new_adviser(3)
    bad = town.cards / "bad.vwcard"
    bad.write_bytes(good.read_bytes()[:-10])
    with town.open_bureau() as bureau:
        before = bureau.office.advisers()
        with pytest.raises(FileRefusedError):
            enrol(bureau, [good, bad], town.the_guardian())
        assert bureau.office.advisers() == before
