"""Completing a path as one types: the rest stands dimmed behind the cursor, Right takes it."""

import asyncio
import os
from pathlib import Path

import platformdirs
from textual.suggester import Suggester
from textual.widgets import Input

_MOST_ENTRIES = 2_000
_MOST_NUMBERED = 1_000


class PathSuggester(Suggester):
    """Suggests the first file or folder that goes on as typed; files only of one suffix, if given."""

    def __init__(self, suffix: str = "") -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._suffix = suffix

    async def get_suggestion(self, value: str) -> str | None:
        """Return ``value`` with the rest of the name behind it."""
        return await asyncio.to_thread(complete, value, self._suffix)


def complete(typed: str, suffix: str = "") -> str | None:
    """Return ``typed`` made whole by the first fitting name, in order; None when there is none."""
    folder, separator, begin = typed.rpartition(os.sep)
    if not begin or not (separator or typed.startswith("~")):
        return None
    try:
        with os.scandir(Path(folder + separator).expanduser()) as entries:
            names = sorted(
                entry.name + (os.sep if entry.is_dir() else "")
                for entry, _count in zip(entries, range(_MOST_ENTRIES), strict=False)
                if entry.name.startswith(begin) and (entry.is_dir() or entry.name.endswith(suffix))
            )
    except OSError:
        return None
    return folder + separator + names[0] if names else None


def path_input(id: str, value: str = "", placeholder: str = "", suffix: str = "") -> Input:
    """Return an input of one line for a path, which it helps to complete."""
    return Input(
        value,
        id=id,
        placeholder=placeholder,
        compact=True,
        select_on_focus=False,
        suggester=PathSuggester(suffix),
    )


def documents() -> Path:
    """Return where this person's files go by default."""
    folder = Path(platformdirs.user_documents_dir())
    return folder if folder.is_dir() else Path.home()


def free_path(folder: Path, stem: str, suffix: str = "") -> Path:
    """Return a path in ``folder`` where nothing is yet: numbered, since a day is nobody's business."""
    names = [f"{stem}{suffix}", *(f"{stem}-{number}{suffix}" for number in range(2, _MOST_NUMBERED))]
    return next((folder / name for name in names if not (folder / name).exists()), folder / names[0])
