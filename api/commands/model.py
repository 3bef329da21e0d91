"""``yingcai model``: build and show the embedding model."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console import JsonOption, Session, note, say, show_json
from matching.encoder.build import packaged_model_dir, verify_model
from matching.encoder.model import build_model

app = typer.Typer(help="编码模型：构建与查看 / the embedding model", no_args_is_help=True)


@app.command()
def build(*, as_json: JsonOption = False) -> None:
    """构建编码模型：转换随包的 multilingual-e5-small，选出本机最快且不改变排序的后端；可重复运行。"""
    _show(build_model(Session().settings, report=note).details, as_json=as_json)


@app.command()
def show(
    *,
    verify: Annotated[bool, typer.Option("--verify", help="逐文件核对校验值")] = False,
    as_json: JsonOption = False,
) -> None:
    """显示编码模型的来源、位置、维度与本机实测速度。"""
    settings = Session().settings
    details = build_model(settings, report=note).details
    if verify and not settings.encoder:
        verify_model(packaged_model_dir(settings.cache_dir))
        details = {**details, "verified": True}
    _show(details, as_json=as_json)


def _show(details: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        show_json(details)
        return
    for name, value in details.items():
        say(f"{name}: {value}")
