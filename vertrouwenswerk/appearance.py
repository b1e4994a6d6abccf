"""How the program speaks and looks, which must be known before any vault opens.

The one readable file in a data folder: two words, a language and a look, and nothing about
anybody. What it does not say, or says wrongly, falls back to the default. Read at every
start, so nothing heavy is imported here; ``usecases.appearance`` writes it.

Example::

    read_appearance(places)      # Appearance("nl", "night")
"""

from dataclasses import dataclass

from vertrouwenswerk.i18n import LANGUAGES
from vertrouwenswerk.settings import Places

LOOKS = ("night", "day", "contrast")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Appearance:
    """One of ``LANGUAGES`` and one of ``LOOKS``."""

    language: str = LANGUAGES[0]
    look: str = LOOKS[0]

    @classmethod
    def from_text(cls, text: str) -> "Appearance":
        """Read what ``to_text`` wrote."""
        said = {name: word for name, _equals, word in (line.partition("=") for line in text.split())}
        language, look = said.get("language"), said.get("look")
        return cls(language if language in LANGUAGES else LANGUAGES[0], look if look in LOOKS else LOOKS[0])

    def to_text(self) -> str:
        """Return it in two lines."""
        return f"language={self.language}\nlook={self.look}\n"


def read_appearance(places: Places) -> Appearance:
    """Return what was chosen for a data folder; the defaults where there is nothing to read."""
    try:
        with places.appearance.open(encoding="utf-8", errors="replace") as file:
            return Appearance.from_text(file.read(_LONGEST))
    except OSError:
        return Appearance()
