"""What people agreed to: recorded, read, withdrawn; an agency has to do with what names it only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Self

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.access.errors import Forbidden
from api.access.principal import Principal
from api.conditional import IfNoneMatch, conditional_answer, conditional_responses, tag_of
from api.consents import Agreed, note_consents, own_consents, take_consent
from api.dependencies import ServiceDependency, requires
from api.idempotency import Idempotency, created_responses
from api.paging import KeysetQuery, Place, cursor_of, place_of
from api.problems import contradiction, problem_responses
from api.requests import Day
from api.service import Service
from data.errors import InputError
from data.owners import OFFICE
from data.permissions import Scope
from data.store.audit import Action
from data.store.consents import page_of_consents, read_consent, withdraw_consent
from data.store.moments import beijing_today
from data.store.records import PROFILES, read_record
from data.store.schema import consent

router = APIRouter(prefix="/v1/consents", tags=["同意"])

Reader = Annotated[Principal, requires(Scope.CONSENTS_READ)]
Writer = Annotated[Principal, requires(Scope.CONSENTS_WRITE)]
ConsentId = Annotated[int, Path(ge=1, lt=2**31, description="同意编号", examples=[1])]
_PROFILE = "档案编号"


class ConsentIn(BaseModel):
    """What a person agreed to."""

    model_config = ConfigDict(extra="forbid")

    profile_id: str = Field(
        min_length=1, max_length=64, description=f"谁同意的（{_PROFILE}）", examples=["P000001"]
    )
    agency: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="同意向哪个机构提供身份，写机构名称；机构自己登记时可不写，只能是本机构",
        examples=["示例人力资源有限公司"],
    )
    purpose: str = Field(
        min_length=1, max_length=500, pattern=r"\S", description="为何目的", examples=["推荐面试"]
    )
    valid_from: Day = Field(description="起始日", examples=["2026-11-21"])
    valid_to: Day = Field(description="截止日", examples=["2027-05-20"])

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to < self.valid_from:
            raise contradiction(f"截止日 {self.valid_to} 早于起始日 {self.valid_from}")
        return self


class ConsentOut(BaseModel):
    """A consent."""

    consent_id: int = Field(description="编号", examples=[1])
    profile_id: str = Field(description=_PROFILE, examples=["P000001"])
    agency: str = Field(description="机构", examples=["示例人力资源有限公司"])
    purpose: str = Field(description="目的", examples=["推荐面试"])
    valid_from: dt.date = Field(description="起始日", examples=["2026-11-21"])
    valid_to: dt.date = Field(description="截止日", examples=["2027-05-20"])
    recorded_by: str = Field(description="经办", examples=["user:u_0a1b2c3d"])
    recorded_at: dt.datetime = Field(description="登记时间（UTC）", examples=["2026-11-21T08:00:00Z"])
    withdrawn_at: dt.datetime | None = Field(description="撤回时间（UTC）；没有撤回为空", examples=[None])
    synthetic: bool = Field(description="true 表示这是合成的人", examples=[True])


class ConsentQuery(KeysetQuery):
    """Which consents."""

    profile_id: str | None = Field(
        default=None, max_length=64, pattern=r"^[^\x00]+$", description="只要这个人的", examples=[None]
    )
    agency: str | None = Field(
        default=None, max_length=200, pattern=r"^[^\x00]+$", description="只要这个机构的", examples=[None]
    )
    holds: bool | None = Field(
        default=None, description="true 只要今天有效的，false 只要已撤回、未到期或已过期的", examples=[True]
    )


class ConsentsOut(BaseModel):
    """Some consents."""

    consents: list[ConsentOut] = Field(description="按登记先后")
    cursor: str | None = Field(description="下一页从此处取起；空为没有更多", examples=[None])


@router.get(
    "",
    summary="同意记录",
    responses=conditional_responses(400, 401, 403, 422, 429, 503),
    response_model=ConsentsOut,
)
def list_consents(
    service: ServiceDependency,
    caller: Reader,
    query: Annotated[ConsentQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return consents, withdrawn and expired ones included; to an agency those that name it."""
    filters = query.model_dump(mode="json", exclude={"limit", "cursor"})
    of = ["consents", caller.owner, filters]
    place = place_of(query, key=service.pseudonym_key, of=of)
    rows = page_of_consents(
        service.store,
        [*own_consents(caller), *_wanted(query)],
        after=0 if place is None else int(place.last_id),
        limit=query.limit + 1,
    )
    shown = [ConsentOut.model_validate(row) for row in rows[: query.limit]]
    cursor = None
    if len(rows) > query.limit:
        cursor = cursor_of(Place(str(shown[-1].consent_id), 0), key=service.pseudonym_key, of=of)
    note_consents(service, caller, Action.READ_CONSENTS, *(each.profile_id for each in shown))
    return conditional_answer(ConsentsOut(consents=shown, cursor=cursor), if_none_match)


@router.get(
    "/{consent_id}",
    summary="一项同意",
    responses=conditional_responses(401, 403, 404, 422, 429, 503),
    response_model=ConsentOut,
)
def read_one(
    service: ServiceDependency, caller: Reader, consent_id: ConsentId, if_none_match: IfNoneMatch = None
) -> Response:
    """Return a consent; one that names another agency is unknown to an agency."""
    found = _consent(service, caller, consent_id)
    note_consents(service, caller, Action.READ_CONSENTS, found.profile_id)
    return conditional_answer(found, if_none_match)


@router.post(
    "",
    status_code=201,
    summary="登记本人的单独同意",
    responses=created_responses(400, 401, 403, 404, 409, 422, 429, 503),
)
def create_consent(
    service: ServiceDependency, caller: Writer, once: Idempotency, given: ConsentIn, response: Response
) -> ConsentOut:
    """Record that a person may be named to an agency, for a purpose and a time."""
    agreed = Agreed(**{**given.model_dump(), "agency": _agency(caller, given)})
    read_record(service.store, PROFILES, given.profile_id, caller=caller.owner)
    created = once.create(
        caller,
        given.model_dump(mode="json"),
        lambda keep: str(take_consent(service, caller, agreed, keep=keep)),
    )
    made = _consent(service, caller, int(created.resource_id))
    response.headers["Location"] = f"{router.prefix}/{created.resource_id}"
    response.headers["ETag"] = tag_of(made)
    return made


@router.delete(
    "/{consent_id}", summary="撤回一项同意", responses=problem_responses(401, 403, 404, 422, 429, 503)
)
def withdraw(service: ServiceDependency, caller: Writer, consent_id: ConsentId) -> ConsentOut:
    """End a consent from now on; it stays on record, and one that was withdrawn keeps its time."""
    found = _consent(service, caller, consent_id)
    note_consents(service, caller, Action.WITHDRAW_CONSENT, found.profile_id)
    withdraw_consent(service.store, consent_id, by=caller.actor)
    return _consent(service, caller, consent_id)


def _consent(service: Service, caller: Principal, consent_id: int) -> ConsentOut:
    return ConsentOut.model_validate(read_consent(service.store, consent_id, own_consents(caller)))


def _wanted(query: ConsentQuery) -> Iterable[sa.ColumnElement[bool]]:
    if query.profile_id is not None:
        yield consent.c.profile_id == query.profile_id
    if query.agency is not None:
        yield consent.c.agency == query.agency
    if query.holds is not None:
        today = beijing_today()
        started = (consent.c.valid_from <= today) & (consent.c.valid_to >= today)
        holds = started & consent.c.withdrawn_at.is_(None)
        yield holds if query.holds else ~holds


def _agency(caller: Principal, given: ConsentIn) -> str:
    """Return whom a consent is to name."""
    if caller.owner == OFFICE:
        if given.agency is None:
            raise InputError("consent_blank", "没有写明同意向哪个机构提供", hint="补填 agency 后重新登记")
        return given.agency
    if given.agency not in {None, caller.agency_name}:
        raise Forbidden("consent_of_other", "机构只能登记向本机构的同意", hint="其他机构的由其自行登记")
    return caller.agency_name
