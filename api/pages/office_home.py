"""The first page behind the log-in: the way from nothing to a first catalogue, and what waits today."""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal, require_office, require_scope
from api.dependencies import ServiceDependency, SignedIn, requires
from api.jobs.build import CATALOGUE, submit_build
from api.jobs.demo import DEMO, submit_demo
from api.jobs.ingest import INGEST
from api.pages.fields import shown_time
from api.pages.frame import back_to, render
from api.pages.office_jobs import JobLine, job_lines
from api.pages.uploads_views import UploadLine
from api.pages.visitor import Form, home_of
from api.problems import status_of
from api.service import Service
from data.errors import InputError, YingcaiError
from data.permissions import Scope
from data.releases.registry import Release, list_releases
from data.releases.states import EditionState
from data.releases.ticket_lists import TicketFilter, TicketOrder, count_tickets, list_tickets
from data.releases.tickets import Ticket
from data.store.agencies import list_agencies
from data.store.moments import beijing_today
from data.store.overview import Overview, read_overview
from data.store.uploads import list_uploads
from data.store.users import list_users

__all__ = ["Step", "inside", "steps_of"]

inside = APIRouter(include_in_schema=False)

_SHOWN: Final = 5
_ENDED: Final = frozenset({EditionState.SUPERSEDED, EditionState.ARCHIVED})
_STEPS_FOR: Final = frozenset({Scope.POSTINGS_WRITE, Scope.CATALOGUES_WRITE, Scope.CATALOGUES_APPROVE})


class Step(NamedTuple):
    """A step on the way to the first catalogue."""

    title: str
    """What is done."""
    purpose: str
    """What it is for."""
    state: str
    """How it stands."""
    done: bool
    """Whether nothing is left to do."""
    address: str
    """Where it is done; empty for a step that is a form."""
    action: str
    """What the button says."""
    scope: Scope
    """Who may do it."""


@inside.get("/office", response_class=HTMLResponse)
def show_office(request: Request, service: ServiceDependency, caller: SignedIn) -> Response:
    """Show the steps and what waits, each to whom it concerns; agencies have a first page of their own."""
    if caller.agency_id is not None:
        return back_to(home_of(caller))
    return _page(request, service, caller)


@inside.post("/office/first/catalogue", response_class=HTMLResponse)
def take_build(
    service: ServiceDependency, caller: Annotated[Principal, requires(Scope.CATALOGUES_WRITE)], _: Form
) -> Response:
    """Have both catalogues built in the background."""
    _of_the_office(caller)
    submit_build(service.store, actor=caller.actor)
    return back_to("/office#steps")


@inside.post("/office/first/demo", response_class=HTMLResponse)
def take_demo(
    request: Request,
    service: ServiceDependency,
    caller: Annotated[Principal, requires(Scope.POSTINGS_WRITE)],
    form: Form,
) -> Response:
    """Have the synthetic city brought into an empty store, once that is confirmed."""
    _of_the_office(caller)
    require_scope(caller, Scope.PROFILES_WRITE)
    try:
        if not form.get("confirm"):
            raise InputError("demo_not_confirmed", "没有确认", hint="勾选“我知道”，再点按钮")
        submit_demo(service.store, actor=caller.actor)
    except YingcaiError as error:
        return _page(request, service, caller, problem=error)
    return back_to("/office#steps")


def _of_the_office(caller: Principal) -> None:
    """Refuse an agency: this page tells of the whole store."""
    require_office(caller, "工作台只供人才工作部门使用", hint="机构的工作台在 /agency")


def steps_of(overview: Overview, releases: tuple[Release, ...]) -> list[Step]:
    """Return the steps to the first catalogue with how each stands.

    Parameters
    ----------
    overview
        What the store holds.
    releases
        Editions of the region.
    """
    published = [each for each in releases if each.state.is_public]
    waiting = overview.reviews
    return [
        Step(
            "导入招聘信息",
            "目录和预测都由用人单位的招聘信息算出。",
            f"库中 {overview.postings:,} 条" if overview.postings else "还没有",
            bool(overview.postings),
            "/office/uploads?kind=posting",
            "去导入",
            Scope.POSTINGS_WRITE,
        ),
        Step(
            "导入人才档案",
            "有了供给，才能算求人倍率和紧缺指数，也才能匹配。",
            f"库中 {overview.profiles:,} 份" if overview.profiles else "还没有",
            bool(overview.profiles),
            "/office/uploads?kind=profile",
            "去导入",
            Scope.PROFILES_WRITE,
        ),
        Step(
            "复核待定编码",
            "系统拿不准的岗位、专业和能力由人定一次，以后照此办理。不复核也能编制，只是这些不计入。",
            _review_state(overview),
            not waiting and not overview.is_empty,
            "/office/review",
            "去复核",
            Scope.POSTINGS_WRITE,
        ),
        Step(
            "编制目录",
            "按冻结的数据编出人才需求目录和急需紧缺人才目录，先作草案。",
            f"已有 {len(releases)} 份" if releases else "还没有",
            bool(releases),
            "",
            "再编一版" if releases else "编制目录",
            Scope.CATALOGUES_WRITE,
        ),
        Step(
            "审定发布",
            "会审、论证、征求意见后审定签发，公众才看到正式版。",
            f"在公布的 {len(published)} 份" if published else "还没有发布",
            bool(published),
            "/office/editions",
            "看版次",
            Scope.CATALOGUES_READ,
        ),
    ]


def _review_state(overview: Overview) -> str:
    if overview.is_empty:
        return "导入后才有"
    return f"待复核 {overview.reviews:,} 条" if overview.reviews else "没有待复核的"


def _page(
    request: Request, service: Service, caller: Principal, *, problem: YingcaiError | None = None
) -> Response:
    overview = read_overview(service.store)
    releases = list_releases(service.store, service.region.name)
    steps = steps_of(overview, releases) if caller.scopes & _STEPS_FOR else []
    going = _going(service, caller)
    serving = service.refresher.serving
    needed = [place for place, step in enumerate(steps) if not step.done and step.address != "/office/review"]
    return render(
        request,
        service,
        "office_home.html",
        "工作台",
        status=status_of(problem) if problem else 200,
        problem=problem,
        overview=overview,
        steps=steps,
        current=needed[0] if needed else None,
        going=going,
        building=any(each.job.kind == CATALOGUE for each in going),
        may_try=overview.is_empty
        and not going
        and {Scope.POSTINGS_WRITE, Scope.PROFILES_WRITE} <= caller.scopes,
        refreshed=shown_time(serving.refreshed_at),
        as_of=serving.basis.as_of,
        failure=serving.failure,
        failed_build=_failed_build(service, caller),
        **_waiting(service, caller, releases),
    )


def _going(service: Service, caller: Principal) -> list[JobLine]:
    """Return what is under way of the steps."""
    if Scope.JOBS_READ not in caller.scopes:
        return []
    lines = job_lines(service, caller)[0]
    return [each for each in lines if each.job.kind in {DEMO, INGEST, CATALOGUE} and not each.job.state.ended]


def _failed_build(service: Service, caller: Principal) -> dict[str, str] | None:
    """Return why the newest building of the catalogues came to nothing."""
    if Scope.CATALOGUES_WRITE not in caller.scopes:
        return None
    lines = job_lines(service, caller, kind=CATALOGUE, limit=1)[0]
    return lines[0].error if lines else None


def _waiting(service: Service, caller: Principal, releases: tuple[Release, ...]) -> dict[str, Any]:
    """Return what waits for somebody, as far as the caller is concerned."""
    scopes, today = caller.scopes, beijing_today()
    tickets: tuple[Ticket, ...] = ()
    count = 0
    if Scope.OBJECTIONS_WRITE in scopes:
        wanted = TicketFilter(answered=False)
        tickets = list_tickets(service.store, wanted, order=TicketOrder.DUE, limit=_SHOWN).tickets
        count = count_tickets(service.store, wanted, on=today).open
    under_way: list[Release] = []
    if scopes & {Scope.CATALOGUES_WRITE, Scope.CATALOGUES_APPROVE}:
        under_way = [each for each in reversed(releases) if _is_under_way(each)]
    uploads = []
    if Scope.POSTINGS_WRITE in scopes:
        found = list_uploads(service.store, owner=caller.owner, limit=_SHOWN)
        uploads = [UploadLine.of(each) for each in found.uploads]
    people = None
    if Scope.ACCESS_MANAGE in scopes:
        people = (len(list_users(service.store)), len(list_agencies(service.store)))
    return {
        "today": today,
        "tickets": tickets,
        "ticket_count": count,
        "under_way": under_way[:_SHOWN],
        "under_way_count": len(under_way),
        "uploads": uploads,
        "people": people,
    }


def _is_under_way(release: Release) -> bool:
    return not (release.state.is_public or release.state.is_out or release.state in _ENDED)
