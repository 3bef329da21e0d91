"""What goes in and out of the coding review as a whole: workbooks, and decisions to the stored records."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.dependencies import ServiceDependency
from api.jobs.exports import ExportFormat
from api.jobs.recode import last_recoding, recoded_by, submit_recoding
from api.pages.frame import back_to, render
from api.pages.review_office import Decider, Reader
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from api.uploads import file_in, keep_file, remove_upload, upload_folder
from data.codes import CodingKind
from data.errors import ConflictError, InputError, YingcaiError
from data.review_sheets import plain_review_sheet, write_review_sheet
from data.sources.confined import Bounds, confined
from data.store.reviews import decide_review, read_reviews

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False, prefix="/office/review/coding")

_BOUNDS: Final = Bounds(memory_mb=1_000, seconds=60)


@inside.get("/export")
def send_sheet(
    service: ServiceDependency, _: Reader, kind: Annotated[CodingKind | None, Query()] = None
) -> Response:
    """Send the texts that wait as a workbook to be filled in."""
    with tempfile.TemporaryDirectory(prefix="yingcai-") as folder:
        path = Path(folder) / "review.xlsx"
        write_review_sheet(path, read_reviews(service.store, kind=kind, limit=None))
        content = path.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="review.xlsx"', "Cache-Control": "no-store"}
    return Response(content, media_type=ExportFormat.XLSX.media_type, headers=headers)


@inside.get("/import", response_class=HTMLResponse)
def show_import(request: Request, service: ServiceDependency, _: Decider) -> Response:
    """Show the form for a workbook that was filled in."""
    return _import_page(request, service)


@inside.post("/import", response_class=HTMLResponse)
def take_sheet(request: Request, service: ServiceDependency, caller: Decider, form: Form) -> Response:
    """Take the decisions of a workbook; rows that cannot be used are listed, the others count."""
    try:
        read = _read(service, form.get("file"))
        for each in read["decisions"]:
            named = {**each, "kind": CodingKind(each["kind"])}
            decide_review(service.store, **named, decided_by=caller.actor)
    except YingcaiError as error:
        return _import_page(request, service, problem=error, status=status_of(error))
    return _import_page(request, service, taken=len(read["decisions"]), problems=read["problems"])


@inside.post("/apply", response_class=HTMLResponse)
def take_apply(service: ServiceDependency, caller: Decider) -> Response:
    """Begin to code the stored records anew in the background; where that is under way it goes on."""
    try:
        submit_recoding(service, actor=caller.actor)
    except ConflictError as error:
        if error.code != "recoding_runs":
            raise
    return back_to(f"{inside.prefix}#recoding")


@inside.get("/recoding", response_class=HTMLResponse)
def show_recoding(request: Request, service: ServiceDependency, _: Reader) -> Response:
    """Show how far the last job is."""
    job = last_recoding(service)
    shown: dict[str, Any] = {"job": job, "recoded": recoded_by(service, job)}
    return render(request, service, "review_coding_job.html", "应用决定", **shown)


def _read(service: Service, file: Any) -> dict[str, list[dict[str, Any]]]:
    """Read a workbook in a process of its own; nothing of it is kept."""
    if not isinstance(file, UploadFile):
        file = None
    with contextlib.nullcontext() if file is None else contextlib.closing(file.file):
        if file is None or not file.filename:
            raise InputError("file_missing", "没有选择文件", hint="选择导出后填好的工作簿")
        received = keep_file(service.settings, file.file, file.filename)
    try:
        path = file_in(upload_folder(service.settings, received.upload_id))
        most = service.settings.max_upload_mb * 10**6
        found: dict[str, list[dict[str, Any]]] = confined(
            plain_review_sheet, path, most, name=received.name, bounds=_BOUNDS
        )
        return found
    finally:
        remove_upload(service.settings, received.upload_id)


def _import_page(
    request: Request,
    service: Service,
    *,
    taken: int | None = None,
    problems: list[dict[str, Any]] | None = None,
    problem: YingcaiError | None = None,
    status: int = 200,
) -> Response:
    shown = {"taken": taken, "problems": problems or [], "problem": problem}
    return render(request, service, "review_coding_import.html", "导入编码决定", status=status, **shown)
