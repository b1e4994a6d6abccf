"""Choose language and look; both are kept, for all vaults of a data folder.

Example::

    choose_appearance(places, look="day")
"""

from dataclasses import replace

from vertrouwenswerk.appearance import Appearance, read_appearance
from vertrouwenswerk.settings import Places
from vertrouwenswerk.vault.files import make_private_folder, write_atomically


def choose_appearance(places: Places, *, language: str | None = None, look: str | None = None) -> Appearance:
    """Keep another language (of ``LANGUAGES``) or look (of ``LOOKS``). Raises StorageError."""
    before = read_appearance(places)
    chosen = replace(before, language=language or before.language, look=look or before.look)
    make_private_folder(places.root)
    write_atomically(places.appearance, chosen.to_text().encode("ascii"))
    return chosen
