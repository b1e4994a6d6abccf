"""The adviser's vault: tallies as (quarter, unit, theme) and a count, and nothing else a person did.

Every change rewrites all tallies in key order, in one transaction: the pages of the
database then look the same whatever the order of entry was, not only its rows. Units and
themes are stored by their lasting numbers, so that no column can hold text.

Example::

    vault.change(Quarter(2026, 3), "SOC-WI-01", "PEST", +1)     # the new count
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import sqlalchemy as sa

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import MAX_COUNT, OwnTally
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.vault.engine import Migration, database_errors, from_sql, transaction
from vertrouwenswerk.vault.safe import Safe, Secrets

MIGRATIONS: tuple[Migration, ...] = (from_sql("adviser-1.sql"), from_sql("adviser-2.sql"))
_UNIT = sa.table("unit", sa.column("number", sa.Integer))
_THEME = sa.table("theme", sa.column("number", sa.Integer))
_HANDED_IN = sa.table(
    "handed_in",
    *(sa.column(name, sa.Integer) for name in ("quarter", "revision", "state")),
    sa.column("digest", sa.LargeBinary),
)
_Cell = tuple[int, int, int]
_ROWS_AT_ONCE = 2_000  # SQLite takes 32,766 values in one statement


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What became of a quarter's export: ``state`` 0 nothing written, 1 verified, 2 not verified.

    ``digest`` (SHA-256) is of the counts that went out, to tell whether they changed since.
    """

    quarter: Quarter
    revision: int
    state: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """``by`` signals more (or fewer, when negative) in one cell."""

    quarter: Quarter
    unit: str
    theme: str
    by: int


def tallies_digest(codebook: Codebook, tallies: Iterable[OwnTally]) -> bytes:
    """Return the SHA-256 of tallies by lasting numbers, so that a newer codebook changes nothing."""
    rows = sorted((codebook.unit_numbers[t.unit], codebook.theme_numbers[t.theme], t.count) for t in tallies)
    return hashlib.sha256(repr(rows).encode("ascii")).digest()


class AdviserVault:
    """The open vault of one adviser; codes in and out, by the codebook it is given."""

    def __init__(self, safe: Safe) -> None:
        self.safe = safe

    @classmethod
    def create(
        cls,
        path: Path,
        chosen: Secrets,
        sign_seed: bytes,
        codebook_file: bytes,
        codebook: Codebook,
        *,
        demo: bool,
    ) -> "AdviserVault":
        """Make a vault that pins ``codebook_file``. Raises UsageError, StorageError."""

        def fill(connection: sa.Connection) -> None:
            connection.exec_driver_sql("INSERT INTO mark VALUES (1, ?, 0)", (int(demo),))
            connection.exec_driver_sql("INSERT INTO identity VALUES (1, ?)", (sign_seed,))
            connection.exec_driver_sql("INSERT INTO codebook VALUES (1, ?)", (codebook_file,))
            _write_numbers(connection, codebook)

        return cls(Safe.create(path, chosen, MIGRATIONS, fill))

    @classmethod
    def unlock(cls, path: Path, secret: str) -> "AdviserVault":
        """Open with passphrase or recovery code. Raises as ``Safe.unlock`` does."""
        return cls(Safe.unlock(path, secret, MIGRATIONS))

    def close(self) -> None:
        """Lock the vault."""
        self.safe.close()

    def codebook_file(self) -> bytes:
        """Return the pinned codebook as it was signed."""
        return bytes(self._scalar("SELECT signed_file FROM codebook"))

    def sign_seed(self) -> bytes:
        """Return the adviser's secret Ed25519 seed (32 bytes)."""
        return bytes(self._scalar("SELECT sign_seed FROM identity"))

    def has_left(self) -> bool:
        """Tell whether the adviser handed in the last quarter and left."""
        return bool(self._scalar("SELECT has_left FROM mark"))

    def leave(self) -> None:
        """Take no more signals from now on."""
        with transaction(self.safe.engine, self.safe.path) as connection:
            connection.exec_driver_sql("UPDATE mark SET has_left = 1")

    def tallies(self, codebook: Codebook) -> tuple[OwnTally, ...]:
        """Return all tallies, by quarter, then unit and theme in codebook order."""
        with database_errors(self.safe.path), self.safe.engine.connect() as connection:
            cells = _read_cells(connection)
        return _as_tallies(cells, codebook)

    def change(self, codebook: Codebook, changes: Iterable[Change]) -> tuple[OwnTally, ...]:
        """Add to or take from cells, all or nothing, and return all tallies as they are now.

        Raises UsageError when a count would fall below 0 or rise over 9,999, StorageError.
        """
        with transaction(self.safe.engine, self.safe.path) as connection:
            cells = _read_cells(connection)
            for change in changes:
                _apply(cells, change, codebook)
            _write_cells(connection, cells)
        return _as_tallies(cells, codebook)

    def take_codebook(self, signed_file: bytes, codebook: Codebook) -> None:
        """Replace the codebook; tallies of ended units follow their successors."""
        with transaction(self.safe.engine, self.safe.path) as connection:
            moved = _moved(_read_cells(connection), codebook)
            _write_cells(connection, {})
            connection.execute(sa.delete(_UNIT))
            connection.execute(sa.delete(_THEME))
            _write_numbers(connection, codebook)
            _write_cells(connection, moved)
            connection.exec_driver_sql("UPDATE codebook SET signed_file = ?", (signed_file,))

    def handed_in(self) -> tuple[HandedIn, ...]:
        """Return what was exported, by quarter."""
        with database_errors(self.safe.path), self.safe.engine.connect() as connection:
            rows = connection.execute(sa.select(_HANDED_IN).order_by(_HANDED_IN.c.quarter)).all()
        return tuple(HandedIn(Quarter.from_index(q), r, s, bytes(d)) for q, r, s, d in rows)

    def note_handed_in(self, entry: HandedIn) -> None:
        """Store the state of a quarter's export in the place of the earlier one."""
        row = (entry.quarter.index, entry.revision, entry.state, entry.digest)
        with transaction(self.safe.engine, self.safe.path) as connection:
            connection.exec_driver_sql("INSERT OR REPLACE INTO handed_in VALUES (?, ?, ?, ?)", row)

    def raise_revisions(self, by: int) -> None:
        """Skip ``by`` revisions of every exported quarter: an older copy of the vault must not repeat one."""
        with transaction(self.safe.engine, self.safe.path) as connection:
            connection.exec_driver_sql("UPDATE handed_in SET revision = revision + ?", (by,))

    def _scalar(self, statement: str) -> bytes | int:
        with database_errors(self.safe.path), self.safe.engine.connect() as connection:
            found: bytes | int = connection.exec_driver_sql(statement).scalar_one()
        return found


def _write_numbers(connection: sa.Connection, codebook: Codebook) -> None:
    for table, numbers in ((_UNIT, codebook.unit_numbers), (_THEME, codebook.theme_numbers)):
        connection.execute(sa.insert(table), [{"number": number} for number in sorted(numbers.values())])


def _read_cells(connection: sa.Connection) -> dict[_Cell, int]:
    rows = connection.exec_driver_sql("SELECT quarter, unit, theme, count FROM tally")
    return {(quarter, unit, theme): count for quarter, unit, theme, count in rows}


def _write_cells(connection: sa.Connection, cells: Mapping[_Cell, int]) -> None:
    _empty_tallies(connection)
    rows = [(*cell, count) for cell, count in sorted(cells.items()) if count]
    # One statement for all rows and its text made here: a fifth of the work of one a row, or one compiled.
    for part in (rows[begin : begin + _ROWS_AT_ONCE] for begin in range(0, len(rows), _ROWS_AT_ONCE)):
        statement = f"INSERT INTO tally VALUES {', '.join(['(?, ?, ?, ?)'] * len(part))}"  # noqa: S608 - only places
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(part)))


def _empty_tallies(connection: sa.Connection) -> None:
    """Make the table anew: deleting row by row would leave old cell pointers on its page."""
    (create,) = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'tally'").one()
    connection.exec_driver_sql("DROP TABLE tally")
    connection.exec_driver_sql(create)


def _apply(cells: dict[_Cell, int], change: Change, codebook: Codebook) -> None:
    cell = (change.quarter.index, codebook.unit_numbers[change.unit], codebook.theme_numbers[change.theme])
    count = cells.get(cell, 0) + change.by
    if count < 0:
        raise UsageError(
            _("There are not that many signals to take away here."),
            _("Look at your tallies first: vertrouwenswerk adviser tally"),
        )
    if count > MAX_COUNT:
        raise UsageError(
            _("There are too many signals in this one place."),
            _("Check the number; a quarter holds at most %(most)s here.") % {"most": MAX_COUNT},
        )
    cells[cell] = count


def _as_tallies(cells: Mapping[_Cell, int], codebook: Codebook) -> tuple[OwnTally, ...]:
    units = {number: (place, code) for place, (code, number) in enumerate(codebook.unit_numbers.items())}
    themes = {number: (place, code) for place, (code, number) in enumerate(codebook.theme_numbers.items())}
    ordered = sorted(
        (quarter, units[unit], themes[theme], count)
        for (quarter, unit, theme), count in cells.items()
        if count
    )
    return tuple(OwnTally(Quarter.from_index(q), u[1], t[1], n) for q, u, t, n in ordered)


def _moved(cells: Mapping[_Cell, int], codebook: Codebook) -> dict[_Cell, int]:
    """Return the cells under a newer codebook: tallies of ended units follow their successors."""
    moved: dict[_Cell, int] = {}
    for (quarter, unit, theme), count in cells.items():
        place = (quarter, _follow(codebook, unit), theme)
        moved[place] = moved.get(place, 0) + count
        if theme not in codebook.theme_numbers.values() or moved[place] > MAX_COUNT:
            raise _cannot_follow()
    return moved


def _follow(codebook: Codebook, unit: int) -> int:
    number = codebook.successor_number(unit)
    if number is None:
        raise _cannot_follow()
    return number


def _cannot_follow() -> UsageError:
    return UsageError(
        _("This codebook has no place for tallies that you have."),
        _("Ask the bureau for a codebook that names where they go. Nothing was changed."),
    )
