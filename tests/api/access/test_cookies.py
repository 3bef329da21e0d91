"""The cookie's flags, and what another site cannot do with it."""

from __future__ import annotations

import pytest
from fastapi import Request, Response

from api.access.cookies import check_csrf, clear_cookie, cookie_of, csrf_token, is_secure, set_cookie
from api.access.errors import Forbidden

SECRET = "s" * 43
OWN = "https://rc.example.gov.cn"


def request(method="POST", url=OWN, **headers):
    scheme, _, host = url.partition("://")
    name, _, port = host.rpartition(":") if host.rpartition(":")[2].isdigit() else (host, "", "")
    given = {"host": host} | {key.replace("_", "-"): value for key, value in headers.items()}
    return Request(
        {
            "type": "http",
            "method": method,
            "scheme": scheme,
            "server": (name.strip("[]"), int(port or 443)),
            "path": "/v1/session",
            "query_string": b"",
            "headers": [(key.encode(), value.encode("latin-1")) for key, value in given.items()],
        }
    )


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        (OWN, True),
        ("http://rc.example.gov.cn", True),
        ("http://192.0.2.7:8000", True),
        ("https://127.0.0.1:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        ("http://localhost.example.com", True),
        ("http://[::", True),
        ("http://", True),
    ],
)
def test_cookies_are_secure_but_for_a_browser_on_this_machine(url, secure):
    assert is_secure(request(url=url), always=False) is secure
    assert is_secure(request(url=url), always=True)


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_other_hosts():
    response = Response()
    set_cookie(response, SECRET, secure=True)
    name, *flags = response.headers["set-cookie"].split("; ")
    assert name == f"__Host-yingcai={SECRET}"
    assert {flag.lower() for flag in flags} == {"httponly", "path=/", "samesite=lax", "secure"}
    assert response.headers["cache-control"] == "no-store"


def test_without_https_on_this_machine_it_has_neither_the_prefix_nor_the_flag():
    response = Response()
    set_cookie(response, SECRET, secure=False)
    assert response.headers["set-cookie"].startswith("yingcai=")
    assert "secure" not in response.headers["set-cookie"].lower()


def test_a_cookie_is_taken_back_with_the_flags_it_was_given():
    response = Response()
    clear_cookie(response, secure=True)
    assert response.headers["set-cookie"].startswith('__Host-yingcai=""; ')
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert "Secure" in response.headers["set-cookie"]


def test_the_plain_cookie_is_not_read_where_the_secure_one_is_due():
    assert cookie_of(request(cookie=f"yingcai={SECRET}"), secure=True) is None
    assert cookie_of(request(cookie=f"__Host-yingcai={SECRET}"), secure=True) == SECRET


def passes(public_url="", **given):
    try:
        check_csrf(request(**given), SECRET, public_url=public_url)
    except Forbidden as error:
        assert error.code == "csrf_refused"
        return False
    return True


TOKEN = csrf_token(SECRET)


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({"method": "GET"}, True),
        ({"method": "HEAD", "origin": "https://evil.example"}, True),
        ({}, False),
        ({"x_csrf_token": TOKEN}, True),
        ({"x_csrf_token": ""}, False),
        ({"x_csrf_token": TOKEN[:-1]}, False),
        ({"x_csrf_token": csrf_token("t" * 43)}, False),
        ({"x_csrf_token": "\xe9" * 64}, False),
        ({"x_csrf_token": TOKEN, "origin": OWN}, True),
        ({"x_csrf_token": TOKEN, "origin": "https://evil.example"}, False),
        ({"x_csrf_token": TOKEN, "origin": "null"}, False),
        ({"x_csrf_token": TOKEN, "origin": "https://[evil"}, False),
        ({"x_csrf_token": TOKEN, "origin": f"{OWN}.evil.example"}, False),
        ({"x_csrf_token": TOKEN, "sec_fetch_site": "same-origin"}, True),
        ({"x_csrf_token": TOKEN, "sec_fetch_site": "none"}, True),
        ({"x_csrf_token": TOKEN, "sec_fetch_site": "same-site"}, False),
        ({"x_csrf_token": TOKEN, "sec_fetch_site": "cross-site"}, False),
        ({"method": "DELETE", "origin": OWN}, False),
    ],
)
def test_a_change_needs_the_token_of_its_session_and_must_come_from_this_site(given, allowed):
    assert passes(**given) is allowed


def test_an_address_that_is_configured_is_the_only_origin():
    assert passes(public_url=OWN, url="http://10.0.0.5:8000", x_csrf_token=TOKEN, origin=OWN)
    assert not passes(
        public_url=OWN, url="http://10.0.0.5:8000", x_csrf_token=TOKEN, origin="http://10.0.0.5:8000"
    )


def test_the_token_tells_nothing_of_the_cookie():
    assert SECRET not in TOKEN
    assert len(TOKEN) == 64
