"""The forecasts by skill of a run as a list of texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from data.forecasts.figures import NOTHING, heads_text, number_text, range_text
from data.forecasts.listings import Line, Listing
from data.forecasts.run import KeptRun, Row
from data.forecasts.words import reason_texts

__all__ = ["skill_listing"]

_HEADS = ("月均需求（条）", "预测合计（条）", "80% 区间", "95% 区间", "逐月预测")


def skill_listing(run: KeptRun, *, unrated: int = 0) -> Listing | None:
    """List the skills with figures, the most wanted first; all others are counted by reason in the notes.

    Parameters
    ----------
    run
        The run.
    unrated
        So many of the most wanted skills without figures follow, confidential ones left out.

    Returns
    -------
    Listing or None
        None where the run has no skills.
    """
    section = run.section("skills")
    if section is None:
        return None
    rated = [row for row in section["rows"] if row["status"] != "refused"]
    refused = Counter(
        re.sub(r"\d+(\.\d+)?", "…", words)
        for row in section["rows"]
        if row["status"] == "refused"
        for words in reason_texts(row["reasons"])
    )
    notes = (
        "同一需求可含多项能力，不可相加。单位是需求的条数，不是人数。",
        f"共 {len(section['rows'])} 项能力，{len(rated)} 项有数字。",
        *_skill_record(section["backtest"], section["horizon"]),
        *(f"暂不评价 {count} 项：{words}" for words, count in refused.most_common()),
    )
    named = [row for row in section["rows"] if row["status"] == "refused" and row["volume"] is not None]
    lines = tuple(_skill_line(row) for row in (*rated, *named[:unrated]))
    return Listing(f"{section['horizon']} 个月内提到各项能力的需求", _HEADS, lines, notes)


def _skill_line(row: Row) -> Line:
    texts = (
        NOTHING if row["status"] == "refused" else number_text(row["volume"], 1),
        heads_text(row["mean"]),
        range_text(row["lo80"], row["hi80"]),
        range_text(row["lo95"], row["hi95"]),
        "、".join(heads_text(month["mean"]) for month in row["months"]) or NOTHING,
    )
    return Line(row["name"], texts, row["status"], reason_texts(row["reasons"]))


def _skill_record(backtest: Sequence[Row], horizon: int) -> tuple[str, ...]:
    """Say how such forecasts did on the past, over volumes that are published."""
    sums = {row["method"]: row for row in backtest if (row["volume_class"], row["target"]) == ("20+", "sum")}
    if not sums:
        return ("历史太短，没有可用的回测，不作准确度的声明。",)
    own, plain = sums["combined"], sums["mean3"]
    size = f"{own['n_origins']} 个起点、{own['n_forecasts']:,} 次预测，{horizon} 个月合计"
    words = f"回测（{size}）：误差 {own['wape']:.1%}，近三月均值法 {plain['wape']:.1%}"
    if own["coverage80"] is None:
        return (f"{words}；区间没有足够的起点可评。",)
    return (f"{words}；80% 区间实际覆盖 {own['coverage80']:.0%}。",)
