"""Codes of occupations, industries, majors, skills and places: type-ahead and look-up."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from api.access.principal import Principal
from api.conditional import IfNoneMatch, conditional_answer, conditional_responses
from api.dependencies import ServiceDependency, requires
from api.paging import PageQuery, page_of
from api.selection import check_values
from api.service import Service
from data.codes import CodingKind, resolve_code
from data.lookup import (
    Closeness,
    Hit,
    Lookup,
    MatchedOn,
    Term,
    industry_lookup,
    major_lookup,
    occupation_lookup,
    place_lookup,
    skill_lookup,
)
from data.permissions import Scope
from data.reference import major_names, major_occupations, occupations
from data.reference.tables import TAXONOMY_VERSION

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["编码"])

Reader = Annotated[Principal, requires(Scope.TAXONOMY_READ)]
_RESPONSES = conditional_responses(400, 401, 403, 422, 429, 503)


class TermQuery(PageQuery):
    """What is looked for."""

    q: str | None = Field(
        default=None,
        max_length=60,
        description="代码的开头（可不写连字符）、名称或别名的一部分；不写列出全部",
        examples=["焊工"],
    )
    level: str | None = Field(
        default=None, max_length=20, description="只要这一层级；能力为类别", examples=[None]
    )


class TermRef(BaseModel):
    """A code with its name."""

    code: str = Field(description="代码", examples=["6-18-02"])
    name: str = Field(description="名称", examples=["机械热加工人员"])

    @classmethod
    def of(cls, term: Term) -> Self:
        """Return code and name of a term."""
        return cls(code=term.code, name=term.name)


class MatchOut(BaseModel):
    """Why a term was found."""

    closeness: Closeness = Field(
        description="exact 相同，prefix 以所查内容开头，substring 含有所查内容", examples=["exact"]
    )
    matched: MatchedOn = Field(description="在何处查到：code 代码、name 名称、alias 别名", examples=["alias"])
    text: str = Field(description="查到的代码、名称或别名原文", examples=["电焊工"])


class TermOut(BaseModel):
    """A code of a classification."""

    code: str = Field(description="代码", examples=["6-18-02-04"])
    name: str = Field(description="名称", examples=["焊工"])
    level: str = Field(description="层级，如 大类、中类、小类、细类；能力为类别", examples=["细类"])
    path: list[TermRef] = Field(description="上级，从最上一级起；没有上级为空列表")
    match: MatchOut | None = Field(description="查到的依据；没有写 q 时为空")


class TermsOut(BaseModel):
    """Some codes of a classification."""

    taxonomy_version: str = Field(description="编码表版本", examples=[TAXONOMY_VERSION])
    total: int = Field(description="符合条件的总数", examples=[5])
    terms: list[TermOut] = Field(description="有 q 时最接近者在前（相同、开头、包含），否则按代码排列")
    cursor: str | None = Field(description="下一页从此处取起；空为没有更多", examples=[None])


class OccupationOut(BaseModel):
    """An occupation with what belongs to it."""

    taxonomy_version: str = Field(description="编码表版本", examples=[TAXONOMY_VERSION])
    code: str = Field(description="大典（2022）代码", examples=["6-18-02-04"])
    name: str = Field(description="名称", examples=["焊工"])
    level: str = Field(description="大类、中类、小类或细类", examples=["细类"])
    path: list[TermRef] = Field(description="上级，从最上一级起；大类为空列表")
    children: list[TermRef] = Field(description="下一级；细类为空列表")
    aliases: list[str] = Field(description="招聘中常见的叫法与工种名", examples=[["电焊工"]])
    digital: bool = Field(description="大典标为数字职业（S）", examples=[False])
    green: bool = Field(description="大典标为绿色职业（L）", examples=[False])
    majors: list[TermRef] = Field(description="教学标准中面向这一职业的专业")


@router.get("/occupations", summary="查找职业编码", responses=_RESPONSES, response_model=TermsOut)
def list_occupations(
    service: ServiceDependency,
    _: Reader,
    query: Annotated[TermQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Find occupations of the 大典 2022 by code, name, market title or 工种."""
    return conditional_answer(_terms(service, "occupations", occupation_lookup(), query), if_none_match)


@router.get("/industries", summary="查找行业编码", responses=_RESPONSES, response_model=TermsOut)
def list_industries(
    service: ServiceDependency,
    _: Reader,
    query: Annotated[TermQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Find industries of GB/T 4754-2017 by code, name or what platforms call them."""
    return conditional_answer(_terms(service, "industries", industry_lookup(), query), if_none_match)


@router.get("/majors", summary="查找专业编码", responses=_RESPONSES, response_model=TermsOut)
def list_majors(
    service: ServiceDependency,
    _: Reader,
    query: Annotated[TermQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Find majors, their classes and graduate disciplines by code, name or short form."""
    return conditional_answer(_terms(service, "majors", major_lookup(), query), if_none_match)


@router.get("/skills", summary="查找能力编码", responses=_RESPONSES, response_model=TermsOut)
def list_skills(
    service: ServiceDependency,
    _: Reader,
    query: Annotated[TermQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Find skills of the product's vocabulary by code, name or other name."""
    return conditional_answer(_terms(service, "skills", skill_lookup(), query), if_none_match)


@router.get("/places", summary="查找地区代码", responses=_RESPONSES, response_model=TermsOut)
def list_places(
    service: ServiceDependency,
    _: Reader,
    query: Annotated[TermQuery, Query()],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Find places of GB/T 2260 by code, name or a name in use, such as that of a development zone."""
    return conditional_answer(_terms(service, "places", place_lookup(), query), if_none_match)


@router.get(
    "/occupations/{code}",
    summary="一个职业",
    responses=conditional_responses(401, 403, 404, 422, 429, 503),
    response_model=OccupationOut,
)
def read_occupation(
    _: Reader,
    code: Annotated[
        str,
        Path(max_length=60, description="大典代码，或只有一个职业用的名称", examples=["6-18-02-04"]),
    ],
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return an occupation; for a code that is unknown the answer names those that are nearest."""
    return conditional_answer(_occupation(resolve_code(CodingKind.OCCUPATION, code)), if_none_match)


def _terms(service: Service, name: str, lookup: Lookup, query: TermQuery) -> TermsOut:
    if query.level is not None:
        check_values("level", [query.level], lookup.levels)
    hits: list[tuple[Term, Hit | None]]
    if query.q:
        hits = [(hit.term, hit) for hit in lookup.search(query.q, level=query.level)]
    else:
        hits = [(term, None) for term in lookup.terms.values() if query.level in {None, term.level}]
    page = page_of(
        hits,
        query,
        key=service.pseudonym_key,
        of=[name, query.q or "", query.level or "", TAXONOMY_VERSION],
    )
    return TermsOut(
        taxonomy_version=TAXONOMY_VERSION,
        total=page.total,
        terms=[_term(lookup, term, hit) for term, hit in page.items],
        cursor=page.cursor,
    )


def _term(lookup: Lookup, term: Term, hit: Hit | None) -> TermOut:
    match = None if hit is None else MatchOut(closeness=hit.closeness, matched=hit.matched, text=hit.text)
    path = [TermRef.of(above) for above in lookup.path(term)]
    return TermOut(code=term.code, name=term.name, level=term.level, path=path, match=match)


def _occupation(code: str) -> OccupationOut:
    lookup = occupation_lookup()
    term = lookup.terms[code]
    row = occupations().set_index("code").loc[code]
    taught = major_occupations()
    names = major_names()
    return OccupationOut(
        taxonomy_version=TAXONOMY_VERSION,
        code=code,
        name=term.name,
        level=term.level,
        path=[TermRef.of(above) for above in lookup.path(term)],
        children=[TermRef.of(below) for below in lookup.children(code)],
        aliases=list(term.aliases),
        digital=row["digital"] == "1",
        green=row["green"] == "1",
        majors=[
            TermRef(code=major, name=names[major])
            for major in sorted(taught.loc[taught["occupation_code"] == code, "major_code"])
        ],
    )
