"""The back-test report: what the forecast would have missed, by level, volume and horizon.

The origin rolls forward month by month and everything, the seasonal index included, is estimated again
from the months known at it. Every method is measured on the same series: those whose history would have
allowed a forecast.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from training.forecast.demand import Demand, Floats, Integers, Level
from training.forecast.intervals import Residuals, interval_bands
from training.forecast.smoothing import Method, predict_at, with_sum
from training.forecast.volume import N_CLASSES, class_label

__all__ = ["ALL_VOLUMES", "BACKTEST_COLUMNS", "PUBLISHABLE", "SUM", "back_test", "target_names"]

ALL_VOLUMES = "all"
"""Row over all volume classes."""
PUBLISHABLE = "20+"
"""Row over the classes large enough to be published."""
SUM = "sum"
"""Target: the sum over the horizon; the others are ``month1``, ``month2`` and so on."""
BACKTEST_COLUMNS = (
    "level",
    "volume_class",
    "target",
    "method",
    "n_origins",
    "n_forecasts",
    "wape",
    "mae",
    "bias",
    "mase",
    "n_zero_scale",
    "n_interval_origins",
    "coverage80",
    "coverage80_worst",
    "coverage95",
    "coverage95_worst",
)
_LEVELS = tuple(Level)
_ROLL_UPS = (
    *((class_label(number, number), slice(number, number + 1)) for number in range(N_CLASSES)),
    (ALL_VOLUMES, slice(None)),
    (PUBLISHABLE, slice(4, None)),
)


class _Scores(NamedTuple):
    """Sums of a method, each level × volume class × target."""

    missed: Floats
    signed: Floats
    scaled: Floats


@dataclass
class _Tally:
    """Sums over the origins of one back-test, each level × volume class × target."""

    targets: int
    forecasts: Floats = field(init=False)
    observed: Floats = field(init=False)
    zero_scale: Floats = field(init=False)
    scores: dict[Method, _Scores] = field(init=False)

    def __post_init__(self) -> None:
        shape = (len(_LEVELS), N_CLASSES, self.targets)
        self.forecasts, self.observed, self.zero_scale = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.scores = {
            method: _Scores(np.zeros(shape), np.zeros(shape), np.zeros(shape)) for method in Method
        }


def target_names(horizon: int) -> tuple[str, ...]:
    """Name the targets of a horizon: each month ahead, then their sum."""
    return (*(f"month{step}" for step in range(1, horizon + 1)), SUM)


def back_test(demand: Demand, residuals: Residuals, *, with_season: bool) -> pd.DataFrame:
    """Measure the forecast and its baselines at every past origin.

    Parameters
    ----------
    demand
        The table, checked.
    residuals
        Errors of the forecast at the same origins.
    with_season
        Whether the published forecast applies a seasonal index.

    Returns
    -------
    DataFrame
        Columns ``BACKTEST_COLUMNS``: one row per level, volume class (heads a month at the origin),
        target and method. ``wape`` and ``bias`` (forecast minus observed) are shares of the observed
        heads; ``mae`` is in heads; ``mase`` divides by the mean change from month to month, leaves out
        the ``n_zero_scale`` forecasts without any and stays empty for the sum. Coverage is the share
        inside the interval, mean and worst over the ``n_interval_origins`` at which it could be
        calibrated from earlier errors, and belongs to the pooled method alone. Empty without origins.
    """
    levels = np.array([_LEVELS.index(Level(level)) for level in demand.index["level"]], dtype=np.int64)
    tally = _Tally(residuals.horizon + 1)
    coverages = []
    for column, origin in enumerate(residuals.origins.tolist()):
        rows = np.flatnonzero(residuals.classes[:, column] >= 0)
        keys = levels[rows] * N_CLASSES + residuals.classes[rows, column]
        _add_origin(tally, demand, rows, keys, origin=origin, with_season=with_season)
        coverages.append(_covered(demand.matrix, residuals, column, rows, keys))
    return _report(tally, coverages, residuals)


def _add_origin(
    tally: _Tally, demand: Demand, rows: Integers, keys: Integers, *, origin: int, with_season: bool
) -> None:
    """Add the errors of every method at one origin."""
    horizon = tally.targets - 1
    matrix, first_month = demand.matrix, demand.months[0].month - 1
    observed = with_sum(matrix[rows, origin : origin + horizon])
    changes = np.abs(np.diff(matrix[rows, :origin], axis=1)).mean(axis=1)[:, None]
    moving = np.broadcast_to(changes > 0, observed.shape)
    tally.forecasts[:] += _by_key(keys, np.ones_like(observed))
    tally.observed[:] += _by_key(keys, observed)
    tally.zero_scale[:] += _by_key(keys, ~moving)
    for method, scores in tally.scores.items():
        forecast = predict_at(
            matrix,
            method,
            origin=origin,
            horizon=horizon,
            first_month=first_month,
            city_row=demand.city_row,
            with_season=with_season,
        )
        errors = with_sum(forecast[rows]) - observed
        scores.missed[:] += _by_key(keys, np.abs(errors))
        scores.signed[:] += _by_key(keys, errors)
        scaled = np.divide(np.abs(errors), changes, out=np.zeros_like(errors), where=moving)
        scores.scaled[:] += _by_key(keys, scaled)


def _by_key(keys: Integers, values: Floats) -> Floats:
    """Sum values per level, volume class and target."""
    sums = [np.bincount(keys, column, minlength=len(_LEVELS) * N_CLASSES) for column in values.T]
    return np.stack(sums, axis=-1).reshape(len(_LEVELS), N_CLASSES, -1).astype(float)


def _covered(
    matrix: Floats, residuals: Residuals, column: int, rows: Integers, keys: Integers
) -> tuple[Floats, Floats, Floats] | None:
    """Count calibrated intervals and those that held, at 80 and 95 %; None where none could be calibrated."""
    origin = int(residuals.origins[column])
    bands = interval_bands(residuals, residuals.classes[:, column], known_months=origin)
    rated = bands.calibrated[rows]
    if not rated.any():
        return None
    rows, keys = rows[rated], keys[rated]
    observed = with_sum(matrix[rows, origin : origin + residuals.horizon])
    forecast = observed - residuals.errors[rows, column]
    bounds = np.maximum(forecast[:, :, None] + bands.offsets[rows], 0.0)
    # Sums of floats: a bound that equals the observed value must count as holding it.
    slack = 1e-9 * (1 + observed)
    inside80 = (bounds[:, :, 1] - slack <= observed) & (observed <= bounds[:, :, 2] + slack)
    inside95 = (bounds[:, :, 0] - slack <= observed) & (observed <= bounds[:, :, 3] + slack)
    return _by_key(keys, np.ones_like(observed)), _by_key(keys, inside80), _by_key(keys, inside95)


def _report(
    tally: _Tally, coverages: list[tuple[Floats, Floats, Floats] | None], residuals: Residuals
) -> pd.DataFrame:
    """Turn sums into rows, leaving out the combinations that never occurred."""
    calibrated = [coverage for coverage in coverages if coverage is not None]
    origins = _origin_counts(residuals)
    rows = []
    for level_number, level in enumerate(_LEVELS):
        for label, classes in _ROLL_UPS:
            for target_number, target in enumerate(target_names(residuals.horizon)):
                where = (level_number, classes, target_number)
                if tally.forecasts[where].sum() == 0:
                    continue
                held = _coverage(calibrated, where)
                for method in Method:
                    counted = _counted(tally, method, where, has_scale=target != SUM)
                    covered = held if method is Method.POOLED else _coverage([], where)
                    n_origins = origins[label]
                    rows.append((level, label, target, method, n_origins, *counted, *covered))
    return pd.DataFrame(rows, columns=list(BACKTEST_COLUMNS))


def _origin_counts(residuals: Residuals) -> dict[str, int]:
    """Count the origins at which any series was in each row's classes."""
    counts = {}
    for label, classes in _ROLL_UPS:
        wanted = np.isin(residuals.classes, np.arange(N_CLASSES)[classes])
        counts[label] = int(wanted.any(axis=0).sum())
    return counts


def _counted(
    tally: _Tally, method: Method, where: tuple[int, slice, int], *, has_scale: bool
) -> tuple[float, ...]:
    """Return forecasts, WAPE, MAE, bias, MASE and zero scales of one row."""
    scores = tally.scores[method]
    n_forecasts = int(tally.forecasts[where].sum())
    observed = float(tally.observed[where].sum())
    missed, signed = float(scores.missed[where].sum()), float(scores.signed[where].sum())
    zero_scale = int(tally.zero_scale[where].sum())
    rated = n_forecasts - zero_scale
    mase = float(scores.scaled[where].sum()) / rated if has_scale and rated else np.nan
    shares = (missed / observed, signed / observed) if observed else (np.nan, np.nan)
    return n_forecasts, shares[0], missed / n_forecasts, shares[1], mase, zero_scale


def _coverage(
    calibrated: list[tuple[Floats, Floats, Floats]], where: tuple[int, slice, int]
) -> tuple[float, ...]:
    """Return the number of origins, then mean and worst coverage at 80 and at 95 %."""
    counts = np.array([[part[where].sum() for part in parts] for parts in calibrated]).reshape(-1, 3)
    counts = counts[counts[:, 0] > 0]
    if len(counts) == 0:
        return 0, np.nan, np.nan, np.nan, np.nan
    shares = counts[:, 1:] / counts[:, :1]
    return (
        len(counts),
        float(shares[:, 0].mean()),
        float(shares[:, 0].min()),
        float(shares[:, 1].mean()),
        float(shares[:, 1].min()),
    )
