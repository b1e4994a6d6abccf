"""Bars beside numbers: as long as the number says, and gone where there is no room for them."""

import pytest

from tests.municipality import CLOSED, EARLIER, RUNNING, Municipality
from tests.tui.driving import running
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.tui.totals import quarter_lines, theme_lines
from vertrouwenswerk.tui.widgets.tally_bar import tally_bar


def text(line_cells: tuple[tuple[tuple[str, object], ...], ...]) -> list[str]:
    return ["".join(piece for piece, _role in cell) for cell in line_cells]


@pytest.mark.parametrize(("count", "bar"), [(0, ""), (1, "╸"), (2, "━"), (3, "━╸"), (8, "━━━━"), (7, "━━━╸")])
def test_a_bar_is_as_long_as_its_number_says(count: int, bar: str) -> None:
    assert text((tally_bar(count, 8, 4),)) == [bar]


def test_one_of_many_still_has_a_bar_and_none_has_not() -> None:
    assert text((tally_bar(1, 1000, 4),)) == ["╸"]
    assert text((tally_bar(0, 1000, 4, indent=1),)) == [" "]


def test_every_theme_has_its_number_and_all_have_their_sum(town: Municipality) -> None:
    tallies = [OwnTally(RUNNING, "DUINEN", "PESTEN", 2), OwnTally(CLOSED, "HAVENS", "PESTEN", 1)]
    with town.open_adviser() as adviser:
        lines = theme_lines(adviser.codebook, [*tallies, OwnTally(RUNNING, "*", "FRAUDE", 1)])
        none = theme_lines(adviser.codebook, [])
    numbers = [text(line.cells)[-1] for line in lines if len(line.cells) == 3]
    assert numbers == ["3", "·", "·", "1", "4"]
    assert [text(line.cells)[-1] for line in none if len(line.cells) == 3] == ["·"] * 4 + ["0"]


def test_the_quarters_of_the_period_are_marked_by_more_than_colour() -> None:
    tallies = [OwnTally(CLOSED, "DUINEN", "PESTEN", 2)]
    lines = [text(line.cells) for line in quarter_lines([RUNNING, CLOSED, EARLIER], tallies, {CLOSED})]
    assert [cells[0].startswith("●") for cells in lines] == [False, True, False]
    assert [cells[-1] for cells in lines] == ["·", "2", "·"]


@pytest.mark.parametrize(("width", "has_bars"), [(80, False), (140, True)])
async def test_a_narrow_screen_shows_the_number_without_the_bar(
    town: Municipality, width: int, has_bars: bool
) -> None:
    town.count(1, RUNNING, ("DUINEN-KLANT", "PESTEN", 2))
    async with running(town.adviser_places(1), size=(width, 24)) as driver:
        await driver.unlock(town.passphrase("adviser 1"))
        for key in ("f2", "f3", "f4"):
            await driver.press(key)
            assert ("━" in driver.text()) is has_bars
            rows = [line for line in driver.lines() if "Klanten" in line or "1e kwartaal" in line]
            assert any("2" in row.replace("━", " ").split() for row in rows), driver.text()
