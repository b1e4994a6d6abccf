"""Since when a unit can have been recorded follows from the codebooks that summaries were made under."""

from dataclasses import replace

from tests.municipality import identity, make_codebook
from vertrouwenswerk.domain.codebook import Codebook, EndedUnit, Unit
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.usecases.unit_ages import first_quarters
from vertrouwenswerk.vault.pool_store import OpenedAt

OLD = make_codebook(identity(1).public(), identity(2).public())
OLD_DIGEST, NEW_DIGEST = b"old", b"new"
FIRST = Quarter(2025, 1)
PARENT = "HAVENS"


def changed(*new: str, ended: dict[str, str] | None = None) -> Codebook:
    """Return a codebook with new units under one parent, and with units that ended for others."""
    ended = ended or {}
    kept = tuple(unit for unit in OLD.units if unit.code not in ended)
    added = tuple(Unit(900 + number, code, PARENT, code, 50) for number, code in enumerate(new))
    gone = tuple(EndedUnit(OLD.unit(code).number, code, follower) for code, follower in ended.items())
    return replace(OLD, version=2, units=(*kept, *added), ended_units=gone)


def found(book: Codebook, *summaries: tuple[int, int, bytes]) -> dict[str, Quarter]:
    """``summaries``: quarters after the first, adviser, digest of the codebook; one sitting after another."""
    arrivals = [
        OpenedAt(sitting, Quarter.from_index(FIRST.index + quarter), adviser, digest, replaced=False)
        for sitting, (quarter, adviser, digest) in enumerate(summaries, start=1)
    ]
    return first_quarters(arrivals, {OLD_DIGEST: OLD, NEW_DIGEST: book}.get, book)


def after(quarters: int) -> Quarter:
    return Quarter.from_index(FIRST.index + quarters)


THREE_ADVISERS = [
    (0, 1, OLD_DIGEST), (0, 2, OLD_DIGEST), (0, 3, OLD_DIGEST),
    (1, 1, NEW_DIGEST), (1, 2, OLD_DIGEST), (1, 3, OLD_DIGEST),
    (2, 1, NEW_DIGEST), (2, 2, NEW_DIGEST), (2, 3, OLD_DIGEST),
]  # fmt: skip


def test_without_another_codebook_no_unit_is_new() -> None:
    assert found(OLD, (0, 1, OLD_DIGEST), (1, 1, OLD_DIGEST)) == {}
    assert found(OLD) == {}


def test_a_unit_is_there_from_the_quarter_that_most_handed_in_under_a_codebook_that_has_it() -> None:
    assert found(changed("NIEUW"), *THREE_ADVISERS) == {"NIEUW": after(2)}


def test_a_summary_that_took_the_place_of_another_counts_in_its_stead() -> None:
    again = [(1, 2, NEW_DIGEST)]
    assert found(changed("NIEUW"), *THREE_ADVISERS, *again) == {"NIEUW": after(1)}


def test_a_unit_under_which_nobody_handed_in_yet_is_there_from_the_quarter_after_the_last() -> None:
    assert found(changed("NIEUW"), (0, 1, OLD_DIGEST), (1, 1, OLD_DIGEST)) == {"NIEUW": after(2)}


def test_an_unknown_codebook_is_taken_to_have_every_unit() -> None:
    assert found(changed("NIEUW"), (0, 1, b"lost"), (1, 1, NEW_DIGEST)) == {}


def test_a_unit_that_others_merged_into_or_that_changed_its_code_keeps_their_history() -> None:
    one, other = [unit.code for unit in OLD.units if unit.parent == PARENT][:2]
    merged = changed("SAMEN", ended={one: "SAMEN", other: "SAMEN"})
    assert found(merged, *THREE_ADVISERS) == {}


def test_the_parts_of_a_unit_that_was_split_are_new_all_of_them() -> None:
    one = next(unit.code for unit in OLD.units if unit.parent == PARENT)
    split = changed("DEEL-1", "DEEL-2", ended={one: "DEEL-1"})
    assert found(split, *THREE_ADVISERS) == {"DEEL-1": after(2), "DEEL-2": after(2)}
