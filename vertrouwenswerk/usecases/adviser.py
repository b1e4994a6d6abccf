"""What an adviser does with the own vault: set up, unlock, record, look, take a codebook.

Example::

    with unlock_adviser(places, passphrase, date.today) as adviser:
        record(adviser, theme="PEST", unit="SOC-WI-01")
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.lookup import find_theme, find_unit
from vertrouwenswerk.domain.quarter import Quarter, clearing_day
from vertrouwenswerk.domain.small_units import countable_unit
from vertrouwenswerk.domain.tally import OwnTally, check_times
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.handoff.card_file import adviser_card
from vertrouwenswerk.handoff.codebook_file import (
    LIMIT_BYTES,
    SignedCodebook,
    accept_update,
    read_codebook,
    require_countersigned,
)
from vertrouwenswerk.handoff.keys import SIGN_SEED_BYTES, adviser_fingerprint, fingerprint, sign_key_of
from vertrouwenswerk.i18n import _
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.clock import Clock, today
from vertrouwenswerk.vault.adviser_care import LEAST_LOCK_MINUTES, MOST_LOCK_MINUTES, amend_care, read_care
from vertrouwenswerk.vault.adviser_store import AdviserVault, Change, tallies_digest
from vertrouwenswerk.vault.files import read_limited, write_atomically
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Six words for the bureau's keys and for the guardian's (None: the bureau opens alone)."""

    bureau: tuple[str, ...]
    guardian: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The cell that changed and how many signals it counts now (0 to 9,999).

    ``asked`` is the unit that was meant; ``unit`` differs from it where that one is small.
    ``tallies`` are all of the vault as they are then.
    """

    quarter: Quarter
    unit: str
    theme: str
    count: int
    asked: str
    tallies: tuple[OwnTally, ...] = field(default=(), compare=False, repr=False)


class Adviser:
    """An adviser's open vault; closing it locks it."""

    def __init__(self, vault: AdviserVault, clock: Clock) -> None:
        self.vault = vault
        self._clock = clock
        try:
            self.signed_codebook = read_codebook(vault.codebook_file())
        except BaseException:
            vault.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Lock the vault."""
        self.vault.close()

    @property
    def codebook(self) -> Codebook:
        """The codebook in force."""
        return self.signed_codebook.codebook

    @cached_property
    def is_demo(self) -> bool:
        """Tell whether the vault carries the demo mark."""
        return self.vault.safe.is_demo

    @property
    def lock_minutes(self) -> int:
        """After how many minutes without a key the app locks this vault."""
        return read_care(self.vault.safe).lock_after

    @property
    def today(self) -> date:
        """The day it is, by the clock that goes with this vault."""
        return today(self._clock, is_demo=self.is_demo)

    @property
    def words(self) -> tuple[str, ...]:
        """The six words of the adviser's own card."""
        return adviser_fingerprint(sign_key_of(self.vault.sign_seed()))


def read_codebook_file(path: Path) -> SignedCodebook:
    """Read a codebook to enrol with; both must have signed it. Raises FileRefusedError."""
    signed = read_codebook(read_limited(path, LIMIT_BYTES))
    require_countersigned(signed)
    return signed


def fingerprints(codebook: Codebook) -> Fingerprints:
    """Return the words to compare by phone before pinning the codebook's keys."""
    guardian = codebook.guardian
    return Fingerprints(
        fingerprint("bureau", codebook.bureau), fingerprint("guardian", guardian) if guardian else None
    )


def set_up_adviser(places: Places, codebook: SignedCodebook, chosen: Secrets, clock: Clock) -> Adviser:
    """Make the adviser's vault and pin the keys of ``codebook``. Raises UsageError, StorageError."""
    require_countersigned(codebook)
    vault = AdviserVault.create(
        places.adviser_vault,
        chosen,
        secrets.token_bytes(SIGN_SEED_BYTES),
        codebook.to_bytes(),
        codebook.codebook,
        demo=chosen.profile is Profile.CHEAP,
    )
    adviser = Adviser(vault, clock)
    note_code_proven(adviser)  # it was typed back, or written to a file, before this
    return adviser


def note_code_proven(adviser: Adviser) -> None:
    """Remember that the recovery code was seen to work this quarter. Raises StorageError."""
    amend_care(adviser.vault.safe, code_proven=Quarter.of(adviser.today))


def unlock_adviser(places: Places, secret: str, clock: Clock) -> Adviser:
    """Open the adviser's vault. Raises UsageError, VaultError (see ``Safe.unlock``)."""
    return Adviser(AdviserVault.unlock(places.adviser_vault, secret), clock)


def write_card(adviser: Adviser, path: Path) -> None:
    """Write the adviser's card, to be sent to the bureau. Raises StorageError."""
    write_atomically(path, adviser_card(adviser.vault.sign_seed()))


def record(
    adviser: Adviser, *, theme: str, unit: str, quarter: Quarter | None = None, times: int = 1
) -> Recorded:
    """Count ``times`` (1 to 99) signals on a theme from a unit; both by code, name or digit.

    A signal from a small unit is counted under the nearest unit above that is not small.
    Raises UsageError (unknown code, future quarter, adviser has left), StorageError.
    """
    meant = _meant(adviser, theme, unit, quarter, times)
    return _recorded(meant, _taken_up(adviser, meant), record_many(adviser, [meant]))


def record_many(adviser: Adviser, signals: Iterable[Change]) -> tuple[OwnTally, ...]:
    """Count signals in many cells, by codes, all or nothing; return all tallies. Raises as ``record``."""
    counted = [_taken_up(adviser, meant) for meant in signals]
    _require_still_adviser(adviser)
    return _change(adviser, counted)


def remove(
    adviser: Adviser, *, theme: str, unit: str, quarter: Quarter | None = None, times: int = 1
) -> Recorded:
    """Count ``times`` signals fewer: in the unit itself if it has a tally, else where ``record`` counts.

    Raises UsageError when there are not that many, StorageError.
    """
    meant = _meant(adviser, theme, unit, quarter, times)
    cells = {(tally.quarter, tally.unit, tally.theme) for tally in own_tallies(adviser)}
    counted = meant if _cell(meant) in cells else _taken_up(adviser, meant)
    return _recorded(meant, counted, _change(adviser, [replace(counted, by=-times)]))


def put_back(adviser: Adviser, *, theme: str, unit: str, quarter: Quarter, times: int = 1) -> Recorded:
    """Undo ``remove``: count the signals again in the very cell they were taken from, small or not.

    Raises as ``record``.
    """
    meant = _meant(adviser, theme, unit, quarter, times)
    _require_still_adviser(adviser)
    return _recorded(meant, meant, _change(adviser, [meant]))


def own_tallies(
    adviser: Adviser, *, quarter: Quarter | None = None, year: int | None = None
) -> tuple[OwnTally, ...]:
    """Return the adviser's own tallies, of one quarter or year, or all."""
    return tuple(
        tally
        for tally in adviser.vault.tallies(adviser.codebook)
        if (quarter is None or tally.quarter == quarter) and (year is None or tally.quarter.year == year)
    )


def is_cleared(adviser: Adviser, quarter: Quarter) -> bool:
    """Tell whether the tallies of a quarter were cleared after they were handed in.

    Handing such a quarter in again would take away what the bureau has.
    """
    if (
        adviser.is_demo
        or adviser.today < clearing_day(quarter.year)
        or own_tallies(adviser, year=quarter.year)
    ):
        return False
    nothing = tallies_digest(adviser.codebook, ())
    return any(e.quarter == quarter and e.state and e.digest != nothing for e in adviser.vault.handed_in())


def require_not_cleared(adviser: Adviser, quarter: Quarter) -> None:
    """Raise UsageError when the tallies of a quarter were cleared."""
    if is_cleared(adviser, quarter):
        raise UsageError(
            _("The tallies of %(quarter)s were cleared; the bureau has what you handed in.")
            % {"quarter": quarter},
            _("Nothing more can be recorded or handed in for it. Phone the bureau if something was wrong."),
        )


def lock_after(adviser: Adviser, minutes: int) -> None:
    """Lock the app after so many minutes (1 to 60) without a key. Raises UsageError, StorageError."""
    if not LEAST_LOCK_MINUTES <= minutes <= MOST_LOCK_MINUTES:
        raise UsageError(
            _("The app can lock after 1 to 60 minutes, not after %(minutes)s.") % {"minutes": minutes},
            _("Five minutes is what most people keep."),
        )
    amend_care(adviser.vault.safe, lock_after=minutes)


def used_lately(tallies: Iterable[OwnTally], now: Quarter) -> tuple[str, ...]:
    """Return the units of these tallies that are of quarter ``now`` or the one before, by code."""
    return tuple(sorted({tally.unit for tally in tallies if tally.quarter in (now, now.previous())}))


def take_codebook(adviser: Adviser, offered: SignedCodebook) -> None:
    """Take a newer codebook if the pinned keys stand behind it. Raises FileRefusedError, UsageError."""
    accept_update(adviser.signed_codebook, offered)
    adviser.vault.take_codebook(offered.to_bytes(), offered.codebook)
    adviser.signed_codebook = offered


def _meant(adviser: Adviser, theme: str, unit: str, quarter: Quarter | None, times: int) -> Change:
    """Return the change that was asked for, wherever it will be counted. Raises UsageError."""
    check_times(times)
    unit_code, theme_code = find_unit(adviser.codebook, unit), find_theme(adviser.codebook, theme)
    return Change(quarter or Quarter.of(adviser.today), unit_code, theme_code, times)


def _taken_up(adviser: Adviser, meant: Change) -> Change:
    return replace(meant, unit=countable_unit(adviser.codebook, meant.unit))


def _require_still_adviser(adviser: Adviser) -> None:
    if adviser.vault.has_left():
        raise UsageError(
            _("This vault takes no more signals: the last quarter was handed in on leaving."),
            _("Tell the bureau if you are an adviser again; then start a new vault."),
        )


def _require_begun(adviser: Adviser, quarter: Quarter) -> None:
    now = Quarter.of(adviser.today)
    if quarter > now:
        raise UsageError(
            _("The quarter %(quarter)s is yet to begin.") % {"quarter": quarter},
            _("It is %(now)s now; leave --quarter out to record in it.") % {"now": now},
        )


def _change(adviser: Adviser, changes: Sequence[Change]) -> tuple[OwnTally, ...]:
    for quarter in {change.quarter for change in changes}:
        _require_begun(adviser, quarter)
        require_not_cleared(adviser, quarter)
    return adviser.vault.change(adviser.codebook, changes)


def _cell(change: Change) -> tuple[Quarter, str, str]:
    return change.quarter, change.unit, change.theme


def _recorded(meant: Change, counted: Change, tallies: tuple[OwnTally, ...]) -> Recorded:
    count = next((t.count for t in tallies if (t.quarter, t.unit, t.theme) == _cell(counted)), 0)
    return Recorded(*_cell(counted), count, meant.unit, tallies)
