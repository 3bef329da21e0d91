"""院校版: the 急需紧缺人才目录 by major, for colleges that open, widen or close one.

A major leads to an occupation by the official teaching standards, or because employers name it; both are
said apart. Every figure is the catalogue's own, suppressed where it is suppressed there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from data.catalogue.entries import Catalogue, ObsStatus, ShortageEntry, published
from data.catalogue.lists.documents import HIDDEN, MISSING, ListDocument, ListTable, banner
from data.normalise.majors import parse_majors
from data.records import Record
from data.reference import major_names, major_occupations, majors

__all__ = ["Basis", "MajorEntry", "college_document", "college_entries"]

_COLUMNS = (
    "专业代码", "专业名称", "专业层次", "专业类", "对应依据", "条目编码", "重点产业", "职业编码", "职业名称",
    "星级", "等级", "紧缺指数", "可信度", "近六个月需求人数", "供给人数", "求人倍率", "两季度展望",
    "四季度展望", "培养周期（年）", "数据性质",
)  # fmt: skip
_BRIEF = (
    "专业代码", "专业名称", "专业层次", "对应依据", "职业名称", "等级", "近六个月需求人数", "培养周期（年）",
)  # fmt: skip
_LEAD_YEARS = {"中等职业教育": 3, "高等职业教育专科": 3, "高等职业教育本科": 4, "普通本科": 4}
_NOTES = (
    "专业与职业的对应，“标准”来自职业教育专业教学标准所列职业，“用人单位”来自招聘信息写明的专业"
    "（至少两家单位写明）；写明专业类的，对应到该类。",
    "各项数字与急需紧缺人才目录同一版次相同；c 为保密（不是零），x 为缺或暂不评价。",
    "培养周期按该层次的通常学制，从招生到毕业；订单培养、在岗培训另计。展望不足以覆盖培养周期，"
    "增设专业须另作长期研判。",
    "没有列出的专业表示本版没有对应条目，不表示没有需求。",
)


class Basis(StrEnum):
    """Why a major stands beside an occupation."""

    STANDARD = "标准"
    """The official teaching standard names the occupation."""
    EMPLOYER = "用人单位"
    """Employers name the major."""
    BOTH = "标准、用人单位"
    """Both."""


class MajorEntry(Record):
    """One entry of the catalogue under one major."""

    major_code: str
    """Code of the major, or of the class of majors that employers name."""
    major_name: str
    """Its name."""
    level: str
    """Level of the major; empty for a class."""
    class_name: str
    """Class that it belongs to."""
    basis: Basis
    """Why it stands here."""
    lead_years: int | None
    """Usual length of study, in years; empty for a class and for a graduate discipline."""
    entry: ShortageEntry
    """The entry, as published."""


def college_entries(catalogue: Catalogue[ShortageEntry]) -> tuple[MajorEntry, ...]:
    """Put every entry under the majors that lead to it.

    Parameters
    ----------
    catalogue
        The shortage catalogue.

    Returns
    -------
    tuple of MajorEntry
        By major code, the highest stars first; empty for a catalogue without entries.
    """
    shown = published(catalogue)
    found = [item for entry in shown.entries if isinstance(entry, ShortageEntry) for item in _of_entry(entry)]
    return tuple(
        sorted(found, key=lambda m: (m.major_code, -(m.entry.star or 0), -(m.entry.S or 0), m.entry.entry_id))
    )


def _of_entry(entry: ShortageEntry) -> Iterable[MajorEntry]:
    occupations = entry.members or (entry.occ_code,)
    standard = {major for code in occupations for major in _standards().get(code, ())}
    stated = {code for text in entry.major_codes for code in _codes_of(text)}
    for code in sorted(standard | stated):
        level, class_name = _about(code)
        yield MajorEntry(
            major_code=code,
            major_name=major_names().get(code, code),
            level=level,
            class_name=class_name,
            basis=_basis(by_standard=code in standard, by_employers=code in stated),
            lead_years=_LEAD_YEARS.get(level),
            entry=entry,
        )


def _basis(*, by_standard: bool, by_employers: bool) -> Basis:
    if by_standard and by_employers:
        return Basis.BOTH
    return Basis.STANDARD if by_standard else Basis.EMPLOYER


def _codes_of(text: str) -> tuple[str, ...]:
    """Return the codes of what employers write for a major: a code, a major of any level, or a class."""
    if text in major_names():
        return (text,)
    return tuple(
        code
        for term in parse_majors(text)
        for code in (term.class_codes or _codes_by_name().get(term.name, ()))
    )


def _about(code: str) -> tuple[str, str]:
    """Return the level and the class of a major; a class has no level and is its own."""
    return _traits().get(code, ("", major_names().get(code, "")))


@cache
def _traits() -> dict[str, tuple[str, str]]:
    table = majors()
    return {
        code: (level, name)
        for code, level, name in zip(table["code"], table["level"], table["class_name"], strict=True)
    }


@cache
def _codes_by_name() -> dict[str, tuple[str, ...]]:
    table = majors()
    found: dict[str, list[str]] = defaultdict(list)
    for name, code in zip(table["name"], table["code"], strict=True):
        found[name].append(code)
    return {name: tuple(codes) for name, codes in found.items()}


@cache
def _standards() -> dict[str, tuple[str, ...]]:
    """Return the majors whose teaching standard names an occupation."""
    table = major_occupations()
    found: dict[str, list[str]] = defaultdict(list)
    for major, occupation in zip(table["major_code"], table["occupation_code"], strict=True):
        found[occupation].append(major)
    return {occupation: tuple(codes) for occupation, codes in found.items()}


def college_document(catalogue: Catalogue[ShortageEntry], *, listed_only: bool = False) -> ListDocument:
    """Set the edition for colleges in print.

    Parameters
    ----------
    catalogue
        The shortage catalogue.
    listed_only
        Leave out entries that are not listed as 急需紧缺.

    Returns
    -------
    ListDocument
        One row per major and entry.
    """
    items = [item for item in college_entries(catalogue) if item.entry.listed or not listed_only]
    title = f"{catalogue.region}急需紧缺人才目录·院校版（{catalogue.edition}版）"
    return ListDocument(
        title=banner(title, synthetic=catalogue.synthetic),
        as_of=catalogue.as_of,
        synthetic=catalogue.synthetic,
        tables=(ListTable(name="院校版", columns=_COLUMNS, rows=tuple(map(_row, items)), brief=_BRIEF),),
        notes=(*_NOTES, f"方法版本 {catalogue.method_version}，数据快照 {catalogue.snapshot}"),
    )


def _row(item: MajorEntry) -> tuple[str | int | float | None, ...]:
    entry = item.entry
    return (
        item.major_code,
        item.major_name,
        item.level or None,
        item.class_name or None,
        item.basis.value,
        entry.entry_id,
        entry.section,
        entry.occ_code,
        entry.occ_name,
        _figure(entry, "star"),
        entry.level,
        _figure(entry, "S"),
        entry.confidence.value,
        _figure(entry, "demand_heads"),
        _figure(entry, "supply_heads"),
        _figure(entry, "ratio"),
        _figure(entry, "forecast_h2"),
        _figure(entry, "forecast_h4"),
        MISSING if item.lead_years is None else item.lead_years,
        "合成数据" if entry.synthetic else "真实数据",
    )


def _figure(entry: ShortageEntry, field: str) -> str | int | float:
    """Return a figure, or the mark of why it is not there."""
    value: str | int | float | None = getattr(entry, field)
    if value is not None:
        return value
    return HIDDEN if entry.obs_status.get(field) is ObsStatus.CONFIDENTIAL else MISSING
