"""Point forecasts of every series at once, each by one product of matrix and vector."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from training.forecast.demand import Floats
from training.forecast.season import YEAR

__all__ = ["ALPHA", "SIMPLE", "Method", "predict", "smoothing_weights", "with_sum"]

ALPHA = 0.5
"""Fixed: tuning it per series picked worse levels in back-tests."""


_TREND, _DAMPING = 0.3, 0.8


class Method(StrEnum):
    """A point forecast."""

    COMBINED = "combined"
    """The published one: chosen per group from all others by its past errors."""
    SHARED = "shared_total"
    """Forecast of the total, split by smoothed shares."""
    BOOSTED = "boosted_shares"
    """Forecast of the total, split by gradient boosting; tried only where asked for."""
    POOLED = "pooled_season_ses"
    """Level by exponential smoothing of the deseasonalised series, times the common season."""
    SES = "ses"
    """The same without a season."""
    LAST = "last_value"
    """The last month, repeated."""
    MEAN3 = "mean3"
    """Mean of the last three months, repeated."""
    SEASONAL_NAIVE = "seasonal_naive"
    """The same month a year before."""
    TREND = "damped_trend"
    """The last month, and its recent movement that fades by a fifth every month."""
    ETS = "auto_ets"
    """Exponential smoothing whose form is chosen per series, on deseasonalised values."""
    THETA = "auto_theta"
    """Theta method, likewise."""
    CES = "auto_ces"
    """Complex exponential smoothing, likewise."""
    TSB = "tsb"
    """Teunter, Syntetos and Babai's method for intermittent demand, likewise."""
    ADIDA = "adida"
    """Aggregation over the mean interval between demands, likewise."""
    IMAPA = "imapa"
    """Mean over several aggregations, likewise."""


SIMPLE = (Method.POOLED, Method.SES, Method.LAST, Method.MEAN3, Method.SEASONAL_NAIVE, Method.TREND)
"""Methods quick enough for any panel."""


def smoothing_weights(count: int, alpha: float) -> Floats:
    """Return what each month weighs in a level smoothed by ``level = α·value + (1-α)·level``.

    Parameters
    ----------
    count
        Months, the first of which starts the level; at least 1.
    alpha
        Weight of the newest month, above 0 to 1.

    Returns
    -------
    Floats
        One weight a month, oldest first; their sum is 1.
    """
    weights = alpha * (1 - alpha) ** np.arange(count - 1, -1, -1.0)
    weights[0] /= alpha
    return np.asarray(weights, dtype=float)


def predict(
    known: Floats,
    method: Method,
    *,
    horizon: int,
    factors: Floats | None = None,
    season_length: int = YEAR,
) -> Floats:
    """Forecast the months that follow the last column by one of the simple methods.

    Parameters
    ----------
    known
        Heads, series × months.
    method
        One of ``SIMPLE``.
    horizon
        Months ahead, at least 1.
    factors
        Seasonal factor of every month, those ahead included; used by ``POOLED``, empty for no season.
    season_length
        Columns in a season, used by ``SEASONAL_NAIVE``; 1 repeats the last value.

    Returns
    -------
    Floats
        Heads, series × months ahead; NaN where the method needs more months than there are.
    """
    n_rows, n_months = known.shape
    needed = {Method.MEAN3: 3, Method.SEASONAL_NAIVE: season_length}.get(method, 1)
    if n_months < needed:
        return np.full((n_rows, horizon), np.nan)
    if method is Method.SEASONAL_NAIVE:
        return known[:, n_months - season_length + np.arange(horizon) % season_length]
    if method is Method.TREND:
        return _trend(known, horizon)
    if method is Method.POOLED and factors is not None:
        levels = known @ (smoothing_weights(n_months, ALPHA) / factors[:n_months])
        return np.asarray(levels[:, None] * factors[n_months:], dtype=float)
    if method in {Method.LAST, Method.MEAN3}:
        levels = known[:, n_months - needed :].mean(axis=1)
    else:
        levels = known @ smoothing_weights(n_months, ALPHA)
    return np.repeat(levels[:, None], horizon, axis=1)


def _trend(known: Floats, horizon: int) -> Floats:
    """Continue each series from its last value by its smoothed movement (Gardner and McKenzie, 1985)."""
    trend = np.zeros(len(known))
    for change in np.diff(known, axis=1).T:
        trend = _TREND * change + (1 - _TREND) * _DAMPING * trend
    fading = np.cumsum(_DAMPING ** np.arange(1, horizon + 1))
    return np.asarray(known[:, -1:] + trend[:, None] * fading, dtype=float)


def with_sum(steps: Floats) -> Floats:
    """Append the sum over the months ahead as a last entry of the last axis."""
    return np.concatenate([steps, steps.sum(axis=-1, keepdims=True)], axis=-1)
