"""Where a signal from a small unit is counted, and the one line that says so.

A unit of fewer people than the minimum headcount, or of an unknown number, would point at
somebody: a signal from it is counted under the nearest unit above that is not small, and
as «not named» when there is none.

Example::

    countable_unit(codebook, "BCS-MC-02")      # "BCS-MC"
    why_taken_up(codebook, "BCS-MC-02")        # "Treasury has fewer than 10 people; counted under ..."
"""

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _, ngettext, number


def countable_unit(codebook: Codebook, code: str) -> str:
    """Return the code that a signal from ``code`` is counted under: its own where it is not small."""
    path = codebook.unit_tree.path(code)
    return next(above for above in reversed(path) if not codebook.is_small(above))


def why_taken_up(codebook: Codebook, code: str) -> str:
    """Return the line that says where a signal from ``code``, a small unit, is counted, and why."""
    unit, above = codebook.unit(code), countable_unit(codebook, code)
    if unit.headcount is not None and above != ROOT:
        text = _("%(unit)s has fewer than %(least)s people; counted under %(above)s.")
    elif unit.headcount is not None:
        text = _("%(unit)s has fewer than %(least)s people; counted as not named.")
    elif above != ROOT:
        text = _("It is not known how many people %(unit)s has; counted under %(above)s.")
    else:
        text = _("It is not known how many people %(unit)s has; counted as not named.")
    place = "" if above == ROOT else codebook.unit(above).name
    return text % {"unit": unit.name, "least": codebook.minimum_headcount, "above": place}


def warning_of_unplaced(codebook: Codebook) -> str:
    """Return the line for the bureau when signals of some units can only count as not named; else empty."""
    count = sum(countable_unit(codebook, unit.code) == ROOT for unit in codebook.units)
    if not count:
        return ""
    text = ngettext(
        "%(count)s unit, and all above it, is small or lacks a headcount: signals count as not named.",
        "%(count)s units, and all above them, are small or lack a headcount: signals count as not named.",
        count,
    )
    return text % {"count": number(count)}
