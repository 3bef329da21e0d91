"""The id of a request: in the answer, in every log line about it and in a problem document."""

from __future__ import annotations

import re
import uuid
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from data.normalise.contacts import mask_contacts

__all__ = ["HEADER", "RequestIdentity"]

HEADER: Final = "X-Request-Id"
"""Where a caller may name its request, and where every answer does."""
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdentity:
    """Gives every request an id: the caller's where it is fit for the log, else one of ours.

    Fit are 8 to 64 of ``A-Z a-z 0-9 . _ -`` that look like nobody's phone or identity number.

    Parameters
    ----------
    app
        The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).getlist(HEADER)
        request_id = given[0] if len(given) == 1 and _is_fit(given[0]) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with bound_contextvars(request_id=request_id):
            await self._app(scope, receive, with_id)


def _is_fit(given: str) -> bool:
    return _WELL_FORMED.fullmatch(given) is not None and mask_contacts(given) == given
