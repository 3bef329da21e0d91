"""One spelling for one text: width, script, invisible characters and white space."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Protocol

__all__ = ["clean", "clean_prose", "is_garbled", "is_nothing", "simplified"]

_SHORT = 40
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u2060\ue000-\uf8ff\ufeff]")
_SPACES = re.compile(r"\s+")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
# Full-width punctuation is how Chinese prose is set.
_PUNCTUATION = frozenset("，。；：！？（）、～")
_NOTHING = frozenset(
    {
        "",
        "无",
        "暂无",
        "没有",
        "空",
        "null",
        "none",
        "nan",
        "n/a",
        "na",
        "nat",
        "未知",
        "未填",
        "未填写",
        "不详",
    }
    | {"[]", "['']", '[""]', "{}"}
)
_ONLY_MARKS = re.compile(r"[\s\-_/\\.,;:*~—–、。·…]*")
# What bytes of one encoding look like when read as another: GBK noise, and UTF-8 read as Latin-1.
_WRONG_ENCODING = re.compile("锟斤拷|锟斤|烫烫烫|屯屯屯|[\xc3-\xe9][\x80-\xbf]{1,2}[\xc3-\xe9]")
_REPLACED = "\ufffd"
_GARBLED_SHARE = 0.3


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter(name: str) -> _Converter:
    """Return the shared OpenCC converter; loading its dictionaries takes some milliseconds."""
    import opencc  # noqa: PLC0415 - its dictionaries are only needed once a traditional character turns up

    converter: _Converter = opencc.OpenCC(name)
    return converter


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _compatible() -> re.Pattern[str]:
    """Return a pattern of the characters that NFKC changes, Chinese punctuation excepted."""
    characters = (chr(point) for point in range(0xA0, 0x10000) if not 0xD800 <= point < 0xE000)
    changed = (mark for mark in characters if unicodedata.normalize("NFKC", mark) != mark)
    return re.compile(f"[{''.join(mark for mark in changed if mark not in _PUNCTUATION)}]+")


@cache
def _traditional() -> frozenset[str]:
    """Return the characters that simplified Chinese never uses."""
    ideographs = [chr(point) for point in range(0x4E00, 0x9FA6)]
    converted = _converter("t2s").convert("\n".join(ideographs)).split("\n")
    return frozenset(
        before
        for before, after in zip(ideographs, converted, strict=True)
        if before != after and not _in_gb2312(before)
    )


def simplified(text: str) -> str:
    """Return the text in simplified characters and mainland words.

    Only a text that holds a purely traditional character is converted: the word tables would otherwise
    rewrite plain mainland words such as 整合.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        The text converted, or the same text; empty for empty input.
    """
    return text if _traditional().isdisjoint(text) else _converter("tw2sp").convert(text)


def clean(text: str) -> str:
    r"""Return the one-line form that the parsers read: NFKC, simplified, single spaces.

    Parameters
    ----------
    text
        Any text; full-width characters become half-width ones, punctuation included.

    Returns
    -------
    str
        The cleaned text without spaces at its ends; empty for empty or invisible input.

    Examples
    --------
    >>> clean("　３人 \u200b")
    '3人'
    """
    if text.isascii() and text.isalnum():
        return text
    return _clean_term(text) if len(text) <= _SHORT else _clean(text)


def _clean(text: str) -> str:
    # Invisible characters go first: marks that they held apart are then put in order together.
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))
    return _SPACES.sub(" ", simplified(visible)).strip()


@lru_cache(maxsize=1 << 16)
def _clean_term(text: str) -> str:
    """Clean a title or a term: the same few come again and again."""
    return _clean(text)


def clean_prose(text: str) -> str:
    """Return a text to be shown: as :func:`clean`, but with Chinese punctuation and lines kept.

    Parameters
    ----------
    text
        Any text, such as duties or the name of an employer.

    Returns
    -------
    str
        The text with runs of blanks and of empty lines reduced to one; empty for empty input.
    """
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    narrow = _compatible().sub(lambda match: unicodedata.normalize("NFKC", match[0]), composed)
    plain = simplified(narrow)
    return _LINES.sub("\n", _BLANKS.sub(" ", plain.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def is_nothing(text: str) -> bool:
    """Tell whether a cleaned cell states nothing: empty, 无, a dash, ``null`` and the like.

    Parameters
    ----------
    text
        A text from :func:`clean`.

    Returns
    -------
    bool
        True when there is nothing to read.
    """
    return text.lower() in _NOTHING or _ONLY_MARKS.fullmatch(text) is not None


def is_garbled(text: str) -> bool:
    """Tell whether a text was destroyed by a wrong encoding on its way here.

    Parameters
    ----------
    text
        The text as received.

    Returns
    -------
    bool
        True when three characters in ten are replacement marks, or the text shows the typical remains of
        GBK or UTF-8 read as something else; false for empty input.
    """
    if not text:
        return False
    return text.count(_REPLACED) >= _GARBLED_SHARE * len(text) or _WRONG_ENCODING.search(text) is not None
