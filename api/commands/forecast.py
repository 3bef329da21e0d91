"""``yingcai forecast``: demand by key industry and occupation, months ahead."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from api.commands import (
    forecast_backtest,
    forecast_employers,
    forecast_flows,
    forecast_long,
    forecast_report,
    forecast_shortage,
    forecast_supply,
    forecast_targets,
)
from api.commands.catalogue import Day
from api.console import JsonOption, RegionOption, Session, progress_bar, say, show_json
from data.execution import executor_of
from data.reference import occupation_names

app = typer.Typer(
    help="预测：区域需求、任意长表、历史回测 / forecasts and their back-tests", no_args_is_help=True
)
for module in (
    forecast_long,
    forecast_backtest,
    forecast_shortage,
    forecast_targets,
    forecast_supply,
    forecast_report,
):
    module.register(app)
app.command("flows")(forecast_flows.run)
app.add_typer(forecast_employers.app, name="employers")


@app.command()
def run(
    *,
    region: RegionOption = None,
    horizon: Annotated[int, typer.Option(min=1, max=12, help="预测月数")] = 3,
    as_of: Day = None,
    release_break: forecast_shortage.ReleaseBreak = False,
    limit: Annotated[int, typer.Option(min=1, help="最多显示的行数")] = 25,
    as_json: JsonOption = False,
) -> None:
    """预测各重点产业与职业的月度需求人数，附校准区间与回测；依据不足者写明原因，不给数字。"""
    session = Session(region=region)
    document = make_forecast(session, horizon=horizon, as_of=as_of, release_break=release_break)
    if as_json:
        show_json(document)
    else:
        show_forecast(document, limit=limit)


def make_forecast(
    session: Session, *, horizon: int = 3, as_of: Day = None, release_break: bool = False
) -> dict[str, Any]:
    """Forecast, keep the run in the store and return its document."""
    from training.forecast.publish import publish_forecast

    with executor_of(session.settings) as executor, progress_bar() as steps:
        steps.step("预测", 0, 0)
        return publish_forecast(
            session.store,
            session.region,
            horizon=horizon,
            as_of=as_of.date() if as_of else None,
            release_break=release_break,
            progress=steps.step,
            executor=executor,
        )


def show_forecast(document: dict[str, Any], *, limit: int) -> None:
    """Show the sums over the horizon, cities and industries first, and the back-test."""
    label = "（合成数据）" if document["synthetic"] else ""
    say()
    period = f"{document['last_month'][:7]} 之后 {document['horizon']} 个月"
    say(f"{document['region_name']}需求预测{label}：{period}合计（人）")
    table = Table(box=None, pad_edge=False)
    for name in ("层级", "重点产业", "职业", "预测", "80%区间", "95%区间", "说明"):
        table.add_column(name, overflow="fold")
    names = occupation_names()
    for row in document["sums"][:limit]:
        table.add_row(
            _LEVELS[row["level"]],
            row["key_industry"] or "—",
            names.get(row["occupation_code"] or "", "—"),
            "—" if row["mean"] is None else f"{row['mean']:.0f}",
            _range(row["lo80"], row["hi80"]),
            _range(row["lo95"], row["hi95"]),
            forecast_long.STATUS_NAMES[row["status"]]
            + "".join(f"：{reason['message']}" for reason in row["reasons"][:1]),
        )
    say(table)
    rows = len(document["sums"])
    say(f"共 {rows} 行，显示 {min(limit, rows)} 行；方法 {document['method']}")


_LEVELS = {"city": "全区域", "industry": "产业", "occupation": "产业×职业"}


def _range(low: float | None, high: float | None) -> str:
    return "—" if low is None or high is None else f"{low:.0f}–{high:.0f}"
