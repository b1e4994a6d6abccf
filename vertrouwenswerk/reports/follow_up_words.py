"""The follow-up of a finding in words: a state, and since which quarter.

Example::

    follow_up_line(steps)       # "Follow-up: being discussed, since 2027-Q1."
"""

from collections.abc import Sequence
from typing import Any

from vertrouwenswerk.domain.follow_up import FollowUp, Step, now
from vertrouwenswerk.i18n import _


def follow_up_name(state: FollowUp) -> str:
    """Return a state in words."""
    words = {
        FollowUp.NEW: _("new"),
        FollowUp.DISCUSSING: _("being discussed"),
        FollowUp.DISCUSSED: _("discussed"),
        FollowUp.MEASURE: _("measure taken"),
        FollowUp.AFTER_CARE_1: _("after-care at 1 month"),
        FollowUp.AFTER_CARE_3: _("after-care at 3 months"),
        FollowUp.CLOSED: _("closed"),
    }
    return words[state]


def follow_up_line(steps: Sequence[Step]) -> str:
    """Return in one sentence how far the follow-up is."""
    state = follow_up_name(now(steps))
    if not steps:
        return _("Follow-up: %(state)s.") % {"state": state}
    return _("Follow-up: %(state)s, since %(quarter)s.") % {"state": state, "quarter": steps[-1].quarter}


def follow_up_as_json(steps: Sequence[Step]) -> dict[str, Any]:
    """Return the state, and since which quarter; null while nobody set one."""
    return {"state": now(steps).value, "since": str(steps[-1].quarter) if steps else None}
