"""The documents of a forecast report: what is forecast, and how such forecasts did on the past."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from data.catalogue.artefacts.reports import BANNER, Picture, Report, Section, Sheet
from data.forecasts.bars import coverage_chart, origin_chart, ratio_chart
from data.forecasts.fan import fan_chart, fan_of
from data.forecasts.listings import Listing
from data.forecasts.run import Cell, KeptRun, Row
from data.forecasts.scores import Score, scores_by_class, scores_by_industry, scores_by_target, verdict
from data.forecasts.words import LEVELS, STATUSES, cell_name, months_name, reason_texts
from training.forecast.report.tables import BASIS, listings_of

__all__ = ["FOLDER", "Drawing", "backtest_drawings", "backtest_page", "fan_drawings", "forecast_page"]

FOLDER = "图表"
"""Folder of the drawings below that of the report."""
_SUM_HEADS = ("名称", "预测（人）", "80% 区间", "95% 区间", "状态", "原因")
_SUM_WIDTHS = (2.4, 1, 1.5, 1.5, 1.1, 3.2)
_SCORE_HEADS = (
    "部分", "WAPE", "偏差", "MASE", "RMSSE", "WQL", "比上月值", "比去年同月", "80% 覆盖", "最差一期",
    "95% 覆盖", "起点",
)  # fmt: skip
_SCORE_WIDTHS = (2.6, *(1.0 for _ in _SCORE_HEADS[1:]))


class Drawing(NamedTuple):
    """A chart and the table behind it."""

    picture: Picture
    """Where it stands and what it shows."""
    svg: str
    """The chart."""
    header: tuple[str, ...]
    """Heads of the table."""
    rows: tuple[tuple[object, ...], ...]
    """The table."""


def fan_drawings(run: KeptRun) -> tuple[Drawing, ...]:
    """Draw the city and every key industry, in the order of the run."""
    rows = (*run.sums("city"), *run.sums("industry"))
    return tuple(_fan_drawing(run, row, number) for number, row in enumerate(rows, start=1))


def backtest_drawings(run: KeptRun) -> tuple[Drawing, ...]:
    """Draw coverage, errors beside simple methods, and the single origins where the run kept them."""
    scores = scores_by_target(run)
    if not scores:
        return ()
    found = []
    for nominal in (80, 95):
        name = f"coverage{nominal}"
        shares = tuple((each.part, each.figure(name), each.figure(f"{name}_worst")) for each in scores)
        title = f"{nominal}% 区间的实际覆盖率"
        svg = coverage_chart(scores, nominal=nominal, width=760, name=name)
        found.append(_drawing(f"回测-覆盖率{nominal}", title, svg, ("部分", "平均", "最差一期"), shares))
    ratios = tuple((each.part, each.against("last_value"), each.against("seasonal_naive")) for each in scores)
    svg = ratio_chart(scores, width=760, name="ratio")
    heads = ("部分", "比上月值", "比去年同月")
    found.append(_drawing("回测-误差比", "平均绝对误差与简单方法之比", svg, heads, ratios))
    return (*found, *_origin_drawings(run))


def forecast_page(run: KeptRun, drawings: Sequence[Drawing], scores: Sequence[Score]) -> Report:
    """Lay out what is forecast, with the verdict of the back-test in the same document.

    Parameters
    ----------
    run
        The run.
    drawings
        What :func:`fan_drawings` returned.
    scores
        What the back-test says of the sums.

    Returns
    -------
    Report
        Cells without figures stand with their reasons.
    """
    period = months_name(run.months)
    above = Sheet(f"{period} 合计", _SUM_HEADS, _sum_rows(run, ("city", "industry")), _SUM_WIDTHS)
    rated = Sheet(
        "有数字的产业×职业单元", _SUM_HEADS, _sum_rows(run, ("occupation",), rated=True), _SUM_WIDTHS
    )
    refused = Sheet(
        "暂不评价的产业×职业单元，按原因",
        ("原因（… 为各单元自己的数）", "单元数"),
        _refused_rows(run),
        (5, 1),
    )
    told = ("每个暂不评价的单元及其原因，见同时公布的预测合计.csv 与预测.xlsx。",) if refused.rows else ()
    verdicts = tuple(verdict(score) for score in scores) or ("历史太短，没有可用的回测，不作准确度的声明。",)
    sections = (
        Section("一、全域与重点产业", (), (above,), tuple(each.picture for each in drawings)),
        Section("二、产业×职业", told, tuple(sheet for sheet in (rated, refused) if sheet.rows)),
        *(_listing_section(name, listing) for name, listing in listings_of(run)),
        Section(
            "过去这样预测会错多少",
            (*verdicts, "逐层级、规模、期限的误差与覆盖率见同时公布的《预测回测报告》。"),
        ),
        Section("这些数字从哪里来", BASIS),
    )
    return _report(run, f"{run.region_name}人才需求预测", sections)


def backtest_page(run: KeptRun, drawings: Sequence[Drawing], scores: Sequence[Score]) -> Report:
    """Lay out how the method did on the past, the parts that failed among them.

    Parameters
    ----------
    run
        The run.
    drawings
        What :func:`backtest_drawings` returned.
    scores
        What the back-test says of the sums.

    Returns
    -------
    Report
        Without a back-test it says so and claims nothing.
    """
    intro = (
        "逐月退回到过去的每一个起点，只用当时已知的数据预测，再与实际数相比；"
        "所有方法在同样的序列、同样的起点上比较。"
    )
    if not scores:
        return _report(
            run, _BACKTEST.format(run.region_name), (Section("", (intro, "历史太短，没有可用的回测。")),)
        )
    whole = _score_sheet("层级与期限，全部规模", scores_by_target(run))
    classes = tuple(
        _score_sheet(f"{label}：按规模，{run.horizon} 个月合计", scores_by_class(run, level))
        for level, label in LEVELS.items()
    )
    industries = _score_sheet("按重点产业", scores_by_industry(run))
    pictures = tuple(each.picture for each in drawings)
    sections = (
        Section("一、结论", (intro, *(verdict(score) for score in scores))),
        Section("二、区间与误差", (), (whole,), pictures),
        Section("三、分组", (), tuple(sheet for sheet in (*classes, industries) if sheet.rows)),
        Section("四、怎样读", _HOW_TO_READ),
    )
    return _report(run, _BACKTEST.format(run.region_name), sections)


_BACKTEST = "{}预测回测报告"
_HOW_TO_READ = (
    "WAPE 为绝对误差合计除以实际合计；MASE、RMSSE 为误差与逐月变动之比，小于 1 优于照抄上月；"
    "WQL 为分位数损失，越小越好；"
    "偏差为预测减实际占实际的比例。",
    "“比上月值”“比去年同月”为平均绝对误差之比，小于 1 优于该方法。“最差一期”是所有起点中区间罩住最少的一次；"
    "只有一个序列的层级不列。",
    "回测说明过去，不保证将来；有效样本是起点个数，不是序列个数。",
)


def _report(run: KeptRun, title: str, sections: tuple[Section, ...]) -> Report:
    facts = (
        f"数据截至 {run.as_of.isoformat()}，预测期 {months_name(run.months)}",
        f"运行编号 {run.run_id}，方法 {run.method}",
        f"数据快照 {run.snapshot}" if run.snapshot else "",
    )
    banner = BANNER if run.synthetic else ""
    return Report(title, banner, tuple(fact for fact in facts if fact), run.as_of, sections)


def _drawing(
    stem: str,
    title: str,
    svg: str,
    header: tuple[str, ...],
    rows: tuple[tuple[object, ...], ...],
    alt: str = "",
) -> Drawing:
    said = alt or "；".join(f"{row[0]} {_text(row[1])}" for row in rows) + "。"
    picture = Picture(f"{FOLDER}/{stem}.svg", title, said, f"{FOLDER}/{stem}.csv")
    return Drawing(picture, svg + "\n", header, rows)


def _fan_drawing(run: KeptRun, row: Row, number: int) -> Drawing:
    fan = fan_of(run, Cell.of(row))
    name = cell_name(row, region=run.region_name)
    svg = fan_chart(fan, width=760, height=320, name=f"fan{number}")
    figures = ("mean", "lo80", "hi80", "lo95", "hi95", "seasonal_naive", "mean3")
    past = tuple((month[:7], heads, *(None for _ in figures)) for month, heads in fan.history)
    ahead = tuple((each["month"][:7], None, *(each[figure] for figure in figures)) for each in fan.ahead)
    header = ("月份", "实际", "预测", "80%下限", "80%上限", "95%下限", "95%上限", "去年同月", "近三月均值")
    return _drawing(
        f"{number:02}-{name}".replace("/", "、"), fan.title, svg, header, (*past, *ahead), fan.words
    )


def _origin_drawings(run: KeptRun) -> tuple[Drawing, ...]:
    """Draw the coverage of the sum at every origin, level by level."""
    found = []
    for level, label in LEVELS.items():
        rows = [
            row for row in run.document.get("origins", ()) if (row["level"], row["target"]) == (level, "sum")
        ]
        rows.sort(key=lambda row: str(row["origin"]))
        if rows:
            title = f"{label}：各起点 {run.horizon} 个月合计的区间覆盖率"
            svg = origin_chart(rows, title=title, width=760, name=f"origins-{level}")
            table = tuple((str(row["origin"])[:7], row["coverage80"], row["coverage95"]) for row in rows)
            found.append(_drawing(f"回测-各起点-{label}", title, svg, ("起点", "80%", "95%"), table))
    return tuple(found)


def _sum_rows(run: KeptRun, levels: tuple[str, ...], *, rated: bool = False) -> tuple[tuple[str, ...], ...]:
    rows = [row for level in levels for row in run.sums(level)]
    kept = [row for row in rows if not rated or row["status"] != "refused"]
    return tuple(
        (
            cell_name(row, region=run.region_name),
            "—" if row["mean"] is None else f"{row['mean']:,.0f}",
            _between(row["lo80"], row["hi80"]),
            _between(row["lo95"], row["hi95"]),
            STATUSES[row["status"]],
            "；".join(reason_texts(row["reasons"])),
        )
        for row in kept
    )


def _refused_rows(run: KeptRun) -> tuple[tuple[str, ...], ...]:
    """Count refused occupations by reason; one cell may have several reasons."""
    refused = (row for row in run.sums("occupation") if row["status"] == "refused")
    return _counted(message for row in refused for message in reason_texts(row["reasons"]))


def _counted(messages: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Count messages, the most frequent first; those that differ in their numbers alone count as one."""
    found: dict[str, Counter[str]] = {}
    for message in messages:
        found.setdefault(re.sub(r"\d+(\.\d+)?", "…", message), Counter())[message] += 1
    rows = ((next(iter(own)) if len(own) == 1 else folded, own.total()) for folded, own in found.items())
    return tuple((words, str(count)) for words, count in sorted(rows, key=lambda row: -row[1]))


def _score_sheet(caption: str, scores: Sequence[Score]) -> Sheet:
    rows = tuple(
        (
            score.part,
            *(_text(score.figure(name)) for name in ("wape", "bias")),
            *(_plain(score.figure(name)) for name in ("mase", "rmsse", "wql")),
            *(_plain(score.against(method)) for method in ("last_value", "seasonal_naive")),
            _text(score.figure("coverage80")),
            "不适用" if score.is_one_series else _text(score.figure("coverage80_worst")),
            _text(score.figure("coverage95")),
            str(score.row["n_origins"]),
        )
        for score in scores
    )
    return Sheet(caption, _SCORE_HEADS, rows, _SCORE_WIDTHS)


def _listing_section(name: str, listing: Listing) -> Section:
    rows = tuple((line.name, *line.cells, STATUSES.get(line.status, line.status)) for line in listing.lines)
    sheet = Sheet(
        listing.title, ("名称", *listing.heads, "状态"), rows, (2.2, *(1.0 for _ in listing.heads), 1.0)
    )
    why = Sheet(
        "没有数字或仅供参考的原因",
        ("原因（… 为各行自己的数）", "行数"),
        _counted(reason for line in listing.lines for reason in line.reasons),
        (5, 1),
    )
    return Section(name, listing.notes, tuple(each for each in (sheet, why) if each.rows))


def _between(low: float | None, high: float | None) -> str:
    return "—" if low is None or high is None else f"{low:,.0f}–{high:,.0f}"


def _plain(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _text(value: object) -> str:
    return f"{value:.1%}" if isinstance(value, float) else "—"
