"""How many keys it takes to reach every unit of the fictitious municipality, Enter included."""

import random
from collections.abc import Callable
from statistics import mean, median

import pytest

from tests.municipality import identity, make_codebook
from vertrouwenswerk.domain.codebook import Codebook, Unit
from vertrouwenswerk.tui.widgets.unit_filter import begins_nearly, filter_units
from vertrouwenswerk.usecases.demo import waterstad as waterstad_tables

MOST_ON_AVERAGE = 8.0


@pytest.fixture(scope="module")
def waterstad() -> Codebook:
    tables = waterstad_tables()
    return make_codebook(identity(1).public(), identity(2).public(), tables)


def keys_to(codebook: Codebook, unit: Unit, typed: str) -> int:
    """The least number of letters, arrows and one Enter that choose ``unit`` by typing ``typed``."""
    best = len(typed) + 1000
    for letters in range(1, len(typed) + 1):
        found = filter_units(codebook, typed[:letters], ())
        choices = [line.key for line in found.lines if line.key is not None]
        if found.best is not None and unit.code in choices:
            arrows = abs(choices.index(unit.code) - choices.index(found.best))
            best = min(best, letters + arrows + 1)
    return best


def mistyped(text: str, chance: random.Random) -> str:
    """``text`` with one typing error among the letters 2 to 6."""
    place = chance.randrange(1, min(6, len(text) - 1))
    kind = chance.choice(("wrong", "missing", "extra", "swapped"))
    if kind == "wrong":
        return text[:place] + chance.choice("qxzw") + text[place + 1 :]
    if kind == "missing":
        return text[:place] + text[place + 1 :]
    if kind == "extra":
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


@pytest.mark.parametrize(
    ("how", "typed"),
    [
        ("by code", lambda unit: unit.code.lower().replace("-", "")),
        ("by name", lambda unit: unit.name),
    ],
)
def test_any_unit_takes_at_most_eight_keys_on_average(
    waterstad: Codebook, how: str, typed: Callable[[Unit], str]
) -> None:
    keys = [keys_to(waterstad, unit, typed(unit)) for unit in waterstad.units]
    print(f"{how}: mean {mean(keys):.1f}, median {median(keys):.0f}, worst {max(keys)} keys")
    assert len(keys) == 194
    assert mean(keys) <= MOST_ON_AVERAGE
    assert max(keys) < 1000


def test_a_name_with_one_typing_error_still_leads_to_its_unit(waterstad: Codebook) -> None:
    chance = random.Random(1)
    units = [unit for unit in waterstad.units if len(unit.name) >= 6 and unit.name[:6].isalpha()]
    keys = [keys_to(waterstad, unit, mistyped(unit.name, chance)) for unit in units]
    print(f"with an error: mean {mean(keys):.1f}, median {median(keys):.0f}, worst {max(keys)} keys")
    assert max(keys) < 1000
    assert mean(keys) <= MOST_ON_AVERAGE + 2


def test_a_word_of_a_unit_above_tells_namesakes_apart(waterstad: Codebook) -> None:
    assert filter_units(waterstad, "vergun west", ()).best == "STD-W-03"
    assert filter_units(waterstad, "gebiedst hav", ()).best == "STD-HV-01"


@pytest.mark.parametrize(
    "typed", ["leerpicht", "leerpllicht", "leeprlicht", "leerxlicht", "lerplicht", "leerplicht"]
)
def test_one_error_is_forgiven(typed: str) -> None:
    assert begins_nearly("leerplicht", typed)


@pytest.mark.parametrize("typed", ["laarplacht", "plicht", "leerlingen", "xyeerplicht"])
def test_two_errors_are_not(typed: str) -> None:
    assert not begins_nearly("leerplicht", typed)
