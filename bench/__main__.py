"""``python -m bench [--only NAME ...] [--quick] [--scratch DIR] [--write]``: measure and print the table.

What takes longer than a few minutes (``patterns-calibration``, about an hour, and
``patterns-power``) is measured only when it is named.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from bench.machine import describe_machine, load
from bench.measure import Line
from bench.report import Run, as_markdown, write_document
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

Subject = Callable[[Workshop, int], Iterator[Line]]


def _starting(workshop: Workshop, times: int) -> Iterator[Line]:
    from bench.subjects import starting  # pseudo-terminals: not on Windows

    return starting.measure(workshop, times)


def _typing(workshop: Workshop, times: int) -> Iterator[Line]:
    from bench.subjects import typing_keys  # pseudo-terminals: not on Windows

    return typing_keys.measure(workshop, times)


# Each with how often it is measured, and how often with --quick.
SUBJECTS: dict[str, tuple[Subject, int, int]] = {
    "start": (_starting, 15, 5),
    "keystroke": (_typing, 15, 3),
    "record": (recording.measure, 101, 15),
    "export": (exporting.measure, 51, 9),
    "import": (importing.measure, 5, 1),
    "unlock": (unlocking.measure, 7, 3),
    "demo": (whole_demo.measure, 3, 1),
    "patterns-cost": (patterns_cost.measure, 3, 1),
    "patterns-calibration": (patterns_calibration.measure, 2000, 100),
    "patterns-power": (patterns_power.measure, 300, 30),
}
ONLY_WHEN_NAMED = ("patterns-calibration", "patterns-power")


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for and print it."""
    options = _options(arguments)
    lines: list[Line] = []
    skipped: list[str] = []
    before = load()
    with tempfile.TemporaryDirectory(dir=options.scratch, ignore_cleanup_errors=True) as scratch:
        workshop = Workshop(Path(scratch), DemoPlan(Path(scratch) / "demo"), _tell)
        for name in options.only or (name for name in SUBJECTS if name not in ONLY_WHEN_NAMED):
            subject, times, quick_times = SUBJECTS[name]
            _tell(name)
            try:
                lines.extend(subject(workshop, quick_times if options.quick else times))
            except (ImportError, RuntimeError) as error:
                skipped.append(f"{name}: {error}")
    _tell("")
    command = " ".join(["python -m bench", *(word for word in arguments if word != "--write")])
    run = Run(date.today(), describe_machine(), before, load(), command, tuple(lines), tuple(skipped))
    print(as_markdown(run))
    if options.write:
        write_document(run)
    return 1 if skipped else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the product.")
    parser.add_argument(
        "--only", action="append", choices=SUBJECTS, help="measure only this; may be repeated"
    )
    parser.add_argument("--quick", action="store_true", help="fewer measurements: a look, not a result")
    parser.add_argument("--scratch", type=Path, help="a folder on the disk to measure on")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    return parser.parse_args(arguments)


def _tell(text: str) -> None:
    """Say on stderr what is being done, on one line."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
