"""The audit by its page: who may look, what is found, that the look is in it, that the chain is checked."""

from __future__ import annotations

import csv
import io
import re

import sqlalchemy as sa

from api.jobs.registry import workers_of
from data.store.audit import Access, Action, AuditQuery, read_audit, record_access
from data.store.audit_chain import audit_anchor

HOSTILE = "=<script>alert(1)</script>"


def _noted(service, count, actor="user:editor", profile_id="P1"):
    for _ in range(count):
        access = Access(actor=actor, action=Action.READ_PERSON, results=1, profile_id=profile_id)
        record_access(service.store, access, key=service.pseudonym_key)


def _work(service):
    for worker in workers_of(service, threads=1)._workers:
        worker.run(until_idle=True)


def test_only_who_may_read_the_audit_sees_it(browser):
    assert browser.get("/office/audit").url.path == "/login"
    for who in ("editor", "approver", "scientist", "agent"):
        browser.log_in(who)
        for page in ("", "/export.csv", "/check"):
            assert browser.get(f"/office/audit{page}").status_code == 403
        assert browser.submit("/office/audit/check").status_code == 403
    browser.log_in("admin")
    assert browser.post("/office/audit/check").status_code == 403


def test_entries_are_found_and_the_look_is_one_of_them(browser, desk_service):
    _noted(desk_service, 1)
    _noted(desk_service, 1, actor=HOSTILE, profile_id="P2")
    browser.log_in("admin")
    shown = browser.get("/office/audit").text
    assert "张编" in shown
    assert "<script>alert" not in shown
    look = read_audit(
        desk_service.store, AuditQuery(action=Action.READ_AUDIT), key=desk_service.pseudonym_key
    )[0]
    # The city may have been looked at before: a page holds 50, and this look is not on it yet.
    shown_then = min(50, look.number - 1)
    assert (look.actor, look.route, look.results) == ("user:admin", "GET /office/audit", shown_then)
    assert "查询审计记录" in browser.get("/office/audit?action=audit.read").text
    only = browser.get("/office/audit?subject=P1").text
    assert only.count('data-label="编号"') == 1
    assert "没有符合条件的审计记录" in browser.get("/office/audit?subject=P3").text
    assert "没有符合条件的审计记录" in browser.get("/office/audit?since=2099-01-01").text
    assert "没有符合条件的审计记录" in browser.get("/office/audit?until=2020-01-01").text
    assert "没有符合条件的审计记录" not in browser.get("/office/audit?since=2020-01-01&until=2098-01-01").text


def test_a_period_that_cannot_be_read_is_told_and_kept(browser):
    browser.log_in("admin")
    for address, told in (
        ("since=昨天&actor=甲", "不是日期"),
        ("since=2026-02-01&until=2026-01-01&actor=甲", "早于起始日"),
        ("until=9999-12-31&actor=甲", "不在可查的范围"),
    ):
        shown = browser.get(f"/office/audit?{address}")
        assert shown.status_code == 400
        assert told in shown.text
        assert 'value="甲"' in shown.text
    assert browser.get("/office/audit/export.csv?since=x").status_code == 400


def test_pages_follow_one_another_without_a_gap(browser, desk_service):
    _noted(desk_service, 60, actor="甲")
    browser.log_in("admin")
    shown = browser.get("/office/audit?actor=甲").text
    assert shown.count('data-label="编号"') == 50
    assert "更早的记录" in shown
    (before,) = re.findall(r"before=(\d+)", shown)
    rest = browser.get(f"/office/audit?actor=甲&before={before}").text
    assert rest.count('data-label="编号"') == 10
    assert "更早的记录" not in rest
    assert "最近的记录" in rest


def test_the_table_to_take_along_holds_all_and_no_formula(browser, desk_service):
    _noted(desk_service, 3, actor=HOSTILE)
    browser.log_in("admin")
    answer = browser.get("/office/audit/export.csv", params={"actor": HOSTILE})
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert {row[2] for row in rows[1:]} == {f"'{HOSTILE}"}
    newest = read_audit(desk_service.store, AuditQuery(), key=desk_service.pseudonym_key, limit=1)
    assert newest[0].route == "GET /office/audit/export.csv"


def test_the_chain_is_checked_in_the_background_and_an_alteration_shows(browser, desk_service):
    _noted(desk_service, 3)
    anchor = audit_anchor(desk_service.store).model_dump_json()
    browser.log_in("admin")
    assert "还没有核对过" in browser.get("/office/audit").text
    assert "不是锚点" in browser.submit("/office/audit/check", {"anchors": "x"}).text
    shown = browser.submit("/office/audit/check", {"anchors": anchor}).text
    assert "every 2s" in shown
    assert "排队中" in shown
    _work(desk_service)
    part = browser.get("/office/audit/check").text
    assert "首尾相接，与 1 个锚点相符" in part
    assert "every 2s" not in part
    with desk_service.store.engine.begin() as connection:
        for (name,) in connection.execute(
            sa.text("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='access_log'")
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE access_log SET actor = 'x' WHERE access_id = 2")
    browser.submit("/office/audit/check")
    _work(desk_service)
    told = browser.get("/office/audit").text
    assert "处问题" in told
    assert "第 2 条" in told


def test_watching_a_check_fills_the_audit_with_nothing(browser, desk_service):
    browser.log_in("admin")
    browser.get("/office/audit/check")
    before = audit_anchor(desk_service.store).number
    browser.get("/office/audit/check")
    assert audit_anchor(desk_service.store).number == before
