"""Files: owner-only, whole or not at all, never half read."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.municipality import CLOSED, Municipality
from vertrouwenswerk.errors import FileRefusedError, StorageError
from vertrouwenswerk.usecases.adviser import own_tallies, record
from vertrouwenswerk.usecases.handing_in import QuarterState, export, quarter_states
from vertrouwenswerk.vault.engine import is_whole
from vertrouwenswerk.vault.files import make_private_folder, read_limited, write_atomically

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits and mounts as on Linux")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"first")
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_kept_when_it_may_not_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"first")
    with pytest.raises(StorageError):
        write_atomically(path, b"second", replace=False)
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["nowhere/file", "file/below"])
def test_what_cannot_be_written_is_a_storage_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"first")
    with pytest.raises(StorageError):
        write_atomically(tmp_path / place, b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_the_place_of_the_file_is_a_storage_error_and_leaves_no_part(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(StorageError):
        write_atomically(tmp_path / "file", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_private_folder_cannot_be_made_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        make_private_folder(tmp_path / "file" / "below")


@POSIX
def test_files_and_folders_are_for_their_owner_only_even_under_a_loose_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        town = Municipality.found(tmp_path / "town")
        town.hand_in(1, CLOSED)
        town.take_in()
        town.sit()
    finally:
        os.umask(before)
    private = [
        town.adviser_places(1).adviser_vault.parent,
        town.bureau_places.office_vault.parent,
        town.guardian_folder,
    ]
    for folder in private:
        assert mode(folder) == 0o700
        files = list(folder.iterdir())
        assert files
        assert {mode(file) for file in files} <= {0o600}, [(f.name, oct(mode(f))) for f in files]
    for file in (*town.inbox.iterdir(), *town.cards.iterdir(), town.codebook_path):
        assert mode(file) == 0o600


def test_at_most_one_byte_more_than_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100)
    assert len(read_limited(path, 99)) == 100
    assert len(read_limited(path, 10)) == 11
    assert len(read_limited(path, 100)) == 100


@pytest.mark.parametrize("name", ["nowhere", ".", "\0"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read_limited(tmp_path / name, 10)
    assert refused.value.reason == "unreadable"


# --- full disks ------------------------------------------------------------------------------

PREAMBLE = """
import os, signal, sys
from pathlib import Path
from tests.municipality import CLOSED, Municipality
from vertrouwenswerk.errors import StorageError
from vertrouwenswerk.usecases.adviser import own_tallies, record
from vertrouwenswerk.usecases.handing_in import export
from vertrouwenswerk.vault.adviser_store import Change
from vertrouwenswerk.vault.engine import is_whole

root = Path(sys.argv[1])
town = Municipality(root / "town", False)
"""

RECORD_UNTIL_REFUSED = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with town.open_adviser() as adviser:
    size = adviser.vault.safe.path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    confirmed, quarter, refused = 0, CLOSED, False
    try:
        for _round in range(1000):
            cells = [(u.code, t.code) for u in adviser.codebook.units for t in adviser.codebook.themes]
            adviser.vault.change(adviser.codebook, [Change(quarter, *cell, by=1) for cell in cells])
            confirmed += len(cells)
            quarter = quarter.previous()
    except StorageError:
        refused = True
    print(refused, confirmed, sum(tally.count for tally in own_tallies(adviser)))
"""

EXPORT_UNDER_A_LIMIT = """
import resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with town.open_adviser() as adviser:
    limit = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        export(adviser, CLOSED, town.inbox)
        print("written")
    except StorageError:
        print("refused", sum(tally.count for tally in own_tallies(adviser)), adviser.vault.handed_in())
"""

READ_ONLY = """
Municipality.found(root / "warm").hand_in(1, CLOSED)  # nobody may not be allowed to import
os.setgid(65534)
os.setuid(65534)
town = Municipality.found(root / "town")
town.count(1, CLOSED, ("*", "PESTEN", 5))
vault = town.adviser_places(1).adviser_vault.parent


def outcome(action):
    try:
        action()
    except StorageError:
        return "refused"
    return "done"


with town.open_adviser() as adviser:
    vault.chmod(0o500)
    print("record", outcome(lambda: record(adviser, theme="PESTEN", unit="*", quarter=CLOSED)))
    print("export", outcome(lambda: export(adviser, CLOSED, town.inbox)))
    vault.chmod(0o700)
    town.inbox.chmod(0o500)
    print("export", outcome(lambda: export(adviser, CLOSED, town.inbox)))
    town.inbox.chmod(0o700)
    print("left", sorted(path.name for path in town.inbox.iterdir()))
    print("tallies", sum(tally.count for tally in own_tallies(adviser)))
    print("record", outcome(lambda: record(adviser, theme="PESTEN", unit="*", quarter=CLOSED)))
    print("export", outcome(lambda: export(adviser, CLOSED, town.inbox)))
with town.open_adviser() as adviser:
    print("whole", is_whole(adviser.vault.safe.engine, adviser.vault.safe.path))
    print("tallies", sum(tally.count for tally in own_tallies(adviser)))
root.joinpath("town", "advisers").chmod(0o500)
print("found", outcome(lambda: town.new_adviser(2)))
"""


def run(script: str, *arguments: object) -> str:
    """Run a script in a process of its own; it may say nothing on stderr."""
    repository = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PREAMBLE + script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def counted(town: Municipality) -> int:
    """Open the vault, see that every page is whole, and return how many signals it counts."""
    with town.open_adviser() as adviser:
        assert is_whole(adviser.vault.safe.engine, adviser.vault.safe.path)
        return sum(tally.count for tally in own_tallies(adviser))


def leftovers(folder: Path) -> list[str]:
    return [
        path.name for path in folder.rglob("*") if path.suffix in (".part", ".new") or "journal" in path.name
    ]


@LINUX
def test_recording_under_a_size_limit_is_a_storage_error_and_every_confirmed_signal_stays(
    tmp_path: Path,
) -> None:
    town = Municipality.found(tmp_path / "town")
    refused, confirmed, inside = run(RECORD_UNTIL_REFUSED, tmp_path).split()
    assert refused == "True"
    assert int(confirmed) == int(inside) == counted(town) > 0
    assert leftovers(tmp_path) == []


@LINUX
def test_exporting_under_a_size_limit_is_a_storage_error_and_changes_nothing(tmp_path: Path) -> None:
    town = Municipality.found(tmp_path / "town")
    town.count(1, CLOSED, ("*", "PESTEN", 5))
    assert run(EXPORT_UNDER_A_LIMIT, tmp_path, 100) == "refused 5 ()"
    assert list(town.inbox.iterdir()) == []
    assert leftovers(tmp_path) == []
    assert counted(town) == 5


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 kB that is really full when it is full."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_up(disk: Path, pages_left: int) -> Path:
    """Fill the disk but for some pages of 4,096 bytes, and return the file that does so."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        file.write(bytes((shutil.disk_usage(disk).free // 4096 - pages_left) * 4096))
    assert shutil.disk_usage(disk).free == pages_left * 4096
    return filler


def test_recording_on_a_disk_that_is_full_or_nearly_full_keeps_what_was_confirmed(tiny_disk: Path) -> None:
    town = Municipality.found(tiny_disk / "town")
    town.count(1, CLOSED, ("*", "PESTEN", 5))
    confirmed, refusals = 5, 0
    for pages_left in range(24):
        filler = fill_up(tiny_disk, pages_left)
        try:
            with town.open_adviser() as adviser:
                record(adviser, theme="PESTEN", unit="*", quarter=CLOSED)
            confirmed += 1
        except StorageError:
            refusals += 1
        filler.unlink()
        assert counted(town) == confirmed
        assert leftovers(tiny_disk) == []
    assert refusals > 0
    assert confirmed > 5


def test_a_vault_that_stays_open_over_a_full_disk_goes_on_when_there_is_room_again(tiny_disk: Path) -> None:
    town = Municipality.found(tiny_disk / "town")
    with town.open_adviser() as adviser:
        record(adviser, theme="PESTEN", unit="*", quarter=CLOSED, times=5)
        filler = fill_up(tiny_disk, 0)
        for _time in range(3):
            with pytest.raises(StorageError):
                record(adviser, theme="PESTEN", unit="*", quarter=CLOSED)
        assert sum(tally.count for tally in own_tallies(adviser)) == 5
        filler.unlink()
        assert record(adviser, theme="PESTEN", unit="*", quarter=CLOSED).count == 6
    assert counted(town) == 6


def test_exporting_onto_a_full_stick_writes_nothing_and_the_quarter_stays_open(
    tmp_path: Path, tiny_disk: Path
) -> None:
    town = Municipality.found(tmp_path / "town")
    town.count(1, CLOSED, ("*", "PESTEN", 5))
    with town.open_adviser() as adviser:
        filler = fill_up(tiny_disk, 0)
        for _time in range(2):
            with pytest.raises(StorageError):
                export(adviser, CLOSED, tiny_disk)
            assert list(tiny_disk.iterdir()) == [filler]
            assert quarter_states(adviser)[CLOSED] is QuarterState.OPEN
        filler.unlink()
        written = export(adviser, CLOSED, tiny_disk)
        assert list(tiny_disk.iterdir()) == [written.path]
        assert quarter_states(adviser)[CLOSED] is QuarterState.EXPORTED


def test_a_failed_second_export_does_not_forget_the_first(tmp_path: Path, tiny_disk: Path) -> None:
    town = Municipality.found(tmp_path / "town")
    town.hand_in(1, CLOSED, ("*", "PESTEN", 5))
    with town.open_adviser() as adviser:
        record(adviser, theme="PESTEN", unit="*", quarter=CLOSED)
        assert quarter_states(adviser)[CLOSED] is QuarterState.CHANGED_SINCE
        fill_up(tiny_disk, 0)
        with pytest.raises(StorageError):
            export(adviser, CLOSED, tiny_disk)
        assert quarter_states(adviser)[CLOSED] is QuarterState.CHANGED_SINCE


def test_a_file_that_fits_only_in_part_is_not_left_behind_and_the_old_one_stays(tiny_disk: Path) -> None:
    path = tiny_disk / "file"
    write_atomically(path, b"first")
    for pages_left in range(4):
        filler = fill_up(tiny_disk, pages_left)
        with pytest.raises(StorageError):
            write_atomically(path, bytes(4 * 4096))
        assert path.read_bytes() == b"first"
        assert sorted(tiny_disk.iterdir()) == [path, filler]
        filler.unlink()


def test_founding_on_a_full_disk_leaves_no_vault_and_can_be_done_again(tiny_disk: Path) -> None:
    town = Municipality.found(tiny_disk / "town", advisers=1)
    refusals = 0
    for pages_left in range(60):
        filler = fill_up(tiny_disk, pages_left)
        try:
            town.new_adviser(2)
        except StorageError:
            refusals += 1
        filler.unlink()
        if town.adviser_places(2).adviser_vault.exists():
            break
    assert refusals > 2
    with town.open_adviser(2) as adviser:
        assert own_tallies(adviser) == ()


def test_in_a_folder_that_may_only_be_read_nothing_changes_and_the_vault_opens_afterwards() -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no mode bits")
    if os.geteuid() != 0:
        pytest.skip("started by root, which ignores mode bits, and run as nobody")
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, 65534, 65534)
        said = run(READ_ONLY, folder).splitlines()
    assert said == [
        "record refused",
        "export refused",
        "export refused",
        "left []",
        "tallies 5",
        "record done",
        "export done",
        "whole True",
        "tallies 6",
        "found refused",
    ]
