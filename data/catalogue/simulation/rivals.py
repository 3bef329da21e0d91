"""The scores that cities publish today, each as far as its formula is known.

The first four take advertisements as they come: places without a number count as one, copies count again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from data.catalogue.indicators import FloatArray
from data.catalogue.simulation.market import AS_OF, Market
from data.catalogue.simulation.truth import Truth
from data.records import Outcome

__all__ = ["RIVALS"]

Score = Callable[[Market, Truth], FloatArray]
QUARTILES = (0.25, 0.5, 0.75)


def _by_occupation(values: pd.Series[float], occupation: pd.Series[int], n: int, how: str) -> FloatArray:
    """One value per occupation; an occupation without rows has the mean of the others."""
    each = values.groupby(occupation).agg(how).reindex(range(n))
    return np.asarray(each.fillna(each.mean()), dtype=np.float64)


def _heads(market: Market, truth: Truth) -> FloatArray:
    heads = market.adverts["heads"].fillna(1.0)
    return np.bincount(market.adverts["occupation"], weights=heads, minlength=truth.n).astype(np.float64)


def _seekers(market: Market, truth: Truth) -> FloatArray:
    counts = market.profiles["occupation_code"].value_counts()
    return np.asarray(counts.reindex(list(truth.code)).fillna(0.0), dtype=np.float64)


def _gap(market: Market, truth: Truth) -> FloatArray:
    """缺口排序: places less seekers."""
    return _heads(market, truth) - _seekers(market, truth)


def _ratio(market: Market, truth: Truth) -> FloatArray:
    """求人倍率: places per seeker."""
    return _heads(market, truth) / np.maximum(_seekers(market, truth), 1.0)


def _scaled(values: FloatArray) -> FloatArray:
    spread = float(values.max() - values.min())
    return (values - values.min()) / spread if spread else np.zeros_like(values)


def _ratio_and_gap(market: Market, truth: Truth) -> FloatArray:
    """杭州: the mean of ratio and difference, both brought to 0–1; the ratio as the share V/(V+U)."""
    ratio = _ratio(market, truth)
    return (_scaled(ratio / (1 + ratio)) + _scaled(_gap(market, truth))) / 2


def _five_dimensions(market: Market, truth: Truth) -> FloatArray:
    """郑州: ratio, schooling, experience, all requirements together and pay, with equal weights assumed."""
    adverts = market.adverts
    asked = {
        name: _by_occupation(adverts[name], adverts["occupation"], truth.n, "mean")
        for name in ("schooling", "years", "pay")
    }
    both = _scaled(asked["schooling"]) + _scaled(asked["years"])
    parts = (_ratio(market, truth), *asked.values(), both)
    return np.asarray(sum(rankdata(part) for part in parts) / (5 * truth.n), dtype=np.float64)


def _points(market: Market, truth: Truth) -> FloatArray:
    """德国: 0 to 3 points by quartile of five cleaned indicators, their mean; equals go by the ratio."""
    frame = market.vacancies
    number = {code: place for place, code in enumerate(truth.code)}
    occupation = frame["occupation_code"].map(number)
    ended = frame[frame["closed_on"].notna()]
    days = (ended["closed_on"] - ended["opened_on"]).dt.days.astype(float)
    filled = (ended["outcome"] == Outcome.FILLED.value).astype(float)
    recent = frame["opened_on"] > pd.Timestamp(AS_OF) - pd.Timedelta(days=182)
    pay = np.log((frame["salary_low"] + frame["salary_high"]) / 2)
    late, early = (_by_occupation(pay[rows], occupation[rows], truth.n, "mean") for rows in (recent, ~recent))
    heads = np.bincount(occupation, weights=frame["heads"].fillna(frame["heads"].mean()), minlength=truth.n)
    ratio = heads / np.maximum(_seekers(market, truth), 1.0)
    applicants = _by_occupation(frame["suitable_applicants"], occupation, truth.n, "mean")
    parts = (
        _by_occupation(days, occupation[ended.index], truth.n, "median"),
        ratio,
        -_by_occupation(filled, occupation[ended.index], truth.n, "mean"),
        late - early,
        -applicants,
    )
    points = [np.searchsorted(np.quantile(part, QUARTILES), part) for part in parts]
    return np.asarray(np.mean(points, axis=0) + 1e-6 * rankdata(ratio), dtype=np.float64)


RIVALS: Mapping[str, Score] = {
    "缺口排序": _gap,
    "求人倍率": _ratio,
    "比率+差额（杭州型）": _ratio_and_gap,
    "五维评分（郑州型）": _five_dimensions,
    "四分位计分（德国型）": _points,
}
"""Score by name; more is tighter."""
