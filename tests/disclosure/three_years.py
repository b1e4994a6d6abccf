"""Three years of quarterly sittings: advisers hand in, late and corrected too, and all is published.

One adviser begins in the second year and one is often late; most quarters are corrected
once afterwards; after a year and a half a unit ends and another moves; at the last
sitting the threshold goes from 3 to 5. Of one cluster it is a test; of all of Waterstad
it takes hours, so that is a command: each sitting is told, and at the end the auditor
that shares no code with the product judges all pictures together::

    python -m tests.disclosure.three_years
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.disclosure import waterstad
from tests.disclosure.linked_auditor import Numbers, Trees
from tests.disclosure.stories import Story
from vertrouwenswerk.disclosure.protect import Protected
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import ROOT

ENDING, SUCCESSOR, MOVING, NEW_PARENT = "BCS-BEO-04", "BCS-BEO-03", "BCS-BEO-02", "BCS-GRF"
FIRST = Quarter(2026, 4).index
SITTINGS, REORGANISED_AT, RAISED_AT = 12, 7, 12
STARTS = 5


@dataclass(frozen=True)
class Setting:
    """Of which clusters and theme groups it tells (none named: of all), and how much work there is.

    ``signals``: of each adviser in a quarter, on average.
    """

    clusters: tuple[str, ...]
    groups: tuple[str, ...]
    advisers: int
    signals: int

    @property
    def starter(self) -> int:
        return self.advisers

    @property
    def late(self) -> int:
        return self.advisers - 1


A_CLUSTER = Setting(("BCS",), ("DISCRIMINATIE", "INTEGRITEIT"), advisers=8, signals=6)
ALL = Setting((), (), advisers=42, signals=5)


def sittings(setting: Setting, story: Story) -> Iterator[Protected]:
    """Hold the sittings of three years; ``story`` has what was handed in and published."""
    dice = random.Random(1)
    for number in range(1, SITTINGS + 1):
        newest = FIRST + number - 1
        story.version = 2 if number >= REORGANISED_AT else 1
        story.threshold = 5 if number >= RAISED_AT else 3
        _hand_in_all(setting, dice, story, newest)
        yield story.sit(newest)


def before_and_after(setting: Setting) -> dict[int, Trees]:
    """Return the trees of both versions: in the second a unit has ended and another has moved."""
    units, themes = waterstad.unit_tree(), waterstad.theme_tree()
    clusters = setting.clusters or units.children[ROOT]
    groups = setting.groups or themes.children[ROOT]
    codes = [code for cluster in clusters for code in units.within(cluster)]
    parents = {code: None if units.parents[code] == ROOT else units.parents[code] for code in codes}
    numbers = {0: ROOT, **dict(enumerate(codes, start=1))}
    theme_codes = [code for group in groups for code in themes.within(group)]
    theme_parents = {t: None if themes.parents[t] == ROOT else themes.parents[t] for t in theme_codes}
    leaves = {n: code for n, code in enumerate(theme_codes, start=1) if themes.is_leaf(code)}
    small = waterstad.small_units() & set(codes)
    later = {code: parent for code, parent in parents.items() if code != ENDING} | {MOVING: NEW_PARENT}
    counts_under = {n: SUCCESSOR if code == ENDING else code for n, code in numbers.items()}
    return {
        1: Trees(parents, theme_parents, numbers, leaves, small),
        2: Trees(later, theme_parents, counts_under, leaves, small),
    }


def _tallies(setting: Setting, dice: random.Random, trees: Trees) -> dict[Numbers, int]:
    """Return an adviser's quarter: departments weigh unlike, one in twenty is recorded above them."""
    inner = trees.inner_units()
    numbers = [n for n, code in trees.unit_code.items() if code not in inner and n != _ended(trees)]
    above = [n for n, code in trees.unit_code.items() if code in inner]
    weights = [1 / (1 + place) for place in range(len(numbers))]
    found: Counter[Numbers] = Counter()
    for _signal in range(dice.randint(setting.signals // 2, setting.signals * 3 // 2)):
        unit = dice.choice(above) if dice.random() < 0.05 else dice.choices(numbers, weights)[0]
        found[unit, dice.choice(list(trees.theme_code))] += 1
    return dict(found)


def _ended(trees: Trees) -> int:
    """Return the number of the unit that has ended, where it has; 0 else: nobody is asked for «not named»."""
    under: dict[str, list[int]] = {}
    for number, code in trees.unit_code.items():
        under.setdefault(code, []).append(number)
    return max(under[SUCCESSOR]) if len(under[SUCCESSOR]) > 1 else 0


def _hand_in_all(setting: Setting, dice: random.Random, story: Story, newest: int) -> None:
    trees = story.versions[story.version]
    for adviser in range(1, setting.advisers + 1):
        if adviser == setting.starter and story.sitting < STARTS:
            continue
        begin = FIRST - 3 if story.sitting == 1 else newest - 1
        for quarter in range(begin, newest + 1):
            is_late = adviser == setting.late and quarter == newest and story.sitting % 3 == 0
            if not story.has_handed_in(adviser, quarter) and not is_late:
                story.hand_in(adviser, quarter, _tallies(setting, dice, trees))
    for adviser in dice.sample(range(1, setting.late), 1 + story.sitting % 2 * 2):
        quarter = newest - dice.randint(1, 3)
        if (counted := story.tallies(adviser, quarter)) and story.sitting > 1:
            place = dice.choice(sorted(counted))
            corrected = {**counted, place: counted[place] + dice.choice([-1, 1, 2])}
            story.hand_in(adviser, quarter, {p: count for p, count in corrected.items() if count})


def _main() -> int:
    """Tell all of Waterstad; return 1 when the auditor proves anything."""
    story = Story(before_and_after(ALL))
    start = time.process_time()
    for number, made in enumerate(sittings(ALL, story), start=1):
        shown, facts = [table.shown_cells for table in made.tables], made.certificate
        print(
            f"{number}: {time.process_time() - start:.0f} s of the processor, shown {shown}, audited"
            f" {facts.audited}, proven before {facts.proven_before}, whole numbers"
            f" {facts.whole_numbers} of {facts.sampled}",
            flush=True,
        )
        start = time.process_time()
    auditor = story.auditor()
    suspects = auditor.suspects(story.tables, 3)
    proven = auditor.proven(story.tables, suspects)
    print(f"the auditor: {len(proven)} proven of {len(suspects)}, {time.process_time() - start:.0f} s")
    return 1 if proven else 0


if __name__ == "__main__":
    sys.exit(_main())
