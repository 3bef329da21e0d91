"""One thing that was compared between two periods, and what is said of it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from data.records import Record

__all__ = ["DriftLine", "DriftReport", "Group", "Kind", "Move", "Period", "Verdict"]

Share = Annotated[float, Field(ge=0, le=1)]


class Verdict(StrEnum):
    """What is said of a comparison; the worst of all lines is said of the whole."""

    STABLE = "稳定"
    """Nothing beyond what chance does to samples of this size, or too little to matter."""
    WATCH = "留意"
    """More than chance and large enough to look at."""
    DRIFT = "漂移"
    """More than chance and large: results on the earlier period may not hold for the later one."""
    INSUFFICIENT = "依据不足"
    """Too few rows or employers, or chance alone could do as much: nothing is said."""


class Group(StrEnum):
    """What a line speaks of."""

    INPUT = "输入"
    """What employers ask for."""
    COVERAGE = "覆盖"
    """How much of it is stated, coded and can be served."""
    SCORE = "得分"
    """What matching makes of it."""
    EMBEDDING = "语义"
    """Where the texts lie in the encoder's space."""


class Kind(StrEnum):
    """How a line is compared."""

    CATEGORY = "category"
    """Shares of categories: Jensen–Shannon distance and PSI."""
    NUMBER = "number"
    """Values: Kolmogorov–Smirnov distance, and PSI over tenths."""
    SHARE = "share"
    """One share: its difference."""
    VECTOR = "vector"
    """Vectors: maximum mean discrepancy, and how well a classifier tells the periods apart."""


class Period(Record):
    """Some days."""

    first_on: dt.date
    """First day."""
    last_on: dt.date
    """Last day, included."""

    @property
    def label(self) -> str:
        """The month where it is one, else both days."""
        following = self.last_on + dt.timedelta(days=1)
        whole = self.first_on.day == 1 and following.day == 1
        if whole and (self.first_on.year, self.first_on.month) == (self.last_on.year, self.last_on.month):
            return f"{self.first_on:%Y-%m}"
        return f"{self.first_on} 至 {self.last_on}"


class Move(Record):
    """A category whose share changed."""

    label: str
    """The category."""
    before: Share
    """Its share in the earlier period."""
    after: Share
    """Its share in the later one."""


class DriftLine(Record):
    """One comparison."""

    name: str
    """Stable identifier, such as ``occupation``."""
    label: str
    """Name in Chinese."""
    group: Group
    """What it speaks of."""
    kind: Kind
    """How it was compared."""
    rows: tuple[int, int]
    """Vacancies with a value, before and after."""
    employers: tuple[int, int]
    """Employers that they are of."""
    distance: float | None
    """Jensen–Shannon, Kolmogorov–Smirnov, difference of shares, mean discrepancy; empty where not judged."""
    psi: float | None
    """Population stability index; empty for vectors."""
    effect: float | None
    """What the bars are compared with: PSI less what chance makes of it, the size of a difference of shares,
    or the area under the curve of a classifier that tells the periods apart."""
    chance: float | None
    """What the effect stays below in 95 of 100 divisions of the same employers drawn at random."""
    p_value: float | None
    """Share of the drawn divisions that are at least as far apart."""
    q_value: float | None
    """The same with all lines of the report taken together (Benjamini–Hochberg)."""
    before: float | None
    """Median or share before; empty for categories and vectors."""
    after: float | None
    """The same after."""
    moves: tuple[Move, ...]
    """The categories that moved most, with their shares; empty for other kinds."""
    verdict: Verdict
    """What is said."""
    reason: str
    """Why, in Chinese."""


class DriftReport(Record):
    """Two periods compared."""

    region: str
    """Name of the region."""
    before: Period
    """The earlier period."""
    after: Period
    """The later one."""
    verdict: Verdict
    """The worst of the lines; insufficient where no line could be judged."""
    reasons: tuple[str, ...]
    """What the verdict rests on, in Chinese."""
    lines: tuple[DriftLine, ...]
    """Every comparison, in a fixed order."""
    vacancies: tuple[int, int]
    """Vacancies opened, before and after."""
    people: int
    """Profiles that the scores were computed with; the same for both periods."""
    permutations: int
    """Divisions drawn at random."""
    seed: int
    """Seed of everything drawn."""
    method: str
    """Version of the method."""
    model_version: str
    """Encoder and ranker; empty where neither was asked."""
    taxonomy_version: str
    """Editions of the code tables."""
    data_sha256: str
    """Hash of the rows that were compared."""
    synthetic: bool
    """True when any row is generated data (合成数据)."""
