"""One entry at the desk: its index, what it would be if, and the correction of what was published."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.pages.desk_steps import ReleaseNumber, release_of
from api.pages.desk_trial import TRIALS, tried
from api.pages.frame import back_to, render
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.catalogue.columns import file_columns
from data.catalogue.entries import Entry, ShortageEntry
from data.catalogue.words import INDICATORS
from data.errors import InputError, UnknownName, YingcaiError
from data.permissions import Scope
from data.releases.errata import CORRECTION_WORKDAYS, FIXED, Erratum
from data.releases.lifecycle import Deed, correct
from data.releases.registry import Release, read_document
from data.releases.workdays import work_calendar
from data.store.moments import beijing_today
from data.store.users import actor_names

__all__ = ["as_text", "inside"]

inside = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, requires(Scope.CATALOGUES_READ)]
Approver = Annotated[Principal, requires(Scope.CATALOGUES_APPROVE)]
EntryId = Annotated[str, Path(max_length=64)]
_TOGETHER: Final = ("star", "level")
_LISTED: Final = 100
_LONGEST: Final = 10_000


class Change(NamedTuple):
    """One field that is being corrected."""

    field: str
    """The field."""
    label: str
    """Its heading in the tables."""
    old: str
    """What was published, as text."""
    new: str
    """What was typed."""


@inside.get("/office/editions/{release_id}/entries", response_class=HTMLResponse)
def show_entries(
    request: Request,
    service: ServiceDependency,
    caller: Reader,
    release_id: ReleaseNumber,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """List the entries of an edition whose name, section or identifier has some words in it."""
    release = release_of(service, caller, release_id)
    catalogue = service.documents.read(release.latest.edition_id).catalogue
    words = q.split()
    found = [entry for entry in catalogue.entries if all(word in _searched(entry) for word in words)]
    return render(
        request,
        service,
        "desk_entries.html",
        f"条目：{release.kind.title} {release.name}",
        release=release,
        catalogue=catalogue,
        q=q,
        found=found,
        limit=_LISTED,
    )


@inside.get("/office/editions/{release_id}/entries/{entry_id}", response_class=HTMLResponse)
def show_entry(
    request: Request,
    service: ServiceDependency,
    caller: Reader,
    release_id: ReleaseNumber,
    entry_id: EntryId,
    scenario: Annotated[str, Query(max_length=10)] = "",
    amount: Annotated[str, Query(max_length=20)] = "",
    field: Annotated[Sequence[str], Query(max_length=4)] = (),
) -> Response:
    """Show an entry; with a scenario also what its index would be, with fields their correction."""
    release = release_of(service, caller, release_id)
    entry = _entry(service, release, entry_id)
    answer, problem = None, None
    try:
        answer = tried(service, release, entry, scenario, amount) if scenario else None
        changes = _changes(entry, field, {})
    except YingcaiError as error:
        changes, problem = [], error
    status = 200 if problem is None else status_of(problem)
    shown = {"answer": answer, "scenario": scenario, "amount": amount, "trial_problem": problem}
    return _page(request, service, release, entry, changes, status=status, **shown)


@inside.post("/office/editions/{release_id}/entries/{entry_id}/errata", response_class=HTMLResponse)
def take_errata(
    request: Request,
    service: ServiceDependency,
    caller: Approver,
    release_id: ReleaseNumber,
    entry_id: EntryId,
    form: Form,
) -> Response:
    """Correct fields of a published entry."""
    release = release_of(service, caller, release_id)
    entry = _entry(service, release, entry_id)
    given = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    fields = [name.removeprefix("new.") for name in given if name.startswith("new.")]
    changes: list[Change] = []
    try:
        changes = _changes(entry, fields, given)
        deed = Deed(
            caller.actor,
            given.get("deed_role", ""),
            given.get("reason", ""),
            _day(given, "deed_on"),
            dt.datetime.now(dt.UTC),
        )
        correct(service.store, release_id, _errata(entry, changes, given), deed)
    except YingcaiError as error:
        status = status_of(error)
        return _page(request, service, release, entry, changes, status=status, problem=error, given=given)
    return back_to(f"/office/editions/{release_id}/entries/{entry_id}?corrected=1")


def _searched(entry: Entry) -> str:
    name = entry.occ_name if isinstance(entry, ShortageEntry) else f"{entry.job_title} {entry.employer_name}"
    return f"{name} {entry.section} {entry.entry_id} {entry.occ_code or ''}"


def _entry(service: Service, release: Release, entry_id: str) -> Entry:
    for entry in read_document(service.store, release).entries:
        if entry.entry_id == entry_id:
            return entry
    raise UnknownName("entry_unknown", f"本版没有条目 {entry_id}", hint="条目编码见本版的条目列表")


def _labels(release: Release) -> dict[str, str]:
    found = {column.field: column.header for column in file_columns(release.kind)}
    return {**found, "level": "紧缺等级", "reasons": "原因", "listed": "是否列入"}


def _changes(entry: Entry, fields: Sequence[str], given: Mapping[str, str]) -> list[Change]:
    """Lay out the correction of some fields; stars and their words are corrected together."""
    wanted = [*dict.fromkeys(fields)]
    if set(wanted) & {*_TOGETHER} and set(_TOGETHER) <= {*type(entry).model_fields}:
        wanted = [*dict.fromkeys([*wanted, *_TOGETHER])]
    content = entry.model_dump(mode="json")
    for name in wanted:
        if name not in content or name in FIXED:
            raise UnknownName("field_unknown", f"条目没有可勘误的栏目 {name}", hint="从条目的栏目里选")
    texts = {name: as_text(content[name]) for name in wanted}
    return [Change(name, name, texts[name], given.get(f"new.{name}", texts[name])) for name in wanted]


def as_text(value: Any) -> str:
    """Return a value as one types it: text as it is, nothing as nothing, all else as JSON.

    Parameters
    ----------
    value
        Value of a field.
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _errata(entry: Entry, changes: Sequence[Change], given: Mapping[str, str]) -> tuple[Erratum, ...]:
    content = entry.model_dump(mode="json")
    found_on = _day(given, "found_on")
    reason = given.get("reason", "") or " "
    return tuple(
        Erratum(
            entry_id=entry.entry_id,
            field=change.field,
            old=content[change.field],
            new=_value_of(entry, change),
            reason=reason,
            found_on=found_on,
        )
        for change in changes
        if change.new != change.old
    )


def _value_of(entry: Entry, change: Change) -> Any:
    """Read what was typed: JSON where it is JSON and the field holds no text, else the text it is."""
    stated = str(type(entry).model_fields[change.field].annotation)
    if change.new == "" and "None" in stated:
        return None
    if "str" in stated and "tuple" not in stated and "dict" not in stated:
        return change.new
    try:
        return json.loads(change.new[:_LONGEST])
    except json.JSONDecodeError:
        return change.new


def _day(given: Mapping[str, str], name: str) -> dt.date:
    text = given.get(name, "")
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError("day_malformed", f"“{text}”不是日期", hint="写作 2027-01-31") from error


def _page(
    request: Request,
    service: Service,
    release: Release,
    entry: Entry,
    changes: Sequence[Change],
    *,
    status: int = 200,
    **more: Any,
) -> HTMLResponse:
    labels = _labels(release)
    name = entry.occ_name if isinstance(entry, ShortageEntry) else entry.job_title
    content = entry.model_dump(mode="json")
    shown = {
        "answer": None, "scenario": "", "amount": "", "trial_problem": None, "problem": None, "given": {},
    } | more  # fmt: skip
    return render(
        request,
        service,
        "desk_entry.html",
        name,
        status=status,
        release=release,
        entry=entry,
        fields=[
            (each, labels.get(each, each), as_text(value))
            for each, value in content.items()
            if each not in FIXED
        ],
        changes=[change._replace(label=labels.get(change.field, change.field)) for change in changes],
        errata=[
            (record.version, erratum)
            for record in release.versions
            for erratum in record.errata
            if erratum.entry_id == entry.entry_id
        ],
        trials=TRIALS if isinstance(entry, ShortageEntry) and entry.S is not None else (),
        indicators=INDICATORS,
        labels=labels,
        names=actor_names(service.store),
        today=beijing_today(),
        due_on=work_calendar().add(beijing_today(), CORRECTION_WORKDAYS),
        corrected="corrected" in request.query_params,
        may=Scope.CATALOGUES_APPROVE,
        **shown,
    )
