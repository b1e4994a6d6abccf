"""The demo: a whole fictitious municipality, end to end, in real vaults and real files.

Every adviser gets a vault, every quarter a sealed file; all are imported into an office and
a sitting is held over them. Nothing is simulated but the signals. The key slots are of the
cheap profile, which opens only vaults that carry the demo mark, and the clock stands still.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from vertrouwenswerk.domain.quarter import Quarter, last_closed
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.handoff.codebook_file import SignedCodebook
from vertrouwenswerk.i18n import _
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.adviser import Adviser, record_many, set_up_adviser, write_card
from vertrouwenswerk.usecases.bureau import (
    Agreement,
    Bureau,
    Tables,
    countersign,
    enrol,
    found_bureau,
    label,
    read_guardian_card,
    write_codebook,
)
from vertrouwenswerk.usecases.clock import DEMO_TODAY
from vertrouwenswerk.usecases.demo_world import PlantedPattern, Tallies, make_world, planted_patterns
from vertrouwenswerk.usecases.guardian import Guardian, create_guardian, open_guardian
from vertrouwenswerk.usecases.handing_in import export
from vertrouwenswerk.usecases.receiving import Outcome, import_summaries
from vertrouwenswerk.usecases.sitting import Minutes, hold_sitting
from vertrouwenswerk.vault.adviser_store import Change
from vertrouwenswerk.vault.files import make_private_folder, write_atomically
from vertrouwenswerk.vault.safe import Secrets
from vertrouwenswerk.vault.slots import Profile
from vertrouwenswerk.wordlist import propose_passphrase

MOST_ADVISERS, MOST_QUARTERS = 500, 40
StageProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """Where, how many advisers and quarters, and the seed of the world."""

    folder: Path
    advisers: int = 42
    quarters: int = 12
    seed: int = 1

    @property
    def closed_quarters(self) -> tuple[Quarter, ...]:
        """The quarters handed in, oldest first; the last is the one before the demo's day."""
        last = last_closed(DEMO_TODAY)
        return tuple(Quarter.from_index(last.index - back) for back in reversed(range(self.quarters)))


@dataclass(frozen=True, slots=True)
class DemoPlaces:
    """The folders and files of a demo; passphrases are in files of their own."""

    root: Path

    @property
    def bureau(self) -> Places:
        """The bureau's data folder."""
        return Places(self.root / "bureau")

    def adviser(self, number: int) -> Places:
        """The data folder of adviser ``number`` (from 1)."""
        return Places(self.root / "advisers" / label(number))

    @property
    def guardian(self) -> Path:
        """The folder with the guardian's key file and card."""
        return self.root / "guardian"

    @property
    def handed_in(self) -> Path:
        """The folder with all summaries."""
        return self.root / "handed-in"

    @property
    def cards(self) -> Path:
        """The folder with the advisers' cards."""
        return self.root / "cards"

    @property
    def codebook(self) -> Path:
        """The codebook that the advisers enrolled with."""
        return self.root / "waterstad.vwcodebook"

    def passphrase_file(self, whose: str) -> Path:
        """The file with the passphrase of ``bureau``, ``guardian`` or ``adviser`` (all advisers)."""
        return self.root / "passphrases" / f"{whose}.txt"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made: places, numbers, the sitting's minutes and what was planted."""

    places: DemoPlaces
    advisers: int
    files: int
    signals: int
    minutes: Minutes
    planted: tuple[PlantedPattern, ...]


def waterstad() -> Tables:
    """Return the tables of the fictitious municipality that the product carries."""
    folder = resources.files("vertrouwenswerk") / "data" / "waterstad"
    names = ("organisation.csv", "themes.csv", "theme-groups.csv")
    return Tables(*((folder / name).read_bytes() for name in names))


def make_demo(plan: DemoPlan, progress: StageProgress) -> DemoReport:
    """Make the whole demo in an empty or new folder.

    Raises UsageError (folder not empty, numbers out of range), StorageError.
    """
    _check(plan)
    places = DemoPlaces(plan.folder)
    words = random.Random(plan.seed)  # noqa: S311 - a demo's passphrases stand beside it in clear
    chosen = {whose: _choose(words) for whose in ("bureau", "guardian", "adviser")}
    for folder in (plan.folder, places.handed_in, places.cards, places.root / "passphrases"):
        make_private_folder(folder)
    for whose, secret in chosen.items():
        write_atomically(places.passphrase_file(whose), (secret.passphrase + "\n").encode("utf-8"))
    bureau, guardian = _found(places, chosen)
    with bureau:
        world = make_world(bureau.codebook, plan.closed_quarters, plan.advisers, plan.seed)
        _advise(plan, bureau.signed_codebook, chosen["adviser"], world, progress)
        enrol(bureau, [places.cards / f"{label(n + 1)}.vwcard" for n in world], guardian)
        imported = import_summaries(
            bureau, [places.handed_in], lambda done, total: progress(_("taking in the files"), done, total)
        )
        minutes = hold_sitting(
            bureau,
            guardian,
            progress=lambda done, total: progress(_("holding a sitting"), done, total),
            seed=abs(plan.seed) % 2**63,
        )
    return DemoReport(
        places,
        plan.advisers,
        sum(file.outcome is Outcome.ACCEPTED for file in imported),
        sum(sum(tallies.values()) for tallies in world.values()),
        minutes,
        planted_patterns(plan.closed_quarters),
    )


def _check(plan: DemoPlan) -> None:
    if not (1 <= plan.advisers <= MOST_ADVISERS and 6 <= plan.quarters <= MOST_QUARTERS):
        raise UsageError(
            _("A demo has 1 to 500 advisers and 6 to 40 quarters."), _("Choose numbers in that range.")
        )
    if plan.folder.exists() and any(plan.folder.iterdir()):
        raise UsageError(
            _("The folder for the demo is not empty: %(folder)s") % {"folder": plan.folder},
            _("Name a new folder; a demo never writes over anything."),
        )


def _choose(words: random.Random) -> Secrets:
    return Secrets.choose(propose_passphrase(words.randrange), Profile.CHEAP)


def _found(places: DemoPlaces, chosen: dict[str, Secrets]) -> tuple[Bureau, Guardian]:
    files = create_guardian(places.guardian, chosen["guardian"])
    guardian = open_guardian(files.key_file, chosen["guardian"].passphrase)
    agreement = Agreement("Waterstad", read_guardian_card(files.card), threshold=3, fictitious=True)
    bureau = found_bureau(places.bureau, waterstad(), agreement, chosen["bureau"], date.today)
    countersign(bureau, guardian)
    write_codebook(bureau, places.codebook)
    return bureau, guardian


def _advise(
    plan: DemoPlan, codebook: SignedCodebook, chosen: Secrets, world: Tallies, progress: StageProgress
) -> None:
    places = DemoPlaces(plan.folder)
    for number, tallies in world.items():
        progress(_("advisers record and export"), number, plan.advisers)
        with set_up_adviser(places.adviser(number + 1), codebook, chosen, date.today) as adviser:
            write_card(adviser, places.cards / f"{label(number + 1)}.vwcard")
            _count_and_export(adviser, plan, tallies, places.handed_in)
    progress(_("advisers record and export"), plan.advisers, plan.advisers)


def _count_and_export(
    adviser: Adviser, plan: DemoPlan, tallies: dict[tuple[Quarter, str, str], int], folder: Path
) -> None:
    record_many(adviser, [Change(*cell, by=count) for cell, count in sorted(tallies.items())])
    for quarter in plan.closed_quarters:
        export(adviser, quarter, folder)
