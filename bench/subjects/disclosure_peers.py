"""The reference quarter, protected by the product, by the threshold alone and by other programs.

Each runs in a process of its own; what it publishes is judged by the same auditors. What is
not installed is named with the reason. Every answer is judged: should they differ from run to run, the least
and the most are given.
"""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.audit import audit
from bench.measure import Overview
from bench.peers.exchange import Table
from bench.processes import NoAnswerError, own, run_apart
from bench.tables import reference_quarter
from bench.workshop import Workshop

HEADINGS = ("what", "kept", "proven", "exact", "seconds", "of the processor", "memory", "n")
ONCE_IS_ENOUGH_SECONDS = 15.0
_R_SCRIPT = str(Path(__file__).parents[1] / "peers" / "gauss_suppression.R")


def measure(workshop: Workshop, times: int) -> Iterator[Overview]:
    """Measure every program on the reference quarter."""
    table = reference_quarter()
    rows = tuple(_row(what, command, table, workshop, times) for what, command in _programs(workshop))
    yield Overview(HEADINGS, rows)


def _programs(workshop: Workshop) -> tuple[tuple[str, Sequence[str]], ...]:
    tau_argus = (workshop.peer_python, "-m", "bench.peers.tau_argus")
    g_confid = (workshop.peer_python, "-m", "bench.peers.g_confid")
    gauss = ("Rscript", "--vanilla", _R_SCRIPT)
    return (
        ("the threshold alone", own("threshold")),
        ("the product", own("protect")),
        ("tau-Argus, modular, 30 %", (*tau_argus, "MOD", "30")),
        ("tau-Argus, modular, 100 %", (*tau_argus, "MOD", "100")),
        ("tau-Argus, optimal, 30 %", (*tau_argus, "OPT", "30")),
        ("tau-Argus, optimal, 100 %", (*tau_argus, "OPT", "100")),
        ("G-Confid, by size", (*g_confid, "SIZE")),
        ("G-Confid, by size, then information", (*g_confid, "SIZE", "INFORMATION")),
        ("GaussSuppression, zeros not protected", (*gauss, "FALSE")),
        ("GaussSuppression, zeros protected", (*gauss, "TRUE")),
    )


def _row(what: str, command: Sequence[str], table: Table, workshop: Workshop, times: int) -> tuple[str, ...]:
    workshop.tell(what)
    try:
        runs = [run_apart(command, table, workshop.room("apart"))]
        while len(runs) < times and runs[-1].cost.seconds < ONCE_IS_ENOUGH_SECONDS:
            runs.append(run_apart(command, table, workshop.room("apart")))
    except NoAnswerError as error:
        return (what, str(error), *["-"] * (len(HEADINGS) - 2))
    workshop.tell(f"{what}: audit")
    verdicts = [audit(table, shown) for shown in {run.shown for run in runs}]
    costs = [run.cost for run in runs]
    return (
        f"{what} ({runs[0].version})",
        f"{_range(each.kept for each in verdicts)} of {verdicts[0].may_be_kept}",
        f"{_range(each.proven for each in verdicts)} of {verdicts[0].small}",
        _range(each.exact for each in verdicts),
        f"{statistics.median(cost.seconds for cost in costs):.2f}",
        f"{statistics.median(cost.processor_seconds for cost in costs):.2f}",
        f"{costs[0].peak_bytes / 1e6:.0f} MB ({costs[0].bytes_before / 1e6:.0f} before)",
        str(len(runs)),
    )


def _range(numbers: Iterable[int]) -> str:
    found = sorted(set(numbers))
    return f"{found[0]}" if len(found) == 1 else f"{found[0]} to {found[-1]}"
