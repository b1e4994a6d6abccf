"""The whole demo, against writing what it leaves on the disk once, as durably.

It stands for everything together: vaults, records, exports, imports, a sitting.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.measure import Line, take_turns, timed
from bench.subjects.exporting import write_durably
from bench.workshop import Workshop
from vertrouwenswerk.usecases.demo import make_demo


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Measure the demo of the workshop's plan."""
    folder, plain = workshop.folder / "demo", workshop.folder / "plain-demo"
    stages: dict[str, list[float]] = {}

    def product() -> float:
        shutil.rmtree(folder, ignore_errors=True)
        begin = time.perf_counter()
        seen: dict[str, float] = {}
        make_demo(
            replace(workshop.plan, folder=folder),
            lambda stage, _done, _total: _note(seen, stage, time.perf_counter()),
        )
        end = time.perf_counter()
        starts = [begin, *list(seen.values())[1:], end]
        for stage, first, last in zip(seen, starts, starts[1:], strict=False):
            stages.setdefault(stage, []).append(last - first)
        return end - begin

    def reference() -> float:
        shutil.rmtree(plain, ignore_errors=True)
        left = [(plain / path.relative_to(folder), path.read_bytes()) for path in _files(folder)]
        for path, _data in left:
            path.parent.mkdir(parents=True, exist_ok=True)

        def write_all() -> None:
            for path, data in left:
                write_durably(path, data)

        return timed(write_all)

    workshop.tell("making demos")
    product()  # the first reference needs one to copy
    stages.clear()
    pair = take_turns(times, product=product, reference=reference, warm_up=0)
    files = _files(folder)
    size = sum(path.stat().st_size for path in files)
    parts = ", ".join(f"{stage} {sorted(took)[len(took) // 2]:.1f} s" for stage, took in stages.items())
    what = f"the demo: {workshop.plan.advisers} advisers, {workshop.plan.quarters} quarters"
    named = f"the {len(files)} files it leaves ({size / 1e6:.1f} MB) written, fsync, renamed, read back"
    yield Line("demo", what, named, pair, remarks=(parts,))


def _note(seen: dict[str, float], stage: str, now: float) -> None:
    seen.setdefault(stage, now)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
