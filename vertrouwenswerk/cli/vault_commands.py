"""What anybody does with a vault: passphrase, recovery code, check, and where things are."""

from argparse import Namespace
from pathlib import Path

from vertrouwenswerk.cli.talk import (
    deliver_recovery_code,
    put,
    put_json,
    read_new_passphrase,
    read_own_secret,
    read_secret,
    require_place_for_recovery_code,
    say,
)
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases import keeping
from vertrouwenswerk.usecases.clock import system_clock


def passphrase(options: Namespace) -> None:
    """Change the passphrase."""
    old = read_own_secret(options)
    keeping.change_passphrase(_vault(options), old, read_new_passphrase(options))
    say(_("The passphrase is changed. Your recovery code stays the same."))


def recovery(options: Namespace) -> None:
    """Make a new recovery code; the old one works until the new one is safe with the person."""
    vault, secret = _vault(options), read_own_secret(options)
    code = keeping.propose_recovery_code(vault, secret)
    require_place_for_recovery_code(options)
    deliver_recovery_code(options, code)
    keeping.replace_recovery_code(vault, secret, code)
    say(_("The old recovery code no longer works."))


def backup(options: Namespace) -> None:
    """Write a backup and verify it."""
    keeping.back_up(options.places, read_own_secret(options), options.to)
    put(str(options.to))
    say(_("Written and verified. It opens with your passphrase or recovery code, as they are now."))


def restore(options: Namespace) -> None:
    """Put a backup back."""
    keeping.restore(options.places, read_own_secret(options), options.file)
    say(_("The vault is back: %(folder)s"), folder=options.places.root)
    say(_("What was recorded after the backup is not in it."))


def drill(options: Namespace) -> None:
    """Try the recovery code."""
    code = read_secret(options, _("Recovery code:"))
    keeping.drill(options.places, code, system_clock)
    say(_("The recovery code works. Put the paper back where nobody else finds it."))


def check(options: Namespace) -> None:
    """See whether the vault is whole."""
    keeping.check_vault(options.places, read_own_secret(options))
    say(_("The vault is whole."))


def paths(options: Namespace) -> None:
    """Say where things are kept."""
    places = options.places
    found = {
        "data-dir": places.root,
        "adviser": places.adviser_vault,
        "bureau": places.office_vault,
        "pool": places.pool_vault,
    }
    if options.json:
        put_json({name: {"path": str(path), "exists": path.exists()} for name, path in found.items()})
        return
    for name, path in found.items():
        put(f"{name:<10}{path}" + ("" if path.exists() else f"  ({_('not there')})"))


def _vault(options: Namespace) -> Path:
    vaults = keeping.vaults_in(options.places)
    if not vaults:
        keeping.require_vault(options.places.adviser_vault)
    if len(vaults) != 1:
        raise UsageError(
            _("It is not clear which vault is meant."),
            _("Point --data-dir to a folder with one vault: vertrouwenswerk paths shows them."),
        )
    return vaults[0]
