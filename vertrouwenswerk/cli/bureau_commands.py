"""What the bureau does on the command line."""

from argparse import Namespace
from collections import Counter

from vertrouwenswerk import i18n
from vertrouwenswerk.cli.talk import (
    choose_secrets,
    confirm,
    end_progress,
    progress_bar,
    put,
    put_json,
    read_secret,
    say,
)
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.small_units import warning_of_unplaced
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.handoff.csv_tables import LIMIT_BYTES as CSV_LIMIT_BYTES
from vertrouwenswerk.i18n import _, ngettext
from vertrouwenswerk.reports.table import table_as_json, table_as_lines
from vertrouwenswerk.usecases import bureau as bureau_usecases
from vertrouwenswerk.usecases import looking, receiving
from vertrouwenswerk.usecases.bureau import Agreement, Bureau, EnrolledAdviser, Tables, label
from vertrouwenswerk.usecases.clock import system_clock
from vertrouwenswerk.usecases.guardian import Guardian, open_guardian
from vertrouwenswerk.usecases.receiving import Imported, Outcome
from vertrouwenswerk.vault.files import read_limited
from vertrouwenswerk.vault.office_store import Delivery

_FILE_REFUSED = 4


def init(options: Namespace) -> None:
    """Found the office and issue the codebook."""
    guardian = _open_guardian(options)
    card = bureau_usecases.read_guardian_card(options.guardian) if options.guardian else None
    paths = (options.organisation, options.themes, options.theme_groups)
    tables = Tables(*(read_limited(path, CSV_LIMIT_BYTES) for path in paths))
    agreement = Agreement(options.name, card, options.threshold)
    bureau_usecases.check_agreement(tables, agreement)
    chosen = choose_secrets(options)
    with bureau_usecases.found_bureau(options.places, tables, agreement, chosen, system_clock) as bureau:
        if guardian is not None:
            bureau_usecases.countersign(bureau, guardian)
        say(_("The office is ready: %(folder)s"), folder=options.places.office_vault.parent)
        if warning := warning_of_unplaced(bureau.codebook):
            say(warning)
        _say_next_for_codebook(bureau)


def codebook(options: Namespace) -> None:
    """Write the codebook, after the guardian signed it if a key is given."""
    with unlock(options) as bureau:
        guardian = _open_guardian(options)
        if guardian is not None:
            bureau_usecases.countersign(bureau, guardian)
            say(_("The guardian has signed the codebook."))
        if options.to is None:
            _say_next_for_codebook(bureau)
            return
        bureau_usecases.write_codebook(bureau, options.to)
        put(str(options.to))
        say(_("Send this codebook to the advisers; they compare its words by phone."))


def enrol(options: Namespace) -> None:
    """Enrol advisers."""
    with unlock(options) as bureau:
        entries = bureau_usecases.enrol(bureau, options.cards, _open_guardian(options))
        _put_advisers(entries, as_json=options.json)
        released = receiving.release_held(bureau)
        if released:
            text = ngettext(
                "%(number)s held summary was taken in.", "%(number)s held summaries were taken in.", released
            )
            say(text, number=released)


def advisers(options: Namespace) -> None:
    """List the enrolled advisers."""
    with unlock(options) as bureau:
        _put_advisers(bureau_usecases.enrolled(bureau), as_json=options.json)


def import_(options: Namespace) -> int:
    """Take summaries in; 4 when one was refused."""
    with unlock(options) as bureau:
        done = receiving.import_summaries(bureau, options.files, progress_bar(_("taking in")))
    if options.json:
        put_json([_imported_as_json(file) for file in done])
    for file in done:
        if file.refusal is not None:
            say(f"{file.path.name}: {file.refusal.message}\n    {file.refusal.hint}")
    counts = Counter(file.outcome for file in done)
    say(", ".join(f"{outcome_in_words(outcome)}: {counts[outcome]}" for outcome in Outcome if counts[outcome])
        or _("No summaries found."))  # fmt: skip
    return _FILE_REFUSED if counts[Outcome.REFUSED] else 0


def deliveries(options: Namespace) -> None:
    """List who handed in what; no count is in it."""
    with unlock(options) as bureau:
        found = receiving.deliveries(bureau)
        covered = receiving.coverage(bureau)
        enrolled = len(bureau_usecases.enrolled(bureau))
    if options.json:
        put_json([_delivery_as_json(delivery) for delivery in found])
        return
    for delivery in found:
        state = outcome_in_words(Outcome[delivery.state.name])
        put(f"{label(delivery.adviser):<7} {delivery.quarter}  {_('revision')} {delivery.revision}  {state}")
    for quarter, number in covered.items():
        say(
            _("%(quarter)s: %(number)s of %(enrolled)s advisers"),
            quarter=quarter,
            number=number,
            enrolled=enrolled,
        )


def sitting(options: Namespace) -> None:
    """Hold a sitting."""
    from vertrouwenswerk.usecases.sitting import agenda, hold_sitting  # needs the bureau extra

    with unlock(options) as bureau:
        plan = agenda(bureau)
        guardian = _open_guardian(options)
        agreed = options.countersign
        if plan.new_advisers and guardian is not None and not agreed:
            say(_("New advisers since the last sitting: %(who)s"), who=", ".join(plan.new_advisers))
            agreed = confirm(_("Guardian: do you know these advisers, and do you agree to them?"))
        if bureau.codebook.guardian is None:
            say(_("There is no guardian: the bureau opens the counts ALONE."))
        elif guardian is None:
            raise UsageError(_("The guardian's key file is needed."), _("Name it with --guardian-key F."))
        done = hold_sitting(
            bureau, guardian, countersign_advisers=agreed, progress=progress_bar(_("holding a sitting"))
        )
    end_progress()
    text = ngettext("%(number)s summary was opened.", "%(number)s summaries were opened.", done.opened)
    say(text, number=done.opened)
    for what in done.unreadable:
        say(_("Could not be opened, ask for a new export: %(what)s"), what=what)
    if done.left_out:
        say(_("Left out, since the guardian has not agreed to them: %(who)s"), who=", ".join(done.left_out))
        say(_("Hold the sitting again with --countersign when the guardian agrees."))
    shown = {"shown": i18n.number(done.table.shown_cells), "hidden": i18n.number(done.table.hidden_cells)}
    say(
        _("Picture %(number)s: %(shown)s cells shown, %(hidden)s hidden. The pool is closed."),
        number=done.picture,
        **shown,
    )
    if done.earlier:
        say(
            _("It is protected together with the pictures before it (%(number)s) and gave way to them."),
            number=done.earlier,
        )


def table(options: Namespace) -> None:
    """Show a table of the newest picture, or of an earlier one."""
    window = Window.parse(options.window) if options.window else None
    with unlock(options) as bureau:
        view = looking.look_at_table(bureau, window, options.picture)
        openings = looking.openings_of(bureau, view) if options.json else ()
    if options.json:
        put_json(table_as_json(view.table, view.codebook, options.level, view.picture, openings))
        return
    for line in table_as_lines(
        view.table, view.codebook, options.level, i18n.language(), groups=options.groups
    ):
        put(line)


def outcome_in_words(outcome: Outcome) -> str:
    """Say what became of a summary."""
    return {
        Outcome.ACCEPTED: _("accepted"),
        Outcome.ALREADY_IN: _("already in"),
        Outcome.REPLACED: _("replaced by a newer one"),
        Outcome.HELD: _("held: the adviser or the codebook is unknown"),
        Outcome.REFUSED: _("refused"),
    }[outcome]


def unlock(options: Namespace) -> Bureau:
    """Open the office with the passphrase that is asked for or read."""
    secret = read_secret(options, _("Passphrase of the bureau:"))
    return bureau_usecases.unlock_bureau(options.places, secret, system_clock)


def _open_guardian(options: Namespace) -> Guardian | None:
    if options.guardian_key is None:
        return None
    return open_guardian(
        options.guardian_key, read_secret(options, _("Passphrase of the guardian:"), whose="guardian_")
    )


def _say_next_for_codebook(bureau: Bureau) -> None:
    book = bureau.signed_codebook
    if not book.is_countersigned:
        say(_("The guardian still has to sign: vertrouwenswerk bureau codebook --guardian-key F --to F"))
    elif book.codebook.guardian is None:
        say(_("There is no guardian: the bureau opens the counts ALONE, and every adviser is told so."))
    say(
        _("Codebook version %(version)s, %(units)s units, %(themes)s themes."),
        version=book.codebook.version,
        units=len(book.codebook.units),
        themes=len(book.codebook.themes),
    )


def _put_advisers(entries: tuple[EnrolledAdviser, ...], *, as_json: bool) -> None:
    if as_json:
        put_json(
            [
                {"adviser": e.label, "words": list(e.words), "countersigned": e.is_countersigned}
                for e in entries
            ]
        )
        return
    for entry in entries:
        agreed = _("agreed by the guardian") if entry.is_countersigned else _("waits for the guardian")
        put(f"{entry.label:<7} {' '.join(entry.words)}  ({agreed})")


def _delivery_as_json(delivery: Delivery) -> dict[str, str | int]:
    return {
        "adviser": label(delivery.adviser),
        "quarter": str(delivery.quarter),
        "revision": delivery.revision,
        "state": delivery.state.name.lower(),
    }


def _imported_as_json(file: Imported) -> dict[str, str | None]:
    return {
        "file": file.path.name,
        "outcome": file.outcome.name.lower(),
        "adviser": file.adviser or None,
        "quarter": str(file.quarter) if file.quarter else None,
        "reason": file.refusal.reason if file.refusal else None,
    }
