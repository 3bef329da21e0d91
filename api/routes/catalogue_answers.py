"""The shapes in which editions and entries of the catalogues are answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from api.paging import PageQuery
from api.selection import Facet
from data.catalogue.entries import CatalogueKind
from data.releases.changes import Change, ChangeKind, DiffReport, EditionRef, ReasonCode
from data.releases.errata import Erratum
from data.releases.registry import Release, status_label
from data.releases.states import EditionState

__all__ = [
    "CatalogueOut",
    "ChangeOut",
    "DiffOut",
    "DiffQuery",
    "EditionDocumentOut",
    "EditionOut",
    "EditionPageOut",
    "EntriesOut",
    "EntryQuery",
    "ErratumOut",
    "VersionOut",
]

_STAR: Final = "^([0-5]|X)$"


class CatalogueOut(BaseModel):
    """A catalogue with all its entries."""

    region: str = Field(description="区域", examples=["yingkou"])
    kind: CatalogueKind = Field(
        description="demand 为人才需求目录，shortage 为急需紧缺人才目录", examples=["shortage"]
    )
    edition: str = Field(description="版次", examples=["2026Q4"])
    version: str | None = Field(description="版本号；2027.1 为发布，.0-rc 为草案", examples=["2026Q4.1"])
    status: str = Field(description="状态：草案（未发布）、已发布、到期参考 …", examples=["已发布"])
    as_of: str = Field(description="数据截止日", examples=["2026-10-31"])
    method_version: str = Field(description="方法版本", examples=["1.0"])
    snapshot: str = Field(description="数据快照", examples=["2026-10-31#sha256:0123abcd"])
    synthetic: bool = Field(description="true 表示含合成数据", examples=[True])
    document: dict[str, Any] = Field(description="题名、说明与参数")
    entries: list[dict[str, Any]] = Field(description="条目，字段见目录数据字典")


class EntryQuery(PageQuery):
    """Which entries, and what of them."""

    limit: int = Field(default=100, ge=1, le=1000, description="每页条数", examples=[100])
    key_industry: list[str] = Field(
        default=[],
        max_length=40,
        description="重点产业，可写多个（任一即可）；其他产业 为重点产业之外",
        examples=[["镁材料深加工"]],
    )
    district: list[str] = Field(
        default=[],
        max_length=40,
        description="所在地的名称或区划代码，可写多个；只有人才需求目录分地区",
        examples=[[]],
    )
    star: list[Annotated[str, Field(pattern=_STAR)]] = Field(
        default=[],
        max_length=7,
        description="星级 0 至 5，X 为暂不评价，可写多个；只有急需紧缺人才目录有星级",
        examples=[["5", "4"]],
    )
    fields: str | None = Field(
        default=None,
        max_length=1000,
        description="只要这些栏目，用逗号分开；entry_id 与 synthetic 总在其中。不写为全部",
        examples=["occ_name,star,S"],
    )
    stats: str | None = Field(
        default=None,
        max_length=200,
        description="对全部符合条件的条目按这些栏目计数，用逗号分开",
        examples=["key_industry"],
    )


class DiffQuery(BaseModel):
    """Which changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    change: list[ChangeKind] = Field(
        default=[], max_length=11, description="只要这些种类的变化，可写多个；不写为全部", examples=[["up"]]
    )


class VersionOut(BaseModel):
    """One document of an edition."""

    version: str = Field(description="版本号", examples=["2026Q4.1"])
    document_sha256: str = Field(description="全文的校验值", examples=["0123abcd"])
    errata: int = Field(description="对上一版本的勘误处数", examples=[0])


class EditionOut(BaseModel):
    """An edition."""

    release_id: int = Field(description="版次编号，用于地址", examples=[3])
    kind: CatalogueKind = Field(
        description="demand 为人才需求目录，shortage 为急需紧缺人才目录", examples=["shortage"]
    )
    edition: str = Field(description="版次", examples=["2026Q4"])
    version: str = Field(description="此处所指的版本号", examples=["2026Q4.1"])
    versions: list[VersionOut] = Field(description="全部版本，旧者在前；各版本用 编号@版本号 查阅")
    state: EditionState = Field(description="办理阶段", examples=["published"])
    status: str = Field(description="状态：草案（未发布）、已发布、到期参考 …", examples=["已发布"])
    as_of: dt.date = Field(description="数据截止日", examples=["2026-10-31"])
    valid_from: dt.date | None = Field(description="有效期起；签发前为空", examples=["2026-12-01"])
    valid_to: dt.date | None = Field(description="有效期止；签发前为空", examples=["2027-11-30"])
    method_version: str = Field(description="方法版本", examples=["2.0"])
    snapshot: str = Field(description="数据快照", examples=["2026-10-31#sha256:0123abcd"])
    synthetic: bool = Field(description="true 表示含合成数据", examples=[True])

    @classmethod
    def of(
        cls, release: Release, header: Mapping[str, Any], *, version: str, on: dt.date, **more: Any
    ) -> Self:
        """Put an edition together from its release and the header of one document of it."""
        fields = {
            "release_id": release.release_id,
            "kind": release.kind,
            "edition": release.name,
            "version": version,
            "versions": [
                VersionOut(
                    version=each.version, document_sha256=each.document_sha256, errata=len(each.errata)
                )
                for each in release.versions
            ],
            "state": release.state,
            "status": status_label(release.state, release.valid_to, on=on),
            "valid_from": release.valid_from,
            "valid_to": release.valid_to,
            **{name: header[name] for name in ("as_of", "method_version", "snapshot", "synthetic")},
        }
        return cls(**fields, **more)


class EditionPageOut(BaseModel):
    """Some editions of a catalogue."""

    region: str = Field(description="区域", examples=["yingkou"])
    total: int = Field(description="可读的版次总数", examples=[3])
    synthetic: bool = Field(description="true 表示本页有含合成数据的版次", examples=[True])
    editions: list[EditionOut] = Field(description="新者在前；撤回、否决的不列")
    cursor: str | None = Field(description="下一页从此处取起；空为没有更多", examples=[None])


class ErratumOut(BaseModel):
    """One field put right."""

    entry_id: str = Field(description="条目编码", examples=["YK-S-2026Q4-0123abcd"])
    field: str = Field(description="栏目", examples=["pay_median"])
    old: Any = Field(description="原值", examples=[5200])
    new: Any = Field(description="新值", examples=[6200])
    reason: str = Field(description="理由", examples=["录入错误"])
    found_on: dt.date = Field(description="发现日", examples=["2026-12-03"])

    @classmethod
    def of(cls, erratum: Erratum) -> Self:
        """Return an erratum as it was published."""
        return cls(**erratum.model_dump())


class EditionDocumentOut(EditionOut):
    """An edition with its head matter; its entries have an address of their own."""

    entries: int = Field(description="条目数；条目在本地址下的 entries", examples=[85])
    errata: list[ErratumOut] = Field(description="这一版本对上一版本的勘误；没有为空列表")
    document: dict[str, Any] = Field(description="题名、说明与参数")


class EntriesOut(BaseModel):
    """Some entries of a document."""

    region: str = Field(description="区域", examples=["yingkou"])
    kind: CatalogueKind = Field(
        description="demand 为人才需求目录，shortage 为急需紧缺人才目录", examples=["shortage"]
    )
    release_id: int = Field(description="版次编号", examples=[3])
    edition: str = Field(description="版次", examples=["2026Q4"])
    version: str = Field(description="版本号", examples=["2026Q4.1"])
    status: str = Field(description="状态：草案（未发布）、已发布、到期参考 …", examples=["已发布"])
    as_of: dt.date = Field(description="数据截止日", examples=["2026-10-31"])
    synthetic: bool = Field(description="true 表示这一版次含合成数据", examples=[True])
    total: int = Field(description="符合条件的条目数", examples=[12])
    entries: list[dict[str, Any]] = Field(description="条目，按目录次序；字段见目录数据字典")
    stats: dict[str, list[Facet]] = Field(
        description="各栏目取值的条目数，多者在前；没有写 stats 时为空", examples=[{}]
    )
    cursor: str | None = Field(description="下一页从此处取起；空为没有更多", examples=[None])


class ReferenceOut(BaseModel):
    """A document that is compared."""

    release_id: int = Field(description="版次编号", examples=[3])
    version: str = Field(description="版本号", examples=["2026Q4.1"])
    as_of: dt.date = Field(description="数据截止日", examples=["2026-10-31"])
    method_version: str = Field(description="方法版本", examples=["2.0"])
    snapshot: str = Field(description="数据快照", examples=["2026-10-31#sha256:0123abcd"])
    synthetic: bool = Field(description="true 表示含合成数据", examples=[True])

    @classmethod
    def of(cls, reference: EditionRef) -> Self:
        """Return which document is meant."""
        return cls(**reference.model_dump())


class ChangeOut(BaseModel):
    """What became of one entry."""

    kind: ChangeKind = Field(description="变化种类，如 added 新增、removed 调出、up 升级", examples=["up"])
    label: str = Field(description="变化种类的中文名", examples=["升级"])
    before: list[str] = Field(description="前一版的条目编码；合并时有多个", examples=[["YK-S-2026Q3-01"]])
    after: str | None = Field(description="后一版的条目编码；调出为空", examples=["YK-S-2026Q4-01"])
    name: str = Field(description="职业或岗位", examples=["焊工"])
    section: str = Field(description="所在栏", examples=["装备制造"])
    level_before: int | None = Field(
        description="前一版的星级，需求目录为人数；空为暂不评价或未写", examples=[3]
    )
    level_after: int | None = Field(description="后一版的同项", examples=[4])
    value_before: float | None = Field(description="前一版的紧缺指数，需求目录为人数", examples=[58.1])
    value_after: float | None = Field(description="后一版的同项", examples=[64.0])
    value_back_cast: float | None = Field(description="用后一版方法回算前一版数据的值", examples=[58.1])
    total: float | None = Field(description="后减前；缺一项时为空", examples=[5.9])
    method_effect: float | None = Field(description="其中方法变化的部分；分不开时为空", examples=[0.0])
    data_effect: float | None = Field(description="其中数据变化的部分；分不开时为空", examples=[5.9])
    reasons: list[ReasonCode] = Field(
        description="D 数据、M 方法、S 数据源、C 分类、E 专家、X 勘误，重者在前", examples=[["D"]]
    )

    @classmethod
    def of(cls, change: Change) -> Self:
        """Return a change with the name of its kind."""
        return cls(**(change.model_dump() | {"label": change.kind.chinese}))


class DiffOut(BaseModel):
    """All changes from one document to another."""

    region: str = Field(description="区域", examples=["yingkou"])
    kind: CatalogueKind = Field(
        description="demand 为人才需求目录，shortage 为急需紧缺人才目录", examples=["shortage"]
    )
    synthetic: bool = Field(description="true 表示任一版含合成数据", examples=[True])
    before: ReferenceOut = Field(description="前一版")
    after: ReferenceOut = Field(description="后一版")
    back_cast: str = Field(
        description="方法影响与数据影响如何分开，或为何分不开", examples=["两版方法相同（2.0）"]
    )
    source_change: str = Field(description="增减的数据源；没有为空串", examples=[""])
    counts: dict[ChangeKind, int] = Field(description="各种变化的条目数", examples=[{"up": 3, "same": 80}])
    reasons: dict[ReasonCode, int] = Field(description="各种原因的条目数", examples=[{"D": 12}])
    method_share: float | None = Field(
        description="全部变动中方法所占的份额，0 至 1；没有变动或分不开时为空", examples=[0.0]
    )
    changes: list[ChangeOut] = Field(description="按后一版的次序，调出的在最后")

    @classmethod
    def of(cls, region: str, report: DiffReport, kinds: list[ChangeKind]) -> Self:
        """Return a report, of its changes only those of some kinds where any are named."""
        return cls(
            region=region,
            kind=report.kind,
            synthetic=report.synthetic,
            before=ReferenceOut.of(report.before),
            after=ReferenceOut.of(report.after),
            back_cast=report.back_cast,
            source_change=report.source_change,
            counts=report.counts,
            reasons=report.reasons,
            method_share=report.method_share,
            changes=[ChangeOut.of(each) for each in report.changes if not kinds or each.kind in kinds],
        )
