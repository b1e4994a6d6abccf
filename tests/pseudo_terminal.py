"""A real program in a pseudo-terminal, all it writes fed to the emulator. POSIX only.

Nothing sleeps: whoever waits, waits for words on the screen or for the end of the program.

Example::

    with Program([sys.executable, "-m", "vertrouwenswerk"], environment, folder) as program:
        program.wait_for("Wachtwoordzin")
        program.press("geheim\\r")
"""

import codecs
import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.emulator import Emulator

if sys.platform != "win32":
    import fcntl
    import pty
    import struct
    import termios

COLUMNS, LINES = 100, 30
_PATIENCE_SECONDS = 30.0
_ASKS_SYNC, _HAS_SYNC = "\x1b[?2026$p", b"\x1b[?2026;2$y"


def _take_terminal() -> None:
    """Make standard input the terminal that controls this program, so that closing it is told."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Program:
    """A running program and the terminal it is in; leaving the block ends it."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        *,
        stderr: Path | None = None,
    ) -> None:
        self.terminal = Emulator(COLUMNS, LINES)
        self.written = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._handle, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        os.write(inner, b"$ what was here before\r\n")
        with stderr.open("wb") if stderr else contextlib.nullcontext(inner) as errors:
            self.process = subprocess.Popen(
                command,
                stdin=inner,
                stdout=inner,
                stderr=errors,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
                preexec_fn=_take_terminal,  # noqa: PLW1509 - one system call, no lock
            )
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self.close_window()

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._handle, keys.encode())

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def close_window(self) -> None:
        """Close the terminal's window."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def wait_for(self, *words: str) -> None:
        """Wait until all of ``words`` can be seen."""
        self.wait_until(lambda: all(word in self.terminal.shown.text() for word in words), str(words))

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Read on until it is so."""
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            assert time.monotonic() < give_up, f"no {what}; seen:\n{self.terminal.everything()}"
            if not self._read(0.1):
                assert is_so() or self.process.poll() is None, (
                    f"ended without {what}; seen:\n{self.terminal.everything()}"
                )

    def end(self) -> int:
        """Read on to the end of the program; return its exit code."""
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < give_up, f"goes on; seen:\n{self.terminal.everything()}"
            if self._handle >= 0:
                self._read(0.05)
            else:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(0.1)
        while self._handle >= 0 and self._read(0.0):
            pass
        return self.process.returncode

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._handle], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._handle, 65536)
        except OSError:  # the program has closed its side
            return False
        text = self._decoder.decode(data)
        self.written += text
        self.terminal.feed(text)
        if _ASKS_SYNC in text:
            os.write(self._handle, _HAS_SYNC)
        return True
