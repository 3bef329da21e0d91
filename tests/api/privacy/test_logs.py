"""Marked personal data through every route, errors included: no log and no entry of the audit holds it."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from fastapi.routing import iter_route_contexts

from data.store.schema import access_log, access_person, daily_usage, login_delay
from data.store.store import Store
from matching.matcher import Matcher

NAME, PHONE, ID_CARD, ADDRESS = "欧阳镁标记", "13912345678", "21080419900307663X", "望海路标记巷7号楼2单元501"
MARKERS = (NAME, PHONE, ID_CARD, ADDRESS)
ALL = "，".join(MARKERS)
ITEM = {"title": ALL, "skills": list(MARKERS)}
BODIES = {
    "/v1/matches/vacancies": [{"profile": ITEM}, {"profile_id": ALL[:60]}],
    "/v1/matches/profiles": [{"vacancy": ITEM | {"duties": ALL}}, {"vacancy_id": ALL[:60]}],
    "/v1/matches/pairs": [{"vacancy": ITEM, "profile": ITEM}],
    "/v1/matches/relaxations": [{"vacancy": ITEM}],
    "/v1/match-jobs": [{"queries": [{"ref": "1", "vacancy": ITEM}, {"ref": "2", "profile_id": NAME}]}],
    "/v1/session": [{"user_id": NAME, "password": ALL}],
    "/v1/feedback": [{"events": [{"event_id": PHONE, "note": ALL, "profile_id": NAME, "vacancy_id": NAME}]}],
}
ANYTHING = [{"name": NAME, "phone": PHONE, "text": ALL, MARKERS[0]: ALL}, [ALL], ALL]


@contextlib.contextmanager
def served(app):
    """Run the application as ``yingcai serve`` does, on a port that is free."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            client.headers["X-API-Key"] = "bootstrap-key-of-the-tests"
            yield client
    finally:
        server.should_exit = True
        thread.join()


def sent(client, method, path, **given):
    """Send a request and return the first digit of its status; a server that hangs up has failed."""
    try:
        return client.request(method, path, **given).status_code // 100
    except httpx.TransportError:
        return 5


def feed(app, client):
    """Send markers in body, address, query and headers to every route; return the kinds of status seen."""
    seen = set()
    headers = {"X-Request-Id": PHONE, "Idempotency-Key": ID_CARD, "User-Agent": PHONE, "Referer": f"/{PHONE}"}
    for route in iter_route_contexts(app.routes):
        for method in set(route.methods or ()) - {"HEAD", "OPTIONS"}:
            # What is only read has no body: one of them shows that none is looked at.
            bodies = [ALL] if method == "GET" else [*BODIES.get(route.path, []), *ANYTHING]
            for marker in (PHONE, ID_CARD, NAME):
                path = re.sub(r"\{[^}]*\}", marker, route.path)
                query = {"q": ALL, "subject": NAME, "actor": NAME, "cursor": PHONE, "as_of": ALL}
                for body in bodies:
                    seen.add(sent(client, method, path, params=query, json=body, headers=headers))
                if "{" not in route.path:
                    break
            broken = f'{{"title": "{ALL}'.encode()
            seen.add(sent(client, method, route.path, content=broken, headers=headers))
    return seen


def kept(store):
    """Return everything that the audit and its neighbours hold, as text."""
    with store.read() as connection:
        tables = (access_log, access_person, daily_usage, login_delay)
        return str([connection.execute(sa.select(table)).all() for table in tables])


@pytest.fixture
def logged(caplog, capfd):
    """Return a function that returns all that was logged by whatever means, and what was printed."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # the sender's own logs
        logging.getLogger(name).setLevel(logging.WARNING)

    def reads():
        printed = capfd.readouterr()
        told = [logging.Formatter().format(record) + str(record.__dict__) for record in caplog.records]
        return "\n".join([*told, printed.out, printed.err])

    yield reads
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_no_log_and_no_entry_holds_what_was_given(trailed_app, own_service, logged):
    with served(trailed_app) as client:
        seen = feed(trailed_app, client)
    assert {2, 4} <= seen
    told = logged() + kept(own_service.store)
    assert [marker for marker in MARKERS if marker in told] == []


def test_errors_that_quote_what_was_given_are_logged_without_it(
    trailed_app, own_service, logged, monkeypatch
):
    def breaks(*_, **__):
        raise RuntimeError(f"cannot compute: {ALL}")

    for name in ("match_vacancy", "match_profile", "score", "relax"):
        monkeypatch.setattr(Matcher, name, breaks)
    with served(trailed_app) as client:
        statuses = [
            sent(client, "POST", path, json=bodies[0])
            for path, bodies in BODIES.items()
            if path.startswith("/v1/matches")
        ]
    told = logged()
    assert statuses == [5] * 4
    assert "ScrubbedError" in told
    assert "RuntimeError at " in told
    assert [marker for marker in MARKERS if marker in told + kept(own_service.store)] == []


def test_a_database_that_quotes_its_parameters_is_not_quoted(trailed_app, logged, monkeypatch):
    def breaks(*_, **__):
        raise sa.exc.OperationalError("INSERT INTO t VALUES (?)", {"title": ALL}, Exception(ALL))

    with served(trailed_app) as client, monkeypatch.context() as patch:
        patch.setattr(Store, "begin", breaks)
        patch.setattr(Store, "read", breaks)
        seen = feed(trailed_app, client)
    assert 5 in seen
    told = logged()
    assert [marker for marker in MARKERS if marker in told] == []
