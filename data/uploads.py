"""Files handed in through the API, as they are received and as they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator

from data.jobs import JobState
from data.records import Record
from data.sources.columns import TableKind
from data.store.moments import utc

__all__ = ["NewUpload", "Upload", "UploadPage"]

Moment = Annotated[dt.datetime, AfterValidator(utc)]


@dataclass(frozen=True)
class NewUpload:
    """A file that lies in its folder and waits to be read."""

    upload_id: str
    """Identifier, and the name of its folder."""
    owner: str
    """The agency whose rows it holds; empty for the office."""
    actor: str
    """Who handed it in, as the audit names callers."""
    file_name: str
    """What it is called where it is shown; never used to find it."""
    size: int
    """Bytes."""
    sha256: str
    """Hash of its content."""
    kinds: tuple[TableKind, ...]
    """What its rows may be; one where the caller says what they are."""
    mapping: Mapping[str, str | None] | None
    """What the caller says that its columns mean."""


class Upload(Record):
    """A file handed in, as it stands."""

    upload_id: str
    """Identifier."""
    owner: str
    """The agency; empty for the office."""
    actor: str
    """Who handed it in."""
    file_name: str
    """What it is called."""
    size: int
    """Bytes."""
    sha256: str
    """Hash of its content."""
    kinds: tuple[TableKind, ...]
    """What its rows may be."""
    mapping: dict[str, str | None] | None
    """What the caller said that its columns mean."""
    job_id: str
    """The job that reads it."""
    state: JobState
    """How far it is."""
    created_at: Moment
    """When it was received, UTC."""
    finished_at: Moment | None
    """When it was read or refused."""
    progress: dict[str, Any] | None
    """What is being done: step in Chinese, done, total (0 where it is unknown)."""
    reports: tuple[dict[str, Any], ...] | None
    """Report of each table, once it is read."""
    error: dict[str, str] | None
    """Code, message and hint, where it was refused or given up."""


class UploadPage(NamedTuple):
    """Some files."""

    uploads: tuple[Upload, ...]
    """The newest first."""
    cursor: str | None
    """Where the next page begins; None on the last."""
