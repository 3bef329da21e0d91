"""Match jobs: many queries handed in at once, worked on in the background, fetched when they are done."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Header, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires, spend_matches
from api.jobs.exports import ExportFormat, csv_lines, ndjson_lines, write_workbook
from api.jobs.match import MATCH, MatchJobRequest
from api.problems import problem_responses
from api.service import Service
from data.errors import RefusedError
from data.jobs import Job, JobRequest, JobState
from data.permissions import Scope
from data.store.audit import Access, Action
from data.store.job_results import iter_results, people_of_job
from data.store.jobs import cancel_job, list_jobs, read_job, submit_job
from matching.results import RankBy

router = APIRouter(prefix="/v1/match-jobs", tags=["批量匹配"])

Reader = Annotated[Principal, requires(Scope.JOBS_READ)]
Writer = Annotated[Principal, requires(Scope.JOBS_WRITE)]
JobId = Annotated[str, Path(max_length=64, description="任务编号", examples=["J0123456789abcdef"])]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="调用方自定的请求编号：同一请求重发时用同一个，只建一个任务",
        examples=["7f4c1c9e-batch-2026-11-21"],
    ),
]
_CHUNK = 65_536
_EXAMPLES: dict[str, Any] = {
    "两个方向": {
        "summary": "按编号与按内容混用",
        "value": {
            "queries": [
                {"ref": "row-1", "vacancy_id": "V0123456789abcdef"},
                {"ref": "row-2", "profile_id": "P000001"},
                {"ref": "row-3", "vacancy": {"title": "岸桥司机", "skills": ["岸桥"]}},
            ],
            "k": 10,
            "rank_by": "mutual",
        },
    }
}


class JobError(BaseModel):
    """Why a job was given up."""

    code: str = Field(description="稳定的错误代码", examples=["job_poisoned"])
    message: str = Field(description="原因", examples=["有一部分接连 5 次没有做完，任务停止"])


class JobOut(BaseModel):
    """A match job as it stands."""

    job_id: str = Field(description="任务编号", examples=["J0123456789abcdef"])
    state: JobState = Field(
        description="queued 排队中，running 处理中，done 已完成，failed 已失败，cancelled 已取消",
        examples=["running"],
    )
    total: int = Field(description="查询条数", examples=[500])
    done: int = Field(description="已作答的条数，含出错的", examples=[150])
    failed: int = Field(description="其中出错的条数；各条的原因在结果里", examples=[2])
    k: int = Field(description="每条返回几个结果", examples=[10])
    rank_by: RankBy = Field(description="按哪个分数排", examples=["mutual"])
    weights: dict[str, float] | None = Field(description="所给的权重；空为建议权重", examples=[{"skills": 2}])
    created_at: dt.datetime = Field(description="提交时间（UTC）", examples=["2026-11-21T08:00:00Z"])
    started_at: dt.datetime | None = Field(description="开始处理的时间", examples=["2026-11-21T08:00:01Z"])
    finished_at: dt.datetime | None = Field(description="结束的时间", examples=["2026-11-21T08:01:30Z"])
    expires_at: dt.datetime | None = Field(
        description="结果删除的时间；未结束时为空", examples=["2026-12-21T08:01:30Z"]
    )
    queries_per_second: float | None = Field(
        description="开始以来的实际速度；第一部分做完之前为空", examples=[5.0]
    )
    seconds_left: float | None = Field(
        description="按实际速度推算的剩余秒数；没有实际速度或已结束时为空", examples=[70.0]
    )
    error: JobError | None = Field(description="任务失败的原因；没有失败为空", examples=[None])
    results: str = Field(description="结果的地址", examples=["/v1/match-jobs/J0123456789abcdef/results"])

    @classmethod
    def from_job(cls, job: Job, service: Service) -> Self:
        """Return a job as its owner sees it."""
        same = (
            "job_id", "state", "total", "done", "failed", "created_at", "started_at", "finished_at",
        )  # fmt: skip
        speed, left = job.queries_per_second, job.seconds_left
        kept = dt.timedelta(days=service.settings.job_retention_days)
        error = None
        if job.error_code is not None:
            error = JobError(code=job.error_code, message=job.error_message or "")
        return cls(
            **{name: getattr(job, name) for name in same},
            **job.payload,
            queries_per_second=None if speed is None else round(speed, 2),
            seconds_left=None if left is None else round(left, 1),
            expires_at=None if job.finished_at is None else job.finished_at + kept,
            error=error,
            results=f"{router.prefix}/{job.job_id}/results",
        )


class JobPageOut(BaseModel):
    """Some of the caller's jobs."""

    jobs: list[JobOut] = Field(description="近者在前")
    cursor: str | None = Field(description="下一页从此处读起；空为没有更多", examples=["J0123456789abcdef"])


@router.post(
    "",
    status_code=202,
    summary="提交批量匹配",
    responses={
        202: {
            "description": "已收下；进度见 Location",
            "headers": {
                "Location": {"description": "任务的地址", "schema": {"type": "string"}},
                "Idempotent-Replayed": {
                    "description": "true 表示此请求先前已收下，没有再建任务",
                    "schema": {"type": "string"},
                },
            },
        },
        **problem_responses(400, 401, 403, 422, 429, 503),
    },
)
def submit_match_job(
    service: ServiceDependency,
    caller: Writer,
    request: Annotated[MatchJobRequest, Body(openapi_examples=_EXAMPLES)],
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> JobOut:
    """Keep up to 10,000 queries, each a match of the quota; one that is wrong says so in its own result."""
    submitted = submit_job(
        service.store,
        JobRequest(
            kind=MATCH,
            owner=caller.owner,
            actor=caller.actor,
            payload=request.payload(),
            queries=[each.to_query() for each in request.queries],
            idempotency_key=idempotency_key,
        ),
        keep=lambda connection, _job_id: spend_matches(connection, service, caller, len(request.queries) - 1),
    )
    response.headers["Location"] = f"{router.prefix}/{submitted.job.job_id}"
    if submitted.repeated:
        response.headers["Idempotent-Replayed"] = "true"
    return JobOut.from_job(submitted.job, service)


@router.get("", summary="自己的批量匹配任务", responses=problem_responses(400, 401, 403, 422, 429, 503))
def list_match_jobs(
    service: ServiceDependency,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=100, description="每页几个")] = 20,
    cursor: Annotated[str | None, Query(max_length=64, description="上一页给出的 cursor")] = None,
) -> JobPageOut:
    """Return the jobs of the caller's agency, the newest first."""
    page = list_jobs(service.store, owner=caller.owner, kind=MATCH, limit=limit, cursor=cursor)
    return JobPageOut(jobs=[JobOut.from_job(job, service) for job in page.jobs], cursor=page.cursor)


@router.get("/{job_id}", summary="任务进度", responses=problem_responses(401, 403, 404, 422, 429, 503))
def read_match_job(service: ServiceDependency, caller: Reader, job_id: JobId) -> JobOut:
    """Return how far a job is; the time left follows from the speed observed and is never guessed."""
    return JobOut.from_job(read_job(service.store, job_id, owner=caller.owner, kind=MATCH), service)


@router.post(
    "/{job_id}/cancel", summary="取消任务", responses=problem_responses(401, 403, 404, 422, 429, 503)
)
def cancel_match_job(service: ServiceDependency, caller: Writer, job_id: JobId) -> JobOut:
    """Stop a job; what was answered can still be read, and one that has ended stays as it is."""
    return JobOut.from_job(cancel_job(service.store, job_id, owner=caller.owner, kind=MATCH), service)


@router.get(
    "/{job_id}/results",
    summary="任务结果",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "NDJSON 每条查询一行；CSV 与 XLSX 每个结果一行。只含化名档案编号",
            "content": {
                form.media_type.split(";", 1)[0]: {"schema": {"type": "string"}} for form in ExportFormat
            },
        },
        **problem_responses(401, 403, 404, 409, 422, 429, 503),
    },
)
def read_match_results(
    service: ServiceDependency,
    caller: Reader,
    job_id: JobId,
    form: Annotated[
        ExportFormat, Query(alias="format", description="ndjson、csv 或 xlsx")
    ] = ExportFormat.NDJSON,
    *,
    partial: Annotated[bool, Query(description="任务没有全部完成时，也给出已有的结果")] = False,
) -> StreamingResponse:
    """Stream the answers in the order of the queries."""
    job = read_job(service.store, job_id, owner=caller.owner, kind=MATCH)
    if job.state is not JobState.DONE and not partial:
        raise RefusedError(
            "job_not_done",
            f"任务{job.state.chinese}，{job.total} 条中已答 {job.done} 条",
            hint="等任务完成再取，或加 partial=true 只取已有的结果",
        )
    _note_others(service, caller, job)
    return StreamingResponse(
        _content(service, job, form),
        media_type=form.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="match-job-{job.job_id}.{form.value}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _note_others(service: Service, caller: Principal, job: Job) -> None:
    """Note who else sees the people of a job; the looks of who handed it in were noted with the answers."""
    if caller.actor == job.actor:
        return
    people = people_of_job(service.store, job.job_id)
    service.note(Access(caller.actor, Action.EXPORT_MATCHES, results=job.done, shown=people))


def _content(service: Service, job: Job, form: ExportFormat) -> Iterator[bytes]:
    answers = iter_results(service.store, job.job_id)
    if form is ExportFormat.NDJSON:
        yield from ndjson_lines(answers)
    elif form is ExportFormat.CSV:
        yield from csv_lines(answers)
    else:
        # In a folder that goes with the stream, also where whoever asked goes away half-way.
        with tempfile.TemporaryDirectory(prefix="yingcai-") as folder:
            path = FilePath(folder) / "results.xlsx"
            write_workbook(path, job, answers)
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
