"""The aggregate flow monitor: how many people come and go by industry and category, never who.

Two sources stand side by side and are never added: what profiles say of where people live and would go
(an intention), and what employers report of people who came and left (a fact, where they report). Nothing
here is about a person: there is no score, no list and no look-up of anyone.
"""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field

from data.catalogue.disclosure import rounded_heads
from data.catalogue.lists.documents import HIDDEN, ListDocument, ListTable, banner
from data.catalogue.lists.market import Market, category_of, with_industry
from data.catalogue.lists.rows import Converters, Headings, RowsRead, read_rows
from data.catalogue.sections import OTHER_SECTION, section_order
from data.catalogue.suppression import TOTAL, count_at, cross_table
from data.employers import employer_key
from data.errors import CellError
from data.normalise.divisions import ANYWHERE
from data.records import Record
from data.regions import Region

__all__ = ["FlowReason", "FlowReport", "flow_document", "intended_flows", "read_flow_reports"]

_LEAST_PERSONS = 5
_LEAST_EMPLOYERS = 3
_COLUMNS = ("重点产业", "人才类别", "流入", "流出", "净流入")
_NOTES = (
    "流动监测只作汇总：不足5人，或报送单位不足三家、一家占七成以上的数不公布（c），人数取整到5，"
    "并作二次抑制；不对个人评分，不列名单，不作限制流动之用（就业促进法第三条，人力资源市场暂行条例第十一条）。",
    "意向流动取自求职档案的现居地与意愿地，只表示愿意，不表示已经流动；产业按职业的需求分摊，是估计数。",
    "单位报送的流入流出只含已报送的单位，不推算未报送的单位；两种来源不相加。",
)


class FlowReason(StrEnum):
    """Main reason why people left, as employers report it for a cell."""

    PAY = "薪酬待遇"
    """Pay and benefits."""
    CAREER = "发展空间"
    """Prospects of the work."""
    PLACE = "工作地点"
    """Place of the work."""
    CONTRACT = "合同期满"
    """End of a contract."""
    BUSINESS = "单位经营"
    """The employer's own business."""
    STUDY = "升学深造"
    """Further study."""
    OTHER = "其他"
    """Anything else, retirement among it."""


class FlowReport(Record):
    """What one employer reports of one cell and period."""

    period: Annotated[str, Field(pattern=r"^\d{4}(Q[1-4]|H[12])?$")]
    """``2026``, ``2026H1`` or ``2026Q1``."""
    employer: Annotated[str, Field(min_length=2, max_length=120)]
    """用人单位, needed to see that no employer shows through."""
    key_industry: str = OTHER_SECTION
    """重点产业."""
    talent_category: Annotated[str, Field(max_length=16)] = category_of(None)
    """人才类别."""
    inflow: Annotated[int, Field(ge=0, le=100_000)]
    """People who came."""
    outflow: Annotated[int, Field(ge=0, le=100_000)]
    """People who left."""
    reasons: tuple[FlowReason, ...] = ()
    """Main reasons for leaving."""
    synthetic: bool = False
    """True for generated data (合成数据)."""

    @property
    def row(self) -> dict[str, object]:
        """Row of the store's table, with the employer's key for its name."""
        row = self.model_dump(mode="json", exclude={"employer"})
        return {**row, "employer_key": employer_key(self.employer)}


_HEADINGS: Headings = {
    "period": ("期间", "填报期", "统计期"),
    "employer": ("用人单位", "单位名称"),
    "key_industry": ("重点产业", "产业"),
    "talent_category": ("人才类别",),
    "inflow": ("流入人数", "引进人数", "新进人数"),
    "outflow": ("流出人数", "离职人数", "离开人数"),
    "reasons": ("主要原因", "流出主要原因"),
    "synthetic": ("数据性质",),
}


def read_flow_reports(path: Path, region: Region) -> RowsRead[FlowReport]:
    """Read employers' reports, already counted by cell.

    Parameters
    ----------
    path
        One row per employer, period, key industry and category: 期间, 用人单位, 重点产业, 人才类别, 流入人数,
        流出人数 and 主要原因. Columns about persons are not read.
    region
        The region, for its key industries.

    Returns
    -------
    RowsRead
        The reports and the problems by row.

    Raises
    ------
    InputError
        A column that every row needs is missing.
    FileProblem
        The file cannot be read.
    """
    industries = {*region.key_industries, OTHER_SECTION}
    converters: Converters = {
        "key_industry": lambda text: _one_of(text, industries, "重点产业"),
        "talent_category": lambda text: _one_of(text, {"专业技术", "技能", category_of(None)}, "人才类别"),
        "reasons": _reasons,
        "synthetic": lambda text: "合成" in text,
    }
    return read_rows(path, FlowReport, _HEADINGS, converters)


def _one_of(text: str, words: set[str], name: str) -> str:
    if text not in words:
        raise CellError("word_unknown", f"{name}“{text}”无法识别", hint=f"从{'、'.join(sorted(words))}中选")
    return text


def _reasons(text: str) -> tuple[str, ...]:
    """Known reasons as they are, any other one as 其他: free text could speak of a person."""
    words = [
        word.strip() for word in text.replace("，", "、").replace(",", "、").replace(";", "、").split("、")
    ]
    known = {reason.value for reason in FlowReason}
    return tuple(dict.fromkeys(word if word in known else FlowReason.OTHER.value for word in words if word))


def intended_flows(profiles: pd.DataFrame, market: Market) -> pd.DataFrame:
    """Count who would come and who would go, by key industry and category.

    Parameters
    ----------
    profiles
        All profiles of the store, of whom those of the market's nature and six months count.
    market
        The market, for its region, day and needs.

    Returns
    -------
    DataFrame
        Columns section, category, ``inflow`` and ``outflow``, NaN where hidden; the last row is 合计 where
        there is any.
    """
    region = market.region
    active = pd.to_datetime(profiles["active_on"])
    day = pd.Timestamp(market.as_of)
    recent = (active > day - pd.DateOffset(months=6)) & (active <= day)
    own = profiles[recent & (profiles["synthetic"].astype(bool) == market.synthetic)]
    own = own[own["place_code"].notna()]
    lives = own["place_code"].map(region.contains).astype(bool)
    comes = own["willing_codes"].map(lambda codes: any(_inside(code, region) for code in codes)).astype(bool)
    goes = own["willing_codes"].map(lambda codes: any(_outside(code, region) for code in codes)).astype(bool)
    counts = {
        name: _counted(with_industry(own.loc[chosen, ["profile_id", "occupation_code"]], market.needs))
        for name, chosen in (("inflow", ~lives & comes), ("outflow", lives & goes))
    }
    return _cells(counts, region)


def _inside(code: str, region: Region) -> bool:
    return code == ANYWHERE or region.contains(code)


def _outside(code: str, region: Region) -> bool:
    return code == ANYWHERE or not region.contains(code)


def _counted(persons: pd.DataFrame) -> pd.DataFrame:
    """Add up people by cell; every person is an owner, so that few of them show nothing."""
    return cross_table(
        persons["weight"],
        rows=persons["section"],
        columns=persons["occupation_code"].map(category_of).astype(object),
        employers=persons["profile_id"],
        least=_LEAST_PERSONS,
    )[0]


def _reported(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Add up what employers report, so that neither they nor few people show through."""
    return cross_table(
        rows[name].astype(float),
        rows=rows["key_industry"],
        columns=rows["talent_category"],
        employers=rows["employer_key"],
        least=_LEAST_PERSONS,
    )[0]


def _cells(counts: dict[str, pd.DataFrame], region: Region) -> pd.DataFrame:
    """Bring the tables of both directions into one, in printing order."""
    keys = {
        (str(section), str(category))
        for table in counts.values()
        for section in table.index
        for category in table.columns
        if (section == TOTAL) == (category == TOTAL)
    }
    order = section_order(region.key_industries, [section for section, _ in keys if section != TOTAL])
    sorted_keys = sorted(keys, key=lambda key: (order.get(key[0], len(order)), key[1]))
    rows = [
        {"section": section, "category": category}
        | {name: count_at(table, section, category) for name, table in counts.items()}
        for section, category in sorted_keys
    ]
    frame = pd.DataFrame(rows, columns=["section", "category", *counts])
    return frame[(frame[list(counts)] != 0).any(axis=1)].reset_index(drop=True)


def flow_document(
    market: Market, profiles: pd.DataFrame, reports: pd.DataFrame, *, period: str | None = None
) -> ListDocument:
    """Set the monitor in print: intended flows, reported flows and reported reasons.

    Parameters
    ----------
    market
        The market.
    profiles
        All profiles of the store.
    reports
        Rows of ``flow_report``; those of the market's nature count.
    period
        Period of the reports; the latest one when left out.

    Returns
    -------
    ListDocument
        Without reports the second and third table are empty and say so.
    """
    own = reports[reports["synthetic"].astype(bool) == market.synthetic]
    chosen = period or max(own["period"].astype(str), default="")
    own = own[own["period"] == chosen]
    said = (
        f"期间 {chosen}，{_employers(own)}家单位报送"
        if len(own)
        else "未报：还没有用人单位报送流入流出，不作推算"
    )
    reported = {name: _reported(own, name) for name in ("inflow", "outflow")}
    title = f"{market.region.name_zh}人才流动监测（汇总）"
    return ListDocument(
        title=banner(title, synthetic=market.synthetic),
        as_of=market.as_of,
        synthetic=market.synthetic,
        tables=(
            _table("意向流动", intended_flows(profiles, market), "求职档案的意愿，不是已发生的流动"),
            _table("单位报送", _cells(reported, market.region), said),
            ListTable(
                name="流出原因", columns=("主要原因", "提到的单位数"), rows=_reason_rows(own), note=said
            ),
        ),
        notes=_NOTES,
    )


def _employers(rows: pd.DataFrame) -> str:
    count = rows["employer_key"].nunique()
    return str(count) if count >= _LEAST_EMPLOYERS else f"不足{_LEAST_EMPLOYERS}"


def _table(name: str, cells: pd.DataFrame, note: str) -> ListTable:
    rows = []
    for cell in cells.to_dict("records"):
        came, left = _rounded(cell["inflow"]), _rounded(cell["outflow"])
        net = came - left if isinstance(came, int) and isinstance(left, int) else HIDDEN
        rows.append((str(cell["section"]), str(cell["category"]), came, left, net))
    return ListTable(name=name, columns=_COLUMNS, rows=tuple(rows), note=note)


def _rounded(value: float) -> int | str:
    shown = None if math.isnan(value) else rounded_heads(value)
    return HIDDEN if shown is None else shown


def _reason_rows(rows: pd.DataFrame) -> tuple[tuple[str, int | str], ...]:
    """Count the employers that name a reason; few of them stay hidden."""
    named: dict[str, set[str]] = {}
    for key, reasons in zip(rows["employer_key"], rows["reasons"], strict=True):
        for reason in reasons:
            named.setdefault(str(reason), set()).add(str(key))
    counts = [(reason.value, len(named.get(reason.value, ()))) for reason in FlowReason]
    return tuple((name, n if n >= _LEAST_EMPLOYERS else HIDDEN) for name, n in counts if n)
