"""How a posting ended, and whether it is real: 已招满, 未招满, 取消; 合成数据."""

from __future__ import annotations

import re

from data.errors import CellError
from data.normalise.text import clean, is_nothing
from data.records import Outcome

__all__ = ["parse_outcome", "parse_synthetic"]

# The first pattern that fits counts: 未招满 holds 招满.
_OUTCOMES = (
    (
        Outcome.UNFILLED,
        re.compile("未招[满到齐]|没招[满到]|未完成|部分(?:到岗|招到|完成)|缺额|未满|unfilled"),
    ),
    (Outcome.FILLED, re.compile("招满|已?招[到齐]|已?完成|满员|已到岗|全部到岗|filled")),
    (Outcome.WITHDRAWN, re.compile("取消|撤[回销]|停止|终止|不再招|作废|withdrawn|cancel")),
    (Outcome.OPEN, re.compile("招聘中|在招|进行中|正在|有效|open")),
)
_UNKNOWN = re.compile("未知|不详|不清楚|unknown")
_GENERATED = re.compile("合成|生成|模拟|虚拟|演示|是|true|yes|y|1(?:\\.0)?|synthetic")
_REAL = re.compile("真实|实际|非合成|否|不是|false|no|n|0(?:\\.0)?|real")


def parse_outcome(text: str) -> Outcome:
    """Return how a posting ended.

    Parameters
    ----------
    text
        The cell as received.

    Returns
    -------
    Outcome
        ``UNKNOWN`` for an empty cell.

    Raises
    ------
    CellError
        ``outcome_unreadable``.

    Examples
    --------
    >>> parse_outcome("未招满").value
    '未招满'
    """
    plain = clean(text).lower()
    if is_nothing(plain) or _UNKNOWN.search(plain):
        return Outcome.UNKNOWN
    outcome = next((outcome for outcome, pattern in _OUTCOMES if pattern.search(plain)), None)
    if outcome is None or len(plain) > 40:
        raise CellError(
            "outcome_unreadable",
            f"结果“{text[:40]}”无法识别",
            hint="请填：招聘中、已招满、未招满、取消或未知",
        )
    return outcome


def parse_synthetic(text: str) -> bool:
    """Return whether a row is generated data.

    Parameters
    ----------
    text
        The cell as received, as in a column 数据性质.

    Returns
    -------
    bool
        False for an empty cell.

    Raises
    ------
    CellError
        ``synthetic_unreadable``.

    Examples
    --------
    >>> parse_synthetic("合成数据")
    True
    """
    plain = clean(text).lower().removesuffix("数据")
    if is_nothing(plain) or _REAL.fullmatch(plain):
        return False
    if _GENERATED.fullmatch(plain):
        return True
    raise CellError(
        "synthetic_unreadable", f"数据性质“{text[:40]}”无法识别", hint="请填“合成数据”或“真实数据”"
    )
