"""Looking: the newest picture, signed by both, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, Municipality, flips
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import DamagedVaultError, FileRefusedError, UsageError
from vertrouwenswerk.handoff.picture_file import Picture, ShownCell, read_picture, write_picture
from vertrouwenswerk.usecases.looking import look_at_table


@pytest.fixture
def seen(tmp_path: Path) -> Municipality:
    """A municipality with a picture in the office."""
    town = Municipality.found(tmp_path, advisers=2)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 20), ("HAVENS-KADE-1", "FRAUDE", 9))
    town.hand_in(2, CLOSED, ("DUINEN-KLANT", "PESTEN", 5))
    town.take_in()
    town.sit()
    return town


def test_the_table_is_that_of_the_sitting_with_who_handed_in_how_much(seen: Municipality) -> None:
    minutes = seen.sit()
    with seen.open_bureau() as bureau:
        view = look_at_table(bureau)
        assert view.table == minutes.table
        assert (view.picture, view.advisers, view.summaries) == (2, 2, 2)
        assert view.codebook == bureau.codebook
        assert look_at_table(bureau, Window.ending(CLOSED, 4)).table == minutes.table


def test_looking_takes_the_bureaus_key_only_and_no_pool(seen: Municipality) -> None:
    seen.bureau_places.pool_vault.unlink()
    with seen.open_bureau() as bureau:
        assert look_at_table(bureau).table.count(ROOT, ROOT) == 34


def test_a_window_that_the_picture_does_not_have_is_refused_and_names_those_it_has(
    seen: Municipality,
) -> None:
    with seen.open_bureau() as bureau, pytest.raises(UsageError) as refused:
        look_at_table(bureau, Window.ending(EARLIER, 1))
    assert "2026-Q4, 2026-Q1..2026-Q4" in refused.value.hint


def test_the_newest_quarter_is_there_for_clusters_and_directorates(seen: Municipality) -> None:
    with seen.open_bureau() as bureau:
        view = look_at_table(bureau, Window.ending(CLOSED, 1))
        assert view.table.count("HAVENS-KADE", "FRAUDE") == 9
        assert view.table.count("HAVENS-KADE-1", "FRAUDE") is None
        assert look_at_table(bureau).table.count("HAVENS-KADE-1", "FRAUDE") == 9


def test_an_altered_picture_is_not_shown(seen: Municipality) -> None:
    with seen.open_bureau() as bureau:
        good = bureau.office.picture_file()
        assert good is not None
        for altered in flips(good, range(0, len(good), 37), 1):
            bureau.office.put_picture(1, altered)
            with pytest.raises((FileRefusedError, DamagedVaultError)):
                look_at_table(bureau)


def changed(picture: Picture, **changes: object) -> Picture:
    """Change the table of the last four quarters."""
    quarter, year = picture.tables
    return replace(picture, tables=(quarter, replace(year, **changes)))  # type: ignore[arg-type]


def test_a_picture_that_the_bureau_made_by_itself_is_not_shown(seen: Municipality) -> None:
    with seen.open_bureau() as bureau:
        picture = read_picture(bureau.office.picture_file() or b"", bureau.joint_keys)
        for guardian in (None, bureau.identity):
            bureau.office.put_picture(1, write_picture(picture, bureau.identity, guardian))
            with pytest.raises((FileRefusedError, DamagedVaultError)):
                look_at_table(bureau)


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 2},
        {"shown": (ShownCell(0, 0, 2),)},
        {"shown": (ShownCell(0, 0, 34), ShownCell(0, 0, 34))},
        {"shown": (ShownCell(99, 0, 34),)},
        {"shown": (ShownCell(0, 99, 34),)},
        {"units": ("DUINEN",)},
    ],
)
def test_a_picture_that_both_signed_is_still_checked_for_counts_under_the_threshold(
    seen: Municipality, changes: dict[str, object]
) -> None:
    guardian = seen.the_guardian().identity
    with seen.open_bureau() as bureau:
        picture = read_picture(bureau.office.picture_file() or b"", bureau.joint_keys)
        bureau.office.put_picture(1, write_picture(changed(picture, **changes), bureau.identity, guardian))
        with pytest.raises(DamagedVaultError):
            look_at_table(bureau)


def test_negative_places_in_a_table_are_not_taken_from_the_end(seen: Municipality) -> None:
    guardian = seen.the_guardian().identity
    with seen.open_bureau() as bureau:
        picture = read_picture(bureau.office.picture_file() or b"", bureau.joint_keys)
        altered = changed(picture, shown=(ShownCell(-1, 0, 34),))
        bureau.office.put_picture(1, write_picture(altered, bureau.identity, guardian))
        with pytest.raises(DamagedVaultError):
            look_at_table(bureau)
