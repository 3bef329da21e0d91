"""Education and skill level as stated: 大专及以上, 统招本科, 三级/高级工, 国家职业资格二级."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

from data.errors import CellError
from data.normalise.text import clean, is_nothing
from data.records import Education, SkillLevel

__all__ = ["parse_education", "parse_skill_level"]

_Level = TypeVar("_Level", bound=StrEnum)

_ANY = re.compile("不限|不作?要求|无要求|无学历|不要求|均可|不做要求")
_PREFERRED = re.compile(r"[^,;、/。\s(]*优先[^,;、/。\s)]*")
# Longer names first: 大学专科 is no 大学, 职高 no 高职.
_EDUCATION = re.compile(
    "(?P<DOCTOR>博士(?:研究生)?|ph\\.?d|doctor)"
    "|(?P<MASTER>硕士(?:研究生)?|研究生|mba|emba|mpa|mpacc|master)"
    "|(?P<COLLEGE>大学专科|大专|专科|高职|高专)"
    "|(?P<SECONDARY>职高|职业高中|高中|中专|中技|技校|技工学校|中职|中等专业|普高)"
    "|(?P<BACHELOR>专升本|本科|学士|大学(?!生|毕业生)|本硕|bachelor)"
    "|(?P<JUNIOR>初中|九年义务)"
    "|(?P<PRIMARY>小学|文盲)"
)
_SKILL = re.compile(
    "(?P<CHIEF_TECHNICIAN>首席技师)"
    "|(?P<SPECIAL_TECHNICIAN>特级技师)"
    "|(?P<SENIOR_TECHNICIAN>高级技师|[一1]级)"
    "|(?P<TECHNICIAN>技师|[二2]级)"
    "|(?P<SENIOR>高级(?:技工|技能|工(?![程艺]))|[三3]级|^高级$)"
    "|(?P<INTERMEDIATE>中级(?:技工|技能|工(?![程艺]))|[四4]级|^中级$)"
    "|(?P<JUNIOR>初级(?:技工|技能|工(?![程艺]))|[五5]级|^初级$)"
    "|(?P<APPRENTICE>学徒)"
)
_LONGEST = 100


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
        found = _levels(_EDUCATION, _PREFERRED.sub("", plain), Education)
        if not found and _ANY.search(plain):
            return Education.ANY
        if found or _EDUCATION.search(plain):
            return _end(found, highest=highest)
    raise CellError(
        "education_unreadable",
        f"学历“{text[:40]}”无法识别",
        hint="请填：不限、初中、高中/中专、大专、本科、硕士或博士",
    )


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
    named = {match.lastgroup for match in pattern.finditer(plain)}
    return [level for level in levels if level.name in named]


def _end(found: list[_Level], *, highest: bool) -> _Level | None:
    return (found[-1] if highest else found[0]) if found else None
