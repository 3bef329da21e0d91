"""The back-test report: what the forecast would have missed, by level, industry, volume and horizon.

The origin rolls forward month by month and everything, the choice of method included, is estimated again
from the months known at it. Every method is measured on the same series: those whose history would have
allowed a forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from training.forecast.demand import Floats, Integers
from training.forecast.intervals import LEVELS, Residuals, bands_at
from training.forecast.points import Progress
from training.forecast.smoothing import Method, with_sum
from training.forecast.volume import N_CLASSES, class_label

__all__ = [
    "ALL_VOLUMES",
    "BACKTEST_COLUMNS",
    "PUBLISHABLE",
    "SUM",
    "BackTest",
    "BackTestReport",
    "Part",
    "back_test",
    "target_names",
]

ALL_VOLUMES = "all"
"""Row over all volume classes."""
PUBLISHABLE = "20+"
"""Row over the classes large enough to be published."""
SUM = "sum"
"""Target: the sum over the horizon; the others are ``month1``, ``month2`` and so on."""
BACKTEST_COLUMNS = (
    "level",
    "key_industry",
    "volume_class",
    "target",
    "method",
    "n_origins",
    "n_forecasts",
    "wape",
    "mae",
    "bias",
    "mase",
    "rmsse",
    "n_zero_scale",
    "mae_to_last_value",
    "mae_to_mean3",
    "mae_to_seasonal_naive",
    "n_interval_origins",
    "coverage80",
    "coverage80_worst",
    "coverage95",
    "coverage95_worst",
    "wql",
)
_ORIGIN_COLUMNS = ("level", "key_industry", "target", "origin", "coverage80", "coverage95")
_RIVALS = (Method.LAST, Method.MEAN3, Method.SEASONAL_NAIVE)
_ROLL_UPS = (
    *((class_label(number, number), slice(number, number + 1)) for number in range(N_CLASSES)),
    (ALL_VOLUMES, slice(None)),
    (PUBLISHABLE, slice(4, None)),
)
_QUANTILES = (*LEVELS[:2], 0.5, *LEVELS[2:])


class Part(NamedTuple):
    """Series that are measured together."""

    level: str
    """Level of the hierarchy."""
    key_industry: str
    """Key industry; empty for all of them."""


class BackTest(NamedTuple):
    """What a report is made of."""

    matrix: Floats
    """Heads, series × months."""
    steps: Mapping[Method, Floats]
    """Forecasts of every method that could answer throughout: series × origins × months ahead."""
    residuals: Residuals
    """Errors of the published method at the same origins."""


class BackTestReport(NamedTuple):
    """What a back-test found."""

    scores: pd.DataFrame
    """Columns ``BACKTEST_COLUMNS``: one row per part, volume class, target and method."""
    origins: pd.DataFrame
    """Columns ``level``, ``key_industry``, ``target``, ``origin``, ``coverage80`` and ``coverage95``: one row
    per part, target and origin at which intervals could be calibrated, over all volume classes. ``origin`` is
    the number of months known, ascending within part and target; coverage is the share inside the interval,
    0 to 1."""

    @classmethod
    def empty(cls) -> BackTestReport:
        """Return the report of a back-test without origins."""
        return cls(pd.DataFrame(columns=list(BACKTEST_COLUMNS)), pd.DataFrame(columns=list(_ORIGIN_COLUMNS)))


class _Scores(NamedTuple):
    """Sums of a method, each part × volume class × target."""

    missed: Floats
    signed: Floats
    scaled: Floats
    squared: Floats


class _Covered(NamedTuple):
    """Calibrated intervals of one origin, each part × volume class × target."""

    rated: Floats
    inside80: Floats
    inside95: Floats
    observed: Floats
    pinball: Floats


@dataclass
class _Tally:
    """Sums over the origins of one back-test."""

    parts: int
    targets: int
    methods: tuple[Method, ...]
    forecasts: Floats = field(init=False)
    observed: Floats = field(init=False)
    zero_scale: Floats = field(init=False)
    scores: dict[Method, _Scores] = field(init=False)

    def __post_init__(self) -> None:
        shape = (self.parts, N_CLASSES, self.targets)
        self.forecasts, self.observed, self.zero_scale = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.scores = {method: _Scores(*(np.zeros(shape) for _ in range(4))) for method in self.methods}

    def by_key(self, keys: Integers, values: Floats) -> Floats:
        """Sum values per part, volume class and target."""
        sums = [np.bincount(keys, column, minlength=self.parts * N_CLASSES) for column in values.T]
        return np.stack(sums, axis=-1).reshape(self.parts, N_CLASSES, values.shape[1]).astype(float)


def target_names(horizon: int) -> tuple[str, ...]:
    """Name the targets of a horizon: each month ahead, then their sum."""
    return (*(f"month{step}" for step in range(1, horizon + 1)), SUM)


def back_test(
    test: BackTest, parts: Sequence[Part | None], *, progress: Progress | None = None
) -> BackTestReport:
    """Measure the forecast and its baselines at every past origin.

    Parameters
    ----------
    test
        Forecasts and what came.
    parts
        Part of each series; None for a series that is left out.
    progress
        Told how far the work has come.

    Returns
    -------
    BackTestReport
        Scores have one row per part, volume class (heads a month at the origin), target and method.
        ``wape`` and ``bias`` (forecast minus observed) are shares of the observed heads; ``mae`` is in heads,
        and ``mae_to_…`` divides it by that of a baseline. ``mase`` divides by the mean change from month to
        month, ``rmsse`` by its root mean square; both leave out the ``n_zero_scale`` forecasts without any
        and stay empty for the sum. Coverage is the share inside the interval, mean and worst over the
        ``n_interval_origins`` at which it could be calibrated from earlier errors; ``wql`` is the weighted
        quantile loss there over five quantiles, the forecast and its four bounds. Both belong to the
        published method alone. Empty without origins.
    """
    names = list(dict.fromkeys(part for part in parts if part is not None))
    numbers = {part: number for number, part in enumerate(names)}
    codes = np.array([-1 if part is None else numbers[part] for part in parts], dtype=np.int64)
    methods = tuple(method for method in Method if method in test.steps)
    tally = _Tally(len(names), test.residuals.horizon + 1, methods)
    coverages = []
    for column in range(len(test.residuals.origins)):
        rows = np.flatnonzero((test.residuals.classes[:, column] >= 0) & (codes >= 0))
        keys = codes[rows] * N_CLASSES + test.residuals.classes[rows, column]
        _add_origin(tally, test, rows, keys, column=column)
        coverages.append(_covered(tally, test, rows, keys, column=column))
        if progress:
            progress("回测评估", column + 1, len(test.residuals.origins))
    scores = _report(tally, coverages, names, _origin_counts(test.residuals))
    return BackTestReport(scores, _origin_rows(test.residuals.origins, coverages, names))


def _add_origin(tally: _Tally, test: BackTest, rows: Integers, keys: Integers, *, column: int) -> None:
    """Add the errors of every method at one origin."""
    origin, horizon = int(test.residuals.origins[column]), tally.targets - 1
    observed = with_sum(test.matrix[rows, origin : origin + horizon])
    changes = np.diff(test.matrix[rows, :origin], axis=1)
    scale, square = np.abs(changes).mean(axis=1)[:, None], (changes**2).mean(axis=1)[:, None]
    moving = np.broadcast_to(scale > 0, observed.shape)
    tally.forecasts[:] += tally.by_key(keys, np.ones_like(observed))
    tally.observed[:] += tally.by_key(keys, observed)
    tally.zero_scale[:] += tally.by_key(keys, ~moving)
    for method, scores in tally.scores.items():
        errors = with_sum(test.steps[method][rows, column]) - observed
        scaled = np.divide(np.abs(errors), scale, out=np.zeros_like(errors), where=moving)
        squared = np.divide(errors**2, square, out=np.zeros_like(errors), where=moving)
        for total, values in zip(scores, (np.abs(errors), errors, scaled, squared), strict=True):
            total[:] += tally.by_key(keys, values)


def _covered(
    tally: _Tally, test: BackTest, rows: Integers, keys: Integers, *, column: int
) -> _Covered | None:
    """Count calibrated intervals and those that held; None where none could be calibrated."""
    residuals = test.residuals
    origin = int(residuals.origins[column])
    bands = bands_at(residuals, column)
    rated = bands.calibrated[rows]
    if not rated.any():
        return None
    rows, keys = rows[rated], keys[rated]
    observed = with_sum(test.matrix[rows, origin : origin + residuals.horizon])
    forecast = observed - residuals.errors[rows, column]
    bounds = forecast[:, :, None] + bands.offsets[rows]
    if (test.matrix >= 0).all():
        bounds = np.maximum(bounds, 0.0)
    # Sums of floats: a bound that equals the observed value must count as holding it.
    slack = 1e-9 * (1 + np.abs(observed))
    inside80 = (bounds[:, :, 1] - slack <= observed) & (observed <= bounds[:, :, 2] + slack)
    inside95 = (bounds[:, :, 0] - slack <= observed) & (observed <= bounds[:, :, 3] + slack)
    quantiles = [bounds[:, :, 0], bounds[:, :, 1], forecast, bounds[:, :, 2], bounds[:, :, 3]]
    pinball = np.zeros_like(observed)
    for share, quantile in zip(_QUANTILES, quantiles, strict=True):
        above = observed - quantile
        pinball += 2 * np.maximum(share * above, (share - 1) * above) / len(_QUANTILES)
    values = (np.ones_like(observed), inside80, inside95, np.abs(observed), pinball)
    return _Covered(*(tally.by_key(keys, value) for value in values))


def _report(
    tally: _Tally, coverages: list[_Covered | None], names: list[Part], origins: dict[str, int]
) -> pd.DataFrame:
    """Turn sums into rows, leaving out the combinations that never occurred."""
    calibrated = [coverage for coverage in coverages if coverage is not None]
    rows = []
    for number, part in enumerate(names):
        for label, classes in _ROLL_UPS:
            for target_number, target in enumerate(target_names(tally.targets - 1)):
                where = (number, classes, target_number)
                if tally.forecasts[where].sum() == 0:
                    continue
                held = _coverage(calibrated, where)
                for method in tally.methods:
                    counted = _counted(tally, method, where, has_scale=target != SUM)
                    covered = held if method is Method.COMBINED else _coverage([], where)
                    rows.append((*part, label, target, method, origins[label], *counted, *covered))
    return pd.DataFrame(rows, columns=list(BACKTEST_COLUMNS))


def _origin_rows(origins: Integers, coverages: list[_Covered | None], names: list[Part]) -> pd.DataFrame:
    """Lay the coverage out origin by origin, over all volume classes."""
    sums = [
        (int(origin), *(counts.sum(axis=1) for counts in covered[:3]))
        for origin, covered in zip(origins, coverages, strict=True)
        if covered is not None
    ]
    n_targets = sums[0][1].shape[1] if sums else 0
    rows = [
        (*part, target, origin, inside80[at] / rated[at], inside95[at] / rated[at])
        for number, part in enumerate(names)
        for target_number, target in enumerate(target_names(n_targets - 1))
        for origin, rated, inside80, inside95 in sums
        if rated[at := (number, target_number)]
    ]
    return pd.DataFrame(rows, columns=list(_ORIGIN_COLUMNS))


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
    """Return forecasts, WAPE, MAE, bias, MASE, RMSSE, zero scales and ratios to baselines of one row."""
    scores = tally.scores[method]
    n_forecasts = int(tally.forecasts[where].sum())
    observed = float(tally.observed[where].sum())
    missed, signed = float(scores.missed[where].sum()), float(scores.signed[where].sum())
    zero_scale = int(tally.zero_scale[where].sum())
    rated = n_forecasts - zero_scale
    mase = float(scores.scaled[where].sum()) / rated if has_scale and rated else np.nan
    rmsse = float(np.sqrt(scores.squared[where].sum() / rated)) if has_scale and rated else np.nan
    shares = (missed / observed, signed / observed) if observed else (np.nan, np.nan)
    rivals = [tally.scores.get(rival) for rival in _RIVALS]
    others = [0.0 if rival is None else float(rival.missed[where].sum()) for rival in rivals]
    ratios = [missed / other if other else np.nan for other in others]
    return n_forecasts, shares[0], missed / n_forecasts, shares[1], mase, rmsse, zero_scale, *ratios


def _coverage(calibrated: list[_Covered], where: tuple[int, slice, int]) -> tuple[float, ...]:
    """Return the number of origins, mean and worst coverage at 80 and at 95 %, and the quantile loss."""
    counts = np.array([[part[where].sum() for part in parts] for parts in calibrated]).reshape(-1, 5)
    counts = counts[counts[:, 0] > 0]
    if len(counts) == 0:
        return 0, np.nan, np.nan, np.nan, np.nan, np.nan
    shares = counts[:, 1:3] / counts[:, :1]
    observed, pinball = counts[:, 3].sum(), counts[:, 4].sum()
    return (
        len(counts),
        float(shares[:, 0].mean()),
        float(shares[:, 0].min()),
        float(shares[:, 1].mean()),
        float(shares[:, 1].min()),
        float(pinball / observed) if observed else np.nan,
    )
