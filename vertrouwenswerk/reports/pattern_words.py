"""Patterns in sentences: what was seen, what was to be expected, how rare that is by luck.

Only told findings come in here, so every number is one that the picture shows. How rare is
said as a frequency over the whole organisation, never as the chance that something is wrong.
A unit is never compared with another.

Example::

    sentence(finding, codebook)     # "Inkomen, Pesten, 2026-Q4: 8 signalen; ..."
"""

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _, language, ngettext, number
from vertrouwenswerk.patterns.notices import Band, Question, Sensitivity, State, ToldFinding

LEAST_WRITTEN = 0.1


def sentence(finding: ToldFinding, codebook: Codebook) -> str:
    """Return all that is told of a finding, two to five sentences."""
    said = [_seen(finding, codebook), _expected(finding)]
    if finding.within:
        said.append(_("What stands out lies within this and cannot be shown by itself."))
    if finding.parts:
        said.append(_("Mostly because of %(parts)s.") % {"parts": _parts(finding, codebook)})
    return " ".join([*said, how_rare(finding.band), state_in_words(finding.state)])


def how_rare(band: Band) -> str:
    """Return how often luck alone does this, as a frequency."""
    text = _("By luck, something as strong turns up somewhere in the organisation once in %(years)s years.")
    if band is Band.FIFTY:
        text = _(
            "By luck, something as strong turns up somewhere in the organisation once in %(years)s years"
            " or more rarely."
        )
    return text % {"years": band.years}


def strength(band: Band) -> str:
    """Return the strength in a word or two, to stand before any number."""
    words = {
        Band.FIVE: _("noticeable"),
        Band.TEN: _("clear"),
        Band.TWENTY: _("strong"),
        Band.FIFTY: _("very strong"),
    }
    return words[band]


def question_in_words(question: Question) -> str:
    """Return what was asked."""
    words = {
        Question.SIZE: _("more than its size explains"),
        Question.RISING: _("rising faster than elsewhere"),
        Question.THEME: _("the theme grows"),
    }
    return words[question]


def state_in_words(state: State) -> str:
    """Return how a finding relates to the quarter before."""
    words = {
        State.NEW: _("New this quarter."),
        State.CONTINUING: _("It stood out in the quarter before too."),
        State.FADED: _("It stood out in the quarter before and no longer does."),
    }
    return words[state]


def state_name(state: State) -> str:
    """Return the same in a word or two, for a column."""
    words = {State.NEW: _("new"), State.CONTINUING: _("continuing"), State.FADED: _("no longer")}
    return words[state]


def not_looked_for(picture: int) -> tuple[str, str]:
    """Return what to say of a picture whose sitting did not look for patterns, and why that can be."""
    return (
        _("Picture %(number)s was made without looking for patterns.") % {"number": picture},
        _("It is of an older version (hold a sitting), or there were too many signals to look through."),
    )


def nothing_found(seen: Sensitivity | None) -> str:
    """Return what to say when nothing stands out: also what would have been seen."""
    text = _("Nothing that may be shown stands out beyond luck.")
    if seen is None:
        return text
    return " ".join(
        [
            text,
            _(
                "%(often)s extra signals in one department and theme would have been seen"
                " in 9 of 10 cases, %(seldom)s mostly not."
            )
            % {"often": number(seen.often), "seldom": number(seen.seldom)},
        ]
    )


def history_too_short(quarters: int) -> str:
    """Return how many more quarters are needed before the past is a measure; empty when none."""
    if not quarters:
        return ""
    text = ngettext(
        "%(quarters)s more quarter is needed before departments can be held against their past.",
        "%(quarters)s more quarters are needed before departments can be held against their past.",
        quarters,
    )
    return text % {"quarters": number(quarters)}


def without_headcount(units: tuple[str, ...], codebook: Codebook) -> str:
    """Return which departments are not held against their size; empty when all are."""
    if not units:
        return ""
    names = ", ".join(codebook.unit(unit).name for unit in units)
    text = _("Without a number of people, so not held against their size: %(units)s.")
    return text % {"units": names}


def window_in_words(window: Window) -> str:
    """Return a window as a person says it."""
    if window.length == 1:
        return str(window.last)
    return _("%(first)s to %(last)s") % {"first": window.first, "last": window.last}


def decimal(value: float) -> str:
    """Write a number with one decimal, as the language does: ``1,2`` in Dutch."""
    text = f"{value:.1f}"
    return text.replace(".", ",") if language() == "nl" else text


def _seen(finding: ToldFinding, codebook: Codebook) -> str:
    text = ngettext(
        "%(where)s, %(window)s: %(count)s signal;", "%(where)s, %(window)s: %(count)s signals;", finding.seen
    )
    where = place_in_words(finding.unit, finding.theme, codebook)
    return text % {"where": where, "window": window_in_words(finding.window), "count": number(finding.seen)}


def _expected(finding: ToldFinding) -> str:
    if finding.expected is None:
        words = {
            Question.SIZE: _("that is more than its size explains."),
            Question.RISING: _("it rises faster than elsewhere."),
            Question.THEME: _("the theme grows in the organisation as a whole."),
        }
        return words[finding.question]
    words = {
        Question.SIZE: _("%(expected)s would fit its size."),
        Question.RISING: _("%(expected)s would fit its past and how things go elsewhere."),
        Question.THEME: _("%(expected)s would fit the past of this theme and of the others."),
    }
    expected = decimal(finding.expected)
    if finding.expected < LEAST_WRITTEN:  # nobody expects nothing at all
        expected = _("less than %(number)s") % {"number": decimal(LEAST_WRITTEN)}
    return words[finding.question] % {"expected": expected}


def _parts(finding: ToldFinding, codebook: Codebook) -> str:
    return "; ".join(
        f"{place_in_words(part.unit, part.theme, codebook)} ({number(part.seen)})" for part in finding.parts
    )


def place_in_words(unit: str, theme: str, codebook: Codebook) -> str:
    """Return the names of a unit and a theme."""
    return ", ".join(names_of(unit, theme, codebook))


def names_of(unit: str, theme: str, codebook: Codebook) -> tuple[str, str]:
    """Return how a unit and a theme are called; also the whole of either."""
    unit_name = codebook.organisation if unit == ROOT else codebook.unit(unit).name
    return unit_name, _("all themes") if theme == ROOT else codebook.theme_name(theme, language())
