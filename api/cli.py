"""The ``yingcai`` command."""

from __future__ import annotations

import errno
import sys
from typing import NoReturn

import typer
from pydantic import ValidationError

from api.commands import (
    agency,
    allocate,
    audit,
    bulletin,
    bundle,
    catalogue,
    challenge,
    code,
    cooperate,
    db,
    demo,
    drift,
    edition,
    evaluate,
    fairness,
    feedback,
    forecast,
    gate,
    index,
    ingest,
    key,
    lint,
    match,
    match_bulk,
    model,
    parse,
    person,
    person_requests,
    rank,
    region,
    relax,
    replay,
    retention,
    review,
    runs,
    searches,
    serve,
    storage,
    survey,
    train,
    user,
    vacancy,
    worker,
)
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
app.command("parse")(parse.run)
app.command("lint")(lint.run)
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(edition.app, name="edition")
match.app.command("relax")(relax.run)
match.app.command("nearest")(match_bulk.run)
app.add_typer(match.app, name="match")
app.add_typer(allocate.app, name="allocate")
app.add_typer(challenge.app, name="challenge")
app.add_typer(cooperate.app, name="cooperate")
app.add_typer(bulletin.app, name="bulletin")
app.add_typer(forecast.app, name="forecast")
app.command("rank")(rank.run)
app.add_typer(evaluate.app, name="evaluate")
app.command("code")(code.run)
app.add_typer(fairness.app, name="fairness")
app.add_typer(review.app, name="review")
app.add_typer(index.app, name="index")
app.add_typer(feedback.app, name="feedback")
app.add_typer(replay.app, name="replay")
app.add_typer(train.app, name="train")
app.add_typer(gate.app, name="gate")
app.add_typer(bundle.app, name="bundle")
app.add_typer(runs.app, name="runs")
app.command("drift")(drift.run)
app.add_typer(agency.app, name="agency")
app.add_typer(key.app, name="key")
app.add_typer(user.app, name="user")
app.add_typer(db.app, name="db")
person_requests.register(person.app)
app.add_typer(person.app, name="person")
app.add_typer(audit.app, name="audit")
app.add_typer(retention.app, name="retention")
app.add_typer(searches.app, name="searches")
app.add_typer(survey.app, name="survey")
app.add_typer(vacancy.app, name="vacancy")
app.add_typer(region.app, name="region")
app.add_typer(storage.app, name="storage")
app.command("serve")(serve.run)
app.command("worker")(worker.run)
app.command("demo")(demo.run)


_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it; typer ends with it silently."""


def main() -> None:
    """Run the command; a failure becomes one line and exit code 1, an interruption one line and 130."""
    try:
        settings = current_settings()
    except ValidationError as error:
        _stop(_settings_failure(error))
    try:
        app()
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            fail("已中断；已写入的内容保留，重新运行即可继续")
        raise
    except YingcaiError as error:
        _stop(f"失败 [{error.code}] {error}")
    except Exception as error:
        if settings.debug:
            raise
        _stop(_unexpected_failure(error))


def _stop(line: str) -> NoReturn:
    fail(line)
    sys.exit(1)


def _settings_failure(error: ValidationError) -> str:
    """Name the settings that cannot be read, by their environment variables."""
    wrong = "、".join(f"YINGCAI_{str(item['loc'][0]).upper()}={item['input']}" for item in error.errors())
    return f"失败 [settings_invalid] 设置无法识别：{wrong}（改正或删去这些环境变量）"


def _unexpected_failure(error: Exception) -> str:
    """Return one line; further lines of a message may hold rows of the database."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "失败 [disk_full] 磁盘已满，没有写完的文件已删去（腾出空间后重新运行）"
    if isinstance(error, OSError) and error.filename:
        return f"失败 [file_inaccessible] 无法读写 {error.filename}：{error.strerror}（检查路径与权限）"
    first = (str(error).splitlines() or [""])[0]
    return f"失败 [internal_error] {type(error).__name__}: {first}（设 YINGCAI_DEBUG=1 重跑可看详情）"
