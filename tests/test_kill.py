"""Killed at random moments, for real: what was confirmed stays, and everything opens again.

One server process has the product loaded and forks a child for every moment. The child works
and says so, line by line, after each operation that came back; the test kills it with SIGKILL
after a random number of lines and a random number of turns of an empty loop, and then looks
for itself. Two hundred moments: 100 recording, 50 exporting, 50 importing; and some more for
founding, changing a passphrase and sitting.
"""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.municipality import (
    CLOSED,
    SMALL,
    THEME_CODES,
    UNITS,
    Municipality,
    demo_clock,
)
from tests.telling import finding, tell
from vertrouwenswerk.domain.follow_up import FollowUp
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import WrongSecretError
from vertrouwenswerk.handoff.counts_array import decode_counts, encode_counts
from vertrouwenswerk.handoff.keys import sign_key_of
from vertrouwenswerk.handoff.summary_file import SummaryHeader, open_counts, open_envelope, seal_summary
from vertrouwenswerk.patterns.notices import Question
from vertrouwenswerk.usecases.adviser import own_tallies, record, set_up_adviser, unlock_adviser
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.usecases.following_up import follow_up
from vertrouwenswerk.usecases.handing_in import export
from vertrouwenswerk.usecases.looking import look_at_table
from vertrouwenswerk.usecases.receiving import Outcome, deliveries, import_summaries
from vertrouwenswerk.vault.engine import is_whole
from vertrouwenswerk.vault.follow_up import follow_ups
from vertrouwenswerk.vault.office_store import DeliveryState
from vertrouwenswerk.vault.safe import Secrets, change_passphrase
from vertrouwenswerk.vault.slots import Profile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")

REPOSITORY = Path(__file__).resolve().parents[1]
MOST_TURNS = 60_000  # of an empty loop: about as long as an operation or two takes
COUNTED_APART = tuple(unit for unit in UNITS if unit != SMALL)
Cell = tuple[Quarter, str, str]


# --- the child's side ------------------------------------------------------------------------


def say(text: str) -> None:
    """Write a line at once, past every buffer."""
    os.write(1, f"{text}\n".encode())


def cells(seed: int) -> Iterator[Cell]:
    """Return the same endless row of cells for the same seed, to child and parent alike."""
    dice = random.Random(seed)
    while True:
        quarter = Quarter.from_index(CLOSED.index - dice.randrange(3))
        yield quarter, dice.choice((ROOT, *COUNTED_APART)), dice.choice(THEME_CODES)


def keep_recording(town: Municipality, seed: int) -> None:
    """Record signal after signal."""
    with town.open_adviser() as adviser:
        for quarter, unit, theme in cells(seed):
            record(adviser, quarter=quarter, unit=unit, theme=theme)
            say("done")


def keep_exporting(town: Municipality, seed: int) -> None:
    """Record and export, again and again."""
    with town.open_adviser() as adviser:
        for _quarter, unit, theme in cells(seed):
            record(adviser, quarter=CLOSED, unit=unit, theme=theme)
            exported = export(adviser, CLOSED, town.inbox)
            say(f"{exported.path.name} {exported.revision}")


def keep_importing(town: Municipality, seed: int) -> None:
    """Import the files of the inbox one by one, in an order of the seed's own."""
    files = sorted(town.inbox.iterdir())
    random.Random(seed).shuffle(files)
    with town.open_bureau() as bureau:
        for file in files:
            (found,) = import_summaries(bureau, [file])
            say(f"{file.name} {found.outcome.name}")


def keep_founding(town: Municipality, seed: int) -> None:
    """Make vault after vault."""
    for number in range(seed, seed + 1000):
        town.new_adviser(number)
        say(str(number))


def keep_changing(town: Municipality, seed: int) -> None:
    """Change the passphrase from number to number, starting at the one of the seed."""
    for number in range(seed, seed + 1000):
        change_passphrase(town.adviser_places(1).adviser_vault, numbered(number), numbered(number + 1))
        say(str(number + 1))


def keep_sitting(town: Municipality, seed: int) -> None:
    """Hold sitting after sitting."""
    for _time in range(seed + 1000):
        say(str(town.sit().picture))


def keep_following_up(town: Municipality, seed: int) -> None:
    """Set state after state of a finding, in their order, from the one after ``seed`` steps on."""
    with town.open_bureau() as bureau:
        for step in range(seed, seed + 1000):
            follow_up(bureau, Question.SIZE, "DUINEN-KLANT", "PESTEN", state_of(step))
            say("done")


def state_of(step: int) -> FollowUp:
    """Return the state that is set by step so and so."""
    states = tuple(FollowUp)
    return states[(step + 1) % len(states)]


def numbered(number: int) -> str:
    """Return passphrase number so and so."""
    return f"wachtwoordzin nummer {number}"


WORK = {
    work.__name__: work
    for work in (
        keep_recording,
        keep_exporting,
        keep_importing,
        keep_founding,
        keep_changing,
        keep_following_up,
        keep_sitting,
    )
}


def serve() -> None:
    """Fork a child for every line on stdin, and say when it is gone."""
    for line in sys.stdin:
        name, root, seed = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            try:
                say(f"child {os.getpid()}")
                WORK[name](Municipality(Path(root), False), int(seed))
                os._exit(0)
            finally:
                os._exit(1)  # never on with the server's loop
        _pid, status = os.waitpid(child, 0)
        say(f"gone {os.waitstatus_to_exitcode(status)}")


# --- the parent's side -----------------------------------------------------------------------


class Killer:
    """The server process, and the dice that say when to kill."""

    def __init__(self, server: "subprocess.Popen[str]", dice: random.Random) -> None:
        self.server = server
        self.dice = dice

    def _read(self) -> str:
        assert self.server.stdout is not None
        return self.server.stdout.readline().rstrip("\n")

    def kill(self, work: str, town: Municipality, seed: int, most_lines: int = 6) -> list[str]:
        """Let a child work, kill it at a random moment, and return what it had confirmed."""
        assert self.server.stdin is not None
        self.server.stdin.write(f"{work}\t{town.root}\t{seed}\n")
        self.server.stdin.flush()
        word, pid = self._read().split()
        assert word == "child"
        confirmed: list[str] = []
        for _line in range(self.dice.randrange(most_lines + 1)):
            line = self._read()
            if line.startswith("gone"):
                assert line == "gone 0", "the child fell over by itself"
                return confirmed
            confirmed.append(line)
        for _turn in range(self.dice.randrange(MOST_TURNS)):
            pass
        os.kill(int(pid), signal.SIGKILL)
        while not (line := self._read()).startswith("gone"):
            confirmed.append(line)
        assert line == f"gone {-signal.SIGKILL}", "the child was not killed but fell over by itself"
        return confirmed


@pytest.fixture(scope="module")
def server() -> Iterator["subprocess.Popen[str]"]:
    """A process that has everything loaded and can fork."""
    with subprocess.Popen(
        [sys.executable, "-c", "from tests.test_kill import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        cwd=REPOSITORY,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


@pytest.fixture
def killer(server: "subprocess.Popen[str]") -> Killer:
    """Another moment every time the tests are run."""
    return Killer(server, random.Random())


def counted(town: Municipality) -> Counter[Cell]:
    """Open the vault, see that every page of it is right, and return its tallies."""
    with town.open_adviser() as adviser:
        assert is_whole(adviser.vault.safe.engine, adviser.vault.safe.path)
        return Counter({(t.quarter, t.unit, t.theme): t.count for t in own_tallies(adviser)})


@pytest.mark.parametrize("chunk", range(4))
def test_killed_while_recording_every_confirmed_signal_is_there_and_at_most_one_more(
    tmp_path: Path, killer: Killer, chunk: int
) -> None:
    town = Municipality.found(tmp_path / "town")
    before, cut_short = counted(town), 0
    for moment in range(25):
        seed = chunk * 1000 + moment
        confirmed = killer.kill("keep_recording", town, seed)
        row = cells(seed)
        expected = before + Counter(next(row) for _line in confirmed)
        after = counted(town)
        assert after in (expected, expected + Counter([next(row)]))
        cut_short += after != expected
        before = after
    assert before.total() > 0


@pytest.mark.parametrize("chunk", range(2))
def test_killed_while_exporting_every_file_is_whole_and_can_be_imported(
    tmp_path: Path, killer: Killer, chunk: int
) -> None:
    town = Municipality.found(tmp_path / "town")
    revisions: dict[str, int] = {}
    highest = 0
    with town.open_bureau() as bureau:
        bureau_key, guardian_key, codebook = bureau.identity, town.the_guardian().identity, bureau.codebook
    for moment in range(25):
        confirmed = killer.kill("keep_exporting", town, chunk * 1000 + moment)
        files = {path.name for path in town.inbox.iterdir() if path.suffix == ".vwsummary"}
        assert {line.split()[0] for line in confirmed} <= files
        total = counted(town).total()
        for name in files - revisions.keys():
            summary = open_envelope((town.inbox / name).read_bytes(), bureau_key)
            counts = open_counts(summary, guardian_key)
            assert counts is not None
            assert sum(t.count for t in decode_counts(codebook, CLOSED, counts)) <= total
            revisions[name] = summary.header.revision
        assert all(revisions[name] == int(number) for name, number in map(str.split, confirmed))
        assert len(set(revisions.values())) == len(revisions)
        with town.open_adviser() as adviser:
            entries = adviser.vault.handed_in()
        highest = max([highest, *revisions.values()])
        assert highest == 0 or entries[0].revision >= highest
    last = town.export(1, CLOSED)
    assert last.revision > highest
    assert {file.outcome for file in town.take_in()} <= {Outcome.ACCEPTED, Outcome.REPLACED}
    assert {file.outcome for file in town.take_in()} == {Outcome.ALREADY_IN}
    assert town.sit().table.count(ROOT, ROOT) == counted(town).total()


def write_many_summaries(town: Municipality, number: int) -> dict[str, tuple[int, Quarter, int]]:
    """Put summaries of two advisers, six quarters and several revisions into the inbox."""
    written: dict[str, tuple[int, Quarter, int]] = {}
    dice = random.Random(number)
    with town.open_bureau() as bureau:
        codebook, digest = bureau.codebook, bureau.signed_codebook.digest
    assert codebook.guardian is not None
    seeds = {}
    for adviser_number in (1, 2):
        with town.open_adviser(adviser_number) as adviser:
            seeds[adviser_number] = adviser.vault.sign_seed()
    revisions: Counter[tuple[int, Quarter]] = Counter()
    for count in range(number):
        adviser_number = dice.choice((1, 2))
        quarter = Quarter.from_index(CLOSED.index - dice.randrange(6))
        revisions[adviser_number, quarter] += 1
        revision = revisions[adviser_number, quarter]
        seed = seeds[adviser_number]
        header = SummaryHeader(sign_key_of(seed), digest, 1, quarter, revision)
        data = seal_summary(header, encode_counts(codebook, ()), seed, codebook.guardian, codebook.bureau)
        (town.inbox / f"{count:04}.vwsummary").write_bytes(data)
        written[f"{count:04}.vwsummary"] = (adviser_number, quarter, revision)
    return written


def check_office(bureau: Bureau) -> set[tuple[int, Quarter, int]]:
    """See that the office is whole and that of every quarter the highest revision counts."""
    assert is_whole(bureau.office.safe.engine, bureau.office.safe.path)
    found = deliveries(bureau)
    highest: dict[tuple[int | None, Quarter], int] = {}
    for delivery in found:
        place = delivery.adviser, delivery.quarter
        highest[place] = max(highest.get(place, 0), delivery.revision)
    for delivery in found:
        newest = delivery.revision == highest[delivery.adviser, delivery.quarter]
        assert delivery.state is (DeliveryState.ACCEPTED if newest else DeliveryState.REPLACED)
    assert len(bureau.office.accepted_bodies()) == len(highest)
    return {(d.adviser or 0, d.quarter, d.revision) for d in found}


@pytest.mark.parametrize("chunk", range(2))
def test_killed_while_importing_what_was_confirmed_is_in_and_importing_again_changes_nothing(
    tmp_path: Path, killer: Killer, chunk: int
) -> None:
    town = Municipality.found(tmp_path / "town", advisers=2)
    written = write_many_summaries(town, 150)
    known: set[tuple[int, Quarter, int]] = set()
    for moment in range(25):
        confirmed = killer.kill("keep_importing", town, chunk * 1000 + moment, most_lines=12)
        names = [line.split()[0] for line in confirmed]
        with town.open_bureau() as bureau:
            inside = check_office(bureau)
            expected = known | {written[name] for name in names}
            assert expected <= inside
            assert len(inside - expected) <= 1
            again = import_summaries(bureau, [town.inbox / name for name in names])
            assert {file.outcome for file in again} <= {Outcome.ALREADY_IN}
            assert check_office(bureau) == inside
        known = inside
    town.take_in()
    with town.open_bureau() as bureau:
        assert check_office(bureau) == set(written.values())
    assert {file.outcome for file in town.take_in()} == {Outcome.ALREADY_IN}


def test_killed_while_founding_there_is_a_vault_that_opens_or_none_and_one_can_be_made(
    tmp_path: Path, killer: Killer
) -> None:
    town = Municipality.found(tmp_path / "town", advisers=0)
    number = 1
    for _moment in range(20):
        confirmed = killer.kill("keep_founding", town, number, most_lines=2)
        number += len(confirmed)
        if not town.adviser_places(number).adviser_vault.exists():
            town.new_adviser(number)
        for made in range(number - len(confirmed), number + 1):
            with town.open_adviser(made) as adviser:
                assert is_whole(adviser.vault.safe.engine, adviser.vault.safe.path)
                assert own_tallies(adviser) == ()
        number += 1


def test_killed_while_changing_the_passphrase_the_old_or_the_new_one_opens_and_the_code_always(
    tmp_path: Path, killer: Killer
) -> None:
    town = Municipality.found(tmp_path / "town", advisers=1)
    chosen = Secrets.choose(numbered(0), Profile.CHEAP)
    with town.open_adviser() as adviser:
        signed = adviser.signed_codebook
    for path in town.adviser_places(1).adviser_vault.parent.iterdir():
        path.unlink()
    places = town.adviser_places(1)
    set_up_adviser(places, signed, chosen, demo_clock).close()
    number = 0
    for _moment in range(20):
        confirmed = killer.kill("keep_changing", town, number)
        number += len(confirmed)
        try:
            unlock_adviser(places, numbered(number), demo_clock).close()
        except WrongSecretError:
            number += 1
            unlock_adviser(places, numbered(number), demo_clock).close()
        unlock_adviser(places, chosen.recovery_code, demo_clock).close()
    assert number > 0


def test_killed_while_following_up_every_confirmed_state_is_there_and_at_most_one_more(
    tmp_path: Path, killer: Killer
) -> None:
    town = Municipality.found(tmp_path / "town")
    tell(town, 1, finding("DUINEN-KLANT", "PESTEN", CLOSED, 8))
    steps = 0
    for _moment in range(20):
        confirmed = killer.kill("keep_following_up", town, steps)
        with town.open_bureau() as bureau:
            safe = bureau.office.safe
            assert is_whole(safe.engine, safe.path)
            (states,) = [[one.state for one in taken] for taken in follow_ups(safe).values()] or [[]]
        assert len(states) - steps - len(confirmed) in (0, 1)
        assert states == [state_of(step) for step in range(len(states))]
        steps = len(states)
    assert steps > 0


def test_killed_during_a_sitting_the_picture_is_the_old_or_the_new_and_the_next_sitting_is_right(
    tmp_path: Path, killer: Killer
) -> None:
    town = Municipality.found(tmp_path / "town", advisers=3)
    total = 0
    for _moment in range(6):
        total += 15
        for number in (1, 2, 3):  # what fewer hand in later is not to be seen in the next picture
            town.hand_in(number, CLOSED, ("DUINEN-KLANT", "PESTEN", 5))
        town.take_in()
        killer.kill("keep_sitting", town, 0, most_lines=1)
        with town.open_bureau() as bureau:
            if bureau.office.picture_file() is not None:
                assert look_at_table(bureau).table.count(ROOT, ROOT) in (total - 15, total)
        assert town.sit().table.count(ROOT, ROOT) == total
