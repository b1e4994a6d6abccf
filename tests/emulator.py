"""A terminal as forgetful as none: it keeps whatever any real one might keep.

It has a main and an alternate screen, each with the lines that went off its top, and a title.
Taken from different terminals, always the worst: the alternate screen is kept when it is left
and shown again on return, lines that scroll off it are kept as well, and a screen that is
erased as a whole moves into the scrollback first. What it does not know it lists in
``unknown``, so that no test is green because a sequence was skipped.

``pyte`` is no help here: it knows no alternate screen, and had no release since 2023.

Example::

    terminal = Emulator(80, 24)
    terminal.feed("\\x1b[2;3Hhallo")
    terminal.shown.text()
"""

import re
import unicodedata
from dataclasses import dataclass, field

_PARTS = re.compile(
    r"\x1b\[(?P<mark>[<=>?]?)(?P<numbers>[0-9;:]*)(?P<middle>[ $]?)(?P<final>[@-~])"
    r"|\x1b\](?P<command>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b(?P<short>[()][0-9A-B]|[0-9=>A-Zc])"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f])"
    r"|(?P<text>[^\x00-\x1f\x1b]+)"
)
_NO_TRACE = frozenset("mhlutqnpc")  # colours, modes, keyboard, cursor's shape, questions: they draw nothing


@dataclass
class Screen:
    """Rows of cells, where the cursor is, and the lines that went off the top."""

    columns: int
    lines: int
    rows: list[list[str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    x: int = 0
    y: int = 0

    def __post_init__(self) -> None:
        self.rows = [self._blank() for _ in range(self.lines)]

    def _blank(self) -> list[str]:
        return [" "] * self.columns

    def text(self) -> str:
        """Return what can be seen."""
        return "\n".join("".join(row).rstrip() for row in self.rows)

    def everything(self) -> str:
        """Return what can be seen and what can be scrolled back to."""
        return "\n".join([*self.gone, self.text()])

    def put(self, text: str, *, wraps: bool) -> None:
        """Write characters at the cursor."""
        for character in text:
            width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
            if self.x + width > self.columns:
                if not wraps:
                    continue
                self.x = 0
                self.line_feed()
            self.rows[self.y][self.x : self.x + width] = [character, ""][:width]
            self.x += width

    def line_feed(self) -> None:
        """Go a line down; at the bottom the top line goes."""
        if self.y + 1 < self.lines:
            self.y += 1
            return
        self.gone.append("".join(self.rows.pop(0)).rstrip())
        self.rows.append(self._blank())

    def go(self, x: int, y: int) -> None:
        """Put the cursor, within the screen."""
        self.x, self.y = max(0, min(x, self.columns - 1)), max(0, min(y, self.lines - 1))

    def erase_line(self, how: int, y: int | None = None) -> None:
        """Erase to the end, from the beginning, or all."""
        row = self.rows[self.y if y is None else y]
        start = self.x if how == 0 else 0
        end = self.x + 1 if how == 1 else self.columns
        row[start:end] = [" "] * (end - start)

    def erase(self, how: int) -> None:
        """Erase the screen from the cursor, up to it, all, or the scrollback."""
        if how == 3:
            self.gone.clear()
            return
        if how == 2 or (how == 0 and (self.x, self.y) == (0, 0)):
            self.gone += self.text().splitlines()
        whole = {0: range(self.y + 1, self.lines), 1: range(self.y), 2: range(self.lines)}[how]
        for y in whole:
            self.erase_line(2, y)
        if how != 2:
            self.erase_line(how)


class Emulator:
    """The two screens, the title, and what a program asked for."""

    def __init__(self, columns: int, lines: int) -> None:
        self.main, self.alternate = Screen(columns, lines), Screen(columns, lines)
        self.shown = self.main
        self.titles: list[str] = []
        self.clipboard: list[str] = []
        self.unknown: list[str] = []
        self.modes: dict[str, bool] = {"?7": True}
        self._rest = ""

    def everything(self) -> str:
        """Return all that is left anywhere in this terminal."""
        return "\n".join([self.main.everything(), self.alternate.everything(), *self.titles, *self.clipboard])

    def feed(self, data: str) -> None:
        """Take what the program writes; a sequence may come in pieces."""
        data = self._rest + data
        place = 0
        while place < len(data):
            part = _PARTS.match(data, place)
            if part is None:
                if data[place] == "\x1b" and len(data) - place < 4096:
                    break
                self.unknown.append(data[place : place + 20])
                place += 1
                continue
            self._do(part)
            place = part.end()
        self._rest = data[place:]

    def _do(self, part: re.Match[str]) -> None:
        if part["text"] is not None:
            self.shown.put(part["text"], wraps=self.modes["?7"])
        elif part["control"] is not None:
            self._control(part["control"])
        elif part["command"] is not None:
            self._command(part["command"])
        elif part["short"] is None:
            numbers = [int(number or 0) for number in re.split("[;:]", part["numbers"])]
            self._sequence(part["mark"], numbers, part["middle"] + part["final"])
        elif part["short"] not in ("7", "8", "=", ">", "(B"):
            self.unknown.append(part["short"])

    def _control(self, control: str) -> None:
        if control in "\n\x0b\x0c":
            self.shown.line_feed()
            self.shown.x = 0  # the line discipline of a terminal adds the return
        elif control == "\r":
            self.shown.x = 0
        elif control == "\b":
            self.shown.go(self.shown.x - 1, self.shown.y)
        elif control == "\t":
            self.shown.go((self.shown.x // 8 + 1) * 8, self.shown.y)

    def _command(self, command: str) -> None:
        number, _semicolon, text = command.partition(";")
        if number in ("0", "1", "2"):
            self.titles.append(text)
        elif number == "52":
            self.clipboard.append(text)
        elif number not in ("8", "10", "11", "22"):
            self.unknown.append(command)

    def _sequence(self, mark: str, numbers: list[int], final: str) -> None:
        screen, first = self.shown, numbers[0]
        steps = max(1, first)
        if mark == "?" and final in "hl":
            self._set_modes(numbers, on=final == "h")
        elif mark or final[-1] in _NO_TRACE:
            if final[-1] not in _NO_TRACE:
                self.unknown.append(f"{mark}{numbers}{final}")
        elif final in ("H", "f"):
            screen.go([*numbers, 1][1] - 1, steps - 1)
        elif final in ("A", "B"):
            screen.go(screen.x, screen.y + (steps if final == "B" else -steps))
        elif final in ("C", "D"):
            screen.go(screen.x + (steps if final == "C" else -steps), screen.y)
        elif final == "G":
            screen.go(steps - 1, screen.y)
        elif final == "d":
            screen.go(screen.x, steps - 1)
        elif final == "J":
            screen.erase(first)
        elif final == "K":
            screen.erase_line(first)
        else:
            self.unknown.append(f"{numbers}{final}")

    def _set_modes(self, numbers: list[int], *, on: bool) -> None:
        for number in numbers:
            self.modes[f"?{number}"] = on
            if number in (47, 1047, 1049):
                self.shown = self.alternate if on else self.main
