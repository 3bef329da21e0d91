"""When each source of postings is there, and from when on it counts: after two quarters beside another.

A source that comes or goes changes how much of the market is seen, not the market. Its first and last month
are rarely whole, so neither counts; a source counts once it has run six whole months beside one that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["PARALLEL_MONTHS", "TRACKED_POSTINGS", "SourceState", "Sources", "Truths", "find_sources"]

Truths = npt.NDArray[np.bool_]

PARALLEL_MONTHS = 6
"""Whole months beside a source that counts before a new one counts: two quarters."""
TRACKED_POSTINGS = 10.0
"""Postings a month from which a source is followed: fewer than that may be absent for a month by chance."""


class SourceState(StrEnum):
    """What a source means for the corrected series."""

    FOUNDING = "founding"
    """There from the first month on, or the only one left after a break that nothing links."""
    ADMITTED = "admitted"
    """Counts, for it ran two quarters beside one that counts."""
    PROBATION = "probation"
    """Does not count yet, or never will: it has not run two quarters beside one that counts."""
    BACKGROUND = "background"
    """Too small to be followed: always counts."""


class _Window(NamedTuple):
    """First and last month of a source, both whole, counted from 0; empty when last < first."""

    first: int
    last: int


@dataclass(frozen=True)
class Sources:
    """The sources and the months in which they count."""

    table: pd.DataFrame
    """One row a source in order of name: ``source``, ``postings``, ``first``, ``last`` (months with its first
    and last posting, counted from 0) and ``state``."""
    counting: Truths
    """Sources × months: whether what only this source shows counts. A background source counts always."""
    restarts: tuple[int, ...]
    """Months from which the sources are others than before, with nothing to link them."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names in order of the rows."""
        return tuple(self.table["source"])


def find_sources(adverts: pd.DataFrame, n_months: int) -> Sources:
    """Find out when each source is there and counts.

    Parameters
    ----------
    adverts
        One row a posting: ``source`` and ``month`` (month of the posting, counted from 0 for the first
        complete one; others are ignored).
    n_months
        Complete months.

    Returns
    -------
    Sources
        Without sources: no rows.
    """
    inside = adverts[adverts["month"].between(0, n_months - 1)]
    grouped = inside.groupby("source", sort=True)["month"]
    table = pd.DataFrame({"postings": grouped.size(), "first": grouped.min(), "last": grouped.max()})
    table = table.astype(np.int64).rename_axis("source").reset_index()
    rate = table["postings"] / (table["last"] - table["first"] + 1)
    tracked = (rate >= TRACKED_POSTINGS).to_numpy()
    windows = {
        row: _whole(first, last, n_months)
        for row, (first, last) in enumerate(zip(table["first"], table["last"], strict=True))
        if tracked[row]
    }
    states, restarts = _admit(windows, n_months)
    counting = np.ones((len(table), n_months), dtype=bool)
    for row, window in windows.items():
        inside_window = (np.arange(n_months) >= window.first) & (np.arange(n_months) <= window.last)
        counting[row] = inside_window & (states[row] is not SourceState.PROBATION)
    named = [states.get(row, SourceState.BACKGROUND) for row in range(len(table))]
    return Sources(table.assign(state=pd.Series(named, dtype=object)), counting, restarts)


def _whole(first: Any, last: Any, n_months: int) -> _Window:
    """Return the months of a source that are surely whole."""
    return _Window(int(first) + (first > 0), int(last) - (last < n_months - 1))


def _admit(windows: dict[int, _Window], n_months: int) -> tuple[dict[int, SourceState], tuple[int, ...]]:
    """Decide which sources count; start anew with what is there wherever none that counts is left."""
    states = dict.fromkeys(windows, SourceState.PROBATION)
    restarts = []
    for month in range(n_months):
        there = [row for row, window in windows.items() if window.first <= month <= window.last]
        if not there or any(states[row] is not SourceState.PROBATION for row in there):
            continue
        states |= dict.fromkeys(there, SourceState.FOUNDING)
        if month > 0:
            restarts.append(month)
        _admit_beside(windows, states, n_months)
    return states, tuple(restarts)


def _admit_beside(windows: dict[int, _Window], states: dict[int, SourceState], n_months: int) -> None:
    """Admit in place whatever ran long enough beside what counts, until nothing is left to admit."""
    changed = True
    while changed:
        changed = False
        counting = np.zeros(n_months, dtype=bool)
        for row, window in windows.items():
            if states[row] is not SourceState.PROBATION:
                counting[window.first : window.last + 1] = True
        for row, window in windows.items():
            beside = int(counting[window.first : window.last + 1].sum())
            if states[row] is SourceState.PROBATION and beside >= PARALLEL_MONTHS:
                states[row] = SourceState.ADMITTED
                changed = True
