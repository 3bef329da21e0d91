"""Talent profiles, pseudonymous: read by filters, handed in, replaced, erased."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.access.principal import Principal
from api.conditional import (
    IfMatch,
    IfNoneMatch,
    check_tag,
    conditional_answer,
    conditional_responses,
    required_tag,
    tag_of,
)
from api.dependencies import ServiceDependency, requires
from api.idempotency import Idempotency, created_responses
from api.privacy.erasing import erase_everywhere
from api.problems import problem_responses
from api.recording import Recording, SavedOut, UnreadOut, check_own
from api.records import RecordQuery, RecordsOut, chosen_of, find_records
from api.routes.record_answers import ProfileOut
from api.routes.record_requests import ProfileRecordIn
from api.service import Service
from data.permissions import Scope
from data.store.audit import Access, Action
from data.store.records import PROFILES, read_record
from data.store.schema import profile

router = APIRouter(prefix="/v1/profiles", tags=["人才档案"])

Reader = Annotated[Principal, requires(Scope.PROFILES_READ)]
Writer = Annotated[Principal, requires(Scope.PROFILES_WRITE)]
ProfileId = Annotated[
    str, Path(max_length=64, pattern=r"^[^\x00]+$", description="档案编号", examples=["P000001"])
]
_FACETS: Final = {
    name: profile.c[name]
    for name in ("occupation_code", "place_code", "education", "skill_level", "synthetic")
}


class ProfilesOut(RecordsOut):
    """Some profiles."""

    profiles: list[dict[str, Any]] = Field(
        description="按编号排列；栏目同 GET /v1/profiles/{profile_id}，可用 fields 选取",
        json_schema_extra=chosen_of("profile_id"),
    )


class ProfileSaved(SavedOut):
    """A profile that was kept."""

    profile: ProfileOut = Field(description="收下的档案：姓名、联系方式与不得采用的个人情况已去除")


@router.get(
    "",
    summary="人才档案",
    responses=conditional_responses(400, 401, 403, 422, 429, 503),
    response_model=ProfilesOut,
)
def list_profiles(
    service: ServiceDependency,
    caller: Reader,
    query: Annotated[RecordQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return profiles in the order of their numbers; everybody who is shown is noted."""
    found = find_records(service, caller, PROFILES, query, shape=ProfileOut, conditions=(), facets=_FACETS)
    looked = Access(caller.actor, Action.READ_PERSON, results=len(found.ids), shown=found.ids)
    service.note(looked)
    return conditional_answer(ProfilesOut(profiles=found.records, **found.page), if_none_match)


@router.get(
    "/{profile_id}",
    summary="一份人才档案",
    responses=conditional_responses(401, 403, 404, 422, 429, 503),
    response_model=ProfileOut,
)
def read_profile(
    service: ServiceDependency, caller: Reader, profile_id: ProfileId, if_none_match: IfNoneMatch = None
) -> Response:
    """Return a profile; another agency's is as unknown as one that never was."""
    found = _profile(service, caller, profile_id)
    _note(service, caller, Action.READ_PERSON, profile_id)
    return conditional_answer(found, if_none_match)


@router.post(
    "",
    status_code=201,
    summary="登记一份人才档案",
    responses=created_responses(400, 401, 403, 409, 422, 429, 503),
)
def create_profile(
    service: ServiceDependency, caller: Writer, once: Idempotency, given: ProfileRecordIn, response: Response
) -> ProfileSaved:
    """Keep a profile of the caller's: typed and coded as a row of a file is, what tells of the person out."""
    recording = Recording(service, caller, PROFILES, ProfileOut)
    typed = recording.typed(given, given.cells_on(recording.today))
    created = once.create(
        caller, given.model_dump(mode="json"), lambda keep: recording.add(given, typed, keep)
    )
    made = _profile(service, caller, created.resource_id)
    _note(service, caller, Action.CORRECT_PERSON, created.resource_id)
    response.headers["Location"] = f"{router.prefix}/{created.resource_id}"
    response.headers["ETag"] = tag_of(made)
    return ProfileSaved(
        profile=made, problems=[UnreadOut.of(each) for each in typed.problems], degraded=recording.degraded
    )


@router.put(
    "/{profile_id}",
    summary="替换一份人才档案",
    responses=problem_responses(400, 401, 403, 404, 409, 412, 422, 428, 429, 503),
)
def replace_profile(
    service: ServiceDependency,
    caller: Writer,
    profile_id: ProfileId,
    given: ProfileRecordIn,
    response: Response,
    if_match: IfMatch = None,
) -> ProfileSaved:
    """Replace a profile of the caller's that is what If-Match names; its number stays."""
    recording = Recording(service, caller, PROFILES, ProfileOut)
    _note(service, caller, Action.CORRECT_PERSON, profile_id)
    typed = recording.replace(profile_id, given, given.cells_on(recording.today), required_tag(if_match))
    made = _profile(service, caller, profile_id)
    response.headers["ETag"] = tag_of(made)
    return ProfileSaved(
        profile=made, problems=[UnreadOut.of(each) for each in typed.problems], degraded=recording.degraded
    )


@router.delete(
    "/{profile_id}",
    status_code=204,
    summary="删除一份人才档案及其一切记录",
    responses=problem_responses(401, 403, 404, 412, 422, 429, 503),
)
def erase_profile(
    service: ServiceDependency,
    caller: Writer,
    profile_id: ProfileId,
    reason: Annotated[
        str,
        Query(
            min_length=1, max_length=200, pattern=r"^[^\x00]+$", description="为何删除", examples=["本人要求"]
        ),
    ] = "本人要求",
    if_match: IfMatch = None,
) -> None:
    """Erase a person of the caller's for good: no file, backup or later request brings them back."""
    with service.store.read() as connection:
        row = check_own(connection, PROFILES, profile_id, caller)
    check_tag(ProfileOut.of(row), if_match)
    _note(service, caller, Action.ERASE_PERSON, profile_id)
    _erase(service, profile_id, actor=caller.actor, reason=reason)


def _erase(service: Service, profile_id: str, *, actor: str, reason: str) -> None:
    """Erase a person from files, store and what is served; broken off, it can be done again."""
    erase_everywhere(
        service.store,
        service.settings,
        profile_id,
        key=service.pseudonym_key,
        actor=actor,
        reason=reason,
    )
    service.refresher.refresh()


def _profile(service: Service, caller: Principal, profile_id: str) -> ProfileOut:
    return ProfileOut.of(read_record(service.store, PROFILES, profile_id, caller=caller.owner))


def _note(service: Service, caller: Principal, action: Action, profile_id: str) -> None:
    service.note(Access(caller.actor, action, results=1, profile_id=profile_id))
