"""Importing what all advisers hand in, against reading and hashing the same files.

Each file is opened (two seals of ML-KEM and X25519), its signature checked, and stored in a
transaction of its own, so that a kill half-way leaves every file in or out. Two references:
only reading and hashing; and reading, hashing and storing each in plain SQLite, as durably.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.measure import Line, take_turns, timed
from bench.workshop import Workshop
from vertrouwenswerk.usecases.receiving import Imported, Outcome, import_summaries


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Measure the same import into a fresh office each time."""
    folder = workshop.handed_in
    files = sorted(folder.iterdir())

    def product() -> float:
        outcomes: list[Imported] = []
        with workshop.empty_office() as bureau:
            took = timed(lambda: outcomes.extend(import_summaries(bureau, [folder])))
        if {each.outcome for each in outcomes} != {Outcome.ACCEPTED}:
            raise RuntimeError("not every file was accepted")
        return took

    workshop.tell("importing")
    for reference, named in (
        (lambda: timed(lambda: hash_files(files)), "reading and SHA-256 of the same files"),
        (
            lambda: _store_files(files, workshop),
            "the same, and each stored with plain sqlite3 in a transaction of its own, FULL, DELETE",
        ),
    ):
        pair = take_turns(times, product=product, reference=reference)
        speed = f"{len(files) / pair.product.median:.0f} files a second"
        yield Line("import", f"import {len(files)} files", named, pair, remarks=(speed,))


def hash_files(files: list[Path]) -> list[bytes]:
    """Read and hash files."""
    return [hashlib.sha256(file.read_bytes()).digest() for file in files]


def _store_files(files: list[Path], workshop: Workshop) -> float:
    with closing(sqlite3.connect(workshop.room("plain") / "plain.db", isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode = DELETE")
        plain.execute("PRAGMA synchronous = FULL")
        plain.execute("CREATE TABLE delivery (digest BLOB PRIMARY KEY, body BLOB) WITHOUT ROWID")
        return timed(lambda: _store(plain, files))


def _store(plain: sqlite3.Connection, files: list[Path]) -> None:
    for file in files:
        data = file.read_bytes()
        plain.execute("BEGIN IMMEDIATE")
        plain.execute("INSERT INTO delivery VALUES (?, ?)", (hashlib.sha256(data).digest(), data))
        plain.execute("COMMIT")
