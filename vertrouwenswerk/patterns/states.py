"""New, continuing or faded: findings of this quarter against those of the quarter before.

Example::

    with_states(unit_tree, theme_tree, now=report.findings, before=earlier.findings)
"""

from dataclasses import replace

from vertrouwenswerk.domain.tree import Tree
from vertrouwenswerk.patterns.findings import Finding, overlap
from vertrouwenswerk.patterns.notices import State


def with_states(
    unit_tree: Tree, theme_tree: Tree, *, now: tuple[Finding, ...], before: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    """Return the findings of now, each new or continuing, then those of before that faded.

    What had faded already is not told again.
    """
    alive = tuple(finding for finding in before if finding.state is not State.FADED)

    def meets(finding: Finding, others: tuple[Finding, ...]) -> bool:
        return any(overlap(unit_tree, theme_tree, finding, other) for other in others)

    current = [
        replace(finding, state=State.CONTINUING if meets(finding, alive) else State.NEW) for finding in now
    ]
    faded = [replace(finding, state=State.FADED) for finding in alive if not meets(finding, now)]
    return (*current, *faded)
