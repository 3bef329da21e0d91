"""Requests that create, sent again: with the same Idempotency-Key they create once.

A route that creates takes :data:`Idempotency` and hands what makes the resource a function to call within
the transaction that makes it::

    def create(service: ServiceDependency, caller: Writer, once: Idempotency, given: ThingIn) -> ThingOut:
        created = once.create(
            caller, given.model_dump(mode="json"), lambda keep: record_thing(service.store, ..., keep=keep)
        )
        return read_thing(service.store, created.resource_id)

    def record_thing(store, ..., *, keep: Keep) -> str:
        with store.begin() as connection:
            keep(connection, thing_id)
            connection.execute(...)
        return thing_id

Key and resource are committed together: after a crash there are both or neither, and sending the request
again is right in either case. Nothing of request or answer is kept; the answer is read anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple

import sqlalchemy as sa
from fastapi import Depends, Header, Request, Response
from sqlalchemy.exc import IntegrityError

from api.access.principal import Principal
from api.dependencies import ServiceDependency
from api.problems import problem_responses
from api.service import Service
from data.canonical import json_sha256
from data.store.idempotency import KeyedRequest, RepeatedRequestError, earlier_resource, keep_request

__all__ = ["Created", "Idempotency", "Keep", "Once", "created_responses"]

_CREATED: Final = 201
_PURPOSE: Final = b"yingcai request\0"

Keep = Callable[[sa.Connection, str], None]
"""Called once within the transaction that makes a resource, with the id of the resource, before it commits.

It may raise: the transaction must then be rolled back, which leaving ``with store.begin()`` does.
"""

_KEY: Final = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=255,
    pattern=r"^[\x21-\x7e]+$",
    description="调用方自定的请求编号，24 小时内有效：同一请求重发时用同一个，只建一次，"
    "回答带 Idempotent-Replayed: true",
    examples=["7f4c1c9e-2026-11-21"],
)


class Created(NamedTuple):
    """What a request made."""

    resource_id: str
    """Id of the resource."""
    replayed: bool
    """True where an earlier request with the same key made it."""


@dataclass(frozen=True)
class Once:
    """A request that creates, and the number that its caller gave it."""

    service: Service
    """The running service."""
    route: str
    """Method and template of the address."""
    key: str | None
    """The number; None without one, and then every request makes its own resource."""
    response: Response
    """The answer, which says where the resource was made before."""

    def create(
        self, caller: Principal, content: Any, make: Callable[[Keep], str], *, status: int = _CREATED
    ) -> Created:
        """Make a resource, unless the same request made it before.

        Parameters
        ----------
        caller
            Who asks: the same number of two agencies is two numbers.
        content
            What is asked for, as plain values that JSON can hold; two requests are the same where it is.
        make
            Makes the resource in a transaction of its own and returns its id; calls what it is given within
            that transaction.
        status
            HTTP status of the answer.

        Raises
        ------
        ConflictError
            ``idempotency_key_reused``.
        """
        if self.key is None:
            return Created(make(lambda _connection, _resource_id: None), replayed=False)
        request = KeyedRequest(caller.owner, self.key, self.route, self._hash(content))
        now = dt.datetime.now(dt.UTC)
        known = earlier_resource(self.service.store, request, now=now)
        if known is None:

            def keep(connection: sa.Connection, made: str) -> None:
                keep_request(connection, request, made, status=status, now=now)

            try:
                return Created(make(keep), replayed=False)
            except (RepeatedRequestError, IntegrityError):
                # The same request came twice at one moment: the other one was first.
                known = earlier_resource(self.service.store, request, now=now)
                if known is None:
                    raise
        self.response.headers["Idempotent-Replayed"] = "true"
        return Created(known, replayed=True)

    def _hash(self, content: Any) -> str:
        """Return a hash that tells nothing of the content without the key: it may speak of a person."""
        told = _PURPOSE + json_sha256(content).encode()
        return hmac.new(self.service.pseudonym_key, told, hashlib.sha256).hexdigest()


def _once(
    request: Request,
    response: Response,
    service: ServiceDependency,
    key: Annotated[str | None, _KEY] = None,
) -> Once:
    return Once(service, f"{request.method} {request.scope['route'].path}", key, response)


Idempotency = Annotated[Once, Depends(_once)]
"""A request that creates; the route names its scope besides."""


def created_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare in a route's OpenAPI what comes with a resource that was made, and problem documents."""
    text = {"type": "string"}
    headers = {
        "Location": {"description": "新建内容的地址", "schema": text},
        "Idempotent-Replayed": {"description": "true 表示此请求先前已办，没有再建", "schema": text},
    }
    return {_CREATED: {"description": "已建", "headers": headers}, **problem_responses(*statuses)}
