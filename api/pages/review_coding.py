"""Texts that coding could not decide: decided one after another, by keyboard or by buttons, and undone."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.dependencies import ServiceDependency
from api.jobs.recode import last_recoding, recoded_by
from api.pages.frame import back_to, render
from api.pages.review_office import (
    PAGE,
    Decider,
    Reader,
    is_partial,
    page_number,
    words_of,
)
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.codes import CodingKind, alias_key, code_names
from data.errors import UnknownName, YingcaiError
from data.lookup import (
    Hit,
    Lookup,
    industry_lookup,
    major_lookup,
    occupation_lookup,
    skill_lookup,
)
from data.review_sheets import KIND_NAMES
from data.store.occurrences import Occurrence, occurrences_of
from data.store.reviews import count_reviews, decide_review, list_aliases, read_reviews, undo_review
from data.store.users import actor_names

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False, prefix="/office/review/coding")

_LOOKUPS: Final = {
    CodingKind.OCCUPATION: occupation_lookup,
    CodingKind.INDUSTRY: industry_lookup,
    CodingKind.MAJOR: major_lookup,
    CodingKind.SKILL: skill_lookup,
}
_HITS: Final = 8
_RECENT: Final = 50
_LONGEST: Final = 400
Kind = Annotated[CodingKind | None, Query()]
Text = Annotated[str, Query(max_length=_LONGEST)]
Words = Annotated[str, Query(max_length=60)]


class Case(NamedTuple):
    """A text and what is known of it."""

    kind: CodingKind
    """What it is to be coded to."""
    text: str
    """As written."""
    times: int
    """How often it came in; 0 for a text that does not wait."""
    suggestions: list[dict[str, Any]]
    """Codes that are near: code, name and score."""
    decision: dict[str, Any] | None
    """What was decided; None while it waits."""
    samples: tuple[Occurrence, ...]
    """Some records that hold it."""

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return KIND_NAMES[self.kind]

    @property
    def name(self) -> str:
        """Name of the code that was decided."""
        code = (self.decision or {}).get("code")
        return code_names(self.kind).get(code, "") if code else ""

    @property
    def anchor(self) -> str:
        """A name for it within its page."""
        return f"c{hashlib.sha256(f'{self.kind.value}/{self.text}'.encode()).hexdigest()[:12]}"

    @property
    def query(self) -> str:
        """The address of its page, as a query."""
        return urlencode({"kind": self.kind.value, "text": self.text})


class Found(NamedTuple):
    """A code that was looked up."""

    hit: Hit
    """The code, and in what it was found."""
    path: str
    """What it belongs to, the top first."""


@inside.get("", response_class=HTMLResponse)
def show_queue(
    request: Request,
    service: ServiceDependency,
    _: Reader,
    kind: Kind = None,
    page: str = "1",
    done: Annotated[str, Query(max_length=_LONGEST + 20)] = "",
) -> Response:
    """Show the texts that wait, the most frequent first."""
    counts = count_reviews(service.store)
    total = sum(each.waiting for of, each in counts.items() if kind in {None, of})
    pages = max(1, -(-total // PAGE))
    here = min(page_number(page), pages)
    rows = read_reviews(service.store, kind=kind, limit=here * PAGE)[(here - 1) * PAGE :]
    of, _sep, text = done.partition("/")
    job = last_recoding(service)
    last = _case(service, CodingKind(of), text) if of in KIND_NAMES and text else None
    return render(
        request,
        service,
        "review_coding.html",
        "编码复核",
        kind=kind,
        kinds=KIND_NAMES,
        counts=counts,
        total=total,
        decided=sum(each.decided for each in counts.values()),
        waiting=sum(each.waiting for each in counts.values()),
        cases=[_waiting(service, row) for row in rows],
        page=here,
        pages=pages,
        last=last if last is not None and last.decision else None,
        job=job,
        recoded=recoded_by(service, job),
        problem=None,
    )


@inside.get("/case", response_class=HTMLResponse)
def show_case(
    request: Request, service: ServiceDependency, _: Reader, kind: CodingKind, text: Text, q: Words = ""
) -> Response:
    """Show one text with a look-up of codes."""
    return _case_page(request, service, _known(service, kind, text), q=q)


@inside.get("/terms", response_class=HTMLResponse)
def show_terms(
    request: Request, service: ServiceDependency, _: Reader, kind: CodingKind, text: Text, q: Words = ""
) -> Response:
    """Show codes whose code, name or other name holds what was typed."""
    shown: dict[str, Any] = {"kind": kind, "text": text, "found": _found(kind, q), "q": q}
    return render(request, service, "review_coding_terms.html", "查找编码", **shown)


@inside.get("/decisions", response_class=HTMLResponse)
def show_decisions(request: Request, service: ServiceDependency, _: Reader, kind: Kind = None) -> Response:
    """Show what was decided, the newest first."""
    rows = list_aliases(service.store, kind=kind)
    cases = [_decided(CodingKind(row["kind"]), row) for row in rows[:_RECENT]]
    names = actor_names(service.store)
    shown: dict[str, Any] = {
        "kind": kind,
        "kinds": KIND_NAMES,
        "cases": cases,
        "total": len(rows),
        "names": names,
    }
    return render(request, service, "review_coding_decisions.html", "编码决定", **shown)


@inside.post("/decide", response_class=HTMLResponse)
def take_decision(request: Request, service: ServiceDependency, caller: Decider, form: Form) -> Response:
    """Decide what a text means; the row says so and offers to undo it."""
    kind, text = _named(form)
    code = None if form.get("dismiss") else words_of(form, "code", 80)
    try:
        decide_review(
            service.store,
            kind=kind,
            text=text,
            code=code,
            decided_by=caller.actor,
            note=words_of(form, "note", 400),
        )
    except YingcaiError as error:
        return _refused(request, service, _case(service, kind, text), error, form)
    return _answer(request, service, kind, text, done=True)


@inside.post("/undo", response_class=HTMLResponse)
def take_undo(request: Request, service: ServiceDependency, caller: Decider, form: Form) -> Response:
    """Take back the last decision on a text."""
    kind, text = _named(form)
    try:
        undo_review(service.store, kind=kind, text=text, by=caller.actor)
    except YingcaiError as error:
        return _refused(request, service, _case(service, kind, text), error, form)
    return _answer(request, service, kind, text, done=False)


def _answer(request: Request, service: Service, kind: CodingKind, text: str, *, done: bool) -> Response:
    if is_partial(request):
        case = _case(service, kind, text)
        return render(request, service, "review_coding_case.html", text, case=case, problem=None)
    query = urlencode({"kind": kind.value} | ({"done": f"{kind.value}/{text}"} if done else {}))
    return back_to(f"{inside.prefix}?{query}")


def _refused(request: Request, service: Service, case: Case, error: YingcaiError, form: Form) -> Response:
    """Show a row, or its page, with what could not be done; what was typed stays."""
    status = status_of(error)
    if is_partial(request):
        shown = {"case": case, "problem": error}
        return render(request, service, "review_coding_case.html", case.text, status=status, **shown)
    typed = words_of(form, "code", 80)
    return _case_page(
        request, service, case, q=typed, note=words_of(form, "note", 400), problem=error, status=status
    )


def _case_page(
    request: Request,
    service: Service,
    case: Case,
    *,
    q: str,
    note: str = "",
    problem: YingcaiError | None = None,
    status: int = 200,
) -> Response:
    shown = {"case": case, "q": q, "note": note, "problem": problem, "found": _found(case.kind, q)}
    title = f"{case.label}：{case.text}"
    return render(request, service, "review_coding_one.html", title, status=status, **shown)


def _named(form: Form) -> tuple[CodingKind, str]:
    given = words_of(form, "kind")
    if given not in KIND_NAMES:
        known = "、".join(KIND_NAMES.values())
        raise UnknownName("kind_unknown", f"没有类别“{given}”", hint=f"可填：{known}")
    return CodingKind(given), words_of(form, "text", _LONGEST)


def _known(service: Service, kind: CodingKind, text: str) -> Case:
    case = _case(service, kind, text)
    if not case.times and case.decision is None:
        raise UnknownName("review_unknown", f"复核队列里没有“{text}”", hint="回到清单重新选择")
    return case


def _case(service: Service, kind: CodingKind, text: str) -> Case:
    """Return a text as it stands: waiting, decided, or neither."""
    waiting = read_reviews(service.store, kind=kind, text=text)
    if waiting:
        return _waiting(service, waiting[0])
    made = list_aliases(service.store, kind=kind, key=alias_key(kind, text))
    if made:
        return _decided(kind, made[0] | {"text": text})
    return Case(kind, text, 0, [], None, ())


def _waiting(service: Service, row: dict[str, Any]) -> Case:
    kind = CodingKind(row["kind"])
    samples = occurrences_of(service.store, kind, row["text"], k=2)
    return Case(kind, row["text"], row["count"], row["suggestions"], None, samples)


def _decided(kind: CodingKind, row: dict[str, Any]) -> Case:
    return Case(kind, row["text"], 0, [], row, ())


def _found(kind: CodingKind, words: str) -> list[Found]:
    lookup: Lookup = _LOOKUPS[kind]()
    hits = lookup.search(words)[:_HITS] if words.strip() else ()
    return [Found(hit, " › ".join(term.name for term in lookup.path(hit.term))) for hit in hits]
