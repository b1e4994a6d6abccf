"""What an adviser is reminded of when the vault opens: at most one line each, the most urgent first.

A quarter that is over and not handed in as it is now; no backup newer than the last export; a
closed year that is due to be cleared; a recovery code that nobody tried for a year. Nothing of
it blocks anything, and a demo's vault is reminded like any other but of clearing.

Example::

    for reminder in reminders(adviser):
        reminder_in_words(adviser, reminder)
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from vertrouwenswerk.domain.quarter import Quarter, last_closed
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases.adviser import Adviser, own_tallies
from vertrouwenswerk.usecases.handing_in import quarter_states
from vertrouwenswerk.usecases.retention import years_due
from vertrouwenswerk.vault.adviser_care import Care, read_care

DRILL_QUARTERS = 4


class Reminder(Enum):
    """What waits for the adviser, most urgent first."""

    HAND_IN = "hand-in"
    BACKUP = "backup"
    CLEARING = "clearing"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How the vault stands: what waits, what is remembered, which years are due, which comes next."""

    reminders: tuple[Reminder, ...]
    care: Care
    has_exported: bool
    years_due: tuple[int, ...]
    next_year: int | None
    codebook_version: int
    is_demo: bool


def upkeep(adviser: Adviser) -> Upkeep:
    """Return how the vault stands today."""
    due = years_due(adviser)
    later = {tally.quarter.year for tally in own_tallies(adviser)} - {*due}
    return Upkeep(
        reminders(adviser),
        read_care(adviser.vault.safe),
        any(entry.state for entry in adviser.vault.handed_in()),
        due,
        min(later, default=None),
        adviser.codebook.version,
        adviser.is_demo,
    )


def reminders(adviser: Adviser) -> tuple[Reminder, ...]:
    """Return what waits for the adviser today."""
    care = read_care(adviser.vault.safe)
    waits = {
        Reminder.HAND_IN: bool(quarters_to_hand_in(adviser)),
        Reminder.BACKUP: is_backup_due(adviser, care),
        Reminder.CLEARING: bool(years_due(adviser)),
        Reminder.DRILL: is_drill_due(adviser, care),
    }
    return tuple(reminder for reminder, is_due in waits.items() if is_due)


def quarters_to_hand_in(adviser: Adviser) -> tuple[Quarter, ...]:
    """Return the closed quarters that the bureau does not have as they are now, oldest first.

    A quarter without signals is waited for only after a first export: before it the vault may be new.
    """
    tallied = {tally.quarter for tally in own_tallies(adviser)}
    has_exported = any(entry.state for entry in adviser.vault.handed_in())
    return tuple(
        quarter
        for quarter, state in sorted(quarter_states(adviser).items())
        if state.waits and (has_exported or quarter in tallied)
    )


def is_backup_due(adviser: Adviser, care: Care) -> bool:
    """Tell whether something was exported and no backup was verified since."""
    return not care.backed_up and any(entry.state for entry in adviser.vault.handed_in())


def is_drill_due(adviser: Adviser, care: Care) -> bool:
    """Tell whether the recovery code was not seen to work for a year."""
    now = Quarter.of(adviser.today)
    return care.code_proven is None or now.index - care.code_proven.index >= DRILL_QUARTERS


def reminder_in_words(adviser: Adviser, reminder: Reminder, name: Callable[[Quarter], str] = str) -> str:
    """Return a reminder in one sentence; ``name`` says how a quarter is called."""
    if reminder is Reminder.HAND_IN:
        (first, *others) = quarters_to_hand_in(adviser) or (last_closed(adviser.today),)
        words = {"quarter": name(first), "more": len(others)}
        if others:
            return _("To be handed in: %(quarter)s, and %(more)s more.") % words
        return _("To be handed in: %(quarter)s.") % words
    return {
        Reminder.BACKUP: _("There is no backup of your vault from after your last export."),
        Reminder.CLEARING: _("A closed year is due to be cleared; you see it first."),
        Reminder.DRILL: _("It is a year since your recovery code was last tried. Is the paper still there?"),
    }[reminder]
