"""An index on disk: a folder a version, and one small file that says which is current.

::

    folder/
        CURRENT              {"version": …, "previous": …}, replaced in one step
        3f2a91c07be4/        named after its content
            manifest.json    every file with its size and SHA-256
            ids.json
            titles.npy …

A version is written under another name and renamed when every byte is on disk, so a reader opens the old
version or the new one and never a mixture; a crash on the way leaves the old one. The last two versions
are kept. A reader that has an older one mapped goes on reading it: the file lives as long as its map.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.errors import IndexDamaged, InputError

__all__ = ["Snapshot", "read_snapshot", "write_snapshot"]

_CURRENT, _MANIFEST, _IDS, _LOCK, _UNFINISHED = "CURRENT", "manifest.json", "ids.json", ".lock", ".new-"
_NAME = re.compile(r"[a-z][a-z0-9_.]*")
_VERSION_LENGTH = 12
_TRIES = 5
_PARSING = threading.Lock()
"""NumPy reads heads of files by ``ast``, which fails at times in CPython 3.11 when threads do it at once."""


class Snapshot(NamedTuple):
    """One version of an index, its arrays memory-mapped and read-only."""

    version: str
    ids: tuple[str, ...]
    arrays: Mapping[str, NDArray[Any]]
    details: Mapping[str, Any]


def write_snapshot(
    folder: Path,
    *,
    arrays: Mapping[str, NDArray[Any]],
    ids: Sequence[str],
    details: Mapping[str, Any],
) -> str:
    """Write a version and make it the current one.

    Parameters
    ----------
    folder
        Made if it is not there; one folder an index.
    arrays
        By name: lower-case letters, digits and underscores, in parts joined by dots.
    ids
        Identifiers of the rows, in order of position.
    details
        Anything else to keep, as JSON has it.

    Returns
    -------
    str
        The version: equal content has an equal version.

    Raises
    ------
    InputError
        If an array's name cannot be a file name.
    """
    for name in arrays:
        if not _NAME.fullmatch(name):
            raise InputError(
                "array_name", f"数组名 {name!r} 不能作文件名", hint="请只用小写字母、数字、下划线和点"
            )
    folder.mkdir(parents=True, exist_ok=True)
    with _only_writer(folder):
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
        try:
            version = _write_version(unfinished, arrays, ids, details)
            _put(unfinished, folder / version)
        finally:
            # On a full disk half a version must not take the room that is left.
            shutil.rmtree(unfinished, ignore_errors=True)
        _point(folder, version)
        _remove_old(folder)
    return version


def read_snapshot(folder: Path, *, verify: bool = True) -> Snapshot:
    """Open the current version.

    Parameters
    ----------
    folder
        Where :func:`write_snapshot` wrote.
    verify
        Whether to read every file through and compare its SHA-256; without it only sizes are compared.

    Returns
    -------
    Snapshot
        Stays readable when newer versions are written.

    Raises
    ------
    FileNotFoundError
        If none was ever written.
    IndexDamaged
        If it is not what was written.
    """
    for _ in range(_TRIES):
        version = _current(folder)["version"]
        try:
            return _open(folder / version, version, verify=verify)
        except FileNotFoundError as error:
            # Two newer versions may have come since CURRENT was read; then it names another one now.
            missing = error
            if _current(folder)["version"] == version:
                break
    raise _damaged(folder, f"缺少文件 {missing.filename}") from missing


def _damaged(path: Path, reason: str) -> IndexDamaged:
    """Say which file cannot be used and why."""
    return IndexDamaged(
        "index_damaged", f"索引快照 {path} 不能使用：{reason}", hint="请从数据库重建索引后再试"
    )


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Keep other writers out, in this process and in others; the lock ends with the process."""
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_version(
    folder: Path, arrays: Mapping[str, NDArray[Any]], ids: Sequence[str], details: Mapping[str, Any]
) -> str:
    """Write all files of a version and return its name."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    (folder / _IDS).write_text(json.dumps(list(ids), ensure_ascii=False), encoding="utf-8")
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": _digest(path)}
        for path in sorted(folder.iterdir())
    }
    content = json.dumps({"files": files, "details": details}, ensure_ascii=False, sort_keys=True)
    version = hashlib.sha256(content.encode()).hexdigest()[:_VERSION_LENGTH]
    manifest = {"version": version, "files": files, "details": details}
    (folder / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    for path in folder.iterdir():
        _flush(path)
    _flush(folder)
    return version


def _put(unfinished: Path, target: Path) -> None:
    """Give a finished version its name, unless it is there already and sound."""
    if target.exists():
        try:
            _open(target, target.name, verify=True)
        except (IndexDamaged, FileNotFoundError):
            shutil.rmtree(target)
        else:
            return
    unfinished.rename(target)
    _flush(target.parent)


def _point(folder: Path, version: str) -> None:
    """Make a version the current one, in one step."""
    try:
        before = _current(folder)
    except (FileNotFoundError, IndexDamaged):
        before = {"version": version, "previous": version}
    previous = before["version"] if before["version"] != version else before["previous"]
    handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as pointer:
        json.dump({"version": version, "previous": previous}, pointer)
    _flush(Path(name))
    Path(name).replace(folder / _CURRENT)
    _flush(folder)


def _remove_old(folder: Path) -> None:
    """Remove what neither the current nor the previous version is, half-written ones included."""
    kept = {*_current(folder).values(), _CURRENT, _LOCK}
    for path in folder.iterdir():
        if path.name in kept:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name.startswith(_UNFINISHED):
            path.unlink()


def _current(folder: Path) -> dict[str, str]:
    """Read which version is current."""
    path = folder / _CURRENT
    try:
        pointer = json.loads(path.read_text(encoding="utf-8"))
        return {"version": str(pointer["version"]), "previous": str(pointer["previous"])}
    except FileNotFoundError:
        raise FileNotFoundError(f"{folder} 中还没有写过索引快照，请先建立索引") from None
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, "内容无法读取") from error


def _open(folder: Path, version: str, *, verify: bool) -> Snapshot:
    """Open one version; a missing file is left to the caller."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        files, details = dict(manifest["files"]), manifest["details"]
        for name, expected in files.items():
            _check(folder / name, expected, verify=verify)
        ids = tuple(json.loads((folder / _IDS).read_text(encoding="utf-8")))
        arrays = {Path(name).stem: _map(folder / name) for name in files if name != _IDS}
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, "清单或内容无法读取") from error
    return Snapshot(version, ids, arrays, details)


def _check(path: Path, expected: Mapping[str, Any], *, verify: bool) -> None:
    """Compare one file with what the manifest says of it."""
    if path.stat().st_size != expected["bytes"] or (verify and _digest(path) != expected["sha256"]):
        raise _damaged(path, "内容与写入时不同")


def _map(path: Path) -> NDArray[Any]:
    """Map one array; as a plain array, because every slice of a ``memmap`` costs ten times as much."""
    with _PARSING:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Wait until a file or a folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
