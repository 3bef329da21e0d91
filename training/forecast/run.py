"""One forecast run: figures, intervals, statuses with reasons, and the back-test they rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.errors import InputError
from data.execution import Executor
from training.forecast.backtest import BackTest, BackTestReport, Part, back_test, target_names
from training.forecast.breaks import Break
from training.forecast.demand import CELL_COLUMNS, Demand, Floats, Level, check_demand, next_months
from training.forecast.disclosure import Flags
from training.forecast.engine import Forecasts, forecast_series
from training.forecast.gate import backtest_findings
from training.forecast.panel import published_bounds
from training.forecast.parents import parents_of
from training.forecast.points import Panel, Progress
from training.forecast.result import FIGURES, ORIGIN_COLUMNS, SUM_COLUMNS, TABLE_COLUMNS, ForecastRun
from training.forecast.rules import (
    CONFIDENTIAL,
    LONGEST_HORIZON,
    CellEvidence,
    Finding,
    Reason,
    Status,
    cell_findings,
    change_findings,
    city_findings,
    level_ratios,
    overall_status,
)
from training.forecast.season import Calendar, Season, seasonal_index
from training.forecast.smoothing import Method, predict, with_sum
from training.forecast.volume import History, class_label, history_at, volume_classes

__all__ = ["METHOD", "forecast_demand"]

METHOD = "shared_total_combination/mondrian_conformal/3"
"""Name and version of the method; raised whenever a figure could change."""
Statuses = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


class _Figures(NamedTuple):
    """Series × (months ahead, then their sum); NaN where there is nothing to say."""

    figures: Floats
    """The mean, then the four bounds, along the last axis."""
    seasonal_naive: Floats
    mean3: Floats


class _Evidence(NamedTuple):
    """What the statuses of all cells rest on."""

    history: History
    ratios: Floats
    found: Forecasts | None
    report: BackTestReport
    confidential: Flags


class _Verdict(NamedTuple):
    """Cells × (months ahead, then their sum)."""

    statuses: Statuses
    reasons: list[list[tuple[Reason, ...]]]


def forecast_demand(
    demand: Demand,
    *,
    horizon: int = 3,
    as_of: dt.date,
    release_break: bool = False,
    breaks: Sequence[Break] = (),
    confidential: Flags | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
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
    breaks
        What changed of late in the sources, see :class:`training.forecast.coverage.Coverage`.
    confidential
        Rows that are forecast, count in their parents and are refused without a figure, see
        :func:`training.forecast.disclosure.confidential_cells`; none when left out.
    progress
        Called with the name of a stage, the steps done and all its steps.
    executor
        Where series are fitted one by one, in blocks; this process when left out.

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
    calendar = Calendar(demand.months[0] if demand.months else as_of)
    season = seasonal_index(demand.total, calendar)
    seen = change_findings(breaks, release=release_break)
    shared = seen + city_findings(
        demand.total,
        season,
        calendar=calendar,
        horizon=horizon,
        last_month=demand.last_month,
        as_of=as_of,
        release_break=release_break,
    )
    hidden = np.zeros(len(demand.index), dtype=np.bool_) if confidential is None else confidential
    evidence = _gathered(
        demand, season, calendar, hidden, horizon=horizon, progress=progress, executor=executor
    )
    verdict = _judged(demand, evidence, shared, horizon=horizon)
    figures = _figures(demand, evidence.found, horizon=horizon)
    for part in figures:
        part[verdict.statuses == Status.REFUSED] = np.nan
    ahead = next_months(demand.last_month or as_of, horizon + 1)
    return ForecastRun(
        table=_table(demand, figures, ahead[1:] if demand.months else ahead[:-1], verdict),
        sums=_sums(demand, figures.figures[:, -1], evidence, verdict),
        backtest=evidence.report.scores,
        origins=_origins(demand, evidence.report),
        method=METHOD,
        as_of=as_of,
        last_month=demand.last_month,
        horizon=horizon,
        index=tuple(season.factors.tolist()),
        index_status=season.status,
        imputed_share=demand.imputed_share,
        synthetic_share=demand.synthetic_share,
    )


def _gathered(
    demand: Demand,
    season: Season,
    calendar: Calendar,
    confidential: Flags,
    *,
    horizon: int,
    progress: Progress | None,
    executor: Executor | None,
) -> _Evidence:
    """Describe the cells, forecast them, and back-test where any origin allows it."""
    n_months = len(demand.months)
    history = history_at(demand.matrix, n_months)
    ratios = level_ratios(demand.matrix / season.profile.factors(calendar, n_months))
    if horizon > LONGEST_HORIZON or n_months == 0:
        return _Evidence(history, ratios, None, BackTestReport.empty(), confidential)
    parents = parents_of(demand)
    levels = [Level(level) for level in demand.index["level"]]
    groups = np.array([list(Level).index(level) for level in levels], dtype=np.int64)
    panel = Panel(demand.matrix, demand.total, groups, calendar, horizon, parents)
    found = forecast_series(panel, progress=progress, executor=executor)
    test = BackTest(demand.matrix, found.points, found.residuals)
    industries = demand.index["key_industry"].tolist()
    inside = [
        Part(level, name) if isinstance(name, str) and level is Level.OCCUPATION else None
        for level, name in zip(levels, industries, strict=True)
    ]
    reports = [
        back_test(test, [Part(level, "") for level in levels], progress=progress),
        back_test(test, inside),
    ]
    filled = [report.scores for report in reports if len(report.scores)]
    scores = pd.concat(filled, ignore_index=True) if filled else reports[0].scores
    return _Evidence(history, ratios, found, BackTestReport(scores, reports[0].origins), confidential)


def _judged(demand: Demand, evidence: _Evidence, shared: tuple[Finding, ...], *, horizon: int) -> _Verdict:
    """Judge each cell at every horizon: by the city's findings alone where they refuse everything."""
    levels = [Level(level) for level in demand.index["level"]]
    targets = target_names(horizon)
    refused = overall_status(shared) is Status.REFUSED
    gates = {
        (level, target): () if refused else backtest_findings(evidence.report.scores, level, target=target)
        for level in set(levels)
        for target in targets
    }
    findings: list[list[tuple[Finding, ...]]] = []
    for row, level in enumerate(levels):
        if evidence.confidential[row]:  # not even the other reasons, which tell its volume
            findings.append([(CONFIDENTIAL,)] * len(targets))
            continue
        own = () if refused else cell_findings(_evidence_of(demand, evidence, row))
        if refused or overall_status(own) is Status.REFUSED:
            findings.append([shared if refused else own] * len(targets))
        else:
            findings.append([(*shared, *own, *gates[level, target]) for target in targets])
    statuses = np.array([[overall_status(found) for found in cell] for cell in findings], dtype=object)
    reasons = [[tuple(each.reason for each in found) for found in cell] for cell in findings]
    return _Verdict(statuses, reasons)


def _evidence_of(demand: Demand, evidence: _Evidence, row: int) -> CellEvidence:
    """Gather what the rules need to know of one cell."""
    history = evidence.history
    bands = None if evidence.found is None else evidence.found.bands
    return CellEvidence(
        own_months=int(history.own_months[row]),
        nonzero_months=int(history.nonzero_months[row]),
        volume=float(history.volume[row]),
        n_origins=0 if bands is None else int(bands.n_origins[row]),
        n_residuals=0 if bands is None else int(bands.n_residuals[row]),
        imputed_share=float(demand.imputed_shares[row]),
        level_ratio=float(evidence.ratios[row]),
    )


def _figures(demand: Demand, found: Forecasts | None, *, horizon: int) -> _Figures:
    """Compute every figure there is; beyond twelve months there is none."""
    shape = (len(demand.index), horizon + 1)
    figures = np.full((*shape, len(FIGURES)), np.nan)
    if found is None:
        return _Figures(figures, np.full(shape, np.nan), np.full(shape, np.nan))
    mean = np.maximum(found.now(Method.COMBINED), 0.0)
    figures[:, :, 0] = with_sum(mean)
    figures[:, :, 1:] = published_bounds(mean, found, nonnegative=True)
    naive, mean3 = (
        with_sum(predict(demand.matrix, method, horizon=horizon))
        for method in (Method.SEASONAL_NAIVE, Method.MEAN3)
    )
    return _Figures(figures, naive, mean3)


def _table(
    demand: Demand,
    figures: _Figures,
    ahead: tuple[dt.date, ...],
    verdict: _Verdict,
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
    table["status"] = verdict.statuses[:, :-1].ravel()
    table["reasons"] = pd.Series([found for cell in verdict.reasons for found in cell[:-1]], dtype=object)
    return table[list(TABLE_COLUMNS)]


def _origins(demand: Demand, report: BackTestReport) -> pd.DataFrame:
    """Name the origins of every level by the first month that was forecast at them."""
    origins = report.origins.astype({"level": object})
    months = pd.Series(demand.months, dtype=object)
    origins["origin"] = origins["origin"].map(months).astype(object)
    return origins[list(ORIGIN_COLUMNS)]


def _sums(demand: Demand, figures: Floats, evidence: _Evidence, verdict: _Verdict) -> pd.DataFrame:
    """Lay the sums over the horizon out, one row per cell."""
    sums = demand.index[list(CELL_COLUMNS)].astype(object).reset_index(drop=True)
    for number, name in enumerate(FIGURES):
        sums[name] = figures[:, number]
    found, history = evidence.found, evidence.history
    bands = None if found is None else found.bands
    if bands is None:
        labels = [class_label(number, number) for number in volume_classes(history.volume).tolist()]
        sums["n_origins"] = np.zeros(len(sums), dtype=np.int64)
    else:
        labels = bands.labels
        sums["n_origins"] = bands.n_origins
    shown = ~evidence.confidential
    sums["volume_class"] = pd.Series(labels, dtype=object).where(shown, None)
    sums["volume"] = np.where(shown, history.volume, np.nan)
    names = [""] * len(sums) if found is None else found.names.tolist()
    sums["basis"] = pd.Series(names, dtype=object)
    sums["imputed_share"] = demand.imputed_shares
    sums["synthetic_share"] = demand.synthetic_shares
    sums["status"] = verdict.statuses[:, -1]
    sums["reasons"] = pd.Series([cell[-1] for cell in verdict.reasons], dtype=object)
    return sums[list(SUM_COLUMNS)]
