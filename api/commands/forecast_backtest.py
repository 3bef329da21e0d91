"""``yingcai forecast backtest``: what the forecast would have missed, by level, volume and horizon."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api.commands.forecast_long import (
    AsOf,
    Missing,
    MissingOption,
    NegativeOption,
    Season,
    forecast_file,
    long_options,
)
from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.execution import executor_of

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

__all__ = ["register"]

_LEVELS = {"city": "全区域", "industry": "产业", "occupation": "产业×职业", "series": "全部序列"}
_PUBLISHED = "combined"
_ALL = "all"
_SUM = "sum"


def register(app: typer.Typer) -> None:
    """Add the command of this module to ``yingcai forecast``."""
    app.command("backtest")(backtest_command)


def backtest_command(
    source: Annotated[
        Path | None, typer.Argument(metavar="[IN]", help="长表（见 forecast series）；不给则回测区域需求")
    ] = None,
    *,
    region: RegionOption = None,
    horizon: Annotated[int, typer.Option(min=1, max=12, help="预测月数")] = 3,
    origins: Annotated[
        int | None, typer.Option(min=1, help="长表：只用最近这么多个起点；覆盖率另需 8 个更早的起点")
    ] = None,
    season: Season = 12,
    as_of: AsOf = None,
    missing: MissingOption = Missing.UNKNOWN,
    allow_negative: NegativeOption = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", file_okay=False, help="把 backtest.csv 与 backtest.json 写进这个文件夹"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """滚动起点回测：按层级、规模与预测期给出误差、与朴素方法之比和区间覆盖率。

    每个起点都只用当时已知的数据重做整个预测。不给 IN 时回测区域需求（--region）。
    """
    from training.forecast.long import backtest_document, write_backtest

    if source is None:
        if origins is not None:
            raise typer.BadParameter("只用于长表", param_hint="--origins")
        about, report = _of_region(region, horizon=horizon, as_of=as_of)
    else:
        options = long_options(as_of, missing, allow_negative=allow_negative)
        about, report = _of_table(source, options, horizon=horizon, season=season, origins=origins)
    written = [] if out is None else write_backtest(report, about, out)
    if as_json:
        show_json(backtest_document(report, about))
        return
    _show(report, about)
    if written:
        say(f"已写入 {'、'.join(map(str, written))}")


def _of_table(
    source: Path, options: Any, *, horizon: int, season: int, origins: int | None
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Back-test a long table."""
    from training.forecast.long import check_backtest, window_for

    used = dataclasses.replace(options, window=window_for(origins, horizon=horizon))
    forecast = forecast_file(source, used, horizon=horizon, season=season)
    about = {
        "source": source.name,
        "synthetic": None,
        "horizon": horizon,
        "season_length": season,
        "months_used": forecast.n_months,
        "last_month": f"{forecast.last_month:%Y-%m}",
    }
    return about, check_backtest(forecast)


def _of_region(
    region: str | None, *, horizon: int, as_of: dt.datetime | None
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Back-test the demand of a region; the run is kept as any other."""
    import pandas as pd

    from training.forecast.backtest import BACKTEST_COLUMNS
    from training.forecast.publish import publish_forecast

    session = Session(region=region)
    day = as_of.date() if as_of else None
    with executor_of(session.settings) as executor, progress_bar() as steps:
        steps.step("预测", 0, 0)
        document = publish_forecast(
            session.store, session.region, horizon=horizon, as_of=day, executor=executor
        )
    about = {
        "source": document["region_name"],
        "synthetic": document["synthetic"],
        "horizon": horizon,
        "season_length": 12,
        "months_used": None,
        "last_month": (document["last_month"] or "")[:7],
    }
    return about, pd.DataFrame(document["backtest"], columns=list(BACKTEST_COLUMNS))


def _show(report: pd.DataFrame, about: dict[str, Any]) -> None:
    """Show the published method: every target over all volumes, every volume for the sum."""
    label = "（合成数据）" if about["synthetic"] else ""
    say(f"{about['source']}{label}：数据止于 {about['last_month']}，预测 {about['horizon']} 个月的滚动回测")
    table = Table(box=None, pad_edge=False)
    for name in ("层级", "月均规模", "预测期", "起点", "预测数"):
        table.add_column(name, overflow="fold")
    for name in _FIGURES:
        table.add_column(name, justify="right", overflow="fold")
    ours = report[(report["method"] == _PUBLISHED) & (report["key_industry"] == "")]
    for row in ours.to_dict("records"):
        if row["volume_class"] != _ALL and row["target"] != _SUM:
            continue
        figures = [_figure(row[column], style) for column, style in _FIGURES.values()]
        table.add_row(
            _level(row["level"]),
            "全部" if row["volume_class"] == _ALL else row["volume_class"],
            "合计" if row["target"] == _SUM else f"第{row['target'].removeprefix('month')}月",
            str(row["n_origins"]),
            str(row["n_forecasts"]),
            *figures,
        )
    say(table)
    say("比末值、比季节朴素：平均绝对误差与该法之比，小于 1 为更准；其他方法与重点产业见 --out 或 --json")


_FIGURES = {
    "WAPE": ("wape", ".1%"),
    "MASE": ("mase", ".2f"),
    "RMSSE": ("rmsse", ".2f"),
    "WQL": ("wql", ".3f"),
    "比末值": ("mae_to_last_value", ".2f"),
    "比季节朴素": ("mae_to_seasonal_naive", ".2f"),
    "80%覆盖": ("coverage80", ".1%"),
    "最差一期": ("coverage80_worst", ".1%"),
    "95%覆盖": ("coverage95", ".1%"),
}


def _figure(value: float | None, style: str) -> str:
    return "—" if value is None or value != value else format(value, style)


def _level(name: str) -> str:
    """Name a level of a region or of a table; younger series say how many months they were forecast from."""
    level, _, months = name.partition("@")
    depth = level.removeprefix("level")
    plain = f"第{int(depth) + 1}层" if depth.isdigit() else _LEVELS.get(level, level)
    return f"{plain}（{months} 个月）" if months else plain
