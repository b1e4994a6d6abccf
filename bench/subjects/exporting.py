"""Exporting a quarter, against writing as many bytes as durably and reading them back.

What the product adds: two notes in the vault (a revision is taken before anything is
written, and the outcome after), three seals and a signature, and the flush of the folder.
"""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Line, take_turns, timed
from bench.workshop import Workshop
from vertrouwenswerk.usecases.handing_in import Exported, WriteState, export


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Measure the newest quarter of the fullest vault."""
    folder, plain = workshop.room("exported"), workshop.room("plain")
    quarter = workshop.plan.closed_quarters[-1]
    with workshop.busy_adviser("exporter") as adviser:
        data = export(adviser, quarter, folder).path.read_bytes()

        def product() -> float:
            exported: list[Exported] = []
            took = timed(lambda: exported.append(export(adviser, quarter, folder)))
            if exported[0].state is not WriteState.VERIFIED:
                raise RuntimeError("the export was not verified")
            exported[0].path.unlink()
            return took

        def reference() -> float:
            path = plain / secrets.token_hex(8)
            took = timed(lambda: write_durably(path, data))
            path.unlink()
            return took

        pair = take_turns(times, product=product, reference=reference, warm_up=3)
    yield Line(
        "export",
        "export a quarter",
        f"a file of {len(data)} bytes written, fsync, renamed, read back",
        pair,
    )


def write_durably(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, and read it back."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    if path.read_bytes() != data:
        raise RuntimeError("the disk gave back something else")
