"""成因: why an occupation is hard to fill, by explicit rules; a rule whose data are missing stays silent.

==== ============ ===================================================================================
code 成因          holds when
==== ============ ===================================================================================
Q    数量不足      places are at least .67 per seeker with a probability of .8, and I1 is at least 60
K    能力不匹配    seekers are enough (I1 under 50) though outcomes are bad (60 or more) and pay is not the
                  cause; or at most a quarter of ten or more counted applicants were suitable
P    薪酬条件      the pay rule holds: under a quarter of the market, whose better payers fill normally
G    地域          seekers are enough (I1 under 60), but the counties where they live and those of the
                  places overlap by less than half, of twenty seekers and ten vacancies or more
R    留存          of ten or more filled vacancies four in ten were opened again by the same employer under
                  the same title within 180 days of being filled
T    培养周期      the raters give 培养周期 60 points or more
==== ============ ===================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from data.catalogue.cells import Cell
from data.catalogue.rules import GATE_SURE
from data.catalogue.urgency import LONG_TRAINING
from data.records import Outcome

__all__ = ["CauseEvidence", "causes_of", "place_overlap", "reopened_share", "suitable_share"]

TIGHT_RATIO = 60.0
NEUTRAL = 50.0
BAD_OUTCOME = 60.0
MOST_SUITABLE = 0.25
LEAST_OVERLAP = 0.5
MIN_SEEKERS = 20
MIN_VACANCIES = 10
MIN_APPLICANTS = 10
MIN_FILLED = 10
MANY_REOPENED = 0.4
REOPEN_DAYS = 180


@dataclass(frozen=True)
class CauseEvidence:
    """What the causes of a cell are told from; None where nothing is known."""

    ratio_score: float | None = None
    """I1."""
    outcome_score: float | None = None
    """Weighted mean of the outcome indicators."""
    gate_probability: float | None = None
    """Probability of at least .67 places per seeker."""
    poor_pay: bool = False
    """Whether the pay rule holds."""
    suitable_share: float | None = None
    """Suitable applicants of all."""
    place_overlap: float | None = None
    """How far the counties of places and seekers overlap, 0 to 1."""
    reopened_share: float | None = None
    """Filled vacancies that were opened again."""
    parts: dict[str, float] = field(default_factory=dict)
    """急需度 by criterion; only 培养周期 is read."""


def causes_of(evidence: CauseEvidence) -> tuple[str, ...]:
    """Name the causes whose rule holds.

    Parameters
    ----------
    evidence
        What is known.

    Returns
    -------
    tuple of str
        In the order Q, K, P, G, R, T; empty when nothing is known.

    Examples
    --------
    >>> causes_of(CauseEvidence(ratio_score=72, gate_probability=0.95, parts={"training": 70}))
    ('Q', 'T')
    """
    ratio, outcome = evidence.ratio_score, evidence.outcome_score
    unmatched = ratio is not None and outcome is not None and ratio < NEUTRAL and outcome >= BAD_OUTCOME
    unsuitable = evidence.suitable_share is not None and evidence.suitable_share <= MOST_SUITABLE
    apart = evidence.place_overlap is not None and evidence.place_overlap < LEAST_OVERLAP
    holds = {
        "Q": ratio is not None and ratio >= TIGHT_RATIO and (evidence.gate_probability or 0.0) >= GATE_SURE,
        "K": unsuitable or (unmatched and not evidence.poor_pay),
        "P": evidence.poor_pay,
        "G": apart and ratio is not None and ratio < TIGHT_RATIO,
        "R": (evidence.reopened_share or 0.0) >= MANY_REOPENED,
        "T": evidence.parts.get("training", 0.0) >= LONG_TRAINING,
    }
    return tuple(code for code, holding in holds.items() if holding)


def suitable_share(cell: Cell) -> float | None:
    """Tell how many of the counted applicants were suitable; None with under ten."""
    both = cell.frame[["applicants", "suitable_applicants"]].astype(float).dropna()
    total = float(both["applicants"].sum())
    return float(both["suitable_applicants"].sum() / total) if total >= MIN_APPLICANTS else None


def place_overlap(cell: Cell, seekers: dict[str, int]) -> float | None:
    """Tell how far the counties of current vacancies and of seekers overlap.

    Parameters
    ----------
    cell
        The cell.
    seekers
        Seekers of its occupation by GB/T 2260 code.

    Returns
    -------
    float or None
        Σ of the smaller share by county: 1 for equal distributions, 0 for none in common; None with under
        ten vacancies or twenty seekers in a known county. A code of the whole city (last two digits 00) is
        no county.
    """
    wanted = cell.frame.loc[cell.frame["current"], "place_code"].dropna().astype(str)
    wanted = wanted[~wanted.str.endswith("00")]
    known = {place: n for place, n in seekers.items() if not place.endswith("00")}
    total = sum(known.values())
    if len(wanted) < MIN_VACANCIES or total < MIN_SEEKERS:
        return None
    shares = wanted.value_counts(normalize=True)
    return float(sum(min(float(share), known.get(str(place), 0) / total) for place, share in shares.items()))


def reopened_share(cell: Cell) -> float | None:
    """Tell how many filled vacancies were opened again under the same title; None with under ten filled."""
    frame = cell.frame
    filled = frame[(frame["outcome"] == Outcome.FILLED) & frame["closed_on"].notna()]
    if len(filled) < MIN_FILLED:
        return None
    keys = ["employer", "title"]
    pairs = filled[[*keys, "vacancy_id", "closed_on"]].merge(frame[[*keys, "opened_on"]], on=keys)
    wait = pairs["opened_on"] - pairs["closed_on"]
    again = pairs.loc[(wait > pd.Timedelta(0)) & (wait <= pd.Timedelta(days=REOPEN_DAYS)), "vacancy_id"]
    return float(again.nunique() / len(filled))
