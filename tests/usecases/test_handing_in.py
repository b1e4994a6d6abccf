"""Handing in: the preview is what leaves, revisions rise, and leaving is for good."""

from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, RUNNING, Cell, Municipality
from vertrouwenswerk.domain.codebook import Opening
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import StorageError, UsageError
from vertrouwenswerk.handoff.counts_array import decode_counts
from vertrouwenswerk.handoff.summary_file import open_counts, open_envelope
from vertrouwenswerk.usecases.adviser import own_tallies, record, remove
from vertrouwenswerk.usecases.handing_in import (
    SUFFIX,
    QuarterState,
    WriteState,
    export,
    preview,
    quarter_states,
)

CELLS: tuple[Cell, ...] = (("HAVENS-KADE-1", "PESTEN", 3), (ROOT, "FRAUDE", 1), ("DUINEN", "GEWELD", 12))


def opened(town: Municipality, path: Path) -> tuple[OwnTally, ...]:
    """Open a file as bureau and guardian together can."""
    with town.open_bureau() as bureau:
        summary = open_envelope(path.read_bytes(), bureau.identity)
        counts = open_counts(summary, town.the_guardian().identity)
        assert counts is not None
        return decode_counts(bureau.codebook, summary.header.quarter, counts)


def test_the_preview_equals_the_tallies_and_what_bureau_and_guardian_open(town: Municipality) -> None:
    town.count(1, CLOSED, *CELLS)
    town.count(1, EARLIER, ("DUINEN", "PESTEN", 9))
    with town.open_adviser() as adviser:
        shown = preview(adviser, CLOSED)
        assert shown.lines == own_tallies(adviser, quarter=CLOSED)
        assert {(t.unit, t.theme, t.count) for t in shown.lines} == set(CELLS)
        assert shown.opening is Opening.BUREAU_AND_GUARDIAN
        assert quarter_states(adviser)[CLOSED] is QuarterState.OPEN
        exported = export(adviser, CLOSED, town.inbox)
    assert opened(town, exported.path) == shown.lines


def test_what_the_bureau_sees_on_the_outside_is_key_codebook_quarter_and_revision(town: Municipality) -> None:
    exported = town.hand_in(1, CLOSED, *CELLS)
    with town.open_bureau() as bureau, town.open_adviser() as adviser:
        header = open_envelope(exported.path.read_bytes(), bureau.identity).header
        assert header.quarter == CLOSED
        assert header.revision == exported.revision == 1
        assert header.codebook_digest == bureau.signed_codebook.digest == adviser.signed_codebook.digest
        assert header.codebook_version == 1


def test_a_quarter_without_signals_is_handed_in_too(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        assert preview(adviser, CLOSED).lines == ()
        exported = export(adviser, CLOSED, town.inbox)
        assert exported.state is WriteState.VERIFIED
        assert quarter_states(adviser)[CLOSED] is QuarterState.EXPORTED
    assert opened(town, exported.path) == ()


def test_the_file_has_a_random_name_and_the_same_size_however_busy_the_adviser_was(
    town: Municipality,
) -> None:
    empty = town.hand_in(1, EARLIER)
    busy = town.hand_in(2, CLOSED, *(("DUINEN", theme, 99) for theme in ("PESTEN", "GEWELD", "FRAUDE")))
    assert empty.path.stat().st_size == busy.path.stat().st_size
    assert empty.path.stem != busy.path.stem
    for path in (empty.path, busy.path):
        assert path.suffix == SUFFIX
        assert len(bytes.fromhex(path.stem)) == 8


def test_exporting_again_takes_a_higher_revision_and_keeps_the_earlier_file(town: Municipality) -> None:
    first = town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 1))
    second = town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 1))
    other_quarter = town.hand_in(1, EARLIER)
    assert (first.revision, second.revision, other_quarter.revision) == (1, 2, 1)
    assert first.path.exists()
    assert [t.count for t in opened(town, first.path)] == [1]
    assert [t.count for t in opened(town, second.path)] == [2]


@pytest.mark.parametrize("quarter", [RUNNING, RUNNING.next(), Quarter(2199, 4)])
def test_a_quarter_that_is_not_over_is_neither_previewed_nor_exported(
    town: Municipality, quarter: Quarter
) -> None:
    with town.open_adviser() as adviser:
        for action in (lambda: preview(adviser, quarter), lambda: export(adviser, quarter, town.inbox)):
            with pytest.raises(UsageError):
                action()
        assert adviser.vault.handed_in() == ()
    assert list(town.inbox.iterdir()) == []


def test_even_who_leaves_cannot_hand_in_a_quarter_yet_to_begin(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        with pytest.raises(UsageError):
            export(adviser, RUNNING.next(), town.inbox, leaving=True)
        assert not adviser.vault.has_left()


def test_who_leaves_hands_in_the_running_quarter_and_records_no_more(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        record(adviser, theme="PESTEN", unit="DUINEN", times=4)
        assert preview(adviser, RUNNING, leaving=True).lines == (OwnTally(RUNNING, "DUINEN", "PESTEN", 4),)
        exported = export(adviser, RUNNING, town.inbox, leaving=True)
        for quarter in (None, CLOSED):
            with pytest.raises(UsageError):
                record(adviser, theme="PESTEN", unit="DUINEN", quarter=quarter)
    with town.open_adviser() as adviser:
        with pytest.raises(UsageError):
            record(adviser, theme="PESTEN", unit="DUINEN")
        assert own_tallies(adviser) == (OwnTally(RUNNING, "DUINEN", "PESTEN", 4),)
    assert [t.count for t in opened(town, exported.path)] == [4]
    assert [imported.outcome.value for imported in town.take_in()] == ["accepted"]


def test_who_left_can_still_take_back_and_hand_in_again(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        record(adviser, theme="PESTEN", unit="DUINEN", times=4)
        export(adviser, RUNNING, town.inbox, leaving=True)
        remove(adviser, theme="PESTEN", unit="DUINEN")
        again = export(adviser, RUNNING, town.inbox, leaving=True)
    assert again.revision == 2
    assert [t.count for t in opened(town, again.path)] == [3]


def test_an_export_that_cannot_be_written_changes_no_state_and_no_revision_is_used_twice(
    town: Municipality, tmp_path: Path
) -> None:
    with town.open_adviser() as adviser:
        with pytest.raises(StorageError):
            export(adviser, CLOSED, tmp_path / "nowhere")
        assert quarter_states(adviser)[CLOSED] is QuarterState.OPEN
        assert not adviser.vault.has_left()
        assert export(adviser, CLOSED, town.inbox).revision == 2
        with pytest.raises(StorageError):
            export(adviser, RUNNING, tmp_path / "nowhere", leaving=True)
        assert not adviser.vault.has_left()


def test_states_follow_what_happens_to_a_quarter(town: Municipality) -> None:
    with town.open_adviser() as adviser:
        assert quarter_states(adviser) == {RUNNING: QuarterState.RUNNING, CLOSED: QuarterState.OPEN}
        record(adviser, theme="PESTEN", unit="DUINEN", quarter=EARLIER)
        assert list(quarter_states(adviser)) == [RUNNING, CLOSED, EARLIER]
        export(adviser, EARLIER, town.inbox)
        assert quarter_states(adviser)[EARLIER] is QuarterState.EXPORTED
        record(adviser, theme="PESTEN", unit="DUINEN", quarter=EARLIER)
        assert quarter_states(adviser)[EARLIER] is QuarterState.CHANGED_SINCE
        remove(adviser, theme="PESTEN", unit="DUINEN", quarter=EARLIER)
        assert quarter_states(adviser)[EARLIER] is QuarterState.EXPORTED
        record(adviser, theme="PESTEN", unit="DUINEN", quarter=CLOSED)
        assert quarter_states(adviser)[EARLIER] is QuarterState.EXPORTED


def test_in_a_vault_that_is_locked_again_states_and_revisions_go_on(town: Municipality) -> None:
    town.hand_in(1, CLOSED, ("DUINEN", "PESTEN", 1))
    with town.open_adviser() as adviser:
        assert quarter_states(adviser)[CLOSED] is QuarterState.EXPORTED
    assert town.export(1, CLOSED).revision == 2


def test_where_the_bureau_is_alone_the_preview_says_so(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, alone=True)
    with town.open_adviser() as adviser:
        assert preview(adviser, CLOSED).opening is Opening.BUREAU_ALONE
