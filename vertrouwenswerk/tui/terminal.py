"""What a terminal keeps once the app has left it, and how the app leaves when it is told to.

A terminal keeps its alternate screen when a program leaves it, and ``tput smcup`` or the next
program in full screen shows it again; so it is wiped whenever it is left: at the end, after a
crash, when suspended, and at once when the vault locks. Wiped line by line, since some
terminals move a screen that is cleared as a whole into their scrollback; and never with
``ESC[3J``, which would throw away what the person had there before.

Example::

    driver_class = wiping(LinuxDriver)
    stop_on_signals(loop, stop)
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import TextIO

from rich.traceback import Traceback
from textual.driver import Driver

from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _

# What ends the program from outside; SIGHUP: the window was closed, SIGBREAK: ctrl+break on Windows.
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_PLAIN, _WHOLE, _TOP = "\x1b[0m", "\x1b[2J", "\x1b[H"


def require_terminal() -> None:
    """Raise UsageError when the screen would go to a file or a log instead of to a terminal.

    Textual draws on stderr, on Windows on stdout, whatever these are.
    """
    drawn = sys.__stdout__ if sys.platform == "win32" else sys.__stderr__
    if not all(stream is not None and stream.isatty() for stream in (sys.__stdin__, drawn)):
        raise UsageError(
            _("The screens need a terminal; here they would end up readable in a file or a log."),
            _("Start it in a terminal, without > or |; or use the commands, see --help."),
        )


class Tolerant:
    """A terminal's file to which one may go on writing when the window is gone.

    Textual's thread that writes would end with an error, and the app then wait for it for ever.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, or not."""
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Flush, or not."""
        with contextlib.suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._file.fileno()


class Wiping(Driver):
    """The part of a driver that wipes; to be put before one of Textual's own."""

    _file: TextIO | Tolerant

    def wipe(self) -> None:
        """Leave nothing on the screen that is shown."""
        lines = "".join(f"\x1b[{row};1H\x1b[2K" for row in range(1, self._app.size.height + 1))
        self.write(f"{_PLAIN}{lines}{_WHOLE}{_TOP}")

    def start_application_mode(self) -> None:
        """Begin, on a file that survives its window."""
        if not isinstance(self._file, Tolerant):
            self._file = Tolerant(self._file)
        super().start_application_mode()  # type: ignore[safe-super]  # Textual's driver comes behind

    def stop_application_mode(self) -> None:
        """Wipe, then leave the alternate screen."""
        self.wipe()
        super().stop_application_mode()  # type: ignore[safe-super]  # as above


def wiping(driver: type[Driver]) -> type[Driver]:
    """Return ``driver`` with wiping put before it."""
    return type(f"Wiping{driver.__name__}", (Wiping, driver), {})


def stop_on_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[int], None]) -> None:
    """Call ``stop`` in the loop with the number of a signal that ends the program, where there is one."""

    def told(number: int, _frame: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop, number)

    for name in _ENDING:
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, told)


def describe_panic(shown: tuple[object, ...]) -> str:
    """Return type and frames, and no value, of the traceback that Textual's thread of keys hands over."""
    stacks = [stack for one in shown if isinstance(one, Traceback) for stack in one.trace.stacks]
    return "\n".join(
        line
        for stack in stacks
        for line in (
            stack.exc_type,
            *(f"  {PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in stack.frames),
        )
    )
