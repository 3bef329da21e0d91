"""What employers really opened, quarter by quarter: the yardstick of their own forecasts."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import numpy as np
import pandas as pd

from data.catalogue.disclosure import is_confidential
from data.catalogue.sections import OTHER_SECTION
from data.self_forecast.quarters import quarter_span, shift_quarter

__all__ = ["HiringSize", "hiring_sizes", "opened_by_quarter", "shows_an_employer", "year_to"]

LARGEST_SHARE = 0.6
"""Largest share of a figure that one employer may have."""
_MEDIUM_FROM = 20
_LARGE_FROM = 100


class HiringSize(StrEnum):
    """Size class of an employer: the heads it opened in the four quarters up to its report."""

    SMALL = "20人以下"
    """Fewer than 20."""
    MEDIUM = "20至99人"
    """20 to 99."""
    LARGE = "100人以上"
    """100 and more."""


def opened_by_quarter(vacancies: pd.DataFrame, *, as_of: dt.date) -> pd.DataFrame:
    """Add up the heads of vacancies by employer, industry, occupation and complete quarter.

    Parameters
    ----------
    vacancies
        Columns ``employer_key``, ``key_industry``, ``occupation_code``, ``heads`` (NaN where unstated) and
        ``opened_on``, as from :func:`data.demand.read_demand`.
    as_of
        Last day of the data; a quarter that has not ended on it is left out.

    Returns
    -------
    DataFrame
        Columns employer_key, key_industry, occupation_code, quarter, ``heads`` (stated ones) and ``unstated``
        (vacancies without); industries outside the list are 其他产业, uncoded occupations empty text.
    """
    dated = vacancies[vacancies["opened_on"].notna()]
    opened = pd.to_datetime(dated["opened_on"])
    table = pd.DataFrame(
        {
            "employer_key": dated["employer_key"].astype(object),
            "key_industry": dated["key_industry"].fillna(OTHER_SECTION).astype(object),
            "occupation_code": dated["occupation_code"].fillna("").astype(object),
            "quarter": opened.dt.to_period("Q").astype(str).astype(object),
            "heads": dated["heads"].fillna(0).astype(float),
            "unstated": dated["heads"].isna().astype("int64"),
        }
    )
    ended = {quarter: quarter_span(quarter)[1] <= as_of for quarter in set(table["quarter"])}
    complete = table[table["quarter"].map(ended.get).astype(bool)]
    keys = ["employer_key", "key_industry", "occupation_code", "quarter"]
    return complete.groupby(keys, as_index=False, sort=True)[["heads", "unstated"]].sum()


def year_to(opened: pd.DataFrame, quarter: str) -> pd.DataFrame:
    """Return the part of a table of openings that lies in the four quarters up to one, that one included."""
    wanted = {shift_quarter(quarter, -back) for back in range(4)}
    return opened[opened["quarter"].isin(wanted)]


def hiring_sizes(opened: pd.DataFrame, quarter: str) -> dict[str, HiringSize]:
    """Return the size class of every employer that opened anything in the four quarters up to one."""
    heads = year_to(opened, quarter).groupby("employer_key")["heads"].sum()
    return {
        str(key): HiringSize.LARGE
        if value >= _LARGE_FROM
        else HiringSize.MEDIUM
        if value >= _MEDIUM_FROM
        else HiringSize.SMALL
        for key, value in heads.items()
    }


def shows_an_employer(by_employer: pd.Series[float]) -> bool:
    """Tell whether a sum would show an employer: fewer than three behind it, or one above 60 %.

    Parameters
    ----------
    by_employer
        What each employer adds; those that add nothing do not count.
    """
    parts = np.asarray(by_employer, dtype=np.float64)
    return is_confidential(parts) or bool(parts.max() > LARGEST_SHARE * parts.sum())
