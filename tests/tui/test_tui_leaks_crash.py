"""Crashes of the real program: type and frames, no value, exit code 70, the vault whole."""

import sys
import threading
from pathlib import Path
from typing import TextIO, cast

import pytest
from textual.drivers._writer_thread import WriterThread

from tests.municipality import RUNNING, Municipality
from tests.tui.broken_program import HOW, SECRET_PARTS
from tests.tui.real_program import HELP, at_work, found
from vertrouwenswerk.tui.terminal import Tolerant
from vertrouwenswerk.usecases.adviser import own_tallies

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
BROKEN = ("-m", "tests.tui.broken_program")
CRASHES = sorted(set(HOW) - {"unsealed", "unwiped", "textual"})


@on_posix
@pytest.mark.parametrize("where", CRASHES)
def test_a_crash_shows_type_and_frames_and_no_value(where: str, town: Municipality, tmp_path: Path) -> None:
    with at_work(town, tmp_path / "home", (*BROKEN, where)) as program:
        program.press(HELP)
        assert program.end() == 70
        report = program.terminal.main.everything()
        kind = "StylesheetParseError" if where == "css" else "ValueError"
        assert kind in report
        assert "  broken_program.py:" in report or where == "css"
        assert " fail" in report or where == "css"
        left = program.terminal.everything()
        assert not [part for part in SECRET_PARTS if part in left]
        assert "passphrase" not in left
        assert not found(left)
    with town.open_adviser() as adviser:
        assert sum(tally.count for tally in own_tallies(adviser, quarter=RUNNING)) == 1


@on_posix
def test_textuals_own_report_would_show_the_secret(town: Municipality, tmp_path: Path) -> None:
    with at_work(town, tmp_path / "home", (*BROKEN, "textual")) as program:
        program.press(HELP)
        program.end()
        assert "-".join(SECRET_PARTS) in program.terminal.main.everything()


class Gone:
    """A file whose terminal is gone."""

    def write(self, _text: str) -> None:
        raise OSError(5, "Input/output error")

    def flush(self) -> None:
        self.write("")


def test_writing_goes_on_when_the_window_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda failed: ended.append(failed.exc_type))
    bare = WriterThread(cast("TextIO", Gone()))
    bare.start()
    bare.write("x")
    bare.join()
    assert ended == [OSError]  # from here on thirty writes wait in its queue, and the next waits for ever

    tolerant = WriterThread(cast("TextIO", Tolerant(cast("TextIO", Gone()))))
    tolerant.start()
    for _ in range(100):
        tolerant.write("x")
    tolerant.stop()
    assert ended == [OSError]
