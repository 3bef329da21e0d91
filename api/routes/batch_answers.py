"""Answers about files that were handed in."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from pydantic import BaseModel, Field

from data.errors import CellProblem
from data.jobs import JobState
from data.normalise.contacts import mask_contacts
from data.sources.columns import TableKind
from data.sources.mapping import Reason
from data.uploads import Upload

__all__ = ["BatchOut", "BatchPageOut", "PreviewOut", "ProblemPageOut", "RowProblemOut"]


class WhyOut(BaseModel):
    """Why a file, or a table in it, could not be read."""

    code: str = Field(description="稳定的错误代码", examples=["file_corrupt"])
    message: str = Field(description="原因", examples=["文件“招聘.xlsx”已损坏，打不开"])
    hint: str = Field(description="下一步怎么做", examples=["请用原软件打开后另存一份再传"])


class ProgressOut(BaseModel):
    """What is being done."""

    step: str = Field(description="正在做什么", examples=["读取、规范化、编码、写入"])
    done: int = Field(description="已完成的数量", examples=[20000])
    total: int = Field(description="总数；0 为未知", examples=[50000])


class CodedOut(BaseModel):
    """How the texts of one kind were coded."""

    share: float | None = Field(description="写明者中得到编码的比例，0—1；没有写明的为空", examples=[0.93])
    review: float | None = Field(description="写明者中等待人工的比例，0—1", examples=[0.05])
    methods: dict[str, int] = Field(description="各方法编码的数量", examples=[{"exact": 120, "review": 6}])


class TableOut(BaseModel):
    """What one table brought."""

    file: str = Field(description="文件名；压缩文件为其中表格的名称", examples=["招聘.xlsx"])
    kind: TableKind = Field(description="posting 招聘信息，profile 人才档案", examples=["posting"])
    repeated: bool = Field(
        description="true 表示同样内容此前已读过，未作改动，所列为当时的结果", examples=[False]
    )
    resumed_parts: int = Field(description="接着上次中断处读时，此前已入库的段数", examples=[0])
    rows: int = Field(description="数据行数", examples=[500])
    accepted: int = Field(description="入库的行数", examples=[492])
    rejected: dict[str, int] = Field(description="未入库的行数，按原因代码", examples=[{"title_missing": 8}])
    replaced: int = Field(description="编号与库中相同、以新内容为准的行数", examples=[0])
    repeated_rows: int = Field(description="文件内编号重复、未再收的行数", examples=[3])
    problems: int = Field(description="不能用的单元格数；逐条见 problems", examples=[12])
    outside_region: int = Field(description="入库但地点不明或不在本区域的行数", examples=[4])
    vacancies: int | None = Field(
        description="所涉单位合并后的需求数；机构上传的为空：其中含其他来源", examples=[310]
    )
    duplicates: dict[str, int] | None = Field(
        description="所涉单位的重复信息数，按来源；机构上传的为空：其中含其他来源", examples=[{"upload": 12}]
    )
    columns: dict[str, str] = Field(description="文件的列 → 字段", examples=[{"岗位": "title"}])
    mapping_confirmed: bool = Field(description="列对应经人确认", examples=[False])
    refused_columns: list[str] = Field(description="不接收、已丢弃的列", examples=[["性别"]])
    parsed: dict[str, float] = Field(description="各字段写明者中读出的比例，0—1", examples=[{"salary": 0.97}])
    coded: dict[str, CodedOut] = Field(description="各类编码的情况")
    linter: dict[str, int] = Field(
        description="含不得采用条件的信息数，按规则；已标出，不用于匹配", examples=[{"sex": 2}]
    )
    synthetic: bool = Field(description="全部为合成数据", examples=[False])
    degraded: bool = Field(description="编码模型当时不可用，编码待补", examples=[False])
    seconds: float = Field(description="用时，秒", examples=[3.2])

    @classmethod
    def of(cls, report: dict[str, Any], *, owner: str) -> Self:
        """Return the report of a table as its owner may see it."""
        told = {name: report[name] for name in cls.model_fields}
        told["coded"] = {
            kind: {name: coded[name] for name in CodedOut.model_fields}
            for kind, coded in report["coded"].items()
        }
        if owner:
            # Merging knows the postings of others of the same employers.
            told |= {"vacancies": None, "duplicates": None}
        return cls.model_validate(told)


class BatchOut(BaseModel):
    """A file handed in."""

    batch_id: str = Field(description="编号", examples=["B0123456789abcdef"])
    owner: str = Field(description="所属机构；空为本单位", examples=["ag_0a1b2c3d"])
    file: str = Field(description="文件名，已去掉路径与特殊字符", examples=["招聘.xlsx"])
    size: int = Field(description="字节数", examples=[48213])
    sha256: str = Field(description="内容的 SHA-256", examples=["9f86d081884c7d65" * 4])
    state: JobState = Field(
        description="queued 排队中，running 处理中，done 已完成，failed 已失败，cancelled 已取消",
        examples=["done"],
    )
    created_at: dt.datetime = Field(description="收到的时间（UTC）", examples=["2026-11-21T08:00:00Z"])
    finished_at: dt.datetime | None = Field(description="读完的时间", examples=["2026-11-21T08:00:04Z"])
    progress: ProgressOut | None = Field(description="正在做什么；未开始或已结束为空")
    tables: list[TableOut] = Field(description="各表的结果；压缩文件可有几个，读完才有")
    error: WhyOut | None = Field(description="不能读的原因；没有为空")
    problems: str = Field(description="问题清单的地址", examples=["/v1/batches/B0123456789abcdef/problems"])

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """Return a file as it stands."""
        same = ("owner", "size", "sha256", "state", "created_at", "finished_at", "progress", "error")
        return cls(
            **{name: getattr(upload, name) for name in same},
            batch_id=upload.upload_id,
            file=upload.file_name,
            tables=[TableOut.of(each, owner=upload.owner) for each in upload.reports or ()],
            problems=f"/v1/batches/{upload.upload_id}/problems",
        )


class BatchPageOut(BaseModel):
    """Some files."""

    batches: list[BatchOut] = Field(description="近者在前")
    cursor: str | None = Field(description="下一页从此处读起；空为没有更多", examples=["B0123456789abcdef"])


class RowProblemOut(BaseModel):
    """One cell that could not be used."""

    file: str = Field(description="文件名；压缩文件为其中表格的名称", examples=["招聘.xlsx"])
    row: int = Field(description="行号，表头为第 1 行", examples=[17])
    column: str = Field(description="列名", examples=["需求人数"])
    code: str = Field(description="稳定的问题代码", examples=["headcount_out_of_range"])
    message: str = Field(description="问题与改法", examples=["人数“十二万”不在1到10000之间"])
    value: str = Field(description="原值，至多 80 字，联系方式已隐去", examples=["十二万"])
    fatal: bool = Field(description="true 整行未收；false 该项留空或照收", examples=[False])

    @classmethod
    def of(cls, problem: CellProblem, *, file: str) -> Self:
        """Return a problem of a table."""
        told = problem.model_dump()
        return cls(**{**told, "file": file, "value": mask_contacts(problem.value)})


class ProblemPageOut(BaseModel):
    """Some of the problems of a file."""

    problems: list[RowProblemOut] = Field(description="按表、按段的次序")
    total: int = Field(description="列出的条数", examples=[12])
    unlisted: int = Field(description="另有多少条只计数、未列出", examples=[0])
    cursor: str | None = Field(description="下一页从此处读起；空为没有更多", examples=[None])


class ColumnOut(BaseModel):
    """What a column is taken for."""

    column: str = Field(description="文件中的列名", examples=["岗位"])
    field: str | None = Field(description="字段；空为不使用", examples=["title"])
    heading: str = Field(description="该字段在模板中的列名", examples=["岗位名称"])
    reason: Reason = Field(
        description="confirmed 人工确认，alias 按列名识别，ignored 不使用，refused 不接收，unknown 未识别",
        examples=["alias"],
    )


class PreviewProblemOut(BaseModel):
    """One cell that could not be used."""

    row: int = Field(description="行号，表头为第 1 行", examples=[17])
    column: str = Field(description="列名", examples=["需求人数"])
    code: str = Field(description="稳定的问题代码", examples=["headcount_out_of_range"])
    message: str = Field(description="问题与改法", examples=["人数“十二万”不在1到10000之间"])
    value: str = Field(description="原值，联系方式已隐去", examples=["十二万"])
    fatal: bool = Field(description="true 整行不会收", examples=[False])


class PreviewTableOut(BaseModel):
    """What one table would be taken for."""

    file: str = Field(description="文件名", examples=["招聘.xlsx"])
    sheet: str | None = Field(description="工作表；没有为空", examples=["Sheet1"])
    kind: TableKind = Field(description="会当作什么读", examples=["posting"])
    total_rows: int | None = Field(description="表头以下的行数，含空行；格式不说明的为空", examples=[500])
    columns: list[ColumnOut] = Field(description="各列会怎样读")
    read_rows: int = Field(description="试读的行数", examples=[200])
    rows: list[dict[str, Any]] = Field(
        description="前 10 行规范化的结果，空项略去", examples=[[{"title": "会计", "headcount": 1}]]
    )
    problems: list[PreviewProblemOut] = Field(description="试读的行里不能用的单元格，至多 50 条")
    refusal: WhyOut | None = Field(description="整表不会收的原因；没有为空")


class PreviewOut(BaseModel):
    """What a file would be taken for; nothing of it is stored."""

    tables: list[PreviewTableOut] = Field(description="各表；至多前 5 个")
