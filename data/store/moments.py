"""Moments as the store keeps them, and the day that they fall on in China."""

from __future__ import annotations

import datetime as dt
from typing import Final

__all__ = ["BEIJING", "beijing_day", "beijing_today", "utc"]

BEIJING: Final = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
"""The one civil time of China; it has known no summer time since 1992."""


def utc(moment: dt.datetime) -> dt.datetime:
    """Return a moment in UTC; SQLite gives them back without their zone."""
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def beijing_day(moment: dt.datetime) -> dt.date:
    """Return the day in China on which a moment falls."""
    return utc(moment).astimezone(BEIJING).date()


def beijing_today() -> dt.date:
    """Return the day that it is in China."""
    return beijing_day(dt.datetime.now(dt.UTC))
