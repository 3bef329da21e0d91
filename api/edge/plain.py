"""JSON that parsers take and nothing behind them can: NaN, infinity, half of a character, NUL."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

__all__ = ["is_plain_json"]

_SUSPICIOUS: Final = re.compile(rb"NaN|Infinity|[eE]\+?\d{3}|\d{300}|\\u(?:[dD][89a-fA-F]|0000)")
"""What JSON that is not plain holds one of; most requests hold none, and are not parsed for this."""


def is_plain_json(body: bytes) -> bool:
    r"""Return whether a body holds only what a database and a JSON answer can hold as well.

    Parameters
    ----------
    body
        A body that says it is JSON.

    Returns
    -------
    bool
        False for NaN, an infinite number (also ``1e999``), an unpaired surrogate or NUL. True for what is no
        JSON at all: whoever parses it will say so.

    Examples
    --------
    >>> is_plain_json(b'{"pay": 6000}'), is_plain_json(b'{"pay": NaN}'), is_plain_json(b'"\\ud800"')
    (True, False, False)
    """
    if not _SUSPICIOUS.search(body):
        return True
    try:
        value = json.loads(body, parse_constant=_infinite, parse_float=_finite)
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except (_NotPlainError, UnicodeEncodeError):
        return False
    except (ValueError, RecursionError):
        return True
    return "\\u0000" not in text.replace("\\\\", "")


class _NotPlainError(Exception):
    pass


def _infinite(_: str) -> Any:
    raise _NotPlainError


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _NotPlainError
    return value
