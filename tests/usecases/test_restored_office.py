"""An office put back from an older copy never takes a newer count away from the pool."""

import shutil
from pathlib import Path

from tests.municipality import CLOSED, Municipality


def test_a_sitting_with_a_restored_office_keeps_the_newest_revision(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, advisers=1)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 3))
    town.take_in()
    office = town.bureau_places.office_vault
    copy = tmp_path / "older.vault"
    shutil.copy(office, copy)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 4))
    town.take_in()
    assert town.sit().table.count("DUINEN-KLANT", "PESTEN") == 7
    shutil.copy(copy, office)
    assert town.sit().table.count("DUINEN-KLANT", "PESTEN") == 7
