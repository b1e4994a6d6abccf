"""A report for outside: a safe table in words, as text, as one page of HTML, as CSV.

For the council, for management and as a feed for other programs, all of the same protected
table. Units stand in the codebook's order, never ranked; a hidden cell says nothing but that
it is hidden; and the words around it keep a count from being read as what it is not.

Example::

    report_as_html(Report(3, Audience.COUNCIL, table, codebook), "nl")
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from html import escape
from importlib import resources
from string import Template

from vertrouwenswerk import i18n
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.codebook import LEVELS, Codebook
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _
from vertrouwenswerk.reports.table import HIDDEN, cells_as_lines

CSV_COLUMNS = (
    "release", "window", "threshold", "unit", "unit_name", "level", "theme", "theme_name", "count", "hidden",
)  # fmt: skip
# What makes a spreadsheet take a text for a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Audience(Enum):
    """For whom a report is."""

    COUNCIL = "council"
    MANAGEMENT = "management"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Report:
    """The release of ``number``: its table, which has the report's units and themes only."""

    number: int
    audience: Audience
    table: SafeTable
    codebook: Codebook


def audience_name(audience: Audience) -> str:
    """Return for whom a report is, in words."""
    return {
        Audience.COUNCIL: _("the council"),
        Audience.MANAGEMENT: _("management"),
        Audience.FEED: _("other programs"),
    }[audience]


def level_name(level: str) -> str:
    """Return a level of ``LEVELS`` in words."""
    words = _("organisation"), _("cluster"), _("directorate"), _("department")
    return dict(zip(LEVELS, words, strict=True))[level]


def title(report: Report) -> str:
    """Return the heading of a report."""
    words = {"organisation": report.codebook.organisation, "window": report.table.window}
    return _("Signals with confidential advisers, %(window)s · %(organisation)s") % words


def number_line(report: Report) -> str:
    """Return which release this is, and for whom."""
    words = {"number": report.number, "audience": audience_name(report.audience)}
    return _("Release %(number)s of the Integrity Office, for %(audience)s.") % words


def notes(report: Report) -> tuple[str, ...]:
    """Return how the counts are to be read, one paragraph each."""
    found = (
        _(
            "A signal is one person's call on a confidential adviser about one matter. "
            "A signal is not a report of wrongdoing and not a complaint."
        ),
        _("A low count is not good in itself, and a rise may be a sign of trust in the advisers."),
        _("Units stand in the order of the organisation. They are never ranked by count."),
        _(
            "Hidden (%(sign)s) is every count under %(threshold)s, none included, and what is needed to "
            "protect those, here or in an earlier report. Hidden is not zero."
        )
        % {"sign": HIDDEN, "threshold": report.table.threshold},
    )
    if report.codebook.fictitious:
        return (_("This organisation is FICTITIOUS: only for trying things out."), *found)
    return found


def report_as_text(report: Report, language: str) -> Iterator[str]:
    """Yield the report line by line."""
    yield title(report)
    yield number_line(report)
    yield ""
    table = report.table
    yield from cells_as_lines(table, report.codebook, language, table.units, table.themes)
    yield ""
    yield from notes(report)


def report_as_html(report: Report, language: str) -> str:
    """Return the report as one page of HTML that loads nothing and runs nothing."""
    page = (resources.files("vertrouwenswerk") / "reports" / "outside.html").read_text(encoding="utf-8")
    return Template(page).substitute(
        language=language,
        title=escape(title(report)),
        number=escape(number_line(report)),
        caption=escape(caption(report)),
        head=_head_as_html(report, language),
        rows="\n".join(_row_as_html(report, unit) for unit in report.table.units),
        notes="\n".join(f"<p>{escape(note)}</p>" for note in notes(report)),
    )


def caption(report: Report) -> str:
    """Return what the table shows, in one line."""
    table = report.table
    return _("Signals by unit and theme, %(window)s: %(shown)s cells shown, %(hidden)s hidden") % {
        "window": table.window,
        "shown": i18n.number(table.shown_cells),
        "hidden": i18n.number(table.hidden_cells),
    }


def report_as_csv(report: Report, language: str) -> str:
    """Return the report as CSV (RFC 4180), a line for each cell; a hidden cell has no count."""
    table, codebook = report.table, report.codebook
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(CSV_COLUMNS)
    for unit in table.units:
        for theme in table.themes:
            count = table.count(unit, theme)
            names = unit, unit_name(codebook, unit), codebook.level(unit)
            words = (*names, theme, theme_name(codebook, theme, language))
            hidden = int(count is None)
            shown = "" if count is None else count
            start = report.number, str(table.window), table.threshold
            writer.writerow([*start, *map(_no_formula, words), shown, hidden])
    return file.getvalue()


def unit_name(codebook: Codebook, unit: str) -> str:
    """Return the name of a unit; the whole is the organisation."""
    return codebook.organisation if unit == ROOT else codebook.unit(unit).name


def theme_name(codebook: Codebook, theme: str, language: str) -> str:
    """Return the name of a theme or theme group, or of the whole."""
    return _("all themes") if theme == ROOT else codebook.theme_name(theme, language)


def _no_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run; it shows the rest as text."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _head_as_html(report: Report, language: str) -> str:
    names = (theme_name(report.codebook, theme, language) for theme in report.table.themes)
    return "".join(_element("th", escape(head), scope="col") for head in (_("Unit"), *names))


def _row_as_html(report: Report, unit: str) -> str:
    depth = min(report.codebook.unit_tree.depth(unit), 3)
    name = escape(unit_name(report.codebook, unit))
    head = _element("th", name, scope="row", **{"class": f"d{depth}"})
    counts = (report.table.count(unit, theme) for theme in report.table.themes)
    return _element("tr", head + "".join(map(_cell_as_html, counts)))


def _cell_as_html(count: int | None) -> str:
    if count is not None:
        return _element("td", i18n.number(count))
    sign = _element("span", HIDDEN, **{"aria-hidden": "true"})
    return _element("td", sign + _element("span", escape(_("hidden")), **{"class": "said"}))


def _element(tag: str, inside: str, **attributes: str) -> str:
    """Return an element around what is HTML already; the attributes are ours and need no escape."""
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{told}>{inside}</{tag}>"
