"""The 7,776 easy Dutch words that passphrases and fingerprints are made of.

Five dice pick one word (6**5 = 7,776), so each word carries 12.9 bits: six words are
77 bits. Where the list comes from and how it was cut down is in ``docs/wordlist``.

Example::

    propose_passphrase(secrets.randbelow)    # "appel wolk tafel fiets lamp zomer"
    spell(sha256_digest)                     # the same six words for the same 32 bytes
"""

from collections.abc import Callable
from functools import cache
from importlib import resources

WORDS_IN_PASSPHRASE = 6
WORDS_IN_FINGERPRINT = 6


@cache
def words() -> tuple[str, ...]:
    """Return all 7,776 words, sorted."""
    file = resources.files("vertrouwenswerk") / "data" / "words" / "nl.txt"
    return tuple(file.read_text(encoding="utf-8").split())


def propose_passphrase(random_below: Callable[[int], int]) -> str:
    """Return six words, each picked by ``random_below(7776)``, with spaces between them."""
    everything = words()
    return " ".join(everything[random_below(len(everything))] for _turn in range(WORDS_IN_PASSPHRASE))


def spell(digest: bytes) -> tuple[str, ...]:
    """Return six words that stand for ``digest`` (32 bytes): 77 bits of it."""
    everything = words()
    rest = int.from_bytes(digest, "big")
    spelled = []
    for _turn in range(WORDS_IN_FINGERPRINT):
        rest, index = divmod(rest, len(everything))
        spelled.append(everything[index])
    return tuple(spelled)
