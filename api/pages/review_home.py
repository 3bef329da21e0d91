"""The queues of the office that people work through: how much waits in each, and how long."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from api.access.principal import Principal
from api.dependencies import ServiceDependency
from api.pages.frame import render
from api.pages.review_office import Reader
from api.service import Service
from data.permissions import Scope
from data.releases.ticket_lists import TicketFilter, count_tickets
from data.store.linted import flagged_postings
from data.store.moments import beijing_today
from data.store.pairs import PairKind, decided_pairs, doubtful_pairs
from data.store.postings import read_postings
from data.store.reviews import count_reviews

__all__ = ["inside"]

inside = APIRouter(include_in_schema=False)


class Queue(NamedTuple):
    """One queue."""

    address: str
    """Its page."""
    name: str
    """What it is called."""
    about: str
    """What is to be done there."""
    unit: str
    """What is counted."""
    waiting: int
    """How many wait."""
    done: int
    """How many were dealt with."""
    oldest: dt.date | None
    """Day of the one that waits longest, or that is due first."""
    oldest_label: str
    """What that day is; without a day, what is told instead."""
    late: int = 0
    """How many are overdue."""


@inside.get("/office/review", response_class=HTMLResponse)
def show_queues(request: Request, service: ServiceDependency, caller: Reader) -> Response:
    """Show all queues that the caller may look at."""
    queues = [_coding(service), _duplicates(service), _linter(service), *_objections(service, caller)]
    return render(request, service, "review_home.html", "复核", queues=queues)


def _coding(service: Service) -> Queue:
    counts = count_reviews(service.store).values()
    rows = sum(each.rows for each in counts)
    return Queue(
        "/office/review/coding",
        "编码复核",
        "职业、行业、专业、能力：程序拿不准的文本，由人定编码。",
        "条",
        sum(each.waiting for each in counts),
        sum(each.decided for each in counts),
        None,
        f"在记录中共出现 {rows} 次，先办出现多的",
    )


def _duplicates(service: Service) -> Queue:
    pairs = [pair for kind in PairKind for pair in doubtful_pairs(service.store, kind)]
    days = read_postings(service.store, ids={pair.left for pair in pairs})["posted_on"].dropna()
    return Queue(
        "/office/review/duplicates",
        "重复信息复核",
        "合并依据较弱的招聘信息，以及相似而未合并的：并排比对，分开或合并。",
        "对",
        len(pairs),
        len(decided_pairs(service.store, limit=100_000)),
        min(days, default=None),
        "最早发布于",
    )


def _linter(service: Service) -> Queue:
    flagged = flagged_postings(service.store)
    waiting = [each for each in flagged if each.handling is None]
    days = [each.posted_on for each in waiting if each.posted_on is not None]
    return Queue(
        "/office/review/linter",
        "违规要求",
        "招聘信息中的性别、年龄、婚育、户籍等要求：已从匹配中剔除，请退回单位改正。",
        "条",
        len(waiting),
        len(flagged) - len(waiting),
        min(days, default=None),
        "最早发布于",
    )


def _objections(service: Service, caller: Principal) -> list[Queue]:
    if Scope.OBJECTIONS_READ not in caller.scopes:
        return []
    counts = count_tickets(service.store, TicketFilter(), on=beijing_today())
    return [
        Queue(
            "/office/objections",
            "意见与异议",
            "对目录版次的异议和征求意见期的意见：十五个工作日内答复。",
            "件",
            counts.open,
            counts.answered,
            counts.first_due,
            "最早应于此日前答复：",
            late=counts.late,
        )
    ]
