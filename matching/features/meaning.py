"""Semantic fit of titles and of duties, and what two items share in writing."""

from __future__ import annotations

from matching.features.feature import Description, Feature
from matching.pairs import Pair, Stated

__all__ = ["DUTIES", "TITLE", "WORDING"]

_LOW, _HIGH = 0.25, 0.6
_SHOWN = 60


def _degree(value: float | None) -> str:
    if value is None:
        return "未能计算"
    if value >= _HIGH:
        return "相近"
    return "部分相近" if value >= _LOW else "相差较远"


def _title(pair: Pair, value: float | None) -> Description:
    left, right = pair.vacancy["title"], pair.profile["title"]
    return Description(
        f"岗位“{left}”与求职方向“{right}”语义{_degree(value)}",
        (Stated("vacancy.title", left, 0), Stated("profile.title", right, 0)),
    )


def _duties(pair: Pair, value: float | None) -> Description:
    wanted, done = pair.vacancy["duties"], pair.profile["summary"]
    if not wanted or not done:
        return Description("岗位职责或个人经历未填写")
    return Description(
        f"岗位职责与个人经历语义{_degree(value)}",
        (Stated("vacancy.duties", wanted[:_SHOWN], 0),),
    )


def _wording(_: Pair, value: float | None) -> Description:
    return Description(f"名称的用字重合{100 * (value or 0):.0f}%")


TITLE = Feature("title", "岗位名称", lambda pair: pair.title, _title, for_vacancy=0.15, for_person=0.20)
"""Calibrated similarity of the titles."""

DUTIES = Feature("duties", "职责与经历", lambda pair: pair.duties, _duties, for_vacancy=0.12, for_person=0.10)
"""Calibrated similarity of the vacancy's duties and the profile's experience."""

WORDING = Feature(
    "wording", "字面相合", lambda pair: pair.wording, _wording, for_vacancy=0.04, for_person=0.04
)
"""Common pairs of characters of the titles."""
