"""What copies are made of: the lines of a snapshot, and changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.jobs.answers import nature_of
from api.routes.record_answers import PostingOut, ProfileOut, VacancyOut
from data.catalogue.entries import CatalogueKind
from data.releases.states import EditionState
from data.store.feed import Resource

__all__ = [
    "ChangesOut",
    "ChangesQuery",
    "EndLine",
    "EntryCopy",
    "HeadLine",
    "RecordChangeOut",
    "SnapshotQuery",
    "record_of",
]

_POSITION = "sn3Gq0vJ5n1mXy2wB8cQk4dR7tUe9fHaLzPoIiYjKxs="
_ID = "编号；已删除本人的档案没有编号"
_KEY = "副本里用它认这条记录：人才档案为编号的散列，其余即编号"


class SnapshotQuery(BaseModel):
    """Parameters of a snapshot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: str | None = Field(
        default=None,
        max_length=200,
        pattern=r"^[^\u0000]+$",
        description="中断后续取：填已收到的最后一条的 id，从其后取起；position 仍以第一次的为准",
        examples=[None],
    )


class ChangesQuery(BaseModel):
    """Parameters of changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: str = Field(
        min_length=1,
        max_length=200,
        description="快照或上一次变更给出的 position，原样带回",
        examples=[_POSITION],
    )
    limit: int = Field(default=500, ge=1, le=2000, description="至多看几条变更", examples=[500])


class HeadLine(BaseModel):
    """The first line of a snapshot."""

    type: Literal["snapshot"] = Field(description="行的种类", examples=["snapshot"])
    resource: Resource = Field(description="资源", examples=["postings"])
    position: str = Field(description="此刻的位置：取变更时作 since", examples=[_POSITION])
    at: dt.datetime = Field(description="取快照的时间（UTC）", examples=["2026-11-21T08:00:00Z"])
    after: str | None = Field(description="从哪一条之后取起；空为从头", examples=[None])
    records: int = Field(description="本次应有的条数", examples=[20000])
    synthetic: bool = Field(description="其中是否有合成数据", examples=[True])
    nature: str = Field(description="数据性质", examples=["合成数据"])


class EndLine(BaseModel):
    """The last line of a snapshot; without it the snapshot is not whole."""

    type: Literal["end"] = Field(description="行的种类", examples=["end"])
    records: int = Field(description="实有的条数", examples=[20000])


class EntryCopy(BaseModel):
    """An entry of a catalogue, with the edition that it stands in."""

    edition_id: int = Field(description="目录编号", examples=[3])
    entry_id: str = Field(description="条目编号", examples=["E0001"])
    position: int = Field(description="在目录中的次序，从 0 起", examples=[0])
    region: str = Field(description="地区", examples=["yingkou"])
    kind: CatalogueKind = Field(description="demand 或 shortage", examples=["shortage"])
    edition: str = Field(description="版次", examples=["2026Q4"])
    release_id: int | None = Field(description="版次编号；不属于任何版次为空", examples=[3])
    version: str | None = Field(description="版本号；不属于任何版次为空", examples=["2026Q4.1"])
    state: EditionState | None = Field(description="版次所处状态", examples=["published"])
    as_of: dt.date = Field(description="数据截止日", examples=["2026-10-31"])
    synthetic: bool = Field(description="true 为合成数据", examples=[True])
    content: dict[str, Any] = Field(
        description="条目；人数保密的不含所依据的需求与招聘信息编号，给机构的只含它看得到的",
        examples=[{"entry_id": "E0001"}],
    )


Record = PostingOut | VacancyOut | ProfileOut | EntryCopy
_FORMS: Final[dict[Resource, Callable[[Mapping[str, Any]], Record]]] = {
    Resource.POSTINGS: PostingOut.of,
    Resource.VACANCIES: VacancyOut.of,
    Resource.PROFILES: ProfileOut.of,
    Resource.ENTRIES: EntryCopy.model_validate,
}


def record_of(resource: Resource, row: Mapping[str, Any]) -> Record:
    """Return a record as it is answered elsewhere, from its row of the store."""
    return _FORMS[resource](row)


class RecordChangeOut(BaseModel):
    """One record that may have changed, as it is now."""

    id: str | None = Field(description=_ID, examples=["1f0c…"])
    key: str = Field(description=_KEY, examples=["1f0c…"])
    at: dt.datetime = Field(description="最近一次变更的时间（UTC）", examples=["2026-11-21T08:00:00Z"])
    removed: bool = Field(
        description="true：已删除、不再可见，或本人拒绝自动匹配；从副本里删掉", examples=[False]
    )
    record: Record | None = Field(description="现在的记录，与单条查询同形；removed 时为空", examples=[None])


class ChangesOut(BaseModel):
    """Some of what changed."""

    resource: Resource = Field(description="资源", examples=["postings"])
    position: str = Field(description="下一次的 since", examples=[_POSITION])
    more: bool = Field(description="true：还有，接着取；false：此刻没有更多", examples=[False])
    synthetic: bool = Field(description="所给记录里是否有合成数据", examples=[True])
    nature: str = Field(description="数据性质", examples=["合成数据"])
    changes: list[RecordChangeOut] = Field(description="变更，先变的在前；一条记录只列一次")

    @classmethod
    def of(
        cls, resource: Resource, changes: list[RecordChangeOut], *, position: str, more: bool
    ) -> ChangesOut:
        """Return changes with the nature of their records."""
        synthetic = any(each.record is not None and each.record.synthetic for each in changes)
        return cls(
            resource=resource,
            position=position,
            more=more,
            synthetic=synthetic,
            nature=nature_of(synthetic=synthetic),
            changes=changes,
        )
