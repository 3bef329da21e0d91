"""Pay of a vacancy net of what it asks for and who asks, so that its growth is not a change of mix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from data.catalogue.indicators import FloatArray
from data.catalogue.moments import EmployerSums
from data.catalogue.period import Period

__all__ = ["PayTrends", "add_net_pay", "pay_trends"]

EXPERIENCE_EDGES = (-np.inf, 0.5, 2.5, 4.5, 9.5, np.inf)
MIN_PAID_SPELLS = 10
MIN_PAID_EMPLOYERS = 3
MIN_TRENDS = 10
SURE_SPREAD = 0.95
DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True)
class PayTrends:
    """How the growth of posted pay differs between the cells of a city."""

    city: float
    """Twelve-month growth of log pay in the city."""
    sd: float
    """Standard deviation of the true growth between cells, net of chance."""
    errors: tuple[float | None, ...]
    """Standard error of each cell's growth; None where it cannot be told."""


def add_net_pay(spells: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Add log pay net of experience and size of employer, and the opening day in years.

    Parameters
    ----------
    spells
        Coded spells of one nature; the frame is not changed.
    period
        The four quarters.

    Returns
    -------
    DataFrame
        The same rows with ``net_pay`` (NaN where no pay is stated) and ``years`` (0 on the last day, negative
        before). Occupation, industry and time are part of the regression, but stay in ``net_pay``.
    """
    table = spells.copy()
    table["years"] = (table["opened_on"] - period.as_of).dt.days / DAYS_OF_A_YEAR
    pay = np.log(table["pay"].where(table["pay"] > 0).to_numpy(dtype=np.float64))
    table["net_pay"] = pay
    paid = np.isfinite(pay)
    mix = _mix(table[paid])
    if not mix.shape[1]:
        return table
    cell = table.loc[paid, "occupation_code"].astype(str) + "|" + table.loc[paid, "key_industry"].fillna("")
    design = np.column_stack([mix, table.loc[paid, "years"]])
    # Demeaning within cells is the regression with one dummy per occupation and industry.
    within = [_demeaned(column, cell) for column in (*design.T, pay[paid])]
    effects, *_ = np.linalg.lstsq(np.column_stack(within[:-1]), within[-1], rcond=None)
    net = pay.copy()
    net[paid] -= mix @ effects[:-1]
    table["net_pay"] = net
    return table


def _mix(paid: pd.DataFrame) -> FloatArray:
    """Dummies of experience and size of employer, the most frequent of each left out."""
    experience = pd.cut(paid["experience_low"].fillna(0.0), EXPERIENCE_EDGES, labels=False).astype(str)
    size = paid["employer_size"].fillna("未知").astype(str)
    blocks = []
    for values in (experience, size):
        dummies = pd.get_dummies(values, dtype=np.float64)
        if dummies.shape[1]:
            blocks.append(dummies.drop(columns=str(dummies.sum().idxmax())).to_numpy())
    return np.column_stack(blocks) if blocks else np.empty((len(paid), 0))


def _demeaned(values: FloatArray, cell: pd.Series[str]) -> FloatArray:
    column = pd.Series(values, index=cell.index)
    return np.asarray(column - column.groupby(cell).transform("mean"), dtype=np.float64)


def pay_trends(sums: Sequence[EmployerSums]) -> PayTrends | None:
    """Estimate how pay growth differs between cells (DerSimonian–Laird).

    Parameters
    ----------
    sums
        The cells of a city.

    Returns
    -------
    PayTrends or None
        None with under ten cells that state enough pay, or when their growth differs no more than chance
        would make it: an indicator that tells nothing apart is left out rather than set to 50.
    """
    growth, error = np.array([_trend(cell) for cell in sums], dtype=np.float64).reshape(-1, 2).T
    known = np.isfinite(growth) & (error > 0)
    if known.sum() < MIN_TRENDS:
        return None
    g, weight = growth[known], error[known] ** -2
    mean = float((weight * g).sum() / weight.sum())
    q, free = float((weight * (g - mean) ** 2).sum()), len(g) - 1
    if q <= chi2.ppf(SURE_SPREAD, free):
        return None
    variance = (q - free) / float(weight.sum() - (weight**2).sum() / weight.sum())
    return PayTrends(
        mean,
        float(np.sqrt(variance)),
        tuple(float(e) if k else None for e, k in zip(error, known, strict=True)),
    )


def _trend(sums: EmployerSums) -> tuple[float, float]:
    """Growth of one cell and its standard error, employers as wholes; NaN where too little is stated."""
    each = sums.each
    n = float(each.paid.sum())
    employers = int((each.paid > 0).sum())
    if n < MIN_PAID_SPELLS or employers < MIN_PAID_EMPLOYERS:
        return np.nan, np.nan
    growth = float(sums.totals(np.ones((1, sums.n_emp))).growth[0])
    time, pay = each.time.sum() / n, each.pay.sum() / n
    spread = float(each.time_time.sum() - n * time**2)
    # Σ over an employer's vacancies of (t − t̄)·(y − ȳ − g·(t − t̄))
    cross = each.time_pay - time * each.pay - pay * each.time + each.paid * time * pay
    square = each.time_time - 2 * time * each.time + each.paid * time**2
    score = cross - growth * square
    error = np.sqrt(float((score**2).sum()) * employers / (employers - 1)) / max(spread, 1e-9)
    return growth, float(error)
