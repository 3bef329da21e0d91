"""Forecasts as last made, with their back-test."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import Caller, ServiceDependency
from api.problems import problem_responses
from data.errors import UnknownName
from data.store.documents import current_forecast

router = APIRouter(prefix="/v1/forecasts", tags=["预测"])


class ForecastOut(BaseModel):
    """One forecast run, cut to the cells asked for."""

    region: str = Field(description="区域", examples=["yingkou"])
    as_of: str = Field(description="数据截止日", examples=["2026-10-31"])
    method: str = Field(description="方法", examples=["pooled-season-ses"])
    run_id: int = Field(description="运行编号", examples=[1])
    synthetic: bool = Field(description="true 表示含合成数据")
    sums: list[dict[str, Any]] = Field(description="预测期合计：均值、80% 与 95% 区间、状态与原因")
    months: list[dict[str, Any]] = Field(description="逐月预测与两个基线")
    backtest: list[dict[str, Any]] = Field(description="回测：误差与区间覆盖率")


@router.get("", summary="需求预测", responses=problem_responses(401, 404, 422, 503))
def read_forecasts(
    service: ServiceDependency,
    _: Caller,
    level: Annotated[
        str | None, Query(description="city、industry 或 occupation", pattern="^(city|industry|occupation)$")
    ] = None,
    key_industry: Annotated[str | None, Query(description="重点产业", max_length=40)] = None,
    occupation_code: Annotated[str | None, Query(description="职业编码", max_length=16)] = None,
) -> ForecastOut:
    """Return the newest run; a refused cell has a status and reasons and no number."""
    run = current_forecast(service.store, service.region.name)
    if run is None:
        raise UnknownName(
            "forecast_not_made", f"{service.region.name_zh}还没有预测", hint="运行 yingcai forecast"
        )
    wanted = {"level": level, "key_industry": key_industry, "occupation_code": occupation_code}
    document = run["document"]
    return ForecastOut(
        region=run["region"],
        as_of=run["as_of"].isoformat(),
        method=run["method"],
        run_id=run["run_id"],
        synthetic=run["synthetic"],
        sums=_matching(document["sums"], wanted),
        months=_matching(document["table"], wanted),
        backtest=document["backtest"],
    )


def _matching(rows: list[dict[str, Any]], wanted: dict[str, str | None]) -> list[dict[str, Any]]:
    asked = {name: value for name, value in wanted.items() if value is not None}
    return [row for row in rows if all(row[name] == value for name, value in asked.items())]
