"""What the office remembers of the follow-up of findings: states and quarters, in steps that stay.

A finding is known by its question and by lasting numbers, so that it keeps its follow-up when
units get other names or codes.

Example::

    take_step(office.safe, place, Step(FollowUp.DISCUSSING, Quarter(2027, 1)))
    follow_ups(office.safe)[place]
"""

from dataclasses import astuple, dataclass

from vertrouwenswerk.domain.follow_up import FollowUp, Step, now
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.vault.engine import database_errors, transaction
from vertrouwenswerk.vault.safe import Safe


@dataclass(frozen=True, slots=True)
class FindingPlace:
    """A finding, whichever picture tells it; ``theme`` 0 with a ``group`` is that group of themes."""

    question: str
    unit: int
    theme: int
    group: str


def follow_ups(safe: Safe) -> dict[FindingPlace, tuple[Step, ...]]:
    """Return the steps of every finding that has some, the oldest first. Raises VaultError."""
    found: dict[FindingPlace, tuple[Step, ...]] = {}
    with database_errors(safe.path), safe.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT question, unit, theme, theme_group, state, quarter FROM follow_up"
            " ORDER BY 1, 2, 3, 4, step"
        ).all()
    for *place, state, quarter in rows:
        finding = FindingPlace(*place)
        step = Step(FollowUp(state), Quarter.from_index(quarter))
        found[finding] = (*found.get(finding, ()), step)
    return found


def take_step(safe: Safe, place: FindingPlace, step: Step) -> bool:
    """Add a step to those of a finding; False, and nothing written, where it has that state already.

    Raises StorageError.
    """
    before = follow_ups(safe).get(place, ())
    if now(before) is step.state:
        return False
    with transaction(safe.engine, safe.path) as connection:
        connection.exec_driver_sql(
            "INSERT INTO follow_up VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*astuple(place), len(before) + 1, step.state.value, step.quarter.index),
        )
    return True
