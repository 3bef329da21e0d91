"""Postings that were merged on thin evidence, or just not merged: compared, split, joined, undone."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.dependencies import ServiceDependency
from api.pages.frame import back_to, render
from api.pages.review_office import (
    Decider,
    Reader,
    is_partial,
    page_number,
    pages_of,
    words_of,
)
from api.pages.review_pairs import SideBySide, side_by_side
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.errors import InputError, YingcaiError
from data.store.decisions import decide, undo_decision
from data.store.pairs import DoubtfulPair, PairKind, decided_pairs, doubtful_pairs, read_decision
from data.store.users import actor_names

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False, prefix="/office/review/duplicates")

_AT_ONCE: Final = 8
_RECENT: Final = 30
_KINDS: Final = {PairKind.MERGED: "已合并，依据较弱", PairKind.NEAR: "相似，未合并"}
Done = Annotated[str, Query(max_length=140)]


@inside.get("", response_class=HTMLResponse)
def show_pairs(
    request: Request,
    service: ServiceDependency,
    _: Reader,
    kind: PairKind = PairKind.MERGED,
    page: str = "1",
    done: Done = "",
) -> Response:
    """Show the pairs that wait, the most doubtful first."""
    left, _sep, right = done.partition("/")
    made = read_decision(service.store, left, right) if right else None
    last = _one(service, left, right) if made else None
    return _page(request, service, kind, page=page_number(page), last=last)


@inside.get("/decisions", response_class=HTMLResponse)
def show_decisions(request: Request, service: ServiceDependency, _: Reader) -> Response:
    """Show what was decided, the newest first."""
    made = decided_pairs(service.store, limit=_RECENT)
    pairs = [DoubtfulPair(each.left_posting_id, each.right_posting_id, None, 0.0, {}) for each in made]
    decisions = {(each.left_posting_id, each.right_posting_id): each for each in made}
    shown: dict[str, Any] = {
        "pairs": side_by_side(service.store, pairs, decisions=decisions),
        "names": actor_names(service.store),
    }
    return render(request, service, "review_duplicates_decisions.html", "合并与分开的决定", **shown)


@inside.post("/decide", response_class=HTMLResponse)
def take_decision(request: Request, service: ServiceDependency, caller: Decider, form: Form) -> Response:
    """Keep what somebody says of two postings; the employer's needs are merged anew at once."""
    left, right, kind = _named(form)
    note = words_of(form, "note", 400)
    try:
        same = _same(form)
        decide(service.store, left, right, same=same, by=caller.actor, note=note.strip())
    except YingcaiError as error:
        return _refused(request, service, form, error)
    if is_partial(request):
        return _row(request, service, _one(service, left, right), kind)
    return back_to(f"{inside.prefix}?{urlencode({'kind': kind.value, 'done': f'{left}/{right}'})}")


@inside.post("/undo", response_class=HTMLResponse)
def take_undo(request: Request, service: ServiceDependency, caller: Decider, form: Form) -> Response:
    """Take back what was said of two postings."""
    left, right, kind = _named(form)
    try:
        undo_decision(service.store, left, right, by=caller.actor)
    except YingcaiError as error:
        return _refused(request, service, form, error)
    if is_partial(request):
        return _row(request, service, _one(service, left, right), kind)
    return back_to(f"{inside.prefix}?{urlencode({'kind': kind.value})}")


def _page(
    request: Request,
    service: Service,
    kind: PairKind,
    *,
    page: int = 1,
    last: SideBySide | None = None,
    problem: YingcaiError | None = None,
    status: int = 200,
) -> Response:
    queues = {each: doubtful_pairs(service.store, each) for each in PairKind}
    pairs, here, pages = pages_of(queues[kind], page, size=_AT_ONCE)
    return render(
        request,
        service,
        "review_duplicates.html",
        "重复信息复核",
        status=status,
        kind=kind,
        kinds=_KINDS,
        counts={each: len(found) for each, found in queues.items()},
        pairs=side_by_side(service.store, pairs),
        page=here,
        pages=pages,
        last=last,
        problem=problem,
        note="",
    )


def _refused(request: Request, service: Service, form: Form, error: YingcaiError) -> Response:
    """Show the pair, or the whole page, with what could not be done; what was typed stays."""
    left, right, kind = _named(form)
    status, note = status_of(error), words_of(form, "note", 400)
    one = _one(service, left, right)
    if one is None:
        return _page(request, service, kind, problem=error, status=status)
    if is_partial(request):
        return _row(request, service, one, kind, problem=error, note=note, status=status)
    shown = {"side": one, "kind": kind, "problem": error, "note": note}
    return render(request, service, "review_duplicates_one.html", "重复信息复核", status=status, **shown)


def _row(
    request: Request,
    service: Service,
    one: SideBySide | None,
    kind: PairKind,
    *,
    problem: YingcaiError | None = None,
    note: str = "",
    status: int = 200,
) -> Response:
    shown = {"side": one, "kind": kind, "problem": problem, "note": note}
    return render(request, service, "review_duplicates_pair.html", "重复信息复核", status=status, **shown)


def _one(service: Service, left: str, right: str) -> SideBySide | None:
    """Return a pair as it stands; None where one of the postings is gone."""
    made = read_decision(service.store, left, right)
    pair = DoubtfulPair(left, right, None, 0.0, {})
    if made is None:
        waiting = (each for kind in PairKind for each in doubtful_pairs(service.store, kind))
        pair = next((each for each in waiting if {each.left, each.right} == {left, right}), pair)
    decisions = {} if made is None else {(left, right): made}
    return next(iter(side_by_side(service.store, [pair], decisions=decisions)), None)


def _named(form: Form) -> tuple[str, str, PairKind]:
    kind = words_of(form, "kind", 16)
    left, right = (words_of(form, name, 64) for name in ("left", "right"))
    return left, right, PairKind(kind) if kind in set(PairKind) else PairKind.MERGED


def _same(form: Form) -> bool:
    given = words_of(form, "same", 4)
    if given not in {"0", "1"}:
        raise InputError("decision_unclear", "没有写明合并还是分开", hint="点“合并”“分开”或“无误”")
    return given == "1"
