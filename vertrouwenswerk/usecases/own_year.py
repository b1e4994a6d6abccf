"""The adviser's own yearly report: its lines, and the file to print.

Example::

    write_report(adviser, 2026, Path("jaarverslag-2026.html"))
"""

from pathlib import Path

from vertrouwenswerk import i18n
from vertrouwenswerk.reports.own_report import OwnReport, own_report, report_as_html, report_as_text
from vertrouwenswerk.usecases.adviser import Adviser, own_tallies
from vertrouwenswerk.vault.files import write_atomically

_PAGE_SUFFIXES = frozenset({".html", ".htm"})


def own_years(adviser: Adviser) -> tuple[int, ...]:
    """Return the years with tallies, and the running one; the oldest first."""
    return tuple(sorted({adviser.today.year, *(tally.quarter.year for tally in own_tallies(adviser))}))


def report_lines(adviser: Adviser, year: int) -> tuple[str, ...]:
    """Return the report of a year as lines of text."""
    return tuple(report_as_text(_report(adviser, year), adviser.codebook, i18n.language()))


def report_page(adviser: Adviser, year: int) -> str:
    """Return the report of a year as one page of HTML."""
    return report_as_html(_report(adviser, year), adviser.codebook, i18n.language())


def write_report(adviser: Adviser, year: int, path: Path, *, as_page: bool | None = None) -> None:
    """Write the report to a new file, as a page or as text; unsaid, a name that ends in ``.html`` is a page.

    The file is readable on purpose; it is for print. Raises StorageError.
    """
    if as_page is None:
        as_page = path.suffix.lower() in _PAGE_SUFFIXES
    text = report_page(adviser, year) if as_page else "\n".join(report_lines(adviser, year)) + "\n"
    write_atomically(path, text.encode("utf-8"), replace=False)


def _report(adviser: Adviser, year: int) -> OwnReport:
    return own_report(adviser.codebook, own_tallies(adviser, year=year), year)
