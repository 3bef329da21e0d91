"""Rate one cell: what speaks against it, its draws, its interval and its stars."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.catalogue.cells import Cell
from data.catalogue.entries import Confidence, Reason, Stage
from data.catalogue.indicators import FAMILIES, OUTCOME_INDICATORS
from data.catalogue.measure import Measured, Spread, spread_of
from data.catalogue.reasons import (
    COLD_START,
    ONE_EMPLOYER,
    THIN_EMPLOYERS,
    THIN_SPELLS,
    TOO_FEW_INDICATORS,
    WIDE_INTERVAL,
)
from data.catalogue.rules import (
    MIN_SPELLS,
    Evidence,
    confidence_of,
    outcome_refusals,
    sample_refusals,
    star_of,
)
from data.catalogue.uncertainty import SD_NON_SAMPLING, Z80, fit_split_variance, inflation_factor
from data.records import Outcome

__all__ = ["Calibration", "RatedCell", "calibrate", "drawn", "judged", "weighed"]


@dataclass(frozen=True, eq=False)
class RatedCell:
    """One cell and everything that was concluded about it."""

    cell: Cell
    """The cell."""
    supply: float
    """Its active seekers."""
    measured: Measured
    """Its indicators, few or many; what may be shown of them the reasons tell."""
    reasons: tuple[Reason, ...]
    """Why it is not rated, or what held its stars back."""
    spread: Spread | None = None
    """What resampling shows; None when it is not rated."""
    sd: float | None = None
    """Standard deviation of its index, in points."""
    star: int | None = None
    """0 to 5; None for X."""
    confidence: Confidence = Confidence.D
    """可信度."""
    poor_pay: bool = False
    """Whether the pay rule holds."""
    members: tuple[str, ...] = ()
    """Occupations put together in it; empty for a cell of one occupation."""

    @property
    def key(self) -> tuple[str, str | None]:
        """Occupation and key industry."""
        return self.cell.occ_code, self.cell.key_industry

    @property
    def is_thin(self) -> bool:
        """Whether its sample is too small, or one employer's, for any of its figures."""
        return bool({ONE_EMPLOYER, THIN_EMPLOYERS, THIN_SPELLS} & set(self.reasons))

    @property
    def one_employer(self) -> bool:
        """Whether one employer holds over 70 % of ten spells or more; of fewer one nearly always does."""
        return ONE_EMPLOYER in self.reasons and self.cell.n_spell >= MIN_SPELLS


@dataclass(frozen=True)
class Calibration:
    """How the draws of a city become intervals."""

    split: tuple[float, float] = (0.0, 0.0)
    """a and b of the split-half variance a + b/n."""
    inflation: float = 1.0
    """Factor with which 80 % of the repeat pairs are covered."""

    def sd(self, spread: Spread, n_spell: int) -> float:
        """Return the standard deviation of an index, in points."""
        return math.sqrt((self.inflation * self.sampling_sd(spread, n_spell)) ** 2 + SD_NON_SAMPLING**2)

    def sampling_sd(self, spread: Spread, n_spell: int) -> float:
        """Return its part that resampling shows, before inflation."""
        return math.sqrt(spread.sd_boot**2 + self.split[0] + self.split[1] / n_spell)


def weighed(cell: Cell, supply: float, measured: Measured, stage: Stage) -> RatedCell:
    """Collect what speaks against rating a cell.

    Parameters
    ----------
    cell
        The cell.
    supply
        Its active seekers.
    measured
        Its indicators.
    stage
        Stage of the data.

    Returns
    -------
    RatedCell
        Without reasons when nothing speaks against it.
    """
    cold = (COLD_START,) if stage is Stage.NO_STARS else ()
    thin = sample_refusals(n_spell=cell.n_spell, n_emp=cell.n_emp, top1_share=cell.top1_share)
    told = cell.frame["outcome"].isin([Outcome.FILLED, Outcome.UNFILLED])
    silent = outcome_refusals(verdicts=int(cell.frame["verdict"].sum()), outcomes=int(told.sum()))
    few = () if _enough_indicators(measured) else (TOO_FEW_INDICATORS,)
    # A missing indicator explains a refusal; by itself it refuses nothing.
    refusals = (*cold, *thin, *silent, *few)
    return RatedCell(cell, supply, measured, (*refusals, *(measured.refusals if refusals else ())))


def _enough_indicators(measured: Measured) -> bool:
    present = set(measured.scores)
    families = {FAMILIES[name] for name in present}
    return len(present) >= 3 and len(families) >= 2 and bool(present & set(OUTCOME_INDICATORS))


def drawn(rated: RatedCell, *, poor_pay: bool, seed: int) -> RatedCell:
    """Resample a cell that nothing speaks against; every cell has its own stream of draws.

    Parameters
    ----------
    rated
        The cell.
    poor_pay
        Whether the pay rule holds.
    seed
        Seed of the edition.

    Returns
    -------
    RatedCell
        The cell itself when something speaks against it.
    """
    if rated.reasons:
        return rated
    cell = rated.cell
    key = f"{cell.occ_code}|{cell.key_industry}|{bool(cell.frame['synthetic'].iloc[0])}"
    stream = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    return replace(
        rated, spread=spread_of(rated.measured, np.random.default_rng([seed, stream])), poor_pay=poor_pay
    )


def calibrate(cells: Sequence[RatedCell]) -> Calibration:
    """Fit the split-half variance and the inflation over the resampled cells of a city."""
    resampled = [(rated.spread, rated.cell.n_spell) for rated in cells if rated.spread]
    fit = Calibration(fit_split_variance([s.split_variance for s, _ in resampled], [n for _, n in resampled]))
    sds = [fit.sampling_sd(spread, n) for spread, n in resampled]
    return Calibration(fit.split, inflation_factor([spread.differences for spread, _ in resampled], sds))


def judged(
    rated: RatedCell,
    calibration: Calibration,
    *,
    ratio_is_credible: bool,
    stage: Stage,
    previous: int | None = None,
) -> RatedCell:
    """Give a resampled cell its interval, its confidence and its stars.

    Parameters
    ----------
    rated
        The cell.
    calibration
        How draws become intervals.
    ratio_is_credible
        Whether the absolute gate can be judged.
    stage
        Stage of the data.
    previous
        Comparable stars of the edition before.

    Returns
    -------
    RatedCell
        The cell itself when it was not resampled.
    """
    if rated.spread is None:
        return rated
    cell, measured, spread = rated.cell, rated.measured, rated.spread
    sd = calibration.sd(spread, cell.n_spell)
    confidence = confidence_of(
        n_spell=cell.n_spell,
        n_emp=cell.n_emp,
        present=tuple(measured.scores),
        half_width=Z80 * sd,
        stage=stage,
    )
    if confidence is Confidence.D:
        return replace(rated, spread=None, reasons=(WIDE_INTERVAL,))
    gate_known = ratio_is_credible and "i1" in measured.scores
    rating = star_of(
        Evidence(
            index=measured.index or 0.0,
            sd=sd,
            outcome_score=measured.outcome_score or 0.0,
            gate_probability=spread.gate_probability if gate_known else None,
            confidence=confidence,
            n_emp=cell.n_emp,
            poor_pay=rated.poor_pay,
            previous=previous,
        )
    )
    return replace(rated, sd=sd, star=rating.star, confidence=confidence, reasons=rating.held_back)
