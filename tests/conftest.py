"""Fixtures that more than one folder of tests uses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.municipality import Municipality
from vertrouwenswerk.i18n import language, use_language


@pytest.fixture
def english() -> Iterator[None]:
    """Messages in English while the test runs."""
    before = language()
    use_language("en")
    yield
    use_language(before)


@pytest.fixture
def town(tmp_path: Path) -> Municipality:
    """A municipality with two enrolled and countersigned advisers."""
    return Municipality.found(tmp_path / "town", advisers=2)
