"""The command that makes a whole fictitious municipality and opens the app on it."""

import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from vertrouwenswerk import i18n
from vertrouwenswerk.cli.talk import end_progress, progress_bar, put, put_json, say
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases.demo import DemoPlan, DemoReport, make_demo


def demo(options: Namespace) -> int:
    """Make the demo; then open the bureau's side of the app, unless asked not to."""
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="vertrouwenswerk-demo-"))).resolve()
    plan = DemoPlan(folder, options.advisers, options.quarters, options.seed)
    bars: dict[str, Callable[[int, int], None]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        bars.setdefault(stage, progress_bar(stage))(done, total)

    report = make_demo(plan, progress)
    end_progress()
    if options.json:
        put_json(_as_json(report))
    else:
        _put_places(report)
    _say_result(report)
    if options.no_app:
        return 0
    secret = report.places.passphrase_file("bureau").read_text(encoding="utf-8").strip()
    return int(options.open_app(report.places.bureau, secret))


def _put_places(report: DemoReport) -> None:
    places = report.places
    put(_("bureau:      %(folder)s"), folder=places.bureau.root)
    put(_("advisers:    %(folder)s"), folder=places.adviser(1).root.parent)
    put(_("guardian:    %(folder)s"), folder=places.guardian)
    put(_("summaries:   %(folder)s"), folder=places.handed_in)
    put(_("passphrases: %(folder)s"), folder=places.passphrase_file("bureau").parent)
    for whose in ("bureau", "guardian", "adviser"):
        put(f"  {whose}: {places.passphrase_file(whose).read_text(encoding='utf-8').strip()}")


def _say_result(report: DemoReport) -> None:
    table = report.minutes.table
    numbers = {
        "advisers": i18n.number(report.advisers),
        "files": i18n.number(report.files),
        "signals": i18n.number(report.signals),
        "shown": i18n.number(table.shown_cells),
        "hidden": i18n.number(table.hidden_cells),
    }
    say(
        _(
            "%(advisers)s advisers, %(files)s files, %(signals)s signals merged;"
            " %(shown)s cells shown, %(hidden)s hidden."
        ),
        **numbers,
    )


def _as_json(report: DemoReport) -> dict[str, object]:
    places = report.places
    return {
        "bureau": str(places.bureau.root),
        "advisers": [str(places.adviser(n + 1).root) for n in range(report.advisers)],
        "guardian_key": str(places.guardian / "hoeder.vwkey"),
        "codebook": str(places.codebook),
        "handed_in": str(places.handed_in),
        "passphrase_files": {
            whose: str(places.passphrase_file(whose)) for whose in ("bureau", "guardian", "adviser")
        },
        "planted": [
            {"unit": p.unit, "theme": p.theme, "quarters": [str(q) for q in p.quarters], "extra": p.extra}
            for p in report.planted
        ],
        "files": report.files,
        "signals": report.signals,
        "shown": report.minutes.table.shown_cells,
        "hidden": report.minutes.table.hidden_cells,
    }
