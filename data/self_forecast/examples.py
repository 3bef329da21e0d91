"""Generated reports of employers of the synthetic city, in the template's columns (合成数据)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from data.self_forecast.outcomes import HiringSize, hiring_sizes, opened_by_quarter
from data.self_forecast.quarters import shift_quarter
from data.self_forecast.template import HEADINGS, Certainty

__all__ = ["synthetic_self_forecasts"]

_BIAS = {HiringSize.SMALL: 1.5, HiringSize.MEDIUM: 1.2, HiringSize.LARGE: 1.05}
_NOISE = 0.25
_ANSWERING = 0.6


def synthetic_self_forecasts(
    vacancies: pd.DataFrame, *, end: dt.date, quarters: int = 8, seed: int = 2026
) -> pd.DataFrame:
    """Generate what part of the city's employers would have reported, quarter by quarter.

    Every report says what the employer opens in the next quarter, times a bias of its size class and noise;
    of the last one, whose target lies ahead, the quarter a year before stands for what it will open.

    Parameters
    ----------
    vacancies
        The truth of a city, ``city.truth.vacancies``: employer, industry, occupation, heads and opened_on.
    end
        Last day of the city.
    quarters
        Quarters of reports, the last one being the last complete quarter.
    seed
        Seed of the one random generator.

    Returns
    -------
    DataFrame
        Rows of the template as text, 数据性质 合成数据 in each; empty without a complete quarter.
    """
    rng = np.random.default_rng(seed)
    truth = vacancies.rename(
        columns={"employer": "employer_key", "industry": "key_industry", "occupation": "occupation_code"}
    )
    opened = opened_by_quarter(truth, as_of=end)
    complete = sorted(set(opened["quarter"]))[-quarters:]
    employers = sorted(set(opened["employer_key"]))
    answering = {name for name in employers if rng.random() < _ANSWERING}
    rows = []
    for period in complete:
        target = shift_quarter(period, 1)
        source = target if target in complete else shift_quarter(target, -4)
        sizes = hiring_sizes(opened, period)
        ahead = opened[(opened["quarter"] == source) & opened["employer_key"].isin(answering)]
        cells = ahead.groupby(["employer_key", "occupation_code"], as_index=False).agg(
            key_industry=("key_industry", "first"), heads=("heads", "sum")
        )
        for cell in cells.to_dict("records"):
            size = sizes.get(str(cell["employer_key"]), HiringSize.SMALL)
            likely = round(float(cell["heads"]) * _BIAS[size] * float(np.exp(rng.normal(0, _NOISE))))
            rows.append(_row(period, target, cell, likely, rng))
    return pd.DataFrame(rows, columns=[names[0] for names in HEADINGS.values()], dtype=object)


def _row(
    period: str, target: str, cell: Mapping[Any, Any], likely: int, rng: np.random.Generator
) -> dict[str, str]:
    fields = {
        "period": period,
        "employer": str(cell["employer_key"]),
        "credit_code": "",
        "key_industry": str(cell["key_industry"]),
        "occupation_code": str(cell["occupation_code"]),
        "target_quarter": target,
        "low": str(int(likely * 0.6)),
        "likely": str(likely),
        "high": str(int(np.ceil(likely * 1.4))),
        "certainty": str(rng.choice([str(member) for member in Certainty])),
        "note": "",
        "synthetic": "合成数据",
    }
    return {HEADINGS[field][0]: text for field, text in fields.items()}
