"""Batches: files handed in, and what became of their rows."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.access.principal import Principal
from api.batches import Given, ListedProblem, keep_batch, preview_batch, problems_of
from api.dependencies import ServiceDependency, requires_any
from api.idempotency import Idempotency
from api.jobs.problem_exports import problem_csv, problem_workbook
from api.paging import PageQuery, page_of
from api.problems import problem_responses
from api.routes.batch_answers import BatchOut, BatchPageOut, PreviewOut, ProblemPageOut, RowProblemOut
from api.routes.batch_form import FORM, BatchFormDependency, Writer, check_kinds, kinds_of
from data.permissions import Scope
from data.sources.columns import TableKind
from data.store.uploads import list_uploads, read_upload
from data.uploads import Upload

__all__ = ["router"]

router = APIRouter(prefix="/v1/batches", tags=["文件"])

Reader = Annotated[
    Principal,
    requires_any(Scope.POSTINGS_READ, Scope.PROFILES_READ, Scope.POSTINGS_WRITE, Scope.PROFILES_WRITE),
]
BatchId = Annotated[str, Path(max_length=64, description="编号", examples=["B0123456789abcdef"])]
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ProblemFormat(StrEnum):
    """How problems are written."""

    JSON = "json"
    """Page by page."""
    CSV = "csv"
    """All that are listed, for spreadsheets."""
    XLSX = "xlsx"
    """The same as a workbook."""


class ProblemQuery(PageQuery):
    """Which problems, and how they are written."""

    form: ProblemFormat = Field(
        default=ProblemFormat.JSON, alias="format", description="json、csv 或 xlsx", examples=["json"]
    )


@router.post(
    "",
    status_code=202,
    summary="报送文件",
    openapi_extra=FORM,
    responses={
        202: {
            "description": "已收下，在后台读取；进度见 Location",
            "headers": {
                name: {"description": description, "schema": {"type": "string"}}
                for name, description in (
                    ("Location", "文件的地址"),
                    ("Idempotent-Replayed", "true 表示此请求先前已收下，没有再收"),
                )
            },
        },
        **problem_responses(400, 401, 403, 409, 413, 422, 429, 503),
    },
)
def submit_batch(
    service: ServiceDependency,
    caller: Writer,
    once: Idempotency,
    form: BatchFormDependency,
    response: Response,
) -> BatchOut:
    """Keep a file and read it in the background; rows that cannot be used are told, the others go in."""
    given = Given(form.file, form.file_name, kinds_of(caller, form.kind), form.mapping)
    batch_id = keep_batch(service, caller, once, given)
    response.headers["Location"] = f"{router.prefix}/{batch_id}"
    return BatchOut.of(read_upload(service.store, batch_id, owner=caller.owner))


@router.post(
    "/preview",
    summary="试读文件",
    openapi_extra=FORM,
    responses=problem_responses(400, 401, 403, 413, 422, 429, 503),
)
def preview(service: ServiceDependency, caller: Writer, form: BatchFormDependency) -> PreviewOut:
    """Return what the columns and first rows would be taken for; nothing is stored."""
    given = Given(form.file, form.file_name, kinds_of(caller, form.kind), form.mapping)
    tables = preview_batch(service, caller, given, kind=given.kinds[0] if len(given.kinds) == 1 else None)
    return PreviewOut.model_validate({"tables": tables})


@router.get("", summary="报送的文件", responses=problem_responses(400, 401, 403, 422, 429, 503))
def list_batches(
    service: ServiceDependency, caller: Reader, page: Annotated[PageQuery, Query()]
) -> BatchPageOut:
    """Return the files of the caller's agency, for the office those of all, the newest first."""
    found = list_uploads(service.store, owner=caller.owner, limit=page.limit, cursor=page.cursor)
    return BatchPageOut(batches=[BatchOut.of(each) for each in found.uploads], cursor=found.cursor)


@router.get(
    "/{batch_id}",
    summary="文件的进度与结果",
    responses=problem_responses(401, 403, 404, 422, 429, 503),
)
def read_batch(service: ServiceDependency, caller: Reader, batch_id: BatchId) -> BatchOut:
    """Return how far a file is, and once it is read what it brought."""
    return BatchOut.of(read_upload(service.store, batch_id, owner=caller.owner))


@router.get(
    "/{batch_id}/problems",
    summary="文件的问题清单",
    response_model=ProblemPageOut,
    responses={
        200: {
            "description": "json 分页；csv 与 xlsx 为全部",
            "content": {form: {"schema": {"type": "string"}} for form in ("text/csv", _XLSX)},
        },
        **problem_responses(400, 401, 403, 404, 409, 422, 429, 503),
    },
)
def read_problems(
    service: ServiceDependency,
    caller: Writer,
    batch_id: BatchId,
    query: Annotated[ProblemQuery, Query()],
) -> Any:
    """Return the cells that could not be used; they are told only to who may hand in such rows."""
    upload = read_upload(service.store, batch_id, owner=caller.owner)
    check_kinds(caller, {TableKind(report["kind"]) for report in upload.reports or ()})
    found = problems_of(service, upload)
    if query.form is not ProblemFormat.JSON:
        return _file(upload, found, query.form)
    page = page_of(found, query, key=service.pseudonym_key, of=["problems", batch_id])
    return ProblemPageOut(
        problems=[RowProblemOut.of(each.problem, file=each.file) for each in page.items],
        total=page.total,
        unlisted=_unlisted(upload, found),
        cursor=page.cursor,
    )


def _unlisted(upload: Upload, found: list[ListedProblem]) -> int:
    told: int = sum(report["problems"] for report in upload.reports or ())
    return max(told - len(found), 0)


def _file(upload: Upload, found: list[ListedProblem], form: ProblemFormat) -> Response:
    """Return problems as a file to download; its name holds nothing that a stranger wrote."""
    told = [RowProblemOut.of(each.problem, file=each.file) for each in found]
    if form is ProblemFormat.CSV:
        content = b"".join(problem_csv(each.model_dump() for each in told))
    else:
        reports = upload.reports or ()
        content = problem_workbook(
            [each.problem for each in found],
            rows=sum(report["rows"] for report in reports),
            accepted=sum(report["accepted"] for report in reports),
            unlisted=_unlisted(upload, found),
        )
    return Response(
        content,
        media_type="text/csv; charset=utf-8" if form is ProblemFormat.CSV else _XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{upload.upload_id}-problems.{form.value}"',
            "Cache-Control": "no-store",
        },
    )
