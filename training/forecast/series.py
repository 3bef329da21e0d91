"""From vacancies to complete monthly series: city, key industry, occupation within industry."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.errors import InputError, RefusedError
from training.forecast.cells import Cells
from training.forecast.demand import CELL_COLUMNS, Demand, Floats, Level, month_end, next_months

__all__ = ["Openings", "count_openings", "monthly_demand", "read_openings"]

_COLUMNS = ("vacancy_id", "opened_on", "heads", "key_industry", "occupation_code", "synthetic")


class Openings(NamedTuple):
    """The vacancies that opened within the complete months."""

    frame: pd.DataFrame
    """One row a vacancy: ``vacancy_id``, ``opened_on``, ``heads`` (unknown ones imputed), ``unknown``
    (whether they were), ``key_industry``, ``occupation_code``, ``synthetic`` and ``month`` (position in
    ``months``)."""
    months: tuple[dt.date, ...]
    """First day of each complete month; empty without vacancies."""
    undated: int
    """Left out: the day is unknown."""
    outside: int
    """Left out: opened outside the complete months."""


def monthly_demand(vacancies: pd.DataFrame, *, end: dt.date, start: dt.date | None = None) -> Demand:
    """Count the heads of vacancies by the month in which they opened.

    Unknown heads count as the median of the known heads of the same occupation within its industry, else
    of the industry, else of the city; the share of heads that was imputed is part of the result.

    Parameters
    ----------
    vacancies
        Columns ``vacancy_id``, ``opened_on`` (date or empty), ``heads`` (float, empty where unknown),
        ``key_industry`` and ``occupation_code`` (text or empty), ``synthetic`` (bool). Other columns are
        ignored.
    end
        Last day that the data cover. A month that has not ended on it is left out, and so is everything
        that opened later.
    start
        First day that the data cover; a month that began before it is left out. Empty means that the month
        of the first vacancy is complete.

    Returns
    -------
    Demand
        City row first, then industries and occupations by name, those without a name last. Children add up
        to their parent. Without any vacancy in a complete month: one city row and no months.

    Raises
    ------
    InputError
        When a column is missing, an id is empty or repeated, a date cannot be read, or heads are negative
        or not a number.
    RefusedError
        When no vacancy states its heads.

    Examples
    --------
    >>> rows = [("a", dt.date(2026, 1, 5), 2.0), ("b", dt.date(2026, 3, 9), 3.0)]
    >>> frame = pd.DataFrame(rows, columns=["vacancy_id", "opened_on", "heads"])
    >>> frame = frame.assign(key_industry="镁材料", occupation_code="6-15-01-01", synthetic=False)
    >>> monthly_demand(frame, end=dt.date(2026, 4, 10)).matrix.tolist()[0]
    [2.0, 0.0, 3.0]
    """
    return count_openings(read_openings(vacancies, end=end, start=start))


def read_openings(vacancies: pd.DataFrame, *, end: dt.date, start: dt.date | None = None) -> Openings:
    """Check the vacancies and keep those that opened within the complete months.

    Parameters
    ----------
    vacancies
        As for :func:`monthly_demand`.
    end
        Last day that the data cover.
    start
        First day that the data cover.

    Returns
    -------
    Openings
        In the order of the rows; empty without any vacancy in a complete month.

    Raises
    ------
    InputError
        As :func:`monthly_demand`.
    RefusedError
        When no vacancy states its heads.
    """
    table = _checked(vacancies)
    dated = table[table["opened_on"].notna()]
    last = end if end == month_end(end) else end.replace(day=1) - dt.timedelta(days=1)
    inside = dated["opened_on"] <= pd.Timestamp(last)
    if start is not None:
        first = start if start.day == 1 else month_end(start) + dt.timedelta(days=1)
        inside &= dated["opened_on"] >= pd.Timestamp(first)
    kept = dated[inside]
    undated, outside = len(table) - len(dated), len(dated) - len(kept)
    if kept.empty:
        return Openings(kept.assign(unknown=False, month=0), (), undated, outside)
    begin = kept["opened_on"].min().date() if start is None else first
    months = next_months(begin, (last.year - begin.year) * 12 + last.month - begin.month + 1)
    opened = kept["opened_on"].dt
    numbers = (opened.year - months[0].year) * 12 + opened.month - months[0].month
    return Openings(_with_heads(kept).assign(month=numbers), months, undated, outside)


def count_openings(openings: Openings, *, weights: Floats | None = None) -> Demand:
    """Sum heads per cell and month, then cells to industries and industries to the city.

    Parameters
    ----------
    openings
        The vacancies.
    weights
        What the heads of each vacancy count; 1 when left out.

    Returns
    -------
    Demand
        The rows do not depend on the weights. Without vacancies: one city row and no months.
    """
    kept, months = openings.frame, openings.months
    if not months:
        city = pd.DataFrame([(Level.CITY, None, None)], columns=list(CELL_COLUMNS))
        nothing = np.zeros(1)
        return Demand(np.zeros((1, 0)), city, (), nothing, nothing, openings.undated, openings.outside)
    heads = kept["heads"].to_numpy() * (1.0 if weights is None else weights)
    cells = Cells.from_frame(kept)
    counted = cells.summed(heads, kept["month"].to_numpy(), len(months))
    imputed, synthetic = (
        cells.summed(heads * kept[flag].to_numpy(), np.zeros(len(kept), dtype=np.int64), 1)[:, 0]
        for flag in ("unknown", "synthetic")
    )
    total = counted.sum(axis=1)
    shares = [
        np.divide(part, total, out=np.zeros(len(total)), where=total > 0) for part in (imputed, synthetic)
    ]
    return Demand(counted, cells.index, months, shares[0], shares[1], openings.undated, openings.outside)


def _checked(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Return the columns needed, typed, or refuse them by name."""
    missing = [column for column in _COLUMNS if column not in vacancies.columns]
    if missing:
        raise InputError("vacancies_columns", f"需求表缺少列：{'、'.join(missing)}")
    ids = vacancies["vacancy_id"]
    if ids.isna().any():
        raise InputError("vacancies_no_id", "需求表中有需求没有编号（vacancy_id）")
    repeated = ids[ids.duplicated()].astype(str).unique()[:3]
    if len(repeated):
        raise InputError(
            "vacancies_repeated", f"需求编号重复：{'、'.join(repeated)}", hint="同一需求只能计一次，请先去重"
        )
    table = pd.DataFrame({"vacancy_id": ids, "opened_on": _days(vacancies["opened_on"])})
    table["heads"] = _numbers(vacancies["heads"])
    for column in ("key_industry", "occupation_code"):
        texts = vacancies[column].astype(object)
        table[column] = texts.where(texts.notna() & (texts != ""), None)
    table["synthetic"] = vacancies["synthetic"].astype(bool)
    return table


def _days(values: pd.Series) -> pd.Series:
    try:
        return pd.to_datetime(values).dt.normalize()
    except (ValueError, TypeError) as error:
        raise InputError("vacancies_date", f"opened_on 中有无法识别的日期：{error}") from error


def _numbers(values: pd.Series) -> pd.Series:
    try:
        heads = pd.to_numeric(values).astype("Float64").astype("float64")
    except (ValueError, TypeError) as error:
        raise InputError("vacancies_heads", f"heads 中有无法识别的数字：{error}") from error
    if (heads < 0).any() or np.isinf(heads).any():
        raise InputError("vacancies_heads", "招聘人数（heads）必须为非负的有限数值")
    return heads


def _with_heads(kept: pd.DataFrame) -> pd.DataFrame:
    """Fill unknown heads by the median of the cell, the industry, the city."""
    unknown = kept["heads"].isna()
    if unknown.all():
        raise RefusedError(
            "heads_unknown", "所有需求都没有招聘人数，无法统计月度需求人数", hint="请补充招聘人数后重试"
        )
    cells = kept.groupby(["key_industry", "occupation_code"], dropna=False)["heads"].transform("median")
    industries = kept.groupby("key_industry", dropna=False)["heads"].transform("median")
    guess = cells.where(kept["occupation_code"].notna())
    guess = guess.fillna(industries.where(kept["key_industry"].notna())).fillna(kept["heads"].median())
    return kept.assign(heads=kept["heads"].fillna(guess), unknown=unknown)
