"""What keeps a vault usable: passphrase, recovery code, backup, a check that it is whole."""

from pathlib import Path

from vertrouwenswerk.framing import damaged
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import unlock_adviser
from vertrouwenswerk.usecases.bureau import unlock_bureau
from vertrouwenswerk.usecases.clock import system_clock
from vertrouwenswerk.vault import safe
from vertrouwenswerk.vault.backup import read_backup, restore_backup, write_backup
from vertrouwenswerk.vault.engine import is_whole

REVISIONS_SKIPPED = 1_000


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


def back_up(places: Places, secret: str, path: Path) -> None:
    """Write the vault, encrypted as it is, to one new file and verify it by opening.

    The bureau's backup takes the pool along. Raises UsageError (no vault), VaultError, StorageError.
    """
    if places.office_vault.exists():
        with unlock_bureau(places, secret, system_clock) as bureau:
            write_backup(bureau.office.safe, path, secret, [places.pool_vault])
        return
    with unlock_adviser(places, secret, system_clock) as adviser:
        write_backup(adviser.vault.safe, path, secret)


def restore(places: Places, secret: str, path: Path) -> None:
    """Put a backup where no vault is; its passphrase or recovery code must open it.

    An adviser's next exports get higher numbers than any made since the backup, so that they
    count at the bureau. Raises FileRefusedError, UsageError (a vault is there), VaultError.
    """
    backup = read_backup(path)
    vault = next(
        (v for v in (places.adviser_vault, places.office_vault) if v.name == backup.databases[0][0]), None
    )
    beside = {places.pool_vault.name} if vault == places.office_vault else set()
    if vault is None or not {name for name, _data in backup.databases[1:]} <= beside:
        raise damaged()
    restore_backup(backup, vault.parent, secret)
    if vault == places.adviser_vault:
        with unlock_adviser(places, secret, system_clock) as adviser:
            adviser.vault.raise_revisions(REVISIONS_SKIPPED)


def check_vault(places: Places, secret: str) -> bool:
    """Tell whether every page of the vault, and its structure, are right.

    Raises UsageError (no vault), WrongSecretError, DamagedVaultError.
    """
    if places.office_vault.exists():
        with unlock_bureau(places, secret, system_clock) as bureau:
            return is_whole(bureau.office.safe.engine, bureau.office.safe.path)
    with unlock_adviser(places, secret, system_clock) as adviser:
        return is_whole(adviser.vault.safe.engine, adviser.vault.safe.path)
