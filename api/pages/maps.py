"""The map of needs and supply as a page: key industries by district, from the store as it is now."""

from __future__ import annotations

import threading
import time
from typing import Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ServiceDependency
from api.pages.frame import render
from api.pages.map_grid import SHOWN, GridRow, Measure, grid_rows, map_grid
from api.service import Service
from data.catalogue.lists.market import Market
from data.catalogue.lists.talent_map import TalentMap, map_document, talent_map
from data.catalogue.suppression import TOTAL
from data.demand import latest_day, read_demand, read_supply
from data.errors import RefusedError
from data.store.moments import beijing_today
from data.store.version import store_version

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


_DRAWING: Final = threading.Lock()
_FRESH: Final = 60.0


class _Kept(NamedTuple):
    """The map drawn last: drawing one reads every vacancy, and it stays the same until the store changes."""

    version: str
    """Version of the store."""
    drawn: TalentMap | None
    """The map; None where the store has no dated vacancy."""
    looked_at: float
    """When the store's version was looked at last, in seconds of the running clock."""


@router.get("/map", response_class=HTMLResponse)
def show_map(
    request: Request, service: ServiceDependency, industry: str = "", show: str = Measure.NEED.value
) -> HTMLResponse:
    """Show needs, supply or their ratio by industry, category and district, as a grid and as a table."""
    drawn = _current(request, service)
    title = f"{service.region.name_zh}人才地图"
    if drawn is None or not drawn.cells:
        return render(request, service, "public_map.html", title, drawn=None)
    measure = Measure(show) if show in set(Measure) else Measure.NEED
    industries = [name for name in dict.fromkeys(cell.industry for cell in drawn.cells) if name != TOTAL]
    chosen = industry if industry in industries else ""
    rows: list[GridRow] = grid_rows(drawn, industry=chosen)
    return render(
        request,
        service,
        "public_map.html",
        title,
        drawn=drawn,
        rows=rows,
        columns=(*drawn.districts, TOTAL),
        grid=map_grid(drawn, rows, measure),
        measure=measure,
        measures=SHOWN,
        industry=chosen,
        industries=industries,
        notes=map_document(drawn).notes,
    )


def _current(request: Request, service: Service) -> TalentMap | None:
    """Return the map of the store; None where there is nothing to draw.

    It is drawn anew where the store has changed, at most once a minute and once at a time: whoever comes
    meanwhile is shown the one before.
    """
    kept: _Kept | None = getattr(request.app.state, "talent_map", None)
    if not _DRAWING.acquire(blocking=kept is None):
        return None if kept is None else kept.drawn
    try:
        kept = getattr(request.app.state, "talent_map", None)
        if kept is None or time.monotonic() - kept.looked_at > _FRESH:
            version = store_version(service.store)
            drawn = kept.drawn if kept is not None and kept.version == version else _drawn(service)
            kept = request.app.state.talent_map = _Kept(version, drawn, time.monotonic())
    finally:
        _DRAWING.release()
    return kept.drawn


def _drawn(service: Service) -> TalentMap | None:
    vacancies = read_demand(service.store, service.region)
    try:
        day = latest_day(vacancies, today=beijing_today())
    except RefusedError:
        return None
    supply = read_supply(service.store, service.region)
    return talent_map(Market.from_frames(vacancies, supply, service.region, as_of=day))
