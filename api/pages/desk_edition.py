"""One edition at the desk: its way, the form of its next step, its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import yaml
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, Response

from api.access.principal import Principal, require_scope
from api.dependencies import ServiceDependency, requires, requires_any
from api.editions import readable_editions
from api.pages.desk_questions import Answers, Book, answers_of, inputs_of, questions_of
from api.pages.desk_stages import next_step, stages_of
from api.pages.desk_steps import (
    ReleaseNumber,
    checks_of,
    faults_of,
    release_of,
    scope_of,
)
from api.pages.desk_tables import TABLES, rows_of
from api.pages.desk_terms import terms_of
from api.pages.desk_words import LABELS
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.catalogue.entries import AnyCatalogue, ShortageEntry
from data.errors import InputError, YingcaiError
from data.permissions import Scope
from data.releases.evidence import GateFacts
from data.releases.gate import EVIDENCE, permitted_step
from data.releases.lifecycle import Deed, advance, facts_of
from data.releases.registry import Release, status_label, verify_release
from data.releases.states import EditionState, Step, step_between, steps_from
from data.releases.template import evidence_form
from data.releases.tickets import tickets_of
from data.store.moments import beijing_today
from data.store.users import actor_names

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False)
_BY_ERRATUM: Final = EditionState.CORRECTED
_DRAFT: Final = status_label(None, None, on=dt.date.min)
_FILLS: Final = "fill:"
_MORE: Final = "more:"
Reader = Annotated[Principal, requires(Scope.CATALOGUES_READ)]
Maker = Annotated[Principal, requires_any(Scope.CATALOGUES_WRITE, Scope.CATALOGUES_APPROVE)]


@dataclass(frozen=True)
class Sheet:
    """The form of a step as it stands."""

    step: Step
    """The step."""
    role: str
    """角色, as typed."""
    reason: str
    """理由, as typed."""
    on: str
    """办理日, as typed."""
    typed: Mapping[str, Any]
    """Answers as they stand in the form."""
    shown: Mapping[str, Any]
    """Answers as evidence."""
    more: str = ""
    """Table that gets another empty row."""
    problem: YingcaiError | None = None
    """Why it was refused."""
    faults: Mapping[str, str] | None = None
    """What is wrong, by path."""

    def deed(self, actor: str) -> Deed:
        """Return who takes the step, as what, why and when.

        Raises
        ------
        InputError
            The day cannot be read.
        """
        try:
            day = dt.date.fromisoformat(self.on)
        except ValueError as error:
            raise InputError("day_malformed", f"办理日“{self.on}”不是日期", hint="写作 2027-01-31") from error
        return Deed(actor, self.role, self.reason, day, dt.datetime.now(dt.UTC))


@inside.get("/office/editions/{release_id:int}", response_class=HTMLResponse)
def show_edition(
    request: Request,
    service: ServiceDependency,
    caller: Reader,
    release_id: ReleaseNumber,
    step: Annotated[EditionState | None, Query()] = None,
) -> Response:
    """Show an edition with the form of its next step, or of another one that is permitted."""
    release = release_of(service, caller, release_id)
    main = None if release.state.is_public else next_step(release)
    wanted = main if step is None else step_between(release.state, step)
    sheet = None
    if wanted is not None and wanted.target is not _BY_ERRATUM:
        facts = _facts(service, release, beijing_today())
        known = _known(service, release, wanted.target, facts)
        deed = {"deed_role": _role_of(caller), "deed_on": beijing_today().isoformat()}
        sheet = _read(wanted, {**inputs_of(known), **deed})[0]
    return _page(request, service, caller, release, sheet)


@inside.get("/office/editions/{release_id}/steps/{state}/form.yaml")
def get_form(
    service: ServiceDependency, caller: Reader, release_id: ReleaseNumber, state: EditionState
) -> PlainTextResponse:
    """Return the empty form of a step as the command line writes it."""
    release = release_of(service, caller, release_id)
    text = evidence_form(state, _facts(service, release, beijing_today()))
    name = f"edition-{release_id}-{state.value}.yaml"
    return PlainTextResponse(text, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@inside.post("/office/editions/{release_id}/steps/{state}", response_class=HTMLResponse)
def take_step(
    request: Request,
    service: ServiceDependency,
    caller: Maker,
    release_id: ReleaseNumber,
    state: EditionState,
    form: Form,
) -> Response:
    """Take a step, or show what it lacks: ``act`` says which."""
    release = release_of(service, caller, release_id)
    try:
        step = permitted_step(release.state, state)
    except YingcaiError as error:
        return _page(request, service, caller, release, None, problem=error, status=status_of(error))
    require_scope(caller, scope_of(step))
    sheet, answers = _read(step, _given(form))
    act = str(form.get("act", "take"))
    try:
        if act == "take":
            deed = sheet.deed(caller.actor)
            advance(service.store, release_id, state, deed, evidence=sheet.shown)
            return back_to(f"/office/editions/{release_id}?done={state.value}")
        if act.startswith(_FILLS):
            sheet = _filled(service, step, form, act.removeprefix(_FILLS))
    except YingcaiError as error:
        sheet = replace(sheet, problem=error, faults=_faults(error, answers))
        return _page(request, service, caller, release, sheet, status=status_of(error))
    return _page(request, service, caller, release, replace(sheet, more=act.removeprefix(_MORE)))


def _given(form: FormData) -> dict[str, Any]:
    """Return the inputs of a form by name; files are left out."""
    given: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    given["departments"] = [each for each in form.getlist("departments") if isinstance(each, str)]
    return given


def _read(step: Step, given: Mapping[str, Any]) -> tuple[Sheet, Answers]:
    answers = answers_of(EVIDENCE[step.target], given)
    role, reason, day = (str(given.get(name, "")).strip() for name in ("deed_role", "deed_reason", "deed_on"))
    return Sheet(step, role, reason, day, answers.typed, answers.shown), answers


def _filled(service: Service, step: Step, form: FormData, field: str) -> Sheet:
    """Put the rows of an uploaded table into the form; nothing is sent yet."""
    rows = rows_of(field, form.get(f"file:{field}"), service.settings.var_dir)
    kept = {name: value for name, value in _given(form).items() if not name.startswith(f"{field}.")}
    return _read(step, {**kept, **inputs_of({field: rows})})[0]


def _faults(error: YingcaiError, answers: Answers) -> Mapping[str, str]:
    cause = error.__cause__
    return faults_of(cause, answers.path_of) if isinstance(cause, ValidationError) else {}


def _facts(service: Service, release: Release, on: dt.date) -> GateFacts:
    return facts_of(service.store, release, _catalogue(service, release), on=on)


def _catalogue(service: Service, release: Release) -> AnyCatalogue:
    return service.documents.read(release.latest.edition_id).catalogue


def _known(service: Service, release: Release, target: EditionState, facts: GateFacts) -> dict[str, Any]:
    """Return what the product knows of the evidence of a step."""
    known: dict[str, Any] = yaml.safe_load(evidence_form(target, facts)) or {}
    if target is EditionState.PUBLISHED:
        known["published_on"] = facts.on
        address = f"/catalogues/{release.kind.value}/editions/{release.release_id}"
        known["address"] = f"{service.settings.public_url}{address}"
    return known


def _role_of(caller: Principal) -> str:
    return "、".join(sorted(role.label for role in caller.roles))


def _book(catalogue: AnyCatalogue, facts: GateFacts, sheet: Sheet) -> Book:
    names = {
        entry.entry_id: entry.occ_name if isinstance(entry, ShortageEntry) else entry.job_title
        for entry in catalogue.entries
    }
    departments = {each.id: each.name for each in facts.departments.departments}
    return Book(departments, names, sheet.step.target.value, sheet.faults or {}, sheet.more)


def _form_of(service: Service, caller: Principal, release: Release, sheet: Sheet) -> dict[str, Any]:
    """Return what the form of a step shows."""
    try:
        deed = sheet.deed(caller.actor)
    except InputError:
        deed = replace(sheet, on=beijing_today().isoformat()).deed(caller.actor)
    facts = _facts(service, release, deed.on)
    return {
        "sheet": sheet,
        "scope": scope_of(sheet.step),
        "checks": checks_of(release, sheet.step, deed, sheet.shown, facts, caller.scopes),
        "questions": questions_of(
            EVIDENCE[sheet.step.target],
            sheet.typed,
            _book(_catalogue(service, release), facts, sheet),
        ),
        "open_tickets": facts.open_tickets,
        "tables": TABLES,
    }


def _page(
    request: Request,
    service: Service,
    caller: Principal,
    release: Release,
    sheet: Sheet | None,
    *,
    problem: YingcaiError | None = None,
    status: int = 200,
) -> HTMLResponse:
    catalogue = _catalogue(service, release)
    label = status_label(release.state, release.valid_to, on=beijing_today())
    tickets = tickets_of(service.store, release.release_id)
    form = {"sheet": None} if sheet is None else _form_of(service, caller, release, sheet)
    return render(
        request,
        service,
        "desk_edition.html",
        f"{release.kind.title} {release.name}",
        status=status,
        release=release,
        catalogue=catalogue,
        label=f"{release.state.chinese}（未发布）" if label == _DRAFT else label,
        stages=stages_of(release),
        terms=terms_of(release, tickets, on=beijing_today()),
        ways=[(step, scope_of(step)) for step in steps_from(release.state) if step.target is not _BY_ERRATUM],
        is_readable=release in readable_editions(service, release.kind, office=False),
        broken=verify_release(service.store, release),
        names=actor_names(service.store),
        labels=LABELS,
        problem=problem or (None if sheet is None else sheet.problem),
        done=request.query_params.get("done", ""),
        **form,
    )
