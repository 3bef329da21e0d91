"""Learn one side: curves from the earlier lists, calibration and comparison on the later ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from data.errors import RefusedError
from matching.features import FEATURES
from matching.ranker import CREDENTIAL_CAP, AdditiveRanker, suggested_weights
from training.metrics import mean_with_interval
from training.ranker.calibration import Calibrated, calibrate
from training.ranker.curves import AdditiveCurves, Bins, BoostingConfig, fit_curves
from training.ranker.feedback import ShownPairs
from training.ranker.pairwise import fit_pairwise
from training.ranker.propensity import estimate_bias, inverse_weights

__all__ = ["LearnedSide", "RankerConfig", "learn_side"]

Floats = NDArray[np.float64]

_K = 10


@dataclass(frozen=True)
class RankerConfig:
    """How a ranker is learned from feedback."""

    seed: int = 0
    """Seed of every draw."""
    success: int = 2
    """Stage from which a pair counts as a success: 2 is shortlisted."""
    window_days: int = 30
    """Days that an outcome has to come."""
    fewest_successes: int = 100
    """Successes, and as many failures, that a side needs."""
    fewest_queries: int = 20
    """Vacancies, or people, that they must be of."""
    held_out: float = 0.3
    """Share of the queries, those shown last, kept for calibration and comparison."""
    largest_weight: float = 10.0
    """Largest inverse propensity."""
    boosting: BoostingConfig = field(
        default_factory=lambda: BoostingConfig(trees=150, learning_rate=0.1, leaves=4, bins=32)
    )
    """Settings of the boosting."""


class LearnedSide(NamedTuple):
    """What was learned for one side."""

    curves: AdditiveCurves
    """Shaped for scoring."""
    calibration: Calibrated
    """Scores to probabilities, or why not."""
    report: dict[str, Any]
    """Sizes, propensities, calibration and comparison with other rankers."""


def learn_side(pairs: ShownPairs, config: RankerConfig, *, for_vacancy: bool) -> LearnedSide:
    """Learn curves for one side and measure them on lists that were shown later.

    Parameters
    ----------
    pairs
        Pairs in the order in which they were shown.
    config
        Settings.
    for_vacancy
        True for employers' lists, False for people's.

    Returns
    -------
    LearnedSide
        Fitted on the earlier queries; the later ones decide nothing but the calibration.

    Raises
    ------
    RefusedError
        ``feedback_too_little``: there are fewer successes, failures or queries than the settings ask for.
    """
    _check(pairs, config)
    late = _late(pairs.queries, config.held_out)
    fitted, held = pairs.take(~late), pairs.take(late)
    bins = Bins.from_values(fitted.features, bins=config.boosting.bins)
    bias = estimate_bias(bins.shares(fitted.features), fitted.stages >= 1, fitted.positions)

    def seen(some: ShownPairs) -> Floats:
        return np.where(np.isnan(some.propensities), bias.at(some.positions), some.propensities)

    outcomes = fitted.stages >= config.success
    weights = inverse_weights(seen(fitted), outcomes, largest=config.largest_weight)
    names = [each.name for each in FEATURES]
    credential = [each.credential for each in FEATURES]
    learned = fit_curves(
        fitted.features, outcomes, names, weights=weights, config=config.boosting, seed=config.seed
    )
    naive = fit_curves(fitted.features, outcomes, names, config=config.boosting, seed=config.seed)
    shaped = learned.shaped(credential, cap=CREDENTIAL_CAP)
    shares = bins.shares(fitted.features)
    rng = np.random.default_rng(config.seed)
    point = LogisticRegression(max_iter=1000).fit(shares, outcomes, sample_weight=weights).coef_[0]
    pair = fit_pairwise(shares, outcomes, fitted.queries, rng, weights=weights)
    suggested = np.array(list(suggested_weights(for_vacancy=for_vacancy).values()))
    later = bins.shares(held.features)
    scores = {
        "learned_curves": 100 * shaped.decide(held.features),
        "additive": AdditiveRanker().score(held.features, suggested, for_vacancy=for_vacancy),
        "curves_without_propensity": naive.decide(held.features),
        "logistic": later @ point,
        "pairwise": later @ pair,
    }
    succeeded = held.stages >= config.success
    calibrated = calibrate(scores["learned_curves"], succeeded, held.queries)
    gains = np.where(succeeded, np.minimum(1 / seen(held), config.largest_weight), 0.0)
    return LearnedSide(
        shaped,
        calibrated,
        {
            "pairs": len(pairs),
            "fitted": len(fitted),
            "held_out": len(held),
            "queries": len(np.unique(pairs.queries)),
            "successes": int((pairs.stages >= config.success).sum()),
            "propensity_recorded": float((~np.isnan(pairs.propensities)).mean()),
            "propensity_by_position": bias.seen.round(4).tolist(),
            "share_of_score": {one.feature: round(one.largest, 4) for one in shaped.curves},
            "calibration": _calibration_report(calibrated),
            "gain@10": _compared(scores, gains, held.queries, rng),
        },
    )


def _check(pairs: ShownPairs, config: RankerConfig) -> None:
    """Refuse to learn from too little."""
    successes = int((pairs.stages >= config.success).sum())
    failures, queries = len(pairs) - successes, len(np.unique(pairs.queries))
    if min(successes, failures) < config.fewest_successes or queries < config.fewest_queries:
        raise RefusedError(
            "feedback_too_little",
            f"反馈太少：{queries} 个查询，{successes} 个成功，{failures} 个未成功，不训练",
            hint=f"至少 {config.fewest_queries} 个查询，观察期满的成败各 {config.fewest_successes} 个",
        )


def _late(queries: NDArray[np.int64], share: float) -> NDArray[np.bool_]:
    """Return whether each pair is of a query that came up among the last."""
    order = list(dict.fromkeys(queries.tolist()))
    last = order[int(len(order) * (1 - share)) :]
    return np.isin(queries, last)


def _calibration_report(calibrated: Calibrated) -> dict[str, Any]:
    """Return the calibration without its points."""
    measured = calibrated.reliability
    return {
        "method": calibrated.method or None,
        "reason": calibrated.reason or None,
        **({} if measured is None else {name: round(value, 5) for name, value in measured._asdict().items()}),
    }


def _compared(
    scores: Mapping[str, Floats], gains: Floats, queries: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, Any]:
    """Return the discounted gain@10 of every ranker, weighted by propensity over all lists at once.

    A list's own nDCG would cancel the weights wherever a list has one success; dividing by the mean weight of
    all lists does not (self-normalised inverse propensity scoring, Swaminathan and Joachims, NIPS 2015).
    """
    order = np.argsort(queries, kind="stable")
    lists = np.split(order, np.flatnonzero(np.diff(queries[order])) + 1)
    # A list as it was shown is in the order of the old ranker: equal scores must not profit from it.
    noise = rng.random(len(gains))
    discount = 1 / np.log2(np.arange(2, _K + 2))
    weight = max(float(np.mean([gains[one].sum() for one in lists])), 1e-9)

    def gained(own: Floats, one: NDArray[np.int64]) -> float:
        best = gains[one][np.lexsort((noise[one], -own[one]))][:_K]
        return float(best @ discount[: len(best)]) / weight

    values = {
        system: np.array([gained(own, one) for one in lists], np.float64) for system, own in scores.items()
    }
    found: dict[str, Any] = {}
    for system, own in values.items():
        mean = mean_with_interval(own, rng)
        found[system] = {"mean": mean.mean, "low": mean.low, "high": mean.high}
        if system != "learned_curves":
            gap = mean_with_interval(values["learned_curves"] - own, rng)
            found[system]["learned_better_by"] = {"mean": gap.mean, "low": gap.low, "high": gap.high}
    return found
