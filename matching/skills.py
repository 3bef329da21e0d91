"""Skills: a lexicon of the terms in use, found in text with their place."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from data.reference import skills
from data.word_scan import WordScanner

__all__ = [
    "Mention",
    "SkillLexicon",
    "find_whole",
    "fold",
    "is_denied",
    "same_skill",
    "shared_writing",
    "skill_terms",
]

_ATTITUDES = frozenset(
    [
        "吃苦耐劳",
        "责任心",
        "责任心强",
        "有责任心",
        "团队协作",
        "团队合作",
        "团队精神",
        "沟通能力",
        "沟通协调",
        "执行力",
        "执行力强",
        "抗压能力",
        "学习能力",
        "敬业",
        "敬业精神",
        "踏实",
        "踏实肯干",
        "认真负责",
        "细心",
        "积极主动",
        "工作认真",
        "服从安排",
        "服从管理",
        "适应倒班",
        "能加班",
        "有上进心",
        "亲和力",
    ]
)
"""Attitudes that employers list among skills: nobody can show them in a profile, so they do not count."""
_UNSHOWN = _ATTITUDES | {""}
_CLAUSE = re.compile("[，。；！？、,.;!?\\s]")
_DENIAL = re.compile("不会|不懂|不熟|不擅长|不具备|从未|未曾|未接触|没接触|没有|没做过|未做过|无$")
_DENIAL_REACH = 12
_MIN_DOCUMENTS = 2
_MANY_DOCUMENTS = 200
"""From this many lists on, a term that only one of them states is not looked for in texts."""
_MIN_LENGTH = 2
_MAX_LENGTH = 20


class Mention(NamedTuple):
    """A term found in a text."""

    term: str
    start: int
    """Offset of the first character in the text."""


def skill_terms(skills: Sequence[str]) -> list[str]:
    """Return the listed skills that can be shown: all but blanks and attitudes such as 吃苦耐劳."""
    return [skill for skill in skills if fold(skill) not in _UNSHOWN]


def fold(term: str) -> str:
    """Return what the spellings of one term share: NFKC, lower case, no blanks at the ends."""
    return unicodedata.normalize("NFKC", term).strip().lower()


def same_skill(term: str) -> str | None:
    """Return the identifier that all names of one skill share (PLC, 可编程控制器); None for other terms."""
    return _skill_ids().get(term)


@cache
def _skill_ids() -> dict[str, str]:
    table = skills()
    found: dict[str, str] = {}
    for skill_id, name, aliases in zip(table["skill_id"], table["name"], table["aliases"], strict=True):
        for alias in (name, *filter(None, aliases.split("|"))):
            found.setdefault(fold(alias), skill_id)
    return found


class SkillLexicon:
    """Terms with their rarity.

    Parameters
    ----------
    frequencies
        Number of documents that state each folded term.
    documents
        Number of documents in all.
    """

    def __init__(self, frequencies: dict[str, int], documents: int) -> None:
        self._frequencies = frequencies
        self._documents = documents
        self._rarities: dict[str, float] = {}
        least = _MIN_DOCUMENTS if documents >= _MANY_DOCUMENTS else 1
        self._terms = sorted(term for term, count in frequencies.items() if count >= least)
        self._scanner = WordScanner(self._terms)

    @classmethod
    def from_lists(cls, lists: Iterable[Sequence[str]]) -> SkillLexicon:
        """Collect the terms of many skill lists; terms of one or of more than 20 characters are left out."""
        counts: Counter[str] = Counter()
        documents = 0
        for terms in lists:
            documents += 1
            counts.update({fold(term) for term in terms})
        kept = {
            term: n
            for term, n in counts.items()
            if _MIN_LENGTH <= len(term) <= _MAX_LENGTH and term not in _ATTITUDES
        }
        return cls(kept, documents)

    @property
    def frequencies(self) -> dict[str, int]:
        """Number of documents that state each folded term."""
        return dict(self._frequencies)

    @property
    def documents(self) -> int:
        """Number of documents in all."""
        return self._documents

    def rarity(self, term: str) -> float:
        """Return how much a term tells: log((N + 1) / (n + 1)) + 1, at least 1."""
        rarity = self._rarities.get(term)
        if rarity is None:
            rarity = math.log((self._documents + 1) / (self._frequencies.get(fold(term), 0) + 1)) + 1
            self._rarities[term] = rarity
        return rarity

    def rarest_first(self, terms: Iterable[str]) -> list[str]:
        """Return terms in order of rarity, equal ones in alphabetical order."""
        return sorted(terms, key=lambda term: (-self.rarity(term), term))

    def mentions(self, text: str) -> list[Mention]:
        """Find the longest terms in a text, from left to right; Latin terms only as whole words."""
        lowered = text.lower()
        haystack = lowered if len(lowered) == len(text) else text
        found = self._scanner.find(haystack)
        return [
            Mention(self._terms[index], start)
            for index, start, end in found
            if _is_whole(haystack, start, end)
        ]


def shared_writing(left: str, right: str) -> float:
    """Return the share of the pairs of characters of two texts that both have, 0 to 1 (Dice)."""
    one, other = _character_pairs(left), _character_pairs(right)
    if not one and not other:
        return float(bool(left) and fold(left) == fold(right))
    shared = sum(min(one[pair], other[pair]) for pair in one.keys() & other.keys())
    return 2 * shared / (one.total() + other.total())


@lru_cache(maxsize=16_384)
def _character_pairs(text: str) -> Counter[tuple[str, str]]:
    """Return how often each two characters follow one another; never to be changed, it is remembered."""
    return Counter(pairwise(fold(text)))


def find_whole(term: str, text: str) -> int | None:
    """Return where a folded term first stands in a text, Latin terms only as whole words; None if nowhere.

    A term without a character stands nowhere.
    """
    if not term:
        return None
    lowered = text.lower()
    haystack = lowered if len(lowered) == len(text) else text
    start = haystack.find(term)
    while start >= 0:
        if _is_whole(haystack, start, start + len(term)):
            return start
        start = haystack.find(term, start + 1)
    return None


def is_denied(text: str, start: int) -> bool:
    """Tell whether the clause before a mention denies it: 不会PLC编程, 从未接触过PLC."""
    return _DENIAL.search(_CLAUSE.split(text[max(start - _DENIAL_REACH, 0) : start])[-1]) is not None


def _is_whole(text: str, start: int, end: int) -> bool:
    inside = text[start:end]
    before = text[start - 1 : start]
    after = text[end : end + 1]
    return not (_is_word(before) and _is_word(inside[0])) and not (_is_word(after) and _is_word(inside[-1]))


def _is_word(character: str) -> bool:
    """Tell whether a character is part of a word set off by blanks: every letter but those of East Asia."""
    return character.isalnum() and unicodedata.east_asian_width(character) not in "WF"
