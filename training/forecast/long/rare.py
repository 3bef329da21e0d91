"""Series with a count in one or two months only: a level that fades, and the interval of their like.

Such a series has no season and no errors of its own to learn from. Its forecast is the exponentially
smoothed level, which halves every month after the last count. The interval is taken from every series that
had been as rare at a past origin: what it then showed, less its level, over the size of its counts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from training.forecast.demand import Floats
from training.forecast.intervals import LEAST_ORIGINS, LEAST_RESIDUALS, conformal_quantiles
from training.forecast.long.table import Flags
from training.forecast.long.zeros import MOST_ZERO
from training.forecast.market import FIRST_ORIGIN
from training.forecast.rules import ORIGINS_FOR_95
from training.forecast.smoothing import Method, predict, with_sum
from training.forecast.volume import LEAST_MONTHS, LEAST_NONZERO, history_at

__all__ = ["RareForecast", "forecast_rare", "is_rare"]


class RareForecast(NamedTuple):
    """Figures of the rare series that were asked for."""

    mean: Floats
    """Series × (months ahead, then their sum)."""
    bounds: Floats
    """The same × (lo80, hi80, lo95, hi95), as they come; NaN where not calibrated."""
    n_origins: int
    """Origins at which some series was as rare."""
    n_cases: int
    """Such series, over all origins."""
    stayed: float
    """Share of them without any count over the whole horizon; NaN where there are too few."""


def is_rare(matrix: Floats, origin: int) -> Flags:
    """Tell the series whose first count lies six months back or more and that had one or two since.

    Parameters
    ----------
    matrix
        Series × months.
    origin
        Number of months known.

    Returns
    -------
    Flags
        One per series.
    """
    history = history_at(np.abs(matrix), origin)
    few = (history.nonzero_months > 0) & (history.nonzero_months < LEAST_NONZERO)
    return np.asarray(few & (history.own_months >= LEAST_MONTHS))


def forecast_rare(matrix: Floats, rows: Flags, *, horizon: int) -> RareForecast:
    """Forecast rare series by their level, with the interval of all that have been as rare.

    Parameters
    ----------
    matrix
        Series × months, all that can be learned from.
    rows
        The rare series to forecast.
    horizon
        Months ahead, at least 1.

    Returns
    -------
    RareForecast
        NaN bounds below 8 origins or 200 cases, or where more than 80 % of those had no count; the 95 % ones
        also below 19 origins.
    """
    scores, silent, n_origins = [], 0, 0
    for origin in range(FIRST_ORIGIN, matrix.shape[1] - horizon + 1):
        known = matrix[is_rare(matrix, origin)]
        if len(known):
            n_origins += 1
            observed = with_sum(known[:, origin : origin + horizon])
            silent += int((observed == 0).all(axis=1).sum())
            missed = observed - _levels(known[:, :origin], horizon)
            scores.append(missed / _sizes(known[:, :origin])[:, None])
    n_cases = sum(len(part) for part in scores)
    enough = n_origins >= LEAST_ORIGINS and n_cases >= LEAST_RESIDUALS
    stayed = silent / n_cases if enough else np.nan
    mean = _levels(matrix[rows], horizon)
    bounds = np.full((*mean.shape, 4), np.nan)
    if stayed <= MOST_ZERO:
        cuts = [conformal_quantiles(column, n_origins)[[1, 2, 0, 3]] for column in np.vstack(scores).T]
        bounds = mean[:, :, None] + _sizes(matrix[rows])[:, None, None] * np.array(cuts)
        if n_origins < ORIGINS_FOR_95:
            bounds[:, :, 2:] = np.nan
    return RareForecast(mean, bounds, n_origins, n_cases, stayed)


def _levels(known: Floats, horizon: int) -> Floats:
    return with_sum(predict(known, Method.SES, horizon=horizon))


def _sizes(known: Floats) -> Floats:
    """Return the mean size of the counts of each series."""
    return np.asarray(np.abs(known).sum(axis=1) / (known != 0).sum(axis=1), dtype=float)
