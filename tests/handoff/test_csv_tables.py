"""The CSV tables: read as they were meant, and every fault names the line to look at."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.municipality import (
    ORGANISATION,
    TABLES,
    THEME_GROUPS,
    THEMES,
    Municipality,
    demo_clock,
)
from vertrouwenswerk.domain.codebook import ThemeGroup, Unit
from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.handoff.csv_tables import LIMIT_BYTES, read_organisation, read_themes
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.bureau import Agreement, Tables, found_bureau

HEADER = "code,parent,name,headcount\n"


def refusal(data: bytes | str) -> str:
    with pytest.raises(FileRefusedError) as refused:
        read_organisation(data.encode() if isinstance(data, str) else data)
    assert refused.value.reason == "bad-table"
    return refused.value.message


def founding_refusal(root: Path, themes: str = THEMES, groups: str = THEME_GROUPS) -> str:
    """Found a bureau on altered theme tables and return what it says; nothing may be left behind."""
    places = Places(root / "bureau")
    tables = Tables(TABLES.organisation, themes.encode(), groups.encode())
    with pytest.raises(FileRefusedError) as refused:
        found_bureau(
            places, tables, Agreement("Noordkust", None, 3), Municipality.secrets("bureau"), demo_clock
        )
    assert refused.value.reason == "bad-table"
    assert not places.office_vault.exists()
    return refused.value.message


def names_line(message: str, line: int) -> bool:
    """Tell whether the first number in a message, the line, is ``line``."""
    found = re.search(r"\d+", message)
    return found is not None and int(found[0]) == line


def with_line(number: int, text: str, table: str = ORGANISATION) -> str:
    """Return the table with line ``number`` (from 1) replaced."""
    lines = table.splitlines(keepends=True)
    return "".join((*lines[: number - 1], text + "\n", *lines[number:]))


# --- read as it was meant --------------------------------------------------------------------


def test_a_table_is_read_in_its_order_with_numbers_from_one() -> None:
    units = read_organisation(TABLES.organisation)
    assert [unit.number for unit in units] == list(range(1, 13))
    assert units[1] == Unit(2, "HAVENS-KADE", "HAVENS", "Kadebeheer", 70)
    assert units[0].parent is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
def test_delimiters_line_ends_and_a_byte_order_mark_make_no_difference(
    delimiter: str, line_end: str, mark: bytes
) -> None:
    text = ORGANISATION.replace(",", delimiter).replace("\n", line_end)
    assert read_organisation(mark + text.encode()) == read_organisation(TABLES.organisation)


def test_a_table_as_excel_saves_it_in_windows_1252_is_read() -> None:
    text = HEADER.replace(",", ";") + "A;;Coördinatie café – één;12\r\n"
    assert read_organisation(text.encode("cp1252"))[0].name == "Coördinatie café – één"
    assert read_organisation(text.encode("utf-8-sig"))[0].name == "Coördinatie café – één"


def test_quoted_names_may_hold_delimiters_and_quotes() -> None:
    (unit,) = read_organisation((HEADER + 'A,,"Zorg, jeugd en ""thuis""",12\n').encode())
    assert unit.name == 'Zorg, jeugd en "thuis"'


def test_columns_may_stand_in_another_order_and_in_capitals() -> None:
    data = b"Name; HEADCOUNT ;code;Parent\nZorg;12;A;\nJeugd;;B;A\n"
    assert read_organisation(data) == (Unit(1, "A", None, "Zorg", 12), Unit(2, "B", "A", "Jeugd", None))


def test_empty_lines_and_spaces_around_fields_are_passed_over() -> None:
    data = (HEADER + "\n A ,, Zorg , 12 \n,,,\n\nB,A,Jeugd,\n").encode()
    assert read_organisation(data) == (Unit(1, "A", None, "Zorg", 12), Unit(2, "B", "A", "Jeugd", None))


def test_a_name_in_decomposed_form_is_composed() -> None:
    name = unicodedata.normalize("NFD", "Coördinatie")
    assert read_organisation((HEADER + f"A,,{name},1\n").encode())[0].name == "Coördinatie"


def test_children_may_stand_above_their_parents() -> None:
    units = read_organisation((HEADER + "B,A,Jeugd,3\nA,,Zorg,3\n").encode())
    assert [unit.code for unit in units] == ["B", "A"]


def test_a_headcount_may_be_missing_and_then_nothing_needs_to_add_up() -> None:
    units = read_organisation((HEADER + "A,,Zorg,3\nB,A,Jeugd,\nC,A,Oud,5\n").encode())
    assert [unit.headcount for unit in units] == [3, None, 5]


def test_namesakes_under_different_parents_are_fine() -> None:
    assert [unit.code for unit in read_organisation(TABLES.organisation) if unit.name == "Stafbureau"] == [
        "HAVENS-STAF",
        "DUINEN-BRON",
    ]


def test_aliases_may_stand_in_a_column_of_their_own_parted_by_bars() -> None:
    header = HEADER.replace("headcount", "headcount,aliases")
    units = read_organisation((header + "A,,Zorg,12, Z&W | Care|\nB,,Jeugd,3,\nC,,Oud,,Oudjes\n").encode())
    assert [unit.aliases for unit in units] == [("Z&W", "Care"), (), ("Oudjes",)]
    turned = b"aliases;name;HEADCOUNT;code;parent\nZW;Zorg;12;A;\n"
    assert read_organisation(turned) == (Unit(1, "A", None, "Zorg", 12, ("ZW",)),)


@pytest.mark.parametrize(
    ("aliases", "named"),
    [
        ("Zorg", "Zorg"),
        ("a", "“a”"),
        ("Kids|kids", "“kids”"),
        ("K" * 41, "40"),
        ("*", "9"),
        ("K\x1b[2J", "B"),
    ],
)
def test_a_fault_in_the_aliases_names_its_line(aliases: str, named: str) -> None:
    header = HEADER.replace("headcount", "headcount,aliases")
    message = refusal(header + f"A,,Zorg,12,\nB,,Jeugd,3,{aliases}\n")
    assert names_line(message, 3), message
    assert named in message
    assert message.isprintable()


@pytest.mark.parametrize("column", ["alias", "", "aliases,aliases"])
def test_no_other_column_may_be_added_and_the_refusal_names_the_one_that_may(column: str) -> None:
    message = refusal(HEADER.strip() + f",{column}\nA,,Zorg,12,Z\n")
    assert names_line(message, 1)
    assert "aliases" in message


def test_theme_tables_take_no_column_of_aliases() -> None:
    for themes, groups in (
        (THEMES.replace("definition_nl\n", "definition_nl,aliases\n"), THEME_GROUPS),
        (THEMES, THEME_GROUPS.replace("name_en\n", "name_en,aliases\n")),
    ):
        with pytest.raises(FileRefusedError):
            read_themes(themes.encode(), groups.encode())


def test_theme_tables_are_read_with_their_groups() -> None:
    groups, themes = read_themes(TABLES.themes, TABLES.theme_groups)
    assert groups[0] == ThemeGroup("OMGANG", "Omgangsvormen", "Conduct")
    assert [(theme.number, theme.code, theme.group, theme.key) for theme in themes] == [
        (1, "PESTEN", "OMGANG", 1),
        (2, "GEWELD", "OMGANG", 2),
        (3, "BELANG", "INTEGER", 3),
        (4, "FRAUDE", "INTEGER", 4),
    ]


# --- faults name their line ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "text", "named"),
    [
        (5, "HAVENS-KADE-1,HAVENS-KADE,Loodsdienst,30", "HAVENS-KADE-1"),
        (4, "HAVENS-KADE-1,NERGENS,Sleepdienst,40", "HAVENS-KADE-1"),
        (2, "HAVENS,HAVENS-KADE-1,Havenbedrijf Noordkust,120", "HAVENS"),
        (2, "HAVENS,HAVENS,Havenbedrijf Noordkust,120", "HAVENS"),
        (5, "HAVENS-KADE-2,HAVENS-KADE,SLEEPDIENST,30", "HAVENS-KADE-1"),
        (9, "DUINEN,,Duinwaterleiding,99", "100"),
        (2, "HAVENS,,Havenbedrijf Noordkust,1000001", "HAVENS"),
        (2, "HAVENS,,Havenbedrijf Noordkust,veel", "veel"),
        (2, "HAVENS,,Havenbedrijf Noordkust,-5", "-5"),
        (2, "HAVENS,,Havenbedrijf Noordkust,12.5", "12.5"),
        (2, "HAVENS,,Havenbedrijf Noordkust,١٢", "١٢"),
        (2, "HAVENS,,Havenbedrijf Noordkust,1234567890", "1234567890"),
        (2, "havens,,Havenbedrijf Noordkust,120", "24"),
        (2, "*,,Havenbedrijf Noordkust,120", "24"),
        (2, f"{'H' * 25},,Havenbedrijf Noordkust,120", "24"),
        (2, ",,Havenbedrijf Noordkust,120", "24"),
        (2, "HAVENS,,,120", "HAVENS"),
        (2, f"HAVENS,,{'H' * 101},120", "HAVENS"),
        (2, "HAVENS,,Haven\x1b[2Jbedrijf,120", "HAVENS"),
        (2, "HAVENS,,Haven\u202ebedrijf,120", "HAVENS"),
        (6, "HAVENS-STAF,HAVENS,Stafbureau", "3"),
        (6, "HAVENS-STAF,HAVENS,Stafbureau,50,", "5"),
    ],
)
def test_a_fault_in_the_organisation_names_its_line(line: int, text: str, named: str) -> None:
    message = refusal(with_line(line, text))
    assert names_line(message, line), message
    assert named in message


def test_headcounts_that_do_not_add_up_name_the_line_of_the_whole_and_both_numbers() -> None:
    message = refusal(with_line(4, "HAVENS-KADE-1,HAVENS-KADE,Sleepdienst,41"))
    assert re.findall(r"\d+", message) == ["3", "70", "71"]


def test_a_fault_below_quoted_lines_and_empty_lines_still_names_the_line_of_the_file() -> None:
    message = refusal(HEADER + '\n\nA,,"Zorg, jeugd",12\n\nB,NERGENS,Oud,3\n')
    assert names_line(message, 6), message


def test_lone_quotes_are_a_fault_with_a_line() -> None:
    assert names_line(refusal(with_line(3, 'HAVENS-KADE,HAVENS,"Kade"beheer,70')), 3)


def test_a_quote_that_is_never_closed_is_a_fault() -> None:
    refusal(with_line(3, 'HAVENS-KADE,HAVENS,"Kadebeheer,70'))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\xef\xbb\xbf",
        b"code,parent,name\nA,,Zorg\n",
        b"code,parent,name,headcount,leider\nA,,Zorg,1,Jan\n",
        b"code,parent,name,name\nA,,Zorg,Zorg\n",
        b"A,,Zorg,12\n",
    ],
)
def test_a_table_without_the_right_columns_says_so_on_line_one(data: bytes) -> None:
    assert names_line(refusal(data), 1)


def test_a_table_without_rows_is_refused() -> None:
    refusal(HEADER)


@pytest.mark.parametrize(
    "data",
    [
        ORGANISATION.encode("utf-16"),
        b"PK\x03\x04" + bytes(100),
        ORGANISATION.encode() + b"\0",
        b"a" * (LIMIT_BYTES + 1),
        HEADER.encode() + b"A,," + b"Z" * 200_000 + b",1\n",
    ],
    ids=["utf-16", "workbook", "null", "large", "large-field"],
)
def test_what_is_no_table_is_refused(data: bytes) -> None:
    refusal(data)


def test_more_units_than_can_be_handled_are_refused() -> None:
    refusal(HEADER + "".join(f"U{n},,Onderdeel {n},\n" for n in range(5001)))


def test_bytes_that_are_neither_utf_8_nor_windows_1252_are_refused_and_not_replaced() -> None:
    refusal(HEADER.encode() + b"A,,Zorg \x81 jeugd,12\n")


# --- themes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (3, "GEWELD,OMGANG,1,Agressie,Aggression,Dreigen."),
        (3, "GEWELD,NERGENS,2,Agressie,Aggression,Dreigen."),
        (3, "PESTEN,OMGANG,2,Agressie,Aggression,Dreigen."),
        (3, "GEWELD,OMGANG,twee,Agressie,Aggression,Dreigen."),
        (3, "GEWELD,OMGANG,2,,Aggression,Dreigen."),
        (3, "GEWELD,OMGANG,2,Agressie,,Dreigen."),
        (3, "geweld,OMGANG,2,Agressie,Aggression,Dreigen."),
        (3, "GEWELD,OMGANG,2,Agressie,Aggression"),
        (3, "GEWELD,OMGANG,2,Agressie,Aggression,Dreigen\x1b[2J"),
        (3, f"GEWELD,OMGANG,2,Agressie,Aggression,{'D' * 401}"),
        (3, "OMGANG,OMGANG,2,Agressie,Aggression,Dreigen."),
    ],
)
def test_a_fault_in_the_themes_names_its_line(tmp_path: Path, line: int, text: str) -> None:
    message = founding_refusal(tmp_path, themes=with_line(line, text, THEMES))
    assert names_line(message, line), message


@pytest.mark.parametrize("digit", ["0", "10", ""])
def test_a_digit_out_of_range_names_its_line(tmp_path: Path, digit: str) -> None:
    themes = with_line(4, f"BELANG,INTEGER,{digit},Belangen,Interest,Petten.", THEMES)
    message = founding_refusal(tmp_path, themes=themes)
    assert names_line(message, 4), message


@pytest.mark.parametrize("text", ["INTEGER,,Integrity", "integer,Integriteit,Integrity"])
def test_a_fault_in_the_theme_groups_names_its_line(tmp_path: Path, text: str) -> None:
    groups = with_line(3, text, THEME_GROUPS)
    themes = THEMES.replace("INTEGER", text.partition(",")[0])
    message = founding_refusal(tmp_path, themes=themes, groups=groups)
    assert names_line(message, 3), message


def test_more_themes_than_digits_are_refused(tmp_path: Path) -> None:
    more = "".join(f"T{n},OMGANG,{n},Thema {n},Theme {n},x\n" for n in range(5, 11))
    founding_refusal(tmp_path, themes=THEMES + more)
    founding_refusal(tmp_path, themes=THEMES.splitlines()[0] + "\n")


@given(st.text(max_size=200) | st.text(st.sampled_from('",;\t\n\rA1-*'), max_size=60))
def test_arbitrary_rows_are_read_or_refused_and_nothing_else(text: str) -> None:
    data = (HEADER + text).encode("utf-8", errors="surrogatepass")
    try:
        units = read_organisation(data)
    except FileRefusedError as refusal:
        assert refusal.reason == "bad-table"
    else:
        assert all(unit.name.isprintable() and unit.code.isprintable() for unit in units)
