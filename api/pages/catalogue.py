"""The catalogues as pages: the one in force or one edition, narrowed, sorted and cut as the address says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ServiceDependency
from api.documents import Document
from api.editions import readable_editions, select_edition
from api.pages.frame import render
from api.pages.listing import COLUMNS, Choice, Listing
from api.service import Service
from data.catalogue.entries import CatalogueKind
from data.editions import EditionStatus, status_of
from data.store.documents import current_edition_id

__all__ = ["EditionAddress", "router"]

router = APIRouter(include_in_schema=False)

EditionAddress = Annotated[str, Path(max_length=64)]
"""Number of an edition, or number, ``@`` and version."""


@router.get("/", response_class=HTMLResponse)
@router.get("/catalogues/{kind}", response_class=HTMLResponse)
def show_current(
    request: Request, service: ServiceDependency, kind: CatalogueKind = CatalogueKind.SHORTAGE
) -> HTMLResponse:
    """Show the newest published edition, else the newest draft."""
    number = current_edition_id(service.store, service.region.name, kind)
    if number is None:
        title = f"{service.region.name_zh}{kind.title}"
        return render(request, service, "catalogue_none.html", title, kind=kind)
    return _page(request, service, service.documents.read(number), status_of(service.store, number))


@router.get("/catalogues/{kind}/editions/{edition}", response_class=HTMLResponse)
def show_edition(
    request: Request, service: ServiceDependency, kind: CatalogueKind, edition: EditionAddress
) -> HTMLResponse:
    """Show one edition that the public may read."""
    found = select_edition(readable_editions(service, kind, office=False), edition)
    status = status_of(service.store, found.edition_id)
    return _page(request, service, service.documents.read(found.edition_id), status, edition=edition)


def _page(
    request: Request,
    service: Service,
    document: Document,
    status: EditionStatus,
    *,
    edition: str | None = None,
) -> HTMLResponse:
    catalogue = document.catalogue
    kind = catalogue.kind
    columns = COLUMNS[kind]
    listing = Listing.of(catalogue, Choice.from_query(request.query_params, kind))
    return render(
        request,
        service,
        "catalogue.html",
        f"{service.region.name_zh}{kind.title}",
        kind=kind,
        catalogue=catalogue,
        standing=status,
        listing=listing,
        base=f"/catalogues/{kind.value}" + (f"/editions/{edition}" if edition else ""),
        edition=edition,
        columns=columns,
        labels={column.name: column.label for column in columns},
        rated=document.rated,
        all_synthetic=document.all_synthetic,
    )
