"""Log-likelihood ratios of one node: how much better "more than expected" explains its count.

Each takes the count in the window, the whole count in all quarters, the expectation, and what
it needs besides, as arrays that broadcast; it gives 0 where the count is not above the
expectation. All rise with the count. Natural logarithms.

Example::

    conditional(np.array(14), np.array(55), np.array(2.682927))     # 13.136308
"""

import numpy as np

from vertrouwenswerk.patterns.grid import Floats, Numbers

QUIETEST = 0.75


def poisson(count: Numbers, _whole: Numbers, expected: Numbers) -> Floats:
    """Expectation-based Poisson (Neill 2009): ``c ln(c/mu) - c + mu``."""
    return _where_above(count, expected, _times_log_ratio(count, expected) - count + expected)


def conditional(count: Numbers, whole: Numbers, expected: Numbers) -> Floats:
    """Given ``whole``, N: ``c ln(c/mu) + (N-c) ln((N-c)/(N-mu))`` (Kulldorff 1997, 2003)."""
    inside = _times_log_ratio(count, expected)
    outside = _times_log_ratio(whole - count, whole - expected)
    return _where_above(count, expected, inside + outside)


def overdispersed(count: Numbers, _whole: Numbers, expected: Numbers, shape: Numbers) -> Floats:
    """Negative binomial of ``shape`` s (variance mu + mu^2/s): ``c ln(c/mu) - (c+s) ln((c+s)/(mu+s))``."""
    with np.errstate(invalid="ignore"):
        spread = _times_log_ratio(count + shape, expected + shape)
    plain = np.asarray(count - expected, dtype=np.float64)
    return _where_above(
        count, expected, _times_log_ratio(count, expected) - np.where(np.isinf(shape), plain, spread)
    )


def beyond_past(
    count: Numbers, whole: Numbers, expected: Numbers, shape: Numbers, past_expected: Numbers
) -> Floats:
    """As ``overdispersed``, the node's own past having told more of its rate.

    ``whole``: the count of the node in all quarters; ``past_expected``: what size makes of the
    quarters before the window. The rate's gamma prior of ``shape`` and the past's Poisson count
    give a gamma posterior (empirical Bayes: Clayton and Kaldor 1987). A quiet past is
    believed to QUIETEST of what size makes of it, and never makes an average count stand out.
    """
    past = np.maximum(whole - count, QUIETEST * np.asarray(past_expected))
    with np.errstate(invalid="ignore"):
        rate = np.where(np.isinf(shape), 1.0, (shape + past) / (shape + past_expected))
    value = overdispersed(count, whole, np.asarray(expected) * rate, shape + past)
    return np.where(np.asarray(count) > expected, value, 0.0)


def _times_log_ratio(above: Numbers, below: Numbers) -> Floats:
    """Return ``a ln(a/b)``, 0 where a is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = above * np.log(above / below)
    return np.where(np.asarray(above) > 0, value, 0.0)


def _where_above(count: Numbers, expected: Numbers, ratio: Floats) -> Floats:
    return np.where((np.asarray(count) > expected) & (np.asarray(expected) > 0), np.maximum(ratio, 0.0), 0.0)
