"""The catalogues: the current one, every edition, its entries, and what changed from one to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response

from api.access.principal import Principal
from api.conditional import IfNoneMatch, conditional_answer, conditional_responses
from api.dependencies import ServiceDependency, requires
from api.editions import EditionDocument, readable_editions, select_edition
from api.paging import PageQuery, page_of
from api.routes.catalogue_answers import (
    CatalogueOut,
    DiffOut,
    DiffQuery,
    EditionDocumentOut,
    EditionOut,
    EditionPageOut,
    EntriesOut,
    EntryQuery,
    ErratumOut,
)
from api.selection import check_values, chosen, facets_of, refused
from api.service import Service
from data.catalogue.entries import AnyCatalogue, CatalogueKind, DemandEntry, Entry, entry_fields
from data.catalogue.sections import OTHER_SECTION
from data.editions import current_number, status_of
from data.permissions import Scope
from data.releases.comparison import compare_releases
from data.releases.registry import Release, status_label
from data.store.documents import read_edition_headers
from data.store.moments import beijing_today
from data.store.sources import entries_for

__all__ = ["router"]

router = APIRouter(prefix="/v1/catalogues", tags=["目录"])

Reader = Annotated[Principal, requires(Scope.CATALOGUES_READ)]
Kind = Annotated[CatalogueKind, Path(description="demand 或 shortage", examples=["shortage"])]
_ADDRESS: Final = "版次编号；查阅某一版本用 编号@版本号"
Edition = Annotated[str, Path(max_length=64, description=_ADDRESS, examples=["3@2026Q4.1"])]
_RESPONSES = conditional_responses(401, 403, 404, 422, 429, 503)
_PAGED = conditional_responses(400, 401, 403, 404, 422, 429, 503)

_ALWAYS: Final = ("entry_id", "synthetic")
_COUNTED: Final = {
    CatalogueKind.DEMAND: ("key_industry", "district", "section", "status", "talent_category", "occ_code"),
    CatalogueKind.SHORTAGE: (
        "key_industry", "star", "section", "level", "confidence", "talent_category", "occ_code", "route",
    ),
}  # fmt: skip
"""Fields with one value of a closed set each, by which entries can be counted."""
_UNRATED: Final = "X"


@router.get("/{kind}/current", summary="现行目录", responses=_RESPONSES, response_model=CatalogueOut)
def read_current(
    service: ServiceDependency, caller: Reader, kind: Kind, if_none_match: IfNoneMatch = None
) -> Response:
    """Return the newest published edition of this kind; where none is published, the newest draft."""
    number = current_number(service.store, service.region, kind)
    status = status_of(service.store, number)
    catalogue = service.documents.read(number).catalogue.model_dump(mode="json")
    entries = _told(service, caller, catalogue.pop("entries"))
    fields = {name: catalogue[name] for name in CatalogueOut.model_fields if name in catalogue}
    known = {"region": service.region.name, "version": status.version}
    body = CatalogueOut(
        **{**fields, **known, "status": status.label, "document": catalogue, "entries": entries}
    )
    return conditional_answer(body, if_none_match)


@router.get("/{kind}/editions", summary="目录的各版次", responses=_PAGED, response_model=EditionPageOut)
def list_editions(
    service: ServiceDependency,
    caller: Reader,
    kind: Kind,
    query: Annotated[PageQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return the editions that the caller may read, the newest first; none where none was built."""
    editions = _readable(service, kind, caller)
    page = page_of(
        editions,
        query,
        key=service.pseudonym_key,
        of=["editions", service.region.name, kind.value],
        ranks=[-release.release_id for release in editions],
    )
    headers = read_edition_headers(service.store, [each.latest.edition_id for each in page.items])
    shown = [
        EditionOut.of(each, headers[each.latest.edition_id], version=each.latest.version, on=beijing_today())
        for each in page.items
    ]
    body = EditionPageOut(
        region=service.region.name,
        total=page.total,
        synthetic=any(each.synthetic for each in shown),
        editions=shown,
        cursor=page.cursor,
    )
    return conditional_answer(body, if_none_match)


@router.get(
    "/{kind}/editions/{edition}", summary="一个版次", responses=_RESPONSES, response_model=EditionDocumentOut
)
def read_edition(
    service: ServiceDependency,
    caller: Reader,
    kind: Kind,
    edition: Edition,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return an edition without its entries: state, versions, errata, notes and parameters."""
    release, version = found = select_edition(_readable(service, kind, caller), edition)
    catalogue = _document(service, found).model_dump(mode="json")
    entries = catalogue.pop("entries")
    (record,) = (each for each in release.versions if each.version == version)
    body = EditionDocumentOut.of(
        release,
        catalogue,
        version=version,
        on=beijing_today(),
        entries=len(entries),
        errata=[ErratumOut.of(each) for each in record.errata],
        document=catalogue,
    )
    return conditional_answer(body, if_none_match)


@router.get(
    "/{kind}/editions/{edition}/entries", summary="版次的条目", responses=_PAGED, response_model=EntriesOut
)
def list_entries(
    service: ServiceDependency,
    caller: Reader,
    kind: Kind,
    edition: Edition,
    query: Annotated[EntryQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return entries page by page; filters join with and, several values of one filter with or."""
    found = select_edition(_readable(service, kind, caller), edition)
    fields = chosen("fields", query.fields, entry_fields(kind))
    counted = chosen("stats", query.stats, _COUNTED[kind])
    catalogue = _document(service, found)
    wanted = _wanted(service, kind, query, catalogue.entries)
    entries = [entry for entry in catalogue.entries if wanted(entry)]
    page = page_of(entries, query, key=service.pseudonym_key, of=_listed(service, kind, found, query))
    body = EntriesOut(
        region=service.region.name,
        kind=kind,
        release_id=found.release.release_id,
        edition=catalogue.edition,
        version=found.version,
        status=status_label(found.release.state, found.release.valid_to, on=beijing_today()),
        as_of=catalogue.as_of,
        synthetic=catalogue.synthetic,
        total=page.total,
        entries=_told(service, caller, [entry.model_dump(mode="json") for entry in page.items], fields),
        stats=facets_of(entries, counted),
        cursor=page.cursor,
    )
    return conditional_answer(body, if_none_match)


@router.get(
    "/{kind}/editions/{before}/diff/{after}",
    summary="两个版次的变化",
    responses=_RESPONSES,
    response_model=DiffOut,
)
def compare_editions(
    service: ServiceDependency,
    caller: Reader,
    kind: Kind,
    before: Annotated[str, Path(max_length=64, description=f"前一版：{_ADDRESS}", examples=["2"])],
    after: Annotated[str, Path(max_length=64, description=f"后一版：{_ADDRESS}", examples=["3"])],
    query: Annotated[DiffQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Tell what became of every entry, and how much of it is due to the method and how much to the data."""
    editions = _readable(service, kind, caller)
    report = compare_releases(
        service.store,
        select_edition(editions, before),
        select_edition(editions, after),
        snapshots=service.settings.snapshots_dir,
    )
    return conditional_answer(DiffOut.of(service.region.name, report, query.change), if_none_match)


def _readable(service: Service, kind: CatalogueKind, caller: Principal) -> tuple[Release, ...]:
    return readable_editions(service, kind, office=caller.agency_id is None)


def _document(service: Service, found: EditionDocument) -> AnyCatalogue:
    return service.documents.read(found.edition_id).catalogue


def _listed(service: Service, kind: CatalogueKind, found: EditionDocument, query: EntryQuery) -> list[Any]:
    """Return what a cursor belongs to: the document and the filters, not what is shown of an entry."""
    filters = [sorted(set(values)) for values in (query.key_industry, query.district, query.star)]
    return ["entries", service.region.name, kind.value, found.release.release_id, found.version, *filters]


def _wanted(
    service: Service, kind: CatalogueKind, query: EntryQuery, entries: Sequence[Entry]
) -> Callable[[Entry], bool]:
    """Return the test that filters make; one that the catalogue does not have, or cannot meet, is refused."""
    if query.district and kind is CatalogueKind.SHORTAGE:
        raise refused("district", "急需紧缺人才目录不分地区，不能按所在地筛选")
    if query.star and kind is CatalogueKind.DEMAND:
        raise refused("star", "人才需求目录没有星级，不能按星级筛选")
    industries = {each.key_industry or OTHER_SECTION for each in entries}
    check_values(
        "key_industry", query.key_industry, {*service.region.key_industries, *industries, OTHER_SECTION}
    )
    names = {each.code: each.name for each in service.region.districts}
    there = {each.district for each in entries if isinstance(each, DemandEntry) and each.district}
    check_values("district", query.district, {*names, *names.values(), *there})
    kept: dict[str, set[Any]] = {
        "key_industry": {None if name == OTHER_SECTION else name for name in query.key_industry},
        "district": {names.get(name, name) for name in query.district},
        "star": {None if star == _UNRATED else int(star) for star in query.star},
    }
    filters = {name: values for name, values in kept.items() if values}
    return lambda entry: all(getattr(entry, name) in values for name, values in filters.items())


def _told(
    service: Service, caller: Principal, entries: list[dict[str, Any]], fields: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """Return of entries what the caller may see, and of that the fields wanted, all where none are named."""
    with service.store.read() as connection:
        shown = entries_for(connection, entries, caller.owner)
    wanted = {*fields, *_ALWAYS}
    return [{name: value for name, value in each.items() if not fields or name in wanted} for each in shown]
