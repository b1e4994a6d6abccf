"""Hide, of the cells that could be shown, as few and as dispensable ones as make a table safe.

Complementary cell suppression by cuts (Fischetti and Salazar 2001): the dual of each
violated region names the shown cells that prove it, and hiding any one of them breaks
that proof. Each round breaks all proofs found, greedily, with the cells that cost the
least per proof; what is proven in another way comes back in the next round. Then cells
hidden too eagerly are shown again.

Example::

    plan = Plan(Model(lattice, shown), regions, losses(counts))
    hidden = add_back(plan, repair(plan))
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from vertrouwenswerk.disclosure.attack import Proof, attack, first_proofs
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.model import Model, no_answer

# Few cells come back late: these bounds limit the time on tables far beyond a large
# organisation's without a clock, so that the same counts always give the same table.
MOST_TRIES = 1000
PASSES = 2


class Step(Enum):
    """What ``protect`` is busy with."""

    REPAIR = "repair"
    ADD_BACK = "add back"
    FINAL_AUDIT = "final audit"


Progress = Callable[[Step, int], None]
# Hidden cells in the order of hiding, each with the regions whose proof it broke.
Hidden = Mapping[Region, tuple[Region, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made safe: a model, its sensitive regions, and the loss of hiding each cell.

    ``report_progress`` gets the step and how often it was done before; what it raises
    ends the work.
    """

    model: Model
    regions: tuple[Region, ...]
    losses: Mapping[Region, float]
    report_progress: Progress


def repair(plan: Plan) -> Hidden:
    """Hide cells of the model until no region is proven; return them.

    Raises DisclosureError when the solver finds no answer.
    """
    return _hide_until_safe(plan, plan.losses.keys(), Step.REPAIR)


def add_back(plan: Plan, hidden: Hidden) -> Hidden:
    """Show hidden cells again, the greatest loss first, as far as that stays safe; return the rest.

    A cell is tried against the regions it was hidden for, which refuses most of them at
    once. Those that pass are shown together, and what that proves is repaired among them:
    one full audit instead of one for each. Raises DisclosureError as ``repair`` does.
    """
    still_hidden = dict(hidden)
    candidates: Collection[Region] = hidden
    for _pass in range(PASSES):
        shown_again = _pass_alone(plan, {cell: still_hidden[cell] for cell in candidates})
        hidden_again = _hide_until_safe(plan, shown_again, Step.ADD_BACK)
        still_hidden = {c: r for c, r in still_hidden.items() if c not in shown_again} | dict(hidden_again)
        candidates = hidden_again
    return still_hidden


def _pass_alone(plan: Plan, hidden: Hidden) -> frozenset[Region]:
    """Show again, and return, the cells that do not at once prove what they were hidden for."""
    passed = set()
    by_loss = sorted(hidden, key=lambda cell: (-plan.losses[cell], cell))
    for tries, cell in enumerate(by_loss[:MOST_TRIES]):
        plan.report_progress(Step.ADD_BACK, tries)
        plan.model.show(cell)
        if attack(plan.model, hidden[cell], most=1):
            plan.model.hide(cell)
        else:
            passed.add(cell)
    return frozenset(passed)


def _hide_until_safe(plan: Plan, allowed: Collection[Region], step: Step) -> Hidden:
    """Hide allowed cells until nothing is proven; each proof must have one of them.

    Hiding proves nothing new, so that only the regions of a round's proofs need another.
    """
    hidden: dict[Region, tuple[Region, ...]] = {}
    suspects: Iterable[Region] = plan.regions if allowed else ()
    for rounds in range(len(allowed) + 1):
        plan.report_progress(step, rounds)
        findings = first_proofs(plan.model, suspects)
        if not findings.proofs:
            break
        for cell in _cheapest_cut(findings.proofs, allowed, plan.losses):
            plan.model.hide(cell)
            hidden[cell] = tuple(proof.region for proof in findings.proofs if cell in proof.cells)
        suspects = [*(proof.region for proof in findings.proofs), *findings.left_open]
    return hidden


def _cheapest_cut(
    proofs: tuple[Proof, ...], allowed: Collection[Region], losses: Mapping[Region, float]
) -> list[Region]:
    """Return cells, at least one of each proof: greedily the least loss per proof broken.

    Raises DisclosureError when a proof has no allowed cell: the solver lost its precision.
    """
    cut: list[Region] = []
    unbroken = list(proofs)
    while unbroken:
        uses = Counter(cell for proof in unbroken for cell in proof.cells if cell in allowed)
        if not uses:
            raise no_answer()
        cheapest = min(uses, key=lambda cell: (losses[cell] / uses[cell], cell))
        cut.append(cheapest)
        unbroken = [proof for proof in unbroken if cheapest not in proof.cells]
    return cut
