"""``yingcai storage``: what is on the object storage, brought there and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.console import JsonOption, Session, progress_bar, say, show_json
from data.errors import ConflictError, InputError, UnknownName
from data.settings import Settings
from data.shelves import Shelf

app = typer.Typer(help="对象存储：清单、取回、上传已有文件 / object storage", no_args_is_help=True)

_LEAVING = ("pools",)
"""Kinds that hold personal data: nothing of them stays on this machine."""


@app.command("list")
def list_sets(
    kind: Annotated[str | None, typer.Argument(help="种类；缺省各列个数")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """列出对象存储里的模型包、快照、冻结数据、问题清单与发布件。"""
    shelves = _shelves(Session().settings)
    found = {name: list(shelf.names()) for name, shelf in shelves.items() if kind in (None, name)}
    if kind is not None and not found:
        raise _unknown_kind(kind, shelves)
    if as_json:
        show_json(found)
        return
    for name, sets in found.items():
        say(f"{name}  {len(sets)} 个")
        for each in sets if kind else ():
            files = shelves[name].files(each)
            say(f"  {each}  {'、'.join(files)}")


@app.command()
def fetch(
    kind: Annotated[str, typer.Argument(help="种类，见 yingcai storage list")],
    name: Annotated[str, typer.Argument(help="名称")],
    out: Annotated[Path, typer.Argument(help="写到这个目录：新的或空的")],
) -> None:
    """取回一套文件，逐个核对散列值；问题清单与冻结数据含个人信息，用后即删。"""
    shelves = _shelves(Session().settings)
    if kind not in shelves:
        raise _unknown_kind(kind, shelves)
    if out.exists() and any(out.iterdir()):
        raise ConflictError("folder_not_empty", f"{out} 不是空目录", hint="另指一个目录")
    out.mkdir(parents=True, exist_ok=True)
    storage = shelves[kind].storage
    if storage is None or not storage.fetch(kind, name, out):
        raise UnknownName(
            "storage_unknown", f"对象存储的 {kind} 里没有 {name}", hint="用 yingcai storage list 查看"
        )
    say(f"已取回 {name} 到 {out}")


@app.command()
def push(*, as_json: JsonOption = False) -> None:
    """把数据目录里已有的模型包、快照、冻结数据与发布件传上去；已在的重传一遍，损坏的由此修复。

    冻结数据含个人信息，传上去之后从本机删除；对象存储里已有的冻结数据不动，它可能已删去了人。
    """
    shelves = _shelves(Session().settings)
    done: dict[str, int] = {}
    with progress_bar() as steps:
        for kind, shelf in shelves.items():
            names = [each for each in shelf.here() if _is_set(shelf, each)]
            for number, name in enumerate(names, start=1):
                if kind not in _LEAVING or not shelf.holds(name):
                    shelf.publish(name)
                if kind in _LEAVING:
                    shelf.forget(name)
                steps.step(f"上传 {kind}", number, len(names))
            done[kind] = len(names)
    if as_json:
        show_json(done)
    else:
        say("已上传：" + "，".join(f"{kind} {count} 个" for kind, count in done.items()))


def _shelves(settings: Settings) -> dict[str, Shelf]:
    """Return the shelves by kind."""
    places = (
        settings.bundles_dir,
        settings.snapshots_dir,
        settings.pools_dir,
        settings.exports,
        settings.reports_dir,
    )
    shelves = [Shelf.of(place) for place in places]
    if shelves[0].storage is None:
        raise InputError(
            "storage_none",
            "没有设置对象存储",
            hint="设 YINGCAI_STORAGE_URL，如 s3://桶/前缀 或 file:///共享目录",
        )
    return {shelf.kind: shelf for shelf in shelves}


def _is_set(shelf: Shelf, name: str) -> bool:
    """Tell whether a folder was finished; frozen pools lie within the folder of the snapshots."""
    folder = shelf.folder / name
    if shelf.kind == "exports":
        return folder.is_dir() and not name.startswith("unfinished-")
    return (folder / "manifest.json").is_file()


def _unknown_kind(kind: str, shelves: dict[str, Shelf]) -> UnknownName:
    return UnknownName("storage_kind", f"没有种类 {kind}", hint=f"可用：{'、'.join(shelves)}")
