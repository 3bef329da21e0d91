"""Background jobs as a page: how far each is, why one failed, and what can be done about it."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal, require_scope
from api.dependencies import ServiceDependency, requires
from api.jobs.audit_check import AUDIT_CHECK
from api.jobs.build import CATALOGUE, submit_build
from api.jobs.demo import DEMO
from api.jobs.export import EXPORT
from api.jobs.ingest import INGEST
from api.jobs.match import MATCH
from api.jobs.recode import RECODE
from api.jobs.searches import SEARCH
from api.pages.fields import shown_time
from api.pages.frame import back_to, render
from api.pages.uploads_views import BADGES, remedy, who
from api.pages.visitor import Form
from api.service import Service
from data.errors import ConflictError, UnknownName
from data.jobs import Job, JobState
from data.permissions import Scope
from data.store.job_results import iter_results
from data.store.jobs import cancel_job, list_jobs, read_job
from data.store.uploads import read_upload

__all__ = ["JobLine", "inside", "job_lines"]

inside = APIRouter(include_in_schema=False)

Reader = Annotated[Principal, requires(Scope.JOBS_READ)]
JobNumber = Annotated[str, Path(max_length=64)]

_KINDS: Final = {
    MATCH: ("批量匹配", Scope.JOBS_WRITE),
    INGEST: ("读取文件", Scope.POSTINGS_WRITE),
    SEARCH: ("运行保存的检索", Scope.SEARCHES_WRITE),
    CATALOGUE: ("编制目录", Scope.CATALOGUES_WRITE),
    DEMO: ("生成合成数据", Scope.POSTINGS_WRITE),
    RECODE: ("按复核结果重新编码", Scope.POSTINGS_WRITE),
    AUDIT_CHECK: ("核验审计记录", Scope.AUDIT_READ),
    EXPORT: ("生成发布件", Scope.CATALOGUES_WRITE),
}
_LISTED: Final = 20
_MINUTE: Final = 60


class JobLine(NamedTuple):
    """A job in the list."""

    job: Job
    """The job."""
    name: str
    """What is done."""
    about: str
    """What it is about, such as the name of a file."""
    address: str
    """Where what it brings is shown; empty where there is no such page."""
    at: str
    """When it was handed in."""
    by: str
    """Who handed it in."""
    state: str
    """Its state in Chinese."""
    badge: str
    """Class of its state."""
    left: str
    """How long it will take at the speed observed; empty where none was."""
    error: dict[str, str] | None
    """Why it failed: code, message and hint."""
    may_cancel: bool
    """Whether the caller may stop it now."""
    may_repeat: bool
    """Whether the caller may have it done again."""


@inside.get("/office/jobs", response_class=HTMLResponse)
def show_jobs(
    request: Request,
    service: ServiceDependency,
    caller: Reader,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Show the jobs of the caller's own, the newest first."""
    lines, following = job_lines(service, caller, cursor=cursor)
    return render(
        request,
        service,
        "office_jobs.html",
        "后台任务",
        lines=lines,
        cursor=following,
        first=cursor is None,
        going=any(not line.job.state.ended for line in lines),
        kept_days=service.settings.job_retention_days,
        cancelled="cancelled" in request.query_params,
    )


@inside.post("/office/jobs/{job_id}/cancel", response_class=HTMLResponse)
def take_cancel(service: ServiceDependency, caller: Reader, job_id: JobNumber, _: Form) -> Response:
    """Stop a job; one that has ended stays as it is."""
    found = read_job(service.store, job_id, owner=caller.owner)
    require_scope(caller, _scope_of(found))
    cancel_job(service.store, job_id, owner=caller.owner)
    return back_to("/office/jobs?cancelled=1")


@inside.post("/office/jobs/{job_id}/again", response_class=HTMLResponse)
def take_again(service: ServiceDependency, caller: Reader, job_id: JobNumber, _: Form) -> Response:
    """Have a job done again that needs nothing but the store."""
    found = read_job(service.store, job_id, owner=caller.owner)
    require_scope(caller, _scope_of(found))
    if found.kind != CATALOGUE or not found.state.ended:
        raise ConflictError(
            "job_not_repeatable", "这个任务不能再做一次", hint="它的内容已不保存；请在原处重新提交"
        )
    submit_build(service.store, actor=caller.actor)
    return back_to("/office/jobs")


def job_lines(
    service: Service,
    caller: Principal,
    *,
    kind: str | None = None,
    limit: int = _LISTED,
    cursor: str | None = None,
) -> tuple[list[JobLine], str | None]:
    """Return jobs as their list shows them, and where the next page begins.

    Parameters
    ----------
    service
        The running service.
    caller
        Whose jobs they are.
    kind
        Which; those of every kind when left out.
    limit
        At most so many.
    cursor
        Of the page before; None for the first page.
    """
    page = list_jobs(service.store, owner=caller.owner, kind=kind, limit=limit, cursor=cursor)
    return [_line(service, caller, each) for each in page.jobs], page.cursor


def _line(service: Service, caller: Principal, job: Job) -> JobLine:
    about, address, error = _told(service, caller, job)
    refused = job.state is JobState.DONE and bool(job.failed) and job.kind in {INGEST, CATALOGUE}
    may = _scope_of(job) in caller.scopes
    return JobLine(
        job=job,
        name=_KINDS[job.kind][0] if job.kind in _KINDS else job.kind,
        about=about,
        address=address,
        at=shown_time(job.created_at),
        by=who(job.actor),
        state="没有成功" if refused else job.state.chinese,
        badge="bad" if refused else BADGES[job.state],
        left=_left(job),
        error=error,
        may_cancel=may and not job.state.ended,
        may_repeat=may and job.kind == CATALOGUE and (refused or job.state is JobState.FAILED),
    )


def _told(service: Service, caller: Principal, job: Job) -> tuple[str, str, dict[str, str] | None]:
    """Return what a job is about, where its results are, and why it failed."""
    error = None
    if job.error_code is not None:
        error = {"code": job.error_code, "message": job.error_message or "", "hint": ""}
    if job.kind == INGEST:
        return _file(service, caller, job, error)
    if job.kind == CATALOGUE:
        answers = list(iter_results(service.store, job.job_id)) if job.failed else []
        return "两个目录", "/office/editions", answers[0].get("error") if answers else error
    if job.kind == DEMO:
        return "合成数据", "/office/uploads", error
    return f"{job.total:,} 条", "", error


def _file(
    service: Service, caller: Principal, job: Job, error: dict[str, str] | None
) -> tuple[str, str, dict[str, str] | None]:
    number = str(job.payload["upload_id"])
    try:
        upload = read_upload(service.store, number, owner=caller.owner)
    except UnknownName:
        return "", "", error
    told = upload.error or error
    if told is not None:
        told = {**told, "hint": remedy(told["code"], told["hint"])}
    return upload.file_name, f"/office/uploads/{number}", told


def _left(job: Job) -> str:
    seconds = job.seconds_left
    if seconds is None:
        return ""
    return f"约 {seconds / _MINUTE:.0f} 分钟" if seconds > _MINUTE else "不到 1 分钟"


def _scope_of(job: Job) -> Scope:
    """Return what one must be allowed to stop a job or repeat it."""
    return _KINDS[job.kind][1] if job.kind in _KINDS else Scope.JOBS_WRITE
