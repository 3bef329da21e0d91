"""A file before it is read into the store: what its columns are taken for, corrected and confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from api.access.errors import TooMany
from api.access.principal import Principal
from api.dependencies import ServiceDependency
from api.drafts import Draft, change_draft, drop_draft, list_drafts, preview_draft, read_draft, submit_draft
from api.pages.frame import back_to, render
from api.pages.uploads import UploadNumber, kind_of_form
from api.pages.uploads_views import KINDS, REASONS, field_choices, problem_line, shown_rows, size_of
from api.pages.visitor import Form
from api.problems import status_of
from api.routes.batch_form import Writer, kinds_of
from api.service import Service
from data.errors import CellProblem, InputError, UnknownName, YingcaiError
from data.sources.columns import TableKind
from data.sources.mapping import Reason
from data.store.uploads import read_upload

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False)

_TOO_LARGE: Final = frozenset({"file_too_large", "file_too_slow"})
_DOCUMENTS: Final = (".docx", ".pdf")
Tables = list[dict[str, Any]]


class _Look(NamedTuple):
    """What a look at a draft told."""

    tables: Tables
    """The tables; none where it cannot be opened."""
    problem: YingcaiError | None
    """Why it cannot be opened, or may not be read as is said."""
    chosen: Mapping[str, str | None] | None = None
    """What was chosen for the columns, where that cannot be."""


@inside.get("/office/uploads/drafts/{draft_id}", response_class=HTMLResponse)
def show_draft(
    request: Request, service: ServiceDependency, caller: Writer, draft_id: UploadNumber
) -> Response:
    """Show what a file would be taken for; one that was handed in already has another page."""
    try:
        draft = read_draft(service, caller, draft_id)
    except UnknownName:
        return _handed_in(service, caller, draft_id)
    return _page(request, service, caller, draft, _look(service, caller, draft))


@inside.post("/office/uploads/drafts/{draft_id}", response_class=HTMLResponse)
def take_draft(
    request: Request, service: ServiceDependency, caller: Writer, draft_id: UploadNumber, form: Form
) -> Response:
    """Look again as is said now, hand the file in, or drop it."""
    try:
        draft = read_draft(service, caller, draft_id)
    except UnknownName:
        return _handed_in(service, caller, draft_id)
    if form.get("do") == "drop":
        drop_draft(service, draft)
        return back_to("/office/uploads?dropped=1")
    before = _look(service, caller, draft)
    chosen = _chosen(before.tables, draft, form)
    try:
        said = _said(caller, draft, before.tables, form, chosen)
        _confirm(service, caller, said, before, wanted=form.get("do") == "submit")
    except (InputError, TooMany) as error:
        look = _Look(before.tables, error, chosen)
        return _page(request, service, caller, draft, look, status=status_of(error))
    if form.get("do") != "submit":
        return back_to(f"/office/uploads/drafts/{draft_id}")
    handed = said.model_copy(update={"mapping": chosen}) if said.kind == draft.kind else said
    return back_to(f"/office/uploads/{submit_draft(service, handed, kinds_of(caller, handed.kind))}")


def _handed_in(service: Service, caller: Principal, draft_id: str) -> Response:
    """Send whoever comes a second time to the file; a stranger's number is unknown to them."""
    try:
        read_upload(service.store, draft_id, owner=caller.owner)
    except UnknownName as error:
        raise UnknownName(
            "draft_unknown", "没有这个待核对的文件", hint="放了一小时以上的会自动清除；请重新上传"
        ) from error
    return back_to(f"/office/uploads/{draft_id}")


def _look(service: Service, caller: Principal, draft: Draft) -> _Look:
    try:
        return _Look(preview_draft(service, caller, draft), None)
    except (InputError, TooMany) as error:
        return _Look([], error)


def _chosen(tables: Tables, draft: Draft, form: FormData) -> dict[str, str | None] | None:
    """Return what a form says of the columns; None where it could not say anything."""
    if not _mappable(tables, draft) or "col-0" not in form:
        return None
    return {
        column["column"]: str(form.get(f"col-{place}", "")) or None
        for place, column in enumerate(tables[0]["columns"])
        if column["reason"] != Reason.REFUSED.value
    }


def _said(
    caller: Principal,
    draft: Draft,
    tables: Tables,
    form: FormData,
    chosen: Mapping[str, str | None] | None,
) -> Draft:
    """Return the draft as its sender now says; what is said of columns holds for one kind of table."""
    kind = kind_of_form(caller, form)
    if kind != draft.kind:
        return draft.model_copy(update={"kind": kind, "mapping": None})
    if chosen is None or chosen == _recognised(tables):
        return draft
    return draft.model_copy(update={"mapping": chosen})


def _confirm(service: Service, caller: Principal, said: Draft, before: _Look, *, wanted: bool) -> None:
    """Look at a draft as is said now and keep that; where it is to be handed in, refuse what cannot be."""
    if before.problem is not None and before.problem.code in _TOO_LARGE and wanted:
        change_draft(service, said)
        return
    tables = preview_draft(service, caller, said)
    change_draft(service, said)
    refusals = [table["refusal"] for table in tables if table["refusal"]]
    if wanted and refusals:
        raise InputError(refusals[0]["code"], refusals[0]["message"], hint=_hint(refusals[0]))


def _hint(refusal: Mapping[str, str]) -> str:
    """Return what to do about a refusal on this page, where nobody types commands."""
    return (
        "在下面“列对应”中为缺少的字段选一列，再确认导入"
        if refusal["code"] == "columns_missing"
        else refusal["hint"]
    )


def _recognised(tables: Tables) -> dict[str, str | None]:
    refused = Reason.REFUSED.value
    return {each["column"]: each["field"] for each in tables[0]["columns"] if each["reason"] != refused}


def _mappable(tables: Tables, draft: Draft) -> bool:
    """Whether columns can be mapped here: those of one table, or of tables with the same columns."""
    if not tables or draft.file_name.endswith(_DOCUMENTS):
        return False
    heads = {(table["kind"], tuple(column["column"] for column in table["columns"])) for table in tables}
    return len(heads) == 1


def _page(
    request: Request,
    service: Service,
    caller: Principal,
    draft: Draft,
    look: _Look,
    *,
    status: int = 200,
) -> Response:
    tables = [_shown(table, look.chosen) for table in look.tables]
    allowed = kinds_of(caller, None)
    return render(
        request,
        service,
        "uploads_draft.html",
        f"核对：{draft.file_name}",
        status=status,
        draft=draft,
        size=size_of(draft.size),
        tables=tables,
        mappable=_mappable(look.tables, draft),
        problem=look.problem,
        unseen=not tables and look.problem is not None and look.problem.code in _TOO_LARGE,
        kinds={each: name for each, name in KINDS.items() if each in allowed},
        others=[each for each in list_drafts(service, caller) if each.upload_id != draft.upload_id],
        refused=any(table["refusal"] for table in tables),
    )


def _shown(table: Mapping[str, Any], chosen: Mapping[str, str | None] | None) -> dict[str, Any]:
    kind = TableKind(table["kind"])
    heads, rows = shown_rows(kind, table["rows"])
    columns: Sequence[Mapping[str, Any]] = table["columns"]
    refusal = table["refusal"]
    return {
        "file": table["file"],
        "sheet": table["sheet"],
        "kind": KINDS[kind],
        "total": table["total_rows"],
        "read": table["read_rows"],
        "columns": [
            {
                **column,
                "choice": (chosen or {}).get(column["column"], column["field"]),
                "label": REASONS[column["reason"]][0],
                "badge": REASONS[column["reason"]][1],
                "refused": column["reason"] == Reason.REFUSED.value,
            }
            for column in columns
        ],
        "fields": field_choices(kind),
        "heads": heads,
        "rows": rows,
        "problems": [problem_line(CellProblem.model_validate(each)) for each in table["problems"]],
        "refusal": None if refusal is None else {**refusal, "hint": _hint(refusal)},
        "synthetic": any(row.get("synthetic") for row in table["rows"]),
    }
