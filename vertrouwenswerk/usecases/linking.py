"""What a sitting protects: the pool's history, and every picture that was made before.

Pictures come from the pool and the office and are checked twice: by the signatures of
bureau and guardian, and by the digest that the pool noted. An office restored from before
a sitting gets its pictures back. One that is nowhere stops the sitting: a picture that
somebody kept but the audit does not know could give a person away.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from vertrouwenswerk.disclosure.history import Arrival, History, Place, Version
from vertrouwenswerk.disclosure.protect import Published
from vertrouwenswerk.disclosure.spans import Span
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter, Window
from vertrouwenswerk.errors import DamagedVaultError
from vertrouwenswerk.handoff.codebook_file import read_codebook
from vertrouwenswerk.handoff.picture_file import Picture, read_picture
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.vault.pool_store import Change, OpenedAt, Pool


class Codebooks:
    """Every version of the codebook that the office has."""

    def __init__(self, bureau: Bureau) -> None:
        self._by_digest: dict[bytes, Codebook] = {
            digest: read_codebook(file).codebook for digest, file in bureau.office.codebook_files().items()
        }

    def get(self, digest: bytes) -> Codebook | None:
        """Return the codebook of a digest, None when the office has none."""
        return self._by_digest.get(digest)

    @cached_property
    def versions(self) -> dict[int, Version]:
        """The trees of every version, with the place of every number there ever was."""
        units = {n for book in self._by_digest.values() for n in book.unit_numbers.values()}
        themes = {n for book in self._by_digest.values() for n in book.theme_numbers.values()}
        return {book.version: _version(book, units, themes) for book in self._by_digest.values()}

    def numbers(self, digests: Iterable[bytes]) -> tuple[frozenset[int], frozenset[int]]:
        """Return the unit and theme numbers that summaries under these codebooks can name.

        An unknown codebook can name every number.
        """
        books = [book for digest in digests if (book := self._by_digest.get(digest)) is not None]
        if not books or len(books) < len(set(digests)):
            books = list(self._by_digest.values())
        units = frozenset(number for book in books for number in book.unit_numbers.values())
        return units, frozenset(number for book in books for number in book.theme_numbers.values())


def history_of(pool: Pool, codebooks: Codebooks, pictures: Iterable[Picture]) -> History:
    """Return all that sittings merged, by the sitting at which it came in.

    What ``pictures`` say was opened and the pool does not know went with a pool that is
    lost: it stays known as arrivals without counts.
    """
    changes = pool.changes()
    arrivals = _arrivals(pool.arrivals(), codebooks)
    return History(
        versions=codebooks.versions,
        arrivals=_with_lost(arrivals, pictures, codebooks),
        added=_by_sitting((change, change.added) for change in changes),
        withdrawn=_by_sitting((change, change.withdrawn) for change in changes),
    )


def pictures_before(bureau: Bureau, pool: Pool) -> tuple[Picture, ...]:
    """Return all pictures made, oldest first; the office gets back what it lacks.

    Raises DamagedVaultError when one is missing or altered.
    """
    kept, in_office = pool.picture_files(), bureau.office.picture_files()
    files = dict(sorted({**in_office, **kept}.items()))
    for number, file in kept.items():
        if in_office.get(number) != file:
            bureau.office.put_picture(number, file)
    for number, digest in pool.pictures().items():
        if number not in files or hashlib.sha256(files[number]).digest() != digest:
            raise DamagedVaultError(
                _("Picture %(number)s, which an earlier sitting made, is missing in the office.")
                % {"number": number},
                _("Restore the bureau's newest backup; a sitting needs every picture that was ever made."),
            )
    return tuple(read_picture(file, bureau.joint_keys) for file in files.values())


def published_tables(pictures: Iterable[Picture], codebooks: Codebooks) -> tuple[Published, ...]:
    """Return the tables of all pictures as the audit takes them."""
    return tuple(
        Published(Span.counted(book.version, picture.number, Window.parse(table.window)), table.counts())
        for picture in pictures
        if (book := codebooks.get(picture.codebook_digest)) is not None
        for table in picture.tables
    )


def _version(book: Codebook, units: Iterable[int], themes: Iterable[int]) -> Version:
    codes = {number: code for code, number in book.unit_numbers.items()}
    now = {number: book.successor_number(number) for number in sorted(units)}
    theme_codes = {number: code for code, number in book.theme_numbers.items()}
    return Version(
        unit_tree=book.unit_tree,
        theme_tree=book.theme_tree,
        units={number: codes[place] for number, place in now.items() if place is not None},
        themes={number: theme_codes[number] for number in sorted(themes) if number in theme_codes},
        small_units=frozenset(unit.code for unit in book.units if book.is_small(unit.code)),
    )


def _arrivals(opened: Iterable[OpenedAt], codebooks: Codebooks) -> tuple[Arrival, ...]:
    together: dict[tuple[int, int], list[OpenedAt]] = {}
    for one in opened:
        together.setdefault((one.sitting, one.quarter.index), []).append(one)
    found = []
    for (sitting, quarter), group in together.items():
        units, themes = codebooks.numbers({one.codebook for one in group})
        advisers = frozenset(one.adviser for one in group)
        replaced = any(one.replaced for one in group)
        found.append(Arrival(quarter, sitting, units, themes, advisers, replaced))
    return tuple(found)


def _with_lost(
    arrivals: tuple[Arrival, ...], pictures: Iterable[Picture], codebooks: Codebooks
) -> tuple[Arrival, ...]:
    """Return also what a lost pool had opened; what came in after that may have taken its place."""
    known = {(arrival.sitting, arrival.quarter) for arrival in arrivals}
    lost = [
        Arrival(quarter, picture.number, *codebooks.numbers(opening.codebooks), frozenset(), opening.replaced)
        for picture in pictures
        for opening in picture.openings
        if (picture.number, quarter := Quarter.parse(opening.quarter).index) not in known
    ]
    first_lost = {arrival.quarter: arrival.sitting for arrival in reversed(lost)}
    return (
        *lost,
        *(
            replace(arrival, replaced=True)
            if first_lost.get(arrival.quarter, arrival.sitting) < arrival.sitting
            else arrival
            for arrival in arrivals
        ),
    )


def _by_sitting(counts: Iterable[tuple[Change, int]]) -> Mapping[int, Mapping[Place, int]]:
    found: dict[int, dict[Place, int]] = {}
    for change, count in counts:
        if count:
            place = change.quarter.index, change.unit, change.theme
            found.setdefault(change.sitting, {})[place] = count
    return found
