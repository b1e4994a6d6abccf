"""Errors a person can do something about, and the exit codes they lead to.

Each error carries two lines: what is wrong, and what you can do. Both are already
in the person's language and never quote a foreign exception, a count or a
passphrase. Whatever is not an ``Error`` is a bug (exit code 70).

Example::

    raise UsageError(_("There is no theme %(code)s.") % {"code": code},
                     _("Did you mean %(near)s?") % {"near": near})
"""


class Error(Exception):
    """What is wrong (``message``) and what the person can do about it (``hint``)."""

    exit_code = 70

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}"


class UsageError(Error):
    """Something asked for that does not exist or is not allowed."""

    exit_code = 2


class VaultError(Error):
    """A vault that cannot be opened, read or written."""

    exit_code = 3


class WrongSecretError(VaultError):
    """The passphrase or recovery code does not open this; the file itself is whole."""


class DamagedVaultError(VaultError):
    """The vault or its key slots are damaged; no passphrase is to blame."""


class VaultBusyError(VaultError):
    """Another process has this vault open."""


class StorageError(VaultError):
    """The disk is full, read-only or broken; what was there before still stands."""


class FileRefusedError(Error):
    """A file from outside was refused whole; nothing was changed.

    ``reason`` is one of the words of ``docs/formats.md`` (such as ``bad-signature``),
    the same for every language, so that others can test against it.
    """

    exit_code = 4

    def __init__(self, reason: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.reason = reason


class DisclosureError(Error):
    """A table that cannot be made safe to show."""

    exit_code = 5
