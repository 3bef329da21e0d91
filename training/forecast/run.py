"""One forecast run: figures, intervals, statuses with reasons, and the back-test they rest on."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.errors import InputError
from training.forecast.backtest import BACKTEST_COLUMNS, back_test
from training.forecast.demand import CELL_COLUMNS, Demand, Floats, Level, check_demand, next_months
from training.forecast.gate import backtest_findings
from training.forecast.intervals import Bands, back_test_residuals, interval_bands
from training.forecast.result import FIGURES, SUM_COLUMNS, TABLE_COLUMNS, ForecastRun
from training.forecast.rules import (
    LONGEST_HORIZON,
    ORIGINS_FOR_95,
    CellEvidence,
    Finding,
    Reason,
    Status,
    cell_findings,
    city_findings,
    overall_status,
)
from training.forecast.season import IndexStatus, Season, seasonal_index
from training.forecast.smoothing import Method, predict, with_sum
from training.forecast.volume import History, class_label, history_at, volume_classes

__all__ = ["METHOD", "forecast_demand"]

METHOD = "pooled_season_ses_0.5/mondrian_conformal/1"
"""Name and version of the method; raised whenever a figure could change."""


class _Figures(NamedTuple):
    """Series × (months ahead, then their sum); NaN where there is nothing to say."""

    figures: Floats
    """The mean, then the four bounds, along the last axis."""
    seasonal_naive: Floats
    mean3: Floats


class _Evidence(NamedTuple):
    """What the statuses of all cells rest on."""

    history: History
    bands: Bands | None
    report: pd.DataFrame


def forecast_demand(
    demand: Demand, *, horizon: int = 3, as_of: dt.date, release_break: bool = False
) -> ForecastRun:
    """Forecast the demand of every cell, its sum over the horizon, and how far both can be trusted.

    Parameters
    ----------
    demand
        Complete months; see :func:`training.forecast.monthly_demand`.
    horizon
        Months ahead, at least 1; more than 12 are refused, cell by cell.
    as_of
        Day of the data: forecasts from data older than 45 days are refused.
    release_break
        True when a person has checked a break of the city total and lets the run pass as indicative.

    Returns
    -------
    ForecastRun
        Without months of demand every cell is refused and the months ahead begin with that of ``as_of``.

    Raises
    ------
    InputError
        When the horizon is below 1 or the table cannot be used as it stands.

    Examples
    --------
    >>> months = next_months(dt.date(2024, 1, 1), 24)
    >>> index = pd.DataFrame([("city", None, None)], columns=list(CELL_COLUMNS))
    >>> steady = Demand.from_matrix(np.full((1, 24), 100.0), index, months)
    >>> run = forecast_demand(steady, as_of=dt.date(2026, 1, 10))
    >>> run.sums["mean"].tolist(), run.sums["status"].tolist()
    ([300.0], [<Status.INDICATIVE: 'indicative'>])
    """
    if horizon < 1:
        raise InputError("forecast_horizon", f"预测月数必须不小于 1，实际为 {horizon}")
    check_demand(demand, as_of=as_of)
    first_month = demand.months[0].month - 1 if demand.months else 0
    season = seasonal_index(demand.total, first_month=first_month)
    shared = city_findings(
        demand.total,
        season,
        first_month=first_month,
        horizon=horizon,
        last_month=demand.last_month,
        as_of=as_of,
        release_break=release_break,
    )
    evidence = _gathered(demand, season, first_month=first_month, horizon=horizon)
    findings = _judged(demand, evidence, shared)
    statuses = np.array([overall_status(found) for found in findings], dtype=object)
    figures = _figures(demand, season, evidence.bands, first_month=first_month, horizon=horizon)
    for part in figures:
        part[statuses == Status.REFUSED] = np.nan
    reasons = [tuple(finding.reason for finding in found) for found in findings]
    ahead = next_months(demand.last_month or as_of, horizon + 1)
    return ForecastRun(
        table=_table(demand, figures, ahead[1:] if demand.months else ahead[:-1], statuses, reasons),
        sums=_sums(demand, figures.figures[:, -1], evidence, statuses, reasons),
        backtest=evidence.report,
        method=METHOD,
        as_of=as_of,
        last_month=demand.last_month,
        horizon=horizon,
        index=tuple(season.factors.tolist()),
        index_status=season.status,
        imputed_share=demand.imputed_share,
        synthetic_share=demand.synthetic_share,
    )


def _gathered(demand: Demand, season: Season, *, first_month: int, horizon: int) -> _Evidence:
    """Describe the cells and, where any origin allows it, back-test and calibrate."""
    history = history_at(demand.matrix, len(demand.months))
    nothing = pd.DataFrame(columns=list(BACKTEST_COLUMNS))
    if horizon > LONGEST_HORIZON:
        return _Evidence(history, None, nothing)
    with_season = season.status is IndexStatus.ESTIMATED
    residuals = back_test_residuals(
        demand.matrix,
        horizon=horizon,
        first_month=first_month,
        city_row=demand.city_row,
        with_season=with_season,
    )
    if len(residuals.origins) == 0:
        return _Evidence(history, None, nothing)
    classes = np.where(history.sufficient, volume_classes(history.volume), -1)
    bands = interval_bands(residuals, classes, known_months=len(demand.months))
    return _Evidence(history, bands, back_test(demand, residuals, with_season=with_season))


def _judged(demand: Demand, evidence: _Evidence, shared: tuple[Finding, ...]) -> list[tuple[Finding, ...]]:
    """Collect the findings of each cell: the city's alone where they refuse everything."""
    levels = [Level(level) for level in demand.index["level"]]
    if overall_status(shared) is Status.REFUSED:
        return [shared] * len(levels)
    gates = {level: backtest_findings(evidence.report, level) for level in set(levels)}
    history, bands = evidence.history, evidence.bands
    findings = []
    for row, level in enumerate(levels):
        cell = CellEvidence(
            own_months=int(history.own_months[row]),
            nonzero_months=int(history.nonzero_months[row]),
            volume=float(history.volume[row]),
            n_origins=0 if bands is None else int(bands.n_origins[row]),
            n_residuals=0 if bands is None else int(bands.n_residuals[row]),
            imputed_share=float(demand.imputed_shares[row]),
        )
        own = cell_findings(cell)
        refused = overall_status(own) is Status.REFUSED
        findings.append(own if refused else (*shared, *own, *gates[level]))
    return findings


def _figures(
    demand: Demand, season: Season, bands: Bands | None, *, first_month: int, horizon: int
) -> _Figures:
    """Compute every figure there is; beyond twelve months there is none."""
    shape = (len(demand.index), horizon + 1)
    figures = np.full((*shape, len(FIGURES)), np.nan)
    if horizon > LONGEST_HORIZON:
        return _Figures(figures, np.full(shape, np.nan), np.full(shape, np.nan))
    points = [
        with_sum(
            predict(demand.matrix, method, horizon=horizon, first_month=first_month, factors=season.factors)
        )
        for method in (Method.POOLED, Method.SEASONAL_NAIVE, Method.MEAN3)
    ]
    figures[:, :, 0] = points[0]
    if bands is not None:
        # Bounds stand in the order of FIGURES: 80 % first.
        bounds = np.maximum(points[0][:, :, None] + bands.offsets[:, :, [1, 2, 0, 3]], 0.0)
        bounds[bands.n_origins < ORIGINS_FOR_95, :, 2:] = np.nan
        figures[:, :, 1:] = bounds
    return _Figures(figures, points[1], points[2])


def _table(
    demand: Demand,
    figures: _Figures,
    ahead: tuple[dt.date, ...],
    statuses: np.ndarray[tuple[int, ...], np.dtype[np.object_]],
    reasons: list[tuple[Reason, ...]],
) -> pd.DataFrame:
    """Lay the months ahead out as rows."""
    steps = len(ahead)
    table = demand.index[list(CELL_COLUMNS)].astype(object)
    table = table.loc[table.index.repeat(steps)].reset_index(drop=True)
    table["month"] = pd.Series(list(ahead) * len(demand.index), dtype=object)
    for number, name in enumerate(FIGURES):
        table[name] = figures.figures[:, :steps, number].ravel()
    table["seasonal_naive"] = figures.seasonal_naive[:, :steps].ravel()
    table["mean3"] = figures.mean3[:, :steps].ravel()
    table["status"] = np.repeat(statuses, steps)
    table["reasons"] = pd.Series([found for found in reasons for _ in ahead], dtype=object)
    return table[list(TABLE_COLUMNS)]


def _sums(
    demand: Demand,
    figures: Floats,
    evidence: _Evidence,
    statuses: np.ndarray[tuple[int, ...], np.dtype[np.object_]],
    reasons: list[tuple[Reason, ...]],
) -> pd.DataFrame:
    """Lay the sums over the horizon out, one row per cell."""
    sums = demand.index[list(CELL_COLUMNS)].astype(object).reset_index(drop=True)
    for number, name in enumerate(FIGURES):
        sums[name] = figures[:, number]
    bands, history = evidence.bands, evidence.history
    if bands is None:
        labels = [class_label(number, number) for number in volume_classes(history.volume).tolist()]
        sums["n_origins"] = np.zeros(len(sums), dtype=np.int64)
    else:
        labels = bands.labels
        sums["n_origins"] = bands.n_origins
    sums["volume_class"] = pd.Series(labels, dtype=object)
    sums["volume"] = history.volume
    sums["imputed_share"] = demand.imputed_shares
    sums["synthetic_share"] = demand.synthetic_shares
    sums["status"] = statuses
    sums["reasons"] = pd.Series(reasons, dtype=object)
    return sums[list(SUM_COLUMNS)]
