"""Pictures are linked: each sitting knows every picture that was ever made, or it does not begin."""

from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, Municipality
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import DamagedVaultError
from vertrouwenswerk.handoff.picture_file import read_picture
from vertrouwenswerk.usecases.sitting import agenda, hold_sitting
from vertrouwenswerk.vault.engine import transaction
from vertrouwenswerk.vault.pool_store import Pool


def sat_once(tmp_path: Path) -> Municipality:
    town = Municipality.found(tmp_path, advisers=4)
    for number in range(1, 5):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 5))
    town.take_in()
    assert town.sit().table.count(ROOT, ROOT) == 20
    return town


def test_a_picture_has_the_quarter_the_last_four_and_the_calendar_year(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path)
    windows = [table.window for table in town.sit().tables]
    assert windows == [Window.ending(CLOSED, 1), Window.ending(CLOSED, 4)]  # which is the year 2026 too
    assert CLOSED.number == 4


def test_all_pictures_are_kept_and_the_next_sitting_is_protected_with_them(tmp_path: Path) -> None:
    town = sat_once(tmp_path)
    second = town.sit()
    assert (second.picture, second.earlier) == (2, 1)
    with town.open_bureau() as bureau:
        assert sorted(bureau.office.picture_files()) == [1, 2]
        assert (agenda(bureau).earlier, agenda(bureau).repeats_quarter) == (2, True)


def test_a_second_sitting_without_anything_new_shows_the_same(tmp_path: Path) -> None:
    town = sat_once(tmp_path)
    with town.open_bureau() as bureau:
        first = read_picture(bureau.office.picture_file() or b"", bureau.joint_keys)
    town.sit()
    with town.open_bureau() as bureau:
        assert read_picture(bureau.office.picture_file() or b"", bureau.joint_keys).tables == first.tables


def test_an_office_that_lost_a_picture_gets_it_back_from_the_pool(tmp_path: Path) -> None:
    town = sat_once(tmp_path)
    with town.open_bureau() as bureau:
        before = bureau.office.picture_files()
        with transaction(bureau.office.safe.engine, bureau.office.safe.path) as connection:
            connection.exec_driver_sql("DELETE FROM picture")
    assert town.sit().picture == 2
    with town.open_bureau() as bureau:
        assert bureau.office.picture_files()[1] == before[1]


def test_a_sitting_does_not_begin_when_an_earlier_picture_is_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pool of version 1 kept the digests of pictures only."""
    town = sat_once(tmp_path)
    with town.open_bureau() as bureau:
        with transaction(bureau.office.safe.engine, bureau.office.safe.path) as connection:
            connection.exec_driver_sql("DELETE FROM picture")
        monkeypatch.setattr(Pool, "picture_files", lambda _pool: {})
        with pytest.raises(DamagedVaultError) as refusal:
            hold_sitting(bureau, town.open_guardian())
        assert refusal.value.hint
        assert bureau.office.picture_files() == {}


def test_a_picture_of_which_the_pool_heard_nothing_is_protected_with_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the office and the pool: somebody may have seen the picture."""
    town = sat_once(tmp_path)

    class KilledError(Exception):
        pass

    def killed(*_arguments: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(Pool, "note_sitting", killed)
        town.sit()
    third = town.sit()
    assert (third.picture, third.earlier) == (3, 2)


def test_what_a_stopped_sitting_opened_comes_into_the_next_picture(tmp_path: Path) -> None:
    town = sat_once(tmp_path)
    for number in range(1, 5):
        town.hand_in(number, EARLIER, ("DUINEN-KLANT", "PESTEN", 6))
    town.take_in()

    def stop_when_protecting(_done: int, total: int) -> None:
        if not total:
            raise KeyboardInterrupt

    with town.open_bureau() as bureau, pytest.raises(KeyboardInterrupt):
        hold_sitting(bureau, town.open_guardian(), progress=stop_when_protecting)
    minutes = town.sit()
    assert (minutes.picture, minutes.opened) == (2, 0)
    assert minutes.table.count(ROOT, ROOT) == 44
    with town.open_bureau() as bureau:
        picture = read_picture(bureau.office.picture_file() or b"", bureau.joint_keys)
    assert [(o.quarter, o.advisers, o.replaced) for o in picture.openings] == [(str(EARLIER), 4, False)]


def test_the_certificate_counts_what_was_audited_and_names_no_cell(tmp_path: Path) -> None:
    town = sat_once(tmp_path)
    with town.open_bureau() as bureau:
        picture = read_picture(bureau.office.picture_file() or b"", bureau.joint_keys)
    certificate = picture.certificate
    assert certificate is not None
    assert certificate.shown == sum(len(table.shown) for table in picture.tables)
    assert certificate.proven_before == 0
    assert certificate.whole_numbers == certificate.sampled
    assert certificate.threshold == 3
    assert len(certificate.structure) == 32
    assert certificate.solver.startswith("HiGHS")
