"""How large and how slow a request may be; what is beyond is refused before a route sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge.plain import is_plain_json
from api.problems import problem_answer

__all__ = ["EDGE_STATUSES", "Refusal", "RequestLimits"]

EDGE_STATUSES: Final = (408, 413, 414, 422, 431)
"""Statuses of the refusals here that a well-formed HTTP request may get."""

_URL_BYTES: Final = 8_192
_HEADERS: Final = 100
_HEADER_BYTES: Final = 32_768
_BODY_SECONDS: Final = 60.0
_UPLOAD_SECONDS: Final = 900.0
_DRAIN_SECONDS: Final = 10.0


class Refusal(NamedTuple):
    """Why a request is not taken."""

    status: int
    """Status of the answer."""
    code: str
    """Stable code."""
    detail: str
    """What is wrong."""
    hint: str
    """What to do next."""


_NOT_PLAIN: Final = Refusal(
    422, "text_not_plain", "内容里有 NaN、无穷大、半个字符或空字符（NUL）", "去掉或改正后再发"
)


class _BodyRefused(HTTPException):
    """Stops whoever reads a body."""


class RequestLimits:
    """Refuses a request that is too large, or whose body takes too long to come.

    A body is counted while it comes, so that one in chunks without a length is bounded as well. After a
    refusal the connection is closed; what is left of a body that is too large is read for some seconds and
    kept nowhere.

    Parameters
    ----------
    app
        The application.
    body_bytes
        Largest body.
    uploads
        Addresses that take files, each with the largest body there; it may come slowly.
    body_seconds
        Longest time from the head of a request to the end of its body.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_bytes: int,
        uploads: Mapping[str, int] | None = None,
        body_seconds: float = _BODY_SECONDS,
    ) -> None:
        self._app = app
        self._bytes = body_bytes
        self._uploads = dict(uploads or {})
        self._seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        upload = self._uploads.get(scope["path"]) if scope["method"] == "POST" else None
        most, seconds = (self._bytes, self._seconds) if upload is None else (upload, _UPLOAD_SECONDS)
        refusal = self._of_head(scope, most)
        if refusal is not None:
            await _refuse(refusal, scope, receive, send)
            return
        is_json = "json" in Headers(scope=scope).get("content-type", "")
        body = _Body(receive, most, seconds, is_json=is_json)
        answering = False

        async def noted(message: Message) -> None:
            nonlocal answering
            # The framework takes the failure of a body for malformed JSON; the reason is known here.
            if answering or body.refusal is None:
                answering = True
                await send(message)

        try:
            await self._app(scope, body.receive, noted)
        except _BodyRefused:
            if answering:
                raise
        if body.refusal is not None and not answering:
            await _refuse(body.refusal, scope, receive, send)

    def _of_head(self, scope: Scope, most_bytes: int) -> Refusal | None:
        """Return why the head of a request is refused; None if it is not."""
        headers = scope["headers"]
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _URL_BYTES:
            return Refusal(414, "url_too_long", f"地址超过 {_URL_BYTES} 字节", "把内容放进请求体")
        if b"%00" in (scope.get("raw_path") or b"") or b"%00" in scope["query_string"]:
            return _NOT_PLAIN
        if len(headers) > _HEADERS or sum(len(a) + len(b) for a, b in headers) > _HEADER_BYTES:
            most = f"至多 {_HEADERS} 个、共 {_HEADER_BYTES} 字节"
            return Refusal(431, "headers_too_large", f"请求头过多或过长，{most}", "减少请求头")
        length = Headers(scope=scope).get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            return Refusal(400, "length_invalid", "Content-Length 不是非负整数", "改正请求头")
        return _too_large(most_bytes) if len(length) > 15 or int(length) > most_bytes else None


class _Body:
    """Receives a body within its limits."""

    def __init__(self, receive: Receive, most: int, seconds: float, *, is_json: bool) -> None:
        self._receive = receive
        self._most = most
        self._seconds = seconds
        self._deadline: float | None = None
        self._read = 0
        self._parts: list[bytes] | None = [] if is_json else None
        self._whole = False
        self.refusal: Refusal | None = None

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        message = await self._in_time()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self._most:
                raise self._refused(_too_large(self._most))
            self._whole = not message.get("more_body", False)
            self._check_json(message.get("body", b""))
        return message

    def _check_json(self, part: bytes) -> None:
        if self._parts is None:
            return
        self._parts.append(part)
        if self._whole and not is_plain_json(b"".join(self._parts)):
            raise self._refused(_NOT_PLAIN)

    async def _in_time(self) -> Message:
        loop = asyncio.get_running_loop()
        if self._deadline is None:
            self._deadline = loop.time() + self._seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError:
            slow = f"请求体 {self._seconds:g} 秒内没有收完"
            raise self._refused(Refusal(408, "body_too_slow", slow, "检查网络，或把请求拆小后再发")) from None

    def _refused(self, refusal: Refusal) -> _BodyRefused:
        self.refusal = refusal
        return _BodyRefused(refusal.status)


def _too_large(most: int) -> Refusal:
    return Refusal(413, "body_too_large", f"请求体超过 {most / 10**6:g} MB", "拆成几次发送")


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and "expect" not in Headers(scope=scope):
        await _drain(receive)
    answer = problem_answer(
        Request(scope),
        refusal.status,
        refusal.code,
        refusal.detail,
        refusal.hint,
        headers={"Connection": "close"},
    )
    await answer(scope, receive, send)


async def _drain(receive: Receive) -> None:
    """Read a body that is refused and keep nothing: most clients look at the answer only once it is sent."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            message: Message = {"more_body": True}
            while message.get("more_body", False):
                message = await receive()
