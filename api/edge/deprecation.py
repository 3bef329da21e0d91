"""Routes that will go: told in the description and in every answer, half a year before they do."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["EXTENSION", "DeprecationHeaders", "deprecated_route"]

EXTENSION: Final = "x-deprecation"
"""Name in the description of when a route was deprecated, when it goes, and what takes its place."""
_NOTICE: Final = dt.timedelta(days=180)


def deprecated_route(*, since: dt.date, sunset: dt.date, instead: str) -> dict[str, Any]:
    """Return what says, at a route, that it will go.

    Parameters
    ----------
    since
        Day from which nothing new should be built on it.
    sunset
        Day from which it may be gone: 180 days after ``since`` at the earliest.
    instead
        Address of what takes its place, such as ``/v2/matches/profiles``.

    Returns
    -------
    dict
        Options of the route: ``@router.get("/old", **deprecated_route(...))``.

    Raises
    ------
    ValueError
        The notice is too short.
    """
    if sunset - since < _NOTICE:
        raise ValueError(f"{instead}: {sunset} is less than {_NOTICE.days} days after {since}")
    told = {"since": since.isoformat(), "sunset": sunset.isoformat(), "instead": instead}
    return {"deprecated": True, "openapi_extra": {EXTENSION: told}}


class DeprecationHeaders:
    """Adds ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594) and ``Link`` to what a deprecated route answers.

    Parameters
    ----------
    app
        The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = (getattr(scope.get("route"), "openapi_extra", None) or {}).get(EXTENSION)
                if told is not None:
                    MutableHeaders(scope=message).update(_headers(told))
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _headers(told: dict[str, str]) -> dict[str, str]:
    return {
        "Deprecation": f"@{int(_midnight(told['since']).timestamp())}",
        "Sunset": format_datetime(_midnight(told["sunset"]), usegmt=True),
        "Link": f'<{told["instead"]}>; rel="successor-version"',
    }


def _midnight(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC)
