"""The reference values of one edition and one nature of data, taken from its spells or from a frozen file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.catalogue.cells import Cell
from data.catalogue.entries import Reason
from data.catalogue.hedonic import PayTrends
from data.catalogue.indicators import SHARE_RANGE, kappa_by_moments, median_days
from data.catalogue.period import Period
from data.catalogue.reasons import NO_CITY_DEMAND, NO_SUPPLY, SUPPLY_NATURE, THIN_SUPPLY
from data.catalogue.references import References
from data.catalogue.survey import SurveyShare

__all__ = [
    "MAX_CREDIBLE_RATIO",
    "MIN_POOL_CELLS",
    "MIN_REFERENCE_SPELLS",
    "MIN_SUPPLY",
    "CityReference",
    "own_references",
    "pooled_kappas",
    "ratio_refusal",
]

MIN_SUPPLY = 30
"""Fewest active seekers of a city for which a ratio is formed."""
MIN_REFERENCE_SPELLS = 30
"""Fewest spells for a reference duration of one major group; below it the city's own is used."""
MIN_POOL_CELLS = 5
"""Fewest cells for estimating shrinkage within an industry and major group; below it the city is used."""
MAX_CREDIBLE_RATIO = 4.0
"""Above this city-wide ratio the register of seekers covers too little for an absolute comparison."""


@dataclass(frozen=True)
class CityReference:
    """What the cells of one city are measured against."""

    basis: References
    """Reference values, frozen or the edition's own."""
    ratio_now: float | None
    """Places per active seeker of this edition, which frozen values leave alone."""
    refusal: Reason | None
    """Why there is no ratio."""
    mean_heads: float
    """Places of a vacancy that states them, over the last six months; 0 when none does."""
    pay_city: float | None = None
    """Twelve-month growth of log pay in the city; None when it tells cells not apart."""

    @property
    def ratio_is_credible(self) -> bool:
        """Whether the register of seekers allows the absolute gate to be judged."""
        return self.ratio_now is not None and self.ratio_now <= MAX_CREDIBLE_RATIO

    def median_for(self, occ_code: str) -> float | None:
        """Return the reference duration of an occupation in days: its major group's, else the city's."""
        return self.basis.median_days_by_group.get(occ_code[0], self.basis.median_days)


def own_references(
    spells: pd.DataFrame,
    supply: int,
    *,
    period: Period,
    survey: Sequence[SurveyShare] = (),
    trends: PayTrends | None = None,
) -> tuple[References, float]:
    """Take the reference values from the employers' own coded spells.

    Parameters
    ----------
    spells
        Frame with timing, of one nature.
    supply
        Active seekers of the same nature.
    period
        The four quarters.
    survey
        Published shares of the survey.
    trends
        Growth of pay.

    Returns
    -------
    tuple
        The values, None wherever the data tell nothing, and the places of a vacancy that states them.
    """
    stated = spells[spells["current"] & spells["stated"]]
    mean_heads = float(stated["heads"].mean()) if len(stated) else 0.0
    demand = mean_heads * float(spells["current"].sum())
    known = spells["known90"].sum()
    by_group = {
        str(group): median
        for group, frame in spells.groupby(spells["occupation_code"].str[0], sort=True)
        if frame["days"].notna().sum() >= MIN_REFERENCE_SPELLS and (median := _median(frame)) is not None
    }
    answered = spells["suitable_applicants"].dropna()
    asked = sum(share.n for share in survey)
    values = References(
        synthetic=bool(spells["synthetic"].any()),
        based_on_start=period.start.date(),
        based_on_end=period.as_of.date(),
        theta0=demand / supply if supply >= MIN_SUPPLY and demand > 0 else None,
        fill90=float(np.clip(spells["filled90"].sum() / known, *SHARE_RANGE)) if known else None,
        median_days=_median(spells),
        median_days_by_group=by_group,
        applicants=float(answered.mean()) if len(answered) and answered.mean() > 0 else None,
        hard_share=sum(share.n * share.hard_share for share in survey) / asked if asked else None,
        pay_growth_sd=trends.sd if trends else None,
    )
    return values, mean_heads


def ratio_refusal(values: References, supply: int, other_supply: int, mean_heads: float) -> Reason | None:
    """Tell why no ratio of demand to supply is formed.

    Parameters
    ----------
    values
        Reference values.
    supply, other_supply
        Active seekers of the same and of the other nature; the latter are never used, they only explain.
    mean_heads
        Places of a vacancy that states them.

    Returns
    -------
    Reason or None
        None where the ratio is formed.
    """
    if supply == 0:
        return SUPPLY_NATURE if other_supply else NO_SUPPLY
    if supply < MIN_SUPPLY:
        return THIN_SUPPLY
    return NO_CITY_DEMAND if mean_heads <= 0 or values.theta0 is None else None


def _median(spells: pd.DataFrame) -> float | None:
    told = spells[spells["days"].notna()]
    return median_days(told["days"].to_numpy(dtype=np.float64), told["filled"].to_numpy(dtype=np.bool_))


def pooled_kappas(
    cells: Sequence[Cell],
    successes: Sequence[float],
    trials: Sequence[float],
    kappa: Callable[[pd.Series[float], pd.Series[float]], float] = kappa_by_moments,
) -> dict[tuple[str, str], float]:
    """Strength of shrinkage by pool of cells.

    Parameters
    ----------
    cells
        All cells of the city.
    successes, trials
        One pair per cell.
    kappa
        Estimate from the pairs of one pool.

    Returns
    -------
    dict
        One strength per pool; small pools get the city's.
    """
    table = pd.DataFrame(
        {
            "industry": [cell.pool[0] for cell in cells],
            "group": [cell.pool[1] for cell in cells],
            "x": np.asarray(successes, dtype=np.float64),
            "n": np.asarray(trials, dtype=np.float64),
        }
    )
    city = kappa(table["x"], table["n"])
    return {
        (str(pool[0]), str(pool[1])): kappa(rows["x"], rows["n"])
        if (rows["n"] > 0).sum() >= MIN_POOL_CELLS
        else city
        for pool, rows in table.groupby(["industry", "group"], sort=True)
    }
