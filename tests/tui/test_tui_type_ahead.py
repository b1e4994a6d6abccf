"""How many keys it takes to reach every unit of the fictitious municipality, Enter included."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from statistics import mean, median

import pytest

from tests.municipality import identity, make_codebook
from vertrouwenswerk.domain.codebook import Codebook, Unit
from vertrouwenswerk.tui.widgets.listing import Line
from vertrouwenswerk.tui.widgets.unit_filter import filter_units
from vertrouwenswerk.tui.widgets.unit_match import begins_nearly
from vertrouwenswerk.usecases.demo import waterstad as waterstad_tables

MOST_ON_AVERAGE = 8.0


@pytest.fixture(scope="module")
def waterstad() -> Codebook:
    tables = waterstad_tables()
    return make_codebook(identity(1).public(), identity(2).public(), tables)


def keys_to(codebook: Codebook, unit: Unit, typed: str, least: int = 1) -> int:
    """The least number of letters (at least ``least``), arrows and one Enter that choose ``unit``."""
    best = len(typed) + 1000
    for letters in range(least, len(typed) + 1):
        found = filter_units(codebook, typed[:letters], ())
        choices = [line.key for line in found.lines if line.key is not None]
        if found.best is not None and unit.code in choices:
            arrows = abs(choices.index(unit.code) - choices.index(found.best))
            best = min(best, letters + arrows + 1)
    return best


def mistyped(text: str, chance: random.Random) -> tuple[str, int]:
    """``text`` with one typing error among the letters 2 to 6, and how many letters show it."""
    while True:
        place = chance.randrange(1, min(6, len(text) - 1))
        head, letter, tail = text[:place], text[place], text[place + 1 :]
        wrong = chance.choice(
            (head + chance.choice("qxzw") + tail, head + tail, head + letter + letter + tail,
             head + tail[0] + letter + tail[1:])
        )  # fmt: skip
        pairs = enumerate(zip(wrong.casefold(), text.casefold(), strict=False), start=1)
        for letters, (found, meant) in pairs:
            if found != meant:
                return wrong, letters


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
    keys = [keys_to(waterstad, unit, *mistyped(unit.name, chance)) for unit in waterstad.units]
    print(f"with an error: mean {mean(keys):.1f}, median {median(keys):.0f}, worst {max(keys)} keys")
    assert len(keys) == 194
    assert max(keys) < 1000
    assert mean(keys) <= MOST_ON_AVERAGE


# --- units used lately -----------------------------------------------------------------------


def keys_after_the_theme(codebook: Codebook, recent: tuple[str, ...], code: str, typed: str) -> int:
    """The least number of letters and arrows, without the Enter, that choose ``code`` by ``typed``."""
    best = 1000
    for letters in range(min(len(typed), 6) + 1):
        found = filter_units(codebook, typed[:letters], recent)
        choices = [line.key for line in found.lines if line.key is not None]
        if found.best is not None and code in choices:
            best = min(best, letters + abs(choices.index(code) - choices.index(found.best)))
    return best


def draws(codebook: Codebook, sizes: Iterable[int], seed: int) -> list[tuple[str, ...]]:
    """Units used lately, drawn at random, in the order in which a vault gives them: by code."""
    chance, codes = random.Random(seed), [unit.code for unit in codebook.units]
    return [tuple(sorted(chance.sample(codes, size))) for size in sizes]


def test_every_unit_used_lately_takes_at_most_four_keys_and_enter(waterstad: Codebook) -> None:
    counted = [
        1 + keys_after_the_theme(waterstad, recent, code, str(place))  # 1 for the digit of the theme
        for recent in draws(waterstad, [8] * 200, seed=1)
        for place, code in enumerate(recent, start=1)
    ]
    print(f"of 8 used lately: median {median(counted):.0f}, worst {max(counted)} keys and Enter")
    assert len(counted) == 1600
    assert max(counted) <= 4


def test_any_unit_is_as_near_however_many_were_used_lately(waterstad: Codebook) -> None:
    counted = []
    for unit in waterstad.units:
        chance = random.Random(unit.number)
        others = [other.code for other in waterstad.units if other is not unit]
        for size in range(1, 9):
            recent = tuple(sorted((unit.code, *chance.sample(others, size - 1))))
            digit = str(recent.index(unit.code) + 1)
            counted.append(1 + keys_after_the_theme(waterstad, recent, unit.code, digit))
    print(f"of 1 to 8 used lately: median {median(counted):.0f}, worst {max(counted)} keys and Enter")
    assert len(counted) == 194 * 8
    assert max(counted) <= 4


def test_a_few_letters_alone_lead_to_nearly_every_unit_used_lately(waterstad: Codebook) -> None:
    counted = []
    for recent in draws(waterstad, [8] * 50, seed=2):
        for code in recent:
            ways = (waterstad.unit(code).name, code.lower().replace("-", ""))
            counted.append(1 + min(keys_after_the_theme(waterstad, recent, code, typed) for typed in ways))
    near = sum(keys <= 4 for keys in counted) / len(counted)
    print(
        f"by letters: median {median(counted):.0f}, worst {max(counted)} keys and Enter; {near:.0%} within 4"
    )
    assert median(counted) <= 2
    assert near >= 0.95


def test_a_unit_used_lately_goes_before_one_that_was_not_where_both_begin_so(waterstad: Codebook) -> None:
    assert filter_units(waterstad, "st", ()).best == "SOC-SPB-03"
    assert filter_units(waterstad, "st", ("STD-W",)).best == "STD-W"
    assert filter_units(waterstad, "toez", ("RED-IB-03",)).best == "RED-IB-03"


def test_what_is_typed_in_full_or_begins_so_is_not_passed_by_a_letter_inside_a_name(
    waterstad: Codebook,
) -> None:
    assert filter_units(waterstad, "werk", ("SOC-WI-04",)).best == "SOC-WI-02"
    assert filter_units(waterstad, "leer", ("STB-PK",)).best == "SOC-OND-02"


def test_a_digit_leads_to_the_unit_used_lately_with_that_number(waterstad: Codebook) -> None:
    recent = ("BED-COM", "SOC-WI-01", "STD-W-03")
    for digit, code in zip("123", recent, strict=True):
        found = filter_units(waterstad, digit, recent)
        assert found.best == code
        numbers = {line.key: text_of(line)[:2] for line in found.lines}
        assert numbers[code] == f"{digit} "
    assert filter_units(waterstad, "4", recent).best not in recent


def test_codes_that_begin_with_a_digit_are_still_typed(waterstad: Codebook) -> None:
    units = [
        Unit(1, "1", None, "Een", 20),
        Unit(2, "2A", None, "Twee", 20),
        Unit(3, "X", None, "Drie", 20, ("3",)),
    ]
    book = replace(waterstad, units=tuple(units))
    assert filter_units(book, "1", ("X", "1", "2A")).best == "1"
    assert filter_units(book, "2", ("X", "1", "2A")).best == "1"
    assert filter_units(book, "2a", ("X", "1", "2A")).best == "2A"
    assert filter_units(book, "3", ("1", "2A", "X")).best == "X"
    lines = [text_of(line) for line in filter_units(book, "", ("X", "1", "2A")).lines]
    assert lines[1:4] == ["  Drie  ", "2 Een  ", "  Twee  "]


# --- aliases and small units -----------------------------------------------------------------


def text_of(line: Line) -> str:
    return "".join(text for cell in line.cells for text, _role in cell)


def shown(codebook: Codebook, typed: str, code: str) -> str:
    """The line of a unit, where it can be chosen."""
    return next(text_of(line) for line in filter_units(codebook, typed, ()).lines if line.key == code)


def with_aliases(codebook: Codebook, **aliases: tuple[str, ...]) -> Codebook:
    wanted = {code.replace("_", "-"): names for code, names in aliases.items()}
    return replace(codebook, units=tuple(replace(u, aliases=wanted.get(u.code, ())) for u in codebook.units))


def test_an_alias_leads_to_its_unit_and_is_shown_dimmed(waterstad: Codebook) -> None:
    book = with_aliases(waterstad, SOC_OND_02=("Spijbelzaken", "SZ"))
    assert filter_units(book, "spij", ()).best == "SOC-OND-02"
    line = next(line for line in filter_units(book, "spij", ()).lines if line.key == "SOC-OND-02")
    assert "Leerplicht  (Spijbelzaken)" in text_of(line)
    assert [role for text, role in line.cells[0] if text in ("  (", "belzaken", ")")] == ["dim"] * 3
    assert "(SZ)" in shown(book, "sz", "SOC-OND-02")
    assert "(" not in shown(book, "leerpl", "SOC-OND-02")


def test_an_alias_comes_just_below_a_name_that_begins_so(waterstad: Codebook) -> None:
    book = with_aliases(waterstad, BED_PO=("HR",), SOC_GGD=("Erfgoed",), STB_PK=("Soc",))
    assert filter_units(book, "hr", ()).best == "BED-PO-01"  # HR-advies
    assert shown(book, "hr", "BED-PO").strip().startswith("Personeel en Organisatie  (HR)")
    assert filter_units(book, "erf", ()).best == "RED-GO-02"  # Erfpacht
    assert filter_units(book, "erfg", ()).best == "SOC-GGD"
    assert filter_units(book, "soc", ()).best == "SOC"  # the code in full
    assert filter_units(with_aliases(waterstad, STB_PK=("SO",)), "so", ()).best == "STB-PK"  # before codes


def test_a_word_of_an_alias_and_an_alias_of_a_unit_above_count_too(waterstad: Codebook) -> None:
    book = with_aliases(waterstad, STD_W=("Het Westen",), SOC_OND_02=("Bureau Spijbelen",))
    assert filter_units(book, "spijb", ()).best == "SOC-OND-02"
    assert filter_units(book, "vergun westen", ()).best == "STD-W-03"


def test_a_shared_alias_lists_every_unit_that_has_it(waterstad: Codebook) -> None:
    found = filter_units(waterstad, "wijkt", ())
    assert found.hits == 7
    assert sum("(Wijkteams)" in text_of(line) for line in found.lines) == 7
    assert filter_units(waterstad, "wijkt polder", ()).best == "STD-PL-01"


def test_a_typing_error_is_forgiven_in_a_long_alias_only(waterstad: Codebook) -> None:
    book = with_aliases(waterstad, SOC_OND_02=("Spijbelzaken", "QZKX"))
    for typed in ("spjbelz", "spijbbelz", "spijqelz", "spijeblz"):
        assert filter_units(book, typed, ()).best == "SOC-OND-02"
        assert "(Spijbelzaken)" in shown(book, typed, "SOC-OND-02")
    assert filter_units(book, "qzkx", ()).best == "SOC-OND-02"
    assert filter_units(book, "qzxx", ()).best is None


def test_a_small_unit_says_where_it_is_counted_and_others_do_not(waterstad: Codebook) -> None:
    line = next(one for one in filter_units(waterstad, "treas", ()).lines if one.key == "BCS-MC-02")
    assert ("  → Middelen en Control (concern)", "dim") in line.cells[0]
    everything = filter_units(waterstad, "", ("BCS-MC-02", "SOC-WI")).lines
    arrows = [line.key for line in everything if "→" in text_of(line)]
    assert arrows == ["BCS-MC-02", "all STD-VST-02", "all BCS-MC-02"]
    alone = replace(waterstad, minimum_headcount=1000)
    assert "→ " in shown(alone, "treas", "BCS-MC-02")


def test_a_word_of_a_unit_above_tells_namesakes_apart(waterstad: Codebook) -> None:
    assert filter_units(waterstad, "vergun west", ()).best == "STD-W-03"
    assert filter_units(waterstad, "gebiedst hav", ()).best == "STD-HV-01"


@pytest.mark.parametrize(
    "typed", ["leerpicht", "leerpllicht", "leeprlicht", "leerxlicht", "lerplicht", "leerplicht"]
)
def test_one_error_is_forgiven(typed: str) -> None:
    assert begins_nearly("leerplicht", typed)


@pytest.mark.parametrize(
    "typed", ["werken veil", "werk envei", "wer ken veil", "werk  en veil", "werk enn veil"]
)
def test_an_error_in_a_space_is_forgiven_too(waterstad: Codebook, typed: str) -> None:
    assert "SOC-WI-04" in [line.key for line in filter_units(waterstad, typed, ()).lines]


@pytest.mark.parametrize("typed", ["laarplacht", "plicht", "leerlingen", "xyeerplicht"])
def test_two_errors_are_not(typed: str) -> None:
    assert not begins_nearly("leerplicht", typed)
