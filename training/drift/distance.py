"""How far two distributions are apart, for many divisions of the same rows at once.

Every measure works on counts by bin, one row a division, so that the observed division and a thousand drawn
ones are one array. PSI is the symmetrised Kullback–Leibler divergence that credit scoring uses (Siddiqi
2006); the Jensen–Shannon distance is the square root of the divergence in bits, as in ``scipy``; the
Kolmogorov–Smirnov distance is taken at the edges of the bins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["jensen_shannon", "kolmogorov_smirnov", "mean_discrepancy", "population_stability"]

Counts = NDArray[np.float64]
"""Shape ``(divisions, bins)``."""
Floats = NDArray[np.float64]

_SMOOTHING = 0.5
"""Added to every bin (Jeffreys), so that one that is empty on one side has a finite share."""


def population_stability(before: Counts, after: Counts) -> Floats:
    """Return the population stability index of each division.

    Parameters
    ----------
    before, after
        Rows by bin, shape ``(divisions, bins)``.

    Returns
    -------
    ndarray
        At least 0, no upper end; 0 where both shares are equal in every bin.
    """
    left, right = _shares(before, _SMOOTHING), _shares(after, _SMOOTHING)
    index: Floats = ((right - left) * np.log(right / left)).sum(axis=1)
    return index


def jensen_shannon(before: Counts, after: Counts) -> Floats:
    """Return the Jensen–Shannon distance of each division, 0 to 1 (base 2); arguments as above."""
    left, right = _shares(before, 0.0), _shares(after, 0.0)
    middle = (left + right) / 2
    divergence = (_relative_entropy(left, middle) + _relative_entropy(right, middle)) / 2
    distance: Floats = np.sqrt(np.clip(divergence, 0.0, 1.0))
    return distance


def kolmogorov_smirnov(before: Counts, after: Counts) -> Floats:
    """Return the largest difference of the cumulated shares, 0 to 1; the bins are in order of the value."""
    apart = _shares(before, 0.0).cumsum(axis=1) - _shares(after, 0.0).cumsum(axis=1)
    largest: Floats = np.abs(apart).max(axis=1)
    return largest


def mean_discrepancy(kernel: NDArray[np.float32], later: NDArray[np.bool_]) -> Floats:
    """Return the maximum mean discrepancy of each division (Gretton et al. 2012, biased estimate).

    Parameters
    ----------
    kernel
        Similarities of all rows, shape ``(rows, rows)``, positive semi-definite.
    later
        Which rows count as the later period, shape ``(divisions, rows)``; each side has at least one.

    Returns
    -------
    ndarray
        Square root of the squared discrepancy, at least 0.
    """
    weights = later / later.sum(axis=1, keepdims=True) - ~later / (~later).sum(axis=1, keepdims=True)
    squared = np.einsum("ij,ij->i", weights @ kernel.astype(np.float64), weights)
    distances: Floats = np.sqrt(np.maximum(squared, 0.0))
    return distances


def _shares(counts: Counts, smoothing: float) -> Floats:
    smoothed = counts + smoothing
    shares: Floats = smoothed / np.maximum(smoothed.sum(axis=1, keepdims=True), 1e-12)
    return shares


def _relative_entropy(shares: Floats, middle: Floats) -> Floats:
    """Return the Kullback–Leibler divergence in bits; an empty bin adds nothing."""
    safe = np.where(shares > 0, shares / np.where(middle > 0, middle, 1.0), 1.0)
    entropy: Floats = (shares * np.log2(safe)).sum(axis=1)
    return entropy
