"""From a panel to points, errors and intervals: the one way in which every forecast is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.execution import Executor
from training.forecast.combination import choose
from training.forecast.demand import Floats, Integers
from training.forecast.intervals import Bands, Residuals, error_units, interval_bands, residuals_of
from training.forecast.points import Panel, Progress, origins_of, rolling_points
from training.forecast.smoothing import Method
from training.forecast.volume import history_at, volume_classes

__all__ = ["Forecasts", "bottom_up", "forecast_series"]


@dataclass(frozen=True)
class Forecasts:
    """Points of every method, errors at past origins, and the interval of now."""

    points: Mapping[Method, Floats]
    """Series × origins × months ahead for every method that always had an answer, ``COMBINED`` first; the
    last origin is now."""
    names: NDArray[np.object_]
    """What was chosen for each series now."""
    residuals: Residuals
    """Errors of the published forecast at the past origins."""
    bands: Bands | None
    """Its interval now; empty without past origins."""

    def now(self, method: Method) -> Floats:
        """Return a method's forecast from the last month known, series × months ahead."""
        return self.points[method][:, -1]


def bottom_up(steps: Floats, parents: Integers) -> Floats:
    """Replace the forecast of every parent by the sum of its children's.

    Parameters
    ----------
    steps
        One row per series.
    parents
        Row of each series' parent; -1 for none. No series is its own ancestor.

    Returns
    -------
    Floats
        As ``steps``, parents and children adding up exactly.
    """
    depth = np.zeros(len(parents), dtype=np.int64)
    above = parents.copy()
    while (above >= 0).any():
        depth += above >= 0
        above = np.where(above >= 0, parents[above], -1)
    sums = steps.copy()
    sums[np.unique(parents[parents >= 0])] = 0.0
    for level in range(int(depth.max(initial=0)), 0, -1):
        rows = np.flatnonzero(depth == level)
        np.add.at(sums, parents[rows], sums[rows])
    return sums


def forecast_series(
    panel: Panel, *, progress: Progress | None = None, executor: Executor | None = None
) -> Forecasts:
    """Forecast every series from every past origin and from now.

    Parameters
    ----------
    panel
        The series, at least one month of them.
    progress
        Told how far the work has come.
    executor
        Where series are fitted one by one, in blocks; this process when left out.

    Returns
    -------
    Forecasts
        The published forecast of a parent is the sum of its children's.
    """
    origins = origins_of(panel)
    points = rolling_points(panel, progress=progress, executor=executor)
    steps, names = choose(panel, points)
    if panel.parents is not None:
        steps = bottom_up(steps, panel.parents)
        names[panel.is_parent] = "bottom_up"
    complete = {method: found for method, found in points.items() if np.isfinite(found).all()}
    residuals = residuals_of(panel.matrix, steps[:, :-1], origins[:-1])
    history = history_at(np.abs(panel.matrix), panel.matrix.shape[1])
    classes = np.where(history.sufficient, volume_classes(history.volume), -1)
    bands = None
    if len(residuals.origins):
        units = error_units(history.volume)
        bands = interval_bands(residuals, classes, known_months=panel.matrix.shape[1], units=units)
    return Forecasts({Method.COMBINED: steps} | complete, names, residuals, bands)
