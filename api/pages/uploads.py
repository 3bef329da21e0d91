"""Files handed in, as pages: the list with its drop zone, what became of one file, and what to correct."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path as FilePath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api.access.principal import Principal
from api.batches import problems_of, refused_rows, refused_rows_again
from api.dependencies import ServiceDependency, requires_any
from api.drafts import Draft, keep_draft, list_drafts
from api.jobs.problem_exports import corrected_workbook
from api.pages.fields import is_number
from api.pages.frame import back_to, render
from api.pages.uploads_views import KINDS, UploadLine, problem_line, remedy
from api.pages.visitor import Form
from api.problems import status_of
from api.routes.batch_form import Writer, check_kinds, kinds_of
from api.service import Service
from data.errors import InputError, YingcaiError
from data.permissions import Scope
from data.sources.columns import TableKind
from data.sources.template import write_template
from data.store.agencies import list_agencies
from data.store.uploads import list_uploads, read_upload
from data.uploads import Upload

__all__ = ["MOST_FILES", "Reader", "UploadNumber", "inside", "kind_of_form"]


inside = APIRouter(include_in_schema=False)

Reader = Annotated[
    Principal,
    requires_any(Scope.POSTINGS_WRITE, Scope.PROFILES_WRITE, Scope.POSTINGS_READ, Scope.PROFILES_READ),
]
"""Whoever may see what was handed in."""

UploadNumber = Annotated[str, Path(max_length=64)]
"""Number of a file."""

MOST_FILES: Final = 20
"""Files that are taken at once."""

_PAGE: Final = 50
_LISTED: Final = 20
_WRITES: Final = {TableKind.POSTING: Scope.POSTINGS_WRITE, TableKind.PROFILE: Scope.PROFILES_WRITE}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@inside.get("/office/uploads", response_class=HTMLResponse)
def show_uploads(
    request: Request,
    service: ServiceDependency,
    caller: Reader,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Show the files handed in, those that wait to be looked at, and the form for more."""
    kind = request.query_params.get("kind", "")
    return _list(request, service, caller, kind=kind if kind in KINDS else "", cursor=cursor)


@inside.post("/office/uploads", response_class=HTMLResponse)
def take_files(request: Request, service: ServiceDependency, caller: Writer, form: Form) -> Response:
    """Keep files to be looked at; those that cannot be kept are told, the others stay."""
    kept: list[Draft] = []
    faults: list[YingcaiError] = []
    try:
        kind = kind_of_form(caller, form)
        files = _files(form)
    except InputError as error:
        return _list(request, service, caller, kind="", faults=[error])
    for file in files:
        try:
            kept.append(keep_draft(service, caller, file.file, file.filename or "", kind))
        except YingcaiError as error:
            faults.append(error)
    if faults:
        return _list(request, service, caller, kind=kind or "", faults=faults)
    return back_to(f"/office/uploads/drafts/{kept[0].upload_id}" if len(kept) == 1 else "/office/uploads")


@inside.get("/office/uploads/templates/{kind}")
def read_template(_: Writer, kind: TableKind) -> Response:
    """Return the workbook to fill in."""
    with tempfile.TemporaryDirectory(prefix="yingcai-") as folder:
        path = FilePath(folder) / "template.xlsx"
        write_template(path, kind)
        content = path.read_bytes()
    return _workbook(content, f"{kind.value}-template.xlsx")


@inside.get("/office/uploads/{upload_id}", response_class=HTMLResponse)
def show_upload(
    request: Request,
    service: ServiceDependency,
    caller: Reader,
    upload_id: UploadNumber,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    *,
    fatal: bool = False,
) -> Response:
    """Show how far a file is; once it is read, what it brought and what is wrong with its rows."""
    upload = read_upload(service.store, upload_id, owner=caller.owner)
    return _one(request, service, caller, upload, page=page, fatal=fatal)


@inside.get("/office/uploads/{upload_id}/corrected")
def read_corrected(
    service: ServiceDependency,
    caller: Writer,
    upload_id: UploadNumber,
    table: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """Return the refused rows of a table as a workbook to correct; told only to who may hand in such rows."""
    upload = read_upload(service.store, upload_id, owner=caller.owner)
    check_kinds(caller, _kinds(upload))
    refused = refused_rows(service, upload, table)
    content = corrected_workbook(refused.rows, refused.problems)
    return _workbook(content, f"{upload.upload_id}-corrected.xlsx")


@inside.post("/office/uploads/{upload_id}/corrected")
def take_again(
    request: Request, service: ServiceDependency, caller: Writer, upload_id: UploadNumber, form: Form
) -> Response:
    """Return the refused rows of a table of profiles, from the file sent once more; nothing of it is kept."""
    upload = read_upload(service.store, upload_id, owner=caller.owner)
    check_kinds(caller, _kinds(upload))
    given = str(form.get("table", "0"))
    try:
        file = _files(form)[0]
        table = int(given) if is_number(given, digits=4) else 0
        refused = refused_rows_again(service, upload, table, file.file, file.filename or "")
    except YingcaiError as error:
        return _one(request, service, caller, upload, problem=error, status=status_of(error))
    content = corrected_workbook(refused.rows, refused.problems)
    return _workbook(content, f"{upload.upload_id}-corrected.xlsx")


def kind_of_form(caller: Principal, form: FormData) -> TableKind | None:
    """Return what a form says that rows are; None where the columns are to tell.

    Parameters
    ----------
    caller
        Who sends it.
    form
        The form.

    Raises
    ------
    Forbidden
        ``scope_missing``: the caller may not hand such rows in.
    InputError
        ``kind_unknown``.
    """
    given = str(form.get("kind", ""))
    if given and given not in KINDS:
        raise InputError("kind_unknown", "没有这种文件内容", hint="选招聘信息、人才档案或按列名判断")
    kind = TableKind(given) if given else None
    kinds_of(caller, kind)
    return kind


def _workbook(content: bytes, name: str) -> Response:
    """Return a workbook to download; its name holds nothing that a stranger wrote."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=_XLSX, headers=headers)


def _files(form: FormData) -> list[UploadFile]:
    """Return the files of a form; a field left empty sends one without a name."""
    files = [each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename]
    if not files:
        raise InputError("file_not_chosen", "没有选择文件", hint="选一个或几个文件，再点上传")
    if len(files) > MOST_FILES:
        raise InputError("files_too_many", f"一次选了 {len(files)} 个文件", hint=f"一次至多 {MOST_FILES} 个")
    return files


def _list(
    request: Request,
    service: Service,
    caller: Principal,
    *,
    kind: str,
    cursor: str | None = None,
    faults: list[YingcaiError] | None = None,
) -> Response:
    found = list_uploads(service.store, owner=caller.owner, limit=_LISTED, cursor=cursor)
    agencies = {} if caller.owner else {each.agency_id: each.name for each in list_agencies(service.store)}
    return render(
        request,
        service,
        "uploads_list.html",
        "数据导入",
        status=status_of(faults[0]) if faults else 200,
        lines=[UploadLine.of(each) for each in found.uploads],
        going=any(not each.state.ended for each in found.uploads),
        cursor=found.cursor,
        first=cursor is None,
        agencies=agencies,
        drafts=list_drafts(service, caller) if _may_write(caller) else [],
        may_write=_may_write(caller),
        kind=kind,
        kinds={each: name for each, name in KINDS.items() if _WRITES[each] in caller.scopes},
        most_mb=service.settings.max_upload_mb,
        most_files=MOST_FILES,
        faults=faults or [],
        dropped="dropped" in request.query_params,
    )


def _one(
    request: Request,
    service: Service,
    caller: Principal,
    upload: Upload,
    *,
    page: int = 1,
    fatal: bool = False,
    problem: YingcaiError | None = None,
    status: int = 200,
) -> Response:
    return render(
        request,
        service,
        "uploads_one.html",
        upload.file_name,
        status=status,
        line=UploadLine.of(upload),
        remedy=remedy,
        may_write=_may_write(caller),
        drafts=list_drafts(service, caller) if _may_write(caller) else [],
        fatal=fatal,
        problem=problem,
        **_problems(service, caller, upload, page, fatal=fatal),
    )


def _problems(
    service: Service, caller: Principal, upload: Upload, page: int, *, fatal: bool
) -> dict[str, Any]:
    """Return a page of the problems; nothing of them for who may not hand in such rows."""
    nothing = {"problems": [], "total": 0, "page": 1, "pages": 1, "unlisted": 0, "withheld": False}
    kinds = _kinds(upload)
    if not upload.state.ended or not upload.reports:
        return nothing
    if any(_WRITES[kind] not in caller.scopes for kind in kinds):
        return {**nothing, "withheld": True}
    listed = problems_of(service, upload)
    several = len(upload.reports) > 1
    chosen = [each for each in listed if each.problem.fatal] if fatal else listed
    pages = max(1, math.ceil(len(chosen) / _PAGE))
    shown = min(page, pages)
    begin = (shown - 1) * _PAGE
    return {
        "problems": [
            problem_line(each.problem, each.file if several else "") for each in chosen[begin : begin + _PAGE]
        ],
        "total": len(chosen),
        "page": shown,
        "pages": pages,
        "unlisted": max(sum(report["problems"] for report in upload.reports) - len(listed), 0),
        "withheld": False,
    }


def _kinds(upload: Upload) -> set[TableKind]:
    return {TableKind(report["kind"]) for report in upload.reports or ()}


def _may_write(caller: Principal) -> bool:
    return not caller.scopes.isdisjoint(_WRITES.values())
