"""What every route and page tells a browser, asked with a key and without one."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.app import create_app

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
"""What a page must not hold: its own policy would keep a browser from running or applying it."""


def addresses(app):
    """Return method and address of everything that the application answers, with any name in any place."""
    return sorted(
        (method, re.sub(r"\{[^}]*\}", "shortage", route.path))
        for route in iter_route_contexts(app.routes)
        if route.path is not None
        for method in set(route.methods or {"GET"}) - {"HEAD", "OPTIONS"}
    )


def faults(answer):
    """Return what the headers of an answer lack."""
    given = answer.headers
    wrong = [name for name, value in HEADERS.items() if given.get(name) != value]
    policy = given.get("content-security-policy", "")
    if "default-src 'self'" not in policy or "unsafe" in policy or "*" in policy or "http" in policy:
        wrong.append(policy or "content-security-policy")
    kept = {"private, no-cache"} if "etag" in given else set()  # asked for again each time, by its tag
    if answer.request.url.path.startswith("/v1/") and given.get("cache-control") not in {"no-store", *kept}:
        wrong.append(f"cache-control: {given.get('cache-control')}")
    for cookie in given.get_list("set-cookie"):
        flags = {each.strip().lower() for each in cookie.split(";")[1:]}
        if not {"httponly", "secure", "path=/"} <= flags or not flags & {"samesite=lax", "samesite=strict"}:
            wrong.append(cookie)
    return wrong


@pytest.mark.parametrize("key", ["", "bootstrap-key-of-the-tests"])
def test_every_answer_has_the_headers_and_every_cookie_its_flags(own_service, key):
    app = create_app(own_service.settings, service=own_service)
    walked, wrong = addresses(app), {}
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False) as client:
        for method, path in walked:
            answer = client.request(method, path, headers={"X-API-Key": key} if key else {})
            if found := faults(answer):
                wrong[method, path, answer.status_code] = found
    assert ("GET", "/healthz") in walked
    assert len(walked) > 40
    assert wrong == {}


def test_no_page_holds_script_or_style_of_its_own(client):
    pages = {}
    for path in {path for method, path in addresses(client.app) if method == "GET"}:
        answer = client.get(path, follow_redirects=True)
        if answer.headers.get("content-type", "").startswith("text/html"):
            pages[path] = INLINE.findall(answer.text)
    assert {"/", "/forecasts"} <= set(pages)
    assert {path: found for path, found in pages.items() if found} == {}
