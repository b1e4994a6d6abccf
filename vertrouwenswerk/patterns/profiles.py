"""The chance of each signal to fall in each quarter, when nothing but luck moved it.

A signal of adviser a and theme h falls in quarter t with a chance in proportion to
``alpha_at x beta_ht``, over the quarters in which a delivered and its unit existed. Beta is
how common the theme was, fitted so that each theme has in each quarter what was counted.
Alpha is 1, but for advisers far busier or quieter of late than their delivered quarters make
likely: theirs is fitted to what they counted. So an adviser who is late, new, gone or busy
makes neither a fall nor a rise, and nobody is tested against a handful of own signals.
Nothing about an adviser leaves this module but chances.

Example::

    chances = quarter_chances(history, history.theme).chances     # (n, quarters), rows sum to 1

Iterative proportional fitting: Deming and Stephan 1940.
"""

from dataclasses import dataclass

import numpy as np

from vertrouwenswerk.patterns.grid import Flags, Floats, Integers
from vertrouwenswerk.patterns.history import History

_MOST_ROUNDS = 20
UNUSUAL, LATELY = 2.0, 4  # standard deviations, over any of the last four quarters
_CLOSE = 0.01  # signals by which a fitted total may differ from the counted one


@dataclass(frozen=True)
class Profiles:
    """``chances`` (n, quarters), rows sum to 1; ``is_odd`` (n,): not like most signals of its kind."""

    chances: Floats
    is_odd: Flags


def quarter_chances(history: History, kind: Integers) -> Profiles:
    """Return the chances of each signal; ``kind`` (n,) is what shares a beta: theme or unit."""
    kinds = int(kind.max(initial=0)) + 1
    alone = unusual_advisers(history)
    keys = np.stack([history.adviser, kind, history.first, history.until])
    example, group, size = _distinct(keys, history.quarters)
    quarters = np.arange(history.quarters)
    is_open = (quarters >= history.first[example, None]) & (quarters < history.until[example, None])
    may_fall = is_open & history.delivered[history.adviser[example]]
    margins = [(history.adviser, len(history.delivered)), (kind, kinds)]
    counted = [_by_quarter(key, history.quarter, number, history.quarters) for key, number in margins]
    groups = [key[example] for key, _number in margins]
    free = [alone, np.ones(kinds, dtype=np.bool_)]
    chances = _fitted(may_fall.astype(np.float64), size, groups, counted, free)
    return Profiles(chances[group], (_is_rare(may_fall, size) | alone[history.adviser[example]])[group])


def _distinct(keys: Integers, quarters: int) -> tuple[Integers, Integers, Integers]:
    """Return an example, the group and the size of each group of signals with equal keys (4, n)."""
    single = keys[0] * (int(keys[1].max(initial=0)) + 1) + keys[1]
    for row in keys[2:]:
        single = single * (quarters + 1) + row
    _keys, example, group, size = np.unique(
        single, return_index=True, return_inverse=True, return_counts=True
    )
    return example, group.reshape(-1), size


def _is_rare(may_fall: Flags, size: Integers) -> Flags:
    """Return which groups may fall in other quarters than most signals may."""
    if not len(may_fall):
        return np.zeros(0, dtype=np.bool_)
    _patterns, pattern = np.unique(may_fall @ (1 << np.arange(may_fall.shape[1])), return_inverse=True)
    rare: Flags = pattern.reshape(-1) != np.bincount(pattern.reshape(-1), size).argmax()
    return rare


def unusual_advisers(history: History) -> Flags:
    """Return which advisers (advisers,) lately counted far more or less than their quarters predict."""
    counts = _by_quarter(history.adviser, history.quarter, len(history.delivered), history.quarters)
    rates = counts.sum(axis=0) / np.maximum(history.delivered.sum(axis=0), 1)  # of an average adviser
    usual = history.delivered * rates
    usual *= (counts.sum(axis=1) / np.maximum(usual.sum(axis=1), 1e-9))[:, None]
    unusual = np.zeros(len(counts), dtype=np.bool_)
    for length in range(1, min(LATELY, history.quarters - 1) + 1):
        expected = usual[:, -length:].sum(axis=1)
        spread = np.sqrt(expected * (1 - expected / np.maximum(usual.sum(axis=1), 1e-9)) + 1e-9)
        unusual |= np.abs(counts[:, -length:].sum(axis=1) - expected) > UNUSUAL * spread
    return unusual


def _by_quarter(key: Integers, quarter: Integers, number: int, quarters: int) -> Floats:
    places = key * quarters + quarter
    return np.bincount(places, minlength=number * quarters).reshape(number, quarters).astype(np.float64)


def _fitted(
    chances: Floats, size: Integers, groups: list[Integers], counted: list[Floats], free: list[Flags]
) -> Floats:
    """Scale rows (groups of signals, quarters) until they add up to what was counted by each margin."""
    weights = chances
    chances = _normalised(weights)
    for _round in range(_MOST_ROUNDS):
        worst = 0.0
        for group, wanted, fitted in zip(groups, counted, free, strict=True):
            places = group[:, None] * wanted.shape[1] + np.arange(wanted.shape[1])
            sums = np.bincount(places.ravel(), (chances * size[:, None]).ravel(), minlength=wanted.size)
            sums = sums.reshape(wanted.shape)
            worst = max(worst, float(np.abs(sums - wanted)[fitted].max(initial=0.0)))
            factor = np.where(fitted[:, None], wanted / np.maximum(sums, 1e-12), 1.0)
            weights = weights * factor[group]
            weights /= np.maximum(weights.max(axis=1, keepdims=True), 1e-300)
            chances = _normalised(weights)
        if worst < _CLOSE:
            break
    return chances


def _normalised(weights: Floats) -> Floats:
    normalised: Floats = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    return normalised
