"""What leaves ``protect`` is safe: judged by an auditor that shares no code with it."""

import random
from collections.abc import Mapping
from gettext import NullTranslations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure import waterstad
from tests.disclosure.independent_auditor import Auditor
from vertrouwenswerk import i18n
from vertrouwenswerk.disclosure import protect as protect_module
from vertrouwenswerk.disclosure.attack import attack
from vertrouwenswerk.disclosure.blocks import Blocks
from vertrouwenswerk.disclosure.counts import MergedCounts
from vertrouwenswerk.disclosure.lattice import Lattice, Region
from vertrouwenswerk.disclosure.loss import losses
from vertrouwenswerk.disclosure.protect import protect
from vertrouwenswerk.disclosure.repair import Plan, Repaired, Step
from vertrouwenswerk.disclosure.rules import Rules, sensitive_regions
from vertrouwenswerk.disclosure.safe_table import SafeTable
from vertrouwenswerk.domain.tree import ROOT, Cell, Tree
from vertrouwenswerk.errors import DisclosureError

Nodes = list[tuple[str, str | None]]


def auditor(counts: MergedCounts, rules: Rules) -> Auditor:
    return Auditor(
        {code: counts.unit_tree.parents[code] for code in counts.unit_tree.codes[1:]},
        {code: counts.theme_tree.parents[code] for code in counts.theme_tree.codes[1:]},
        counts.signals,
        rules.threshold,
        rules.small_units,
    )


def check_safe(counts: MergedCounts, rules: Rules, table: SafeTable) -> None:
    judge = auditor(counts, rules)
    assert judge.proven(table.shown) == {}
    for (unit, theme), count in table.shown.items():
        assert count == judge.cell_count(unit, theme) >= rules.threshold
        assert unit not in rules.small_units


def counts_of(units: Nodes, themes: Nodes, signals: Mapping[Cell, int]) -> MergedCounts:
    return MergedCounts(waterstad.YEAR, Tree.of(units), Tree.of(themes), signals)


@st.composite
def _nodes(draw: st.DrawFn, letter: str, most: int, deepest: int) -> Nodes:
    depths = [0]
    nodes: Nodes = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        above = draw(st.sampled_from([n for n, depth in enumerate(depths) if depth < deepest]))
        depths.append(depths[above] + 1)
        nodes.append((f"{letter}{number}", f"{letter}{above}" if above else None))
    return nodes


@st.composite
def _situations(draw: st.DrawFn) -> tuple[MergedCounts, Rules]:
    units, themes = Tree.of(draw(_nodes("u", 12, 3))), Tree.of(draw(_nodes("t", 7, 2)))
    leaves = [(u, t) for u in units.codes for t in themes.codes if themes.is_leaf(t)]
    numbers = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 5, 7, 12])
    signals = draw(st.dictionaries(st.sampled_from(leaves), numbers, max_size=40))
    small = draw(st.frozensets(st.sampled_from(units.codes[1:]), max_size=3)) if len(units.codes) > 1 else ()
    rules = Rules(draw(st.integers(3, 6)), frozenset(small))
    return MergedCounts(waterstad.YEAR, units, themes, signals), rules


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(_situations())
def test_random_small_organisations_are_safe(situation: tuple[MergedCounts, Rules]) -> None:
    counts, rules = situation
    check_safe(counts, rules, protect(counts, rules))


def _dense(seed: int) -> tuple[MergedCounts, Rules]:
    """Every leaf filled: most cells of a few levels may be shown, so that much is given away."""
    dice = random.Random(seed)
    units: Nodes = [(f"c{c}", None) for c in range(3)]
    units += [(f"c{c}d{d}", f"c{c}") for c in range(3) for d in range(dice.randint(1, 4))]
    themes: Nodes = [("g0", None), ("g1", None), ("g2", None)]
    themes += [("a", "g0"), ("b", "g0"), ("c", "g1"), ("d", "g2")]
    codes = [ROOT, *(code for code, _parent in units)]
    sizes = {code: dice.choice([0.3, 1, 4]) if code[2:] else 0.4 for code in codes}
    signals = {
        (unit, theme): count
        for unit in codes
        for theme in "abcd"
        if (count := int(dice.expovariate(1 / (2 * sizes[unit]))))
    }
    small = frozenset(code for code in codes if "d" in code and dice.random() < 0.1)
    return counts_of(units, themes, signals), Rules(dice.randint(3, 6), small)


@pytest.mark.parametrize("seed", range(60))
def test_random_dense_organisations_are_safe(seed: int) -> None:
    counts, rules = _dense(seed)
    check_safe(counts, rules, protect(counts, rules))


def test_the_auditor_finds_what_the_threshold_alone_gives_away() -> None:
    judges = [auditor(*_dense(seed)) for seed in range(60)]
    proven = [judge.proven(judge.may_show()) for judge in judges]
    assert sum(map(bool, proven)) > 30
    assert any(suspect.own for found in proven for suspect in found)
    waterstad_judge = auditor(waterstad.counts(400), Rules(3, waterstad.small_units()))
    assert len(waterstad_judge.proven(waterstad_judge.may_show())) > 30


def test_the_auditor_and_the_product_prove_the_same() -> None:
    for seed in range(20):
        counts, rules = _dense(seed)
        judge = auditor(counts, rules)
        lattice = Lattice(counts.unit_tree, counts.theme_tree)
        rows = {Region(*cell): count for cell, count in judge.may_show().items()}
        ours = attack(Blocks(lattice, rows), sensitive_regions(counts, rules))
        theirs = judge.proven(judge.may_show())
        distinct = {
            (suspect.unit, suspect.theme, suspect.own): bound
            for suspect, bound in theirs.items()
            if lattice.distinct((suspect.unit, suspect.theme)) == (suspect.unit, suspect.theme)
        }
        found = {(p.region.unit, p.region.theme, p.region.own): p.at_least for p in ours}
        assert found == pytest.approx(distinct)


@pytest.mark.parametrize("number", [200, 800])
def test_waterstad_is_safe(number: int) -> None:
    counts, rules = waterstad.counts(number), Rules(3, waterstad.small_units())
    table = protect(counts, rules)
    check_safe(counts, rules, table)
    may_show = len(auditor(counts, rules).may_show())
    assert table.shown_cells > 0.75 * may_show, "safe by hiding too much"
    assert table.count(ROOT, ROOT) == number


def test_the_same_counts_give_the_same_table() -> None:
    counts, rules = waterstad.counts(400), Rules(3, waterstad.small_units())
    turned_round = dict(reversed(list(counts.signals.items())))
    again = MergedCounts(counts.window, counts.unit_tree, counts.theme_tree, turned_round)
    assert protect(counts, rules) == protect(again, rules)


def test_what_is_known_in_another_order_gives_the_same_table() -> None:
    counts, rules = _dense(3)
    inner = [code for code in counts.unit_tree.codes if not counts.unit_tree.is_leaf(code)]
    signals = {cell: count for cell, count in counts.signals.items() if cell[0] not in inner}
    counts = MergedCounts(counts.window, counts.unit_tree, counts.theme_tree, signals)
    known = {Region(unit, ROOT, own=True): 0 for unit in inner}
    turned_round = dict(reversed(known.items()))
    assert protect(counts, rules, known=known) == protect(counts, rules, known=turned_round)


def test_another_order_of_units_is_as_safe() -> None:
    counts, rules = waterstad.counts(400), Rules(3, waterstad.small_units())
    nodes: Nodes = [(code, counts.unit_tree.parents[code]) for code in counts.unit_tree.codes[1:]]
    nodes = [(code, None if parent == ROOT else parent) for code, parent in nodes]
    random.Random(7).shuffle(nodes)
    shuffled = MergedCounts(counts.window, Tree.of(nodes), counts.theme_tree, counts.signals)
    check_safe(shuffled, rules, protect(shuffled, rules))


@pytest.mark.parametrize("threshold", [3, 4, 5, 8])
def test_a_larger_threshold_shows_nothing_under_it(threshold: int) -> None:
    counts, rules = waterstad.counts(400), Rules(threshold, waterstad.small_units())
    table = protect(counts, rules)
    assert table.threshold == threshold
    assert min(table.shown.values()) >= threshold
    assert table.shown_cells <= len(auditor(counts, rules).may_show())


THEMES: Nodes = [("g", None), ("a", "g"), ("b", "g")]


@pytest.mark.parametrize(
    ("units", "themes", "signals", "small", "shown"),
    [
        pytest.param([("u", None)], THEMES, {}, [], {}, id="nothing recorded"),
        pytest.param([], THEMES, {(ROOT, "a"): 9}, [], {(ROOT, ROOT), (ROOT, "g"), (ROOT, "a")},
                     id="no units"),
        pytest.param([], [], {(ROOT, ROOT): 4}, [], {(ROOT, ROOT)}, id="one cell"),
        pytest.param([("u", None)], [("a", None)], {("u", "a"): 3}, [],
                     {(ROOT, ROOT), (ROOT, "a"), ("u", ROOT), ("u", "a")}, id="one unit, one theme"),
        pytest.param([("u", None)], [("a", None)], {("u", "a"): 2}, [], set(), id="only a small count"),
        pytest.param([("u", None)], THEMES, {("u", "a"): 9, (ROOT, "a"): 9}, ["u", ROOT], set(),
                     id="every unit small"),
    ],
)  # fmt: skip
def test_corners_get_an_answer(
    units: Nodes, themes: Nodes, signals: dict[Cell, int], small: list[str], shown: set[Cell]
) -> None:
    counts, rules = counts_of(units, themes, signals), Rules(3, frozenset(small))
    table = protect(counts, rules)
    assert set(table.shown) == set(shown)
    check_safe(counts, rules, table)


def test_what_was_recorded_at_a_cluster_itself_is_not_given_away() -> None:
    counts = counts_of(
        [("c", None), ("d", "c"), ("e", "c")], [("a", None)], {("c", "a"): 1, ("d", "a"): 5, ("e", "a"): 4}
    )
    table = protect(counts, Rules(3))
    visible = [table.count(unit, ROOT) for unit in ("c", "d", "e")]
    assert None in visible
    check_safe(counts, Rules(3), table)


def test_a_small_unit_is_not_given_away_by_its_neighbours() -> None:
    counts = counts_of([("c", None), ("d", "c"), ("e", "c")], [("a", None)], {("d", "a"): 50, ("e", "a"): 40})
    table = protect(counts, Rules(3, frozenset({"e"})))
    assert table.count("e", "a") is None
    check_safe(counts, Rules(3, frozenset({"e"})), table)


def test_the_whole_and_the_clusters_weigh_most() -> None:
    counts = waterstad.counts(800)
    weight, tree = losses(counts), counts.unit_tree
    heaviest_department = max(weight[cell] for cell in weight if tree.depth(cell[0]) == 3)
    heaviest_directorate = max(weight[cell] for cell in weight if tree.depth(cell[0]) == 2)
    clusters = [weight[code, ROOT] for code in tree.codes if tree.depth(code) == 1]
    assert weight[ROOT, ROOT] > max(clusters) >= min(clusters) > heaviest_directorate > heaviest_department


def test_an_unknown_small_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="small unit"):
        protect(waterstad.counts(10), Rules(3, frozenset({"NO-SUCH-UNIT"})))


def test_progress_comes_step_by_step_and_can_cancel() -> None:
    steps: list[Step] = []
    counts, rules = waterstad.counts(200), Rules(3, waterstad.small_units())
    protect(counts, rules, lambda step, _done: steps.append(step))
    assert list(dict.fromkeys(steps)) == [Step.REPAIR, Step.ADD_BACK, Step.FINAL_AUDIT]

    class CancelledError(Exception):
        pass

    def cancel(_step: Step, done: int) -> None:
        if done == 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        protect(counts, rules, cancel)


def _hide_nothing(plan: Plan) -> Repaired:
    attack(plan.blocks, plan.regions)  # the witnesses of what can be empty are there
    return Repaired(frozenset(), ())


def test_a_table_that_fails_its_last_audit_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n._Chosen, "catalogue", NullTranslations())
    monkeypatch.setattr(protect_module, "repair", _hide_nothing)
    with pytest.raises(DisclosureError) as refusal:
        protect(waterstad.counts(800), Rules(3))
    assert "SOC" not in str(refusal.value)
    assert refusal.value.hint
