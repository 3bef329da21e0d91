"""急需度 U: a public rubric, two independent raters, how far they agree, and a third who decides.

Employers may send evidence; they do not rate. Ratings of an edition whose raters agree too little are not
used at all: they have to be made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Annotated

import krippendorff
import numpy as np
from pydantic import Field

from data.catalogue.entries import Reason
from data.catalogue.panel import Headings, read_records
from data.catalogue.reasons import ALPHA_LOW, NO_URGENCY, ONE_RATER, RATERS_APART
from data.errors import InputError
from data.records import Record

__all__ = [
    "CRITERIA",
    "LONG_TRAINING",
    "MIN_ALPHA",
    "URGENT",
    "CellUrgency",
    "Urgency",
    "UrgencyRating",
    "read_ratings",
    "urgency_of",
]

CRITERIA = {
    "chain": 0.30,
    "project": 0.25,
    "training": 0.15,
    "substitution": 0.15,
    "public": 0.15,
}
"""Weight of each criterion."""
URGENT = 60.0
"""急需度 from which an entry may be listed."""
LONG_TRAINING = 60.0
"""Points of 培养周期 that mean two years or more."""
MIN_ALPHA = 0.67
"""Least agreement of the raters (Krippendorff's α, interval scale)."""
MOST_APART = 20.0

Points = Annotated[float, Field(ge=0, le=100)]


class UrgencyRating(Record):
    """One rater's sheet for one occupation in one key industry."""

    occ_code: str
    """Occupation."""
    key_industry: str | None = None
    """Key industry; empty outside the region's list."""
    rater: Annotated[str, Field(min_length=1)]
    """Cipher of the rater."""
    chain: Points
    """产业链关键度: listed key industry, gap in the chain."""
    project: Points
    """重大项目与揭榜需求 of the next twelve months."""
    training: Points
    """培养周期: 60 or more for two years or longer."""
    substitution: Points
    """可替代、可转岗难度: distance of the nearest supply."""
    public: Points
    """公共服务与安全影响."""

    @property
    def total(self) -> float:
        """U of this sheet."""
        return sum(weight * float(getattr(self, name)) for name, weight in CRITERIA.items())


@dataclass(frozen=True)
class CellUrgency:
    """What the raters say of one cell."""

    score: float | None
    """U; None when it is not decided."""
    parts: dict[str, float]
    """Median of the raters by criterion; empty when it is not decided."""
    reason: Reason | None = None
    """Why it is not decided."""


@dataclass(frozen=True)
class Urgency:
    """急需度 of an edition."""

    alpha: float | None
    """Agreement of the first two raters; None with fewer than two cells rated twice."""
    cells: dict[tuple[str, str | None], CellUrgency] = field(default_factory=dict)
    """By occupation and key industry."""

    def of(self, occ_code: str, key_industry: str | None) -> CellUrgency:
        """Return what is known of a cell; undecided with a reason when nobody rated it."""
        return self.cells.get((occ_code, key_industry), CellUrgency(None, {}, NO_URGENCY))


_HEADINGS: Headings = {
    "occ_code": "职业编码",
    "key_industry": "重点产业",
    "rater": "评审人代号",
    "chain": "产业链关键度",
    "project": "重大项目与揭榜需求",
    "training": "培养周期",
    "substitution": "可替代难度",
    "public": "公共服务与安全影响",
}


def read_ratings(path: Path) -> tuple[UrgencyRating, ...]:
    """Read the raters' table (.xlsx or .csv).

    Parameters
    ----------
    path
        One row per rater and cell: 职业编码, 重点产业, 评审人代号 and the five criteria, 0 to 100 each.

    Returns
    -------
    tuple of UrgencyRating
        In order of the table.

    Raises
    ------
    InputError
        When a column is missing or a cell cannot be used.
    """
    return read_records(path, UrgencyRating, _HEADINGS)


def urgency_of(ratings: Sequence[UrgencyRating]) -> Urgency:
    """Bring the raters together.

    Parameters
    ----------
    ratings
        In order of submission: the first two of a cell are the independent raters, a third decides.

    Returns
    -------
    Urgency
        The median of a cell's raters. A cell is undecided with one rater, or when two differ by more than
        20 points or stand on either side of 60 and no third has rated it; every cell is undecided when α is
        below .67. Empty ratings decide nothing.

    Raises
    ------
    InputError
        When a rater rates a cell twice.
    """
    sheets: dict[tuple[str, str | None], list[UrgencyRating]] = {}
    for rating in ratings:
        own = sheets.setdefault((rating.occ_code, rating.key_industry), [])
        if rating.rater in {other.rater for other in own}:
            raise InputError(
                "rated_twice",
                f"评审人 {rating.rater} 对 {rating.occ_code} {rating.key_industry or '其他产业'} 评了两次",
                hint="每名评审对每个条目只交一份",
            )
        own.append(rating)
    alpha = _alpha([[sheet.total for sheet in own[:2]] for own in sheets.values() if len(own) >= 2])
    if alpha is not None and alpha < MIN_ALPHA:
        return Urgency(alpha, dict.fromkeys(sheets, CellUrgency(None, {}, ALPHA_LOW)))
    return Urgency(alpha, {key: _decided(own) for key, own in sheets.items()})


def _alpha(pairs: Sequence[Sequence[float]]) -> float | None:
    """Krippendorff's α of two raters; raters who all agree on one value are in full agreement."""
    if len(pairs) < 2:
        return None
    table = np.array(pairs, dtype=np.float64).T
    if len(list(groupby(sorted(table.ravel())))) == 1:
        return 1.0
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement="interval"))


def _decided(sheets: Sequence[UrgencyRating]) -> CellUrgency:
    if len(sheets) == 1:
        return CellUrgency(None, {}, ONE_RATER)
    first, second = (sheet.total for sheet in sheets[:2])
    apart = abs(first - second) > MOST_APART or (first >= URGENT) != (second >= URGENT)
    if apart and len(sheets) == 2:
        return CellUrgency(None, {}, RATERS_APART)
    parts = {name: float(np.median([getattr(sheet, name) for sheet in sheets])) for name in CRITERIA}
    return CellUrgency(float(np.median([sheet.total for sheet in sheets])), parts)
