"""Files that callers hand in: received on disk, each in a folder of its own that nobody else can name."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from data.errors import InputError, StoreError
from data.settings import Settings
from data.sources.faults import empty
from data.sources.names import safe_suffix, shown_name

__all__ = [
    "DRAFTS",
    "ReceivedFile",
    "file_in",
    "keep_file",
    "remove_upload",
    "sweep_uploads",
    "upload_folder",
    "uploads_dir",
]

DRAFTS: Final = "drafts"
"""What the notes of files that nobody has confirmed yet are called on object storage."""

_STEM: Final = "file"
_CHUNK: Final = 1 << 20
_FRESH: Final = dt.timedelta(hours=1)


@dataclass(frozen=True)
class ReceivedFile:
    """A file that lies in its folder."""

    upload_id: str
    """Name of the folder; random."""
    name: str
    """What the file is called where it is shown."""
    size: int
    """Bytes."""
    sha256: str
    """Hash of its content."""


def uploads_dir(settings: Settings) -> Path:
    """Return the folder of the folders, which only the service may enter."""
    folder = settings.var_dir / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def upload_folder(settings: Settings, upload_id: str) -> Path:
    """Return the folder of an upload, copied to this machine where another one received the file."""
    uploads_dir(settings)
    return settings.uploads.fetch(upload_id)


def file_in(folder: Path) -> Path:
    """Return the file in the folder of an upload.

    Raises
    ------
    InputError
        ``upload_missing``: the folder or the file is gone.
    """
    found = next(folder.glob(f"{_STEM}*"), None)
    if found is None:
        raise InputError("upload_missing", "上传的文件已不在，无法读取", hint="重新上传；已入库的行不会重复")
    return found


def keep_file(settings: Settings, source: BinaryIO, given_name: str) -> ReceivedFile:
    """Copy what was received to a folder of its own, on disk or object storage for certain when this returns.

    Parameters
    ----------
    settings
        Where the folders are.
    source
        The content, from its start.
    given_name
        What the caller calls the file: only its ending is used, to tell the format.

    Returns
    -------
    ReceivedFile
        The folder is deleted by :func:`remove_upload` once it is read.

    Raises
    ------
    FileProblem
        ``file_empty``.
    StoreError
        ``upload_not_kept``: the disk is full or cannot be written to; ``storage_unreachable``.
    """
    name = shown_name(given_name)
    upload_id = f"B{secrets.token_hex(8)}"
    folder = uploads_dir(settings) / upload_id
    folder.mkdir(mode=0o700)
    try:
        size, sha256 = _copy(source, folder / f"{_STEM}{safe_suffix(given_name)}")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise StoreError(
            "upload_not_kept", "文件没有存下，磁盘可能已满", hint="稍后重试；若持续，请管理员检查磁盘"
        ) from error
    if size == 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise empty(name)
    if settings.uploads.storage is not None:
        try:
            settings.uploads.publish(upload_id)
        finally:  # whoever reads it may be elsewhere, and would leave this copy behind
            shutil.rmtree(folder, ignore_errors=True)
    return ReceivedFile(upload_id, name, size, sha256)


def remove_upload(settings: Settings, upload_id: str) -> None:
    """Delete the folder of a file with all that is in it, wherever it is."""
    settings.uploads.remove(upload_id)


def sweep_uploads(settings: Settings, wanted: Collection[str], *, now: dt.datetime) -> int:
    """Delete the folders that nobody is going to read; return how many.

    Parameters
    ----------
    settings
        Where the folders are.
    wanted
        Names of those that somebody is going to read.
    now
        The moment; what is younger than an hour stays, for it may still be coming.
    """
    oldest = (now - _FRESH).timestamp()
    gone = [
        folder
        for folder in uploads_dir(settings).iterdir()
        if folder.name not in wanted and folder.stat().st_mtime < oldest
    ]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len({folder.name for folder in gone} | _sweep_storage(settings, wanted, before=now - _FRESH))


def _sweep_storage(settings: Settings, wanted: Collection[str], *, before: dt.datetime) -> set[str]:
    """Delete the same from object storage, and the notes of drafts; return the files that were."""
    storage = settings.uploads.storage
    if storage is None:
        return set()
    old = set(storage.stale(DRAFTS, before=before))
    fresh = {name.split(".")[0] for name in storage.names(DRAFTS) if name not in old}
    for name in old:
        if name.split(".")[0] not in fresh:
            storage.remove(DRAFTS, name)
    kept = {*wanted, *fresh}
    gone = {name for name in storage.stale(settings.uploads.kind, before=before) if name not in kept}
    for name in gone:
        storage.remove(settings.uploads.kind, name)
    return gone


def _copy(source: BinaryIO, target: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(descriptor)
    return size, digest.hexdigest()
