"""Matches both ways, explained."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body

from api.access.principal import Principal
from api.dependencies import ServiceDependency, requires
from api.looks import look_of
from api.problems import problem_responses
from api.requests import PairRequest, ProfileMatchRequest, RelaxationRequest, VacancyMatchRequest
from api.service import Service
from data.permissions import Scope
from data.store.audit import Access, Action
from data.store.lists import record_unmet
from data.store.moments import beijing_today
from data.store.store import Store
from matching.matcher import Matcher
from matching.results import Advice, MatchList, PairResult

router = APIRouter(prefix="/v1/matches", tags=["匹配"])

MatchCaller = Annotated[Principal, requires(Scope.MATCHES_READ)]
"""Who may match."""

_PERSON_EXAMPLES: dict[str, Any] = {
    "按编号": {"summary": "已入库的人才档案", "value": {"profile_id": "P000001", "k": 5}},
    "按内容": {
        "summary": "未入库的人才档案",
        "value": {
            "profile": {
                "title": "镁砂窑炉热工工程师",
                "summary": "在大石桥从事重烧镁砂竖窑热工调试与能耗分析八年，熟悉电熔镁砂工艺。",
                "skills": ["竖窑", "热工", "重烧镁砂"],
                "education": "大专",
                "skill_level": "技师",
                "experience_years": 8,
                "place_code": "210882",
            },
            "k": 5,
        },
    },
}
_VACANCY_EXAMPLES: dict[str, Any] = {
    "按编号": {"summary": "已入库的岗位需求", "value": {"vacancy_id": "V0123456789abcdef", "k": 5}},
    "按内容": {
        "summary": "未入库的岗位需求",
        "value": {
            "vacancy": {
                "title": "岸桥司机",
                "duties": "负责集装箱岸桥的操作与班前点检，服从码头调度。",
                "skills": ["岸桥", "集装箱"],
                "education": "高中/中专",
                "place_code": "210804",
                "salary_low": 6000,
                "salary_high": 9000,
            },
            "k": 5,
        },
    },
}


_PAIR_EXAMPLES: dict[str, Any] = {
    "按编号": {
        "summary": "已入库的岗位需求与人才档案",
        "value": {"vacancy_id": "V0123456789abcdef", "profile_id": "P000001", "rank_by": "mutual"},
    },
    "按内容": {
        "summary": "一方或双方未入库",
        "value": {
            "vacancy": _VACANCY_EXAMPLES["按内容"]["value"]["vacancy"],
            "profile": _PERSON_EXAMPLES["按内容"]["value"]["profile"],
        },
    },
}
_RELAXATION_EXAMPLES: dict[str, Any] = {
    "按编号": {"summary": "已入库的岗位需求", "value": {"vacancy_id": "V0123456789abcdef", "limit": 6}},
    "按内容": {
        "summary": "未入库的岗位需求",
        "value": {"vacancy": _VACANCY_EXAMPLES["按内容"]["value"]["vacancy"] | {"education": "博士"}},
    },
}


@router.post(
    "/vacancies", summary="为一个人找岗位", responses=problem_responses(400, 401, 403, 404, 422, 429, 503)
)
def match_person(
    service: ServiceDependency,
    caller: MatchCaller,
    request: Annotated[ProfileMatchRequest, Body(openapi_examples=_PERSON_EXAMPLES)],
) -> MatchList:
    """Rank open vacancies for a person; what a hard rule excludes is never among them."""
    found = service.seen_by(caller).match_profile(
        request.profile_target(), k=request.k, weights=request.weights, rank_by=request.rank_by
    )
    _note(service, found, caller, inline=request.profile is not None)
    return found


@router.post(
    "/profiles", summary="为一个岗位找人", responses=problem_responses(400, 401, 403, 404, 422, 429, 503)
)
def match_vacancy(
    service: ServiceDependency,
    caller: MatchCaller,
    request: Annotated[VacancyMatchRequest, Body(openapi_examples=_VACANCY_EXAMPLES)],
) -> MatchList:
    """Rank pseudonymous profiles for a vacancy; what a hard rule excludes is never among them."""
    matcher = service.seen_by(caller)
    found = matcher.match_vacancy(
        request.vacancy_target(),
        k=request.k,
        weights=request.weights,
        rank_by=request.rank_by,
        near=request.near,
    )
    _note(service, found, caller, inline=request.vacancy is not None)
    _count_unmet(service.store, matcher, request, found)
    return found


@router.post(
    "/pairs",
    summary="一个岗位与一个人是否相配",
    responses=problem_responses(400, 401, 403, 404, 422, 429, 503),
)
def match_pair(
    service: ServiceDependency,
    caller: MatchCaller,
    request: Annotated[PairRequest, Body(openapi_examples=_PAIR_EXAMPLES)],
) -> PairResult:
    """Judge one person for one vacancy; a hard rule that excludes the person is shown as failing."""
    matcher = service.seen_by(caller)
    result = matcher.score(
        request.vacancy_target(), request.profile_target(), weights=request.weights, rank_by=request.rank_by
    )
    service.note(
        Access(
            actor=caller.actor,
            action=Action.MATCH_PAIR,
            results=1,
            vacancy_id=request.vacancy_id,
            profile_id=request.profile_id,
            index_version=matcher.index_version,
            model_version=matcher.model_version,
        )
    )
    if request.vacancy is not None or request.profile is not None:
        service.encoder.degraded = result.degraded
    return result


@router.post(
    "/relaxations",
    summary="放宽哪些要求能增加人选",
    responses=problem_responses(400, 401, 403, 404, 422, 429, 503),
)
def relax_vacancy(
    service: ServiceDependency,
    caller: MatchCaller,
    request: Annotated[RelaxationRequest, Body(openapi_examples=_RELAXATION_EXAMPLES)],
) -> Advice:
    """Name the cheapest changes of the employer's own requirements; what a person set is never touched."""
    matcher = service.seen_by(caller)
    advice = matcher.relax(request.vacancy_target(), limit=request.limit, near=request.near)
    service.note(
        Access(
            actor=caller.actor,
            action=Action.MATCH_RELAXATIONS,
            results=len(advice.relaxations),
            vacancy_id=request.vacancy_id,
            shown=[each.id for each in advice.near_miss],
            index_version=matcher.index_version,
            model_version=matcher.model_version,
        )
    )
    if request.vacancy is not None:
        service.encoder.degraded = advice.degraded
    _count_unmet(service.store, matcher, request, advice)
    return advice


def _note(service: Service, found: MatchList, caller: Principal, *, inline: bool) -> None:
    """Note the look before it is answered, and what an item given in full told of the encoder."""
    service.note(look_of(found, actor=caller.actor))
    if inline:
        service.encoder.degraded = found.degraded


def _count_unmet(
    store: Store,
    matcher: Matcher,
    request: VacancyMatchRequest | RelaxationRequest,
    found: MatchList | Advice,
) -> None:
    """Count a need that nobody meets: occupation, place and month, neither its text nor who asked."""
    if found.allowed or not found.pool:
        return
    record_unmet(
        store,
        occupation_code=found.query["occupation_code"],
        place_code=_place_of(matcher, request),
        on=beijing_today(),
        synthetic=matcher.profiles.synthetic,
    )


def _place_of(matcher: Matcher, request: VacancyMatchRequest | RelaxationRequest) -> str | None:
    """Return where the work is: an answer names the place, it does not hold its code."""
    if request.vacancy is not None:
        return request.vacancy.place_code
    position = matcher.vacancies.position(str(request.vacancy_id))
    return None if position is None else matcher.vacancies.rows[position]["place_code"]
