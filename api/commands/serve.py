"""``yingcai serve``: the HTTP API and the page."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.console import RegionOption, note, progress_bar
from data.settings import Settings, current_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from matching.encoder.model import EmbeddingModel

__all__ = ["application", "run", "server_options"]

_DRAIN_SECONDS: Final = 30
_KEEP_ALIVE_SECONDS: Final = 15
_IN_FLIGHT: Final = 256
_BACKLOG: Final = 2048
_SILENT_SECONDS: Final = 120
"""A process that does not answer its parent for so long is replaced; loading pools may take a minute."""


def run(
    *,
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
    region: RegionOption = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="服务进程数，各自加载一份索引")] = 1,
) -> None:
    """启动 HTTP 接口与目录页面；按 Ctrl-C 停止。

    收到 SIGTERM 或 Ctrl-C 后不再接受新连接，答完手上的请求（至多 30 秒）再退出。
    多个进程时，向主进程发 SIGHUP 则逐个重启服务进程。日志为每行一个 JSON，写到标准错误。
    """
    import uvicorn

    settings = current_settings()
    if region:
        settings = settings.model_copy(update={"region": region})
    address = {"host": host or settings.api_host, "port": port or settings.api_port}
    options = {**address, **server_options()}
    said = f"http://{address['host']}:{address['port']}  （页面 / ，接口说明 /openapi.json）"
    if workers == 1:
        from api.app import create_app
        from api.edge.logs import configure_logs
        from api.service import Service

        with progress_bar() as steps:
            service = Service.from_settings(settings, progress=steps.bar("加载人才档案与需求"))
        _settle()
        note(said)
        configure_logs()
        uvicorn.run(create_app(settings, service=service), **options)
        return
    if settings.rate_storage.startswith("memory"):
        note(f"限流按进程计数，{workers} 个进程合计为设定值的 {workers} 倍；设 YINGCAI_RATE_STORAGE 可合计")
    _hand_down(_shared(settings))
    note(said)
    uvicorn.run("api.commands.serve:application", factory=True, workers=workers, **options)


def application(*, model: EmbeddingModel | None = None) -> FastAPI:
    """Make the application of one of several processes, loaded; without a model the settings name one."""
    from api.app import create_app
    from api.edge.logs import configure_logs
    from api.service import Service

    configure_logs()
    settings = current_settings()
    service = Service.from_settings(settings, model=model)
    _settle()
    return create_app(settings, service=service)


def server_options() -> dict[str, Any]:
    """Return how uvicorn serves: bounded connections and heads, a graceful end, no log lines of its own."""
    from api.edge import EdgeProtocol

    return {
        "http": EdgeProtocol,
        "ws": "none",
        "backlog": _BACKLOG,
        "timeout_keep_alive": _KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": _DRAIN_SECONDS,
        "timeout_worker_healthcheck": _SILENT_SECONDS,
        "server_header": False,
        "access_log": False,
        "log_config": None,
        "log_level": "warning",
    }


def _settle() -> None:
    """Keep what was loaded out of garbage collections: one over 200,000 people stops every request for 0.5 s.

    The refresher does the same with what it loads once a process has begun so.
    """
    gc.collect()
    gc.freeze()


def _shared(settings: Settings) -> dict[str, str]:
    """Return what the processes are told: the region, and an empty folder for the metrics of all."""
    folder = Path(settings.var_dir).resolve() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return {"YINGCAI_REGION": settings.region, "PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _hand_down(values: Mapping[str, str]) -> None:
    os.environ.update(values)  # noqa: TID251 - the only way to processes that uvicorn starts
