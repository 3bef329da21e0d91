"""Off-cycle bulletins of an industry: the eight tables of the public 供求 template, as far as the data carry.

Counts that nest (行业 in 产业, occupations in 大类) are protected in one table with both, so that no sum of a
shown group gives a hidden part away; a grand total that one table hides is hidden in all.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.catalogue.disclosure import is_confidential, rounded_heads
from data.catalogue.lists.documents import HIDDEN, MISSING, ListDocument, ListTable, banner
from data.catalogue.lists.market import Market
from data.catalogue.suppression import TOTAL, count_at, cross_table
from data.records import Education, SkillLevel
from data.reference import industries, industry_names, occupation_names

__all__ = ["bulletin"]

_LEAST_PERSONS = 5
_TOP = 10
_MOST_ROWS = 15
_UNKNOWN = "未识别"
_UNSTATED = "未写明"
_SECTORS = {"第一产业": "A", "第二产业": "BCDE"}
_SERVICE = ("05", "11", "43")
"""Divisions that count as third sector though their section does not (国家统计局 三次产业划分规定)."""

_NOTES = (
    "统计期为截至数据截止日的六个月；需求人数只计写明的人数，未写明人数的岗位不推算；代招不计入。",
    "求职人数为六个月内确认过的求职档案；按产业编制时按该职业的需求条数分摊，是估计数。",
    "求人倍率＝需求人数÷求职人数。人数取整到5，不足三家单位或一家占七成以上的需求、不足5人的求职不公布（c），"
    "并作二次抑制。",
    "缺：单位性质（招聘信息不含）；求职人员类别（下岗失业、在业、应届等，档案不含）；"
    "性别、年龄构成按规定不采集。",
)

Count = int | str


def bulletin(market: Market, *, industry: str | None = None) -> ListDocument:
    """Draw up the bulletin of an industry, or of the whole market.

    Parameters
    ----------
    market
        The market.
    industry
        Key industry; the whole market when left out.

    Returns
    -------
    ListDocument
        Eight tables; a table that nothing carries is empty and says why.

    Raises
    ------
    UnknownName
        The region has no such key industry.
    """
    own = market if industry is None else market.within(industry)
    need, sectors = _agreed(_by_occupation(own.needs, "heads", "employer", 0), _sector_table(own.needs))
    supply, seekers = _agreed(
        _by_occupation(own.seekers, "weight", "profile_id", _LEAST_PERSONS), _seeker_table(own.seekers)
    )
    name = f"{industry or '人力资源市场'}供求简报"
    return ListDocument(
        title=banner(f"{market.region.name_zh}{name}", synthetic=market.synthetic),
        as_of=market.as_of,
        synthetic=market.synthetic,
        tables=(
            _totals(own.needs, market.as_of, count_at(need, TOTAL, TOTAL), count_at(supply, TOTAL, TOTAL)),
            _shares("产业", "产业", {str(k): float(v) for k, v in sectors.T[TOTAL].items()}),
            _shares("行业", "行业", {str(k): float(v) for k, v in sectors[TOTAL].items()}),
            ListTable(
                name="单位性质",
                columns=("单位性质", "需求人数"),
                rows=(),
                note="x 暂不评价：招聘信息不含单位登记类型",
            ),
            _occupation_groups(need, supply),
            _gaps("缺口前十", need, supply, sign=1),
            _gaps("富余前十", need, supply, sign=-1),
            _seekers(seekers),
        ),
        notes=_NOTES,
    )


def _agreed(*tables: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Hide the grand total in all tables of one thing where one of them hides it."""
    if not any(math.isnan(count_at(table, TOTAL, TOTAL)) for table in tables):
        return tables
    both = pd.Series([TOTAL])
    return tuple(
        table.mask(table.index.isin(both)[:, None] & table.columns.isin(both)[None, :]) for table in tables
    )


def _totals(needs: pd.DataFrame, as_of: dt.date, heads: float, people: float) -> ListTable:
    """Set what there is altogether; counts of vacancies only where no employer shows through."""
    posts = np.asarray(needs.groupby("employer").size(), dtype=np.float64)
    few = len(posts) > 0 and is_confidential(posts)
    demand, supply = _shown(heads), _shown(people)
    day = pd.Timestamp(as_of)
    opened = pd.to_datetime(needs["opened_on"])
    quarter, before = (day - pd.DateOffset(months=back) for back in (3, 6))
    unstated = int(needs["heads"].isna().sum())
    rows: tuple[tuple[str, Count | float], ...] = (
        ("有效岗位（条）", HIDDEN if few else len(needs)),
        ("其中近三个月新开（条）", HIDDEN if few else int((opened > quarter).sum())),
        ("此前三个月新开（条）", HIDDEN if few else int(((opened > before) & (opened <= quarter)).sum())),
        ("未写明人数的岗位（条）", HIDDEN if few else unstated),
        ("用人单位（家）", HIDDEN if few else len(posts)),
        ("需求人数", demand),
        ("求职人数", supply),
        ("求人倍率", _ratio(demand, supply)),
    )
    return ListTable(name="供求总量", columns=("指标", "数值"), rows=rows)


def _sector_table(needs: pd.DataFrame) -> pd.DataFrame:
    """Count places by division of GB/T 4754 and sector, protected together."""
    sections = dict(zip(industries()["code"], industries()["section"], strict=True))
    names = industry_names()
    codes = needs["industry_code"].map(lambda code: code[:2] if isinstance(code, str) else None)
    return cross_table(
        needs["heads"],
        rows=codes.map(lambda code: names.get(code, _UNKNOWN)).astype(object),
        columns=codes.map(lambda code: _sector(code, sections)).astype(object),
        employers=needs["employer"],
    )[0]


def _sector(code: object, sections: Mapping[str, str]) -> str:
    section = sections.get(code) if isinstance(code, str) else None
    if section is None:
        return _UNKNOWN
    if code in _SERVICE:
        return "第三产业"
    return next((name for name, letters in _SECTORS.items() if section in letters), "第三产业")


def _shares(name: str, heading: str, counts: Mapping[str, float]) -> ListTable:
    """Set counts with their shares of the total, the largest first, hidden ones last."""
    total = counts.get(TOTAL, math.nan)
    parts = sorted(
        ((key, value) for key, value in counts.items() if key != TOTAL),
        key=lambda part: (math.isnan(part[1]), -part[1], part[0]),
    )
    rows: list[tuple[str, Count, Count | float]] = [
        (key, _shown(value), HIDDEN if math.isnan(value / total) else round(100 * value / total, 1))
        for key, value in parts[:_MOST_ROWS]
    ]
    rows.append((TOTAL, _shown(total), HIDDEN if math.isnan(total) else 100.0 if total else MISSING))
    left = f"只列前{_MOST_ROWS}个" if len(parts) > _MOST_ROWS else ""
    return ListTable(name=name, columns=(heading, "需求人数", "占比%"), rows=tuple(rows), note=left)


def _by_occupation(frame: pd.DataFrame, values: str, owners: str, least: float) -> pd.DataFrame:
    """Count by occupation and its 大类, protected together."""
    codes = frame["occupation_code"].map(lambda code: code if isinstance(code, str) else _UNKNOWN)
    return cross_table(
        frame[values].astype(float),
        rows=codes.astype(object),
        columns=codes.map(lambda code: code if code == _UNKNOWN else code[0]).astype(object),
        employers=frame[owners],
        least=least,
    )[0]


def _occupation_groups(need: pd.DataFrame, supply: pd.DataFrame) -> ListTable:
    keys = sorted({*need.columns, *supply.columns} - {TOTAL, _UNKNOWN})
    order = [*keys, *([_UNKNOWN] if _UNKNOWN in {*need.columns, *supply.columns} else []), TOTAL]
    names = occupation_names()
    rows = []
    for key in order:
        wanted, there = _shown(count_at(need, TOTAL, key)), _shown(count_at(supply, TOTAL, key))
        rows.append((names.get(key, key), wanted, there, _ratio(wanted, there)))
    return ListTable(name="职业", columns=("职业大类", "需求人数", "求职人数", "求人倍率"), rows=tuple(rows))


def _gaps(name: str, need: pd.DataFrame, supply: pd.DataFrame, *, sign: int) -> ListTable:
    """List the occupations with the largest gap; those with a hidden count are left out."""
    names = occupation_names()
    rows = []
    for code in sorted({*need.index, *supply.index} - {TOTAL, _UNKNOWN}):
        wanted, there = _shown(count_at(need, code, TOTAL)), _shown(count_at(supply, code, TOTAL))
        if isinstance(wanted, int) and isinstance(there, int) and sign * (wanted - there) > 0:
            rows.append((code, names.get(code, code), wanted, there, wanted - there, _ratio(wanted, there)))
    rows.sort(key=lambda row: (-sign * row[4], row[0]))
    columns = ("职业编码", "职业名称", "需求人数", "求职人数", "缺口（需求－求职）", "求人倍率")
    return ListTable(
        name=name, columns=columns, rows=tuple(rows[:_TOP]), note="需求或求职保密的职业不参加排序"
    )


def _seeker_table(seekers: pd.DataFrame) -> pd.DataFrame:
    """Count seekers by education and skill level, protected together."""
    return cross_table(
        seekers["weight"].astype(float),
        rows=seekers["education"].fillna(_UNSTATED).astype(object),
        columns=seekers["skill_level"].fillna(_UNSTATED).astype(object),
        employers=seekers["profile_id"],
        least=_LEAST_PERSONS,
    )[0]


def _seekers(table: pd.DataFrame) -> ListTable:
    """Tell what the seekers bring."""
    rows: list[tuple[str, str, Count]] = [
        ("学历", level, _shown(count_at(table, level, TOTAL)))
        for level in [*(each.value for each in Education), _UNSTATED]
        if level in table.index
    ]
    rows += [
        ("技能等级", level, _shown(count_at(table, TOTAL, level)))
        for level in [*(each.value for each in SkillLevel), _UNSTATED]
        if level in table.columns
    ]
    rows.append((TOTAL, TOTAL, _shown(count_at(table, TOTAL, TOTAL))))
    return ListTable(name="求职者构成", columns=("构成", "类别", "求职人数"), rows=tuple(rows))


def _shown(value: float) -> Count:
    if math.isnan(value):
        return HIDDEN
    rounded = rounded_heads(value)
    return "<5" if rounded is None else rounded


def _ratio(need: Count, supply: Count) -> float | str:
    if isinstance(need, int) and isinstance(supply, int) and supply:
        return round(need / supply, 2)
    return MISSING
