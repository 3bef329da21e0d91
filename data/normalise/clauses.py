"""Take out of a text the clauses that demand what the product may not use.

A text is cut at punctuation, brackets and item numbers. A clause with a demand on sex, age, ethnicity,
religion, marriage, 户籍, carrier status, disability, looks, photograph or school tier goes, and so does one
that says 不限 of them; where such words sit inside a lawful demand (统招本科及以上) only the words go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ahocorasick_rs import AhoCorasick

from data.normalise.contacts import mask_contacts
from data.normalise.excluded import DEMAND, HINTS, LOOSE, LOOSE_TIER, WORDS

__all__ = ["split_excluded", "usable_terms"]

_MARKER = (
    r"(?<![^\s。;；:：,，、])[(（]?[0-9]{1,2}[)）.、．](?![0-9])"
    r"|(?<=[\u4e00-\u9fa5])1?[0-9][.、．](?=[^0-9])|[①-⑳]"
)
_OPEN, _CLOSE = "（(【\\[", "）)】\\]"
_SEPARATOR = re.compile(
    rf"((?:{_MARKER}|[。;；!！?？,，、\n\r{_OPEN}{_CLOSE}]|(?<![0-9])[ \t\u3000]+(?![0-9])"
    r"|(?<=[\u4e00-\u9fa5）)])[+/](?=[\u4e00-\u9fa5A-Z]))+)"
)
_LAST_MARKER = re.compile(f"(?:{_MARKER})$")
_EMPTY_BRACKETS = re.compile(rf"[{_OPEN}][\s,，、;；。]*[{_CLOSE}]")
_AFTER_OPEN = re.compile(rf"([{_OPEN}])[\s,，、;；。+/]+")
_BEFORE_CLOSE = re.compile(rf"[\s,，、;；。+/]+([{_CLOSE}])")
_ANY_BRACKET = re.compile(f"[{_OPEN}{_CLOSE}]")
_STRENGTH = ("\n", "。!！?？", ";；", ",，", "、/+", " ")
_STARTS = " ,，、;；。\n+/"
_DEGREE = re.compile("本科|大专|专科|专升本|硕士|博士|研究生|高中|中专")
_UNDERGRADUATE = re.compile("[一二]本|重点本科")
_REST = re.compile(
    "[\\s:：]*(?:要求|需|须|限|必须|优先|考虑|招|以上|及|为|的|者|可|请|最好|条件|其他)*[\\s:：]*"
)
_SHORT_CLAUSE = 20
_RESIDENT = re.compile("(?:本[地市县区]|当地|城镇|农村|辽宁|营口)?(?:户口本?|户籍)")
_SHORT_TEXT = 60


def split_excluded(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without the clauses that may not be used, and those clauses.

    Parameters
    ----------
    text
        A title, duties or a summary, as from :func:`data.normalise.text.clean_prose`.

    Returns
    -------
    tuple of str and tuple of str
        The text that may be used, and the clauses as written, each once, in order; the same text and no
        clauses where nothing was found, as for empty input.

    Examples
    --------
    >>> split_excluded("会计（限女性）")
    ('会计', ('限女性',))
    """
    if not _hints().find_matches_as_indexes(text):
        return text, ()
    parts = _SEPARATOR.split(text)
    clauses, separators = parts[0::2], parts[1::2]
    title_like = len(text) <= _SHORT_TEXT and "\n" not in text
    kept = [_kept(clause, cut=title_like and i == 0) for i, clause in enumerate(clauses)]
    _drop_loose(clauses, separators, kept)
    excluded = [clause.strip() for clause, rest in zip(clauses, kept, strict=True) if rest != clause]
    if not excluded:
        return text, ()
    return _rebuilt(clauses, separators, kept), tuple(dict.fromkeys(excluded))


def usable_terms(terms: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of some listed terms may be used, and which are excluded demands.

    A term stands alone, so a bare 985 or 女 is a demand here; contacts are hidden.

    Parameters
    ----------
    terms
        Skills, majors or licences.

    Returns
    -------
    tuple of two tuples of str
        Terms to use and terms to keep apart, both in the given order.

    Examples
    --------
    >>> usable_terms(["焊接", "985", "女性优先"])
    (('焊接',), ('985', '女性优先'))
    """
    given = [mask_contacts(term) for term in terms]
    excluded = tuple(
        term
        for term in given
        if split_excluded(term)[1]
        or LOOSE.fullmatch(term)
        or LOOSE_TIER.fullmatch(term)
        or _RESIDENT.fullmatch(term)
    )
    return tuple(term for term in given if term not in excluded), excluded


@cache
def _hints() -> AhoCorasick:
    return AhoCorasick(HINTS)


def _cut(clause: str) -> str:
    """Return a clause without the words of its demands; nothing when only filling words are left."""
    rest = DEMAND.sub("", clause).strip()
    return "" if _REST.fullmatch(rest) else rest


def _kept(clause: str, *, cut: bool) -> str:
    """Return what may stay of a clause: all of it, part of it or nothing."""
    if not _hints().find_matches_as_indexes(clause) or DEMAND.search(clause) is None:
        return clause
    words = WORDS.sub(lambda match: "本科" if _UNDERGRADUATE.match(match[0]) else "", clause)
    rest = words.strip().replace("本科本科", "本科")
    lawful = DEMAND.search(rest) is None
    if lawful and _DEGREE.search(rest):
        return rest
    if cut or len(clause) > _SHORT_CLAUSE or (lawful and _keeps_work(clause, rest)):
        return _cut(clause)
    rest = _cut(clause)
    return rest if _DEGREE.search(rest) else ""


def _keeps_work(clause: str, rest: str) -> bool:
    """Tell whether only the sex was named before a kind of work: 招聘男女普工 leaves 招聘普工."""
    return len(clause) - len(rest) <= 2 and not _REST.fullmatch(rest)


def _drop_loose(clauses: list[str], separators: list[str], kept: list[str]) -> None:
    """Drop the words that are a demand only beside another one, or alone in brackets."""
    order = [*range(len(clauses)), *reversed(range(len(clauses)))]
    for i in order:
        clause = clauses[i].strip()
        if kept[i] != clauses[i] or not clause:
            continue
        tier = LOOSE_TIER.fullmatch(clause) is not None
        if not tier and LOOSE.fullmatch(clause) is None:
            continue
        neighbours = [j for j in (i - 1, i + 1) if 0 <= j < len(clauses)]
        beside = any(kept[j] != clauses[j] or (tier and _DEGREE.search(clauses[j])) for j in neighbours)
        if beside or _in_brackets(i, separators):
            kept[i] = ""


def _in_brackets(i: int, separators: list[str]) -> bool:
    """Tell whether a clause stands alone between brackets."""
    before = separators[i - 1] if i > 0 else ""
    after = separators[i] if i < len(separators) else ""
    return before[-1:] in tuple("（(【[") and after[:1] in tuple("）)】]")


def _rebuilt(clauses: list[str], separators: list[str], kept: list[str]) -> str:
    """Join what is left, with one separator where a clause went."""
    text, between = "", ""
    for i, (clause, rest) in enumerate(zip(clauses, kept, strict=True)):
        before = separators[i - 1] if i else ""
        gone = i > 0 and clauses[i - 1] != "" and kept[i - 1] == ""
        between = _joined(between, before) if gone else between + before
        if rest or not clause:
            text += (between if text else between.lstrip(_STARTS)) + rest
            between = ""
    tail = "".join(mark for mark in between if mark in "）)】]")
    return _EMPTY_BRACKETS.sub("", _BEFORE_CLOSE.sub(r"\1", text + tail)).strip(" ")


def _joined(before: str, after: str) -> str:
    """Return the separator that stays when the clause between two of them goes."""
    whole = before + after
    if _ANY_BRACKET.search(whole):
        bare = _EMPTY_BRACKETS.sub("", whole)
        return _BEFORE_CLOSE.sub(r"\1", _AFTER_OPEN.sub(r"\1", bare))
    marker = _LAST_MARKER.search(after)
    plain_before = _LAST_MARKER.sub("", before)
    if marker:
        return _stronger(plain_before, after[: marker.start()]) + marker[0]
    return before if plain_before != before and _rank(after) >= 3 else _stronger(plain_before, after)


def _rank(separator: str) -> int:
    """Return how strongly a separator divides: 0 for a new line, 6 for nothing."""
    return next((i for i, marks in enumerate(_STRENGTH) if set(marks) & set(separator)), len(_STRENGTH))


def _stronger(one: str, other: str) -> str:
    return one if _rank(one) <= _rank(other) else other
