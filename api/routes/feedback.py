"""What came of matches, as employers, agencies and people tell it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.problems import problem_responses
from api.requests import FeedbackRequest
from data.feedback import FeedbackEvent
from data.permissions import Scope
from data.store.feedback import EventResult, EventStatus, record_events

router = APIRouter(prefix="/v1/feedback", tags=["反馈"])

_EXAMPLES: dict[str, Any] = {
    "展示与谢绝": {
        "summary": "一名人选被展示，两天后因薪酬谢绝",
        "value": {
            "events": [
                {
                    "event_id": "e-20260301-0001",
                    "kind": "shown",
                    "side": "employer",
                    "vacancy_id": "V0123456789abcdef",
                    "profile_id": "P000001",
                    "position": 1,
                    "propensity": 1.0,
                    "model_version": "additive-1",
                    "happened_at": "2026-03-01T09:30:00+08:00",
                },
                {
                    "event_id": "e-20260303-0007",
                    "kind": "declined",
                    "side": "person",
                    "vacancy_id": "V0123456789abcdef",
                    "profile_id": "P000001",
                    "reason": "pay",
                    "note": "薪酬差两千",
                    "happened_at": "2026-03-03T16:00:00+08:00",
                },
            ]
        },
    }
}


class EventOutcome(BaseModel):
    """What became of one event."""

    event_id: str = Field(description="事件编号；读不出时为空", examples=["e-20260301-0001"])
    status: EventStatus = Field(
        description="recorded 已记入，known 早已记入（重复发送），refused 未记入", examples=["recorded"]
    )
    code: str = Field(description="未记入的原因代码，供程序判断", examples=["event_before_shown"])
    message: str = Field(
        description="未记入的原因，或补充说明中删去的内容",
        examples=["录用早于首次展示（2026-03-01 01:30 UTC）"],
    )


class FeedbackAnswer(BaseModel):
    """What became of a batch of events."""

    recorded: int = Field(description="记入的条数", examples=[2])
    known: int = Field(description="早已记入的条数", examples=[0])
    refused: int = Field(description="未记入的条数", examples=[0])
    results: list[EventOutcome] = Field(description="逐条结果，次序与所发相同")


@router.post("", summary="反馈匹配之后发生的事", responses=problem_responses(401, 403, 422, 429, 503))
def send_feedback(
    service: ServiceDependency,
    caller: Annotated[Principal, requires(Scope.FEEDBACK_WRITE)],
    request: Annotated[FeedbackRequest, Body(openapi_examples=_EXAMPLES)],
) -> FeedbackAnswer:
    """Record events, each once however often it is sent; one that cannot be keeps no other out."""
    readable = [event for event in request.events if isinstance(event, FeedbackEvent)]
    verdicts = iter(record_events(service.store, readable, actor=caller.actor, owner=caller.owner))
    results = [event if isinstance(event, EventResult) else next(verdicts) for event in request.events]
    counts = {status.value: sum(each.status is status for each in results) for status in EventStatus}
    return FeedbackAnswer(
        **counts,
        results=[
            EventOutcome(event_id=each.event_id, status=each.status, code=each.code, message=each.message)
            for each in results
        ],
    )
