"""The start: shut the process's leaks first, then hand over to the command line.

``--version`` and ``--help`` load neither Textual nor SQLAlchemy.
"""

import sys

from vertrouwenswerk import privacy


def main() -> int:
    """Run the program and return its exit code."""
    privacy.seal_process()
    from vertrouwenswerk.cli.main import run  # after the leaks are shut

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
