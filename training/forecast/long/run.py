"""Forecast every series of a long table, and say of every one what its figures are worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from data.errors import InputError
from data.execution import Executor
from training.forecast.backtest import BACKTEST_COLUMNS
from training.forecast.demand import Floats, Integers, next_months
from training.forecast.gate import backtest_findings
from training.forecast.long.checking import LongOptions, check_long, table_remarks
from training.forecast.long.findings import Noted
from training.forecast.long.hierarchy import add_up, read_forest
from training.forecast.long.judging import (
    SeriesEvidence,
    constant_findings,
    row_findings,
    season_findings,
    table_findings,
    zero_findings,
)
from training.forecast.long.rare import forecast_rare, is_rare
from training.forecast.long.table import Flags, LongTable
from training.forecast.long.together import Work, borrows_season, forecast_together, level_names, months_used
from training.forecast.long.zeros import ZERO_METHOD, zero_bounds
from training.forecast.points import Progress
from training.forecast.rules import Finding, Status, level_ratios
from training.forecast.season import Calendar, seasonal_index
from training.forecast.smoothing import Method, with_sum
from training.forecast.volume import LEAST_MONTHS, history_at

__all__ = ["LongForecast", "forecast_long"]

_YEAR = 12


@dataclass(frozen=True)
class LongForecast:
    """Forecasts of a long table; a refused series has no number anywhere."""

    ids: tuple[str, ...]
    """The series of the table, then the parents that only their children name."""
    months: tuple[dt.date, ...]
    """First days of the months ahead."""
    mean: Floats
    """Series × (months ahead, then their sum), in the unit of the table; NaN where refused."""
    bounds: Floats
    """The same × (lo80, hi80, lo95, hi95); NaN where refused or not calibrated."""
    method: np.ndarray[tuple[int, ...], np.dtype[np.object_]]
    """Name of the method of each series; empty text where refused."""
    status: np.ndarray[tuple[int, ...], np.dtype[np.object_]]
    """A :class:`Status` for each series."""
    noted: tuple[Noted, ...]
    """What was found, by series."""
    remarks: tuple[str, ...]
    """What is to be said of the table as a whole, in Chinese."""
    backtest: pd.DataFrame
    """The back-test report, see :mod:`training.forecast.backtest`."""
    n_months: int
    """Months of the table that were used."""
    last_month: dt.date
    """First day of the last of them."""

    def counts(self) -> Mapping[Status, int]:
        """Count the series by status."""
        return {status: int((self.status == status).sum()) for status in Status}


class _Result(NamedTuple):
    """Figures of all series before any is withheld, and what was found."""

    mean: Floats
    bounds: Floats
    method: np.ndarray[tuple[int, ...], np.dtype[np.object_]]
    noted: list[Noted]
    backtest: pd.DataFrame


def forecast_long(
    table: LongTable,
    options: LongOptions,
    *,
    horizon: int,
    season_length: int = _YEAR,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> LongForecast:
    """Forecast every series of a long table that can be forecast honestly.

    Parameters
    ----------
    table
        The cells.
    options
        How they are to be understood.
    horizon
        Months ahead, at least 1; more than 12 are refused, series by series.
    season_length
        Months of a season, at least 1; 1 for none.
    progress
        Called with a stage, the steps done and all its steps.
    executor
        Where series are fitted one by one, in blocks; this process when left out.

    Returns
    -------
    LongForecast
        One entry per series. Where a series is the sum of its children and all of them have numbers, so is
        its forecast.

    Raises
    ------
    InputError
        ``forecast_horizon`` when the horizon or the season is below 1.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from training.forecast.long.reading import long_table
    >>> months = ["2023-01", "2023-02", "2023-03", "2023-04"]
    >>> columns = {"series_id": ["a"] * 4, "month": months, "value": [5] * 4}
    >>> table = long_table({name: pa.array(column) for name, column in columns.items()})
    >>> forecast = forecast_long(table, LongOptions(as_of=dt.date(2023, 5, 9)), horizon=1)
    >>> forecast.status.tolist(), forecast.noted[0].finding.reason["code"]
    ([<Status.REFUSED: 'refused'>], 'insufficient_history')
    """
    if horizon < 1 or season_length < 1:
        message = f"预测月数（{horizon}）与季节长度（{season_length}）都必须不小于 1"
        raise InputError("forecast_horizon", message)
    report = progress or _quiet
    report("核对数据", 0, 0)
    forest = read_forest(table)
    panel, additive = add_up(forest, check_long(table, options))
    nonnegative = not options.allow_negative
    work = Work(forest, panel, additive, horizon, season_length, nonnegative, report, executor)
    shared = table_findings(panel.matrix.shape[1], horizon=horizon)
    result = _refused_alike(work, shared) if shared else _forecast(work)
    noted = sorted([*panel.noted, *result.noted], key=lambda one: one.row)
    status = _statuses(len(forest.ids), noted)
    withheld = status == Status.REFUSED
    result.mean[withheld] = result.bounds[withheld] = np.nan
    result.method[withheld] = ""
    return LongForecast(
        ids=forest.ids,
        months=next_months(panel.last_month, horizon + 1)[1:],
        mean=result.mean,
        bounds=result.bounds,
        method=result.method,
        status=status,
        noted=tuple(noted),
        remarks=tuple(table_remarks(table, panel, options)),
        backtest=result.backtest,
        n_months=panel.matrix.shape[1],
        last_month=panel.last_month,
    )


def _quiet(stage: str, done: int, steps: int) -> None:
    """Report nothing."""


def _statuses(count: int, noted: Sequence[Noted]) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """Return the strictest status found of each series."""
    order = list(Status)
    ranks = np.zeros(count, dtype=np.int64)
    rows = np.array([one.row for one in noted], dtype=np.int64)
    np.maximum.at(ranks, rows, [order.index(one.finding.status) for one in noted])
    return np.array(order, dtype=object)[ranks]


def _empty(work: Work) -> _Result:
    count, quantities = len(work.forest.ids), work.horizon + 1
    return _Result(
        np.full((count, quantities), np.nan),
        np.full((count, quantities, 4), np.nan),
        np.full(count, "", dtype=object),
        [],
        pd.DataFrame(columns=list(BACKTEST_COLUMNS)),
    )


def _refused_alike(work: Work, shared: tuple[Finding, ...]) -> _Result:
    """Refuse every usable series for what holds for the table."""
    result = _empty(work)
    rows = np.flatnonzero(work.months >= LEAST_MONTHS).tolist()
    result.noted.extend(Noted(row, finding) for row in rows for finding in shared)
    return result


def _forecast(work: Work) -> _Result:
    """Forecast what can be: the rows of the engine, then those with few counts, then the zeros."""
    matrix, usable = work.panel.matrix, work.panel.usable
    history = history_at(np.abs(matrix), matrix.shape[1])
    zero = usable & (history.nonzero_months == 0)
    # A child that is withheld for its short history still is a part of its parent.
    family = work.additive | ((work.forest.parent >= 0) & work.additive[work.forest.parent])
    constant = _constant(work) & ~zero & ~family
    rows = usable & ~zero & ~constant & (history.sufficient | family)
    lengths = months_used(work, family)
    result = _empty(work)
    none = np.zeros_like(work.months)
    evidence = SeriesEvidence(history, none, none.copy(), _level_ratios(work), np.full(len(none), np.nan))
    lines: list[dict[Hashable, Any]] = []
    for length in np.unique(lengths[rows])[::-1].tolist():
        together = np.flatnonzero(rows & (lengths == length))
        forecast = forecast_together(work, rows, together, length)
        lines += _labelled(forecast.backtest, length, work)
        result.mean[together], result.bounds[together] = with_sum(forecast.mean), forecast.bounds
        result.method[together] = forecast.method
        evidence.n_origins[together] = forecast.n_origins
        evidence.n_residuals[together] = forecast.n_residuals
        result.noted.extend(_shared_findings(work, rows, together, length, forecast.backtest))
    rare = usable & ~zero & is_rare(matrix, matrix.shape[1])
    _put_rare(work, result, evidence, rare, apart=rare & ~rows)
    _put_constants(work, result, constant)
    _put_zeros(work, result, zero)
    judged = np.flatnonzero(usable & ~zero & ~constant & (work.months >= LEAST_MONTHS))
    result.noted.extend(row_findings(evidence, judged.tolist()))
    return result._replace(backtest=pd.DataFrame(lines, columns=list(BACKTEST_COLUMNS)))


def _shared_findings(
    work: Work, asked: Flags, rows: Integers, length: int, report: pd.DataFrame
) -> list[Noted]:
    """Judge what series of one level and about one age share: their seasons and their back-test."""
    levels = level_names(work, rows)
    borrowed = borrows_season(work, asked, length)
    seasonal = season_findings(length, season_length=work.season_length, borrowed=borrowed)
    gates = {level: backtest_findings(report, level) for level in dict.fromkeys(levels)}
    return [
        Noted(row, finding)
        for row, level in zip(rows.tolist(), levels, strict=True)
        for finding in (*seasonal, *gates[level])
    ]


def _labelled(report: pd.DataFrame, length: int, work: Work) -> list[dict[Hashable, Any]]:
    """Return the lines of a report; the levels of younger series name their months."""
    age = "" if length == work.panel.matrix.shape[1] else f"@{length}"
    return [{**line, "level": f"{line['level']}{age}"} for line in report.to_dict("records")]


def _put_rare(work: Work, result: _Result, evidence: SeriesEvidence, rare: Flags, *, apart: Flags) -> None:
    """Forecast the series with one or two counts; those that a sum holds keep their part of it."""
    evidence.n_origins[rare] = evidence.n_residuals[rare] = 0
    if not apart.any():
        return
    usable = work.panel.usable
    found = forecast_rare(work.panel.matrix[usable], apart[usable], horizon=work.horizon)
    low = 0.0 if work.nonnegative else -np.inf
    result.mean[apart], result.bounds[apart] = found.mean, np.maximum(found.bounds, low)
    result.method[apart] = Method.SES
    evidence.n_origins[apart], evidence.n_residuals[apart] = found.n_origins, found.n_cases
    evidence.stayed[apart] = found.stayed


def _constant(work: Work) -> Flags:
    """Tell the series with a year or more of one value."""
    matrix, start = work.panel.matrix, work.panel.start
    own = np.arange(matrix.shape[1]) >= start[:, None]
    same = (matrix == matrix[:, -1:]) | ~own
    return np.asarray(work.panel.usable & same.all(axis=1) & (work.months >= _YEAR))


def _level_ratios(work: Work) -> Floats:
    """Compare the last months of each series with those before, without the season of the table."""
    matrix = work.panel.matrix
    if not work.nonnegative:
        return np.ones(len(matrix))
    total = np.nansum(matrix[work.panel.usable], axis=0)
    calendar = Calendar(work.first_month)
    if work.season_length != _YEAR:
        return level_ratios(matrix)
    return level_ratios(matrix / seasonal_index(total, calendar).profile.factors(calendar, len(total)))


def _put_constants(work: Work, result: _Result, constant: Flags) -> None:
    """Repeat the value of the series that never showed another."""
    rows = np.flatnonzero(constant)
    value = np.repeat(work.panel.matrix[rows, -1:], work.horizon, axis=1)
    result.mean[rows], result.method[rows] = with_sum(value), Method.LAST
    result.noted.extend(constant_findings(rows.tolist(), work.months[rows].tolist()))


def _put_zeros(work: Work, result: _Result, zero: Flags) -> None:
    """Forecast 0 for the series that have been 0 throughout, with the interval of their like."""
    rows = np.flatnonzero(zero)
    if len(rows) == 0:
        return
    usable = work.panel.usable
    found = zero_bounds(work.panel.matrix[usable], work.panel.start[usable], horizon=work.horizon)
    result.mean[rows], result.bounds[rows], result.method[rows] = 0.0, found.bounds, ZERO_METHOD
    judged = rows[work.months[rows] >= LEAST_MONTHS]
    result.noted.extend(
        zero_findings(
            judged.tolist(),
            work.months[judged].tolist(),
            calibrated=not np.isnan(found.bounds[-1, 0]),
            n_cases=found.n_cases,
            stayed=found.stayed,
        )
    )
