"""The adviser's own yearly report: themes in full, units only from the threshold up."""

from html.parser import HTMLParser

import pytest

from tests.municipality import identity, make_codebook
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.reports.own_report import own_report, report_as_html, report_as_text


def tally(unit: str, theme: str, count: int, quarter: int = 1, year: int = 2026) -> OwnTally:
    return OwnTally(Quarter(year, quarter), unit, theme, count)


@pytest.fixture
def book() -> Codebook:
    return make_codebook(identity(1).public(), identity(2).public())


def test_themes_are_added_up_over_the_year_and_no_other_year(book: Codebook) -> None:
    own = [
        tally("DUINEN-KLANT", "PESTEN", 1),
        tally("*", "PESTEN", 1, quarter=4),
        tally("*", "FRAUDE", 5, year=2025),
    ]
    report = own_report(book, own, 2026)
    assert dict(report.themes) == {"PESTEN": 2, "GEWELD": 0, "BELANG": 0, "FRAUDE": 0}
    assert report.total == 2


def test_a_unit_below_the_threshold_or_of_few_people_is_not_named(book: Codebook, english: None) -> None:
    own = [
        tally("DUINEN-KLANT", "PESTEN", 3),
        tally("HAVENS-KADE-1", "GEWELD", 2),
        tally("HAVENS-STAF-2", "GEWELD", 9),
    ]
    report = own_report(book, own, 2026)
    assert dict(report.units) == {"DUINEN-KLANT": 3}
    assert report.unnamed == 11
    text = "\n".join(report_as_text(report, book, "en"))
    assert "Klantenservice, Duinwaterleiding" in text
    assert "Sleepdienst" not in text
    assert "Vertaaldienst" not in text


def test_the_web_page_is_whole_and_loads_nothing(book: Codebook) -> None:
    page = report_as_html(own_report(book, [tally("DUINEN-KLANT", "PESTEN", 3)], 2026), book, "nl")
    seen: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(tag)
            assert not {"src", "href"} & {name for name, _value in attrs}

    Tags().feed(page)
    assert "table" in seen
    assert not {"script", "img", "link"} & set(seen)
    assert "url(" not in page


def test_no_line_is_wider_than_a_page(book: Codebook) -> None:
    report = own_report(book, [tally(unit.code, "PESTEN", 12) for unit in book.units], 2026)
    assert max(len(line) for line in list(report_as_text(report, book, "nl"))[:-1]) <= 64
