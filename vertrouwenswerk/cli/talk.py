"""Talk on stderr, data on stdout, questions at the terminal, secrets never as an argument."""

import getpass
import json
import os
import secrets
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.vault.files import read_limited, write_atomically
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import check_passphrase
from vertrouwenswerk.wordlist import propose_passphrase

_LONGEST_SECRET = 1024
_BAR = 30


def say(text: str, **values: object) -> None:
    """Say something to the person; ``values`` fill the placeholders of ``text``."""
    sys.stderr.write((text % values if values else text) + "\n")


def put(text: str, **values: object) -> None:
    """Write a line of data; ``values`` fill the placeholders of ``text``."""
    sys.stdout.write((text % values if values else text) + "\n")


def put_json(value: Any) -> None:
    """Write data as JSON, one document."""
    put(json.dumps(value, ensure_ascii=False, indent=1))


def is_interactive() -> bool:
    """Tell whether a person can be asked something."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def read_secret(options: Namespace, question: str, *, whose: str = "") -> str:
    """Return a passphrase or recovery code from its file, its descriptor or a prompt.

    Raises UsageError when there is none of the three, FileRefusedError.
    """
    file: Path | None = getattr(options, f"{whose}passphrase_file", None)
    if file is not None:
        return _first_line(read_limited(file, _LONGEST_SECRET))
    handle: int | None = getattr(options, f"{whose}passphrase_fd", None)
    if handle is not None:
        return _first_line(_read_descriptor(handle))
    if not is_interactive():
        raise UsageError(
            _("A passphrase is needed, and nobody is there to be asked."),
            _("Name a file with it: --%(option)s F")
            % {"option": f"{whose}passphrase-file".replace("_", "-")},
        )
    return getpass.getpass(question + " ", stream=sys.stderr)


def read_own_secret(options: Namespace) -> str:
    """Return the secret of the vault that the command is about."""
    return read_secret(options, _("Passphrase:"))


def choose_secrets(options: Namespace) -> Secrets:
    """Return a chosen passphrase and a recovery code that was proven or written down.

    Raises UsageError when it is too weak, or when the recovery code has nowhere to go.
    """
    require_place_for_recovery_code(options)
    given = options.passphrase_file is not None or options.passphrase_fd is not None
    chosen = Secrets.choose(read_own_secret(options) if given else _ask_new_passphrase())
    deliver_recovery_code(options, chosen.recovery_code)
    return chosen


def require_place_for_recovery_code(options: Namespace) -> None:
    """Raise UsageError when a recovery code can be neither shown nor written to a new file."""
    if options.recovery_code_to is None and not is_interactive():
        raise UsageError(
            _("The recovery code has nowhere to go."), _("Name a file for it: --recovery-code-to F")
        )
    if options.recovery_code_to is not None and options.recovery_code_to.exists():
        raise UsageError(
            _("There is a file of that name already: %(name)s") % {"name": options.recovery_code_to.name},
            _("Name a new file; nothing is written over."),
        )


def read_new_passphrase(options: Namespace) -> str:
    """Return the new passphrase from its file or by asking twice."""
    if options.new_passphrase_file is not None or not is_interactive():
        return read_secret(options, "", whose="new_")
    return _ask_new_passphrase()


def deliver_recovery_code(options: Namespace, code: str) -> None:
    """Write the recovery code where the person wants it, or show it once and have it typed back."""
    if options.recovery_code_to is not None:
        write_atomically(options.recovery_code_to, (code + "\n").encode("ascii"), replace=False)
        say(
            _("The recovery code is in %(file)s. Print it, keep it apart, and delete the file."),
            file=options.recovery_code_to,
        )
        return
    say(_("Your recovery code, shown this once. Write it on paper and keep it apart:"))
    say(f"\n    {code}\n")
    groups = code.split("-")
    for index in sorted(secrets.SystemRandom().sample(range(len(groups)), 2)):
        while (
            input(_("Type group %(number)s of the code:") % {"number": index + 1} + " ").upper()
            != groups[index]
        ):
            say(_("That is not group %(number)s; look on your paper."), number=index + 1)


def confirm(question: str) -> bool:
    """Ask yes or no at the terminal; no is the default, also when nobody is there."""
    if not is_interactive():
        return False
    sys.stderr.write(f"{question} [{_('y')}/{_('N')}] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in (_("y"), _("yes"))


def progress_bar(text: str) -> Callable[[int, int], None]:
    """Return a progress function that draws one line on stderr; silent when nobody looks."""

    def show(done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        filled = _BAR * done // total if total else 0
        bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total}" if total else f"... {done}"
        end = "\n" if total and done == total else ""
        sys.stderr.write(f"\r{text} {bar:<{_BAR + 16}}{end}")
        sys.stderr.flush()

    return show


def end_progress() -> None:
    """Go to a line of its own after a bar whose end was not known."""
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def _ask_new_passphrase() -> str:
    proposal = propose_passphrase(secrets.randbelow)
    say(_("Proposed passphrase:"))
    say(f"\n    {proposal}\n")
    own = getpass.getpass(_("Press Enter to take it, or type one of your own:") + " ", stream=sys.stderr)
    if own:
        check_passphrase(own)
    chosen = own or proposal
    if (
        getpass.getpass(_("Type it once more, to be sure:") + " ", stream=sys.stderr).split()
        != chosen.split()
    ):
        raise UsageError(_("The two are not the same."), _("Start again; nothing was made."))
    return chosen


def _read_descriptor(handle: int) -> bytes:
    try:
        with os.fdopen(handle, "rb") as file:
            return file.read(_LONGEST_SECRET + 1)
    except OSError as error:
        raise UsageError(
            _("The file descriptor %(handle)s cannot be read.") % {"handle": handle},
            _("Open it in the shell that starts the program, or use --passphrase-file."),
        ) from error


def _first_line(data: bytes) -> str:
    return data.decode("utf-8", errors="replace").partition("\n")[0].strip("\r\ufeff")
