"""Stated pay: what a cell offers, and whether poor pay explains its shortage. Never part of the index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.catalogue.cells import Cell
from data.catalogue.disclosure import is_confidential

__all__ = ["Market", "PayQuartiles", "market_pay", "pays_poorly", "stated_pay"]

MIN_PAY_SPELLS = 5
MIN_MARKET_SPELLS = 10
MIN_BETTER_KNOWN = 5
NORMAL_FILL = 0.67


@dataclass(frozen=True)
class PayQuartiles:
    """Quartiles of the middles of stated ranges, yuan a month."""

    p25: int
    """Lower quartile."""
    median: int
    """Median."""
    p75: int
    """Upper quartile."""


@dataclass(frozen=True)
class Market:
    """Pay of one occupation in the whole city."""

    p25: float
    """Lower quartile of the middles of stated ranges, yuan a month."""
    better_payers_fill: bool
    """Whether vacancies at or above the median are filled normally: 67 % within ninety days."""


def stated_pay(cell: Cell) -> PayQuartiles | None:
    """Find the quartiles of stated pay; None with under five vacancies that state it, or confidential."""
    pay = cell.column("pay")
    if np.isfinite(pay).sum() < MIN_PAY_SPELLS or is_confidential(
        cell.by_employer(np.isfinite(pay).astype(float))
    ):
        return None
    p25, median, p75 = (int(np.floor(value + 0.5)) for value in np.nanquantile(pay, [0.25, 0.5, 0.75]))
    return PayQuartiles(p25, median, p75)


def market_pay(spells: pd.DataFrame) -> dict[str, Market]:
    """Pay of every occupation with at least ten vacancies that state it.

    Parameters
    ----------
    spells
        Frame with timing, of one nature.

    Returns
    -------
    dict
        Market by occupation; empty for empty input.
    """
    markets = {}
    for code, frame in spells[spells["pay"].notna()].groupby("occupation_code", sort=True):
        if len(frame) < MIN_MARKET_SPELLS:
            continue
        better = frame[(frame["pay"] >= frame["pay"].median()) & frame["known90"]]
        normal = len(better) >= MIN_BETTER_KNOWN and float(better["filled90"].mean()) >= NORMAL_FILL
        markets[str(code)] = Market(float(frame["pay"].quantile(0.25)), normal)
    return markets


def pays_poorly(cell: Cell, market: Market | None) -> bool:
    """Whether a cell pays less than a quarter of its market while better payers hire normally."""
    pay = cell.column("pay")
    if market is None or np.isfinite(pay).sum() < MIN_PAY_SPELLS:
        return False
    return market.better_payers_fill and float(np.nanmedian(pay)) < market.p25
