"""``yingcai serve``: the HTTP API and the page."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console import RegionOption, note, progress_bar
from data.settings import current_settings


def run(
    *,
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
    region: RegionOption = None,
) -> None:
    """启动 HTTP 接口与目录页面；按 Ctrl-C 停止。"""
    import uvicorn

    from api.app import create_app
    from api.service import Service

    settings = current_settings()
    if region:
        settings = settings.model_copy(update={"region": region})
    with progress_bar() as steps:
        service = Service.from_settings(settings, progress=steps.bar("加载人才档案与需求"))
    address = (host or settings.api_host, port or settings.api_port)
    note(f"http://{address[0]}:{address[1]}  （页面 / ，接口说明 /openapi.json）")
    uvicorn.run(create_app(settings, service=service), host=address[0], port=address[1], log_level="warning")
