"""What keeps a vault usable: passphrase, recovery code, a newer codebook, backup, a check that it is whole.

What takes a path works on a vault that is locked; what takes an ``Adviser`` works on an open one.
"""

from dataclasses import dataclass
from pathlib import Path

from vertrouwenswerk.domain.codebook import Codebook, Unit
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.framing import damaged
from vertrouwenswerk.handoff.codebook_file import SignedCodebook, accept_update
from vertrouwenswerk.i18n import _
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import Adviser, note_code_proven, read_codebook_file, unlock_adviser
from vertrouwenswerk.usecases.bureau import unlock_bureau
from vertrouwenswerk.usecases.clock import Clock, system_clock
from vertrouwenswerk.vault import safe
from vertrouwenswerk.vault.adviser_care import amend_care
from vertrouwenswerk.vault.backup import read_backup, restore_backup, write_backup
from vertrouwenswerk.vault.engine import damaged_vault, is_whole
from vertrouwenswerk.vault.slots import is_recovery_code

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


def require_own_secret(adviser: Adviser, secret: str) -> None:
    """Check passphrase or recovery code of the open vault. Raises WrongSecretError, DamagedVaultError."""
    adviser.vault.safe.require_secret(secret)


def change_own_passphrase(adviser: Adviser, secret: str, passphrase: str) -> None:
    """Replace the passphrase of the open vault. Raises as ``change_passphrase`` does."""
    adviser.vault.safe.change_passphrase(secret, passphrase)


def propose_own_recovery_code(adviser: Adviser, secret: str) -> str:
    """Return a new recovery code for the open vault; the old one stays until it is replaced.

    Raises WrongSecretError, DamagedVaultError.
    """
    return adviser.vault.safe.propose_recovery_code(secret)


def replace_own_recovery_code(adviser: Adviser, secret: str, code: str) -> None:
    """Make ``code`` the recovery code of the open vault. Raises as ``change_passphrase`` does."""
    adviser.vault.safe.replace_recovery_code(secret, code)
    note_code_proven(adviser)


def prove_recovery_code(adviser: Adviser, code: str) -> None:
    """See that the recovery code on paper opens the open vault, and remember the quarter.

    Raises UsageError (not written like a recovery code), WrongSecretError, DamagedVaultError.
    """
    _require_code(code)
    require_own_secret(adviser, code)
    note_code_proven(adviser)


def drill(places: Places, code: str, clock: Clock) -> None:
    """See that the recovery code opens the locked vault, and remember the quarter in an adviser's.

    Raises UsageError (no vault, not a recovery code), WrongSecretError, DamagedVaultError.
    """
    _require_code(code)
    if places.office_vault.exists():
        unlock_bureau(places, code, clock).close()
        return
    with unlock_adviser(places, code, clock) as adviser:
        note_code_proven(adviser)


def _require_code(code: str) -> None:
    if not is_recovery_code(code):
        raise UsageError(
            _("That is not a recovery code as this program writes them."),
            _("It has six groups of five characters. Look again; a slip of the pen is enough."),
        )


@dataclass(frozen=True, slots=True)
class CodebookOffer:
    """A newer codebook that may be taken, beside the one in force."""

    current: Codebook
    offered: SignedCodebook

    @property
    def added_units(self) -> tuple[Unit, ...]:
        """The units that are new."""
        return tuple(unit for unit in self.offered.codebook.units if unit.code not in self._before)

    @property
    def renamed_units(self) -> tuple[tuple[Unit, Unit], ...]:
        """The units that got another name, before and after."""
        pairs = ((self._before.get(unit.code), unit) for unit in self.offered.codebook.units)
        return tuple((old, new) for old, new in pairs if old is not None and old.name != new.name)

    @property
    def ended_units(self) -> tuple[tuple[Unit, Unit], ...]:
        """The units that are no more, each with the unit that its tallies follow."""
        new = self.offered.codebook
        by_number = {unit.number: unit for unit in new.units}
        ended = [unit for unit in self.current.units if unit.code not in new.unit_numbers]
        pairs = ((unit, by_number.get(new.successor_number(unit.number) or 0)) for unit in ended)
        return tuple((unit, heir) for unit, heir in pairs if heir is not None)

    @property
    def _before(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.current.units}


def consider_codebook(adviser: Adviser, path: Path) -> CodebookOffer:
    """Read a codebook and check that it may be taken; nothing is changed yet.

    Raises FileRefusedError (see ``accept_update``), UsageError when it is the one in force.
    """
    offered = read_codebook_file(path)
    accept_update(adviser.signed_codebook, offered)
    if offered.digest == adviser.signed_codebook.digest:
        raise UsageError(
            _("You already have this codebook: version %(version)s.") % {"version": adviser.codebook.version},
            _("There is nothing to take. Nothing was changed."),
        )
    return CodebookOffer(adviser.codebook, offered)


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
        back_up_own(adviser, secret, path)


def back_up_own(adviser: Adviser, secret: str, path: Path) -> None:
    """Write the open vault to one new file, verify it by opening, and remember that there is one.

    Raises WrongSecretError, DamagedVaultError, StorageError.
    """
    write_backup(adviser.vault.safe, path, secret)
    amend_care(adviser.vault.safe, backed_up=True)


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


def check_vault(places: Places, secret: str) -> None:
    """Read every page of the vault. Raises UsageError (no vault), WrongSecretError, DamagedVaultError."""
    if places.office_vault.exists():
        with unlock_bureau(places, secret, system_clock) as bureau:
            _require_whole(bureau.office.safe)
        return
    with unlock_adviser(places, secret, system_clock) as adviser:
        check_own_vault(adviser)


def check_own_vault(adviser: Adviser) -> None:
    """Read every page of the open vault. Raises DamagedVaultError when it is not whole."""
    _require_whole(adviser.vault.safe)


def _require_whole(vault: safe.Safe) -> None:
    if not is_whole(vault.engine, vault.path):
        raise damaged_vault()
