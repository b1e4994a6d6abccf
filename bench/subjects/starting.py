"""From starting the program to its first paint, against a Textual app with one label.

Wall clock, from before the process is made until the end of the first frame with a known
text has arrived in the terminal; Python's own start is in both.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import bare
from bench.measure import Line, take_turns
from bench.terminal import Terminal
from bench.workshop import Workshop
from vertrouwenswerk.i18n import _, use_language

GOAL = "1.2"


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Measure on a vault that exists: the unlock screen comes first."""
    workshop.adviser("starter").close()
    product = product_command(workshop.folder / "starter")
    use_language("nl")
    door = _("Passphrase")
    use_language("en")
    pair = take_turns(
        times,
        product=lambda: first_paint(product, door),
        reference=lambda: first_paint(bare_command("label"), bare.READY),
        warm_up=2,
    )
    yield Line("start", "start to the unlock screen", "a Textual app with one Label", pair, goal=GOAL)


def product_command(data: Path) -> list[str]:
    """Return how the app is started on a data folder."""
    return [sys.executable, "-m", "vertrouwenswerk", "--data-dir", str(data)]


def bare_command(kind: str) -> list[str]:
    """Return how a bare app is started."""
    return [sys.executable, "-m", "bench.bare", kind]


def environment() -> dict[str, str]:
    """Return this process's environment with a terminal of many colours, and the checkout to import from."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "NO_COLOR"))}
    here = str(Path(__file__).parents[2])
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": here}


def first_paint(command: list[str], text: str) -> float:
    """Start a program and return the seconds until ``text`` is painted."""
    with Terminal(command, environment()) as terminal:
        return terminal.wait_for(text)
