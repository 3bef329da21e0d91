"""Snapshots and changes, for analysts who keep a copy: take one snapshot, then changes since its position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import StreamingResponse

from api.access.principal import Principal, require_scope
from api.dependencies import ServiceDependency, requires
from api.positions import open_position, seal_position
from api.problems import problem_responses
from api.routes.stream_answers import (
    ChangesOut,
    ChangesQuery,
    RecordChangeOut,
    SnapshotQuery,
    record_of,
)
from api.snapshots import copy_of, gzipped, note_profiles, snapshot_lines
from data.permissions import Scope
from data.store.copies import Copies
from data.store.feed import Change, Resource, read_feed

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["数据流"])

Reader = Annotated[Principal, requires(Scope.STREAMS_READ)]
ResourceName = Annotated[
    Resource, Path(description="postings、vacancies、profiles 或 entries（目录条目）", examples=["postings"])
]
AcceptEncoding = Annotated[
    str,
    Header(alias="Accept-Encoding", max_length=1000, description="含 gzip 时压缩传送", examples=["gzip"]),
]
_ALSO: Final = {
    Resource.POSTINGS: Scope.POSTINGS_READ,
    Resource.VACANCIES: Scope.VACANCIES_READ,
    Resource.PROFILES: Scope.PROFILES_READ,
    Resource.ENTRIES: Scope.CATALOGUES_READ,
}
"""A stream shows what the resource itself shows, so whoever reads it may do both."""
_GZIP: Final = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)")
_LINES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "NDJSON：第一行 snapshot，其后每条记录一行，最后一行 end；没有 end 就没有取完",
        "content": {
            "application/x-ndjson": {
                "schema": {"type": "string"},
                "example": '{"type":"snapshot","resource":"postings","position":"…","records":1}\n'
                '{"type":"record","id":"1f0c","key":"1f0c","record":{"posting_id":"1f0c"}}\n'
                '{"type":"end","records":1}\n',
            }
        },
    }
}


@router.get(
    "/snapshot/{resource}",
    summary="数据快照",
    response_class=StreamingResponse,
    responses={**_LINES, **problem_responses(400, 401, 403, 422, 429, 503)},
)
def read_snapshot(
    service: ServiceDependency,
    caller: Reader,
    resource: ResourceName,
    query: Annotated[SnapshotQuery, Query()],
    accept_encoding: AcceptEncoding = "",
) -> StreamingResponse:
    """Stream every record that the caller may see, as of one moment."""
    require_scope(caller, _ALSO[resource])
    pieces = _begun(snapshot_lines(service, caller, resource, after=query.after))
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    if _GZIP.search(accept_encoding.lower()):
        pieces, headers["Content-Encoding"] = gzipped(pieces), "gzip"
    return StreamingResponse(pieces, media_type="application/x-ndjson", headers=headers)


@router.get(
    "/changes/{resource}",
    summary="变更流",
    responses=problem_responses(400, 401, 403, 410, 422, 429, 503),
)
def read_changes(
    service: ServiceDependency,
    caller: Reader,
    resource: ResourceName,
    query: Annotated[ChangesQuery, Query()],
    response: Response,
) -> ChangesOut:
    """Tell which records changed since a position, with what they are now."""
    require_scope(caller, _ALSO[resource])
    of = copy_of(caller, resource)
    since = open_position(query.since, key=service.pseudonym_key, of=of)
    with service.store.snapshot() as connection:
        found = read_feed(connection, resource, since, owner=caller.owner, limit=query.limit)
        ids = [each.id for each in found.changes if each.id is not None]
        records = Copies(connection, resource, caller.owner).records(ids)
    note_profiles(service, caller, resource, records)
    response.headers["Cache-Control"] = "no-store"
    return ChangesOut.of(
        resource,
        [_change(resource, each, records.get(each.id or "")) for each in found.changes],
        position=seal_position(found.position, key=service.pseudonym_key, of=of),
        more=found.more,
    )


def _change(resource: Resource, change: Change, row: dict[str, Any] | None) -> RecordChangeOut:
    record = None if row is None else record_of(resource, row)
    return RecordChangeOut(id=change.id, key=change.key, at=change.at, removed=record is None, record=record)


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Return a stream whose first piece has been made: what goes wrong until then is still an answer."""
    return chain([next(pieces)], pieces)
