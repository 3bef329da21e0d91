"""Saved searches: kept under a name, run again, and what came or went since a run."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, Field

from api.access.principal import Principal, require_scope
from api.conditional import (
    IfMatch,
    IfNoneMatch,
    check_tag,
    conditional_answer,
    conditional_responses,
    required_tag,
)
from api.dependencies import ServiceDependency, requires, spend_matches
from api.idempotency import Idempotency, created_responses
from api.paging import PageQuery, page_of
from api.problems import problem_responses
from api.requests import VacancyMatchRequest
from api.routes.matches import match_person, match_vacancy
from api.searches import SearchIn, SearchOut, hits_of, request_of
from api.service import Service
from data.errors import InputError, RefusedError
from data.permissions import Scope
from data.store.audit import Access, Action
from data.store.search_runs import News, matchable_people, read_news, record_run
from data.store.searches import (
    Direction,
    SavedSearch,
    add_search,
    delete_search,
    list_searches,
    read_search,
    replace_search,
)
from matching.results import MatchList

router = APIRouter(prefix="/v1/searches", tags=["保存的检索"])

Reader = Annotated[Principal, requires(Scope.SEARCHES_READ)]
Writer = Annotated[Principal, requires(Scope.SEARCHES_WRITE)]
SearchId = Annotated[str, Path(max_length=64, description="检索编号", examples=["S0123456789abcdef"])]
_READ: Final = conditional_responses(401, 403, 404, 422, 429, 503)
_EXAMPLES: Final[dict[str, Any]] = {
    "为岗位找人": {
        "summary": "按内容保存，常看有无新的人选",
        "value": {
            "name": "镁砂窑炉热工工程师，大石桥",
            "profiles": {
                "vacancy": {
                    "title": "镁砂窑炉热工工程师",
                    "skills": ["竖窑", "热工"],
                    "place_code": "210882",
                },
                "k": 20,
            },
        },
    },
    "为人找岗位": {
        "summary": "已入库的人才档案",
        "value": {"name": "岸桥司机的岗位", "vacancies": {"profile_id": "P000001", "k": 10}},
    },
}


class SearchPageOut(BaseModel):
    """Some of the caller's searches."""

    total: int = Field(description="全部条数", examples=[3])
    searches: list[SearchOut] = Field(description="先保存的在前")
    cursor: str | None = Field(description="下一页从此处读起；空为没有更多", examples=[None])


class SearchRunOut(BaseModel):
    """What a search finds now, and what came or went since its run before."""

    search_id: str = Field(description="检索编号", examples=["S0123456789abcdef"])
    run: int = Field(description="这一次运行的序号", examples=[4])
    new: list[str] = Field(description="上一次没有、这一次有的编号，先好后次", examples=[["P000001"]])
    gone: list[str] = Field(description="上一次有、这一次没有的编号", examples=[[]])
    match: MatchList = Field(description="此刻的结果，与直接匹配相同")


class Standing(StrEnum):
    """What became of an item."""

    LISTED = "listed"
    """It is in the list."""
    DISPLACED = "displaced"
    """It is still there, but no longer in the list."""
    ENDED = "ended"
    """The vacancy is no longer open."""


class SearchNewsItem(BaseModel):
    """One vacancy or person that came or went."""

    id: str = Field(description="需求编号，或人才的化名档案编号", examples=["P000001"])
    standing: Standing = Field(
        description="listed 在名单中，displaced 仍有效但已不在名单中，ended 需求已不在招", examples=["listed"]
    )
    rank: int = Field(description="最近一次的位次", examples=[1])
    score: float = Field(description="最近一次的得分，0—100", examples=[71.4])
    first_run: int = Field(description="第几次运行首次出现", examples=[4])
    gone_run: int | None = Field(description="第几次运行起不再出现；在名单中的为空", examples=[None])

    @classmethod
    def of(cls, news: News, standing: Standing) -> SearchNewsItem:
        """Return an item with what became of it."""
        same = {name: getattr(news, name) for name in ("rank", "score", "first_run", "gone_run")}
        return cls(id=news.item_id, standing=standing, **same)


class SearchNewsOut(BaseModel):
    """What came or went since a run."""

    search_id: str = Field(description="检索编号", examples=["S0123456789abcdef"])
    since: int = Field(description="从第几次运行之后算起", examples=[3])
    run: int = Field(description="最近一次运行的序号；下次读取时作为 since", examples=[4])
    ran_at: dt.datetime | None = Field(
        description="最近一次运行的时间；未运行过为空", examples=["2026-11-22T02:00:00Z"]
    )
    problem: str | None = Field(
        description="最近一次没有得出结果的错误代码；正常为空", examples=["vacancy_unknown"]
    )
    new: list[SearchNewsItem] = Field(description="新出现的，先好后次")
    gone: list[SearchNewsItem] = Field(description="不再出现的；已删除档案或拒绝自动匹配的人不在其中")


@router.post(
    "",
    status_code=201,
    summary="保存检索",
    responses=created_responses(400, 401, 403, 404, 409, 422, 429, 503),
)
def save_search(
    service: ServiceDependency,
    caller: Writer,
    once: Idempotency,
    given: Annotated[SearchIn, Body(openapi_examples=_EXAMPLES)],
    response: Response,
) -> SearchOut:
    """Keep a match request; a person given in full is kept without contacts and excluded attributes."""
    draft, now = given.to_draft(service.seen_by(caller)), dt.datetime.now(dt.UTC)
    created = once.create(
        caller,
        given.model_dump(mode="json"),
        lambda keep: add_search(service.store, caller.owner, draft, actor=caller.actor, now=now, keep=keep),
    )
    response.headers["Location"] = f"{router.prefix}/{created.resource_id}"
    return SearchOut.of(read_search(service.store, created.resource_id, owner=caller.owner))


@router.get("", summary="自己的检索", responses=problem_responses(400, 401, 403, 422, 429, 503))
def list_saved_searches(
    service: ServiceDependency, caller: Reader, query: Annotated[PageQuery, Query()]
) -> SearchPageOut:
    """Return the searches of the caller's agency, or of the office."""
    found = list_searches(service.store, owner=caller.owner)
    page = page_of(
        found,
        query,
        key=service.pseudonym_key,
        of=["searches", caller.owner],
        ranks=[int(each.created_at.timestamp() * 1_000_000) for each in found],
    )
    return SearchPageOut(
        total=page.total, searches=[SearchOut.of(each) for each in page.items], cursor=page.cursor
    )


@router.get("/{search_id}", summary="一个检索", responses=_READ, response_model=SearchOut)
def read_saved_search(
    service: ServiceDependency, caller: Reader, search_id: SearchId, if_none_match: IfNoneMatch = None
) -> Response:
    """Return a search of the caller's agency, or of the office."""
    search = read_search(service.store, search_id, owner=caller.owner)
    return conditional_answer(SearchOut.of(search), if_none_match)


@router.put(
    "/{search_id}",
    summary="修改检索",
    responses=conditional_responses(400, 401, 403, 404, 412, 422, 428, 429, 503),
    response_model=SearchOut,
)
def change_saved_search(
    service: ServiceDependency,
    caller: Writer,
    search_id: SearchId,
    given: Annotated[SearchIn, Body(openapi_examples=_EXAMPLES)],
    if_match: IfMatch = None,
) -> Response:
    """Replace a search as the caller last saw it; one that asks for something else begins anew."""
    tag = required_tag(if_match)
    known = read_search(service.store, search_id, owner=caller.owner)
    check_tag(SearchOut.of(known), tag)
    draft = given.to_draft(service.seen_by(caller))
    now = dt.datetime.now(dt.UTC)
    changed = replace_search(service.store, known, draft, actor=caller.actor, now=now)
    return conditional_answer(SearchOut.of(changed), None)


@router.delete(
    "/{search_id}",
    status_code=204,
    summary="删除检索",
    responses=problem_responses(401, 403, 404, 422, 429, 503),
)
def delete_saved_search(service: ServiceDependency, caller: Writer, search_id: SearchId) -> None:
    """Delete a search with everything it holds and found."""
    delete_search(service.store, search_id, owner=caller.owner)


@router.post(
    "/{search_id}/run",
    summary="运行检索",
    responses=problem_responses(400, 401, 403, 404, 409, 422, 429, 503),
)
def run_saved_search(service: ServiceDependency, caller: Writer, search_id: SearchId) -> SearchRunOut:
    """Match now, as a match request would, and tell what came or went since the run before."""
    require_scope(caller, Scope.MATCHES_READ)
    search = read_search(service.store, search_id, owner=caller.owner)
    with service.store.begin() as connection:
        spend_matches(connection, service, caller, 1)
    now = dt.datetime.now(dt.UTC)
    try:
        found = _match(service, caller, search)
    except (InputError, RefusedError) as error:
        record_run(service.store, search, (), now=now, problem=error.code)
        raise
    run = record_run(service.store, search, hits_of(found), now=now)
    return SearchRunOut(search_id=search_id, run=run.number, new=[*run.new], gone=[*run.gone], match=found)


@router.get(
    "/{search_id}/news",
    summary="检索的新增与消失",
    responses=problem_responses(401, 403, 404, 422, 429, 503),
)
def read_search_news(
    service: ServiceDependency,
    caller: Reader,
    search_id: SearchId,
    since: Annotated[int, Query(ge=0, lt=2**31, description="上次读到的 run；0 为全部", examples=[3])] = 0,
) -> SearchNewsOut:
    """Tell what came or went after a run; people who object or were erased since are in neither list."""
    search = read_search(service.store, search_id, owner=caller.owner)
    items = _standing(service, caller, search, read_news(service.store, search, since=since))
    people = [each.id for each in items] if search.direction is Direction.PROFILES else []
    service.note(
        Access(
            actor=caller.actor,
            action=Action.READ_NEWS,
            results=len(items),
            vacancy_id=search.vacancy_id,
            profile_id=search.profile_id,
            shown=people,
        )
    )
    return SearchNewsOut(
        search_id=search_id,
        since=since,
        run=search.run,
        ran_at=search.ran_at,
        problem=search.problem,
        new=[each for each in items if each.gone_run is None],
        gone=[each for each in items if each.gone_run is not None],
    )


def _match(service: Service, caller: Principal, search: SavedSearch) -> MatchList:
    """Match by the very routes of single matches: their view, their audit, their counts."""
    request = request_of(search)
    if isinstance(request, VacancyMatchRequest):
        return match_vacancy(service, caller, request)
    return match_person(service, caller, request)


def _standing(
    service: Service, caller: Principal, search: SavedSearch, news: list[News]
) -> list[SearchNewsItem]:
    """Say of each item what became of it, leaving out the people who may not be shown any more."""
    matcher, ids = service.seen_by(caller), [each.item_id for each in news]
    people = search.direction is Direction.PROFILES
    pool = matcher.profiles if people else matcher.vacancies
    there = {each for each in ids if pool.position(each) is not None}
    if people:
        there &= matchable_people(service.store, there)
    shown = []
    for each in news:
        if each.item_id in there:
            standing = Standing.LISTED if each.gone_run is None else Standing.DISPLACED
            shown.append(SearchNewsItem.of(each, standing))
        elif not people:
            shown.append(SearchNewsItem.of(each, Standing.ENDED))
    return shown
