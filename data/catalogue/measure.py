"""Measure one cell: its indicators, why one is missing, and the draws around its index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.catalogue.cells import MIN_STATED_SHARE, Cell
from data.catalogue.entries import Indicator, Indicators, Reason
from data.catalogue.indicators import (
    OUTCOME_INDICATORS,
    FloatArray,
    composite,
    duration_score,
    fill_score,
    median_days,
    ratio_score,
    shrunk_ratio,
    shrunk_share,
)
from data.catalogue.reasons import HEADS_UNSTATED, NO_CURRENT_DEMAND, NO_DURATION, NO_FILL_SHARE
from data.catalogue.references import CityReference
from data.catalogue.rules import GATE_RATIO
from data.catalogue.uncertainty import (
    Baseline,
    EmployerSums,
    bootstrap_weights,
    resampled_index,
    split_variance,
)

__all__ = ["Measured", "Spread", "employer_sums", "measure", "spread_of"]


@dataclass(frozen=True)
class Measured:
    """The indicators of one cell and the index they add up to."""

    indicators: Indicators
    """Indicators present, unrounded."""
    refusals: tuple[Reason, ...]
    """Why others are missing."""
    baseline: Baseline | None
    """Reference values for resampling; None unless all three indicators are present."""

    @property
    def scores(self) -> dict[str, float]:
        """Score by indicator present."""
        named = {name: getattr(self.indicators, name) for name in ("i1", "i2", "i3")}
        return {name: indicator.score for name, indicator in named.items() if indicator is not None}

    @property
    def index(self) -> float:
        """S, unrounded."""
        return float(_weighted(self.scores)[0])

    @property
    def weights(self) -> dict[str, float]:
        """The weights in use."""
        return _weighted(self.scores)[1]

    @property
    def outcome_score(self) -> float:
        """Weighted mean of the outcome indicators present."""
        outcomes = {name: score for name, score in self.scores.items() if name in OUTCOME_INDICATORS}
        return float(_weighted(outcomes)[0])


@dataclass(frozen=True)
class Spread:
    """What resampling shows of one cell."""

    sd_boot: float
    """Standard deviation over drawn employers, in points."""
    split_variance: float
    """Variance by halving, in squared points."""
    demand_lo: float
    """Tenth percentile of the places asked for."""
    demand_hi: float
    """Ninetieth percentile."""
    gate_probability: float
    """Share of the draws with at least .67 places per seeker."""


def _weighted(scores: dict[str, float]) -> tuple[FloatArray, dict[str, float]]:
    return composite({name: np.asarray(score) for name, score in scores.items()})


def measure(cell: Cell, supply: float, city: CityReference, kappas: tuple[float, float]) -> Measured:
    """Compute the indicators of a cell.

    Parameters
    ----------
    cell
        The cell.
    supply
        Its active seekers.
    city
        The city's reference values.
    kappas
        Strengths of shrinkage of the ratio and of the fill share.

    Returns
    -------
    Measured
        An indicator without data is missing, with its reason.
    """
    refusal1 = _ratio_refusal(cell, city)
    i1 = None if refusal1 else _ratio(cell, supply, city.ratio or 0.0, kappas[0])
    reference = city.median_for(cell.occ_code)
    i2 = None if reference is None else _duration(cell, reference)
    i3 = None if city.fill90 is None else _fill(cell, city.fill90, kappas[1])
    refusals = (refusal1, None if i2 else NO_DURATION, None if i3 else NO_FILL_SHARE)
    complete = i1 is not None and i2 is not None and i3 is not None
    baseline = (
        Baseline(city.ratio or 0.0, kappas[0], reference or 0.0, city.fill90 or 0.0, kappas[1])
        if complete
        else None
    )
    return Measured(Indicators(i1=i1, i2=i2, i3=i3), tuple(reason for reason in refusals if reason), baseline)


def _ratio_refusal(cell: Cell, city: CityReference) -> Reason | None:
    if city.ratio_refusal is not None:
        return city.ratio_refusal
    if not cell.current_by_employer.sum():
        return NO_CURRENT_DEMAND
    return HEADS_UNSTATED if cell.stated_share < MIN_STATED_SHARE else None


def _ratio(cell: Cell, supply: float, reference: float, kappa: float) -> Indicator:
    demand = cell.demand or 0.0
    theta = float(shrunk_ratio(demand, supply, kappa, reference))
    score = float(ratio_score(theta, reference))
    return Indicator(
        raw=demand / supply if supply else None, used=theta, score=score, n=round(demand + supply)
    )


def _duration(cell: Cell, reference: float) -> Indicator | None:
    told = cell.frame[cell.frame["days"].notna()]
    median = median_days(told["days"].to_numpy(dtype=np.float64), told["filled"].to_numpy(dtype=np.bool_))
    if median is None:
        return None
    score = float(duration_score(median, reference, len(told)))
    return Indicator(raw=median, used=max(median, 1.0) / max(reference, 1.0), score=score, n=len(told))


def _fill(cell: Cell, mean: float, kappa: float) -> Indicator | None:
    known, filled = float(cell.column("known90").sum()), float(cell.column("filled90").sum())
    if known == 0:
        return None
    share = float(shrunk_share(filled, known, kappa, mean))
    return Indicator(raw=filled / known, used=share, score=float(fill_score(share)), n=int(known))


def employer_sums(cell: Cell, supply: float) -> EmployerSums:
    """Add up a cell by employer, for resampling."""
    days = cell.column("days")
    told = np.isfinite(days)
    times, position = np.unique(days[told], return_inverse=True)
    counts = np.zeros((cell.n_emp, len(times)))
    events = np.zeros_like(counts)
    np.add.at(counts, (cell.employer[told], position), 1.0)
    np.add.at(events, (cell.employer[told], position), cell.column("filled")[told])
    return EmployerSums(
        current=cell.current_by_employer,
        stated=cell.stated_by_employer,
        heads=cell.heads_by_employer,
        known90=cell.by_employer(cell.column("known90")),
        filled90=cell.by_employer(cell.column("filled90")),
        times=times,
        counts=counts,
        events=events,
        supply=supply,
    )


def spread_of(cell: Cell, supply: float, baseline: Baseline, rng: np.random.Generator) -> Spread:
    """Resample the employers of a cell that has all three indicators."""
    sums = employer_sums(cell, supply)
    draws = resampled_index(sums, baseline, bootstrap_weights(cell.n_emp, rng))
    low, high = np.quantile(draws.demand, [0.1, 0.9])
    return Spread(
        sd_boot=float(draws.index.std(ddof=1)),
        split_variance=split_variance(sums, baseline, rng),
        demand_lo=float(low),
        demand_hi=float(high),
        gate_probability=float((draws.demand >= GATE_RATIO * supply).mean()),
    )
