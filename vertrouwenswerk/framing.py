"""The frame that every file of ours has: a magic line, then lines of canonical JSON.

The magic line names the kind and the format version (``vertrouwenswerk card 1``). JSON
is decoded straight into a frozen dataclass and encoded again: what does not come back
to the same bytes is refused, so that unknown fields, wrong types, doubles, spare white
space and every flipped bit that a signature does not cover are all one refusal.

Example::

    frame("card", 1, [card, signature])          # bytes
    unframe("card", 1, data, (Card, Signature))  # (card, signature)
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.i18n import _

T = TypeVar("T")
_MAGIC = re.compile(rb"vertrouwenswerk ([a-z-]{1,20}) ([1-9][0-9]{0,3})\n")


def magic_line(kind: str, version: int) -> bytes:
    """Return the first line of a file of ``kind``, line end included."""
    return f"vertrouwenswerk {kind} {version}\n".encode("ascii")


def damaged() -> FileRefusedError:
    """Return the refusal of a file that is cut short, altered or not written by us."""
    return FileRefusedError(
        "damaged",
        _("This file is damaged or was altered."),
        _("Ask for the file once more, or copy it again. Nothing was changed."),
    )


def strip_magic(kind: str, version: int, data: bytes, limit: int) -> bytes:
    """Return what follows the magic line.

    Raises FileRefusedError: ``too-large`` over ``limit`` bytes, ``not-ours``,
    ``wrong-kind`` or ``too-new``.
    """
    if len(data) > limit:
        raise FileRefusedError(
            "too-large",
            _("This file is larger than such a file can be."),
            _("Check that it is the right file. Nothing was changed."),
        )
    match = _MAGIC.match(data)
    if match is None:
        raise FileRefusedError(
            "not-ours",
            _("This is not a file of vertrouwenswerk."),
            _("Check that it is the right file. Nothing was changed."),
        )
    found = match[1].decode("ascii")
    if found != kind:
        raise FileRefusedError(
            "wrong-kind",
            _("This is a file of another kind: %(kind)s.") % {"kind": _kind_in_words(found)},
            _("What is needed here: %(kind)s. Nothing was changed.") % {"kind": _kind_in_words(kind)},
        )
    if int(match[2]) > version:
        raise FileRefusedError(
            "too-new",
            _("This file was made by a newer version of vertrouwenswerk."),
            _("Install the newest version and try again. Nothing was changed."),
        )
    if int(match[2]) != version:
        raise damaged()
    return data[match.end() :]


def _kind_in_words(kind: str) -> str:
    words = {
        "codebook": _("codebook"),
        "card": _("card"),
        "summary": _("summary"),
        "key": _("key file of the guardian"),
        "backup": _("backup"),
    }
    return words.get(kind, kind)


def encode(value: Any) -> bytes:
    """Return the canonical JSON of a dataclass; bytes become base64."""
    return msgspec.json.encode(value)


def decode(data: bytes, kind: type[T], as_written: Callable[[T], bytes] = encode) -> T:
    """Read canonical JSON into ``kind``. Raises FileRefusedError (``damaged``).

    ``as_written`` returns the one form of what was read, for a kind that leaves out what is empty.
    """
    try:
        value = msgspec.json.decode(data, type=kind, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise damaged() from error
    if as_written(value) != data:
        raise damaged()
    return value


def frame(kind: str, version: int, lines: Sequence[bytes]) -> bytes:
    """Return a file: the magic line, then each of ``lines`` with a line end."""
    return magic_line(kind, version) + b"".join(line + b"\n" for line in lines)


def unframe(kind: str, version: int, data: bytes, *, lines: int, limit: int) -> tuple[bytes, ...]:
    """Return exactly ``lines`` lines of a file. Raises FileRefusedError."""
    body = strip_magic(kind, version, data, limit)
    parts = body.split(b"\n")
    if len(parts) != lines + 1 or parts[-1]:
        raise damaged()
    return tuple(parts[:-1])
