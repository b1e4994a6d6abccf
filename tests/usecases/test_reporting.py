"""Reports leave by way of the ledger only, at a threshold of their own, and stay safe together."""

import csv
import io
import os
import signal
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.municipality import CLOSED, EARLIER, THEME_CODES, UNITS, Municipality, demo_clock
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.errors import DamagedVaultError, FileRefusedError, StorageError, UsageError
from vertrouwenswerk.handoff.release_file import read_release, write_release
from vertrouwenswerk.reports.outside import Audience, Report, report_as_csv, report_as_html
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.bureau import Bureau, unlock_bureau
from vertrouwenswerk.usecases.keeping import back_up, restore
from vertrouwenswerk.usecases.looking import look_at_table
from vertrouwenswerk.usecases.reporting import (
    Format,
    Proposal,
    default_window,
    format_for,
    ledger,
    levels,
    plan_report,
    release_report,
)

YEAR = Window.ending(CLOSED, 4)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    """A municipality with a picture of two quarters: many signals in some places, few in others."""
    town = Municipality.found(tmp_path_factory.mktemp("busy") / "town", advisers=2)
    for number, quarter in ((1, EARLIER), (1, CLOSED), (2, CLOSED)):
        cells = [
            (unit, theme, 1 + (place * 5 + row * 3 + number) % 6)
            for place, unit in enumerate(UNITS)
            for row, theme in enumerate(THEME_CODES)
            if (place + row) % 2 and unit != "HAVENS-STAF-2"
        ]
        town.hand_in(number, quarter, *cells)
    town.take_in()
    town.sit()
    return town


def released(bureau: Bureau, to: Path | None = None, kind: Format = Format.TEXT) -> Proposal:
    proposal = plan_report(bureau, Audience.MANAGEMENT)
    release_report(bureau, proposal, kind, to)
    return proposal


def test_a_report_shows_nothing_under_five_and_nothing_that_the_picture_hides(busy: Municipality) -> None:
    with busy.open_bureau() as bureau:
        picture = look_at_table(bureau, YEAR).table
        for audience in Audience:
            table = plan_report(bureau, audience).table
            assert table.threshold == 5
            assert table.shown_cells > 0
            assert all(count >= 5 and picture.shown[cell] == count for cell, count in table.shown.items())
        assert any(count < 5 for count in picture.shown.values()), "the picture has smaller ones"


def test_a_threshold_of_the_codebook_above_five_holds_outside_too(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path, threshold=7)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 9), ("HAVENS-KADE", "PESTEN", 20))
    town.take_in()
    town.sit()
    with town.open_bureau() as bureau:
        assert plan_report(bureau, Audience.COUNCIL).table.threshold == 7


def test_the_council_gets_a_calendar_year_of_clusters_and_never_departments(busy: Municipality) -> None:
    with busy.open_bureau() as bureau:
        proposal = plan_report(bureau, Audience.COUNCIL)
        assert proposal.table.window == YEAR == default_window(bureau, Audience.COUNCIL)
        assert proposal.table.units == ("*", "HAVENS", "DUINEN")
        assert "department" not in levels(Audience.COUNCIL)
        with pytest.raises(UsageError):
            plan_report(bureau, Audience.COUNCIL, level="department")
        with pytest.raises(UsageError, match=str(CLOSED)):
            plan_report(bureau, Audience.FEED, Window.parse("2019-Q1"))
        groups = plan_report(bureau, Audience.COUNCIL, groups=True)
        assert groups.table.themes == ("*", "OMGANG", "INTEGER")


def test_without_a_picture_there_is_no_report(town: Municipality) -> None:
    with town.open_bureau() as bureau, pytest.raises(UsageError):
        plan_report(bureau, Audience.FEED)


def test_looking_at_a_report_writes_nothing(busy: Municipality) -> None:
    with busy.open_bureau() as bureau:
        before = ledger(bureau)
        plan_report(bureau, Audience.FEED)
        assert ledger(bureau) == before


def test_every_report_stands_in_the_ledger_in_order_as_it_left(busy: Municipality, tmp_path: Path) -> None:
    with busy.open_bureau() as bureau:
        start = len(ledger(bureau))
        first = released(bureau, tmp_path / "a.html", Format.HTML)
        second = released(bureau)
        rows = ledger(bureau)[start:]
        assert [row.number for row in rows] == [first.number, second.number] == [start + 1, start + 2]
        assert rows[0].table.counts() == dict(first.table.shown)
        assert rows[0].certificate.shown == first.table.shown_cells
        assert rows[0].hidden == first.table.hidden_cells
        assert (rows[0].audience, rows[0].level, rows[0].picture) == ("management", "directorate", 1)
        assert first.table.shown.items() <= second.table.shown.items()


def test_a_report_prepared_before_another_left_is_refused(busy: Municipality, tmp_path: Path) -> None:
    with busy.open_bureau() as bureau:
        stale = plan_report(bureau, Audience.FEED)
        released(bureau)
        before = ledger(bureau)
        with pytest.raises(UsageError):
            release_report(bureau, stale, Format.CSV, tmp_path / "f.csv")
        assert ledger(bureau) == before
        assert not (tmp_path / "f.csv").exists()


def test_an_existing_file_is_kept_and_uses_no_number(busy: Municipality, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine", encoding="utf-8")
    with busy.open_bureau() as bureau:
        before = ledger(bureau)
        with pytest.raises(StorageError):
            released(bureau, there, Format.CSV)
        assert ledger(bureau) == before
    assert there.read_text(encoding="utf-8") == "mine"


def test_a_file_that_cannot_be_written_leaves_its_row_and_says_that_the_number_was_used(
    busy: Municipality, tmp_path: Path
) -> None:
    with busy.open_bureau() as bureau:
        number = len(ledger(bureau)) + 1
        with pytest.raises(StorageError, match=str(number)):
            released(bureau, tmp_path / "no such folder" / "f.csv", Format.CSV)
        assert ledger(bureau)[-1].number == number


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.municipality import Municipality
from vertrouwenswerk.usecases import reporting
from vertrouwenswerk.reports.outside import Audience

def die(*_anything, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

with Municipality(Path(sys.argv[1]), False).open_bureau() as bureau:
    proposal = reporting.plan_report(bureau, Audience.COUNCIL)
    setattr(reporting, sys.argv[3], die)
    reporting.release_report(bureau, proposal, reporting.Format.HTML, Path(sys.argv[2]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
@pytest.mark.parametrize(("where", "rows"), [("write_release", 0), ("write_atomically", 1)])
def test_killed_before_the_ledger_nothing_left_and_killed_after_it_the_row_stands(
    busy: Municipality, tmp_path: Path, where: str, rows: int
) -> None:
    with busy.open_bureau() as bureau:
        before = ledger(bureau)
    out = tmp_path / "raad.html"
    command = [sys.executable, "-c", KILLED, str(busy.root), str(out), where]
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": root}, cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not out.exists()
    with busy.open_bureau() as bureau:
        assert len(ledger(bureau)) == len(before) + rows
        assert ledger(bureau)[: len(before)] == before


def test_a_row_that_was_altered_or_moved_stops_every_report(tmp_path: Path, busy: Municipality) -> None:
    with busy.open_bureau() as bureau:
        released(bureau)
        row = ledger(bureau)[-1]
        file = bureau.office.release_files()[row.number]
        key = bureau.identity.public().sign_key
        assert read_release(file, key) == row
        for place in range(0, len(file), 41):
            with pytest.raises(FileRefusedError):
                read_release(file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :], key)
        with pytest.raises(FileRefusedError):
            read_release(file, bytes(32))
    town = Municipality.found(tmp_path / "gap")
    with town.open_bureau() as bureau:
        bureau.office.add_release(2, write_release(row, bureau.identity))
        with pytest.raises(DamagedVaultError):
            ledger(bureau)


def test_a_backup_brings_the_ledger_back(busy: Municipality, tmp_path: Path) -> None:
    with busy.open_bureau() as bureau:
        released(bureau)
        before = ledger(bureau)
    back_up(busy.bureau_places, busy.passphrase("bureau"), tmp_path / "b.vwbackup")
    elsewhere = Places(tmp_path / "elsewhere")
    restore(elsewhere, busy.passphrase("bureau"), tmp_path / "b.vwbackup")
    with unlock_bureau(elsewhere, busy.passphrase("bureau"), demo_clock) as bureau:
        assert ledger(bureau) == before


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_is_a_real_table_that_loads_and_runs_nothing(busy: Municipality) -> None:
    with busy.open_bureau() as bureau:
        report = plan_report(bureau, Audience.COUNCIL).report
    page = Page()
    page.feed(report_as_html(report, "nl"))
    names = [tag for tag, _attributes in page.tags]
    assert names.count("caption") == 1
    assert not {"script", "img", "link", "iframe", "object"} & set(names)
    scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    assert scopes.count("row") == len(report.table.units)
    assert scopes.count("col") == len(report.table.themes) + 1
    assert names.count("td") == len(report.table.units) * len(report.table.themes)
    assert not any(name.startswith("on") or name in ("src", "href") for _t, a in page.tags for name in a)
    said = " ".join(page.words)
    assert "geen klacht" in said
    assert "afgeschermd" in said.casefold()


def test_the_csv_reads_back_to_the_table_and_a_hidden_cell_has_no_count(busy: Municipality) -> None:
    with busy.open_bureau() as bureau:
        report = plan_report(bureau, Audience.FEED).report
    rows = list(csv.DictReader(io.StringIO(report_as_csv(report, "nl"), newline="")))
    assert len(rows) == len(report.table.units) * len(report.table.themes)
    for row in rows:
        count = report.table.count(row["unit"], row["theme"])
        assert (row["count"], row["hidden"]) == (("", "1") if count is None else (str(count), "0"))


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", 'a"b,c', "<b>vet</b>", "a\nb"])
def test_hostile_names_stay_text(busy: Municipality, name: str) -> None:
    from dataclasses import replace

    with busy.open_bureau() as bureau:
        report = plan_report(bureau, Audience.COUNCIL).report
    hostile = Report(
        report.number, report.audience, report.table, replace(report.codebook, organisation=name)
    )
    first = next(csv.DictReader(io.StringIO(report_as_csv(hostile, "nl"), newline="")))
    assert first["unit_name"].removeprefix("'") == name
    assert not first["unit_name"].startswith(("=", "+", "-", "@", "\t"))
    assert "<b>" not in report_as_html(hostile, "nl")


def test_the_format_follows_the_name_of_the_file_and_the_audience() -> None:
    assert format_for(Path("a.HTML"), Audience.FEED) is Format.HTML
    assert format_for(Path("a.csv"), Audience.COUNCIL) is Format.CSV
    assert format_for(Path("a"), Audience.COUNCIL) is Format.HTML
    assert format_for(None, Audience.COUNCIL) is Format.TEXT
    assert format_for(None, Audience.FEED) is Format.CSV
