"""An adviser at the real program in a pseudo-terminal: what all leak tests do before they look.

Example::

    with at_work(town, folder) as program:
        program.press(LOCK)
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.municipality import Municipality
from tests.pseudo_terminal import Program

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("-m", "vertrouwenswerk")
HELP, RECORD, OVERVIEW, LOCK, QUIT = "\x1bOP", "\x1bOQ", "\x1bOR", "\x0c", "\x11"
# Units and themes of the municipality, its name, and what the notice says.
CANARIES = ("Sleepdienst", "Kadebeheer", "Pesterij", "Agressie", "Noordkust", "Geteld")


def found(text: str) -> list[str]:
    """Return the canaries in a text."""
    return [canary for canary in CANARIES if canary in text]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment whose every folder is ``folder``."""
    places = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME", "XDG_STATE_HOME"), str(folder))
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, **places, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **more}


@contextmanager
def at_work(
    town: Municipality, folder: Path, command: tuple[str, ...] = PRODUCT, **variables: str
) -> Iterator[Program]:
    """Start the program, unlock by typing, record a signal and go to the overview."""
    data = str(town.adviser_places(1).root)
    folder.mkdir(exist_ok=True)
    arguments = [sys.executable, *command, "--data-dir", data]
    with Program(arguments, environment(folder, **variables), folder) as program:
        program.wait_for("Wachtwoordzin")
        program.press(town.passphrase("adviser 1") + "\r")
        program.wait_for("Nieuw signaal", "Pesterij")
        program.press("1sleep\r")
        program.wait_for("Geteld: Pesterij", "Sleepdienst")
        program.press(OVERVIEW)
        program.wait_for("Per thema")
        program.press(RECORD)
        program.wait_for("Nieuw signaal", "Sleepdienst")
        yield program
