"""What was reached of plans: recorded by the office as departments report it, replaced, taken out again."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal, require_office
from api.dependencies import ServiceDependency, requires
from api.pages.accounts_forms import Done, text_in
from api.pages.fields import is_number, shown_time
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.problems import status_of
from api.regions import region_of
from api.service import Service
from data.catalogue.lists.plans import check_plan_reading
from data.errors import InputError
from data.permissions import Scope
from data.regions import Region, read_region, region_names
from data.store.moments import beijing_today
from data.store.plan_readings import read_plan_values, remove_plan_value, write_plan_value
from data.store.users import actor_names

__all__ = ["inside"]

inside = APIRouter(prefix="/office/indicators", include_in_schema=False)

Recorder = Annotated[Principal, requires(Scope.CATALOGUES_WRITE)]
_FIELDS: Final = ("indicator", "year", "value", "source")
_DONE: Final = {"kept": "已登记，公开页面随即显示。", "removed": "已删除；原值留在变更记录中。"}


@inside.get("", response_class=HTMLResponse)
def show_readings(
    request: Request,
    service: ServiceDependency,
    caller: Recorder,
    region: Annotated[str | None, Query(max_length=40)] = None,
    done: Done = "",
) -> Response:
    """Show the values recorded, with the form for another one."""
    _require_office(caller)
    return _page(request, service, region_of(service, region or None), done=_DONE.get(done, ""))


@inside.post("", response_class=HTMLResponse)
def take_reading(request: Request, service: ServiceDependency, caller: Recorder, form: Form) -> Response:
    """Record a value."""
    _require_office(caller)
    region = region_of(service, text_in(form, "region")[:40] or None)
    typed = {name: text_in(form, name) for name in _FIELDS}
    try:
        read = check_plan_reading(region, typed, as_of=beijing_today())
    except InputError as error:
        return _page(request, service, region, typed=typed, problem=error, status=status_of(error))
    write_plan_value(
        service.store,
        region.name,
        read.indicator,
        read.year,
        value=read.value,
        source=read.source,
        by=caller.actor,
    )
    return back_to(f"{inside.prefix}?region={region.name}&done=kept")


@inside.post("/remove", response_class=HTMLResponse)
def take_removal(request: Request, service: ServiceDependency, caller: Recorder, form: Form) -> Response:
    """Take a value out."""
    _require_office(caller)
    region = region_of(service, text_in(form, "region")[:40] or None)
    year, indicator = text_in(form, "year"), text_in(form, "indicator")
    try:
        number = int(year) if is_number(year, digits=4) else 0
        remove_plan_value(service.store, region.name, indicator, number, by=caller.actor)
    except InputError as error:
        return _page(request, service, region, problem=error, status=status_of(error))
    return back_to(f"{inside.prefix}?region={region.name}&done=removed")


def _require_office(caller: Principal) -> None:
    require_office(caller, "完成值只由人才工作部门登记", hint="公开的指标见“规划指标”")


def _page(
    request: Request, service: Service, region: Region, *, status: int = 200, **shown: Any
) -> HTMLResponse:
    indicators = {each.id: each for each in region.plan_indicators}
    kept = read_plan_values(service.store, region.name)
    return render(
        request,
        service,
        "plan_readings.html",
        f"{region.name_zh}规划指标完成值",
        status=status,
        chosen=region,
        others=[each for each in map(read_region, region_names()) if each.plan_indicators],
        indicators=indicators,
        rows=[(each, indicators.get(each.indicator), shown_time(each.recorded_at)) for each in kept],
        names=actor_names(service.store),
        **{"problem": None, "done": "", "typed": {}} | shown,
    )
