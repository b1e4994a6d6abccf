"""The chance of each signal to fall in each quarter, when nothing but luck moved it.

A signal of adviser a and theme h falls in quarter t with a chance in proportion to
``alpha_at x beta_ht``, over the quarters in which a delivered and its unit existed. Alpha
is how much the adviser took in, beta how common the theme was: fitted so that every adviser
and every theme has in each quarter what was counted. So an adviser who is late, new, gone or
busy makes neither a fall nor a rise, and nobody is tested against a handful of own signals.
Nothing about an adviser leaves this module but chances.

Example::

    chances = quarter_chances(history, history.theme)     # (n, quarters), rows sum to 1

Iterative proportional fitting: Deming and Stephan 1940.
"""

import numpy as np

from vertrouwenswerk.patterns.grid import Floats, Integers
from vertrouwenswerk.patterns.history import History

_MOST_ROUNDS = 40
_CLOSE = 0.01  # signals by which a fitted total may differ from the counted one


def quarter_chances(history: History, kind: Integers) -> Floats:
    """Return for each signal (n, quarters) its chances; ``kind`` (n,) is what shares a beta: theme or unit."""
    kinds = int(kind.max(initial=0)) + 1
    keys = ((history.adviser * kinds + kind) * (history.quarters + 1) + history.first) * (
        history.quarters + 1
    ) + history.until
    _distinct, example, group, size = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    quarters = np.arange(history.quarters)
    is_open = (quarters >= history.first[example, None]) & (quarters < history.until[example, None])
    chances = is_open & history.delivered[history.adviser[example]]
    margins = [(history.adviser, len(history.delivered)), (kind, kinds)]
    counted = [_by_quarter(key, history.quarter, number, history.quarters) for key, number in margins]
    groups = [key[example] for key, _number in margins]
    return _fitted(chances.astype(np.float64), size, groups, counted)[group]


def _by_quarter(key: Integers, quarter: Integers, number: int, quarters: int) -> Floats:
    places = key * quarters + quarter
    return np.bincount(places, minlength=number * quarters).reshape(number, quarters).astype(np.float64)


def _fitted(chances: Floats, size: Integers, groups: list[Integers], counted: list[Floats]) -> Floats:
    """Scale rows (groups of signals, quarters) until they add up to what was counted by each margin."""
    weights = chances
    chances = _normalised(weights)
    for _round in range(_MOST_ROUNDS):
        worst = 0.0
        for group, wanted in zip(groups, counted, strict=True):
            places = group[:, None] * wanted.shape[1] + np.arange(wanted.shape[1])
            sums = np.bincount(places.ravel(), (chances * size[:, None]).ravel(), minlength=wanted.size)
            sums = sums.reshape(wanted.shape)
            worst = max(worst, float(np.abs(sums - wanted).max()))
            weights = weights * (wanted / np.maximum(sums, 1e-12))[group]
            weights /= np.maximum(weights.max(axis=1, keepdims=True), 1e-300)
            chances = _normalised(weights)
        if worst < _CLOSE:
            break
    return chances


def _normalised(weights: Floats) -> Floats:
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
