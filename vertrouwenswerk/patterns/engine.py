"""The engine: puts the three questions to a history and answers with findings.

The false alarms a quarter may give are divided over the questions; a finding's p is that of
all three together, so that "once in so many years" holds for the list that a person sees.
After a finding its signals are set aside and the question is put again, until nothing
stands out. The same history, plan and version of numpy give the same findings.

Example::

    report = find_patterns(history, Plan(seed=1))
    [finding.unit for finding in report.findings], report.quarters_needed
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

import numpy as np

from vertrouwenswerk.patterns import questions
from vertrouwenswerk.patterns.findings import Finding
from vertrouwenswerk.patterns.grid import Flags, Floats
from vertrouwenswerk.patterns.history import History
from vertrouwenswerk.patterns.notices import QUARTERS_A_YEAR, Band, Question, Sensitivity
from vertrouwenswerk.patterns.packed import MOST_WINDOWS
from vertrouwenswerk.patterns.parts import mostly_because_of
from vertrouwenswerk.patterns.problem import Problem
from vertrouwenswerk.patterns.questions import QUARTERS_BEFORE
from vertrouwenswerk.patterns.scan import Effort, Progress, Scanned, scan
from vertrouwenswerk.patterns.sensitivity import sensitivity

ON_SCREEN, FOR_A_RELEASE = Effort(999, 199), Effort(9_999, 999)
FALSE_ALARMS = 0.05  # quarters with a finding by luck alone, over all questions: one in five years
SHARES = {Question.SIZE: 0.6, Question.RISING: 0.3, Question.THEME: 0.1}
MOST_FINDINGS = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """How to look: ``seed`` of all chance; ``windows`` in quarters, all ending now.

    Raises ValueError unless there are one to three windows, rising, the first of at least 1.
    """

    seed: int
    effort: Effort = ON_SCREEN
    windows: tuple[int, ...] = (1, 2, 4)
    false_alarms: float = FALSE_ALARMS

    def __post_init__(self) -> None:
        rising = list(self.windows) == sorted(set(self.windows))
        if not rising or not 1 <= len(self.windows) < MOST_WINDOWS or self.windows[0] < 1:
            raise ValueError("one to three windows of at least a quarter, shortest first")


@dataclass(frozen=True)
class Report:
    """``quarters_needed``: how many more before the past can be a measure; 0 when it can.

    ``without_headcount``: departments that "more than its size" passes over. ``sensitivity``:
    what would have been seen; None where no number of signals would.
    """

    findings: tuple[Finding, ...]
    quarters_needed: int
    without_headcount: tuple[str, ...]
    sensitivity: Sensitivity | None


@dataclass(frozen=True)
class Asked:
    """The scans of one question in order, each with its problem: the last found nothing, but for the cap."""

    question: Question
    level: float
    scans: tuple[tuple[Problem, Scanned], ...]

    @property
    def found(self) -> tuple[tuple[Problem, Scanned], ...]:
        """Those that found something."""
        return tuple(
            (problem, scanned)
            for problem, scanned in self.scans
            if scanned.node is not None and scanned.p <= self.level
        )


Pose = Callable[[Flags], Problem]


def no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


def find_patterns(history: History, plan: Plan, progress: Progress = no_progress) -> Report:
    """Return everything that stands out. ``progress`` is called often and may raise to cancel."""
    efforts = [enough_for_the_rarest(plan.effort, question) for question in Question]
    overall = _Overall(progress, max(effort.replicates + effort.pilot for effort in efforts))
    asked = [ask(history, plan, question, overall.part(number)) for number, question in enumerate(Question)]
    findings = [
        _finding(history, problem, one.question, scanned, plan)
        for one in asked
        for problem, scanned in one.found
    ]
    local = [(*one.scans[0], one.level) for one in asked if one.scans and one.question is not Question.THEME]
    return Report(
        _in_order(findings, history),
        max(0, min(plan.windows) + QUARTERS_BEFORE - history.quarters),
        _without_headcount(history),
        sensitivity(local),
    )


@dataclass
class _Overall:
    """Progress over all questions: what a scan after a finding repeats does not set it back."""

    progress: Progress
    each: int
    furthest: int = 0

    def part(self, number: int) -> Progress:
        """Return the progress of the question at ``number``."""

        def tell(done: int, _total: int) -> None:
            self.furthest = max(self.furthest, number * self.each + min(done, self.each))
            self.progress(self.furthest, len(Question) * self.each)

        return tell


def ask(
    history: History,
    plan: Plan,
    question: Question,
    progress: Progress = no_progress,
    levels: Floats | None = None,
) -> Asked:
    """Put one question until nothing stands out any more.

    The first scan makes all its replicates (unless the plan says otherwise), the next ones stop
    when nothing will be found. ``levels`` known from a like history spare the pilot.
    """
    root = np.random.SeedSequence([plan.seed, list(Question).index(question)])
    pose = _pose(history, plan, question, root)
    level = plan.false_alarms * SHARES[question]
    aside = np.zeros(history.grid.leaf_shape, dtype=np.bool_)
    scans: list[tuple[Problem, Scanned]] = []
    effort = enough_for_the_rarest(plan.effort, question)
    while pose and len(scans) < MOST_FINDINGS:
        problem = pose(aside)
        chance = np.random.Generator(np.random.PCG64(root.spawn(1)[0]))
        scanned = scan(problem, chance, effort, level, levels=levels, progress=progress)
        scans.append((problem, scanned))
        if scanned.node is None or scanned.p > level:
            break
        effort, levels = replace(effort, stop_early=True), scanned.levels
        aside = aside | set_aside(history, problem, scanned.node)
    return Asked(question, level, tuple(scans))


def enough_for_the_rarest(effort: Effort, question: Question) -> Effort:
    """Return the effort with at least the replicates that the rarest band takes."""
    least = ceil(max(band.years for band in Band) * QUARTERS_A_YEAR / SHARES[question])
    return replace(effort, replicates=max(effort.replicates, least))


def set_aside(history: History, problem: Problem, node: tuple[int, int, int]) -> Flags:
    """Return the leaves (leaf themes, units) of the history that a found node holds."""
    held = problem.grid.leaves_of(node[1], node[2])
    return np.broadcast_to(held, history.grid.leaf_shape)


def _pose(history: History, plan: Plan, question: Question, root: np.random.SeedSequence) -> Pose | None:
    """Return what makes the problem of a question, or None when the history is too short or empty."""
    if not len(history.adviser):
        return None
    windows = questions.windows_with_past(history, plan.windows)
    if question is Question.SIZE:
        windows = questions.windows_at_all(history, plan.windows)
        chance = np.random.Generator(np.random.PCG64(root.spawn(1)[0]))
        dispersion = questions.dispersion_of(history, chance)
        return partial(questions.size, history, windows, dispersion=dispersion) if windows else None
    ask = questions.rising if question is Question.RISING else questions.theme
    return partial(ask, history, windows) if windows else None


def _finding(history: History, problem: Problem, question: Question, scanned: Scanned, plan: Plan) -> Finding:
    assert scanned.node is not None
    window, theme, unit = scanned.node
    p = min(1.0, scanned.p / SHARES[question])
    organisation = history.organisation
    return Finding(
        question=question,
        unit=problem.grid.unit_codes[unit],
        theme=problem.grid.theme_codes[theme],
        window=history.window(problem.windows[window]),
        seen=int(problem.observed[scanned.node]),
        expected=float(problem.expected[scanned.node]),
        p=p,
        band=Band.of(min(p, plan.false_alarms)) or Band.FIVE,
        parts=mostly_because_of(problem, scanned.node, organisation.unit_tree, organisation.theme_tree),
    )


def _in_order(findings: list[Finding], history: History) -> tuple[Finding, ...]:
    """Rarest band first, within a band as the codebook has them: the order tells no exact chance."""
    grid = history.grid

    def place(one: Finding) -> tuple[int, int, int, int]:
        return -one.band.years, grid.unit_place[one.unit], grid.theme_place[one.theme], one.window.length

    return tuple(sorted(findings, key=place))


def _without_headcount(history: History) -> tuple[str, ...]:
    grid = history.grid
    missing = grid.is_department & (history.people <= 0)
    return tuple(grid.unit_codes[place] for place in np.flatnonzero(missing).tolist())
