"""How often the patterns cry wolf: quarters in which something is found where nothing happened.

Each quarter is a world of its own (``bench.worlds``) of which the last quarter is scanned, all
three questions together. Beside it, on the same quarters, a 2-sigma dashboard and EARS C1. In
the world in which a theme doubles, "the theme grows" about that theme is the right answer.
The levels of the families come from one pilot for each world; p is exact whatever they are.
"""

from collections.abc import Iterator, Mapping
from time import perf_counter

import numpy as np

from bench.dashboards import ears_c1, series, two_sigma
from bench.measure import Line, Pair, Sample
from bench.workshop import Workshop
from bench.worlds import Made, World, make
from vertrouwenswerk.patterns.engine import Plan, ask
from vertrouwenswerk.patterns.grid import Floats
from vertrouwenswerk.patterns.notices import Question
from vertrouwenswerk.patterns.scan import Effort

GOAL = "at most 5 % false alarms"
EFFORT, PILOT = Effort(399, 199, stop_early=True), Effort(1, 1999)

Levels = Mapping[Question, Floats]


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Scan ``times`` null quarters of every world."""
    for world in World:
        workshop.tell(f"false alarms: {world.value}")
        yield _of_world(world, times)


def _of_world(world: World, times: int) -> Line:
    levels = pilot_levels(world)
    alarms: dict[str, list[bool]] = {}
    scanning, dashboards = [], []
    for number in range(times):
        made = make(world, np.random.default_rng([1, number]))
        begin = perf_counter()
        by_question = {question: _cries(made, question, levels, number) for question in Question}
        between = perf_counter()
        counts = series(made.history)
        plain = {"2 sigma": bool(two_sigma(counts).any()), "EARS C1": bool(ears_c1(counts).any())}
        scanning.append(between - begin)
        dashboards.append(perf_counter() - between)
        named = {question.value: cry for question, cry in by_question.items()}
        for name, alarm in {"any question": any(by_question.values()), **named, **plain}.items():
            alarms.setdefault(name, []).append(alarm)
    shares = ", ".join(f"{name} {share(found)}" for name, found in alarms.items())
    pair = Pair(Sample(tuple(scanning)), Sample(tuple(dashboards)))
    goal = "" if world is World.CLUMPED else GOAL
    return Line("patterns-calibration", f"a quarter: {world.value}", "both dashboards", pair, goal, (shares,))


def pilot_levels(world: World) -> Levels:
    """Return the levels of each question for one history of a world, to be used for all."""
    history = make(world, np.random.default_rng([0, 0])).history
    asked = {question: ask(history, Plan(0, PILOT), question) for question in Question}
    return {question: one.scans[0][1].levels for question, one in asked.items()}


def _cries(made: Made, question: Question, levels: Levels, seed: int) -> bool:
    """Tell whether a question finds something, the theme that doubled aside."""
    asked = ask(made.history, Plan(seed, EFFORT), question, levels=levels[question])
    grid, tree = made.history.grid, made.history.organisation.theme_tree
    themes = [grid.theme_codes[scanned.node[1]] for _problem, scanned in asked.found if scanned.node]
    if question is Question.THEME and made.doubled:
        grew = made.doubled
        themes = [theme for theme in themes if theme not in tree.path(grew) and grew not in tree.path(theme)]
    return bool(themes)


def share(found: list[bool]) -> str:
    """Return a share in per cent with Wilson's 95 % interval."""
    n, p, z = len(found), sum(found) / len(found), 1.96
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    low, high = (abs(middle + sign * half) / (1 + z * z / n) for sign in (-1, 1))  # -0.0 % is 0.0 %
    return f"{p:.1%} ({low:.1%} to {high:.1%})"
