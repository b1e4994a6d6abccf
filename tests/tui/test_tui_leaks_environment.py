"""Whatever the environment says, the real program writes no file and nothing on the main screen.

The passphrase is pasted, so that what listens has it in one piece; keys come one by one.
"""

import base64
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.municipality import Municipality
from tests.pseudo_terminal import Program
from tests.tui.real_program import CANARIES, OVERVIEW, PRODUCT, QUIT, environment, found

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind"
)
UNSEALED = ("-m", "tests.tui.broken_program", "unsealed")
PASTE = "\x1b[200~%s\x1b[201~"


def forms(text: str) -> Iterator[bytes]:
    """Yield what a text looks like in a file: as it is, in UTF-16, and in base64 at any offset."""
    for plain in (text.encode(), text.encode("utf-16-le")):
        yield plain
        for offset in range(3):
            coded = base64.b64encode(bytes(offset) + plain)
            yield coded[4 if offset else 0 : len(coded) // 4 * 4 - 4]


def leaks(folder: Path, secret: str) -> list[str]:
    """Return file and canary of every leak under a folder."""
    return [
        f"{path.name}: {canary}"
        for path in folder.rglob("*")
        if path.is_file()
        for canary in (secret, *CANARIES)
        if any(form in path.read_bytes() for form in forms(canary))
    ]


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def work(town: Municipality, home: Path, command: tuple[str, ...], variables: dict[str, str]) -> Program:
    """Paste the passphrase, record, look, leave; return the program that ended."""
    home.mkdir()
    named = {name: value.replace("HOME", str(home)) for name, value in variables.items()}
    data = str(town.adviser_places(1).root)
    surroundings = environment(home, PYTHONDONTWRITEBYTECODE="1", **named)
    with Program([sys.executable, *command, "--data-dir", data], surroundings, home) as program:
        program.wait_for("Wachtwoordzin")
        program.press(PASTE % town.passphrase("adviser 1") + "\r")
        program.wait_for("Nieuw signaal", "Pesterij")
        program.press("1sleep\r")
        program.wait_for("Geteld: Pesterij", "Sleepdienst")
        program.press(OVERVIEW)
        program.wait_for("Per thema")
        program.press(QUIT)
        assert program.end() == 0
    return program


LOG = {"TEXTUAL_LOG": "HOME/textual.log", "TEXTUAL_DEBUG": "1"}
PICTURE = {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_LOCATION": "HOME"}
DRIVER = {"TEXTUAL_DRIVER": "tests.tui.spying_driver:SpyingDriver"}
DEVTOOLS = {"TEXTUAL": "devtools,debug", "TEXTUAL_SHOW_RETURN": "1"}
PYTHON = {
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONBREAKPOINT": "pdb.set_trace",
    "PYTHONDEVMODE": "1",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONTRACEMALLOC": "1",
    "PYTHONWARNINGS": "always",
}


@pytest.mark.parametrize(
    "variables", [LOG | DEVTOOLS, PICTURE, DRIVER, PYTHON], ids=lambda names: next(iter(names))
)
def test_no_variable_makes_the_program_write_anything_down(
    variables: dict[str, str], town: Municipality, tmp_path: Path
) -> None:
    home, vault = tmp_path / "home", town.adviser_places(1).root
    before = files(vault)
    program = work(town, home, PRODUCT, variables)
    assert files(home) == set()
    assert files(vault) == before
    assert not leaks(vault, town.passphrase("adviser 1"))
    assert program.terminal.main.everything().strip() == "$ what was here before"
    assert not found(program.terminal.everything())


@pytest.mark.parametrize("variables", [LOG, DRIVER], ids=lambda names: next(iter(names)))
def test_unsealed_the_same_variables_give_everything_away(
    variables: dict[str, str], town: Municipality, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    work(town, home, UNSEALED, variables)
    assert [leak for leak in leaks(home, town.passphrase("adviser 1")) if "de zin waarmee" in leak]


def test_unsealed_a_variable_takes_a_picture(town: Municipality, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    surroundings = environment(home, TEXTUAL_SCREENSHOT="1", TEXTUAL_SCREENSHOT_LOCATION=str(home))
    data = str(town.adviser_places(1).root)
    with Program([sys.executable, *UNSEALED, "--data-dir", data], surroundings, home) as program:
        program.end()
    assert [name for name in files(home) if name.endswith(".svg")]


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_a_canary_is_found_in_every_form(offset: int, tmp_path: Path) -> None:
    for number, plain in enumerate((b"de geheime zin", "de geheime zin".encode("utf-16-le"))):
        path = tmp_path / f"{number}"
        path.write_bytes(base64.b64encode(b"-" * offset + plain + b"--"))
        assert leaks(tmp_path, "de geheime zin") == [f"{number}: de geheime zin"]
        path.write_bytes(b"--" + plain)
        assert leaks(tmp_path, "de geheime zin") == [f"{number}: de geheime zin"]
        path.unlink()
