"""Every text that a person sees is marked, has Dutch, and is Dutch in the running program."""

import argparse
import ast
import builtins
import importlib.util
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from vertrouwenswerk import errors
from vertrouwenswerk.cli.parser import build_parser
from vertrouwenswerk.errors import Error
from vertrouwenswerk.i18n import LANGUAGES, gettext_, language, ngettext, number, use_language

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "vertrouwenswerk"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# Texts that look as if a person would read them, with why nobody does (or why they stay).
ALLOWED = {
    "bureau and guardian": "a value in the codebook file",
    "bureau alone": "a value in the codebook file",
    "niet genoemd": "what a person may type in either language",
    "not named": "what a person may type in either language",
    "already in": "the value of an enum; cli and app have their own words",
    "add back": "the name of a step, which nobody is shown",
    "final audit": "the name of a step, which nobody is shown",
    "card 1": "binds a signature to its purpose",
    "codebook 1": "binds a signature to its purpose",
    "summary 1": "binds a signature to its purpose",
    "fingerprint adviser": "binds a hash to its purpose",
}


@cache
def tool() -> ModuleType:
    """Return ``docs/translations.py``, which is no package."""
    spec = importlib.util.spec_from_file_location("translations", ROOT / "docs" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def catalogue() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return every text with its Dutch, both as one form or as singular and plural."""
    return {_forms(message.id): _forms(message.string) for message in tool().read() if message.id}


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.fixture(autouse=True)
def language_as_before() -> Iterator[None]:
    before = language()
    yield
    use_language(before)


# --- The catalogue ---------------------------------------------------------------------------


def test_every_text_of_the_code_has_dutch() -> None:
    assert tool().missing(tool().updated()) == []


def test_no_text_is_left_that_the_code_does_not_use() -> None:
    used = {_forms(message.id) for message in tool().extracted() if message.id}
    assert set(catalogue()) - used == set()


def test_compiled_file_is_what_the_readable_one_compiles_to() -> None:
    stored = tool().read()
    assert tool().MO.read_bytes() == tool().as_mo(stored)
    assert tool().PO.read_bytes() == tool().as_po(stored)


def test_compiled_file_gives_the_dutch() -> None:
    use_language("nl")
    for texts, dutch in catalogue().items():
        if len(texts) == 1:
            assert gettext_(texts[0]) == dutch[0]
        else:
            assert tuple(ngettext(texts[0], texts[1], counted) for counted in (1, 2)) == dutch


def test_readable_file_says_nothing_of_tools_dates_or_persons() -> None:
    head = tool().PO.read_text(encoding="utf-8").partition("\n\n")[0]
    assert re.findall(r"ORGANIZATION|AUTHOR|EMAIL|FULL NAME|VERSION|LL@|Date|Babel|@", head) == []


def test_dutch_has_the_placeholders_of_the_text() -> None:
    wrong = [
        (texts, form)
        for texts, dutch in catalogue().items()
        for form in dutch
        if _placeholders(form) != _placeholders(texts[-1]) or not _can_be_filled(form)
    ]
    assert wrong == []


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%(?:\(\w+\))?[sr]", text))


def _can_be_filled(text: str) -> bool:
    named, nameless = re.findall(r"%\(\w+\)[sr]", text), re.findall(r"%[sr]", text)
    if named or nameless:
        values: object = defaultdict(str) if named else ("",) * len(nameless)
        return isinstance(text % values, str)
    return True


def test_dutch_begins_and_ends_as_the_text_does() -> None:
    wrong = [
        (texts, form)
        for texts, dutch in catalogue().items()
        for form in dutch
        if _ends(form) != _ends(texts[0])
    ]
    assert wrong == []


def _ends(text: str) -> tuple[str, str]:
    before, after = re.match(r"\s*", text), re.search(r"[.:?!]?\s*$", text)
    return (before[0] if before else "", after[0] if after else "")


@pytest.mark.parametrize("word", ["melding", "klacht", "melder", "dossier"])
def test_dutch_never_calls_a_signal_something_else(word: str) -> None:
    said = (form.casefold().replace(f"geen {word}", "") for dutch in catalogue().values() for form in dutch)
    assert [form for form in said if word in form] == []


def test_dutch_says_je() -> None:
    formal = re.compile(r"\b(u|uw)\b", re.IGNORECASE)
    assert [form for dutch in catalogue().values() for form in dutch if formal.search(form)] == []


@pytest.mark.parametrize(("chosen", "written"), [("nl", "1.234.567"), ("en", "1,234,567")])
def test_whole_numbers_are_written_as_the_language_does(chosen: str, written: str) -> None:
    use_language(chosen)
    assert number(1_234_567) == written


# --- Texts in the code that are not marked ---------------------------------------------------

_MARKS = ("_", "ngettext")
_TALK = (
    "say",
    "put",
    "confirm",
    "progress_bar",
    "print",
    "input",
    "getpass",
    "notify",
    "Label",
    "Static",
    "Button",
)
_FACES = (
    "help", "description", "title", "epilog", "placeholder", "label", "message", "hint", "prompt",
    "tooltip", "sub_title", "border_title", "border_subtitle",
)  # fmt: skip
_OUR_ERRORS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Error)
}
_SPACED = re.compile(r"[^\W\d_]{2,}[.,:;!?]*\s+\S|\S\s+[^\W\d_]{2,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SQL = re.compile(r"(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|BEGIN|COMMIT)\b|\w+ = [A-Z]+$")
_STYLE = re.compile(r"(bold|dim|reverse|italic|underline|on)\b.*|.*\$\w+.*")
_SETTINGS = ("CSS", "DEFAULT_CSS", "BINDINGS")


def unmarked(source: str) -> list[tuple[int, str]]:
    """Return line and text of every literal that a person may come to read and that is not marked.

    Suspect is any literal of words with a space between them, and a single word where texts
    for people go: talk, our errors, titles, help. Docstrings, annotations, Python's own
    exceptions, SQL, styles, patterns and names of style classes are not.
    """
    tree = ast.parse(source)
    passed = {
        id(literal) for node in ast.walk(tree) for part in _not_for_people(node) for literal in _all(part)
    }
    suspects = [literal for literal in _all(tree) if _SPACED.search(literal.value)]
    for node in ast.walk(tree):
        suspects += [one for part in _for_people(node) for one in _said_by(part) if _WORD.search(one.value)]
    found = {
        (literal.lineno, literal.value)
        for literal in suspects
        if id(literal) not in passed and not _SQL.match(literal.value) and not _STYLE.fullmatch(literal.value)
    }
    return sorted(found)


class _Literal(ast.Constant):
    value: str


def _all(node: ast.AST) -> Iterator[_Literal]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner  # type: ignore[misc]


def _not_for_people(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(func=function) if _name(function) in _MARKS or _is_builtin_error(_name(function)):
            yield from (*node.args, *node.keywords)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))):
            yield from node.args
        case ast.Call(func=ast.Name(id="cast" | "TypeVar")):
            yield node.args[0]
        case ast.keyword(arg="classes" | "id" | "style"):
            yield node.value
        case ast.Expr(value=ast.Constant()):
            yield node.value
        case ast.arg(annotation=ast.AST() as kind) | ast.AnnAssign(annotation=kind):
            yield kind
        case ast.FunctionDef(name="__repr__"):
            yield node
        case ast.FunctionDef(returns=ast.AST() as kind) | ast.AsyncFunctionDef(returns=ast.AST() as kind):
            yield kind
        case ast.Assign(targets=[ast.Name(id=name)]) if name in _SETTINGS:
            yield node.value


def _for_people(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(func=function) if _name(function) in _TALK:
            yield from node.args[:1]
        case ast.Call(func=function) if _name(function) in _OUR_ERRORS:
            yield from node.args[_name(function) == "FileRefusedError" :]
        case ast.Call(func=ast.Attribute(attr="write")) if "std" in ast.unparse(node.func):
            yield from node.args
        case ast.keyword(arg=name) if name in _FACES:
            yield node.value
        case ast.Assign(targets=[ast.Attribute(attr=name)]) if name in _FACES:
            yield node.value


def _said_by(node: ast.AST) -> Iterator[_Literal]:
    match node:
        case ast.Constant():
            yield from _all(node)
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _said_by(part)
        case ast.BinOp(left=left, right=right):
            yield from (*_said_by(left), *_said_by(right))
        case ast.IfExp(body=left, orelse=right):
            yield from (*_said_by(left), *_said_by(right))
        case ast.BoolOp(values=parts):
            for part in parts:
                yield from _said_by(part)


def _name(function: ast.AST) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _is_builtin_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_texts_for_people_are_marked(path: Path) -> None:
    found = unmarked(path.read_text(encoding="utf-8"))
    assert [(line, text) for line, text in found if text not in ALLOWED] == []


def test_every_exception_to_that_still_stands_in_the_code() -> None:
    found = {text for path in SOURCES for _line, text in unmarked(path.read_text(encoding="utf-8"))}
    assert set(ALLOWED) - found == set()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('say("The vault is whole.")', "The vault is whole."),
        ('say("Stopped.")', "Stopped."),
        ('say(f"Stopped: {name}.")', "Stopped: "),
        ('put(("" if there else "missing") + "\\n")', "missing"),
        ('raise UsageError(_("That is wrong."), "Try again.")', "Try again."),
        ('raise errors.FileRefusedError("damaged", "Damaged.", _("Copy it again."))', "Damaged."),
        ('parser.add_argument("--to", help="file")', "file"),
        ('groups.add_parser("tally", description="your own tallies")', "your own tallies"),
        ('argparse.ArgumentParser(prog="x", title=_("commands"), epilog="more")', "more"),
        ('sys.stderr.write("stopped" + "\\n")', "stopped"),
        ('texts = {"double": "It stands there twice."}', "It stands there twice."),
        ('self.border_title = "Themes"', "Themes"),
        ("yield Label('Themes')", "Themes"),
    ],
)
def test_search_finds_a_text_that_is_not_marked(source: str, text: str) -> None:
    assert [found for _line, found in unmarked(source)] == [text]


@pytest.mark.parametrize(
    "source",
    [
        '"""What this module is for."""',
        'say(_("The vault is whole."))',
        'say(_("It is %(what)s.") % {"what": what})',
        "put(f\"{name:<10}{path}  ({_('not there')})\")",
        'say(ngettext("%(number)s signal", "%(number)s signals", n), number=n)',
        'raise ValueError("the seed is too short")',
        'raise FileRefusedError("damaged", _("Damaged."), _("Copy it again."))',
        'connection.execute("SELECT demo FROM mark")',
        'Static(_("Themes"), classes="card main")',
        'text.append(key, "bold $accent")',
        'pattern = re.compile("one or two")',
        'cast("tuple[Agenda, Opening]", event)',
        'def show(window: "Window | None") -> "str | None": ...',
        'parser.add_argument("--to", metavar="F", help=_("file"))',
        'def __repr__(self): return f"a table of {n} units"',
        'raise TreeError("double", code)',
    ],
)
def test_search_passes_what_nobody_reads_or_what_is_marked(source: str) -> None:
    assert unmarked(source) == []


# --- The program itself ----------------------------------------------------------------------

ENGLISH = (
    "usage:", "options:", "commands:", "positional arguments", "error:", "show this help", "show program",
    "exit", "required", "the following", "unrecognized", "invalid choice", "expected", "not allowed",
)  # fmt: skip
HELP = (("--help",), ("adviser", "--help"), ("bureau", "import", "--help"), ("bureau", "init", "--help"))
WRONG_USE = {
    "unknown option": ("adviser", "tally", "--wat"),
    "unknown command": ("adviser", "wat"),
    "missing argument": ("adviser", "record", "PEST"),
    "missing value": ("adviser", "tally", "--quarter"),
    "no number": ("adviser", "tally", "--year", "x"),
    "no such choice": ("bureau", "table", "--level", "x"),
    "value too many": ("adviser", "tally", "--json=x"),
    "one of two": ("bureau", "init", "--guardian", "x", "--alone"),
}
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "110", "SYSTEMROOT": "C:\\Windows"}
LOCALES = ("", "C.UTF-8", "nl_NL.UTF-8", "en_GB.UTF-8", "de_DE.UTF-8")


def run(*words: str, locale: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program on a computer with ``locale``; it should not matter."""
    return subprocess.run(
        [sys.executable, "-m", "vertrouwenswerk", *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=ENVIRONMENT | {"LANG": locale, "LC_ALL": locale},
    )


def english_in(text: str) -> list[str]:
    return [word for word in ENGLISH if word in text.casefold()]


@pytest.mark.parametrize("locale", LOCALES)
def test_words_of_argparse_are_in_the_chosen_language_whatever_the_computer_speaks(locale: str) -> None:
    dutch = run("adviser", "record", "PEST", locale=locale)
    english = run("--lang", "en", "adviser", "record", "PEST", locale=locale)
    assert english_in(dutch.stderr) == []
    assert "gebruik: " in dutch.stderr
    assert "usage: " in english.stderr
    assert "error: the following arguments are required: " in english.stderr


@pytest.mark.parametrize("words", HELP, ids=" ".join)
def test_help_is_dutch_unless_english_is_asked_for(words: tuple[str, ...]) -> None:
    dutch, english = run(*words), run("--lang", "en", *words)
    assert (dutch.returncode, english.returncode) == (0, 0)
    assert english_in(dutch.stdout) == []
    assert dutch.stdout.startswith("gebruik: ")
    assert english.stdout.startswith("usage: ")
    assert "show this help message and exit" in english.stdout


@pytest.mark.parametrize("words", WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_is_told_in_dutch_unless_english_is_asked_for(words: tuple[str, ...]) -> None:
    dutch, english = run(*words), run("--lang", "en", *words)
    assert (dutch.returncode, english.returncode) == (2, 2)
    assert english_in(dutch.stderr) == []
    assert "fout: " in dutch.stderr
    assert "error: " in english.stderr


def test_refusal_is_dutch_unless_english_is_asked_for(tmp_path: Path) -> None:
    words = ("adviser", "tally", "--data-dir", str(tmp_path))
    assert run(*words).stderr.startswith("Er is een wachtwoordzin nodig")
    assert run("--lang", "en", *words).stderr.startswith("A passphrase is needed")


def test_numbers_of_the_program_are_in_dutch_form(tmp_path: Path) -> None:
    done = run("demo", str(tmp_path / "demo"), "--advisers", "1", "--quarters", "6", "--no-app")
    assert done.returncode == 0, done.stderr
    assert re.search(r"\b\d\.\d{3} afgeschermd\.$", done.stderr.rstrip()), done.stderr
    assert re.findall(r"\d{4,}", done.stderr) == []


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of all its commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for inner in action.choices.values():
                yield from parsers(inner)


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_every_text_of_every_command_is_in_the_chosen_language(chosen: str) -> None:
    use_language(chosen)
    known = {form for pair in catalogue().items() for form in pair[chosen == "nl"]}
    texts: set[str | None] = set()
    for parser in parsers(build_parser()):
        texts |= {parser.description, *(action.help for action in parser._actions)}
        texts |= {group.title for group in parser._action_groups if group._group_actions}
    assert {text for text in texts if text} - known == set()
