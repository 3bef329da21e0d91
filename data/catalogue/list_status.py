"""What becomes of an entry of the shortage catalogue, in a closed set of words."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ListStatus"]


class ListStatus(StrEnum):
    """What becomes of an entry of the shortage catalogue."""

    LISTED = "列入"
    """急需紧缺: two stars or more, 急需度 of 60 or more, confidence C or better; or by vote of experts."""
    KEPT = "保留一版"
    """Listed in the edition before and below two stars for the first time."""
    WATCHED = "观察名单"
    """急需度 of 60 or more and an index of 50 or more that does not give two stars."""
    DEMAND_REPORT = "仅列需求报告"
    """Two stars or more, but 急需度 below 60."""
    REMOVED = "调出"
    """Listed in the edition before; an exit rule holds."""
    MOVED = "转入需求目录"
    """One employer's need: it stands in 人才需求目录 only."""
    NOT_LISTED = "不列入"
    """None of these."""
    UNRATED = "暂不评价"
    """X: it has no stars, and so is not listed."""
    UNDECIDED = "待定"
    """An index of 50 or more, and 急需度 not rated."""
