"""From a passphrase to an open session; what is heavy is imported here, in the thread that needs it.

The screens that work on a vault import use cases at their top, so they too come in here: the
unlock screen paints without SQLAlchemy and cryptography (a tenth of the time to first paint).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.session import Session

if TYPE_CHECKING:
    from vertrouwenswerk.tui.screens.base import BaseScreen
    from vertrouwenswerk.usecases.adviser import Adviser
    from vertrouwenswerk.usecases.bureau import Bureau

_BUREAU_EXTRA = ("highspy", "numpy")


@dataclass(frozen=True, slots=True)
class Opened:
    """An open session, and how to make the screen that it begins with."""

    session: "Session[Adviser] | Session[Bureau]"
    first_screen: "Callable[[], BaseScreen]"

    def close(self) -> None:
        """Close the vault that nobody came to work in."""
        self.session.close()


class Side(Enum):
    """Whose vault is opened."""

    ADVISER = "adviser"
    BUREAU = "bureau"


def sides_of(places: Places) -> tuple[Side, ...]:
    """Return whose vaults are in the data folder."""
    vaults = ((Side.ADVISER, places.adviser_vault), (Side.BUREAU, places.office_vault))
    return tuple(side for side, vault in vaults if vault.is_file())


def warm_up(side: Side) -> None:
    """Import what the side needs, ahead of the passphrase."""
    if side is Side.ADVISER:
        import vertrouwenswerk.tui.screens.record
    else:
        import vertrouwenswerk.tui.screens.deliveries  # noqa: F401


def unlock(side: Side, places: Places, secret: str, clock: Callable[[], date]) -> "Opened":
    """Open the vault of one side; takes a second or two. Raises UsageError, VaultError."""
    warm_up(side)
    if side is Side.ADVISER:
        from vertrouwenswerk.usecases.adviser import unlock_adviser

        return open_adviser(unlock_adviser(places, secret, clock))
    from vertrouwenswerk.usecases.bureau import unlock_bureau

    return open_bureau(unlock_bureau(places, secret, clock))


def open_adviser(adviser: "Adviser") -> "Opened":
    """Return the session of an adviser's open vault, with the screen it begins with."""
    from vertrouwenswerk.tui.screens.record import RecordScreen

    organisation = adviser.codebook.organisation
    session = Session(adviser, _("adviser · %(organisation)s") % {"organisation": organisation})
    return Opened(session, lambda: RecordScreen(session))


def open_bureau(bureau: "Bureau") -> "Opened":
    """Return the session of an open office, with the screen it begins with."""
    from vertrouwenswerk.tui.screens.deliveries import DeliveriesScreen

    organisation = bureau.codebook.organisation
    session = Session(bureau, _("bureau · %(organisation)s") % {"organisation": organisation})
    return Opened(session, lambda: DeliveriesScreen(session))


def missing_bureau_extra(error: ModuleNotFoundError) -> UsageError:
    """Return what to say when the solver is not installed. Raises ``error`` when it is something else."""
    if error.name is None or error.name.partition(".")[0] not in _BUREAU_EXTRA:
        raise error
    return UsageError(
        _("The part for the bureau is not installed on this computer."),
        _("Install it with: pip install “vertrouwenswerk[bureau]”"),
    )
