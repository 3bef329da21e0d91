"""The ``yingcai`` command."""

from __future__ import annotations

import sys

import typer

from api.commands import catalogue, demo, forecast, ingest, key, match, model, rank, serve
from api.console import fail
from data.errors import YingcaiError
from data.settings import current_settings

__all__ = ["app", "main"]

app = typer.Typer(
    name="yingcai",
    help="人才需求目录、急需紧缺人才目录、人岗匹配与紧缺预测 / talent demand, matching, forecasts",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(model.app, name="model")
app.command("ingest")(ingest.run)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(match.app, name="match")
app.command("forecast")(forecast.run)
app.command("rank")(rank.run)
app.add_typer(key.app, name="key")
app.command("serve")(serve.run)
app.command("demo")(demo.run)


def main() -> None:
    """Run the command; a known error becomes one line and exit code 1."""
    try:
        app()
    except YingcaiError as error:
        fail(f"失败 [{error.code}] {error}")
        sys.exit(1)
    except Exception as error:
        if current_settings().debug:
            raise
        fail(f"失败 [internal_error] {type(error).__name__}: {error}（设 YINGCAI_DEBUG=1 重跑可看详情）")
        sys.exit(1)
    except KeyboardInterrupt:
        fail("已中断；已写入的内容保留，重新运行即可继续")
        sys.exit(130)
