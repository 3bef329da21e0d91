"""What holds for every page there is, also for those nobody thought of here: tokens, escaping, caching."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api import pages
from data.permissions import Role, Scope
from data.store.audit import AuditQuery, read_audit
from data.store.audit_chain import verify_audit
from data.store.keys import create_key
from data.store.users import set_roles

HOSTILE = "\"'><script>alert(1)</script>{{7*7}}"
NAMES = ("q", "kind", "section", "page", "sort", "order", "profile", "agency", "actor", "subject", "industry")
NAMES += (
    "show",
    "region",
    "receipt",
    "edition",
    "entry",
    "vacancy_id",
    "like",
    "title",
    "next",
    "cursor",
    "state",
)
USERS = (None, "editor", "scientist", "admin", "agent")
FOR_ALL = {"/login", "/objections", "/objections/progress"}
"""Forms of the public."""
PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")


def routes(router: Any = pages.router) -> Iterator[Any]:
    """Return every route of the pages."""
    for each in router.routes:
        inner = getattr(each, "original_router", None)
        if inner is None:
            yield each
        else:
            yield from routes(inner)


def address(route: Any, value: str) -> str:
    """Return an address of a route, with a value in place of what its template leaves open."""
    return PARAMETER.sub(lambda found: "1" if found[2] == "int" else value, route.path)


CHANGES = sorted({each.path for each in routes() if "POST" in each.methods} - FOR_ALL)
READS = sorted({each.path for each in routes() if "GET" in each.methods})


def test_pages_are_found():
    assert len(CHANGES) > 40
    assert len(READS) > 70


@pytest.mark.parametrize("user_id", ["editor", "admin", "agent"])
def test_no_form_is_taken_without_its_token(browser, user_id):
    browser.log_in(user_id)
    for route in routes():
        if "POST" not in route.methods or route.path in FOR_ALL:
            continue
        for headers in ({}, {"Origin": "https://example.org", "Sec-Fetch-Site": "cross-site"}):
            answer = browser.post(address(route, "1"), data={"csrf_token": "0" * 64}, headers=headers)
            assert answer.status_code == 403, route.path
            assert "csrf_refused" in answer.text, route.path
        sent = {"file": ("x.csv", b"a,b\n1,2\n")}
        assert browser.post(address(route, "1"), files=sent).status_code == 403, route.path


def test_no_form_is_taken_from_strangers(browser):
    for route in routes():
        if "POST" in route.methods and route.path not in FOR_ALL:
            answer = browser.post(address(route, "1"), data={"x": "1"}, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (303, "/login"), route.path


@pytest.mark.parametrize("user_id", USERS)
def test_nothing_that_an_address_says_becomes_part_of_a_page(browser, user_id):
    if user_id is not None:
        browser.log_in(user_id)
    for route in routes():
        if "GET" not in route.methods:
            continue
        for value in ("1", HOSTILE):
            answer = browser.get(address(route, value), params=dict.fromkeys(NAMES, HOSTILE))
            assert answer.status_code < 500, (route.path, answer.text)
            if "html" in answer.headers.get("content-type", ""):
                assert "<script>alert" not in answer.text, route.path


@pytest.mark.parametrize("user_id", USERS)
def test_pages_of_people_are_kept_by_nobody_and_load_nothing_from_elsewhere(browser, user_id):
    if user_id is not None:
        browser.log_in(user_id)
    for route in routes():
        if "GET" not in route.methods or "{" in route.path:
            continue
        answer = browser.get(route.path)
        assert answer.status_code < 500, route.path
        if "html" not in answer.headers.get("content-type", ""):
            continue
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text), route.path
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", answer.text), route.path
        if user_id is not None:
            assert answer.headers["cache-control"] == "no-store", route.path


def test_programs_with_a_key_have_the_api_and_no_pages(browser, desk_service):
    key = create_key(desk_service.store, "张三", scopes=frozenset(Scope))
    browser.log_in("editor")
    for headers in ({"X-API-Key": key}, {"Authorization": "Bearer x"}):
        for route in routes():
            if route.path in FOR_ALL or not route.path.startswith(
                ("/office", "/agency", "/science", "/account")
            ):
                continue
            for method in route.methods & {"GET", "POST"}:
                answer = browser.request(method, address(route, "1"), headers=headers, follow_redirects=False)
                assert answer.status_code == 303, route.path
                assert answer.headers["location"].startswith("/login"), route.path


def test_every_form_that_is_sent_leaves_an_entry_under_the_name_of_its_sender(browser, desk_service):
    set_roles(desk_service.store, "editor", set(Role) - {Role.AGENCY}, actor="测试")
    browser.log_in("editor")
    token = browser.get("/v1/session").json()["csrf_token"]
    left = {"/logout", "/account/password", "/office/accounts/people/{user_id}/password"}
    for route in routes():
        if "POST" not in route.methods or route.path in FOR_ALL | left:
            continue
        before = verify_audit(desk_service.store).entries
        browser.post(address(route, "1"), data={"csrf_token": token}, follow_redirects=False)
        made = verify_audit(desk_service.store).entries - before
        newest = read_audit(
            desk_service.store, AuditQuery(), key=desk_service.pseudonym_key, limit=max(made, 1)
        )
        assert made, route.path
        assert {each.actor for each in newest} == {"user:editor"}, route.path
        assert {each.route for each in newest} == {f"POST {route.path}"}, route.path
