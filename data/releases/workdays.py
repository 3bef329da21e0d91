"""Working days: Monday to Friday, but for the holidays and moved days of the State Council's notices."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["WorkCalendar", "work_calendar"]

_DAY = dt.timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class WorkCalendar:
    """Which days count for a clock that runs in working days.

    Parameters
    ----------
    holidays
        Days off, weekends included where a holiday covers them.
    workdays
        Weekend days worked in exchange.
    """

    holidays: frozenset[dt.date]
    """Days off."""
    workdays: frozenset[dt.date]
    """Weekend days worked in exchange."""

    @property
    def years(self) -> frozenset[int]:
        """Years whose notice is known; in any other year only weekends are off."""
        return frozenset(day.year for day in self.holidays)

    def is_workday(self, day: dt.date) -> bool:
        """Tell whether offices work on a day."""
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add(self, start: dt.date, days: int) -> dt.date:
        """Return the last day of a term in working days that begins the day after ``start``.

        Parameters
        ----------
        start
            Day of the event; it does not count itself.
        days
            Length of the term in working days, at least 0.

        Returns
        -------
        date
            ``start`` itself when the term is 0.

        Examples
        --------
        >>> import datetime as dt
        >>> work_calendar().add(dt.date(2026, 9, 30), 3)  # National Day, and Saturday the 10th is worked
        datetime.date(2026, 10, 10)
        """
        day = start
        for _ in range(days):
            day += _DAY
            while not self.is_workday(day):
                day += _DAY
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """Count the working days after ``start`` up to ``end``, that day included; 0 when it is not later."""
        return sum(self.is_workday(day) for day in _days(start + _DAY, end))


@cache
def work_calendar() -> WorkCalendar:
    """Read the calendar that the product ships."""
    found: dict[str, set[dt.date]] = {"holiday": set(), "workday": set()}
    with files("data.releases").joinpath("holidays.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            first, last = dt.date.fromisoformat(row["first"]), dt.date.fromisoformat(row["last"])
            found[row["kind"]].update(_days(first, last))
    return WorkCalendar(frozenset(found["holiday"]), frozenset(found["workday"]))


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    day = first
    while day <= last:
        yield day
        day += _DAY
