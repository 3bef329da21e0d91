"""Forecasts as last made, with their back-test; what cannot be answered says why, with HTTP 200."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.problems import problem_responses
from api.routes.forecast_answers import (
    BacktestOut,
    Basis,
    CellSumOut,
    ForecastOut,
    MonthOut,
    NearestOut,
    Quantity,
    ReasonOut,
    ScoreOut,
    SkillMonthOut,
    SkillOut,
    SkillsOut,
)
from api.service import Service
from data.errors import UnknownName
from data.forecasts import Cell, KeptRun
from data.forecasts.scores import scores_by_target, verdict
from data.permissions import Scope
from data.store.documents import current_forecast

__all__ = ["router"]

router = APIRouter(prefix="/v1/forecasts", tags=["预测"])
_LEVEL = "^(city|industry|occupation)$"
_LONGEST = 12
_PARTS: Final = {Quantity.SUPPLY: "supply", Quantity.GAP: "gap", Quantity.RATIO: "theta"}

Level = Annotated[str | None, Query(description="city、industry 或 occupation", pattern=_LEVEL)]
Industry = Annotated[str | None, Query(description="重点产业", max_length=40)]
Occupation = Annotated[str | None, Query(description="职业编码", max_length=16)]
Horizon = Annotated[int | None, Query(description="预测月数；缺省为最新一次运行的月数", ge=1, le=120)]
Asked = dict[str, str]


@router.get(
    "", summary="需求、供给、缺口与供需比的预测", responses=problem_responses(401, 403, 404, 422, 429, 503)
)
def read_forecasts(
    service: ServiceDependency,
    _: Annotated[Principal, requires(Scope.FORECASTS_READ)],
    level: Level = None,
    key_industry: Industry = None,
    occupation_code: Occupation = None,
    horizon: Horizon = None,
    quantity: Annotated[Quantity, Query(description="demand、supply、gap 或 ratio")] = Quantity.DEMAND,
) -> ForecastOut:
    """Return the newest run; what it cannot answer is refused with reasons and no number."""
    run = _newest(service)
    asked = {"level": level, "key_industry": key_industry, "occupation_code": occupation_code}
    wanted = {name: value for name, value in asked.items() if value is not None}
    _known(run, wanted)
    reason = _horizon_refusal(run, horizon) or _quantity_refusal(run, quantity)
    return _answer(service, run, quantity, wanted, horizon=horizon, reason=reason)


@router.get("/backtest", summary="预测的回测", responses=problem_responses(401, 403, 404, 422, 429, 503))
def read_backtest(
    service: ServiceDependency,
    _: Annotated[Principal, requires(Scope.FORECASTS_READ)],
    level: Level = None,
    key_industry: Industry = None,
    target: Annotated[
        str | None, Query(description="sum、month1、month2 …", pattern="^(sum|month[0-9]+)$")
    ] = None,
    method: Annotated[str | None, Query(description="方法", max_length=40)] = None,
    volume_class: Annotated[str | None, Query(description="规模档；all 为全部", max_length=16)] = None,
) -> BacktestOut:
    """Return how the newest run's method, and simple ones beside it, did on the past."""
    run = _newest(service)
    asked = {"level": level, "key_industry": key_industry, "target": target, "method": method}
    wanted = {name: value for name, value in (asked | {"volume_class": volume_class}).items() if value}
    return BacktestOut(
        **_head(service, run),
        horizon_months=run.horizon,
        published_method=run.published_method,
        verdicts=[verdict(score) for score in scores_by_target(run) if score.row["target"] == "sum"],
        scores=[score for score in _scores(run.document["backtest"]) if _meets(score.model_dump(), wanted)],
    )


@router.get("/skills", summary="按能力的需求预测", responses=problem_responses(401, 403, 404, 422, 429, 503))
def read_skills(
    service: ServiceDependency,
    _: Annotated[Principal, requires(Scope.FORECASTS_READ)],
    skill: Annotated[str | None, Query(description="能力编码；缺省为全部", max_length=40)] = None,
) -> SkillsOut:
    """Return how many vacancies will ask for each skill; a vacancy counts under each of its skills."""
    run = _newest(service)
    section = run.section("skills")
    rows = [] if section is None else section["rows"]
    found = [row for row in rows if skill in (None, row["skill_code"])]
    if rows and not found:
        raise UnknownName(
            "forecast_skill_unknown", f"本次运行没有这项能力：{skill}", hint="不带条件请求，看有哪些能力"
        )
    message = "本次运行没有按能力的预测，暂不评价，不以零代替"
    missing = ReasonOut(code="no_skill_data", have=0, need=1, message=message)
    return SkillsOut(
        **_head(service, run),
        unit="条",
        horizon_months=run.horizon,
        basis=Basis.FORECAST,
        note="同一需求可含多项能力，不可相加",
        status="answered" if rows else "refused",
        reasons=[] if rows else [missing],
        skills=[_skill(row) for row in found],
        backtest=[] if section is None else _scores(section["backtest"]),
    )


def _skill(row: Mapping[str, Any]) -> SkillOut:
    months = [
        SkillMonthOut.of(month, reasons=[ReasonOut.of(reason) for reason in month["reasons"]])
        for month in row["months"]
    ]
    reasons = [ReasonOut.of(reason) for reason in row["reasons"]]
    return SkillOut.of(row, method=row["basis"] or None, reasons=reasons, months=months)


def _newest(service: Service) -> KeptRun:
    row = current_forecast(service.store, service.region.name)
    if row is None:
        raise UnknownName(
            "forecast_not_made", f"{service.region.name_zh}还没有预测", hint="运行 yingcai forecast run"
        )
    return KeptRun.from_row(row)


def _known(run: KeptRun, wanted: Asked) -> None:
    """Refuse the full name of a cell that the run does not have; a filter may well meet nothing."""
    needed = {"industry": {"key_industry"}, "occupation": {"key_industry", "occupation_code"}}
    level = wanted.get("level", "")
    if level not in needed or set(wanted) - {"level"} != needed[level]:
        return
    cell = Cell(level, wanted["key_industry"], wanted.get("occupation_code"))
    if run.sum_of(cell) is None:
        message = f"本次运行没有这个单元：{'、'.join(part for part in cell[1:] if part)}"
        raise UnknownName("forecast_cell_unknown", message, hint="不带条件请求，看有哪些单元")


def _head(service: Service, run: KeptRun) -> dict[str, Any]:
    last = run.document.get("last_month")
    return {
        "region": service.region.name,
        "as_of": run.as_of.isoformat(),
        "data_as_of": None if last is None else _month_end(str(last)),
        "method": run.method,
        "run_id": run.run_id,
        "synthetic": run.synthetic,
    }


def _month_end(month: str) -> str:
    first = dt.date.fromisoformat(month)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1]).isoformat()


def _horizon_refusal(run: KeptRun, horizon: int | None) -> ReasonOut | None:
    """Refuse a horizon that the newest run does not have."""
    if horizon is None or horizon == run.horizon:
        return None
    if horizon > _LONGEST:
        message = f"统计预测最长 {_LONGEST} 个月，没有 {horizon} 个月的；更长期限请看规划目标测算"
        return ReasonOut(code="horizon_not_supported", have=horizon, need=_LONGEST, message=message)
    message = f"最新一次运行预测 {run.horizon} 个月，没有 {horizon} 个月的；须先按 {horizon} 个月运行预测"
    return ReasonOut(code="horizon_not_made", have=run.horizon, need=horizon, message=message)


def _quantity_refusal(run: KeptRun, quantity: Quantity) -> ReasonOut | None:
    """Refuse what needs supply where the run has none."""
    if quantity is Quantity.DEMAND or run.section("shortage") is not None:
        return None
    message = "本次运行没有求职供给的测算，供给、缺口与供需比均暂不评价，不以零代替"
    return ReasonOut(code="no_supply_data", have=0, need=1, message=message)


def _answer(
    service: Service,
    run: KeptRun,
    quantity: Quantity,
    wanted: Asked,
    *,
    horizon: int | None,
    reason: ReasonOut | None,
) -> ForecastOut:
    demand = quantity is Quantity.DEMAND and reason is None
    sums = [] if reason else _demand_sums(run, wanted) if demand else _supply_sums(run, quantity, wanted)
    shortage = run.section("shortage") or {}
    nearest = Cell(wanted.get("level", "city"), wanted.get("key_industry"), wanted.get("occupation_code"))
    return ForecastOut(
        **_head(service, run),
        quantity=quantity,
        unit="倍" if quantity is Quantity.RATIO else "人",
        horizon_months=horizon or run.horizon,
        basis=Basis.FORECAST,
        coverage="city" if str(shortage.get("scope", "")).startswith("全市") else "platform",
        status="answered" if reason is None else "refused",
        reasons=[] if reason is None else [reason],
        nearest_supported=None if reason is None else _nearest(run, nearest),
        sums=sums,
        months=[_month(row) for row in run.document["table"] if demand and _meets(row, wanted)],
        backtest=_scores(run.document["backtest"]),
    )


def _demand_sums(run: KeptRun, wanted: Asked) -> list[CellSumOut]:
    months = run.months
    period = {"from_month": months[0], "to_month": months[-1]} if months else {}
    return [_sum(run, row, period) for row in run.document["sums"] if _meets(row, wanted)]


def _supply_sums(run: KeptRun, quantity: Quantity, wanted: Asked) -> list[CellSumOut]:
    """Lay one quantity of the shortage of every cell and quarter out."""
    cells = [row for row in (run.section("shortage") or {})["cells"] if _meets(row, wanted)]
    return [_sum(run, {**row, **_estimate(row[_PARTS[quantity]])}, {}) for row in cells]


def _estimate(part: Any) -> dict[str, Any]:
    """Name the value of an estimate as everywhere else; a bare number has no interval."""
    if not isinstance(part, Mapping):
        return {"mean": part}
    return {"mean": part["value"], **{name: part.get(name) for name in ("lo80", "hi80", "lo95", "hi95")}}


def _sum(run: KeptRun, row: Mapping[str, Any], known: Mapping[str, Any]) -> CellSumOut:
    cell = Cell.of(row)
    above = run.nearest_supported(cell) if row["status"] == "refused" else None
    return CellSumOut.of(
        row,
        **known,
        method=row.get("basis") or None,
        reasons=[ReasonOut.of(reason) for reason in row["reasons"]],
        nearest_supported=None if above is None else _nearest(run, above),
    )


def _month(row: Mapping[str, Any]) -> MonthOut:
    return MonthOut.of(row, reasons=[ReasonOut.of(reason) for reason in row["reasons"]])


def _nearest(run: KeptRun, cell: Cell) -> NearestOut:
    asked = {name: value for name, value in cell._asdict().items() if value is not None}
    href = f"/v1/forecasts?{urlencode({**asked, 'horizon': run.horizon})}"
    return NearestOut(**cell._asdict(), quantity=Quantity.DEMAND, horizon_months=run.horizon, href=href)


def _scores(rows: Sequence[Mapping[str, Any]]) -> list[ScoreOut]:
    """Return a back-test; an empty key industry means all of them."""
    return [ScoreOut.of(row, key_industry=row.get("key_industry") or None) for row in rows]


def _meets(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(row[name] == value for name, value in wanted.items())
