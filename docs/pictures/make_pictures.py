"""Take the pictures of the screens: ``python docs/pictures/make_pictures.py [FOLDER [NAME...]]``.

Makes a demo in a temporary folder, makes the tours of ``tests/tui/tours.py`` in the real app, once
per side and size, and has headless Chromium draw Textual's SVG (``svg_to_png``). With names only
the pictures that begin so are taken. Another screen: add a stop to a tour. All that is on them is made up.
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from svg_to_png import write_pictures
from textual.widgets import Input

from tests.tui.driving import running
from tests.tui.tours import ADVISER, BUREAU, FIRST_RUN, Tour, walk
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.demo import DemoPlaces, DemoPlan, make_demo

SIZES = ((80, 24), (140, 42))
NIGHT, NIGHT_AND_DAY = ("night",), ("night", "day")
ALSO_IN_CONTRAST = frozenset({"record"})
CODEBOOK = "waterstad.vwcodebook"
WORDS = {"unit": "leerp", "other": "vergun", "codebook": CODEBOOK, "inbox": "binnengekomen"}


async def take(
    places: Places, tour: Tour, words: Mapping[str, str], size: tuple[int, int], themes: Sequence[str]
) -> dict[str, str]:
    """Make the tour in one run of the app; return the SVG of each stop in each theme, by name."""
    svgs: dict[str, str] = {}
    async with running(places, size=size) as driver:
        async for name in walk(driver, tour, words):
            if name.startswith("_"):
                continue
            for field in driver.app.screen.query(Input):
                field.cursor_blink = False
            for theme in (*themes, *(("contrast",) if name in ALSO_IN_CONTRAST else ())):
                driver.app.theme = theme
                await driver.settle()
                svg = driver.app.export_screenshot(simplify=True)
                svgs[f"{name}-{theme}-{size[0]}x{size[1]}"] = svg
            driver.app.theme = themes[0]
    return svgs


async def take_all(demo: DemoPlaces) -> dict[str, str]:
    """Make every tour in every size."""
    svgs: dict[str, str] = {}
    for size in SIZES:
        svgs |= await take(Places(Path(f"new-{size[0]}")), FIRST_RUN, WORDS, size, NIGHT_AND_DAY)
        for role, places, tour, themes in (
            ("adviser", demo.adviser(1), ADVISER, NIGHT_AND_DAY),
            ("bureau", demo.bureau, BUREAU, NIGHT),
        ):
            secret = demo.passphrase_file(role).read_text(encoding="utf-8").strip()
            svgs |= await take(places, tour, WORDS | {"secret": secret}, size, themes)
    return svgs


def main(folder: Path, wanted: Sequence[str]) -> None:
    """Take every picture, or those whose names begin as wanted; what is no longer taken goes."""
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        demo = make_demo(DemoPlan(Path("demo")), lambda _stage, _done, _total: None).places
        Path(CODEBOOK).write_bytes(next(demo.root.rglob("*.vwcodebook")).read_bytes())
        Path(WORDS["inbox"]).mkdir()
        svgs = asyncio.run(take_all(demo))
    if not wanted:
        for old in folder.glob("*.png"):
            old.unlink()
    write_pictures({n: svg for n, svg in svgs.items() if not wanted or n.startswith(tuple(wanted))}, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent).resolve(), sys.argv[2:])
