"""The columns of the printed and the machine-readable tables, and what stands in a cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from data.catalogue.entries import (
    CatalogueKind,
    Confidence,
    Entry,
    ObsStatus,
    Reason,
)
from data.records import YearRange

__all__ = [
    "Column",
    "Value",
    "cell_value",
    "file_columns",
    "indicator_columns",
    "page_columns",
    "printed_columns",
]

Value = str | int | float | None


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    header: str
    """表头."""
    field: str
    """Field of the entry, with dots into nested records; ``@`` for what is put together for print."""
    width: float
    """Width in the workbook, in characters."""


NATURE = Column("数据性质", "@nature", 9)
TRACE = (Column("需求编号", "vacancy_ids", 20), Column("招聘信息编号", "posting_ids", 20))
STATUS = Column("数据标记", "obs_status", 20)

DEMAND_COLUMNS = (
    Column("序号", "seq", 5),
    Column("条目编码", "entry_id", 12),
    Column("板块", "section", 10),
    Column("状态", "status", 7),
    Column("用人单位", "employer_name", 14),
    Column("所在地", "district", 8),
    Column("岗位名称", "job_title", 14),
    Column("职业编码", "occ_code", 8),
    Column("职业名称", "occ_name", 12),
    Column("人才类别", "talent_category", 7),
    Column("需求人数", "headcount", 6),
    Column("主要职责", "duties", 28),
    Column("能力要求", "skills_required", 16),
    Column("专业（类）", "major_codes", 12),
    Column("学历或同等技能等级", "education_or_equiv", 10),
    Column("工作经验（年）", "experience_years", 7),
    Column("月薪下限（元）", "pay_month_min", 8),
    Column("月薪上限（元）", "pay_month_max", 8),
    Column("引才方式", "engagement_form", 7),
    Column("期望到岗", "start_by", 10),
    Column("有效期", "valid_until", 10),
)
DEMAND_FILE_COLUMNS = (
    *DEMAND_COLUMNS,
    Column("重点产业", "key_industry", 16),
    Column("机构代招", "via_agency", 9),
    Column("未说明人数的需求数", "heads_unstated", 10),
    Column("开始日期", "opened_on", 11),
)
DEMAND_PAGE_FIELDS = (
    "seq", "employer_name", "district", "job_title", "occ_name", "headcount", "skills_required",
    "major_codes", "education_or_equiv", "experience_years", "pay_month_min", "pay_month_max",
    "engagement_form", "valid_until",
)  # fmt: skip
SHORTAGE_COLUMNS = (
    Column("序号", "seq", 5),
    Column("重点产业", "section", 10),
    Column("产业链环节", "chain_node", 8),
    Column("职业（岗位）名称", "occ_name", 14),
    Column("职业编码", "occ_code", 9),
    Column("人才类别", "talent_category", 7),
    Column("核心能力要求", "skills_required", 18),
    Column("专业方向", "major_codes", 12),
    Column("学历或同等技能等级", "education_or_equiv", 10),
    Column("参考月薪（中位数，P25–P75）", "@pay", 15),
    Column("紧缺等级", "@level", 11),
    Column("紧缺指数（80%区间）", "@index", 14),
    Column("成因", "@cause", 7),
    Column("较上版变化", "@change", 7),
    Column("可信度", "@confidence", 9),
    Column("原因", "reasons", 26),
)
INDICATOR_COLUMNS = (
    Column("条目编码", "entry_id", 21),
    Column("职业（岗位）名称", "occ_name", 22),
    Column("星级", "star", 7),
    Column("等级", "level", 12),
    Column("紧缺指数S", "S", 9),
    Column("S下限", "S_lo", 8),
    Column("S上限", "S_hi", 8),
    Column("可信度等级", "confidence", 8),
    Column("急需度U", "U_score", 8),
    *(
        Column(f"{label}{part}", f"indicators.{name}.{field}", 9)
        for name, label in (("i1", "供需比I1"), ("i2", "招聘时长I2"), ("i3", "90日填补率I3"))
        for part, field in (("原值", "raw"), ("采用值", "used"), ("得分", "score"), ("样本", "n"))
    ),
    Column("合格应聘比I4", "indicators.i4.score", 9),
    Column("薪酬压力I5", "indicators.i5.score", 9),
    Column("单位评价I6", "indicators.i6.score", 9),
    Column("实际权重", "weights_used", 22),
    Column("有效招聘次数", "n_spell", 9),
    Column("单位数", "n_emp", 8),
    Column("最大单位占比", "top1_share", 9),
    Column("需求人数估计", "demand_heads", 9),
    Column("需求人数下限", "demand_lo", 9),
    Column("需求人数上限", "demand_hi", 9),
    Column("有效求职人数", "supply_heads", 9),
    Column("求人倍率", "ratio", 9),
    Column("月薪中位数（元）", "pay_median", 10),
    Column("月薪P25（元）", "pay_p25", 10),
    Column("月薪P75（元）", "pay_p75", 10),
    Column("列入途径", "route", 9),
    STATUS,
)
SHORTAGE_FILE_COLUMNS = (
    *(column for column in SHORTAGE_COLUMNS if not column.field.startswith("@")),
    *(column for column in INDICATOR_COLUMNS if column.field not in ("occ_name", "obs_status")),
    Column("成因代码", "cause_codes", 10),
)


def printed_columns(kind: CatalogueKind, *, synthetic: bool) -> tuple[Column, ...]:
    """List the columns of the sheet 目录; the nature of the data is one of them when any is generated."""
    columns = DEMAND_COLUMNS if kind is CatalogueKind.DEMAND else SHORTAGE_COLUMNS
    return (*columns, NATURE) if synthetic else columns


def page_columns(kind: CatalogueKind) -> tuple[Column, ...]:
    """List the columns that fit on a page of A4 landscape: fewer than on the sheet 目录.

    The pages of 人才需求目录 name the section in a heading.
    """
    if kind is CatalogueKind.SHORTAGE:
        return SHORTAGE_COLUMNS
    return tuple(column for column in DEMAND_COLUMNS if column.field in DEMAND_PAGE_FIELDS)


def indicator_columns(*, synthetic: bool) -> tuple[Column, ...]:
    """List the columns of the sheet 指标 of a shortage catalogue."""
    return (*INDICATOR_COLUMNS, NATURE) if synthetic else INDICATOR_COLUMNS


def file_columns(kind: CatalogueKind) -> tuple[Column, ...]:
    """List the columns of the CSV file: one figure each, with marks, nature and trace to the postings."""
    columns = DEMAND_FILE_COLUMNS if kind is CatalogueKind.DEMAND else SHORTAGE_FILE_COLUMNS
    return (*columns, STATUS, NATURE, *TRACE)


def cell_value(entry: Entry, column: Column, *, symbols: bool = False) -> Value:
    """Take from an entry what stands in a cell.

    Parameters
    ----------
    entry
        The row.
    column
        The column.
    symbols
        Show the mark of a missing figure (x, c) in its place.

    Returns
    -------
    str, int, float or None
        None for an empty cell.
    """
    if column.field in _PUT_TOGETHER:
        return _PUT_TOGETHER[column.field](entry)
    value: object = entry
    for part in column.field.split("."):
        value = getattr(value, part, None)
    if value is None and symbols:
        return _symbol(entry, column.field)
    return _plain(value)


def _symbol(entry: Entry, field: str) -> str | None:
    parts = field.split(".")
    name = parts[1] if parts[0] == "indicators" else field
    mark: ObsStatus | None = entry.obs_status.get(name)
    return mark.value if mark else None


def _plain(value: object) -> Value:
    """Turn a value into a number or a text."""
    if value is None or isinstance(value, bool):
        return None if value is None else "是" if value else "否"
    if isinstance(value, StrEnum):
        return str(value.value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, YearRange):
        return _years(value)
    if isinstance(value, tuple):
        return "；".join(_term(term) for term in value) or None
    if isinstance(value, dict):
        return "；".join(f"{key}:{_plain(part)}" for key, part in value.items()) or None
    return value if isinstance(value, int | float) else str(value) or None


def _term(value: object) -> str:
    return value.text if isinstance(value, Reason) else str(_plain(value))


def _years(years: YearRange) -> str:
    if years.high is None:
        return f"{years.low:g}以上"
    return f"{years.low:g}" if years.low == years.high else f"{years.low:g}–{years.high:g}"


def _nature(entry: Entry) -> str:
    return "合成数据" if entry.synthetic else "真实数据"


def _level(entry: Entry) -> str:
    """Write stars and their words, so that neither stands alone."""
    star = getattr(entry, "star", None)
    return f"{'★' * star} {getattr(entry, 'level', '')}".strip() if star else str(getattr(entry, "level", ""))


def _span(entry: Entry, middle: str, low: str, high: str) -> str | None:
    values = [getattr(entry, name, None) for name in (middle, low, high)]
    if None in values:
        return _symbol(entry, middle)
    return f"{values[0]}（{values[1]}–{values[2]}）"


def _cause(entry: Entry) -> str | None:
    codes: tuple[str, ...] = getattr(entry, "cause_codes", ())
    return "；".join("薪酬条件" if code == "P" else code for code in codes) or None


def _confidence(entry: Entry) -> str:
    grade: Confidence = getattr(entry, "confidence", Confidence.D)
    return f"{grade.value}（谨慎使用）" if grade is Confidence.C else grade.value


def _change(entry: Entry) -> str:
    return getattr(entry, "change", None) or "未比较"


_PUT_TOGETHER: dict[str, Callable[[Entry], Value]] = {
    "@nature": _nature,
    "@level": _level,
    "@index": lambda entry: _span(entry, "S", "S_lo", "S_hi"),
    "@pay": lambda entry: _span(entry, "pay_median", "pay_p25", "pay_p75"),
    "@cause": _cause,
    "@confidence": _confidence,
    "@change": _change,
}
