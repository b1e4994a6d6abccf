"""Since when units can have been recorded, for units that came about later.

A codebook carries no date; but every summary was made under one. A unit is *there* in a quarter
when at least half of its newest summaries were made under a codebook that has it. A unit that
others merged into, or that only changed its code, keeps their history and is not new. Where a
unit's follower came together with another new unit under the same parent, it was split: then
the parts are new, and what was counted before belongs to the unit above them.

Example::

    first_quarters(pool.arrivals(), codebooks.get, codebook)      # {"BCS-BEO-04": Quarter(2026, 3)}
"""

from collections.abc import Callable, Iterable

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.vault.pool_store import OpenedAt

_HALF = 0.5


def first_quarters(
    arrivals: Iterable[OpenedAt], book_of: Callable[[bytes], Codebook | None], codebook: Codebook
) -> dict[str, Quarter]:
    """Return the first quarter of each unit of ``codebook`` that was not there in the oldest quarter.

    ``book_of`` gives the codebook of a digest; an unknown one has all units. A unit under which
    nobody handed in yet is there from the quarter after the last.
    """
    books = _books_by_quarter(arrivals, book_of)
    new = {unit.code: since for unit in codebook.units if (since := _since(unit.number, books)) is not None}
    followers = {_follower(codebook, ended.number) for ended in codebook.ended_units}
    return {
        code: since
        for code, since in new.items()
        if code not in followers or _has_new_sibling(codebook, code, new, followers)
    }


def _books_by_quarter(
    arrivals: Iterable[OpenedAt], book_of: Callable[[bytes], Codebook | None]
) -> dict[Quarter, list[Codebook | None]]:
    newest = {(one.quarter, one.adviser): one.codebook for one in arrivals}  # later sittings come later
    found: dict[Quarter, list[Codebook | None]] = {}
    for (quarter, _adviser), digest in sorted(newest.items()):
        found.setdefault(quarter, []).append(book_of(digest))
    return found


def _since(number: int, books: dict[Quarter, list[Codebook | None]]) -> Quarter | None:
    """Return the first quarter in which a unit is there, None when it always was."""
    quarters = list(books)
    there = [quarter for quarter in quarters if _share(number, books[quarter]) >= _HALF]
    if not quarters or there[:1] == quarters[:1]:
        return None
    return there[0] if there else Quarter.from_index(quarters[-1].index + 1)


def _share(number: int, books: list[Codebook | None]) -> float:
    return sum(book is None or number in book.unit_numbers.values() for book in books) / len(books)


def _follower(codebook: Codebook, ended: int) -> str | None:
    number = codebook.successor_number(ended)
    return next((code for code, one in codebook.unit_numbers.items() if one == number), None)


def _has_new_sibling(
    codebook: Codebook, code: str, new: dict[str, Quarter], followers: set[str | None]
) -> bool:
    """Tell whether a unit came together with one that nothing leads to: then it is a part of a split."""
    parent = codebook.unit(code).parent
    return any(
        other not in followers and since == new[code] and codebook.unit(other).parent == parent
        for other, since in new.items()
    )
