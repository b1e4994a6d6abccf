"""The start: shut the process's leaks first, then hand over to the command line.

``--version`` and ``--help`` load neither Textual nor SQLAlchemy; the app is loaded only when
a command asks for it, and the command line does not know the app otherwise.
"""

import gc
import sys

from vertrouwenswerk import privacy
from vertrouwenswerk.settings import Places


def main() -> int:
    """Run the program and return its exit code."""
    privacy.seal_process()
    from vertrouwenswerk.cli.main import run  # after the leaks are shut

    return run(sys.argv[1:], open_app)


def open_app(places: Places, demo_secret: str = "") -> int:
    """Open the app on a data folder, a demo's unlocked, and return its exit code."""
    # Sixty thousand objects come with Textual and hardly one goes: collecting among them costs a twentieth
    # of the start. The app collects from its first paint on.
    gc.disable()
    from vertrouwenswerk.tui.app import run_app  # Textual is only wanted here
    from vertrouwenswerk.tui.terminal import require_terminal
    from vertrouwenswerk.usecases.clock import system_clock

    require_terminal()
    return run_app(places, system_clock, demo_secret)


if __name__ == "__main__":
    sys.exit(main())
