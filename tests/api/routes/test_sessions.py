"""Logging in: what a browser gets, and what an attacker does not."""

from __future__ import annotations

import dataclasses

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

import data.store.passwords
from api.access.cookies import COOKIE, csrf_token
from api.app import create_app
from data.permissions import Role, Scope
from data.store.feedback import read_events
from data.store.users import add_user, lock_user, set_password, set_roles

GOOD, OTHER = "竖窑旁的海风吹了整整八年", "鲅鱼圈的灯塔夜里亮着呢呀"
HOST = "https://rc.example.gov.cn"
CSRF = "X-CSRF-Token"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(
        data.store.passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


@pytest.fixture
def store(own_service):
    add_user(own_service.store, "zhang.san", name="张三", roles=[Role.EDITOR], password=GOOD, actor="甲")
    return own_service.store


@pytest.fixture
def app(own_service, store):
    app = create_app(own_service.settings, service=own_service)
    with TestClient(app):
        yield app


@pytest.fixture
def browser(app):
    return TestClient(app, base_url=HOST)


def log_in(browser, user_id="zhang.san", password=GOOD, **more):
    return browser.post("/v1/session", json={"user_id": user_id, "password": password}, **more)


def state(browser):
    answer = browser.get("/v1/session")
    return answer.status_code, answer.json().get("code", answer.json().get("user_id"))


def test_logging_in_opens_a_session_and_tells_who_and_what(browser):
    answer = log_in(browser)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["user_id"], told["name"], told["roles"]) == ("zhang.san", "张三", ["editor"])
    assert "catalogues:write" in told["scopes"]
    assert told["csrf_token"] == csrf_token(browser.cookies[COOKIE])
    assert answer.headers["cache-control"] == "no-store"
    flags = {flag.strip().lower() for flag in answer.headers["set-cookie"].split(";")[1:]}
    assert flags == {"httponly", "secure", "samesite=lax", "path=/"}
    assert browser.get("/v1/session").json() == told


def test_without_https_on_this_machine_the_cookie_works_too(app):
    browser = TestClient(app, base_url="http://127.0.0.1:8000")
    assert log_in(browser).status_code == 200
    assert list(browser.cookies) == ["yingcai"]
    assert state(browser) == (200, "zhang.san")


def test_unknown_names_wrong_passwords_and_locked_accounts_have_one_answer(browser, store):
    answers = [log_in(browser, "nobody"), log_in(browser, password=OTHER)]
    lock_user(store, "zhang.san", actor="甲")
    answers += [log_in(browser), log_in(browser, "' OR 1=1 --"), log_in(browser, "张三")]
    assert {answer.status_code for answer in answers} == {401}
    told = [answer.json() | {"request_id": ""} for answer in answers]
    assert all(each == told[0] for each in told)
    assert told[0]["code"] == "login_failed"
    assert all("set-cookie" not in answer.headers for answer in answers)


@pytest.mark.parametrize("user_id", ["zhang.san", "nobody"])
def test_guessing_is_delayed_for_accounts_that_are_there_and_those_that_are_not(browser, user_id):
    answers = [log_in(browser, user_id, OTHER) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 6 + [429]
    assert answers[-1].json()["code"] == "login_delayed"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 30
    assert log_in(browser, user_id).status_code == 429


@pytest.mark.parametrize(
    "body",
    [
        {"user_id": "zhang.san"},
        {"user_id": "zhang.san", "password": ""},
        {"user_id": "z" * 10_000, "password": GOOD},
        {"user_id": "zhang.san", "password": "长" * 10_000},
        {"user_id": {"$ne": ""}, "password": {"$ne": ""}},
        {"user_id": "zhang.san", "password": GOOD, "role": "admin"},
    ],
)
def test_what_is_no_login_is_malformed(browser, body):
    assert browser.post("/v1/session", json=body).json()["code"] == "request_malformed"


def test_a_form_of_another_site_cannot_log_anybody_in(browser):
    form = browser.post("/v1/session", data={"user_id": "zhang.san", "password": GOOD})
    assert form.status_code == 422
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert log_in(browser, headers=headers).json()["code"] == "csrf_refused"
    assert log_in(browser, headers={"Origin": HOST, "Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_session_that_somebody_planted_is_not_the_one_that_is_opened(browser, app):
    planted = "p" * 43
    browser.cookies.set(COOKIE, planted, domain="rc.example.gov.cn")
    answer = log_in(browser)
    assert planted not in answer.headers["set-cookie"]
    attacker = TestClient(app, base_url=HOST, cookies={COOKIE: planted})
    assert state(attacker) == (401, "session_ended")


def test_logging_in_again_closes_the_session_before(browser, app):
    log_in(browser)
    old = browser.cookies[COOKIE]
    log_in(browser)
    assert browser.cookies[COOKIE] != old
    assert state(TestClient(app, base_url=HOST, cookies={COOKIE: old})) == (401, "session_ended")
    assert state(browser) == (200, "zhang.san")


def test_nobody_is_logged_in_without_a_cookie_or_with_nonsense_in_it(browser, app):
    assert state(browser) == (401, "session_missing")
    for value in ("x", "x" * 43, "' OR 1=1 --", "x" * 10_000):
        assert state(TestClient(app, base_url=HOST, cookies={COOKIE: value})) == (401, "session_ended")


def test_logging_out_needs_the_token_and_then_the_cookie_opens_nothing(browser, app):
    token = log_in(browser).json()["csrf_token"]
    cookie = browser.cookies[COOKIE]
    assert browser.delete("/v1/session").json()["code"] == "csrf_refused"
    assert browser.delete("/v1/session", headers={CSRF: "0" * 64}).status_code == 403
    assert state(browser) == (200, "zhang.san")
    assert browser.delete("/v1/session", headers={CSRF: token}).json() == {"closed": 1}
    assert state(browser) == (401, "session_missing")
    assert state(TestClient(app, base_url=HOST, cookies={COOKIE: cookie})) == (401, "session_ended")


def test_logging_out_everywhere_closes_every_browser(browser, app):
    other = TestClient(app, base_url=HOST)
    log_in(other)
    token = log_in(browser).json()["csrf_token"]
    answer = browser.delete("/v1/session", params={"everywhere": True}, headers={CSRF: token})
    assert answer.json() == {"closed": 2}
    assert state(other) == (401, "session_ended")


def test_another_password_or_a_lock_closes_every_session(browser, store):
    log_in(browser)
    set_password(store, "zhang.san", OTHER, actor="甲")
    assert state(browser) == (401, "session_ended")
    log_in(browser, password=OTHER)
    lock_user(store, "zhang.san", actor="甲")
    assert state(browser) == (401, "session_ended")


EVENTS = {
    "events": [
        {
            "event_id": "e1",
            "kind": "shown",
            "side": "employer",
            "vacancy_id": "v0",
            "profile_id": "P1",
            "position": 1,
            "propensity": 1.0,
            "happened_at": "2026-03-01T09:30:00+08:00",
        }
    ]
}


def test_a_session_opens_the_api_and_changes_need_its_token(browser, store):
    token = log_in(browser).json()["csrf_token"]
    assert browser.get("/v1/usage").json()["caller"] == "user:zhang.san"
    send = lambda **headers: browser.post("/v1/feedback", json=EVENTS, headers=headers)  # noqa: E731
    for headers in (
        {},
        {CSRF: csrf_token("x" * 43)},
        {CSRF: token, "Origin": "https://evil.example"},
        {CSRF: token, "Sec-Fetch-Site": "cross-site"},
    ):
        assert send(**headers).json()["code"] == "csrf_refused"
    assert len(read_events(store)) == 0
    assert send(**{CSRF: token, "Origin": HOST}).status_code == 200


def test_a_role_that_is_taken_away_is_gone_at_once(browser, store):
    token = log_in(browser).json()["csrf_token"]
    set_roles(store, "zhang.san", [Role.ADMIN], actor="甲")
    answer = browser.post("/v1/feedback", json=EVENTS, headers={CSRF: token})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert Scope.FEEDBACK_WRITE not in browser.get("/v1/session").json()["scopes"]


def test_a_key_that_fails_is_not_made_up_for_by_a_session(browser):
    log_in(browser)
    answer = browser.get("/v1/usage", headers={"X-API-Key": "yc_wrong"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_missing_or_invalid")


def test_a_session_ends_when_the_settings_say(own_service, store):
    settings = own_service.settings.model_copy(update={"session_hours": 0})
    app = create_app(settings, service=dataclasses.replace(own_service, settings=settings))
    with TestClient(app, base_url=HOST) as browser:
        assert log_in(browser).json()["code"] == "session_ended"


def test_a_password_is_changed_by_whoever_knows_it_and_ends_every_other_session(browser, app):
    other = TestClient(app, base_url=HOST)
    log_in(other)
    token = log_in(browser).json()["csrf_token"]
    path, change = "/v1/session/password", {"old": GOOD, "new": OTHER}
    assert browser.put(path, json=change).json()["code"] == "csrf_refused"
    wrong = browser.put(path, json=change | {"old": OTHER}, headers={CSRF: token})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "login_failed")
    weak = browser.put(path, json=change | {"new": "123456789012"}, headers={CSRF: token})
    assert (weak.status_code, weak.json()["code"]) == (400, "password_common")
    assert state(other) == (200, "zhang.san")
    changed = browser.put(path, json=change, headers={CSRF: token})
    assert changed.status_code == 200
    assert changed.json()["csrf_token"] != token
    assert state(browser) == (200, "zhang.san")
    assert state(other)[0] == 401
    assert log_in(other).status_code == 401
    assert log_in(other, password=OTHER).status_code == 200
