"""The tables of a forecast report, with numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator

from data.catalogue.lists.documents import ListDocument, ListTable, banner
from data.forecasts.employers import employer_listing, record_listing
from data.forecasts.listings import (
    SECTIONS,
    Listing,
    flow_listing,
    shortage_listing,
    target_listing,
)
from data.forecasts.run import Cell, KeptRun, Row
from data.forecasts.scores import BASELINES
from data.forecasts.skills import skill_listing
from data.forecasts.words import (
    LEVELS,
    STATUSES,
    cell_name,
    class_name,
    method_name,
    reason_texts,
    target_name,
)

__all__ = ["BASIS", "listings_of", "report_tables"]

Value = str | int | float | None
BASIS = (
    "预测的是登记于本平台的新增需求人数（一需求一计，按开始招聘的月份），不等于全社会的全部需求。",
    "区间由历史预测误差直接校准；80% 区间的意思是，同类预测十次中约八次，实际数落在其中。",
    "依据不足的单元写明原因，不给数字；“暂不评价”不是零。回测与预测一同公布。",
)
"""What to know before reading any figure."""
_CELL = ("层级", "重点产业", "职业编码", "名称")
_FIGURES = {
    "mean": "预测（人）",
    "lo80": "80%区间下限",
    "hi80": "80%区间上限",
    "lo95": "95%区间下限",
    "hi95": "95%区间上限",
}
_SCORES = {
    "n_origins": "起点数", "n_forecasts": "预测次数", "wape": "WAPE", "mae": "MAE（人）", "bias": "偏差",
    **{f"mae_to_{method}": f"MAE比{method_name(method)}" for method in BASELINES},
    "mase": "MASE", "rmsse": "RMSSE", "wql": "WQL", "n_interval_origins": "可评区间的起点数",
    "coverage80": "80%区间覆盖率", "coverage80_worst": "80%区间最差一期", "coverage95": "95%区间覆盖率",
    "coverage95_worst": "95%区间最差一期",
}  # fmt: skip


def report_tables(run: KeptRun) -> ListDocument:
    """Lay a run out as tables: sums, months, back-test, and what was kept beside them.

    Parameters
    ----------
    run
        The run.

    Returns
    -------
    ListDocument
        Refused cells have their reasons and empty cells where the numbers would stand.
    """
    sums = (*_CELL, *_FIGURES.values(), "月均人数", "规模档", "校准起点", "状态", "原因")
    months = (*_CELL, "月份", *_FIGURES.values(), "去年同月", "近三月均值", "状态")
    scores = ("层级", "重点产业", "规模档", "期限", "方法", "公布", *_SCORES.values())
    tables = (
        ListTable(name="预测合计", columns=sums, rows=tuple(_sum(run, row) for row in run.document["sums"])),
        ListTable(
            name="逐月预测", columns=months, rows=tuple(_month(run, row) for row in run.document["table"])
        ),
        ListTable(name="回测", columns=scores, rows=tuple(_scores(run))),
        *(_listing_table(name, listing) for name, listing in listings_of(run)),
    )
    title = banner(f"{run.region_name}人才需求预测", synthetic=run.synthetic)
    notes = (f"运行编号 {run.run_id}，方法 {run.method}，数据快照 {run.snapshot}", *BASIS)
    return ListDocument(title=title, as_of=run.as_of, synthetic=run.synthetic, tables=tables, notes=notes)


def listings_of(run: KeptRun) -> Iterator[tuple[str, Listing]]:
    """Yield what was kept beside demand, each with its name; nothing of what the run does not have."""
    found = {
        SECTIONS["shortage"]: shortage_listing(run),
        SECTIONS["skills"]: skill_listing(run),
        SECTIONS["employers"]: employer_listing(run),
        f"{SECTIONS['employers']}的核对": record_listing(run),
        SECTIONS["targets"]: target_listing(run),
        SECTIONS["flows"]: flow_listing(run),
    }
    for name, listing in found.items():
        if listing is not None:
            yield name, listing


def _cell(run: KeptRun, row: Row) -> tuple[Value, ...]:
    cell = Cell.of(row)
    name = cell_name(row, region=run.region_name)
    return LEVELS[cell.level], cell.key_industry, cell.occupation_code, name


def _figures(row: Row) -> tuple[Value, ...]:
    return tuple(None if row[name] is None else round(row[name], 1) for name in _FIGURES)


def _sum(run: KeptRun, row: Row) -> tuple[Value, ...]:
    volume = None if row["status"] == "refused" else round(row["volume"], 1)
    return (
        *_cell(run, row), *_figures(row), volume, row["volume_class"], row["n_origins"],
        STATUSES[row["status"]], "；".join(reason_texts(row["reasons"])),
    )  # fmt: skip


def _month(run: KeptRun, row: Row) -> tuple[Value, ...]:
    baselines = (None if row[name] is None else round(row[name], 1) for name in ("seasonal_naive", "mean3"))
    return (*_cell(run, row), row["month"][:7], *_figures(row), *baselines, STATUSES[row["status"]])


def _scores(run: KeptRun) -> Iterator[tuple[Value, ...]]:
    for row in run.document["backtest"]:
        yield (
            LEVELS[row["level"]], row.get("key_industry") or None, class_name(row["volume_class"]),
            target_name(row["target"], horizon=run.horizon), method_name(row["method"]),
            "是" if row["method"] == run.published_method else "",
            *(_rounded(row.get(name)) for name in _SCORES),
        )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return round(value, 4) if isinstance(value, float) else value


def _listing_table(name: str, listing: Listing) -> ListTable:
    rows = tuple(
        (line.name, *line.cells, STATUSES.get(line.status, line.status), "；".join(line.reasons))
        for line in listing.lines
    )
    note = "；".join(listing.notes)
    return ListTable(name=name, columns=("名称", *listing.heads, "状态", "原因"), rows=rows, note=note)
