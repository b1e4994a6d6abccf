"""Follow-up of findings: how far the talk with management is, in states and quarters, and when it was told.

A finding is one question about one unit and theme, whichever picture tells it. Nobody writes a
word about it: a state is chosen, and the quarter comes from the clock.

Example::

    follow_up(bureau, Question.RISING, "SOC-WI-01", "PESTEN", FollowUp.DISCUSSING)
    [course.steps for course in look_at_follow_up(bureau, look_at_patterns(bureau)).current]
"""

from dataclasses import dataclass

from vertrouwenswerk.domain.codebook import Codebook
from vertrouwenswerk.domain.follow_up import FollowUp, Step, now
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import ROOT
from vertrouwenswerk.errors import UsageError
from vertrouwenswerk.i18n import _
from vertrouwenswerk.patterns.notices import Question, ToldFinding
from vertrouwenswerk.usecases.bureau import Bureau
from vertrouwenswerk.usecases.pattern_looking import PatternsView, all_told
from vertrouwenswerk.vault.follow_up import FindingPlace, follow_ups, take_step

_NOTHING_TO_DO = (FollowUp.NEW, FollowUp.CLOSED)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as the picture of that number told it, with the codebook that names unit and theme."""

    picture: int
    finding: ToldFinding
    codebook: Codebook


@dataclass(frozen=True, slots=True)
class Course:
    """A finding with its follow-up, the oldest step first.

    ``earlier``: what pictures before the newest told of the same question, unit and theme, the
    newest first.
    """

    told: Told
    steps: tuple[Step, ...]
    earlier: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Courses:
    """``current``: of the newest picture, in its order; ``open``: told before, and followed up still.

    Without ``open`` the after-care of what no longer stands out would be forgotten.
    """

    current: tuple[Course, ...]
    open: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """All steps of a finding, the oldest first; not ``changed`` where it had the state already."""

    steps: tuple[Step, ...]
    changed: bool


def look_at_follow_up(bureau: Bureau, view: PatternsView) -> Courses:
    """Return the courses of the findings of a view, and those still open. Raises DamagedVaultError."""
    steps = follow_ups(bureau.office.safe)
    earlier = _told_before(bureau, view.picture)
    current = [(_place(finding, view.codebook), finding) for finding in view.findings]
    gone = {place: told for place, told in earlier.items() if place not in dict(current)}
    return Courses(
        tuple(
            Course(Told(view.picture, finding, view.codebook), steps.get(place, ()), earlier.get(place, ()))
            for place, finding in current
        ),
        tuple(
            Course(told[0], steps[place], told)
            for place, told in gone.items()
            if _is_open(steps.get(place, ()), Quarter.of(bureau.today))
        ),
    )


def follow_up(bureau: Bureau, question: Question, unit: str, theme: str, state: FollowUp) -> FollowedUp:
    """Set the state of a finding, by the codes under which a picture told it last.

    Raises UsageError when no picture ever told it, DamagedVaultError, StorageError.
    """
    wanted = (question, unit, theme)
    places = [
        _place(finding, telling.codebook)
        for telling in all_told(bureau)
        for finding in telling.findings
        if (finding.question, finding.unit, finding.theme) == wanted
    ]
    if not places:
        raise UsageError(
            _("No picture ever told this finding; nothing was changed."),
            _("Take question, unit and theme from: vertrouwenswerk bureau patterns --json"),
        )
    safe = bureau.office.safe
    changed = take_step(safe, places[-1], Step(state, Quarter.of(bureau.today)))
    return FollowedUp(follow_ups(safe).get(places[-1], ()), changed)


def _is_open(steps: tuple[Step, ...], running: Quarter) -> bool:
    """Tell whether something is to be done yet; what was closed just now can be opened again."""
    return bool(steps) and (now(steps) not in _NOTHING_TO_DO or steps[-1].quarter == running)


def _told_before(bureau: Bureau, picture: int) -> dict[FindingPlace, tuple[Told, ...]]:
    """Return what pictures before ``picture`` told, by finding; the newest first, then in their order."""
    found: dict[FindingPlace, tuple[Told, ...]] = {}
    for telling in reversed([telling for telling in all_told(bureau) if telling.picture < picture]):
        for finding in telling.findings:
            place = _place(finding, telling.codebook)
            found[place] = (*found.get(place, ()), Told(telling.picture, finding, telling.codebook))
    return found


def _place(finding: ToldFinding, codebook: Codebook) -> FindingPlace:
    """Return by what the office knows a finding, whatever its unit and theme are called today."""
    numbers = codebook.theme_numbers
    group = "" if finding.theme in numbers or finding.theme == ROOT else finding.theme
    unit, theme = codebook.unit_numbers[finding.unit], numbers.get(finding.theme, 0)
    return FindingPlace(finding.question.value, unit, theme, group)
