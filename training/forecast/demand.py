"""A table of monthly demand: one row per cell of the hierarchy, one column per complete month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError

__all__ = [
    "CELL_COLUMNS",
    "Demand",
    "Floats",
    "Integers",
    "Level",
    "check_demand",
    "month_end",
    "next_months",
]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

CELL_COLUMNS = ("level", "key_industry", "occupation_code")


class Level(StrEnum):
    """Level of the hierarchy that a row stands on."""

    CITY = "city"
    """The whole city; exactly one row."""
    INDUSTRY = "industry"
    """One key industry; an empty ``key_industry`` is what belongs to none of them."""
    OCCUPATION = "occupation"
    """One occupation within one industry; an empty ``occupation_code`` is what was not coded."""


@dataclass(frozen=True)
class Demand:
    """Monthly new demand in heads, complete months only."""

    matrix: Floats
    """Heads, rows × months; a month without postings inside the window is a true 0."""
    index: pd.DataFrame
    """Level, key industry and occupation code of each row."""
    months: tuple[dt.date, ...]
    """First day of each month, ascending, without gaps."""
    imputed_shares: Floats
    """Share of each row's heads that stems from imputed headcounts, 0 to 1."""
    synthetic_shares: Floats
    """Share of each row's heads that stems from generated data, 0 to 1."""
    undated: int = 0
    """Vacancies left out because the day they opened is unknown."""
    outside: int = 0
    """Vacancies left out because they opened outside the complete months."""

    @classmethod
    def from_matrix(cls, matrix: Floats, index: pd.DataFrame, months: tuple[dt.date, ...]) -> Self:
        """Build a table of counted, real demand.

        Parameters
        ----------
        matrix
            Heads, rows × months.
        index
            Columns ``level``, ``key_industry`` and ``occupation_code``, one row per row of the matrix.
        months
            First day of each month, ascending, without gaps.

        Returns
        -------
        Demand
            With shares of 0; not yet checked, see :func:`check_demand`.
        """
        nothing = np.zeros(len(index))
        return cls(np.asarray(matrix, dtype=float), index, months, nothing, nothing)

    @property
    def city_row(self) -> int:
        """Position of the city's row."""
        return int(np.flatnonzero((self.index["level"] == Level.CITY).to_numpy())[0])

    @property
    def total(self) -> Floats:
        """The city's heads, one value a month."""
        return np.asarray(self.matrix[self.city_row], dtype=float)

    @property
    def imputed_share(self) -> float:
        """Share of the city's heads that was imputed, 0 to 1."""
        return float(self.imputed_shares[self.city_row])

    @property
    def synthetic_share(self) -> float:
        """Share of the city's heads that is generated, 0 to 1."""
        return float(self.synthetic_shares[self.city_row])

    @property
    def last_month(self) -> dt.date | None:
        """First day of the last complete month; empty without any month."""
        return self.months[-1] if self.months else None


def next_months(start: dt.date, count: int) -> tuple[dt.date, ...]:
    """Return the first days of the ``count`` months that begin with the month of ``start``."""
    first = start.year * 12 + start.month - 1
    return tuple(dt.date(number // 12, number % 12 + 1, 1) for number in range(first, first + count))


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the month that holds ``day``."""
    return next_months(day, 2)[1] - dt.timedelta(days=1)


def check_demand(demand: Demand, *, as_of: dt.date) -> None:
    """Refuse a table that cannot be forecast as it stands.

    Parameters
    ----------
    demand
        The table.
    as_of
        Day of the data; every month must have ended by then.

    Raises
    ------
    InputError
        On a wrong shape, missing columns, duplicate rows, none or several city rows, months with gaps or
        repetitions, months that have not ended, negative or non-finite values.
    """
    _check_index(demand.index)
    _check_months(demand.months, as_of)
    expected = (len(demand.index), len(demand.months))
    if demand.matrix.shape != expected:
        raise InputError("demand_shape", f"月度需求表应为 {expected} 行列，实际为 {demand.matrix.shape}")
    if not np.isfinite(demand.matrix).all():
        raise InputError("demand_not_finite", "月度需求表中有空值或非有限数值", hint="没有需求的月份请填 0")
    if (demand.matrix < 0).any():
        raise InputError("demand_negative", "月度需求表中有负数", hint="需求人数不能小于 0")


def _check_index(index: pd.DataFrame) -> None:
    missing = [column for column in CELL_COLUMNS if column not in index.columns]
    if missing:
        raise InputError("demand_columns", f"月度需求表缺少列：{'、'.join(missing)}")
    levels = set(index["level"]) - set(Level)
    if levels:
        raise InputError("demand_level", f"未知的层级：{'、'.join(sorted(map(str, levels)))}")
    if index.duplicated(subset=list(CELL_COLUMNS)).any():
        raise InputError("demand_duplicate_rows", "月度需求表中有重复的行", hint="同一单元只能有一行")
    if int((index["level"] == Level.CITY).sum()) != 1:
        raise InputError("demand_city_row", "月度需求表必须恰好有一行全市合计")


def _check_months(months: tuple[dt.date, ...], as_of: dt.date) -> None:
    if not months:
        return
    if months != next_months(months[0], len(months)):
        raise InputError(
            "demand_months", "月份必须为每月一日、逐月递增、不缺不重", hint="没有需求的月份请补 0，不要删去"
        )
    if month_end(months[-1]) > as_of:
        raise InputError(
            "demand_future_month",
            f"{months[-1]:%Y-%m} 在数据日期 {as_of} 尚未结束，不能作为完整月份",
            hint="请去掉未结束的月份，或更正数据日期",
        )
