"""The statistics of the flow warning: scan for a beginning, chance by simulation, size with its interval.

For every possible beginning within the last year the people after it are held against those before it, season
taken out. How large a contrast chance alone gives is simulated for the whole procedure, season included.

Sources: scan over change-points with a simulated null distribution (Siegmund 1985; Kulldorff 2001 for its
prospective use), conditional binomial comparison of two Poisson rates (Przyborowski & Wilenski 1940),
over-dispersion as quasi-Poisson (McCullagh & Nelder 1989).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import beta, chi2, norm

from training.forecast.demand import Floats

__all__ = [
    "LONGEST_SINCE",
    "ChangeSize",
    "Scan",
    "chance",
    "dispersion_bound",
    "net_size",
    "rate_size",
    "scan",
]

LONGEST_SINCE = 4
"""Quarters back within which the beginning of a change is looked for."""
_LEAST_FREEDOM = 6
_SEED = 20260101
_DISPERSION_CONFIDENCE = 0.8
_INTERVAL = 0.95
_TAIL = (1 - _INTERVAL) / LONGEST_SINCE / 2
"""Of each side, shared by all possible beginnings (Bonferroni)."""


class ChangeSize(NamedTuple):
    """How large a change is, with a 95 % interval for all possible beginnings together."""

    low: float
    change: float
    high: float


class Scan(NamedTuple):
    """Contrasts of what lies after every possible beginning and before it: (…, beginnings)."""

    z: Floats
    """Standardised; the quantities inflow, outflow and net stand on the first axis."""
    difference: Floats
    """People after, less those expected."""
    variance: Floats
    """Its variance for Poisson counts."""
    ratio: Floats
    """Expected people after, for every one before."""


def _season(counts: Floats, *, shrunk: bool = True) -> Floats:
    """Return the season of every quarter, from the sum of all cells before the last year.

    Counts are (…, cells, quarters); there is one season for each leading axis, shrunk by years / (years + 1).
    """
    quarters = counts.shape[-1]
    before = quarters - LONGEST_SINCE
    total = counts[..., :before].sum(axis=-2) + 0.5
    whole = total[..., -(before // 4 * 4) :]
    years = whole.shape[-1] // 4
    logs = np.log(whole.reshape(*whole.shape[:-1], years, 4))
    effects = (logs - logs.mean(axis=-1, keepdims=True)).mean(axis=-2)
    effects *= years / (years + 1) if shrunk else 1.0
    phase = (np.arange(quarters) - before) % 4  # the whole years end where the last year begins
    return np.asarray(np.exp(effects)[..., phase], dtype=float)


def scan(counts: Floats) -> Scan:
    """Contrast after and before for every beginning within the last year.

    Parameters
    ----------
    counts
        Inflow and outflow × … × cells × quarters.

    Returns
    -------
    Scan
        Inflow, outflow and net × … × cells × beginnings, the shortest first.
    """
    season = _season(counts)[..., None, :]
    z, differences, variances, ratios = [], [], [], []
    for since in range(1, LONGEST_SINCE + 1):
        after, before = counts[..., -since:].sum(axis=-1), counts[..., :-since].sum(axis=-1)
        ratio = season[..., -since:].sum(axis=-1) / season[..., :-since].sum(axis=-1)
        difference, variance = after - ratio * before, ratio * (after + before)
        difference = np.concatenate([difference, difference[:1] - difference[1:]])
        variance = np.concatenate([variance, variance[:1] + variance[1:]])
        z.append(difference / np.sqrt(np.maximum(variance, 1e-9)))
        differences.append(difference)
        variances.append(variance)
        ratios.append(np.broadcast_to(ratio, after.shape))
    parts = (np.stack(each, axis=-1) for each in (z, differences, variances, ratios))
    return Scan(*parts)


def dispersion_bound(counts: Floats) -> float | None:
    """Bound the over-dispersion of the counts before the last year from above, at 80 % confidence.

    Counts are (2, cells, quarters); cells without people tell nothing. Empty with too little to tell by.
    """
    quarters = counts.shape[-1]
    season = _season(counts)[:, None, : quarters - LONGEST_SINCE]
    known = counts[..., : quarters - LONGEST_SINCE]
    level = known.sum(axis=-1, keepdims=True) / season.sum(axis=-1, keepdims=True)
    expected = level * season
    filled = level[..., 0] > 0
    pearson = ((known - expected) ** 2 / np.maximum(expected, 1e-9))[filled].sum()
    freedom = int(filled.sum()) * (known.shape[-1] - 1) - 2 * 3
    if freedom < _LEAST_FREEDOM:
        return None
    return max(1.0, float(pearson / chi2.ppf(1 - _DISPERSION_CONFIDENCE, freedom)))


def _simulated(counts: Floats, dispersion: float, number: int) -> Floats:
    """Draw histories of the same size, season and dispersion in which nothing changes.

    The season is the one seen, not the shrunk one: what shrinking leaves of it belongs to chance too. Returns
    inflow and outflow × simulations × cells × quarters.
    """
    rng = np.random.default_rng(_SEED)
    season = _season(counts, shrunk=False)[:, None, :]
    expected = counts.sum(axis=-1, keepdims=True) / season.sum(axis=-1, keepdims=True) * season
    shape = (number, *expected.shape)
    if dispersion > 1:
        # Gamma-mixed Poisson counts with variance dispersion × mean.
        scale = dispersion - 1
        expected = rng.gamma(np.maximum(expected, 1e-9) / scale, scale, shape)
    return np.moveaxis(rng.poisson(expected, shape), 0, 1).astype(float)


def chance(counts: Floats, *, dispersion: float, simulations: int) -> Floats:
    """Return how often histories without a change show as large a contrast as the one seen.

    Parameters
    ----------
    counts
        Inflow and outflow × cells × quarters.
    dispersion
        Variance of the counts over their mean.
    simulations
        Histories simulated; the generator is seeded, the same counts give the same answer.

    Returns
    -------
    Floats
        Inflow, outflow and net × cells, each above 0 and at most 1.
    """
    observed = np.abs(scan(counts).z).max(axis=-1)
    drawn = np.abs(scan(_simulated(counts, dispersion, simulations)).z).max(axis=-1)
    return np.asarray((1 + (drawn >= observed[:, None, :]).sum(axis=1)) / (simulations + 1), dtype=float)


def rate_size(after: float, before: float, ratio: float, *, dispersion: float) -> ChangeSize:
    """Return the relative change of a rate, from the binomial that what comes after follows given the sum.

    Parameters
    ----------
    after, before
        People since the beginning, and before it, more than 0.
    ratio
        Expected people after, for every one before, without a change.
    dispersion
        Variance of the counts over their mean: the interval is that of counts divided by it.
    """
    few, many = after / dispersion, before / dispersion
    low = float(beta.ppf(_TAIL, few, many + 1)) if few > 0 else 0.0
    high = float(beta.ppf(1 - _TAIL, few + 1, many))
    # A share s of the people after the beginning is a relative rate of s / (1 - s) / ratio.
    odds = (low / (1 - low), after / before, high / (1 - high))
    return ChangeSize(*(round(each / ratio - 1, 3) for each in odds))


def net_size(difference: float, variance: float, since: int, *, dispersion: float) -> ChangeSize:
    """Return the change of a net flow in people a quarter, from the normal distribution.

    Parameters
    ----------
    difference, variance
        Of the scan.
    since
        Quarters since the beginning.
    dispersion
        Variance of the counts over their mean.
    """
    middle = difference / since
    half = float(norm.ppf(1 - _TAIL)) * float(np.sqrt(dispersion * variance)) / since
    return ChangeSize(round(middle - half, 1), round(middle, 1), round(middle + half, 1))
