"""Command line and app are twins: what an adviser can do in one can be done in the other.

Both lists are read from the code: which functions of the use cases a side imports. Functions
that do the same for a vault that is open and one that is not are one use case.
"""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "vertrouwenswerk"
USECASES = "vertrouwenswerk.usecases"
ADVISER = ("adviser", "handing_in", "keeping", "own_year", "reminders", "retention", "appearance")
# The app works on an open vault, the command line opens one for each command.
SAME = {
    "change_passphrase": "change_own_passphrase",
    "propose_recovery_code": "propose_own_recovery_code",
    "replace_recovery_code": "replace_own_recovery_code",
    "back_up": "back_up_own",
    "check_vault": "check_own_vault",
    "drill": "prove_recovery_code",
    "upkeep": "reminders",
    "consider_codebook": "take_codebook",
    "report_page": "report_lines",
    "put_back": "record",
}
# How a side gets at a vault, asks back who is there, or shows the same in its own way; nothing one can do.
HELPERS = {
    "Adviser",
    "default_level",
    "levels",
    "usual_window",
    "windows",
    "own_years",
    "require_own_secret",
    "require_vault",
    "used_lately",
    "vaults_in",
}


def used_by(side: str) -> dict[str, set[str]]:
    """Return, by module of the use cases, which of its functions a side uses."""
    found: dict[str, set[str]] = {}
    for file in sorted((PACKAGE / side).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules = modules_in(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{USECASES}."):
                module = (node.module or "").rpartition(".")[2]
                found.setdefault(module, set()).update(alias.name for alias in node.names)
            elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in modules:
                found.setdefault(modules[ast.unparse(node.value)], set()).add(node.attr)
    return found


def modules_in(tree: ast.Module) -> dict[str, str]:
    """Return the modules of the use cases that are imported whole, by the name they have here."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == USECASES
        for alias in node.names
    }


def use_cases(side: str, modules: tuple[str, ...]) -> set[str]:
    """Return what one can do on a side: functions, by their one name."""
    names = {name for module in modules for name in used_by(side).get(module, set())}
    return {SAME.get(name, name) for name in names if name[0].islower()} - HELPERS


def test_the_search_finds_what_both_sides_are_known_to_do() -> None:
    for side in ("cli", "tui"):
        assert {"record", "remove", "export", "preview"} <= use_cases(side, ADVISER)


def test_all_an_adviser_can_do_in_the_app_can_be_done_on_the_command_line_and_the_other_way_round() -> None:
    assert use_cases("tui", ADVISER) == use_cases("cli", ADVISER)


def test_the_audit_is_on_the_command_line_alone_since_an_outsider_has_no_app() -> None:
    assert use_cases("cli", ("auditing",)) == {"audit_files"}
    assert use_cases("tui", ("auditing",)) == set()


def test_all_the_bureau_can_do_in_the_app_can_be_done_on_the_command_line() -> None:
    bureau = (
        "bureau",
        "guardian",
        "receiving",
        "sitting",
        "looking",
        "pattern_looking",
        "following_up",
        "reporting",
        "demo",
    )
    assert use_cases("tui", bureau) - use_cases("cli", bureau) == set()


def test_patterns_and_their_follow_up_are_the_same_use_cases_on_both_sides() -> None:
    modules = ("pattern_looking", "following_up")
    both = {"look_at_patterns", "look_at_follow_up", "follow_up"}
    assert use_cases("tui", modules) == use_cases("cli", modules) == both
