"""Find many words in a text at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

__all__ = ["Found", "WordScanner"]


class Found(NamedTuple):
    """A word in a text."""

    number: int
    """Which word, counted from 0 in the order given."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset behind its last one."""


class WordScanner:
    """Finds words; of two that begin at one place the longer one. It can be sent to another process.

    Parameters
    ----------
    words
        The words, none empty.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)
        self._automaton = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)

    def __reduce__(self) -> tuple[type[WordScanner], tuple[tuple[str, ...]]]:
        """Send the words: the automaton is made from them again."""
        return WordScanner, (self._words,)

    def find(self, text: str) -> list[Found]:
        """Return the words that stand in a text, in order of appearance, none over another."""
        return [Found(*each) for each in self._automaton.find_matches_as_indexes(text)]
