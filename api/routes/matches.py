"""Matches both ways, explained."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Body

from api.dependencies import Caller, ServiceDependency
from api.problems import problem_responses
from api.requests import ProfileMatchRequest, VacancyMatchRequest
from api.service import Service
from data.store.lists import record_unmet
from matching.results import MatchList

router = APIRouter(prefix="/v1/matches", tags=["匹配"])

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


@router.post("/vacancies", summary="为一个人找岗位", responses=problem_responses(400, 401, 404, 422, 503))
def match_person(
    service: ServiceDependency,
    _: Caller,
    request: Annotated[ProfileMatchRequest, Body(openapi_examples=_PERSON_EXAMPLES)],
) -> MatchList:
    """Rank open vacancies for a person; what a hard rule excludes is never among them."""
    return service.matcher.match_profile(request.target(), k=request.k, weights=request.weights)


@router.post("/profiles", summary="为一个岗位找人", responses=problem_responses(400, 401, 404, 422, 503))
def match_vacancy(
    service: ServiceDependency,
    _: Caller,
    request: Annotated[VacancyMatchRequest, Body(openapi_examples=_VACANCY_EXAMPLES)],
) -> MatchList:
    """Rank pseudonymous profiles for a vacancy; what a hard rule excludes is never among them."""
    found = service.matcher.match_vacancy(request.target(), k=request.k, weights=request.weights)
    if request.vacancy is not None and found.pool and not found.allowed:
        _count_unmet(service, found, request.vacancy.place_code)
    return found


def _count_unmet(service: Service, found: MatchList, place_code: str | None) -> None:
    """Count a search that found nobody: occupation, place and month, neither its text nor who asked."""
    record_unmet(
        service.store,
        occupation_code=found.query["occupation_code"],
        place_code=place_code,
        on=dt.datetime.now(dt.UTC).date(),
        synthetic=any(bool(row["synthetic"]) for row in service.matcher.profiles.rows),
    )
