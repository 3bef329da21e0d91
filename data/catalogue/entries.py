"""The records of a catalogue: what an office prints and what every figure of it rests on."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from data.catalogue.list_status import ListStatus
from data.catalogue.references import References
from data.records import Engagement, Record, YearRange

__all__ = [
    "METHOD_VERSION",
    "AnyCatalogue",
    "Catalogue",
    "CatalogueKind",
    "Confidence",
    "DemandEntry",
    "DemandStatus",
    "Entry",
    "Indicator",
    "Indicators",
    "ObsStatus",
    "Reason",
    "ShortageEntry",
    "Stage",
    "entry_fields",
    "published",
]

METHOD_VERSION = "2.0"
"""Version of the method in this package; a change of any published figure raises it."""

Score = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class CatalogueKind(StrEnum):
    """Which of the two products a catalogue is."""

    DEMAND = "demand"
    """人才需求目录: what employers ask for, post by post."""
    SHORTAGE = "shortage"
    """急需紧缺人才目录: how hard an occupation is to hire, judged."""

    @property
    def title(self) -> str:  # type: ignore[override]  # nobody needs the letter case of a kind
        """The product's name in print."""
        return "人才需求目录" if self is CatalogueKind.DEMAND else "急需紧缺人才目录"


class ObsStatus(StrEnum):
    """Why a figure is missing, or what to know about it."""

    NOT_APPLICABLE = "z"
    """不适用."""
    MISSING = "x"
    """缺: no data, or no rating possible."""
    CONFIDENTIAL = "c"
    """保密: suppressed, which is not zero."""
    BREAK = "b"
    """断点: not comparable with the edition before."""
    ESTIMATED = "e"
    """估计: part of it is an estimate."""
    PROVISIONAL = "p"
    """初步: may be revised."""


class Confidence(StrEnum):
    """How sure a rating is (可信度)."""

    A = "A"
    """At least 50 spells, 10 employers, 5 indicators of 4 families, 80 % half-width up to 8."""
    B = "B"
    """At least 30 spells, 5 employers, 4 indicators of 3 families, half-width up to 10."""
    C = "C"
    """At least 10 spells, 3 employers, 3 indicators of 2 families with an outcome, half-width up to 12."""
    D = "D"
    """Less than that: X 暂不评价."""


class Stage(StrEnum):
    """How far the data of a city have come."""

    NO_STARS = "0"
    """Too little history or too few outcomes: 求人倍率 only, no stars."""
    TRIAL = "1"
    """试行: confidence C at best, three stars at most."""
    FULL = "2"
    """Four quarters, and an outcome known for at least 60 % of the spells."""

    @property
    def chinese(self) -> str:
        """The stage in print."""
        words = {Stage.NO_STARS: "不发布星级", Stage.TRIAL: "试行", Stage.FULL: "完整"}
        return f"阶段{self.value}（{words[self]}）"


class DemandStatus(StrEnum):
    """Whether a post is still open on the catalogue's day."""

    OPEN = "招聘中"
    """At least one vacancy is reported open or within its stated validity."""
    UNREPORTED = "状态未报"
    """Neither an end nor a validity was reported."""
    CLOSED = "已结束"
    """Every vacancy has ended."""


class Reason(Record):
    """Why something is not rated, not shown or held back."""

    code: str
    """Stable identifier, in lower snake case."""
    text: str
    """The reason in Chinese, as printed."""


class Indicator(Record):
    """One indicator of the shortage index."""

    raw: float | None
    """Value as observed, before shrinkage; empty when it has no finite value."""
    used: float
    """Value that the score was taken from: shrunk, or a ratio to the reference."""
    score: Score
    """0 to 100, 50 is neutral and 60 the mark of a shortage; clipped to 5 to 95."""
    n: Count | None
    """Sample of this indicator: places and seekers for i1, rounded to 5, employers asked for i6, spells for
    the others; empty when confidential."""


class Indicators(Record):
    """The six indicators of the method; empty means X, not zero."""

    i1: Indicator | None = None
    """供需比: places asked for per active seeker (family 供需)."""
    i2: Indicator | None = None
    """招聘时长: Kaplan–Meier median days to filled (family 结果)."""
    i3: Indicator | None = None
    """90 日填补率: share filled within ninety days (family 结果)."""
    i4: Indicator | None = None
    """合格应聘比: suitable applicants per vacancy (family 结果)."""
    i5: Indicator | None = None
    """薪酬压力: growth of pay over the city's; in use are reference standard deviations (family 价格)."""
    i6: Indicator | None = None
    """用人单位评价: share that reports 招聘困难 in an approved survey (family 评价)."""


class DemandEntry(Record):
    """One post of one employer (需求条目)."""

    seq: Annotated[int, Field(ge=1)]
    """序号 within the section."""
    entry_id: str
    """条目编码: prefix, kind, edition and eight hexadecimal digits of what the entry is about."""
    section: str
    """Heading it stands under: a key industry, 其他产业 or the line of the agencies."""
    status: DemandStatus
    """Whether the post is open on the catalogue's day."""
    key_industry: str | None
    """重点产业; empty outside the region's list."""
    chain_node: str | None
    """产业链环节; empty in this version."""
    employer_name: str
    """用人单位, masked as 某……企业 unless names are published."""
    via_agency: bool
    """True when a labour agency advertises: kept apart, never part of the index."""
    district: str | None
    """所在地: name of the division where known, else its GB/T 2260 code."""
    job_title: str
    """岗位名称."""
    occ_code: str | None
    """职业编码 of 大典 2022; empty when not coded."""
    occ_name: str | None
    """职业名称."""
    talent_category: str | None
    """人才类别, only where the major group of the occupation settles it: 2 专业技术, 6 技能."""
    headcount: Count | None
    """需求人数: the places stated by the vacancies that give ``status``; never imputed."""
    heads_unstated: Count
    """How many of those vacancies state no number."""
    duties: str
    """主要职责, cut to 200 characters."""
    skills_required: tuple[str, ...]
    """能力要求."""
    major_codes: tuple[str, ...]
    """专业（类）as the employer names them; empty when none is stated."""
    education_or_equiv: str | None
    """学历或同等技能等级; empty when nothing is stated."""
    experience_years: YearRange | None
    """工作经验, in years; empty when nothing is stated."""
    pay_month_min: Count | None
    """月薪下限, yuan a month before bonus."""
    pay_month_max: Count | None
    """月薪上限, yuan a month before bonus."""
    engagement_form: tuple[Engagement, ...]
    """引才方式."""
    opened_on: dt.date
    """First day on which the post was seen."""
    start_by: dt.date | None
    """期望到岗: the earliest day asked for."""
    valid_until: dt.date | None
    """有效期: the latest day stated."""
    policy_tags: tuple[str, ...]
    """适用政策; empty in this version."""
    contact: str | None
    """联系方式; empty in this version."""
    vacancy_ids: tuple[str, ...]
    """Vacancies behind the entry."""
    posting_ids: tuple[str, ...]
    """Postings behind the entry."""
    synthetic: bool
    """True for generated data (合成数据)."""
    obs_status: dict[str, ObsStatus]
    """数据标记 by field name."""
    method_version: str
    """方法版本."""
    snapshot: str
    """数据快照."""


class ShortageEntry(Record):
    """One occupation in one key industry over four quarters (紧缺条目)."""

    seq: Annotated[int, Field(ge=1)]
    """序号 within the section."""
    entry_id: str
    """条目编码: prefix, kind, edition and eight hexadecimal digits of what the entry is about."""
    section: str
    """Heading it stands under: a key industry or 其他产业."""
    key_industry: str | None
    """重点产业; empty outside the region's list."""
    chain_node: str | None
    """产业链环节; empty in this version."""
    occ_code: str
    """职业编码 of 大典 2022."""
    occ_name: str
    """职业（岗位）名称."""
    talent_category: str | None
    """人才类别, only where the major group of the occupation settles it: 2 专业技术, 6 技能."""
    skills_required: tuple[str, ...]
    """核心能力要求: at most eight, each named by at least two employers, most frequent first."""
    major_codes: tuple[str, ...]
    """专业方向: at most five, each named by at least two employers, most frequent first."""
    education_or_equiv: str | None
    """学历或同等技能等级 asked for most often by those who state one."""
    pay_median: Count | None
    """参考月薪中位数, yuan a month, of the middles of stated ranges."""
    pay_p25: Count | None
    """Lower quartile of the same."""
    pay_p75: Count | None
    """Upper quartile of the same."""
    star: Annotated[int, Field(ge=0, le=5)] | None
    """星级, 0 for 不列入; empty for X."""
    level: str
    """紧缺等级 in words, which say the same as the stars."""
    S: Score | None
    """紧缺指数, one decimal; empty for X."""
    S_lo: Score | None
    """Lower end of its 80 % interval."""
    S_hi: Score | None
    """Upper end of its 80 % interval."""
    confidence: Confidence
    """可信度."""
    U_score: Score | None
    """急需度, median of the raters; empty when not rated."""
    U_parts: dict[str, float] | None = None
    """急需度 by criterion of the rubric; empty when not rated."""
    listed: bool | None
    """Whether it is listed as 急需紧缺; empty when 急需度 would decide and is not rated."""
    list_status: ListStatus | None = None
    """What becomes of the entry, in words."""
    members: tuple[str, ...] = ()
    """For an entry at the level of a 小类 or 中类: codes of the occupations that it puts together."""
    indicators: Indicators
    """六项分指标 with raw value and score."""
    weights_used: dict[str, float]
    """实际权重 by indicator, summing to 1; empty for X."""
    n_spell: Count | None
    """有效招聘次数 over the four quarters."""
    n_emp: Count | None
    """用人单位数."""
    top1_share: Share | None
    """最大单位占比: of the spells, or of the stated places where that is larger."""
    demand_heads: Count | None
    """近六个月有效需求人数, rounded to 5; marked ``e`` when some vacancies state no number."""
    demand_lo: Count | None
    """Tenth percentile of the same over resampled employers, rounded to 5."""
    demand_hi: Count | None
    """Ninetieth percentile of the same, rounded to 5."""
    supply_heads: Count | None
    """近六个月活跃求职人数 of the occupation, this industry's share of it, rounded to 5."""
    ratio: Annotated[float, Field(ge=0)] | None
    """求人倍率: places asked for per active seeker over the same six months."""
    cause_codes: tuple[str, ...]
    """成因: Q 数量不足, K 能力不匹配, P 薪酬条件, G 地域, R 留存, T 培养周期, each where its rule holds."""
    actions: tuple[str, ...]
    """建议措施; empty in this version."""
    route: str
    """列入途径: 测算 or 专家."""
    reasons: tuple[Reason, ...]
    """Why it is not rated, or what held the rating back."""
    prev_entry: str | None
    """上版条目: its identifier; empty without an edition before or when it is new."""
    change: str | None
    """较上版变化: 新增, 升级, 降级 or 维持 of the stars; empty without an edition before."""
    forecast_h2: str | None
    """两季度展望; filled by the forecast."""
    forecast_h4: str | None
    """四季度展望; filled by the forecast."""
    vacancy_ids: tuple[str, ...]
    """Vacancies behind the entry."""
    posting_ids: tuple[str, ...]
    """Postings behind the entry."""
    synthetic: bool
    """True for generated data (合成数据)."""
    obs_status: dict[str, ObsStatus]
    """数据标记 by field name."""
    method_version: str
    """方法版本."""
    snapshot: str
    """数据快照."""


Entry = DemandEntry | ShortageEntry
"""An entry of either product."""
EntryT = TypeVar("EntryT", bound=Entry)


class Catalogue(Record, Generic[EntryT]):
    """One edition of one product (目录), complete with what is needed to read and rebuild it."""

    kind: CatalogueKind
    """Which product."""
    title: str
    """Title as printed, with the region, the edition and a 合成数据 banner where one is due."""
    region: str
    """The region's name."""
    edition: str
    """版次."""
    as_of: dt.date
    """Day on which the data stand."""
    period_start: dt.date
    """First day of the four quarters."""
    stage: Stage | None
    """Stage of the data; empty for a demand catalogue and for an empty one."""
    synthetic: bool
    """True when any entry rests on generated data."""
    method_version: str
    """方法版本."""
    snapshot: str
    """数据快照."""
    counts: dict[str, int]
    """How many vacancies came in and where they went, by reason."""
    parameters: dict[str, float]
    """Reference values that the index was computed with, and what was estimated on the way."""
    references: tuple[References, ...] = ()
    """Reference values by nature of the data: frozen, or the edition's own."""
    notes: tuple[str, ...]
    """编制说明 in Chinese."""
    entries: tuple[EntryT, ...]
    """Entries in printing order."""


AnyCatalogue = Catalogue[DemandEntry] | Catalogue[ShortageEntry]
"""A catalogue of either product."""


def entry_fields(kind: CatalogueKind) -> tuple[str, ...]:
    """List the names of the fields of an entry of this kind, in order."""
    model = DemandEntry if kind is CatalogueKind.DEMAND else ShortageEntry
    return tuple(model.model_fields)


def published(catalogue: AnyCatalogue) -> AnyCatalogue:
    """Return a catalogue as it leaves the office: where counts are confidential, so are their sources.

    The ids of an entry's vacancies and postings would give suppressed counts away; the store keeps them.
    """
    entries = tuple(
        entry.model_copy(update={"vacancy_ids": (), "posting_ids": ()})
        if ObsStatus.CONFIDENTIAL in entry.obs_status.values()
        else entry
        for entry in catalogue.entries
    )
    return catalogue.model_copy(update={"entries": entries})
