"""How far an index could be off: resampled employers, split halves and what no sample shows.

``sd² = sd_boot² + sd_split² + sd_ns²``. Employers are drawn as wholes, because the vacancies of one
employer share its pay and its name. All draws of a cell are one matrix product: a draw is a row of weights
over employers, and every indicator is a function of weighted sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from data.catalogue.indicators import (
    HALF,
    FloatArray,
    composite,
    duration_score,
    fill_score,
    ratio_score,
    shrunk_ratio,
    shrunk_share,
)

__all__ = [
    "DRAWS",
    "SD_NON_SAMPLING",
    "SPLITS",
    "Z80",
    "Baseline",
    "Draws",
    "EmployerSums",
    "bootstrap_weights",
    "fit_split_variance",
    "resampled_index",
    "resampled_median",
    "split_variance",
]

DRAWS = 200
"""Bootstrap draws per cell."""
SPLITS = 20
"""Random halvings per cell."""
SD_NON_SAMPLING = 3.5
"""Standard deviation of coverage and supply error, in points."""
Z80 = 1.2815515655446004
"""Standard deviations on either side of an 80 % interval."""


@dataclass(frozen=True)
class Baseline:
    """What the draws of one cell are measured against; it does not vary between draws."""

    ratio: float
    """θ₀, the city's places per seeker."""
    kappa1: float
    """Strength of shrinkage of the ratio."""
    median: float
    """Reference duration, in days."""
    fill90: float
    """F̄, the city's share filled within ninety days."""
    kappa3: float
    """Strength of shrinkage of the share."""


@dataclass(frozen=True, eq=False)
class EmployerSums:
    """What the employers of one cell add up to, one row per employer."""

    current: FloatArray
    """Vacancies of the last six months."""
    stated: FloatArray
    """Those of them that state their places."""
    heads: FloatArray
    """Places they state."""
    known90: FloatArray
    """Spells for which it is known whether ninety days were enough."""
    filled90: FloatArray
    """Those of them that were filled within ninety days."""
    times: FloatArray
    """Distinct days to filled or censored, rising."""
    counts: FloatArray
    """Spells by employer and time."""
    events: FloatArray
    """Those of them that were filled."""
    supply: float
    """Active seekers of the cell; they are not resampled."""

    @property
    def n_emp(self) -> int:
        """Number of employers."""
        return len(self.current)


@dataclass(frozen=True, eq=False)
class Draws:
    """Resampled values of one cell, one per draw."""

    index: FloatArray
    """S."""
    demand: FloatArray
    """Places asked for."""


def bootstrap_weights(n_emp: int, rng: np.random.Generator) -> FloatArray:
    """Draw ``DRAWS`` samples of employers with replacement: how often each employer is in each."""
    return rng.multinomial(n_emp, np.full(n_emp, 1 / n_emp), size=DRAWS).astype(np.float64)


def resampled_median(sums: EmployerSums, weights: FloatArray) -> FloatArray:
    """Kaplan–Meier median of every draw, in days.

    Parameters
    ----------
    sums
        The cell.
    weights
        Draws by employers.

    Returns
    -------
    ndarray
        Where half were never filled, the last day that was followed; NaN for a draw without spells.
    """
    at_time = weights @ sums.counts
    at_risk = at_time[:, ::-1].cumsum(axis=1)[:, ::-1]
    hazard = np.divide(weights @ sums.events, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    reached = (1 - hazard).cumprod(axis=1) <= HALF
    median = np.where(reached.any(axis=1), sums.times[reached.argmax(axis=1)], np.nan)
    followed = at_time > 0
    last = sums.times[followed.shape[1] - 1 - followed[:, ::-1].argmax(axis=1)]
    return np.where(np.isnan(median) & followed.any(axis=1), last, median)


def resampled_index(
    sums: EmployerSums, baseline: Baseline, weights: FloatArray, supply_share: npt.ArrayLike = 1.0
) -> Draws:
    """Recompute the index for every draw of employers.

    Parameters
    ----------
    sums
        The cell.
    baseline
        Its reference values.
    weights
        Draws by employers.
    supply_share
        Part of the seekers that a draw is compared with: one half for half of the employers.

    Returns
    -------
    Draws
        Index and demand of every draw.
    """
    current, stated, heads = weights @ sums.current, weights @ sums.stated, weights @ sums.heads
    mean_heads = sums.heads.sum() / sums.stated.sum()
    demand = current * np.divide(heads, stated, out=np.full_like(heads, mean_heads), where=stated > 0)
    supply = sums.supply * np.asarray(supply_share, dtype=np.float64)
    theta = shrunk_ratio(demand, supply, baseline.kappa1, baseline.ratio)
    n_days = weights @ sums.counts.sum(axis=1)
    median = resampled_median(sums, weights)
    median = np.where(np.isnan(median), baseline.median, median)
    share = shrunk_share(weights @ sums.filled90, weights @ sums.known90, baseline.kappa3, baseline.fill90)
    index, _ = composite(
        {
            "i1": ratio_score(theta, baseline.ratio),
            "i2": duration_score(median, baseline.median, n_days),
            "i3": fill_score(share),
        }
    )
    return Draws(index, demand)


def split_variance(sums: EmployerSums, baseline: Baseline, rng: np.random.Generator) -> float:
    """Variance of the index by random halving: the mean of (S_A − S_B)²/4, in squared points."""
    order = rng.permuted(np.tile(np.arange(sums.n_emp), (SPLITS, 1)), axis=1)
    half = (order < sums.n_emp // 2).astype(np.float64)
    share = (sums.n_emp // 2) / sums.n_emp
    first = resampled_index(sums, baseline, half, share).index
    second = resampled_index(sums, baseline, 1 - half, 1 - share).index
    return float(((first - second) ** 2).mean() / 4)


def fit_split_variance(variances: Sequence[float], n_spells: Sequence[int]) -> tuple[float, float]:
    """Fit variance = a + b/n over the cells of a city, neither negative.

    Parameters
    ----------
    variances
        Split variance by cell.
    n_spells
        Spells by cell.

    Returns
    -------
    tuple of float
        The two, a and b; zeros when there is no cell.

    Examples
    --------
    >>> a, b = fit_split_variance([3.0, 2.0], [10, 20])
    >>> round(a, 6), round(b, 6)
    (1.0, 20.0)
    """
    if not variances:
        return 0.0, 0.0
    n = np.asarray(n_spells, dtype=np.float64)
    (a, b), _ = nnls(np.column_stack([np.ones_like(n), 1 / n]), np.asarray(variances, dtype=np.float64))
    return float(a), float(b)
