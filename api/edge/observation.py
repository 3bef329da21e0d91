"""One log line and one count for every request: what was asked, never by whom or about whom."""

from __future__ import annotations

import time
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.edge import metrics

__all__ = ["Observed", "route_of"]

_log = structlog.get_logger()

_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_UNMATCHED: Final = "unmatched"
_CLIENT_GONE: Final = 499
"""Status noted when a client left before its answer began."""


class Observed:
    """Logs and counts requests by method and route template; paths, queries and addresses are not kept.

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
        status, size, began = _CLIENT_GONE, 0, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        metrics.request_begins()
        try:
            await self._app(scope, receive, noted)
        finally:
            seconds, route = time.perf_counter() - began, route_of(scope)
            metrics.request_ends(scope["method"], route, status, seconds)
            if route not in _QUIET:
                _log.info(
                    "request",
                    method=scope["method"],
                    route=route,
                    status=status,
                    milliseconds=round(seconds * 1000, 1),
                    bytes=size,
                )


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, such as ``/v1/jobs/{job_id}``.

    Parameters
    ----------
    scope
        The scope of a request that was answered.

    Returns
    -------
    str
        ``unmatched`` where no route was; the prefix of a mounted application for what is in it.
    """
    route = scope.get("route")
    path = getattr(route, "path", None)
    if isinstance(path, str):
        return path
    return str(scope.get("root_path") or _UNMATCHED) if "endpoint" in scope else _UNMATCHED
