"""Files that the office publishes: those of the current editions at once, others on pages of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from starlette.responses import Response

from api.catalogue_files import MEDIA_TYPES, EditionFile, edition_files
from api.dependencies import ServiceDependency
from api.editions import EditionDocument, readable_editions, select_edition
from api.pages.catalogue import EditionAddress
from api.pages.frame import render
from api.service import Service
from data.catalogue.entries import AnyCatalogue, CatalogueKind
from data.errors import UnknownName
from data.releases.registry import Release, status_label
from data.store.documents import current_edition_id, read_edition_headers
from data.store.moments import beijing_today

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


class Elsewhere(NamedTuple):
    """An edition whose files are on a page of their own."""

    kind: CatalogueKind
    """Which catalogue."""
    address: str
    """Number of the edition and version."""
    version: str
    """Version."""
    label: str
    """Where the edition stands."""
    as_of: dt.date
    """Day on which its data stand."""
    synthetic: bool
    """True when it holds generated data (合成数据)."""


class Offer(NamedTuple):
    """An edition with its files."""

    kind: CatalogueKind
    """Which catalogue."""
    address: str
    """Number of the edition and version."""
    version: str
    """Version."""
    label: str
    """Where the edition stands."""
    catalogue: AnyCatalogue
    """Its document."""
    files: tuple[EditionFile, ...]
    """Its files."""


@router.get("/downloads", response_class=HTMLResponse)
def show_downloads(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show the files of the current editions, and where those of the others are."""
    editions = {kind: readable_editions(service, kind, office=False) for kind in CatalogueKind}
    current = {kind: _current(service, kind, found) for kind, found in editions.items()}
    shown = [_offer(service, each) for each in current.values() if each is not None]
    others = [
        EditionDocument(release, record.version)
        for kind, found in editions.items()
        for release in found
        for record in reversed(release.versions)
        if current[kind] != (release, record.version)
    ]
    title = "下载"
    elsewhere = _elsewhere(service, others)
    return render(
        request, service, "public_downloads.html", title, offers=shown, others=elsewhere, single=False
    )


@router.get("/downloads/{kind}/{edition}", response_class=HTMLResponse)
def show_edition_files(
    request: Request, service: ServiceDependency, kind: CatalogueKind, edition: EditionAddress
) -> HTMLResponse:
    """Show the files of one edition."""
    found = select_edition(readable_editions(service, kind, office=False), edition)
    title = f"下载：{kind.title} {found.version}"
    offers = [_offer(service, found)]
    return render(request, service, "public_downloads.html", title, offers=offers, others=[], single=True)


@router.get("/downloads/{kind}/{edition}/{form}")
def read_edition_file(
    service: ServiceDependency, kind: CatalogueKind, edition: EditionAddress, form: str
) -> Response:
    """Return one file of an edition."""
    if form not in MEDIA_TYPES:
        raise UnknownName("format_unknown", f"没有“{form}”这种文件", hint=f"现有：{'、'.join(MEDIA_TYPES)}")
    found = select_edition(readable_editions(service, kind, office=False), edition)
    file = next(each for each in edition_files(service, found) if each.form == form)
    plain = f"{kind.value}-{found.release.release_id}.{form}"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    headers = {
        "Content-Disposition": disposition,
        "ETag": f'"{file.sha256[:32]}"',
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(file.path, media_type=MEDIA_TYPES[form], headers=headers)


def _current(service: Service, kind: CatalogueKind, editions: tuple[Release, ...]) -> EditionDocument | None:
    """Return the document that the catalogue's page shows, among those that the public may read."""
    number = current_edition_id(service.store, service.region.name, kind)
    found = (
        EditionDocument(release, record.version)
        for release in editions
        for record in release.versions
        if record.edition_id == number
    )
    return next(found, None)


def _offer(service: Service, found: EditionDocument) -> Offer:
    return Offer(
        found.release.kind,
        _address(found),
        found.version,
        _label(found.release),
        service.documents.read(found.edition_id).catalogue,
        edition_files(service, found),
    )


def _elsewhere(service: Service, editions: Sequence[EditionDocument]) -> list[Elsewhere]:
    """Describe editions by their headers: nobody reads all of their entries for a list."""
    headers = read_edition_headers(service.store, [each.edition_id for each in editions])
    return [
        Elsewhere(
            each.release.kind,
            _address(each),
            each.version,
            _label(each.release),
            headers[each.edition_id]["as_of"],
            headers[each.edition_id]["synthetic"],
        )
        for each in editions
    ]


def _address(found: EditionDocument) -> str:
    return f"{found.release.release_id}@{found.version}"


def _label(release: Release) -> str:
    return status_label(release.state, release.valid_to, on=beijing_today())
