"""Forget what was drawn: caches keep texts long after the widgets that showed them are gone.

Rich keeps the width of the last 4,096 texts, Textual whole lines of widgets it drew, and the
search for units the texts it compared. All are ``lru_cache``, so all can be emptied; what they
cost to fill again is a few milliseconds after the next unlocking. Then one collection, since
widgets and screens refer to each other in rings, which Python frees only when it looks.
"""

import functools
import gc

from rich.cells import cached_cell_len
from textual.keys import key_to_character

_CACHING = ("rich.", "textual.", "vertrouwenswerk.")


def forget_what_was_typed() -> None:
    """Empty the two caches that hold what was typed into a field, and which keys in what order."""
    cached_cell_len.cache_clear()
    key_to_character.cache_clear()


def forget_what_was_drawn() -> None:
    """Empty the caches of all that draws, and free what nobody refers to any more."""
    caches = [found for found in gc.get_objects() if type(found) is functools._lru_cache_wrapper]
    for cache in caches:
        if str(getattr(cache, "__module__", "")).startswith(_CACHING):
            cache.cache_clear()
    gc.collect()
