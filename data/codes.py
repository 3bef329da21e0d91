"""The four things that texts are coded to, their code tables, and what the spellings of one text share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from itertools import takewhile

from rapidfuzz import fuzz, process

from data.errors import UnknownName
from data.normalise.text import clean
from data.reference import industry_names, major_names, occupation_names, skill_names
from data.vacancies import normalise_title

__all__ = ["CodingKind", "alias_key", "code_names", "resolve_code"]

_INDUSTRY_MARKS = re.compile(r"[\s/、,;|丨·.()\[\]'\"\-—_&+]+")
_MAJOR_ENDS = re.compile(
    r"(?:等?(?:及|和)?(?:其他)?(?:相关|相近|类似|对口)+)?(?:专业|方向|学科)*(?:优先|均可)?等?$"
)
_NEAREST = 3


class CodingKind(StrEnum):
    """What a text is coded to; the value is the ``kind`` of a review and of an alias."""

    OCCUPATION = "occupation"
    """职业: 大典 2022."""
    INDUSTRY = "industry"
    """行业: GB/T 4754-2017."""
    MAJOR = "major"
    """专业: the catalogues of the ministry of education."""
    SKILL = "skill"
    """能力: the product's own vocabulary."""


def alias_key(kind: CodingKind, text: str) -> str:
    """Return what the spellings of one text share: the key under which a decision is kept.

    Parameters
    ----------
    kind
        What the text is coded to.
    text
        The text as written.

    Returns
    -------
    str
        Empty for a text without any character.

    Examples
    --------
    >>> alias_key(CodingKind.OCCUPATION, "急聘 焊工（6-8K）")
    '焊工'
    >>> alias_key(CodingKind.INDUSTRY, "互联网 / 电子商务")
    '互联网/电子商务'
    >>> alias_key(CodingKind.MAJOR, "机械类相关专业")
    '机械类'
    """
    if kind is CodingKind.OCCUPATION:
        return normalise_title(text)
    folded = clean(text).lower()
    if kind is CodingKind.INDUSTRY:
        return _INDUSTRY_MARKS.sub("/", folded).strip("/")
    if kind is CodingKind.MAJOR:
        bare = folded.replace(" ", "")
        return _MAJOR_ENDS.sub("", bare) or bare
    return folded


def code_names(kind: CodingKind) -> Mapping[str, str]:
    """Return the name of every code of one kind, all levels."""
    return _TABLES[kind]()


def resolve_code(kind: CodingKind, given: str) -> str:
    """Return the code that a person means by a code or an exact name.

    Parameters
    ----------
    kind
        Whose codes.
    given
        A code, or the name of exactly one.

    Returns
    -------
    str
        The code.

    Raises
    ------
    UnknownName
        It is neither, or several codes have this name.

    Examples
    --------
    >>> resolve_code(CodingKind.OCCUPATION, "焊工")
    '6-18-02-04'
    """
    names = code_names(kind)
    text = clean(given)
    if text in names:
        return text
    named = _by_name(kind).get(text.lower(), ())
    if len(named) == 1:
        return named[0]
    if named:
        raise UnknownName(
            "code_ambiguous",
            f"“{given}”是{len(named)}个代码的名称：{'、'.join(named[:8])}",
            hint="请直接写代码",
        )
    near = "；".join(f"{code} {names[code]}" for code in _nearest(kind, text))
    raise UnknownName("code_unknown", f"没有代码或名称“{given}”", hint=f"最接近的是：{near}")


def _nearest(kind: CodingKind, text: str) -> list[str]:
    """Return the codes whose name holds the text or is spelt most alike; for a code, those that begin so."""
    names = code_names(kind)
    if text[:1].isascii() and any(mark.isdigit() for mark in text):
        return sorted(names, key=lambda code: -_shared(code, text))[:_NEAREST]
    holding = [
        code for code in sorted(names, key=lambda code: len(names[code])) if text and text in names[code]
    ]
    alike = [code for _, _, code in process.extract(text, names, scorer=fuzz.ratio, limit=_NEAREST)]
    return list(dict.fromkeys([*holding, *alike]))[:_NEAREST]


def _shared(left: str, right: str) -> int:
    """Return the number of first characters that two codes share."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


@cache
def _by_name(kind: CodingKind) -> dict[str, tuple[str, ...]]:
    """Return the codes of every name; where levels repeat a name, only the finest code counts."""
    found: dict[str, tuple[str, ...]] = {}
    for code, name in code_names(kind).items():
        others = tuple(other for other in found.get(name.lower(), ()) if not code.startswith(other))
        found[name.lower()] = (*others, code)
    return found


_TABLES = {
    CodingKind.OCCUPATION: occupation_names,
    CodingKind.INDUSTRY: industry_names,
    CodingKind.MAJOR: major_names,
    CodingKind.SKILL: skill_names,
}
