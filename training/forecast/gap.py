"""The gap of one cell as simulated: demand less supply over the months ahead, and what a change does to it.

``Dem = (V₀ + ΣD)·(1 - ω)/κ_D``, ``Sup = (λ·U₀ + ΣS + known arrivals)/κ_S``, ``G = Dem - Sup``;
``θ = (V₀ + ΣD)/(U₀ + ΣS)`` is the official ratio of places to seekers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Self

import numpy as np

from training.forecast.demand import Floats

__all__ = ["NOTHING", "SURE", "Amount", "Change", "End", "GapModel", "Range", "Side", "Simulated"]

_LEVELS = (0.1, 0.9, 0.025, 0.975)


class End(StrEnum):
    """Which ends of the ranges that the office states are taken, all at once."""

    VALUE = "value"
    """The most likely ones."""
    LOWEST = "lowest"
    """Those with the lowest gap: little demand, much supply."""
    HIGHEST = "highest"
    """Those with the highest gap."""


class Range(NamedTuple):
    """A number with the range in which it is held possible."""

    low: float
    """Lowest."""
    value: float
    """Most likely."""
    high: float
    """Highest."""

    def at(self, end: End, *, raises: bool) -> float:
        """Return the number at an end; ``raises`` tells whether more of it raises the gap."""
        if end is End.VALUE:
            return self.value
        return self.high if raises is (end is End.HIGHEST) else self.low


NOTHING = Range(0.0, 0.0, 0.0)
"""No heads."""
SURE = Range(1.0, 1.0, 1.0)
"""A factor that changes nothing."""


class Amount(NamedTuple):
    """A figure with its intervals; None where they could not be told."""

    value: float
    lo80: float | None
    hi80: float | None
    lo95: float | None
    hi95: float | None


class Change(NamedTuple):
    """What a scenario alters in a cell over the months ahead."""

    openings: float = 0.0
    """Heads wanted in addition."""
    arrivals: Range = NOTHING
    """Heads available in addition."""
    inflow: Range = SURE
    """Factor of those who become available."""

    @property
    def is_ranged(self) -> bool:
        """Whether its ends differ."""
        return any(part.low != part.high for part in (self.arrivals, self.inflow))


@dataclass(frozen=True)
class Side:
    """One side of the market of a cell over the months ahead."""

    now: float
    """Heads open, or available, today."""
    mean: float
    """Forecast heads that open, or become available."""
    errors: Floats
    """Simulated errors of that forecast, one a simulation."""
    coverage: Range = SURE
    """Share of the city's that is registered on the platform."""
    known: Range = NOTHING
    """Heads known to come besides the forecast."""

    @property
    def path(self) -> Floats:
        """Heads that open or become available, one a simulation; never below 0."""
        return np.asarray(np.maximum(self.mean + self.errors, 0.0), dtype=float)


@dataclass(frozen=True)
class Simulated:
    """The gap of one cell in every simulation."""

    point: float
    """The gap of the forecasts themselves, in heads."""
    draws: Floats
    """Heads, one a simulation."""

    @property
    def p_short(self) -> float:
        """Share of the simulations in which demand exceeds supply."""
        return float((self.draws > 0).mean())

    def amount(self, *, with_95: bool) -> Amount:
        """Return the gap with its intervals."""
        return _amount(self.point, self.draws, 1.0, with_95=with_95)


@dataclass(frozen=True)
class GapModel:
    """Everything that the gap of one cell over some months ahead is computed from."""

    demand: Side
    """Vacancies."""
    supply: Side
    """Seekers."""
    withdrawn: Floats
    """Share of vacancies that are withdrawn, one a simulation."""
    withdrawn_share: float
    """Its estimate."""
    retained: Floats
    """Share of those available today who still are at the end, one a simulation."""
    retained_share: float
    """Its estimate."""
    shift: float = 0.0
    """What calibration adds to the gap, in heads."""

    @property
    def is_ranged(self) -> bool:
        """Whether the office states anything as a range."""
        sides = (self.demand, self.supply)
        return any(part.low != part.high for side in sides for part in (side.coverage, side.known))

    def calibrated(self, offsets: tuple[float, float]) -> Self:
        """Bring the simulated errors to the width that past errors of the gap itself had.

        Parameters
        ----------
        offsets
            Calibrated 10 and 90 % offsets of the gap from its forecast, in heads.

        Returns
        -------
        GapModel
            Errors of both sides stretched by one factor and the gap shifted, so that its simulated 10 and
            90 % quantiles fall on the offsets; unchanged where the simulated errors have no width.
        """
        errors = self._errors()
        low, high = (float(cut) for cut in np.quantile(errors, (0.1, 0.9)))
        if high - low <= 0:
            return self
        factor = (offsets[1] - offsets[0]) / (high - low)
        return replace(
            self,
            demand=replace(self.demand, errors=self.demand.errors * factor),
            supply=replace(self.supply, errors=self.supply.errors * factor),
            shift=offsets[0] - low * factor,
        )

    def _errors(self) -> Floats:
        """Error of the gap as back-tested, with what is withdrawn at its estimate."""
        return np.asarray((1 - self.withdrawn_share) * self.demand.errors - self.supply.errors, dtype=float)

    def simulated(self, change: Change | None = None, *, end: End = End.VALUE) -> Simulated:
        """Return the gap at one end of the office's ranges, with a change or without.

        Parameters
        ----------
        change
            What is altered; nothing when left out.
        end
            The end.

        Returns
        -------
        Simulated
            The same chance for every change and end: differences are differences of like with like.
        """
        altered = change or Change()
        by_demand = 1 / self.demand.coverage.at(end, raises=False)
        by_supply = 1 / self.supply.coverage.at(end, raises=True)
        comes = self.supply.known.at(end, raises=False) + altered.arrivals.at(end, raises=False)
        factor = altered.inflow.at(end, raises=False)

        wanted = self.demand.now + self.demand.mean + self.demand.known.at(end, raises=True)
        wanted += altered.openings
        demand = (1 - self.withdrawn_share) * wanted * by_demand
        supply = (self.retained_share * self.supply.now + self.supply.mean * factor + comes) * by_supply
        draws = (1 - self.withdrawn) * (wanted + self.demand.errors) * by_demand
        draws = draws - (self.retained * self.supply.now + self.supply.mean + self.supply.errors) * by_supply
        draws = draws - (comes + (factor - 1) * self.supply.path) * by_supply + self.shift * by_demand
        return Simulated(demand - supply, np.asarray(draws, dtype=float))

    def seekers(self, change: Change | None = None, *, with_95: bool) -> Amount:
        """Return the heads available today and until the end."""
        altered = change or Change()
        comes = self.supply.now + self.supply.known.value + altered.arrivals.value
        drawn = comes + self.supply.path * altered.inflow.value
        scale = 1 / self.supply.coverage.value
        return _amount(comes + self.supply.mean * altered.inflow.value, drawn, scale, with_95=with_95)

    def ratio(self, change: Change | None = None, *, with_95: bool) -> Amount | None:
        """Return the official ratio of places to seekers; None where nobody is or becomes available."""
        altered = change or Change()
        factor, comes = altered.inflow.value, self.supply.known.value + altered.arrivals.value
        places = self.demand.now + self.demand.known.value + altered.openings
        seekers = self.supply.now + comes
        if seekers + self.supply.mean * factor <= 0:
            return None
        over, under = places + self.demand.path, seekers + self.supply.path * factor
        drawn = np.divide(over, under, out=np.full(len(over), np.inf), where=under > 0)
        point = (places + self.demand.mean) / (seekers + self.supply.mean * factor)
        return _amount(point, drawn, self.supply.coverage.value / self.demand.coverage.value, with_95=with_95)


def _amount(point: float, draws: Floats, scale: float, *, with_95: bool) -> Amount:
    """Return a figure with the quantiles of its draws; a bound that is not finite is left out."""
    # Not between two draws: one of them may be infinite.
    cuts = [float(cut) * scale for cut in np.quantile(draws, _LEVELS, method="higher")]
    lo80, hi80, lo95, hi95 = (cut if np.isfinite(cut) else None for cut in cuts)
    return Amount(point * scale, lo80, hi80, *((lo95, hi95) if with_95 else (None, None)))
