"""What a score means as a probability: learned on outcomes that the ranker was not fitted on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

__all__ = ["Calibrated", "Reliability", "calibrate", "reliability"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST_SUCCESSES = 50
"""Successes, and as many failures, below which no probability is given."""
_ISOTONIC_FROM = 300
_GROUPS = 10


class Reliability(NamedTuple):
    """How far probabilities and what happened are apart."""

    ece: float
    """Expected calibration error: mean distance over ten groups of equal size, 0 to 1."""
    brier: float
    """Mean squared error of the probabilities."""
    brier_of_base_rate: float
    """The same with everyone given the overall share."""


class Calibrated(NamedTuple):
    """A calibration, or why there is none."""

    scores: tuple[float, ...]
    """Rising scores, 0 to 100; empty where there is no calibration."""
    probabilities: tuple[float, ...]
    """Probabilities at them, never falling."""
    method: str
    """``isotonic``, ``platt`` or empty."""
    reliability: Reliability | None
    """Measured by two-fold cross-fitting over queries."""
    reason: str
    """Why there is no calibration, in Chinese; empty where there is one."""


def calibrate(scores: Floats, outcomes: Bools, queries: NDArray[np.int64]) -> Calibrated:
    """Map scores to probabilities.

    Parameters
    ----------
    scores
        Scores of pairs that the ranker was not fitted on, 0 to 100.
    outcomes
        Whether each came to a good end.
    queries
        Query of each pair: what is measured on one query is never learned from the same one.

    Returns
    -------
    Calibrated
        Isotonic from 300 successes and failures, by Platt's sigmoid below, none below 50.
    """
    successes, failures = int(outcomes.sum()), int((~outcomes).sum())
    if min(successes, failures) < FEWEST_SUCCESSES:
        reason = f"留出部分只有 {successes} 个成功、{failures} 个未成功，不足 {FEWEST_SUCCESSES}，不给概率"
        return Calibrated((), (), "", None, reason)
    folds = np.unique(queries, return_inverse=True)[1] % 2 == 0
    estimated = np.empty(len(scores))
    for fold in (folds, ~folds):
        if not fold.any() or outcomes[~fold].all() or not outcomes[~fold].any():
            return Calibrated((), (), "", None, "留出部分的查询太少，无法检验概率，不给概率")
        _, at, probabilities = _fitted(scores[~fold], outcomes[~fold])
        estimated[fold] = np.interp(scores[fold], at, probabilities)
    method, at, probabilities = _fitted(scores, outcomes)
    return Calibrated(
        tuple(at.tolist()), tuple(probabilities.tolist()), method, reliability(estimated, outcomes), ""
    )


def reliability(probabilities: Floats, outcomes: Bools) -> Reliability:
    """Compare probabilities with what happened.

    Parameters
    ----------
    probabilities
        One for each pair, 0 to 1.
    outcomes
        What happened, at least one pair.
    """
    happened = outcomes.astype(np.float64)
    groups = [
        group for group in np.array_split(np.argsort(probabilities, kind="stable"), _GROUPS) if len(group)
    ]
    gaps = [len(group) * abs(float(probabilities[group].mean() - happened[group].mean())) for group in groups]
    base = float(happened.mean())
    return Reliability(
        sum(gaps) / len(happened), float(((probabilities - happened) ** 2).mean()), base * (1 - base)
    )


def _fitted(scores: Floats, outcomes: Bools) -> tuple[str, Floats, Floats]:
    """Return the method and its points."""
    if min(int(outcomes.sum()), int((~outcomes).sum())) >= _ISOTONIC_FROM:
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, outcomes)
        return "isotonic", *_rising(model.X_thresholds_, model.y_thresholds_)
    sigmoid = LogisticRegression(C=1e6, max_iter=1000).fit(scores[:, None] / 100, outcomes)
    at = np.linspace(0, 100, 51)
    # A slope below 0 would make good scores look bad: then the score tells nothing of the outcome.
    if sigmoid.coef_[0, 0] <= 0:
        return "platt", at, np.full(len(at), float(outcomes.mean()))
    return "platt", at, np.asarray(sigmoid.predict_proba(at[:, None] / 100)[:, 1], np.float64)


def _rising(at: Floats, probabilities: Floats) -> tuple[Floats, Floats]:
    """Return the points with each score once."""
    first = np.unique(np.round(at, 6), return_index=True)[1]
    return np.clip(np.round(at[first], 6), 0, 100), np.maximum.accumulate(probabilities[first])
