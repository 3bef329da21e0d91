"""Intervals from the product's own past errors: pooled (Mondrian) split conformal.

At every past origin the forecast is made again with what was known then. The errors, divided by what the
volume lets expect and by a scale that is the class mean corrected by the series' own record, are pooled
within a volume class; their quantiles times the present scale are the interval. Each month ahead and the
sum over the horizon are calibrated on their own, directly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.smoothing import with_sum
from training.forecast.volume import N_CLASSES, class_label, history_at, merged_classes, volume_classes

__all__ = [
    "LEAST_ORIGINS",
    "LEAST_RESIDUALS",
    "LEVELS",
    "Bands",
    "Residuals",
    "bands_at",
    "conformal_quantiles",
    "error_units",
    "interval_bands",
    "residuals_of",
]

LEAST_ORIGINS = 8
"""Origins that an interval needs."""
LEAST_RESIDUALS = 200
"""Pooled residuals that an interval needs in its volume class."""
LEVELS = (0.025, 0.1, 0.9, 0.975)
"""Quantiles of the bounds."""
_GROUPED = 0.5  # share of the full allowance for few origins
_SHARED_MISS = 0.1
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
    units: Floats | None = None
    """Size of error that its volume lets expect of each series at each origin, see
    :func:`error_units`; empty where all are alike."""


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


def residuals_of(matrix: Floats, steps: Floats, origins: Integers) -> Residuals:
    """Compare the forecasts made at past origins with what came.

    Parameters
    ----------
    matrix
        Heads, series × months; of values below 0 the size counts as volume.
    steps
        Forecast heads: series × origins × months ahead.
    origins
        Months known at each origin, consecutive; the whole horizon after each was observed.

    Returns
    -------
    Residuals
        Of class -1 where a series' history did not allow a forecast.
    """
    horizon = steps.shape[2]
    errors = np.zeros((len(matrix), len(origins), horizon + 1))
    classes = np.full((len(matrix), len(origins)), -1, dtype=np.int64)
    units = np.ones((len(matrix), len(origins)))
    for column, origin in enumerate(origins.tolist()):
        errors[:, column] = with_sum(matrix[:, origin : origin + horizon] - steps[:, column])
        history = history_at(np.abs(matrix), origin)
        classes[:, column] = np.where(history.sufficient, volume_classes(history.volume), -1)
        units[:, column] = error_units(history.volume)
    return Residuals(horizon, origins, errors, classes, units)


def error_units(volume: Floats) -> Floats:
    """Return the size of error that a volume lets expect.

    Chance alone would miss a count v by its square root; what a series shares with its market misses all
    volumes by the same share. A city and an occupation may stand in one class and be a thousand times apart.

    Parameters
    ----------
    volume
        Mean heads a month.

    Returns
    -------
    Floats
        ``√(v + (v / 10)²)``, of at least one head a year.
    """
    volume = np.maximum(volume, 1 / 12)
    return np.asarray(np.sqrt(volume + (volume * _SHARED_MISS) ** 2), dtype=float)


def bands_at(residuals: Residuals, column: int) -> Bands:
    """Return the bands as they would have been calibrated at one of the past origins."""
    units = None if residuals.units is None else residuals.units[:, column]
    known = int(residuals.origins[column])
    return interval_bands(residuals, residuals.classes[:, column], known_months=known, units=units)


def conformal_quantiles(scores: Floats, n_origins: int) -> Floats:
    """Return the conformal quantiles for intervals of 80 and 95 %: the bounds of 95, 80, 80 and 95 %.

    Errors of one origin share its market and count as one group. Of the errors of K groups, a share p would
    cover the next group too seldom, and p·(1 + 1/K) is sure to cover it often enough (hierarchical conformal
    prediction, Lee, Barber and Willett, 2023); the share held is in the middle, p·(1 + 1/(2K)), with half of
    the rest on each side. Of n sorted scores
    the lower bound is that of rank ``floor((n + 1)·q)``, the upper one that of rank
    ``ceil((n + 1)·(1 - q))``, kept within 1 and n.

    Parameters
    ----------
    scores
        Pooled residuals divided by their scale.
    n_origins
        Origins that they stem from, K.

    Returns
    -------
    Floats
        Four values, ascending; NaN without scores.
    """
    n_scores = len(scores)
    if n_scores == 0 or n_origins == 0:
        return np.full(len(LEVELS), np.nan)
    ranked = np.sort(scores)
    held = np.minimum(np.array([0.95, 0.8]) * (1 + _GROUPED / n_origins), 1.0)
    # The tiny step keeps (n + 1)·q from missing a whole number by rounding.
    low = np.floor((n_scores + 1) * (1 - held) / 2 + 1e-9)
    high = np.ceil((n_scores + 1) * (1 + held[::-1]) / 2 - 1e-9)
    ranks = np.concatenate([low, high]).astype(np.int64)
    return np.asarray(ranked[np.clip(ranks, 1, n_scores) - 1], dtype=float)


def interval_bands(
    residuals: Residuals, classes: Integers, *, known_months: int, units: Floats | None = None
) -> Bands:
    """Calibrate the interval of each series on the errors known at a moment.

    Parameters
    ----------
    residuals
        Errors at past origins.
    classes
        Volume class of each series now; -1 where its history does not allow a forecast.
    known_months
        Months known now: only origins whose whole horizon lies within them are used.
    units
        Size of error that the volume of each series lets expect now; one where left out.

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
    past_units = 1.0 if residuals.units is None else residuals.units[:, :n_known]
    now_units = np.ones(len(classes)) if units is None else units
    for quantity in range(n_quantities if wanted.any() else 0):
        errors = residuals.errors[:, :n_known, quantity] / past_units
        scores, scales = _scored(errors, groups, now, residuals.horizon)
        cuts = np.array(
            [
                conformal_quantiles(scores[groups == group], int(n_origins[group]))
                for group in range(len(runs))
            ]
        )
        bands.offsets[wanted, quantity] = ((now_units * scales)[:, None] * cuts[now])[wanted]
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
