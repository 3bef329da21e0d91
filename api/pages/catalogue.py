"""The current catalogue as a page, sortable by its column heads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from api.dependencies import ServiceDependency
from data.catalogue.entries import CatalogueKind
from data.editions import status_of
from data.store.documents import current_edition

__all__ = ["STATIC", "router"]

STATIC = Path(__file__).parent / "static"
"""Style sheets."""

router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


class Column(NamedTuple):
    """A column of the page."""

    name: str
    """Sort key in the address."""
    label: str
    """Head in Chinese."""
    numeric: bool
    """True to align right and to sort the largest first."""


_SHORTAGE = (
    Column("occ_name", "职业", False),
    Column("section", "重点产业", False),
    Column("star", "紧缺等级", True),
    Column("S", "紧缺指数（80%区间）", True),
    Column("confidence", "可信度", False),
    Column("demand_heads", "需求人数", True),
    Column("supply_heads", "求职人数", True),
    Column("ratio", "求人倍率", True),
    Column("pay_median", "参考月薪（元）", True),
    Column("n_spell", "招聘次数", True),
    Column("n_emp", "单位数", True),
)
_DEMAND = (
    Column("job_title", "岗位", False),
    Column("section", "重点产业", False),
    Column("employer_name", "用人单位", False),
    Column("district", "所在地", False),
    Column("headcount", "需求人数", True),
    Column("education_or_equiv", "学历或同等技能等级", False),
    Column("pay_month_max", "月薪（元）", True),
    Column("occ_name", "职业", False),
    Column("opened_on", "发布日期", False),
    Column("status", "状态", False),
)
_COLUMNS = {CatalogueKind.SHORTAGE: _SHORTAGE, CatalogueKind.DEMAND: _DEMAND}


@router.get("/", response_class=HTMLResponse)
@router.get("/catalogues/{kind}", response_class=HTMLResponse)
def show_catalogue(
    request: Request,
    service: ServiceDependency,
    kind: CatalogueKind = CatalogueKind.SHORTAGE,
    sort: Annotated[str, Query(max_length=40)] = "",
    order: Annotated[str, Query(max_length=40)] = "desc",
) -> HTMLResponse:
    """Show the newest published edition, else the newest draft; an unknown column or order is ignored."""
    order = "asc" if order == "asc" else "desc"
    edition = current_edition(service.store, service.region.name, kind)
    columns = _COLUMNS[kind]
    entries = [] if edition is None else _sorted(edition["entries"], columns, sort, order)
    return _templates.TemplateResponse(
        request,
        "catalogue.html",
        {
            "kind": kind,
            "kinds": list(CatalogueKind),
            "region": service.region,
            "edition": edition,
            "status": edition and status_of(service.store, edition["edition_id"]),
            "entries": entries,
            "columns": columns,
            "labels": {column.name: column.label for column in columns},
            "sort": sort,
            "order": order,
            "rated": sum(1 for entry in entries if entry.get("S") is not None),
        },
    )


def _sorted(
    entries: list[dict[str, Any]], columns: tuple[Column, ...], sort: str, order: str
) -> list[dict[str, Any]]:
    """Sort by a column, entries without a value last; an unknown column leaves the printing order."""
    if sort not in {column.name for column in columns}:
        return entries
    key: Callable[[dict[str, Any]], Any] = lambda entry: entry[sort]  # noqa: E731 - used twice below
    known = sorted((entry for entry in entries if key(entry) is not None), key=key, reverse=order == "desc")
    return known + [entry for entry in entries if key(entry) is None]
