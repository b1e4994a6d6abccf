"""Log-likelihood ratios of one node: how much better "more than expected" explains its count.

Each takes the count in the window, that of all quarters, that of the unit in all quarters and
themes, the expectation, and what it needs besides, as arrays that broadcast; it gives 0 where
the count is not above the expectation. All rise with the count. Natural logarithms.

Example::

    conditional(np.array(14), np.array(55), np.array(55), np.array(2.682927))     # 13.136308
"""

import numpy as np

from vertrouwenswerk.patterns.grid import Floats, Numbers

QUIETEST = 0.75


def poisson(count: Numbers, _whole: Numbers, _of_unit: Numbers, expected: Numbers) -> Floats:
    """Expectation-based Poisson (Neill 2009): ``c ln(c/mu) - c + mu``."""
    return _where_above(count, expected, _times_log_ratio(count, expected) - count + expected)


def conditional(count: Numbers, whole: Numbers, _of_unit: Numbers, expected: Numbers) -> Floats:
    """Given ``whole``, N: ``c ln(c/mu) + (N-c) ln((N-c)/(N-mu))`` (Kulldorff 1997, 2003)."""
    inside = _times_log_ratio(count, expected)
    outside = _times_log_ratio(whole - count, whole - expected)
    return _where_above(count, expected, inside + outside)


def overdispersed(
    count: Numbers, _whole: Numbers, _of_unit: Numbers, expected: Numbers, shape: Numbers
) -> Floats:
    """Negative binomial of ``shape`` s (variance mu + mu^2/s): ``c ln(c/mu) - (c+s) ln((c+s)/(mu+s))``."""
    with np.errstate(invalid="ignore"):
        spread = _times_log_ratio(count + shape, expected + shape)
    plain = np.asarray(count - expected, dtype=np.float64)
    return _where_above(
        count, expected, _times_log_ratio(count, expected) - np.where(np.isinf(shape), plain, spread)
    )


def beyond_others(
    count: Numbers, whole: Numbers, of_unit: Numbers, expected: Numbers, *believed: Numbers
) -> Floats:
    """As ``overdispersed``, the unit's other themes having told more of its rate.

    ``believed``: the shapes of the unit's factor and of the cell's, and what size makes of the
    unit's other themes in all quarters. The unit's factor has a gamma prior; a Poisson count
    makes of it a gamma posterior (empirical Bayes: Clayton and Kaldor 1987). A quiet rest of
    the unit is believed down to QUIETEST of what size makes of it.
    """
    rate, shape = _by_others(of_unit - whole, believed)
    mean = expected * np.maximum(rate, QUIETEST)
    return np.where(count > np.asarray(expected), overdispersed(count, whole, of_unit, mean, shape), 0.0)


def beyond_past(
    count: Numbers, whole: Numbers, of_unit: Numbers, expected: Numbers, *believed: Numbers
) -> Floats:
    """As ``beyond_others``, the node's own past having told more of its rate too.

    ``believed``: as there, and last what size makes of this node before the window.
    """
    past, past_expected = whole - count, believed[-1]
    rate, shape = _by_others(of_unit - whole, believed[:-1])
    rate = np.maximum(rate * _posterior(shape, past, past_expected * rate), QUIETEST)
    value = overdispersed(count, whole, of_unit, expected * rate, shape + past)
    return np.where(count > np.asarray(expected), value, 0.0)


def _by_others(others: Numbers, believed: tuple[Numbers, ...]) -> tuple[Floats, Floats]:
    """Return the rate and the shape that the unit's other themes leave for a cell."""
    unit_shape, cell_shape, others_expected = believed
    rate = _posterior(unit_shape, others, others_expected)
    return rate, together(unit_shape + others, cell_shape)


def together(one: Numbers, other: Numbers) -> Floats:
    """Return the shape of the product of two gamma factors: their relative variances add up."""
    with np.errstate(divide="ignore"):
        return np.asarray(1 / (1 / np.asarray(one) + 1 / np.asarray(other)))


def most_beyond_size(count: Numbers, _whole: Numbers, _of_unit: Numbers, expected: Numbers) -> Floats:
    """Return what ``beyond_others`` and ``beyond_past`` cannot exceed, whatever else was counted."""
    most = poisson(count, count, count, np.asarray(expected) * QUIETEST)
    return np.where(np.asarray(count) > expected, most, 0.0)


def _posterior(shape: Numbers, seen: Numbers, expected: Numbers) -> Floats:
    """Return the mean of a gamma factor of mean 1 after ``seen`` where ``expected`` was."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(shape), 1.0, (shape + seen) / (shape + expected))


def _times_log_ratio(above: Numbers, below: Numbers) -> Floats:
    """Return ``a ln(a/b)``, 0 where a is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = above * np.log(above / below)
    return np.where(np.asarray(above) > 0, value, 0.0)


def _where_above(count: Numbers, expected: Numbers, ratio: Floats) -> Floats:
    return np.where((np.asarray(count) > expected) & (np.asarray(expected) > 0), np.maximum(ratio, 0.0), 0.0)
