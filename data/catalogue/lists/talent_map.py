"""人才地图: need and supply by key industry, talent category and district, telling on nobody.

Every row is a key industry with a category, every column a district, so that the table has one set of totals
for rows and one for columns: secondary suppression is then complete within it.
"""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd

from data.catalogue.disclosure import rounded_heads
from data.catalogue.lists.documents import HIDDEN, MISSING, ListDocument, ListTable, banner
from data.catalogue.lists.market import OUTSIDE, UNPLACED, Market
from data.catalogue.sections import section_order
from data.catalogue.suppression import TOTAL, cross_table
from data.records import Record

__all__ = ["LEAST_PERSONS", "MapCell", "TalentMap", "map_document", "talent_map"]

LEAST_PERSONS = 5
"""Fewest people that a count of people may show."""

_BETWEEN = "\x1f"

_NOTES = (
    "需求为近六个月有效需求中写明的人数，未写明人数的岗位不推算；供给为近六个月确认过的求职档案，"
    "按各重点产业对该职业的需求条数分摊，是估计数。",
    "人数取整到5；不足三家单位或一家占七成以上的需求、不足5人的供给不公布（c），"
    "并作二次抑制，使合计推不出被隐去的数。本表与其他公布的表分别保护。",
    "人力资源服务机构代招不计入。",
)


class MapCell(Record):
    """One cell of the map; 合计 stands for all districts or for all industries and categories."""

    industry: str
    """Key industry, 其他产业 or 合计."""
    category: str
    """人才类别, or 合计."""
    district: str
    """District, or 合计."""
    need: int | None
    """Places asked for, rounded to 5; empty when hidden or under 2.5."""
    need_hidden: bool
    """True when the need is confidential."""
    supply: int | None
    """Seekers, rounded to 5; empty when hidden or under 2.5."""
    supply_hidden: bool
    """True when the supply is confidential."""


class TalentMap(Record):
    """The whole map."""

    region: str
    """The region's name."""
    as_of: dt.date
    """Day on which the data stand."""
    synthetic: bool
    """True for generated data (合成数据)."""
    districts: tuple[str, ...]
    """Districts in the order of the region, then other places at hand."""
    cells: tuple[MapCell, ...]
    """Cells that have any need or supply, in printing order, the totals among them."""

    def total_of(self, district: str) -> MapCell | None:
        """Return the cell of a district over all industries; None where it has neither need nor supply."""
        return next((c for c in self.cells if c.industry == TOTAL and c.district == district), None)


def talent_map(market: Market) -> TalentMap:
    """Draw up the map of a region.

    Parameters
    ----------
    market
        Needs and seekers.

    Returns
    -------
    TalentMap
        Only the totals for a market without needs and seekers.
    """
    needs, seekers = market.needs, market.seekers
    need, need_hidden = cross_table(
        needs["heads"], rows=_key(needs), columns=needs["district"], employers=needs["employer"]
    )
    supply, supply_hidden = cross_table(
        seekers["weight"],
        rows=_key(seekers),
        columns=seekers["district"],
        employers=seekers["profile_id"],
        least=LEAST_PERSONS,
    )
    order = _row_order(market, {*need.index, *supply.index})
    present = {*need.columns, *supply.columns}
    places = [place.name for place in market.region.districts]
    columns = [*places, *(name for name in (UNPLACED, OUTSIDE) if name in present), TOTAL]
    cells = (
        _cell(key, place, (need, need_hidden), (supply, supply_hidden)) for key in order for place in columns
    )
    return TalentMap(
        region=market.region.name_zh,
        as_of=market.as_of,
        synthetic=market.synthetic,
        districts=tuple(columns[:-1]),
        cells=tuple(c for c in cells if c.need != 0 or c.supply != 0),
    )


def _key(frame: pd.DataFrame) -> pd.Series[str]:
    return frame["section"].astype(str) + _BETWEEN + frame["category"].astype(str)


def _row_order(market: Market, keys: set[str]) -> list[str]:
    pairs = [key.split(_BETWEEN) for key in keys if key != TOTAL]
    places = section_order(market.region.key_industries, [pair[0] for pair in pairs])
    return [*(_BETWEEN.join(p) for p in sorted(pairs, key=lambda p: (places[p[0]], p[1]))), TOTAL]


def _cell(
    key: str,
    place: str,
    need: tuple[pd.DataFrame, pd.DataFrame],
    supply: tuple[pd.DataFrame, pd.DataFrame],
) -> MapCell:
    industry, _, category = key.partition(_BETWEEN)
    need_value, need_hidden = _count(*need, key, place)
    supply_value, supply_hidden = _count(*supply, key, place)
    return MapCell(
        industry=industry,
        category=category or TOTAL,
        district=place,
        need=need_value,
        need_hidden=need_hidden,
        supply=supply_value,
        supply_hidden=supply_hidden,
    )


def _count(shown: pd.DataFrame, hidden: pd.DataFrame, key: str, place: str) -> tuple[int | None, bool]:
    """Round a count and tell whether it is hidden; what the table does not have is zero."""
    if key not in shown.index or place not in shown.columns:
        return 0, False
    value = float(shown.loc[key, place])  # type: ignore[arg-type]
    return (None if math.isnan(value) else rounded_heads(value)), bool(hidden.loc[key, place])


def map_document(drawn: TalentMap) -> ListDocument:
    """Set the map as one table: industry, category, district, need, supply and their ratio.

    Parameters
    ----------
    drawn
        The map.

    Returns
    -------
    ListDocument
        One row per cell.
    """
    columns = ("重点产业", "人才类别", "区县", "需求人数", "供给人数", "求人倍率")
    rows = tuple(
        (
            cell.industry,
            cell.category,
            cell.district,
            _printed(cell.need, hidden=cell.need_hidden),
            _printed(cell.supply, hidden=cell.supply_hidden),
            round(cell.need / cell.supply, 2) if cell.need is not None and cell.supply else MISSING,
        )
        for cell in drawn.cells
    )
    return ListDocument(
        title=banner(f"{drawn.region}人才地图", synthetic=drawn.synthetic),
        as_of=drawn.as_of,
        synthetic=drawn.synthetic,
        tables=(ListTable(name="人才地图", columns=columns, rows=rows),),
        notes=_NOTES,
    )


def _printed(value: int | None, *, hidden: bool) -> int | str:
    if hidden:
        return HIDDEN
    return "<5" if value is None else value
