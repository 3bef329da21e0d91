"""Employers' own forecasts added up by city, industry and occupation, so that no employer shows through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.catalogue.suppression import hidden_counts
from data.self_forecast.outcomes import HiringSize, hiring_sizes, shows_an_employer, year_to
from data.self_forecast.quarters import quarter_of, shift_quarter
from data.self_forecast.record import Reason, reports_in_time

__all__ = ["LEAST_SHARE", "CellName", "EmployerCell", "current_reports", "employer_cells"]

LEAST_SHARE = 0.3
"""Share of last year's openings that the reporting employers must have made for a sum to be scaled up."""

CellName = tuple[str | None, str | None]
"""Key industry and occupation; an industry alone, or neither for the city."""


@dataclass(frozen=True)
class EmployerCell:
    """What the employers of a cell expect together; figures are empty where the status is refused."""

    key_industry: str | None
    """The industry; empty for the city."""
    occupation_code: str | None
    """The occupation within it; empty for the whole industry."""
    status: str
    """``ok`` or ``refused``."""
    reasons: tuple[Reason, ...]
    """Why it is refused, or why it is not scaled."""
    employers: int | None = None
    """Employers that reported."""
    low: int | None = None
    """Sum of the lowest numbers."""
    likely: int | None = None
    """Sum of the likely numbers, as reported."""
    high: int | None = None
    """Sum of the highest numbers."""
    corrected: float | None = None
    """The likely numbers corrected for the bias of their size class."""
    response_share: float | None = None
    """Share of the stated heads of the last four quarters that the reporting employers opened, 0 to 1."""
    scaled: float | None = None
    """``corrected / response_share``: an estimate for all employers; empty below a share of 0.3."""

    @property
    def name(self) -> CellName:
        """The cell."""
        return self.key_industry, self.occupation_code


def current_reports(reports: pd.DataFrame, *, target: str, until: str) -> pd.DataFrame:
    """Return what every employer expects last for a quarter, as far as reports up to a quarter tell.

    Parameters
    ----------
    reports
        As from :func:`data.store.self_forecasts.read_self_forecast_rows`.
    target
        The quarter asked for.
    until
        Quarter of the latest reports used.
    """
    chosen, _ = reports_in_time(reports)
    own = chosen[(chosen["target_quarter"] == target) & (chosen["period"] <= until)]
    newest = own.sort_values("period", kind="stable")
    return newest.drop_duplicates(["employer_key", "occupation_code"], keep="last").reset_index(drop=True)


def employer_cells(
    current: pd.DataFrame, opened: pd.DataFrame, *, as_of: dt.date, factors: Mapping[HiringSize, float]
) -> tuple[EmployerCell, ...]:
    """Add up employers' forecasts of one quarter.

    Parameters
    ----------
    current
        As from :func:`current_reports`.
    opened
        As from :func:`data.self_forecast.outcomes.opened_by_quarter`.
    as_of
        Day of the data: the four complete quarters up to it give the share of response.
    factors
        As from :func:`data.self_forecast.record.size_factors`.

    Returns
    -------
    tuple
        City, industries and occupations within them; empty without reports. A cell with fewer than three
        employers or one above 60 % is refused, and so is the smallest other part of a sum where a refused
        one could be worked out from the rest.
    """
    if current.empty:
        return ()
    last = quarter_of(as_of + dt.timedelta(days=1))
    year = year_to(opened, shift_quarter(last, -1))
    sizes = hiring_sizes(opened, shift_quarter(last, -1))
    rows = current.assign(
        corrected=[
            likely * factors[sizes.get(key, HiringSize.SMALL)]
            for likely, key in current[["likely", "employer_key"]].to_numpy()
        ]
    )
    names: list[CellName] = [(None, None)]
    industries = sorted(set(rows["key_industry"]))
    names += [(name, None) for name in industries]
    for industry in industries:
        inside = rows.loc[rows["key_industry"] == industry, "occupation_code"]
        names += [(industry, code) for code in sorted(set(inside))]
    parts = {name: _within(rows, name) for name in names}
    hidden = _hidden(parts)
    return tuple(_cell(name, parts[name], _within(year, name), secret=name in hidden) for name in names)


def _within(rows: pd.DataFrame, name: CellName) -> pd.DataFrame:
    industry, code = name
    if industry is not None:
        rows = rows[rows["key_industry"] == industry]
    return rows if code is None else rows[rows["occupation_code"] == code]


def _hidden(parts: Mapping[CellName, pd.DataFrame]) -> set[CellName]:
    """Find the cells that show an employer, and those from which they could be worked out."""
    hidden = {name for name, rows in parts.items() if _confidential(rows)}
    heads = {name: float(rows["high"].sum()) for name, rows in parts.items()}
    industries = [name for name in parts if name[0] is not None and name[1] is None]
    inner = {whole: [name for name in parts if name[0] == whole[0] and name[1]] for whole in industries}
    inner[None, None] = industries
    before = -1
    while len(hidden) > before:  # what one sum hides can be a part of another
        before = len(hidden)
        for whole, names in inner.items():
            counts = np.array([[heads[name] for name in names]])
            primary = np.array([[*(name in hidden for name in names), whole in hidden]])
            secret = hidden_counts(counts, primary)[0]
            hidden |= {name for name, is_hidden in zip([*names, whole], secret, strict=True) if is_hidden}
    return hidden


def _confidential(rows: pd.DataFrame) -> bool:
    sums = rows.groupby("employer_key")[["likely", "high"]].sum()
    return shows_an_employer(sums["likely"]) or shows_an_employer(sums["high"])


def _cell(name: CellName, rows: pd.DataFrame, year: pd.DataFrame, *, secret: bool) -> EmployerCell:
    if secret:
        message = "不足三家单位、一家占六成以上，或可由其他数推出，保密，不公布"
        reason: Reason = {"code": "confidential", "have": 0, "need": 3, "message": message}
        return EmployerCell(*name, "refused", (reason,))
    total = float(year["heads"].sum())
    answered = float(year.loc[year["employer_key"].isin(set(rows["employer_key"])), "heads"].sum())
    share = answered / total if total > 0 else 0.0
    corrected = float(rows["corrected"].sum())
    low, likely, high = (int(rows[column].sum()) for column in ("low", "likely", "high"))
    return EmployerCell(
        *name,
        "ok",
        () if share >= LEAST_SHARE else (_low_share(share),),
        employers=int(rows["employer_key"].nunique()),
        low=low,
        likely=likely,
        high=high,
        corrected=round(corrected, 1),
        response_share=round(share, 4),
        scaled=round(corrected / share, 1) if share >= LEAST_SHARE else None,
    )


def _low_share(share: float) -> Reason:
    message = f"报送单位只占近一年招聘人数的{share:.0%}，不足{LEAST_SHARE:.0%}，不推算到全部单位"
    return {"code": "low_response_share", "have": round(share, 4), "need": LEAST_SHARE, "message": message}
