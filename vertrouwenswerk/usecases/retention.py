"""How long an adviser's tallies stay: a closed year is cleared on 1 April of the year after it.

Announced and previewed, and done only when the person says so; never in a demo. Exported
files stay valid: the bureau has what was handed in.

Example::

    for year in years_due(adviser):
        clear_year(adviser, year)
"""

from vertrouwenswerk.domain.quarter import clearing_day
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases.adviser import Adviser, own_tallies
from vertrouwenswerk.usecases.handing_in import quarter_states
from vertrouwenswerk.vault.adviser_store import Change


def years_due(adviser: Adviser) -> tuple[int, ...]:
    """Return the years whose tallies are due to be cleared, oldest first; none in a demo."""
    if adviser.is_demo:
        return ()
    years = {tally.quarter.year for tally in own_tallies(adviser)}
    return tuple(year for year in sorted(years) if adviser.today >= clearing_day(year))


def not_handed_in(adviser: Adviser, year: int) -> tuple[str, ...]:
    """Return the quarters of ``year`` with tallies that the bureau does not have as they are now."""
    tallied = {tally.quarter for tally in own_tallies(adviser, year=year)}
    states = quarter_states(adviser)
    return tuple(str(quarter) for quarter in sorted(tallied) if quarter in states and states[quarter].waits)


def clear_year(adviser: Adviser, year: int) -> tuple[OwnTally, ...]:
    """Clear the tallies of a year that is due, and return them.

    Raises UsageError when it is not due, or when a quarter of it still waits to be handed in.
    """
    if year not in years_due(adviser):
        raise UsageError(
            _("The tallies of %(year)s are not due to be cleared.") % {"year": year},
            _("A closed year is cleared from 1 April of the next year; never in a demo."),
        )
    waiting = not_handed_in(adviser, year)
    if waiting:
        raise UsageError(
            _("Not handed in as it is now: %(quarters)s.") % {"quarters": ", ".join(waiting)},
            _("Export it first; what is cleared cannot be handed in any more."),
        )
    cleared = own_tallies(adviser, year=year)
    changes = [Change(tally.quarter, tally.unit, tally.theme, -tally.count) for tally in cleared]
    adviser.vault.change(adviser.codebook, changes)
    return cleared
