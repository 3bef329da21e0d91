"""Job fairs: which vacancies and which people an event is for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data.errors import InputError
from data.records import Record

__all__ = ["Fair"]

Row = Mapping[str, Any]

_ENTRY_YEARS = 1.0
"""Experience that a vacancy of the graduate stream may ask for, in years."""
_GRADUATE_YEARS = 2.0
"""Experience of a recent graduate, in years; nobody's age is known or asked."""


class Fair(Record):
    """A job fair (招聘会): what is left empty does not narrow it."""

    name: Annotated[str, Field(min_length=1)]
    """Name in print."""
    held_on: dt.date
    """Day."""
    place: Annotated[str, Field(min_length=1)]
    """Venue in print."""
    employers: tuple[str, ...] = ()
    """Employers that take part; all where empty."""
    key_industry: str | None = None
    """Key industry of the event."""
    graduates: bool = False
    """True for the graduate stream (高校毕业生专场): vacancies that ask for a year at most, people with two
    at most; who states no years stays in."""
    seats: Annotated[int, Field(ge=1)] = 200
    """Most people invited."""
    booths: Annotated[int, Field(ge=1, le=20)] = 5
    """Most booths on a personal route."""

    def vacancies(self, rows: Iterable[Row], *, industries: Mapping[str, str | None]) -> list[str]:
        """Choose the vacancies of the event.

        Parameters
        ----------
        rows
            Open vacancies with ``id``, ``employer`` and ``experience_low``.
        industries
            Key industry by vacancy; needed only where the event has one.

        Returns
        -------
        list of str
            Identifiers in the given order.

        Raises
        ------
        InputError
            There is none.
        """
        chosen = [row["id"] for row in rows if self._takes(row, industries)]
        if not chosen:
            raise InputError(
                "fair_without_vacancies",
                f"“{self.name}”没有在招岗位",
                hint="核对单位名称、重点产业，或取消高校毕业生专场的限定",
            )
        return chosen

    def people(self, rows: Iterable[Row]) -> NDArray[np.bool_]:
        """Return for every profile whether the event is for it."""
        years = [row.get("experience_years") for row in rows]
        return np.array(
            [not self.graduates or had is None or had <= _GRADUATE_YEARS for had in years], dtype=bool
        )

    def _takes(self, row: Row, industries: Mapping[str, str | None]) -> bool:
        if self.employers and row["employer"] not in self.employers:
            return False
        if self.key_industry is not None and industries.get(row["id"]) != self.key_industry:
            return False
        asked = row.get("experience_low")
        return not self.graduates or asked is None or asked <= _ENTRY_YEARS
