"""The interval of a series that has been 0 throughout: what came after such a time in the same table.

Nothing of its own can tell how likely a first count is; the other series can. At every past origin the
series that had been 0 until then are followed over the horizon, and the conformal quantiles of what they
showed, pooled over all origins, are the interval. It needs as many origins and cases as every other.

Where more than 80 % of them stayed 0, an interval of 80 % would be a point: none is given, and the share
is said instead.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.intervals import LEAST_ORIGINS, LEAST_RESIDUALS, conformal_quantiles
from training.forecast.market import FIRST_ORIGIN
from training.forecast.rules import ORIGINS_FOR_95
from training.forecast.smoothing import with_sum
from training.forecast.volume import LEAST_MONTHS

__all__ = ["MOST_ZERO", "ZERO_METHOD", "ZeroBounds", "zero_bounds"]

ZERO_METHOD = "zero"
"""Name of the method: the forecast is 0."""

MOST_ZERO = 0.8
"""Share of cases without any count above which an interval of 80 % would be a point."""


class ZeroBounds(NamedTuple):
    """Interval of a series that has been 0 throughout."""

    bounds: Floats
    """(Months ahead, then their sum) × (lo80, hi80, lo95, hi95); NaN where not calibrated."""
    n_origins: int
    """Origins at which some series had been 0 until then."""
    n_cases: int
    """Such series, over all origins."""
    stayed: float
    """Share of them that stayed 0 over the whole horizon; NaN where there are too few."""


def zero_bounds(matrix: Floats, start: Integers, *, horizon: int) -> ZeroBounds:
    """Calibrate the interval of a series that has been 0 throughout.

    Parameters
    ----------
    matrix
        Series × months.
    start
        Column in which each series begins; before, it says nothing.
    horizon
        Months ahead, at least 1.

    Returns
    -------
    ZeroBounds
        NaN bounds below 8 origins or 200 cases, or where more than 80 % stayed 0; the 95 % ones also below 19
        origins.
    """
    first_count = np.where((matrix != 0).any(axis=1), np.argmax(matrix != 0, axis=1), matrix.shape[1])
    shown, n_origins = [], 0
    for origin in range(FIRST_ORIGIN, matrix.shape[1] - horizon + 1):
        rows = (first_count >= origin) & (start <= origin - LEAST_MONTHS)
        if rows.any():
            n_origins += 1
            shown.append(with_sum(matrix[rows, origin : origin + horizon]))
    bounds = np.full((horizon + 1, 4), np.nan)
    n_cases = sum(len(part) for part in shown)
    cases = np.vstack([np.zeros((0, horizon + 1)), *shown])
    enough = n_origins >= LEAST_ORIGINS and n_cases >= LEAST_RESIDUALS
    stayed = float((cases == 0).all(axis=1).mean()) if enough else np.nan
    if stayed <= MOST_ZERO:
        bounds = np.array([conformal_quantiles(column, n_origins)[[1, 2, 0, 3]] for column in cases.T])
        if n_origins < ORIGINS_FOR_95:
            bounds[:, 2:] = np.nan
    return ZeroBounds(bounds, n_origins, n_cases, stayed)
