"""An outsider's audit: published tables are all it needs, no vault, no passphrase, no data folder.

Example::

    audit_files([Path("2025.json"), Path("2026.json")]).violations      # ()
"""

from collections.abc import Sequence
from pathlib import Path

from vertrouwenswerk.disclosure.outside import Verdict, audit
from vertrouwenswerk.handoff.table_file import LIMIT_BYTES, read_table
from vertrouwenswerk.usecases.progress import Progress, no_progress
from vertrouwenswerk.vault.files import read_limited


def audit_files(paths: Sequence[Path], progress: Progress = no_progress) -> Verdict:
    """Return what all tables in ``paths`` together give away; nothing is written.

    Raises FileRefusedError for a file that is not such a table and for tables that
    contradict each other, DisclosureError when the solver finds no answer.
    """
    tables = [read_table(read_limited(path, LIMIT_BYTES), str(path)) for path in paths]
    return audit(tables, progress)
