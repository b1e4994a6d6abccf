"""The audit of published tables on the command line: real processes, real files, no vault."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.municipality import CLOSED, EARLIER, Municipality
from vertrouwenswerk.handoff.table_file import LIMIT_BYTES

ROOT = Path(__file__).resolve().parents[2]
START = "import sys\nfrom vertrouwenswerk.__main__ import main\nsys.exit(main())"
Table = dict[str, Any]


def run(folder: Path, *words: str | Path, start: str = START) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", start, "--lang", "en", *map(str, words)],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(folder), "SYSTEMROOT": "C:\\Windows"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of two pictures, as the bureau's command prints them."""
    town = Municipality.found(tmp_path_factory.mktemp("town"), advisers=4)
    for number in range(1, 5):
        town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 4), ("HAVENS-KADE-1", "FRAUDE", number))
        town.count(number, EARLIER, ("HAVENS-STAF-1", "PESTEN", 3))
    town.take_in()
    town.sit()
    for number in (1, 2, 3):
        town.export(number, EARLIER)
    town.take_in()
    town.sit()
    folder = tmp_path_factory.mktemp("published")
    secret = folder.parent / "bureau.txt"
    secret.write_text(town.passphrase("bureau"), encoding="utf-8")
    office = ("--data-dir", town.bureau_places.root, "--passphrase-file", secret)
    for name, words in {
        "newest.json": (),
        "quarter.json": ("--window", str(CLOSED)),
        "first.json": ("--picture", "1"),
        "directorates.json": ("--level", "directorate"),
    }.items():
        done = run(folder, "bureau", "table", "--json", *words, *office)
        assert done.returncode == 0, done.stderr
        (folder / name).write_text(done.stdout, encoding="utf-8")
    return folder


def read(file: Path) -> Table:
    table: Table = json.loads(file.read_text(encoding="utf-8"))
    return table


def test_the_tables_tell_picture_trees_and_openings_beside_what_they_always_told(published: Path) -> None:
    newest, first = read(published / "newest.json"), read(published / "first.json")
    assert list(newest)[:5] == ["window", "threshold", "units", "themes", "cells"]
    assert (newest["picture"], first["picture"]) == (2, 1)
    assert newest["unit_parents"]["HAVENS"] == newest["theme_parents"]["OMGANG"] == "*"
    assert newest["unit_parents"]["HAVENS-KADE-1"] == "HAVENS-KADE"
    closed = {"picture": 1, "quarter": str(CLOSED), "advisers": 4, "replaced": False}
    earlier = {"picture": 2, "quarter": str(EARLIER), "advisers": 3, "replaced": False}
    assert (first["openings"], newest["openings"]) == ([closed], [earlier, closed])
    directorates = read(published / "directorates.json")
    assert directorates["unit_parents"] == newest["unit_parents"]
    assert len(directorates["units"]) < len(newest["units"])


def test_what_a_bureau_publishes_stands_the_audit(published: Path, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in published.iterdir()}
    files = sorted(published.glob("*.json"))
    done = run(tmp_path, "audit", *files, "--data-dir", tmp_path / "none")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("4 files together: ")
    assert lines[1] == "Violations proven: none."
    assert lines[-1].startswith("Solver: HiGHS")
    assert list(tmp_path.iterdir()) == []
    assert {file: file.read_bytes() for file in published.iterdir()} == before


def test_the_audit_as_json_counts_the_cells_of_all_files(published: Path, tmp_path: Path) -> None:
    files = [published / "newest.json", published / "first.json"]
    found = json.loads(run(tmp_path, "audit", "--json", *files).stdout)
    cells = [cell for file in files for cell in read(file)["cells"]]
    assert found["shown"] == sum("count" in cell for cell in cells)
    assert found["hidden"] == sum("hidden" in cell for cell in cells)
    assert (found["files"], found["violations"]) == (2, [])


def small() -> Table:
    """Return a table of two units and one theme, made by hand."""
    counts = {"*": 9, "D": 4, "E": None}
    return {
        "window": "2026-Q4",
        "threshold": 3,
        "units": ["*", "D", "E"],
        "themes": ["*", "A"],
        "cells": [
            {"unit": unit, "theme": theme, **({"hidden": True} if count is None else {"count": count})}
            for unit, count in counts.items()
            for theme in ("*", "A")
        ],
        "unit_parents": {"D": "*", "E": "*"},
        "theme_parents": {"A": "*"},
    }


def write(file: Path, table: object) -> Path:
    file.write_text(json.dumps(table), encoding="utf-8")
    return file


def test_a_hidden_cell_that_can_be_subtracted_is_named(tmp_path: Path) -> None:
    table = small()
    table["cells"][4:] = [{"unit": "E", "theme": "*", "count": 3}, {"unit": "E", "theme": "A", "count": 3}]
    done = run(tmp_path, "audit", write(tmp_path / "t.json", table))
    assert done.returncode == 5
    assert "Violations proven: 1." in done.stdout
    assert "  the whole organisation itself, without what lies below it, A, 2026-Q4: exactly 2" in (
        done.stdout.splitlines()
    )


def test_a_tampered_table_of_a_bureau_is_found_out(published: Path, tmp_path: Path) -> None:
    """Somebody shows a total so that a hidden cell is what is left of it."""
    table = read(published / "newest.json")
    shown = {(cell["unit"], cell["theme"]): cell.get("count") for cell in table["cells"]}
    assert shown["DUINEN", "PESTEN"] == 16
    assert shown["DUINEN", "*"] == 16 or shown["DUINEN", "*"] is None
    for cell in table["cells"]:
        if (cell["unit"], cell["theme"]) in (("DUINEN", "*"), ("DUINEN", "OMGANG")):
            cell.pop("hidden", None)
            cell["count"] = 18
    for cell in table["cells"]:
        if cell["unit"] in ("*", "DUINEN-KLANT", "DUINEN-BRON"):
            cell.pop("count", None)
            cell["hidden"] = True
    done = run(tmp_path, "audit", "--json", write(tmp_path / "t.json", table))
    assert done.returncode == 5, done.stderr
    violations = json.loads(done.stdout)["violations"]
    named = {(v["unit"], v["theme"]): (v["at_least"], v["at_most"], v["file"]) for v in violations}
    assert named["DUINEN", "GEWELD"] == (2, 2, str(tmp_path / "t.json"))


def changed(**fields: object) -> Callable[[Table], object]:
    return lambda table: {**table, **fields}


def without(field: str) -> Callable[[Table], object]:
    return lambda table: {key: value for key, value in table.items() if key != field}


def first_cell(cell: object) -> Callable[[Table], object]:
    return lambda table: {**table, "cells": [cell, *table["cells"][1:]]}


OPENING = {"picture": 1, "quarter": "2026-Q4", "replaced": False}


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda _table: [], "is not a table of vertrouwenswerk"),
        (lambda _table: {"a": 1}, "is not a table of vertrouwenswerk"),
        (changed(colour="red"), "fields that are not known"),
        (without("unit_parents"), "not whole"),
        (without("cells"), "not whole"),
        (changed(window="2026"), "not whole"),
        (changed(window="2027-Q1..2026-Q1"), "not whole"),
        (changed(window="2001-Q1..2026-Q1"), "not whole"),
        (changed(threshold=2), "not whole"),
        (changed(threshold="3"), "not whole"),
        (changed(threshold=True), "not whole"),
        (changed(units=["*", "D"]), "not whole"),
        (changed(units=["*", "D", "E", "E"]), "not whole"),
        (changed(themes=["*", "X"]), "not whole"),
        (changed(unit_parents={"D": "E", "E": "D"}), "not whole"),
        (changed(unit_parents={"D": "*", "E": "F"}), "not whole"),
        (changed(unit_parents={"D": "*", "E": "*", "\x1b[2J": "*"}), "not whole"),
        (changed(theme_parents={f"T{n}": "*" for n in range(300)}), "not whole"),
        (first_cell({"unit": "*", "theme": "*"}), "not whole"),
        (first_cell({"unit": "*", "theme": "*", "hidden": False}), "not whole"),
        (first_cell({"unit": "*", "theme": "*", "count": 9, "hidden": True}), "not whole"),
        (first_cell({"unit": "*", "theme": "*", "count": -1}), "not whole"),
        (first_cell({"unit": "*", "theme": "*", "count": 9.5}), "not whole"),
        (first_cell({"unit": "*", "theme": "*", "count": 10**9}), "not whole"),
        (first_cell({"unit": "*", "theme": "*", "count": 9, "of": "J. Jansen"}), "not whole"),
        (first_cell({"unit": "*", "theme": "A", "count": 9}), "not whole"),
        (changed(openings=[OPENING]), "not whole"),  # of which picture
        (changed(picture=0), "not whole"),
        (changed(picture=1, openings=[OPENING, OPENING]), "not whole"),
        (changed(picture=1, openings=[{**OPENING, "picture": 2}]), "not whole"),
        (changed(picture=1, openings=[{**OPENING, "quarter": "2026-Q3"}]), "not whole"),
        (changed(picture=1, openings=[]), "contradict each other"),
        (first_cell({"unit": "*", "theme": "*", "count": 3}), "contradict each other"),
    ],
)
def test_a_file_that_is_no_such_table_gets_two_lines_and_exit_code_4(
    tmp_path: Path, alter: Callable[[Table], object], told: str
) -> None:
    bad = write(tmp_path / "bad.json", alter(small()))
    require_refusal(tmp_path, bad, told)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is not a table"),
        (b"{", "is not a table"),
        (b"\xff\xfe{}", "is not a table"),
        (b"[" * 100_000, "is not a table"),
        (b'{"window":' * 100_000, "is not a table"),
        (b" " * (LIMIT_BYTES + 1), "larger than a table can be"),
        (None, "cannot be read"),
    ],
    ids=["empty", "cut", "no-text", "deep-lists", "deep-fields", "large", "gone"],
)
def test_hostile_bytes_are_refused_and_nothing_is_written(
    tmp_path: Path, data: bytes | None, told: str
) -> None:
    file = tmp_path / "bad.json"
    if data is not None:
        file.write_bytes(data)
    require_refusal(tmp_path, file, told)


def require_refusal(folder: Path, file: Path, told: str) -> None:
    good = write(folder / "good.json", {**small(), "window": "2026-Q1"})
    before = sorted(folder.iterdir())
    done = run(folder, "audit", good, file)
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    assert told in done.stderr
    assert "bad.json" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
    assert sorted(folder.iterdir()) == before


def test_without_the_extra_of_the_bureau_it_says_which_one_to_install(tmp_path: Path) -> None:
    start = f"import sys\nsys.modules.update(highspy=None)\n{START}"
    done = run(tmp_path, "audit", write(tmp_path / "t.json", small()), start=start)
    assert done.returncode == 2
    assert "vertrouwenswerk[bureau]" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
