"""All commands and options, as argparse wants them; nothing heavy is imported here.

A command names its function as ``module.function`` below ``vertrouwenswerk.cli``. Without a
command the app opens, and the parsers of the commands are not built: they take as long as
importing all of the app's own modules for its first screen.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vertrouwenswerk import __version__
from vertrouwenswerk.appearance import LOOKS
from vertrouwenswerk.i18n import LANGUAGES, _

_Subparsers = Any  # argparse's own type is private
_OPEN_APP = "app_command.open_app"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the arguments ask for; ends the program where argparse does."""
    try:
        options, more = _common(suppress=False).parse_known_args(arguments)
    except argparse.ArgumentError:
        more = list(arguments)
    if more:
        return build_parser().parse_args(arguments)
    options.command = _OPEN_APP
    return options


def build_parser() -> argparse.ArgumentParser:
    """Return the parser for the language in use."""
    parser = argparse.ArgumentParser(
        prog="vertrouwenswerk",
        description=_("Count themes, not people. Without a command the app opens."),
        allow_abbrev=False,
        parents=[_common(suppress=False)],
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"vertrouwenswerk {__version__}",
        help=_("show program's version number and exit"),
    )
    parser.set_defaults(command=_OPEN_APP)
    groups = parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"))
    _add_demo(groups)
    _add_adviser(_group(groups, "adviser", _("your own vault: record, look, hand in")))
    _add_guardian(_group(groups, "guardian", _("the second key")))
    _add_bureau(_group(groups, "bureau", _("codebook, deliveries, sittings, tables")))
    _add_vault(_group(groups, "vault", _("passphrase and recovery code of a vault")))
    _add_audit(groups)
    _add_settings(groups)
    _leaf(groups, "paths", "vault_commands.paths", _("where things are kept"), json=True)
    return parser


def _common(*, suppress: bool) -> argparse.ArgumentParser:
    """The options that may stand before or after the command."""
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    default: Any = argparse.SUPPRESS if suppress else None
    common.add_argument("--lang", choices=LANGUAGES, default=default, help=_("language of the texts"))
    common.add_argument(
        "--data-dir", type=Path, default=default, metavar="DIR", help=_("folder with the vaults")
    )
    return common


def _group(groups: _Subparsers, name: str, text: str) -> _Subparsers:
    parser = groups.add_parser(name, help=text, description=text, allow_abbrev=False)
    parser.set_defaults(command="app_command.choose_command", chosen_group=parser)
    return parser.add_subparsers(title=_("commands"), metavar=_("COMMAND"))


def _leaf(
    groups: _Subparsers, name: str, command: str, text: str, *, secret: bool = False, json: bool = False
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = groups.add_parser(
        name, help=text, description=text, allow_abbrev=False, parents=[_common(suppress=True)]
    )
    parser.set_defaults(command=command)
    if secret:
        _add_secret(parser, "", _("file with the passphrase or recovery code"))
        parser.add_argument(
            "--passphrase-fd",
            type=int,
            metavar="N",
            help=_("open file descriptor to read the passphrase from"),
        )
    if json:
        parser.add_argument("--json", action="store_true", help=_("as JSON, for other programs"))
    return parser


def _add_secret(parser: argparse.ArgumentParser, whose: str, text: str) -> None:
    parser.add_argument(f"--{whose}passphrase-file", type=Path, metavar="F", help=text)


def _add_new_secret(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--recovery-code-to", type=Path, metavar="F", help=_("write the recovery code to this file, in clear")
    )


def _add_guardian_key(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument(
        "--guardian-key", type=Path, metavar="F", required=required, help=_("the guardian's key file")
    )
    _add_secret(parser, "guardian-", _("file with the guardian's passphrase or recovery code"))


def _add_demo(groups: _Subparsers) -> None:
    demo = _leaf(
        groups, "demo", "demo_command.demo", _("a whole fictitious municipality, end to end"), json=True
    )
    demo.add_argument("folder", nargs="?", type=Path, metavar="DIR", help=_("new folder for the demo"))
    demo.add_argument("--advisers", type=int, default=42, metavar="N", help=_("how many advisers"))
    demo.add_argument("--quarters", type=int, default=12, metavar="N", help=_("how many quarters"))
    demo.add_argument("--seed", type=int, default=1, metavar="N", help=_("another number, another world"))
    demo.add_argument("--no-app", action="store_true", help=_("only make it; do not open the app"))


def _add_audit(groups: _Subparsers) -> None:
    text = _("what published tables give away, from the files alone")
    audit = _leaf(groups, "audit", "audit_command.audit", text, json=True)
    audit.add_argument(
        "files", nargs="+", type=Path, metavar="F", help=_("tables, as bureau table --json prints them")
    )


def _add_settings(groups: _Subparsers) -> None:
    settings = _leaf(
        groups, "settings", "settings_command.settings", _("language and look of the program"), json=True
    )
    settings.add_argument("--language", choices=LANGUAGES, help=_("language from now on"))
    settings.add_argument("--look", choices=LOOKS, help=_("look of the app: night, day or high contrast"))


def _add_adviser(group: _Subparsers) -> None:
    init = _leaf(group, "init", "adviser_commands.init", _("make your vault"), secret=True)
    init.add_argument(
        "--codebook", type=Path, required=True, metavar="F", help=_("the codebook of your bureau")
    )
    init.add_argument(
        "--fingerprints-compared",
        action="store_true",
        help=_("you compared the words of both fingerprints by phone"),
    )
    _add_new_secret(init)
    card = _leaf(group, "card", "adviser_commands.card", _("write your card for the bureau"), secret=True)
    card.add_argument("--to", type=Path, metavar="F", help=_("file to write"))
    for name, text in (("record", _("count a signal")), ("remove", _("count a signal fewer"))):
        change = _leaf(group, name, f"adviser_commands.{name}", text, secret=True)
        change.add_argument("theme", metavar=_("THEME"), help=_("code, digit or name of the theme"))
        change.add_argument(
            "unit", metavar=_("UNIT"), help=_("code or name of the unit; - when it is not named")
        )
        change.add_argument("--quarter", metavar="Q", help=_("another quarter, such as 2026-Q3"))
        change.add_argument("--times", type=int, default=1, metavar="N", help=_("how many at once"))
    tally = _leaf(group, "tally", "adviser_commands.tally", _("your own tallies"), secret=True, json=True)
    tally.add_argument("--quarter", metavar="Q", help=_("only this quarter"))
    tally.add_argument("--year", type=int, metavar="Y", help=_("only this year"))
    for name, text in (("preview", _("every line that will leave")), ("export", _("write the summary file"))):
        leave = _leaf(group, name, f"adviser_commands.{name}", text, secret=True, json=name == "preview")
        leave.add_argument("quarter", metavar="Q", help=_("a quarter that is over, such as 2026-Q3"))
        leave.add_argument(
            "--leaving", action="store_true", help=_("you leave as an adviser: the running quarter too")
        )
        if name == "export":
            leave.add_argument(
                "--to", type=Path, default=Path(), metavar="DIR", help=_("folder to write into")
            )
    _add_adviser_upkeep(group)
    for name, text in (
        ("units", _("the units of your codebook")),
        ("themes", _("the themes of your codebook")),
        ("quarters", _("what is handed in and what is open")),
        ("reminders", _("what waits for you")),
    ):
        _leaf(group, name, f"adviser_commands.{name}", text, secret=True, json=True)


def _add_adviser_upkeep(group: _Subparsers) -> None:
    report = _leaf(
        group, "report", "adviser_commands.report", _("your own yearly report, to print"), secret=True
    )
    report.add_argument("year", type=int, metavar="Y", help=_("the year"))
    report.add_argument("--format", choices=("text", "html"), help=_("text or a web page"))
    report.add_argument("--to", type=Path, metavar="F", help=_("file to write"))
    lock = _leaf(
        group, "lock-after", "adviser_commands.lock_after", _("when the app locks by itself"), secret=True
    )
    lock.add_argument("minutes", type=int, metavar="N", help=_("minutes without a key, 1 to 60"))
    text = _("clear the tallies of a year that is due")
    clear = _leaf(group, "clear", "adviser_commands.clear", text, secret=True)
    clear.add_argument("--yes", action="store_true", help=_("do not ask"))
    codebook = _leaf(group, "codebook", "adviser_commands.codebook", _("take a newer codebook"), secret=True)
    codebook.add_argument("file", type=Path, metavar="F", help=_("the codebook of your bureau"))


def _add_guardian(group: _Subparsers) -> None:
    init = _leaf(
        group, "init", "guardian_commands.init", _("make the guardian's key file and card"), secret=True
    )
    init.add_argument(
        "--to", type=Path, required=True, metavar="DIR", help=_("folder to write into, such as a stick")
    )
    _add_new_secret(init)
    card = _leaf(group, "card", "guardian_commands.card", _("write the card once more"), secret=True)
    card.add_argument(
        "--guardian-key", type=Path, required=True, metavar="F", help=_("the guardian's key file")
    )
    card.add_argument("--to", type=Path, required=True, metavar="F", help=_("file to write"))
    check = _leaf(group, "check", "guardian_commands.check", _("see whether the key file opens"), secret=True)
    check.add_argument(
        "--guardian-key", type=Path, required=True, metavar="F", help=_("the guardian's key file")
    )
    check.add_argument("--card", type=Path, metavar="F", help=_("the card that should go with it"))


def _add_bureau(group: _Subparsers) -> None:
    init = _leaf(
        group, "init", "bureau_commands.init", _("found the office, issue the codebook"), secret=True
    )
    init.add_argument("--name", required=True, metavar="N", help=_("name of the organisation"))
    tables = {
        "organisation": _("CSV table: code, parent, name, headcount and, if you like, aliases (A|B)"),
        "themes": _("CSV table: code, group, key, name_nl, name_en, definition_nl"),
        "theme-groups": _("CSV table: code, name_nl, name_en"),
    }
    for name, text in tables.items():
        init.add_argument(f"--{name}", type=Path, required=True, metavar="CSV", help=text)
    who = init.add_mutually_exclusive_group(required=True)
    who.add_argument("--guardian", type=Path, metavar=_("CARD"), help=_("card of the guardian"))
    who.add_argument("--alone", action="store_true", help=_("no guardian: the bureau opens the counts alone"))
    init.add_argument("--threshold", type=int, default=3, metavar="K", help=_("least count anyone may see"))
    _add_guardian_key(init)
    _add_new_secret(init)
    codebook = _leaf(
        group,
        "codebook",
        "bureau_commands.codebook",
        _("write the codebook; let the guardian sign it"),
        secret=True,
    )
    codebook.add_argument("--to", type=Path, metavar="F", help=_("file to write"))
    _add_guardian_key(codebook)
    enrol = _leaf(
        group, "enrol", "bureau_commands.enrol", _("enrol advisers by their cards"), secret=True, json=True
    )
    enrol.add_argument("cards", nargs="+", type=Path, metavar=_("CARD"), help=_("cards of advisers"))
    _add_guardian_key(enrol)
    _leaf(group, "advisers", "bureau_commands.advisers", _("who is enrolled"), secret=True, json=True)
    take = _leaf(group, "import", "bureau_commands.import_", _("take summaries in"), secret=True, json=True)
    take.add_argument(
        "files", nargs="+", type=Path, metavar=_("FILE|DIR"), help=_("summaries, or folders with them")
    )
    _leaf(group, "deliveries", "bureau_commands.deliveries", _("who handed in what"), secret=True, json=True)
    sitting = _leaf(
        group,
        "sitting",
        "bureau_commands.sitting",
        _("open, merge and protect, together with the guardian"),
        secret=True,
    )
    sitting.add_argument(
        "--countersign", action="store_true", help=_("the guardian agrees to the newly enrolled advisers")
    )
    _add_guardian_key(sitting)
    _add_looking(group)


def _add_looking(group: _Subparsers) -> None:
    table = _leaf(
        group, "table", "bureau_commands.table", _("the table of the newest picture"), secret=True, json=True
    )
    table.add_argument("--picture", type=int, metavar="N", help=_("of an earlier picture, by its number"))
    table.add_argument("--window", metavar="Q..Q", help=_("such as 2026-Q1..2026-Q4"))
    table.add_argument(
        "--level",
        choices=("cluster", "directorate", "department"),
        default="department",
        help=_("down to which level"),
    )
    table.add_argument("--groups", action="store_true", help=_("theme groups instead of themes"))
    _leaf(
        group,
        "patterns",
        "pattern_commands.patterns",
        _("what stands out in the newest picture"),
        secret=True,
        json=True,
    )
    _add_follow_up(group)
    _add_reports(group)


def _add_follow_up(group: _Subparsers) -> None:
    from vertrouwenswerk.domain.follow_up import FollowUp  # the app needs neither for its first screen
    from vertrouwenswerk.patterns.notices import Question

    text = _("say how far the talk about a pattern is; a state and the quarter are kept, no words")
    follow = _leaf(group, "follow-up", "pattern_commands.follow_up", text, secret=True)
    follow.add_argument(
        "question",
        choices=tuple(question.value for question in Question),
        help=_("as bureau patterns --json names it"),
    )
    follow.add_argument("unit", metavar=_("UNIT"), help=_("code of the unit; '*' is the whole organisation"))
    follow.add_argument("theme", metavar=_("THEME"), help=_("code of the theme or group; '*' is all themes"))
    follow.add_argument(
        "state", choices=tuple(state.value for state in FollowUp), help=_("the state from now on")
    )


def _add_reports(group: _Subparsers) -> None:
    text = _("give a report out; it stands in the ledger for ever")
    report = _leaf(group, "report", "report_commands.report", text, secret=True)
    report.add_argument(
        "--audience",
        choices=("council", "management", "feed"),
        required=True,
        help=_("for whom; a feed is for other programs"),
    )
    report.add_argument("--window", metavar="Q..Q", help=_("such as 2026-Q1..2026-Q4"))
    report.add_argument(
        "--level",
        choices=("organisation", "cluster", "directorate", "department"),
        help=_("down to which level"),
    )
    report.add_argument("--groups", action="store_true", help=_("theme groups instead of themes"))
    report.add_argument(
        "--format", choices=("text", "html", "csv"), help=_("as text, as a web page or as a table")
    )
    report.add_argument(
        "--to", type=Path, metavar="F", help=_("new file to write; without it the report is printed")
    )
    report.add_argument("--yes", action="store_true", help=_("do not ask"))
    _leaf(group, "releases", "report_commands.releases", _("all reports that left"), secret=True, json=True)


def _add_vault(group: _Subparsers) -> None:
    passphrase = _leaf(
        group, "passphrase", "vault_commands.passphrase", _("change the passphrase"), secret=True
    )
    _add_secret(passphrase, "new-", _("file with the new passphrase"))
    recovery = _leaf(group, "recovery", "vault_commands.recovery", _("make a new recovery code"), secret=True)
    _add_new_secret(recovery)
    backup = _leaf(group, "backup", "vault_commands.backup", _("write a backup and verify it"), secret=True)
    backup.add_argument("--to", type=Path, required=True, metavar="F", help=_("file to write"))
    restore = _leaf(group, "restore", "vault_commands.restore", _("put a backup back"), secret=True)
    restore.add_argument("file", type=Path, metavar="F", help=_("the backup"))
    drill = _("try the recovery code from its paper, once a year")
    _leaf(group, "drill", "vault_commands.drill", drill, secret=True)
    _leaf(group, "check", "vault_commands.check", _("see whether the vault is whole"), secret=True)
