"""The files around the code agree with each other and name no private place."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

EUPL_1_2_SHA256 = "57fb42fbcd0b037ce528ed8f72f1ec095d67bc6825ecf1448ff39be1fe68a4b4"

# Put together from pieces, so that this file does not name what it forbids.
_FOLDERS = "|".join(("work", "root", "home"))
_HOSTS = "|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + "js"))
# A folder at the top of the file system only: "docs/home/" and "example.org/work/" are something else.
FORBIDDEN = re.compile(rf"(?<![\w.~-])/(?:{_FOLDERS})/|(?i:{_HOSTS})".encode())


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _publiccode(key: str) -> str:
    """The value on the only line of publiccode.yml that begins with this key."""
    lines = (ROOT / "publiccode.yml").read_text(encoding="utf-8").splitlines()
    values = [line.split(":", 1)[1].strip() for line in lines if line.strip().startswith(f"{key}:")]
    assert len(values) == 1, f"{key} stands {len(values)} times in publiccode.yml"
    return values[0].strip("\"'")


def _dependencies() -> list[str]:
    project = _pyproject()["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    required: list[str] = project["dependencies"]
    return required + [one for extra in extras.values() for one in extra]


def _build_dependencies() -> list[str]:
    requires: list[str] = _pyproject()["build-system"]["requires"]
    return requires


def _tracked() -> list[Path]:
    """Every file that git tracks here; skips the test outside a checkout of this project."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")

    def run(*words: str) -> str | None:
        done = subprocess.run([git, *words], cwd=ROOT, capture_output=True, check=False)
        return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None

    top = run("rev-parse", "--show-toplevel")
    if top is None or Path(top.strip()).resolve() != ROOT:
        pytest.skip("not in a git checkout of this project")
    listing = run("ls-files", "-z")
    names = [name for name in (listing or "").split("\0") if name]
    if not names:
        pytest.skip("git tracks no file yet")
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_license_is_the_eupl() -> None:
    """LICENSE is the English EUPL-1.2, unchanged.

    The text is the ``licenseText`` of ``licenses/EUPL-1.2.json`` in the npm package spdx-license-list 6.12.0,
    as UTF-8 with one newline added at the end. The SHA-256 is of that;
    the line ends of a checkout on Windows do not count.
    """
    text = (ROOT / "LICENSE").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(text).hexdigest() == EUPL_1_2_SHA256


def test_publiccode_agrees_with_pyproject() -> None:
    project = _pyproject()["project"]
    assert _publiccode("name") == project["name"]
    assert _publiccode("license") == project["license"]
    assert _publiccode("softwareVersion") == project["version"]
    assert ">=" + _publiccode("versionMin") == project["requires-python"]


@pytest.mark.parametrize("dependency", [*_dependencies(), *_build_dependencies()])
def test_dependency_has_an_upper_bound(dependency: str) -> None:
    requirement = dependency.split(";", 1)[0]
    assert re.search(r"<=?\s*\d", requirement), f"{dependency} may grow without end"


@pytest.mark.parametrize("dependency", _dependencies())
def test_dependency_has_a_reason(dependency: str) -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line.strip().startswith(f'"{dependency}"')]
    assert named, f"{dependency} does not stand on a line of its own"
    for line in named:
        assert re.search(r"#\s*\w", line), f"{dependency} has no reason on its line"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see /" + "work/main", True),
        ("/" + "root/.cache", True),
        ('"/' + 'home/anna/kluis"', True),
        ("file:///" + "home/anna", True),
        ("https://" + "pypi" + ".org/simple", True),
        ("registry." + "npm" + "js.org", True),
        ("docs/" + "home/index.md", False),
        ("https://example.org/" + "work/", False),
        ("work/home and root", False),
    ],
)
def test_search_finds_private_places(text: str, found: bool) -> None:
    assert bool(FORBIDDEN.search(text.encode())) is found


def test_no_tracked_file_names_a_private_place() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for path in _tracked()
        if path != ROOT / "LICENSE"
        for number, line in enumerate(path.read_bytes().splitlines(), start=1)
        if FORBIDDEN.search(line)
    ]
    assert found == []
