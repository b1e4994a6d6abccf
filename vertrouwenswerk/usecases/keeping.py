"""What keeps a vault usable: its passphrase, its recovery code, a check that it is whole."""

from pathlib import Path

from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import unlock_adviser
from vertrouwenswerk.usecases.bureau import unlock_bureau
from vertrouwenswerk.usecases.clock import system_clock
from vertrouwenswerk.vault import safe
from vertrouwenswerk.vault.engine import is_whole


def vaults_in(places: Places) -> tuple[Path, ...]:
    """Return the vaults with a passphrase of their own in a data folder."""
    return tuple(path for path in (places.adviser_vault, places.office_vault) if path.exists())


def change_passphrase(vault: Path, secret: str, passphrase: str) -> None:
    """Replace the passphrase; ``secret`` is the old one or the recovery code.

    Raises UsageError (too weak), WrongSecretError, DamagedVaultError, VaultBusyError, StorageError.
    """
    safe.change_passphrase(vault, secret, passphrase)


def propose_recovery_code(vault: Path, secret: str) -> str:
    """Return a new recovery code; the old one stays until ``replace_recovery_code``.

    Raises UsageError (no vault), WrongSecretError, DamagedVaultError.
    """
    return safe.propose_recovery_code(vault, secret)


def replace_recovery_code(vault: Path, secret: str, code: str) -> None:
    """Make ``code`` the recovery code, once it is on paper. Raises as ``change_passphrase`` does."""
    safe.replace_recovery_code(vault, secret, code)


def require_vault(vault: Path) -> None:
    """Raise UsageError when there is no vault at this path."""
    safe.require_vault(vault)


def check_vault(places: Places, secret: str) -> bool:
    """Tell whether every page of the vault, and its structure, are right.

    Raises UsageError (no vault), WrongSecretError, DamagedVaultError.
    """
    if places.office_vault.exists():
        with unlock_bureau(places, secret, system_clock) as bureau:
            return is_whole(bureau.office.safe.engine, bureau.office.safe.path)
    with unlock_adviser(places, secret, system_clock) as adviser:
        return is_whole(adviser.vault.safe.engine, adviser.vault.safe.path)
