"""What may lie in a bundle: plain data in plain files, nothing that runs when it is loaded."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data.errors import ModelError
from matching.bundle.manifest import ADAPTER, CARD, ENCODER, RANKER, EncoderReference, Part

__all__ = ["MANIFEST", "check_parts", "damaged", "is_part_name", "measure", "walk"]

MANIFEST = "manifest.json"
_KINDS = (".json", ".md", ".parquet", ".safetensors")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,3}")
_LIBRARY = "sentence_transformers."


def damaged(folder: Path, why: str) -> ModelError:
    """Say that a bundle cannot be used and why."""
    return ModelError(
        "bundle_damaged", f"模型包 {folder.name} 不可用：{why}", hint="重新取得该模型包，或退回上一个"
    )


def is_part_name(name: str) -> bool:
    """Tell whether a name can stand in a bundle: it leads nowhere else and hides nothing."""
    return bool(_NAME.fullmatch(name))


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the relative name and path of every file below a folder, in order.

    Raises
    ------
    ModelError
        ``bundle_damaged``: anything is neither a plain file nor a folder, such as a symbolic link, or has a
        name or a kind that a bundle cannot hold.
    """
    if not stat.S_ISDIR(folder.lstat().st_mode):
        raise damaged(folder, "不是文件夹")
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            raise damaged(folder, f"{name} 不是普通文件（模型包不得含链接）")
        if not is_part_name(name):
            raise damaged(folder, f"文件名 {name} 不可用")
        if path.suffix not in _KINDS:
            raise damaged(folder, f"{name} 不是 safetensors、JSON、Parquet 或 Markdown 文件")
        yield name, path


def measure(path: Path) -> Part:
    """Return hash and size of a file."""
    with path.open("rb") as file:
        return Part(sha256=hashlib.file_digest(file, "sha256").hexdigest(), bytes=path.stat().st_size)


def check_parts(folder: Path, parts: Mapping[str, Part], encoder: EncoderReference) -> None:
    """Compare the files of a folder with what its manifest lists, and the manifest with what it refers to.

    Raises
    ------
    ModelError
        ``bundle_damaged``: a file is missing, was changed, is not listed or may not be in a bundle.
    """
    found = dict(walk(folder))
    found.pop(MANIFEST, None)
    for name in sorted(found.keys() ^ parts.keys()):
        raise damaged(folder, f"{name} {'未列入清单' if name in found else '缺失'}")
    for name, path in found.items():
        part = parts[name]
        if path.stat().st_size != part.bytes or measure(path) != part:
            raise damaged(folder, f"{name} 与清单不符")
    has = {
        "adapter": ADAPTER in parts,
        "directory": any(name.startswith(f"{ENCODER}/") for name in parts),
    }
    said = {"adapter": encoder.adapter is not None, "directory": encoder.directory is not None}
    if has != said or all(has.values()):
        raise damaged(folder, "清单所写的编码模型与文件不符")
    if CARD not in parts or not (RANKER in parts or any(has.values())):
        raise damaged(folder, f"缺少 {CARD}，或既无排序模型也无编码模型")
    if encoder.directory:
        _check_encoder(folder, parts)


def _check_encoder(folder: Path, parts: Mapping[str, Part]) -> None:
    """Refuse a model directory that names code of its own, or whose own manifest tells of other files."""
    prefix = f"{ENCODER}/"
    inside = {name.removeprefix(prefix): part for name, part in parts.items() if name.startswith(prefix)}
    modules = _read(folder, "modules.json", [])
    if not isinstance(modules, list) or not all(_is_plain(module) for module in modules):
        raise damaged(folder, "encoder/modules.json 指定了模型库以外的程序")
    if "auto_map" in _read(folder, "config.json", {}):
        raise damaged(folder, "encoder/config.json 要求运行自带的程序")
    told = _read(folder, MANIFEST, {}).get("files", {})
    for name, entry in told.items():
        if name not in inside or inside[name].sha256 != entry.get("sha256"):
            raise damaged(folder, f"encoder/{name} 与 encoder/{MANIFEST} 所写不符")


def _is_plain(module: Any) -> bool:
    """Tell whether an entry of modules.json names a class of the library and stays inside the folder."""
    if not isinstance(module, dict) or not str(module.get("type", "")).startswith(_LIBRARY):
        return False
    place = str(module.get("path", ""))
    return place == "" or is_part_name(place)


def _read(folder: Path, name: str, otherwise: Any) -> Any:
    """Read a JSON file of the encoder; ``otherwise`` where it is not there."""
    path = folder / ENCODER / name
    if not path.is_file():
        return otherwise
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise damaged(folder, f"encoder/{name} 不是 JSON") from error
    if not isinstance(content, type(otherwise)):
        raise damaged(folder, f"encoder/{name} 的内容不合格式")
    return content
