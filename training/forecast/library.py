"""Forecasting methods of statsforecast, series by series, for panels small enough to wait for.

No method is ever replaced by another one when it fails: a series that it cannot forecast stays empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.smoothing import Method

__all__ = ["INTERMITTENT", "LIBRARY", "MOST_FITS", "Rolling", "Tried", "library_steps", "rolling_steps"]

LIBRARY = (Method.ETS, Method.THETA, Method.CES)
"""Methods for series that hardly ever stand at nothing."""
INTERMITTENT = (Method.TSB, Method.ADIDA, Method.IMAPA)
"""Methods for series that often do."""
MOST_FITS = 600
"""Series times origins of a group beyond which these methods are not tried."""
_FLAT = 1e-9
_LEAST_MONTHS = 10  # below some of the methods answer with nonsense or raise


class Rolling(NamedTuple):
    """From where series are forecast."""

    origins: Integers
    """Months known at each origin."""
    factors: tuple[Floats, ...]
    """Seasonal factor of every month at each origin, those ahead included."""
    horizon: int
    """Months ahead."""


class Tried(NamedTuple):
    """Series that the same methods are tried on."""

    methods: tuple[Method, ...]
    """The methods."""
    matrix: Floats
    """Values, series × months."""


def rolling_steps(rolling: Rolling, block: tuple[Tried, ...]) -> list[dict[Method, Floats]]:
    """Forecast series from every origin; none of them depends on the others in its block.

    Parameters
    ----------
    rolling
        From where.
    block
        The series, in parts by method.

    Returns
    -------
    list of dict
        For every part of the block, series × origins × months ahead by method.
    """
    return [
        {
            method: np.stack(
                [
                    library_steps(tried.matrix[:, :origin], method, horizon=rolling.horizon, factors=factors)
                    for origin, factors in zip(rolling.origins.tolist(), rolling.factors, strict=True)
                ],
                axis=1,
            )
            for method in tried.methods
        }
        for tried in block
    ]


def library_steps(known: Floats, method: Method, *, horizon: int, factors: Floats) -> Floats:
    """Forecast the months that follow the last column on deseasonalised values.

    Parameters
    ----------
    known
        Values, series × months.
    method
        One of ``LIBRARY`` or ``INTERMITTENT``.
    horizon
        Months ahead.
    factors
        Seasonal factor of every month, those ahead included.

    Returns
    -------
    Floats
        Series × months ahead; NaN for a series that the method cannot forecast.
    """
    n_months = known.shape[1]
    steps = np.full((len(known), horizon), np.nan)
    if n_months < _LEAST_MONTHS:
        return steps
    model = _model(method)
    plain = known / factors[:n_months]
    for row, series in enumerate(plain):
        if np.ptp(series) <= _FLAT * np.abs(series).max():
            steps[row] = series[-1]  # some of the methods divide by the spread
            continue
        try:
            steps[row] = model.forecast(y=series, h=horizon)["mean"]
        except (ArithmeticError, NotImplementedError, ValueError):
            continue
    steps[~np.isfinite(steps).all(axis=1)] = np.nan
    return steps * factors[n_months:]


def _model(method: Method) -> Any:
    """Build the model; the library takes seconds to load."""
    from statsforecast import models  # noqa: PLC0415

    builders: dict[Method, Callable[[], Any]] = {
        Method.ETS: lambda: models.AutoETS(season_length=1),
        Method.THETA: lambda: models.AutoTheta(season_length=1),
        Method.CES: lambda: models.AutoCES(season_length=1),
        Method.TSB: lambda: models.TSB(alpha_d=0.3, alpha_p=0.3),
        Method.ADIDA: models.ADIDA,
        Method.IMAPA: models.IMAPA,
    }
    return builders[method]()
