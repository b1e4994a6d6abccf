"""The lines of the settings: what each is called, how it stands, what it is for.

Pure functions over what the vault remembers; translated when called.
"""

from dataclasses import dataclass

from vertrouwenswerk.appearance import Appearance
from vertrouwenswerk.domain.quarter import clearing_day
from vertrouwenswerk.i18n import _, ngettext
from vertrouwenswerk.tui.words import LANGUAGE_NAMES, look_names, minutes_in_words, quarter_name, short_date
from vertrouwenswerk.usecases.reminders import Reminder, Upkeep


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: its key and name, what it is for, how it stands, whether it waits for the person."""

    key: str
    name: str
    explanation: str
    stands: str = ""
    waits: bool = False


def entries(stands: Upkeep, appearance: Appearance, lock_minutes: int) -> tuple[Entry, ...]:
    """Return all lines, what keeps the vault from being lost first."""
    return (*_safety(stands), *_secrets(), *_habits(appearance, lock_minutes), *_agreement(stands), *_rest())


def _safety(stands: Upkeep) -> tuple[Entry, ...]:
    backup = _("One encrypted file, tried by opening it. Without it a broken laptop takes all tallies along.")
    drill = _("Once a year: is the paper still there, and does what is on it open the vault?")
    waiting = stands.reminders
    return (
        Entry("backup", _("Make a backup"), backup, _backup_stands(stands), Reminder.BACKUP in waiting),
        Entry("drill", _("Try the recovery code"), drill, _drill_stands(stands), Reminder.DRILL in waiting),
    )


def _secrets() -> tuple[Entry, ...]:
    passphrase = _("By the one you have now, or by the recovery code.")
    code = _("The old code stays valid until the new one is on paper.")
    return (
        Entry("passphrase", _("Change the passphrase"), passphrase),
        Entry("code", _("Renew the recovery code"), code),
    )


def _habits(appearance: Appearance, lock_minutes: int) -> tuple[Entry, ...]:
    time = _("after %(time)s") % {"time": minutes_in_words(lock_minutes)}
    language, look = LANGUAGE_NAMES[appearance.language], look_names()[appearance.look]
    return (
        Entry("lock", _("Lock by itself"), _("After how long without a key the vault locks."), time),
        Entry("language", _("Language"), _("Dutch or English, for the whole program."), language),
        Entry("look", _("Look"), _("Dark, light, or with the highest contrast."), look),
    )


def _agreement(stands: Upkeep) -> tuple[Entry, ...]:
    clearing = _("From 1 April after it a closed year is cleared here; the bureau keeps what you handed in.")
    version = _("version %(version)s") % {"version": stands.codebook_version}
    due = Reminder.CLEARING in stands.reminders
    return (
        Entry("clearing", _("Clear a closed year"), clearing, _clearing_stands(stands), due),
        Entry("codebook", _("Take a newer codebook"), _("You see what changes before you take it."), version),
        Entry("card", _("Your card for the bureau"), _("Your six words, and the file that carries them.")),
    )


def _rest() -> tuple[Entry, ...]:
    check = _("Reads every page and tells whether the vault is whole.")
    return (
        Entry("check", _("Check the vault"), check),
        Entry("about", _("About this program"), _("Versions, where your vault is, what is never stored.")),
    )


def _backup_stands(stands: Upkeep) -> str:
    if stands.care.backed_up:
        return _("there is one from after your last export")
    return _("none from after your last export") if stands.has_exported else _("none yet, as far as known")


def _drill_stands(stands: Upkeep) -> str:
    proven = stands.care.code_proven
    if proven is None:
        return _("not tried yet")
    return _("worked in %(quarter)s") % {"quarter": quarter_name(proven)}


def _clearing_stands(stands: Upkeep) -> str:
    if stands.is_demo:
        return _("never in a demo")
    if stands.years_due:
        count = ngettext("%(years)s is due", "%(years)s are due", len(stands.years_due))
        return count % {"years": ", ".join(map(str, stands.years_due))}
    if stands.next_year is None:
        return _("nothing to clear")
    words = {"year": stands.next_year, "day": short_date(clearing_day(stands.next_year))}
    return _("%(year)s: from %(day)s") % words
