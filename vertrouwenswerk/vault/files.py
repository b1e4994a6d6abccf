"""Files on this laptop: owner-only, written whole or not at all, verified, never half read.

``write_atomically`` writes beside the target, flushes to the disk and renames, so that a
kill or a full disk leaves either the old file or the new one. On Windows the same calls
exist (``os.replace``); owner-only there comes from the access list of the folder.
"""

import contextlib
import os
import secrets
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from vertrouwenswerk.errors import FileRefusedError, StorageError
from vertrouwenswerk.i18n import _


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's refusal to write ``path`` into a StorageError in plain words."""
    try:
        yield
    except OSError as error:
        raise storage_error(path) from error


def storage_error(path: Path) -> StorageError:
    """Return the error for a disk that is full, read-only or broken."""
    return StorageError(
        _("This could not be written: %(folder)s") % {"folder": path.parent},
        _("Does the folder exist, is there room, may you write there? Mend that, or choose another folder."),
    )


def make_private_folder(folder: Path) -> None:
    """Create ``folder`` for its owner only. Raises StorageError."""
    with storage_errors(folder / "x"):
        if folder.is_dir():
            return
        folder.mkdir(parents=True, mode=0o700)
        if sys.platform == "win32":
            _restrict_on_windows(folder)


def _restrict_on_windows(folder: Path) -> None:
    """Windows has no mode bits: cut inheritance and grant the owner alone."""
    owner = os.environ.get("USERNAME", "")
    program = Path(os.environ.get("SYSTEMROOT", "C:\\Windows")) / "System32" / "icacls.exe"
    subprocess.run(  # noqa: S603 - a fixed program by its full path, no shell
        [str(program), str(folder), "/inheritance:r", "/grant:r", f"{owner}:(OI)(CI)F"],
        check=False,
        capture_output=True,
    )


def write_atomically(path: Path, data: bytes, *, replace: bool = True) -> None:
    """Write ``data`` to ``path``, owner-only, whole or not at all. Raises StorageError.

    With ``replace`` off an existing file is kept and StorageError raised.
    """
    if not replace:
        require_new(path)
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    with storage_errors(path):
        try:
            _write_and_flush(temporary, data)
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        flush_folder(path.parent)


def require_new(path: Path) -> None:
    """Raise StorageError when there is something at ``path`` already."""
    if path.exists():
        raise StorageError(
            _("There is a file of that name already: %(name)s") % {"name": path.name},
            _("Name a new file; nothing is written over."),
        )


def _write_and_flush(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the folder entry of a rename to the disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_limited(path: Path, limit: int) -> bytes:
    """Read a file from outside, at most ``limit`` + 1 bytes of it.

    Raises FileRefusedError (``unreadable``) when it is not there or cannot be read.
    """
    try:
        if stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting for ever
            with path.open("rb") as file:
                return file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    raise _unreadable(path)


def _unreadable(path: Path) -> FileRefusedError:
    return FileRefusedError(
        "unreadable",
        _("This file cannot be read: %(name)s") % {"name": path.name},
        _("Check the name and whether the stick or share is there. Nothing was changed."),
    )
