"""The days that a catalogue covers, counted back from the day its data stand at."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Period"]


class Period:
    """Four quarters that end on a day, that day included.

    Parameters
    ----------
    as_of
        Last day.

    Examples
    --------
    >>> import datetime as dt
    >>> period = Period(dt.date(2026, 6, 30))
    >>> period.start.date(), period.half_year.date()
    (datetime.date(2025, 7, 1), datetime.date(2025, 12, 31))
    """

    def __init__(self, as_of: dt.date) -> None:
        self.as_of = pd.Timestamp(as_of)

    @property
    def start(self) -> pd.Timestamp:
        """First day of the four quarters."""
        return self.as_of - pd.DateOffset(years=1) + pd.Timedelta(days=1)

    @property
    def half_year(self) -> pd.Timestamp:
        """First day of the six months in which a seeker counts as active."""
        return self.as_of - pd.DateOffset(months=6) + pd.Timedelta(days=1)

    def quarter_shares(self, opened_on: pd.Series[pd.Timestamp]) -> npt.NDArray[np.float64]:
        """Share of openings in each of the four quarters, oldest first; zeros when there are none."""
        edges = [self.as_of - pd.DateOffset(months=3 * back) for back in (3, 2, 1)]
        inside = opened_on[(opened_on >= self.start) & (opened_on <= self.as_of)]
        quarter = sum((inside > edge).astype(int) for edge in edges)
        counts = np.bincount(np.asarray(quarter, dtype=np.int64), minlength=4).astype(np.float64)
        return np.asarray(counts / max(counts.sum(), 1.0))
