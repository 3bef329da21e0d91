"""``yingcai forecast series``: any long table of monthly series in, forecasts with their status out."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.console import JsonOption, progress_bar, say, show_json
from data.execution import executor_of
from data.settings import current_settings
from data.store.moments import beijing_today

if TYPE_CHECKING:
    from training.forecast.long import LongForecast, LongOptions, OutFiles

__all__ = ["STATUS_NAMES", "Missing", "forecast_file", "long_options", "register"]

STATUS_NAMES = {"ok": "可用", "indicative": "仅供参考", "refused": "暂不评价"}
"""What people read instead of a status."""


class Missing(StrEnum):
    """What a month that is not in the table means."""

    UNKNOWN = "unknown"
    """Unknown: a series with a gap is refused."""
    ZERO = "zero"
    """No demand."""


Horizon = Annotated[int, typer.Option(min=1, max=60, help="预测月数；超过 12 个月的一律暂不评价")]
Season = Annotated[int, typer.Option(min=1, max=24, help="季节长度（月）；1 表示不作季节调整")]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="数据日期，缺省为今天；未结束的月份与更晚的月份不用"),
]
MissingOption = Annotated[Missing, typer.Option("--missing", help="缺月的含义：unknown 未知，zero 为 0")]
NegativeOption = Annotated[bool, typer.Option("--allow-negative", help="数值可以小于 0（如指数、净变化）")]


def register(app: typer.Typer) -> None:
    """Add the command of this module to ``yingcai forecast``."""
    app.command("series")(series_command)


def series_command(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="长表：series_id、month、value，可另有 parent_id")
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="逐月预测写到这里（.csv 或 .parquet）")],
    *,
    horizon: Horizon = 3,
    season: Season = 12,
    as_of: AsOf = None,
    missing: MissingOption = Missing.UNKNOWN,
    allow_negative: NegativeOption = False,
    as_json: JsonOption = False,
) -> None:
    """预测任意长表（csv、parquet）的每个序列；依据不足或数据有误者写明原因，不给数字，其余照常预测。

    逐月预测写入 OUT，合计及其区间写入“OUT 名.sums.csv”，每个序列的状态与原因写入“OUT 名.status.csv”。
    有 parent_id 时，上级的预测等于下级之和。
    """
    from training.forecast.long import out_files, write_long

    files = out_files(out, source=source)
    options = long_options(as_of, missing, allow_negative=allow_negative)
    forecast = forecast_file(source, options, horizon=horizon, season=season)
    write_long(forecast, files)
    summary = _summary(forecast, files)
    if as_json:
        show_json(summary)
    else:
        _show(summary)


def long_options(as_of: dt.datetime | None, missing: Missing, *, allow_negative: bool) -> LongOptions:
    """Return how a long table is to be understood; without a day it is read as of today."""
    from training.forecast.long import LongOptions

    return LongOptions(
        as_of=as_of.date() if as_of else beijing_today(),
        missing_zero=missing is Missing.ZERO,
        allow_negative=allow_negative,
    )


def forecast_file(source: Path, options: LongOptions, *, horizon: int, season: int) -> LongForecast:
    """Read a long table and forecast it, with progress on the terminal."""
    from training.forecast.long import forecast_long, read_long

    with executor_of(current_settings()) as executor, progress_bar() as steps:
        steps.step("读取长表", 0, 0)
        table = read_long(source)
        return forecast_long(
            table,
            options,
            horizon=horizon,
            season_length=season,
            progress=steps.step,
            executor=executor,
        )


def _summary(forecast: LongForecast, files: OutFiles) -> dict[str, Any]:
    """Return what a run of the command says, as plain values."""
    reasons: dict[str, dict[str, Any]] = {}
    for one in forecast.noted:
        code = one.finding.reason["code"]
        entry = reasons.setdefault(
            code,
            {
                "series": set(),
                "status": one.finding.status.value,
                "example": f"{forecast.ids[one.row]}：{one.finding.reason['message']}",
            },
        )
        entry["series"].add(one.row)
    return {
        "series": len(forecast.ids),
        "months_used": forecast.n_months,
        "last_month": f"{forecast.last_month:%Y-%m}",
        "first_forecast": f"{forecast.months[0]:%Y-%m}",
        "last_forecast": f"{forecast.months[-1]:%Y-%m}",
        "status": {status.value: count for status, count in forecast.counts().items()},
        "reasons": [
            {"code": code, **entry, "series": len(entry["series"])}
            for code, entry in sorted(reasons.items(), key=lambda pair: -len(pair[1]["series"]))
        ],
        "remarks": list(forecast.remarks),
        "files": {name: str(path) for name, path in files._asdict().items()},
    }


def _show(summary: dict[str, Any]) -> None:
    """Show how many series got which status and why, and where the figures are."""
    used = f"数据止于 {summary['last_month']}（共 {summary['months_used']} 个月）"
    say(f"{summary['series']} 个序列，{used}，预测 {summary['first_forecast']} 至 {summary['last_forecast']}")
    statuses = Table("状态", "序列数", "占比", box=None, pad_edge=False)
    for status, count in summary["status"].items():
        statuses.add_row(STATUS_NAMES[status], str(count), f"{count / summary['series']:.1%}")
    say(statuses)
    if summary["reasons"]:
        say()
        reasons = Table("原因", "作用", "序列数", "例", box=None, pad_edge=False)
        for reason in summary["reasons"]:
            effect = "说明" if reason["status"] == "ok" else STATUS_NAMES[reason["status"]]
            reasons.add_row(reason["code"], effect, str(reason["series"]), reason["example"])
        say(reasons)
    for remark in summary["remarks"]:
        say(f"注意：{remark}")
    files = summary["files"]
    say(f"逐月预测 {files['months']}；合计 {files['sums']}；状态与原因 {files['status']}")
