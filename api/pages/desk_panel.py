"""Tables of raters and experts for the next edition, read and counted before anything rests on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.pages.desk_steps import office_only
from api.pages.desk_tables import handed_in
from api.pages.frame import render
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.catalogue.experts import Nomination, nominations_of, read_votes
from data.catalogue.urgency import MIN_ALPHA, Urgency, read_ratings, urgency_of
from data.errors import YingcaiError
from data.permissions import Scope

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, requires(Scope.CATALOGUES_READ)]
Maker = Annotated[Principal, requires(Scope.CATALOGUES_WRITE)]
_RATINGS: Final = (
    "职业编码、重点产业、评审人代号、产业链关键度、重大项目与揭榜需求、培养周期、可替代难度、"
    "公共服务与安全影响"
)
_VOTES: Final = "版次、职业编码、重点产业、专家代号、表决、书面依据"


class Counted(NamedTuple):
    """What a table says."""

    urgency: Urgency | None = None
    """What the raters say; None where no table of ratings was given."""
    nominations: tuple[Nomination, ...] | None = None
    """Cells that passed the vote; None where no table of votes was given."""
    votes: int = 0
    """How many votes were read."""


@inside.get("/office/editions/tables", response_class=HTMLResponse)
def show_tables(request: Request, service: ServiceDependency, caller: Reader) -> Response:
    """Show which tables people fill in for an edition, and the forms that read them."""
    office_only(caller)
    return _page(request, service)


@inside.post("/office/editions/tables", response_class=HTMLResponse)
def count_tables(request: Request, service: ServiceDependency, _: Maker, form: Form) -> Response:
    """Read a table and show what it says; it is not kept."""
    edition = str(form.get("edition", "")).strip()[:24]
    try:
        counted = _counted(form, edition, service.settings.var_dir)
    except YingcaiError as error:
        return _page(request, service, status=status_of(error), problem=error, edition=edition)
    return _page(request, service, counted=counted, edition=edition)


def _counted(form: FormData, edition: str, folder: Path) -> Counted:
    name = "votes" if form.get("table") == "votes" else "ratings"
    with handed_in(form.get(name), folder) as path:
        if name == "ratings":
            return Counted(urgency=urgency_of(read_ratings(path)))
        votes = read_votes(path)
    return Counted(nominations=nominations_of(votes, edition), votes=len(votes))


def _page(request: Request, service: Service, *, status: int = 200, **more: Any) -> HTMLResponse:
    shown: dict[str, Any] = {"counted": Counted(), "problem": None, "edition": ""} | more
    return render(
        request,
        service,
        "desk_panel.html",
        "急需度评分与专家表决",
        status=status,
        ratings=_RATINGS,
        votes=_VOTES,
        least=MIN_ALPHA,
        writes=Scope.CATALOGUES_WRITE,
        **shown,
    )
