"""The resources of the service as methods: a few verbs for all, and what only one of them can do."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from api.client.answers import Answer, RemoteError
from api.client.connection import Connection, Request
from api.client.copies import Copied

__all__ = ["Classification", "Client", "Resource", "Target"]

Resource = Literal[
    "postings",
    "vacancies",
    "profiles",
    "consents",
    "batches",
    "match-jobs",
    "searches",
    "objections",
    "bulletins",
]
"""What is listed and has ids."""
Classification = Literal["occupations", "industries", "majors", "skills", "places"]
"""A list of codes."""
Target = str | Mapping[str, Any]
"""A vacancy or a person: the id of one that is stored, or one as the API takes it."""

_ENDED: Final = frozenset({"done", "failed", "cancelled"})
_PAUSE: Final = 0.5
_LONGEST_POLL: Final = 10.0


class Client(Connection):
    """Asks the service; how it is reached and what is repeated is said at :class:`Connection`.

    Raises
    ------
    RemoteError
        By every method: with the code and hint of the service, or ``unreachable``.

    Examples
    --------
    >>> with Client("http://127.0.0.1:8000", key="yc_...") as client:  # doctest: +SKIP
    ...     mine = client.create("postings", {"title": "岸桥司机", "employer": "示例港口有限公司"})
    ...     found = client.match_profiles({"title": "岸桥司机"}, k=5)
    """

    def find(self, resource: Resource, **filters: Any) -> Iterator[dict[str, Any]]:
        """Return what is listed one by one, read page by page.

        Parameters
        ----------
        resource
            What is listed.
        **filters
            The parameters of the list, such as ``place_code`` or ``fields``; ``limit`` is the size of a page.
        """
        return self.pages(f"/v1/{resource}", **filters)

    def read(self, resource: Resource, item_id: str | int, *, known: Answer | None = None) -> Answer:
        """Return one of them, with its tag; ``known`` itself where it is still as it was."""
        headers = {"If-None-Match": known.etag} if known is not None and known.etag else {}
        return self.ask(Request("GET", _path(resource, item_id), headers=headers), known=known)

    def create(
        self, resource: Resource, content: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> Answer:
        """Create one of them.

        Parameters
        ----------
        resource
            What is created.
        content
            Its fields.
        idempotency_key
            The same key creates one however often it is sent, also by another run of the program. By default
            a new one for each call.
        """
        return self.ask(
            Request("POST", f"/v1/{resource}", body=dict(content), headers=_once(idempotency_key))
        )

    def replace(
        self, resource: Resource, item_id: str | int, content: Mapping[str, Any], *, etag: str
    ) -> Answer:
        """Replace one of them that is still what ``etag`` names, the tag it had when it was read."""
        headers = {"If-Match": etag}
        return self.ask(Request("PUT", _path(resource, item_id), body=dict(content), headers=headers))

    def delete(
        self, resource: Resource, item_id: str | int, *, etag: str | None = None, **options: Any
    ) -> Answer:
        """Delete or withdraw one of them; with ``etag`` only if it is still what that names."""
        headers = {} if etag is None else {"If-Match": etag}
        return self.ask(Request("DELETE", _path(resource, item_id), options, headers=headers))

    def match_profiles(self, vacancy: Target, *, k: int = 10, **options: Any) -> Answer:
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
        return self._post("matches/profiles", _target("vacancy", vacancy) | {"k": k, **options})

    def match_vacancies(self, profile: Target, *, k: int = 10, **options: Any) -> Answer:
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
        return self._post("matches/vacancies", _target("profile", profile) | {"k": k, **options})

    def match_pair(self, vacancy: Target, profile: Target, **options: Any) -> Answer:
        """Return how a vacancy and a person fit, explained; options as in :meth:`match_profiles`."""
        return self._post(
            "matches/pairs", _target("vacancy", vacancy) | _target("profile", profile) | options
        )

    def relaxations(self, vacancy: Target, *, limit: int = 6) -> Answer:
        """Return which requirements of a vacancy keep how many people out."""
        return self._post("matches/relaxations", _target("vacancy", vacancy) | {"limit": limit})

    def send_feedback(self, events: Sequence[Mapping[str, Any]]) -> Answer:
        """Tell what came of matches; an event sent again under its ``event_id`` counts once."""
        return self._post("feedback", {"events": [dict(event) for event in events]})

    def wait(
        self,
        resource: Literal["batches", "match-jobs"],
        item_id: str,
        *,
        seconds: float = 3600.0,
        progress: Callable[[Answer], None] | None = None,
    ) -> Answer:
        """Return a match job or a file that was handed in once it has ended.

        Parameters
        ----------
        resource
            Which of the two it is.
        item_id
            Its id.
        seconds
            Longest wait.
        progress
            Called with how it stands, each time that it is asked for.

        Raises
        ------
        TimeoutError
            It has not ended in time; it goes on.
        """
        pause, waited = _PAUSE, 0.0
        while True:
            found = self.read(resource, item_id)
            if progress is not None:
                progress(found)
            if found["state"] in _ENDED:
                return found
            if waited >= seconds:
                raise TimeoutError(f"{item_id} 在 {seconds:g} 秒内没有结束")
            self.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, _LONGEST_POLL)

    def results(self, job_id: str, *, partial: bool = False) -> Iterator[dict[str, Any]]:
        """Return the answers of a match job one by one, in the order of its queries, as they come in."""
        path = f"{_path('match-jobs', job_id)}/results"
        return self.lines(path, format="ndjson", partial=partial)

    def cancel(self, job_id: str) -> Answer:
        """Stop a match job; what was answered can still be read."""
        return self.ask(Request("POST", f"{_path('match-jobs', job_id)}/cancel", body={}))

    def upload(
        self,
        file: Path,
        *,
        kind: Literal["posting", "profile"] | None = None,
        mapping: Mapping[str, str | None] | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Hand in a file of postings or profiles, which is read in the background: see :meth:`wait`.

        Parameters
        ----------
        file
            The file.
        kind
            What its rows are; by default its columns tell.
        mapping
            What its columns mean, where their names do not tell; None for a column that is not used.
        idempotency_key
            As in :meth:`create`.
        """
        return self._send_file("batches", file, kind, mapping, _once(idempotency_key))

    def preview(
        self,
        file: Path,
        *,
        kind: Literal["posting", "profile"] | None = None,
        mapping: Mapping[str, str | None] | None = None,
    ) -> Answer:
        """Return what columns and first rows of a file would be taken for; nothing is stored."""
        return self._send_file("batches/preview", file, kind, mapping, {})

    def problems(self, batch_id: str) -> Iterator[dict[str, Any]]:
        """Return the cells of a file that could not be used."""
        return self.pages(f"{_path('batches', batch_id)}/problems")

    def run_search(self, search_id: str) -> Answer:
        """Match by a saved search now, and tell what came or went since its run before."""
        return self.ask(Request("POST", f"{_path('searches', search_id)}/run", repeatable=False))

    def search_news(self, search_id: str, *, since: int = 0) -> Answer:
        """Return what came or went after a run of a saved search."""
        return self.ask(Request("GET", f"{_path('searches', search_id)}/news", {"since": since}))

    def catalogue(self, kind: str) -> Answer:
        """Return the current edition of a catalogue, ``demand`` or ``shortage``, with its entries."""
        return self._get(f"catalogues/{_part(kind)}/current")

    def editions(self, kind: str) -> Iterator[dict[str, Any]]:
        """Return the editions of a catalogue, the newest first."""
        return self.pages(f"/v1/catalogues/{_part(kind)}/editions")

    def edition(self, kind: str, edition: str | int) -> Answer:
        """Return an edition without its entries."""
        return self._get(f"catalogues/{_part(kind)}/editions/{_part(edition)}")

    def entries(self, kind: str, edition: str | int, **filters: Any) -> Iterator[dict[str, Any]]:
        """Return the entries of an edition; filters are the route's parameters, such as ``star``."""
        return self.pages(f"/v1/catalogues/{_part(kind)}/editions/{_part(edition)}/entries", **filters)

    def diff(self, kind: str, before: str | int, after: str | int) -> Answer:
        """Return what changed from one edition to another."""
        return self._get(f"catalogues/{_part(kind)}/editions/{_part(before)}/diff/{_part(after)}")

    def forecasts(self, **options: Any) -> Answer:
        """Return the newest forecast; options are the route's parameters."""
        return self._get("forecasts", **options)

    def indicators(self, **options: Any) -> Answer:
        """Return the indicators of the plans of a place; options are ``region`` and ``as_of``."""
        return self._get("indicators", **options)

    def terms(
        self, classification: Classification, q: str | None = None, **options: Any
    ) -> Iterator[dict[str, Any]]:
        """Return codes whose code, name or other name holds ``q``, the closest first; all without it."""
        return self.pages(f"/v1/{classification}", q=q, **options)

    def occupation(self, code: str) -> Answer:
        """Return an occupation with its other names, majors and what lies below it."""
        return self._get(f"occupations/{_part(code)}")

    def usage(self, *, days: int = 31) -> Answer:
        """Return the caller's own usage and quota of the last days."""
        return self._get("usage", days=days)

    def readiness(self) -> Answer:
        """Return what the service holds; an error while it is not ready."""
        return self.ask(Request("GET", "/readyz"))

    def snapshot(self, resource: Copied) -> Iterator[dict[str, Any]]:
        """Return the first line of a snapshot, then its records, as they come in.

        A snapshot that breaks off is taken up where it ended; the position stays that of the first line.

        Raises
        ------
        RemoteError
            ``interrupted``: it broke off again and again without another record.
        """
        path, last, begun, broken = f"/v1/snapshot/{resource}", None, False, 0
        while broken <= self.retries:
            for line in self._as_far_as_it_comes(path, after=last):
                if line["type"] == "end":
                    return
                if line["type"] == "record":
                    last, broken = line["id"], 0
                elif begun:
                    continue
                begun = True
                yield line
            broken += 1
            self.sleep(_PAUSE)
        raise RemoteError.interrupted(path)

    def changes(self, resource: Copied, since: str) -> Iterator[dict[str, Any]]:
        """Return what changed since a position in parts, each with its ``changes`` and next ``position``."""
        more = True
        while more:
            part = self._get(f"changes/{resource}", since=since)
            yield part
            since, more = part["position"], part["more"]

    def _as_far_as_it_comes(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        try:
            yield from self.lines(path, **params)
        except RemoteError as error:
            if error.code != "interrupted":
                raise

    def _get(self, path: str, **params: Any) -> Answer:
        return self.ask(Request("GET", f"/v1/{path}", params))

    def _post(self, path: str, body: Mapping[str, Any]) -> Answer:
        return self.ask(Request("POST", f"/v1/{path}", body=dict(body)))

    def _send_file(
        self,
        path: str,
        file: Path,
        kind: str | None,
        mapping: Mapping[str, str | None] | None,
        headers: Mapping[str, str],
    ) -> Answer:
        told = None if mapping is None else json.dumps(dict(mapping), ensure_ascii=False)
        form = {name: text for name, text in (("kind", kind), ("mapping", told)) if text is not None}
        with file.open("rb") as content:
            sent = Request("POST", f"/v1/{path}", headers=headers, form=form, file=(file.name, content))
            return self.ask(sent)


def _once(idempotency_key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}


def _path(resource: str, item_id: str | int) -> str:
    return f"/v1/{resource}/{_part(item_id)}"


def _part(name: str | int) -> str:
    """Return a name as one part of an address, whatever is in it."""
    return quote(str(name), safe="")


def _target(name: str, target: Target) -> dict[str, Any]:
    return {f"{name}_id": target} if isinstance(target, str) else {name: dict(target)}
