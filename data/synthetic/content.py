"""The hand-written content of the synthetic city: trades, employers, season and phrases."""

from __future__ import annotations

import csv
import datetime as dt
import io
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field

from data.records import Education, Record, SkillLevel

__all__ = [
    "Content",
    "Employer",
    "Foreign",
    "Industry",
    "Phrases",
    "Place",
    "Role",
    "Season",
    "Shift",
    "Window",
    "read_content",
]

_ROLE_FILES = (
    "petrochemical",
    "magnesia",
    "port",
    "equipment",
    "biomedicine",
    "newenergy",
    "environment",
    "digital",
    "common",
)


class Role(Record):
    """One job of a trade, as employers know it."""

    id: str
    """Stable identifier."""
    titles: Annotated[tuple[str, ...], Field(min_length=2)]
    """Titles that employers write, the plainest first."""
    code: str
    """大典 2022 code."""
    kind: Literal["operator", "craft", "engineer", "manager", "service"]
    """Which requirement sentences fit."""
    industries: dict[str, float]
    """Share of the demand by key industry; the shares add up to 1."""
    lines: tuple[str, ...] = ()
    """Lines of business that employ it; empty means every employer of its industries."""
    heads: Annotated[float, Field(gt=0)]
    """Heads a month that a city of 48 employers asks for, in an ordinary month of the reference year."""
    batch: Annotated[float, Field(ge=1)]
    """Mean heads of one vacancy."""
    tightness: float
    """Log of demand per seeker against the city's ordinary ratio; 0 is ordinary, 1 is tight."""
    pay: tuple[int, int]
    """Usual range, yuan a month, in the reference year."""
    education: Education
    """Usual least education."""
    level: SkillLevel | None = None
    """Usual least skill level; empty where the work is no assessed trade."""
    years: Annotated[int, Field(ge=0)]
    """Usual least experience, in years."""
    flexible: bool = False
    """True where employers also take advisers, retired experts or project partners."""
    majors: tuple[str, ...] = ()
    """Fitting majors."""
    licences: tuple[str, ...] = ()
    """Licences that the law asks for."""
    languages: dict[str, float] = Field(default_factory=dict)
    """Share of vacancies that ask for a language."""
    skills: Annotated[tuple[str, ...], Field(min_length=8)]
    """What the work takes."""
    duties: Annotated[tuple[str, ...], Field(min_length=5)]
    """What the person does."""
    deeds: Annotated[tuple[str, ...], Field(min_length=4)]
    """What people of the trade say they have done."""
    near: tuple[str, ...]
    """Roles that its people could change to."""

    @property
    def on_the_floor(self) -> bool:
        """Whether the work is done on the shop floor, in shifts."""
        return self.kind in {"operator", "craft"}

    @property
    def home(self) -> str:
        """The key industry with the largest share of the demand."""
        return max(self.industries, key=lambda name: self.industries[name])


class Employer(Record):
    """An invented employer."""

    name: str
    """Name; always with 示例."""
    industry: str
    """Key industry."""
    district: str
    """GB/T 2260 code of the county."""
    places: tuple[str, ...]
    """How it writes its place."""
    lines: tuple[str, ...]
    """Lines of business."""
    size: Annotated[int, Field(ge=1)]
    """Staff."""
    gb_code: str
    """GB/T 4754-2017 code."""
    gb_name: str
    """Name of that class."""
    products: str
    """What it makes or does."""

    @property
    def short(self) -> str:
        """The name without its legal form."""
        return self.name.removesuffix("（合成）").removesuffix("有限公司")


class Shift(Record):
    """A lasting change of an industry's demand."""

    since: dt.date
    """First day."""
    factor: Annotated[float, Field(gt=0)]
    """Demand after it over demand before it."""


class Industry(Record):
    """A key industry of the city."""

    name: str
    """Name."""
    trend: float
    """Log growth of demand a year."""
    shift: Shift | None = None
    """Level shift; empty for none."""
    short: tuple[str, ...]
    """How employers abbreviate it."""
    units: tuple[str, ...]
    """Parts of an employer, named where it needs people for two parts at once."""
    workplaces: tuple[str, ...]
    """Where its people say they worked."""
    homes: dict[str, float]
    """Weight of each county among the homes of its people."""


class Window(Record):
    """Days round 春节 with their factor on openings."""

    first: int
    """First day, counted from 正月初一."""
    last: int
    """Last day, included."""
    factor: Annotated[float, Field(gt=0)]
    """Factor on the openings of each day."""


class Season(Record):
    """The seasonal pattern all trades share."""

    months: dict[int, float]
    """Factor of each calendar month."""
    spring_festival: tuple[Window, ...]
    """Dip and rebound."""
    weekend_factor: Annotated[float, Field(gt=0)]
    """Openings of a Saturday or Sunday over those of a working day."""
    new_year_days: tuple[dt.date, ...]
    """正月初一 of each year."""


class Place(Record):
    """A place outside the city where seekers live."""

    code: str
    """GB/T 2260 code."""
    text: str
    """How they write it."""
    weight: float
    """How often it is drawn."""


class Phrases(Record):
    """Sentences and notations."""

    openings: tuple[str, ...]
    """What an employer says of itself first."""
    requirements: dict[str, tuple[str, ...]]
    """Requirement sentences by kind of work."""
    benefits: tuple[str, ...]
    """What employers promise besides pay."""
    shop_benefits: tuple[str, ...]
    """What they promise the shop floor on top."""
    title_marks: tuple[str, ...]
    """Flourishes behind a title."""
    rewordings: tuple[tuple[str, str], ...]
    """Words and what a reworded copy puts in their place."""
    agencies: tuple[str, ...]
    """Invented agencies; always with 示例."""
    agency_openings: tuple[str, ...]
    """How an agency says for whom it looks; some name the employer."""
    excluded_clauses: tuple[str, ...]
    """Clauses that law forbids."""
    soft_skills: tuple[str, ...]
    """Skills that fit any work."""
    education: dict[Education, tuple[str, ...]]
    """How employers write each education."""
    skill_levels: dict[SkillLevel, tuple[str, ...]]
    """How employers write each skill level."""
    elsewhere: tuple[Place, ...]
    """Places outside the city."""
    homes: dict[str, tuple[str, ...]]
    """How people write each county of the city."""
    county_names: dict[str, str]
    """Short name of each county of the city."""
    leads: tuple[str, ...]
    """First sentences of a summary."""
    shop_leads: tuple[str, ...]
    """First sentences that fit the shop floor only."""
    fresh_leads: tuple[str, ...]
    """First sentences of graduates."""
    trainee_leads: tuple[str, ...]
    """First sentences of beginners who name no major."""
    middles: tuple[str, ...]
    """Middle sentences."""
    closings: tuple[str, ...]
    """What people hope for."""
    shop_closings: tuple[str, ...]
    """What people of the shop floor hope for."""
    change_closings: tuple[str, ...]
    """What people say who want other work."""


class Foreign(Record):
    """A profile's wording in another language."""

    role: str
    """Role it belongs to."""
    language: Literal["en", "ru"]
    """ISO 639-1 code."""
    title: str
    """Title."""
    skills: tuple[str, ...]
    """Skills."""
    sentences: tuple[str, ...]
    """Sentences of the summary."""


class Content(Record):
    """All of it."""

    roles: dict[str, Role]
    """Roles by identifier, in a fixed order."""
    employers: tuple[Employer, ...]
    """Employers; every leading part of the list is a balanced small city."""
    industries: dict[str, Industry]
    """Key industries by name."""
    reference_on: dt.date
    """Day at which pay and demand are as stated."""
    season: Season
    """Seasonal pattern."""
    phrases: Phrases
    """Sentences and notations."""
    foreign: tuple[Foreign, ...]
    """Profiles in other languages."""
    workplaces: dict[str, tuple[str, ...]]
    """Where people say they worked, by line of business."""
    mistakes: dict[str, dict[str, tuple[str, ...]]]
    """What people write into a cell by mistake, by table and column."""


def read_content() -> Content:
    """Read and check the content that the package carries."""
    roles = [Role.model_validate(row) for name in _ROLE_FILES for row in _yaml(f"roles/{name}.yaml")]
    market = _yaml("industries.yaml")
    return Content(
        roles={role.id: role for role in roles},
        employers=tuple(_employers()),
        industries={row["name"]: Industry.model_validate(row) for row in market["industries"]},
        reference_on=market["reference_on"],
        season=Season.model_validate(_yaml("season.yaml")),
        phrases=Phrases.model_validate(_yaml("phrases.yaml")),
        foreign=tuple(Foreign.model_validate(row) for row in _yaml("foreign.yaml")),
        workplaces=_yaml("workplaces.yaml"),
        mistakes=_yaml("dirt.yaml"),
    )


def _text(name: str) -> str:
    """Text of one content file."""
    return files("data.synthetic").joinpath("vocabulary").joinpath(name).read_text(encoding="utf-8")


def _yaml(name: str) -> Any:
    """One YAML file; the C loader is safe and ten times quicker."""
    return yaml.load(_text(name), Loader=yaml.CSafeLoader)


def _employers() -> list[Employer]:
    """Read the employers, in the order of the file."""
    rows = []
    for row in csv.DictReader(io.StringIO(_text("employers.csv"))):
        split = {"places": row["places"].split("|"), "lines": row["lines"].split("|")}
        rows.append(Employer.model_validate({**row, **split}))
    return rows
