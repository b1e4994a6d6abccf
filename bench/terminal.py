"""A program in a pseudo-terminal of 80 x 24, and the moments at which it painted something.

The terminal says, when asked, that it knows synchronised output (mode 2026), so that Textual
marks where each frame begins and ends; a frame counts as painted when its end has arrived.
Textual's own ``Pilot.press`` is of no use for times under 40 ms: it sleeps in steps of 20 ms
until the processor is idle. POSIX only.

Example::

    with Terminal([sys.executable, "-m", "bench.bare"], environment) as terminal:
        terminal.wait_for("ready")                # seconds since the program was started
            terminal.press("a").whole                 # seconds until the last frame that came of it
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

COLUMNS, LINES = 80, 24
_ASKS_SYNC, _HAS_SYNC = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
_FRAME_END = b"\x1b[?2026l"
_CONTROL = re.compile(rb"\x1b\[[0-9;?<>=$]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")
_PLACED = re.compile(rb"\x1b\[(\d+);\d+H([^\x1b]*(?:\x1b\[[0-9;]*m[^\x1b]*)*)")
_QUIET_SECONDS = 0.15  # shorter than a cursor's blink, longer than any step of an answer
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What was painted in one go, and when (on ``time.perf_counter``)."""

    painted: float
    data: bytes

    @property
    def text(self) -> str:
        """The characters, without what places and colours them."""
        return _CONTROL.sub(b"", self.data).decode("utf-8", errors="replace")

    @property
    def is_answer(self) -> bool:
        """Tell whether words or numbers were painted below the top line.

        The top line counts down by itself, and the scroll bars are painted again with it.
        """
        below = (
            data.partition(b"\n")[2] if row == b"1" else data for row, data in _PLACED.findall(self.data)
        )
        return any(_has_words(data) for data in below)


@dataclass(frozen=True, slots=True)
class Answer:
    """Seconds from a key to the first frame that answers it, and to the last."""

    first: float
    whole: float


def _has_words(data: bytes) -> bool:
    text = _CONTROL.sub(b"", data).decode("utf-8", errors="replace")
    return any(character.isalnum() for character in text)


class TerminalError(RuntimeError):
    """The program did not paint what it was waited for."""


class Terminal:
    """A running program; leaving the block ends it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._handle, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self._unfinished = b""
        self._asked = False
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=inner, stdout=inner, stderr=inner, env=dict(environment), start_new_session=True
        )
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._handle)

    def wait_for(self, *texts: str) -> float:
        """Return the seconds from the start until a frame with one of ``texts``. Raises TerminalError."""
        give_up = time.perf_counter() + _PATIENCE_SECONDS
        seen = ""
        while time.perf_counter() < give_up:
            for frame in self._frames(give_up - time.perf_counter()):
                seen += frame.text
                if any(text in frame.text for text in texts):
                    return frame.painted - self.started
            if self._process.poll() is not None:
                break
        raise TerminalError(f"no {texts} on the screen; last seen: {(seen or self._unfinished)[-400:]!r}")

    def settle(self) -> str:
        """Wait until nothing more is painted; return what was."""
        return "".join(frame.text for frame in self._until_quiet())

    def press(self, keys: str, until: str = "") -> Answer:
        """Press keys and return when the answer was painted; with ``until`` it must hold that text.

        Raises TerminalError when there is no answer.
        """
        self._until_quiet()
        pressed = time.perf_counter()
        os.write(self._handle, keys.encode())
        if until:
            painted = self.wait_for(until) + self.started - pressed
            return Answer(painted, painted)
        answers = [frame for frame in self._until_quiet(wait_for_first=True) if frame.is_answer]
        if not answers:
            raise TerminalError(f"nothing was painted for {keys!r}")
        return Answer(answers[0].painted - pressed, answers[-1].painted - pressed)

    def _until_quiet(self, *, wait_for_first: bool = False) -> list[Frame]:
        frames: list[Frame] = []
        patience = 10 * _QUIET_SECONDS if wait_for_first else _QUIET_SECONDS
        while True:
            found = self._frames(_QUIET_SECONDS if frames else patience)
            if not found:
                return frames
            frames.extend(found)

    def _frames(self, seconds: float) -> list[Frame]:
        """Return the frames that end within ``seconds``, as soon as there is one."""
        give_up = time.perf_counter() + seconds
        frames: list[Frame] = []
        while not frames and (left := give_up - time.perf_counter()) > 0:
            if not select.select([self._handle], [], [], left)[0]:
                break
            try:
                self._unfinished += os.read(self._handle, 1 << 16)
            except OSError:  # how Linux says that the program has gone
                break
            now = time.perf_counter()
            if not self._asked and _ASKS_SYNC in self._unfinished:
                self._asked = True
                os.write(self._handle, _HAS_SYNC)
            *ended, self._unfinished = self._unfinished.split(_FRAME_END)
            frames.extend(Frame(now, data) for data in ended)
        return frames
