"""A program for disclosure control in a process of its own, on one table: what it publishes, at what cost.

Example::

    ran = run_apart(own("protect"), table, workshop.room("apart"))
    len(ran.shown), ran.cost.seconds
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peers import exchange
from bench.peers.exchange import Cell, Cost, Table

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Ran:
    """What came out, at what cost."""

    shown: frozenset[Cell]
    cost: Cost
    version: str


class NoAnswerError(RuntimeError):
    """The program did not answer; the message says why."""


def own(work: str) -> Sequence[str]:
    """Return the command for the product (``protect``) or the threshold alone (``threshold``)."""
    return (sys.executable, "-m", "bench.peers.own", work)


def run_apart(command: Sequence[str], table: Table, folder: Path, patience: float = PATIENCE_SECONDS) -> Ran:
    """Run a command with an empty folder as its last argument, and there. Raises NoAnswerError.

    There, for tau-Argus leaves files in the folder that it was started in, and the next run
    that finds them gives another answer.
    """
    folder = folder.resolve()
    exchange.write(folder, table)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(
            [*command, str(folder)], env=environment, cwd=folder,
            capture_output=True, text=True, timeout=patience, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise NoAnswerError(f"not installed here (no {command[0]})") from error
    except subprocess.TimeoutExpired as error:
        raise NoAnswerError(f"no answer in {patience:.0f} s") from error
    if done.returncode:
        last_words = (done.stderr.strip().splitlines() or ["nothing said"])[-1]
        is_missing = done.returncode == exchange.NOT_INSTALLED
        raise NoAnswerError(f"not installed here ({last_words})" if is_missing else f"failed: {last_words}")
    shown, cost, version = exchange.read_answer(folder)
    return Ran(frozenset(shown), cost, version)
