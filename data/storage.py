"""Object storage through fsspec: named sets of files, which every machine reads as published or not at all.

::

    prefix/bundles/
        titles-9c1f03ab77de.json    the pointer: every file with its size and SHA-256
        titles-9c1f03ab77de/
            5fe1…64 digits…         a file, named after its content

The files of a set go first and the pointer last. Object stores know no rename, but put one object whole or
not at all; on a disk the pointer is written beside and renamed. Whoever reads sees the set before or after,
and what a broken-off upload left is named by nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

from data.errors import InputError, StoreError, YingcaiError

__all__ = ["KINDS", "Files", "Storage"]

Files = Mapping[str, Mapping[str, Any]]
"""Size and SHA-256 of every file of a set, by its name in it."""

KINDS: Final = ("bundles", "drafts", "exports", "pools", "reports", "snapshots", "tombstones", "uploads")
"""Kinds of sets and documents."""

_FORMAT: Final = 1
_POINTER: Final = ".json"
_URL: Final = re.compile(r"(file:///|(?!file:)[a-z][a-z0-9]*://[^/\s?#]+)[^\s?#]*")
_NAME: Final = re.compile(r"\w[\w.-]{0,199}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PACKAGES: Final = {"s3": "pip install 'yingcai[s3]'", "s3a": "pip install 'yingcai[s3]'"}


class Storage:
    """A place on an object store, or a folder that machines share.

    Parameters
    ----------
    url
        Such as ``s3://bucket/prefix``, see :class:`data.settings.Settings`. Nothing is reached yet.
    """

    def __init__(self, url: str) -> None:
        self._url = _checked(url)

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of the sets of a kind in order."""
        found = (PurePosixPath(path).name for path in self._listed(self._key(kind)))
        return tuple(sorted(each.removesuffix(_POINTER) for each in found if each.endswith(_POINTER)))

    def files(self, kind: str, name: str) -> Files | None:
        """Return what a set consists of; None where there is none.

        Raises
        ------
        StoreError
            ``storage_damaged``: the pointer is not what was written.
        """
        document = self.read(kind, name)
        return None if document is None else _files_of(document, name)

    def publish(self, kind: str, name: str, files: Mapping[str, Path]) -> None:
        """Make files the content of a set; until the last of them is there, the content is what it was.

        Parameters
        ----------
        kind
            Kind of the set, such as ``bundles``.
        name
            Its name.
        files
            The files by their names in the set.

        Raises
        ------
        StoreError
            ``storage_unreachable``: an upload failed.
        """
        described = {part: _measured(path) for part, path in sorted(files.items())}
        folder = self._key(kind, name)
        known = self._readable(kind, name)
        with self._reaching():
            for part, path in files.items():
                self._files.put_file(str(path), f"{folder}/{described[part]['sha256']}")
        self.write(kind, name, {"files": described})
        if known:  # what was there before may name somebody who is erased
            self._sweep(folder, {told["sha256"] for told in described.values()})

    def fetch(self, kind: str, name: str, target: Path) -> bool:
        """Copy a set into a folder that is there, every byte compared with the pointer.

        Parameters
        ----------
        kind
            Kind of the set.
        name
            Its name.
        target
            An empty folder of our own; where this raises it may hold a part.

        Returns
        -------
        bool
            False where there is no such set.

        Raises
        ------
        StoreError
            ``storage_damaged``: a file is missing or not what was published.
        """
        files = self.files(kind, name)
        if files is None:
            return False
        for part, told in files.items():
            path = target / part
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._reaching():
                try:
                    self._files.get_file(f"{self._key(kind, name)}/{told['sha256']}", str(path))
                except FileNotFoundError as error:
                    raise _damaged(name, part) from error
            if _measured(path) != dict(told):
                path.unlink()
                raise _damaged(name, part)
        return True

    def read(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return a small document; None where there is none.

        Raises
        ------
        StoreError
            ``storage_damaged``: it is not what was written.
        """
        with self._reaching():
            try:
                content = self._files.cat_file(self._key(kind, name) + _POINTER)
            except FileNotFoundError:
                return None
        try:
            whole = json.loads(content)
            document: dict[str, Any] = whole["content"]
            if whole["format"] == _FORMAT and whole["sha256"] == _sealed(document):
                return document
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(name, _POINTER) from error
        raise _damaged(name, _POINTER)

    def write(self, kind: str, name: str, document: Mapping[str, Any]) -> None:
        """Write a small document whole or not at all."""
        whole = {"format": _FORMAT, "sha256": _sealed(document), "content": document}
        content = json.dumps(whole, ensure_ascii=False).encode()
        key = self._key(kind, name) + _POINTER
        beside = f"{self._key(kind, name)}/{secrets.token_hex(4)}.part"
        with self._reaching():
            self._files.pipe_file(beside, content)
            self._files.mv(beside, key)

    def remove(self, kind: str, name: str) -> None:
        """Remove a set or document with everything that was ever uploaded under its name."""
        key = self._key(kind, name)
        with self._reaching():
            if self._files.exists(key + _POINTER):
                self._files.rm_file(key + _POINTER)
        self._sweep(key, None)

    def stale(self, kind: str, *, before: dt.datetime, unfinished: bool = False) -> tuple[str, ...]:
        """Return the names under which nothing was written since a moment, published or left unfinished.

        Parameters
        ----------
        kind
            Kind of the sets.
        before
            The moment, UTC.
        unfinished
            Only those that nobody can read, because their upload was broken off.
        """
        folder = self._key(kind)
        with self._reaching():
            paths = [path for path in self._files.find(folder) if path != folder]
            newest: dict[str, dt.datetime] = {}
            for path in paths:
                name = path[len(folder) + 1 :].split("/")[0].removesuffix(_POINTER)
                moment = self._files.modified(path)
                moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
                newest[name] = max(moment, newest.get(name, moment))
        readable = set(self.names(kind)) if unfinished else set()
        return tuple(sorted(name for name, at in newest.items() if at < before and name not in readable))

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        """The file system and the prefix in it; lists are never remembered, others write as well."""
        protocol = self._url.partition("://")[0]
        import fsspec  # noqa: PLC0415 - every process reads the settings, few have object storage

        options = {"auto_mkdir": True} if protocol == "file" else {}
        try:
            files, root = fsspec.url_to_fs(self._url, use_listings_cache=False, **options)
        except ImportError as error:
            raise InputError(
                "storage_package_missing",
                f"对象存储 {protocol}:// 所需的程序包没有安装",
                hint=f"运行 {_PACKAGES.get(protocol, f'pip install（fsspec 文档中 {protocol} 对应的包）')}",
            ) from error
        except ValueError as error:
            raise _unusable(f"不认识 {protocol}://") from error
        return files, str(root).rstrip("/")

    @property
    def _files(self) -> Any:
        return self._opened[0]

    def _key(self, kind: str, name: str | None = None) -> str:
        for part in (kind,) if name is None else (kind, name):
            if not _NAME.fullmatch(part) or ".." in part or part.endswith((_POINTER, ".part")):
                raise InputError("storage_name", f"{part[:80]!r} 不能作对象存储里的名称", hint="检查名称")
        return "/".join([self._opened[1], kind, *([] if name is None else [name])])

    def _listed(self, folder: str) -> list[str]:
        with self._reaching():
            try:
                self._files.invalidate_cache()
                return list(self._files.ls(folder, detail=False))
            except FileNotFoundError:
                return []

    def _readable(self, kind: str, name: str) -> bool:
        """Tell whether there is a pointer that can be read; one that cannot be is about to be replaced."""
        try:
            return self.files(kind, name) is not None
        except StoreError as error:
            if error.code == "storage_damaged":
                return False
            raise

    def _sweep(self, folder: str, kept: set[str] | None) -> None:
        """Remove the files under a name but those that its pointer names; None removes all and the folder."""
        for path in self._listed(folder):
            name = PurePosixPath(path).name
            if kept is None or (name not in kept and _SHA256.fullmatch(name)):
                with self._reaching():
                    self._files.rm_file(path)
        if kept is None and self._files.isdir(folder):  # a folder of its own is known to disks only
            with self._reaching():
                self._files.rmdir(folder)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Turn what the library of a store raises, each its own, into one error that quotes nothing of it."""
        try:
            yield
        except YingcaiError:
            raise
        except Exception as error:
            raise StoreError(
                "storage_unreachable",
                f"对象存储读写失败：{type(error).__name__}",
                hint="检查 YINGCAI_STORAGE_URL、存储服务与访问权限后重试",
            ) from error


def _checked(url: str) -> str:
    """Return a URL that can be shown to anybody and leads where it says."""
    place = url.partition("://")[2]
    if ":" in place.partition("@")[0] and "@" in place:
        raise _unusable("含有密码；密钥写在存储程序包自己的环境变量里（如 AWS_SECRET_ACCESS_KEY）")
    if not _URL.fullmatch(url) or "::" in url or ".." in place.split("/"):
        raise _unusable("应形如 s3://桶/前缀 或 file:///共享目录，不带查询串与“..”")
    return url


def _unusable(why: str) -> InputError:
    return InputError("storage_url_invalid", f"YINGCAI_STORAGE_URL 不可用：{why}", hint="改正后重新启动")


def _damaged(name: str, part: str) -> StoreError:
    what = "清单" if part == _POINTER else part
    return StoreError(
        "storage_damaged",
        f"对象存储里 {name} 的 {what} 缺失或与发布时不同",
        hint="在有完好副本的机器上运行 yingcai storage push，或从备份放回",
    )


def _files_of(document: Mapping[str, Any], name: str) -> Files:
    """Return what a pointer names, if every name stays in the folder that it is copied to."""
    files = document.get("files")
    if not isinstance(files, dict) or not all(_is_file(part, told) for part, told in files.items()):
        raise _damaged(name, _POINTER)
    return files


def _is_file(part: str, told: Any) -> bool:
    path = PurePosixPath(part)
    inside = part == path.as_posix() and not path.is_absolute() and ".." not in path.parts and part != "."
    return inside and "\\" not in part and "\0" not in part and bool(_SHA256.fullmatch(told["sha256"]))


def _measured(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": sha256, "bytes": path.stat().st_size}


def _sealed(document: Mapping[str, Any]) -> str:
    content = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
