"""Requests that make something, under the number that their caller gave them: each makes it once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from data.errors import ConflictError
from data.store.schema.idempotency import idempotent_request
from data.store.store import Store

__all__ = ["KEPT", "KeyedRequest", "RepeatedRequestError", "earlier_resource", "keep_request"]

KEPT: Final = dt.timedelta(hours=24)
"""How long a key stands for its request; afterwards it can be used for another."""


class RepeatedRequestError(Exception):
    """Another request with the same key has made something; what this one was about to make is not kept."""


@dataclass(frozen=True)
class KeyedRequest:
    """A request with the number that its caller gave it."""

    owner: str
    """The agency that asks; empty for the office. The same key of two owners is two keys."""
    key: str
    """The number."""
    route: str
    """Method and template of the address."""
    sha256: str
    """Keyed hash of what was asked for."""


def earlier_resource(store: Store, request: KeyedRequest, *, now: dt.datetime) -> str | None:
    """Return the id of what the same request made before; None where it made nothing yet.

    Raises
    ------
    ConflictError
        ``idempotency_key_reused``: the key stands for another request.
    """
    columns = idempotent_request.c
    query = sa.select(columns.route, columns.request_sha256, columns.resource_id).where(
        columns.owner == request.owner,
        columns.key == request.key,
        columns.created_at > sa.literal(now - KEPT, columns.created_at.type),
    )
    with store.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if (row.route, row.request_sha256) != (request.route, request.sha256):
        raise ConflictError(
            "idempotency_key_reused",
            "这个 Idempotency-Key 已用于另一个内容不同的请求",
            hint="同一请求重发时用原键，新请求换一个键",
        )
    return str(row.resource_id)


def keep_request(
    connection: sa.Connection, request: KeyedRequest, resource_id: str, *, status: int, now: dt.datetime
) -> None:
    """Note in the transaction that makes something which request made it.

    Of two transactions that do this at once the second waits for the first, then makes nothing.

    Parameters
    ----------
    connection
        The transaction.
    request
        The request.
    resource_id
        Id of what it makes.
    status
        HTTP status of its answer.
    now
        The moment, UTC.

    Raises
    ------
    RepeatedRequestError
        The key stands for a request that made something already: the transaction must be rolled back.
    """
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    columns = idempotent_request.c
    said = {
        "route": request.route,
        "request_sha256": request.sha256,
        "status": status,
        "resource_id": resource_id,
        "created_at": now,
    }
    statement = (
        dialect.insert(idempotent_request)
        .values(owner=request.owner, key=request.key, **said)
        .on_conflict_do_update(
            index_elements=["owner", "key"],
            set_=said,
            where=columns.created_at <= sa.literal(now - KEPT, columns.created_at.type),
        )
        .returning(columns.key)
    )
    if connection.execute(statement).first() is None:
        raise RepeatedRequestError
