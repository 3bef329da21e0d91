"""Forecast of many series at once: points, intervals and the back-test they rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError
from data.execution import Executor
from training.forecast.backtest import BackTest, Part, back_test
from training.forecast.demand import Floats, Integers
from training.forecast.engine import Forecasts, forecast_series
from training.forecast.points import Panel, Progress
from training.forecast.rules import ORIGINS_FOR_95
from training.forecast.season import YEAR, Calendar
from training.forecast.smoothing import Method, with_sum
from training.forecast.volume import class_label, history_at, volume_classes

__all__ = ["PanelForecast", "forecast_panel", "published_bounds"]

_ONE_GROUP = "series"


@dataclass(frozen=True)
class PanelForecast:
    """Forecasts of a panel, in the unit of the input."""

    mean: Floats
    """Series × months ahead."""
    bounds: Floats
    """Series × (months ahead, then their sum) × (lo80, hi80, lo95, hi95); NaN where not calibrated."""
    method: NDArray[np.object_]
    """Name of the method of each series."""
    n_origins: Integers
    """Calibration origins of each series' group of volume classes."""
    n_residuals: Integers
    """Past errors in it."""
    volume_class: list[str]
    """Heads a month of the series whose errors were pooled, one name per series."""
    backtest: pd.DataFrame
    """The back-test report, see :func:`training.forecast.backtest.back_test`; a group is a level."""


def forecast_panel(
    matrix: Floats,
    *,
    first_month: dt.date,
    horizon: int,
    season_length: int = YEAR,
    groups: Sequence[str] | None = None,
    parents: Sequence[int] | None = None,
    total: Floats | None = None,
    nonnegative: bool = True,
    boosted: bool = False,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> PanelForecast:
    """Forecast every row of a panel, its sum over the horizon, and how far both can be trusted.

    The total is forecast from what all series have in common and split by smoothed shares; per group other
    methods take its place, or half of it, where they erred less at past origins.

    Parameters
    ----------
    matrix
        Counts or index values, series × months, complete: no NaN.
    first_month
        Month of the first column, any day of it.
    horizon
        Months ahead, at least 1.
    season_length
        Columns in a season; 1 for none. Only 12 knows the months of the year and the Spring Festival.
    groups
        Name of the level of each row; methods are chosen and the back-test is reported per level. Empty for
        a single one, ``series``.
    parents
        Row of each row's parent, -1 for none; a parent holds the sum of its children and its forecast is
        the sum of theirs. Empty for no hierarchy.
    total
        Reference total that carries the season, one value a month; empty for the sum of the rows without a
        parent, or, without a hierarchy, of the rows of the first row's group.
    nonnegative
        Whether forecasts and bounds stop at 0.
    boosted
        Whether gradient boosting is tried too: a model of all series at every origin, seconds each.
    progress
        Called with the name of a stage, the steps done and all its steps.
    executor
        Where series are fitted one by one, in blocks; this process when left out.

    Returns
    -------
    PanelForecast
        A row that never moves from 0 is forecast as 0. Bounds are empty with fewer than 8 past origins or
        200 pooled errors, those of 95 % with fewer than 19 origins.

    Raises
    ------
    InputError
        When the panel is empty, holds NaN, or the options do not fit it.

    Examples
    --------
    >>> steady = forecast_panel(np.full((3, 24), 7.0), first_month=dt.date(2024, 1, 1), horizon=2)
    >>> steady.mean.round(6).tolist()
    [[7.0, 7.0], [7.0, 7.0], [7.0, 7.0]]
    """
    matrix = np.asarray(matrix, dtype=float)
    _check(matrix, horizon=horizon, season_length=season_length, groups=groups, parents=parents, total=total)
    names = list(groups) if groups is not None else [_ONE_GROUP] * len(matrix)
    levels = list(dict.fromkeys(names))
    codes = np.array([levels.index(name) for name in names], dtype=np.int64)
    above = None if parents is None else np.asarray(parents, dtype=np.int64)
    top = codes == codes[0] if above is None else above < 0
    reference = matrix[top].sum(axis=0) if total is None else np.asarray(total, dtype=float)
    panel = Panel(matrix, reference, codes, Calendar(first_month, season_length), horizon, above, boosted)
    found = forecast_series(panel, progress=progress, executor=executor)
    mean = found.now(Method.COMBINED)
    mean = np.maximum(mean, 0.0) if nonnegative else mean
    bounds = published_bounds(mean, found, nonnegative=nonnegative)
    test = BackTest(matrix, found.points, found.residuals)
    report = back_test(test, [Part(name, "") for name in names], progress=progress).scores
    if found.bands is None:
        nothing = np.zeros(len(matrix), dtype=np.int64)
        classes = volume_classes(history_at(np.abs(matrix), matrix.shape[1]).volume).tolist()
        labels = [class_label(number, number) for number in classes]
        return PanelForecast(mean, bounds, found.names, nothing, nothing, labels, report)
    bands = found.bands
    return PanelForecast(mean, bounds, found.names, bands.n_origins, bands.n_residuals, bands.labels, report)


def published_bounds(mean: Floats, found: Forecasts, *, nonnegative: bool) -> Floats:
    """Lay the interval of now around the published forecast.

    Parameters
    ----------
    mean
        The forecast, series × months ahead.
    found
        What its errors were.
    nonnegative
        Whether bounds stop at 0.

    Returns
    -------
    Floats
        Series × (months ahead, then their sum) × (lo80, hi80, lo95, hi95); NaN where not calibrated.
    """
    bands = found.bands
    if bands is None:
        return np.full((len(mean), mean.shape[1] + 1, 4), np.nan)
    bounds = with_sum(mean)[:, :, None] + bands.offsets[:, :, [1, 2, 0, 3]]
    bounds[bands.n_origins < ORIGINS_FOR_95, :, 2:] = np.nan
    return np.maximum(bounds, 0.0) if nonnegative else bounds


def _check(
    matrix: Floats,
    *,
    horizon: int,
    season_length: int,
    groups: Sequence[str] | None,
    parents: Sequence[int] | None,
    total: Floats | None,
) -> None:
    """Refuse what cannot be forecast as it stands."""
    if matrix.ndim != 2 or matrix.size == 0 or not np.isfinite(matrix).all():
        raise InputError("panel_values", "序列表必须至少有一行一列，且不含空值或非有限数值")
    if horizon < 1 or season_length < 1:
        raise InputError(
            "panel_options", f"预测期数和季节长度必须不小于 1，实际为 {horizon} 和 {season_length}"
        )
    for given, need, what in (
        (groups, len(matrix), "层级名称"),
        (parents, len(matrix), "上级行号"),
        (total, matrix.shape[1], "合计序列"),
    ):
        if given is not None and len(given) != need:
            raise InputError("panel_shape", f"{what}应有 {need} 个，实际为 {len(given)} 个")
