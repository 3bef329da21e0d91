"""From when to when each registered person is available, and what that adds up to by cell and month.

A person is available from registration, or from the stated day if that is later, until placed or for 180 days
after the last confirmation. Whoever was erased has left no trace, in the past months neither.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.catalogue.lists.market import with_industry
from data.catalogue.sections import OTHER_SECTION
from training.forecast.cells import Cells
from training.forecast.demand import Floats, Integers, month_end, next_months
from training.forecast.sources import Truths

__all__ = ["STALE_DAYS", "Counted", "People", "count_people", "history_months", "last_complete", "shared_out"]

STALE_DAYS = 180
"""Days after the last confirmation during which a person counts as available."""
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class People:
    """When registered people are available, in days; all of one nature and in one order."""

    occupation_code: tuple[str | None, ...]
    """Occupation; None where it was not coded."""
    known: Days
    """First day on which the person is known of."""
    start: Days
    """First day of being available."""
    end: Days
    """First day of no longer being available."""
    first_on: dt.date | None
    """Day on which the first file with any of them was read; None without people."""

    @classmethod
    def from_frames(cls, profiles: pd.DataFrame, registrations: pd.DataFrame, placed: pd.DataFrame) -> People:
        """Bring together what profiles, files and reported hires tell.

        Parameters
        ----------
        profiles
            ``profile_id``, ``occupation_code``, ``active_on`` and ``available_on``, one row a person.
        registrations
            As from :func:`data.demand.read_registrations`; a person without one is known since confirmed.
        placed
            ``profile_id`` and ``placed_on``, one row a hire; one before the last confirmation does not count.

        Returns
        -------
        People
            In order of the profiles, without those of whom no day is known.
        """
        table = profiles[["profile_id", "occupation_code"]].reset_index(drop=True)
        table = table.merge(registrations, on="profile_id", how="left")
        hires = placed.assign(placed_on=pd.to_datetime(placed["placed_on"]))
        last_hire = hires.groupby("profile_id")["placed_on"].max()
        days = {name: pd.to_datetime(table[name]) for name in ("first_on", "last_on")}
        confirmed = pd.to_datetime(profiles["active_on"].reset_index(drop=True)).fillna(days["last_on"])
        known = confirmed.where(~(days["first_on"] < confirmed), days["first_on"])
        stated = pd.to_datetime(profiles["available_on"].reset_index(drop=True))
        start = known.where(~(stated > known), stated)
        stale = confirmed + pd.Timedelta(days=STALE_DAYS + 1)
        hired = pd.to_datetime(table["profile_id"].map(last_hire))
        end = stale.where(~((hired >= confirmed) & (hired < stale)), hired)
        dated = confirmed.notna()
        codes = table["occupation_code"].astype(object).where(table["occupation_code"].notna(), None)
        first = days["first_on"].min()
        return cls(
            occupation_code=tuple(codes[dated]),
            known=known[dated].to_numpy(dtype="datetime64[D]"),
            start=start[dated].to_numpy(dtype="datetime64[D]"),
            end=end[dated].to_numpy(dtype="datetime64[D]"),
            first_on=None if pd.isna(first) else first.date(),
        )


class Counted(NamedTuple):
    """Heads by cell; columns are months, or the twelve months ahead."""

    available: Floats
    """Available on the day of the data, one a cell."""
    persons: Integers
    """People behind it, one a cell."""
    uncoded: float
    """Available people without an occupation, who count in the city's row alone."""
    stock: Floats
    """Available at the end of each month."""
    inflow: Floats
    """Became available in it."""
    outflow: Floats
    """No longer available from a day in it."""
    ahead: Floats
    """Come on a day they stated, by month ahead."""


def last_complete(as_of: dt.date) -> dt.date:
    """Return the first day of the last month that has ended on a day."""
    if as_of == month_end(as_of):
        return as_of.replace(day=1)
    return (as_of.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def history_months(people: People, *, as_of: dt.date) -> tuple[dt.date, ...]:
    """Return the complete months that began after the first file of profiles was read."""
    if people.first_on is None:
        return ()
    begin, last = next_months(people.first_on, 2)[1], last_complete(as_of)
    return next_months(begin, max((last.year - begin.year) * 12 + last.month - begin.month + 1, 0))


def shared_out(codes: pd.Series[str], needs: pd.DataFrame) -> pd.DataFrame:
    """Divide items with an occupation among the key industries that ask for it.

    Parameters
    ----------
    codes
        Occupation of each item.
    needs
        Columns ``occupation_code`` and ``section``, one row a vacancy.

    Returns
    -------
    DataFrame
        ``item`` (position in ``codes``), ``key_industry`` (None outside the key industries),
        ``occupation_code`` and ``weight``; the weights of an item add up to 1.
    """
    items = pd.DataFrame({"profile_id": range(len(codes)), "occupation_code": codes.to_numpy()}, dtype=object)
    divided = with_industry(items, needs)
    industry = divided["section"].where(divided["section"] != OTHER_SECTION, None)
    return pd.DataFrame(
        {
            "item": divided["profile_id"].astype(np.int64),
            "key_industry": industry.astype(object),
            "occupation_code": divided["occupation_code"].astype(object),
            "weight": divided["weight"].astype(float),
        }
    )


def count_people(
    people: People, shares: pd.DataFrame, cells: Cells, months: tuple[dt.date, ...], *, as_of: dt.date
) -> Counted:
    """Add people up by cell.

    Parameters
    ----------
    people
        The people.
    shares
        What :func:`shared_out` made of those with a code; ``item`` is the position among all people.
    cells
        The cells of ``shares``, which other items may follow.
    months
        As from :func:`history_months`.
    as_of
        Day of the data.

    Returns
    -------
    Counted
        Children add up to their parent, but for people without a code in the city's row.
    """
    day = np.datetime64(as_of, "D")
    here = (people.start <= day) & (day < people.end)
    ends = np.array([month_end(month) for month in months], dtype="datetime64[D]")
    ever = people.start < people.end
    came, left = (_months_of(when, months, where=ever) for when in (people.start, people.end))
    stays = (people.start[:, None] <= ends) & (ends < people.end[:, None])
    waits = (people.known <= day) & (day < people.end) & (people.start > day)
    ahead = next_months(last_complete(as_of), 13)[1:]
    own = replace(cells, leaf=cells.leaf[: len(shares)])
    add = _Adder(shares, own, np.array([code is None for code in people.occupation_code], dtype=bool))
    return Counted(
        available=add(here[:, None])[:, 0],
        persons=add(here[:, None], weighted=False)[:, 0].round().astype(np.int64),
        uncoded=float(here[add.uncoded].sum()),
        stock=add(stays),
        inflow=add(came),
        outflow=add(left),
        ahead=add(_months_of(people.start, ahead, where=waits)),
    )


def _months_of(days: Days, months: tuple[dt.date, ...], *, where: Truths) -> Truths:
    """Return people × months: whether the day of a person lies in a month."""
    month = np.array(months, dtype="datetime64[M]")
    return np.asarray((days.astype("datetime64[M]")[:, None] == month) & where[:, None])


class _Adder(NamedTuple):
    """Adds what is true of people up by cell."""

    shares: pd.DataFrame
    cells: Cells
    """Cells of the shares."""
    uncoded: Truths

    def __call__(self, truths: Truths, *, weighted: bool = True) -> Floats:
        """Return cells × columns from people × columns."""
        item = self.shares["item"].to_numpy(dtype=np.int64)
        weight = self.shares["weight"].to_numpy(dtype=float) if weighted else np.ones(len(item))
        place = np.zeros(len(item), dtype=np.int64)
        added = np.zeros((len(self.cells.index), truths.shape[1]))
        for column in range(truths.shape[1]):
            added[:, column] = self.cells.summed(weight * truths[item, column], place, 1)[:, 0]
        added[0] = added[0] + truths[self.uncoded].sum(axis=0) if weighted else truths.sum(axis=0)
        return added
