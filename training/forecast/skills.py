"""Forecasts of how many vacancies will ask for each skill.

A vacancy that asks for several skills counts under each of them, so that figures are never added up
over skills.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from data.execution import Executor
from data.reference import skill_names
from data.self_forecast.outcomes import shows_an_employer
from training.forecast.backtest import target_names
from training.forecast.demand import Floats, next_months
from training.forecast.demand_series import DemandSeries
from training.forecast.gate import backtest_findings
from training.forecast.panel import PanelForecast, forecast_panel
from training.forecast.points import Progress
from training.forecast.result import FIGURES
from training.forecast.rules import (
    CONFIDENTIAL,
    LONGEST_HORIZON,
    CellEvidence,
    Finding,
    Reason,
    ReasonCode,
    Status,
    cell_findings,
    change_findings,
    city_findings,
    level_ratios,
    overall_status,
)
from training.forecast.season import Calendar, Season, seasonal_index
from training.forecast.series import Openings, read_openings
from training.forecast.smoothing import with_sum
from training.forecast.volume import History, history_at

__all__ = ["LEVEL", "METHOD", "forecast_skills"]

METHOD = "skill_shares_of_vacancies/1"
"""Name and version of the method; raised whenever a figure could change."""
LEVEL = "skill"
"""Level under which the back-test reports skills."""
_MONTHS_JUDGED = 12


class _Panel(NamedTuple):
    """What the statuses of all skills rest on."""

    history: History
    ratios: Floats
    found: PanelForecast
    figures: Floats
    """Skills × (months ahead, then their sum) × (mean, then the four bounds)."""


def forecast_skills(
    series: DemandSeries,
    vacancies: pd.DataFrame,
    *,
    horizon: int,
    release_break: bool = False,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> dict[str, Any]:
    """Forecast the vacancies that ask for each skill, under the rules of every other forecast.

    The season is that of all vacancies; volumes are vacancies a month, not heads.

    Parameters
    ----------
    series
        Counts by skill in the units of the sources at hand.
    vacancies
        The vacancies that it was counted from, with ``employer_key`` and ``skill_codes``.
    horizon
        Months ahead, at least 1; more than 12 are refused.
    release_break
        True when a person has looked at a change of sources or of level and lets the run pass.
    progress
        Called with the name of a stage, the steps done and all its steps.
    executor
        Where series are fitted one by one, in blocks; this process when left out.

    Returns
    -------
    dict
        ``method``, ``horizon``, ``rows`` and ``backtest``. A row is a skill, the largest first:
        ``skill_code``, ``name``, the sum over the horizon as ``mean``, ``lo80``, ``hi80``, ``lo95``,
        ``hi95`` (vacancies), ``volume`` (vacancies a month), ``n_origins``, ``basis``, ``status``,
        ``reasons`` and ``months``. Refused skills have no figures and no months. Confidential ones, with
        fewer than three employers or one above 60 % of the vacancies of the last 12 months, have no volume
        either and stand last.
    """
    openings = read_openings(vacancies, end=series.as_of)
    total = _vacancies_by_month(openings, series)
    calendar = Calendar(series.skills.months[0] if series.skills.months else series.as_of)
    season = seasonal_index(total, calendar)
    shared = change_findings(series.coverage.recent_breaks, release=release_break) + city_findings(
        total,
        season,
        calendar=calendar,
        horizon=horizon,
        last_month=series.skills.months[-1] if series.skills.months else None,
        as_of=series.as_of,
        release_break=release_break,
    )
    rows, backtest = [], pd.DataFrame()
    if series.skills.codes:
        hidden = _confidential(vacancies, openings, series.skills.codes)
        panel = _forecast(
            series, total, season, calendar, horizon=horizon, progress=progress, executor=executor
        )
        backtest = panel.found.backtest if panel else backtest
        rows = [
            _row(series, place, panel, shared, horizon=horizon, hidden=code in hidden)
            for place, code in enumerate(series.skills.codes)
        ]
    rows.sort(key=lambda row: (row["volume"] is None, -(row["volume"] or 0.0), row["skill_code"]))
    tested = json.loads(backtest.to_json(orient="records", double_precision=15))
    return {"method": METHOD, "horizon": horizon, "rows": rows, "backtest": tested}


def _vacancies_by_month(openings: Openings, series: DemandSeries) -> Floats:
    """Count all vacancies by month, in the units of the counts by skill."""
    month = openings.frame["month"].to_numpy(dtype=np.int64)
    counts = np.bincount(month, weights=series.coverage.weights, minlength=len(openings.months))
    return np.asarray(counts, dtype=float)[series.coverage.first :]


def _confidential(vacancies: pd.DataFrame, openings: Openings, codes: tuple[str, ...]) -> set[str]:
    """Find the skills whose vacancies of the last months say too much about an employer."""
    recent = openings.frame.loc[
        openings.frame["month"] >= len(openings.months) - _MONTHS_JUDGED, "vacancy_id"
    ]
    own = vacancies.loc[vacancies["vacancy_id"].isin(set(recent)), ["employer_key", "skill_codes"]]
    own = own[own["employer_key"].fillna("") != ""].explode("skill_codes")
    counts = own.groupby(["skill_codes", "employer_key"]).size().astype(float)
    parts = dict(iter(counts.groupby(level=0)))
    nobody = pd.Series(dtype=float)
    return {code for code in codes if shows_an_employer(parts.get(code, nobody))}


def _forecast(
    series: DemandSeries,
    total: Floats,
    season: Season,
    calendar: Calendar,
    *,
    horizon: int,
    progress: Progress | None,
    executor: Executor | None,
) -> _Panel | None:
    """Forecast every skill; nothing beyond the longest horizon and without months."""
    counts = series.skills.counts
    n_months = counts.shape[1]
    if n_months == 0 or horizon > LONGEST_HORIZON:
        return None
    found = forecast_panel(
        counts,
        first_month=series.skills.months[0],
        horizon=horizon,
        groups=[LEVEL] * len(counts),
        total=total,
        progress=progress,
        executor=executor,
    )
    figures = np.concatenate([with_sum(found.mean)[:, :, None], found.bounds], axis=2)
    ratios = level_ratios(counts / season.profile.factors(calendar, n_months))
    return _Panel(history_at(counts, n_months), ratios, found, figures)


def _row(
    series: DemandSeries,
    place: int,
    panel: _Panel | None,
    shared: tuple[Finding, ...],
    *,
    horizon: int,
    hidden: bool,
) -> dict[str, Any]:
    """Lay one skill out; where the city's findings refuse everything, they alone are told."""
    code = series.skills.codes[place]
    judged = {
        target: _findings(place, panel, shared, target, hidden=hidden) for target in target_names(horizon)
    }
    *by_month, whole = [(overall_status(found), _reasons(found)) for found in judged.values()]
    refused = panel is None or whole[0] is Status.REFUSED
    told = {"status": str(whole[0]), "reasons": whole[1]}
    row = {"skill_code": code, "name": skill_names().get(code, code)}
    volume = None if panel is None or hidden else float(panel.history.volume[place])
    if panel is None or refused:
        return {
            **row,
            **dict.fromkeys(FIGURES),
            "volume": volume,
            "n_origins": 0,
            "basis": "",
            **told,
            "months": [],
        }
    ahead = next_months(series.skills.months[-1], horizon + 1)[1:]
    months = [
        {
            "month": month.isoformat(),
            **_figures(panel, place, step),
            "status": str(status),
            "reasons": reasons,
        }
        for step, (month, (status, reasons)) in enumerate(zip(ahead, by_month, strict=True))
    ]
    origins, basis = int(panel.found.n_origins[place]), str(panel.found.method[place])
    known = {"volume": volume, "n_origins": origins, "basis": basis}
    return {**row, **_figures(panel, place, horizon), **known, **told, "months": months}


def _figures(panel: _Panel, place: int, step: int) -> dict[str, float | None]:
    values = panel.figures[place, step].tolist()
    return {name: None if np.isnan(value) else value for name, value in zip(FIGURES, values, strict=True)}


def _reasons(findings: tuple[Finding, ...]) -> list[Reason]:
    return [finding.reason for finding in findings]


def _findings(
    place: int, panel: _Panel | None, shared: tuple[Finding, ...], target: str, *, hidden: bool
) -> tuple[Finding, ...]:
    """Judge one skill for one target."""
    if panel is None or overall_status(shared) is Status.REFUSED:
        return shared
    if hidden:
        return (CONFIDENTIAL,)
    evidence = CellEvidence(
        own_months=int(panel.history.own_months[place]),
        nonzero_months=int(panel.history.nonzero_months[place]),
        volume=float(panel.history.volume[place]),
        n_origins=int(panel.found.n_origins[place]),
        n_residuals=int(panel.found.n_residuals[place]),
        imputed_share=0.0,
        level_ratio=float(panel.ratios[place]),
    )
    own = tuple(_in_vacancies(finding) for finding in cell_findings(evidence))
    if overall_status(own) is Status.REFUSED:
        return own
    return (*shared, *own, *backtest_findings(panel.found.backtest, LEVEL, target=target))


def _in_vacancies(finding: Finding) -> Finding:
    """Say a finding on the volume of a skill in vacancies, which have no level above."""
    reason = finding.reason
    if reason["code"] != ReasonCode.BELOW_PUBLICATION_VOLUME:
        return finding
    what = "不发布" if finding.status is Status.REFUSED else "只看区间，不参与排名"
    message = f"月均 {reason['have']:g} 条需求提到此项能力，低于 {reason['need']:g} 条，{what}"
    return finding._replace(reason={**reason, "message": message})
