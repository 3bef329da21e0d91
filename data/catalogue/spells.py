"""What one vacancy tells about hiring: how long it took, and whether ninety days were enough.

An outcome that nobody reported is censored, never a failure. An employer that closed a post with places
left did not fill it at any later day either, so such a spell stays in the risk set up to the cap.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.catalogue.period import Period
from data.records import Outcome

__all__ = ["CAP_DAYS", "FILL_DAYS", "add_timing"]

CAP_DAYS = 180.0
"""Longest duration that is told apart."""
FILL_DAYS = 90.0
"""Days within which a vacancy should be filled."""


def add_timing(spells: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Add what the indicators need to the spells of the period.

    Parameters
    ----------
    spells
        Frame of :class:`data.catalogue.frames.Spells`; it is not changed.
    period
        The four quarters.

    Returns
    -------
    DataFrame
        The same rows with ``days`` (from the desired start, else the opening, to filled or censored; NaN
        when nothing is known), ``filled`` (whether ``days`` is an event), ``known90``, ``filled90``,
        ``verdict`` (the employer said how it ended), ``current`` (a vacancy within the last six months),
        ``mature`` (opened more than ninety days before the last day) and ``stated`` (says how many places).
    """
    table = spells.copy()
    opened, closed, end = table["opened_on"], table["closed_on"], table["end"]
    start = table["start_by"].where(table["start_by"] >= opened, opened)
    filled = (table["outcome"] == Outcome.FILLED) & (closed >= opened)
    unfilled = table["outcome"] == Outcome.UNFILLED
    still_open = (table["outcome"] == Outcome.OPEN) & closed.isna()
    last_seen = closed.where(closed >= opened).fillna(end.where(still_open))
    seen = (last_seen - start).dt.days.astype(float)
    told = filled | ((seen > 0) & (table["outcome"] != Outcome.FILLED))
    days = seen.where(told).clip(lower=0).where(~unfilled, CAP_DAYS)
    table["days"] = days.clip(upper=CAP_DAYS)
    table["filled"] = filled & (days <= CAP_DAYS)
    waited = still_open & ((end - opened).dt.days > FILL_DAYS)
    table["mature"] = opened < period.as_of - pd.Timedelta(days=FILL_DAYS)
    # Of younger spells only the quickly filled could be known, which would flatter the share.
    table["known90"] = (filled | unfilled | waited) & table["mature"]
    table["filled90"] = table["known90"] & filled & ((closed - opened).dt.days <= FILL_DAYS)
    table["verdict"] = table["outcome"].isin([Outcome.FILLED, Outcome.UNFILLED, Outcome.WITHDRAWN])
    table["current"] = end >= period.half_year
    table["stated"] = np.isfinite(table["heads"])
    return table
