"""The editions of both catalogues at the desk of the office: where each stands and what is due."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.pages.desk_stages import Stage, next_step, stages_of
from api.pages.desk_steps import office_only, scope_of
from api.pages.desk_terms import Term, terms_of
from api.pages.frame import render
from data.catalogue.entries import AnyCatalogue
from data.permissions import Scope
from data.releases.registry import Release, list_releases, status_label
from data.releases.states import EditionState, Step
from data.releases.tickets import tickets_of
from data.store.moments import beijing_today
from data.store.users import actor_names

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False)
_ENDED = (EditionState.SUPERSEDED, EditionState.ARCHIVED, EditionState.WITHDRAWN, EditionState.REJECTED)


class Row(NamedTuple):
    """An edition in the list."""

    release: Release
    """The edition."""
    catalogue: AnyCatalogue
    """Its newest document."""
    label: str
    """Where it stands."""
    stages: tuple[Stage, ...]
    """Its way."""
    terms: tuple[Term, ...]
    """Its clocks."""
    step: Step | None
    """The step that leads on."""
    mine: bool
    """Whether the person who looks may take that step."""


@inside.get("/office/editions", response_class=HTMLResponse)
def show_desk(
    request: Request,
    service: ServiceDependency,
    caller: Annotated[Principal, requires(Scope.CATALOGUES_READ)],
) -> HTMLResponse:
    """Show every edition, those under way first, then those in force and those that ended."""
    office_only(caller)
    day = beijing_today()
    rows = []
    for release in list_releases(service.store, service.region.name):
        step = next_step(release)
        same = step is not None and step.two_persons and release.history[-1].actor == caller.actor
        rows.append(
            Row(
                release,
                service.documents.read(release.latest.edition_id).catalogue,
                status_label(release.state, release.valid_to, on=day),
                stages_of(release),
                terms_of(release, tickets_of(service.store, release.release_id), on=day),
                step,
                step is not None and scope_of(step) in caller.scopes and not same,
            )
        )
    groups = (
        (
            "办理中",
            [row for row in rows if not row.release.state.is_public and row.release.state not in _ENDED],
        ),
        ("已发布", [row for row in rows if row.release.state.is_public]),
        ("已结束", [row for row in rows if row.release.state in _ENDED]),
    )
    return render(
        request,
        service,
        "desk_editions.html",
        "版次",
        groups=groups,
        synthetic=any(entry.synthetic for row in rows for entry in row.catalogue.entries[:1]),
        names=actor_names(service.store),
    )
