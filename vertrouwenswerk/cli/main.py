"""From arguments to exit code: choose the language, find the command, run it.

Exit codes: 0 fine, 2 wrong use, 3 vault, 4 file refused, 5 can't be shown safely, 70 a bug,
130 interrupted. An error takes two lines on stderr: what is wrong, what you can do.
"""

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from vertrouwenswerk import i18n, privacy
from vertrouwenswerk.appearance import read_appearance
from vertrouwenswerk.cli.parser import parse
from vertrouwenswerk.errors import Error, UsageError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.settings import Places, default_data_dir

_BUG, _INTERRUPTED = 70, 130
_BUREAU_EXTRA = frozenset({"highspy", "numpy"})


def run(arguments: Sequence[str], open_app: Callable[[Places, str], int]) -> int:
    """Run one command and return its exit code; one of the two outermost handlers."""
    _use_any_terminal_encoding()
    i18n.use_language(_language(arguments))
    options = parse(arguments)
    options.places = Places(options.data_dir or default_data_dir())
    options.open_app = open_app
    try:
        return _command(options)(options) or 0
    except Error as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except (KeyboardInterrupt, EOFError):
        sys.stderr.write(_("Stopped.") + "\n")
        return _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as bug:  # noqa: BLE001 - outermost: whatever is left is a bug, told without its values
        sys.stderr.write(privacy.describe_crash(type(bug), bug.__traceback__) + "\n")
        sys.stderr.write(_("This is a fault in vertrouwenswerk. Your data is as it was.") + "\n")
        return _BUG


def _command(options: argparse.Namespace) -> Callable[[argparse.Namespace], int | None]:
    """Import the command's module only now, so that help and version stay light."""
    privacy.hush_libraries()
    module, _dot, function = options.command.rpartition(".")
    try:
        loaded = importlib.import_module(f"vertrouwenswerk.cli.{module}")
    except ModuleNotFoundError as missing:
        if missing.name not in _BUREAU_EXTRA:
            raise
        raise UsageError(
            _("The bureau's part of vertrouwenswerk is not installed here."),
            _("Install it with its extra: pip install 'vertrouwenswerk[bureau]'"),
        ) from missing
    command: Callable[[argparse.Namespace], int | None] = getattr(loaded, function)
    return command


def _language(arguments: Sequence[str]) -> str:
    """Read ``--lang`` before the parser is built, since its help is in that language.

    Without it the language is the one that was chosen for the data folder.
    """
    said = _last_said(arguments, "--lang")
    if said in i18n.LANGUAGES:
        return said
    folder = _last_said(arguments, "--data-dir")
    return read_appearance(Places(Path(folder) if folder else default_data_dir())).language


def _last_said(arguments: Sequence[str], option: str) -> str:
    said = ""
    for word, after in zip(arguments, [*arguments[1:], ""], strict=True):
        if word == option or word.startswith(f"{option}="):
            said = after if word == option else word.partition("=")[2]
    return said


def _use_any_terminal_encoding() -> None:
    """A terminal that cannot write a character gets a question mark, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
