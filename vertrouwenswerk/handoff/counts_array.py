"""One adviser's quarter as one dense array: a number for every unit and theme.

Unsigned 16 bits, big endian, unit by unit ("not named" first, then in the codebook's
order), theme by theme. Every summary of a codebook version so has the same size, however
busy the adviser was.
"""

import struct
from collections.abc import Iterable

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import MAX_COUNT, OwnTally
from vertrouwenswerk.framing import damaged

_BLOCK_BYTES = 256


def array_bytes(codebook: Codebook) -> int:
    """Return the size in bytes of every array under ``codebook``, padding included."""
    needed = 2 * len(codebook.recordable_units) * len(codebook.themes)
    return -(-needed // _BLOCK_BYTES) * _BLOCK_BYTES


def encode_counts(codebook: Codebook, tallies: Iterable[OwnTally]) -> bytes:
    """Lay the tallies of one quarter out as an array. Raises KeyError for an unknown code."""
    themes = {theme.code: index for index, theme in enumerate(codebook.themes)}
    units = {code: index for index, code in enumerate(codebook.recordable_units)}
    counts = [0] * (array_bytes(codebook) // 2)
    for tally in tallies:
        counts[units[tally.unit] * len(themes) + themes[tally.theme]] = tally.count
    return struct.pack(f">{len(counts)}H", *counts)


def decode_counts(codebook: Codebook, quarter: Quarter, array: bytes) -> tuple[OwnTally, ...]:
    """Read an array back into tallies, units in codebook order.

    Raises FileRefusedError (``damaged``) for a wrong size, padding in use, or a count over 9,999.
    """
    if len(array) != array_bytes(codebook):
        raise damaged()
    counts = struct.unpack(f">{len(array) // 2}H", array)
    width = len(codebook.themes)
    used = width * len(codebook.recordable_units)
    if max(counts) > MAX_COUNT or any(counts[used:]):
        raise damaged()
    return tuple(
        OwnTally(quarter, codebook.recordable_units[cell // width], codebook.themes[cell % width].code, count)
        for cell, count in enumerate(counts[:used])
        if count
    )
