"""People, agencies and keys by their pages: who may, what is refused, what is shown once."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest
import sqlalchemy as sa

from data.errors import ConflictError
from data.permissions import Role
from data.store.agencies import Standing, list_agencies, read_agency
from data.store.audit import Action, AuditQuery, read_audit
from data.store.consents import list_consents, record_consent
from data.store.history import read_changes
from data.store.keys import create_key, list_keys, verify_key
from data.store.moments import beijing_today
from data.store.schema import access_log, api_key, profile
from data.store.users import UserStatus, add_user, list_users, lock_user, read_user, set_roles
from tests.api.pages.conftest import PASSWORD

HOSTILE = "<script>alert(1)</script>"
OTHER = "港口边的老榆树又绿了一回"
PAGES = ("", "/people/editor", "/agencies", "/keys")
KEY = re.compile(r"yc_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")
PERSON = {"user_id": "liu.ming", "name": "刘明", "roles": ["editor"], "new": OTHER, "again": OTHER}


def test_only_administrators_manage_accounts(browser):
    assert browser.get("/office/accounts/keys").url.path == "/login"
    for who in ("editor", "approver", "scientist", "agent"):
        browser.log_in(who)
        assert [browser.get(f"/office/accounts{page}").status_code for page in PAGES] == [403] * len(PAGES)


def test_a_form_without_its_token_changes_nothing(browser, desk_service):
    browser.log_in("admin")
    before = list_users(desk_service.store), list_agencies(desk_service.store), list_keys(desk_service.store)
    for path in ("/people", "/people/editor/lock", "/people/editor/password", "/agencies", "/keys"):
        answer = browser.post(f"/office/accounts{path}", data={**PERSON, "csrf_token": "0" * 64})
        assert answer.status_code == 403
    after = list_users(desk_service.store), list_agencies(desk_service.store), list_keys(desk_service.store)
    assert before == after


def test_somebody_gets_an_account_and_can_log_in(browser, desk_service):
    browser.log_in("admin")
    shown = browser.submit("/office/accounts/people", PERSON)
    assert shown.url.path == "/office/accounts/people/liu.ming"
    assert "账户已开立" in shown.text
    assert OTHER not in shown.text
    assert read_user(desk_service.store, "liu.ming").roles == {Role.EDITOR}
    assert "liu.ming" in browser.get("/office/accounts?q=刘明").text
    assert "liu.ming" not in browser.get("/office/accounts?q=张编").text
    assert "没有符合条件的人" in browser.get("/office/accounts?q=谁也不是").text


WRONG = [
    ({"again": "别的一句话别的一句话"}, "两次输入的新口令不一样"),
    ({"new": "短", "again": "短"}, "口令只有 1 个字符"),
    ({"roles": []}, "至少要有一个角色"),
    ({"user_id": "editor"}, "已有用户 editor"),
    ({"agency": "ag_none", "roles": []}, "ag_none"),
]


def test_what_was_typed_is_kept_and_a_password_never_shown(browser):
    browser.log_in("admin")
    for changed, told in WRONG:
        answer = browser.submit("/office/accounts/people", PERSON | changed)
        assert answer.status_code == (404 if "agency" in changed else 400)
        assert told in answer.text
        assert 'value="刘明"' in answer.text
        assert OTHER not in answer.text


def test_somebody_of_an_agency_has_its_role_and_no_other(browser, desk_service):
    (agency,) = list_agencies(desk_service.store)
    browser.log_in("admin")
    fields = PERSON | {"agency": agency.agency_id, "roles": []}
    assert agency.name in browser.submit("/office/accounts/people", fields).text
    assert read_user(desk_service.store, "liu.ming").roles == {Role.AGENCY}
    answer = browser.submit("/office/accounts/people/liu.ming/roles", {"roles": ["admin"]})
    assert answer.status_code == 400
    assert "与所属不符" in answer.text


def test_roles_are_changed_and_an_account_is_locked_and_unlocked(browser, desk_service):
    browser.log_in("admin")
    page = "/office/accounts/people/editor"
    assert "角色已改换" in browser.submit(f"{page}/roles", {"roles": ["editor", "approver"]}).text
    assert read_user(desk_service.store, "editor").roles == {Role.EDITOR, Role.APPROVER}
    assert "账户已锁定" in browser.submit(f"{page}/lock").text
    assert read_user(desk_service.store, "editor").status is UserStatus.LOCKED
    assert "账户已解锁" in browser.submit(f"{page}/unlock").text
    assert read_user(desk_service.store, "editor").status is UserStatus.ACTIVE


def test_nobody_shuts_themselves_out(browser, desk_service):
    add_user(desk_service.store, "second", name="副管", roles=[Role.ADMIN], password=OTHER, actor="测试")
    browser.log_in("admin")
    page = "/office/accounts/people/admin"
    for path, fields in (
        ("lock", {}),
        ("roles", {"roles": ["editor"]}),
        ("roles", {"roles": ["admin", "editor", "approver"]}),
        ("password", {"new": OTHER, "again": OTHER}),
    ):
        answer = browser.submit(f"{page}/{path}", fields)
        assert answer.status_code == 409, path
        assert "own_account" in answer.text
    assert "不能锁定自己的账户" in browser.get(page).text
    assert read_user(desk_service.store, "admin").roles == {Role.ADMIN}


def test_the_last_administrator_stays(browser, desk_service):
    store = desk_service.store
    with pytest.raises(ConflictError, match="最后一位"):
        lock_user(store, "admin", actor="测试", keep_admin=True)
    with pytest.raises(ConflictError, match="最后一位"):
        set_roles(store, "admin", [Role.EDITOR], actor="测试", keep_admin=True)
    assert read_user(store, "admin").status is UserStatus.ACTIVE
    set_roles(store, "editor", [Role.ADMIN], actor="测试")
    browser.log_in("editor")
    assert "账户已锁定" in browser.submit("/office/accounts/people/admin/lock").text
    assert read_user(store, "admin").status is UserStatus.LOCKED
    assert browser.submit("/office/accounts/people/editor/lock").status_code == 409


def test_a_reset_password_opens_the_account_and_is_shown_nowhere(browser, desk_service):
    browser.log_in("admin")
    page = "/office/accounts/people/editor/password"
    assert browser.submit(page, {"new": OTHER, "again": "x"}).status_code == 400
    shown = browser.submit(page, {"new": OTHER, "again": OTHER})
    assert "口令已改换" in shown.text
    assert OTHER not in shown.text
    assert browser.submit("/logout").url.path == "/login"
    assert browser.post("/login", data={"user_id": "editor", "password": PASSWORD}).status_code == 401
    browser.post("/login", data={"user_id": "editor", "password": OTHER})
    assert "张编" in browser.get("/account").text


def test_a_hostile_name_is_only_a_name(browser, desk_service):
    add_user(desk_service.store, "bad", name=HOSTILE, roles=[Role.EDITOR], password=OTHER, actor="测试")
    browser.log_in("admin")
    fields = {
        "name": f'"{HOSTILE}',
        "licence_number": HOSTILE,
        "contact": HOSTILE,
        "licence_from": "2026-01-01",
    }
    pages = [
        browser.get("/office/accounts?q=<script>"),
        browser.get("/office/accounts/people/bad"),
        browser.submit("/office/accounts/agencies", fields),
        browser.submit("/office/accounts/agencies", fields | {"licence_to": "2027-01-01"}),
        browser.get("/office/accounts/agencies"),
        browser.submit("/office/accounts/keys", {"holder": HOSTILE, "scopes": "matches:read"}),
        browser.get("/office/accounts/keys"),
    ]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text


def test_an_agency_is_registered_renewed_suspended_and_resumed(browser, desk_service):
    browser.log_in("admin")
    fields = {
        "name": "新港人力", "licence_number": "2108-0002", "licence_from": "2026-01-01",
        "licence_to": "2025-01-01", "contact": "业务部",
    }  # fmt: skip
    wrong = browser.submit("/office/accounts/agencies", fields)
    assert wrong.status_code == 400
    assert 'value="新港人力"' in wrong.text
    assert "早于起始日" in wrong.text
    today = beijing_today()
    soon = str(today + dt.timedelta(days=20))
    made = browser.submit(
        "/office/accounts/agencies", fields | {"licence_from": "2020-01-01", "licence_to": soon}
    )
    assert "天后到期" in made.text
    page = made.url.path
    agency_id = page.rsplit("/", 1)[1]
    renewed = {"licence_number": "2108-0002", "licence_from": "2020-01-01", "licence_to": "2021-01-01"}
    assert "许可证已到期" in browser.submit(f"{page}/renew", renewed).text
    browser.submit(f"{page}/renew", renewed | {"licence_to": "2099-01-01"})
    assert "机构已暂停" in browser.submit(f"{page}/suspend").text
    assert read_agency(desk_service.store, agency_id).standing(today) is Standing.SUSPENDED
    assert "机构已恢复" in browser.submit(f"{page}/resume").text
    assert read_agency(desk_service.store, agency_id).standing(today) is Standing.GOOD
    assert browser.get("/office/accounts/agencies/ag_none").status_code == 404
    assert browser.submit(f"{page}/renew", {"licence_number": "x"}).status_code == 400


def test_a_key_is_shown_once_and_its_hash_alone_kept(browser, desk_service):
    browser.log_in("admin")
    shown = browser.submit(
        "/office/accounts/keys", {"holder": "统计程序", "scopes": ["matches:read"], "days": "30"}
    )
    assert shown.status_code == 201
    assert "no-store" in shown.headers["cache-control"]
    (key,) = set(KEY.findall(shown.text))
    credential = verify_key(desk_service.store, key)
    assert credential is not None
    assert credential.scopes == {"matches:read"}
    with desk_service.store.read() as connection:
        (row,) = connection.execute(sa.select(api_key)).mappings().all()
    assert row["key_sha256"] == hashlib.sha256(key.encode()).hexdigest()
    assert key not in str(dict(row))
    for page in ("/office/accounts/keys", f"/office/accounts/keys/{credential.key_id}"):
        assert credential.key_id in browser.get(page).text
        assert key not in browser.get(page).text


def test_a_key_is_replaced_with_an_overlap_and_revoked(browser, desk_service):
    key = create_key(desk_service.store, "旧程序", actor="测试")
    page = f"/office/accounts/keys/{key.split('_')[1]}"
    browser.log_in("admin")
    assert browser.submit(f"{page}/rotate", {"overlap": "91"}).status_code == 400
    assert "不是整数" in browser.submit(f"{page}/rotate", {"overlap": "七天"}).text
    shown = browser.submit(f"{page}/rotate", {"overlap": "3"})
    (new,) = set(KEY.findall(shown.text))
    assert verify_key(desk_service.store, new) is not None
    assert verify_key(desk_service.store, key).expires_at is not None
    assert "密钥已停用" in browser.submit(f"{page}/revoke").text
    assert verify_key(desk_service.store, key) is None
    assert "不能恢复" in browser.get(page).text
    assert browser.get("/office/accounts/keys/000000000000").status_code == 404


BAD_KEYS = [
    ({"holder": "程序"}, "密钥没有任何权限"),
    ({"holder": "user:admin", "scopes": "matches:read"}, "不能用"),
    ({"holder": "程序", "scopes": "matches:read", "days": "0"}, "有效天数 0 超出范围"),
]


def test_a_key_that_cannot_be_made_is_refused(browser, desk_service):
    browser.log_in("admin")
    for fields, told in BAD_KEYS:
        answer = browser.submit("/office/accounts/keys", fields)
        assert answer.status_code == 400
        assert told in answer.text
        assert f'value="{fields["holder"]}"' in answer.text
    assert list_keys(desk_service.store) == []


def test_the_key_of_an_agency_bears_its_name_and_opens_nothing_of_the_office(browser, desk_service):
    (agency,) = list_agencies(desk_service.store)
    browser.log_in("admin")
    barred = browser.submit("/office/accounts/keys", {"agency": agency.agency_id, "scopes": "audit:read"})
    assert barred.status_code == 400
    assert browser.submit("/office/accounts/keys", {"agency": agency.agency_id, "scopes": "matches:read"})
    (row,) = list_keys(desk_service.store)
    assert row["holder"] == agency.name


def _consent(store):
    with store.read() as connection:
        profile_id = connection.execute(sa.select(profile.c.profile_id).limit(1)).scalar_one()
    day = dt.date(2026, 1, 1)
    number = record_consent(
        store, profile_id, agency="示例人力资源有限公司", purpose=HOSTILE, valid_from=day,
        valid_to=dt.date(2099, 1, 1), recorded_by="user:editor",
    )  # fmt: skip
    return profile_id, number


def test_a_consent_is_found_and_withdrawn_and_each_look_is_in_the_audit(browser, desk_service):
    profile_id, number = _consent(desk_service.store)
    browser.log_in("editor")
    shown = browser.get(f"/office/accounts/consents?profile={profile_id}")
    assert profile_id in shown.text
    assert "<script>alert" not in shown.text
    assert "没有符合条件" in browser.get("/office/accounts/consents?profile=nobody").text
    assert browser.post(f"/office/accounts/consents/{number}/withdraw").status_code == 403
    after = browser.submit(f"/office/accounts/consents/{number}/withdraw")
    assert "同意已撤回" in after.text
    assert list_consents(desk_service.store, profile_id)[0]["withdrawn_at"] is not None
    with desk_service.store.read() as connection:
        noted = set(connection.execute(sa.select(access_log.c.action)).scalars())
    assert {Action.READ_CONSENTS, Action.WITHDRAW_CONSENT} <= noted


def test_a_consent_is_taken_down_on_the_page_and_what_was_typed_stays(browser, desk_service):
    store = desk_service.store
    (agency,) = list_agencies(store)
    with store.read() as connection:
        profile_id = connection.execute(sa.select(profile.c.profile_id).limit(1)).scalar_one()
    browser.log_in("editor")
    page = "/office/accounts/consents"
    agreed = {
        "profile_id": profile_id,
        "agency": agency.name,
        "purpose": "推荐面试",
        "valid_from": "2026-11-01",
        "valid_to": "2099-01-01",
    }
    for wrong, code in (
        ({"profile_id": "nobody"}, "profile_unknown"),
        ({"purpose": " "}, "consent_blank"),
        ({"valid_to": "2026-01-01"}, "consent_period"),
        ({"valid_to": "明年"}, "date_unreadable"),
    ):
        refused = browser.submit(page, agreed | wrong)
        assert refused.status_code == (404 if code == "profile_unknown" else 400)
        assert code in refused.text
        assert 'value="2026-11-01"' in refused.text
    assert list_consents(store, profile_id) == []
    assert browser.post(page, data=agreed).status_code == 403
    assert "同意已登记" in browser.submit(page, agreed).text
    (kept,) = list_consents(store, profile_id)
    assert (kept["agency"], kept["recorded_by"]) == (agency.name, "user:editor")
    (change,) = read_changes(store, table_name="consent", row_key=str(kept["consent_id"]))
    assert change["kind"] == "granted"
    wanted = AuditQuery(subject=profile_id)
    noted = read_audit(store, wanted, key=desk_service.pseudonym_key, limit=20)
    assert Action.RECORD_CONSENT in {each.action for each in noted}
    for user_id in ("admin", "agent"):
        browser.submit("/logout")
        browser.log_in(user_id)
        assert browser.submit(page, agreed).status_code == 403


def test_whoever_manages_accounts_is_told_who_sees_consents(browser, desk_service):
    profile_id, number = _consent(desk_service.store)
    browser.log_in("admin")
    shown = browser.get("/office/accounts/consents")
    assert "您不能查看同意记录" in shown.text
    assert "张编" in shown.text
    assert profile_id not in shown.text
    assert browser.submit(f"/office/accounts/consents/{number}/withdraw").status_code == 403
    lock_user(desk_service.store, "editor", actor="测试")
    assert "现在没有人有这个角色" in browser.get("/office/accounts/consents").text


def test_an_agency_has_no_page_of_consents(browser, desk_service):
    _, number = _consent(desk_service.store)
    browser.log_in("agent")
    assert browser.get("/office/accounts/consents").status_code == 403
    assert browser.submit(f"/office/accounts/consents/{number}/withdraw").status_code == 403


def test_without_consents_the_page_offers_to_record_one(browser):
    browser.log_in("editor")
    shown = browser.get("/office/accounts/consents").text
    assert "还没有同意记录" in shown
    assert "登记同意" in shown
