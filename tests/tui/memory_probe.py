"""What a process still holds once the vault is locked; run as a program of its own.

A process of its own, since the tests themselves hold what is sought. The canaries come in
reversed, the text of a file of the test, and are only turned round once all that is held was
listed. Prints one JSON object per moment: what was found, by kind.

Example::

    echo '{"data": ..., "secret": "nethcas", "names": [...]}' | python -m tests.tui.memory_probe
"""

import asyncio
import gc
import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.app import VertrouwenswerkApp
from vertrouwenswerk.usecases.clock import system_clock

_FORGOTTEN = ("OwnTally", "Desk", "Adviser", "Session", "Done", "Recorded", "Engine", "Codebook", "OwnReport")


def everything() -> Iterator[object]:
    """Yield every object that Python can reach: tracked, referred to, or a local of a running frame."""
    gc.collect()
    me = sys._getframe()
    frames: list[object] = [frame for frame in sys._current_frames().values() if frame is not me]
    todo: list[object] = [*frames, *gc.get_objects()]
    seen: set[int] = {id(me), id(todo), id(frames)}
    seen.add(id(seen))
    while todo:
        found = todo.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        if not isinstance(found, types.ModuleType):
            todo.extend(gc.get_referents(found))
        else:
            todo.append(vars(found))


def texts_and_kinds() -> tuple[list[str | bytes | bytearray], dict[str, int]]:
    """Return all texts and bytes, and how many objects there are of the kinds to be forgotten."""
    texts: list[str | bytes | bytearray] = []
    kinds: dict[str, int] = {}
    for found in everything():
        kind = type(found)
        if kind in (str, bytes, bytearray) or isinstance(found, str | bytes | bytearray):
            texts.append(found)  # type: ignore[arg-type]
        elif kind.__name__ in _FORGOTTEN and kind.__module__.startswith(("vertrouwenswerk", "sqlalchemy")):
            kinds[kind.__name__] = kinds.get(kind.__name__, 0) + 1
    return texts, kinds


def report(moment: str, asked: dict[str, Any]) -> None:
    """Print what is held now."""
    texts, kinds = texts_and_kinds()
    held = []
    for reversed_text in asked["canaries"]:
        canary = reversed_text[::-1]
        forms = (canary, canary.encode(), canary.encode("utf-16-le"))
        if any(_holds(text, forms) for text in texts):
            held.append(reversed_text)
    print(json.dumps({"moment": moment, "kinds": kinds, "held": held, "texts": len(texts)}), flush=True)


def _holds(text: str | bytes | bytearray, forms: tuple[str, bytes, bytes]) -> bool:
    if isinstance(text, str):
        return forms[0] in text
    return forms[1] in text or forms[2] in text
