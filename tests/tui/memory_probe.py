"""What a process still holds once the vault is locked; run as a program of its own.

Of its own, since the tests themselves hold what is sought. The canaries come in on standard
input, each reversed, and are turned round only after all that is held was listed. The program
types at the real app through Textual's Pilot, and prints a JSON line for each moment.

Example::

    {"data": FOLDER, "today": DAY, "canaries": {"unit": "tsneidpeelS"},
     "steps": [["open", ["<niz emiehed", "^enter", "+peels1"]], ["locked", ["^ctrl+l"]]]}
"""

import asyncio
import gc
import json
import sys
import types
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from vertrouwenswerk.settings import Places
from vertrouwenswerk.tui.app import VertrouwenswerkApp

_OURS = ("vertrouwenswerk.", "sqlalchemy.", "sqlcipher3", "cryptography")
_NAMED = {" ": "space", "/": "slash", "-": "minus", ".": "full_stop", "*": "asterisk", "_": "underscore"}


def everything() -> Iterator[object]:
    """Yield all that Python can reach: what it tracks, what that refers to, and locals of all frames.

    Suspended coroutines and generators hand over their locals as what they refer to; running
    frames come from every thread; what ``lru_cache`` keeps is what it refers to.
    """
    own = sys._getframe()
    running: list[types.FrameType] = []
    for frame in sys._current_frames().values():
        step: types.FrameType | None = frame
        while step is not None:
            running.append(step)
            step = step.f_back
    todo: list[object] = [*running, *gc.get_objects()]
    seen = {id(own), id(todo), id(running)}
    while todo:
        found = todo.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        todo.extend(gc.get_referents(found))


def held() -> tuple[str, bytes, Counter[str]]:
    """Return all texts, all bytes, and how many objects there are of each of our kinds."""
    texts: list[str] = []
    raw: list[bytes | bytearray] = []
    kinds: Counter[type] = Counter()
    for found in everything():
        if isinstance(found, str):
            texts.append(found)
        elif isinstance(found, (bytes, bytearray)):
            raw.append(found)
        else:
            kinds[type(found)] += 1
    ours = Counter({kind.__name__: n for kind, n in kinds.items() if str(kind.__module__).startswith(_OURS)})
    return "\0".join(texts), b"\0".join(raw), ours


def forms(text: str) -> list[bytes]:
    """Return a text as bytes, and a key in hexadecimals as the key as well."""
    raw = [text.encode(), text.encode("utf-16-le")]
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        raw.append(bytes.fromhex(text))
    return raw


def report(moment: str, canaries: dict[str, str]) -> None:
    """Print what is held now."""
    texts, raw, kinds = held()
    found = [
        name
        for name, backwards in canaries.items()
        if backwards[::-1] in texts or any(form in raw for form in forms(backwards[::-1]))
    ]
    print(json.dumps({"moment": moment, "kinds": kinds, "found": found}), flush=True)


async def settle(app: VertrouwenswerkApp, pilot: Pilot[int]) -> None:
    """Wait until nothing runs and everything is drawn."""
    quiet = 0
    while quiet < 2:
        busy = [worker for worker in app.workers if not worker.is_finished]
        await asyncio.gather(*(worker.wait() for worker in busy), return_exceptions=True)
        del busy
        await app.keys.taken()
        await pilot.pause()
        quiet += 1


async def enter(app: VertrouwenswerkApp, pilot: Pilot[int], what: str) -> None:
    """Press one named key, paste a text given backwards, or type one, key by key."""
    mark, rest = what[0], what[1:]
    if mark == "^":
        await pilot.press(rest)
    elif mark == "<":
        app.post_message(events.Paste(rest[::-1]))
    else:
        for key in rest[::-1]:
            await pilot.press(_NAMED.get(key, key))
    await settle(app, pilot)


async def run(asked: dict[str, Any]) -> None:
    """Type, look, lock, look again."""
    day = date.fromisoformat(asked["today"])
    app = VertrouwenswerkApp(Places(Path(asked["data"])), lambda: day)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(app, pilot)
        for moment, all_keys in asked["steps"]:
            for keys in all_keys:
                await enter(app, pilot, keys)
            if app._aside is not None:
                await app._aside
            await settle(app, pilot)
            report(moment, asked["canaries"])


if __name__ == "__main__":
    asyncio.run(run(json.load(sys.stdin)))
