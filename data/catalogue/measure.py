"""Measure one cell: its indicators, why one is missing, and the draws around its index."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data.catalogue.cells import MIN_STATED_SHARE, Cell
from data.catalogue.entries import Indicator, Indicators, Reason
from data.catalogue.indicators import (
    OUTCOME_INDICATORS,
    FloatArray,
    composite,
    median_days,
    shrunk_ratio,
    shrunk_share,
)
from data.catalogue.moments import EmployerSums, Totals
from data.catalogue.reasons import (
    HEADS_UNSTATED,
    NO_CURRENT_DEMAND,
    NO_DURATION,
    NO_FILL_SHARE,
)
from data.catalogue.rules import GATE_RATIO
from data.catalogue.survey import SurveyShare
from data.catalogue.uncertainty import (
    Baseline,
    bootstrap_weights,
    resampled_index,
    split_differences,
    survey_draws,
)
from data.catalogue.yardstick import CityReference

__all__ = ["CellFacts", "Measured", "Spread", "measure", "spread_of"]

MIN_ANSWERED = 5
"""Fewest vacancies with counted applicants for the fourth indicator."""


@dataclass(frozen=True)
class CellFacts:
    """What a cell is compared with besides the city: strengths of shrinkage, pay error and survey."""

    kappas: dict[str, float]
    """Strength of shrinkage by indicator: i1, i3, i4 and i6."""
    pay_error: float | None = None
    """Standard error of its pay growth; None where it cannot be told."""
    survey: SurveyShare | None = None
    """What the survey says of it."""


@dataclass(frozen=True, eq=False)
class Measured:
    """The indicators of one cell and the index they add up to."""

    indicators: Indicators
    """Indicators present, unrounded."""
    refusals: tuple[Reason, ...]
    """Why one of the first three is missing; the others are missing where no such data came in."""
    baseline: Baseline
    """What the cell was measured against."""
    sums: EmployerSums
    """The cell by employer."""
    scores: dict[str, float] = field(default_factory=dict)
    """Score by indicator present."""

    @property
    def index(self) -> float | None:
        """S, unrounded; None without any indicator."""
        return float(_weighted(self.scores)[0]) if self.scores else None

    @property
    def weights(self) -> dict[str, float]:
        """The weights in use."""
        return _weighted(self.scores)[1]

    @property
    def outcome_score(self) -> float | None:
        """Weighted mean of the outcome indicators present; None without any."""
        outcomes = {name: score for name, score in self.scores.items() if name in OUTCOME_INDICATORS}
        return float(_weighted(outcomes)[0]) if outcomes else None


@dataclass(frozen=True, eq=False)
class Spread:
    """What resampling shows of one cell."""

    sd_boot: float
    """Standard deviation over drawn employers, in points."""
    differences: FloatArray
    """S_A − S_B of its halvings, in points."""
    demand_lo: float
    """Tenth percentile of the places asked for."""
    demand_hi: float
    """Ninetieth percentile."""
    gate_probability: float
    """Share of the draws with at least .67 places per seeker."""

    @property
    def split_variance(self) -> float:
        """Variance of the index by halving: the mean of (S_A − S_B)²/4, in squared points."""
        return float((self.differences**2).mean() / 4)


def _weighted(scores: dict[str, float]) -> tuple[FloatArray, dict[str, float]]:
    return composite({name: np.asarray(score) for name, score in scores.items()})


def measure(cell: Cell, sums: EmployerSums, city: CityReference, facts: CellFacts) -> Measured:
    """Compute the indicators of a cell.

    Parameters
    ----------
    cell
        The cell.
    sums
        The same by employer, with its seekers.
    city
        The city's reference values.
    facts
        Strengths of shrinkage, pay error and survey.

    Returns
    -------
    Measured
        An indicator without data is missing, with its reason.
    """
    totals = sums.totals(np.ones((1, sums.n_emp)))
    told = cell.frame[cell.frame["days"].notna()]
    median = median_days(told["days"].to_numpy(dtype=np.float64), told["filled"].to_numpy(dtype=np.bool_))
    baseline, refusals = _baseline(cell, totals, median, city, facts)
    if not baseline.present:
        return Measured(Indicators(), refusals, baseline, sums)
    draws = resampled_index(sums, baseline, np.ones((1, sums.n_emp)))
    scores = {name: float(score[0]) for name, score in draws.scores.items()}
    demand = float(draws.demand[0])
    shown = {
        name: Indicator(raw=raw, used=used, score=scores[name], n=n)
        for name, (raw, used, n) in _values(sums, baseline, totals, demand, median, len(told), facts).items()
        if name in scores
    }
    return Measured(Indicators(**shown), refusals, baseline, sums, scores)


def _baseline(
    cell: Cell, totals: Totals, median: float | None, city: CityReference, facts: CellFacts
) -> tuple[Baseline, tuple[Reason, ...]]:
    """Decide which indicators can be measured, against what, and why others cannot."""
    values, kappas, survey = city.basis, facts.kappas, facts.survey
    refused = _ratio_refusal(cell, city)
    reference = city.median_for(cell.occ_code)
    has = {
        "i1": refused is None,
        "i2": median is not None and reference is not None,
        "i3": bool(totals.known90[0]) and values.fill90 is not None,
        "i4": totals.answered[0] >= MIN_ANSWERED and values.applicants is not None,
        "i5": None not in (facts.pay_error, city.pay_city, values.pay_growth_sd),
        "i6": survey is not None and values.hard_share is not None,
    }
    refusals = (refused, None if has["i2"] else NO_DURATION, None if has["i3"] else NO_FILL_SHARE)
    sd, error = values.pay_growth_sd or 0.0, facts.pay_error or 0.0
    mean = values.hard_share or 0.5
    baseline = Baseline(
        ratio=values.theta0 if has["i1"] else None,
        kappa1=kappas["i1"],
        median=reference if has["i2"] else None,
        fill90=values.fill90 if has["i3"] else None,
        kappa3=kappas["i3"],
        applicants=values.applicants if has["i4"] else None,
        kappa4=kappas["i4"],
        pay_sd=sd if has["i5"] else None,
        pay_city=city.pay_city or 0.0,
        pay_shrink=sd**2 / (sd**2 + error**2) if sd else 0.0,
        hard=_hard_share(survey, kappas["i6"], mean) if has["i6"] else None,
        hard_n=survey.n + kappas["i6"] if survey else 0.0,
        hard_reference=mean,
    )
    return baseline, tuple(reason for reason in refusals if reason)


def _hard_share(survey: SurveyShare | None, kappa: float, mean: float) -> float | None:
    if survey is None:
        return None
    return float(shrunk_share(survey.hard_share * survey.n, survey.n, kappa, mean))


def _values(
    sums: EmployerSums,
    baseline: Baseline,
    totals: Totals,
    demand: float,
    median: float | None,
    told: int,
    facts: CellFacts,
) -> dict[str, tuple[float | None, float, int]]:
    """Raw value, value in use and sample of every indicator, whether or not it is present."""
    one = {name: float(value[0]) for name, value in totals._asdict().items()}
    growth = float(totals.growth[0])
    answered, known = max(one["answered"], 1.0), max(one["known90"], 1.0)
    share = shrunk_share(one["filled90"], one["known90"], baseline.kappa3, baseline.fill90 or 0.5)
    ratio = shrunk_ratio(demand, sums.supply, baseline.kappa1, baseline.ratio or 1.0)
    added = baseline.kappa4 * (baseline.applicants or 1.0)
    survey = facts.survey
    z = baseline.pay_shrink * (growth - baseline.pay_city) / (baseline.pay_sd or 1.0)
    return {
        "i1": (demand / sums.supply if sums.supply else None, float(ratio), round(demand + sums.supply)),
        "i2": (median, max(median or 0.0, 1.0) / max(baseline.median or 1.0, 1.0), told),
        "i3": (one["filled90"] / known, float(share), int(one["known90"])),
        "i4": (
            one["suitable"] / answered,
            (one["suitable"] + added) / (one["answered"] + baseline.kappa4),
            int(one["answered"]),
        ),
        "i5": (growth, z, int(one["paid"])),
        "i6": (survey.hard_share if survey else None, baseline.hard or 0.0, survey.n if survey else 0),
    }


def _ratio_refusal(cell: Cell, city: CityReference) -> Reason | None:
    if city.refusal is not None:
        return city.refusal
    if not cell.current_by_employer.sum():
        return NO_CURRENT_DEMAND
    return HEADS_UNSTATED if cell.stated_share < MIN_STATED_SHARE else None


def spread_of(measured: Measured, rng: np.random.Generator) -> Spread:
    """Resample the employers of a cell that has an index.

    Parameters
    ----------
    measured
        The cell.
    rng
        Source of the draws.

    Returns
    -------
    Spread
        What ``DRAWS`` draws and ``SPLITS`` halvings show.
    """
    sums, baseline = measured.sums, measured.baseline
    hard = survey_draws(baseline, rng)
    draws = resampled_index(sums, baseline, bootstrap_weights(sums.n_emp, rng), hard=hard)
    low, high = np.quantile(draws.demand, [0.1, 0.9])
    return Spread(
        sd_boot=float(draws.index.std(ddof=1)),
        differences=split_differences(sums, baseline, rng),
        demand_lo=float(low),
        demand_hi=float(high),
        gate_probability=float((draws.demand >= GATE_RATIO * sums.supply).mean()),
    )
