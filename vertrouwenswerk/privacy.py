"""What must be shut before anything else runs: leaks of the process itself.

Textual writes every key pressed when ``TEXTUAL_LOG``, ``TEXTUAL_DEBUG`` or devtools
are set; a crash prints local variables; a core dump holds the passphrase; new files
are readable by others under a loose umask. ``seal_process`` closes all of these and
imports nothing heavy, so that it can run first; ``hush_libraries`` follows when a command loads
what may log.
"""

import contextlib
import faulthandler
import os
import sys
from types import TracebackType

_BUG = 70
_LEAKY = (
    "TEXTUAL",
    "SQLALCHEMY",
    "PYTHONASYNCIODEBUG",
    "PYTHONBREAKPOINT",
    "PYTHONDEVMODE",
    "PYTHONDUMPREFS",
    "PYTHONFAULTHANDLER",
    "PYTHONINSPECT",
    "PYTHONTRACEMALLOC",
    "PYTHONWARNINGS",
)


def scrub_environment() -> None:
    """Remove the variables that make a library write down what a person types."""
    for name in list(os.environ):
        if name.startswith(_LEAKY):
            del os.environ[name]


def forbid_core_dumps() -> None:
    """Forbid core dumps for this process (on Windows, crash dumps with memory are off by default)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def describe_crash(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Return the type of an exception and its frames: file, line and function, never a value."""
    import traceback  # only for a crash: it is slow to load, and this module runs first

    frames = [
        f"  {frame.filename.rpartition(os.sep)[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
    return "\n".join([f"{kind.__module__}.{kind.__qualname__}", *frames])


def _report_unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    sys.stderr.write(describe_crash(unraisable.exc_type, unraisable.exc_traceback) + "\n")


def _report_crash(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
    code: object = _BUG
    if isinstance(value, SystemExit):  # comes here only under PYTHONINSPECT or -i
        code = value.code
    else:
        sys.stderr.write(describe_crash(kind, trace) + "\n")
    if sys.flags.inspect:
        _leave_without_prompt(code if isinstance(code, int) else _BUG)


def _leave_without_prompt(code: int) -> None:
    """End the process where Python would open a prompt with all memory in reach."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def hush_libraries() -> None:
    """Let no log record, warning or thread of a library write a value; to be called before they load.

    asyncio logs calls with their arguments, SQLAlchemy its errors; Python's last resort for what
    nobody handles is stderr.
    """
    import logging  # these three are slow to load, and --help has no need of them
    import threading
    import warnings

    def report_thread(failed: threading.ExceptHookArgs) -> None:
        sys.stderr.write(describe_crash(failed.exc_type, failed.exc_traceback) + "\n")

    logging.disable()
    warnings.simplefilter("ignore")
    threading.excepthook = report_thread


def seal_process() -> None:
    """Close the leaks of this process; to be called before any other import of ours."""
    os.umask(0o077)
    scrub_environment()
    forbid_core_dumps()
    faulthandler.disable()
    sys.excepthook = _report_crash
    sys.unraisablehook = _report_unraisable
