"""The audit of published tables on the command line, for whoever has the files and nothing else."""

from argparse import Namespace

from vertrouwenswerk import i18n
from vertrouwenswerk.cli.talk import progress_bar, put, put_json
from vertrouwenswerk.disclosure.outside import Verdict, Violation
from vertrouwenswerk.disclosure.spans import Kind
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.i18n import _, ngettext
from vertrouwenswerk.usecases.auditing import audit_files

_NOT_SAFE = 5


def audit(options: Namespace) -> int:
    """Audit published tables; 5 when they give something away."""
    verdict = audit_files(options.files, progress_bar(_("auditing")))
    if options.json:
        put_json(_as_json(verdict))
    else:
        _put_in_words(verdict)
    return _NOT_SAFE if verdict.violations else 0


def _put_in_words(verdict: Verdict) -> None:
    numbers = {"shown": i18n.number(verdict.shown), "hidden": i18n.number(verdict.hidden)}
    text = ngettext(
        "%(number)s file: %(shown)s cells shown, %(hidden)s hidden.",
        "%(number)s files together: %(shown)s cells shown, %(hidden)s hidden.",
        verdict.tables,
    )
    put(text, number=verdict.tables, **numbers)
    _put_violations(verdict)
    put(_("Cells that cannot be decided from outside: %(number)s."), number=i18n.number(verdict.undecided))
    if verdict.undecided:
        put(
            _(
                "These are certainly not empty, but may reach the threshold and be hidden to protect another"
                " cell; only a sitting, which knows the counts, can decide."
            )
        )
    put(_("Of every other hidden cell nothing can be proven: it may be empty."))
    put(_("Solver: %(solver)s."), solver=verdict.solver)


def _put_violations(verdict: Verdict) -> None:
    if not verdict.violations:
        put(_("Violations proven: none."))
        return
    put(_("Violations proven: %(number)s."), number=i18n.number(len(verdict.violations)))
    for violation in verdict.violations:
        put("  " + _in_words(violation))


def _in_words(violation: Violation) -> str:
    values = {
        "unit": _unit_in_words(violation),
        "theme": _("all themes") if violation.theme == ROOT else violation.theme,
        "when": _when_in_words(violation),
        "least": i18n.number(violation.at_least),
    }
    if violation.at_most is None:
        return _("%(unit)s, %(theme)s, %(when)s: at least %(least)s") % values
    most = i18n.number(violation.at_most)
    if violation.at_most == violation.at_least:
        return _("%(unit)s, %(theme)s, %(when)s: exactly %(least)s") % values
    return _("%(unit)s, %(theme)s, %(when)s: %(least)s to %(most)s") % {**values, "most": most}


def _unit_in_words(violation: Violation) -> str:
    unit = _("the whole organisation") if violation.unit == ROOT else violation.unit
    return _("%(unit)s itself, without what lies below it") % {"unit": unit} if violation.own else unit


def _when_in_words(violation: Violation) -> str:
    values = {"window": violation.window, "picture": violation.picture, "file": violation.table}
    if violation.change is Kind.ADDED:
        return _("%(window)s, what picture %(picture)s added") % values
    if violation.change is Kind.WITHDRAWN:
        return _("%(window)s, what picture %(picture)s took back") % values
    return _("%(window)s in %(file)s") % values if violation.table else str(violation.window)


def _as_json(verdict: Verdict) -> dict[str, object]:
    return {
        "files": verdict.tables,
        "shown": verdict.shown,
        "hidden": verdict.hidden,
        "violations": [_violation_as_json(violation) for violation in verdict.violations],
        "undecided": verdict.undecided,
        "solver": verdict.solver,
    }


def _violation_as_json(violation: Violation) -> dict[str, object]:
    return {
        "unit": violation.unit,
        "theme": violation.theme,
        "own": violation.own,
        "window": str(violation.window),
        "change": None if violation.change is Kind.COUNTED else violation.change.name.lower(),
        "picture": violation.picture or None,
        "file": violation.table or None,
        "at_least": violation.at_least,
        "at_most": violation.at_most,
    }
