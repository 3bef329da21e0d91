"""Postings, as they were received: read by filters, handed in, replaced, deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.access.principal import Principal
from api.conditional import (
    IfMatch,
    IfNoneMatch,
    conditional_answer,
    conditional_responses,
    required_tag,
    tag_of,
)
from api.dependencies import ServiceDependency, requires
from api.idempotency import Idempotency, created_responses
from api.problems import problem_responses
from api.recording import Recording, SavedOut, UnreadOut
from api.records import NeedQuery, RecordsOut, chosen_of, find_records
from api.requests import Day
from api.routes.record_answers import PostingOut
from api.routes.record_requests import PostingIn
from api.service import Service
from data.permissions import Scope
from data.store.records import POSTINGS, read_record
from data.store.schema import posting

router = APIRouter(prefix="/v1/postings", tags=["招聘信息"])

Reader = Annotated[Principal, requires(Scope.POSTINGS_READ)]
Writer = Annotated[Principal, requires(Scope.POSTINGS_WRITE)]
PostingId = Annotated[
    str,
    Path(max_length=64, pattern=r"^[^\x00]+$", description="招聘信息编号", examples=["po_abcdefghijklmnop"]),
]
_FACETS: Final = {
    name: posting.c[name]
    for name in (
        "occupation_code", "industry_code", "place_code", "education", "skill_level", "outcome", "source",
        "synthetic",
    )
}  # fmt: skip


class PostingQuery(NeedQuery):
    """Which postings, and what of them."""

    posted_since: Day | None = Field(default=None, description="此日及以后发布", examples=["2026-01-01"])
    posted_until: Day | None = Field(default=None, description="此日及以前发布", examples=["2026-12-31"])

    def conditions(self) -> Iterable[sa.ColumnElement[bool]]:
        """Return what the filters of postings alone mean."""
        if self.posted_since is not None:
            yield posting.c.posted_on >= self.posted_since
        if self.posted_until is not None:
            yield posting.c.posted_on <= self.posted_until


class PostingsOut(RecordsOut):
    """Some postings."""

    postings: list[dict[str, Any]] = Field(
        description="按编号排列；栏目同 GET /v1/postings/{posting_id}，可用 fields 选取",
        json_schema_extra=chosen_of("posting_id"),
    )


class PostingSaved(SavedOut):
    """A posting that was kept."""

    posting: PostingOut = Field(description="收下的招聘信息；findings 为检查出的违规或不当条件")


@router.get(
    "",
    summary="招聘信息",
    responses=conditional_responses(400, 401, 403, 422, 429, 503),
    response_model=PostingsOut,
)
def list_postings(
    service: ServiceDependency,
    caller: Reader,
    query: Annotated[PostingQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return postings in the order of their numbers; pages cost the same at any depth."""
    found = find_records(
        service, caller, POSTINGS, query, shape=PostingOut, conditions=query.conditions(), facets=_FACETS
    )
    return conditional_answer(PostingsOut(postings=found.records, **found.page), if_none_match)


@router.get(
    "/{posting_id}",
    summary="一条招聘信息",
    responses=conditional_responses(401, 403, 404, 422, 429, 503),
    response_model=PostingOut,
)
def read_posting(
    service: ServiceDependency, caller: Reader, posting_id: PostingId, if_none_match: IfNoneMatch = None
) -> Response:
    """Return a posting; another agency's is as unknown as one that never was."""
    return conditional_answer(_posting(service, caller, posting_id), if_none_match)


@router.post(
    "",
    status_code=201,
    summary="报送一条招聘信息",
    responses=created_responses(400, 401, 403, 409, 422, 429, 503),
)
def create_posting(
    service: ServiceDependency, caller: Writer, once: Idempotency, given: PostingIn, response: Response
) -> PostingSaved:
    """Keep a posting of the caller's: typed, checked, coded and merged as a row of a file is."""
    recording = Recording(service, caller, POSTINGS, PostingOut)
    typed = recording.typed(given, given.cells())
    created = once.create(
        caller, given.model_dump(mode="json"), lambda keep: recording.add(given, typed, keep)
    )
    made = _posting(service, caller, created.resource_id)
    response.headers["Location"] = f"{router.prefix}/{created.resource_id}"
    response.headers["ETag"] = tag_of(made)
    return PostingSaved(
        posting=made, problems=[UnreadOut.of(each) for each in typed.problems], degraded=recording.degraded
    )


@router.put(
    "/{posting_id}",
    summary="替换一条招聘信息",
    responses=problem_responses(400, 401, 403, 404, 409, 412, 422, 428, 429, 503),
)
def replace_posting(
    service: ServiceDependency,
    caller: Writer,
    posting_id: PostingId,
    given: PostingIn,
    response: Response,
    if_match: IfMatch = None,
) -> PostingSaved:
    """Replace a posting of the caller's that is what If-Match names; its number stays."""
    recording = Recording(service, caller, POSTINGS, PostingOut)
    typed = recording.replace(posting_id, given, given.cells(), required_tag(if_match))
    made = _posting(service, caller, posting_id)
    response.headers["ETag"] = tag_of(made)
    return PostingSaved(
        posting=made, problems=[UnreadOut.of(each) for each in typed.problems], degraded=recording.degraded
    )


@router.delete(
    "/{posting_id}",
    status_code=204,
    summary="删除一条报错的招聘信息",
    responses=problem_responses(401, 403, 404, 409, 412, 422, 429, 503),
)
def delete_posting(
    service: ServiceDependency, caller: Writer, posting_id: PostingId, if_match: IfMatch = None
) -> None:
    """Delete a posting of the caller's that no catalogue rests on; a need that ended is closed with PUT."""
    Recording(service, caller, POSTINGS, PostingOut).delete_posting(posting_id, if_match)


def _posting(service: Service, caller: Principal, posting_id: str) -> PostingOut:
    return PostingOut.of(read_record(service.store, POSTINGS, posting_id, caller=caller.owner))
