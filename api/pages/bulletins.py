"""Bulletins of a quarter as pages: the list, one of them with its tables, and its files."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.dependencies import ServiceDependency
from api.pages.frame import render
from api.routes.bulletins import BulletinForm
from data.catalogue.lists.documents import ListDocument, document_bytes
from data.store.bulletins import list_bulletins, read_bulletin

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Number = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("/bulletins", response_class=HTMLResponse)
def show_bulletins(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show the bulletins in force, the newest quarter first."""
    found = list_bulletins(service.store, service.region.name)
    quarters = [(name, list(headers)) for name, headers in groupby(found, key=lambda each: each.quarter)]
    return render(
        request,
        service,
        "public_bulletins.html",
        f"{service.region.name_zh}人才需求季度通报",
        quarters=quarters,
        forms=list(BulletinForm),
    )


@router.get("/bulletins/{bulletin_id}", response_class=HTMLResponse)
def show_bulletin(request: Request, service: ServiceDependency, bulletin_id: Number) -> HTMLResponse:
    """Show one bulletin; one that was built anew since says which is in force."""
    header, content = read_bulletin(service.store, service.region.name, bulletin_id)
    newest = list_bulletins(
        service.store, service.region.name, quarter=header.quarter, industry=header.industry
    )
    document = ListDocument.model_validate(content)
    return render(
        request,
        service,
        "public_bulletin.html",
        document.title.removeprefix("【合成数据，仅供演示】"),
        header=header,
        document=document,
        newer=next((each for each in newest if each.bulletin_id != bulletin_id), None),
        forms=list(BulletinForm),
    )


@router.get("/bulletins/{bulletin_id}/files/{form}")
def read_file(service: ServiceDependency, bulletin_id: Number, form: BulletinForm) -> Response:
    """Return a bulletin as a file."""
    header, content = read_bulletin(service.store, service.region.name, bulletin_id)
    document = ListDocument.model_validate(content)
    label = "合成数据-" if header.synthetic else ""
    name = f"{label}{header.quarter}-{header.industry or '全市'}-季度通报.{form.value}"
    disposition = (
        f"attachment; filename=\"bulletin-{bulletin_id}.{form.value}\"; filename*=UTF-8''{quote(name)}"
    )
    return Response(
        document_bytes(document, form.value),
        media_type=form.media_type,
        headers={"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"},
    )
