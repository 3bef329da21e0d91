"""Lists of postings, vacancies and profiles: what callers may filter by, pages of it, and counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import sqlalchemy as sa
from pydantic import BaseModel, Field

from api.access.principal import Principal
from api.paging import KeysetQuery, Place, cursor_of, place_of
from api.routes.record_answers import RecordOut
from api.selection import Facet, check_code, chosen
from api.service import Service
from data.lookup import Lookup, industry_lookup, occupation_lookup, place_lookup, skill_lookup
from data.records import Education
from data.store.records import Kind, Wanted, Whose, count_values, holds_code, holds_text, read_records
from data.store.schema import posting, profile

__all__ = ["Found", "NeedQuery", "RecordQuery", "RecordsOut", "chosen_of", "find_records"]

_Code = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[^\x00]+$")]
_Words = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
_NOT_FILTERS: Final = {"limit", "cursor", "fields", "stats"}


class RecordQuery(KeysetQuery):
    """What all three lists can be filtered by; conditions hold together."""

    limit: int = Field(default=20, ge=1, le=500, description="每页条数", examples=[20])
    q: _Words | None = Field(default=None, description="名称中含有的文字", examples=["司机"])
    occupation_code: _Code | None = Field(
        default=None, description="职业代码（大典 2022），含其下各级", examples=["6-30"]
    )
    place_code: _Code | None = Field(
        default=None, description="地区代码（GB/T 2260），含其下各级", examples=["210800"]
    )
    education: Education | None = Field(default=None, description="学历，正是这一级", examples=["大专"])
    skill: _Code | None = Field(default=None, description="能力代码", examples=[None])
    synthetic: bool | None = Field(
        default=None, description="true 只要合成数据，false 只要真实数据", examples=[None]
    )
    owner: Whose = Field(
        default=Whose.ALL,
        description="all 调用方可见的全部，mine 自己报送的，office 人才工作部门的",
        examples=["all"],
    )
    fields: str | None = Field(
        default=None,
        max_length=1000,
        pattern=r"^[^\x00]*$",
        description="只要这些栏目，用逗号分开；编号与 synthetic 总在其中。不写为全部",
        examples=["title,place_code"],
    )
    stats: str | None = Field(
        default=None,
        max_length=200,
        pattern=r"^[^\x00]*$",
        description="按这些栏目统计条数，用逗号分开；各取最多的 200 个值",
        examples=["occupation_code,education"],
    )


class NeedQuery(RecordQuery):
    """What postings and vacancies can be filtered by."""

    industry_code: _Code | None = Field(
        default=None, description="行业代码（GB/T 4754），含其下各级", examples=["G"]
    )
    employer: _Words | None = Field(default=None, description="用人单位名称中含有的文字", examples=["港口"])


def chosen_of(key: str) -> dict[str, Any]:
    """Return the schema of a list of records of which callers choose the fields.

    Parameters
    ----------
    key
        Name of the id, which with ``synthetic`` is always among them.
    """
    always = {key: {"type": "string"}, "synthetic": {"type": "boolean"}}
    return {"items": {"type": "object", "properties": always, "required": [*always]}}


class RecordsOut(BaseModel):
    """Some records."""

    total: int = Field(description="符合条件的条数；翻页期间为取第一页时的条数", examples=[12])
    synthetic: bool = Field(description="true 表示本页含合成数据", examples=[True])
    stats: dict[str, list[Facet]] = Field(
        description="各栏目取值的条数，多者在前；没有写 stats 时为空", examples=[{}]
    )
    cursor: str | None = Field(description="下一页从此处取起；空为没有更多", examples=[None])


class Found(BaseModel):
    """A page of one list, before it is answered."""

    ids: list[str]
    """The ids of the records."""
    records: list[dict[str, Any]]
    """The records as the caller wants to see them."""
    page: dict[str, Any]
    """The fields of :class:`RecordsOut`."""


def find_records(
    service: Service,
    caller: Principal,
    kind: Kind,
    query: RecordQuery,
    *,
    shape: type[RecordOut],
    conditions: Iterable[sa.ColumnElement[bool]],
    facets: Mapping[str, sa.ColumnElement[Any]],
) -> Found:
    """Read a page of a list.

    Parameters
    ----------
    service
        The running service.
    caller
        Who asks.
    kind
        The resource.
    query
        What is asked for.
    shape
        What a record is answered as.
    conditions
        What the filters of this list alone mean; those of all lists are added.
    facets
        What can be counted.

    Raises
    ------
    RequestValidationError
        A code, field or facet is unknown.
    InputError
        ``cursor_invalid``.
    """
    name = kind.key.name
    fields = chosen("fields", query.fields, list(shape.model_fields))
    counted = chosen("stats", query.stats, list(facets))
    told = query.model_dump(mode="json", exclude=_NOT_FILTERS)
    of = [name, caller.owner, told]
    wanted = Wanted(caller.owner, query.owner, tuple(_conditions(service, kind, query)) + tuple(conditions))
    place = place_of(query, key=service.pseudonym_key, of=of)
    page = read_records(
        service.store, kind, wanted, after=None if place is None else place.last_id, limit=query.limit
    )
    total = 0 if place is None else place.total
    stats: dict[str, list[tuple[Any, int]]] = {}
    if place is None or counted:
        count, stats = count_values(service.store, kind, wanted, {each: facets[each] for each in counted})
        total = count if place is None else total
    ids = [row[name] for row in page.records]
    cursor = None
    if page.more:
        cursor = cursor_of(Place(ids[-1], total), key=service.pseudonym_key, of=of)
    include = {*fields, name, "synthetic"} if fields else None
    return Found(
        ids=ids,
        records=[shape.of(row).model_dump(mode="json", include=include) for row in page.records],
        page={
            "total": total,
            "synthetic": any(row["synthetic"] for row in page.records),
            "stats": {each: [_facet(*found) for found in values] for each, values in stats.items()},
            "cursor": cursor,
        },
    )


def _facet(value: Any, count: int) -> Facet:
    if isinstance(value, bool):
        return Facet(value=str(value).lower(), count=count)
    return Facet(value=None if value is None else str(value), count=count)


def _conditions(service: Service, kind: Kind, query: RecordQuery) -> Iterable[sa.ColumnElement[bool]]:
    table = profile if kind.table is profile else posting
    if query.q is not None:
        yield holds_text(service.store, table.c.title, query.q)
    if query.education is not None:
        yield table.c.education == query.education.value
    if query.synthetic is not None:
        yield kind.table.c.synthetic == query.synthetic
    if query.skill is not None:
        check_code("skill", query.skill, skill_lookup())
        yield holds_code(service.store, table.c.skill_codes, query.skill)
    yield from _in_classification(table, query)
    if isinstance(query, NeedQuery) and query.employer is not None:
        yield holds_text(service.store, posting.c.employer, query.employer)


def _in_classification(table: sa.Table, query: RecordQuery) -> Iterable[sa.ColumnElement[bool]]:
    asked: list[tuple[str, str | None, Lookup]] = [
        ("occupation_code", query.occupation_code, occupation_lookup()),
        ("place_code", query.place_code, place_lookup()),
    ]
    if isinstance(query, NeedQuery):
        asked.append(("industry_code", query.industry_code, industry_lookup()))
    for name, code, lookup in asked:
        if code is not None:
            yield table.c[name].in_(check_code(name, code, lookup))
