"""Postings that demand what the law or the product does not allow: shown, sent back, noted, exported."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
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
from api.pages.visitor import Form
from api.problems import status_of
from api.service import Service
from data.errors import YingcaiError
from data.formulas import guarded
from data.linter.rules import RULES, rule_of
from data.records import Finding, Severity
from data.store.linted import (
    FlaggedPosting,
    flagged_postings,
    handle_flagged,
    read_flagged,
    reopen_flagged,
    texts_as_received,
)
from data.store.users import actor_names

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False, prefix="/office/review/linter")

_AT_ONCE: Final = 10
_TITLES: Final = {rule.name: rule.title for rule in RULES}
_LABELS: Final = {Severity.BLOCK: "不得发布", Severity.WARN: "建议修改"}
_HEADS: Final = (
    "招聘信息编号", "来源", "用人单位", "岗位", "发布日期",
    "要求", "类别", "处理", "依据", "建议写法", "办理情况",
)  # fmt: skip
Rule = Annotated[str, Query(max_length=32)]
Done = Annotated[bool, Query()]
PostingId = Annotated[str, Query(max_length=64)]


class Marked(NamedTuple):
    """Part of a text, and what it demands."""

    text: str
    """The part."""
    severity: str
    """``block`` or ``warn``; empty for what may stand."""


class Shown(NamedTuple):
    """A posting as the page shows it."""

    posting: FlaggedPosting
    """The posting."""
    texts: tuple[tuple[Marked, ...], ...]
    """Texts as received that hold demands, cut at them; empty where these are gone."""


@inside.get("", response_class=HTMLResponse)
def show_flagged(
    request: Request,
    service: ServiceDependency,
    _: Reader,
    rule: Rule = "",
    done: Done = False,
    page: str = "1",
    last: PostingId = "",
) -> Response:
    """Show the postings that wait, or those that were handled."""
    return _page(request, service, rule=rule, done=done, page=page_number(page), last=last)


@inside.get("/export")
def send_list(service: ServiceDependency, _: Reader, rule: Rule = "", done: Done = False) -> Response:
    """Send what the page shows as a table, to be given to the employers."""
    chosen = _chosen(flagged_postings(service.store), rule=rule, done=done)
    headers = {"Content-Disposition": 'attachment; filename="findings.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(chosen), media_type="text/csv; charset=utf-8", headers=headers)


@inside.post("/handle", response_class=HTMLResponse)
def take_handling(request: Request, service: ServiceDependency, caller: Decider, form: Form) -> Response:
    """Note that a posting went back to its employer."""
    posting_id, note = words_of(form, "posting_id", 64), words_of(form, "note", 1_000)
    try:
        handle_flagged(service.store, posting_id, by=caller.actor, note=note)
    except YingcaiError as error:
        return _refused(request, service, posting_id, error, note=note)
    return _answer(request, service, posting_id, last=posting_id)


@inside.post("/undo", response_class=HTMLResponse)
def take_undo(request: Request, service: ServiceDependency, caller: Decider, form: Form) -> Response:
    """Let a posting wait again."""
    posting_id = words_of(form, "posting_id", 64)
    try:
        reopen_flagged(service.store, posting_id, by=caller.actor)
    except YingcaiError as error:
        return _refused(request, service, posting_id, error)
    return _answer(request, service, posting_id)


def _answer(request: Request, service: Service, posting_id: str, *, last: str = "") -> Response:
    if is_partial(request):
        return _row(request, service, posting_id)
    return back_to(inside.prefix + (f"?{urlencode({'last': last})}" if last else ""))


def _page(
    request: Request,
    service: Service,
    *,
    rule: str = "",
    done: bool = False,
    page: int = 1,
    last: str = "",
    problem: YingcaiError | None = None,
    status: int = 200,
) -> Response:
    flagged = flagged_postings(service.store)
    handled = sum(each.handling is not None for each in flagged)
    chosen = _chosen(flagged, rule=rule, done=done)
    rules = Counter(name for each in _chosen(flagged, rule="", done=done) for name in _rules(each))
    here, number, pages = pages_of(chosen, page, size=_AT_ONCE)
    return render(
        request,
        service,
        "review_linter.html",
        "违规要求",
        status=status,
        rule=rule if rule in _TITLES else "",
        done=done,
        rules=[(name, _TITLES[name], rules[name]) for name in _TITLES if rules[name]],
        total=len(chosen),
        waiting=len(flagged) - handled,
        handled=handled,
        shown=_shown(service, here),
        page=number,
        pages=pages,
        last=next((each for each in flagged if each.posting_id == last and each.handling), None),
        problem=problem,
        **_words(service),
    )


def _row(
    request: Request,
    service: Service,
    posting_id: str,
    *,
    problem: YingcaiError | None = None,
    note: str = "",
    status: int = 200,
    template: str = "review_linter_row.html",
) -> Response:
    (row,) = _shown(service, [read_flagged(service.store, posting_id)])
    shown = {"row": row, "problem": problem, "note": note, **_words(service)}
    return render(request, service, template, "违规要求", status=status, **shown)


def _refused(
    request: Request, service: Service, posting_id: str, error: YingcaiError, *, note: str = ""
) -> Response:
    """Show the posting with what could not be done; what was typed stays."""
    if error.code == "posting_unknown":
        return _page(request, service, problem=error, status=404)
    template = "review_linter_row.html" if is_partial(request) else "review_linter_one.html"
    status = status_of(error)
    return _row(request, service, posting_id, problem=error, note=note, status=status, template=template)


def _words(service: Service) -> dict[str, object]:
    """Return what all templates of this queue need beside the postings."""
    return {
        "names": actor_names(service.store),
        "titles": _TITLES,
        "labels": _LABELS,
        "default_note": _DEFAULT_NOTE,
    }


_DEFAULT_NOTE: Final = "已退回用人单位，要求删改上述内容后重新发布"


def _rules(posting: FlaggedPosting) -> set[str]:
    return {finding.rule for finding in posting.findings}


def _chosen(flagged: Sequence[FlaggedPosting], *, rule: str, done: bool) -> list[FlaggedPosting]:
    wanted = rule if rule in _TITLES else ""
    return [
        each
        for each in flagged
        if (each.handling is not None) == done and (not wanted or wanted in _rules(each))
    ]


def _shown(service: Service, postings: Sequence[FlaggedPosting]) -> list[Shown]:
    texts = texts_as_received(service.store, {each.place for each in postings})
    return [Shown(each, _marked_texts(texts.get(each.place, []), each.findings)) for each in postings]


def _marked_texts(texts: Sequence[str], findings: Sequence[Finding]) -> tuple[tuple[Marked, ...], ...]:
    """Mark each demand in the text that it was found in, else in the first one that holds its words."""
    spans: dict[int, list[tuple[int, int, str]]] = {}
    for finding in findings:
        exact = [i for i, text in enumerate(texts) if text[finding.start : finding.end] == finding.text]
        holding = exact or [i for i, text in enumerate(texts) if finding.text in text]
        if holding:
            start = finding.start if exact else texts[holding[0]].index(finding.text)
            span = (start, start + len(finding.text), finding.severity.value)
            spans.setdefault(holding[0], []).append(span)
    return tuple(tuple(_cut(texts[i], sorted(spans[i]))) for i in sorted(spans))


def _cut(text: str, spans: Sequence[tuple[int, int, str]]) -> Iterator[Marked]:
    at = 0
    for start, end, severity in spans:
        if start < at:
            continue
        if start > at:
            yield Marked(text[at:start], "")
        yield Marked(text[start:end], severity)
        at = end
    if at < len(text):
        yield Marked(text[at:], "")


def _lines(postings: Iterable[FlaggedPosting]) -> Iterator[bytes]:
    """Write one row for each demand; text that looks like a formula is guarded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADS)
    yield b"\xef\xbb\xbf"
    for posting in postings:
        told = (posting.posting_id, posting.source, posting.employer, posting.title, posting.posted_on or "")
        note = posting.handling.note if posting.handling else "未办理"
        for each in posting.findings:
            rule = rule_of(each.rule).title if each.rule in _TITLES else each.rule
            row = (*told, each.text, rule, _LABELS[each.severity], each.law, each.rewording or "删去", note)
            writer.writerow([guarded(str(cell)) for cell in row])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
