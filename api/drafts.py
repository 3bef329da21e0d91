"""Files that a page received and nobody has confirmed yet: looked at, corrected, then handed in or dropped.

A draft is the folder of a file with a note of who sent it. Its number cannot be guessed, and only who sent
it may use it; an hour after the last look at it the folder is swept away like that of any lost file.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from pydantic import ValidationError

from api.access.principal import Principal
from api.batches import Given, preview_batch
from api.jobs.ingest import submit_upload
from api.service import Service
from api.uploads import DRAFTS, file_in, keep_file, remove_upload, sweep_uploads, uploads_dir
from data.errors import ConflictError, UnknownName
from data.records import Record
from data.sources.columns import TableKind
from data.store.uploads import open_uploads
from data.uploads import NewUpload

__all__ = [
    "MOST_DRAFTS",
    "Draft",
    "change_draft",
    "drop_draft",
    "keep_draft",
    "list_drafts",
    "preview_draft",
    "read_draft",
    "submit_draft",
]

MOST_DRAFTS: Final = 20
"""Files that one person may leave unconfirmed at a time."""

_NOTE: Final = "draft.json"
_LOOK: Final = "preview.json"
_NUMBER: Final = re.compile(r"B[0-9a-f]{16}")
_FRESH: Final = dt.timedelta(hours=1)


class Draft(Record):
    """A file that waits to be confirmed."""

    upload_id: str
    """Its number, which it keeps when it is handed in."""
    owner: str
    """The agency; empty for the office."""
    actor: str
    """Who sent it."""
    file_name: str
    """What it is called where it is shown."""
    size: int
    """Bytes."""
    sha256: str
    """Hash of its content."""
    kind: TableKind | None
    """What the sender says that its rows are."""
    mapping: dict[str, str | None] | None
    """What the sender says that its columns mean."""
    received_at: dt.datetime
    """When it came, UTC."""


def keep_draft(
    service: Service, caller: Principal, source: BinaryIO, given_name: str, kind: TableKind | None
) -> Draft:
    """Keep a file until its sender has looked at it.

    Parameters
    ----------
    service
        The running service.
    caller
        Who sends it.
    source
        The content, from its start.
    given_name
        What the sender calls it.
    kind
        What its rows are; found from the columns when nothing.

    Raises
    ------
    ConflictError
        ``drafts_too_many``: as many files as may be wait for the same person.
    FileProblem
        ``file_empty``.
    StoreError
        ``upload_not_kept``.
    """
    now = dt.datetime.now(dt.UTC)
    sweep_uploads(service.settings, open_uploads(service.store, since=now - _FRESH), now=now)
    if len(list_drafts(service, caller)) >= MOST_DRAFTS:
        raise ConflictError(
            "drafts_too_many", f"待核对的文件已有 {MOST_DRAFTS} 个", hint="先确认导入或放弃其中一些，再上传"
        )
    received = keep_file(service.settings, source, given_name)
    draft = Draft(
        upload_id=received.upload_id,
        owner=caller.owner,
        actor=caller.actor,
        file_name=received.name,
        size=received.size,
        sha256=received.sha256,
        kind=kind,
        mapping=None,
        received_at=now,
    )
    _write(service, draft.upload_id, _NOTE, draft.model_dump(mode="json"))
    return draft


def read_draft(service: Service, caller: Principal, upload_id: str) -> Draft:
    """Return a draft of whoever asks.

    Raises
    ------
    UnknownName
        ``draft_unknown``: there is none, it was handed in or swept away, or it is somebody else's.
    """
    found = _noted(service, upload_id) if _NUMBER.fullmatch(upload_id) else None
    if found is None or (found.actor, found.owner) != (caller.actor, caller.owner):
        raise UnknownName(
            "draft_unknown", "没有这个待核对的文件", hint="放了一小时以上的会自动清除；请重新上传"
        )
    return found


def list_drafts(service: Service, caller: Principal) -> list[Draft]:
    """Return the drafts of whoever asks, the oldest first."""
    found = (_noted(service, name) for name in _names(service))
    own = (each for each in found if each and (each.actor, each.owner) == (caller.actor, caller.owner))
    return sorted(own, key=lambda each: (each.received_at, each.upload_id))


def preview_draft(service: Service, caller: Principal, draft: Draft) -> list[dict[str, Any]]:
    """Look at a draft as :func:`api.batches.preview_batch` does; the same draft is read once.

    Parameters
    ----------
    service
        The running service.
    caller
        Whose it is.
    draft
        The draft, with what its sender says of it.

    Raises
    ------
    InputError
        The file cannot be opened, or what is said of its columns cannot be.
    """
    key = {"kind": draft.kind, "mapping": draft.mapping}
    kept = _read(service, draft.upload_id, _LOOK)
    if kept is not None and kept.get("key") == key:
        tables: list[dict[str, Any]] = kept["tables"]
        return tables
    kinds = (draft.kind,) if draft.kind else tuple(TableKind)
    with service.settings.uploads.lent(draft.upload_id) as folder, file_in(folder).open("rb") as file:
        given = Given(file, draft.file_name, kinds, draft.mapping)
        tables = preview_batch(service, caller, given, kind=draft.kind)
    _write(service, draft.upload_id, _LOOK, {"key": key, "tables": tables})
    return tables


def change_draft(service: Service, draft: Draft) -> None:
    """Keep what its sender now says of a draft."""
    _write(service, draft.upload_id, _NOTE, draft.model_dump(mode="json"))


def submit_draft(service: Service, draft: Draft, kinds: tuple[TableKind, ...]) -> str:
    """Have a draft read into the store in the background; asked twice, it is read once.

    Parameters
    ----------
    service
        The running service.
    draft
        The draft.
    kinds
        What its rows may be, as its sender may hand them in.

    Returns
    -------
    str
        The number of the upload.
    """
    new = NewUpload(
        upload_id=draft.upload_id,
        owner=draft.owner,
        actor=draft.actor,
        file_name=draft.file_name,
        size=draft.size,
        sha256=draft.sha256,
        kinds=kinds,
        mapping=draft.mapping,
    )
    submit_upload(service.store, new, key=f"draft:{draft.upload_id}")
    _forget(service, draft.upload_id)
    return draft.upload_id


def drop_draft(service: Service, draft: Draft) -> None:
    """Delete a draft with its file."""
    remove_upload(service.settings, draft.upload_id)
    _forget(service, draft.upload_id)


def _folder(service: Service, upload_id: str) -> Path:
    return uploads_dir(service.settings) / upload_id


def _names(service: Service) -> list[str]:
    storage = service.settings.uploads.storage
    if storage is None:
        return [folder.name for folder in uploads_dir(service.settings).iterdir()]
    stem = Path(_NOTE).stem
    return [name.split(".")[0] for name in storage.names(DRAFTS) if name.endswith(f".{stem}")]


def _noted(service: Service, upload_id: str) -> Draft | None:
    told = _read(service, upload_id, _NOTE)
    try:
        return None if told is None else Draft.model_validate(told)
    except ValidationError:
        return None


def _read(service: Service, upload_id: str, name: str) -> dict[str, Any] | None:
    """Return a note; None where there is none, or one that was cut off while it was written."""
    storage = service.settings.uploads.storage
    if storage is not None:
        return storage.read(DRAFTS, f"{upload_id}.{Path(name).stem}")
    try:
        told: dict[str, Any] = json.loads((_folder(service, upload_id) / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told


def _write(service: Service, upload_id: str, name: str, content: Mapping[str, Any]) -> None:
    storage = service.settings.uploads.storage
    if storage is not None:
        storage.write(DRAFTS, f"{upload_id}.{Path(name).stem}", content)
        return
    path = _folder(service, upload_id) / name
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)


def _forget(service: Service, upload_id: str) -> None:
    """Delete the notes; what was seen of the file goes with its folder where they lie in it."""
    storage = service.settings.uploads.storage
    if storage is None:
        (_folder(service, upload_id) / _NOTE).unlink(missing_ok=True)
        return
    for note in (_NOTE, _LOOK):
        storage.remove(DRAFTS, f"{upload_id}.{Path(note).stem}")
