"""How things are called on the screen: quarters, units with where they belong, who can open.

Pure functions over the codebook; translated when called.

Example::

    quarter_name(Quarter(2026, 4))         # "4e kwartaal 2026"
    unit_place(codebook, "SOC-WI-01")      # "Werk en Inkomen · Cluster Sociaal"
"""

from datetime import date

from rich.cells import cell_len

from vertrouwenswerk.appearance import LOOKS
from vertrouwenswerk.domain.codebook import Codebook, Opening
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.domain.small_units import countable_unit, why_taken_up
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _, language, ngettext, number

LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English"}


def look_names() -> dict[str, str]:
    """Return how each look is called."""
    return dict(zip(LOOKS, (_("night"), _("day"), _("high contrast")), strict=True))


def minutes_in_words(minutes: int) -> str:
    """Return ``1 minute``, ``5 minutes``."""
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def quarter_name(quarter: Quarter) -> str:
    """Return a quarter in words."""
    return _("quarter %(number)s of %(year)s") % {"number": quarter.number, "year": quarter.year}


def short_quarter(quarter: Quarter) -> str:
    """Return a quarter in four characters, for the head of a column: ``26Q4``."""
    return f"{quarter.year % 100:02d}Q{quarter.number}"


def short_date(day: date) -> str:
    """Return a day as people write it: ``1 april 2027``."""
    months = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
        _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
    return f"{day.day} {months[day.month - 1]} {day.year}"


def window_name(window: Window) -> str:
    """Return a window in words."""
    if window.length == 1:
        return quarter_name(window.last)
    return _("%(first)s up to and including %(last)s") % {
        "first": quarter_name(window.first),
        "last": quarter_name(window.last),
    }


def signals(count: int) -> str:
    """Return ``1 signal``, ``2 signals``."""
    return ngettext("%(count)s signal", "%(count)s signals", count) % {"count": number(count)}


def unit_name(codebook: Codebook, code: str) -> str:
    """Return the name of what a signal was recorded under."""
    return _("not named") if code == ROOT else codebook.unit(code).name


def unit_phrase(codebook: Codebook, code: str) -> str:
    """Return the name of a unit, with the unit above it where others have the same name."""
    name = unit_name(codebook, code)
    namesakes = sum(unit.name == name for unit in codebook.units)
    above = unit_place(codebook, code).partition(" · ")[0]
    return f"{name} ({above})" if namesakes > 1 and above else name


def unit_place(codebook: Codebook, code: str) -> str:
    """Return the units above this one, nearest first; empty at the top."""
    if code == ROOT:
        return ""
    above = codebook.unit_tree.path(code)[1:-1]
    return " · ".join(codebook.unit(parent).name for parent in reversed(above))


def taken_up_phrase(codebook: Codebook, code: str, room: int) -> str:
    """Return that a signal from ``code``, a small unit, is counted above it; in short where room is short."""
    whole = why_taken_up(codebook, code)
    if cell_len(whole) <= room:
        return whole
    if countable_unit(codebook, code) == ROOT:
        return _("Small unit; counted as not named.")
    return _("Small unit; counted under the one above.")


def theme_name(codebook: Codebook, code: str) -> str:
    """Return the name of a theme or theme group."""
    return codebook.theme_name(code, language())


def clipped(name: str) -> str:
    """Return the name of a theme up to where it begins to list or explain."""
    return name.partition(",")[0].partition(":")[0].partition(" (")[0]


def who_can_open(opening: Opening) -> str:
    """Return in one sentence who can read the counts."""
    if opening is Opening.BUREAU_ALONE:
        return _("The bureau can open the counts on its own; there is no guardian.")
    return _("The counts open only when bureau and guardian are both there.")
