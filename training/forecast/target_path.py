"""What a plan target asks for, as plain records."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from data.catalogue.lists.plans import Progress
from data.records import Record
from data.regions.plan import Measure
from training.forecast.caveat import Caveat
from training.forecast.rules import Status
from training.forecast.trend import Observation, PaceRule, Trend

__all__ = [
    "Alternative",
    "HeadRange",
    "OfficeRate",
    "Raised",
    "TargetPath",
    "TargetRates",
    "TargetReport",
    "TargetYear",
]


class OfficeRate(Record):
    """A rate that the office supplies for one indicator."""

    indicator: Annotated[str, Field(min_length=1)]
    """Identifier of the indicator."""
    low: Annotated[float, Field(ge=0)]
    """Lowest value held possible."""
    value: Annotated[float, Field(ge=0)]
    """Most likely value."""
    high: Annotated[float, Field(ge=0)]
    """Highest value held possible."""
    source: Annotated[str, Field(min_length=2)]
    """Where it is taken from."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError("low、value、high 须由小到大")
        return self


class TargetRates(Record):
    """What the office supplies beside the plan."""

    replacement: tuple[OfficeRate, ...] = ()
    """Share of a stock that leaves it in a year and has to be replaced, 0 to 1."""
    conversion: tuple[OfficeRate, ...] = ()
    """People for one unit of an indicator that does not count people."""

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if any(rate.high > 1 for rate in self.replacement):
            raise ValueError("replacement 是每年须补充的比例，不超过 1")
        return self


class HeadRange(Record):
    """A number of people, with the range that the office's rates leave open."""

    low: float
    """At the lowest rate."""
    value: float
    """At the most likely rate."""
    high: float
    """At the highest rate."""


class TargetYear(Record):
    """One year on the way to a target."""

    year: int
    """The year."""
    value: float
    """Value that the pace asks for at its end, in the indicator's unit; for a total of a period what has
    been reached of it."""
    addition: float
    """What the year adds, in the indicator's unit."""
    net_heads: HeadRange | None
    """The addition in people; empty where the unit does not count people and no rate converts it."""
    replacement_heads: HeadRange | None
    """People who have to be replaced besides; empty without a rate from the office."""


class Alternative(Record):
    """Another target of the same year in the same document."""

    value: float
    """The target, in the indicator's unit."""
    planned_pace: float | None
    """The pace it asks for from the document's last figure."""
    where: str
    """Where it stands."""


class Raised(Record):
    """Something that does not hold in the document's figures; nothing of it was changed."""

    check: str
    """Number of the hazard or check, such as ``H3``."""
    message: str
    """What differs, in Chinese."""


class TargetPath(Record):
    """One indicator of a plan: what its target asks for."""

    basis: Literal["plan_target"] = "plan_target"
    """What the figures rest on."""
    indicator_id: str
    """Identifier inside the region's pack."""
    name: str
    """Name in print."""
    definition: str
    """What it counts, by name."""
    unit: str
    """Unit of its figures."""
    measure: Measure
    """Stock, number of a period, or rate."""
    rule: PaceRule
    """How the way to the target is divided into years."""
    pace_unit: str
    """Unit of every pace."""
    start: Observation | None
    """Last known figure before the target: reported, else the document's."""
    start_source: str
    """Where it is taken from; empty without one."""
    target: Observation | None
    """The figure aimed at; of several for one year the first."""
    since: int | None
    """First year of the period where a total of a period is aimed at."""
    about: str
    """The document's own word beside the target, such as 左右."""
    alternatives: tuple[Alternative, ...]
    """Other targets that the document gives for the same year."""
    planned_pace: float | None
    """Pace from the document's last figure to the target."""
    needed_pace: float | None
    """Pace from the last known figure to the target; empty once its year is over."""
    observed_pace: float | None
    """Pace of the figures reached so far; needs two of them."""
    n_observations: int
    """Figures reached, one a year."""
    trend: Trend | None
    """Where the figures reached would lead by the target's year; needs three of them."""
    years: tuple[TargetYear, ...]
    """Year by year from the start to the target."""
    replacement_source: str
    """Where the replacement rate is taken from; empty without one."""
    conversion_source: str
    """Where the conversion is taken from; empty without one or where the unit counts people."""
    progress: Progress
    """How the latest reported value stands to the target."""
    status: Status
    """``refused`` without a pace, ``indicative`` where the document contradicts itself or is over."""
    reasons: tuple[Caveat, ...]
    """Why something is missing or only indicative."""
    flags: tuple[Raised, ...]
    """What does not hold in the document's figures."""


class TargetReport(Record):
    """The targets of one region."""

    region: str
    """Identifier of the region."""
    region_name: str
    """Name in print."""
    as_of: dt.date
    """Day on which they stand."""
    method: str
    """Name and version of the arithmetic."""
    documents: tuple[str, ...]
    """Documents cited, with their status on the day."""
    targets: tuple[TargetPath, ...]
    """In the order of the region's pack; empty where it has no indicators."""

    def to_records(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return self.model_dump(mode="json")
