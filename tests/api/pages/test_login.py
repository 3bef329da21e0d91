"""Logging in by a page, what strangers are shown, and forms from elsewhere."""

from __future__ import annotations

import datetime as dt

import pytest

from data.store.agencies import list_agencies, suspend_agency
from data.store.profiles import read_profiles
from data.store.schema import user_session
from data.store.users import lock_user
from tests.api.pages.conftest import PASSWORD

NEXT_PASSWORD = "大石桥的炉火今天又添了三炉"


def test_a_stranger_is_sent_to_log_in_and_on_from_there(browser):
    shown = browser.get("/account?x=1")
    assert shown.url.path == "/login"
    assert shown.url.params["next"] == "/account?x=1"
    after = browser.post("/login", data={"user_id": "editor", "password": PASSWORD, "next": "/account?x=1"})
    assert (after.url.path, after.status_code) == ("/account", 200)
    assert "张编" in after.text
    assert browser.get("/login").url.path != "/login"


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org", "/\\example.org", "account", "/a b"]
)
def test_nobody_is_sent_to_another_site(browser, target):
    fields = {"user_id": "editor", "password": PASSWORD, "next": target}
    answer = browser.post("/login", data=fields, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] in {"/office", "/account"}


def test_a_wrong_password_and_an_unknown_name_read_the_same(browser):
    texts = []
    for user_id, password in (("editor", "不对的口令不对的口令"), ("nobody", PASSWORD)):
        answer = browser.post("/login", data={"user_id": user_id, "password": password})
        assert answer.status_code == 401
        assert password not in answer.text
        texts.append(answer.text.replace(user_id, ""))
    assert texts[0] == texts[1]
    assert "用户名或口令不对" in texts[0]


def test_a_form_without_its_token_changes_nothing(browser):
    browser.log_in("editor")
    fields = {"old": PASSWORD, "new": NEXT_PASSWORD, "again": NEXT_PASSWORD}
    for token in ("", "0" * 64):
        answer = browser.post("/account/password", data={**fields, "csrf_token": token})
        assert answer.status_code == 403
        assert "csrf_refused" in answer.text
    from_elsewhere = {"Origin": "https://example.org", "Sec-Fetch-Site": "cross-site"}
    assert browser.submit("/account/password", fields, headers=from_elsewhere).status_code == 403
    assert browser.post("/logout").status_code == 403
    assert browser.get("/account").url.path == "/account"


def test_a_password_is_changed_by_whoever_knows_it(browser):
    browser.log_in("editor")
    fields = {"old": PASSWORD, "new": NEXT_PASSWORD, "again": "另一句话另一句话另一句话"}
    assert "两次输入的新口令不一样" in browser.submit("/account/password", fields).text
    changed = browser.submit(
        "/account/password", {"old": PASSWORD, "new": NEXT_PASSWORD, "again": NEXT_PASSWORD}
    )
    assert "口令已修改" in changed.text
    assert browser.submit("/logout").url.path == "/login"
    assert browser.get("/account").url.path == "/login"
    assert browser.post("/login", data={"user_id": "editor", "password": PASSWORD}).status_code == 401


def test_a_password_is_not_changed_by_whoever_found_the_browser_open(browser):
    browser.log_in("editor")
    wrong = {"old": "不对的口令不对的口令", "new": NEXT_PASSWORD, "again": NEXT_PASSWORD}
    assert "用户名或口令不对" in browser.submit("/account/password", wrong).text
    assert "口令已修改" not in browser.get("/account").text


def test_the_way_around_shows_only_what_one_may(browser):
    browser.log_in("admin")
    shown = browser.get("/account").text
    assert "/office/accounts" in shown
    assert "/office/review" not in shown
    assert "/agency/match" not in shown


def test_a_person_of_an_agency_stays_with_the_agency(browser, desk_service):
    browser.log_in("agent")
    shown = browser.get("/account").text
    assert "示例人力资源有限公司" in shown
    assert "/agency/match" in shown
    assert "/office" not in shown
    session = browser.get("/v1/session").json()
    assert session["roles"] == ["agency"]
    assert "audit:read" not in session["scopes"]
    (agency,) = list_agencies(desk_service.store)
    suspend_agency(desk_service.store, agency.agency_id, actor="测试")
    assert browser.get("/account").status_code == 403


def test_a_locked_account_is_out_at_once(browser, desk_service):
    browser.log_in("editor")
    lock_user(desk_service.store, "editor", actor="测试")
    assert browser.get("/account").url.path == "/login"


def test_what_is_not_there_is_a_page_to_people_and_a_document_to_programs(browser):
    shown = browser.get("/nowhere")
    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>没有找到</h1>" in shown.text
    told = browser.get("/nowhere", headers={"Accept": "application/json"})
    assert told.headers["content-type"] == "application/problem+json"
    assert browser.get("/v1/nowhere").headers["content-type"] == "application/problem+json"


def test_what_is_typed_never_becomes_part_of_the_page(browser):
    answer = browser.post("/login", data={"user_id": '"><script>alert(1)</script>', "password": "x"})
    assert "<script>alert" not in answer.text


def test_a_session_that_ended_shows_the_public_page(browser, desk_service):
    browser.log_in("editor")
    now = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    with desk_service.store.begin() as connection:
        connection.execute(user_session.update().values(expires_at=now - dt.timedelta(days=3)))
    shown = browser.get("/")
    assert shown.status_code == 200
    assert "登录" in shown.text
    assert "张编" not in shown.text


def test_people_of_an_agency_record_and_see_the_consents_that_name_it(browser, desk_service):
    browser.log_in("agent")
    token = {"X-CSRF-Token": browser.get("/v1/session").json()["csrf_token"]}
    person = str(read_profiles(desk_service.store)["profile_id"].iloc[0])
    consent = {
        "profile_id": person,
        "purpose": "推荐面试",
        "valid_from": "2026-11-21",
        "valid_to": "2099-11-20",
    }
    made = browser.post("/v1/consents", json=consent, headers=token)
    assert made.json()["agency"] == "示例人力资源有限公司", made.text
    (seen,) = browser.get("/v1/consents").json()["consents"]
    assert seen["recorded_by"] == "user:agent"
    other = browser.post("/v1/consents", json=consent | {"agency": "别家"}, headers=token)
    assert other.json()["code"] == "consent_of_other"
