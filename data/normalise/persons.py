"""Take what somebody is out of a profile's words: name, sex, age, family, origin, belief, health, school.

What a person offers stays. The statements are not kept anywhere, so no feature and no vector can hold them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from data.linter.pieces import SEPARATOR, rebuilt
from data.linter.scan import lint_terms, scan
from data.normalise.person_names import is_called, is_name, without_led
from data.normalise.person_words import AHEAD, CLAUSE, LABELLED, STATED, WITHIN
from data.normalise.schools import mask_schools
from data.reference import division_names

__all__ = ["person_terms", "without_person"]

_EDGE = " \t:：-—·"
_FROM = re.compile("人[氏士]?$")
_DIVISION = re.compile("(?:特别行政区|自治[区州县旗]|地区|[省市区县旗盟州])$")
_SHORTEST_PLACE = 2
_MOST_PASSES = 4
_SOMEBODY = "♂"  # one sign for any name: a clause of its own that goes with its separator


def without_person(text: str, *, title: bool = False) -> str:
    """Return a profile's text without what the person is called, is or comes from.

    Parameters
    ----------
    text
        A title or a summary, cleaned and with contacts hidden.
    title
        True for a title, in which a name can stand beside the work: 焊工（胡睿）.

    Returns
    -------
    str
        What the person did, can do and wants; the same text where nothing else stands in it, and empty where
        nothing is left.

    Examples
    --------
    >>> without_person("本人女，汉族，28岁，毕业于清华大学机械工程专业，做过五年焊接")
    '机械工程专业，做过五年焊接'
    """
    for _ in range(_MOST_PASSES):
        rest = scan(_pass(text, title)).kept
        if rest == text:
            break
        text = rest
    return text


def person_terms(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the listed terms of a profile that say what a person can do.

    Parameters
    ----------
    terms
        Skills, majors or licences.

    Returns
    -------
    tuple of str
        The terms in their order, without those that only say what the person is.

    Examples
    --------
    >>> person_terms(["焊接", "90后", "清华大学"])
    ('焊接',)
    """
    given = list(terms)
    usable = set(lint_terms(given)[0])
    kept = [without_person(term) if term in usable else "" for term in given]
    names = [is_name(i, given, kept, likely=False) for i in range(len(given))]
    return tuple(term for term, name in zip(kept, names, strict=True) if term.strip() and not name)


@lru_cache(maxsize=1 << 14)
def _pass(text: str, title: bool) -> str:
    parts = SEPARATOR.split(AHEAD.sub(_SOMEBODY, without_led(text)))
    clauses, separators = parts[0::2], parts[1::2]
    kept = [_kept(mask_schools(clause)) for clause in clauses]
    for i, clause in enumerate(clauses):
        likely = i > 0 if title else i == 0 and len(clauses) > 1
        if kept[i] == clause and is_name(i, clauses, kept, likely=likely):
            kept[i] = ""
    return text if "".join(parts) == text and kept == clauses else rebuilt(clauses, separators, kept)


def _kept(clause: str) -> str:
    """Return what stays of one clause."""
    words = clause.strip(_EDGE)
    if not words:
        return clause
    if CLAUSE.fullmatch(words) or LABELLED.fullmatch(words) or STATED.fullmatch(words) or is_called(words):
        return ""
    if _FROM.search(words) and _natives().fullmatch(words):
        return ""
    rest = WITHIN.sub("", clause)
    return clause if rest == clause else re.sub(r"^(?:我|本人)?(?:是|系)?(?:一[名位个])?$", "", rest)


@cache
def _natives() -> re.Pattern[str]:
    """Return a pattern of what says where somebody comes from: 鲅鱼圈人, 营口大石桥人."""
    names = {_DIVISION.sub("", name) for name in division_names().values()} | set(division_names().values())
    places = "|".join(sorted((name for name in names if len(name) >= _SHORTEST_PLACE), key=len, reverse=True))
    return re.compile(
        rf"(?:本人|我|是|系|来自|土生土长的?|地道的?|老家|祖籍)*(?:(?:{places})[省市区县]?){{1,3}}本?地?人[氏士]?"
    )
