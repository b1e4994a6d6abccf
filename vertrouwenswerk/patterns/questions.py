"""The three questions, each made into a problem for the scan.

More than its size explains: signals are dealt over departments that differ, and a node is held
against its size, what the unit's other themes tell of its rate, and (a form of its own) its
past. Rising faster than elsewhere: quarters reshuffled, given theme and adviser. The theme
grows: the same, given unit and adviser, for the organisation as a whole. ``aside`` are leaves
that an earlier finding has explained: left out, so that the rest is judged by itself.

Example::

    problem = rising(history, (1, 2, 4), aside)
"""

import numpy as np

from vertrouwenswerk.patterns import expectation, statistic
from vertrouwenswerk.patterns.dispersion import Dispersion, estimate
from vertrouwenswerk.patterns.grid import Flags, Floats, Grid, Integers
from vertrouwenswerk.patterns.history import History
from vertrouwenswerk.patterns.packed import weights
from vertrouwenswerk.patterns.problem import Form, Problem
from vertrouwenswerk.patterns.profiles import quarter_chances
from vertrouwenswerk.patterns.simulation import Deal, Redeal, Reshuffle

QUARTERS_BEFORE = 4  # of past that a window needs, where the past is the measure


def windows_with_past(history: History, windows: tuple[int, ...]) -> tuple[int, ...]:
    """Return the windows that have enough quarters before them."""
    return tuple(length for length in windows if length + QUARTERS_BEFORE <= history.quarters)


def windows_at_all(history: History, windows: tuple[int, ...]) -> tuple[int, ...]:
    """Return the windows that are no longer than the history."""
    return tuple(length for length in windows if length <= history.quarters)


def rising(history: History, windows: tuple[int, ...], aside: Flags) -> Problem:
    """Pose "rising faster than elsewhere"; ``aside`` (leaf themes, units)."""
    history = history.only(~aside[history.theme, history.unit])
    leaves = history.theme * history.grid.leaf_shape[1] + history.unit
    searched = np.broadcast_to(history.searched_units, (len(windows), *history.grid.shape))
    return _reshuffled(
        history.grid, history, leaves=leaves, kinds=history.theme, windows=windows, searched=searched
    )


def theme(history: History, windows: tuple[int, ...], aside: Flags) -> Problem:
    """Pose "the theme grows": the nodes are those of the theme tree, for the organisation as a whole."""
    history = history.only(~aside[history.theme, history.unit])
    grid = whole_organisation(history.grid)
    searched = np.ones((len(windows), *grid.shape), dtype=np.bool_)
    searched[:, 0] = False
    return _reshuffled(
        grid, history, leaves=history.theme, kinds=history.unit, windows=windows, searched=searched
    )


def whole_organisation(grid: Grid) -> Grid:
    """Return the nodes of the theme tree with a single unit."""
    one = np.array([[0, 1]], dtype=np.int64)
    return Grid(
        grid.unit_codes[:1], grid.theme_codes, grid.leaf_themes, one, grid.themes, grid.unit_depths[:1]
    )


def _reshuffled(
    grid: Grid,
    history: History,
    *,
    leaves: Integers,
    kinds: Integers,
    windows: tuple[int, ...],
    searched: Flags,
) -> Problem:
    shape, lags = grid.leaf_shape, history.lag
    profiles = quarter_chances(history, kinds)
    in_window = expectation.window_chances(profiles.chances, windows)
    wanted = np.stack(
        [np.bincount(kinds[lags < length], minlength=kinds.max(initial=0) + 1) for length in windows]
    )
    return Problem(
        grid,
        windows,
        expectation.recent_counts(shape, leaves, lags, windows),
        expectation.totals(shape, leaves),
        expectation.by_past(shape, leaves, in_window),
        (Form(statistic.poisson), Form(statistic.conditional)),
        searched,
        history.threshold,
        Reshuffle.of(shape, leaves, kinds, wanted=wanted, chances=in_window, is_odd=profiles.is_odd),
    )


def dispersion_of(history: History, chance: np.random.Generator) -> Dispersion:
    """Estimate how much departments differ, from the whole history."""
    shares = expectation.size_shares(history)
    counted = _dealt(history, shares)
    expected = expectation.by_size(shares[:, None, :], _theme_totals(history, counted)).sum(axis=0)
    leaves = (history.theme * history.grid.leaf_shape[1] + history.unit)[counted]
    seen = expectation.totals(history.grid.leaf_shape, leaves).astype(np.float64)
    return estimate(history.grid, seen, expected, chance)


def size(history: History, windows: tuple[int, ...], aside: Flags, dispersion: Dispersion) -> Problem:
    """Pose "more than its size explains": departments with a known number of people only."""
    grid, shape = history.grid, history.grid.leaf_shape
    shares = expectation.size_shares(history)
    counted = _dealt(history, shares) & ~aside[history.theme, history.unit]
    kept = np.where(aside, 0.0, shares[::-1][:, None, :])
    per_lag = expectation.by_size(kept, _theme_totals(history, counted)[::-1])
    expected = np.stack([per_lag[:length].sum(axis=0) for length in windows])
    leaves, lags = (history.theme * shape[1] + history.unit)[counted], history.lag[counted]
    always = grid.sums(per_lag.sum(axis=0))
    past_expected = always - grid.sums(expected)
    others_expected = np.repeat((always[:1] - always)[None], len(windows), axis=0)
    of_unit, of_cell = dispersion.of_units.shapes(grid, expected), dispersion.of_cells.shapes(grid, expected)
    believed = (of_unit, of_cell, others_expected)
    forms = (
        Form(statistic.beyond_others, believed),
        Form(statistic.beyond_past, (*believed, past_expected)),
    )
    return Problem(
        grid,
        windows,
        expectation.recent_counts(shape, leaves, lags, windows),
        expectation.totals(shape, leaves),
        expected,
        forms,
        np.broadcast_to(history.searched_units, (len(windows), *grid.shape)),
        history.threshold,
        _redeal(history, kept, counted=counted, windows=windows, dispersion=dispersion),
        Form(statistic.most_beyond_size),
    )


def _redeal(
    history: History,
    kept: Floats,
    *,
    counted: Flags,
    windows: tuple[int, ...],
    dispersion: Dispersion,
) -> Redeal:
    """Prepare to deal the ``counted`` signals by ``kept`` (lags, leaf themes, units)."""
    departments = np.flatnonzero(history.people > 0)
    scaled = kept / np.maximum(kept.sum(axis=2, keepdims=True), 1e-300)
    kind_of_lag, themes, lags = _alike(scaled), history.theme[counted], history.lag[counted]
    signal_weights = weights((*windows, len(kept)), lags)
    deals = []
    for kind in np.unique(kind_of_lag).tolist():
        mine = np.flatnonzero(kind_of_lag[lags] == kind)
        mine = mine[np.lexsort((lags[mine], themes[mine]))]
        values, classes = np.unique(signal_weights[mine], return_inverse=True)
        shares = scaled[np.flatnonzero(kind_of_lag == kind)[0]][:, departments]
        deals.append(Deal(shares, themes[mine], classes.reshape(-1), values))
    return Redeal(history.grid, departments, tuple(deals), dispersion)


def _alike(shares: Floats) -> Integers:
    """Number the lags (lags,) by how departments share in them, those that share alike the same."""
    numbers: list[int] = []
    for lag, row in enumerate(shares):
        same = (earlier for earlier in range(lag) if np.allclose(shares[earlier], row, rtol=0, atol=1e-12))
        earlier = next(same, None)
        numbers.append(max(numbers, default=-1) + 1 if earlier is None else numbers[earlier])
    return np.array(numbers, dtype=np.int64)


def _dealt(history: History, shares: Floats) -> Flags:
    """Return which signals (n,) were counted in a department that has a share in its quarter."""
    return shares[history.quarter, history.unit] > 0


def _theme_totals(history: History, counted: Flags) -> Integers:
    """Return the signals per quarter and leaf theme (quarters, leaf themes)."""
    found = np.zeros((history.quarters, history.grid.leaf_shape[0]), dtype=np.int64)
    np.add.at(found, (history.quarter[counted], history.theme[counted]), 1)
    return found
