"""Recording a signal in an open vault, against an insert into a plain SQLite table.

Both flush to the same disk (``synchronous=FULL``, ``journal_mode=DELETE``) before they
return. What the product adds: the cipher, the overwriting of freed pages, and that it writes
all tallies again in key order, so that a vault does not show in which order a person counted.
What is recorded is taken away again between two measurements, outside the clock.
"""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.measure import Line, Pair, take_turns, timed
from bench.workshop import Workshop
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.usecases.adviser import Adviser, own_tallies, record, remove

_TABLE = (
    "CREATE TABLE tally (quarter INTEGER NOT NULL, unit INTEGER NOT NULL, theme INTEGER NOT NULL,"
    " count INTEGER NOT NULL, PRIMARY KEY (quarter, unit, theme)) WITHOUT ROWID"
)
_REFERENCE = "the same row inserted with the standard library's sqlite3, FULL, DELETE"


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Measure in an empty vault and in the fullest one."""
    with workshop.adviser("recorder") as adviser:
        pair = _against_plain(adviser, workshop.room("plain"), times)
        yield Line("record", "record a signal, empty vault", _REFERENCE, pair)
    with workshop.busy_adviser("recorder") as adviser:
        tallies = len(own_tallies(adviser))
        pair = _against_plain(adviser, workshop.room("plain"), times)
        what = f"record a signal, {workshop.plan.quarters} quarters of tallies"
        remark = f"{tallies} tallies in the vault and in the plain table"
        yield Line("record", what, _REFERENCE, pair, remarks=(remark,))


def _against_plain(adviser: Adviser, folder: Path, times: int) -> Pair:
    codebook = adviser.codebook
    now = Quarter.of(adviser.today)
    # Cells that have no tally yet: a new row on both sides, every time.
    cells = itertools.cycle(itertools.product(codebook.unit_numbers, codebook.theme_numbers))
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)

    def product() -> float:
        unit, theme = next(cells)
        took = timed(lambda: record(adviser, theme=theme, unit=unit))
        remove(adviser, theme=theme, unit=unit)
        return took

    def reference() -> float:
        unit, theme = next(cells)
        row = (now.index, codebook.unit_numbers[unit], codebook.theme_numbers[theme])
        took = timed(lambda: _insert(plain, (*row, 1)))
        plain.execute("DELETE FROM tally WHERE (quarter, unit, theme) = (?, ?, ?)", row)
        return took

    with closing(plain):
        _fill(plain, adviser)
        return take_turns(times, product=product, reference=reference, warm_up=3)


def _fill(plain: sqlite3.Connection, adviser: Adviser) -> None:
    for pragma in ("journal_mode = DELETE", "synchronous = FULL"):
        plain.execute(f"PRAGMA {pragma}")
    codebook = adviser.codebook
    rows = [
        (t.quarter.index, codebook.unit_numbers[t.unit], codebook.theme_numbers[t.theme], t.count)
        for t in own_tallies(adviser)
    ]
    plain.execute(_TABLE)
    plain.execute("BEGIN")
    plain.executemany("INSERT INTO tally VALUES (?, ?, ?, ?)", rows)
    plain.execute("COMMIT")


def _insert(plain: sqlite3.Connection, row: tuple[int, ...]) -> None:
    plain.execute("BEGIN IMMEDIATE")
    plain.execute(
        "INSERT INTO tally VALUES (?, ?, ?, ?)"
        " ON CONFLICT (quarter, unit, theme) DO UPDATE SET count = count + excluded.count",
        row,
    )
    plain.execute("COMMIT")
