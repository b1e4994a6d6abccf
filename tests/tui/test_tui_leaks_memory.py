"""What is still in memory once the vault is locked, as far as Python can reach it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.municipality import CLOSED, RUNNING, Municipality
from tests.tui.real_program import ROOT
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.widgets.passphrase import Once
from vertrouwenswerk.usecases.clock import DEMO_TODAY
from vertrouwenswerk.vault.safe import read_slots, slots_path
from vertrouwenswerk.vault.slots import unwrap

# Of an open vault: what was counted, what holds it, and what shows it.
FORGOTTEN = {
    *("OwnTally", "OwnReport", "Desk", "Done", "Recorded", "Session", "Opened", "Codebook", "Unit", "Theme"),
    *(
        "Adviser",
        "AdviserVault",
        "Bureau",
        "OfficeStore",
        "Guardian",
        "Safe",
        "Engine",
        "Minutes",
        "SafeTable",
    ),
    *("RecordScreen", "OverviewScreen", "HandOverScreen", "SettingsScreen", "UnitPicker", "StepText"),
    *(
        "DeliveriesScreen",
        "SittingScreen",
        "PictureScreen",
        "HeatMap",
        "Help",
        "Commands",
        "KeySlots",
        "Slot",
    ),
}

EVERYWHERE = (
    *("^f3", "^down", "^f4", "^enter", "^escape", "^f7", "^down", "^f2", "^f1", "^escape"),
    *("^ctrl+p", "^escape"),
)


def probe(
    places: Places, canaries: dict[str, str], steps: list[tuple[str, list[str]]]
) -> dict[str, dict[str, Any]]:
    """Run the probe; texts go to it backwards: ``<`` pasted, ``+`` typed, after ``^`` a named key."""
    asked = {
        "data": str(places.root),
        "today": DEMO_TODAY.isoformat(),
        "canaries": {name: text[::-1] for name, text in canaries.items()},
        "steps": [
            (name, [key if key[0] == "^" else key[0] + key[:0:-1] for key in keys]) for name, keys in steps
        ],
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.tui.memory_probe"],
        input=json.dumps(asked),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {line["moment"]: line for line in map(json.loads, done.stdout.splitlines())}


def key_of(vault: Path, passphrase: str) -> str:
    return unwrap(read_slots(slots_path(vault)), passphrase).key.hex()


def test_a_box_is_empty_once_its_secret_was_taken() -> None:
    box = Once("een zin")
    assert box
    assert "een zin" not in repr(box)
    assert box.take() == "een zin"
    assert not box
    assert box.take() == ""


def test_nothing_of_an_advisers_vault_is_left_once_it_is_locked(town: Municipality) -> None:
    town.count(1, RUNNING, ("HAVENS-STAF-1", "GEWELD", 7))
    town.count(1, CLOSED, ("DUINEN-BRON-1", "FRAUDE", 5))
    passphrase = town.passphrase("adviser 1")
    places = town.adviser_places(1)
    with town.open_adviser() as adviser:
        seed = adviser.vault.sign_seed().hex()
    canaries = {
        "passphrase": passphrase,
        "part of it": passphrase[:14],
        "wrong passphrase": "een zin die niet past",
        "key": key_of(places.adviser_vault, passphrase),
        "seed": seed,
        "counted unit": "Personeelszorg",
        "unit": "Sleepdienst",
        "theme": "Agressie",
        "definition": "Herhaald kwetsend gedrag",
        "organisation": "Noordkust",
    }
    found = probe(
        places,
        canaries,
        [
            ("typed", ["<een zin die niet past", "^enter", f"+{passphrase}"]),
            ("open", ["^enter", "+1sleep", "^enter", "+2pers", "^escape", "^escape", "^f5", "^f6"]),
            ("locked", ["^ctrl+l"]),
            ("locked again", [f"<{passphrase}", "^enter", *EVERYWHERE, "^ctrl+z", "+2pers", "^ctrl+l"]),
        ],
    )
    assert {"passphrase", "part of it"} <= set(found["typed"]["found"])
    assert {"key", "unit", "theme", "counted unit", "organisation", "definition"} <= set(
        found["open"]["found"]
    )
    assert {"OwnTally", "Desk", "Session", "Engine", "RecordScreen", "Unit", "UnitPicker"} <= set(
        found["open"]["kinds"]
    )
    assert not {"passphrase", "part of it", "wrong passphrase"} & set(found["open"]["found"])
    for moment in ("locked", "locked again"):
        assert found[moment]["found"] == []
        assert not FORGOTTEN & set(found[moment]["kinds"])


def test_nothing_of_the_office_is_left_once_it_is_locked(town: Municipality) -> None:
    town.hand_in(1, CLOSED, ("HAVENS-KADE-1", "PESTEN", 7), ("DUINEN-KLANT", "PESTEN", 5))
    town.hand_in(2, CLOSED, ("HAVENS-KADE-2", "GEWELD", 4))
    town.take_in()
    passphrase, guardian = town.passphrase("bureau"), town.passphrase("guardian")
    key_file = town.guardian_folder / "hoeder.vwkey"
    canaries = {
        "passphrase": passphrase,
        "guardian's passphrase": guardian,
        "key": key_of(town.bureau_places.office_vault, passphrase),
        "unit": "Loodswezen",
        "organisation": "Noordkust",
    }
    sitting = ["^f3", f"<{key_file}", "^tab", f"<{guardian}"]
    found = probe(
        town.bureau_places,
        canaries,
        [
            ("typed", [f"<{passphrase}", "^enter", *sitting]),
            ("sat", ["^enter", "^f4", "^down"]),
            ("locked", ["^ctrl+l"]),
        ],
    )
    assert {"guardian's passphrase", "key", "organisation"} <= set(found["typed"]["found"])
    assert "unit" in found["sat"]["found"]
    assert {"Bureau", "Session", "Engine", "Codebook", "PictureScreen", "HeatMap"} <= set(
        found["sat"]["kinds"]
    )
    assert not {"passphrase", "guardian's passphrase"} & set(found["sat"]["found"])
    assert "Guardian" not in found["sat"]["kinds"]
    assert found["locked"]["found"] == []
    assert not FORGOTTEN & set(found["locked"]["kinds"])
