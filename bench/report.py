"""The table in Markdown, for the terminal and for ``docs/benchmarks.md``."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.measure import Line, Sample

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_HEADINGS = ("what", "product", "reference", "reference took", "ratio", "goal", "n")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the day, the machine, the load before and after, what was measured and what was not."""

    day: date
    machine: str
    load_before: str
    load_after: str
    command: str
    lines: tuple[Line, ...]
    skipped: tuple[str, ...] = ()


def as_markdown(run: Run) -> str:
    """Return the table with its remarks."""
    rows = [_HEADINGS, *(_row(line) for line in run.lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADINGS))]
    head, *body = ("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    remarks = [f"- {line.what}: {remark}." for line in run.lines for remark in line.remarks]
    skipped = [f"- Not measured: {reason}" for reason in run.skipped]
    return "\n".join(
        [
            f"Measured on {run.day.isoformat()} with `{run.command}`.",
            f"Machine: {run.machine}.",
            f"Load average before: {run.load_before}; after: {run.load_after}"
            " (other work ran on the same machine; it slows both sides of a ratio, not always alike).",
            "",
            head,
            rule,
            *body,
            "",
            *remarks,
            *skipped,
        ]
    ).rstrip()


def write_document(run: Run) -> None:
    """Put the table into the document, in the place of the one before it."""
    before, _begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(_BEGIN)
    _old, _end, after = rest.partition(_END)
    text = f"{before}{_BEGIN}\n\n{as_markdown(run)}\n\n{_END}{after}"
    DOCUMENT.write_text(text, encoding="utf-8")


def _row(line: Line) -> tuple[str, ...]:
    pair = line.pair
    return (
        line.what,
        _sample(pair.product),
        line.reference,
        _sample(pair.reference),
        _ratio(pair.ratio),
        line.goal or "-",
        str(len(pair.product.seconds)),
    )


def _ratio(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 100 else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}"


def _sample(sample: Sample) -> str:
    first, third = sample.quartiles
    return f"{_time(sample.median)} ({_time(first)} to {_time(third)})"


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.1f} ms" if seconds >= 0.01 else f"{seconds * 1000:.2f} ms"
