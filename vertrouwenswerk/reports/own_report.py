"""The adviser's own yearly report: totals per theme, units only from the threshold up; for print.

It is made of the adviser's own tallies and stays with the adviser. A unit with fewer signals
than the threshold is not named, and neither is a unit of too few people. Text for the screen
and the printer, and one page of HTML without anything to load.

Example::

    report = own_report(codebook, tallies, 2026)
    report_as_text(report, codebook, "nl")
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from importlib import resources
from string import Template

from vertrouwenswerk import i18n
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _

_WIDTH = 64


@dataclass(frozen=True, slots=True)
class OwnReport:
    """``themes`` and ``units`` as (code, signals); ``unnamed`` signals are from units not named."""

    year: int
    total: int
    themes: tuple[tuple[str, int], ...]
    units: tuple[tuple[str, int], ...]
    unnamed: int


def own_report(codebook: Codebook, tallies: Iterable[OwnTally], year: int) -> OwnReport:
    """Add up an adviser's own tallies of one year, themes and units in codebook order."""
    own = [tally for tally in tallies if tally.quarter.year == year]
    themes = {theme.code: sum(t.count for t in own if t.theme == theme.code) for theme in codebook.themes}
    by_unit = {unit.code: sum(t.count for t in own if t.unit == unit.code) for unit in codebook.units}
    shown = {
        unit: count
        for unit, count in by_unit.items()
        if count >= codebook.threshold and not codebook.is_small(unit)
    }
    total = sum(themes.values())
    return OwnReport(year, total, tuple(themes.items()), tuple(shown.items()), total - sum(shown.values()))


def report_as_text(report: OwnReport, codebook: Codebook, language: str) -> Iterator[str]:
    """Yield the report line by line, 64 characters wide."""
    yield _title(report, codebook)
    yield ""
    for heading, rows in _parts(report, codebook, language):
        yield heading
        for name, count in rows:
            number = i18n.number(count)
            room = _WIDTH - len(number) - 1
            fits = name if len(name) <= room else name[: room - 1] + "…"
            yield f"{fits:<{room}} {number}"
        yield ""
    yield _note(codebook)


def report_as_html(report: OwnReport, codebook: Codebook, language: str) -> str:
    """Return the report as one page of HTML that loads nothing."""
    tables = "".join(_as_table(heading, rows) for heading, rows in _parts(report, codebook, language))
    page = (resources.files("vertrouwenswerk") / "reports" / "own_report.html").read_text(encoding="utf-8")
    return Template(page).substitute(
        language=language,
        title=escape(_title(report, codebook)),
        tables=tables,
        note=escape(_note(codebook)),
    )


def _as_table(heading: str, rows: Iterable[tuple[str, int]]) -> str:
    lines = (f"<tr><td>{escape(name)}</td><td>{i18n.number(count)}</td></tr>" for name, count in rows)
    return f"<h2>{escape(heading)}</h2><table>{''.join(lines)}</table>"


def _title(report: OwnReport, codebook: Codebook) -> str:
    words = {"year": report.year, "organisation": codebook.organisation}
    return _("Signals in %(year)s · %(organisation)s") % words


def _parts(
    report: OwnReport, codebook: Codebook, language: str
) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    themes = [(codebook.theme_name(code, language), count) for code, count in report.themes]
    yield _("By theme"), [*themes, (_("All themes"), report.total)]
    units = [(_place(codebook, code), count) for code, count in report.units]
    yield _("By unit"), [*units, (_("Other units, or not named"), report.unnamed)]


def _place(codebook: Codebook, code: str) -> str:
    path = [codebook.unit(step).name for step in codebook.unit_tree.path(code) if step != ROOT]
    return ", ".join(reversed(path[-2:]))


def _note(codebook: Codebook) -> str:
    return _("A signal is one person's call about one matter. Units are named from %(threshold)s up.") % {
        "threshold": codebook.threshold
    }
