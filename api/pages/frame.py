"""What all pages share: the templates, the head, the way around and the page of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from starlette.responses import RedirectResponse, Response

from api.pages.next_steps import next_step
from api.pages.visitor import Visitor, visitor_of
from api.problems import Problem
from api.service import Service
from data.permissions import Scope

__all__ = ["STATIC", "Link", "back_to", "problem_page", "render"]

STATIC: Final = Path(__file__).parent / "static"
"""Style sheets and scripts of our own."""


class Link(NamedTuple):
    """Where one can go."""

    address: str
    """Path on this host."""
    label: str
    """Its name in Chinese."""
    scope: Scope | None = None
    """What one must be allowed to go there."""


_PUBLIC: Final = (
    Link("/catalogues/shortage", "急需紧缺目录"),
    Link("/catalogues/demand", "人才需求目录"),
    Link("/forecasts", "需求预测"),
    Link("/map", "人才地图"),
    Link("/indicators", "规划指标"),
    Link("/bulletins", "季度通报"),
    Link("/downloads", "下载"),
    Link("/method", "方法与数据质量"),
    Link("/objections", "意见与异议"),
)
_OFFICE: Final = (
    Link("/office", "工作台"),
    Link("/office/uploads", "数据导入", Scope.POSTINGS_WRITE),
    Link("/office/review", "复核", Scope.POSTINGS_READ),
    Link("/office/editions", "版次", Scope.CATALOGUES_READ),
    Link("/office/objections", "异议办理", Scope.OBJECTIONS_READ),
    Link("/office/jobs", "后台任务", Scope.JOBS_READ),
    Link("/science", "模型", Scope.STREAMS_READ),
    Link("/office/accounts", "账户与机构", Scope.ACCESS_MANAGE),
    Link("/office/accounts/consents", "同意记录", Scope.CONSENTS_READ),
    Link("/office/audit", "审计", Scope.AUDIT_READ),
)
_AGENCY: Final = (
    Link("/agency", "工作台"),
    Link("/agency/match", "找人", Scope.MATCHES_READ),
    Link("/agency/jobs-for", "找岗位", Scope.MATCHES_READ),
    Link("/agency/shortlists", "候选名单", Scope.MATCHES_READ),
    Link("/agency/access", "密钥与用量"),
)
_HOMES: Final = frozenset({"/office", "/agency"})
"""Homes of a desk, which no other page lies below."""
_HEADINGS: Final = {403: "没有权限", 404: "没有找到", 413: "文件过大", 429: "请稍候", 503: "暂时不能用"}
_templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
_templates.env.globals["next_step"] = next_step


def render(
    request: Request,
    service: Service,
    template: str,
    title: str,
    *,
    status: int = 200,
    **shown: Any,
) -> HTMLResponse:
    """Render a page with what all of them share.

    Parameters
    ----------
    request
        What is asked for.
    service
        The service.
    template
        Name of the template, which extends ``base.html``.
    title
        Title of the page, which is its first heading as well.
    status
        HTTP status.
    **shown
        What the template shows.
    """
    visitor = visitor_of(request, service)
    shared = {
        "region": service.region,
        "title": title,
        "here": request.url.path,
        "visitor": visitor,
        "navigation": _PUBLIC,
        "desk": (desk := _desk(visitor)),
        "desk_here": _nearest(desk, request.url.path),
    }
    answer = _templates.TemplateResponse(request, template, {**shared, **shown}, status_code=status)
    if visitor is not None:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def back_to(address: str) -> Response:
    """Send a browser to another page after a form was taken, so that reloading does not send it again.

    Parameters
    ----------
    address
        Path on this host, with its query.
    """
    return RedirectResponse(address, status_code=303)


def problem_page(request: Request, problem: Problem, headers: Mapping[str, str]) -> Response:
    """Show a problem as a page; whoever is not logged in is sent to log in, and on from there.

    Parameters
    ----------
    request
        What could not be served.
    problem
        The problem, as programs are told it.
    headers
        Further headers of the answer.
    """
    partial = "hx-request" in request.headers
    if problem.status == 401:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        login = f"/login?next={quote(here, safe='')}" if request.method == "GET" and not partial else "/login"
        return Response(headers={"HX-Redirect": login}) if partial else back_to(login)
    service: Service | None = getattr(request.app.state, "service", None)
    shown = {"problem": problem, "partial": partial}
    title = _HEADINGS.get(problem.status, problem.title)
    if service is None or partial:
        bare = {
            "title": title,
            "region": None,
            "visitor": None,
            "navigation": (),
            "desk": (),
            "desk_here": "",
            "here": "",
        }
        template = "problem_part.html" if partial else "problem.html"
        answer: HTMLResponse = _templates.TemplateResponse(request, template, {**bare, **shown})
        answer.status_code = problem.status
    else:
        answer = render(request, service, "problem.html", title, status=problem.status, **shown)
    answer.headers.update(headers)
    return answer


def _nearest(links: tuple[Link, ...], path: str) -> str:
    """Return the address of the link that a page belongs to: the longest that its path begins with."""
    above = [each.address for each in links if path == each.address or _is_below(path, each.address)]
    return max(above, key=len, default="")


def _is_below(path: str, address: str) -> bool:
    return address not in _HOMES and path.startswith(f"{address}/")


def _desk(visitor: Visitor | None) -> tuple[Link, ...]:
    if visitor is None:
        return ()
    links = _OFFICE if visitor.principal.agency_id is None else _AGENCY
    return tuple(link for link in links if link.scope is None or visitor.may(link.scope))
