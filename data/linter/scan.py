"""Read a text once: where it demands what may not be used, and what is left of it without that.

A text is cut at punctuation, brackets and item numbers. A clause with such a demand goes, and so does one
that says 不限 of it; where the words sit inside a lawful demand (统招本科及以上) only they go.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from data.linter.patterns import BARE, DEGREE, HINTS, NEUTRAL, WORDS, demand_in
from data.linter.pieces import SEPARATOR, between_brackets, rebuilt
from data.linter.rules import rule_of
from data.records import Finding

__all__ = ["Scan", "lint", "lint_terms", "scan"]

_UNDERGRADUATE = re.compile("[一二]本|重点本科")
_REST = re.compile(
    "[\\s:：]*(?:要求|需|须|限|必须|优先|考虑|招|以上|及|为|的|者|可|请|最好|条件|其他)*[\\s:：]*"
)
_RESIDENT = re.compile(
    "(?P<residence>(?:本[地市县区]|当地|城镇|农村|辽宁|营口)(?:户口本?|户籍))|(?P<noun>户口本)"
)
_HAN = re.compile("[\u4e00-\u9fa5]")
_SHORT_CLAUSE, _SHORT_TEXT = 20, 60
_NOUN, _TIER, _SEX = "noun", "school_tier", "sex"
# Clothes and lists name both sexes without wanting one: 男、女、童装.
_BOTH = re.compile("男.*女|女.*男|童", re.DOTALL)
_ANY_DEGREE = "相应学历"


class Scan(NamedTuple):
    """What one text says that may not be used."""

    kept: str
    """The text that may be used; the same text where nothing was found."""
    findings: tuple[Finding, ...]
    """The demands in it, from left to right; none for a mention such as 男女不限."""


class _Demand(NamedTuple):
    rule: str
    start: int
    end: int
    neutral: bool


def lint(text: str, field: str = "") -> tuple[Finding, ...]:
    """Return the demands in a text that the product never applies.

    Parameters
    ----------
    text
        Text of any field, cleaned and with contacts hidden; positions count in it.
    field
        Name of the field, carried into the findings.

    Returns
    -------
    tuple of Finding
        From left to right; empty for a text without one and for empty input.

    Examples
    --------
    >>> [(each.rule, each.text) for each in lint("会计（限女性）", "title")]
    [('sex', '限女性')]
    """
    return scan(text, field).findings


def scan(text: str, field: str = "") -> Scan:
    """Return the demands in a text, and the text without them.

    Parameters
    ----------
    text
        As for :func:`lint`.
    field
        As for :func:`lint`.

    Returns
    -------
    Scan
        Its ``kept`` holds no demand any more.

    Examples
    --------
    >>> scan("统招本科及以上").kept
    '本科及以上'
    """
    kept, demands = _pass(text)
    if kept == text:
        return Scan(text, ())
    findings = tuple(_finding(text, each, field) for each in demands if not each.neutral)
    again, _ = _pass(kept)
    while again != kept:
        kept, (again, _) = again, _pass(again)
    return Scan(kept, findings)


def lint_terms(terms: Iterable[str], field: str = "") -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return which of some listed terms hold no demand, and the demands in the others.

    Parameters
    ----------
    terms
        Terms that each stand alone, so that a bare 985 is a demand.
    field
        As for :func:`lint`.

    Returns
    -------
    tuple of two tuples
        Terms without a demand or a mention of one, and the findings; positions count in all terms joined by
        、.

    Examples
    --------
    >>> [finding.start for finding in lint_terms(["焊接", "985"])[1]]
    [3]
    """
    usable, findings, at = [], [], 0
    for term in terms:
        demands = _term_demands(term)
        if not demands:
            usable.append(term)
        for demand in demands:
            if not demand.neutral:
                found = _finding(term, demand, field)
                place = {"start": at + found.start, "end": at + found.end}
                findings.append(found.model_copy(update=place))
        at += len(term) + 1
    return tuple(usable), tuple(findings)


def _term_demands(term: str) -> tuple[_Demand, ...]:
    """Return the demands in one listed term, a bare word included."""
    demands = _pass(term)[1]
    bare = None if demands else BARE.fullmatch(term) or _RESIDENT.fullmatch(term)
    if bare is not None:
        return (_listed(bare),)
    return demands


@cache
def _hints() -> AhoCorasick:
    return AhoCorasick(HINTS)


def _pass(text: str) -> tuple[str, tuple[_Demand, ...]]:
    """Return a text without the demands that one look finds, and those."""
    return _look_at_term(text) if len(text) <= _SHORT_TEXT else _look(text)


@lru_cache(maxsize=1 << 16)
def _look_at_term(text: str) -> tuple[str, tuple[_Demand, ...]]:
    """Look at a title or a term: the same few come again and again."""
    return _look(text)


def _look(text: str) -> tuple[str, tuple[_Demand, ...]]:
    hits = {start for _, start, _ in _hints().find_matches_as_indexes(text)}
    if not hits:
        return text, ()
    parts = SEPARATOR.split(text)
    clauses, separators = parts[0::2], parts[1::2]
    starts = [*accumulate(map(len, parts), initial=0)][0:-1:2]
    touched = sorted({bisect_right(starts, hit) - 1 for hit in hits})
    title_like = len(text) <= _SHORT_TEXT and "\n" not in text
    kept = list(clauses)
    demands: dict[int, tuple[_Demand, ...]] = {}
    for i in touched:
        found = tuple(_demands(clauses[i], starts[i]))
        if found:
            demands[i] = found
            kept[i] = _kept(clauses[i], cut=title_like and i == 0)
    for i in (*touched, *reversed(touched)):
        word = _bare(i, clauses, separators, kept)
        if word is not None:
            demands[i] = (word._replace(start=starts[i] + word.start, end=starts[i] + word.end),)
            kept[i] = ""
    if not demands:
        return text, ()
    ordered = tuple(demand for i in sorted(demands) for demand in demands[i])
    return rebuilt(clauses, separators, kept), ordered


def _demands(text: str, start: int) -> Iterator[_Demand]:
    for match in demand_in(text).finditer(text):
        rule, end = match.lastgroup or "", match.end()
        if rule == _TIER and (degree := DEGREE.match(text, end)):
            end = degree.end()
        yield _Demand(rule, start + match.start(), start + end, NEUTRAL.fullmatch(match[0]) is not None)


def _kept(clause: str, *, cut: bool) -> str:
    """Return what may stay of a clause with a demand: part of it or nothing."""
    words = WORDS.sub(lambda match: "本科" if _UNDERGRADUATE.match(match[0]) else "", clause)
    rest = words.strip().replace("本科本科", "本科")
    lawful = demand_in(rest).search(rest) is None
    if lawful and DEGREE.search(rest):
        return rest
    whole = len(clause) > _SHORT_CLAUSE or _HAN.search(clause) is None
    if cut or whole or (lawful and _keeps_work(clause, rest)):
        return _cut(clause)
    rest = _cut(clause)
    return rest if DEGREE.search(rest) else ""


def _cut(clause: str) -> str:
    """Return a clause without the words of its demands; nothing when only filling words are left."""
    rest = demand_in(clause).sub("", clause).strip()
    return "" if _REST.fullmatch(rest) else rest


def _keeps_work(clause: str, rest: str) -> bool:
    """Tell whether only the sex was named before a kind of work: 招聘男女普工 leaves 招聘普工."""
    return len(clause) - len(rest) <= 2 and not _REST.fullmatch(rest)


def _bare(i: int, clauses: Sequence[str], separators: Sequence[str], kept: Sequence[str]) -> _Demand | None:
    """Return the demand in a clause of one word: beside another demand, alone in brackets, or a sex."""
    word = clauses[i].strip()
    bare = BARE.fullmatch(word) if word and kept[i] == clauses[i] else None
    if bare is None:
        return None
    near = [j for j in (i - 1, i + 1) if 0 <= j < len(clauses)]
    tier, sex = bare.lastgroup == _TIER, bare.lastgroup == _SEX
    both = sex and _BOTH.search("".join(clauses[max(0, i - 1) : i + 2])) is not None
    beside = any(kept[j] != clauses[j] or (tier and DEGREE.search(clauses[j])) for j in near)
    alone = sex and not both and len(clauses) > 1
    if not (beside or alone or between_brackets(i, separators)):
        return None
    demand = _listed(bare)
    start = clauses[i].index(word)
    return _Demand(demand.rule, start, start + len(word), demand.neutral or both)


def _listed(bare: re.Match[str]) -> _Demand:
    """Return the demand that a word is where it stands alone; a bare noun demands nothing."""
    rule = bare.lastgroup or ""
    return _Demand(rule, 0, len(bare[0]), rule == _NOUN)


def _finding(text: str, demand: _Demand, field: str) -> Finding:
    rule, words = rule_of(demand.rule), text[demand.start : demand.end]
    return Finding(
        rule=rule.name,
        severity=rule.severity,
        field=field,
        start=demand.start,
        end=demand.end,
        text=words,
        law=rule.law,
        rewording=rule.rewording.format(degree=_degree(text, demand)),
    )


def _degree(text: str, demand: _Demand) -> str:
    """Return the degree that stands in or right behind the words, else a general term."""
    words = text[demand.start : demand.end + 4]
    if found := DEGREE.search(words):
        return found[0]
    return "本科" if _UNDERGRADUATE.match(words) else _ANY_DEGREE
