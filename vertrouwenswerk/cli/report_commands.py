"""Reports that leave the bureau, and the ledger of them, on the command line."""

import sys
from argparse import Namespace

from vertrouwenswerk import i18n
from vertrouwenswerk.cli.talk import confirm, end_progress, progress_bar, put, put_json, read_secret, say
from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.handoff.release_file import Release
from vertrouwenswerk.i18n import _
from vertrouwenswerk.reports.outside import Audience, audience_name, level_name, report_as_text
from vertrouwenswerk.usecases.bureau import Bureau, unlock_bureau
from vertrouwenswerk.usecases.clock import system_clock


def report(options: Namespace) -> None:
    """Show what a report would show and hide, ask, and give it out."""
    from vertrouwenswerk.usecases import reporting  # needs the bureau extra

    audience = Audience(options.audience)
    window = Window.parse(options.window) if options.window else None
    with _unlock(options) as bureau:
        proposal = reporting.plan_report(
            bureau,
            audience,
            window,
            options.level,
            groups=options.groups,
            progress=progress_bar(_("protecting")),
        )
        end_progress()
        for line in report_as_text(proposal.report, i18n.language()):
            say(line)
        say("")
        say(_("A report that left cannot be taken back: later ones must give way to it."))
        if not options.yes and not confirm(
            _("Give this report out, as number %(number)s?") % {"number": proposal.number}
        ):
            say(_("Nothing was released."))
            return
        kind = (
            reporting.Format(options.format) if options.format else reporting.format_for(options.to, audience)
        )
        data = reporting.release_report(bureau, proposal, kind, options.to)
    if options.to is None:
        sys.stdout.write(data.decode("utf-8"))
    else:
        put(str(options.to))
    say(_("Release %(number)s stands in the ledger."), number=proposal.number)


def releases(options: Namespace) -> None:
    """List the ledger, in order."""
    from vertrouwenswerk.usecases.reporting import ledger  # needs the bureau extra

    with _unlock(options) as bureau:
        rows = ledger(bureau)
    if options.json:
        put_json([_as_json(row) for row in rows])
        return
    if not rows:
        say(_("No report has left yet."))
    for row in rows:
        put(release_in_words(row))


def release_in_words(row: Release) -> str:
    """Return a row of the ledger as one line."""
    return _(
        "%(number)s  picture %(picture)s  %(audience)s, %(level)s, %(window)s: %(shown)s shown, %(hidden)s "
        "hidden; %(audited)s checked together with %(rows)s counts"
    ) % {
        "number": row.number,
        "picture": row.picture,
        "audience": audience_name(Audience(row.audience)),
        "level": level_name(row.level),
        "window": row.window,
        "shown": i18n.number(len(row.table.shown)),
        "hidden": i18n.number(row.hidden),
        "audited": i18n.number(row.certificate.audited),
        "rows": i18n.number(row.certificate.rows),
    }


def _as_json(row: Release) -> dict[str, object]:
    certificate = row.certificate
    return {
        "number": row.number,
        "picture": row.picture,
        "audience": row.audience,
        "window": str(row.window),
        "level": row.level,
        "groups": row.groups,
        "threshold": row.table.threshold,
        "shown": len(row.table.shown),
        "hidden": row.hidden,
        "certificate": {
            "structure": certificate.structure.hex(),
            "rows": certificate.rows,
            "audited": certificate.audited,
            "proven_before": certificate.proven_before,
            "whole_numbers": certificate.whole_numbers,
            "sampled": certificate.sampled,
            "solver": certificate.solver,
        },
    }


def _unlock(options: Namespace) -> Bureau:
    secret = read_secret(options, _("Passphrase of the bureau:"))
    return unlock_bureau(options.places, secret, system_clock)
