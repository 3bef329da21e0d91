"""What readers are told of a forecast: the Chinese words of levels, statuses, targets and methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from data.reference import occupation_names

__all__ = [
    "HELD_BACK",
    "LEVELS",
    "METHODS",
    "STATUSES",
    "cell_name",
    "class_name",
    "method_name",
    "months_name",
    "reason_texts",
    "target_name",
]

LEVELS = {"city": "全域", "industry": "重点产业", "occupation": "产业×职业"}
"""Levels of the hierarchy."""
STATUSES = {
    "ok": "可用",
    "indicative": "仅供参考",
    "refused": "暂不评价",
    "shortage": "短缺",
    "surplus": "富余",
    "undecided": "未定",
    "uncalibrated": "未校准",
    "alarm": "提示",
}
"""Whether a figure may be used, and what it says of shortage or of a change."""
METHODS = {
    "combined": "按历史误差选定的组合",
    "shared_total": "合计预测按份额分摊",
    "boosted_shares": "合计预测按梯度提升的份额分摊",
    "pooled_season_ses": "共同季节指数平滑",
    "ses": "指数平滑（不分季节）",
    "last_value": "上月值",
    "mean3": "近三月均值",
    "seasonal_naive": "去年同月",
    "damped_trend": "阻尼趋势",
    "auto_ets": "ETS",
    "auto_theta": "Theta",
    "auto_ces": "CES",
    "tsb": "TSB（间歇需求）",
    "adida": "ADIDA（间歇需求）",
    "imapa": "IMAPA（间歇需求）",
    "bottom_up": "由下一层级合计",
}
"""Point forecasts that a back-test compares."""
HELD_BACK = "历史数字涉及单位过少，不公布（保密，不是零）"
"""Stands where observed months are suppressed."""
_CLASSES = {"all": "全部", "20+": "月均 20 人及以上"}


def cell_name(cell: Mapping[str, Any], *, region: str) -> str:
    """Name a cell for readers.

    Parameters
    ----------
    cell
        ``level``, ``key_industry`` and ``occupation_code``.
    region
        Name of the region, for the city's own row.

    Returns
    -------
    str
        Such as ``镁材料深加工 · 耐火材料工``; an occupation without a known name is given by its code.
    """
    industry = cell["key_industry"] or "其他产业"
    if cell["level"] == "city":
        return f"{region}全域"
    if cell["level"] == "industry":
        return industry
    code = cell["occupation_code"]
    return f"{industry} · {occupation_names().get(code, code) if code else '未编码职业'}"


def reason_texts(reasons: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the messages of reasons, each once and in order."""
    return tuple(dict.fromkeys(str(reason["message"]) for reason in reasons))


def target_name(target: str, *, horizon: int) -> str:
    """Name what was forecast: the sum over ``horizon`` months, or one month of them."""
    if target == "sum":
        return f"{horizon} 个月合计"
    return f"第 {target.removeprefix('month')} 个月"


def method_name(method: str) -> str:
    """Name a method, or the mean of several joined by ``+``; one without a Chinese name is given as it is."""
    names = [METHODS.get(part, part) for part in method.split("+")]
    return names[0] if len(names) == 1 else f"{'、'.join(names)}的平均"


def class_name(volume_class: str) -> str:
    """Name a volume class of heads a month."""
    return _CLASSES.get(volume_class, f"月均 {volume_class.replace('-', '–')} 人")


def months_name(months: Iterable[str]) -> str:
    """Name a run of months given as ISO dates, such as ``2026-11 至 2027-01``; nothing without any."""
    own = sorted(months)
    return f"{own[0][:7]} 至 {own[-1][:7]}" if own else ""
