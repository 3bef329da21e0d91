"""Match jobs: many queries both ways, handed in at once and answered in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Self

import structlog
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.exc import SQLAlchemyError

from api.jobs.answers import BulkAnswer, BulkError, BulkStatus, answer_of, error_of, failure_of
from api.jobs.handler import Abandoned, Outcome, Work
from api.looks import look_of
from api.problems import contradiction
from api.requests import ProfileIn, VacancyIn, Whole, one_of
from data.errors import InputError, RefusedError
from data.jobs import Answer, JobQuery
from data.records import Posting, Profile
from matching.matcher import Matcher
from matching.ranker import applied_weights
from matching.results import MatchList, RankBy

__all__ = ["MATCH", "MatchHandler", "MatchJobQuery", "MatchJobRequest"]

_log = structlog.get_logger()

MATCH = "match"
"""The kind of these jobs."""

MOST_QUERIES = 10_000
"""Queries that one job may hold."""

MOST_RESULTS = 200_000
"""Results that one job may ask for: its queries times the length of their lists."""


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MatchJobQuery(_Given):
    """One vacancy or one person, stored or given in full."""

    model_config = ConfigDict(json_schema_extra=one_of("vacancy_id", "vacancy", "profile_id", "profile"))

    ref: str | None = Field(
        default=None, max_length=64, description="调用方自己的编号，原样返回", examples=["row-17"]
    )
    vacancy_id: str | None = Field(default=None, max_length=64, description="已入库需求的编号：为它找人")
    vacancy: VacancyIn | None = Field(default=None, description="未入库需求的内容：为它找人")
    profile_id: str | None = Field(default=None, max_length=64, description="已入库档案的编号：为此人找岗位")
    profile: ProfileIn | None = Field(default=None, description="未入库档案的内容：为此人找岗位")

    @model_validator(mode="after")
    def _one_of_four(self) -> Self:
        given = (self.vacancy_id, self.vacancy, self.profile_id, self.profile)
        if sum(each is not None for each in given) != 1:
            raise ValueError("vacancy_id、vacancy、profile_id、profile 须且只须给出一个")
        return self

    @property
    def for_vacancy(self) -> bool:
        """Whether people are looked for."""
        return self.vacancy_id is not None or self.vacancy is not None

    def to_query(self) -> JobQuery:
        """Return the query as it is kept: read and cleaned as a single request's is, or why it cannot be."""
        kept: dict[str, Any] = {"ref": self.ref}
        try:
            if self.vacancy is not None:
                kept["vacancy"] = self.vacancy.to_record().model_dump(mode="json")
            elif self.profile is not None:
                kept["profile"] = self.profile.to_record().model_dump(mode="json")
            elif self.vacancy_id is not None:
                kept["vacancy_id"] = self.vacancy_id
            else:
                kept["profile_id"] = self.profile_id
        except InputError as error:
            kept["error"] = error_of(error).model_dump()
        return JobQuery(kept, self.profile_id)


class MatchJobRequest(_Given):
    """Queries with the options that hold for all of them."""

    queries: Annotated[tuple[MatchJobQuery, ...], Field(min_length=1, max_length=MOST_QUERIES)] = Field(
        description="逐条作答，一条出错不影响其余；两个方向可以混用"
    )
    k: Whole = Field(default=10, ge=1, le=200, description="每条返回几个结果", examples=[10])
    weights: dict[str, float] | None = Field(
        default=None, description="各评分项的权重；不写则用建议权重", examples=[{"skills": 2, "title": 1}]
    )
    rank_by: RankBy = Field(
        default=RankBy.FORWARD,
        description="按哪个分数：forward 对提问方、reverse 对对方、mutual 双向（调和平均）",
        examples=["mutual"],
    )

    @model_validator(mode="after")
    def _not_too_large(self) -> Self:
        asked = len(self.queries) * self.k
        if asked > MOST_RESULTS:
            raise contradiction(f"共要 {asked} 个结果，一个任务至多 {MOST_RESULTS} 个；减小 k 或分成几个任务")
        return self

    def payload(self) -> dict[str, Any]:
        """Return the options as they are kept.

        Raises
        ------
        InputError
            A weight is unknown or out of range: no query could be answered.
        """
        for for_vacancy in {each.for_vacancy for each in self.queries}:
            applied_weights(self.weights, for_vacancy=for_vacancy)
        return self.model_dump(mode="json", include={"k", "weights", "rank_by"})


class MatchHandler:
    """Answers the queries of match jobs as single requests are answered.

    Parameters
    ----------
    matcher
        Returns the matcher that serves now; a part asks for it once, so that it never mixes two states.
    refresh
        Brings that matcher up to date; called before a part is tried again.
    """

    kind = MATCH

    def __init__(self, matcher: Callable[[], Matcher], refresh: Callable[[], object]) -> None:
        self._matcher = matcher
        self._refresh = refresh

    def run(self, work: Work) -> Outcome:
        """Answer the queries of a part, each by itself; every list that shows people is a look at them."""
        if work.attempt > 1:
            # Perhaps somebody was erased whom the matcher of the last attempt still knew.
            self._refresh()
        matcher = self._matcher().seen_by(work.owner)
        options = {"k": work.payload["k"], "weights": work.payload["weights"]}
        options["rank_by"] = RankBy(work.payload["rank_by"])
        answers, looks = [], []
        for position, asked in work.queries.items():
            work.go_on()
            # A query that no single request could fail on must not take those beside it along for ever.
            isolated = work.attempt > 1
            answer, found = _answer(matcher, position, asked.query, options, isolated=isolated)
            if found is not None:
                looks.append(look_of(found, actor=work.actor))
            people = looks[-1].shown if found is not None else ()
            failed = answer.status is BulkStatus.FAILED
            answers.append(Answer(position, answer.model_dump(mode="json"), people, failed))
        return Outcome(answers, looks)


def _answer(
    matcher: Matcher, position: int, query: dict[str, Any], options: dict[str, Any], *, isolated: bool
) -> tuple[BulkAnswer, MatchList | None]:
    ref = query.get("ref")
    if query.get("error") is not None:
        return failure_of(position, ref, BulkError(**query["error"])), None
    try:
        found = _match(matcher, query, options)
    except (InputError, RefusedError) as error:
        return failure_of(position, ref, error_of(error)), None
    except (Abandoned, SQLAlchemyError):
        raise
    except Exception as error:
        if not isolated:
            raise
        _log.error("query_failed", error=type(error).__name__, position=position)
        told = BulkError(code="query_failed", message="这一条处理时出错，未能作答", hint="改用单条接口重试")
        return failure_of(position, ref, told), None
    return answer_of(position, ref, found), found


def _match(matcher: Matcher, query: dict[str, Any], options: dict[str, Any]) -> MatchList:
    if "vacancy" in query:
        return matcher.match_vacancy(Posting.model_validate(query["vacancy"]), **options)
    if "profile" in query:
        return matcher.match_profile(Profile.model_validate(query["profile"]), **options)
    if "vacancy_id" in query:
        return matcher.match_vacancy(query["vacancy_id"], **options)
    return matcher.match_profile(query["profile_id"], **options)
