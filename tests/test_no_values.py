"""No exception of somebody else's is ever turned into words: its text may hold a value.

Only our own ``Error`` has words for a person; of all others the code may look at the type and
at numbers such as ``errno``. Nothing is printed or logged, and no worker of the screen gets a
secret as its argument, since Textual writes arguments into the worker's description.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from vertrouwenswerk import errors

PACKAGE = Path(__file__).resolve().parents[1] / "vertrouwenswerk"
OURS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.Error)
}
TELLING = {"str", "repr", "format", "print", "ascii", "write", "complain", "tell", "busy", "update", "_"}
WORDS = {
    "args",
    "strerror",
    "msg",
    "message",
    "reason",
    "object",
    "doc",
    "text",
    "filename",
    "statement",
    "params",
}
LOGGING = {"logging", "syslog", "traceback.print_exc", "traceback.format_exc", "traceback.print_exception"}
SECRETS = {"secret", "passphrase", "password", "code"}


def _names(kind: ast.expr | None) -> set[str]:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return {ast.unparse(one).rpartition(".")[2] for one in kinds if one is not None}


def _uses(node: ast.AST, name: str) -> bool:
    """Tell whether a value is the exception itself, or has it as a direct part."""
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.iter_child_nodes(node))


def told_exceptions(tree: ast.AST) -> Iterator[int]:
    """Yield the line of each handler that turns an exception that is not ours into words."""
    for handler in ast.walk(tree):
        if not isinstance(handler, ast.ExceptHandler) or handler.name is None or _names(handler.type) <= OURS:
            continue
        for node in ast.walk(handler):
            is_words = (
                (isinstance(node, ast.FormattedValue) and _uses(node, handler.name))
                or (
                    isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _uses(node, handler.name)
                )
                or (isinstance(node, ast.Dict | ast.Tuple) and _uses(node, handler.name))
                or (
                    isinstance(node, ast.Call)
                    and ast.unparse(node.func).rpartition(".")[2] in TELLING
                    and _uses(node, handler.name)
                )
                or (isinstance(node, ast.Attribute) and node.attr in WORDS and _uses(node, handler.name))
            )
            if is_words:
                yield handler.lineno


def printed_or_logged(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that print, log or format a traceback, or give a worker a secret."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
            if imported & LOGGING:
                yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "print",
            "self.log",
            "self.app.log",
            *LOGGING,
        }:
            yield node.lineno
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            ast.unparse(one).startswith("work") for one in node.decorator_list
        ):
            for argument in node.args.args:
                if (
                    argument.arg in SECRETS
                    and ast.unparse(argument.annotation or ast.Constant(None)) == "str"
                ):
                    yield node.lineno


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_foreign_exception_is_put_into_words(path: Path) -> None:
    assert not list(told_exceptions(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_is_printed_or_logged(path: Path) -> None:
    if path.name == "privacy.py":  # the one that shuts the logs has to import them
        return
    assert not list(printed_or_logged(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    "words",
    [
        "self.notice.complain(str(error), '')",
        "raise Error(f'it failed: {error}')",
        "raise Error('it failed: %s' % error)",
        "raise Error(_('%(why)s') % {'why': error})",
        "self.notice.complain(error, '')",
        "raise Error(error.args[0])",
        "raise Error(error.strerror)",
        "raise Error('{}'.format(error))",
    ],
)
def test_words_of_a_foreign_exception_are_found(words: str) -> None:
    snippet = "try:\n    go()\nexcept {kind} as error:\n    {words}"
    assert list(told_exceptions(ast.parse(snippet.format(kind="(OSError, Error)", words=words))))
    assert not list(told_exceptions(ast.parse(snippet.format(kind="VaultError", words=words))))


@pytest.mark.parametrize(
    "words",
    [
        "print(passphrase)",
        "import logging",
        "from logging import getLogger",
        "from traceback import print_exc; import syslog",
        "@work(thread=True)\ndef unlock(self, secret: str): ...",
    ],
)
def test_a_print_a_log_and_a_secret_for_a_worker_are_found(words: str) -> None:
    assert list(printed_or_logged(ast.parse(words)))
