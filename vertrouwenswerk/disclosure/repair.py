"""Hide, of the cells that could be shown, as few and as dispensable ones as make a table safe.

Complementary cell suppression by cuts (Fischetti and Salazar 2001): the dual of each
violated region names the shown cells that prove it, and such a *support* asks for a
hidden cell among them for ever. So: hide the cheapest cells that hit all supports
known, audit, hide greedily what breaks the proofs found, keep their supports, and start
again with all of them. When the cheapest cells are safe, nothing cheaper is. After a
fixed number of rounds the best safe choice counts; what that hides needlessly is shown.

Example::

    repaired = repair(Plan(Model(lattice, shown), regions, losses(counts), report_progress))
    repaired.hidden      # the cells to hide
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from vertrouwenswerk.disclosure.attack import Proof, attack
from vertrouwenswerk.disclosure.cover import (
    CLOSE_ENOUGH,
    Key,
    Support,
    cheapest_cover,
    greedy_cover,
    needed,
    total_loss,
)
from vertrouwenswerk.disclosure.lattice import Region
from vertrouwenswerk.disclosure.model import Model, no_answer

# Few cells come back late, and few rounds help late: these bounds limit the time on
# tables far beyond a large organisation's without a clock, so that the same counts
# always give the same table.
MOST_ROUNDS = 12
MOST_TRIES = 100


class Step(Enum):
    """What ``protect`` is busy with."""

    REPAIR = "repair"
    ADD_BACK = "add back"
    FINAL_AUDIT = "final audit"


Progress = Callable[[Step, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made safe: a model, its sensitive regions, and the loss of hiding each cell.

    Only cells with a loss (> 0) may be hidden; the model's other rows were published
    before. ``report_progress`` gets the step and how often it was done before; what it
    raises ends the work.
    """

    model: Model
    regions: tuple[Region, ...]
    losses: Mapping[Key, float]
    report_progress: Progress


@dataclass(frozen=True, slots=True)
class Repaired:
    """The cells to hide, and the regions that are proven even with all hideable cells hidden."""

    hidden: frozenset[Key]
    lost: tuple[Region, ...]


def repair(plan: Plan) -> Repaired:
    """Hide cells of the model until no region is proven but those that are lost; return both.

    Raises DisclosureError when the solver finds no answer.
    """
    search = _Search(plan)
    search.hide_exactly(search.best_safe())
    search.show_needless()
    return Repaired(search.hidden, search.lost)


class _Search:
    """A model with the cells hidden in it, and the supports of all proofs found so far."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._audits = 0
        self.hidden: frozenset[Key] = frozenset()
        # Hiding proves nothing new: what is not proven now never will be.
        proofs = self._audit(plan.regions)
        self.hide_exactly(frozenset(plan.losses))
        self.lost = tuple(proof.region for proof in self._audit(proof.region for proof in proofs))
        self.hide_exactly(frozenset())
        avoidable = [proof for proof in proofs if proof.region not in self.lost]
        self._suspects = tuple(proof.region for proof in avoidable)
        self._supports = dict.fromkeys(map(self._support, avoidable))

    def hide_exactly(self, cells: frozenset[Key]) -> None:
        """Hide these cells of the model and no others."""
        for cell in sorted(self.hidden - cells):
            self._plan.model.show(cell)
        for cell in sorted(cells - self.hidden):
            self._plan.model.hide(cell)
        self.hidden = cells

    def best_safe(self) -> frozenset[Key]:
        """Return the cells of least loss, of all rounds, that leave nothing proven when hidden."""
        best = frozenset(self._plan.losses)
        for _round in range(MOST_ROUNDS):
            cheapest = cheapest_cover(self._supports, self._plan.losses, best)
            if self._loss(best) - self._loss(cheapest) <= CLOSE_ENOUGH:
                break
            self.hide_exactly(cheapest)
            self._hide_until_safe()
            best = min(best, self.hidden, key=self._loss)
        return best

    def show_needless(self) -> None:
        """Show hidden cells again, the greatest loss first, as far as that stays safe."""
        self._plan.report_progress(Step.ADD_BACK, 0)
        maybe = self.hidden - needed(self._supports, self.hidden)
        by_loss = sorted(maybe, key=lambda cell: (-self._plan.losses[cell], cell))
        for tries, cell in enumerate(by_loss[:MOST_TRIES]):
            self._plan.report_progress(Step.ADD_BACK, tries)
            self.hide_exactly(self.hidden - {cell})
            if attack(self._plan.model, self._suspects, most=1):
                self.hide_exactly(self.hidden | {cell})

    def _hide_until_safe(self) -> None:
        """Hide further cells, greedily, until nothing is proven; keep the supports found."""
        suspects = self._suspects
        while proofs := self._audit(suspects):
            supports = [self._support(proof) for proof in proofs]
            self._supports |= dict.fromkeys(supports)
            self.hide_exactly(self.hidden | greedy_cover(supports, self._plan.losses))
            suspects = tuple(proof.region for proof in proofs)

    def _loss(self, cells: frozenset[Key]) -> float:
        return total_loss(cells, self._plan.losses)

    def _audit(self, regions: Iterable[Region]) -> tuple[Proof, ...]:
        self._plan.report_progress(Step.REPAIR, self._audits)
        self._audits += 1
        return attack(self._plan.model, regions)

    def _support(self, proof: Proof) -> Support:
        """Return the cells of a proof of which one must be hidden.

        Raises DisclosureError when there is none though the region is not lost: the
        solver lost its precision.
        """
        support = frozenset(cell for cell in proof.cells if cell in self._plan.losses)
        if not support:
            raise no_answer()
        return support
