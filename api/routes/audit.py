"""The audit, for those who may query it: who did what to which record and why."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.problems import problem_responses
from api.requests import Moment
from data.permissions import Scope
from data.store.audit import AccessOutcome, Action, AuditQuery, read_audit
from data.store.audit_chain import Anchor, AuditEntry, audit_anchor

router = APIRouter(prefix="/v1/audit", tags=["审计"])

Reader = Annotated[Principal, requires(Scope.AUDIT_READ)]
_ERRORS = problem_responses(401, 403, 422, 429, 503)


class AuditEntryOut(BaseModel):
    """One entry."""

    number: int = Field(description="编号，自 1 起连续", examples=[42])
    at: dt.datetime = Field(description="时间（UTC）", examples=["2026-11-21T08:00:00Z"])
    actor: str = Field(description="谁：机构、密钥归属、user: 或 cli: 加用户", examples=["user:zhang.san"])
    agency_id: str | None = Field(description="所属机构；本部门为空", examples=["A1b2c3d4"])
    action: str = Field(description="做了什么", examples=["match.profiles"])
    route: str = Field(description="方法与地址模板；命令行为空", examples=["POST /v1/matches/profiles"])
    subject: str | None = Field(description="需求编号，或对象编号的密钥散列", examples=["V0123456789abcdef"])
    purpose: str = Field(description="为何目的；无须写明的为空", examples=["推荐面试"])
    request_id: str = Field(description="请求编号；命令行为空", examples=["0b6f1d2c"])
    outcome: AccessOutcome = Field(description="done 已办，refused 被拒，failed 出错", examples=["done"])
    results: int = Field(description="给出的结果数", examples=[10])
    people: int = Field(description="涉及几个人", examples=[10])
    sha256: str = Field(description="本条的校验值", examples=["0" * 64])

    @classmethod
    def from_entry(cls, entry: AuditEntry) -> Self:
        """Return an entry as it is shown: how many people, not their hashes."""
        shown = entry.model_dump(include=set(cls.model_fields) - {"people"})
        return cls(**shown, people=len(entry.people))


class AuditPage(BaseModel):
    """Some entries."""

    entries: list[AuditEntryOut] = Field(description="近者在前")
    before: int | None = Field(description="下一页传入此编号；空为没有更多", examples=[42])


class AnchorOut(BaseModel):
    """The hash of the newest entry, to be kept outside this system."""

    number: int = Field(description="最新一条的编号", examples=[42])
    sha256: str = Field(description="其校验值", examples=["0" * 64])
    at: dt.datetime = Field(description="取得时间（UTC）", examples=["2026-11-21T08:00:00Z"])

    @classmethod
    def from_anchor(cls, anchor: Anchor) -> Self:
        """Return an anchor as it is shown."""
        return cls(**anchor.model_dump())


@router.get("", summary="查询审计记录", responses=_ERRORS)
def list_audit(
    service: ServiceDependency,
    _: Reader,
    *,
    actor: Annotated[str | None, Query(max_length=200, description="谁，须完全一致")] = None,
    agency_id: Annotated[str | None, Query(max_length=16, description="哪个机构")] = None,
    subject: Annotated[
        str | None, Query(max_length=200, description="档案、需求或其他对象的编号：点到或显示过它的记录")
    ] = None,
    action: Annotated[Action | None, Query(description="做了什么")] = None,
    request_id: Annotated[str | None, Query(max_length=64, description="请求编号")] = None,
    since: Annotated[Moment | None, Query(description="自何时起；不写时区按 UTC")] = None,
    before: Annotated[int | None, Query(ge=1, lt=2**53, description="编号小于此数，用于翻页")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="至多几条")] = 100,
) -> AuditPage:
    """Return entries, the newest first; that somebody asked is itself noted."""
    moment = since if since is None or since.tzinfo else since.replace(tzinfo=dt.UTC)
    query = AuditQuery(actor, agency_id, subject, action, request_id, moment)
    found = read_audit(service.store, query, key=service.pseudonym_key, before=before, limit=limit)
    return AuditPage(
        entries=[AuditEntryOut.from_entry(entry) for entry in found],
        before=found[-1].number if len(found) == limit else None,
    )


@router.get("/anchor", summary="审计锚点", responses=_ERRORS)
def show_anchor(service: ServiceDependency, _: Reader) -> AnchorOut:
    """Return the hash of the newest entry; kept elsewhere it shows when the end is cut off."""
    return AnchorOut.from_anchor(audit_anchor(service.store))
