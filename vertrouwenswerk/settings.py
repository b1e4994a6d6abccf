"""Where things are kept: one data folder, with a fixed place in it for every file.

The folder is the operating system's own for a person's data, or what ``--data-dir``
names. A vault is two files: the encrypted database and the key slots beside it.

Example::

    places = Places(default_data_dir())
    places.adviser_vault      # .../vertrouwenswerk/adviser/kluis.vault
"""

from dataclasses import dataclass
from pathlib import Path

import platformdirs


def default_data_dir() -> Path:
    """Return the folder the operating system gives this application for this person."""
    return Path(platformdirs.user_data_dir("vertrouwenswerk", appauthor=False))


@dataclass(frozen=True, slots=True)
class Places:
    """The paths below one data folder; nothing is created by asking."""

    root: Path

    @property
    def adviser_vault(self) -> Path:
        """The adviser's encrypted database."""
        return self.root / "adviser" / "kluis.vault"

    @property
    def office_vault(self) -> Path:
        """The bureau's daily vault."""
        return self.root / "bureau" / "kantoor.vault"

    @property
    def pool_vault(self) -> Path:
        """The vault with merged counts, which opens only with both keys."""
        return self.root / "bureau" / "telkamer.vault"

    @property
    def appearance(self) -> Path:
        """Language and look, in two readable lines."""
        return self.root / "weergave.txt"
