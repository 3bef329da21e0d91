"""What is wrong with a region pack, field by field and in Chinese."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

__all__ = ["describe_faults", "fault_text"]

_MESSAGES = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项，检查拼写",
    "string_type": "应为文字（全是数字时要加引号）",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "格式不符，应匹配 {pattern}",
    "too_short": "不能为空",
    "tuple_type": "应为列表",
    "model_type": "应为若干“键: 值”",
    "enum": "只能是 {expected}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "decimal_type": "应为数值",
    "decimal_parsing": "应为数值",
    "finite_number": "应为有限的数值",
    "date_type": "应为 YYYY-MM-DD 的日期",
    "date_parsing": "应为 YYYY-MM-DD 的日期",
    "date_from_datetime_parsing": "应为 YYYY-MM-DD 的日期",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "value_error": "{error}",
}


def describe_faults(error: ValidationError) -> str:
    """Say which fields of a pack are wrong.

    Parameters
    ----------
    error
        What pydantic found.

    Returns
    -------
    str
        One clause a field, such as ``key_industries.第2项.name：缺少此项``, joined by ；.
    """
    return "；".join(
        f"{_path(item['loc'])}：{fault_text(item['type'], item.get('ctx', {}))}" for item in error.errors()
    )


def _path(location: tuple[int | str, ...]) -> str:
    """Return where a field stands, entries of lists counted from one."""
    steps = (f"第{step + 1}项" if isinstance(step, int) else step for step in location)
    return ".".join(steps) or "整体"


def fault_text(kind: str, context: dict[str, Any]) -> str:
    """Say what is wrong with one field, without its name.

    Parameters
    ----------
    kind
        Type of the error, as pydantic names it.
    context
        What pydantic tells about it.

    Returns
    -------
    str
        A clause such as ``缺少此项``.
    """
    context = {
        **context,
        "expected": str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、"),
    }
    return _MESSAGES.get(kind, f"不符合要求（{kind}）").format_map(context)
