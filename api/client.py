"""A Python client of the API: keys or tokens, retries, pages, jobs, errors as exceptions.

It needs ``httpx`` (extra ``client``) and loads neither the service nor a model::

    with Client("https://rc.example.gov.cn", key="yc_...") as client:
        found = client.match_profiles("V0123456789abcdef", k=5)
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import httpx

from data.errors import YingcaiError

__all__ = ["Client", "ClientCredentials", "RemoteError", "Target"]

Target = str | Mapping[str, Any]
"""A vacancy or a person: the id of one that is stored, or one as the API takes it."""

_RETRIED: Final = frozenset({429, 503})
_ENDED: Final = frozenset({"done", "failed", "cancelled"})
_EARLY: Final = 30.0
"""A token is renewed so many seconds before it ends."""
_LONGEST_POLL: Final = 10.0


class ClientCredentials(NamedTuple):
    """A key's number and the key, for short-lived tokens (RFC 6749 §4.4)."""

    client_id: str
    """Number of the key."""
    client_secret: str
    """The key."""


class RemoteError(YingcaiError):
    """The service refused a request, or could not be reached.

    Parameters
    ----------
    status
        HTTP status; 0 where no answer came.
    problem
        The problem document; empty where the answer was none.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(
            str(problem.get("code", "http_error")),
            str(problem.get("detail", f"服务以状态 {status} 作答")),
            hint=str(problem.get("hint", "")),
        )
        self.status = status
        self.request_id = str(problem.get("request_id", ""))
        self.fields: list[dict[str, str]] = list(problem.get("errors", []))


class Client:
    """Asks the service.

    Every request of it may be sent again without being done twice, so one that fails for want of a
    connection, or is answered 429 or 503, is repeated: after what ``Retry-After`` says, else after a pause
    that doubles.

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
    ) -> None:
        self._http = httpx.Client(base_url=url, timeout=timeout, transport=transport)
        self._key = key
        self._credentials = credentials
        self._retries = retries
        self._longest_wait = longest_wait
        self._sleep = sleep
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

    def readiness(self) -> dict[str, Any]:
        """Return what the service holds; an error while it is not ready."""
        return self._json("GET", "/readyz")

    def usage(self, *, days: int = 31) -> dict[str, Any]:
        """Return the caller's own usage and quota of the last days."""
        return self._json("GET", "/v1/usage", params={"days": days})

    def match_profiles(self, vacancy: Target, *, k: int = 10, **options: Any) -> dict[str, Any]:
        """Return people for a vacancy, explained.

        Parameters
        ----------
        vacancy
            The vacancy.
        k
            Length of the list, 1 to 200.
        **options
            Further fields of the request: ``weights``, ``rank_by``, ``near``.
        """
        body = _target("vacancy", vacancy) | {"k": k, **options}
        return self._json("POST", "/v1/matches/profiles", body=body)

    def match_vacancies(self, profile: Target, *, k: int = 10, **options: Any) -> dict[str, Any]:
        """Return vacancies for a person, explained.

        Parameters
        ----------
        profile
            The person.
        k
            Length of the list, 1 to 200.
        **options
            Further fields of the request: ``weights``, ``rank_by``.
        """
        body = _target("profile", profile) | {"k": k, **options}
        return self._json("POST", "/v1/matches/vacancies", body=body)

    def match_pair(self, vacancy: Target, profile: Target, **options: Any) -> dict[str, Any]:
        """Return how a vacancy and a person fit, explained; options as in :meth:`match_profiles`."""
        body = _target("vacancy", vacancy) | _target("profile", profile) | options
        return self._json("POST", "/v1/matches/pairs", body=body)

    def relaxations(self, vacancy: Target, *, limit: int = 6) -> dict[str, Any]:
        """Return which requirements of a vacancy keep how many people out."""
        return self._json(
            "POST", "/v1/matches/relaxations", body=_target("vacancy", vacancy) | {"limit": limit}
        )

    def send_feedback(self, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Tell what came of matches; an event sent again under its ``event_id`` counts once."""
        return self._json("POST", "/v1/feedback", body={"events": [dict(event) for event in events]})

    def catalogue(self, kind: str) -> dict[str, Any]:
        """Return the current edition of a catalogue."""
        return self._json("GET", f"/v1/catalogues/{kind}/current")

    def forecasts(self, **options: Any) -> dict[str, Any]:
        """Return the newest forecast; options are the route's parameters."""
        return self._json("GET", "/v1/forecasts", params=options)

    def submit_matches(
        self, queries: Sequence[Mapping[str, Any]], *, idempotency_key: str | None = None, **options: Any
    ) -> dict[str, Any]:
        """Hand in up to 10,000 queries to be worked on in the background.

        Parameters
        ----------
        queries
            Each with an optional ``ref`` and a vacancy or a profile, by id or content.
        idempotency_key
            Of the caller; the same key makes one job however often it is sent. By default a new one.
        **options
            Further fields of the request: ``k``, ``weights``, ``rank_by``.
        """
        return self._json(
            "POST",
            "/v1/match-jobs",
            body={"queries": [dict(query) for query in queries], **options},
            headers={"Idempotency-Key": idempotency_key or uuid.uuid4().hex},
        )

    def jobs(self, *, page: int = 100) -> Iterator[dict[str, Any]]:
        """Return the caller's match jobs one by one, the newest first, read page by page."""
        return self._pages("/v1/match-jobs", "jobs", limit=page)

    def job(self, job_id: str) -> dict[str, Any]:
        """Return how far a job is."""
        return self._json("GET", f"/v1/match-jobs/{job_id}")

    def cancel_job(self, job_id: str) -> dict[str, Any]:
        """Stop a job."""
        return self._json("DELETE", f"/v1/match-jobs/{job_id}")

    def wait(
        self, job_id: str, *, seconds: float = 3600.0, progress: Callable[[int, int], None] | None = None
    ) -> dict[str, Any]:
        """Return a job once it has ended.

        Parameters
        ----------
        job_id
            The job.
        seconds
            Longest wait.
        progress
            Called with the number of queries answered and the total.

        Raises
        ------
        TimeoutError
            The job has not ended in time; it goes on.
        """
        pause, waited = 0.5, 0.0
        while True:
            job = self.job(job_id)
            if progress is not None:
                progress(job["done"], job["total"])
            if job["state"] in _ENDED:
                return job
            if waited >= seconds:
                raise TimeoutError(f"任务 {job_id} 在 {seconds:g} 秒内没有结束")
            self._sleep(pause)
            waited += pause
            pause = min(pause * 1.5, _LONGEST_POLL)

    def results(self, job_id: str, *, partial: bool = False) -> Iterator[dict[str, Any]]:
        """Return the answers of a job one by one, in the order of its queries, as they come in."""
        path, params = f"/v1/match-jobs/{job_id}/results", {"format": "ndjson", "partial": partial}
        with self._answered("GET", path, params=params) as answer:
            for line in answer.iter_lines():
                if line:
                    yield json.loads(line)

    def _pages(self, path: str, name: str, **params: Any) -> Iterator[dict[str, Any]]:
        cursor: str | None = ""
        while cursor is not None:
            page = self._json("GET", path, params=params | ({"cursor": cursor} if cursor else {}))
            yield from page[name]
            cursor = page["cursor"]

    def _json(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        with self._answered(method, path, **parts) as answer:
            answer.read()
            value: dict[str, Any] = answer.json()
        return value

    @contextmanager
    def _answered(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[httpx.Response]:
        """Return an answer that is none of an error, its body still to be read."""
        content = None if body is None else json.dumps(body, ensure_ascii=False, default=str).encode()
        for left in range(self._retries, -1, -1):
            named = {"Accept-Language": "zh-CN", "Content-Type": "application/json", **(headers or {})}
            request = self._http.build_request(
                method, path, params=params, content=content, headers=named | self._who()
            )
            answer, failure = self._sent(request)
            if answer is not None and answer.is_success:
                try:
                    yield answer
                finally:
                    answer.close()
                return
            pause = self._pause(failure, answer, self._retries - left)
            if not left or pause is None:
                raise failure
            self._sleep(pause)

    def _sent(self, request: httpx.Request) -> tuple[httpx.Response | None, RemoteError]:
        try:
            answer = self._http.send(request, stream=True)
            if not answer.is_success:
                answer.read()
        except httpx.TransportError as error:
            told = {
                "code": "unreachable",
                "detail": f"连不上服务：{type(error).__name__}",
                "hint": "检查地址与网络",
            }
            return None, RemoteError(0, told)
        problem = {} if answer.is_success else _problem(answer)
        return answer, RemoteError(answer.status_code, problem)

    def _pause(self, failure: RemoteError, answer: httpx.Response | None, tried: int) -> float | None:
        """Return how long to wait before a repetition; None for no repetition."""
        if failure.status == httpx.codes.UNAUTHORIZED and self._credentials and self._token and not tried:
            self._token = ""
            return 0.0
        if answer is not None and answer.status_code not in _RETRIED:
            return None
        stated = None if answer is None else _retry_after(answer.headers.get("Retry-After", ""))
        pause = min(0.5 * 2**tried, self._longest_wait) if stated is None else stated
        return pause if pause <= self._longest_wait else None

    def _who(self) -> dict[str, str]:
        if self._credentials is None:
            return {} if self._key is None else {"X-API-Key": self._key}
        if not self._token or time.monotonic() > self._token_ends - _EARLY:
            self._renew(self._credentials)
        return {"Authorization": f"Bearer {self._token}"}

    def _renew(self, credentials: ClientCredentials) -> None:
        form = {"grant_type": "client_credentials", **credentials._asdict()}
        answer, failure = self._sent(self._http.build_request("POST", "/v1/oauth/token", data=form))
        if answer is None or not answer.is_success:
            raise failure
        answer.read()
        told = answer.json()
        self._token, self._token_ends = told["access_token"], time.monotonic() + told["expires_in"]


def _target(name: str, target: Target) -> dict[str, Any]:
    return {f"{name}_id": target} if isinstance(target, str) else {name: dict(target)}


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem document of an answer, or what RFC 6749 has in its place."""
    try:
        told = answer.json()
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    return told if "detail" in told else told | {"detail": told.get("message", "")}


def _retry_after(text: str) -> float | None:
    """Return the seconds that a Retry-After header names, as number or date; None without one."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except ValueError:
        return None
