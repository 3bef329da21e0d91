"""The six indicators, their shrinkage and their scores.

Every score lies on a log-odds scale from 0 to 100 where 50 is neutral and 60 the mark of a shortage, and
is clipped to [5, 95]. The functions work on numbers and arrays alike, so that a resampled city is scored
by the same code as the real one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtr
from scipy.stats import CensoredData, ecdf

from data.catalogue.spells import CAP_DAYS

__all__ = [
    "FAMILIES",
    "HALF",
    "OUTCOME_INDICATORS",
    "SHARE_RANGE",
    "WEIGHTS",
    "FloatArray",
    "applicant_score",
    "composite",
    "duration_score",
    "fill_score",
    "kappa_by_moments",
    "kappa_of_rates",
    "median_days",
    "pay_score",
    "ratio_score",
    "shrunk_ratio",
    "shrunk_share",
    "survey_score",
]

FloatArray = npt.NDArray[np.float64]

WEIGHTS = {"i1": 0.30, "i2": 0.15, "i3": 0.15, "i4": 0.10, "i5": 0.15, "i6": 0.15}
"""Weights of the method before they are renormalised over the indicators present."""
FAMILIES = {"i1": "供需", "i2": "结果", "i3": "结果", "i4": "结果", "i5": "价格", "i6": "评价"}
"""Family of each indicator."""
OUTCOME_INDICATORS = tuple(name for name, family in FAMILIES.items() if family == "结果")
"""Indicators that rest on how hiring ended."""

KAPPA_RANGE = (1.0, 40.0)
SCORE_RANGE = (5.0, 95.0)
SHARE_RANGE = (0.01, 0.99)
"""Shares are kept within it, so that their odds are finite."""
HALF = 0.5 + 1e-9
"""Survival at which half are filled; a survival of exactly one half counts as reached."""


def kappa_by_moments(successes: npt.ArrayLike, trials: npt.ArrayLike) -> float:
    """Strength of shrinkage of a beta-binomial by moments, κ = p̄(1−p̄)/τ̂² − 1, clipped to [1, 40].

    Parameters
    ----------
    successes, trials
        One pair per cell; they need not be whole. Cells without trials are left out.

    Returns
    -------
    float
        With weights nᵢ, S = Σ nᵢ(pᵢ−p̄)² has the expectation p̄(1−p̄)·[(k−1) + ρ·Σ(1−nᵢ/N)(nᵢ−1)] with
        ρ = 1/(κ+1) (Kleinman 1973). 40 — everything to the mean — where fewer than two cells, or no
        more spread than chance, leave nothing to estimate.

    Examples
    --------
    >>> round(kappa_by_moments([3, 7], [10, 10]), 4)
    3.0909
    """
    x, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    x, n = x[n > 0], n[n > 0]
    if len(n) < 2:
        return KAPPA_RANGE[1]
    total = n.sum()
    mean = x.sum() / total
    spread = mean * (1 - mean)
    room = float(((1 - n / total) * (n - 1)).sum())
    if spread <= 0 or room <= 0:
        return KAPPA_RANGE[1]
    observed = float((n * (x / n - mean) ** 2).sum())
    rho = (observed / spread - (len(n) - 1)) / room
    if rho <= 0:
        return KAPPA_RANGE[1]
    return float(np.clip(1 / rho - 1, *KAPPA_RANGE))


def kappa_of_rates(counts: npt.ArrayLike, exposures: npt.ArrayLike) -> float:
    """Strength of shrinkage of a rate by moments, as :func:`kappa_by_moments` is for a share.

    Parameters
    ----------
    counts, exposures
        One pair per cell; cells without exposure are left out.

    Returns
    -------
    float
        κ = mean/τ̂² of a gamma-Poisson, in units of exposure, clipped to [1, 40]. 40 where fewer than two
        cells, or no more spread than chance, leave nothing to estimate.

    Examples
    --------
    >>> round(kappa_of_rates([10, 30], [10, 10]), 4)
    1.1111
    """
    x, n = np.asarray(counts, dtype=np.float64), np.asarray(exposures, dtype=np.float64)
    x, n = x[n > 0], n[n > 0]
    if len(n) < 2 or x.sum() == 0:
        return KAPPA_RANGE[1]
    mean, room = x.sum() / n.sum(), float(n.sum() - (n**2).sum() / n.sum())
    between = (float((n * (x / n - mean) ** 2).sum()) - (len(n) - 1) * mean) / room
    return KAPPA_RANGE[1] if between <= 0 else float(np.clip(mean / between, *KAPPA_RANGE))


def shrunk_ratio(demand: npt.ArrayLike, supply: npt.ArrayLike, kappa: float, reference: float) -> FloatArray:
    """Shrink a ratio: θ = (V + κp̄)/(U + κ(1−p̄)), where ``reference`` θ₀ = p̄/(1−p̄) is the city's ratio."""
    share = reference / (1 + reference)
    theta = (np.asarray(demand) + kappa * share) / (np.asarray(supply) + kappa * (1 - share))
    return np.asarray(theta, dtype=np.float64)


def shrunk_share(successes: npt.ArrayLike, trials: npt.ArrayLike, kappa: float, mean: float) -> FloatArray:
    """F = (x + κp̄)/(n + κ); the mean itself where there are no trials."""
    share = (np.asarray(successes) + kappa * mean) / (np.asarray(trials) + kappa)
    return np.asarray(share, dtype=np.float64)


def ratio_score(theta: npt.ArrayLike, reference: float) -> FloatArray:
    """I1: 100·θ/(θ+θ₀)."""
    ratio = np.asarray(theta, dtype=np.float64)
    return np.clip(100 * ratio / (ratio + reference), *SCORE_RANGE)


def duration_score(median: npt.ArrayLike, reference: float, n: npt.ArrayLike) -> FloatArray:
    """I2: 100·σ(1.205·ln d·n/(n+3)), d the median days over the reference, both at least one day.

    Forty per cent over the reference gives 60 when the sample is large.
    """
    sample = np.asarray(n, dtype=np.float64)
    ratio = np.maximum(np.asarray(median, dtype=np.float64), 1.0) / max(reference, 1.0)
    return np.asarray(np.clip(100 * expit(1.205 * np.log(ratio) * sample / (sample + 3)), *SCORE_RANGE))


def fill_score(share: npt.ArrayLike) -> FloatArray:
    """I3: 100·σ(0.573·[ln((1−F)/F) + 0.708]); 67 % filled gives 50, one half 60, a third 69."""
    filled = np.clip(np.asarray(share, dtype=np.float64), *SHARE_RANGE)
    return np.asarray(np.clip(100 * expit(0.573 * (np.log((1 - filled) / filled) + 0.708)), *SCORE_RANGE))


def applicant_score(applicants: npt.ArrayLike, reference: float) -> FloatArray:
    """I4: 100·Ā/(Ā+A), A the suitable applicants per vacancy; half as many as the reference give 67."""
    per_vacancy = np.maximum(np.asarray(applicants, dtype=np.float64), 0.0)
    return np.asarray(np.clip(100 * reference / (reference + per_vacancy), *SCORE_RANGE))


def pay_score(z: npt.ArrayLike) -> FloatArray:
    """I5: 100·Φ(z/2), z the growth over the city's in reference standard deviations; 1 gives 69."""
    return np.asarray(np.clip(100 * ndtr(np.asarray(z, dtype=np.float64) / 2), *SCORE_RANGE))


def survey_score(share: npt.ArrayLike, reference: float) -> FloatArray:
    """I6: 100·o/(1+o), o the odds of the share over the odds of the reference."""
    hard = np.clip(np.asarray(share, dtype=np.float64), *SHARE_RANGE)
    odds = logit(hard) - logit(np.clip(reference, *SHARE_RANGE))
    return np.asarray(np.clip(100 * expit(odds), *SCORE_RANGE))


def median_days(days: FloatArray, filled: npt.NDArray[np.bool_]) -> float | None:
    """Kaplan–Meier median of the days to filled.

    Parameters
    ----------
    days
        Days to filled or censored, 0 to 180, without NaN.
    filled
        True where the spell ended filled, False where it is censored.

    Returns
    -------
    float or None
        Days; 180 when half were not filled by then; None when the spells were not followed long enough
        to tell, and for empty input.
    """
    if len(days) == 0:
        return None
    survival = ecdf(CensoredData.right_censored(days, ~filled)).sf
    reached = survival.quantiles[survival.probabilities <= HALF]
    if len(reached):
        return float(reached[0])
    return CAP_DAYS if days.max() >= CAP_DAYS else None


def composite(scores: dict[str, FloatArray]) -> tuple[FloatArray, dict[str, float]]:
    """S = Σwᵢsᵢ/Σwᵢ over the indicators present, and the weights after renormalisation.

    Parameters
    ----------
    scores
        Score by indicator, at least one.

    Returns
    -------
    tuple
        The index, and the weights, which sum to 1.
    """
    total = sum(WEIGHTS[name] for name in scores)
    weights = {name: WEIGHTS[name] / total for name in scores}
    index = sum((weights[name] * score for name, score in scores.items()), np.float64(0.0))
    return np.asarray(index, dtype=np.float64), weights
