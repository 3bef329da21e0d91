"""Skills: a lexicon of the terms in use, found in text with their place."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

__all__ = ["Mention", "SkillLexicon", "find_whole", "fold", "skill_terms"]

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
    """Return the listed skills that can be shown: everything but attitudes such as 吃苦耐劳."""
    return [skill for skill in skills if fold(skill) not in _ATTITUDES]


def fold(term: str) -> str:
    """Return what the spellings of one term share: NFKC, lower case, no blanks at the ends."""
    return unicodedata.normalize("NFKC", term).strip().lower()


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
        least = _MIN_DOCUMENTS if documents >= _MANY_DOCUMENTS else 1
        self._terms = sorted(term for term, count in frequencies.items() if count >= least)
        self._automaton = AhoCorasick(self._terms, matchkind=MatchKind.LeftmostLongest)

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

    def rarity(self, term: str) -> float:
        """Return how much a term tells: log((N + 1) / (n + 1)) + 1, at least 1."""
        return math.log((self._documents + 1) / (self._frequencies.get(fold(term), 0) + 1)) + 1

    def mentions(self, text: str) -> list[Mention]:
        """Find the longest terms in a text, from left to right; Latin terms only as whole words."""
        lowered = text.lower()
        haystack = lowered if len(lowered) == len(text) else text
        found = self._automaton.find_matches_as_indexes(haystack)
        return [
            Mention(self._terms[index], start)
            for index, start, end in found
            if _is_whole(haystack, start, end)
        ]


def find_whole(term: str, text: str) -> int | None:
    """Return where a folded term first stands in a text, Latin terms only as whole words; None if nowhere."""
    lowered = text.lower()
    haystack = lowered if len(lowered) == len(text) else text
    start = haystack.find(term)
    while start >= 0:
        if _is_whole(haystack, start, start + len(term)):
            return start
        start = haystack.find(term, start + 1)
    return None


def _is_whole(text: str, start: int, end: int) -> bool:
    inside = text[start:end]
    if not inside.isascii():
        return True
    before = text[start - 1 : start]
    after = text[end : end + 1]
    return not (_is_word(before) and _is_word(inside[0])) and not (_is_word(after) and _is_word(inside[-1]))


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()
