"""Turn SVG into small PNG: headless Chromium draws and counts the colours, Python writes the file.

All pictures go through two runs of Chromium (``chromium`` must be on the path), one on each half.
"""

import base64
import json
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
    "--virtual-time-budget=3600000",
    "--dump-dom",
)
PAGE = Path(__file__).with_name("svg_to_png.html")
_AT_A_TIME = 2


def write_pictures(svgs: Mapping[str, str], folder: Path) -> None:
    """Write each SVG as ``folder/NAME.png``."""
    names = sorted(svgs)
    parts = [{name: svgs[name] for name in names[first::_AT_A_TIME]} for first in range(_AT_A_TIME)]
    with ThreadPoolExecutor(_AT_A_TIME) as browsers:
        for lines in browsers.map(_draw, filter(None, parts)):
            for name, width, height, palette, rows in lines:
                png = _png(int(width), int(height), base64.b64decode(palette), base64.b64decode(rows))
                (folder / f"{name}.png").write_bytes(png)


def _draw(svgs: Mapping[str, str]) -> list[list[str]]:
    pictures = json.dumps([{"name": name, "svg": svg} for name, svg in svgs.items()]).replace("</", "<\\/")
    page = PAGE.read_text(encoding="utf-8").replace("PICTURES = []", f"PICTURES = {pictures}", 1)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "page.html"
        path.write_text(page, encoding="utf-8")
        drawn = subprocess.run(
            [*BROWSER, f"--user-data-dir={scratch}/profile", path.as_uri()],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    lines = [line.split() for line in drawn.partition("<body>")[2].partition("</body>")[0].splitlines()]
    if len(lines) != len(svgs):
        raise RuntimeError(f"Chromium drew {len(lines)} pictures of {len(svgs)}")
    return lines


def _png(width: int, height: int, palette: bytes, rows: bytes) -> bytes:
    """Return a PNG of indexed colours (PNG specification, sections 11.2.2 to 11.2.5)."""
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    again = zlib.compress(zlib.decompress(rows), 9)
    chunks = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", again), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
