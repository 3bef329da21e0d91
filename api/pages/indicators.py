"""Indicators of plans as a page: base, latest figure, target and what does not hold, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ServiceDependency
from api.pages.frame import render
from api.regions import region_of
from data.catalogue.lists.plans import PlanReading, PlanRow, plan_document, plan_rows
from data.regions import Region, check_region, read_region, region_names
from data.store.moments import beijing_day, beijing_today
from data.store.plan_readings import KeptReading, read_plan_values

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


class IndicatorView(NamedTuple):
    """An indicator with where its figures stand."""

    row: PlanRow
    """The indicator."""
    source: str
    """Where the target, else the latest figure, is printed."""
    recorded_on: str
    """Day on which the value reported was recorded; empty without one."""


@router.get("/indicators", response_class=HTMLResponse)
def show_indicators(
    request: Request,
    service: ServiceDependency,
    region: Annotated[str | None, Query(max_length=40)] = None,
) -> HTMLResponse:
    """Show the indicators of the region's plans; where it has none, why, and who has some."""
    chosen = region_of(service, region or None)
    day = beijing_today()
    kept = {(each.indicator, each.year): each for each in read_plan_values(service.store, chosen.name)}
    rows = plan_rows(chosen, [_reading(each) for each in kept.values()], as_of=day)
    views = [_view(chosen, row, kept) for row in rows]
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


def _reading(kept: KeptReading) -> PlanReading:
    return PlanReading(indicator=kept.indicator, year=kept.year, value=kept.value, source=kept.source)


def _view(region: Region, row: PlanRow, kept: Mapping[tuple[str, int], KeptReading]) -> IndicatorView:
    document = region.document(row.indicator.document)
    figure = row.target or row.stated
    source = document.citation if figure is None else document.cite(figure.clause, figure.line)
    latest = None if row.latest is None else kept[row.latest.indicator, row.latest.year]
    return IndicatorView(row, source, "" if latest is None else beijing_day(latest.recorded_at).isoformat())
