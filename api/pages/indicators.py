"""Indicators of plans as a page: base, latest figure, target and what does not hold, each with its source."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ServiceDependency
from api.pages.frame import render
from api.regions import region_of
from data.catalogue.lists.plans import PlanRow, plan_document, plan_rows
from data.regions import Region, check_region, read_region, region_names
from data.store.moments import beijing_day

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


class IndicatorView(NamedTuple):
    """An indicator with where its figures stand."""

    row: PlanRow
    """The indicator."""
    source: str
    """Where the target, else the latest figure, is printed."""


@router.get("/indicators", response_class=HTMLResponse)
def show_indicators(
    request: Request,
    service: ServiceDependency,
    region: Annotated[str | None, Query(max_length=40)] = None,
) -> HTMLResponse:
    """Show the indicators of the region's plans; where it has none, why, and who has some."""
    chosen = region_of(service, region or None)
    day = beijing_day(dt.datetime.now(dt.UTC))
    rows = plan_rows(chosen, (), as_of=day)
    views = [_view(chosen, row) for row in rows]
    own = {row.indicator.id for row in rows}
    return render(
        request,
        service,
        "public_indicators.html",
        f"{chosen.name_zh}规划指标",
        chosen=chosen,
        groups=[(name, list(found)) for name, found in groupby(views, key=lambda v: v.row.indicator.group)],
        flags=[flag for flag in check_region(chosen, as_of=day) if flag.subject not in own],
        # The documents stand at the head of the page already.
        notes=plan_document(chosen, rows, as_of=day).notes[: -len(chosen.documents) or None],
        others=[each for each in map(read_region, region_names()) if each.plan_indicators],
        documents=[(each.citation, each.status_on(day)) for each in chosen.documents],
        day=day,
    )


def _view(region: Region, row: PlanRow) -> IndicatorView:
    document = region.document(row.indicator.document)
    figure = row.target or row.stated
    source = document.citation if figure is None else document.cite(figure.clause, figure.line)
    return IndicatorView(row, source)
