"""The track record of employers' own forecasts: what was expected then, and what they opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd

from data.self_forecast.outcomes import HiringSize, hiring_sizes, shows_an_employer
from data.self_forecast.quarters import quarter_span, quarters_ahead

__all__ = ["Judged", "Reason", "RecordRow", "judge", "reports_in_time", "size_factors", "track_record"]

GRACE_DAYS = 15
"""Days into the target quarter within which a report still counts as a forecast of it."""
LEAST_PAIRS = 10
"""Judged forecasts below which nothing is said of their accuracy."""
_LEAST_EMPLOYERS_FOR_SHARE = 5
_OVER = 1.5
_KEY = ["employer_key", "occupation_code", "target_quarter", "period"]


class Reason(TypedDict):
    """Why a figure is not given."""

    code: str
    have: float
    need: float
    message: str


@dataclass(frozen=True)
class Judged:
    """Forecasts whose quarter is over."""

    pairs: pd.DataFrame
    """One row per forecast: employer_key, key_industry, occupation_code, period, target_quarter, ``horizon``
    (quarters), ``size``, ``low``, ``likely``, ``high``, ``actual`` and ``before`` (heads that the employer
    opened of the occupation in the target quarter and in the quarter of the report)."""
    late: int
    """Forecasts received when their quarter was under way; never judged, generated ones excepted."""
    unseen: int
    """Forecasts of employers of whom the platform has no vacancy: nothing to hold them against."""
    unstated: int
    """Forecasts of which a vacancy in the quarter states no headcount."""


@dataclass(frozen=True)
class RecordRow:
    """How good the forecasts of a group were; figures are empty where the status is refused."""

    key_industry: str | None
    """The industry; empty for all of them."""
    horizon: int
    """Quarters ahead."""
    status: str
    """``ok`` or ``refused``."""
    reasons: tuple[Reason, ...]
    """Why refused."""
    n: int | None = None
    """Judged forecasts."""
    employers: int | None = None
    """Employers that made them."""
    quarters: int | None = None
    """Target quarters."""
    bias: float | None = None
    """Σ(forecast - actual) / Σ actual; above 0 where too much was expected."""
    wape: float | None = None
    """Σ|forecast - actual| / Σ actual."""
    naive_wape: float | None = None
    """The same for the quarter of the report repeated."""
    coverage: float | None = None
    """Share with low ≤ actual ≤ high."""
    direction: float | None = None
    """Share in which the change against the quarter of the report had the sign expected."""
    over_reporters: float | None = None
    """Share of employers that expected more than 1.5 times what they opened; with five or more only."""


def reports_in_time(reports: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Choose the version of every report that counts as a forecast.

    Parameters
    ----------
    reports
        As from :func:`data.store.self_forecasts.read_self_forecast_rows`.

    Returns
    -------
    tuple of DataFrame and int
        The last version received up to fifteen days into the target quarter, and the number of forecasts
        of which there is none. Of generated reports, whose day of receipt means nothing, the last one counts.
    """
    limits = {
        quarter: pd.Timestamp(quarter_span(quarter)[0], tz="UTC") + pd.Timedelta(days=GRACE_DAYS)
        for quarter in set(reports["target_quarter"])
    }
    in_time = reports["received_at"] < pd.to_datetime(reports["target_quarter"].map(limits.get), utc=True)
    chosen = reports[in_time | reports["synthetic"]].drop_duplicates(_KEY, keep="last")
    return chosen.reset_index(drop=True), len(reports.drop_duplicates(_KEY)) - len(chosen)


def judge(reports: pd.DataFrame, opened: pd.DataFrame, *, as_of: dt.date) -> Judged:
    """Hold every forecast whose quarter is over against what the employer opened.

    Parameters
    ----------
    reports
        As from :func:`data.store.self_forecasts.read_self_forecast_rows`, of one nature.
    opened
        As from :func:`data.self_forecast.outcomes.opened_by_quarter`, of the same nature.
    as_of
        Last day of the data.

    Returns
    -------
    Judged
        Empty where no quarter with a forecast is over. A quarter before the first opening of the platform is
        not observed and not judged.
    """
    chosen, late = reports_in_time(reports)
    first = min(opened["quarter"], default="9999Q1")
    over = chosen["target_quarter"].map(lambda quarter: quarter_span(quarter)[1] <= as_of).astype(bool)
    pairs = chosen[over & (chosen["target_quarter"] >= first)]
    seen = pairs["employer_key"].isin(set(opened["employer_key"]))
    keys = ["employer_key", "occupation_code", "quarter"]
    sums = opened.groupby(keys, as_index=False)[["heads", "unstated"]].sum()
    held = _with_openings(pairs[seen], sums)
    stated = held["unstated"] == 0
    sizes = {period: hiring_sizes(opened, period) for period in set(held["period"])}
    judged = held[stated].assign(
        horizon=[quarters_ahead(*each) for each in held.loc[stated, ["period", "target_quarter"]].to_numpy()],
        size=[
            sizes[period].get(key, HiringSize.SMALL)
            for period, key in held.loc[stated, ["period", "employer_key"]].to_numpy()
        ],
    )
    return Judged(judged.reset_index(drop=True), late, int((~seen).sum()), int((~stated).sum()))


def _with_openings(pairs: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Add what the employer opened of the occupation in the target quarter and in that of the report."""
    keys = ["employer_key", "occupation_code"]
    then = sums.rename(columns={"quarter": "target_quarter", "heads": "actual"})
    before = sums.rename(columns={"quarter": "period", "heads": "before"}).drop(columns="unstated")
    held = pairs.merge(then, on=[*keys, "target_quarter"], how="left")
    held = held.merge(before, on=[*keys, "period"], how="left")
    return held.fillna({"actual": 0.0, "before": 0.0, "unstated": 0})


def size_factors(pairs: pd.DataFrame) -> dict[HiringSize, float]:
    """Return by what the forecasts of each size class have to be multiplied to be right on average.

    Parameters
    ----------
    pairs
        Judged forecasts.

    Returns
    -------
    dict
        Σ actual / Σ forecast of the class with at least ten judged forecasts of three employers, else of all
        classes, else 1.
    """
    shared = _factor(pairs)
    fallback = 1.0 if shared is None else shared
    own = {size: _factor(pairs[pairs["size"] == size]) for size in HiringSize}
    return {size: fallback if factor is None else factor for size, factor in own.items()}


def _factor(pairs: pd.DataFrame) -> float | None:
    expected = float(pairs["likely"].sum())
    enough = len(pairs) >= LEAST_PAIRS and pairs["employer_key"].nunique() >= 3
    return float(pairs["actual"].sum()) / expected if enough and expected > 0 else None


def track_record(pairs: pd.DataFrame) -> tuple[RecordRow, ...]:
    """Sum up how good the forecasts were, by horizon, for all industries and for each.

    Parameters
    ----------
    pairs
        Judged forecasts.

    Returns
    -------
    tuple
        Rows by horizon, that of all industries first; empty without judged forecasts.
    """
    rows = []
    for horizon in sorted(set(pairs["horizon"])):
        own = pairs[pairs["horizon"] == horizon]
        rows.append(_row(own, None, int(horizon)))
        rows += [
            _row(own[own["key_industry"] == name], str(name), int(horizon))
            for name in sorted(set(own["key_industry"]))
        ]
    return tuple(rows)


def _row(pairs: pd.DataFrame, industry: str | None, horizon: int) -> RecordRow:
    sums = pairs.groupby("employer_key")[["likely", "actual"]].sum()
    refusal = _refusal(pairs, sums)
    if refusal is not None:
        return RecordRow(industry, horizon, "refused", (refusal,))
    error = (pairs["likely"] - pairs["actual"]).to_numpy(dtype=float)
    naive = (pairs["before"] - pairs["actual"]).to_numpy(dtype=float)
    total = float(pairs["actual"].sum())
    inside = (pairs["low"] <= pairs["actual"]) & (pairs["actual"] <= pairs["high"])
    signs = np.sign(pairs["likely"] - pairs["before"]) == np.sign(pairs["actual"] - pairs["before"])
    over = float((sums["likely"] > _OVER * sums["actual"]).mean())
    return RecordRow(
        industry,
        horizon,
        "ok",
        (),
        n=len(pairs),
        employers=len(sums),
        quarters=int(pairs["target_quarter"].nunique()),
        bias=round(float(error.sum()) / total, 4),
        wape=round(float(np.abs(error).sum()) / total, 4),
        naive_wape=round(float(np.abs(naive).sum()) / total, 4),
        coverage=round(float(inside.mean()), 4),
        direction=round(float(signs.mean()), 4),
        over_reporters=round(over, 4) if len(sums) >= _LEAST_EMPLOYERS_FOR_SHARE else None,
    )


def _refusal(pairs: pd.DataFrame, sums: pd.DataFrame) -> Reason | None:
    """Say why nothing is told of a group: it would show an employer, or there is too little."""
    if shows_an_employer(sums["likely"]) or len(sums) < 3:
        message = "不足三家单位或一家占六成以上，保密，不公布"
        return {"code": "confidential", "have": 0, "need": 3, "message": message}
    if len(pairs) < LEAST_PAIRS:
        message = f"已可核对的预测只有{len(pairs)}条，至少需要{LEAST_PAIRS}条，暂不评价"
        return {"code": "insufficient_record", "have": len(pairs), "need": LEAST_PAIRS, "message": message}
    if not pairs["actual"].sum():
        message = "核对的季度里没有发布任何招聘，误差率无从计算，暂不评价"
        return {"code": "nothing_opened", "have": 0, "need": 1, "message": message}
    return None
