"""Majors of a college and the open vacancies of a region that they lead to, telling on no employer.

Figures stand for occupations, where the catalogue's own protection decides what may be shown (too few or too
dominant employers, and whatever would give those away by the totals). A major adds up figures that are
shown, so that two majors compared tell nothing more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import pandas as pd
from pydantic import Field

from data.catalogue.disclosure import rounded_heads
from data.catalogue.entries import Catalogue, ShortageEntry
from data.catalogue.lists.colleges import college_entries
from data.catalogue.lists.documents import HIDDEN, MISSING, ListDocument, ListTable, banner
from data.catalogue.lists.market import Market
from data.catalogue.lists.rows import Headings, RowsRead
from data.catalogue.suppression import TOTAL, cross_table
from data.records import Outcome, Record
from data.reference import occupation_names
from matching.cooperation.cells import Numbered, read_numbered
from matching.cooperation.leads import Lead

__all__ = ["CollegeMajor", "MajorOutlook", "major_outlook", "open_on", "outlook_document", "read_majors"]

_OPEN = (Outcome.OPEN.value, Outcome.UNKNOWN.value)
_HEADINGS: Headings = {
    "number": ("序号", "编号"),
    "major": ("专业", "专业名称"),
    "graduates": ("毕业生人数", "本届毕业生", "毕业人数"),
}
_FIXED = ("专业", "毕业生人数", "对应依据", "职业编码", "职业名称", "紧缺等级", "需求人数", "用人单位数")
_NOTES = (
    "需求人数为仍在招聘的需求写明的人数，未写明的不推算，取整到5；人力资源服务机构代招不计入。",
    "不足三家单位、一家占七成以上或两家占九成以上的不公布（c），并作二次抑制；“<5”为取整后不足5人。",
    "“标准”为职业教育专业教学标准所列职业；“推断”为由相近专业推出，须由院校核对。",
    "同一职业可由几个专业通达，各专业的人数有重叠，不能相加。",
)

Figure = int | str


class CollegeMajor(Numbered):
    """A major that a college teaches."""

    major: str
    """Its name."""
    graduates: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    """People who finish this year; empty when not stated."""


class MajorOutlook(Record):
    """An occupation that a major leads to, with what is asked for in it."""

    major: str
    """The major."""
    graduates: int | None
    """People who finish this year; empty when not stated."""
    official: bool | None
    """True where the teaching standard names the occupation, False where it was inferred; empty for none."""
    occupation_code: str | None
    """Code of 大典 2022; empty for a major that leads nowhere known."""
    occupation_name: str
    """Its name."""
    level: str
    """How short the occupation is, by the region's 急需紧缺人才目录; empty where it is not in it."""
    heads: Figure
    """Places of open vacancies; ``c`` hidden, ``<5`` too few to round."""
    employers: Figure
    """Employers behind them; ``c`` hidden."""
    districts: dict[str, Figure]
    """Places by district."""


class _Asked(NamedTuple):
    """The places asked for in one occupation, by district and in all."""

    figures: Mapping[str, Figure]
    """As they may be shown."""
    employers: int
    """Employers behind them."""

    @classmethod
    def from_needs(cls, needs: pd.DataFrame) -> _Asked:
        """Add up the needs of one occupation; its districts and its total are published, nothing across."""
        rows = pd.Series(TOTAL, index=needs.index)
        shown, hidden = cross_table(
            needs["heads"], rows=rows, columns=needs["district"].astype(str), employers=needs["employer"]
        )
        places = list(shown.columns)
        values = zip(shown.iloc[0].tolist(), hidden.iloc[0].tolist(), strict=True)
        figures = {
            place: HIDDEN if secret else "<5" if (rounded := rounded_heads(value)) is None else rounded
            for place, (value, secret) in zip(places, values, strict=True)
        }
        return cls(figures, needs["employer"].nunique())

    def figure(self, place: str) -> Figure:
        """Return the figure of a district; zero where nobody asks for anybody."""
        return self.figures.get(place, 0)


_NOTHING = _Asked({}, 0)


def read_majors(path: Path, *, today: dt.date) -> RowsRead[CollegeMajor]:
    """Read a table of a college's majors."""
    return read_numbered(path, CollegeMajor, _HEADINGS, today=today)


def open_on(vacancies: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the vacancies that are still open on a day.

    Parameters
    ----------
    vacancies
        As from :func:`data.demand.read_demand`.
    day
        The day.

    Returns
    -------
    DataFrame
        Those that opened, were not closed and hold on that day.
    """
    begun = vacancies["opened_on"].map(lambda on: on is not None and on <= day).astype(bool)
    standing = vacancies["closed_on"].map(lambda on: on is None or on > day).astype(bool)
    valid = vacancies["valid_until"].map(lambda on: on is None or on >= day).astype(bool)
    return vacancies[begun & standing & valid & vacancies["outcome"].isin(_OPEN)]


def major_outlook(
    majors: Sequence[CollegeMajor],
    market: Market,
    leads: Mapping[str, Sequence[Lead]],
    *,
    catalogue: Catalogue[ShortageEntry] | None = None,
) -> tuple[MajorOutlook, ...]:
    """Put the open vacancies beside the majors that lead to them.

    Parameters
    ----------
    majors
        The majors of the college.
    market
        The region's market, made from the vacancies that :func:`open_on` keeps.
    leads
        The occupations that each major leads to, from :func:`matching.cooperation.leads.leads_of`.
    catalogue
        The region's shortage catalogue, for the level of each occupation.

    Returns
    -------
    tuple of MajorOutlook
        By major in the order given; one without an occupation where a major leads nowhere known.
    """
    needs = market.needs[market.needs["heads"] > 0]
    asked = {str(code): _Asked.from_needs(own) for code, own in needs.groupby("occupation_code")}
    levels = _levels(catalogue)
    places = [district.name for district in market.region.districts]
    return tuple(
        _outlook(major, lead, asked, places, levels)
        for major in majors
        for lead in (leads.get(major.major) or (None,))
    )


def outlook_document(outlook: Sequence[MajorOutlook], market: Market) -> ListDocument:
    """Set the outlook in print: by major, and by major and occupation.

    Parameters
    ----------
    outlook
        From :func:`major_outlook`.
    market
        The market that it was made from.

    Returns
    -------
    ListDocument
        Two tables.
    """
    places = tuple(district.name for district in market.region.districts)
    rows = tuple(
        (
            each.major, MISSING if each.graduates is None else each.graduates, _basis(each),
            each.occupation_code or MISSING, each.occupation_name or MISSING, each.level or MISSING,
            each.heads, each.employers, *(each.districts.get(place, 0) for place in places),
        )
        for each in outlook
    )  # fmt: skip
    by_major: dict[str, list[MajorOutlook]] = {}
    for each in outlook:
        by_major.setdefault(each.major, []).append(each)
    brief = tuple(
        (name, sum(one.occupation_code is not None for one in own), _sum([one.heads for one in own]))
        for name, own in by_major.items()
    )
    return ListDocument(
        title=banner(f"{market.region.name_zh}院校专业与在招需求", synthetic=market.synthetic),
        as_of=market.as_of,
        synthetic=market.synthetic,
        tables=(
            ListTable(name="按专业", columns=("专业", "通达的职业数", "需求人数"), rows=brief),
            ListTable(name="按专业和职业", columns=(*_FIXED, *places), rows=rows, brief=_FIXED),
        ),
        notes=_NOTES,
    )


def _outlook(
    major: CollegeMajor,
    lead: Lead | None,
    asked: Mapping[str, _Asked],
    places: Sequence[str],
    levels: Mapping[str, str],
) -> MajorOutlook:
    code = lead.occupation_code if lead else ""
    found = asked.get(code, _NOTHING)
    heads = found.figure(TOTAL)
    return MajorOutlook(
        major=major.major,
        graduates=major.graduates,
        official=lead.official if lead else None,
        occupation_code=code or None,
        occupation_name=occupation_names().get(code, ""),
        level=levels.get(code, ""),
        heads=heads,
        employers=HIDDEN if heads == HIDDEN else found.employers,
        districts={place: found.figure(place) for place in places},
    )


def _sum(figures: Sequence[Figure]) -> Figure:
    """Add up what is shown; what is not makes it a lower bound."""
    total = sum(each for each in figures if isinstance(each, int))
    if all(isinstance(each, int) for each in figures):
        return total
    return f"≥{total}" if total else HIDDEN


def _basis(outlook: MajorOutlook) -> str:
    if outlook.official is None:
        return "没有已知的对应"
    return "标准" if outlook.official else "推断"


def _levels(catalogue: Catalogue[ShortageEntry] | None) -> dict[str, str]:
    """Return the level of every occupation in the catalogue; of several entries the highest."""
    if catalogue is None:
        return {}
    entries = sorted((item.entry for item in college_entries(catalogue)), key=lambda entry: entry.star or 0)
    return {code: entry.level or "" for entry in entries for code in (entry.members or (entry.occ_code,))}
