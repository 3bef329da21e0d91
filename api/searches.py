"""Saved searches as callers give and read them, and the match that each of them stands for."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.problems import contradiction
from api.requests import ProfileIn, ProfileMatchRequest, VacancyIn, VacancyMatchRequest, one_of
from data.normalise.contacts import mask_contacts
from data.normalise.text import clean_prose
from data.store.search_runs import Hit
from data.store.searches import Direction, SavedSearch, SearchDraft
from matching.matcher import Matcher
from matching.queries import stored_query
from matching.ranker import applied_weights
from matching.results import MatchList

__all__ = ["SearchIn", "SearchOut", "found_by", "hits_of", "request_of"]

_LISTS: Final = ("skills", "majors", "licences")
_LONGEST: Final = {"title": 120, "summary": 8000, "duties": 8000}
_LONGEST_TERM: Final = 60

MatchRequest = ProfileMatchRequest | VacancyMatchRequest


class SearchIn(BaseModel):
    """A match request with a name."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=one_of("profiles", "vacancies"))

    name: str = Field(description="名称", min_length=1, max_length=80, examples=["镁砂窑炉工程师，大石桥"])
    profiles: VacancyMatchRequest | None = Field(
        default=None, description="为一个岗位找人，内容同 POST /v1/matches/profiles"
    )
    vacancies: ProfileMatchRequest | None = Field(
        default=None, description="为一个人找岗位，内容同 POST /v1/matches/vacancies"
    )

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if (self.profiles is None) == (self.vacancies is None):
            raise contradiction("profiles 与 vacancies 须且只须给出一个")
        return self

    def to_draft(self, matcher: Matcher) -> SearchDraft:
        """Return the search as it is kept, without contacts; of a person without excluded attributes too.

        Parameters
        ----------
        matcher
            What the caller may see: a stored vacancy or person must be in it.

        Raises
        ------
        InputError
            A weight is unknown, nothing is left of a title, or there is no such vacancy or person.
        """
        name = _masked(self.name)[:80]
        if self.profiles is not None:
            applied_weights(self.profiles.weights, for_vacancy=True)
            target = self.profiles.vacancy_target()
            if isinstance(target, str):
                stored_query(target, matcher.vacancies, matcher.background)
            request = _kept_vacancy(self.profiles)
            return SearchDraft(name, Direction.PROFILES, request, vacancy_id=self.profiles.vacancy_id)
        wanted: Any = self.vacancies
        applied_weights(wanted.weights, for_vacancy=False)
        if wanted.profile_id is not None:
            stored_query(wanted.profile_id, matcher.profiles, matcher.background)
        return SearchDraft(name, Direction.VACANCIES, _kept_profile(wanted), profile_id=wanted.profile_id)


class SearchOut(BaseModel):
    """A saved search as it stands."""

    search_id: str = Field(description="检索编号", examples=["S0123456789abcdef"])
    name: str = Field(description="名称", examples=["镁砂窑炉工程师，大石桥"])
    profiles: VacancyMatchRequest | None = Field(
        description="为岗位找人的请求；联系方式已隐去。为人找岗位的为空",
        examples=[{"vacancy_id": "V01", "k": 10}],
    )
    vacancies: ProfileMatchRequest | None = Field(
        description="为人找岗位的请求；联系方式与不得采用的内容已隐去。为岗位找人的为空", examples=[None]
    )
    saved_by: str = Field(description="保存或最后修改者", examples=["示例机构"])
    run: int = Field(description="已运行的次数，也是最近一次的序号", examples=[3])
    problem: str | None = Field(
        description="最近一次没有得出结果的错误代码，如需求已关闭；正常为空", examples=["vacancy_unknown"]
    )
    created_at: dt.datetime = Field(description="保存时间（UTC）", examples=["2026-11-21T08:00:00Z"])
    changed_at: dt.datetime = Field(description="最后修改时间", examples=["2026-11-21T08:00:00Z"])
    ran_at: dt.datetime | None = Field(description="最近一次运行的时间", examples=["2026-11-22T02:00:00Z"])
    expires_at: dt.datetime = Field(
        description="不再修改、运行则到此时删除：涉及个人的 90 天，其余 365 天",
        examples=["2027-11-21T08:00:00Z"],
    )

    @classmethod
    def of(cls, search: SavedSearch) -> Self:
        """Return a search as its owner sees it."""
        same = (
            "search_id", "name", "run", "problem", "created_at", "changed_at", "ran_at", "expires_at",
        )  # fmt: skip
        asked: dict[str, MatchRequest | None] = {each.value: None for each in Direction}
        asked[search.direction.value] = request_of(search)
        return cls(**{name: getattr(search, name) for name in same}, saved_by=search.actor, **asked)


def request_of(search: SavedSearch) -> MatchRequest:
    """Return the match request that a search stands for."""
    if search.direction is Direction.PROFILES:
        return VacancyMatchRequest.model_validate(search.request)
    return ProfileMatchRequest.model_validate(search.request)


def found_by(matcher: Matcher, request: MatchRequest) -> MatchList:
    """Return what a request finds, as ``/v1/matches`` answers it.

    Parameters
    ----------
    matcher
        What the owner of the search may see.
    request
        The request.
    """
    options: dict[str, Any] = {"k": request.k, "weights": request.weights, "rank_by": request.rank_by}
    if isinstance(request, VacancyMatchRequest):
        return matcher.match_vacancy(request.vacancy_target(), near=request.near, **options)
    return matcher.match_profile(request.profile_target(), **options)


def hits_of(found: MatchList) -> list[Hit]:
    """Return a list as a run of a search keeps it."""
    return [Hit(each.id, place, each.score) for place, each in enumerate(found.results, start=1)]


def _kept_vacancy(request: VacancyMatchRequest) -> dict[str, Any]:
    """Return a request with what may not be kept taken out; demands stay, to be told at every run."""
    kept = request.model_dump(mode="json", exclude_none=True)
    if request.vacancy is not None:
        request.vacancy.to_record()
        texts = {name: _masked(getattr(request.vacancy, name)) for name in ("title", "duties")}
        lists = {name: _terms(getattr(request.vacancy, name)) for name in _LISTS}
        kept["vacancy"] = _written(request.vacancy, texts, lists)
    return kept


def _kept_profile(request: ProfileMatchRequest) -> dict[str, Any]:
    kept = request.model_dump(mode="json", exclude_none=True)
    if request.profile is not None:
        read = request.profile.to_record()
        texts = {name: getattr(read, name) for name in ("title", "summary")}
        kept["profile"] = _written(
            request.profile, texts, {name: _terms(getattr(read, name)) for name in _LISTS}
        )
    return kept


def _written(
    given: VacancyIn | ProfileIn, texts: dict[str, str], lists: dict[str, list[str]]
) -> dict[str, Any]:
    """Return content as plain JSON with its texts replaced, none longer than it could be given."""
    cut = {name: text[: _LONGEST[name]] for name, text in texts.items()}
    return {**given.model_dump(mode="json", exclude_none=True), **cut, **lists}


def _masked(text: str) -> str:
    return mask_contacts(clean_prose(text))


def _terms(terms: tuple[str, ...]) -> list[str]:
    return [cut for cut in (_masked(term)[:_LONGEST_TERM] for term in terms) if cut]
