"""Point forecasts of every series at once: pooled-season exponential smoothing and its baselines.

All of them are linear in the history and treat every row alike, so the forecasts of children add up to
the forecast of their parent.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.season import seasonal_factors

__all__ = ["ALPHA", "Method", "calendar_months", "predict", "predict_at", "smoothed_levels", "with_sum"]

ALPHA = 0.5
"""Fixed: tuning it per series picked worse levels in back-tests."""


class Method(StrEnum):
    """A point forecast."""

    POOLED = "pooled_season_ses"
    """Level by exponential smoothing of the deseasonalised series, times the city's index."""
    SES = "ses"
    """The same without a season."""
    LAST = "last_value"
    """The last month, repeated."""
    MEAN3 = "mean3"
    """Mean of the last three months, repeated."""
    SEASONAL_NAIVE = "seasonal_naive"
    """The same month a year before."""


def calendar_months(first_month: int, count: int) -> Integers:
    """Return the calendar months, 0 for January, of ``count`` columns that begin with ``first_month``."""
    return (first_month + np.arange(count, dtype=np.int64)) % 12


def smoothed_levels(matrix: Floats, *, factors: Floats | None = None) -> Floats:
    """Level of each series after its last month.

    The recursion ``level = α·value + (1-α)·level``, started at the first value, is a weighted sum: one
    product of matrix and vector.

    Parameters
    ----------
    matrix
        Heads, series × months.
    factors
        Seasonal factor of each column, to divide by; empty for no season.

    Returns
    -------
    Floats
        One level per series, in heads a month; NaN without any month.
    """
    n_months = matrix.shape[1]
    if n_months == 0:
        return np.full(len(matrix), np.nan)
    weights = ALPHA * (1 - ALPHA) ** np.arange(n_months - 1, -1, -1.0)
    weights[0] /= ALPHA
    return np.asarray(matrix @ (weights if factors is None else weights / factors), dtype=float)


def predict(
    matrix: Floats, method: Method, *, horizon: int, first_month: int = 0, factors: Floats | None = None
) -> Floats:
    """Forecast the months that follow the last column.

    Parameters
    ----------
    matrix
        Heads, series × months.
    method
        The point forecast.
    horizon
        Months ahead, 1 to 12.
    first_month
        Calendar month of the first column, 0 for January to 11.
    factors
        Twelve seasonal factors, January first; needed by ``POOLED``, where empty means no season.

    Returns
    -------
    Floats
        Heads, series × months ahead; NaN where the method needs more months than there are.
    """
    n_rows, n_months = matrix.shape
    if method is Method.POOLED and factors is not None:
        columns = factors[calendar_months(first_month, n_months + horizon)]
        levels = smoothed_levels(matrix, factors=columns[:n_months])
        return np.asarray(levels[:, None] * columns[n_months:], dtype=float)
    needed = {Method.LAST: 1, Method.MEAN3: 3, Method.SEASONAL_NAIVE: 12}.get(method, 0)
    if n_months < needed:
        return np.full((n_rows, horizon), np.nan)
    if method is Method.SEASONAL_NAIVE:
        return matrix[:, n_months - 12 : n_months - 12 + horizon].copy()
    levels = smoothed_levels(matrix) if needed == 0 else matrix[:, n_months - needed :].mean(axis=1)
    return np.repeat(levels[:, None], horizon, axis=1)


def predict_at(
    matrix: Floats,
    method: Method,
    *,
    origin: int,
    horizon: int,
    first_month: int,
    city_row: int,
    with_season: bool,
) -> Floats:
    """Forecast as it would have been made at a past origin, the index estimated from the months before it.

    Parameters
    ----------
    matrix
        Heads, series × months, the later months included but not looked at.
    method
        The point forecast.
    origin
        Number of months known.
    horizon
        Months ahead, 1 to 12.
    first_month
        Calendar month of the first column, 0 for January to 11.
    city_row
        Row of the city total.
    with_season
        Whether ``POOLED`` applies an index.

    Returns
    -------
    Floats
        Heads, series × months ahead.
    """
    known = matrix[:, :origin]
    factors = seasonal_factors(known[city_row], first_month=first_month) if with_season else None
    return predict(known, method, horizon=horizon, first_month=first_month, factors=factors)


def with_sum(steps: Floats) -> Floats:
    """Append the sum over the months ahead as a last column."""
    return np.hstack([steps, steps.sum(axis=1, keepdims=True)])
