"""A small fixture municipality: twelve units, four themes, real vaults and real files.

The vaults are of the cheap profile, so they carry the demo mark and their clock stands
still at 2027-01-11: 2027-Q1 runs, 2026-Q4 is the last quarter that closed.

Example::

    town = Municipality.found(tmp_path, advisers=2)
    town.hand_in(1, CLOSED, ("DUINEN-KLANT", "PESTEN", 3))
    town.take_in()
    town.sit().table
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vertrouwenswerk.domain.codebook import Codebook, PublicIdentity
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.handoff.codebook_file import SignedCodebook, countersign_codebook, issue_codebook
from vertrouwenswerk.handoff.csv_tables import read_organisation, read_themes
from vertrouwenswerk.handoff.keys import Identity
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import (
    Adviser,
    read_codebook_file,
    record,
    set_up_adviser,
    unlock_adviser,
    write_card,
)
from vertrouwenswerk.usecases.bureau import (
    Agreement,
    Bureau,
    Tables,
    countersign,
    enrol,
    found_bureau,
    read_guardian_card,
    unlock_bureau,
    write_codebook,
)
from vertrouwenswerk.usecases.clock import DEMO_TODAY
from vertrouwenswerk.usecases.guardian import Guardian, create_guardian, open_guardian
from vertrouwenswerk.usecases.handing_in import Exported, export
from vertrouwenswerk.usecases.receiving import Imported, import_summaries
from vertrouwenswerk.usecases.sitting import Minutes, hold_sitting
from vertrouwenswerk.vault.adviser_store import Change
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

RUNNING = Quarter.of(DEMO_TODAY)
CLOSED = RUNNING.previous()
EARLIER = CLOSED.previous()

ORGANISATION = """\
code,parent,name,headcount
HAVENS,,Havenbedrijf Noordkust,120
HAVENS-KADE,HAVENS,Kadebeheer,70
HAVENS-KADE-1,HAVENS-KADE,Sleepdienst,40
HAVENS-KADE-2,HAVENS-KADE,Loodswezen,30
HAVENS-STAF,HAVENS,Stafbureau,50
HAVENS-STAF-1,HAVENS-STAF,Personeelszorg,45
HAVENS-STAF-2,HAVENS-STAF,Vertaaldienst,5
DUINEN,,Duinwaterleiding,100
DUINEN-BRON,DUINEN,Stafbureau,60
DUINEN-BRON-1,DUINEN-BRON,Pompstation,35
DUINEN-BRON-2,DUINEN-BRON,Waterlaboratorium,25
DUINEN-KLANT,DUINEN,Klantenservice,40
"""
THEME_GROUPS = """\
code,name_nl,name_en
OMGANG,Omgangsvormen,Conduct
INTEGER,Integriteit,Integrity
"""
THEMES = """\
code,group,key,name_nl,name_en,definition_nl
PESTEN,OMGANG,1,Pesterij,Bullying,Herhaald kwetsend gedrag.
GEWELD,OMGANG,2,Agressie,Aggression,Dreigen en erger.
BELANG,INTEGER,3,Belangenverstrengeling,Conflict of interest,Twee petten op.
FRAUDE,INTEGER,4,Fraudezaken,Fraudulence,Geld of goed dat verdwijnt.
"""
TABLES = Tables(*(text.encode("utf-8") for text in (ORGANISATION, THEMES, THEME_GROUPS)))
UNITS = tuple(line.split(",")[0] for line in ORGANISATION.splitlines()[1:])
SMALL, ABOVE_SMALL = "HAVENS-STAF-2", "HAVENS-STAF"  # five people, and where they are counted
THEME_CODES = tuple(line.split(",")[0] for line in THEMES.splitlines()[1:])
ORGANISATION_NAME = "Gemeente Noordkust"

Cell = tuple[str, str, int]


def demo_clock() -> date:
    """Return the demo's day, for vaults that do not carry the mark."""
    return DEMO_TODAY


def identity(seed: int) -> Identity:
    """Return the same identity for the same seed."""
    return Identity.generate(random.Random(seed).randbytes)


def make_codebook(
    bureau: PublicIdentity, guardian: PublicIdentity | None, tables: Tables = TABLES, version: int = 1
) -> Codebook:
    """Return a codebook of the tables with these keys."""
    groups, themes = read_themes(tables.themes, tables.theme_groups)
    units = read_organisation(tables.organisation)
    return Codebook(version, ORGANISATION_NAME, True, 3, 10, bureau, guardian, units, (), groups, themes)


def sign_codebook(
    codebook: Codebook, bureau: Identity, guardian: Identity | None, outgoing: Identity | None = None
) -> SignedCodebook:
    """Sign a codebook by bureau and, if there is one, guardian."""
    signed = issue_codebook(codebook, bureau)
    return countersign_codebook(signed, guardian, outgoing) if guardian else signed


def flips(data: bytes, places: Iterator[int] | range, mask: int) -> Iterator[bytes]:
    """Return ``data`` with one byte altered, once for each of ``places``."""
    for place in places:
        yield data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]


@dataclass(frozen=True)
class Municipality:
    """Bureau, guardian (unless alone) and advisers 1 to n under one folder."""

    root: Path
    alone: bool
    threshold: int = 3

    @classmethod
    def found(
        cls,
        root: Path,
        *,
        advisers: int = 1,
        alone: bool = False,
        threshold: int = 3,
        countersigned: bool = True,
        tables: Tables = TABLES,
    ) -> "Municipality":
        """Make it all; ``countersigned`` tells whether the guardian agrees to the advisers at once."""
        town = cls(root, alone, threshold)
        for folder in (root, town.inbox, town.cards):
            folder.mkdir(parents=True, exist_ok=True)
        guardian_keys = None
        if not alone:
            files = create_guardian(town.guardian_folder, cls.secrets("guardian"))
            guardian_keys = read_guardian_card(files.card)
        agreement = Agreement(ORGANISATION_NAME, guardian_keys, threshold, fictitious=True)
        with found_bureau(town.bureau_places, tables, agreement, cls.secrets("bureau"), demo_clock) as bureau:
            guardian = town.open_guardian()
            if guardian is not None:
                countersign(bureau, guardian)
            write_codebook(bureau, town.codebook_path)
            cards = [town.new_adviser(number) for number in range(1, advisers + 1)]
            enrol(bureau, cards, guardian if countersigned else None)
        return town

    @staticmethod
    def secrets(whose: str) -> Secrets:
        """Return the secrets to found with; the recovery code is another one every time."""
        return Secrets.choose(Municipality.passphrase(whose), Profile.CHEAP)

    @staticmethod
    def passphrase(whose: str) -> str:
        """Return the passphrase of ``bureau``, ``guardian`` or ``adviser 1``."""
        return f"de zin waarmee {whose} opent"

    @property
    def inbox(self) -> Path:
        """Where summaries are handed in."""
        return self.root / "handed-in"

    @property
    def cards(self) -> Path:
        """Where advisers leave their cards."""
        return self.root / "cards"

    @property
    def guardian_folder(self) -> Path:
        """Where the guardian's key file and card are."""
        return self.root / "guardian"

    @property
    def codebook_path(self) -> Path:
        """The codebook that the advisers enrolled with."""
        return self.root / "noordkust.vwcodebook"

    @property
    def bureau_places(self) -> Places:
        """The bureau's data folder."""
        return Places(self.root / "bureau")

    def adviser_places(self, number: int) -> Places:
        """The data folder of an adviser."""
        return Places(self.root / "advisers" / str(number))

    def new_adviser(self, number: int) -> Path:
        """Make one more adviser and return the card."""
        signed = read_codebook_file(self.codebook_path)
        chosen = self.secrets(f"adviser {number}")
        with set_up_adviser(self.adviser_places(number), signed, chosen, demo_clock) as adviser:
            card = self.cards / f"{number}.vwcard"
            write_card(adviser, card)
        return card

    def open_adviser(self, number: int = 1) -> Adviser:
        """Unlock an adviser's vault."""
        return unlock_adviser(self.adviser_places(number), self.passphrase(f"adviser {number}"), demo_clock)

    def open_bureau(self) -> Bureau:
        """Unlock the office."""
        return unlock_bureau(self.bureau_places, self.passphrase("bureau"), demo_clock)

    def open_guardian(self) -> Guardian | None:
        """Open the guardian's key file; None when the bureau is alone."""
        if self.alone:
            return None
        return open_guardian(self.guardian_folder / "hoeder.vwkey", self.passphrase("guardian"))

    def the_guardian(self) -> Guardian:
        """Open the guardian's key file where there is one."""
        guardian = self.open_guardian()
        assert guardian is not None
        return guardian

    def count(self, number: int, quarter: Quarter, *cells: Cell) -> None:
        """Let an adviser record (unit, theme, times) in a quarter."""
        with self.open_adviser(number) as adviser:
            for unit, theme, times in cells:
                record(adviser, theme=theme, unit=unit, quarter=quarter, times=times)

    def count_in_the_very_cell(self, number: int, quarter: Quarter, *cells: Cell) -> None:
        """Put (unit, theme, times) in a vault as older versions did: small units are not taken up."""
        with self.open_adviser(number) as adviser:
            changes = [Change(quarter, unit, theme, times) for unit, theme, times in cells]
            adviser.vault.change(adviser.codebook, changes)

    def export(self, number: int, quarter: Quarter) -> Exported:
        """Let an adviser hand in a quarter."""
        with self.open_adviser(number) as adviser:
            return export(adviser, quarter, self.inbox)

    def hand_in(self, number: int, quarter: Quarter, *cells: Cell) -> Exported:
        """Record and export."""
        self.count(number, quarter, *cells)
        return self.export(number, quarter)

    def take_in(self, *paths: Path) -> tuple[Imported, ...]:
        """Import the given files, or all that was handed in."""
        with self.open_bureau() as bureau:
            return import_summaries(bureau, paths or [self.inbox])

    def sit(self, *, countersign_advisers: bool = False) -> Minutes:
        """Hold a sitting."""
        with self.open_bureau() as bureau:
            return hold_sitting(bureau, self.open_guardian(), countersign_advisers=countersign_advisers)


def sums(codebook: Codebook, cells: Iterator[Cell] | list[Cell]) -> Counter[tuple[str, str]]:
    """Add up (unit, theme, count) over every node above, by plain addition."""
    totals: Counter[tuple[str, str]] = Counter()
    for unit, theme, count in cells:
        for above in codebook.unit_tree.path(unit):
            for group in codebook.theme_tree.path(theme):
                totals[above, group] += count
    return totals


@contextmanager
def tampered(path: Path, data: bytes) -> Iterator[None]:
    """Put ``data`` in the place of a file's contents, and afterwards the contents back."""
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)
