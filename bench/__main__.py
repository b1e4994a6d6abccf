"""``python -m bench [--only NAME ...] [--quick] [--scratch DIR] [--peers PYTHON] [--write]``: measure.

What takes longer than a few minutes (``disclosure-linked``; ``patterns-calibration``, about
an hour; ``patterns-power``) is measured only when it is named.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from bench.machine import describe_machine, load
from bench.measure import Line, Overview
from bench.report import Section, as_markdown, write_document
from bench.subjects import (
    exporting,
    importing,
    patterns_calibration,
    patterns_cost,
    patterns_power,
    recording,
    unlocking,
    whole_demo,
)
from bench.workshop import Workshop
from vertrouwenswerk.usecases.demo import DemoPlan

Subject = Callable[[Workshop, int], Iterator[Line | Overview]]


def _starting(workshop: Workshop, times: int) -> Iterator[Line]:
    from bench.subjects import starting  # pseudo-terminals: not on Windows

    return starting.measure(workshop, times)


def _typing(workshop: Workshop, times: int) -> Iterator[Line]:
    from bench.subjects import typing_keys  # pseudo-terminals: not on Windows

    return typing_keys.measure(workshop, times)


def _peers(workshop: Workshop, times: int) -> Iterator[Overview]:
    from bench.subjects import disclosure_peers  # the tests' tables and auditor: needs their packages

    return disclosure_peers.measure(workshop, times)


def _growth(workshop: Workshop, times: int) -> Iterator[Overview]:
    from bench.subjects import disclosure_growth  # the tests' tables

    return disclosure_growth.measure(workshop, times)


def _visible(workshop: Workshop, times: int) -> Iterator[Overview]:
    from bench.subjects import disclosure_visible  # the tests' tables

    return disclosure_visible.measure(workshop, times)


def _linked(workshop: Workshop, times: int) -> Iterator[Overview]:
    from bench.subjects import disclosure_linked  # the tests' tables

    return disclosure_linked.measure(workshop, times)


# Each with how often it is measured, and how often with --quick.
SUBJECTS: dict[str, tuple[Subject, int, int]] = {
    "start": (_starting, 15, 5),
    "keystroke": (_typing, 15, 3),
    "record": (recording.measure, 101, 15),
    "export": (exporting.measure, 51, 9),
    "import": (importing.measure, 5, 1),
    "unlock": (unlocking.measure, 7, 3),
    "demo": (whole_demo.measure, 3, 1),
    "disclosure-peers": (_peers, 3, 1),
    "disclosure-growth": (_growth, 3, 1),
    "disclosure-visible": (_visible, 50, 5),
    "disclosure-linked": (_linked, 6, 3),
    "patterns-cost": (patterns_cost.measure, 3, 1),
    "patterns-calibration": (patterns_calibration.measure, 2000, 100),
    "patterns-power": (patterns_power.measure, 100, 30),
}
ONLY_WHEN_NAMED = ("disclosure-linked", "patterns-calibration", "patterns-power")


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for and print it."""
    options = _options(arguments)
    # Not what stands behind --scratch and --peers: that is a place on somebody's machine.
    command = " ".join(
        ["python -m bench", *(f"--only {name}" for name in options.only or ()), *["--quick"] * options.quick]
    )
    sections: list[Section] = []
    with tempfile.TemporaryDirectory(dir=options.scratch, ignore_cleanup_errors=True) as scratch:
        workshop = Workshop(Path(scratch), DemoPlan(Path(scratch) / "demo"), _tell, options.peers)
        for name in options.only or (name for name in SUBJECTS if name not in ONLY_WHEN_NAMED):
            sections.append(_measure(name, workshop, command, quick=options.quick))
            _tell("")
            print(as_markdown(sections[-1]), end="\n\n", flush=True)
    if options.write:
        write_document((section for section in sections if not section.skipped), tuple(SUBJECTS))
    return 1 if any(section.skipped for section in sections) else 0


def _measure(name: str, workshop: Workshop, command: str, *, quick: bool) -> Section:
    subject, times, quick_times = SUBJECTS[name]
    workshop.tell(name)
    before, skipped = load(), ""
    results: list[Line | Overview] = []
    try:
        results.extend(subject(workshop, quick_times if quick else times))
    except (ImportError, RuntimeError) as error:
        skipped = str(error)
    machine, today = describe_machine(), date.today()
    return Section(name, today, machine, before, load(), command, tuple(results), skipped)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the product.")
    parser.add_argument(
        "--only", action="append", choices=SUBJECTS, help="measure only this; may be repeated"
    )
    parser.add_argument(
        "--peers", default=sys.executable, help="a Python in which other programs are installed"
    )
    parser.add_argument("--quick", action="store_true", help="fewer measurements: a look, not a result")
    parser.add_argument("--scratch", type=Path, help="a folder on the disk to measure on")
    parser.add_argument("--write", action="store_true", help="put it into docs/benchmarks.md")
    return parser.parse_args(arguments)


def _tell(text: str) -> None:
    """Say on stderr what is being done, on one line."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
