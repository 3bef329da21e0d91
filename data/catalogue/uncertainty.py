"""How far an index could be off: resampled employers, split halves and what no sample shows.

``sd² = f²·(sd_boot² + sd_split²) + sd_ns²``. Employers are drawn as wholes, because the vacancies of one
employer share its pay and its name. The factor f is the least, from 1 up, with which the intervals cover
80 % of the repeat pairs: the two halves of a cell are two samples of one truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from data.catalogue.indicators import (
    FloatArray,
    applicant_score,
    composite,
    duration_score,
    fill_score,
    pay_score,
    ratio_score,
    shrunk_ratio,
    shrunk_share,
    survey_score,
)
from data.catalogue.moments import EmployerSums, Totals, resampled_median

__all__ = [
    "COVERED",
    "DRAWS",
    "SD_NON_SAMPLING",
    "SPLITS",
    "Z80",
    "Baseline",
    "Draws",
    "bootstrap_weights",
    "demand_of",
    "fit_split_variance",
    "inflation_factor",
    "resampled_index",
    "split_differences",
    "survey_draws",
]

DRAWS = 200
"""Bootstrap draws per cell."""
SPLITS = 20
"""Random halvings per cell."""
SD_NON_SAMPLING = 3.5
"""Standard deviation of coverage and supply error, in points."""
COVERED = 0.80
"""Share of the repeat pairs that the intervals must cover."""
Z80 = 1.2815515655446004
"""Standard deviations on either side of an 80 % interval."""


@dataclass(frozen=True)
class Baseline:
    """What one cell is measured against; it does not vary between draws.

    An indicator whose first value is None is not measured.
    """

    ratio: float | None = None
    """I1: θ₀, the city's places per seeker."""
    kappa1: float = 1.0
    """Strength of its shrinkage."""
    median: float | None = None
    """I2: reference duration, in days."""
    fill90: float | None = None
    """I3: F̄, the share filled within ninety days."""
    kappa3: float = 1.0
    """Strength of its shrinkage."""
    applicants: float | None = None
    """I4: Ā, suitable applicants per vacancy."""
    kappa4: float = 1.0
    """Strength of its shrinkage."""
    pay_sd: float | None = None
    """I5: standard deviation of pay growth between cells."""
    pay_city: float = 0.0
    """Pay growth of the city."""
    pay_shrink: float = 1.0
    """Part of the growth over the city's that is kept: its variance over that plus the squared error."""
    hard: float | None = None
    """I6: h, the cell's share of 招聘困难, shrunk."""
    hard_n: float = 0.0
    """Employers asked, with the strength of shrinkage added."""
    hard_reference: float = 0.5
    """h̄, the reference share."""

    @property
    def present(self) -> tuple[str, ...]:
        """Indicators that are measured."""
        firsts = (self.ratio, self.median, self.fill90, self.applicants, self.pay_sd, self.hard)
        return tuple(f"i{place}" for place, first in enumerate(firsts, start=1) if first is not None)


@dataclass(frozen=True, eq=False)
class Draws:
    """Values of one cell, one per draw."""

    scores: dict[str, FloatArray]
    """Score by indicator."""
    index: FloatArray
    """S."""
    demand: FloatArray
    """Places asked for."""


def bootstrap_weights(n_emp: int, rng: np.random.Generator) -> FloatArray:
    """Draw ``DRAWS`` samples of employers with replacement: how often each employer is in each."""
    return rng.multinomial(n_emp, np.full(n_emp, 1 / n_emp), size=DRAWS).astype(np.float64)


def survey_draws(baseline: Baseline, rng: np.random.Generator) -> FloatArray | None:
    """Draw the share of 招聘困难 as often as employers are drawn; None without a survey.

    Only the published share is known, not the returns: its error is that of a share of as many employers.
    """
    if baseline.hard is None:
        return None
    n = max(baseline.hard_n, 1.0)
    hard = float(np.clip(baseline.hard, 0.02, 0.98))
    return np.asarray(rng.beta(hard * n, (1 - hard) * n, size=DRAWS), dtype=np.float64)


def demand_of(sums: EmployerSums, totals: Totals) -> FloatArray:
    """Places asked for: vacancies without a number count with the mean of those that state one."""
    whole = sums.moments.sum(axis=0)
    stated, heads = whole[Totals._fields.index("stated")], whole[Totals._fields.index("heads")]
    mean_heads = heads / stated if stated else 0.0
    mean = np.divide(
        totals.heads, totals.stated, out=np.full_like(totals.heads, mean_heads), where=totals.stated > 0
    )
    return np.asarray(totals.current * mean, dtype=np.float64)


def resampled_index(
    sums: EmployerSums,
    baseline: Baseline,
    weights: FloatArray,
    supply_share: npt.ArrayLike = 1.0,
    hard: FloatArray | None = None,
) -> Draws:
    """Compute the index for every draw of employers; for the cell itself all weights are one.

    Parameters
    ----------
    sums
        The cell.
    baseline
        Its reference values, with at least one indicator present.
    weights
        Draws by employers.
    supply_share
        Part of the seekers that a draw is compared with: one half for half of the employers.
    hard
        Drawn shares of the survey; the share itself when left out.

    Returns
    -------
    Draws
        Scores, index and demand of every draw.
    """
    totals = sums.totals(weights)
    demand = demand_of(sums, totals)
    scores: dict[str, FloatArray] = {}
    if baseline.ratio is not None:
        supply = sums.supply * np.asarray(supply_share, dtype=np.float64)
        theta = shrunk_ratio(demand, supply, baseline.kappa1, baseline.ratio)
        scores["i1"] = ratio_score(theta, baseline.ratio)
    if baseline.median is not None:
        median = resampled_median(sums, weights)
        median = np.where(np.isnan(median), baseline.median, median)
        scores["i2"] = duration_score(median, baseline.median, weights @ sums.counts.sum(axis=1))
    if baseline.fill90 is not None:
        share = shrunk_share(totals.filled90, totals.known90, baseline.kappa3, baseline.fill90)
        scores["i3"] = fill_score(share)
    scores |= _softer_scores(totals, baseline, hard)
    return Draws(scores, composite(scores)[0], demand)


def _softer_scores(totals: Totals, baseline: Baseline, hard: FloatArray | None) -> dict[str, FloatArray]:
    """Score applicants, pay and the survey."""
    scores: dict[str, FloatArray] = {}
    if baseline.applicants is not None:
        added = baseline.kappa4 * baseline.applicants
        per_vacancy = (totals.suitable + added) / (totals.answered + baseline.kappa4)
        scores["i4"] = applicant_score(per_vacancy, baseline.applicants)
    if baseline.pay_sd is not None:
        over = np.nan_to_num(totals.growth - baseline.pay_city)
        scores["i5"] = pay_score(baseline.pay_shrink * over / baseline.pay_sd)
    if baseline.hard is not None:
        share = np.full(len(totals.paid), baseline.hard) if hard is None else hard
        scores["i6"] = survey_score(share, baseline.hard_reference)
    return scores


def split_differences(sums: EmployerSums, baseline: Baseline, rng: np.random.Generator) -> FloatArray:
    """Halve the employers at random ``SPLITS`` times: the differences S_A − S_B, in points."""
    order = rng.permuted(np.tile(np.arange(sums.n_emp), (SPLITS, 1)), axis=1)
    half = (order < sums.n_emp // 2).astype(np.float64)
    share = (sums.n_emp // 2) / sums.n_emp
    first = resampled_index(sums, baseline, half, share).index
    second = resampled_index(sums, baseline, 1 - half, 1 - share).index
    return np.asarray(first - second, dtype=np.float64)


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


def inflation_factor(differences: Sequence[FloatArray], sds: Sequence[float]) -> float:
    """Find the least factor, from 1 up, with which intervals cover 80 % of the repeat pairs.

    Parameters
    ----------
    differences
        S_A − S_B of every halving, by cell.
    sds
        Sampling standard deviation of each whole cell, in points. A half varies √2 times as much and the
        difference of two halves twice as much.

    Returns
    -------
    float
        1 when the pairs are covered already, and without cells.

    Examples
    --------
    >>> import numpy as np
    >>> round(inflation_factor([np.array([1.0, 2.0, 3.0, 4.0, 5.126206])], [1.0]), 3)
    1.561
    """
    if not sds:
        return 1.0
    pairs = zip(differences, sds, strict=True)
    ratios = np.concatenate([np.abs(difference) / (2 * max(sd, 1e-9)) for difference, sd in pairs])
    return max(1.0, float(np.quantile(ratios, COVERED, method="inverted_cdf")) / Z80)
