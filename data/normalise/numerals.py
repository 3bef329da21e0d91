"""Chinese numerals, as they turn up in pay, years and places: 三千五, 十二, 两."""

from __future__ import annotations

import re

__all__ = ["NUMBER", "read_number", "with_digits"]

NUMBER = r"[0-9]+(?:\.[0-9]+)?"
"""Pattern of a plain decimal number, for the grammars of the other parsers."""

_DIGITS = {mark: i for i, mark in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_STEPS = {"十": 10, "百": 100, "千": 1_000}
_MYRIAD = 10_000
_VALUES = "零〇一二两俩三四五六七八九十"
# A run is tried from its beginning only: a text of many 万 is read once.
_RUN = re.compile(f"(?<![{_VALUES}百千万])[{_VALUES}百千万]*[{_VALUES}][{_VALUES}百千万]*")
_ZERO = re.compile("[零〇]")
_ROUND = re.compile("(.+)([千万])")


def read_number(text: str) -> int | None:
    """Return the value of a Chinese numeral below 一亿.

    Parameters
    ----------
    text
        Numeral characters only; 三千五 is read as people say it, 3500.

    Returns
    -------
    int or None
        The value; nothing when the text is empty, holds anything else or is no numeral.
    """
    head, myriad, tail = text.partition("万")
    if not myriad:
        return _below_myriad(text, spoken=1)
    high, low = _below_myriad(head, spoken=1), _below_myriad(tail, spoken=_MYRIAD // 10) if tail else 0
    return None if high is None or low is None else high * _MYRIAD + low


def _below_myriad(text: str, *, spoken: int) -> int | None:
    """Read a numeral below 一万; a last lone digit counts ``spoken``, or a tenth of the step before it."""
    total, digit, step = 0, 0, _MYRIAD
    for mark in text:
        if mark in _STEPS:
            if _STEPS[mark] >= step:
                return None
            step = _STEPS[mark]
            total += (digit or 1) * step
            digit = 0
        elif mark not in _DIGITS or digit:
            return None
        else:
            digit = _DIGITS[mark]
    if step < _MYRIAD:
        spoken = step // 10
    return total + digit * (1 if _ZERO.search(text) else spoken) if text else None


def with_digits(text: str) -> str:
    """Return the text with its Chinese numerals in digits, round 千 and 万 kept as units.

    Parameters
    ----------
    text
        Any text, such as 六千到八千元.

    Returns
    -------
    str
        The text, such as 6千到8千元; runs that are no numeral stay as they are.
    """
    return _RUN.sub(lambda match: _digits(match[0]), text)


def _digits(run: str) -> str:
    if parts := _ROUND.fullmatch(run):
        head = read_number(parts[1])
        if head is not None and not set(parts[1]) & {"千", "万"}:
            return f"{head}{parts[2]}"
    value = read_number(run)
    return run if value is None else str(value)
