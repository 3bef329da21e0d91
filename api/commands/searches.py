"""``yingcai searches``: the pass over saved searches."""

from __future__ import annotations

import typer

from api.console import JsonOption, Session, say, show_json
from api.jobs.searches import submit_searches
from api.looks import user_of_machine

app = typer.Typer(help="保存的检索：定时运行 / saved searches", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keep ``run`` a command of its own."""


@app.command()
def run(*, as_json: JsonOption = False) -> None:
    """把所有保存的检索排入后台任务，由服务或 yingcai worker 运行；上一轮未完的归属不重复排入。

    供定时运行，如每日凌晨一次。各检索的新增与消失由其归属方在 /v1/searches/{编号}/news 读取。
    """
    submitted = submit_searches(Session().store, actor=user_of_machine())
    if as_json:
        show_json([{"owner": owner, "searches": count} for owner, count in submitted.items()])
        return
    for owner, count in submitted.items():
        say(f"{owner or '人才工作部门'}　{count} 个检索已排入")
    say(f"共 {sum(submitted.values())} 个")
