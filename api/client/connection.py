"""How the client speaks to the service: who asks, what is repeated, pages, lines and files."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom
from types import TracebackType
from typing import Any, BinaryIO, Final, NamedTuple, Self

import httpx

from api.client.answers import Answer, RemoteError, retry_after

__all__ = ["ClientCredentials", "Connection", "Request"]

_RETRIED: Final = frozenset({httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE})
_EARLY: Final = 30.0
"""A token is renewed so many seconds before it ends."""
_SPREAD: Final = 0.25
"""A pause is longer by up to this share of it, so that many clients do not come back at one moment."""
_RANDOM: Final = SystemRandom()
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class ClientCredentials(NamedTuple):
    """A key's number and the key, for short-lived tokens (RFC 6749 §4.4)."""

    client_id: str
    """Number of the key."""
    client_secret: str
    """The key."""


@dataclass(frozen=True)
class Request:
    """One request, however often it is sent."""

    method: str
    """Such as ``GET``."""
    path: str
    """Such as ``/v1/usage``."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Parameters of the address; those that are None are left out."""
    body: Any = None
    """What is sent as JSON; None for no body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers beside those that every request has."""
    form: Mapping[str, str] | None = None
    """Fields of a form; None for no form."""
    file: tuple[str, BinaryIO] | None = None
    """Name and content of a file in the form."""
    repeatable: bool = True
    """False where a second one would do something anew: then it is sent again only if none was received."""


class Connection:
    """Sends requests to a service.

    A request that fails for want of a connection, or is answered 429 or 503, is repeated: after what
    ``Retry-After`` says, else after a pause that doubles. What it asks for is done once all the same: what
    creates carries an ``Idempotency-Key`` that stays over the repetitions. A replacement or deletion whose
    answer was lost may be answered 412 or 404 when it is repeated, because it was done.

    Parameters
    ----------
    url
        Address of the service, such as ``https://rc.example.gov.cn``.
    key
        An API key.
    credentials
        What to get tokens for, in place of a key.
    timeout
        Longest wait for an answer, in seconds.
    retries
        How often a request is repeated at most.
    longest_wait
        Longest pause before a repetition, in seconds; where ``Retry-After`` says more, the error is raised.
    transport
        Of httpx, for tests.
    sleep
        Waits some seconds, for tests.
    spread
        Returns a number from 0 to 1 by which a pause is stretched, for tests.

    Raises
    ------
    RemoteError
        By every method: with the code and hint of the service, or ``unreachable``.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        credentials: ClientCredentials | None = None,
        timeout: float = 60.0,
        retries: int = 4,
        longest_wait: float = 60.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        spread: Callable[[], float] = _RANDOM.random,
    ) -> None:
        self.retries = retries
        self.sleep = sleep
        self._http = httpx.Client(base_url=url, timeout=timeout, transport=transport)
        self._key = key
        self._credentials = credentials
        self._longest_wait = longest_wait
        self._spread = spread
        self._token = ""
        self._token_ends = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, request: Request, *, known: Answer | None = None) -> Answer:
        """Return what a request is answered.

        Parameters
        ----------
        request
            The request.
        known
            An earlier answer: it is returned itself where nothing changed since.
        """
        with self.answered(request) as response:
            response.read()
            if response.status_code == httpx.codes.NOT_MODIFIED and known is not None:
                return known
            return Answer.of(response)

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Return the items of a list one by one; the next page is fetched once it is needed.

        Parameters
        ----------
        path
            Address of the list; its answers hold ``cursor`` and one list.
        **params
            Filters, and ``limit``, the size of a page.
        """
        cursor: str | None = None
        while True:
            page = self.ask(Request("GET", path, params | {"cursor": cursor}))
            (items,) = (value for value in page.values() if isinstance(value, list))
            yield from items
            cursor = page["cursor"]
            if cursor is None:
                return

    def lines(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Return the lines of an answer in NDJSON as they come in.

        Raises
        ------
        RemoteError
            ``interrupted``: the answer broke off.
        """
        with self.answered(Request("GET", path, params)) as response:
            try:
                for line in response.iter_lines():
                    if line:
                        yield json.loads(line)
            except (httpx.TransportError, json.JSONDecodeError) as error:
                raise RemoteError.interrupted(path) from error

    def download(self, path: str, to: Path, **params: Any) -> Path:
        """Write an answer to a file as it comes in, and return the file; broken off, there is none.

        Raises
        ------
        RemoteError
            ``interrupted``: the answer broke off.
        """
        part = to.with_name(f"{to.name}.part")
        try:
            with self.answered(Request("GET", path, params)) as response, part.open("wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)
            return part.replace(to)
        except httpx.TransportError as error:
            raise RemoteError.interrupted(path) from error
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def answered(self, request: Request) -> Iterator[httpx.Response]:
        """Send a request and give its answer, which is none of an error, its body still to be read."""
        for tried in range(self.retries + 1):
            response, failure = self._sent(request)
            if failure is None:
                try:
                    yield response
                finally:
                    response.close()
                return
            pause = self._pause(request, failure, response, tried)
            if tried == self.retries or pause is None:
                raise failure
            self.sleep(pause)

    def _sent(self, request: Request) -> tuple[httpx.Response, RemoteError | None]:
        """Send a request once; where none answers, the answer is an empty one of status 0."""
        try:
            response = self._http.send(self._built(request), stream=True)
            if "Deprecation" in response.headers:
                _warn_of_end(request, response)
            if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
                return response, None
            response.read()
        except httpx.TransportError as error:
            failure = RemoteError.unreachable(error)
            failure.__cause__ = error
            return httpx.Response(0), failure
        return response, RemoteError.of(response)

    def _built(self, request: Request) -> httpx.Request:
        headers = {"Accept-Language": "zh-CN", **request.headers, **self._who()}
        parts: dict[str, Any] = {}
        if request.file is not None:
            request.file[1].seek(0)
            parts = {"data": request.form, "files": {"file": request.file}}
        elif request.body is not None:
            headers["Content-Type"] = "application/json"
            parts["content"] = json.dumps(request.body, ensure_ascii=False, default=str).encode()
        params = {name: value for name, value in request.params.items() if value is not None}
        return self._http.build_request(request.method, request.path, params=params, headers=headers, **parts)

    def _pause(
        self, request: Request, failure: RemoteError, response: httpx.Response, tried: int
    ) -> float | None:
        """Return how long to wait before a repetition; None for no repetition."""
        if failure.status == httpx.codes.UNAUTHORIZED and self._credentials and self._token and not tried:
            self._token = ""
            return 0.0
        if failure.status not in {0, *_RETRIED}:
            return None
        if failure.status == 0 and not request.repeatable and not isinstance(failure.__cause__, _NOT_SENT):
            return None
        stated = retry_after(response.headers.get("Retry-After", ""))
        pause = min(0.5 * 2**tried, self._longest_wait) if stated is None else stated
        return pause * (1 + _SPREAD * self._spread()) if pause <= self._longest_wait else None

    def _who(self) -> dict[str, str]:
        if self._credentials is None:
            return {} if self._key is None else {"X-API-Key": self._key}
        if not self._token or time.monotonic() > self._token_ends - _EARLY:
            self._renew(self._credentials)
        return {"Authorization": f"Bearer {self._token}"}

    def _renew(self, credentials: ClientCredentials) -> None:
        form = {"grant_type": "client_credentials", **credentials._asdict()}
        response = self._http.post("/v1/oauth/token", data=form)
        if not response.is_success:
            raise RemoteError.of(response)
        told = response.json()
        self._token, self._token_ends = told["access_token"], time.monotonic() + told["expires_in"]


def _warn_of_end(request: Request, response: httpx.Response) -> None:
    ends, instead = (response.headers.get(name, "") for name in ("Sunset", "Link"))
    warnings.warn(
        f"{request.method} {request.path} 已停用，最早于 {ends} 下线；替代：{instead}",
        DeprecationWarning,
        stacklevel=2,
    )
