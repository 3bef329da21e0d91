"""``yingcai forecast report``: forecasts and back-test of the newest run, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.errors import UnknownName
from data.forecasts import KeptRun
from data.store.documents import current_forecast

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command of this module to ``yingcai forecast``."""
    app.command("report")(report_command)


def report_command(
    out: Annotated[Path, typer.Argument(help="输出目录，须是新的或空的")],
    *,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """写出最新一次预测与它的回测：PDF、HTML、XLSX、CSV、JSON 与图表；同一次运行写出的内容逐字节相同。"""
    from training.forecast.report import write_report

    session = Session(region=region)
    row = current_forecast(session.store, session.region.name)
    if row is None:
        raise UnknownName(
            "forecast_not_made", f"{session.region.name_zh}还没有预测", hint="先运行 yingcai forecast run"
        )
    with progress_bar() as steps:
        paths = write_report(KeptRun.from_row(row), out, progress=lambda name: steps.step(name, 0, 0))
    if as_json:
        show_json([str(path) for path in paths])
    else:
        for path in paths:
            say(path)
