"""A bulletin: what is new in a quarter of the whole region or of one key industry, beside the one before."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

import pandas as pd

from data.bulletins.quarter import UNCODED, Quarter
from data.catalogue.disclosure import rounded_heads
from data.catalogue.lists.documents import HIDDEN, MISSING, ListDocument, ListTable, banner
from data.catalogue.suppression import TOTAL, count_at
from data.demand import snapshot_of
from data.records import Record
from data.reference import occupation_names
from data.regions import Region
from data.self_forecast.quarters import quarter_span

__all__ = ["METHOD", "Bulletin", "draw_up"]

METHOD: Final = "bulletin/1"
"""Version of the method; it rises whenever the same data would give another bulletin."""

_TOP: Final = 10
_NUMERALS: Final = "一二三四"
_NOTES: Final = (
    "各数由去重合并后的需求计出，一项需求只计一次；代招不计入。",
    "新增需求为本季开放的需求；期末有效为季末仍在招、未到期的岗位。"
    "人数只计写明的人数，未写明人数的岗位不推算。",
    "人数与样本取整到5。不足三家单位、一家占七成以上或两家占九成以上的数不公布（c），并作二次抑制；"
    "保密的职业不参加排序。",
    "薪酬为写明月薪区间中值的四分位数，不足5条或保密的不评价（x）。",
    "库中数据未覆盖上一季的，上季与变化记x，不作推算。",
    "本通报不含紧缺星级，也不改变现行目录的星级。",
)

Value = str | int | float | None


class Bulletin(Record):
    """A bulletin with what it rests on."""

    region: str
    """Name of the region pack."""
    quarter: str
    """Such as ``2026Q3``."""
    industry: str | None
    """Key industry; empty for the whole region."""
    as_of: dt.date
    """Last day of the quarter."""
    method: str
    """Version of the method."""
    snapshot: str
    """The vacancies that were counted, by hash."""
    synthetic: bool
    """True when it rests on generated data (合成数据)."""
    document: ListDocument
    """Title, tables and notes."""


def draw_up(
    region: Region, this: Quarter, former: Quarter | None, *, industry: str | None, synthetic: bool
) -> Bulletin:
    """Draw up a bulletin.

    Parameters
    ----------
    region
        The region.
    this
        The quarter.
    former
        The quarter before; None where the data do not cover it.
    industry
        Key industry; None for the whole region.
    synthetic
        Whether the vacancies are generated.

    Returns
    -------
    Bulletin
        The same for the same quarters, byte for byte.
    """
    as_of = quarter_span(this.name)[1]
    year, number = this.name.split("Q")
    subject = f"{industry or '人才'}需求通报（{year}年第{_NUMERALS[int(number) - 1]}季度）"
    leaders = _leaders(this, industry)
    tables = [
        _overview(this, former, industry),
        _occupations(this, former, industry, leaders),
        *([] if industry else [_industries(region, this, former)]),
        _districts(region, this, former, industry),
        _pay(this, former, industry, leaders),
    ]
    frames = [this.needs, *([] if former is None else [former.needs])]
    return Bulletin(
        region=region.name,
        quarter=this.name,
        industry=industry,
        as_of=as_of,
        method=METHOD,
        snapshot=snapshot_of(*frames, as_of=as_of),
        synthetic=synthetic,
        document=ListDocument(
            title=banner(f"{region.name_zh}{subject}", synthetic=synthetic),
            as_of=as_of,
            synthetic=synthetic,
            tables=tuple(tables),
            notes=_NOTES,
        ),
    )


def _overview(this: Quarter, former: Quarter | None, industry: str | None) -> ListTable:
    column = industry or TOTAL
    rows: list[tuple[Value, ...]] = [
        ("新增需求人数", *_compared(this.occupations, _occupations_of(former), TOTAL, column))
    ]
    for label, measure in (
        ("新增岗位（条）", "new"),
        ("期末有效岗位（条）", "valid"),
        ("期末有效岗位写明的人数", "heads"),
    ):
        before = None if former is None else former.posts
        rows.append((label, *_compared(this.posts, before, column, measure, exact=measure != "heads")))
    return ListTable(name="本季概况", columns=("指标", "本季", "上季", "变化"), rows=tuple(rows))


def _occupations(
    this: Quarter, former: Quarter | None, industry: str | None, leaders: list[str]
) -> ListTable:
    column, names = industry or TOTAL, occupation_names()
    rows = tuple(
        (code, names.get(code, code), *_compared(this.occupations, _occupations_of(former), code, column))
        for code in leaders
    )
    columns = ("职业编码", "职业名称", "新增需求人数", "上季", "变化")
    return ListTable(name="职业前十", columns=columns, rows=rows)


def _industries(region: Region, this: Quarter, former: Quarter | None) -> ListTable:
    sections = [
        *region.key_industries,
        *sorted({*this.occupations.columns} - {*region.key_industries, TOTAL}),
    ]
    rows = tuple(
        (name, *_compared(this.occupations, _occupations_of(former), TOTAL, name))
        for name in [*sections, TOTAL]
    )
    return ListTable(name="重点产业", columns=("产业", "新增需求人数", "上季", "变化"), rows=rows)


def _districts(region: Region, this: Quarter, former: Quarter | None, industry: str | None) -> ListTable:
    columns = ("地区", "新增需求人数", "上季", "变化")
    if this.districts is None:
        note = "分地区的数与分职业的数并列会显出保密的数，本季不公布"
        return ListTable(name="地区", columns=columns, rows=(), note=note)
    before = None if former is None else former.districts
    known = [place.name for place in region.districts]
    others = sorted({*this.districts.index} - {*known, TOTAL})
    rows = tuple(
        (name, *_compared(this.districts, before, name, industry or TOTAL))
        for name in [*known, *others, TOTAL]
    )
    return ListTable(name="地区", columns=columns, rows=rows)


def _pay(this: Quarter, former: Quarter | None, industry: str | None, leaders: list[str]) -> ListTable:
    names = occupation_names()
    rows: list[tuple[Value, ...]] = []
    for code in (None, *leaders):
        now = this.pay(industry=industry, occupation=code)
        before = None if former is None else former.pay(industry=industry, occupation=code)
        label = "全部" if code is None else names.get(code, code)
        if now is None:
            rows.append((code or TOTAL, label, *[MISSING] * 6))
            continue
        sample, quartiles = now
        past = MISSING if before is None else before[1].median
        change = MISSING if before is None else quartiles.median - before[1].median
        figures = (quartiles.p25, quartiles.median, quartiles.p75, past, change)
        rows.append((code or TOTAL, label, _rounded(sample), *figures))
    columns = ("职业编码", "职业名称", "样本（条）", "下四分位", "中位数", "上四分位", "上季中位数", "变化")
    return ListTable(name="薪酬", columns=columns, rows=tuple(rows), note="元/月")


def _leaders(this: Quarter, industry: str | None) -> list[str]:
    """Return the occupations with most new places, those with a hidden count left out."""
    column = industry or TOTAL
    counts = {str(code): count_at(this.occupations, str(code), column) for code in this.occupations.index}
    shown = {code: heads for code, heads in counts.items() if heads > 0 and code not in {TOTAL, UNCODED}}
    return sorted(shown, key=lambda code: (-shown[code], code))[:_TOP]


def _occupations_of(quarter: Quarter | None) -> pd.DataFrame | None:
    return None if quarter is None else quarter.occupations


def _compared(
    this: pd.DataFrame, former: pd.DataFrame | None, row: str, column: str, *, exact: bool = False
) -> tuple[Value, Value, Value]:
    """Return a count, the former one and the change; a change only where both are shown."""
    now = _shown(count_at(this, row, column), exact=exact)
    past = MISSING if former is None else _shown(count_at(former, row, column), exact=exact)
    change = now - past if isinstance(now, int) and isinstance(past, int) else MISSING
    return now, past, change


def _shown(value: float, *, exact: bool) -> Any:
    if math.isnan(value):
        return HIDDEN
    return int(value) if exact else _rounded(value)


def _rounded(value: float) -> int | str:
    rounded = rounded_heads(value)
    return "<5" if rounded is None else rounded
