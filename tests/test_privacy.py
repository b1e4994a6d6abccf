"""The leaks of the process itself: environment, core dumps, umask, crash reports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vertrouwenswerk.privacy import describe_crash, scrub_environment

REPOSITORY = Path(__file__).resolve().parents[1]
LEAKY = (
    "TEXTUAL",
    "TEXTUAL_LOG",
    "TEXTUAL_DEBUG",
    "TEXTUAL_DEVTOOLS",
    "TEXTUAL_SCREENSHOT",
    "SQLALCHEMY_WARN_20",
    "PYTHONASYNCIODEBUG",
    "PYTHONBREAKPOINT",
    "PYTHONDEVMODE",
    "PYTHONDUMPREFS",
    "PYTHONFAULTHANDLER",
    "PYTHONINSPECT",
    "PYTHONTRACEMALLOC",
    "PYTHONWARNINGS",
)
SECRET = "kapitein zeven zwanen"


def run(script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={**os.environ, **environment},
    )


def test_variables_that_make_a_library_write_down_what_is_typed_are_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in LEAKY:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("NO_COLOR", "1")
    scrub_environment()
    assert not [name for name in os.environ if name.startswith(("TEXTUAL", "SQLALCHEMY"))]
    assert not set(LEAKY) & set(os.environ)
    assert os.environ["NO_COLOR"] == "1"


def test_a_sealed_process_and_its_children_have_none_of_these_variables() -> None:
    script = (
        "from vertrouwenswerk import privacy; privacy.seal_process()\n"
        "import os, subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import os; print(sorted(os.environ))'])\n"
    )
    done = run(script, **dict.fromkeys(LEAKY, ""))
    assert done.returncode == 0
    assert "PATH" in done.stdout
    assert not [name for name in LEAKY if f"'{name}'" in done.stdout]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes no core dumps by itself")
def test_core_dumps_are_off_and_cannot_be_put_on_again() -> None:
    script = (
        "import resource\n"
        "soft, hard = resource.getrlimit(resource.RLIMIT_CORE)\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (min(4096, hard) if hard >= 0 else 4096, hard))\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
        "from vertrouwenswerk import privacy; privacy.seal_process()\n"
        "print(*resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    before, after = run(script).stdout.splitlines()
    assert after == "0 0"
    if before == "0":
        pytest.skip("core dumps are off here whatever we do, so this shows nothing")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask to speak of")
def test_new_files_of_a_sealed_process_are_for_their_owner_only(tmp_path: Path) -> None:
    script = (
        "import os; os.umask(0)\n"
        "from vertrouwenswerk import privacy; privacy.seal_process()\n"
        f"from pathlib import Path; path = Path({str(tmp_path)!r}) / 'file'; path.write_bytes(b'')\n"
        "print(oct(path.stat().st_mode & 0o777))\n"
    )
    assert run(script).stdout == "0o600\n"


def fail(passphrase: str) -> None:
    count = 17
    raise KeyError(passphrase, count)


def test_a_crash_is_described_by_type_and_frames_and_no_value() -> None:
    try:
        fail(SECRET)
    except KeyError as error:
        described = describe_crash(type(error), error.__traceback__)
    assert described.splitlines()[0] == "builtins.KeyError"
    assert described.splitlines()[-1].startswith("  test_privacy.py:")
    assert described.splitlines()[-1].endswith(" fail")
    assert SECRET not in described
    assert "17" not in described.replace(":17 ", "")
    assert str(REPOSITORY) not in described


def test_a_crash_without_a_trace_is_described_too() -> None:
    assert describe_crash(ValueError, None) == "builtins.ValueError"


def test_an_uncaught_exception_of_a_sealed_process_shows_no_value_nor_that_of_its_cause() -> None:
    script = (
        "from vertrouwenswerk import privacy; privacy.seal_process()\n"
        "def fail(passphrase):\n"
        "    try:\n"
        "        raise ValueError(passphrase)\n"
        "    except ValueError as error:\n"
        "        raise RuntimeError('again ' + passphrase) from error\n"
        f"fail({SECRET!r})\n"
    )
    done = run(script)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == "builtins.RuntimeError"
    assert " fail" in done.stderr
    assert "zwanen" not in done.stderr


def test_a_fault_in_c_code_prints_no_frames() -> None:
    script = (
        "from vertrouwenswerk import privacy; privacy.seal_process()\n"
        "import faulthandler; print(faulthandler.is_enabled())\n"
    )
    assert run(script.partition("\n")[2], PYTHONFAULTHANDLER="1").stdout == "True\n"
    assert run(script, PYTHONFAULTHANDLER="1").stdout == "False\n"


def test_no_prompt_is_left_behind_with_all_memory_in_reach() -> None:
    script = "from vertrouwenswerk import privacy; privacy.seal_process(); raise SystemExit(3)"
    assert run(script, PYTHONINSPECT="1").returncode == 3


def test_sealing_loads_nothing_heavy() -> None:
    script = (
        "import sys; from vertrouwenswerk import privacy; privacy.seal_process()\n"
        "heavy = ('textual', 'sqlalchemy', 'cryptography', 'msgspec')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    assert run(script).stdout == "[]\n"


SEAL = "from vertrouwenswerk import privacy; privacy.seal_process()\n"
HUSH = SEAL + "privacy.hush_libraries()\n"


def test_textual_sees_none_of_the_variables_that_make_it_write() -> None:
    script = (
        "from textual import constants as c; print(c.DEBUG, c.LOG_FILE, c.DRIVER, c.SCREENSHOT_DELAY)\n"
        "import os; from textual.features import parse_features\n"
        "print(parse_features(os.environ.get('TEXTUAL', '')))\n"
    )
    variables = {
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_LOG": "log",
        "TEXTUAL_DRIVER": "a:B",
        "TEXTUAL_SCREENSHOT": "2",
        "TEXTUAL": "devtools,debug",
    }
    heeded = run(script, **variables).stdout
    assert "True log a:B 2" in heeded
    assert "devtools" in heeded
    sealed = run(SEAL + script, **variables).stdout
    assert sealed == "False None None -1\nfrozenset()\n"


LOUD = {
    "a slow call": (
        "import asyncio\n"
        "async def main():\n"
        "    loop = asyncio.get_running_loop()\n"
        "    loop.set_debug(True)\n"
        "    loop.slow_callback_duration = 0.0\n"
        "    loop.call_soon(str.upper, 'kapitein zeven zwanen')\n"
        "    await asyncio.sleep(0)\n"
        "asyncio.run(main())\n"
    ),
    "a task nobody waits for": (
        "import asyncio, gc\n"
        "async def fail(secret): raise ValueError(secret)\n"
        "async def main():\n"
        "    asyncio.ensure_future(fail('kapitein zeven zwanen'))\n"
        "    await asyncio.sleep(0)\n"
        "asyncio.run(main()); gc.collect()\n"
    ),
    "a thread": (
        "import threading\n"
        "def fail(secret): raise ValueError(secret)\n"
        "thread = threading.Thread(target=fail, args=('kapitein zeven zwanen',))\n"
        "thread.start(); thread.join()\n"
    ),
    "an object's end": (
        "class Ends:\n    def __del__(self): raise ValueError('kapitein zeven zwanen')\nEnds()\n"
    ),
    "a warning": "import warnings; warnings.warn('kapitein zeven zwanen')\n",
    "a log record": "import logging; logging.getLogger('x').error('%s', 'kapitein zeven zwanen')\n",
}


@pytest.mark.parametrize("which", LOUD)
def test_what_python_would_print_by_itself_shows_no_value(which: str) -> None:
    assert SECRET in run(LOUD[which]).stderr
    done = run(HUSH + LOUD[which])
    assert done.returncode == 0
    assert "zwanen" not in done.stdout + done.stderr


@pytest.mark.parametrize("which", ["a thread", "an object's end"])
def test_what_fails_out_of_sight_is_told_by_type_and_frames(which: str) -> None:
    told = run(HUSH + LOUD[which]).stderr.splitlines()
    assert told[0] == "builtins.ValueError"
    assert told[-1].startswith("  <string>:")


def test_every_command_hushes_the_libraries_before_they_load() -> None:
    script = (
        SEAL + "import logging; from vertrouwenswerk.cli.main import run\n"
        "print(run(['paths'], lambda *_: 0), logging.root.manager.disable == logging.CRITICAL)\n"
    )
    assert run(script).stdout.splitlines()[-1] == "0 True"
