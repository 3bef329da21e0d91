"""Every parser of one cell by its name, with its reading as plain data and in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from data.errors import CellError
from data.normalise.dates import parse_date
from data.normalise.education import Qualification, parse_qualification, parse_skill_level
from data.normalise.engagement import parse_engagement
from data.normalise.experience import parse_experience
from data.normalise.headcount import parse_headcount
from data.normalise.majors import parse_majors
from data.normalise.months import parse_months
from data.normalise.place import parse_place
from data.normalise.salary import parse_salary
from data.normalise.time_share import parse_time_share
from data.normalise.validity import Validity, parse_validity
from data.records import Salary, YearRange
from data.reference.tables import division_names

__all__ = ["Circumstances", "ParserName", "Reading", "read_text", "reading_in_words"]


class ParserName(StrEnum):
    """A parser of one cell."""

    SALARY = "salary"
    """薪酬."""
    EDUCATION = "education"
    """学历（或同等技能等级）."""
    EXPERIENCE = "experience"
    """工作年限."""
    HEADCOUNT = "headcount"
    """需求人数."""
    PLACE = "place"
    """工作地点."""
    DATE = "date"
    """日期."""
    MAJORS = "majors"
    """专业."""
    ENGAGEMENT = "engagement"
    """引才方式."""
    TIME_SHARE = "time-share"
    """时间投入."""
    MONTHS = "months"
    """工作月份或可到岗月份."""
    SKILL_LEVEL = "skill-level"
    """技能等级."""
    VALIDITY = "validity"
    """有效期."""


class Circumstances(NamedTuple):
    """What a cell does not say itself."""

    today: dt.date
    """Day of reading."""
    region_codes: Sequence[str] = ()
    """GB/T 2260 codes of the region at work."""
    header: str = ""
    """Heading of the column, for a unit of pay that stands there."""


class Reading(NamedTuple):
    """One text and what a parser made of it."""

    text: str
    """The text as given."""
    value: Any
    """The value as plain data; None where nothing is stated, and where it cannot be read."""
    error: CellError | None
    """Why it cannot be read."""


_PARSERS: Mapping[ParserName, Callable[[str, Circumstances], object]] = {
    ParserName.SALARY: lambda text, given: parse_salary(text, header=given.header),
    ParserName.EDUCATION: lambda text, _: parse_qualification(text),
    ParserName.EXPERIENCE: lambda text, _: parse_experience(text),
    ParserName.HEADCOUNT: lambda text, _: parse_headcount(text),
    ParserName.PLACE: lambda text, given: parse_place(text, region_codes=given.region_codes),
    ParserName.DATE: lambda text, given: parse_date(text, today=given.today),
    ParserName.MAJORS: lambda text, _: parse_majors(text),
    ParserName.ENGAGEMENT: lambda text, _: parse_engagement(text),
    ParserName.TIME_SHARE: lambda text, _: parse_time_share(text),
    ParserName.MONTHS: lambda text, _: parse_months(text),
    ParserName.SKILL_LEVEL: lambda text, _: parse_skill_level(text),
    ParserName.VALIDITY: lambda text, given: parse_validity(text, today=given.today),
}
_NOTHING = "（留空）"


def read_text(name: ParserName, text: str, given: Circumstances) -> Reading:
    """Read one text with one parser.

    Parameters
    ----------
    name
        The parser.
    text
        The cell as received.
    given
        What the cell does not say itself.

    Returns
    -------
    Reading
        With the error instead of raising it.

    Examples
    --------
    >>> read_text(ParserName.HEADCOUNT, "招3人", Circumstances(dt.date(2026, 4, 1))).value
    3
    """
    try:
        value = _PARSERS[name](text, given)
    except CellError as error:
        return Reading(text, None, error)
    return Reading(text, _plain(name, value), None)


def _plain(name: ParserName, value: object) -> Any:
    """Return a value of a parser in types that JSON has; empty values as None."""
    if name is ParserName.PLACE and value is not None:
        return {"code": value, "name": division_names()[str(value)]}
    if isinstance(value, (Salary, YearRange)):
        return value.model_dump(mode="json")
    if isinstance(value, (Qualification, Validity)):
        fields = {field: _json(each) for field, each in value._asdict().items()}
        return None if name is ParserName.EDUCATION and not any(fields.values()) else fields
    if isinstance(value, tuple):
        return [_json(each) for each in value] or None
    return _json(value)


def _json(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {field: _json(each) for field, each in value._asdict().items()}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def reading_in_words(name: ParserName, reading: Reading) -> str:
    """Return a reading for people, in Chinese.

    Parameters
    ----------
    name
        The parser.
    reading
        What it read.

    Returns
    -------
    str
        The value, ``（留空）`` for nothing, or the error's code in brackets.

    Examples
    --------
    >>> reading = read_text(ParserName.EXPERIENCE, "3-5年", Circumstances(dt.date(2026, 4, 1)))
    >>> reading_in_words(ParserName.EXPERIENCE, reading)
    '3–5 年'
    """
    if reading.error is not None:
        return f"[{reading.error.code}]"
    return _NOTHING if reading.value is None else _WORDS[name](reading.value)


def _span(low: float | None, high: float | None, unit: str) -> str:
    if low is None or high is None:
        return f"不低于 {low:g} {unit}" if high is None else f"不高于 {high:g} {unit}"
    return f"{low:g} {unit}" if low == high else f"{low:g}–{high:g} {unit}"


def _salary(value: dict[str, Any]) -> str:
    if value["negotiable"]:
        return "面议"
    months = "" if value["months"] == 12 else f"，{value['months']:g} 薪"
    tax = "，税后" if value["after_tax"] else ""
    return f"{_span(value['low'], value['high'], '元/月')}（按{value['period']}{months}{tax}）"


def _qualification(value: dict[str, Any]) -> str:
    return " 或 ".join(filter(None, (value["education"], value["skill_level"])))


def _years(value: dict[str, Any]) -> str:
    if value["high"] is None and value["low"] == 0:
        return "不限"
    return _span(value["low"], value["high"], "年")


def _majors(value: list[dict[str, Any]]) -> str:
    return "、".join(
        f"{term['name']}（类 {' '.join(term['class_codes'])}）" if term["class_codes"] else term["name"]
        for term in value
    )


def _validity(value: dict[str, Any]) -> str:
    if value["until"]:
        return f"至 {value['until']}"
    months = f"{value['months']} 个月" if value["months"] else ""
    days = f"{value['days']} 天" if value["days"] else ""
    return f"自发布日起 {months}{days}" if months or days else "长期"


_WORDS: Mapping[ParserName, Callable[[Any], str]] = {
    ParserName.SALARY: _salary,
    ParserName.EDUCATION: _qualification,
    ParserName.EXPERIENCE: _years,
    ParserName.HEADCOUNT: lambda value: f"{value} 人",
    ParserName.PLACE: lambda value: f"{value['code']} {value['name']}",
    ParserName.DATE: str,
    ParserName.MAJORS: _majors,
    ParserName.ENGAGEMENT: "、".join,
    ParserName.TIME_SHARE: lambda value: f"全职的 {100 * value:g}%",
    ParserName.MONTHS: lambda value: "、".join(map(str, value)) + " 月",
    ParserName.SKILL_LEVEL: str,
    ParserName.VALIDITY: _validity,
}
