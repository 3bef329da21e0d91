"""From vacancies to complete monthly series: city, key industry, occupation within industry."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from data.errors import InputError, RefusedError
from training.forecast.demand import CELL_COLUMNS, Demand, Floats, Integers, Level, month_end, next_months

__all__ = ["monthly_demand"]

_COLUMNS = ("vacancy_id", "opened_on", "heads", "key_industry", "occupation_code", "synthetic")


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
        city = pd.DataFrame([(Level.CITY, None, None)], columns=list(CELL_COLUMNS))
        return Demand(np.zeros((1, 0)), city, (), np.zeros(1), np.zeros(1), undated, outside)
    begin = kept["opened_on"].min().date() if start is None else first
    months = next_months(begin, (last.year - begin.year) * 12 + last.month - begin.month + 1)
    return _counted(_with_heads(kept), months, undated, outside)


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


def _counted(kept: pd.DataFrame, months: tuple[dt.date, ...], undated: int, outside: int) -> Demand:
    """Sum heads per cell and month, then cells to industries and industries to the city."""
    opened = kept["opened_on"].dt
    column = ((opened.year - months[0].year) * 12 + opened.month - months[0].month).to_numpy()
    pairs = kept[["key_industry", "occupation_code"]].drop_duplicates()
    pairs = pairs.sort_values(["key_industry", "occupation_code"], na_position="last", ignore_index=True)
    cells = pd.MultiIndex.from_frame(pairs)
    row = cells.get_indexer(pd.MultiIndex.from_frame(kept[["key_industry", "occupation_code"]]))
    heads = kept["heads"].to_numpy()
    leaves = np.zeros((len(pairs), len(months)))
    np.add.at(leaves, (row, column), heads)
    imputed, synthetic = (
        np.bincount(row, heads * kept[flag].to_numpy(), minlength=len(pairs)).astype(float)
        for flag in ("unknown", "synthetic")
    )

    numbers, industries = pd.factorize(pairs["key_industry"], use_na_sentinel=False)
    index = pd.DataFrame(
        [(Level.CITY, None, None)]
        + [(Level.INDUSTRY, None if pd.isna(name) else name, None) for name in industries]
        + [(Level.OCCUPATION, name, code) for name, code in pairs.itertuples(index=False)],
        columns=list(CELL_COLUMNS),
        dtype=object,
    )
    parts = [_summed(part, numbers) for part in (leaves, imputed[:, None], synthetic[:, None])]
    total = parts[0].sum(axis=1)
    shares = [np.divide(part[:, 0], total, out=np.zeros(len(total)), where=total > 0) for part in parts[1:]]
    return Demand(parts[0], index, months, shares[0], shares[1], undated, outside)


def _summed(leaves: Floats, industry: Integers) -> Floats:
    """Stack city, industries and cells."""
    middle = np.zeros((int(industry.max()) + 1, leaves.shape[1]))
    np.add.at(middle, industry, leaves)
    return np.vstack([middle.sum(axis=0, keepdims=True), middle, leaves])
