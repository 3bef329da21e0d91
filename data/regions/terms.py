"""Find many terms in a text at once: the longest one at each place, Latin ones as whole words."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from data.word_scan import WordScanner

__all__ = ["TermScanner", "fold"]


def fold(text: str) -> str:
    """Return the form in which terms are compared: NFKC, lower case, no blanks at the ends."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


class TermScanner:
    """Finds terms in texts.

    Parameters
    ----------
    terms
        Terms in any spelling.
    edges
        Characters one of which has to stand on either side of a term, unless the text ends there; when
        left out, only a Latin or numeric end must not run on into another such character.
    """

    def __init__(self, terms: Iterable[str], *, edges: str = "") -> None:
        spellings: dict[str, list[str]] = defaultdict(list)
        for term in dict.fromkeys(terms):
            spellings[fold(term)].append(term)
        self._terms = list(spellings.values())
        self._edges = edges
        self._scanner = WordScanner(list(spellings))

    def find(self, text: str) -> list[str]:
        """Return the terms that stand in a folded text, as they were given, in order of appearance."""
        found: dict[str, None] = {}
        for index, start, end in self._scanner.find(text):
            if self._stands_alone(text, start, end):
                found |= dict.fromkeys(self._terms[index])
        return list(found)

    def _stands_alone(self, text: str, start: int, end: int) -> bool:
        before, after = text[start - 1 : start], text[end : end + 1]
        if self._edges:
            return (not before or before in self._edges) and (not after or after in self._edges)
        return not (_runs_on(before, text[start]) or _runs_on(text[end - 1], after))


def _runs_on(left: str, right: str) -> bool:
    return _is_latin(left) and _is_latin(right)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
