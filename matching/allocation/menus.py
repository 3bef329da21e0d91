"""菜单式 demand menus: what each county and key industry seeks, who in which pool passes, and the gap."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.catalogue.disclosure import MIN_EMPLOYERS_SHOWN, rounded_heads
from data.catalogue.lists.documents import HIDDEN, MISSING, ListDocument, ListTable, banner
from data.catalogue.lists.market import OUTSIDE, Market
from data.catalogue.period import Period
from data.catalogue.sections import section_order
from data.catalogue.suppression import cross_table
from data.errors import UnknownName
from data.normalise.divisions import is_within
from data.records import Record
from data.reference import division_names, occupation_names
from data.regions import Region
from matching.rules import RuleColumns

__all__ = ["LEAST_PEOPLE", "DemandMenu", "MenuLine", "PoolCount", "build_menu", "menu_document"]

LEAST_PEOPLE = 5
"""Fewest people that a count of people may show."""
LOCAL, PROVINCE, ELSEWHERE = "本地", "省内其他地区", "其他地区"
UNCODED = "未编码"

_BETWEEN = "\x1f"
_FEW = "<5"
_NOTES = (
    "需求为近六个月有效需求，人力资源服务机构代招不计入；需求人数只计写明的人数，取整到5。",
    "不足三家单位或一家占七成以上的需求不公布（c），并作二次抑制；不足5人的人数写作“<5”，其余取整到5。",
    "可用人数：求职职业与该行相同、近六个月确认过，且不违反该行任一需求硬性条件的档案；条件未写明的不算违反。",
    "同一人可满足多行，各行人数不能相加。缺口＝需求人数－各来源可用人数，取整到5，不小于0。",
)


class PoolCount(Record):
    """People of one origin who pass."""

    origin: str
    """本地, 省内其他地区, a partner region's name or 其他地区."""
    people: int | None
    """Rounded to 5; empty for some but fewer than 5."""


class MenuLine(Record):
    """One occupation that a county seeks for a key industry."""

    county: str
    """County, development zones under it."""
    industry: str
    """Key industry or 其他产业."""
    occupation_code: str | None
    """Code of 大典 2022; empty where the vacancies have none."""
    occupation: str
    """Its name."""
    heads: int | None
    """Places stated, rounded to 5; empty when hidden, few or not stated."""
    heads_hidden: bool
    """True when the places are confidential."""
    heads_stated: bool
    """False when no vacancy of the line states a number."""
    employers: int | None
    """Employers; empty for fewer than three or when the places are hidden."""
    engagement: tuple[str, ...]
    """Forms of engagement offered, the most frequent first."""
    months: tuple[int, ...]
    """Months of the year in which the work is done, where it is seasonal."""
    pools: tuple[PoolCount, ...]
    """People who pass, by origin."""
    gap: int | None
    """Places that nobody at hand could take, rounded to 5; empty when not known, few or hidden."""


class DemandMenu(Record):
    """The menu of a region."""

    region: str
    """The region's name."""
    as_of: dt.date
    """Day on which the data stand."""
    synthetic: bool
    """True for generated data (合成数据)."""
    origins: tuple[str, ...]
    """Pools that are told apart."""
    lines: tuple[MenuLine, ...]
    """In order of county, industry and need."""


class _People(NamedTuple):
    """The pool: occupations, origins and what the hard rules read."""

    occupations: NDArray[np.object_]
    origins: NDArray[np.object_]
    columns: RuleColumns


def build_menu(
    market: Market, vacancies: pd.DataFrame, profiles: pd.DataFrame, *, partners: Sequence[str] = ()
) -> DemandMenu:
    """Draw up the menu of a region.

    Parameters
    ----------
    market
        Its current needs.
    vacancies
        The same vacancies with everything that they require, as from :func:`data.demand.read_demand`.
    profiles
        All profiles at hand, wherever the people live, as from the store.
    partners
        GB/T 2260 codes of partner regions (对口合作地区), such as ``320000``; who lives there is counted
        apart.

    Returns
    -------
    DemandMenu
        No lines for a market without needs.

    Raises
    ------
    UnknownName
        A partner's code is none.
    """
    needs = _needs(market, vacancies)
    names = _partner_names(partners)
    people = _people(profiles, market, names)
    origins = (LOCAL, PROVINCE, *names.values(), ELSEWHERE)
    _, hidden = cross_table(
        needs["heads"].fillna(0.0), rows=needs["row"], columns=needs["district"], employers=needs["employer"]
    )
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for need in _records(needs):
        groups[need["district"], need["row"]].append(need)
    lines = [
        _line(group, people, origins, hidden=_is_hidden(hidden, row, county))
        for (county, row), group in sorted(groups.items())
    ]
    return DemandMenu(
        region=market.region.name_zh,
        as_of=market.as_of,
        synthetic=market.synthetic,
        origins=origins,
        lines=tuple(sorted(lines, key=_order(market.region, lines))),
    )


def _needs(market: Market, vacancies: pd.DataFrame) -> pd.DataFrame:
    """Join the needs with what they require; a start that has passed is any time."""
    wanted = [name for name in vacancies.columns if name not in market.needs.columns]
    joined = market.needs.merge(vacancies[["vacancy_id", *wanted]], on="vacancy_id", how="left")
    days = joined["start_by"].astype(object).where(joined["start_by"].notna(), None)
    ahead = [day if day is not None and day >= market.as_of else None for day in days]
    codes = joined["occupation_code"].astype(object).where(joined["occupation_code"].notna(), "")
    return joined.assign(
        start_by=pd.Series(ahead, index=joined.index, dtype=object),
        row=joined["section"].astype(str) + _BETWEEN + codes.astype(str),
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _partner_names(codes: Sequence[str]) -> dict[str, str]:
    names = division_names()
    unknown = [code for code in codes if code not in names]
    if unknown:
        raise UnknownName(
            "division_unknown",
            f"没有行政区划代码 {'、'.join(unknown)}",
            hint="用六位代码，如江苏省 320000、鞍山市 210300",
        )
    return {code: names[code] for code in codes}


def _people(profiles: pd.DataFrame, market: Market, partners: dict[str, str]) -> _People:
    """Keep the people of the market's nature who were confirmed within six months."""
    period = Period(market.as_of)
    seen = pd.to_datetime(profiles["active_on"])
    active = (seen >= period.half_year) & (seen <= period.as_of)
    own = _records(profiles[active & (profiles["synthetic"].astype(bool) == market.synthetic)])
    return _People(
        np.array([row["occupation_code"] for row in own], dtype=object),
        np.array([_origin(row["place_code"], market.region, partners) for row in own], dtype=object),
        RuleColumns.from_rows(own, vacancies=False),
    )


def _origin(code: str | None, region: Region, partners: dict[str, str]) -> str:
    """Name the pool of a place: the region itself, then partners, then the province."""
    if region.contains(code):
        return LOCAL
    if code is None:
        return ELSEWHERE
    partner = next((name for outer, name in partners.items() if is_within(code, outer)), None)
    return partner or (PROVINCE if code[:2] == region.code[:2] else ELSEWHERE)


def _is_hidden(hidden: pd.DataFrame, row: str, county: str) -> bool:
    known = row in hidden.index and county in hidden.columns
    return known and bool(hidden.loc[row, county])


def _line(
    group: Sequence[dict[str, Any]], people: _People, origins: Sequence[str], *, hidden: bool
) -> MenuLine:
    """Describe what one county seeks of one occupation for one industry."""
    industry, _, code = group[0]["row"].partition(_BETWEEN)
    able = _able(group, people, code)
    stated = [need["heads"] for need in group if need["heads"] is not None]
    places = float(sum(stated))
    employers = len({need["employer"] for need in group})
    counts = {origin: int((people.origins[able] == origin).sum()) for origin in origins}
    known = bool(stated) and not hidden
    forms = Counter(form for need in group for form in need["engagement"] or ())
    return MenuLine(
        county=group[0]["district"],
        industry=industry,
        occupation_code=code or None,
        occupation=occupation_names().get(code, UNCODED),
        heads=rounded_heads(places) if known else None,
        heads_hidden=hidden,
        heads_stated=bool(stated),
        employers=None if hidden or employers < MIN_EMPLOYERS_SHOWN else employers,
        engagement=tuple(sorted(forms, key=lambda form: (-forms[form], form))),
        months=tuple(sorted({month for need in group for month in need.get("months") or ()})),
        pools=tuple(PoolCount(origin=name, people=_shown(count)) for name, count in counts.items()),
        gap=rounded_heads(max(places - sum(counts.values()), 0.0)) if known and code else None,
    )


def _able(group: Sequence[dict[str, Any]], people: _People, code: str) -> NDArray[np.bool_]:
    """Tell who of the occupation fails no hard rule of at least one of the needs."""
    able = np.zeros(len(people.columns), dtype=bool)
    if not code:
        return able
    for need in group:
        able |= people.columns.take_allowed(need, row_is_vacancy=True).mask
    own: NDArray[np.bool_] = np.equal(people.occupations, code).astype(bool)
    return able & own


def _shown(count: int) -> int | None:
    return None if 0 < count < LEAST_PEOPLE else rounded_heads(count)


def _order(region: Region, lines: Sequence[MenuLine]) -> Any:
    """Sort as the region lists counties and industries, the larger need first."""
    counties = {district.name: place for place, district in enumerate(region.districts)}
    industries = section_order(region.key_industries, [line.industry for line in lines])
    last = len(counties)

    def key(line: MenuLine) -> tuple[Any, ...]:
        county = counties.get(line.county, last + (line.county == OUTSIDE))
        return county, industries[line.industry], -(line.heads or 0), line.occupation_code or "~"

    return key


def menu_document(menu: DemandMenu) -> ListDocument:
    """Set a menu as one table a county after a summary of all.

    Parameters
    ----------
    menu
        The menu.

    Returns
    -------
    ListDocument
        Every sheet bears the banner of generated data where there are any.
    """
    counties = list(dict.fromkeys(line.county for line in menu.lines))
    columns = (
        "重点产业", "职业编码", "职业", "需求人数", "用人单位数", "引才方式", "工作月份",
        *(f"可用人数：{origin}" for origin in menu.origins), "缺口",
    )  # fmt: skip
    tables = [
        ListTable(
            name=county,
            columns=columns,
            rows=tuple(_cells(line) for line in menu.lines if line.county == county),
        )
        for county in counties
    ]
    return ListDocument(
        title=banner(f"{menu.region}人才需求菜单", synthetic=menu.synthetic),
        as_of=menu.as_of,
        synthetic=menu.synthetic,
        tables=(_overview(menu, counties), *tables),
        notes=_NOTES,
    )


def _overview(menu: DemandMenu, counties: Sequence[str]) -> ListTable:
    """Count lines by county and industry: no figure of an employer or a person."""
    rows = [
        (county, industry, len(own), sum(bool(line.gap) for line in own))
        for county in counties
        for industry in dict.fromkeys(line.industry for line in menu.lines if line.county == county)
        for own in [[line for line in menu.lines if (line.county, line.industry) == (county, industry)]]
    ]
    return ListTable(name="总览", columns=("区县", "重点产业", "职业数", "有缺口的职业数"), rows=tuple(rows))


def _cells(line: MenuLine) -> tuple[str | int | None, ...]:
    return (
        line.industry,
        line.occupation_code or MISSING,
        line.occupation,
        _printed(line.heads, line),
        HIDDEN if line.employers is None else line.employers,
        "、".join(line.engagement),
        "、".join(f"{month}月" for month in line.months),
        *(_people_printed(pool, line) for pool in line.pools),
        _printed(line.gap, line) if line.occupation_code else MISSING,
    )


def _people_printed(pool: PoolCount, line: MenuLine) -> int | str:
    if line.occupation_code is None:
        return MISSING
    return _FEW if pool.people is None else pool.people


def _printed(value: int | None, line: MenuLine) -> int | str:
    if line.heads_hidden:
        return HIDDEN
    if not line.heads_stated:
        return MISSING
    return _FEW if value is None else value
