"""How often a caller may ask: rates per class of request, counted in memory or in Redis."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.errors import TooMany
from data.errors import InputError
from data.settings import Settings
from data.store.usage import RouteClass

__all__ = ["LOGINS", "OPINIONS", "RateHeaders", "RateLimits", "RateState", "spend_rate", "too_often"]

OPINIONS: Final = "opinions"
"""Opinions and objections of whoever is not known."""
LOGINS: Final = "logins"
"""Name of the rate of attempts to log in and of requests for tokens, per address."""
_log = structlog.get_logger()


class RateState(NamedTuple):
    """What a caller has left of a rate."""

    name: str
    """The rate: a class of requests, or ``logins``."""
    amount: int
    """Requests in a window."""
    window: int
    """Length of the window in seconds."""
    remaining: int
    """Requests left."""
    reset: int
    """Seconds until some or all are given back."""
    granted: bool
    """Whether this request is one of them."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of draft-ietf-httpapi-ratelimit-headers-10."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.amount};w={self.window}',
            "RateLimit": f'"{self.name}";r={self.remaining};t={self.reset}',
        }


class RateLimits:
    """Counts requests.

    Parameters
    ----------
    limiter
        The strategy with its storage.
    rates
        Rate of each name.
    """

    def __init__(self, limiter: SlidingWindowCounterRateLimiter, rates: Mapping[str, RateLimitItem]) -> None:
        self._limiter = limiter
        self._rates = dict(rates)

    @classmethod
    def from_settings(cls, settings: Settings) -> RateLimits:
        """Make the counter that the settings describe.

        Raises
        ------
        InputError
            ``rate_storage_invalid``: the storage has another form, or its library is not installed.
        """
        try:
            storage = storage_from_string(settings.rate_storage, wrap_exceptions=True)
            limiter = SlidingWindowCounterRateLimiter(storage)
        except Exception as error:
            raise InputError(
                "rate_storage_invalid",
                "YINGCAI_RATE_STORAGE 不能用",
                hint="写 memory://，或装上 yingcai[redis] 后写 redis://主机:6379",
            ) from error
        rates = {
            RouteClass.READ.value: settings.rate_reads,
            RouteClass.WRITE.value: settings.rate_writes,
            RouteClass.MATCH.value: settings.rate_matches,
            LOGINS: settings.rate_logins,
            OPINIONS: settings.rate_opinions,
        }
        return cls(limiter, {name: parse(rate) for name, rate in rates.items()})

    def hit(self, name: str, caller: str) -> RateState:
        """Count a request of a caller.

        Parameters
        ----------
        name
            A class of requests, or ``logins``.
        caller
            Who asks.

        Returns
        -------
        RateState
            Granted also while the storage cannot be reached: that is logged, nobody is turned away for it.
        """
        rate = self._rates[name]
        window = rate.get_expiry()
        try:
            granted = self._limiter.hit(rate, name, caller)
            reset, remaining = self._limiter.get_window_stats(rate, name, caller)
        except StorageError:
            _log.warning("rate_storage_unreachable", rate=name)
            return RateState(name, rate.amount, window, rate.amount, window, granted=True)
        seconds = min(max(math.ceil(reset - time.time()), 1), window)
        return RateState(name, rate.amount, window, int(remaining), seconds, granted=granted)


def spend_rate(request: Request, name: str, caller: str) -> None:
    """Count a request towards a rate and tell its answer how it stands.

    Parameters
    ----------
    request
        The request.
    name
        A class of requests, such as ``logins``.
    caller
        Whom it is counted for.

    Raises
    ------
    TooMany
        ``rate_exceeded``.
    """
    limits: RateLimits = request.app.state.limits
    state = limits.hit(name, caller)
    request.state.rate_headers = state.headers
    if not state.granted:
        raise too_often(state)


def too_often(state: RateState) -> TooMany:
    """Return the refusal of a caller whose rate is used up."""
    return TooMany(
        "rate_exceeded",
        f"请求过于频繁：每 {state.window} 秒至多 {state.amount} 次",
        hint=f"{state.reset} 秒后再试",
        retry_after=state.reset,
    )


class RateHeaders:
    """Adds the headers that a request was given to its answer, whoever makes it and whatever it is.

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
            given: dict[str, Any] = scope.get("state", {})
            if message["type"] == "http.response.start" and "rate_headers" in given:
                more = [
                    (name.lower().encode(), value.encode()) for name, value in given["rate_headers"].items()
                ]
                message = {**message, "headers": [*message.get("headers", []), *more]}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
