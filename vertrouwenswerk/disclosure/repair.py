"""Hide, of the cells that could be shown, as few and as dispensable ones as make a table safe.

Complementary cell suppression by cuts (Fischetti and Salazar 2001): the dual of each
violated region names the shown cells that prove it, and such a *support* asks for a
hidden cell among them for ever. So: hide the cheapest cells that hit all supports
known, audit, hide greedily what breaks the proofs found, keep their supports, and start
again with all of them. When the cheapest cells are safe, nothing cheaper is. After a
fixed number of rounds the best safe choice counts; what that hides needlessly is shown.

Example::

    repaired = repair(Plan(Blocks(lattice, shown), regions, losses(counts), report_progress))
    repaired.hidden      # the cells to hide
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from vertrouwenswerk.disclosure.attack import Proof, attack, first_proofs
from vertrouwenswerk.disclosure.blocks import Blocks
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
    WHOLE_NUMBERS = "whole_numbers"


Progress = Callable[[Step, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made safe: what is shown, its sensitive regions, and the loss of hiding each cell.

    Only cells with a loss (> 0) may be hidden; the other rows were published before.
    ``report_progress`` gets the step and how often it was done before; what it raises ends
    the work. ``thorough``: cover all supports anew in many rounds, then show needlessly
    hidden cells again one by one; else no further round, and all of them together.
    """

    blocks: Blocks
    regions: tuple[Region, ...]
    losses: Mapping[Key, float]
    report_progress: Progress
    thorough: bool = True


@dataclass(frozen=True, slots=True)
class Repaired:
    """The cells to hide, and the regions that earlier rows alone prove."""

    hidden: frozenset[Key]
    lost: tuple[Region, ...]


def repair(plan: Plan) -> Repaired:
    """Hide cells of the model until no region is proven but those that are lost; return both.

    Raises DisclosureError when the solver finds no answer.
    """
    search = _Search(plan)
    search.hide_exactly(search.best_safe())
    if plan.thorough:
        search.show_needless()
    else:
        search.show_needless_together()
    return Repaired(search.hidden, search.lost)


class _Search:
    """What is shown, with the cells hidden in it, and the supports of all proofs found so far."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._audits = 0
        self._supports: dict[Support, None] = {}
        self._lost: dict[Region, None] = {}
        self.hidden: frozenset[Key] = frozenset()
        # Hiding proves nothing new: what is not proven with all shown never will be.
        self._suspects = self._break(attack(plan.blocks, plan.regions, tell=self._tell))
        self.hide_exactly(cheapest_cover(self._supports, plan.losses, self.hidden))

    @property
    def lost(self) -> tuple[Region, ...]:
        """The regions that are proven without a cell that may be hidden."""
        return tuple(self._lost)

    def hide_exactly(self, cells: frozenset[Key]) -> None:
        """Hide these cells and no others."""
        for cell in sorted(self.hidden - cells):
            self._plan.blocks.show(cell)
        for cell in sorted(cells - self.hidden):
            self._plan.blocks.hide(cell)
        self.hidden = cells

    def best_safe(self) -> frozenset[Key]:
        """Return the cells of least loss, of all rounds, that leave nothing proven when hidden."""
        self._hide_until_safe()
        best = self.hidden
        for _round in range(MOST_ROUNDS if self._plan.thorough else 0):
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
            if attack(self._plan.blocks, self._suspects, most=1):
                self.hide_exactly(self.hidden | {cell})

    def show_needless_together(self) -> None:
        """Show what no known proof needs hidden, hide again what that proves; keep what loses less."""
        self._plan.report_progress(Step.ADD_BACK, 0)
        before = self.hidden
        if before != needed(self._supports, before):
            self.hide_exactly(needed(self._supports, before))
            self._hide_until_safe()
            self.hide_exactly(min(before, self.hidden, key=self._loss))

    def _hide_until_safe(self) -> None:
        """Hide further cells, greedily, until nothing is proven; keep the supports found."""
        suspects = self._suspects
        while suspects:
            suspects = self._break_proofs(suspects)

    def _break_proofs(self, suspects: tuple[Region, ...]) -> tuple[Region, ...]:
        """Hide what breaks the first proofs of the suspects; return those that need another look."""
        self._tell()
        self._audits += 1
        findings = first_proofs(self._plan.blocks, suspects, tell=self._tell)
        return (*self._break(findings.proofs), *findings.left_open)

    def _break(self, proofs: tuple[Proof, ...]) -> tuple[Region, ...]:
        """Hide what breaks these proofs, greedily; return their regions but those that are lost."""
        for proof in proofs:
            if not self._support(proof):
                self._lost[proof.region] = None
        supports = [support for proof in proofs if (support := self._support(proof))]
        self._supports |= dict.fromkeys(supports)
        self.hide_exactly(self.hidden | greedy_cover(supports, self._plan.losses))
        return tuple(proof.region for proof in proofs if proof.region not in self._lost)

    def _tell(self) -> None:
        self._plan.report_progress(Step.REPAIR, self._audits)

    def _loss(self, cells: frozenset[Key]) -> float:
        return total_loss(cells, self._plan.losses)

    def _support(self, proof: Proof) -> Support:
        """Return the cells of a proof of which one must be hidden; none when the region is lost."""
        return frozenset(cell for cell in proof.cells if cell in self._plan.losses)
