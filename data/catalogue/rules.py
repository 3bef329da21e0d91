"""Who may be rated, how sure the rating is, and how many stars it gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from data.catalogue.entries import Confidence, Reason, Stage
from data.catalogue.indicators import FAMILIES, OUTCOME_INDICATORS, FloatArray
from data.catalogue.reasons import (
    FEW_OUTCOMES,
    GATE_UNKNOWN,
    NO_OUTCOME,
    ONE_EMPLOYER,
    PAY_CAP,
    THIN_EMPLOYERS,
    THIN_SPELLS,
)

__all__ = [
    "GATE_RATIO",
    "GATE_SURE",
    "LEVELS",
    "MAX_TOP1_SHARE",
    "MIN_SPELLS",
    "NOT_RATED",
    "Evidence",
    "Rating",
    "cold_start_stage",
    "confidence_of",
    "level_text",
    "outcome_refusals",
    "sample_refusals",
    "star_of",
]

MIN_SPELLS = 10
"""Fewest spells of a cell that is rated."""
MIN_EMPLOYERS = 3
MIN_OUTCOMES = 5
MAX_TOP1_SHARE = 0.70
"""Largest share of one employer for which a cell is rated and its figures are shown."""

LEVELS = ("不列入", "关注", "轻度紧缺", "中度紧缺", "重度紧缺", "持续重度紧缺")
"""Words of the stars, from none to five."""
NOT_RATED = "X 暂不评价"
"""Words of a cell that is not rated."""

SURE = 0.7
SURE_CHANGE = 0.8
MARKS = (50.0, 60.0, 70.0, 80.0)
PAY_CAP_STARS = 2
GATE_RATIO = 0.67
"""Places per seeker from which the absolute gate is passed."""
GATE_SURE = 0.8
"""Probability that the absolute gate asks for."""
QUARTER_SHARE = 0.05
STAGE_0_QUARTERS = 2
STAGE_2_QUARTERS = 4
STAGE_0_OUTCOMES = 0.2  # below a fifth, those who report are too select a group to stand for the rest
STAGE_2_OUTCOMES = 0.6

_GRADES = (
    # grade, spells, employers, indicators, families, widest 80 % half-width
    (Confidence.A, 50, 10, 5, 4, 8.0),
    (Confidence.B, 30, 5, 4, 3, 10.0),
    (Confidence.C, MIN_SPELLS, MIN_EMPLOYERS, 3, 2, 12.0),
)


@dataclass(frozen=True)
class Evidence:
    """What the stars of a cell are decided on."""

    index: float
    """S, 0 to 100."""
    sd: float
    """Its standard deviation, in points."""
    outcome_score: float
    """Weighted mean of the outcome indicators, 0 to 100."""
    gate_probability: float | None
    """Probability that places per seeker are at least .67; None when it cannot be judged."""
    confidence: Confidence
    """可信度."""
    n_emp: int
    """Employers."""
    poor_pay: bool = False
    """True when pay, not skill, explains the shortage."""
    previous: int | None = None
    """Stars of the edition before, 0 to 5; None without a comparable one."""


@dataclass(frozen=True)
class Rating:
    """Stars and what held them back."""

    star: int
    """0 to 5; five need four in two editions in a row."""
    held_back: tuple[Reason, ...]
    """Rules that took stars away."""


def sample_refusals(*, n_spell: int, n_emp: int, top1_share: float) -> tuple[Reason, ...]:
    """Collect the reasons not to rate a cell that its size gives.

    Parameters
    ----------
    n_spell, n_emp
        Spells and employers.
    top1_share
        Largest employer's share, 0 to 1.

    Returns
    -------
    tuple of Reason
        Empty when the sample is large enough and not one employer's.
    """
    tests = (
        (n_spell < MIN_SPELLS, THIN_SPELLS),
        (n_emp < MIN_EMPLOYERS, THIN_EMPLOYERS),
        (top1_share > MAX_TOP1_SHARE, ONE_EMPLOYER),
    )
    return tuple(reason for refused, reason in tests if refused)


def outcome_refusals(*, verdicts: int, outcomes: int) -> tuple[Reason, ...]:
    """Collect the reasons not to rate a cell that the employers' feedback gives.

    Parameters
    ----------
    verdicts
        Spells whose employer said how they ended, withdrawn ones included.
    outcomes
        Those of them reported as filled or unfilled.

    Returns
    -------
    tuple of Reason
        Empty with at least five filled or unfilled.
    """
    if verdicts == 0:
        return (NO_OUTCOME,)
    return (FEW_OUTCOMES,) if outcomes < MIN_OUTCOMES else ()


def cold_start_stage(quarter_shares: FloatArray, outcome_share: float) -> Stage:
    """How far the data of a city have come.

    Parameters
    ----------
    quarter_shares
        Share of the openings in each of the four quarters; one with under 5 % is not covered.
    outcome_share
        Share of the spells older than ninety days whose employer said how they ended.

    Returns
    -------
    Stage
        ``NO_STARS`` with up to two quarters or under a fifth of outcomes; ``FULL`` with four quarters and
        60 % of outcomes; else ``TRIAL``.
    """
    quarters = int((np.asarray(quarter_shares) >= QUARTER_SHARE).sum())
    if quarters <= STAGE_0_QUARTERS or outcome_share < STAGE_0_OUTCOMES:
        return Stage.NO_STARS
    if quarters >= STAGE_2_QUARTERS and outcome_share >= STAGE_2_OUTCOMES:
        return Stage.FULL
    return Stage.TRIAL


def confidence_of(
    *, n_spell: int, n_emp: int, present: Sequence[str], half_width: float, stage: Stage
) -> Confidence:
    """Grade a rating.

    Parameters
    ----------
    n_spell, n_emp
        Spells and employers.
    present
        Names of the indicators present.
    half_width
        Half of the 80 % interval, in points.
    stage
        Stage of the data; before the full one no grade is better than C.

    Returns
    -------
    Confidence
        D without any outcome indicator.
    """
    families = {FAMILIES[name] for name in present}
    if not set(present) & set(OUTCOME_INDICATORS):
        return Confidence.D
    for grade, spells, employers, indicators, kinds, widest in _GRADES:
        if stage is not Stage.FULL and grade is not Confidence.C:
            continue
        sample = n_spell >= spells and n_emp >= employers
        if sample and len(present) >= indicators and len(families) >= kinds and half_width <= widest:
            return grade
    return Confidence.D


def star_of(evidence: Evidence) -> Rating:
    """Give the highest star all of whose conditions hold.

    A star rises over the edition before only with a probability of .8 and falls below it only with .8; in
    between it stays. Gates have no such play: what outcomes do not bear out is gone at once. Four stars after
    four or five in the edition before are five.

    Parameters
    ----------
    evidence
        What is known of the cell, which must have a confidence better than D.

    Returns
    -------
    Rating
        With the reason when the pay rule or an absolute gate that cannot be judged took a star away.
    """
    star = _highest(evidence, gate=evidence.gate_probability)
    held: list[Reason] = []
    if evidence.gate_probability is None and _highest(evidence, gate=1.0) > star:
        held.append(GATE_UNKNOWN)
    if evidence.poor_pay and star > PAY_CAP_STARS:
        held.append(PAY_CAP)
        star = PAY_CAP_STARS
    if star == len(MARKS) and (evidence.previous or 0) >= len(MARKS):
        star += 1
    return Rating(star, tuple(held))


def _highest(evidence: Evidence, *, gate: float | None) -> int:
    gates = evidence.outcome_score >= 60 and gate is not None and gate >= GATE_SURE
    well_known = evidence.confidence in (Confidence.A, Confidence.B) and evidence.n_emp >= 5
    rungs = (True, evidence.outcome_score >= 55, gates, gates and well_known)
    probable = (_is_probable(evidence, star) for star in range(1, len(MARKS) + 1))
    earned = (star for star, (sure, rung) in enumerate(zip(probable, rungs, strict=True), 1) if sure and rung)
    return max(earned, default=0)


def _is_probable(evidence: Evidence, star: int) -> bool:
    """Whether the index lies surely enough above the mark of a star, given the stars of before."""
    probability = float(norm.sf((MARKS[star - 1] - evidence.index) / evidence.sd))
    if evidence.previous is None:
        return probability >= SURE
    if star > evidence.previous:
        return probability >= SURE_CHANGE
    return 1 - probability < SURE_CHANGE


def level_text(star: int | None) -> str:
    """Put a number of stars in words; ``X 暂不评价`` for None."""
    return NOT_RATED if star is None else LEVELS[star]
