"""The trail of requests: whatever changes something or may concern people is in the audit before its answer.

A middleware does it, so that no route can forget. A route that notes its look itself, with the people it
shows, is not noted twice; every entry of one request bears the request's number.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as ASGIScope

from api.privacy.scrubbed import ScrubbedError
from api.problems import problem_answer
from api.service import Service
from data.errors import StoreError
from data.normalise.contacts import mask_contacts
from data.permissions import Scope
from data.store.audit import Access, AccessOutcome, Action, Circumstance, current_circumstance, under

__all__ = ["IMPERSONAL", "AuditTrail", "Trail", "identify"]

IMPERSONAL: Final = frozenset(
    {
        Scope.POSTINGS_READ,
        Scope.VACANCIES_READ,
        Scope.CATALOGUES_READ,
        Scope.FORECASTS_READ,
        Scope.INDICATORS_READ,
        Scope.TAXONOMY_READ,
        Scope.BULLETINS_READ,
    }
)
"""Scopes whose resources tell nothing of people: reading these alone leaves no entry, reading others does."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PERSON_NAMES: Final = frozenset({"profile_id", "person_id"})
_UNKNOWN: Final = "unknown"


@dataclass
class Trail(Circumstance):
    """What becomes known of a request while it is answered."""

    scope: ASGIScope = field(default_factory=dict)
    """The request; its route is known once it was matched."""
    actor: str = _UNKNOWN
    """Who asks, once it is known."""
    known: bool = False
    """Whether somebody was recognised."""
    personal: bool = False
    """Whether what is asked for may concern people."""
    profile_id: str | None = None
    """The person who asks, where people ask for themselves."""

    @property
    def route(self) -> str:
        """Method and template of the address."""
        return f"{self.scope['method']} {getattr(self.scope.get('route'), 'path', '')}".strip()


def identify(
    actor: str,
    *,
    agency_id: str | None = None,
    scopes: Collection[Scope] = (),
    profile_id: str | None = None,
) -> None:
    """Say who asks, for every entry of the request that is being answered; nothing happens outside of one.

    Parameters
    ----------
    actor
        Name for the audit.
    agency_id
        The agency; None for the office and for people themselves.
    scopes
        What the route needs: any that is not :data:`IMPERSONAL` makes the request one to note.
    profile_id
        The person, where a person asks; such a request is always noted.
    """
    trail = current_circumstance()
    if isinstance(trail, Trail):
        trail.actor, trail.agency_id, trail.known, trail.profile_id = actor, agency_id, True, profile_id
        trail.personal = profile_id is not None or not IMPERSONAL.issuperset(scopes)


class AuditTrail:
    """Notes requests, each under its number: the one that ``state.request_id`` holds already, or a new one.

    Parameters
    ----------
    app
        The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Answer one request; where it cannot be noted the answer is 503 instead.

        Raises
        ------
        ScrubbedError
            Something went wrong that was not foreseen: whoever logs it sees nothing that was given.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        number = str(state.setdefault("request_id", uuid.uuid4().hex))
        trail = Trail(request_id=mask_contacts(number)[:64], scope=scope)
        withheld = False

        async def noted(message: Message) -> None:
            nonlocal withheld
            if message["type"] == "http.response.start":
                try:
                    await _note(trail, message["status"])
                except StoreError as error:
                    withheld = True
                    refusal = problem_answer(Request(scope), 503, error.code, error.message, error.hint)
                    await refusal(scope, receive, send)
                    return
            if not withheld:
                await send(message)

        failure = None
        with under(trail):
            try:
                await self._app(scope, receive, noted)
            except Exception as error:  # noqa: BLE001 - it is raised again, scrubbed
                failure = ScrubbedError.of(error)
                with suppress(StoreError):
                    await _note(trail, 500)
        if failure is not None:
            # Whoever logs it logs the address as well, and that too may hold anything.
            template = getattr(scope.get("route"), "path", "/")
            scope.update(path=template, raw_path=template.encode(), query_string=b"")
            raise failure


async def _note(trail: Trail, status: int) -> None:
    """Note a request that is to be noted and was not, or that did not end as its looks said."""
    service: Service | None = getattr(trail.scope["app"].state, "service", None)
    changes = trail.scope["method"] not in _SAFE
    owed = (changes or trail.personal) and not (trail.noted and status < 400)
    if service is None or not owed or not (trail.known or status < 400):
        return
    await run_in_threadpool(service.note, _access(trail, status, changes=changes))


def _access(trail: Trail, status: int, *, changes: bool) -> Access:
    given = {name: str(value) for name, value in trail.scope.get("path_params", {}).items()}
    person = next((given[name] for name in sorted(_PERSON_NAMES & given.keys())), trail.profile_id)
    others = [value for name, value in given.items() if name not in _PERSON_NAMES]
    refused = AccessOutcome.REFUSED if status < 500 else AccessOutcome.FAILED
    return Access(
        actor=trail.actor,
        action=Action.REQUEST_CHANGE if changes else Action.REQUEST_READ,
        results=0,
        profile_id=person,
        resource_id=others[-1] if others else None,
        outcome=AccessOutcome.DONE if status < 400 else refused,
    )
