"""``yingcai index``: the vectors that are searched, as they lie on disk."""

from __future__ import annotations

from typing import Any

import typer

from api.commands.match import load_matcher
from api.console import JsonOption, RegionOption, Session, say, show_json
from data.errors import RefusedError
from matching.index import read_snapshot
from matching.kept import forget_vectors

app = typer.Typer(help="检索用的向量：查看、重建 / the vectors on disk", no_args_is_help=True)


@app.command()
def show(*, as_json: JsonOption = False) -> None:
    """查看盘上的向量：版本、模型、条数；同时核对每个文件的校验值。"""
    folder = Session().settings.index_dir
    try:
        snapshot = read_snapshot(folder)
    except FileNotFoundError as error:
        raise RefusedError(
            "index_missing", f"{folder} 里还没有向量", hint="运行 yingcai index rebuild，或任一匹配命令"
        ) from error
    arrays = snapshot.arrays
    shown: dict[str, Any] = {
        "version": snapshot.version,
        "model": snapshot.details["model"],
        "vacancies": len(arrays["vacancies.joined"]),
        "profiles": len(arrays["profiles.joined"]),
        "dimension": int(arrays["profiles.joined"].shape[1]),
        "terms": {name: len(terms) for name, terms in snapshot.details["terms"].items()},
        "megabytes": round(sum(array.nbytes for array in arrays.values()) / 2**20, 1),
    }
    if as_json:
        show_json(shown)
        return
    say(f"版本 {shown['version']}，模型 {shown['model']}，{shown['megabytes']} MB，校验无误")
    say(f"需求 {shown['vacancies']} 条，档案 {shown['profiles']} 份，每条 {shown['dimension']} 维")


@app.command()
def rebuild(*, region: RegionOption = None, as_json: JsonOption = False) -> None:
    """从数据库重建向量：删去盘上的，重新拟合并写出；已编码过的文字不再编码。"""
    session = Session(region=region)
    forget_vectors(session.settings.index_dir)
    matcher = load_matcher(session)
    shown = {
        "version": matcher.index_version,
        "vacancies": len(matcher.vacancies),
        "profiles": len(matcher.profiles),
    }
    if as_json:
        show_json(shown)
    else:
        say(f"已重建：版本 {shown['version']}，需求 {shown['vacancies']} 条，档案 {shown['profiles']} 份")
