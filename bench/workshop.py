"""Vaults and files to measure on, in a scratch folder, made by the product's own use cases.

The world is the demo's: Waterstad, 42 advisers, 12 quarters, seed 1. Vaults are opened with
the cheap profile of demos (the work of guessing a passphrase is measured on its own), which
changes nothing once they are open: same cipher, same settings, same disk. Everything is made
when first asked for, so that ``--only`` makes only what it needs.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.handoff.codebook_file import SignedCodebook
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import Adviser, set_up_adviser, unlock_adviser, write_card
from vertrouwenswerk.usecases.bureau import (
    Agreement,
    Bureau,
    countersign,
    enrol,
    found_bureau,
    read_guardian_card,
    unlock_bureau,
)
from vertrouwenswerk.usecases.clock import DEMO_TODAY
from vertrouwenswerk.usecases.demo import DemoPlan, waterstad
from vertrouwenswerk.usecases.demo_world import Tallies, make_world
from vertrouwenswerk.usecases.guardian import create_guardian, open_guardian
from vertrouwenswerk.usecases.handing_in import export
from vertrouwenswerk.vault.adviser_store import Change
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile

PASSPHRASE = "een zin om mee te meten"  # opens made-up vaults only


class Workshop:
    """The scratch folder; ``tell`` hears what is being made, ``peer_python`` has other programs."""

    def __init__(self, folder: Path, plan: DemoPlan, tell: Callable[[str], None], peer_python: str) -> None:
        self.folder = folder
        self.plan = plan
        self.tell = tell
        self.peer_python = peer_python

    def room(self, name: str) -> Path:
        """Return an empty folder of that name."""
        room = self.folder / name
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir(parents=True)
        return room

    # --- the adviser's side

    def adviser(self, name: str, profile: Profile = Profile.CHEAP) -> Adviser:
        """Return a new adviser's open vault without tallies."""
        places = Places(self.room(name))
        chosen = Secrets.choose(PASSPHRASE, profile)
        return set_up_adviser(places, self.codebook, chosen, lambda: DEMO_TODAY)

    def busy_adviser(self, name: str) -> Adviser:
        """Return the open vault of the adviser with the most tallies of all."""
        adviser = self.adviser(name)
        _count(adviser, max(self.world.values(), key=len))
        return adviser

    def reopen(self, adviser: Adviser) -> Adviser:
        """Close a vault and open it again."""
        adviser.close()
        places = Places(adviser.vault.safe.path.parents[1])
        return unlock_adviser(places, PASSPHRASE, lambda: DEMO_TODAY)

    # --- the bureau's side

    @cached_property
    def codebook(self) -> SignedCodebook:
        """The codebook, signed by bureau and guardian."""
        self.tell("founding a bureau")
        chosen = Secrets.choose(PASSPHRASE, Profile.CHEAP)
        files = create_guardian(self.room("guardian"), chosen)
        guardian = open_guardian(files.key_file, PASSPHRASE)
        agreement = Agreement("Waterstad", read_guardian_card(files.card), threshold=3, fictitious=True)
        places = Places(self.room("bureau"))
        with found_bureau(places, waterstad(), agreement, chosen, lambda: DEMO_TODAY) as bureau:
            countersign(bureau, guardian)
            return bureau.signed_codebook

    @cached_property
    def world(self) -> Tallies:
        """Who counted what."""
        plan = self.plan
        return make_world(self.codebook.codebook, plan.closed_quarters, plan.advisers, plan.seed)

    @cached_property
    def handed_in(self) -> Path:
        """The folder with a summary of every adviser and quarter; the advisers are enrolled."""
        cards, folder = self.room("cards"), self.room("handed-in")
        for number, tallies in self.world.items():
            self.tell(f"adviser {number + 1} of {len(self.world)} exports")
            with self.adviser("exporter") as adviser:
                write_card(adviser, cards / f"{number}.vwcard")
                _count(adviser, tallies)
                for quarter in self.plan.closed_quarters:
                    export(adviser, quarter, folder)
        guardian = open_guardian(self.folder / "guardian" / "hoeder.vwkey", PASSPHRASE)
        with self.open_office(self.folder / "bureau") as bureau:
            enrol(bureau, sorted(cards.iterdir()), guardian)
        return folder

    def open_office(self, root: Path) -> Bureau:
        """Open an office."""
        return unlock_bureau(Places(root), PASSPHRASE, lambda: DEMO_TODAY)

    def empty_office(self) -> Bureau:
        """Return an open copy of the office as it was before anything came in."""
        root = self.room("office")
        shutil.copytree(self.folder / "bureau", root, dirs_exist_ok=True)
        return self.open_office(root)


def _count(adviser: Adviser, tallies: Counter[tuple[Quarter, str, str]]) -> None:
    changes = [Change(*cell, by=count) for cell, count in sorted(tallies.items())]
    adviser.vault.change(adviser.codebook, changes)
