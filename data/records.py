"""The records everything else works on: postings, vacancies, profiles and the words they use.

By design no record has a column for sex, age, ethnicity, religion, marital or fertility status,
户籍, disability, carrier status, photograph or school tier: what is not stored cannot be ranked by.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "ENDED",
    "Education",
    "Engagement",
    "Finding",
    "Outcome",
    "PayPeriod",
    "Posting",
    "Profile",
    "Record",
    "Salary",
    "Severity",
    "SkillLevel",
    "Vacancy",
    "YearRange",
]

TimeShare = Annotated[float, Field(gt=0, le=1)]
Months = Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(max_length=12)]


class Record(BaseModel):
    """Base of all records: frozen, and no field that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Education(StrEnum):
    """学历, in rising order; ``ANY`` is an employer's explicit 不限."""

    ANY = "不限"
    """The employer states that no education is required."""
    PRIMARY = "小学"
    """Primary school."""
    JUNIOR = "初中"
    """Junior secondary school."""
    SECONDARY = "高中/中专"
    """Senior secondary, 中专, 中技, 技校 or 职高."""
    COLLEGE = "大专"
    """高职（专科）."""
    BACHELOR = "本科"
    """Bachelor, 职业本科 included."""
    MASTER = "硕士"
    """Master or 专业硕士."""
    DOCTOR = "博士"
    """Doctor."""

    @property
    def rank(self) -> int:
        """Position in the order, 0 for ``ANY`` to 7 for ``DOCTOR``."""
        return list(Education).index(self)


class SkillLevel(StrEnum):
    """技能等级 of the eight-grade system, in rising order."""

    APPRENTICE = "学徒工"
    """Apprentice, assessed by the employer."""
    JUNIOR = "初级工"
    """五级."""
    INTERMEDIATE = "中级工"
    """四级."""
    SENIOR = "高级工"
    """三级."""
    TECHNICIAN = "技师"
    """二级."""
    SENIOR_TECHNICIAN = "高级技师"
    """一级."""
    SPECIAL_TECHNICIAN = "特级技师"
    """Special-grade technician."""
    CHIEF_TECHNICIAN = "首席技师"
    """Chief technician."""

    @property
    def rank(self) -> int:
        """Position in the order, 1 for ``APPRENTICE`` to 8 for ``CHIEF_TECHNICIAN``."""
        return list(SkillLevel).index(self) + 1


class Engagement(StrEnum):
    """引才方式: how a person works for an employer."""

    FULL_TIME = "全职"
    """Ordinary employment."""
    ADVISORY = "顾问指导"
    """Advice and guidance."""
    PROJECT = "项目合作"
    """Cooperation on a project."""
    TRANSFER = "成果转化"
    """Turning results into products."""
    SERVICE = "专题服务"
    """A service on one subject."""
    JOINT_RESEARCH = "联合研发"
    """Joint research and development."""
    PART_TIME = "兼职"
    """Part-time work."""
    SECONDMENT = "挂职"
    """Secondment."""
    RETIRED = "退休返聘"
    """Re-engaged after retirement."""
    EQUITY = "技术入股"
    """Technology as equity."""
    SEASONAL = "候鸟"
    """Part of every year."""
    CHALLENGE = "揭榜挂帅"
    """An open challenge."""


class PayPeriod(StrEnum):
    """The period a stated pay refers to."""

    MONTH = "月"
    """Per month."""
    YEAR = "年"
    """Per year."""
    DAY = "天"
    """Per day; converted with 21.75 days a month."""
    HOUR = "小时"
    """Per hour; converted with 21.75 × 8 hours a month."""


class Outcome(StrEnum):
    """How a posting ended, as the employer reported it."""

    OPEN = "招聘中"
    """Still open when last seen."""
    FILLED = "已招满"
    """Every place was filled."""
    UNFILLED = "未招满"
    """Closed with places left."""
    WITHDRAWN = "取消"
    """The need went away."""
    UNKNOWN = "未知"
    """Nothing was reported; treated as censored, never as unfilled."""


ENDED: Final = frozenset({Outcome.FILLED, Outcome.UNFILLED, Outcome.WITHDRAWN})
"""Outcomes of what can no longer be filled."""


class YearRange(Record):
    """Years of experience asked for, both ends included."""

    low: Annotated[float, Field(ge=0, le=60)]
    """Fewest years, in years."""
    high: Annotated[float, Field(ge=0, le=60)] | None = None
    """Most years, in years; empty when there is no upper end."""


class Salary(Record):
    """Stated basic pay, brought to yuan a month.

    Twelve, thirteen or more salaries a year are spread over twelve months; a yearly sum is divided by
    12, a daily one multiplied by 21.75 (人社部发〔2008〕3号) and an hourly one by 21.75 × 8. Subsidies,
    bonuses and commission are not pay.
    """

    low: Annotated[float, Field(ge=0)] | None = None
    """Lower end, yuan a month; empty when only an upper end is stated."""
    high: Annotated[float, Field(ge=0)] | None = None
    """Upper end, yuan a month; empty when there is none."""
    period: PayPeriod = PayPeriod.MONTH
    """The period in which the employer stated it."""
    months: Annotated[float, Field(ge=1, le=36)] = 12
    """Salaries a year."""
    after_tax: bool = False
    """True when the text says 税后."""
    negotiable: bool = False
    """True for 面议: no sum is stated."""

    @property
    def middle(self) -> float | None:
        """Middle of the range in yuan a month; the one end where only one is stated."""
        ends = [end for end in (self.low, self.high) if end is not None]
        return sum(ends) / len(ends) if ends else None


class Severity(StrEnum):
    """How a finding of the posting linter weighs."""

    BLOCK = "block"
    """The law forbids it: the posting may not be published with it."""
    WARN = "warn"
    """Not forbidden by itself, but without a reason in the work it shuts people out."""


class Finding(Record):
    """A demand in a posting that the product never applies, found by the posting linter."""

    rule: str
    """Name of the rule, such as ``sex`` or ``school_tier``."""
    severity: Severity
    """How it weighs."""
    field: str
    """Field of the posting in which it stands."""
    start: Annotated[int, Field(ge=0)]
    """First character, counted in the field as it was read (contacts hidden)."""
    end: Annotated[int, Field(ge=0)]
    """One past the last character."""
    text: str
    """The words themselves."""
    law: str
    """The clause of law it goes against, or the rule of the product where no law names it."""
    rewording: str
    """How the same need can be put neutrally; empty where the words should simply go."""


class Posting(Record):
    """招聘信息: one advertisement as received, typed."""

    posting_id: str
    """Stable identifier: the source's own, or a hash of source and content."""
    source: str
    """Where it came from: a platform's crawl or ``office_template``."""
    source_row: int
    """Row of the source file; the header is row 1."""
    title: str
    """岗位名称 as stated."""
    employer: str
    """用人单位 as stated."""
    credit_code: str | None = None
    """统一社会信用代码, 18 characters."""
    industry_raw: str = ""
    """Industry as stated by the source."""
    place_raw: str = ""
    """Place as stated by the source."""
    place_code: str | None = None
    """GB/T 2260 code of the finest division recognised: county, else city, else province."""
    salary: Salary | None = None
    """Pay; empty when nothing was stated."""
    education: Education | None = None
    """Lowest education asked for, always read as 或同等技能等级; empty when nothing was stated."""
    skill_level: SkillLevel | None = None
    """Lowest 技能等级 asked for."""
    experience: YearRange | None = None
    """Experience asked for; empty when nothing was stated."""
    headcount: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Places; empty for 若干 and where nothing was stated — never guessed."""
    skills: tuple[str, ...] = ()
    """Skills and tags as stated."""
    duties: str = ""
    """Duties and requirements as stated, without clauses the product may not use."""
    majors: tuple[str, ...] = ()
    """Majors that the employer names."""
    licences: tuple[str, ...] = ()
    """Licences and certificates that the work legally needs."""
    languages: tuple[str, ...] = ()
    """Languages asked for, as ISO 639-1 codes."""
    engagement: tuple[Engagement, ...] = (Engagement.FULL_TIME,)
    """Forms of engagement offered."""
    time_share: TimeShare | None = None
    """Share of full time that the work needs, above 0 to 1; empty when not stated."""
    months: Months = ()
    """Months of the year in which the work is done, 1 to 12; empty when not stated."""
    posted_on: dt.date | None = None
    """Day it was published."""
    observed_on: dt.date | None = None
    """First day of the month, or the day, on which the source saw it."""
    start_by: dt.date | None = None
    """Day the work should start."""
    valid_until: dt.date | None = None
    """Last day of validity."""
    closed_on: dt.date | None = None
    """Day it was closed."""
    outcome: Outcome = Outcome.UNKNOWN
    """How it ended."""
    findings: tuple[Finding, ...] = ()
    """Demands of excluded attributes: kept for the review, never applied."""
    synthetic: bool = False
    """True for generated data (合成数据)."""


class Vacancy(Record):
    """需求: postings of one need merged, counted once."""

    vacancy_id: str
    """Stable identifier: hash of what the postings share."""
    posting_ids: tuple[str, ...]
    """Postings merged into it, in order of appearance."""
    employer: str
    """用人单位."""
    title: str
    """岗位名称."""
    place_code: str | None
    """GB/T 2260 code."""
    heads: int | None
    """Largest headcount stated by its postings; empty when none states one."""
    opened_on: dt.date | None
    """First day on which it was seen."""
    closed_on: dt.date | None
    """Day it was closed; empty while open or unknown."""
    outcome: Outcome
    """How it ended."""
    synthetic: bool
    """True when any of its postings is generated."""


class Profile(Record):
    """人才档案: what a person offers, under a pseudonym."""

    profile_id: str
    """Pseudonymous identifier."""
    title: str
    """Occupation held or looked for."""
    summary: str = ""
    """What the person did, in free text, without names or contacts."""
    skills: tuple[str, ...] = ()
    """Skills as stated."""
    majors: tuple[str, ...] = ()
    """Majors studied."""
    education: Education | None = None
    """Highest education; empty when not stated."""
    skill_level: SkillLevel | None = None
    """Highest 技能等级; empty when not stated."""
    experience_years: Annotated[float, Field(ge=0, le=60)] | None = None
    """Years of relevant work."""
    place_code: str | None = None
    """GB/T 2260 code of where the person is."""
    willing_codes: tuple[str, ...] = ()
    """GB/T 2260 codes the person would move to; ``100000`` means anywhere."""
    engagement: tuple[Engagement, ...] = (Engagement.FULL_TIME,)
    """Forms of engagement the person accepts."""
    time_share: TimeShare | None = None
    """Largest share of full time that the person can give, above 0 to 1; empty when not stated."""
    months: Months = ()
    """Months of the year in which the person can come, 1 to 12; empty when not stated."""
    pay_floor: Annotated[float, Field(ge=0)] | None = None
    """Lowest pay accepted, yuan a month; empty when not set."""
    available_on: dt.date | None = None
    """First day the person could start."""
    active_on: dt.date | None = None
    """Day the profile was last confirmed."""
    licences: tuple[str, ...] = ()
    """Licences and certificates held."""
    languages: tuple[str, ...] = ()
    """Languages spoken, as ISO 639-1 codes; empty when not stated."""
    synthetic: bool = False
    """True for generated data (合成数据)."""
