"""What the caller used, and what is left of the day's quota."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import Caller, ServiceDependency, quota_of
from api.problems import problem_responses
from data.store.moments import BEIJING, beijing_today
from data.store.usage import read_usage

router = APIRouter(prefix="/v1/usage", tags=["访问"])


class UsageDay(BaseModel):
    """One day."""

    day: dt.date = Field(description="日期（北京时间）", examples=["2026-11-21"])
    reads: int = Field(description="读取次数，每次 1 单位", examples=[120])
    writes: int = Field(description="报送次数，每次 2 单位", examples=[6])
    matches: int = Field(description="匹配次数，每次 10 单位", examples=[15])
    units: int = Field(description="合计单位", examples=[282])


class UsageOut(BaseModel):
    """What a caller used."""

    caller: str = Field(description="调用方", examples=["示例人力资源有限公司"])
    quota: int | None = Field(description="每日配额（单位）；空为不限", examples=[50000])
    remaining: int | None = Field(description="今日剩余单位；空为不限", examples=[49718])
    resets_at: dt.datetime = Field(description="配额恢复时间", examples=["2026-11-22T00:00:00+08:00"])
    days: list[UsageDay] = Field(description="逐日用量，近者在前；没有使用的日子不列")


@router.get("", summary="用量与配额", responses=problem_responses(401, 403, 422, 429, 503))
def show_usage(
    service: ServiceDependency,
    caller: Caller,
    days: Annotated[int, Query(description="回看天数", ge=1, le=366)] = 31,
) -> UsageOut:
    """Return the caller's own usage, all keys of an agency together."""
    today = beijing_today()
    used = read_usage(service.store, caller.caller, since=today - dt.timedelta(days=days - 1))
    quota = quota_of(service, caller)
    spent = sum(each.units for each in used if each.day == today)
    midnight = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), BEIJING)
    return UsageOut(
        caller=caller.actor,
        quota=quota,
        remaining=None if quota is None else max(quota - spent, 0),
        resets_at=midnight,
        days=[UsageDay(**vars(each)) for each in used],
    )
