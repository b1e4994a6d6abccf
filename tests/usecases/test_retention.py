"""A closed year is cleared from 1 April after it: announced, confirmed, never before it is handed in."""

from datetime import date
from pathlib import Path

import pytest

from tests.municipality import Municipality
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.usecases.adviser import Adviser, own_tallies, read_codebook_file, record, set_up_adviser
from vertrouwenswerk.usecases.handing_in import QuarterState, export, quarter_states
from vertrouwenswerk.usecases.retention import clear_year, years_due
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

LAST, NOW = Quarter(2025, 4), Quarter(2026, 1)


class Days:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.day = date(2026, 2, 1)

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def real(tmp_path: Path) -> tuple[Adviser, Days]:
    """An adviser of the full key profile, whose clock is not a demo's, with tallies in two years."""
    town = Municipality.found(tmp_path / "town", advisers=0)
    days = Days()
    secrets = Secrets.choose("een lange zin voor deze toets", Profile.FULL)
    adviser = set_up_adviser(town.adviser_places(9), read_codebook_file(town.codebook_path), secrets, days)
    for quarter in (LAST, NOW):
        record(adviser, theme="PESTEN", unit="DUINEN-KLANT", quarter=quarter, times=2)
    return adviser, days


def test_a_year_is_due_from_the_first_of_april_and_not_a_day_before(real: tuple[Adviser, Days]) -> None:
    adviser, days = real
    days.day = date(2026, 3, 31)
    assert years_due(adviser) == ()
    days.day = date(2026, 4, 1)
    assert years_due(adviser) == (2025,)
    adviser.close()


def test_clearing_takes_the_year_and_leaves_the_rest_and_what_was_handed_in(
    real: tuple[Adviser, Days], tmp_path: Path
) -> None:
    adviser, days = real
    days.day = date(2026, 4, 1)
    with pytest.raises(UsageError):
        clear_year(adviser, 2025)
    assert len(own_tallies(adviser)) == 2
    file = export(adviser, LAST, tmp_path).path
    assert [(t.quarter, t.count) for t in clear_year(adviser, 2025)] == [(LAST, 2)]
    assert [t.quarter for t in own_tallies(adviser)] == [NOW]
    assert file.is_file()
    adviser.close()


def test_a_year_that_is_not_due_is_not_cleared(real: tuple[Adviser, Days]) -> None:
    adviser, _days = real
    for year in (2025, 2026, 1999):
        with pytest.raises(UsageError):
            clear_year(adviser, year)
    adviser.close()


def test_a_cleared_quarter_is_not_shown_as_changed_so_that_nobody_hands_in_an_empty_one(
    real: tuple[Adviser, Days], tmp_path: Path
) -> None:
    adviser, days = real
    days.day = date(2026, 4, 1)
    export(adviser, LAST, tmp_path)
    clear_year(adviser, 2025)
    assert quarter_states(adviser)[LAST] is QuarterState.CLEARED
    with pytest.raises(UsageError):
        export(adviser, LAST, tmp_path)
    adviser.close()


def test_nothing_is_ever_due_in_a_demo(town: Municipality) -> None:
    town.count(1, Quarter(2020, 1), ("DUINEN-KLANT", "PESTEN", 2))
    with town.open_adviser() as adviser:
        assert years_due(adviser) == ()
