"""``yingcai worker``: background jobs in a process of their own."""

from __future__ import annotations

from typing import Annotated

import typer

from api.console import JsonOption, RegionOption, note, progress_bar, say, show_json
from api.jobs.registry import workers_of
from api.jobs.signals import stopping
from api.service import Service
from data.settings import current_settings


def run(
    *,
    threads: Annotated[int, typer.Option(min=1, max=16, help="同时处理几个部分")] = 1,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="没有可处理的任务时退出，供定时运行")
    ] = False,
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """处理后台任务（批量匹配、报送的文件、已存搜索）；可同时运行多个，服务端宜设 YINGCAI_WORKER_THREADS=0。

    报送的文件在 YINGCAI_VAR_DIR/uploads：须与服务端用同一个目录，或同一个对象存储。

    收到 SIGTERM 或 Ctrl-C 时做完手上的部分再退出；再收一次则立即交还，由其他进程接着做。
    进程被强行终止也不丢不重：未写完的部分在租期（60 秒）过后由其他进程重做。
    """
    settings = current_settings()
    if region:
        settings = settings.model_copy(update={"region": region})
    with progress_bar() as steps:
        service = Service.from_settings(settings, progress=steps.bar("加载人才档案与需求"))
    workers = workers_of(service, threads=threads)
    service.refresher.start(settings.refresh_seconds)
    try:
        with stopping(workers):
            note("等待任务；Ctrl-C 停止")
            workers.start(until_idle=until_idle)
            workers.join()
    finally:
        service.refresher.stop()
        service.store.engine.dispose()
    if as_json:
        show_json({"parts": workers.taken})
    else:
        say(f"已停止，处理了 {workers.taken} 个部分")
