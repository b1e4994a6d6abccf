"""What a person may be told of the findings: only through cells that a picture shows.

Every number told is a shown count, or worked out from shown counts and from headcounts that
the codebook publishes. A finding whose own cell is hidden is told at the nearest cell around
it that is shown (a longer window first, then a step up in a tree), and then says only that
it lies within; with no such cell it is not told. Exact counts are never looked at here.

Example::

    told(report.findings, lambda unit, theme, window: tables[window].count(unit, theme), organisation)
"""

from collections.abc import Callable, Iterator, Mapping

from vertrouwenswerk.domain.quarter import Window
from vertrouwenswerk.domain.tree import ROOT, Cell
from vertrouwenswerk.patterns.findings import Finding
from vertrouwenswerk.patterns.notices import Question, ToldFinding, ToldPart
from vertrouwenswerk.patterns.organisation import Organisation

Shown = Callable[[str, str, Window], int | None]
WINDOWS = (1, 2, 4)


def told(
    findings: tuple[Finding, ...],
    is_shown: Shown,
    organisation: Organisation,
    windows: tuple[int, ...] = WINDOWS,
) -> tuple[ToldFinding, ...]:
    """Return what may be told, in the order of ``findings``; of several at one cell, the first.

    ``is_shown`` returns the count of a cell (unit, theme, window) that the picture shows, else
    None. ``windows`` are the lengths that a picture may show.
    """
    kept: dict[tuple[Question, str, str, Window], ToldFinding] = {}
    for finding in findings:
        one = _tell(finding, is_shown, organisation, windows)
        if one is not None:
            kept.setdefault((one.question, one.unit, one.theme, one.window), one)
    return tuple(kept.values())


def _tell(
    finding: Finding, is_shown: Shown, organisation: Organisation, windows: tuple[int, ...]
) -> ToldFinding | None:
    own = (finding.unit, finding.theme)
    for unit, theme, window in _cells_around(finding, organisation, windows):
        seen = is_shown(unit, theme, window)
        if seen is not None:
            return ToldFinding(
                finding.question, unit, theme, window, seen,
                _expected(finding.question, (unit, theme), window, is_shown, organisation),
                finding.band, finding.state,
                (unit, theme) != own or window != finding.window,
                _parts(finding, window, is_shown),
            )  # fmt: skip
    return None


def _cells_around(
    finding: Finding, organisation: Organisation, windows: tuple[int, ...]
) -> Iterator[tuple[str, str, Window]]:
    """Yield the cells that hold a finding, nearest first: fewest steps up the trees, then shortest window."""
    units = [*reversed(organisation.unit_tree.path(finding.unit))]
    themes = [*reversed(organisation.theme_tree.path(finding.theme))]
    if finding.question is Question.THEME:
        themes.remove(ROOT)  # that the organisation has signals is no finding
    else:
        units.remove(ROOT)
    lengths = [finding.window.length, *sorted(length for length in windows if length > finding.window.length)]
    steps = [(up, along) for up in range(len(units)) for along in range(len(themes))]
    for up, along in sorted(steps, key=lambda step: (sum(step), step[1])):
        for length in lengths:
            yield units[up], themes[along], Window.ending(finding.window.last, length)


def _parts(finding: Finding, window: Window, is_shown: Shown) -> tuple[ToldPart, ...]:
    found = [(part, is_shown(part.unit, part.theme, window)) for part in finding.parts]
    return tuple(ToldPart(part.unit, part.theme, seen) for part, seen in found if seen is not None)


def _expected(
    question: Question, cell: Cell, window: Window, is_shown: Shown, organisation: Organisation
) -> float | None:
    """Work out the expectation from shown counts; None where one is hidden, or it is not below the count."""
    unit, theme = cell
    seen = is_shown(unit, theme, window)
    if question is Question.SIZE:
        whole = is_shown(ROOT, theme, window)
        share = people_share(organisation, unit)
        value = None if whole is None or share is None else whole * share
    else:
        value = _by_past(cell, ROOT if question is Question.THEME else theme, window, is_shown)
    return value if value is not None and seen is not None and value < seen else None


def _by_past(cell: Cell, compared: str, window: Window, is_shown: Shown) -> float | None:
    """Scale the window before by how the organisation went, in ``compared``: a theme, or all of them."""
    earlier = Window.ending(window.first.previous(), window.length)
    past, whole_then = is_shown(*cell, earlier), is_shown(ROOT, compared, earlier)
    whole_now = is_shown(ROOT, compared, window)
    if past is None or whole_then is None or whole_now is None:
        return None
    return past * whole_now / whole_then


def people_share(organisation: Organisation, unit: str) -> float | None:
    """Return the part of all people who work in the departments of a unit; None where nobody is known."""
    tree, people = organisation.unit_tree, organisation.headcounts
    within = _people(tree.within(unit), people, organisation)
    whole = _people(tree.codes, people, organisation)
    return within / whole if within and whole else None


def _people(codes: tuple[str, ...], people: Mapping[str, int | None], organisation: Organisation) -> int:
    return sum(people.get(code) or 0 for code in codes if organisation.unit_tree.is_leaf(code))
