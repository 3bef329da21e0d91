"""Find the encoding of a text file of any size, however late its first Chinese character comes.

The whole file is looked at, in pieces. It is UTF-8 when every byte fits, and also when there are more than
twice as many Chinese characters as faults; otherwise the first lines that are not plain ASCII decide. Bytes
that do not fit the encoding found become U+FFFD: the row goes in and is reported as ``text_damaged``, or is
refused as ``row_unreadable`` where little of its title is left. A late broken byte never fails a file.
"""

from __future__ import annotations

import codecs
import re

import numpy as np
from charset_normalizer import from_bytes

from data.errors import FileProblem
from data.sources.packing import Content

__all__ = ["REPLACED", "find_encoding"]

REPLACED = "\ufffd"
"""What stands in the place of bytes that do not fit."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_MOST_BROKEN = 0.001
_MOST_RARE = 0.02
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
# In UTF-8 this and higher bytes begin a character of three or four bytes: Chinese, nearly always.
_WIDE = 0xE3


def find_encoding(content: Content) -> str:
    """Return the encoding of a text file.

    Parameters
    ----------
    content
        The file; its content is read once, in pieces.

    Returns
    -------
    str
        A name that Python knows: ``utf-8-sig`` also for plain ASCII and empty content, ``utf-16`` where its
        mark stands in front, ``gb18030``, or what the first lines that are not ASCII look like.

    Raises
    ------
    FileProblem
        ``encoding_unknown``.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = wide = 0
    sample = b""
    with content.open() as stream:
        if stream.peek(2)[:2] in _UTF16:
            return "utf-16"
        while chunk := stream.read(_CHUNK):
            broken += decoder.decode(chunk).count(REPLACED)
            if chunk.isascii():
                continue
            wide += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) >= _WIDE))
            if len(sample) < _SAMPLE:
                sample += _telling(chunk)[: _SAMPLE - len(sample)]
    broken += decoder.decode(b"", final=True).count(REPLACED)
    return "utf-8-sig" if broken == 0 or broken * 2 < wide else _guessed(sample, content.name)


def _telling(chunk: bytes) -> bytes:
    """Return a piece from the line of its first byte that is not ASCII."""
    match = _NOT_ASCII.search(chunk)
    first = match.start() if match else 0
    return chunk[chunk.rfind(b"\n", 0, first) + 1 :]


def _guessed(sample: bytes, name: str) -> str:
    """Return what a sample looks like: UTF-8 or GB 18030 where it fits, else the best guess."""
    for encoding in ("utf-8", "gb18030"):
        if _is_plausible(sample, encoding):
            return encoding
    best = from_bytes(sample, cp_isolation=["gb18030", "big5"]).best()
    text = sample.decode(best.encoding, errors="replace") if best is not None else REPLACED
    if best is None or text.count(REPLACED) > max(1, _MOST_BROKEN * len(text)):
        raise FileProblem(
            "encoding_unknown",
            f"无法识别“{name}”的文字编码",
            hint="请另存为 UTF-8 编码的 csv，或直接传 xlsx",
        )
    return str(best.encoding)


def _is_plausible(sample: bytes, encoding: str) -> bool:
    """Tell whether a sample decodes without a fault to characters that are in common use."""
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    foreign = [character for character in text if not character.isascii()]
    rare = sum(not character.encode("gb2312", "ignore") for character in foreign)
    return encoding == "utf-8" or rare <= _MOST_RARE * len(foreign)
