"""Snapshots as they leave the service: one moment of the store, line by line, in memory that does not grow.

Whom a snapshot of people shows is noted first, since SQLite keeps every page that is written while a moment
is held; their ids are all that stays in memory. The transaction that holds the moment is open for as long
as the stream runs; how many may run at once, and for how long, is bounded. A stream that ends early lacks
its last line, and whoever reads it goes on behind the last record; what changed meanwhile is among the
changes since the position of the first part.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic_core import to_json

from api.access.errors import TooMany
from api.access.principal import Principal
from api.jobs.answers import nature_of
from api.positions import seal_position
from api.routes.stream_answers import EndLine, HeadLine, record_of
from api.service import Service
from data.store.audit import Access, Action, record_crowd
from data.store.copies import Copies
from data.store.feed import Resource, key_of, position_of

__all__ = ["copy_of", "gzipped", "note_profiles", "snapshot_lines"]

_MOST: Final = 4
_LONGEST: Final = 900.0
_RUNNING: Final = threading.BoundedSemaphore(_MOST)
"""Snapshots that this process may have open: each holds a connection of the store."""
_GZIP: Final = 31
_BUSY_SECONDS: Final = 60


def snapshot_lines(
    service: Service, caller: Principal, resource: Resource, *, after: str | None = None
) -> Iterator[bytes]:
    """Return a snapshot as NDJSON, a piece at a time; who gets which people is noted before the first.

    Parameters
    ----------
    service
        The service.
    caller
        Who asks.
    resource
        What of.
    after
        Go on behind this record.

    Raises
    ------
    TooMany
        ``snapshots_busy``: as many are open as may be.
    """
    if not _RUNNING.acquire(blocking=False):
        raise TooMany("snapshots_busy", "此刻取快照的太多", hint="一分钟后再取", retry_after=_BUSY_SECONDS)
    try:
        yield from _pieces(service, caller, resource, after)
    finally:
        _RUNNING.release()


def copy_of(caller: Principal, resource: Resource) -> list[str]:
    """Return whose copy of what a position belongs to."""
    return ["position", resource.value, caller.owner]


def note_profiles(service: Service, caller: Principal, resource: Resource, ids: Iterable[str]) -> None:
    """Note which people a caller is about to get; of other resources nothing."""
    shown = list(ids)
    if resource is Resource.PROFILES:
        service.note(Access(caller.actor, Action.COPY_PROFILES, results=len(shown), shown=shown))


def gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Compress a stream piece by piece, so that each can be read as soon as it comes."""
    packer = zlib.compressobj(wbits=_GZIP)
    for piece in pieces:
        yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()


def _pieces(service: Service, caller: Principal, resource: Resource, after: str | None) -> Iterator[bytes]:
    noted = _note_ahead(service, caller, after) if resource is Resource.PROFILES else frozenset()
    until = time.monotonic() + _LONGEST
    with service.store.snapshot() as connection:
        copies = Copies(connection, resource, caller.owner)
        position, size = position_of(connection), copies.size(after=after)
        head = HeadLine(
            type="snapshot",
            resource=resource,
            position=seal_position(position, key=service.pseudonym_key, of=copy_of(caller, resource)),
            at=dt.datetime.now(dt.UTC),
            after=after,
            records=size.records,
            synthetic=size.synthetic,
            nature=nature_of(synthetic=size.synthetic),
        )
        piece, sent = _line(head.model_dump()), 0
        for chunk in copies.chunks(after=after):
            if late := chunk.keys() - noted:
                note_profiles(service, caller, resource, late)
            piece += b"".join(_record(resource, *each) for each in chunk.items())
            sent += len(chunk)
            yield piece
            piece = b""
            if time.monotonic() > until:
                return
        yield piece + _line(EndLine(type="end", records=sent).model_dump())


def _note_ahead(service: Service, caller: Principal, after: str | None) -> frozenset[str]:
    """Note the people who are there now, and return who they are."""
    with service.store.read() as connection:
        ids = frozenset(Copies(connection, Resource.PROFILES, caller.owner).ids(after=after))
    access = Access(caller.actor, Action.COPY_PROFILES, results=len(ids), shown=ids)
    record_crowd(service.store, access, key=service.pseudonym_key)
    return ids


def _record(resource: Resource, record_id: str, record: dict[str, Any]) -> bytes:
    shown = record_of(resource, record)
    return _line({"type": "record", "id": record_id, "key": key_of(resource, record_id), "record": shown})


def _line(content: dict[str, Any]) -> bytes:
    return to_json(content) + b"\n"
