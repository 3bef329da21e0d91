"""What publication of an edition writes, before it is written; and editions compared at the desk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal
from api.catalogue_files import MEDIA_TYPES, edition_files
from api.dependencies import ServiceDependency, requires, requires_any
from api.editions import EditionDocument, readable_editions, select_edition
from api.jobs.export import export_folder, files_in, last_export, submit_export
from api.pages.desk_steps import ReleaseNumber, office_only, release_of
from api.pages.frame import back_to, render
from api.service import Service
from data.catalogue.entries import CatalogueKind
from data.errors import UnknownName
from data.jobs import Job
from data.permissions import Scope
from data.releases.changes import Change, ChangeKind, DiffReport, ReasonCode
from data.releases.registry import Release, list_releases
from data.releases.report import write_diff
from data.releases.states import EditionState
from data.store.job_results import iter_results

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, requires(Scope.CATALOGUES_READ)]
Reference = Annotated[str, InPath(max_length=64)]
_EXPORTERS: Final = frozenset({Scope.CATALOGUES_WRITE, Scope.CATALOGUES_APPROVE})
Exporter = Annotated[Principal, requires_any(Scope.CATALOGUES_WRITE, Scope.CATALOGUES_APPROVE)]
_SHOWN: Final = 200
_MOVERS: Final = 10
_CHANGES: Final = {"changes.md": "text/markdown; charset=utf-8", "diff.csv": "text/csv; charset=utf-8"}


class Made(NamedTuple):
    """A file of an export."""

    name: str
    """Its name, with the folder within the export that it lies in."""
    path: Path
    """Where it lies."""
    size: int
    """Bytes."""


class Artefact(NamedTuple):
    """One thing that publication writes."""

    name: str
    """Its file, or the beginning of the names of its files."""
    meaning: str
    """What it is."""
    file: str = ""
    """Name under which it can be looked at now; empty where it is made at publication only."""


@inside.get("/office/editions/{release_id}/publish", response_class=HTMLResponse)
def show_publication(
    request: Request, service: ServiceDependency, caller: Reader, release_id: ReleaseNumber
) -> Response:
    """Show what publication of an edition writes, and where its step is taken."""
    release = release_of(service, caller, release_id)
    catalogue = service.documents.read(release.latest.edition_id).catalogue
    before = _before(service, release)
    return render(
        request,
        service,
        "desk_publish.html",
        f"发布件：{release.kind.title} {release.name}",
        release=release,
        catalogue=catalogue,
        artefacts=_artefacts(release.kind, before),
        sheets=_sheets(release.kind, before),
        before=before,
        is_next=release.state is EditionState.SIGNED,
        export=(job := last_export(service, release)),
        refusal=None if job is None else _refusal(service, job),
        made=_made(service, release),
        may_export=not caller.scopes.isdisjoint(_EXPORTERS),
        is_readable=release in readable_editions(service, release.kind, office=False),
    )


@inside.post("/office/editions/{release_id}/publish/export")
def take_export(service: ServiceDependency, caller: Exporter, release_id: ReleaseNumber) -> Response:
    """Have everything written that publication writes, as the edition stands now."""
    release = release_of(service, caller, release_id)
    submit_export(service, release, _before(service, release), actor=caller.actor)
    return back_to(f"/office/editions/{release_id}/publish#made")


@inside.get("/office/editions/{release_id}/publish/made/{name:path}")
def get_made(
    service: ServiceDependency,
    caller: Reader,
    release_id: ReleaseNumber,
    name: Annotated[str, InPath(max_length=200)],
) -> Response:
    """Return a file of the newest export; only names that stand in its list lead anywhere."""
    release = release_of(service, caller, release_id)
    found = {each.name: each.path for each in _made(service, release)}
    if name not in found:
        raise UnknownName("artefact_unknown", f"没有发布件“{name}”", hint="见发布件预览")
    return FileResponse(found[name], filename=found[name].name, headers={"X-Content-Type-Options": "nosniff"})


@inside.get("/office/editions/{release_id}/publish/files/{name}")
def get_artefact(
    service: ServiceDependency,
    caller: Reader,
    release_id: ReleaseNumber,
    name: Annotated[str, InPath(max_length=20)],
) -> Response:
    """Return an artefact as publication would write it now."""
    release = release_of(service, caller, release_id)
    before = _before(service, release)
    if name in MEDIA_TYPES:
        files = edition_files(service, EditionDocument(release, release.latest.version))
        content, media = (
            next(each.path for each in files if each.form == name).read_bytes(),
            MEDIA_TYPES[name],
        )
        shown = f"edition-{release_id}.{name}"
    elif name in _CHANGES and before is not None:
        content, media, shown = (
            _changes(service, before, release, name),
            _CHANGES[name],
            f"edition-{release_id}-{name}",
        )
    else:
        raise UnknownName("artefact_unknown", f"没有发布件“{name}”", hint="见发布件预览")
    headers = {"Content-Disposition": f'attachment; filename="{shown}"'}
    return Response(content, media_type=media, headers=headers)


@inside.get("/office/editions/{before}/diff/{after}", response_class=HTMLResponse)
def show_diff(
    request: Request,
    service: ServiceDependency,
    caller: Reader,
    before: Reference,
    after: Reference,
    now: Annotated[bool, Query()] = False,
) -> Response:
    """Compare two editions; the page comes at once and fetches the comparison, which may take a while."""
    office_only(caller)
    pair = _pair(service, before, after)
    ready = now or "hx-request" in request.headers
    report = service.documents.compared(*pair, snapshots=service.settings.snapshots_dir) if ready else None
    return render(
        request,
        service,
        "desk_diff.html",
        f"{pair[0][0].kind.title}：{pair[0][1]} 到 {pair[1][1]} 的变化",
        pair=pair,
        report=report,
        groups=[] if report is None else _groups(report),
        movers=[] if report is None else report.movers(k=_MOVERS),
        address=request.url.path,
        limit=_SHOWN,
    )


def _made(service: Service, release: Release) -> list[Made]:
    folder = export_folder(service.settings, release)
    return [Made(each.relative_to(folder).as_posix(), each, each.stat().st_size) for each in files_in(folder)]


def _refusal(service: Service, job: Job) -> dict[str, str] | None:
    """Return why an export was refused; None where it was not."""
    answers = iter_results(service.store, job.job_id) if job.failed else ()
    return next((each["error"] for each in answers if each.get("error")), None)


def _pair(service: Service, before: str, after: str) -> tuple[tuple[Release, str], tuple[Release, str]]:
    """Find the two editions of an address; those that were withdrawn are compared as well."""
    every = list_releases(service.store, service.region.name)
    one, other = select_edition(every, before), select_edition(every, after)
    return (one.release, one.version), (other.release, other.version)


def _before(service: Service, release: Release) -> Release | None:
    """Return the edition that was built or published before one; None for the first."""
    every = readable_editions(service, release.kind, office=True)
    earlier = [each for each in every if each.release_id < release.release_id and each.name != release.name]
    return next(
        (each for each in earlier if EditionState.PUBLISHED in each.evidence), next(iter(earlier), None)
    )


def _changes(service: Service, before: Release, release: Release, name: str) -> bytes:
    pair = (before, before.latest.version), (release, release.latest.version)
    report = service.documents.compared(*pair, snapshots=service.settings.snapshots_dir)
    with tempfile.TemporaryDirectory(prefix="yingcai-", dir=service.settings.var_dir) as folder:
        return next(path for path in write_diff(report, Path(folder)) if path.name == name).read_bytes()


def _groups(report: DiffReport) -> list[tuple[ChangeKind, list[Change]]]:
    """Put the changes together by kind; of those that stayed the same only what an erratum touched."""
    shown = [
        change
        for change in report.changes
        if change.kind is not ChangeKind.SAME or ReasonCode.ERRATUM in change.reasons
    ]
    found = {kind: [change for change in shown if change.kind is kind] for kind in ChangeKind}
    return [(kind, changes) for kind, changes in found.items() if changes]


def _artefacts(kind: CatalogueKind, before: Release | None) -> Iterator[Artefact]:
    title = kind.title
    yield Artefact("通知", "签发用的通知（DOCX、PDF）")
    yield Artefact(f"{title}.xlsx", "目录工作簿", "xlsx")
    yield Artefact(f"{title}.csv", "目录数据表", "csv")
    yield Artefact(f"{title}.json", "目录数据文档", "json")
    yield Artefact(f"{title}.html、{title}.pdf", "目录正文，排版")
    if before is not None:
        yield Artefact(f"{title}-变化/diff.csv", "逐条变化", "diff.csv")
        yield Artefact(f"{title}-变化/changes.md", "变化说明", "changes.md")
        yield Artefact(f"{title}-变化说明.html、.pdf", "变化说明，排版")
    if kind is CatalogueKind.SHORTAGE:
        yield Artefact("方法说明、稳健性检验、分析报告", "每种一份 HTML、一份 PDF，图表另存")
    yield Artefact("数据质量报告.html、.pdf", "数据来源、样本与覆盖")
    yield Artefact(f"{title}.schema.json、.dcat.jsonld", "结构说明与开放数据目录")
    yield Artefact("manifest.json", "全部文件与校验值")


def _sheets(kind: CatalogueKind, before: Release | None) -> list[str]:
    return [
        "目录",
        *(["指标"] if kind is CatalogueKind.SHORTAGE else []),
        *(["变化"] if before is not None else []),
        "说明",
    ]
