"""Moving holidays: how much of a month lies in the weeks around the Spring Festival."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np

from training.forecast.demand import Floats, next_months

__all__ = ["DAYS_AFTER", "DAYS_BEFORE", "festival_shares", "spring_festival"]

DAYS_BEFORE = 21
"""Days before the festival from which recruitment is counted as resting."""
DAYS_AFTER = 7
"""Days after it, the festival's own week, until which it is."""
_FIRST_YEAR = 2000
# Month and day of the first day of the lunar year, from 2000 on (the calendar of GB/T 33661—2017).
_FESTIVALS = (
    "0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 "
    "0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208 0128 0215 0204 0124 "
    "0212 0201 0122 0210 0130 0217 0206 0126 0214 0202 0123"
)


def spring_festival(year: int) -> dt.date | None:
    """Return the day of the Spring Festival, known for 2000 to 2050; None for other years."""
    place = 5 * (year - _FIRST_YEAR)
    if not 0 <= place < len(_FESTIVALS):
        return None
    return dt.date(year, int(_FESTIVALS[place : place + 2]), int(_FESTIVALS[place + 2 : place + 4]))


def festival_shares(first_month: dt.date, count: int) -> Floats:
    """Return the share of each month's days that lies around a Spring Festival.

    Recruitment rests from three weeks before the festival to a week after it. The festival falls between
    21 January and 20 February, so that a plain month of the year cannot know how much of it will rest.

    Parameters
    ----------
    first_month
        First month, any day of it.
    count
        Number of months.

    Returns
    -------
    Floats
        One share a month, 0 to 1; 0 in years before 2000 or after 2050, whose festival is not known.
    """
    shares = np.zeros(count)
    for position, month in enumerate(next_months(first_month, count)):
        festival = spring_festival(month.year)
        if festival is None or month.month > 3:
            festival = spring_festival(month.year + 1)  # the window may begin in December
        if festival is None:
            continue
        days = calendar.monthrange(month.year, month.month)[1]
        begin = max(month, festival - dt.timedelta(DAYS_BEFORE))
        end = min(month.replace(day=days), festival + dt.timedelta(DAYS_AFTER))
        shares[position] = max((end - begin).days + 1, 0) / days
    return shares
