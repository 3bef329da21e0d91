"""Objections and comments on editions: raised under a receipt, answered by the office within their term."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.principal import Principal, require_role
from api.conditional import IfNoneMatch, conditional_answer, conditional_responses
from api.dependencies import ServiceDependency, requires
from api.editions import check_readable
from api.idempotency import Idempotency, created_responses
from api.paging import KeysetQuery, Place, cursor_of, place_of
from api.problems import problem_responses
from api.requests import Whole
from api.service import Service
from data.permissions import Role, Scope
from data.releases.ticket_lists import TicketFilter, count_tickets, list_tickets
from data.releases.tickets import (
    Opinion,
    Ticket,
    TicketKind,
    TicketOutcome,
    answer_ticket,
    assign_ticket,
    find_ticket,
    raise_ticket,
)
from data.store.moments import beijing_today
from data.store.users import read_user

router = APIRouter(prefix="/v1/objections", tags=["异议"])

Reader = Annotated[Principal, requires(Scope.OBJECTIONS_READ)]
Writer = Annotated[Principal, requires(Scope.OBJECTIONS_WRITE)]
Receipt = Annotated[str, Path(max_length=24, description="回执编号", examples=["YY0123456789abcdef"])]
_HANDLED: Final = problem_responses(400, 401, 403, 404, 409, 422, 429, 503)
_EXAMPLES: Final[dict[str, Any]] = {
    "对条目": {
        "summary": "对一个条目的异议",
        "value": {"release_id": 3, "entry_id": "YK-S-0001", "kind": "异议", "text": "该职业的需求人数偏低"},
    },
    "对全版": {
        "summary": "征求意见期间的意见",
        "value": {"release_id": 3, "kind": "意见", "text": "建议注明数据来源"},
    },
}


class ObjectionIn(BaseModel):
    """What is brought forward."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    release_id: Whole = Field(ge=1, lt=2**31, description="版次编号，见目录的各版次", examples=[3])
    entry_id: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description="条目编码；不写为对全版",
        examples=["YK-S-0001"],
    )
    kind: TicketKind = Field(default=TicketKind.OBJECTION, description="异议或意见", examples=["异议"])
    text: str = Field(
        min_length=1, max_length=4000, description="内容；其中的联系方式不保存", examples=["需求人数偏低"]
    )
    raised_by: str = Field(
        default="",
        max_length=120,
        description="提出人，由工作部门代为登记时必填；机构提出的为机构本身，不用填",
        examples=["某企业"],
    )


class AssigneeIn(BaseModel):
    """Who is to work on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_id: str = Field(min_length=1, max_length=64, description="经办人的用户名", examples=["zhang.san"])


class AnswerIn(BaseModel):
    """What becomes of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: TicketOutcome = Field(description="采纳情况；转办的在答复中写明转往何处", examples=["部分采纳"])
    text: str = Field(min_length=1, max_length=4000, description="答复与理由", examples=["已补充样本后重算"])


class ObjectionState(StrEnum):
    """How far it is."""

    OPEN = "open"
    """It waits for the answer."""
    ANSWERED = "answered"
    """It was answered."""


class ObjectionQuery(KeysetQuery):
    """Which of them."""

    state: ObjectionState | None = Field(
        default=None, description="open 未答复，answered 已答复；不写为全部", examples=["open"]
    )
    overdue: bool = Field(default=False, description="true 只看逾期的", examples=[False])
    release_id: int | None = Field(default=None, ge=1, lt=2**31, description="只看这一版次的", examples=[3])

    def wanted(self, owner: str | None) -> TicketFilter:
        """Return which tickets are asked for of those that a caller sees."""
        return TicketFilter(
            owner=owner,
            release_id=self.release_id,
            answered=None if self.state is None else self.state is ObjectionState.ANSWERED,
            late_on=beijing_today() if self.overdue else None,
        )


class ObjectionOut(BaseModel):
    """An objection or comment as it stands."""

    receipt: str = Field(description="回执编号", examples=["YY0123456789abcdef"])
    release_id: int = Field(description="版次编号", examples=[3])
    entry_id: str | None = Field(description="条目编码；空为对全版", examples=["YK-S-0001"])
    kind: TicketKind = Field(description="异议或意见", examples=["异议"])
    raised_by: str = Field(description="提出人", examples=["某企业"])
    text: str = Field(description="内容，联系方式已隐去", examples=["需求人数偏低"])
    received_on: dt.date = Field(description="收到日期", examples=["2026-11-20"])
    due_on: dt.date = Field(description="应答复日期：收到次日起 15 个工作日", examples=["2026-12-11"])
    overdue: bool = Field(description="是否逾期未答复，或逾期才答复", examples=[False])
    state: ObjectionState = Field(description="open 未答复，answered 已答复", examples=["open"])
    outcome: TicketOutcome | None = Field(description="采纳情况；未答复为空", examples=[None])
    answer: str | None = Field(description="答复与理由；未答复为空", examples=[None])
    answered_on: dt.date | None = Field(description="答复日期；未答复为空", examples=[None])
    assigned_to: str | None = Field(
        description="经办人，只有工作部门可见；未分派为空", examples=["zhang.san"]
    )

    @classmethod
    def of(cls, ticket: Ticket, caller: Principal) -> Self:
        """Return a ticket as a caller sees it: who of the office works on it is the office's own matter."""
        named = ticket.model_dump(include=set(cls.model_fields))
        if caller.agency_id is not None:
            named["assigned_to"] = None
        state = ObjectionState.OPEN if ticket.outcome is None else ObjectionState.ANSWERED
        return cls(**named, overdue=ticket.is_late(beijing_today()), state=state)


class ObjectionPageOut(BaseModel):
    """Some of them."""

    total: int = Field(description="符合条件的全部件数", examples=[3])
    objections: list[ObjectionOut] = Field(description="后收到的在前")
    cursor: str | None = Field(description="下一页从此处读起；空为没有更多", examples=[None])


@router.post(
    "",
    status_code=201,
    summary="提出异议或意见",
    responses=created_responses(400, 401, 403, 404, 409, 422, 429, 503),
)
def raise_objection(
    service: ServiceDependency,
    caller: Writer,
    once: Idempotency,
    given: Annotated[ObjectionIn, Body(openapi_examples=_EXAMPLES)],
    response: Response,
) -> ObjectionOut:
    """Keep what is said of an edition that the caller may read; its receipt leads to the answer."""
    check_readable(service, given.release_id, office=caller.agency_id is None)
    name = given.raised_by if caller.agency_id is None else caller.agency_name
    plain = given.model_dump(exclude={"release_id", "raised_by"})
    opinion = Opinion(**plain, raised_by=name, owner=caller.owner)
    created = once.create(
        caller,
        given.model_dump(mode="json"),
        lambda keep: (
            raise_ticket(
                service.store, given.release_id, opinion, received_on=beijing_today(), keep=keep
            ).receipt
        ),
    )
    response.headers["Location"] = f"{router.prefix}/{created.resource_id}"
    return ObjectionOut.of(find_ticket(service.store, created.resource_id, owner=_owner(caller)), caller)


@router.get("", summary="异议与意见", responses=problem_responses(400, 401, 403, 422, 429, 503))
def list_objections(
    service: ServiceDependency, caller: Reader, query: Annotated[ObjectionQuery, Query()]
) -> ObjectionPageOut:
    """Return those of the caller's agency, or all to the office."""
    wanted = query.wanted(_owner(caller))
    of = ["objections", caller.owner, query.state, query.overdue, query.release_id]
    place = place_of(query, key=service.pseudonym_key, of=of)
    after = None if place is None else int(place.last_id)
    found = list_tickets(service.store, wanted, limit=query.limit, after=after)
    total = count_tickets(service.store, wanted, on=beijing_today()).all if place is None else place.total
    more = None if found.last is None else Place(str(found.last), total)
    return ObjectionPageOut(
        total=total,
        objections=[ObjectionOut.of(each, caller) for each in found.tickets],
        cursor=None if more is None else cursor_of(more, key=service.pseudonym_key, of=of),
    )


@router.get(
    "/{receipt}",
    summary="一件异议或意见",
    responses=conditional_responses(401, 403, 404, 422, 429, 503),
    response_model=ObjectionOut,
)
def read_objection(
    service: ServiceDependency, caller: Reader, receipt: Receipt, if_none_match: IfNoneMatch = None
) -> Response:
    """Return what was said and what became of it."""
    ticket = find_ticket(service.store, receipt, owner=_owner(caller))
    return conditional_answer(ObjectionOut.of(ticket, caller), if_none_match)


@router.put("/{receipt}/assignee", summary="分派经办人", responses=_HANDLED)
def assign_objection(
    service: ServiceDependency, caller: Writer, receipt: Receipt, given: AssigneeIn
) -> ObjectionOut:
    """Say who of the office works on it."""
    ticket = _handled(service, caller, receipt)
    user = read_user(service.store, given.user_id)
    assigned = assign_ticket(service.store, ticket.ticket_id, to=user.user_id, by=caller.actor)
    return ObjectionOut.of(assigned, caller)


@router.post("/{receipt}/answer", summary="答复", responses=_HANDLED)
def answer_objection(
    service: ServiceDependency, caller: Writer, receipt: Receipt, given: AnswerIn
) -> ObjectionOut:
    """Answer it, once; whoever raised it sees the answer."""
    ticket = _handled(service, caller, receipt)
    answered = answer_ticket(
        service.store,
        ticket.ticket_id,
        outcome=given.outcome,
        text=given.text,
        by=caller.actor,
        on=beijing_today(),
    )
    return ObjectionOut.of(answered, caller)


def _owner(caller: Principal) -> str | None:
    """Return whose tickets a caller sees: None for all of them."""
    return caller.agency_id


def _handled(service: Service, caller: Principal, receipt: str) -> Ticket:
    """Return what the office handles; an agency may raise, and handles not even its own."""
    ticket = find_ticket(service.store, receipt, owner=_owner(caller))
    if caller.agency_id is not None:
        require_role(caller, Role.EDITOR, Role.APPROVER)
    return ticket
