"""Patterns of a sitting: found in exact counts, told in shown ones, the same again from pool and seed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.municipality import (
    CLOSED,
    EARLIER,
    SMALL,
    THEME_CODES,
    UNITS,
    Cell,
    Municipality,
    identity,
    make_codebook,
    sums,
)
from vertrouwenswerk.domain.codebook import Codebook, EndedUnit
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import DamagedVaultError, UsageError
from vertrouwenswerk.handoff.picture_file import (
    Picture,
    PictureFinding,
    PictureTable,
    ShownCell,
    write_picture,
)
from vertrouwenswerk.patterns.engine import Plan, find_patterns
from vertrouwenswerk.patterns.notices import Question, State
from vertrouwenswerk.usecases import clock
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.usecases.linking import Codebooks
from vertrouwenswerk.usecases.looking import codebook_of, look_at_table, newest_picture
from vertrouwenswerk.usecases.pattern_looking import look_at_patterns, shown_before
from vertrouwenswerk.usecases.progress import no_progress
from vertrouwenswerk.usecases.scanning import pool_history, scan_history
from vertrouwenswerk.usecases.sitting import Minutes, hold_sitting
from vertrouwenswerk.vault.pool_store import OpenedDelivery, Pool, ScanNote, pool_key

QUARTER = Window.ending(CLOSED, 1)
SHOWN_UNIT, HIDDEN_UNIT, THEME = "DUINEN-KLANT", "HAVENS-KADE-1", "PESTEN"
EXTRA, SEED = 6, 11  # extra signals of each adviser
COUNTED_APART = tuple(unit for unit in UNITS if unit != SMALL)


def usual(dice: random.Random) -> list[Cell]:
    """Return about eight signals of an adviser in a quarter, spread evenly."""
    cells: dict[tuple[str, str], int] = {}
    for _signal in range(8):
        cell = (dice.choice(COUNTED_APART), dice.choice(THEME_CODES))
        cells[cell] = cells.get(cell, 0) + 1
    return [(unit, theme, count) for (unit, theme), count in cells.items()]


def steady(
    root: Path,
    *,
    quarters: int = 6,
    rises: tuple[str, ...] = (),
    advisers: int = 3,
    last: Quarter = CLOSED,
) -> Municipality:
    """Let advisers hand in quarters alike, but for units in which bullying rises in the last one."""
    town = Municipality.found(root, advisers=advisers)
    dice = random.Random(1)
    for back in reversed(range(quarters)):
        hand_in(town, Quarter.from_index(last.index - back), dice, () if back else rises, advisers)
    town.take_in()
    return town


def hand_in(
    town: Municipality, quarter: Quarter, dice: random.Random, rises: tuple[str, ...] = (), advisers: int = 3
) -> None:
    for number in range(1, advisers + 1):
        town.hand_in(number, quarter, *usual(dice), *((unit, THEME, EXTRA) for unit in rises))


def sit(town: Municipality, seed: int = SEED) -> Minutes:
    with town.open_bureau() as bureau:
        return hold_sitting(bureau, town.open_guardian(), seed=seed)


def picture_of(town: Municipality) -> Picture:
    with town.open_bureau() as bureau:
        return newest_picture(bureau)


@contextmanager
def opened_pool(bureau: Bureau, town: Municipality) -> Iterator[Pool]:
    key = pool_key(bureau.office.secrets().pool_secret, town.the_guardian().pool_half)
    pool = Pool.open(bureau.places.pool_vault, key, demo=True)
    try:
        yield pool
    finally:
        pool.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    """A municipality with a rise that its table of the quarter shows, and one that it hides; sat once."""
    town = steady(tmp_path_factory.mktemp("town"), quarters=8, rises=(SHOWN_UNIT, HIDDEN_UNIT))
    sit(town)
    return town


# --- what is told ------------------------------------------------------------------------------


def true_count(pool: Pool, book: Codebook, unit: str, theme: str, window: Window) -> int:
    """Add up what the pool counts in a cell, by plain addition."""
    codes = {number: code for code, number in book.unit_numbers.items()}
    themes = {number: code for code, number in book.theme_numbers.items()}
    cells = [
        (codes[c.unit], themes[c.theme], c.count) for c in pool.counted() if c.quarter in window.quarters
    ]
    return sums(book, cells)[unit, theme]


def test_a_rise_is_found_by_a_sitting_and_told_with_its_true_count(town: Municipality) -> None:
    with town.open_bureau() as bureau, opened_pool(bureau, town) as pool:
        view = look_at_patterns(bureau)
        for one in view.findings:
            assert one.seen == true_count(pool, view.codebook, one.unit, one.theme, one.window)
    (rise,) = [one for one in view.findings if (one.unit, one.window) == (SHOWN_UNIT, QUARTER)]
    assert rise.seen >= 3 * EXTRA
    assert (rise.state, rise.within) == (State.NEW, False)


def test_a_finding_in_a_hidden_cell_is_told_only_by_a_shown_cell_around_it(town: Municipality) -> None:
    with town.open_bureau() as bureau, opened_pool(bureau, town) as pool:
        exact = find_patterns(
            pool_history(pool, bureau.codebook, Codebooks(bureau).get, CLOSED), Plan(SEED)
        ).findings
        told = look_at_patterns(bureau).findings
    assert (HIDDEN_UNIT, QUARTER) in {(one.unit, one.window) for one in exact}
    assert (HIDDEN_UNIT, QUARTER) not in {(one.unit, one.window) for one in told}
    assert all(part.unit != HIDDEN_UNIT for one in told if one.window == QUARTER for part in one.parts)
    around = [one for one in told if one.unit == HIDDEN_UNIT]
    assert around
    assert all(one.within for one in around)


def test_where_nothing_is_shown_nothing_is_told(town: Municipality) -> None:
    with town.open_bureau() as bureau, opened_pool(bureau, town) as pool:
        history = pool_history(pool, bureau.codebook, Codebooks(bureau).get, CLOSED)
        assert scan_history(history, {}, SEED, no_progress).findings == ()


def test_the_picture_holds_no_number_that_its_tables_do_not_show(town: Municipality) -> None:
    picture = picture_of(town)
    shown = {
        (table.window, table.units[cell.unit], table.themes[cell.theme]): cell.count
        for table in picture.tables
        for cell in table.shown
    }
    with town.open_bureau() as bureau:
        codebook = codebook_of(bureau, picture)
    people = {u.code: u.headcount or 0 for u in codebook.units if codebook.unit_tree.is_leaf(u.code)}
    assert picture.findings
    for one in picture.findings:
        assert shown[one.window, one.unit, one.theme] == one.seen
        assert all(shown[one.window, part.unit, part.theme] == part.seen for part in one.parts)
        if one.expected is not None:
            assert one.question == Question.SIZE.value, "the quarter before has no table in this picture"
            within = sum(people.get(code, 0) for code in codebook.unit_tree.within(one.unit))
            assert one.expected == shown[one.window, ROOT, one.theme] * (within / sum(people.values()))


def test_a_steady_municipality_gives_no_finding_and_says_what_would_have_been_seen(tmp_path: Path) -> None:
    town = steady(tmp_path)
    sit(town)
    with town.open_bureau() as bureau:
        view = look_at_patterns(bureau)
    assert view.findings == ()
    assert view.was_looked_for
    assert view.quarters_needed == 0
    assert view.sensitivity is not None
    assert 3 <= view.sensitivity.often <= 12


def test_a_history_that_is_too_short_is_told_in_quarters_needed(tmp_path: Path) -> None:
    town = steady(tmp_path, quarters=2, advisers=1)
    sit(town)
    with town.open_bureau() as bureau:
        assert look_at_patterns(bureau).quarters_needed == 3


def test_what_the_past_makes_likely_comes_from_the_tables_that_earlier_pictures_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "DEMO_TODAY", clock.DEMO_TODAY - timedelta(days=90))
    town = steady(tmp_path, quarters=8, last=EARLIER)
    sit(town)
    monkeypatch.undo()
    hand_in(town, CLOSED, random.Random(2), rises=(SHOWN_UNIT,))
    town.take_in()
    sit(town)
    with town.open_bureau() as bureau:
        rises = [one for one in look_at_patterns(bureau).findings if one.question is Question.RISING]
        assert rises
        for one in rises:
            before = Window.ending(one.window.first.previous(), one.window.length)
            now, then = (
                look_at_table(bureau, w, number).table for w, number in ((one.window, 2), (before, 1))
            )
            past, whole_then = then.count(one.unit, one.theme), then.count(ROOT, one.theme)
            whole_now = now.count(ROOT, one.theme)
            assert past, "the window before is shown in the first picture"
            assert whole_then
            assert whole_now
            assert one.expected == past * whole_now / whole_then


def test_tables_of_another_codebook_are_not_looked_at_for_the_past() -> None:
    table = PictureTable("2026-Q4", 3, ("*",), ("*",), (ShownCell(0, 0, 7),))
    of = {version: Picture(version, bytes([version]), 1, 1, (table,)) for version in (1, 2)}
    assert shown_before(of.values(), bytes([1])) == {QUARTER: {(ROOT, ROOT): 7}}
    assert shown_before(of.values(), bytes([3])) == {}


# --- again from pool and seed --------------------------------------------------------------------


def test_the_same_pool_and_the_seed_that_it_keeps_give_the_findings_of_the_picture(
    town: Municipality,
) -> None:
    picture = picture_of(town)
    with town.open_bureau() as bureau, opened_pool(bureau, town) as pool:
        assert pool.scans() == {1: ScanNote(SEED, bureau.codebook.version)}
        history = pool_history(pool, bureau.codebook, Codebooks(bureau).get, CLOSED)
        safe = {window: look_at_table(bureau, window).table.shown for window in picture.windows()}
        again = scan_history(history, safe, pool.scans()[1].seed, no_progress)
    assert (again.findings, again.scan) == (picture.findings, picture.scan)


def test_every_sitting_draws_a_seed_of_its_own(tmp_path: Path) -> None:
    town = steady(tmp_path, quarters=1, advisers=1)
    town.sit()
    town.sit()
    with town.open_bureau() as bureau, opened_pool(bureau, town) as pool:
        first, second = pool.scans()[1].seed, pool.scans()[2].seed
    assert first != second
    assert min(first, second) >= 0


def test_a_sitting_that_is_cancelled_while_it_looks_for_patterns_leaves_the_picture_as_it_was(
    tmp_path: Path,
) -> None:
    town = steady(tmp_path, quarters=2, advisers=1)
    town.sit()

    def cancel(done: int, total: int) -> None:
        if not total and done > 500:  # so far only replicates go
            raise KeyboardInterrupt

    with town.open_bureau() as bureau:
        before = bureau.office.picture_file()
        with pytest.raises(KeyboardInterrupt):
            hold_sitting(bureau, town.open_guardian(), progress=cancel)
        assert bureau.office.picture_file() == before
        with opened_pool(bureau, town) as pool:
            assert set(pool.scans()) == {1, 2}, "the pool had come as far as the scan"
    assert town.sit().picture == 2


# --- what else comes in ----------------------------------------------------------------------------


def test_what_was_counted_under_an_ended_unit_is_looked_at_under_its_successor(tmp_path: Path) -> None:
    book = make_codebook(identity(1).public(), identity(2).public())
    ended = replace(book, ended_units=(EndedUnit(900, "OUD", "OUDER"), EndedUnit(901, "OUDER", SHOWN_UNIT)))
    theme, unit = book.theme_numbers[THEME], book.unit_numbers[SHOWN_UNIT]
    pool = Pool.open(tmp_path / "telkamer.vault", pool_key(b"b" * 32, None), demo=True)
    cells = ((900, theme, 4), (unit, theme, 2), (999, theme, 7), (unit, 99, 5))
    pool.put(
        [OpenedDelivery(1, EARLIER, 1, bytes(32), cells), OpenedDelivery(2, CLOSED, 1, bytes(32), ())], 1
    )
    history = pool_history(pool, ended, lambda _digest: None, CLOSED)
    pool.close()
    codes = {history.grid.unit_codes[place] for place in history.unit.tolist()}
    assert (codes, len(history.unit)) == ({SHOWN_UNIT}, 6)
    assert history.delivered.tolist() == [[True, False], [False, True]]


def test_more_signals_than_can_be_looked_through_still_make_a_picture(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path)
    town.count_in_the_very_cell(1, CLOSED, (SHOWN_UNIT, THEME, 9_999))
    town.export(1, CLOSED)
    town.take_in()
    town.sit()
    with town.open_bureau() as bureau:
        view = look_at_patterns(bureau)
    assert (view.findings, view.was_looked_for) == ((), False)


def test_without_a_picture_there_are_no_patterns_to_look_at(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path)
    with town.open_bureau() as bureau, pytest.raises(UsageError):
        look_at_patterns(bureau)


def altered(finding: PictureFinding, how: str) -> PictureFinding:
    changes: dict[str, PictureFinding] = {
        "another count": replace(finding, seen=finding.seen + 1),
        "a hidden cell": replace(finding, unit=SMALL),
        "an unknown question": replace(finding, question="why"),
        "a band that is none": replace(finding, years=7),
        "a window without a table": replace(finding, window=str(Window.ending(CLOSED, 2))),
    }
    return changes[how]


@pytest.mark.parametrize(
    "how",
    [
        "another count",
        "a hidden cell",
        "an unknown question",
        "a band that is none",
        "a window without a table",
    ],
)
def test_a_signed_picture_with_a_finding_that_its_tables_do_not_bear_out_is_damaged(
    town: Municipality, how: str
) -> None:
    picture = picture_of(town)
    wrong = replace(picture, number=9, findings=(altered(picture.findings[0], how),))
    with town.open_bureau() as bureau:
        guardian = town.the_guardian().identity
        bureau.office.put_picture(9, write_picture(wrong, bureau.identity, guardian))
        with pytest.raises(DamagedVaultError):
            look_at_patterns(bureau)
        bureau.office.put_picture(9, write_picture(replace(picture, number=9), bureau.identity, guardian))
        assert look_at_patterns(bureau).findings
