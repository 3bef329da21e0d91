"""Education and skill level as stated: 大专及以上, 统招本科, 三级/高级工, 大专或高级工.

::

    education   := level (mark level)* [及以上]     of several the lowest is what is asked for
    level       := 小学 … 博士, their common names, English and Russian; 高级工班 as 大专, 技师班 as 本科
    skill level := 学徒工 … 首席技师 | 五级 … 一级 | 初级, 中级, 高级 standing alone or behind 工
    alternative := education (或|/|、|（) skill level [(或同等技能等级)]
    open        := 不限 | 不要求 …

What is merely 优先 is no demand; 大专以下 sets no lower end, and 可放宽至高中 lets only some off. 全日制 and
the like are the linter's. 高级工程师 is a 职称, no level.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple, TypeVar

from data.errors import CellError
from data.normalise.text import clean, is_nothing
from data.records import Education, SkillLevel

__all__ = ["Qualification", "parse_education", "parse_qualification", "parse_skill_level"]

_Level = TypeVar("_Level", bound=StrEnum)

_ANY = re.compile("无需|不需|不必|不限|不作?要求|无要求|无学历|不要求|均可|不做要求")
# A level that is not asked for, that is the highest welcome, or that only some are let off to.
_NEGATED = re.compile(r"(?:不要求|无需|不需要?|不必)[^,;、/。\s]*")
_UP_TO = re.compile(r"[^,;、/。\s(]*以下(?!勿|免|不|请)")
_LET_OFF = re.compile(r"[(,;]?[^,;()]*放宽[^,;()]*\)?")
_PREFERRED = re.compile(r"[^,;、/。\s(]*优先[^,;、/。\s)]*")
# Longer names first: 大学专科 is no 大学, 职高 no 高职.
_EDUCATION = re.compile(
    "(?P<DOCTOR>博士(?:研究生)?|ph\\.?d|doctor|доктор наук|кандидат наук)"
    "|(?P<MASTER>硕士(?:研究生)?|研究生|mba|emba|mpa|mpacc|master|магистр)"
    "|(?P<COLLEGE>大学专科|大专|专科|高职(?!本科)|高专|高级工班|高级技工班|associate|college diploma|колледж)"
    "|(?P<BACHELOR>(?:职业|高职)本科|预备技师|技师班|высшее|бакалавр)"
    "|(?P<SECONDARY>中级工班|high school|средн|职高|职业高中|高中|中专|中技|技校|技工学校|中职|中等专业|普高)"
    "|(?P<BACHELOR_DEGREE>专升本|本科|学士|双学位|大学(?!生|毕业生)|本硕|bachelor)"
    "|(?P<JUNIOR>初中|九年义务)"
    "|(?P<PRIMARY>小学|文盲)"
)
_SKILL_WORDS = re.compile("首席技师|特级技师|技师(?!班)|[高中初]级(?:技工|技能|工(?![程艺]))(?!班)|学徒")
_SKILL = re.compile(
    "(?P<CHIEF_TECHNICIAN>首席技师)"
    "|(?P<SPECIAL_TECHNICIAN>特级技师)"
    "|(?P<SENIOR_TECHNICIAN>高级技师|[一1]级)"
    "|(?P<TECHNICIAN>技师|[二2]级)"
    "|(?P<SENIOR>高级(?:技工|技能|工(?![程艺]))|[三3]级|(?:^|(?<=工))高级$)"
    "|(?P<INTERMEDIATE>中级(?:技工|技能|工(?![程艺]))|[四4]级|(?:^|(?<=工))中级$)"
    "|(?P<JUNIOR>初级(?:技工|技能|工(?![程艺]))|[五5]级|(?:^|(?<=工))初级$)"
    "|(?P<APPRENTICE>学徒)"
)
_LONGEST = 100


class Qualification(NamedTuple):
    """What an employer asks for: an education, a skill level, or the one or the other."""

    education: Education | None
    """Lowest education asked for; empty where only a skill level is named."""
    skill_level: SkillLevel | None
    """Lowest skill level named, which is as good as the education beside it."""


def parse_qualification(text: str) -> Qualification:
    """Return the education and the skill level that a cell 学历（或同等技能等级） states.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    Qualification
        Both empty for an empty cell.

    Raises
    ------
    CellError
        ``education_unreadable``, where neither is named.

    Examples
    --------
    >>> [each.value for each in parse_qualification("大专或高级工及以上")]
    ['大专', '高级工']
    """
    plain = clean(text).lower()
    named = "".join(f"{match[0]}、" for match in _SKILL_WORDS.finditer(_PREFERRED.sub("", plain[:_LONGEST])))
    level = parse_skill_level(named) if named else None
    if level is not None and not _EDUCATION.search(plain) and not _ANY.search(plain):
        return Qualification(None, level)
    return Qualification(parse_education(text), level)


def parse_education(text: str, *, highest: bool = False) -> Education | None:
    """Return the education that a cell states.

    Parameters
    ----------
    text
        The cell as received.
    highest
        Take the highest level named (a person's own) instead of the lowest (an employer's demand).

    Returns
    -------
    Education or None
        ``ANY`` for 学历不限; nothing for an empty cell and for a level that is merely 优先.

    Raises
    ------
    CellError
        ``education_unreadable``.

    Examples
    --------
    >>> parse_education("硕士优先，本科及以上").value
    '本科'
    """
    plain = clean(text).lower()
    if is_nothing(plain):
        return None
    if len(plain) <= _LONGEST:
        found = _levels(_EDUCATION, plain if highest else _demanded(plain), Education)
        if not found and (_ANY.search(plain) or (not highest and _UP_TO.search(plain))):
            return Education.ANY
        if found or _EDUCATION.search(plain):
            return _end(found, highest=highest)
    raise CellError(
        "education_unreadable",
        f"学历“{text[:40]}”无法识别",
        hint="请填：不限、初中、高中/中专、大专、本科、硕士或博士",
    )


def _demanded(plain: str) -> str:
    """Return a cell without the levels in it that are no lower end of what is asked for."""
    for pattern in (_LET_OFF, _NEGATED, _UP_TO, _PREFERRED):
        plain = pattern.sub("", plain)
    return plain


def parse_skill_level(text: str, *, highest: bool = False) -> SkillLevel | None:
    """Return the 技能等级 that a cell states.

    Parameters
    ----------
    text
        The cell as received.
    highest
        Take the highest level named (a person's own) instead of the lowest (an employer's demand).

    Returns
    -------
    SkillLevel or None
        Nothing for an empty cell and for 不限.

    Raises
    ------
    CellError
        ``skill_level_unreadable``; a 职称 is not a 技能等级.

    Examples
    --------
    >>> parse_skill_level("三级/高级工").value
    '高级工'
    """
    plain = clean(text).lower()
    if is_nothing(plain) or _ANY.search(plain):
        return None
    found = _levels(_SKILL, plain, SkillLevel)
    if not found or len(plain) > _LONGEST:
        raise CellError(
            "skill_level_unreadable",
            f"技能等级“{text[:40]}”无法识别",
            hint="请填学徒工、初级工、中级工、高级工、技师、高级技师、特级技师或首席技师",
        )
    return _end(found, highest=highest)


def _levels(pattern: re.Pattern[str], plain: str, levels: type[_Level]) -> list[_Level]:
    """Return the levels named, in the order of the enumeration."""
    named = {(match.lastgroup or "").removesuffix("_DEGREE") for match in pattern.finditer(plain)}
    return [level for level in levels if level.name in named]


def _end(found: list[_Level], *, highest: bool) -> _Level | None:
    return (found[-1] if highest else found[0]) if found else None
