"""Bodies of requests, and how they become the product's records."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, Strict, model_validator

from api.problems import contradiction
from data.errors import InputError
from data.feedback import FeedbackEvent, event_from
from data.normalise.clauses import split_excluded, usable_terms
from data.normalise.contacts import mask_contacts
from data.normalise.persons import person_terms, without_person
from data.normalise.text import clean_prose
from data.records import Education, Engagement, Finding, Posting, Profile, Salary, SkillLevel, YearRange
from data.store.feedback import EventResult, EventStatus
from matching.results import RankBy

__all__ = [
    "WHOLE",
    "Day",
    "FeedbackRequest",
    "Flag",
    "Moment",
    "Number",
    "PairRequest",
    "ProfileIn",
    "ProfileMatchRequest",
    "RelaxationRequest",
    "VacancyIn",
    "VacancyMatchRequest",
    "Whole",
    "one_of",
    "read_event",
]


_NUMBER: Final = re.compile(r"\s*[+-]?[\d_]+(\.\d*)?([eE][+-]?\d+)?\s*")


def _written(value: Any) -> Any:
    """Refuse numbers, in quotes or not, which pydantic would take for seconds since 1970."""
    if isinstance(value, (int, float)) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        raise ValueError("应为 YYYY-MM-DD 的日期")
    return value


Day = Annotated[dt.date, BeforeValidator(_written)]
Moment = Annotated[dt.datetime, BeforeValidator(_written)]
Term = Annotated[str, Field(min_length=1, max_length=60)]
Terms = Annotated[tuple[Term, ...], Field(max_length=60)]
PlaceCode = Annotated[str, Field(pattern=r"^\d{6}$", description="GB/T 2260 六位代码", examples=["210882"])]


def _counted(value: Any) -> Any:
    """Refuse truth values and texts, which pydantic would take for numbers; 3.0 is the whole number 3."""
    if isinstance(value, bool | str):
        raise ValueError("应为整数")  # noqa: TRY004 - what pydantic takes
    return value


WHOLE = BeforeValidator(_counted)
"""Stands last where a whole number is an item of a list or may be left out: its bounds are then described."""
Whole = Annotated[int, WHOLE]
Number = Annotated[float, Strict()]
Flag = Annotated[bool, Strict()]
ListLength = Annotated[int, Field(ge=1, le=200, description="返回条数", examples=[10]), WHOLE]
Title = Annotated[
    str, Field(min_length=1, max_length=120, description="岗位或求职方向", examples=["岸桥司机"])
]
Text = Annotated[str, Field(max_length=8000)]
Language = Annotated[str, Field(pattern="^[a-z]{2}$")]
Share = Annotated[Number, Field(gt=0, le=1)]
YearMonths = Annotated[tuple[Annotated[int, Field(ge=1, le=12), WHOLE], ...], Field(max_length=12)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProfileIn(_Request):
    """A person's profile; contacts and excluded attributes in its texts are taken out and never used."""

    title: Title
    summary: Text = Field(default="", description="经历，自由文字")
    skills: Terms = Field(default=(), description="能力")
    majors: Terms = Field(default=(), description="专业")
    education: Education | None = Field(default=None, description="最高学历")
    skill_level: SkillLevel | None = Field(default=None, description="最高技能等级")
    experience_years: Number | None = Field(default=None, ge=0, le=60, description="相关工作年限")
    place_code: PlaceCode | None = Field(default=None, description="所在地")
    willing_codes: Annotated[tuple[PlaceCode, ...], Field(max_length=60)] = Field(
        default=(), description="愿意前往的地区，100000 为全国"
    )
    engagement: tuple[Engagement, ...] = Field(
        default=(Engagement.FULL_TIME,), min_length=1, max_length=12, description="接受的引才方式"
    )
    time_share: Share | None = Field(
        default=None, description="最多能投入的时间，占全职的比例", examples=[0.4]
    )
    months: YearMonths = Field(
        default=(), description="一年中能来的月份，1—12；不写为未知", examples=[[1, 2, 11, 12]]
    )
    pay_floor: Number | None = Field(default=None, ge=0, le=1_000_000, description="最低月薪，元")
    available_on: Day | None = Field(default=None, description="可到岗日期")
    licences: Terms = Field(default=(), description="持有的资格证书")
    languages: Annotated[tuple[Language, ...], Field(max_length=20)] = Field(
        default=(), description="语言，ISO 639-1；不写为未知"
    )

    def to_record(self) -> Profile:
        """Return the record that the matcher takes."""
        title = without_person(mask_contacts(clean_prose(self.title)), title=True)
        texts = {
            "title": _checked_title(title, self.title),
            "summary": without_person(mask_contacts(clean_prose(self.summary))),
            **{name: _own_terms(getattr(self, name)) for name in ("skills", "majors", "licences")},
        }
        return Profile(profile_id="inline", **{**self.model_dump(), **texts})


class VacancyIn(_Request):
    """A need; clauses that demand an excluded attribute are taken out of its text and never applied."""

    title: Title
    duties: Text = Field(default="", description="职责与要求，自由文字")
    skills: Terms = Field(default=(), description="能力要求")
    majors: Terms = Field(default=(), description="专业要求")
    education: Education | None = Field(default=None, description="学历（或同等技能等级）要求")
    skill_level: SkillLevel | None = Field(default=None, description="技能等级要求")
    experience_low: Number | None = Field(default=None, ge=0, le=60, description="最少工作年限")
    experience_high: Number | None = Field(default=None, ge=0, le=60, description="最多工作年限")
    place_code: PlaceCode | None = Field(default=None, description="工作地点")
    engagement: tuple[Engagement, ...] = Field(
        default=(Engagement.FULL_TIME,), min_length=1, max_length=12, description="引才方式"
    )
    time_share: Share | None = Field(default=None, description="要投入的时间，占全职的比例", examples=[0.4])
    months: YearMonths = Field(
        default=(), description="一年中工作的月份，1—12；不写为未写明", examples=[[1, 2, 11, 12]]
    )
    salary_low: Number | None = Field(default=None, ge=0, le=1_000_000, description="月薪下限，元")
    salary_high: Number | None = Field(default=None, ge=0, le=1_000_000, description="月薪上限，元")
    start_by: Day | None = Field(default=None, description="最迟到岗日期")
    licences: Terms = Field(default=(), description="须持有的资格证书")
    languages: Annotated[tuple[Language, ...], Field(max_length=20)] = Field(
        default=(), description="语言要求，ISO 639-1"
    )

    @model_validator(mode="after")
    def _ranges_rise(self) -> Self:
        for label, low, high in (
            ("薪酬", self.salary_low, self.salary_high),
            ("工作年限", self.experience_low, self.experience_high),
        ):
            if low is not None and high is not None and low > high:
                raise contradiction(f"{label}下限 {low:g} 大于上限 {high:g}")
        return self

    def to_record(self) -> Posting:
        """Return the record that the matcher takes."""
        title, title_findings = _usable_title(self.title)
        duties, duty_findings = _usable_text(self.duties, "duties")
        skills, skill_findings = _usable_terms(self.skills, "skills")
        majors, major_findings = _usable_terms(self.majors, "majors")
        licences, licence_findings = _usable_terms(self.licences, "licences")
        pay = self.salary_low, self.salary_high
        years = self.experience_low, self.experience_high
        given = self.model_dump(
            exclude={
                "title",
                "duties",
                "skills",
                "majors",
                "licences",
                "salary_low",
                "salary_high",
                "experience_low",
                "experience_high",
            }
        )
        return Posting(
            posting_id="inline",
            source="api",
            source_row=0,
            employer="",
            title=title,
            duties=duties,
            skills=skills,
            majors=majors,
            licences=licences,
            findings=(
                *title_findings,
                *duty_findings,
                *skill_findings,
                *major_findings,
                *licence_findings,
            ),
            salary=None if pay == (None, None) else Salary(low=pay[0], high=pay[1]),
            experience=None if years == (None, None) else YearRange(low=years[0] or 0, high=years[1]),
            **given,
        )


def _usable_title(title: str) -> tuple[str, tuple[Finding, ...]]:
    """Return a title without contacts and the clauses that may not be used, and the demands in those."""
    masked = mask_contacts(clean_prose(title))
    kept, findings = split_excluded(masked, "title")
    return _checked_title(kept, masked), findings


def _checked_title(kept: str, stated: str) -> str:
    """Return what is left of a title; nothing left is refused."""
    if not kept.strip():
        shown = mask_contacts(clean_prose(stated))
        raise InputError(
            "title_missing", f"岗位名称“{shown}”里没有可用的内容", hint="写明岗位，不写性别、年龄等条件"
        )
    return kept


def _usable_text(text: str, field: str) -> tuple[str, tuple[Finding, ...]]:
    """Return a text as the files' texts are read: cleaned, contacts hidden, demands taken out and named."""
    return split_excluded(mask_contacts(clean_prose(text)), field)


def _usable_terms(terms: Iterable[str], field: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return the same for listed terms."""
    return usable_terms((clean_prose(term) for term in terms), field)


def _own_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the listed terms that say what a person can do."""
    return person_terms(mask_contacts(clean_prose(term)) for term in terms)


class _Scored(_Request):
    weights: dict[str, Number] | None = Field(
        default=None, description="各评分项的权重；不写则用建议权重", examples=[{"skills": 2, "title": 1}]
    )
    rank_by: RankBy = Field(
        default=RankBy.FORWARD,
        description="按哪个分数：forward 对提问方、reverse 对对方、mutual 双向（调和平均）",
        examples=["mutual"],
    )


def one_of(*names: str) -> dict[str, Any]:
    """Return the schema of an object that states exactly one of some fields; null states nothing."""
    nothing, something = {"type": "null"}, {"not": {"type": "null"}}
    choices = [
        {"required": [name], "properties": {each: something if each == name else nothing for each in names}}
        for name in names
    ]
    return {"oneOf": choices}


_ONE_PROFILE: Final = one_of("profile_id", "profile")
_ONE_VACANCY: Final = one_of("vacancy_id", "vacancy")


class _OfProfile(_Request):
    model_config = ConfigDict(json_schema_extra=_ONE_PROFILE)

    profile_id: str | None = Field(default=None, max_length=64, description="已入库档案的编号")
    profile: ProfileIn | None = Field(default=None, description="未入库档案的内容")

    @model_validator(mode="after")
    def _one_profile(self) -> Self:
        if (self.profile_id is None) == (self.profile is None):
            raise ValueError("profile_id 与 profile 须且只须给出一个")
        return self

    def profile_target(self) -> str | Profile:
        """Return the person as the matcher takes it."""
        return self.profile.to_record() if self.profile is not None else str(self.profile_id)


class _OfVacancy(_Request):
    model_config = ConfigDict(json_schema_extra=_ONE_VACANCY)

    vacancy_id: str | None = Field(default=None, max_length=64, description="已入库需求的编号")
    vacancy: VacancyIn | None = Field(default=None, description="未入库需求的内容")

    @model_validator(mode="after")
    def _one_vacancy(self) -> Self:
        if (self.vacancy_id is None) == (self.vacancy is None):
            raise ValueError("vacancy_id 与 vacancy 须且只须给出一个")
        return self

    def vacancy_target(self) -> str | Posting:
        """Return the vacancy as the matcher takes it."""
        return self.vacancy.to_record() if self.vacancy is not None else str(self.vacancy_id)


class ProfileMatchRequest(_Scored, _OfProfile):
    """A person: stored, or given in full."""

    k: ListLength = 10


class VacancyMatchRequest(_Scored, _OfVacancy):
    """A vacancy: stored, or given in full."""

    k: ListLength = 10
    near: Whole = Field(
        default=0, ge=0, le=50, description="另列出只差用人单位一项条件、且只差一步的人数", examples=[5]
    )


class PairRequest(_Scored, _OfVacancy, _OfProfile):
    """One vacancy and one person, each stored or given in full."""

    model_config = ConfigDict(json_schema_extra={"allOf": [_ONE_VACANCY, _ONE_PROFILE]})


class RelaxationRequest(_OfVacancy):
    """A vacancy whose own requirements may be relaxed: stored, or given in full."""

    limit: Whole = Field(default=6, ge=1, le=50, description="最多列出几条建议", examples=[6])
    near: Whole = Field(default=5, ge=0, le=50, description="最多列出几名仅差一步的人选", examples=[5])


def read_event(content: Any) -> FeedbackEvent | EventResult:
    """Return an event, or why it is none: one that cannot be read keeps no other from being recorded."""
    try:
        return event_from(content)
    except InputError as error:
        given = content.get("event_id") if isinstance(content, Mapping) else None
        event_id = mask_contacts(given[:64]) if isinstance(given, str) else ""
        return EventResult(event_id, EventStatus.REFUSED, error.code, error.message)


class FeedbackRequest(_Request):
    """Events, each judged by itself."""

    events: Annotated[
        tuple[
            Annotated[
                FeedbackEvent | EventResult, PlainValidator(read_event, json_schema_input_type=FeedbackEvent)
            ],
            ...,
        ],
        Field(min_length=1, max_length=1000, description="反馈事件，逐条判断：不合格的一条不影响其余"),
    ]
