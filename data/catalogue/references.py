"""What a cell is measured against: the city's own ratio, fill share and median durations.

The method freezes these values for three years from the first full year. Until a frozen file exists they
are taken from the edition's own data, which every edition says in its notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.catalogue.cells import Cell
from data.catalogue.entries import Reason
from data.catalogue.indicators import SHARE_RANGE, kappa_by_moments, median_days
from data.catalogue.reasons import (
    NO_CITY_DEMAND,
    NO_SUPPLY,
    SUPPLY_NATURE,
    THIN_SUPPLY,
)

__all__ = [
    "MAX_CREDIBLE_RATIO",
    "MIN_POOL_CELLS",
    "MIN_REFERENCE_SPELLS",
    "MIN_SUPPLY",
    "CityReference",
    "pooled_kappas",
    "reference_of",
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
    """Reference values of one edition and one nature of data."""

    ratio: float | None
    """θ₀: places per active seeker in the city; None when there is no comparable supply side."""
    ratio_refusal: Reason | None
    """Why there is no ratio."""
    mean_heads: float
    """Places of a vacancy that states them, over the last six months; 0 when none does."""
    fill90: float | None
    """F̄: share filled within ninety days, within [.01, .99]; None when no spell tells."""
    median_city: float | None
    """Median days to filled of the city; None when it cannot be told."""
    median_by_group: dict[str, float]
    """The same by major group of occupation, where enough spells tell."""

    @property
    def ratio_is_credible(self) -> bool:
        """Whether the register of seekers allows the absolute gate to be judged."""
        return self.ratio is not None and self.ratio <= MAX_CREDIBLE_RATIO

    def median_for(self, occ_code: str) -> float | None:
        """Return the reference duration of an occupation in days: its major group's, else the city's."""
        return self.median_by_group.get(occ_code[0], self.median_city)


def reference_of(spells: pd.DataFrame, supply: int, other_supply: int) -> CityReference:
    """Take the reference values from the employers' own coded spells.

    Parameters
    ----------
    spells
        Frame with timing, of one nature.
    supply
        Active seekers of the same nature.
    other_supply
        Active seekers of the other nature, which are never used; they only explain a refusal.

    Returns
    -------
    CityReference
        With None wherever the data tell nothing.
    """
    stated = spells[spells["current"] & spells["stated"]]
    mean_heads = float(stated["heads"].mean()) if len(stated) else 0.0
    demand = mean_heads * float(spells["current"].sum())
    refusal = _ratio_refusal(demand, supply, other_supply)
    known = spells["known90"].sum()
    by_group = {
        str(group): median
        for group, frame in spells.groupby(spells["occupation_code"].str[0], sort=True)
        if frame["days"].notna().sum() >= MIN_REFERENCE_SPELLS and (median := _median(frame)) is not None
    }
    return CityReference(
        ratio=None if refusal else demand / supply,
        ratio_refusal=refusal,
        mean_heads=mean_heads,
        fill90=float(np.clip(spells["filled90"].sum() / known, *SHARE_RANGE)) if known else None,
        median_city=_median(spells),
        median_by_group=by_group,
    )


def _ratio_refusal(demand: float, supply: int, other_supply: int) -> Reason | None:
    if supply == 0:
        return SUPPLY_NATURE if other_supply else NO_SUPPLY
    if supply < MIN_SUPPLY:
        return THIN_SUPPLY
    return NO_CITY_DEMAND if demand <= 0 else None


def _median(spells: pd.DataFrame) -> float | None:
    told = spells[spells["days"].notna()]
    return median_days(told["days"].to_numpy(dtype=np.float64), told["filled"].to_numpy(dtype=np.bool_))


def pooled_kappas(
    cells: Sequence[Cell], successes: Sequence[float], trials: Sequence[float]
) -> dict[tuple[str, str], float]:
    """Strength of shrinkage by pool of cells.

    Parameters
    ----------
    cells
        All cells of the city.
    successes, trials
        One pair per cell.

    Returns
    -------
    dict
        One strength per pool; small pools get the city's.
    """
    table = pd.DataFrame(
        {
            "industry": [cell.pool[0] for cell in cells],
            "group": [cell.pool[1] for cell in cells],
            "x": successes,
            "n": trials,
        }
    )
    city = kappa_by_moments(table["x"], table["n"])
    return {
        (str(pool[0]), str(pool[1])): kappa_by_moments(rows["x"], rows["n"])
        if (rows["n"] > 0).sum() >= MIN_POOL_CELLS
        else city
        for pool, rows in table.groupby(["industry", "group"], sort=True)
    }
