"""Write the test vectors anew: ``python -m tests.vectors.make``.

Seals are random, so the files differ from run to run; what they must lead to does not.
The seeds are random bytes of a fixed generator and stand in ``vectors.json``.
"""

import json
import random
from dataclasses import replace
from pathlib import Path

from tests.municipality import CLOSED, make_codebook, sign_codebook
from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tally import OwnTally
from vertrouwenswerk.framing import encode, frame, magic_line
from vertrouwenswerk.handoff.card_file import adviser_card, guardian_card
from vertrouwenswerk.handoff.counts_array import encode_counts
from vertrouwenswerk.handoff.keys import Identity, seal, sign, sign_key_of
from vertrouwenswerk.handoff.summary_file import SummaryHeader, open_envelope, seal_summary

FOLDER = Path(__file__).parent


def main() -> None:
    """Write every vector and the list of what each leads to."""
    chance = random.Random(2)
    bureau, guardian, other = (Identity.generate(chance.randbytes) for _who in range(3))
    sign_seed = chance.randbytes(32)
    book = sign_codebook(make_codebook(bureau.public(), guardian.public()), bureau, guardian)
    half_signed = sign_codebook(book.codebook, bureau, None)
    with_aliases = sign_codebook(_add_aliases(book.codebook), bureau, guardian)
    header = SummaryHeader(sign_key_of(sign_seed), book.digest, 1, CLOSED, 1)
    counts = encode_counts(
        book.codebook, [OwnTally(CLOSED, "DUINEN-KLANT", "PESTEN", 2), OwnTally(CLOSED, "*", "GEWELD", 1)]
    )
    summary = seal_summary(header, counts, sign_seed, guardian.public(), bureau.public())
    codebook, card = book.to_bytes(), adviser_card(sign_seed)
    sealed = open_envelope(summary, bureau)
    moved = SummaryHeader(header.adviser, header.codebook_digest, 1, Quarter(2020, 1), 1)
    vectors = {
        "codebook-ok": ("codebook", codebook, "ok"),
        "codebook-aliases": ("codebook", with_aliases.to_bytes(), "ok"),
        "codebook-empty-aliases": (
            "codebook",
            _with_empty_aliases(book.codebook, bureau, guardian),
            "damaged",
        ),
        "codebook-not-countersigned": ("codebook", half_signed.to_bytes(), "not-countersigned"),
        "codebook-altered": (
            "codebook",
            codebook.replace(b'"threshold":3', b'"threshold":4'),
            "bad-signature",
        ),
        "codebook-spaced": ("codebook", codebook.replace(b'"threshold":3', b'"threshold": 3'), "damaged"),
        "codebook-too-new": ("codebook", codebook.replace(b"codebook 1\n", b"codebook 2\n", 1), "too-new"),
        "card-adviser-ok": ("card", card, "ok"),
        "card-guardian": ("card", guardian_card(guardian), "wrong-role"),
        "card-as-codebook": ("codebook", card, "wrong-kind"),
        "summary-ok": ("summary", summary, "ok"),
        "summary-cut": ("summary", summary[:-1], "damaged"),
        "summary-other-bureau": (
            "summary",
            seal_summary(header, counts, sign_seed, guardian.public(), other.public()),
            "not-for-us",
        ),
        "summary-rewrapped": (
            "summary",
            _rewrap(sealed.inner + sealed.signature, moved, bureau),
            "bad-signature",
        ),
        "summary-no-magic": ("summary", b"PK\x03\x04" + summary, "not-ours"),
    }
    for name, (_kind, data, _expect) in vectors.items():
        (FOLDER / f"{name}.bin").write_bytes(data)
    listing = {
        "seeds": {
            "bureau": bureau.to_bytes().hex(),
            "guardian": guardian.to_bytes().hex(),
            "adviser": sign_seed.hex(),
        },
        "summary-ok": {
            "quarter": str(CLOSED),
            "revision": 1,
            "tallies": [
                {"unit": "*", "theme": "GEWELD", "count": 1},
                {"unit": "DUINEN-KLANT", "theme": "PESTEN", "count": 2},
            ],
        },
        "files": [{"file": f"{n}.bin", "kind": kind, "expect": e} for n, (kind, _data, e) in vectors.items()],
    }
    (FOLDER / "vectors.json").write_text(json.dumps(listing, indent=1) + "\n", encoding="utf-8")


def _add_aliases(book: Codebook) -> Codebook:
    aliases = {"HAVENS-STAF-1": ("HR", "P&O"), "DUINEN-KLANT": ("KCC", "Balie"), "HAVENS-KADE-1": ("Balie",)}
    units = (replace(unit, aliases=aliases.get(unit.code, ())) for unit in book.units)
    return replace(book, units=tuple(units))


def _with_empty_aliases(book: Codebook, bureau: Identity, guardian: Identity) -> bytes:
    """Sign a payload that writes out what is to be left out when it is empty."""
    payload = encode(book)
    signatures = {
        "bureau": sign("codebook 1", payload, bureau.sign_seed),
        "guardian": sign("codebook 1", payload, guardian.sign_seed),
        "outgoing_guardian": None,
    }
    return frame("codebook", 1, [payload, encode(signatures)])


def _rewrap(body: bytes, header: SummaryHeader, bureau: Identity) -> bytes:
    plain = header.to_bytes()
    label = b"vertrouwenswerk summary 1 "
    return (
        magic_line("summary", 1)
        + seal(plain, bureau.public(), label + b"header\0")
        + seal(body, bureau.public(), label + b"body\0" + plain)
    )


if __name__ == "__main__":
    main()
