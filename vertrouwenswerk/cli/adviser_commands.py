"""What an adviser does on the command line."""

from argparse import Namespace
from pathlib import Path

from vertrouwenswerk import i18n
from vertrouwenswerk.cli.talk import (
    choose_secrets,
    confirm,
    put,
    put_json,
    read_own_secret,
    say,
)
from vertrouwenswerk.domain.codebook import Codebook, Opening
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.small_units import why_taken_up
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _, ngettext
from vertrouwenswerk.usecases import adviser as adviser_usecases
from vertrouwenswerk.usecases import handing_in, own_year, retention
from vertrouwenswerk.usecases import reminders as reminder_usecases
from vertrouwenswerk.usecases.adviser import Adviser, Recorded
from vertrouwenswerk.usecases.clock import system_clock
from vertrouwenswerk.usecases.handing_in import QuarterState, WriteState

CARD_NAME = "vertrouwenspersoon.vwcard"


def init(options: Namespace) -> None:
    """Make the vault, after the fingerprints were compared."""
    signed = adviser_usecases.read_codebook_file(options.codebook)
    _show_codebook(signed.codebook)
    question = _("Did you compare these words by phone, and are they the same?")
    if not options.fingerprints_compared and not confirm(question):
        raise UsageError(
            _("The fingerprints were not compared; no vault was made."),
            _("Phone those whose words these are, compare, then use --fingerprints-compared."),
        )
    chosen = choose_secrets(options)
    with adviser_usecases.set_up_adviser(options.places, signed, chosen, system_clock) as adviser:
        say(_("Your vault is ready: %(folder)s"), folder=options.places.adviser_vault.parent)
        say(_("Your own words, for when the bureau phones: %(words)s"), words=" ".join(adviser.words))
    say(_("Next: vertrouwenswerk adviser card, and send the card to the bureau."))


def card(options: Namespace) -> None:
    """Write the card for the bureau."""
    path = options.to or Path(CARD_NAME)
    with _unlock(options) as adviser:
        adviser_usecases.write_card(adviser, path)
        put(str(path))
        say(
            _("Send this card to the bureau. Your words, to compare by phone: %(words)s"),
            words=" ".join(adviser.words),
        )


def record(options: Namespace) -> None:
    """Count signals."""
    with _unlock(options) as adviser:
        done = adviser_usecases.record(
            adviser, theme=options.theme, unit=options.unit, quarter=_quarter(options), times=options.times
        )
        _say_change(adviser, done, _("Counted: %(place)s. It stands at %(count)s now."))
        _say_export_again(adviser, done)
        say(
            _("To undo: adviser remove %(theme)s %(unit)s --quarter %(quarter)s --times %(times)s"),
            theme=done.theme,
            unit="-" if done.unit == ROOT else done.unit,
            quarter=done.quarter,
            times=options.times,
        )


def remove(options: Namespace) -> None:
    """Count signals fewer."""
    with _unlock(options) as adviser:
        done = adviser_usecases.remove(
            adviser, theme=options.theme, unit=options.unit, quarter=_quarter(options), times=options.times
        )
        _say_change(adviser, done, _("Taken away: %(place)s. It stands at %(count)s now."))
        _say_export_again(adviser, done)


def tally(options: Namespace) -> None:
    """List the own tallies."""
    with _unlock(options) as adviser:
        found = adviser_usecases.own_tallies(adviser, quarter=_quarter(options), year=options.year)
        if options.json:
            put_json(_as_json(found))
        else:
            _put_tallies(adviser.codebook, found)


def preview(options: Namespace) -> None:
    """Show every line that will leave."""
    with _unlock(options) as adviser:
        shown = handing_in.preview(adviser, Quarter.parse(options.quarter), leaving=options.leaving)
        if options.json:
            put_json(_as_json(shown.lines))
        else:
            say(_("This is all that will leave, for %(quarter)s:"), quarter=shown.quarter)
            _put_tallies(adviser.codebook, shown.lines)
        say(opening_in_words(shown.opening))


def export(options: Namespace) -> int:
    """Write the summary; 3 when it could not be read back."""
    with _unlock(options) as adviser:
        done = handing_in.export(adviser, Quarter.parse(options.quarter), options.to, leaving=options.leaving)
        put(str(done.path))
        if done.state is WriteState.VERIFIED:
            say(_("Written and verified. Hand this file to the bureau: by stick, mail or share."))
            say(_("Then make a backup: vertrouwenswerk vault backup --to F"))
            return 0
        say(_("Written, but it could not be read back."))
        say(_("Do not hand it in; export again to another folder."))
        return 3


def report(options: Namespace) -> None:
    """Print the own yearly report, or write it to a file that is readable on purpose."""
    as_page = None if options.format is None else options.format == "html"
    with _unlock(options) as adviser:
        if options.to is not None:
            own_year.write_report(adviser, options.year, options.to, as_page=as_page)
            put(str(options.to))
            say(_("This file is readable: print it, then delete it."))
        elif as_page:
            put(own_year.report_page(adviser, options.year).rstrip("\n"))
        else:
            put("\n".join(own_year.report_lines(adviser, options.year)))


def reminders(options: Namespace) -> None:
    """List what waits for the adviser."""
    with _unlock(options) as adviser:
        waiting = reminder_usecases.reminders(adviser)
        if options.json:
            put_json([reminder.value for reminder in waiting])
            return
        for reminder in waiting:
            put(reminder_usecases.reminder_in_words(adviser, reminder))
        if not waiting:
            say(_("Nothing waits."))


def lock_after(options: Namespace) -> None:
    """Choose after how many minutes the app locks."""
    with _unlock(options) as adviser:
        adviser_usecases.lock_after(adviser, options.minutes)
        say(_("The app locks this vault after %(minutes)s minutes without a key."), minutes=options.minutes)


def clear(options: Namespace) -> None:
    """Clear years that are due, after showing what goes and asking."""
    with _unlock(options) as adviser:
        years = retention.years_due(adviser)
        if not years:
            say(_("No year is due to be cleared."))
        for year in years:
            say(_("Due to be cleared: %(year)s. What you handed in stays with the bureau."), year=year)
            _put_tallies(adviser.codebook, adviser_usecases.own_tallies(adviser, year=year))
            if options.yes or confirm(_("Clear these tallies for good?")):
                retention.clear_year(adviser, year)
                say(_("Cleared: %(year)s."), year=year)
            else:
                say(_("Nothing was cleared."))


def codebook(options: Namespace) -> None:
    """Take a newer codebook."""
    with _unlock(options) as adviser:
        adviser_usecases.take_codebook(adviser, adviser_usecases.read_codebook_file(options.file))
        say(_("You now use version %(version)s of the codebook."), version=adviser.codebook.version)


def units(options: Namespace) -> None:
    """List the units of the codebook."""
    with _unlock(options) as adviser:
        book = adviser.codebook
        if options.json:
            put_json(
                [
                    {"code": u.code, "parent": u.parent, "name": u.name, "aliases": u.aliases}
                    for u in book.units
                ]
            )
            return
        for code in book.unit_tree.codes:
            indent = "  " * (book.unit_tree.depth(code) - 1)
            aliases = "" if code == ROOT else ", ".join(book.unit(code).aliases)
            put(f"{code:<14}{indent}{unit_name(book, code)}" + (f"  ({aliases})" if aliases else ""))


def themes(options: Namespace) -> None:
    """List the themes of the codebook."""
    with _unlock(options) as adviser:
        found = adviser.codebook.themes
        if options.json:
            put_json(
                [
                    {"code": t.code, "group": t.group, "key": t.key, "name": t.name(i18n.language())}
                    for t in found
                ]
            )
            return
        for theme in found:
            definition = f". {theme.definition_nl}" if i18n.language() == "nl" else ""
            put(f"{theme.key}  {theme.code:<6}{theme.name(i18n.language())}{definition}")


def quarters(options: Namespace) -> None:
    """List what is handed in and what is open."""
    with _unlock(options) as adviser:
        states = handing_in.quarter_states(adviser)
    if options.json:
        put_json([{"quarter": str(q), "state": state.name.lower()} for q, state in states.items()])
        return
    for quarter, state in states.items():
        put(f"{quarter}  {state_in_words(state)}")


def opening_in_words(opening: Opening) -> str:
    """Say who can open the counts."""
    if opening is Opening.BUREAU_ALONE:
        return _("The bureau can open these counts ALONE; no guardian is needed.")
    return _("Only bureau and guardian together can open these counts.")


def state_in_words(state: QuarterState) -> str:
    """Say where a quarter stands."""
    return {
        QuarterState.RUNNING: _("running: can be handed in when it is over"),
        QuarterState.OPEN: _("open: not handed in yet"),
        QuarterState.EXPORTED: _("exported"),
        QuarterState.CLEARED: _("cleared after it was handed in"),
        QuarterState.CHANGED_SINCE: _(
            "changed since the export: export again, the new file replaces the old"
        ),
    }[state]


def unit_name(book: Codebook, code: str) -> str:
    """Return the name of a unit; the root is «not named»."""
    return _("not named") if code == ROOT else book.unit(code).name


def _unlock(options: Namespace) -> Adviser:
    return adviser_usecases.unlock_adviser(options.places, read_own_secret(options), system_clock)


def _quarter(options: Namespace) -> Quarter | None:
    return Quarter.parse(options.quarter) if options.quarter else None


def _show_codebook(book: Codebook) -> None:
    words = adviser_usecases.fingerprints(book)
    say(_("Codebook of %(name)s, version %(version)s."), name=book.organisation, version=book.version)
    if book.fictitious:
        say(_("This organisation is FICTITIOUS: only for trying things out."))
    say(opening_in_words(book.opening))
    say(_("Nobody sees a count below %(threshold)s."), threshold=book.threshold)
    say(_("Words of the bureau:   %(words)s"), words=" ".join(words.bureau))
    if words.guardian:
        say(_("Words of the guardian: %(words)s"), words=" ".join(words.guardian))


def _say_change(adviser: Adviser, done: Recorded, text: str) -> None:
    book = adviser.codebook
    theme = book.theme_name(done.theme, i18n.language())
    place = f"{unit_name(book, done.unit)} ({done.unit}): {theme}, {done.quarter}"
    say(text, place=place, count=done.count)
    if done.unit != done.asked:
        say(why_taken_up(book, done.asked))


def _say_export_again(adviser: Adviser, done: Recorded) -> None:
    if handing_in.quarter_states(adviser).get(done.quarter) is QuarterState.CHANGED_SINCE:
        say(_("%(quarter)s was exported before: export it again, the new file counts."), quarter=done.quarter)


def _as_json(tallies: tuple[OwnTally, ...]) -> list[dict[str, str | int]]:
    return [{"quarter": str(t.quarter), "unit": t.unit, "theme": t.theme, "count": t.count} for t in tallies]


def _put_tallies(book: Codebook, tallies: tuple[OwnTally, ...]) -> None:
    for found in tallies:
        theme = book.theme_name(found.theme, i18n.language())
        put(f"{found.quarter}  {found.count:>4}  {found.unit:<12} {unit_name(book, found.unit)}: {theme}")
    total = sum(found.count for found in tallies)
    say(ngettext("%(number)s signal in all.", "%(number)s signals in all.", total), number=i18n.number(total))
