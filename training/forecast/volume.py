"""How much history and volume a series has, and the volume classes in which residuals are pooled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from training.forecast.demand import Floats, Integers

__all__ = [
    "LEAST_MONTHS",
    "LEAST_NONZERO",
    "N_CLASSES",
    "History",
    "class_label",
    "history_at",
    "merged_classes",
    "volume_classes",
]

LEAST_MONTHS = 6
"""Months since its first demand that a series needs for a forecast."""
LEAST_NONZERO = 3
"""Months with demand that a series needs for a forecast."""
_EDGES = (1.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0)
N_CLASSES = len(_EDGES) + 1
"""Volume classes before merging: below 1 head a month, 1 to 5, ..., 500 and more."""


class History(NamedTuple):
    """What was known of each series at an origin."""

    own_months: Integers
    """Months since the first demand, that month included; 0 before any."""
    nonzero_months: Integers
    """Months with demand."""
    volume: Floats
    """Mean heads a month over the last 12 own months; 0 before any."""

    @property
    def sufficient(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Whether the series has enough months of its own for a forecast."""
        return (self.own_months >= LEAST_MONTHS) & (self.nonzero_months >= LEAST_NONZERO)


def history_at(matrix: Floats, origin: int) -> History:
    """Describe each series by its first ``origin`` months.

    Parameters
    ----------
    matrix
        Heads, series × months.
    origin
        Number of months known, 0 to all.

    Returns
    -------
    History
        Zeros for a series without demand so far.
    """
    known = matrix[:, :origin]
    nonzero = (known > 0).sum(axis=1)
    first = np.argmax(known > 0, axis=1) if origin else np.zeros(len(matrix), dtype=np.int64)
    own = np.where(nonzero > 0, origin - first, 0)
    recent = known[:, -12:].sum(axis=1) / np.maximum(np.minimum(own, 12), 1)
    return History(own.astype(np.int64), nonzero.astype(np.int64), np.asarray(recent, dtype=float))


def volume_classes(volume: Floats) -> Integers:
    """Return the class of each volume, 0 for below one head a month to ``N_CLASSES - 1``."""
    return np.searchsorted(_EDGES, volume, side="right").astype(np.int64)


def class_label(lowest: int, highest: int) -> str:
    """Name a run of classes by its heads a month, such as ``20-100`` or ``500+``."""
    low = f"{_EDGES[lowest - 1]:g}" if lowest else "0"
    return f"{low}-{_EDGES[highest]:g}" if highest < len(_EDGES) else f"{low}+"


def merged_classes(counts: Integers, *, least: int) -> list[tuple[int, int]]:
    """Merge neighbouring classes until each holds enough residuals.

    The class with the fewest residuals joins its smaller neighbour, again and again.

    Parameters
    ----------
    counts
        Residuals in each class.
    least
        Residuals that a class needs.

    Returns
    -------
    list[tuple[int, int]]
        Lowest and highest class of each group, ascending, together covering all classes; a single group
        may hold fewer than ``least``.
    """
    groups = [(number, number) for number in range(len(counts))]
    sizes = [int(count) for count in counts]
    while len(groups) > 1 and min(sizes) < least:
        small = sizes.index(min(sizes))
        below = sizes[small - 1] if small > 0 else None
        above = sizes[small + 1] if small + 1 < len(sizes) else None
        left = small - 1 if above is None or (below is not None and below <= above) else small
        groups[left : left + 2] = [(groups[left][0], groups[left + 1][1])]
        sizes[left : left + 2] = [sizes[left] + sizes[left + 1]]
    return groups
