"""The demo on the command line: everything real, the same again for the same seed."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("--advisers", "5", "--quarters", "6", "--no-app", "--json")


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vertrouwenswerk", *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8",
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def made(folder: Path, *words: str) -> dict[str, Any]:
    done = run(folder, "demo", *words)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def tallies(report: dict[str, Any], adviser: str) -> list[dict[str, Any]]:
    secret = report["passphrase_files"]["adviser"]
    done = run(ROOT, "adviser", "tally", "--json", "--data-dir", adviser, "--passphrase-file", secret)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def table(report: dict[str, Any]) -> dict[str, Any]:
    words = ("--data-dir", report["bureau"], "--passphrase-file", report["passphrase_files"]["bureau"])
    done = run(ROOT, "bureau", "table", "--json", *words)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return made(tmp_path_factory.mktemp("demo"), "town", *SMALL)


def test_wherever_the_table_shows_a_number_it_is_what_the_advisers_tallied(report: dict[str, Any]) -> None:
    shown = table(report)
    first, last = shown["window"].split("..")
    counted: Counter[tuple[str, str]] = Counter()
    for adviser in report["advisers"]:
        for tally in tallies(report, adviser):
            if first <= tally["quarter"] <= last:
                for unit in {"*", *ancestors(tally["unit"])}:
                    for theme in ("*", THEME_GROUP[tally["theme"]], tally["theme"]):
                        counted[unit, theme] += tally["count"]
    numbers = {(c["unit"], c["theme"]): c["count"] for c in shown["cells"] if "count" in c}
    assert len(numbers) > 50
    assert all(counted[cell] == count for cell, count in numbers.items())
    assert min(numbers.values()) >= shown["threshold"] == 3
    assert len(shown["cells"]) == len(numbers) + sum(c.get("hidden", False) for c in shown["cells"])


def test_the_same_seed_makes_the_same_world_and_the_same_table(
    report: dict[str, Any], tmp_path: Path
) -> None:
    again = made(tmp_path, "again", *SMALL)
    assert table(again) == table(report)
    assert again["signals"] == report["signals"]
    assert made(tmp_path, "other", *SMALL, "--seed", "2")["signals"] != report["signals"]


def test_the_last_line_tells_advisers_files_signals_and_cells(tmp_path: Path) -> None:
    done = run(tmp_path, "demo", "town", "--advisers", "2", "--quarters", "6", "--no-app", "--lang", "en")
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("2 advisers, 12 files, ")
    assert last.endswith(" hidden.")


def test_a_demo_never_writes_over_anything(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    done = run(tmp_path, "demo", "full", "--no-app")
    assert done.returncode == 2
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_planted_patterns_are_named_for_whoever_wants_to_check(report: dict[str, Any]) -> None:
    assert len(report["planted"]) == 3
    assert all(set(p) == {"unit", "theme", "quarters", "extra"} for p in report["planted"])


def ancestors(unit: str) -> list[str]:
    parts = unit.split("-")
    return ["-".join(parts[: n + 1]) for n in range(len(parts))]


THEME_GROUP = {
    line.split(",")[0]: line.split(",")[1]
    for line in (ROOT / "vertrouwenswerk/data/waterstad/themes.csv")
    .read_text(encoding="utf-8")
    .splitlines()[1:]
}
