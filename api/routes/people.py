"""What people ask for themselves: see what is held and who looked, correct, object, withdraw, export."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Any, Final, Literal, Self

from fastapi import APIRouter, Depends, Path, Query, Request, Response, Security
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, ConfigDict, Field

from api.access.errors import Forbidden, Unauthenticated
from api.access.limits import spend_rate
from api.access.principal import Principal
from api.dependencies import Address, ServiceDependency, requires
from api.privacy.erasing import embedded_texts
from api.privacy.export import holdings_page
from api.privacy.trail import identify
from api.problems import problem_responses
from api.requests import Flag
from api.service import Service
from data.errors import StoreError, UnknownName
from data.permissions import Scope
from data.store.audit import Access, Action, read_accesses
from data.store.consents import list_consents, withdraw_consent
from data.store.holdings import read_holdings
from data.store.identities import read_identity
from data.store.moments import beijing_today
from data.store.rights import (
    PersonRequest,
    RequestKind,
    RequestStatus,
    Times,
    answer_request,
    close_access,
    list_requests,
    make_request,
    object_to_matching,
    objects_to_matching,
    open_access,
    person_of,
)
from data.store.usage import RouteClass

router = APIRouter(prefix="/v1/people", tags=["本人"])
office_router = APIRouter(prefix="/v1/requests", tags=["本人请求的办理"])

ACTOR = "person"
"""How the audit calls people who ask for themselves; which person it was its hash says."""

_header = APIKeyHeader(
    name="X-Person-Token",
    auto_error=False,
    scheme_name="Person",
    description="凭人才工作部门当面给出的一次性代码换得，短时有效",
)
_EXPORTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "本人的全部数据，作为文件",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/html": {"schema": {"type": "string"}},
        },
    }
}
_ERRORS = problem_responses(401, 422, 429, 503)
_OFFICE_ERRORS = problem_responses(400, 401, 403, 404, 422, 429, 503)


def _person(
    request: Request, service: ServiceDependency, token: Annotated[str | None, Security(_header)]
) -> str:
    """Return whose session it is; every such request is in the audit."""
    now = dt.datetime.now(dt.UTC)
    profile_id = None if token is None else person_of(service.store, token, now=now)
    if profile_id is None:
        raise Unauthenticated("person_token_invalid", "没有有效的本人凭证", hint="用代码重新打开")
    identify(ACTOR, profile_id=profile_id)
    caller = hashlib.sha256(f"person/{profile_id}".encode()).hexdigest()
    spend_rate(request, RouteClass.READ.value, caller)
    return profile_id


Person = Annotated[str, Security(_person)]
"""The person who asks; 401 without a session."""


def _handler(caller: Annotated[Principal, requires(Scope.PROFILES_WRITE)]) -> Principal:
    if caller.agency_id is not None:
        raise Forbidden("office_only", "本人请求只由人才工作部门办理", hint="请本人联系人才工作部门")
    return caller


Handler = Annotated[Principal, Depends(_handler)]
"""Whoever of the office handles requests; never an agency."""


class CodeIn(BaseModel):
    """A code as it was handed over."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(
        description="一次性代码", min_length=16, max_length=40, examples=["7KQM-2R9D-XH4T-W8PC"]
    )


class PersonSession(BaseModel):
    """A session."""

    token: str = Field(description="放入 X-Person-Token 请求头", examples=["3q2-7wAAAAA"])
    expires_in: int = Field(description="多少秒后失效", examples=[1800])


class RequestIn(BaseModel):
    """What a person asks for."""

    model_config = ConfigDict(extra="forbid")

    kind: RequestKind = Field(
        description="correct 更正，dispute 异议，review 人工复核与说明，erase 删除", examples=["correct"]
    )
    text: str = Field(description="要求与理由", min_length=1, max_length=2000, examples=["工作年限应为 8 年"])


class RequestOut(BaseModel):
    """A request as it stands."""

    request_id: str = Field(description="编号", examples=["R0123456789abcdef"])
    kind: RequestKind = Field(description="何种请求", examples=["correct"])
    text: str = Field(description="要求与理由", examples=["工作年限应为 8 年"])
    created_at: dt.datetime = Field(description="提出时间（UTC）", examples=["2026-11-20T08:00:00Z"])
    due_on: dt.date = Field(description="最迟答复日（15 个工作日）", examples=["2026-12-11"])
    status: RequestStatus = Field(description="open 待答复，done 已办结，refused 不能照办", examples=["open"])
    overdue: bool = Field(description="是否已逾期未答复", examples=[False])
    answer: str = Field(description="答复；未答复为空", examples=[""])
    answered_at: dt.datetime | None = Field(description="答复时间；未答复为空", examples=[None])

    @classmethod
    def from_request(cls, request: PersonRequest) -> Self:
        """Return a request as its maker sees it."""
        shown = request.model_dump(include=set(cls.model_fields) - {"overdue"})
        return cls(**shown, overdue=request.is_overdue(beijing_today()))


class HandledRequestOut(RequestOut):
    """A request as the office sees it."""

    profile_id: str = Field(description="谁提出的（档案编号）", examples=["P000001"])
    answered_by: str | None = Field(description="答复人；未答复为空", examples=[None])


class AnswerIn(BaseModel):
    """The office's answer."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["done", "refused"] = Field(description="done 已办结，refused 不能照办", examples=["done"])
    answer: str = Field(
        description="答复；不能照办的写明理由", min_length=1, max_length=2000, examples=["已更正"]
    )


class MatchingIn(BaseModel):
    """Whether a person wants automated matching."""

    model_config = ConfigDict(extra="forbid")

    objects: Flag = Field(description="true 拒绝自动匹配，false 恢复", examples=[True])


class MatchingOut(BaseModel):
    """Whether a person is matched."""

    objects: bool = Field(description="是否拒绝自动匹配", examples=[True])
    in_pool: bool = Field(description="本服务此刻的匹配范围内是否有本人", examples=[False])


class Closed(BaseModel):
    """How many sessions and codes were ended."""

    closed: int = Field(description="结束的会话与未用代码数", examples=[1])


@router.post("/sessions", status_code=201, summary="用代码打开本人数据", responses=_ERRORS)
def open_session(service: ServiceDependency, _: Address, given: CodeIn, response: Response) -> PersonSession:
    """Use a code up and open a short session; how often an address may try is limited."""
    token = open_access(service.store, given.code, now=dt.datetime.now(dt.UTC))
    if token is None:
        raise Unauthenticated("code_invalid", "代码无效、已用过或已过期", hint="请向人才工作部门领取新的代码")
    response.headers["Cache-Control"] = "no-store"
    return PersonSession(token=token, expires_in=int(Times().session.total_seconds()))


@router.delete("/sessions", summary="退出", responses=_ERRORS)
def close_session(service: ServiceDependency, person: Person) -> Closed:
    """End every session of the person."""
    return Closed(closed=close_access(service.store, person))


@router.get("/me", summary="查阅本人的全部数据与谁看过", responses=_ERRORS)
def read_me(service: ServiceDependency, person: Person, response: Response) -> dict[str, Any]:
    """Return everything that is held and who looked, this look included."""
    response.headers["Cache-Control"] = "no-store"
    return _held(service, person, Action.READ_PERSON)


@router.get("/me/export", summary="下载本人的全部数据", responses={**_EXPORTED, **_ERRORS})
def export_me(
    service: ServiceDependency,
    person: Person,
    *,
    form: Annotated[
        Literal["json", "html"], Query(alias="format", description="json 或便于阅读的 html")
    ] = "json",
) -> Response:
    """Return the same as a file to keep or to hand on."""
    held = _held(service, person, Action.EXPORT_PERSON)
    made_at = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC"
    text = (
        json.dumps(held, ensure_ascii=False, indent=2)
        if form == "json"
        else holdings_page(held, made_at=made_at)
    )
    headers = {"Content-Disposition": f'attachment; filename="me.{form}"', "Cache-Control": "no-store"}
    kind = "application/json" if form == "json" else "text/html; charset=utf-8"
    return Response(text, media_type=kind, headers=headers)


@router.post("/me/requests", status_code=201, summary="要求更正、提出异议、要求复核或删除",
             responses=problem_responses(400, 401, 422, 429, 503))  # fmt: skip
def ask(service: ServiceDependency, person: Person, given: RequestIn) -> RequestOut:
    """Keep a request; it must be answered by the day that it states."""
    made = make_request(service.store, person, given.kind, given.text, now=dt.datetime.now(dt.UTC))
    return RequestOut.from_request(made)


@router.get("/me/requests", summary="本人的请求与答复", responses=_ERRORS)
def read_my_requests(service: ServiceDependency, person: Person) -> list[RequestOut]:
    """Return the person's requests, the one that is due first in front."""
    return [RequestOut.from_request(each) for each in list_requests(service.store, profile_id=person)]


@router.delete("/me/consents/{consent_id}", status_code=204, summary="撤回同意",
               responses=problem_responses(401, 404, 422, 429, 503))  # fmt: skip
def withdraw_my_consent(
    service: ServiceDependency,
    person: Person,
    consent_id: Annotated[int, Path(ge=1, lt=2**31, description="同意编号", examples=[1])],
) -> None:
    """End a consent of the person from now on; somebody else's is unknown."""
    if all(each["consent_id"] != consent_id for each in list_consents(service.store, person)):
        raise UnknownName("consent_unknown", f"没有编号为 {consent_id} 的同意记录", hint="先查阅本人数据")
    service.note(_access(person, Action.WITHDRAW_CONSENT))
    withdraw_consent(service.store, consent_id, by=ACTOR)


@router.put("/me/matching", summary="拒绝或恢复自动匹配", responses=_ERRORS)
def set_matching(service: ServiceDependency, person: Person, given: MatchingIn) -> MatchingOut:
    """Take the person out of every pool before the answer, or bring the person back in."""
    service.note(_access(person, Action.CHANGE_PERSON))
    object_to_matching(service.store, person, objects=given.objects, now=dt.datetime.now(dt.UTC))
    service.refresher.refresh()
    in_pool = person in set(service.matcher.profiles.ids)
    if given.objects and in_pool:
        raise StoreError(
            "objection_pending", "已登记，但匹配范围尚未更新", hint="稍后再查；仍在范围内请联系人才工作部门"
        )
    return MatchingOut(objects=objects_to_matching(service.store, person), in_pool=in_pool)


@office_router.get("", summary="本人请求，先到期的在前", responses=problem_responses(401, 403, 422, 429, 503))
def read_requests(
    service: ServiceDependency,
    _: Handler,
    *,
    status: Annotated[RequestStatus | None, Query(description="缺省为全部")] = None,
    overdue: Annotated[bool, Query(description="true 只看逾期未答复的")] = False,
) -> list[HandledRequestOut]:
    """Return what people asked for."""
    shown = [HandledRequestOut.from_request(each) for each in list_requests(service.store, status=status)]
    return [each for each in shown if each.overdue or not overdue]


@office_router.post("/{request_id}/answer", summary="答复本人请求", responses=_OFFICE_ERRORS)
def answer(
    service: ServiceDependency,
    caller: Handler,
    request_id: Annotated[str, Path(max_length=32, description="请求编号", examples=["R0123456789abcdef"])],
    given: AnswerIn,
) -> HandledRequestOut:
    """Answer a request, once; the person sees the answer."""
    made = answer_request(
        service.store,
        request_id,
        RequestStatus(given.status),
        given.answer,
        by=caller.actor,
        now=dt.datetime.now(dt.UTC),
    )
    service.note(
        Access(actor=caller.actor, action=Action.CHANGE_PERSON, results=1, profile_id=made.profile_id)
    )
    return HandledRequestOut.from_request(made)


def _access(profile_id: str, action: Action) -> Access:
    return Access(actor=ACTOR, action=action, results=1, profile_id=profile_id)


def _held(service: Service, profile_id: str, action: Action) -> dict[str, Any]:
    """Note the look, then read everything, the look included, as plain JSON."""
    service.note(_access(profile_id, action))
    key = service.pseudonym_key
    held = read_holdings(service.store, profile_id, key=key, texts_of=embedded_texts)
    requests = list_requests(service.store, profile_id=profile_id)
    identity = read_identity(service.store, profile_id, key=key)
    held["identity"] = None if identity is None else identity._asdict()
    held["requests"] = [each.model_dump(mode="json", exclude={"profile_id"}) for each in requests]
    held["objects_to_matching"] = objects_to_matching(service.store, profile_id)
    held["accesses"] = read_accesses(service.store, profile_id, key=key)
    plain: dict[str, Any] = json.loads(json.dumps(held, default=str))
    return plain
