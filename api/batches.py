"""What is done with a file that a caller hands in: kept for a job, looked at, and its problems told."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from api.access.errors import TooMany
from api.access.principal import Principal
from api.idempotency import Keep, Once
from api.jobs.ingest import submit_upload
from api.service import Service
from api.uploads import ReceivedFile, keep_file, remove_upload
from data.errors import CellProblem, ConflictError, InputError, UnknownName, YingcaiError
from data.preview import PreviewOptions, preview_file
from data.sources.columns import TableKind
from data.sources.confined import Bounds, confined
from data.sources.corrected import read_again
from data.sources.names import safe_suffix, shown_name
from data.store.batches import read_raw_rows
from data.store.mappings import read_mappings
from data.store.moments import beijing_today
from data.store.uploads import listed_problems
from data.uploads import NewUpload, Upload

__all__ = [
    "Given",
    "ListedProblem",
    "Refused",
    "keep_batch",
    "preview_batch",
    "problems_of",
    "refused_rows",
    "refused_rows_again",
]

_PREVIEW: Final = Bounds(memory_mb=1_000, seconds=30)
_PREVIEWS = threading.BoundedSemaphore(2)
_PREVIEW_WAIT: Final = 20.0
_LISTED: Final = 20_000
_ACCEPTED: Final = 202
_CHUNK: Final = 1 << 20


class Given(NamedTuple):
    """A file with what its sender says of it."""

    file: BinaryIO
    """The content."""
    file_name: str
    """What the sender calls it."""
    kinds: tuple[TableKind, ...]
    """What its rows may be."""
    mapping: Mapping[str, str | None] | None
    """What its columns mean."""


class ListedProblem(NamedTuple):
    """A problem, and the table that it is in."""

    file: str
    """Name of the table's file."""
    problem: CellProblem
    """The problem."""


def keep_batch(service: Service, caller: Principal, once: Once, given: Given) -> str:
    """Keep a file and have it read in the background.

    The job, the note of the file and the request's key are committed together, after the file lies on disk.
    A file whose commit may or may not have come through stays; the workers sweep it away if nobody knows it.

    Parameters
    ----------
    service
        The running service.
    caller
        Whose rows they are.
    once
        The request.
    given
        The file.

    Returns
    -------
    str
        The batch, perhaps of an earlier request with the same key.
    """
    received = keep_file(service.settings, given.file, given.file_name)
    new = _new_upload(received, caller, given)
    asked = {"file": new.file_name, "sha256": new.sha256, "kinds": new.kinds, "mapping": new.mapping}
    try:
        created = once.create(caller, asked, lambda keep: _hand_in(service, new, keep), status=_ACCEPTED)
    except YingcaiError:
        remove_upload(service.settings, received.upload_id)
        raise
    if created.replayed:
        remove_upload(service.settings, received.upload_id)
    return created.resource_id


def preview_batch(
    service: Service, caller: Principal, given: Given, *, kind: TableKind | None
) -> list[dict[str, Any]]:
    """Look at a file in a process of its own; nothing of it is kept.

    Raises
    ------
    TooMany
        ``previews_busy``: as many files as may be are being looked at.
    """
    name = shown_name(given.file_name)
    options = PreviewOptions(
        name=name,
        kind=kind,
        mapping=given.mapping,
        confirmed=read_mappings(service.store),
        owner=caller.owner,
        region=service.region,
        pseudonym_key=service.pseudonym_key,
        max_bytes=service.settings.preview_bytes,
        today=beijing_today(),
    )
    with _briefly_kept(given.file, given.file_name) as path:
        found: list[dict[str, Any]] = confined(preview_file, path, options, name=name, bounds=_PREVIEW)
        return found


def problems_of(service: Service, upload: Upload) -> list[ListedProblem]:
    """Return the problems of all tables of a file that was read, as far as they are listed.

    Raises
    ------
    ConflictError
        ``batch_not_done``: it is still being read.
    """
    if not upload.state.ended:
        raise ConflictError("batch_not_done", f"文件{upload.state.chinese}，还没有问题清单", hint="读完再取")
    found: list[ListedProblem] = []
    for report in upload.reports or ():
        listed = listed_problems(service.store, report["batch_id"], most=_LISTED - len(found))
        found += [ListedProblem(report["file"], problem) for problem in listed]
    return found


class Refused(NamedTuple):
    """Rows of a table that were not stored."""

    rows: dict[int, dict[str, str]]
    """The rows as received, by number in the file."""
    problems: list[CellProblem]
    """What is wrong with them."""


def refused_rows(service: Service, upload: Upload, table: int) -> Refused:
    """Return the refused rows of a table, to be corrected and handed in again.

    Parameters
    ----------
    service
        The running service.
    upload
        The file.
    table
        Which of its tables, from 0.

    Raises
    ------
    UnknownName
        ``refused_rows_none``: none was refused, or they are not kept, as those of profiles.
    """
    reports = upload.reports or ()
    problems: list[CellProblem] = []
    rows: dict[int, dict[str, str]] = {}
    if table < len(reports) and (batch_id := reports[table]["batch_id"]) is not None:
        problems = listed_problems(service.store, batch_id, most=_LISTED)
        rows = read_raw_rows(service.store, batch_id, {each.row for each in problems if each.fatal})
    if not rows or reports[table]["kind"] == TableKind.PROFILE:
        raise UnknownName(
            "refused_rows_none", "没有可更正的行", hint="未收的人才档案不保存原文，请在原文件中改正后再导入"
        )
    return Refused(rows, [each for each in problems if each.row in rows])


def refused_rows_again(
    service: Service, upload: Upload, table: int, file: BinaryIO, file_name: str
) -> Refused:
    """Return the refused rows of a table of profiles, read from the file that is sent once more.

    Of people whose rows were refused nothing is kept: nobody could find them to erase them. What is sent here
    is read in a process of its own and kept no longer than that takes.

    Parameters
    ----------
    service
        The running service.
    upload
        The file as it was handed in.
    table
        Which of its tables, from 0.
    file
        The same file.
    file_name
        What its sender calls it.

    Raises
    ------
    UnknownName
        ``refused_rows_none``: no row of this table was refused.
    InputError
        ``file_other``: it is another file than the one handed in.
    TooMany
        ``previews_busy``: as many files as may be are being read.
    """
    reports = upload.reports or ()
    problems: list[CellProblem] = []
    if table < len(reports) and (batch_id := reports[table]["batch_id"]) is not None:
        problems = listed_problems(service.store, batch_id, most=_LISTED)
    numbers = sorted({each.row for each in problems if each.fatal})
    if not numbers:
        raise UnknownName("refused_rows_none", "没有可更正的行", hint="这张表的行都已收下")
    with _briefly_kept(file, file_name) as path:
        with path.open("rb") as kept:
            sha256 = hashlib.file_digest(kept, "sha256").hexdigest()
        if sha256 != upload.sha256:
            raise InputError(
                "file_other",
                "选的不是当时上传的那个文件",
                hint=f"选择原来的“{upload.file_name}”，内容未改过的",
            )
        today, most = beijing_today(), service.settings.max_upload_mb * 10**6
        asked = (path, table, numbers, most, today)
        found = confined(read_again, *asked, name=upload.file_name, bounds=_PREVIEW)
    rows = {int(number): row for number, row in found.items()}
    return Refused(rows, [each for each in problems if each.row in rows])


@contextmanager
def _briefly_kept(file: BinaryIO, file_name: str) -> Iterator[Path]:
    """Lay a file down for as long as it is looked at; only so many are at a time."""
    if not _PREVIEWS.acquire(timeout=_PREVIEW_WAIT):
        raise TooMany("previews_busy", "正在试读的文件太多", hint="稍后再试", retry_after=5)
    try:
        with tempfile.TemporaryDirectory(prefix="yingcai-") as folder:
            path = Path(folder) / f"file{safe_suffix(file_name)}"
            with path.open("wb") as kept:
                while chunk := file.read(_CHUNK):
                    kept.write(chunk)
            yield path
    finally:
        _PREVIEWS.release()


def _new_upload(received: ReceivedFile, caller: Principal, given: Given) -> NewUpload:
    return NewUpload(
        upload_id=received.upload_id,
        owner=caller.owner,
        actor=caller.actor,
        file_name=received.name,
        size=received.size,
        sha256=received.sha256,
        kinds=given.kinds,
        mapping=given.mapping,
    )


def _hand_in(service: Service, new: NewUpload, keep: Keep) -> str:
    submit_upload(service.store, new, keep=keep)
    return new.upload_id
