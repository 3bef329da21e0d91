"""What one forecast run says, and its plain form for JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import pandas as pd

from data.errors import InputError
from training.forecast.backtest import BACKTEST_COLUMNS
from training.forecast.demand import CELL_COLUMNS, Level
from training.forecast.rules import Status
from training.forecast.season import IndexStatus
from training.forecast.smoothing import Method

__all__ = ["FIGURES", "ORIGIN_COLUMNS", "SUM_COLUMNS", "TABLE_COLUMNS", "ForecastRun"]

FIGURES = ("mean", "lo80", "hi80", "lo95", "hi95")
"""A figure and its intervals, in heads."""
TABLE_COLUMNS = (*CELL_COLUMNS, "month", *FIGURES, "seasonal_naive", "mean3", "status", "reasons")
"""Columns of the monthly table."""
SUM_COLUMNS = (
    *CELL_COLUMNS,
    *FIGURES,
    "n_origins",
    "volume_class",
    "volume",
    "basis",
    "imputed_share",
    "synthetic_share",
    "status",
    "reasons",
)
"""Columns of the table of sums."""
ORIGIN_COLUMNS = ("level", "target", "origin", "coverage80", "coverage95")
"""Columns of the coverage origin by origin."""
_TABLES = {
    "table": TABLE_COLUMNS,
    "sums": SUM_COLUMNS,
    "backtest": BACKTEST_COLUMNS,
    "origins": ORIGIN_COLUMNS,
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "level": Level,
    "month": dt.date.fromisoformat,
    "origin": dt.date.fromisoformat,
    "status": Status,
    "reasons": tuple,
    "method": Method,
}
_TEXTS = {"basis", "key_industry", "occupation_code", "volume_class", "target"}
_COUNTS = {"n_origins", "n_forecasts", "n_zero_scale", "n_interval_origins"}


@dataclass(frozen=True)
class ForecastRun:
    """One run; figures are heads, and empty (NaN) wherever the status is ``refused``."""

    table: pd.DataFrame
    """One row per cell and month ahead: the cell, ``month`` (first day), ``mean``, ``lo80``, ``hi80``,
    ``lo95``, ``hi95``, the baselines ``seasonal_naive`` and ``mean3``, ``status``, ``reasons``."""
    sums: pd.DataFrame
    """One row per cell: the sum over the horizon with its intervals, ``n_origins`` (calibration origins),
    ``volume_class`` (heads a month of the series whose errors were pooled) and ``volume`` (mean of the last
    12 own months), both empty for a confidential cell, ``basis`` (name of the chosen method),
    ``imputed_share``, ``synthetic_share``, ``status``, ``reasons``."""
    backtest: pd.DataFrame
    """The back-test report, see :func:`training.forecast.backtest.back_test`."""
    origins: pd.DataFrame
    """How often intervals held at every past origin: ``level``, ``target`` (a month ahead or the sum),
    ``origin`` (first day of the first month forecast), ``coverage80`` and ``coverage95`` (shares of the
    level's series of any volume, 0 to 1); ascending, only origins at which they could be calibrated."""
    method: str
    """Name and version of the method."""
    as_of: dt.date
    """Day of the data."""
    last_month: dt.date | None
    """First day of the last complete month; empty without data."""
    horizon: int
    """Months ahead."""
    index: tuple[float, ...]
    """Twelve seasonal factors, January first; all 1 where no season is applied."""
    index_status: IndexStatus
    """Whether the index was estimated."""
    imputed_share: float
    """Share of the city's heads that was imputed, 0 to 1."""
    synthetic_share: float
    """Share of the city's heads that is generated, 0 to 1."""

    def to_records(self) -> dict[str, Any]:
        """Return the run as plain values for JSON.

        Returns
        -------
        dict
            One entry per field; tables as lists of rows, dates as ISO text, empty figures as null.
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        plain = {name: _plain(value) for name, value in values.items() if name not in _TABLES}
        return {name: _rows(values[name]) for name in _TABLES} | plain

    @classmethod
    def from_records(cls, records: Mapping[str, Any]) -> Self:
        """Rebuild a run from what :meth:`to_records` returned, after a round trip through JSON or not.

        Parameters
        ----------
        records
            One entry per field.

        Returns
        -------
        ForecastRun
            Equal to the run that was written.

        Raises
        ------
        InputError
            When a field is missing or unknown.
        """
        wrong = {field.name for field in fields(cls)} ^ set(records)
        if wrong:
            names = "、".join(sorted(wrong))
            raise InputError("forecast_records", f"预测结果的字段不符：{names}", hint="请重新运行预测")
        last = records["last_month"]
        tables = {name: _frame(records[name], columns) for name, columns in _TABLES.items()}
        typed = {
            "as_of": dt.date.fromisoformat(records["as_of"]),
            "last_month": None if last is None else dt.date.fromisoformat(last),
            "index": tuple(records["index"]),
            "index_status": IndexStatus(records["index_status"]),
        }
        return cls(**{**records, **tables, **typed})


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [[_plain(value) for value in frame[name].tolist()] for name in frame.columns]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Build a typed table from plain rows."""
    frame = pd.DataFrame(index=range(len(rows)))
    for name in columns:
        values = [row[name] for row in rows]
        if name in _READERS:
            frame[name] = pd.Series([_READERS[name](value) for value in values], dtype=object)
        elif name in _TEXTS:
            frame[name] = pd.Series(values, dtype=object)
        else:
            frame[name] = pd.Series(values, dtype="int64" if name in _COUNTS else "float64")
    return frame
