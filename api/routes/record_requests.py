"""Postings and profiles as they are handed in: words as in a file, or values of their own type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.problems import contradiction
from api.requests import WHOLE, Day, Flag, Language, Number, PlaceCode, Share, Terms, Text, Title, YearMonths
from data.lookup import place_lookup
from data.records import Engagement, Outcome

__all__ = ["PostingIn", "ProfileRecordIn", "RecordIn"]

_Cell = Annotated[str, Field(max_length=200)]
_Pay = Annotated[Number, Field(ge=100, le=1_000_000)]
_Heads = Annotated[int, Field(ge=1, le=10_000), WHOLE]
_Years = Annotated[Number, Field(ge=0, le=60)]
_LISTED, _ANYWHERE = "、", "100000"
_SKILL_LEVEL, _EDUCATION = "高级工", "大专及以上"


class RecordIn(BaseModel):
    """What postings and profiles have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: str | None = Field(
        default=None,
        max_length=60,
        pattern=r"^[A-Za-z0-9一-鿿][A-Za-z0-9一-鿿._:\-]*$",
        description="报送方自己的编号，同一报送方之内不重复；不写则由系统编号",
        examples=["HR-2026-017"],
    )
    title: Title
    skills: Terms = Field(default=(), description="能力", examples=[["岸桥操作"]])
    majors: Terms = Field(default=(), description="专业", examples=[["港口机械"]])
    education: _Cell = Field(
        default="", description="学历，按文件的写法，如 大专、本科及以上、不限", examples=[_EDUCATION]
    )
    skill_level: _Cell = Field(default="", description="技能等级，按文件的写法", examples=[_SKILL_LEVEL])
    place: _Cell = Field(default="", description="地点，按文件的写法或六位代码", examples=["营口市鲅鱼圈区"])
    engagement: Annotated[tuple[Engagement, ...], Field(min_length=1, max_length=12)] = Field(
        default=(Engagement.FULL_TIME,), description="引才方式", examples=[["全职"]]
    )
    time_share: Share | None = Field(default=None, description="时间投入，占全职的比例", examples=[0.4])
    months: YearMonths = Field(
        default=(), description="一年中的月份，1—12；不写为没有写明", examples=[[11, 12]]
    )
    licences: Terms = Field(default=(), description="资格证书", examples=[["特种设备作业人员证"]])
    languages: Annotated[tuple[Language, ...], Field(max_length=20)] = Field(
        default=(), description="语言，ISO 639-1", examples=[["en"]]
    )
    synthetic: Flag = Field(default=False, description="true 为合成数据", examples=[False])

    def cells(self) -> dict[str, str]:
        """Return what is stated as the cells of a row, by the names of the columns."""
        given = self.model_dump(mode="json", exclude={"reference", "time_share", "months", "synthetic"})
        cells = {name: _text(value) for name, value in given.items()}
        if self.time_share is not None:
            cells["time_share"] = f"{_number(100 * self.time_share)}%"
        if self.months:
            cells["months"] = _LISTED.join(f"{month}月" for month in self.months)
        if self.synthetic:
            cells["synthetic"] = "合成数据"
        return {name: text for name, text in cells.items() if text}


class PostingIn(RecordIn):
    """A posting; clauses that demand an excluded attribute are taken out, named and never applied."""

    employer: str = Field(min_length=1, max_length=200, description="用人单位", examples=["示例港口有限公司"])
    credit_code: _Cell = Field(default="", description="统一社会信用代码", examples=[""])
    industry: _Cell = Field(default="", description="所属行业，按文件的写法", examples=["港口"])
    salary: _Cell = Field(
        default="",
        description="薪酬，按文件的写法，如 6-8K、年薪10万、面议；与下限、上限二者取一",
        examples=["6000-8000元/月"],
    )
    salary_low: _Pay | None = Field(default=None, description="月薪下限，元，取整", examples=[6000])
    salary_high: _Pay | None = Field(default=None, description="月薪上限，元，取整", examples=[8000])
    experience: _Cell = Field(
        default="", description="工作年限，按文件的写法；与下限、上限二者取一", examples=["3-5年"]
    )
    experience_low: _Years | None = Field(default=None, description="最少工作年限", examples=[3])
    experience_high: _Years | None = Field(default=None, description="最多工作年限", examples=[5])
    headcount: _Heads | None = Field(default=None, description="需求人数；若干不写", examples=[3])
    duties: Text = Field(default="", description="职责与要求，自由文字", examples=["负责集装箱岸桥操作"])
    posted_on: Day | None = Field(default=None, description="发布日期", examples=["2026-11-01"])
    start_by: Day | None = Field(default=None, description="到岗日期", examples=["2026-12-15"])
    valid_until: Day | None = Field(default=None, description="有效期至", examples=["2026-12-31"])
    closed_on: Day | None = Field(default=None, description="关闭日期；在招不写", examples=[None])
    outcome: Outcome = Field(default=Outcome.OPEN, description="招聘结果", examples=["招聘中"])

    @model_validator(mode="after")
    def _said_once_and_rising(self) -> Self:
        for label, text, low, high in (
            ("薪酬", self.salary, self.salary_low, self.salary_high),
            ("工作年限", self.experience, self.experience_low, self.experience_high),
        ):
            if text and (low, high) != (None, None):
                raise contradiction(f"{label}的原文与下限、上限只能写一种")
            if low is not None and high is not None and low > high:
                raise contradiction(f"{label}下限 {low:g} 大于上限 {high:g}")
        return self

    def cells(self) -> dict[str, str]:
        """Return what is stated as the cells of a row; ends of ranges in the words that a file would use."""
        cells = super().cells()
        pay = _range(cells, "salary", "元/月")
        years = _range(cells, "experience", "年")
        return {**cells, **({"salary": pay} if pay else {}), **({"experience": years} if years else {})}


class ProfileRecordIn(RecordIn):
    """A profile to keep; contacts and what the person is are taken out of its texts and kept nowhere."""

    summary: Text = Field(default="", description="经历，自由文字", examples=["岸桥操作八年"])
    experience_years: _Years | None = Field(default=None, description="相关工作年限", examples=[8])
    willing_codes: Annotated[tuple[PlaceCode, ...], Field(max_length=60)] = Field(
        default=(), description="意向地区代码，100000 为全国", examples=[["210800"]]
    )
    pay_floor: _Pay | None = Field(default=None, description="最低月薪，元，取整", examples=[6000])
    available_on: Day | None = Field(default=None, description="可到岗日期", examples=["2026-12-15"])
    active_on: Day | None = Field(
        default=None, description="本人最近一次确认的日期；不写为报送当天", examples=["2026-11-21"]
    )

    @model_validator(mode="after")
    def _places_are_known(self) -> Self:
        for code in self.willing_codes:
            if code != _ANYWHERE and code not in place_lookup().terms:
                raise contradiction(f"没有地区代码 {code}")
        return self

    def cells_on(self, today: dt.date) -> dict[str, str]:
        """Return what is stated as the cells of a row; a profile handed in is confirmed that day."""
        cells = {"active_on": today.isoformat(), **super().cells()}
        cells.pop("willing_codes", None)
        told = {
            "willing_places": _LISTED.join(_places(self.willing_codes)),
            "experience_years": ""
            if self.experience_years is None
            else f"{_number(self.experience_years)}年",
            "pay_floor": "" if self.pay_floor is None else f"{_number(self.pay_floor)}元/月",
        }
        return {**cells, **{name: text for name, text in told.items() if text}}


def _places(codes: Collection[str]) -> list[str]:
    """Return the full names of places, without those that lie in others of them."""
    if _ANYWHERE in codes:
        return ["全国"]
    lookup = place_lookup()
    paths = [(*lookup.path(term), term) for term in (lookup.terms[code] for code in dict.fromkeys(codes))]
    return [
        "".join(each.name for each in path)
        for path in paths
        if not any(above.code in codes for above in path[:-1])
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return _LISTED.join(str(each) for each in value)
    return "" if value is None else str(value)


def _number(value: float) -> str:
    """Return a number without an exponent and without needless zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _range(cells: dict[str, str], name: str, unit: str) -> str:
    """Take the ends of a range out of the cells and return them in words; empty where there are none."""
    low, high = (cells.pop(f"{name}_{end}", "") for end in ("low", "high"))
    if low and high:
        return f"{_number(float(low))}-{_number(float(high))}{unit}"
    return f"{_number(float(low))}{unit}以上" if low else f"{_number(float(high))}{unit}以下" if high else ""
