"""The employers' own forecasts of a run as lists of texts: those of the next quarter, and the record."""

from __future__ import annotations

from data.forecasts.figures import heads_text, range_text, share_text
from data.forecasts.listings import Line, Listing
from data.forecasts.run import KeptRun, Row
from data.forecasts.words import cell_name, reason_texts

__all__ = ["employer_listing", "record_listing"]

_EMPLOYERS = (
    "报送单位",
    "自报合计（人）",
    "自报低至高",
    "响应占比",
    "校正并推算全部",
    "统计预测",
    "统计 80% 区间",
    "合并值",
)
_ALONE = "统计预测暂不评价，只列自报，不合并"
_RECORD = ("核对条数", "偏差", "误差（WAPE）", "照旧的误差", "落在自报区间", "方向说对", "多报单位")


def employer_listing(run: KeptRun, *, level: str | None = None) -> Listing | None:
    """List the employers' own forecast of the next quarter beside the statistical one.

    Parameters
    ----------
    run
        The run.
    level
        ``occupation`` for the occupations that are not refused; without one the city and the industries.

    Returns
    -------
    Listing or None
        None where no employer reported.
    """
    section = run.section("employers")
    if section is None:
        return None
    report = section["report"]
    cells = [cell for cell in report["cells"] if (cell["level"] == "occupation") == (level == "occupation")]
    shown = [cell for cell in cells if level is None or cell["status"] != "refused"]
    lines = tuple(_employer_line(cell, cell_name(cell, region=run.region_name)) for cell in shown)
    factors = "，".join(f"{size} {factor:.2f}" for size, factor in report["factors"].items())
    notes = (*report["notes"], f"按单位招聘规模的校正系数：{factors}。") if level is None else ()
    left_out = len(cells) - len(shown)
    notes = (*notes, f"另有 {left_out} 个职业保密，不列。") if left_out else notes
    what = "产业×职业" if level == "occupation" else "全域与重点产业"
    return Listing(f"{report['target_quarter']} 用人单位自报：{what}", _EMPLOYERS, lines, notes)


def record_listing(run: KeptRun) -> Listing | None:
    """List how good the employers' own forecasts were; None where no employer reported."""
    section = run.section("employers")
    if section is None:
        return None
    record = section["record"]
    unjudged = f"迟报 {record['late']} 条、平台上没有需求的单位 {record['unseen']} 条"
    notes = (
        f"核对了 {record['judged']} 条；{unjudged}、未写人数 {record['unstated']} 条，未核对。",
        "偏差为（自报 − 实际）÷ 实际，正为多报；“照旧”指照抄填报当季的招聘数；"
        "多报单位指自报超过实际 1.5 倍的单位。",
    )
    lines = tuple(_record_line(row) for row in record["rows"])
    return Listing("过去自报得准不准", _RECORD, lines, notes)


def _employer_line(cell: Row, name: str) -> Line:
    combined = cell["combined"] or {"value": None, "reasons": ()}
    known = cell["statistical"]
    texts = (
        heads_text(cell["employers"]),
        heads_text(cell["likely"]),
        range_text(cell["low"], cell["high"]),
        share_text(cell["response_share"]),
        heads_text(cell["scaled"]),
        heads_text(known["mean"]),
        range_text(known["lo80"], known["hi80"]),
        heads_text(combined["value"]),
    )
    reasons = reason_texts((*cell["reasons"], *combined["reasons"]))
    alone = cell["status"] != "refused" and known["mean"] is None
    return Line(name, texts, cell["status"], (*reasons, _ALONE) if alone else reasons)


def _record_line(row: Row) -> Line:
    names = ("bias", "wape", "naive_wape", "coverage", "direction", "over_reporters")
    texts = (heads_text(row["n"]), *(share_text(row[name]) for name in names))
    name = f"{row['key_industry'] or '全部产业'} · 提前 {row['horizon']} 季"
    return Line(name, texts, row["status"], reason_texts(row["reasons"]))
