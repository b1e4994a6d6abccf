"""What the measurements were made on, in words that name no one: no host names, no paths."""

import os
import platform
import sqlite3
from importlib.metadata import version


def describe_machine() -> str:
    """Return cores, processor kind, operating system, Python and SQLite."""
    cores = os.cpu_count() or 1
    return (
        f"{cores} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()},"
        f" Textual {version('textual')}, sqlite3 {sqlite3.sqlite_version}"
    )


def load() -> str:
    """Return the load average over 1, 5 and 15 minutes, where the system has one."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    return " / ".join(f"{number:.1f}" for number in os.getloadavg())
