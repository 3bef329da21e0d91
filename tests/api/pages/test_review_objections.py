"""Objections as the office works on them: listed by their term, answered once, closed to agencies."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest

from data.catalogue.entries import CatalogueKind
from data.releases.registry import list_releases, read_document
from data.releases.ticket_lists import assignments_of
from data.releases.tickets import Opinion, TicketKind, find_ticket, raise_ticket
from data.store.history import read_changes
from data.store.moments import beijing_today

TODAY = beijing_today()
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


def test_the_first_page_of_the_office_leads_to_every_one_that_waits(browser, tickets):
    browser.log_in("editor")
    shown = browser.get("/office").text
    for each in tickets:
        assert f'href="/office/objections/{each.receipt}"' in shown


def test_one_is_read_beside_its_entry_assigned_and_answered_once(browser, desk_service, tickets):
    late = tickets[1]
    path = f"/office/objections/{late.receipt}"
    browser.log_in("approver")
    shown = browser.get(path).text
    assert late.entry_id in shown
    assert "<script>alert" not in shown
    assert "None" not in shown
    wrong = browser.submit(f"{path}/answer", {"outcome": "也许", "text": "已复核<b>"})
    assert (wrong.status_code, "没有选择采纳情况" in wrong.text) == (400, True)
    assert "已复核&lt;b&gt;</textarea>" in wrong.text
    assert browser.submit(f"{path}/assignee", {"user_id": "nobody"}).status_code == 404
    told = browser.submit(f"{path}/assignee", {"user_id": "editor"}).text
    assert "已分派" in told
    assert "李审 分派给 张编" in told
    (change,) = read_changes(desk_service.store, table_name="edition_ticket", row_key=str(late.ticket_id))
    assert (change["actor"], change["fields"]) == ("user:approver", {"assigned_to": [None, "editor"]})
    browser.submit(f"{path}/assignee", {"user_id": "editor"})
    assert len(assignments_of(desk_service.store, late)) == 1
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


def test_many_are_listed_page_by_page(browser, desk_service, tickets):
    opinion = Opinion(kind=TicketKind.COMMENT, raised_by="某企业", text="建议")
    for _ in range(20):
        raise_ticket(desk_service.store, tickets[0].release_id, opinion, received_on=TODAY)
    browser.log_in("editor")
    first = browser.get("/office/objections").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = browser.get(html.unescape(following[1])).text
    receipts = [set(re.findall(r"YY[0-9a-f]{16}", each)) for each in (first, second)]
    assert [len(each) for each in receipts] == [20, 2]
    assert receipts[0].isdisjoint(receipts[1])
    assert "共 22 件" in second
    assert "回到第一页" in second
    assert 'rel="next"' not in second
    assert browser.get("/office/objections?state=late&cursor=AAAA").status_code == 400
