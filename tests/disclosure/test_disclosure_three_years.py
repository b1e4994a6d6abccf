"""Three years of quarterly sittings on a cluster of Waterstad, judged after each and at the end.

Eight advisers, one of whom begins in the second year and one of whom is often late; most
quarters are corrected once afterwards; after a year and a half a unit ends and another
moves; at the last sitting the threshold goes from 3 to 5.
"""

import random
from collections import Counter

from tests.disclosure import waterstad
from tests.disclosure.linked_auditor import Numbers, Trees
from tests.disclosure.stories import Story
from tests.disclosure.test_disclosure_linked import check_picture
from vertrouwenswerk.domain.quarter import Quarter
from vertrouwenswerk.domain.tree import ROOT

CLUSTERS = ("BCS",)
GROUPS = ("DISCRIMINATIE", "INTEGRITEIT")
ENDING, SUCCESSOR, MOVING, NEW_PARENT = "BCS-BEO-04", "BCS-BEO-03", "BCS-BEO-02", "BCS-GRF"
FIRST = Quarter(2026, 4).index
SITTINGS, REORGANISED_AT, RAISED_AT = 12, 7, 12
STARTER, STARTS, LATE = 8, 5, 7
SIGNALS_A_QUARTER = 6  # of each adviser, on average


def before_and_after() -> dict[int, Trees]:
    """Return the trees of both versions: in the second a unit has ended and another has moved."""
    units, themes = waterstad.unit_tree(), waterstad.theme_tree()
    codes = [code for cluster in CLUSTERS for code in units.within(cluster)]
    parents = {code: None if units.parents[code] == ROOT else units.parents[code] for code in codes}
    numbers = {0: ROOT, **dict(enumerate(codes, start=1))}
    theme_codes = [code for group in GROUPS for code in themes.within(group)]
    theme_parents = {t: None if themes.parents[t] == ROOT else themes.parents[t] for t in theme_codes}
    leaves = {n: code for n, code in enumerate(theme_codes, start=1) if themes.is_leaf(code)}
    small = waterstad.small_units() & set(codes)
    later = {code: parent for code, parent in parents.items() if code != ENDING} | {MOVING: NEW_PARENT}
    counts_under = {n: SUCCESSOR if code == ENDING else code for n, code in numbers.items()}
    return {
        1: Trees(parents, theme_parents, numbers, leaves, small),
        2: Trees(later, theme_parents, counts_under, leaves, small),
    }


def tallies(dice: random.Random, trees: Trees) -> dict[Numbers, int]:
    """Return an adviser's quarter: departments weigh unlike, one in twenty is recorded above them."""
    inner = trees.inner_units()
    numbers = [n for n, code in trees.unit_code.items() if code not in inner and n != _ended(trees)]
    above = [n for n, code in trees.unit_code.items() if code in inner]
    weights = [1 / (1 + place) for place in range(len(numbers))]
    found: Counter[Numbers] = Counter()
    for _signal in range(dice.randint(SIGNALS_A_QUARTER // 2, SIGNALS_A_QUARTER * 3 // 2)):
        unit = dice.choice(above) if dice.random() < 0.05 else dice.choices(numbers, weights)[0]
        found[unit, dice.choice(list(trees.theme_code))] += 1
    return dict(found)


def _ended(trees: Trees) -> int:
    """Return the number of the unit that has ended, where it has; 0 else: nobody is asked for «not named»."""
    under: dict[str, list[int]] = {}
    for number, code in trees.unit_code.items():
        under.setdefault(code, []).append(number)
    return max(under[SUCCESSOR]) if len(under[SUCCESSOR]) > 1 else 0


def hand_in_all(dice: random.Random, story: Story, newest: int) -> None:
    trees = story.versions[story.version]
    for adviser in range(1, STARTER + 1):
        if adviser == STARTER and story.sitting < STARTS:
            continue
        begin = FIRST - 3 if story.sitting == 1 else newest - 1
        for quarter in range(begin, newest + 1):
            is_late = adviser == LATE and quarter == newest and story.sitting % 3 == 0
            if not story.has_handed_in(adviser, quarter) and not is_late:
                story.hand_in(adviser, quarter, tallies(dice, trees))
    for adviser in dice.sample(range(1, LATE), 1 + story.sitting % 2 * 2):
        quarter = newest - dice.randint(1, 3)
        if (counted := story.tallies(adviser, quarter)) and story.sitting > 1:
            place = dice.choice(sorted(counted))
            corrected = {**counted, place: counted[place] + dice.choice([-1, 1, 2])}
            story.hand_in(adviser, quarter, {p: count for p, count in corrected.items() if count})


def test_three_years_of_sittings_prove_nothing_small_and_no_change_of_few() -> None:
    dice = random.Random(1)
    story = Story(before_and_after())
    for number in range(1, SITTINGS + 1):
        newest = FIRST + number - 1
        story.version = 2 if number >= REORGANISED_AT else 1
        story.threshold = 5 if number >= RAISED_AT else 3
        hand_in_all(dice, story, newest)
        made = story.sit(newest)
        check_picture(story)
        shown = [table.shown_cells for table in made.tables]
        print(number, shown, made.certificate.audited, made.certificate.proven_before)
        assert shown[1] > 20, "safe by hiding too much"
    last = story.auditor()
    proven = last.proven(story.tables, last.suspects(story.tables, 3))
    assert proven == {}, "with the threshold that held for most of them"
