"""Indicators of the plans of a place: as printed, what was reported since, and what does not hold in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Annotated, Self

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.principal import Principal
from api.conditional import IfNoneMatch, conditional_answer, conditional_responses
from api.dependencies import ServiceDependency, requires
from api.regions import region_of
from api.requests import Day
from api.routes.forecast_answers import ReasonOut
from data.permissions import Scope
from data.regions import (
    Agreement,
    Check,
    DocumentStatus,
    Flag,
    PlanIndicator,
    Recomputed,
    Region,
    check_region,
    recompute_growth,
)
from data.regions.plan import Figure, FigureKind, Measure
from data.store.moments import beijing_today
from data.store.plan_readings import KeptReading, read_plan_values

__all__ = ["router"]

router = APIRouter(prefix="/v1/indicators", tags=["指标"])


class IndicatorQuery(BaseModel):
    """Which indicators."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: str | None = Field(
        default=None, max_length=40, description="区域包名称；不写为本系统服务的区域", examples=["haicheng"]
    )
    as_of: Day | None = Field(
        default=None, description="按哪一天判断文件是否到期；不写为今天", examples=["2026-11-21"]
    )


class FlagOut(BaseModel):
    """One thing that does not hold."""

    check: Check = Field(description="核对项编号", examples=["H2"])
    label: str = Field(description="核对项名称", examples=["总量与分项"])
    subject: str = Field(description="所涉指标、文件的标识或区划代码", examples=["talent-total"])
    message: str = Field(
        description="何处不符、相差多少；数值照文件保留", examples=["2015年分项合计 8.547万人"]
    )
    where: list[str] = Field(description="出处", examples=[["海委发〔2022〕17号 表1（文本第48行）"]])

    @classmethod
    def of(cls, flag: Flag) -> Self:
        """Return a flag with the name of its check."""
        return cls(**(flag.model_dump() | {"label": flag.check.label, "where": list(flag.where)}))


class DefinitionOut(BaseModel):
    """What a figure counts."""

    id: str = Field(description="口径标识；标识相同才可相加、比较", examples=["skilled"])
    name: str = Field(description="口径名称", examples=["技能人才"])
    counts: str = Field(description="计入什么；文件没有写明的如实注明", examples=["文件没有写明"])
    measure: Measure = Field(description="存量、期间数或比率", examples=["存量"])


class FigureOut(BaseModel):
    """A figure at one place of a document."""

    year: int = Field(description="年份；期间数为末年", examples=[2025])
    since: int | None = Field(description="期间数的起年；单一年份为空", examples=[None])
    value: float = Field(description="数值，照文件原样", examples=[5.0])
    kind: FigureKind = Field(description="现状或目标", examples=["目标"])
    about: str = Field(description="数字旁的用词，如 左右、以上；没有为空串", examples=[""])
    written: str = Field(description="文件另用单位写出的原文；没有为空串", examples=[""])
    definition_id: str = Field(description="这一处的口径标识", examples=["skilled"])
    used: bool = Field(description="这一年采用此数；false 为供对照的另一处", examples=[True])
    where: str = Field(description="出处", examples=["海委发〔2022〕17号 表2（文本第127行）"])


class GrowthOut(BaseModel):
    """A growth that a document states."""

    from_year: int = Field(description="起年", examples=[2020])
    to_year: int = Field(description="止年", examples=[2025])
    stated: float = Field(description="文件所写增速，%", examples=[22.0])
    computed: float | None = Field(description="按所列数值复算，%；缺数时为空", examples=[22.0])
    agreement: Agreement = Field(description="一致、取整误差内、不符或无法复算", examples=["一致"])
    where: str = Field(description="出处", examples=["海委发〔2022〕17号 表2（文本第127行）"])


class ReportedOut(BaseModel):
    """A value that was reached, as a department reported it."""

    year: int = Field(description="年份", examples=[2025])
    value: float = Field(description="数值，用指标的单位", examples=[4.8])
    source: str = Field(description="来源", examples=["人社局年度报表"])
    recorded_at: dt.datetime = Field(description="登记时间，UTC", examples=["2026-03-01T02:00:00Z"])


class IndicatorOut(BaseModel):
    """An indicator of a plan."""

    id: str = Field(description="指标标识", examples=["skilled"])
    name: str = Field(description="文件所用名称", examples=["技能人才"])
    group: str = Field(description="文件中所在的类别；没有为空串", examples=["人才规模"])
    unit: str = Field(description="单位", examples=["万人"])
    definition: DefinitionOut = Field(description="口径")
    document: str = Field(
        description="所出文件", examples=["《海城市“十四五”人才发展规划》（海委发〔2022〕17号）"]
    )
    document_status: DocumentStatus = Field(description="文件在 as_of 这一天的状态", examples=["已到期"])
    parts: list[str] = Field(description="分项指标的标识；没有为空列表", examples=[["party", "skilled"]])
    figures: list[FigureOut] = Field(description="文件给出的全部数值，照原样")
    growth: list[GrowthOut] = Field(description="文件写明的增速与复算结果")
    reported: list[ReportedOut] = Field(
        description="文件之后各部门登记的完成值，新的在前；没有登记为空列表", examples=[[]]
    )
    flags: list[FlagOut] = Field(description="与这一指标有关、须知道的问题")


class IndicatorsOut(BaseModel):
    """The indicators of a place."""

    region: str = Field(description="区域包名称", examples=["haicheng"])
    name: str = Field(description="地区", examples=["海城市"])
    code: str = Field(description="区划代码", examples=["210381"])
    as_of: dt.date = Field(description="按这一天判断文件是否到期", examples=["2026-11-21"])
    status: str = Field(description="ok，或 refused：没有可用的规划指标", examples=["ok"])
    reasons: list[ReasonOut] = Field(description="没有指标的原因", examples=[[]])
    indicators: list[IndicatorOut] = Field(
        description="规划文件所列指标，按文件次序；不含合成数据，也不作推算"
    )
    flags: list[FlagOut] = Field(description="文件、口径与区划方面须知道的问题")


@router.get(
    "",
    summary="规划指标",
    responses=conditional_responses(401, 403, 422, 429, 503),
    response_model=IndicatorsOut,
)
def list_indicators(
    service: ServiceDependency,
    _: Annotated[Principal, requires(Scope.INDICATORS_READ)],
    query: Annotated[IndicatorQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return every figure as its document prints it; where figures differ, all are given and flagged."""
    day = query.as_of or beijing_today()
    region = region_of(service, query.region)
    kept = [each for each in read_plan_values(service.store, region.name) if each.year <= day.year]
    return conditional_answer(_indicators(region, kept, day), if_none_match)


def _indicators(region: Region, kept: Collection[KeptReading], day: dt.date) -> IndicatorsOut:
    flags = check_region(region, as_of=day)
    own = {indicator.id for indicator in region.plan_indicators}
    reasons = []
    if not own:
        message = f"{region.name_zh}的区域包没有规划指标：所依据的文件没有列出数值，不作推算"
        reasons.append(ReasonOut(code="no_plan_indicators", have=0, need=1, message=message))
    return IndicatorsOut(
        region=region.name,
        name=region.name_zh,
        code=region.code,
        as_of=day,
        status="refused" if reasons else "ok",
        reasons=reasons,
        indicators=[_indicator(region, each, kept, flags, day) for each in region.plan_indicators],
        flags=[FlagOut.of(flag) for flag in flags if flag.subject not in own],
    )


def _indicator(
    region: Region,
    indicator: PlanIndicator,
    kept: Iterable[KeptReading],
    flags: Iterable[Flag],
    day: dt.date,
) -> IndicatorOut:
    definition, document = region.definition(indicator.definition_id), region.document(indicator.document)
    return IndicatorOut(
        id=indicator.id,
        name=indicator.name,
        group=indicator.group,
        unit=indicator.unit,
        definition=DefinitionOut(**{name: getattr(definition, name) for name in DefinitionOut.model_fields}),
        document=document.citation,
        document_status=document.status_on(day),
        parts=list(indicator.parts),
        figures=[_figure(region, indicator, figure) for figure in indicator.figures],
        growth=[_growth(region, found) for found in recompute_growth(indicator)],
        reported=[_reported(each) for each in kept if each.indicator == indicator.id],
        flags=[FlagOut.of(flag) for flag in flags if flag.subject == indicator.id],
    )


def _figure(region: Region, indicator: PlanIndicator, figure: Figure) -> FigureOut:
    return FigureOut(
        year=figure.year,
        since=figure.since,
        value=float(figure.value),
        kind=figure.kind,
        about=figure.about,
        written=figure.written,
        definition_id=figure.definition_id or indicator.definition_id,
        used=figure is indicator.figure(figure.year, kind=figure.kind),
        where=region.document(indicator.document).cite(figure.clause, figure.line),
    )


def _reported(kept: KeptReading) -> ReportedOut:
    return ReportedOut(
        year=kept.year, value=float(kept.value), source=kept.source, recorded_at=kept.recorded_at
    )


def _growth(region: Region, found: Recomputed) -> GrowthOut:
    growth = found.growth
    return GrowthOut(
        from_year=growth.from_year,
        to_year=growth.to_year,
        stated=float(growth.percent),
        computed=None if found.computed is None else float(found.computed),
        agreement=found.agreement,
        where=region.document(found.indicator.document).cite(growth.clause, growth.line),
    )
