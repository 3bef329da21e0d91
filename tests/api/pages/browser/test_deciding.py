"""An edition is decided by a second person: who made the step before may not, who may gives a reason."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from data.permissions import Role
from data.releases.lifecycle import Deed, advance
from data.releases.registry import find_release
from data.releases.states import EditionState
from data.store.users import add_user
from tests.api.commands.test_edition import DAYS, evidence_for
from tests.api.pages.conftest import PASSWORD

HERE = "/office/editions/2"
DECIDED = {"finalised", "signed", "published"}


@pytest.fixture(scope="module")
def chief(site):
    """Somebody who makes editions and decides on them."""
    roles = [Role.EDITOR, Role.APPROVER]
    add_user(site.service.store, "chief", name="钱主任", roles=roles, password=PASSWORD, actor="测试")
    return "chief"


@pytest.fixture(scope="module")
def consulted(site, chief):
    """Return the edition after the chief brought it to the end of its consultation."""
    store = site.service.store
    edition = find_release(store, 2).latest.edition_id
    document = site.service.documents.read(edition).catalogue.model_dump(mode="json")
    for state, day in DAYS.items():
        if state not in DECIDED:
            now = dt.datetime.now(dt.UTC)
            deed = Deed(f"user:{chief}", "办公室", "按程序办理", dt.date.fromisoformat(day), now)
            advance(store, 2, EditionState(state), deed, evidence=evidence_for(state, document))
    return 2


def test_a_second_person_decides_with_a_reason_and_it_stands_in_the_history(site, open_tab, consulted):
    page = open_tab(site).log_in("editor", HERE)
    assert "这一步由有“审定、签发目录版次”权限的人办理" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="办理“审定”").count() == 0

    own = open_tab(site)
    page = own.log_in("chief", HERE)
    assert "“审定”须由另一人办理，您不能办理这一步" in page.locator(".two").inner_text()
    assert page.get_by_role("button", name="办理“审定”").is_disabled()
    assert "上一步由同一人办理" in page.locator("#checks").inner_text()
    own.check()

    tab = open_tab(site)
    page = tab.log_in("approver", HERE)
    take = page.get_by_role("button", name="办理“审定”")
    assert take.is_enabled()
    take.focus()
    page.keyboard.press("Enter")
    assert page.get_by_label("理由", exact=True).evaluate("field => field.validity.valueMissing")
    page.get_by_label("角色", exact=True).fill("领导小组办公室")
    page.get_by_label("办理日").fill(DAYS["finalised"])
    page.get_by_label("理由", exact=True).fill("会议审议通过")
    take.click()
    page.get_by_role("alert").wait_for()
    tab.check()
    page.get_by_label(re.compile("审定机关")).fill("人才工作领导小组")
    page.get_by_label(re.compile("审定日期")).fill(DAYS["finalised"])
    page.locator("#checks").get_by_text("各项齐备，可以办理").wait_for()
    page.get_by_role("button", name="办理“审定”").click()
    page.wait_for_url("**?done=finalised")
    newest = page.get_by_role("region", name="历史").locator("tbody tr").first.inner_text()
    assert all(word in newest for word in ("审定", "李审", "领导小组办公室", "会议审议通过"))
    assert page.get_by_role("button", name="办理“签发”").is_disabled()
    tab.check()


def test_an_edition_is_refused_for_good_after_a_question(site, open_tab, consulted):
    store = site.service.store
    now = dt.datetime.now(dt.UTC)
    deed = Deed("user:editor", "办公室", "送审", dt.date.fromisoformat(DAYS["dept_review"]), now)
    document = site.service.documents.read(find_release(store, 1).latest.edition_id)
    shown = evidence_for("dept_review", document.catalogue.model_dump(mode="json"))
    advance(store, 1, EditionState.DEPT_REVIEW, deed, evidence=shown)
    tab = open_tab(site)
    page = tab.log_in("approver", "/office/editions/1")
    page.get_by_role("link", name="否决", exact=True).click()
    page.get_by_label("理由", exact=True).fill("样本不足，退回重做")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="办理“否决”").click()
    assert "不能恢复" in asked[0]
    assert find_release(store, 1).state is EditionState.DEPT_REVIEW
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="办理“否决”").click()
    page.wait_for_url("**?done=rejected")
    newest = page.get_by_role("region", name="历史").locator("tbody tr").first.inner_text()
    assert all(word in newest for word in ("否决", "李审", "样本不足，退回重做"))
    assert page.get_by_role("button", name=re.compile("办理“")).count() == 0
    tab.check()
