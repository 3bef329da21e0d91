"""The newest forecast as pages: overview, one cell, and the back-test, which is never hidden."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.dependencies import ServiceDependency
from api.pages.forecast_views import (
    CellView,
    address_of,
    cell_view,
    columns_of,
    counts_of,
    coverage_views,
    fan_view,
    methods_view,
    origin_views,
    ratio_view,
)
from api.pages.frame import render
from api.service import Service
from data.forecasts import Cell, KeptRun
from data.forecasts.employers import employer_listing, record_listing
from data.forecasts.listings import (
    SECTIONS,
    Listing,
    flow_listing,
    gap_listing,
    shortage_listing,
    target_listing,
)
from data.forecasts.scores import scores_by_class, scores_by_industry, scores_by_target, verdict
from data.forecasts.skills import skill_listing
from data.forecasts.words import HELD_BACK, LEVELS, STATUSES, cell_name, class_name, method_name, months_name
from data.store.documents import current_forecast

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_UNRATED_SKILLS = 30
_LISTINGS: dict[str, Callable[[KeptRun], Listing | None]] = {
    "skills": partial(skill_listing, unrated=_UNRATED_SKILLS),
    "targets": target_listing,
    "flows": flow_listing,
}


@router.get("/forecasts", response_class=HTMLResponse)
def show_forecasts(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show the city, the key industries and every other cell that has figures."""
    run = _newest(service)
    if run is None:
        return _page(request, service, None, "forecasts.html", "需求预测")
    rows = (*run.sums("industry"), *(row for row in run.sums("occupation") if row["status"] != "refused"))
    views = [cell_view(run, Cell.of(row), number=place) for place, row in enumerate(rows, start=1)]
    return _page(
        request,
        service,
        run,
        "forecasts.html",
        f"{run.region_name}人才需求预测",
        city=cell_view(run, Cell("city")),
        chart=fan_view(run, Cell("city")),
        industries=[view for view in views if view and view.row["level"] == "industry"],
        occupations=[view for view in views if view and view.row["level"] == "occupation"],
        counts=counts_of(run),
        shortage=shortage_listing(run, level="industry", quarter=1),
        scores=_sums_only(run),
    )


@router.get("/forecasts/backtest", response_class=HTMLResponse)
def show_backtest(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show how the method did on the past: errors, coverage, and simple methods beside it."""
    run = _newest(service)
    title = "预测回测"
    if run is None:
        return _page(request, service, None, "forecast_backtest.html", title)
    scores = scores_by_target(run)
    groups = [
        {"title": f"{LEVELS[level]}：按规模，{run.horizon} 个月合计", "scores": scores_by_class(run, level)}
        for level in LEVELS
    ]
    return _page(
        request,
        service,
        run,
        "forecast_backtest.html",
        title,
        scores=scores,
        verdicts=[verdict(score) for score in _sums_only(run)],
        coverage=coverage_views(scores),
        origins=origin_views(run),
        ratios=ratio_view(scores),
        classes=[group for group in groups if group["scores"]],
        industries=scores_by_industry(run),
        methods=methods_view(_sums_only(run), published=run.published_method),
        columns=columns_of(scores),
    )


@router.get("/forecasts/skills", response_class=HTMLResponse)
def show_skills(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show how many vacancies will ask for each skill."""
    return _listing_page(request, service, "skills")


@router.get("/forecasts/employers", response_class=HTMLResponse)
def show_employers(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show what employers themselves expect, or how their forecasts come in."""
    run = _newest(service)
    listings = [] if run is None else [employer_listing(run), employer_listing(run, level="occupation")]
    return _page(
        request,
        service,
        run,
        "forecast_employers.html",
        "用人单位自报的需求",
        listings=[listing for listing in listings if listing is not None],
        record=None if run is None else record_listing(run),
    )


@router.get("/forecasts/targets", response_class=HTMLResponse)
def show_targets(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show what the targets of plans ask for; that is no forecast."""
    return _listing_page(request, service, "targets")


@router.get("/forecasts/flows", response_class=HTMLResponse)
def show_flows(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show changes in how many people come and go."""
    return _listing_page(request, service, "flows")


@router.get("/forecasts/city", response_class=HTMLResponse)
def show_city(request: Request, service: ServiceDependency) -> HTMLResponse:
    """Show the whole region."""
    return _cell_page(request, service, Cell("city"))


@router.get("/forecasts/industry/{key_industry:path}", response_class=HTMLResponse)
def show_industry(request: Request, service: ServiceDependency, key_industry: str) -> HTMLResponse:
    """Show one key industry with all its occupations."""
    return _cell_page(request, service, Cell.from_parts("industry", key_industry))


@router.get("/forecasts/occupation/{key_industry:path}/{occupation_code}", response_class=HTMLResponse)
def show_occupation(
    request: Request, service: ServiceDependency, key_industry: str, occupation_code: str
) -> HTMLResponse:
    """Show one occupation within an industry."""
    return _cell_page(request, service, Cell.from_parts("occupation", key_industry, occupation_code))


def _listing_page(request: Request, service: Service, name: str) -> HTMLResponse:
    run = _newest(service)
    listing = None if run is None else _LISTINGS[name](run)
    status = 200 if listing is not None else 404
    return _page(
        request, service, run, "forecast_listing.html", SECTIONS[name], status=status, listing=listing
    )


def _cell_page(request: Request, service: Service, cell: Cell) -> HTMLResponse:
    run = _newest(service)
    view = None if run is None else cell_view(run, cell)
    if run is None or view is None:
        return _page(request, service, run, "forecast_unknown.html", "没有这个预测单元", status=404)
    children = _children(run, cell)
    above = run.nearest_supported(cell) if view.row["status"] == "refused" else None
    return _page(
        request,
        service,
        run,
        "forecast_cell.html",
        f"{view.name}：需求预测",
        cell=view,
        chart=fan_view(run, cell),
        months=run.months_of(cell),
        history=run.history_of(cell),
        held_back=HELD_BACK if run.held_back(cell) else "",
        crumbs=[_link(run, parent) for parent in reversed(cell.parents)],
        nearest=None if above is None else _link(run, above),
        scores=scores_by_class(run, cell.level),
        class_name=class_name,
        basis=method_name(view.row.get("basis") or ""),
        children=[view for view in children if view.row["status"] != "refused"],
        refused=[view for view in children if view.row["status"] == "refused"],
        shortage=gap_listing(run, cell),
    )


def _children(run: KeptRun, cell: Cell) -> list[CellView]:
    """Collect the cells below one, those with figures first and the largest first."""
    below = {"city": "industry", "industry": "occupation"}.get(cell.level)
    rows = run.sums(below) if below else ()
    own = [row for row in rows if cell.level == "city" or row["key_industry"] == cell.key_industry]
    own.sort(key=lambda row: (row["status"] == "refused", -(row["mean"] or 0.0), -(row["volume"] or 0.0)))
    views = (cell_view(run, Cell.of(row), number=place) for place, row in enumerate(own, start=1))
    return [view for view in views if view is not None]


def _link(run: KeptRun, cell: Cell) -> dict[str, str]:
    return {"name": cell_name(cell._asdict(), region=run.region_name), "address": address_of(cell)}


def _sums_only(run: KeptRun) -> list[Any]:
    return [score for score in scores_by_target(run) if score.row["target"] == "sum"]


def _newest(service: Service) -> KeptRun | None:
    row = current_forecast(service.store, service.region.name)
    return None if row is None else KeptRun.from_row(row)


def _page(
    request: Request,
    service: Service,
    run: KeptRun | None,
    template: str,
    title: str,
    *,
    status: int = 200,
    **shown: Any,
) -> HTMLResponse:
    """Render a page with what all of the forecast share."""
    shared = {
        "run": run,
        "statuses": STATUSES,
        "tabs": [] if run is None else _tabs(run),
        "period": "" if run is None else months_name(run.months),
    }
    return render(request, service, template, title, status=status, **{**shared, **shown})


def _tabs(run: KeptRun) -> list[dict[str, str]]:
    """Name the pages that there is something on, and that of the employers, which says how to import."""
    always = [("/forecasts", "总览"), ("/forecasts/city", "全域"), ("/forecasts/backtest", "回测")]
    kept = [name for name in _LISTINGS if run.section(name)]
    shown = [name for name in SECTIONS if name in kept or name == "employers"]
    own = [(f"/forecasts/{name}", SECTIONS[name]) for name in shown]
    return [{"address": address, "label": label} for address, label in (*always, *own)]
