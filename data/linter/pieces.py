"""Cut a text into clauses, and put together what is left of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["SEPARATOR", "between_brackets", "rebuilt"]

_MARKER = (
    r"(?<![^\s。;；:：,，、])[(（]?(?:1?[0-9]|(?<![A-Za-zа-я] )[2-9][0-9])[)）.、．](?![0-9])"
    r"|(?<=[\u4e00-\u9fa5])1?[0-9][.、．](?=[^0-9])|[①-⑳]"
)
_OPEN, _CLOSE = "（(【\\[", "）)】\\]"
_LETTER = "A-Za-zА-яЁё"
_BLANK = "[ \\t\u3000]+"
# A blank divides Chinese, but neither numbers nor the words of a language that is written with blanks.
_BLANKS = f"(?<![0-9{_LETTER},.:：]){_BLANK}(?![0-9])|(?<![0-9:：]){_BLANK}(?![0-9{_LETTER}])"
_FULL_STOP = rf"(?<=[0-9{_LETTER})])\.(?=\s|$)"
# Every alternative begins with one of these; asking that first halves the time.
_FIRST = r"[0-9.。;；!！?？,，、|\s\u3000+/①-⑳（(【\[）)】\]]"
SEPARATOR = re.compile(
    rf"((?={_FIRST})(?:{_MARKER}|[。;；!！?？,，、|\n\r{_OPEN}{_CLOSE}]|{_BLANKS}|{_FULL_STOP}"
    r"|(?<=[\u4e00-\u9fa5）)])[+/](?=[\u4e00-\u9fa5A-Z]))+)"
)
"""What stands between two clauses: punctuation, brackets, item numbers, blanks; in a group of its own."""
_LAST_MARKER = re.compile(f"(?:{_MARKER})$")
_EMPTY_BRACKETS = re.compile(rf"[{_OPEN}][\s,，、;；。]*[{_CLOSE}]")
_AFTER_OPEN = re.compile(rf"([{_OPEN}])[\s,，、;；。+/]+")
_BEFORE_CLOSE = re.compile(rf"[\s,，、;；。+/]+([{_CLOSE}])")
_ANY_BRACKET = re.compile(f"[{_OPEN}{_CLOSE}]")
_STRENGTH = ("\n", "。!！?？", ";；", ",，", "、|/+", " ")
_STARTS = " .,，、;；。\n+/|"
_LONGEST_GAP = 200
_LEFT, _RIGHT = tuple("（(【["), tuple("）)】]")


def between_brackets(i: int, separators: Sequence[str]) -> bool:
    """Tell whether clause ``i`` stands alone between brackets; ``separators[i]`` follows it."""
    before = separators[i - 1] if i > 0 else ""
    after = separators[i] if i < len(separators) else ""
    return before[-1:] in _LEFT and after[:1] in _RIGHT


def rebuilt(clauses: Sequence[str], separators: Sequence[str], kept: Sequence[str]) -> str:
    """Join what is left, with one separator where a clause went.

    Parameters
    ----------
    clauses
        The clauses as they were.
    separators
        What stood between them, one fewer.
    kept
        What is left of each; empty where it goes.

    Returns
    -------
    str
        The text, brackets closed and item numbers with their items.
    """
    text, between = "", ""
    for i, (clause, rest) in enumerate(zip(clauses, kept, strict=True)):
        before = separators[i - 1] if i else ""
        gone = i > 0 and clauses[i - 1] != "" and kept[i - 1] == ""
        between = _joined(between, before) if gone else between + before
        if rest or not clause or len(between) > _LONGEST_GAP:
            text += (between if text else between.lstrip(_STARTS)) + rest
            between = ""
    tail = "".join(mark for mark in between if mark in _RIGHT)
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
