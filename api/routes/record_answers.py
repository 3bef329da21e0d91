"""Postings, vacancies and profiles as they are answered: one shape wherever one of them is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, Field

from data.records import Education, Engagement, Finding, Outcome, PayPeriod, SkillLevel

__all__ = ["FlagOut", "PayOut", "PostingOut", "ProfileOut", "RecordOut", "VacancyOut", "YearsOut"]

_OWNER = "报送机构的编号；空为人才工作部门"
_CODED = "系统推定的代码；没有把握时为空"
Row = Mapping[str, Any]


class PayOut(BaseModel):
    """Stated pay."""

    low: float | None = Field(description="下限，元/月；没有写为空", examples=[6000])
    high: float | None = Field(description="上限，元/月；没有写为空", examples=[8000])
    period: PayPeriod = Field(description="原文所用的计薪周期", examples=["月"])
    months: float = Field(description="一年几薪", examples=[12])
    after_tax: bool = Field(description="原文写明税后", examples=[False])
    negotiable: bool = Field(description="面议", examples=[False])

    @classmethod
    def of(cls, row: Row) -> Self | None:
        """Return the pay of a posting; None where nothing is stated."""
        low, high, negotiable = row["salary_low"], row["salary_high"], bool(row["salary_negotiable"])
        if low is None and high is None and not negotiable:
            return None
        return cls(
            low=low,
            high=high,
            period=row["salary_period"] or PayPeriod.MONTH,
            months=row["salary_months"] or 12,
            after_tax=bool(row["salary_after_tax"]),
            negotiable=negotiable,
        )


class YearsOut(BaseModel):
    """Years of experience asked for."""

    low: float = Field(description="最少年数", examples=[3])
    high: float | None = Field(description="最多年数；没有上限为空", examples=[5])

    @classmethod
    def of(cls, row: Row) -> Self | None:
        """Return the years that a posting asks for; None where nothing is stated."""
        low, high = row["experience_low"], row["experience_high"]
        return None if low is None and high is None else cls(low=low or 0, high=high)


class RecordOut(BaseModel):
    """What postings, vacancies and profiles have in common."""

    owner: str = Field(description=_OWNER, examples=["ag_0a1b2c3d"])
    synthetic: bool = Field(description="true 为合成数据", examples=[True])
    title: str = Field(description="岗位名称或从事岗位", examples=["岸桥司机"])
    occupation_code: str | None = Field(description=f"职业（大典 2022），{_CODED}", examples=["6-30-99-00"])
    place_code: str | None = Field(description="地区代码（GB/T 2260），到县区、市或省", examples=["210804"])
    education: Education | None = Field(
        description="学历；需求方一律按“或同等技能等级”理解", examples=["大专"]
    )
    skill_level: SkillLevel | None = Field(description="技能等级", examples=["高级工"])
    skills: list[str] = Field(description="能力，原文", examples=[["岸桥操作"]])
    skill_codes: list[str] = Field(description="能力代码", examples=[["S0001"]])
    majors: list[str] = Field(description="专业，原文", examples=[["港口机械"]])
    major_codes: list[str] = Field(description="专业代码", examples=[["500402"]])
    licences: list[str] = Field(description="证书", examples=[["特种设备作业人员证"]])
    languages: list[str] = Field(description="语言，ISO 639-1", examples=[["en"]])
    engagement: list[Engagement] = Field(description="引才方式", examples=[["全职"]])
    time_share: float | None = Field(description="时间投入，占全职的比例", examples=[0.4])
    months: list[int] = Field(description="一年中的月份，1—12；空为没有写明", examples=[[11, 12]])

    @classmethod
    def of(cls, row: Row) -> Self:
        """Return a record from its row of the store."""
        return cls.model_validate({name: row[name] for name in cls.model_fields if name in row})


class _Need(RecordOut):
    """What postings and vacancies have in common."""

    employer: str = Field(description="用人单位，原文", examples=["示例港口有限公司"])
    end_employer: str | None = Field(
        description="中介代招时原文写明的实际用人单位；没有为空", examples=[None]
    )
    credit_code: str | None = Field(description="统一社会信用代码", examples=[None])
    industry_raw: str = Field(description="所属行业，原文", examples=["港口"])
    industry_code: str | None = Field(description=f"行业（GB/T 4754），{_CODED}", examples=["G5532"])
    place_raw: str = Field(description="工作地点，原文", examples=["营口市鲅鱼圈区"])
    salary: PayOut | None = Field(description="薪酬，折为元/月；没有写为空")
    experience: YearsOut | None = Field(description="工作年限要求；没有写为空")
    duties: str = Field(description="职责与要求，不含不能采用的条件", examples=["负责集装箱岸桥操作"])
    outcome: Outcome = Field(description="招聘结果", examples=["招聘中"])
    closed_on: dt.date | None = Field(description="关闭日期", examples=[None])
    findings: list[Finding] = Field(description="检查出的违规或不当条件及其法律依据；这些条件不参与匹配")

    @classmethod
    def of(cls, row: Row) -> Self:
        """Return a need from its row of the store."""
        given = {name: row[name] for name in cls.model_fields if name in row}
        return cls.model_validate({**given, "salary": PayOut.of(row), "experience": YearsOut.of(row)})


class PostingOut(_Need):
    """A posting as it was received, typed and coded."""

    posting_id: str = Field(description="编号", examples=["1f0c9a2e4b7d4c1c"])
    reference: str = Field(description="报送方自己的编号；没有为空", examples=["HR-2026-017"])
    source: str = Field(description="来源；经接口报送为 api", examples=["api"])
    batch_id: int = Field(description="所在批次", examples=[1])
    row: int = Field(description="批次中的行号", examples=[2])
    employer_is_agency: bool = Field(description="用人单位一栏是中介机构", examples=[False])
    headcount: int | None = Field(description="需求人数；若干或没有写为空", examples=[3])
    posted_on: dt.date | None = Field(description="发布日期", examples=["2026-11-01"])
    observed_on: dt.date | None = Field(description="采集日期", examples=[None])
    start_by: dt.date | None = Field(description="到岗日期", examples=[None])
    valid_until: dt.date | None = Field(description="有效期至", examples=["2026-12-31"])


class FlagOut(BaseModel):
    """What makes a vacancy doubtful."""

    flag: str = Field(description="evergreen 常年招聘，ghost 疑似虚挂", examples=["evergreen"])
    rule: str = Field(description="所依规则", examples=["open_180_days_refreshed"])
    evidence: dict[str, Any] = Field(description="依据", examples=[{"days_open": 200}])


class VacancyOut(_Need):
    """A need, merged from its postings and counted once."""

    vacancy_id: str = Field(description="编号", examples=["V0123456789abcdef"])
    posting_id: str = Field(description="代表这一需求的招聘信息", examples=["1f0c9a2e4b7d4c1c"])
    posting_ids: list[str] = Field(
        description="合并为这一需求的招聘信息中调用方可见的", examples=[["1f0c9a2e4b7d4c1c"]]
    )
    heads: int | None = Field(description="需求人数；各条都没有写为空", examples=[3])
    opened_on: dt.date | None = Field(description="最早出现的日期", examples=["2026-11-01"])
    via_agency: bool = Field(description="只有中介发布、没有写明用人单位", examples=[False])
    previous_id: str | None = Field(description="同一需求的上一段招聘期；没有为空", examples=[None])
    refreshes: int = Field(description="这一段招聘期内重新发布的次数", examples=[0])
    flags: list[FlagOut] = Field(description="存疑之处及其依据")


class ProfileOut(RecordOut):
    """A profile under its pseudonym."""

    profile_id: str = Field(description="化名编号", examples=["P000001"])
    reference: str = Field(description="报送方自己的编号；没有为空", examples=["T-0007"])
    batch_id: int = Field(description="所在批次", examples=[1])
    row: int = Field(description="批次中的行号", examples=[2])
    summary: str = Field(description="经历，不含姓名与联系方式", examples=["岸桥操作八年"])
    experience_years: float | None = Field(description="相关工作年限", examples=[8])
    willing_codes: list[str] = Field(description="意向地区，100000 为全国", examples=[["210800"]])
    pay_floor: float | None = Field(description="最低月薪，元", examples=[6000])
    available_on: dt.date | None = Field(description="可到岗日期", examples=[None])
    active_on: dt.date | None = Field(description="最近一次确认的日期", examples=["2026-10-01"])
    objects_to_matching: bool = Field(
        description="本人拒绝自动匹配：不在任何匹配范围内，只有报送方与人才工作部门能看到", examples=[False]
    )
