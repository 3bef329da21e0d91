"""Rate a generated market with the code of the catalogue itself, and find what it should have found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.catalogue.city import RatedCity, rate_city
from data.catalogue.frames import active_profiles, read_spells
from data.catalogue.indicators import FloatArray
from data.catalogue.period import Period
from data.catalogue.previous import CellBefore, EditionBefore
from data.catalogue.simulation.market import AS_OF, CLEAN, Market, draw_market
from data.catalogue.simulation.truth import Truth
from data.catalogue.spells import add_timing
from data.catalogue.supply import Supply
from data.catalogue.uncertainty import Z80

__all__ = ["Scored", "before_of", "rate_market", "scored", "true_index"]

CENSUS_SPELLS = 220.0
NEUTRAL = 50.0


@dataclass(frozen=True, eq=False)
class Scored:
    """What the method says of every occupation; NaN where it does not rate it by itself."""

    index: FloatArray
    """S of every occupation, rated or not; 50 without any indicator."""
    rated: npt.NDArray[np.bool_]
    """Whether it has stars."""
    star: FloatArray
    """Stars."""
    low: FloatArray
    """Lower end of the 80 % interval."""
    high: FloatArray
    """Upper end of the 80 % interval."""
    n_spell: FloatArray
    """Spells."""


def rate_market(market: Market, *, seed: int, before: EditionBefore | None = None) -> RatedCity:
    """Rate a market as the catalogue does.

    Parameters
    ----------
    market
        What the office sees.
    seed
        Seed of the draws.
    before
        The edition before.

    Returns
    -------
    RatedCity
        The rated cells.
    """
    period = Period(AS_OF)
    frame = add_timing(read_spells(market.vacancies, period).frame, period)
    supply = Supply.from_profiles(active_profiles(market.profiles, period), synthetic=True)
    return rate_city(frame, supply, period=period, seed=seed, survey=market.survey, before=before)


def before_of(city: RatedCity) -> EditionBefore:
    """Take a rated city as the edition before."""
    cells = {rated.key: CellBefore("", rated.star, listed=(rated.star or 0) >= 2) for rated in city.separate}
    return EditionBefore(cells, exists=True)


def scored(city: RatedCity, truth: Truth) -> Scored:
    """Put the ratings in the order of the truth.

    Parameters
    ----------
    city
        The rated cells.
    truth
        The occupations.

    Returns
    -------
    Scored
        One value per occupation.
    """
    place = {code: number for number, code in enumerate(truth.code)}
    columns = np.full((5, truth.n), np.nan)
    columns[0], columns[4] = NEUTRAL, 0.0
    for rated in city.separate:
        at, index = place[rated.cell.occ_code], rated.measured.index
        columns[0, at] = NEUTRAL if index is None else index
        columns[4, at] = rated.cell.n_spell
        if rated.star is not None and rated.sd is not None:
            half = Z80 * rated.sd
            columns[1:4, at] = rated.star, columns[0, at] - half, columns[0, at] + half
    return Scored(columns[0], np.isfinite(columns[1]), columns[1], columns[2], columns[3], columns[4])


def true_index(truth: Truth, rng: np.random.Generator) -> FloatArray:
    """Find the index that each occupation's tightness deserves.

    Parameters
    ----------
    truth
        The city.
    rng
        Source of randomness.

    Returns
    -------
    ndarray
        The index of a census in which nothing disturbs an indicator, as a cubic of tightness fitted over all
        occupations, so that the census's own chance does not count.
    """
    census = truth.without_disturbance(CENSUS_SPELLS)
    market = draw_market(census, rng, CLEAN)
    index = scored(rate_market(market, seed=0), truth).index
    return np.asarray(np.polyval(np.polyfit(truth.tightness, index, 3), truth.tightness), dtype=np.float64)
