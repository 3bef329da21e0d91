"""Split of a forecast total: smoothed shares, the speed of smoothing chosen per group by past errors.

A share of the total holds neither the season nor the market, so that its level can be followed without
being misled by them. Shares are weighted sums of the past with the same weights for every series: those of
children add up to that of their parent.
"""

from __future__ import annotations

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.smoothing import ALPHA, smoothing_weights

__all__ = ["LEAST_RECORD", "MARGIN", "SPEEDS", "share_levels", "share_steps"]

SPEEDS = (ALPHA, 0.3, 0.8, 1.0)
"""Weights of the newest month; the first is used until another has proved better."""
LEAST_RECORD = 8
"""Past origins from which a record is believed."""
MARGIN = 0.95
"""Another choice must have erred at most this much of the default's error."""


def share_levels(matrix: Floats, total: Floats, *, origin: int, alpha: float) -> Floats:
    """Return the smoothed share of each series at an origin.

    Parameters
    ----------
    matrix
        Heads, series × months, those after the origin not looked at.
    total
        Heads of the panel, one value a month; a month of 0 is passed over.
    origin
        Months known, at least 1.
    alpha
        Weight of the newest month, above 0 to 1.

    Returns
    -------
    Floats
        One share per series; 0 where the total never was above 0.
    """
    weights = np.where(total[:origin] > 0, smoothing_weights(origin, alpha), 0.0)
    if weights.sum() == 0:
        return np.zeros(len(matrix))
    parts = np.divide(weights / weights.sum(), total[:origin], out=np.zeros(origin), where=total[:origin] > 0)
    return np.asarray(matrix[:, :origin] @ parts, dtype=float)


def share_steps(
    matrix: Floats, total: Floats, market: Floats, *, origins: Integers, groups: Integers
) -> Floats:
    """Split the forecasts of the total made at every origin.

    Parameters
    ----------
    matrix
        Heads, series × months.
    total
        Heads of the panel, one value a month.
    market
        Forecasts of the total: origins × months ahead.
    origins
        Months known at each origin, ascending.
    groups
        Group of each series, counted from 0; a group follows its shares at one speed.

    Returns
    -------
    Floats
        Heads: series × origins × months ahead.
    """
    horizon, n_months = market.shape[1], matrix.shape[1]
    levels = np.empty((len(SPEEDS), len(matrix), len(origins)))
    missed = np.zeros((len(SPEEDS), int(groups.max(initial=0)) + 1, len(origins)))
    for column, origin in enumerate(origins.tolist()):
        for speed, alpha in enumerate(SPEEDS):
            level = share_levels(matrix, total, origin=origin, alpha=alpha)
            levels[speed, :, column] = level
            if origin + horizon <= n_months:
                ahead = slice(origin, origin + horizon)
                errors = np.abs(level[:, None] * total[ahead] - matrix[:, ahead]).sum(axis=1)
                missed[speed, :, column] = np.bincount(groups, errors, minlength=missed.shape[1])
    chosen = np.zeros((missed.shape[1], len(origins)), dtype=np.int64)
    for column, origin in enumerate(origins.tolist()):
        n_known = int((origins + horizon <= origin).sum())
        if n_known >= LEAST_RECORD:
            record = missed[:, :, :n_known].sum(axis=2)
            best = record.argmin(axis=0)
            better = record.min(axis=0) < MARGIN * record[0]
            chosen[:, column] = np.where(better, best, 0)
    picked = np.take_along_axis(levels, chosen[groups][None], axis=0)[0]
    return np.asarray(picked[:, :, None] * market, dtype=float)
