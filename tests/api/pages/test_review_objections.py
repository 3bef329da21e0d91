"""Objections as the office works on them: listed by their term, answered once, closed to agencies."""

from __future__ import annotations

import datetime as dt

import pytest

from data.catalogue.entries import CatalogueKind
from data.releases.registry import list_releases, read_document
from data.releases.tickets import Opinion, TicketKind, find_ticket, raise_ticket
from data.store.moments import beijing_day

TODAY = beijing_day(dt.datetime.now(dt.UTC))
HOSTILE = "<script>alert(1)</script>需求偏低"


@pytest.fixture
def tickets(desk_service):
    """Return two tickets: one on an entry that is overdue, one on an edition that came today."""
    store = desk_service.store
    release = list_releases(store, desk_service.region.name, kind=CatalogueKind.SHORTAGE)[0]
    entry = read_document(store, release).entries[0]
    made = []
    for kind, text, entry_id, day in (
        (TicketKind.COMMENT, "建议注明来源", None, TODAY),
        (TicketKind.OBJECTION, HOSTILE, entry.entry_id, TODAY - dt.timedelta(days=60)),
    ):
        opinion = Opinion(kind=kind, raised_by="某企业", text=text, entry_id=entry_id)
        made.append(raise_ticket(store, release.release_id, opinion, received_on=day))
    return made


def test_what_is_due_first_stands_first_and_what_is_overdue_is_marked(browser, tickets):
    new, late = tickets
    browser.log_in("editor")
    shown = browser.get("/office/objections").text
    assert shown.index(late.receipt) < shown.index(new.receipt)
    assert "超期" in shown
    assert "<script>alert" not in shown
    only = browser.get("/office/objections?state=late").text
    assert late.receipt in only
    assert new.receipt not in only
    assert new.receipt in browser.get("/office/objections?kind=意见").text
    assert late.receipt not in browser.get(f"/office/objections?kind=意见&release={new.release_id}").text
    assert "还没有答复过" in browser.get("/office/objections?state=answered").text


def test_one_is_read_beside_its_entry_assigned_and_answered_once(browser, desk_service, tickets):
    late = tickets[1]
    path = f"/office/objections/{late.receipt}"
    browser.log_in("approver")
    shown = browser.get(path).text
    assert late.entry_id in shown
    assert "<script>alert" not in shown
    wrong = browser.submit(f"{path}/answer", {"outcome": "也许", "text": "已复核<b>"})
    assert (wrong.status_code, "没有选择采纳情况" in wrong.text) == (400, True)
    assert "已复核&lt;b&gt;</textarea>" in wrong.text
    assert browser.submit(f"{path}/assignee", {"user_id": "nobody"}).status_code == 404
    assert "已分派" in browser.submit(f"{path}/assignee", {"user_id": "editor"}).text
    done = browser.submit(f"{path}/answer", {"outcome": "采纳", "text": "已重算"})
    assert "答复已记下" in done.text
    assert "李审" in done.text
    kept = find_ticket(desk_service.store, late.receipt)
    assert (kept.answer, kept.answered_by, kept.assigned_to) == ("已重算", "user:approver", "editor")
    again = browser.submit(f"{path}/answer", {"outcome": "不采纳", "text": "改主意"})
    assert (again.status_code, "ticket_answered" in again.text) == (409, True)
    assert late.receipt in browser.get("/office/objections?state=answered").text
    assert browser.get("/office/objections/YY0").status_code == 404


def test_others_may_look_or_not_but_never_answer(browser, desk_service, tickets):
    path = f"/office/objections/{tickets[0].receipt}"
    fields = {"outcome": "采纳", "text": "甲"}
    browser.log_in("evaluator")
    assert "您的角色只能查看" in browser.get(path).text
    assert browser.submit(f"{path}/answer", fields).status_code == 403
    assert browser.post(f"{path}/answer", data=fields).status_code == 403
    for user in ("agent", "admin"):
        browser.submit("/logout")
        browser.log_in(user)
        assert browser.get(path).status_code == 403
        assert browser.get("/office/objections").status_code == 403
        assert browser.submit(f"{path}/answer", fields).status_code == 403
    assert find_ticket(desk_service.store, tickets[0].receipt).outcome is None
