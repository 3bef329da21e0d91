"""Intervals from the product's own past errors: pooled (Mondrian) split conformal.

At every past origin the forecast is made again with what was known then. The errors, divided by a scale
that is the class mean corrected by the series' own record, are pooled within a volume class; their
quantiles times the present scale are the interval. Each month ahead and the sum over the horizon are
calibrated on their own, directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.smoothing import Method, predict_at, with_sum
from training.forecast.volume import N_CLASSES, class_label, history_at, merged_classes, volume_classes

__all__ = [
    "FIRST_ORIGIN",
    "LEAST_ORIGINS",
    "LEAST_RESIDUALS",
    "Bands",
    "Residuals",
    "back_test_residuals",
    "conformal_quantiles",
    "interval_bands",
]

FIRST_ORIGIN = 13
"""Months known at the first origin of a back-test."""
LEAST_ORIGINS = 8
"""Origins that an interval needs."""
LEAST_RESIDUALS = 200
"""Pooled residuals that an interval needs in its volume class."""
LEVELS = (0.025, 0.1, 0.9, 0.975)
_PRIOR = 5  # weight, in residuals, of the class against the series' own record


@dataclass(frozen=True)
class Residuals:
    """What the forecast missed at past origins."""

    horizon: int
    """Months ahead."""
    origins: Integers
    """Months known at each origin, consecutive; the whole horizon after each was observed."""
    errors: Floats
    """Observed minus forecast heads: series × origins × (months ahead, then their sum)."""
    classes: Integers
    """Volume class of each series at each origin; -1 where its history did not allow a forecast."""


class Bands(NamedTuple):
    """Interval of each series and quantity, as offsets from the forecast."""

    offsets: Floats
    """Heads: series × quantities × the levels 2.5, 10, 90 and 97.5 %; NaN where not calibrated."""
    n_origins: Integers
    """Calibration origins in the series' group of classes."""
    n_residuals: Integers
    """Residuals in it."""
    labels: list[str]
    """Its name, in heads a month."""

    @property
    def calibrated(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether the rules allow an 80 % interval."""
        return (self.n_origins >= LEAST_ORIGINS) & (self.n_residuals >= LEAST_RESIDUALS)


def back_test_residuals(
    matrix: Floats, *, horizon: int, first_month: int, city_row: int, with_season: bool
) -> Residuals:
    """Forecast again from every past origin whose horizon has been observed.

    Parameters
    ----------
    matrix
        Heads, series × months.
    horizon
        Months ahead, 1 to 12.
    first_month
        Calendar month of the first column, 0 for January to 11.
    city_row
        Row of the city total.
    with_season
        Whether the published forecast applies a seasonal index.

    Returns
    -------
    Residuals
        Without origins when there are fewer than 13 months and a horizon.
    """
    origins = np.arange(FIRST_ORIGIN, matrix.shape[1] - horizon + 1, dtype=np.int64)
    errors = np.zeros((len(matrix), len(origins), horizon + 1))
    classes = np.full((len(matrix), len(origins)), -1, dtype=np.int64)
    for column, origin in enumerate(origins):
        forecast = predict_at(
            matrix,
            Method.POOLED,
            origin=int(origin),
            horizon=horizon,
            first_month=first_month,
            city_row=city_row,
            with_season=with_season,
        )
        errors[:, column] = with_sum(matrix[:, origin : origin + horizon] - forecast)
        history = history_at(matrix, int(origin))
        classes[:, column] = np.where(history.sufficient, volume_classes(history.volume), -1)
    return Residuals(horizon, origins, errors, classes)


def conformal_quantiles(scores: Floats) -> Floats:
    """Return the conformal quantiles at 2.5, 10, 90 and 97.5 %.

    Of n sorted scores the lower ones are those of rank ``floor((n + 1)·p)``, the upper ones those of rank
    ``ceil((n + 1)·p)``, kept within 1 and n.

    Parameters
    ----------
    scores
        Pooled residuals divided by their scale.

    Returns
    -------
    Floats
        Four values, ascending; NaN without scores.
    """
    if len(scores) == 0:
        return np.full(len(LEVELS), np.nan)
    ranked = np.sort(scores)
    # The tiny step keeps (n + 1)·p from missing a whole number by rounding.
    ranks = [
        np.floor((len(scores) + 1) * p + 1e-9) if p < 0.5 else np.ceil((len(scores) + 1) * p - 1e-9)
        for p in LEVELS
    ]
    return np.asarray(ranked[np.clip(np.array(ranks, dtype=np.int64), 1, len(scores)) - 1], dtype=float)


def interval_bands(residuals: Residuals, classes: Integers, *, known_months: int) -> Bands:
    """Calibrate the interval of each series on the errors known at a moment.

    Parameters
    ----------
    residuals
        Errors at past origins.
    classes
        Volume class of each series now; -1 where its history does not allow a forecast.
    known_months
        Months known now: only origins whose whole horizon lies within them are used.

    Returns
    -------
    Bands
        NaN offsets for series of class -1 and where there are fewer than 8 origins or 200 residuals.
    """
    n_known = int((residuals.origins + residuals.horizon <= known_months).sum())
    past = residuals.classes[:, :n_known]
    used = past >= 0
    runs = merged_classes(np.bincount(past[used], minlength=N_CLASSES), least=LEAST_RESIDUALS)
    group_of = np.repeat(np.arange(len(runs)), [high - low + 1 for low, high in runs])
    groups = np.where(used, group_of[past], -1)
    n_residuals = np.array([(groups == group).sum() for group in range(len(runs))], dtype=np.int64)
    n_origins = np.array([(groups == group).any(axis=0).sum() for group in range(len(runs))], dtype=np.int64)

    now = group_of[classes]
    labels = [class_label(*runs[group]) for group in now]
    n_quantities = residuals.horizon + 1
    bands = Bands(
        np.full((len(classes), n_quantities, len(LEVELS)), np.nan), n_origins[now], n_residuals[now], labels
    )
    wanted = bands.calibrated & (classes >= 0)
    for quantity in range(n_quantities if wanted.any() else 0):
        errors = residuals.errors[:, :n_known, quantity]
        scores, scales = _scored(errors, groups, now, residuals.horizon)
        cuts = np.array([conformal_quantiles(scores[groups == group]) for group in range(len(runs))])
        bands.offsets[wanted, quantity] = (scales[:, None] * cuts[now])[wanted]
    return bands


def _scored(errors: Floats, groups: Integers, now: Integers, horizon: int) -> tuple[Floats, Floats]:
    """Divide errors by the scale known at their origin; return the scores and the present scales."""
    used = groups >= 0
    sizes = np.abs(errors)
    counts = np.bincount(groups[used], minlength=int(max(groups.max(), now.max())) + 1)
    means = np.bincount(groups[used], sizes[used], minlength=len(counts)) / np.maximum(counts, 1)
    class_means = np.where(used, means[groups], 0.0)
    ratios = np.divide(sizes, class_means, out=np.zeros_like(sizes), where=class_means > 0)

    # An error made at one origin is known only a whole horizon later.
    before = np.maximum(np.arange(errors.shape[1]) - horizon + 1, 0)
    own_sums = np.pad(np.cumsum(ratios, axis=1), ((0, 0), (1, 0)))
    own_counts = np.pad(np.cumsum(used, axis=1), ((0, 0), (1, 0)))
    scales = class_means * (own_sums[:, before] + _PRIOR) / (own_counts[:, before] + _PRIOR)
    scores = np.divide(errors, scales, out=np.zeros_like(errors), where=scales > 0)
    return scores, means[now] * (own_sums[:, -1] + _PRIOR) / (own_counts[:, -1] + _PRIOR)
