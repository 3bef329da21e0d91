"""Rate every cell of a city: one nature of data at a time, real and generated never together."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.catalogue.cells import Cell, gather_cells, supply_by_cell
from data.catalogue.entries import Confidence, Reason, Stage
from data.catalogue.indicators import FAMILIES
from data.catalogue.measure import Measured, Spread, measure, spread_of
from data.catalogue.pay import Market, market_pay, pays_poorly
from data.catalogue.period import Period
from data.catalogue.reasons import COLD_START, TOO_FEW_INDICATORS, WIDE_INTERVAL
from data.catalogue.references import CityReference, pooled_kappas, reference_of
from data.catalogue.rules import (
    Evidence,
    cold_start_stage,
    confidence_of,
    outcome_refusals,
    sample_refusals,
    star_of,
)
from data.catalogue.uncertainty import SD_NON_SAMPLING, Z80, fit_split_variance
from data.records import Outcome

__all__ = ["RatedCell", "RatedCity", "rate_city"]


@dataclass(frozen=True)
class RatedCell:
    """One cell and everything that was concluded about it."""

    cell: Cell
    """The cell."""
    supply: float
    """Its active seekers."""
    measured: Measured | None
    """Its indicators; None when the sample is too thin to compute them."""
    spread: Spread | None
    """What resampling shows; None when it is not rated."""
    reasons: tuple[Reason, ...]
    """Why it is not rated, or what held its stars back."""
    sd: float | None = None
    """Standard deviation of its index, in points."""
    star: int | None = None
    """0 to 5; None for X."""
    confidence: Confidence = Confidence.D
    """可信度."""
    poor_pay: bool = False
    """Whether the pay rule holds."""


@dataclass(frozen=True)
class RatedCity:
    """All cells of one nature of data."""

    cells: tuple[RatedCell, ...]
    """In order of occupation and industry."""
    stage: Stage
    """Stage of the data."""
    reference: CityReference
    """Reference values."""
    outcome_share: float
    """Share of the spells older than ninety days whose employer said how they ended."""
    quarters: tuple[float, ...]
    """Share of the openings in each of the four quarters."""
    supply: int
    """Active seekers."""
    split_fit: tuple[float, float]
    """a and b of the split-half variance."""


def rate_city(
    spells: pd.DataFrame, supply: dict[str, int], other_supply: int, *, period: Period, seed: int
) -> RatedCity:
    """Rate the cells of one nature of data.

    Parameters
    ----------
    spells
        Coded spells of employers with timing, opened within the four quarters.
    supply
        Active seekers of the same nature by occupation.
    other_supply
        Active seekers of the other nature; never used, they only explain a refusal.
    period
        The four quarters.
    seed
        Seed of the draws; every cell has its own stream, so that no cell's draws depend on another.

    Returns
    -------
    RatedCity
        Without cells for empty input.
    """
    quarters = period.quarter_shares(spells["opened_on"])
    mature = spells[spells["mature"]]
    outcome_share = float(mature["verdict"].mean()) if len(mature) else 0.0
    stage = cold_start_stage(quarters, outcome_share)
    reference = reference_of(spells, sum(supply.values()), other_supply)
    cells = gather_cells(spells)
    shares = supply_by_cell(cells, supply, reference.mean_heads)
    markets = market_pay(spells)
    first = _first_pass(cells, shares, reference, stage)
    drawn = [_drawn(rated, markets, seed) for rated in first]
    fit = _split_fit(drawn)
    rated = tuple(_judged(cell, fit, reference, stage) for cell in drawn)
    return RatedCity(
        rated, stage, reference, outcome_share, tuple(map(float, quarters)), sum(supply.values()), fit
    )


def _first_pass(
    cells: Sequence[Cell], shares: Sequence[float], reference: CityReference, stage: Stage
) -> list[RatedCell]:
    """Measure the cells whose sample is enough and collect the reasons of the others."""
    demand = [cell.demand or 0.0 for cell in cells]
    kappa1 = pooled_kappas(cells, demand, [v + u for v, u in zip(demand, shares, strict=True)])
    filled = [float(cell.column("filled90").sum()) for cell in cells]
    kappa3 = pooled_kappas(cells, filled, [float(cell.column("known90").sum()) for cell in cells])
    cold = (COLD_START,) if stage is Stage.NO_STARS else ()
    rated = []
    for cell, supply in zip(cells, shares, strict=True):
        thin = sample_refusals(n_spell=cell.n_spell, n_emp=cell.n_emp, top1_share=cell.top1_share)
        refusals = (*cold, *thin, *_outcome_refusals(cell))
        # Without stars outcomes are not needed: a large enough sample may still show its ratio.
        if thin or (refusals and not cold):
            known = (reference.ratio_refusal,) if reference.ratio_refusal else ()
            rated.append(RatedCell(cell, supply, None, None, (*refusals, *known)))
            continue
        measured = measure(cell, supply, reference, (kappa1[cell.pool], kappa3[cell.pool]))
        few = () if _enough_indicators(measured) else (TOO_FEW_INDICATORS,)
        rated.append(RatedCell(cell, supply, measured, None, (*refusals, *few, *measured.refusals)))
    return rated


def _outcome_refusals(cell: Cell) -> tuple[Reason, ...]:
    told = cell.frame["outcome"].isin([Outcome.FILLED, Outcome.UNFILLED])
    return outcome_refusals(verdicts=int(cell.frame["verdict"].sum()), outcomes=int(told.sum()))


def _enough_indicators(measured: Measured) -> bool:
    present = measured.scores
    return len(present) >= 3 and len({FAMILIES[name] for name in present}) >= 2


def _drawn(rated: RatedCell, markets: dict[str, Market], seed: int) -> RatedCell:
    """Resample a cell that nothing speaks against."""
    if rated.reasons or rated.measured is None or rated.measured.baseline is None:
        return rated
    cell = rated.cell
    key = f"{cell.occ_code}|{cell.key_industry}|{bool(cell.frame['synthetic'].iloc[0])}"
    stream = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    spread = spread_of(cell, rated.supply, rated.measured.baseline, np.random.default_rng([seed, stream]))
    return replace(rated, spread=spread, poor_pay=pays_poorly(cell, markets.get(cell.occ_code)))


def _split_fit(cells: Sequence[RatedCell]) -> tuple[float, float]:
    drawn = [(rated.spread.split_variance, rated.cell.n_spell) for rated in cells if rated.spread]
    return fit_split_variance([variance for variance, _ in drawn], [n for _, n in drawn])


def _judged(rated: RatedCell, fit: tuple[float, float], reference: CityReference, stage: Stage) -> RatedCell:
    """Give a resampled cell its interval, its confidence and its stars."""
    if rated.spread is None or rated.measured is None:
        return rated
    cell, measured, spread = rated.cell, rated.measured, rated.spread
    split = fit[0] + fit[1] / cell.n_spell
    sd = math.sqrt(spread.sd_boot**2 + split + SD_NON_SAMPLING**2)
    confidence = confidence_of(
        n_spell=cell.n_spell,
        n_emp=cell.n_emp,
        present=tuple(measured.scores),
        half_width=Z80 * sd,
        stage=stage,
    )
    if confidence is Confidence.D:
        return replace(rated, spread=None, reasons=(WIDE_INTERVAL,))
    rating = star_of(
        Evidence(
            index=measured.index,
            sd=sd,
            outcome_score=measured.outcome_score,
            gate_probability=spread.gate_probability if reference.ratio_is_credible else None,
            confidence=confidence,
            n_emp=cell.n_emp,
            poor_pay=rated.poor_pay,
        )
    )
    return replace(rated, sd=sd, star=rating.star, confidence=confidence, reasons=rating.held_back)
