"""The editions of a catalogue, and what changed from one to the next."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ServiceDependency
from api.editions import readable_editions, select_edition
from api.pages.catalogue import EditionAddress
from api.pages.frame import render
from data.catalogue.entries import AnyCatalogue, CatalogueKind
from data.releases.changes import Change, ChangeKind, DiffReport
from data.releases.registry import Release, status_label
from data.store.moments import beijing_today

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_SHOWN = 300
"""Most changes of one kind that the page lists; the API has all of them."""


class Row(NamedTuple):
    """An edition in the list."""

    release: Release
    """The edition."""
    catalogue: AnyCatalogue
    """Its newest document."""
    label: str
    """Where it stands."""
    before: int | None
    """Number of the edition before it; None for the first."""


@router.get("/catalogues/{kind}/editions", response_class=HTMLResponse)
def show_editions(request: Request, service: ServiceDependency, kind: CatalogueKind) -> HTMLResponse:
    """Show every edition that the public may read, the newest first."""
    releases = readable_editions(service, kind, office=False)
    today = beijing_today()
    earlier = [*(release.release_id for release in releases[1:]), None][: len(releases)]
    rows = [
        Row(
            release,
            service.documents.read(release.latest.edition_id).catalogue,
            status_label(release.state, release.valid_to, on=today),
            before,
        )
        for release, before in zip(releases, earlier, strict=True)
    ]
    title = f"{kind.title}：历次版次"
    return render(request, service, "editions.html", title, kind=kind, rows=rows)


@router.get("/catalogues/{kind}/editions/{before}/diff/{after}", response_class=HTMLResponse)
def show_changes(
    request: Request,
    service: ServiceDependency,
    kind: CatalogueKind,
    before: EditionAddress,
    after: EditionAddress,
) -> HTMLResponse:
    """Show what became of every entry from one edition to another."""
    editions = readable_editions(service, kind, office=False)
    pair = select_edition(editions, before), select_edition(editions, after)
    report = service.documents.compared(*pair, snapshots=service.settings.snapshots_dir)
    return render(
        request,
        service,
        "edition_changes.html",
        f"{kind.title}：{pair[0].version} 到 {pair[1].version} 的变化",
        kind=kind,
        report=report,
        groups=_groups(report),
        limit=_SHOWN,
    )


def _groups(report: DiffReport) -> list[tuple[ChangeKind, list[Change]]]:
    """Put the changes together by kind, those that stayed the same left out."""
    order = [kind for kind in ChangeKind if kind is not ChangeKind.SAME]
    found = {kind: [change for change in report.changes if change.kind is kind] for kind in order}
    return [(kind, changes) for kind, changes in found.items() if changes]
