"""Looking back: the tables of earlier pictures, and when what they count was opened."""

from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, Municipality
from vertrouwenswerk.disclosure.outside_table import Opening
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.handoff.picture_file import Picture, PictureTable, write_picture
from vertrouwenswerk.usecases.looking import look_at_table, openings_of


@pytest.fixture
def twice(tmp_path: Path) -> Municipality:
    """Two pictures; at the second three advisers handed in the quarter before, and one corrected."""
    town = Municipality.found(tmp_path, advisers=3)
    for number in (1, 2, 3):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 5))
    town.take_in()
    town.sit()
    for number in (1, 2, 3):
        town.hand_in(number, EARLIER, ("DUINEN-KLANT", "PESTEN", 5))
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 9))
    town.take_in()
    town.sit()
    return town


def test_an_earlier_picture_can_be_looked_at_as_it_was(twice: Municipality) -> None:
    with twice.open_bureau() as bureau:
        first = look_at_table(bureau, None, 1)
        assert (first.picture, first.table.count(ROOT, ROOT)) == (1, 15)
        assert look_at_table(bureau, Window.ending(CLOSED, 1), 1).table.count(ROOT, ROOT) == 15
        assert look_at_table(bureau).picture == look_at_table(bureau, None, 2).picture == 2


def test_a_picture_that_is_not_there_is_refused_and_names_those_there_are(twice: Municipality) -> None:
    with twice.open_bureau() as bureau:
        for number in (0, 3, -1):
            with pytest.raises(UsageError) as refused:
                look_at_table(bureau, None, number)
            assert "1, 2" in refused.value.hint


def test_the_openings_of_a_table_are_those_of_its_quarters_up_to_its_picture(twice: Municipality) -> None:
    first = Opening(CLOSED, 1, 3, replaced=False)
    corrected = Opening(CLOSED, 2, 1, replaced=True)
    late = Opening(EARLIER, 2, 3, replaced=False)
    quarter = Window.ending(CLOSED, 1)
    with twice.open_bureau() as bureau:
        assert openings_of(bureau, look_at_table(bureau, None, 1)) == (first,)
        assert openings_of(bureau, look_at_table(bureau)) == (late, first, corrected)
        assert openings_of(bureau, look_at_table(bureau, quarter)) == (first, corrected)


def test_a_picture_from_before_they_were_linked_may_have_opened_anything(twice: Municipality) -> None:
    guardian = twice.the_guardian().identity
    with twice.open_bureau() as bureau:
        view = look_at_table(bureau, Window.ending(CLOSED, 1))
        table = PictureTable(str(CLOSED), 3, view.table.units, view.table.themes, ())
        old = Picture(1, bureau.signed_codebook.digest, 3, 3, (table,))
        bureau.office.put_picture(1, write_picture(old, bureau.identity, guardian))
        assert openings_of(bureau, view)[0] == Opening(CLOSED, 1, None, replaced=True)
