"""``yingcai runs``: the training runs that MLflow keeps, and the bundles registered there."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from api.console import JsonOption, note, say, show_json
from data.errors import InputError
from data.settings import current_settings

if TYPE_CHECKING:
    from training.runs import RunRecord

__all__ = ["app"]

app = typer.Typer(help="训练运行的登记：参数、数据、代码、结果 / training runs", no_args_is_help=True)

RunArgument = Annotated[str, typer.Argument(help="运行编号，或能区分它的开头几位")]

_DIFFERS = 3
"""Exit code when a run would not come out the same; 1 is a failure and 2 a wrong option."""


@app.command("list")
def list_runs(
    *,
    experiment: Annotated[str, typer.Option(help="只列一个实验；缺省列全部")] = "",
    limit: Annotated[int, typer.Option(min=1, help="最多列出的条数")] = 20,
    as_json: JsonOption = False,
) -> None:
    """列出运行，新的在前。"""
    from training.tracking import read_runs, store_uri

    runs = read_runs(store_uri(current_settings()), experiment).head(limit)
    if as_json:
        show_json([row.dropna().to_dict() for _, row in runs.iterrows()])
        return
    if runs.empty:
        say("还没有运行")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("编号", "实验", "名称", "状态", "开始（UTC）", "代码"):
        table.add_column(head, overflow="fold")
    for row in runs.to_dict("records"):
        cells = (row["run_id"][:12], row["experiment"], row["name"], row["status"])
        table.add_row(*cells, str(row["started_at"])[:19], str(row["commit"])[:12])
    say(table)


@app.command()
def show(run: RunArgument, *, as_json: JsonOption = False) -> None:
    """显示一次运行：参数、结果、模型卡，以及重做它的命令与配置。"""
    from training.tracking import read_run, run_artefact, store_uri

    uri = store_uri(current_settings())
    found = read_run(uri, run)
    texts = {name: run_artefact(uri, found.run_id, name) for name in ("config.toml", "card.md")}
    if as_json:
        show_json({**found.model_dump(mode="json"), **texts})
        return
    _show(found)
    for name, text in texts.items():
        if text:
            say()
            say(f"{name}：")
            say(text.rstrip())


@app.command()
def check(
    run: RunArgument,
    *,
    data: Annotated[
        list[Path] | None, typer.Option("--data", exists=True, dir_okay=False, help="现在的数据文件；可重复")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """一次运行现在能否照原样重做：比较代码版本与数据；给出命令与配置。不同则退出码为 3。"""
    from training.provenance import content_sha256, read_provenance
    from training.tracking import read_run, run_artefact, store_uri

    uri = store_uri(current_settings())
    found = read_run(uri, run)
    now = content_sha256(data) if data else None
    differences = found.differences(read_provenance(), now)
    config = run_artefact(uri, found.run_id, "config.toml")
    if as_json:
        show_json(
            {"run_id": found.run_id, "command": found.command, "config": config, "differences": differences}
        )
    else:
        say(f"命令：{found.command or '未记录'}")
        if config:
            say("配置：")
            say(config.rstrip())
        for line in differences:
            say(f"不同：{line}")
        if now is None:
            note("没有给出 --data，数据未比较")
        if not differences:
            say("代码与所给数据都与运行时相同")
    if differences:
        raise typer.Exit(_DIFFERS)


@app.command()
def bundles(*, as_json: JsonOption = False) -> None:
    """列出登记的模型包及其别名：champion 在用，challenger 待定，archived 前任。"""
    from training.tracking import read_aliases, store_uri

    found = read_aliases(store_uri(current_settings()))
    if as_json:
        show_json([one.model_dump(mode="json") for one in found])
        return
    if not found:
        say("还没有登记模型包")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("版本", "模型包", "别名", "最近状态", "位置"):
        table.add_column(head, overflow="fold")
    for one in found:
        table.add_row(str(one.version), one.bundle_id, "、".join(one.aliases), one.state, one.path)
    say(table)


@app.command()
def ui(
    *,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="监听端口")] = 5000,
) -> None:
    """在浏览器里看运行（MLflow 页面，只读本机的登记库，不外传）；Ctrl-C 结束。"""
    from training.tracking import server_command, store_uri

    uri = store_uri(current_settings())
    if uri.startswith("http"):
        raise InputError("tracking_is_remote", f"运行登记在 {uri}", hint="直接用浏览器打开这个地址")
    say(f"打开 http://{host}:{port}")
    command = server_command(uri, host=host, port=port)
    code = subprocess.call(command)  # nosec B603 # noqa: S603 - own words, no shell
    if code:
        raise typer.Exit(code)


def _show(found: RunRecord) -> None:
    """Print what a run is, its parameters and its results."""
    say(f"{found.name}（{found.experiment}）{found.status} {found.started_at}")
    say(f"编号：{found.run_id}")
    say(f"代码：{found.commit}" + ("（有未提交的改动）" if found.dirty else ""))
    say(f"数据：{found.data_sha256 or '未记录'}")
    say(f"命令：{found.command or '未记录'}")
    for title, rows in (("参数", found.parameters), ("结果", found.metrics)):
        if rows:
            say()
            table = Table(box=None, pad_edge=False)
            table.add_column(title, overflow="fold")
            table.add_column("值", justify="right", overflow="fold")
            for name, value in rows.items():
                table.add_row(name, value if isinstance(value, str) else f"{value:.4f}")
            say(table)
