"""What if: a plant opens, a college takes in more, pay rises. Asked as TOML, kept with the answer.

A scenario states everything that it assumes. What it does not state, and the data do not tell, is refused:
there is no elasticity by default.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from data.errors import UnknownName
from data.records import Record
from training.forecast.toml_record import read_toml_record

__all__ = [
    "Elasticity",
    "IntakeChange",
    "JobChange",
    "PayChange",
    "Scenario",
    "example_scenario",
    "packaged_examples",
    "read_scenario",
]

_EXAMPLES = Path(__file__).parent / "scenario_examples"


class JobChange(Record):
    """Jobs that are created."""

    key_industry: Annotated[str, Field(min_length=1)]
    """Key industry of the employer."""
    occupation_code: Annotated[str, Field(min_length=1)]
    """Occupation."""
    heads: Annotated[float, Field(ge=0, le=100_000)]
    """Places."""
    month: dt.date
    """Month in which hiring begins; any day of it."""
    ramp_months: Annotated[int, Field(ge=1, le=60)] = 1
    """Months over which the places are advertised in equal parts."""


class IntakeChange(Record):
    """A college that takes in more or fewer of a major."""

    major_code: Annotated[str, Field(min_length=1)]
    """Major."""
    factor: Annotated[float, Field(ge=0, le=20)]
    """New intake over the old one; 2 doubles it."""
    from_year: Annotated[int, Field(ge=2000, le=2100)]
    """Year of the first changed intake."""
    course_years: Annotated[int, Field(ge=1, le=8)]
    """Years from intake to graduation."""

    @property
    def arrives(self) -> int:
        """Year in which the first changed cohort graduates."""
        return self.from_year + self.course_years


class Elasticity(Record):
    """Change of the logarithm of those who become available for a change of the logarithm of pay."""

    low: float
    """Lowest value held possible."""
    value: float
    """Most likely value."""
    high: float
    """Highest value held possible."""
    source: Annotated[str, Field(min_length=4)]
    """Where it is taken from."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError("low、value、high 须由小到大")
        return self


class PayChange(Record):
    """Pay of some vacancies raised or lowered."""

    key_industry: Annotated[str, Field(min_length=1)]
    """Key industry."""
    occupation_code: str | None = None
    """Occupation; empty for all of the industry."""
    percent: Annotated[float, Field(gt=-90, le=100)]
    """Change in percent; 10 raises pay by a tenth."""
    elasticity: Elasticity | None = None
    """How those who become available answer; without it the gap is not altered."""


class Scenario(Record):
    """One question."""

    name: Annotated[str, Field(min_length=1)]
    """Name in print."""
    note: str = ""
    """What it stands for."""
    synthetic: bool = False
    """Whether the change is made up for demonstration."""
    jobs: tuple[JobChange, ...] = ()
    """Jobs."""
    intake: tuple[IntakeChange, ...] = ()
    """Colleges."""
    pay: tuple[PayChange, ...] = ()
    """Pay."""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not (self.jobs or self.intake or self.pay):
            raise ValueError("至少写一项 jobs、intake 或 pay")
        return self


def read_scenario(path: Path) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    path
        A TOML file with ``name`` and tables ``[[jobs]]``, ``[[intake]]`` or ``[[pay]]``.

    Returns
    -------
    Scenario
        Checked; faults are raised by :func:`training.forecast.toml_record.read_toml_record`.
    """
    return read_toml_record(path, Scenario)


def packaged_examples() -> dict[str, Path]:
    """Return the scenarios that come with the product, files by name; all of them are made up."""
    return {path.stem: path for path in sorted(_EXAMPLES.glob("*.toml"))}


def example_scenario(name: str) -> Scenario:
    """Read a scenario that comes with the product.

    Parameters
    ----------
    name
        One of :func:`packaged_examples`.

    Returns
    -------
    Scenario
        Made up, and labelled so.

    Raises
    ------
    UnknownName
        There is no such example.

    Examples
    --------
    >>> example_scenario("plant").jobs[0].heads, example_scenario("plant").synthetic
    (180.0, True)
    """
    known = packaged_examples()
    if name not in known:
        hint = f"现有示例：{'、'.join(known)}"
        raise UnknownName("scenario_unknown", f"没有情景示例“{name}”", hint=hint)
    return read_scenario(known[name])
