"""The employers' own forecast of a quarter beside the statistical one, with the record of both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from data.self_forecast.cells import CellName, EmployerCell, current_reports, employer_cells
from data.self_forecast.combining import Combination, combine
from data.self_forecast.outcomes import opened_by_quarter
from data.self_forecast.quarters import quarter_of, quarter_span, quarters_ahead, shift_quarter
from data.self_forecast.record import Judged, judge, size_factors, track_record

__all__ = ["METHOD", "NOTES", "Statistical", "employer_record", "employer_report"]

METHOD = "employer_self_forecast/1"
"""Name and version of the method; raised whenever a figure could change."""

NOTES = (
    "用人单位自愿填报，不是统计调查；只按产业、职业汇总，不足三家或一家占六成以上的不公布。",
    "自报预测与统计预测并列，不相加；历史上两者都可核对的季度满四个且自报误差较低的，才按误差平方的倒数加权合并。",
    "核对口径：报送单位在用人季度内于本平台发布的、写明人数的需求；在平台外招聘的看不到。",
    "季度开始十五日以后才收到的预测不参加核对；合成数据除外。",
)
"""What has to be said wherever figures of this package are shown."""


_Past = Mapping[str, Mapping[CellName, float]] | None
"""The employers' own estimate of every cell by past quarter; nothing where no combination is due."""


@dataclass(frozen=True)
class Statistical:
    """What the statistical forecast says of a cell and quarter."""

    mean: float | None = None
    """Heads of the quarter; empty where it gives none."""
    lo80: float | None = None
    """Lower end of its 80 % interval; empty where the run has none of this quarter."""
    hi80: float | None = None
    """Upper end."""
    past: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """By past quarter what it said a quarter ahead, and what happened."""


def employer_report(
    reports: pd.DataFrame,
    vacancies: pd.DataFrame,
    *,
    target: str,
    as_of: dt.date,
    statistical: Mapping[CellName, Statistical],
) -> dict[str, Any]:
    """Set the employers' own forecast of a quarter beside the statistical one.

    Parameters
    ----------
    reports
        As from :func:`data.store.self_forecasts.read_self_forecast_rows`, of one nature.
    vacancies
        As from :func:`data.demand.read_demand`, of the same nature.
    target
        The quarter, such as ``2026Q4``.
    as_of
        Last day of the data.
    statistical
        The statistical forecast, by cell; cells may be missing.

    Returns
    -------
    dict
        ``target_quarter``, ``as_of``, ``method``, ``factors`` of the size classes, ``cells`` and ``notes``;
        no cells where nobody reported on the quarter.
    """
    opened = opened_by_quarter(vacancies, as_of=as_of)
    judged = judge(reports, opened, as_of=as_of)
    factors = size_factors(judged.pairs)
    current = current_reports(reports, target=target, until=quarter_of(as_of))
    cells = employer_cells(current, opened, as_of=as_of, factors=factors)
    # Past estimates are a quarter ahead: they weigh nothing further ahead.
    at_hand = target == quarter_of(as_of + dt.timedelta(days=1))
    past = _past_estimates(reports, opened, judged) if at_hand else None
    rows = [_beside(cell, statistical.get(cell.name, Statistical()), past, target) for cell in cells]
    return {
        "target_quarter": target,
        "as_of": as_of.isoformat(),
        "method": METHOD,
        "factors": {str(size): round(factor, 4) for size, factor in factors.items()},
        "cells": rows,
        "notes": list(NOTES),
    }


def employer_record(reports: pd.DataFrame, vacancies: pd.DataFrame, *, as_of: dt.date) -> dict[str, Any]:
    """Say how good the employers' own forecasts were.

    Parameters
    ----------
    reports, vacancies, as_of
        As for :func:`employer_report`.

    Returns
    -------
    dict
        ``as_of``, ``method``, ``rows`` of the record, ``factors``, and how many forecasts could not be judged
        and why: ``late``, ``unseen``, ``unstated``.
    """
    judged = judge(reports, opened_by_quarter(vacancies, as_of=as_of), as_of=as_of)
    return {
        "as_of": as_of.isoformat(),
        "method": METHOD,
        "rows": [asdict(row) for row in track_record(judged.pairs)],
        "factors": {str(size): round(factor, 4) for size, factor in size_factors(judged.pairs).items()},
        "judged": len(judged.pairs),
        "late": judged.late,
        "unseen": judged.unseen,
        "unstated": judged.unstated,
        "notes": list(NOTES),
    }


def _past_estimates(
    reports: pd.DataFrame, opened: pd.DataFrame, judged: Judged
) -> dict[str, dict[CellName, float]]:
    """Return what the employers' forecast a quarter ahead would have been, by past quarter.

    Of each quarter only reports and outcomes are used that were known when it began.
    """
    estimates: dict[str, dict[CellName, float]] = {}
    pairs = judged.pairs
    for target in sorted(set(pairs.loc[pairs["horizon"] == 1, "target_quarter"])):
        period = shift_quarter(str(target), -1)
        known = pairs[pairs["target_quarter"] <= period]
        cells = employer_cells(
            current_reports(reports, target=str(target), until=period),
            opened[opened["quarter"] <= period],
            as_of=quarter_span(period)[1],
            factors=size_factors(known),
        )
        estimates[str(target)] = {cell.name: cell.scaled for cell in cells if cell.scaled is not None}
    return estimates


def _beside(cell: EmployerCell, known: Statistical, past: _Past, target: str) -> dict[str, Any]:
    """Lay a cell out with the statistical forecast and, where the record allows it, the combination."""
    combination = _combined(cell, known, past, target)
    shown = {"mean": known.mean, "lo80": known.lo80, "hi80": known.hi80}
    return {
        "level": "city"
        if cell.key_industry is None
        else "occupation"
        if cell.occupation_code
        else "industry",
        **asdict(cell),
        "statistical": shown,
        "combined": None if combination is None else asdict(combination),
    }


def _combined(cell: EmployerCell, known: Statistical, past: _Past, target: str) -> Combination | None:
    if past is None or cell.scaled is None or known.mean is None:
        return None
    both = [
        quarter
        for quarter, estimates in past.items()
        if quarter in known.past and cell.name in estimates and quarters_ahead(quarter, target) > 0
    ]
    return combine(
        known.mean,
        cell.scaled,
        statistical_errors=[known.past[quarter][0] - known.past[quarter][1] for quarter in both],
        own_errors=[past[quarter][cell.name] - known.past[quarter][1] for quarter in both],
    )
