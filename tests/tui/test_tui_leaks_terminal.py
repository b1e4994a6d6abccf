"""What the terminal keeps when the app is locked, left, ended, crashed or suspended."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.municipality import RUNNING, Municipality
from tests.pseudo_terminal import Program
from tests.tui.real_program import HELP, LOCK, OVERVIEW, QUIT, at_work, environment, found
from vertrouwenswerk.usecases.adviser import own_tallies

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind"
)
BROKEN = ("-m", "tests.tui.broken_program")


def count(town: Municipality) -> int:
    """Open the vault, which shows that it is whole and free, and return what is in it."""
    with town.open_adviser() as adviser:
        return sum(tally.count for tally in own_tallies(adviser, quarter=RUNNING))


def leave(program: Program) -> None:
    program.press(QUIT)


def end(program: Program) -> None:
    program.send(signal.SIGTERM)


def hang_up(program: Program) -> None:
    program.send(signal.SIGHUP)


def interrupt(program: Program) -> None:
    program.send(signal.SIGINT)


def crash(program: Program) -> None:
    program.press(HELP)


def assert_nothing_left(program: Program) -> None:
    terminal = program.terminal
    assert terminal.shown is terminal.main
    assert terminal.modes["?25"]
    assert not found(terminal.everything())
    assert terminal.alternate.text().strip() == ""
    assert terminal.titles == terminal.clipboard == []
    assert "what was here before" in terminal.main.text()
    assert not terminal.unknown
    assert "\x1b[3J" not in program.written


def test_locking_leaves_nothing_in_screen_or_scrollback(town: Municipality, tmp_path: Path) -> None:
    with at_work(town, tmp_path / "home") as program:
        assert {"Sleepdienst", "Pesterij", "Noordkust"} <= set(found(program.terminal.everything()))
        program.press(LOCK)
        program.wait_for("Wachtwoordzin", "vergrendeld")
        assert not found(program.terminal.everything())
        assert not program.terminal.unknown
        program.press(QUIT)
        assert program.end() == 0
        assert_nothing_left(program)


@pytest.mark.parametrize(
    ("way", "code", "command"),
    [
        (leave, 0, ("-m", "vertrouwenswerk")),
        (end, 128 + 15, ("-m", "vertrouwenswerk")),
        (hang_up, 128 + 1, ("-m", "vertrouwenswerk")),
        (interrupt, 128 + 2, ("-m", "vertrouwenswerk")),
        (crash, 70, (*BROKEN, "handler")),
    ],
)
def test_however_the_app_ends_the_terminal_keeps_nothing_and_the_vault_is_whole(
    way: Callable[[Program], None], code: int, command: tuple[str, ...], town: Municipality, tmp_path: Path
) -> None:
    with at_work(town, tmp_path / "home", command) as program:
        way(program)
        assert program.end() == code
        assert_nothing_left(program)
    assert count(town) == 1


def test_without_wiping_the_terminal_keeps_what_was_on_it(town: Municipality, tmp_path: Path) -> None:
    with at_work(town, tmp_path / "home", (*BROKEN, "unwiped")) as program:
        program.press(QUIT)
        assert program.end() == 0
        assert program.terminal.shown is program.terminal.main
        assert "Sleepdienst" in program.terminal.alternate.text()


def test_closing_the_window_closes_the_vault(town: Municipality, tmp_path: Path) -> None:
    with at_work(town, tmp_path / "home") as program:
        program.close_window()
        # 120 is Python's own, for what it could not write to a window that is gone.
        assert program.end() in (120, 128 + 1)
    assert count(town) == 1


def is_stopped(pid: int) -> bool:
    """Ask ``ps``: waiting for the process would tell it once only, and here it is asked again."""
    shown = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return shown.stdout.strip().startswith("T")


def test_a_suspended_app_leaves_nothing_and_comes_back(town: Municipality, tmp_path: Path) -> None:
    with at_work(town, tmp_path / "home") as program:
        program.send(signal.SIGTSTP)
        program.wait_until(lambda: is_stopped(program.process.pid), "stop")
        program.wait_until(lambda: program.terminal.shown is program.terminal.main, "main screen")
        assert_nothing_left_while_suspended(program.terminal)
        program.send(signal.SIGCONT)
        program.wait_for("Nieuw signaal", "Sleepdienst")
        program.press(QUIT)
        assert program.end() == 0
        assert_nothing_left(program)


def assert_nothing_left_while_suspended(terminal: Emulator) -> None:
    assert not found(terminal.everything())
    assert terminal.alternate.text().strip() == ""


def test_ctrl_z_undoes_and_does_not_suspend(town: Municipality, tmp_path: Path) -> None:
    with at_work(town, tmp_path / "home") as program:
        program.press("\x1a")
        program.wait_for("Ongedaan gemaakt")
        assert program.process.poll() is None
        program.press(OVERVIEW)
        program.wait_for("Per thema")
        program.press(LOCK)
        program.wait_for("Wachtwoordzin")
        program.press("\x1a")
        program.press(QUIT)
        assert program.end() == 0
        assert_nothing_left(program)
    assert count(town) == 0


def test_the_screens_are_never_drawn_into_a_file(town: Municipality, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    log = tmp_path / "log"
    shell = f'"{sys.executable}" -m vertrouwenswerk --data-dir "{town.adviser_places(1).root}" 2>"{log}"'
    with Program(["sh", "-c", shell], environment(home), home) as program:
        assert program.end() == 2
    assert "\x1b" not in log.read_text(encoding="utf-8")
    assert "terminal" in log.read_text(encoding="utf-8")
    assert not program.terminal.unknown
