"""How often the patterns find what was planted, and how often with the dashboards beside it.

Extra signals on one theme: in one department and quarter, in one department over four
quarters, and over the departments of one directorate. Department and theme are drawn at
random, so common themes and large departments make it as hard as it is. Found is: a finding
that holds the planted cell or lies in it, no higher than the directorate. Three questions
share one budget of false alarms; beside that, what "more than its size" finds when it has all.
"""

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from bench.dashboards import ears_c1, series, two_sigma
from bench.measure import Line, Pair, Sample
from bench.subjects.patterns_calibration import EFFORT, Levels, pilot_levels, share
from bench.workshop import Workshop
from bench.worlds import Made, Planted, World, make
from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.engine import FALSE_ALARMS, SHARES, Plan, ask
from vertrouwenswerk.patterns.notices import Question

PLANTED = (
    *(Planted(extra) for extra in (3, 4, 5, 6, 8, 10)),
    *(Planted(extra, quarters=4) for extra in (3, 4, 5, 6, 8, 10)),
    *(Planted(extra, whole_directorate=True) for extra in (3, 4, 5, 6, 8, 10)),
    *(Planted(extra, quarters=4, whole_directorate=True) for extra in (10, 20)),
)
_DIRECTORATE = 2
ALONE = FALSE_ALARMS / SHARES[Question.SIZE]  # so that this question has all of the false alarms


def measure(workshop: Workshop, times: int) -> Iterator[Line]:
    """Plant ``times`` patterns of every kind in a world without other differences, and in one with."""
    for world in (World.PURE, World.DIFFER):
        levels = pilot_levels(world)
        for planted in PLANTED:
            workshop.tell(f"finding {_words(planted)}")
            yield _of_kind(world, planted, levels, times)


def _of_kind(world: World, planted: Planted, levels: Levels, times: int) -> Line:
    found: dict[str, list[bool]] = {}
    scanning, dashboards = [], []
    for number in range(times):
        made = make(world, np.random.default_rng([2, number]), planted)
        alone = _finds(made, Question.SIZE, levels, number, ALONE)
        begin = perf_counter()
        by_question = {question: _finds(made, question, levels, number) for question in Question}
        between = perf_counter()
        counts = series(made.history)
        plain = {"2 sigma": bool(two_sigma(counts).any()), "EARS C1": bool(ears_c1(counts).any())}
        scanning.append(between - begin)
        dashboards.append(perf_counter() - between)
        named = {question.value: find for question, find in by_question.items()}
        named["size asked alone, at 5 %"] = alone
        alarms = {f"an alarm anywhere, {name}": alarm for name, alarm in plain.items()}
        for name, hit in {"found": any(by_question.values()), **named, **alarms}.items():
            found.setdefault(name, []).append(hit)
    shares = ", ".join(f"{name} {share(hits)}" for name, hits in found.items())
    pair = Pair(Sample(tuple(scanning)), Sample(tuple(dashboards)))
    what = f"{_words(planted)}; {world.value}"
    return Line("patterns-power", what, "both dashboards", pair, remarks=(shares,))


def _finds(
    made: Made, question: Question, levels: Levels, seed: int, false_alarms: float = FALSE_ALARMS
) -> bool:
    assert made.planted is not None
    organisation, grid = made.history.organisation, made.history.grid
    unit_tree, theme_tree = organisation.unit_tree, organisation.theme_tree
    plan = Plan(seed, EFFORT, false_alarms=false_alarms)
    asked = ask(made.history, plan, question, levels=levels[question])
    for problem, scanned in asked.found:
        assert scanned.node is not None
        _window, theme, unit = scanned.node
        code = problem.grid.unit_codes[unit]
        if (
            unit_tree.depth(code) >= _DIRECTORATE
            and _in_line(unit_tree, code, made.planted[0])
            and _in_line(theme_tree, grid.theme_codes[theme], made.planted[1])
        ):
            return True
    return False


def _in_line(tree: Tree, one: str, other: str) -> bool:
    return one in tree.path(other) or other in tree.path(one)


def _words(planted: Planted) -> str:
    where = "over a directorate" if planted.whole_directorate else "in one department"
    when = "in one quarter" if planted.quarters == 1 else f"over {planted.quarters} quarters"
    return f"+{planted.extra} {where} {when}"
