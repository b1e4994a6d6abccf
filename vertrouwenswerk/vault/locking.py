"""One vault, one process: a lock that the operating system drops when the process dies.

The lock file beside the vault stays and stays empty; what counts is the lock on it.
"""

import os
import sys
from pathlib import Path
from typing import Self

from vertrouwenswerk.errors import VaultBusyError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.vault.files import storage_errors

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class VaultLock:
    """Holds a vault for this process until ``release``."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def acquire(cls, vault: Path) -> Self:
        """Lock ``vault``. Raises VaultBusyError when another process has it, StorageError."""
        path = vault.with_suffix(".lock")
        with storage_errors(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            raise VaultBusyError(
                _("This vault is already open in another window."),
                _("Close or lock it there first, then try again."),
            ) from error
        return cls(handle)

    def release(self) -> None:
        """Give the vault free; a second call does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
