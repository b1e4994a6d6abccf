"""Take the pictures of the screens: ``python docs/pictures/make_pictures.py [FOLDER]``.

Makes a demo in a temporary folder, drives the real app over it, and has headless Chromium
turn Textual's SVG into PNG (``chromium`` must be on the path). All that is on them is made up.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.tui.driving import running
from vertrouwenswerk.settings import Places
from vertrouwenswerk.usecases.demo import DemoPlan, make_demo

SIZES = ((80, 24), (140, 42))
BROWSER = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
# Each picture with the keys that lead to it after unlocking.
ADVISER: dict[str, Sequence[str]] = {
    "record": ("3", *"leerp", "enter", "6", *"vergun"),
    "overview": ("f3",),
    "hand-over": ("f4",),
}
BUREAU: dict[str, Sequence[str]] = {
    "deliveries": (),
    "sitting": ("f3",),
    "table": ("f4", "down", "enter", "down", "down", "right", "right", "right"),
}


async def take(places: Places, secret: str, name: str, keys: Sequence[str], folder: Path) -> None:
    """Drive the app to one screen and write a picture of it in each size."""
    for size in SIZES:
        async with running(places, size=size) as driver:
            await driver.unlock(secret)
            await driver.press(*keys)
            svg = folder / f"{name}-{size[0]}x{size[1]}.svg"
            svg.write_text(driver.app.export_screenshot(simplify=True), encoding="utf-8")
        to_png(svg)


def to_png(svg: Path) -> None:
    """Render an SVG by its own size, and drop it."""
    head = svg.read_text(encoding="utf-8")[:400]
    width, height = (round(float(part)) for part in head.split('viewBox="0 0 ')[1].split('"')[0].split())
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [*BROWSER, f"--user-data-dir={profile}", f"--window-size={width},{height}",
             f"--screenshot={svg.with_suffix('.png')}", svg.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
    svg.unlink()


async def main(folder: Path) -> None:
    """Make the demo and take every picture."""
    with tempfile.TemporaryDirectory() as scratch:
        demo = make_demo(DemoPlan(Path(scratch) / "demo"), lambda _stage, _done, _total: None)
        whose = (("adviser", demo.places.adviser(1), ADVISER), ("bureau", demo.places.bureau, BUREAU))
        for role, places, pictures in whose:
            secret = demo.places.passphrase_file(role).read_text(encoding="utf-8").strip()
            for name, keys in pictures.items():
                await take(places, secret, name, keys, folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
