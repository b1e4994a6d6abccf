"""What was measured, in Markdown, for the terminal and for ``docs/benchmarks.md``.

The document has a section for each subject, between two marks; a run replaces the sections
of what it measured and leaves the others, which keep their own day, command and load.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.measure import Line, Overview, Sample

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_SECTION = re.compile(r"^### (\S+)\n.*?(?=^### |\Z)", re.MULTILINE | re.DOTALL)
_HEADINGS = ("what", "product", "reference", "reference took", "ratio", "goal", "n")


@dataclass(frozen=True, slots=True)
class Section:
    """What one run found of one subject: the day, the machine, the load before and after.

    ``skipped`` is why nothing was measured, empty when it was.
    """

    subject: str
    day: date
    machine: str
    load_before: str
    load_after: str
    command: str
    results: tuple[Line | Overview, ...]
    skipped: str = ""


def as_markdown(section: Section) -> str:
    """Return the section with its tables and their remarks."""
    lines = [result for result in section.results if isinstance(result, Line)]
    overviews = [result for result in section.results if isinstance(result, Overview)]
    parts = [
        f"### {section.subject}",
        f"{section.day.isoformat()}, `{section.command}`, load average {section.load_before} before and"
        f" {section.load_after} after. {section.machine}.",
    ]
    if lines:
        parts.append(_table([_HEADINGS, *map(_row, lines)]))
        parts.append(_remarks(f"{line.what}: {remark}" for line in lines for remark in line.remarks))
    for overview in overviews:
        parts.append(_table([overview.headings, *overview.rows]))
        parts.append(_remarks(overview.remarks))
    if section.skipped:
        parts.append(f"Not measured: {section.skipped}")
    return "\n\n".join(filter(None, parts))


def write_document(sections: Iterable[Section], order: Sequence[str]) -> None:
    """Put the sections into the document, each in the place of the one before it, in this order."""
    before, _begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(_BEGIN)
    old, _end, after = rest.partition(_END)
    texts = {found[1]: found[0].strip() for found in _SECTION.finditer(old)}
    texts |= {section.subject: as_markdown(section) for section in sections}
    measured = "\n\n".join(texts[subject] for subject in order if subject in texts)
    DOCUMENT.write_text(f"{before}{_BEGIN}\n\n{measured}\n\n{_END}{after}", encoding="utf-8")


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *body = ("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)
    return "\n".join([head, "|" + "|".join("-" * (width + 2) for width in widths) + "|", *body])


def _remarks(remarks: Iterable[str]) -> str:
    return "\n".join(f"- {remark}." for remark in remarks)


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
