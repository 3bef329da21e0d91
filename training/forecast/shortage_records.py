"""What is said of shortage: one record per cell and quarter, and the document that holds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import ValidationError

from data.errors import InputError
from data.records import Record
from data.regions.faults import describe_faults
from training.forecast.caveat import Caveat
from training.forecast.demand import Level
from training.forecast.duration import TimeToFill

__all__ = [
    "Estimate",
    "Observed",
    "ShortageCell",
    "ShortageRun",
    "ShortageStatus",
    "SimulatedRun",
    "StatedShare",
]


class ShortageStatus(StrEnum):
    """What may be said of a cell."""

    SHORTAGE = "shortage"
    """短缺: the 80 % interval of the gap lies above 0."""
    SURPLUS = "surplus"
    """富余: it lies below 0."""
    UNDECIDED = "undecided"
    """未定: it holds 0."""
    UNCALIBRATED = "uncalibrated"
    """未校准: simulated, but too few past gaps to check the interval by; no verdict."""
    REFUSED = "refused"
    """暂不评价: a side is missing or too thin."""

    @property
    def label(self) -> str:
        """The word in print."""
        return _LABELS[self]


_LABELS = {
    ShortageStatus.SHORTAGE: "短缺",
    ShortageStatus.SURPLUS: "富余",
    ShortageStatus.UNDECIDED: "未定",
    ShortageStatus.UNCALIBRATED: "未校准",
    ShortageStatus.REFUSED: "暂不评价",
}


class Estimate(Record):
    """A figure with its intervals."""

    value: float
    """The figure."""
    lo80: float | None
    """Lower bound of the 80 % interval."""
    hi80: float | None
    """Upper bound of the 80 % interval."""
    lo95: float | None
    """Lower bound of the 95 % interval; needs 19 past origins."""
    hi95: float | None
    """Upper bound of the 95 % interval."""


class Observed(Record):
    """The market on the day of the data, without any forecast."""

    open_places: float
    """Heads wanted and not yet filled."""
    seekers: float | None
    """Heads available; empty where unknown."""
    ratio: float | None
    """Places per seeker."""
    tightness: float | None
    """Places over places and seekers, 0 to 1."""


class StatedShare(Record):
    """A share that the computation rests on."""

    low: float
    """Lower bound: of the 80 % posterior, or stated by the office."""
    value: float
    """The share, 0 to 1."""
    high: float
    """Upper bound."""
    cases: float | None
    """Cases it was estimated from; empty where the office states it."""


class ShortageCell(Record):
    """One cell over the months up to the end of one quarter ahead."""

    level: Level
    """City, key industry or occupation within it."""
    key_industry: str | None
    """Key industry; empty for the city and for what belongs to none."""
    occupation_code: str | None
    """Occupation; empty above that level and for what was not coded."""
    quarter: int
    """Quarters ahead, from 1; a quarter is three months from the last complete one on."""
    from_month: dt.date
    """First month counted: always the first one ahead."""
    to_month: dt.date
    """Last month counted."""
    demand: Estimate | None
    """Heads wanted: open today and forecast to open."""
    supply: Estimate | None
    """Heads available: today and forecast to become so, known arrivals included."""
    gap: Estimate | None
    """Demand, what is withdrawn taken off, less supply still available."""
    gap_range: tuple[float, float] | None
    """Union of the 80 % intervals over the ends of the office's ranges; empty where it states none."""
    theta: Estimate | None
    """Heads wanted per head available, the official ratio."""
    tightness: float | None
    """Heads wanted over those wanted and available, 0 to 1."""
    p_short: float | None
    """Estimated probability that demand exceeds supply at the end of the quarter."""
    p_range: tuple[float, float] | None
    """The same over the ends of the office's ranges; empty where it states none."""
    observed: Observed | None
    """The market today."""
    time_to_fill: TimeToFill | None
    """How long vacancies of the cell took to fill."""
    n_origins: int
    """Past origins at which demand, supply and gap were compared with what happened."""
    calibrated: bool
    """Whether the interval was calibrated on past gaps."""
    status: ShortageStatus
    """The verdict."""
    reasons: tuple[Caveat, ...]
    """Why something is missing or only indicative."""


class SimulatedRun(Record):
    """What every document that rests on one simulation says of it."""

    region: str
    """Identifier of the region."""
    region_name: str
    """Name in print."""
    as_of: dt.date
    """Day of the data."""
    quarters: int
    """Quarters ahead."""
    method: str
    """Name and version of the method."""
    simulations: int
    """Simulations behind every probability and interval."""
    seed: int
    """Seed of the simulations."""
    scope: str
    """Whom the figures speak of: those registered on the platform, or the city where the office states both
    coverages."""
    synthetic: bool
    """Whether anything is generated or made up."""
    notes: tuple[str, ...]
    """What a reader has to know of the data, in Chinese."""

    def to_records(self) -> dict[str, Any]:
        """Return the document as plain values for JSON."""
        return self.model_dump(mode="json")


class ShortageRun(SimulatedRun):
    """The shortage of every cell of a region."""

    basis: Literal["forecast"] = "forecast"
    """What the figures rest on."""
    withdrawn: StatedShare | None
    """Share of vacancies that are withdrawn; empty where too few ends are known: then none is taken off."""
    retained: StatedShare | None
    """Share of the available who are still so a month later; empty where too few left to tell: then all."""
    cells: tuple[ShortageCell, ...]
    """Quarter by quarter in the order of the table of demand."""

    @classmethod
    def from_records(cls, records: Mapping[str, Any]) -> Self:
        """Rebuild a document from what :meth:`to_records` returned.

        Raises
        ------
        InputError
            A field is missing, unknown or wrong.
        """
        try:
            return cls.model_validate(records)
        except ValidationError as error:
            message = f"短缺测算结果的字段不符：{describe_faults(error)}"
            raise InputError("shortage_records", message, hint="请重新运行测算") from error
