"""Split of a forecast total by gradient boosting: what the recent course of a share says of the next months.

One model for all series, fitted again at every origin on what was known then. It predicts the ratio of a
future share to the smoothed one from the months before, with scikit-learn's histogram gradient boosting
under Poisson loss. The predicted shares are brought to add up to the forecast total: top-down by forecast
proportions, so that nothing is lost or gained.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from training.forecast.demand import Floats, Integers
from training.forecast.shares import share_levels
from training.forecast.smoothing import ALPHA

__all__ = ["LEAST_ROWS", "boosted_steps"]

LEAST_ROWS = 2_000
"""Past cases from which a model is fitted; before, the smoothed share is taken."""
_MOST_ROWS = 60_000
_LAGS = 6
_SLOW = 0.2
_FIRST = 7  # months before the first case
_PAST = 12  # origins that a model learns from


def boosted_steps(
    matrix: Floats, total: Floats, market: Floats, *, origins: Integers, rng: np.random.Generator
) -> Floats:
    """Split the forecasts of the total made at every origin.

    Parameters
    ----------
    matrix
        Heads, series × months, none below 0.
    total
        Heads of the panel, one value a month, all above 0.
    market
        Forecasts of the total: origins × months ahead.
    origins
        Months known at each origin, ascending.
    rng
        Draws the cases where there are more than can be learnt from.

    Returns
    -------
    Floats
        Heads: series × origins × months ahead; their sum is the forecast total times the series' joint
        smoothed share of it.
    """
    horizon = market.shape[1]
    steps = np.empty((len(matrix), len(origins), horizon))
    for column, origin in enumerate(origins.tolist()):
        level = share_levels(matrix, total, origin=origin, alpha=ALPHA)
        ratios = _ratios(matrix, total, origin=origin, horizon=horizon, rng=rng)
        shares = level[:, None] * ratios
        sums = shares.sum(axis=0)
        scale = np.divide(level.sum(), sums, out=np.ones(horizon), where=sums > 0)
        steps[:, column] = shares * scale * market[column]
    return steps


def _ratios(matrix: Floats, total: Floats, *, origin: int, horizon: int, rng: np.random.Generator) -> Floats:
    """Predict future shares over smoothed ones; 1 while there is too little to learn from."""
    cases, targets, weights = [], [], []
    for past in range(max(_FIRST, origin - horizon - _PAST), origin - horizon + 1):
        features, base = _features(matrix, total, past)
        for step in range(horizon):
            heads = matrix[:, past + step] / total[past + step] * total[:past].mean()
            cases.append(np.column_stack([features, np.full(len(base), step)]))
            targets.append((heads + 0.5) / base)
            weights.append(np.sqrt(base))
    if sum(map(len, targets)) < LEAST_ROWS:
        return np.ones((len(matrix), horizon))
    model = _fitted(np.concatenate(cases), np.concatenate(targets), np.concatenate(weights), rng)
    features, _ = _features(matrix, total, origin)
    found = [
        model.predict(np.column_stack([features, np.full(len(features), step)])) for step in range(horizon)
    ]
    return np.stack(found, axis=1)


def _features(matrix: Floats, total: Floats, origin: int) -> tuple[Floats, Floats]:
    """Describe each series by its size and its recent shares over the smoothed one."""
    heads = matrix[:, :origin] / total[:origin] * total[:origin].mean()
    fast = share_levels(matrix, total, origin=origin, alpha=ALPHA) * total[:origin].mean()
    slow = share_levels(matrix, total, origin=origin, alpha=_SLOW) * total[:origin].mean()
    base = fast + 0.5
    recent = heads[:, -_LAGS:]
    parts = [np.log(base), (slow + 0.5) / base, (recent == 0).mean(axis=1), recent.std(axis=1) / base]
    return np.column_stack([*parts, (recent + 0.5) / base[:, None]]), base


def _fitted(cases: Floats, targets: Floats, weights: Floats, rng: np.random.Generator) -> Any:
    """Fit the model; the library takes seconds to load."""
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415

    if len(cases) > _MOST_ROWS:
        drawn = rng.choice(len(cases), _MOST_ROWS, replace=False)
        cases, targets, weights = cases[drawn], targets[drawn], weights[drawn]
    model = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.06,
        max_iter=60,
        max_leaf_nodes=15,
        min_samples_leaf=100,
        early_stopping=False,
        random_state=0,
    )
    return model.fit(cases, targets, sample_weight=weights)
