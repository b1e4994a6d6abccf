"""``bureau patterns`` on a demo municipality: what was planted is said in sentences, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.municipality import CLOSED, Cell, Municipality
from tests.telling import finding, tell

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {"question", "unit", "theme", "window", "seen", "expected", "every_years", "state", "sentence",
          "follow_up"}  # fmt: skip


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vertrouwenswerk", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8",
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("demo") / "town"
    done = run("demo", str(folder), "--no-app", "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def bureau(demo: dict[str, Any], *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    secret = demo["passphrase_files"]["bureau"]
    done = run("bureau", *words, "--data-dir", demo["bureau"], "--passphrase-file", secret)
    assert done.returncode == code, done.stderr
    return done


def places_of(town: Municipality) -> dict[str, Any]:
    """Return where a municipality is, as a demo says it of itself."""
    secret = town.root / "bureau.txt"
    secret.write_text(town.passphrase("bureau"), encoding="utf-8")
    return {"bureau": str(town.bureau_places.root), "passphrase_files": {"bureau": str(secret)}}


@pytest.fixture(scope="module")
def found(demo: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(bureau(demo, "patterns", "--json").stdout)
    return listed


def test_every_planted_pattern_is_found_and_nothing_else(
    demo: dict[str, Any], found: list[dict[str, Any]]
) -> None:
    def is_about(one: dict[str, Any], planted: dict[str, Any]) -> bool:
        """Tell whether a finding holds the planted unit: itself, or one above it (codes say the path)."""
        return bool(planted["unit"].startswith(one["unit"]))

    for planted in demo["planted"]:
        assert any(
            is_about(one, planted) and one["theme"] == planted["theme"] and one["every_years"] >= 20
            for one in found
        ), planted
    for one in found:
        assert any(is_about(one, planted) for planted in demo["planted"]), one


def test_every_number_is_one_that_the_table_of_its_window_shows(
    demo: dict[str, Any], found: list[dict[str, Any]]
) -> None:
    for one in found:
        table = json.loads(bureau(demo, "table", "--json", "--window", one["window"]).stdout)
        shown = {(cell["unit"], cell["theme"]): cell.get("count") for cell in table["cells"]}
        assert shown[one["unit"], one["theme"]] == one["seen"] >= table["threshold"]


def test_the_json_is_a_list_with_the_fields_that_are_written_down(found: list[dict[str, Any]]) -> None:
    assert found
    for one in found:
        assert set(one) == FIELDS
        assert one["question"] in {"size", "rising", "theme"}
        assert one["state"] in {"new", "continuing", "faded"}
        assert one["follow_up"] == {"state": "new", "since": None}
        assert one["every_years"] in {5, 10, 20, 50}
        assert one["expected"] is None or 0 <= one["expected"] < one["seen"]


def test_the_sentences_are_those_of_the_json_strength_first_in_the_chosen_language(
    demo: dict[str, Any], found: list[dict[str, Any]]
) -> None:
    lines = bureau(demo, "patterns").stdout.splitlines()
    assert lines[::2] == [one["sentence"] for one in found]
    assert set(lines[1::2]) == {"    Opvolging: nieuw."}
    assert found[0]["sentence"].startswith(("Zeer sterk: ", "Sterk: "))
    english = bureau(demo, "patterns", "--lang", "en").stdout.splitlines()
    assert len(english) == 2 * len(found)
    assert english[0].startswith(("Very strong: ", "Strong: "))


def test_the_order_is_by_rarity_and_within_that_as_the_codebook_has_it_not_by_counts(
    demo: dict[str, Any], found: list[dict[str, Any]]
) -> None:
    years = [one["every_years"] for one in found]
    assert years == sorted(years, reverse=True)


def said_of(tmp_path: Path, *cells: Cell) -> tuple[str, str]:
    """Let one adviser hand in a quarter, sit, and return what ``bureau patterns`` prints: data, talk."""
    town = Municipality.found(tmp_path / "town")
    town.count_in_the_very_cell(1, CLOSED, *cells)
    town.export(1, CLOSED)
    town.take_in()
    town.sit()
    demo = places_of(town)
    assert bureau(demo, "patterns", "--json").stdout.strip() == "[]"
    done = bureau(demo, "patterns")
    return done.stdout, done.stderr


def test_when_nothing_stands_out_it_says_so_and_how_many_quarters_are_needed(tmp_path: Path) -> None:
    data, talk = said_of(tmp_path, ("DUINEN-KLANT", "PESTEN", 1))
    assert data.startswith("Niets wat getoond mag worden valt op buiten het toeval.")
    assert "Nog 4 kwartalen nodig" in talk


def test_a_picture_made_without_looking_says_that_and_not_that_nothing_stands_out(tmp_path: Path) -> None:
    data, talk = said_of(tmp_path, ("DUINEN-KLANT", "PESTEN", 9_999))
    assert data == ""
    assert "Bij beeld 1 is niet naar patronen gezocht." in talk


# --- follow-up -------------------------------------------------------------------------------


@pytest.fixture
def told(tmp_path: Path) -> dict[str, Any]:
    """An office whose picture tells a rise in a department, and one of a group of themes everywhere."""
    town = Municipality.found(tmp_path / "town")
    tell(
        town,
        1,
        finding("DUINEN-KLANT", "PESTEN", CLOSED, 8),
        finding("*", "OMGANG", CLOSED, 40, question="theme"),
    )
    return places_of(town)


def follow_ups(demo: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["follow_up"] for one in json.loads(bureau(demo, "patterns", "--json").stdout)]


def test_a_follow_up_is_kept_in_states_and_quarters_and_listed_with_its_finding(told: dict[str, Any]) -> None:
    bureau(told, "follow-up", "theme", "*", "OMGANG", "discussing")
    done = bureau(told, "follow-up", "theme", "*", "OMGANG", "after-care-3")
    assert done.stdout == "2027-Q1  in gesprek\n2027-Q1  nazorg na 3 maanden\n"
    assert follow_ups(told) == [
        {"state": "new", "since": None},
        {"state": "after-care-3", "since": "2027-Q1"},
    ]
    assert bureau(told, "patterns").stdout.splitlines()[1::2] == [
        "    Opvolging: nieuw.",
        "    Opvolging: nazorg na 3 maanden, sinds 2027-Q1.",
    ]


def test_the_same_state_twice_changes_nothing_and_says_so(told: dict[str, Any]) -> None:
    rise = ("follow-up", "size", "DUINEN-KLANT", "PESTEN")
    assert bureau(told, *rise, "measure").stderr == ""
    again = bureau(told, *rise, "measure")
    assert (again.stdout, "er is niets veranderd" in again.stderr) == ("2027-Q1  maatregel genomen\n", True)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("rising", "DUINEN-KLANT", "PESTEN", "closed"), "bureau patterns --json"),
        (("size", "DUINEN-KLANT", "pesten?", "closed"), "bureau patterns --json"),
        (("size", "DUINEN-KLANT", "PESTEN", "gesproken met de directeur"), "after-care-1"),
        (("why", "DUINEN-KLANT", "PESTEN", "closed"), "rising"),
    ],
)
def test_what_nobody_told_and_words_of_ones_own_are_refused_with_a_hint(
    told: dict[str, Any], words: tuple[str, ...], hint: str
) -> None:
    refused = bureau(told, "follow-up", *words, code=2)
    assert refused.stdout == ""
    assert hint in refused.stderr
    assert follow_ups(told) == [{"state": "new", "since": None}] * 2


def test_what_a_newer_picture_no_longer_tells_is_printed_while_its_follow_up_is_open(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town")
    tell(town, 1, finding("DUINEN-KLANT", "PESTEN", CLOSED, 8))
    demo = places_of(town)
    bureau(demo, "follow-up", "size", "DUINEN-KLANT", "PESTEN", "measure")
    tell(town, 2)
    done = bureau(demo, "patterns")
    assert "Uit een eerder beeld, en de opvolging loopt nog:" in done.stderr
    assert done.stdout.splitlines()[-1] == "    Opvolging: maatregel genomen, sinds 2027-Q1."
    assert follow_ups(demo) == []
