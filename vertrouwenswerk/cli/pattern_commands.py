"""What stands out, on the command line."""

from argparse import Namespace

from vertrouwenswerk.cli.bureau_commands import unlock
from vertrouwenswerk.cli.talk import put, put_json, say
from vertrouwenswerk.i18n import _
from vertrouwenswerk.reports.pattern_list import finding_as_json, listed
from vertrouwenswerk.reports.pattern_words import history_too_short, nothing_found, without_headcount
from vertrouwenswerk.usecases.pattern_looking import PatternsView, look_at_patterns


def patterns(options: Namespace) -> None:
    """Say what stands out in the newest picture."""
    with unlock(options) as bureau:
        view = look_at_patterns(bureau)
    if options.json:
        put_json([finding_as_json(finding, view.codebook) for finding in view.findings])
    else:
        for finding in view.findings:
            put(listed(finding, view.codebook))
        if view.was_looked_for and not view.findings:
            put(nothing_found(view.sensitivity))
    _say_how_far_it_looked(view)


def _say_how_far_it_looked(view: PatternsView) -> None:
    if not view.was_looked_for:
        say(_("Picture %(number)s was made without looking for patterns."), number=view.picture)
        say(_("It is of an older version (hold a sitting), or there were too many signals to look through."))
    for line in (
        history_too_short(view.quarters_needed),
        without_headcount(view.without_headcount, view.codebook),
    ):
        if line:
            say(line)
