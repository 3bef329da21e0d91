"""Vacancies: postings merged, every need counted once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.access.principal import Principal
from api.conditional import IfNoneMatch, conditional_answer, conditional_responses
from api.dependencies import ServiceDependency, requires
from api.records import NeedQuery, RecordsOut, chosen_of, find_records
from api.requests import Day
from api.routes.record_answers import VacancyOut
from data.permissions import Scope
from data.store.records import VACANCIES, open_on, read_record
from data.store.schema import posting, vacancy, vacancy_posting

router = APIRouter(prefix="/v1/vacancies", tags=["需求"])

Reader = Annotated[Principal, requires(Scope.VACANCIES_READ)]
VacancyId = Annotated[
    str, Path(max_length=64, pattern=r"^[^\x00]+$", description="需求编号", examples=["V0123456789abcdef"])
]
_FACETS: Final = {
    **{
        name: posting.c[name]
        for name in ("occupation_code", "industry_code", "place_code", "education", "skill_level")
    },
    **{name: vacancy.c[name] for name in ("outcome", "via_agency", "synthetic")},
}


class VacancyQuery(NeedQuery):
    """Which vacancies, and what of them."""

    open: bool | None = Field(
        default=None,
        description="true 只要匹配所用之日在招的：没有结果、没有关闭、没有过期；false 只要其余的",
        examples=[True],
    )
    opened_since: Day | None = Field(default=None, description="此日及以后出现", examples=["2026-01-01"])
    opened_until: Day | None = Field(default=None, description="此日及以前出现", examples=["2026-12-31"])
    posting_id: str | None = Field(
        default=None,
        max_length=64,
        pattern=r"^[^\x00]+$",
        description="含有这条招聘信息的需求",
        examples=[None],
    )

    def conditions(self, day: dt.date) -> Iterable[sa.ColumnElement[bool]]:
        """Return what the filters of vacancies alone mean on the day that matches are made for."""
        if self.open is not None:
            yield open_on(day) if self.open else sa.not_(open_on(day))
        if self.opened_since is not None:
            yield vacancy.c.opened_on >= self.opened_since
        if self.opened_until is not None:
            yield vacancy.c.opened_on <= self.opened_until
        if self.posting_id is not None:
            held = sa.select(vacancy_posting.c.vacancy_id)
            yield vacancy.c.vacancy_id.in_(held.where(vacancy_posting.c.posting_id == self.posting_id))


class VacanciesOut(RecordsOut):
    """Some vacancies."""

    vacancies: list[dict[str, Any]] = Field(
        description="按编号排列；栏目同 GET /v1/vacancies/{vacancy_id}，可用 fields 选取",
        json_schema_extra=chosen_of("vacancy_id"),
    )


@router.get(
    "",
    summary="需求",
    responses=conditional_responses(400, 401, 403, 422, 429, 503),
    response_model=VacanciesOut,
)
def list_vacancies(
    service: ServiceDependency,
    caller: Reader,
    query: Annotated[VacancyQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return vacancies in the order of their numbers; pages cost the same at any depth."""
    conditions = query.conditions(service.matcher.as_of)
    found = find_records(
        service, caller, VACANCIES, query, shape=VacancyOut, conditions=conditions, facets=_FACETS
    )
    return conditional_answer(VacanciesOut(vacancies=found.records, **found.page), if_none_match)


@router.get(
    "/{vacancy_id}",
    summary="一个需求",
    responses=conditional_responses(401, 403, 404, 422, 429, 503),
    response_model=VacancyOut,
)
def read_vacancy(
    service: ServiceDependency, caller: Reader, vacancy_id: VacancyId, if_none_match: IfNoneMatch = None
) -> Response:
    """Return a vacancy with those of its postings that the caller may see."""
    row = read_record(service.store, VACANCIES, vacancy_id, caller=caller.owner)
    return conditional_answer(VacancyOut.of(row), if_none_match)
