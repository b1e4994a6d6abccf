"""What the bureau does at its desk: found the office, issue the codebook, enrol advisers.

Example::

    with unlock_bureau(places, passphrase, date.today) as bureau:
        enrol(bureau, [Path("card.vwcard")], guardian=None)
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

from vertrouwenswerk.domain.codebook import MINIMUM_HEADCOUNT, Codebook, PublicIdentity
from vertrouwenswerk.domain.codebook_check import CodebookFault, check_codebook
from vertrouwenswerk.errors import FileRefusedError, UsageError
from vertrouwenswerk.handoff.card_file import LIMIT_BYTES, read_card
from vertrouwenswerk.handoff.codebook_file import (
    SignedCodebook,
    countersign_codebook,
    issue_codebook,
    read_codebook,
)
from vertrouwenswerk.handoff.csv_tables import read_organisation, read_themes, refuse_theme_fault
from vertrouwenswerk.handoff.joint import JointKeys
from vertrouwenswerk.handoff.keys import SEAL_KEY_BYTES, SIGN_KEY_BYTES, Identity, adviser_fingerprint
from vertrouwenswerk.handoff.register_file import Register, RegisteredAdviser, read_register, write_register
from vertrouwenswerk.i18n import _
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.clock import Clock, today
from vertrouwenswerk.usecases.guardian import Guardian
from vertrouwenswerk.vault.files import read_limited, write_atomically
from vertrouwenswerk.vault.office_store import Office, OfficeSecrets
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

_POOL_HALF_BYTES = 32

OFFICE_LOCK_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Tables:
    """The CSV tables that a codebook is made of, as bytes."""

    organisation: bytes
    themes: bytes
    theme_groups: bytes


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a codebook says besides its tables; no ``guardian`` means the bureau opens alone."""

    name: str
    guardian: PublicIdentity | None
    threshold: int
    fictitious: bool = False


@dataclass(frozen=True, slots=True)
class EnrolledAdviser:
    """An adviser as the bureau knows them: label (``VP-01``), six words, guardian agreed or not."""

    label: str
    words: tuple[str, ...]
    is_countersigned: bool


class Bureau:
    """The open office with the bureau's keys; closing it locks it."""

    def __init__(self, office: Office, places: Places, clock: Clock) -> None:
        self.office = office
        self.places = places
        self._clock = clock
        self.identity = Identity.from_bytes(office.secrets().seeds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Lock the office."""
        self.office.close()

    @property
    def signed_codebook(self) -> SignedCodebook:
        """The newest codebook, with its signatures."""
        *_older, newest = self.office.codebook_files().values()
        return read_codebook(newest)

    @property
    def codebook(self) -> Codebook:
        """The newest codebook."""
        return self.signed_codebook.codebook

    @cached_property
    def is_demo(self) -> bool:
        """Tell whether the office carries the demo mark."""
        return self.office.safe.is_demo

    @property
    def lock_minutes(self) -> int:
        """After how many minutes without a key the app locks an office."""
        return OFFICE_LOCK_MINUTES

    @property
    def today(self) -> date:
        """The day it is, by the clock that goes with this office."""
        return today(self._clock, is_demo=self.is_demo)

    @property
    def joint_keys(self) -> JointKeys:
        """The keys that must have signed a register or a picture."""
        guardian = self.codebook.guardian
        return JointKeys(self.identity.public().sign_key, guardian.sign_key if guardian else None)


def label(number: int | None) -> str:
    """Return how the bureau calls an adviser; an unknown one is ``?``."""
    return "?" if number is None else f"VP-{number:02d}"


def read_guardian_card(path: Path) -> PublicIdentity:
    """Read the card of the guardian to name in the codebook. Raises FileRefusedError."""
    card = read_card(read_limited(path, LIMIT_BYTES), "guardian")
    return PublicIdentity(card.sign_key, card.seal_key or b"")


def found_bureau(
    places: Places, tables: Tables, agreement: Agreement, chosen: Secrets, clock: Clock
) -> Bureau:
    """Make the office and issue version 1 of the codebook; the guardian signs it next.

    Raises FileRefusedError (a table with a fault), UsageError, StorageError.
    """
    identity = Identity.generate(secrets.token_bytes)
    signed = issue_codebook(_make_codebook(tables, agreement, identity.public()), identity)
    own = OfficeSecrets(identity.to_bytes(), secrets.token_bytes(_POOL_HALF_BYTES))
    first = (signed.codebook.version, signed.digest, signed.to_bytes())
    demo = chosen.profile is Profile.CHEAP
    office = Office.create(places.office_vault, chosen, own, first, demo=demo)
    return Bureau(office, places, clock)


def check_agreement(tables: Tables, agreement: Agreement) -> None:
    """Check tables and agreement before anything is made. Raises FileRefusedError, UsageError."""
    _make_codebook(tables, agreement, PublicIdentity(bytes(SIGN_KEY_BYTES), bytes(SEAL_KEY_BYTES)))


def unlock_bureau(places: Places, secret: str, clock: Clock) -> Bureau:
    """Open the office. Raises UsageError, VaultError (see ``Safe.unlock``)."""
    return Bureau(Office.unlock(places.office_vault, secret), places, clock)


def countersign(bureau: Bureau, guardian: Guardian) -> None:
    """Let the guardian sign the codebook as it is. Raises FileRefusedError (``another-guardian``)."""
    require_guardian(bureau, guardian)
    signed = countersign_codebook(bureau.signed_codebook, guardian.identity)
    bureau.office.put_codebook(signed.codebook.version, signed.digest, signed.to_bytes())


def require_guardian(bureau: Bureau, guardian: Guardian | None) -> None:
    """Check that ``guardian`` is the one whom the codebook names. Raises FileRefusedError."""
    if (guardian.identity.public() if guardian else None) != bureau.codebook.guardian:
        raise FileRefusedError(
            "another-guardian",
            _("This is not the key of the guardian whom the codebook names."),
            _("Use the key file that goes with this codebook. Nothing was changed."),
        )


def write_codebook(bureau: Bureau, path: Path) -> None:
    """Write the codebook for advisers. Raises FileRefusedError (``not-countersigned``), StorageError."""
    signed = bureau.signed_codebook
    if not signed.is_countersigned:
        raise FileRefusedError(
            "not-countersigned",
            _("The guardian has not signed this codebook yet."),
            _("Let the guardian sign it first: bureau codebook --guardian-key F --to F"),
        )
    write_atomically(path, signed.to_bytes())


def enrol(bureau: Bureau, cards: Iterable[Path], guardian: Guardian | None) -> tuple[EnrolledAdviser, ...]:
    """Enrol advisers by their cards; with the guardian's key the register is countersigned at once.

    All cards and the key are checked before any adviser is enrolled. Raises FileRefusedError.
    """
    if guardian is not None:
        require_guardian(bureau, guardian)
    keys = [read_card(read_limited(path, LIMIT_BYTES), "adviser").sign_key for path in cards]
    numbers = {bureau.office.enrol(key) for key in keys}
    if guardian is not None or bureau.codebook.guardian is None:
        countersign_register(bureau, guardian)
    return tuple(entry for entry in enrolled(bureau) if entry.label in {label(n) for n in numbers})


def enrolled(bureau: Bureau) -> tuple[EnrolledAdviser, ...]:
    """Return all enrolled advisers, by number."""
    agreed = {adviser.sign_key for adviser in countersigned_advisers(bureau)}
    return tuple(
        EnrolledAdviser(label(number), adviser_fingerprint(key), key in agreed)
        for key, number in bureau.office.advisers().items()
    )


def countersigned_advisers(bureau: Bureau) -> Sequence[RegisteredAdviser]:
    """Return the advisers on the register as the guardian last signed it. Raises FileRefusedError."""
    file = bureau.office.register_file()
    return () if file is None else read_register(file, bureau.joint_keys).advisers


def countersign_register(bureau: Bureau, guardian: Guardian | None) -> None:
    """Sign the register as it is now, by bureau and guardian. Raises FileRefusedError."""
    require_guardian(bureau, guardian)
    file = bureau.office.register_file()
    version = 0 if file is None else read_register(file, bureau.joint_keys).version
    advisers = tuple(RegisteredAdviser(n, key) for key, n in bureau.office.advisers().items())
    signed = write_register(
        Register(version + 1, advisers), bureau.identity, guardian.identity if guardian else None
    )
    bureau.office.put_register(signed)


def _make_codebook(tables: Tables, agreement: Agreement, bureau: PublicIdentity) -> Codebook:
    units = read_organisation(tables.organisation)
    groups, themes = read_themes(tables.themes, tables.theme_groups)
    codebook = Codebook(
        version=1,
        organisation=agreement.name,
        fictitious=agreement.fictitious,
        threshold=agreement.threshold,
        minimum_headcount=MINIMUM_HEADCOUNT,
        bureau=bureau,
        guardian=agreement.guardian,
        units=units,
        ended_units=(),
        theme_groups=groups,
        themes=themes,
    )
    try:
        check_codebook(codebook)
    except CodebookFault as fault:
        raise _explain(fault, tables) from fault
    return codebook


def _explain(fault: CodebookFault, tables: Tables) -> UsageError | FileRefusedError:
    if fault.kind == "threshold":
        return UsageError(
            _("The threshold is too low or too high."), _("Use a whole number from 3 to 100; 3 is usual.")
        )
    if fault.kind == "name" and not fault.code:
        return UsageError(
            _("The name of the organisation is empty, too long or has odd characters."),
            _("Use at most 100 letters, digits and punctuation marks."),
        )
    return refuse_theme_fault(fault, tables.themes, tables.theme_groups)
