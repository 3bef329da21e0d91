"""Ingest jobs: a file that was handed in is read into the store in the background."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
import time
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
import structlog

from api.jobs.handler import Outcome, Work
from api.service import Service
from api.uploads import file_in, remove_upload, sweep_uploads, upload_folder
from data.errors import InputError
from data.jobs import Answer, JobQuery, JobRequest, Submitted
from data.normalise.contacts import mask_contacts
from data.sources.confined import Bounds, confined
from data.sources.mapping import kind_of
from data.sources.spool import read_spool, write_spool
from data.sources.stream import TableStream
from data.store.jobs import submit_job
from data.store.moments import beijing_today
from data.store.store import Store
from data.store.uploads import (
    finish_upload,
    insert_upload,
    note_progress,
    open_uploads,
    read_here,
    read_upload,
)
from data.uploads import NewUpload, Upload
from matching.ingest import IngestReport, Intake, ingest_tables

__all__ = ["INGEST", "IngestHandler", "submit_upload"]

_log = structlog.get_logger()

INGEST = "ingest"
"""The kind of these jobs."""

_PROGRESS_SECONDS: Final = 2.0


def submit_upload(
    store: Store,
    new: NewUpload,
    *,
    keep: Callable[[sa.Connection, str], None] = lambda _connection, _upload_id: None,
    key: str | None = None,
) -> Submitted:
    """Have a file that lies in its folder read in the background: its job and its note are kept together.

    Parameters
    ----------
    store
        The store.
    new
        The file.
    keep
        Called with the file's number within the transaction; what it raises leaves nothing behind.
    key
        Name of the request: handed in again under the same one, the file is read once.
    """
    payload = {"upload_id": new.upload_id}

    def together(connection: sa.Connection, job_id: str) -> None:
        keep(connection, new.upload_id)
        insert_upload(connection, new, job_id=job_id)

    request = JobRequest(INGEST, new.owner, new.actor, [JobQuery(payload)], payload, idempotency_key=key)
    return submit_job(store, request, keep=together)


class IngestHandler:
    """Reads files that were handed in.

    Reading a file writes part by part, and what was written stands: a job that is begun again goes on after
    the last part, and one whose file was read whole only says so.

    Parameters
    ----------
    service
        The running service.
    """

    kind = INGEST

    def __init__(self, service: Service) -> None:
        self._service = service

    def run(self, work: Work) -> Outcome:
        """Read the file of a job, or say why it cannot be read."""
        store, upload_id = self._service.store, work.payload["upload_id"]
        upload = read_upload(store, upload_id, owner="")
        if upload.finished_at is None:
            reports, error = self._read(upload, work)
            finish_upload(store, upload_id, reports=self._told(upload, reports, work), error=error)
            upload = read_upload(store, upload_id, owner="")
        remove_upload(self._service.settings, upload_id)
        self._sweep()
        position = next(iter(work.queries))
        result = {"position": position, "upload_id": upload_id, "results": []}
        return Outcome([Answer(position, result, failed=upload.error is not None)])

    def _read(self, upload: Upload, work: Work) -> tuple[list[IngestReport], dict[str, str] | None]:
        """Read all tables of a file; return what they brought, and why the next one could not be read."""
        reports: list[IngestReport] = []
        try:
            intake = self._intake(upload, work)
            for stream in self._opened(intake, upload, work):
                kind = upload.kinds[0] if len(upload.kinds) == 1 else kind_of(stream.columns)
                reports += ingest_tables(
                    intake, [stream], kind=kind, mapping=upload.mapping, actor=upload.actor
                )
        except InputError as error:
            told = {"code": error.code, "message": mask_contacts(error.message), "hint": error.hint}
            return reports, told
        return reports, None

    def _opened(self, intake: Intake, upload: Upload, work: Work) -> list[TableStream]:
        """Read the file in a process of its own; return its tables as that wrote them down."""
        settings = self._service.settings
        folder = upload_folder(settings, upload.upload_id)
        path = file_in(folder)
        for old in folder.glob("read-*"):
            shutil.rmtree(old, ignore_errors=True)
        # Of its own for each attempt: the reader of one whose worker was killed may still be at it.
        spool = folder / f"read-{secrets.token_hex(4)}"
        spool.mkdir(mode=0o700)
        intake.step("读取文件", 0, 0)
        confined(
            write_spool,
            path,
            upload.file_name,
            spool,
            intake.max_bytes,
            intake.today,
            name=upload.file_name,
            bounds=Bounds(settings.reading_memory_mb, settings.reading_seconds),
            go_on=work.go_on,
        )
        return read_spool(spool)

    def _told(self, upload: Upload, reports: list[IngestReport], work: Work) -> list[dict[str, Any]]:
        """Return the reports; what an earlier attempt of this very job read is no repetition."""
        ids = {each.batch_id for each in reports if each.batch_id is not None and each.repeated}
        own: set[int] = set()
        if work.attempt > 1:
            own = read_here(self._service.store, ids, since=upload.created_at)
        return [
            {**each.model_dump(mode="json"), "repeated": each.repeated and each.batch_id not in own}
            for each in reports
        ]

    def _intake(self, upload: Upload, work: Work) -> Intake:
        service, settings = self._service, self._service.settings
        noted = 0.0

        def step(name: str, done: int, total: int) -> None:
            nonlocal noted
            work.go_on()
            if time.monotonic() - noted > _PROGRESS_SECONDS:
                note_progress(service.store, upload.upload_id, name, done, total)
                noted = time.monotonic()

        return Intake(
            store=service.store,
            coders=service.coders,
            region=service.region,
            var_dir=settings.var_dir,
            max_bytes=settings.max_upload_mb * 10**6,
            today=beijing_today(),
            step=step,
            owner=upload.owner,
            reports=settings.reports_dir,
        )

    def _sweep(self) -> None:
        """Delete the folders of files that nobody is going to read: their jobs were cancelled or given up."""
        now = dt.datetime.now(dt.UTC)
        wanted = open_uploads(self._service.store, since=now - dt.timedelta(hours=1))
        gone = sweep_uploads(self._service.settings, wanted, now=now)
        if gone:
            _log.info("uploads_swept", folders=gone)
