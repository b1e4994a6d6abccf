"""Every published test vector leads to what it says; others can check their reader against them."""

import json
from pathlib import Path
from typing import Any

import pytest

from vertrouwenswerk.errors import FileRefusedError
from vertrouwenswerk.handoff.card_file import read_card
from vertrouwenswerk.handoff.codebook_file import read_codebook, require_countersigned
from vertrouwenswerk.handoff.counts_array import decode_counts
from vertrouwenswerk.handoff.keys import Identity
from vertrouwenswerk.handoff.summary_file import open_counts, open_envelope

FOLDER = Path(__file__).resolve().parents[1] / "vectors"
VECTORS: dict[str, Any] = json.loads((FOLDER / "vectors.json").read_text(encoding="utf-8"))
BUREAU, GUARDIAN = (
    Identity.from_bytes(bytes.fromhex(VECTORS["seeds"][who])) for who in ("bureau", "guardian")
)


def outcome(kind: str, data: bytes) -> str:
    try:
        if kind == "codebook":
            require_countersigned(read_codebook(data))
        elif kind == "card":
            read_card(data, "adviser")
        else:
            open_envelope(data, BUREAU)
    except FileRefusedError as refusal:
        return refusal.reason
    return "ok"


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda vector: vector["file"])
def test_vector_leads_to_what_it_says(vector: dict[str, str]) -> None:
    assert outcome(vector["kind"], (FOLDER / vector["file"]).read_bytes()) == vector["expect"]


def test_the_good_summary_opens_with_both_keys_to_the_published_tallies() -> None:
    summary = open_envelope((FOLDER / "summary-ok.bin").read_bytes(), BUREAU)
    codebook = read_codebook((FOLDER / "codebook-ok.bin").read_bytes()).codebook
    array = open_counts(summary, GUARDIAN)
    assert array is not None
    published = VECTORS["summary-ok"]
    assert (str(summary.header.quarter), summary.header.revision) == (
        published["quarter"],
        published["revision"],
    )
    assert [
        {"unit": t.unit, "theme": t.theme, "count": t.count}
        for t in decode_counts(codebook, summary.header.quarter, array)
    ] == published["tallies"]
