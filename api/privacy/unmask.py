"""Whom a profile speaks of: told to one agency, for the purpose that the person agreed to, and noted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.errors import Forbidden
from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.problems import problem_responses
from data.errors import UnknownName
from data.permissions import Scope
from data.store.audit import Access, Action
from data.store.consents import has_consent
from data.store.identities import read_identity
from data.store.moments import beijing_today
from data.store.profiles import is_hidden

__all__ = ["router"]

router = APIRouter(prefix="/v1/profiles", tags=["人才档案"])


class UnmaskIn(BaseModel):
    """What it is for."""

    model_config = ConfigDict(extra="forbid")

    purpose: str = Field(
        description="目的，须与本人同意的一字不差", min_length=1, max_length=500, examples=["推荐面试"]
    )


class UnmaskOut(BaseModel):
    """Who it is."""

    profile_id: str = Field(description="档案编号", examples=["P000001"])
    name: str = Field(description="姓名", examples=["示例"])
    contact: str = Field(description="联系方式", examples=["0417-0000000"])
    purpose: str = Field(description="本人同意的目的；不得用于其他", examples=["推荐面试"])


@router.post(
    "/{profile_id}/unmask",
    summary="经本人同意查看身份",
    responses=problem_responses(400, 401, 403, 404, 422, 429, 503),
)
def unmask(
    service: ServiceDependency,
    caller: Annotated[Principal, requires(Scope.PROFILES_UNMASK)],
    profile_id: Annotated[str, Path(max_length=64, description="档案编号", examples=["P000001"])],
    given: UnmaskIn,
    response: Response,
) -> UnmaskOut:
    """Name a person to an agency that the person agreed to; who is not here for it agreed to nobody."""
    if caller.agency_id is None:
        raise Forbidden("agency_only", "身份只向本人同意的机构提供", hint="由该机构的密钥查询")
    purpose = given.purpose.strip()
    today = beijing_today()
    agreed = has_consent(service.store, profile_id, caller.agency_name, purpose, today)
    if not agreed or is_hidden(service.store, profile_id, caller.owner):
        raise Forbidden(
            "consent_missing", "本人没有同意为此目的向贵机构提供身份", hint="征得本人同意并由人才工作部门登记"
        )
    service.note(
        Access(
            actor=caller.actor,
            action=Action.UNMASK_PERSON,
            results=1,
            profile_id=profile_id,
            purpose=purpose,
        )
    )
    identity = read_identity(service.store, profile_id, key=service.pseudonym_key)
    if identity is None:
        raise UnknownName(
            "identity_not_held", "本系统没有此人的姓名与联系方式", hint="请联系人才工作部门转达"
        )
    response.headers["Cache-Control"] = "no-store"
    return UnmaskOut(profile_id=profile_id, name=identity.name, contact=identity.contact, purpose=purpose)
