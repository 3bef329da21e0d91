"""An agency asks for people: the count follows what it asks, the answer says why, a list is kept."""

from __future__ import annotations

import pytest

from tests.api.pages.browser.conftest import NARROW, WIDE

PATHS = ("/agency", "/agency/match", "/agency/jobs-for", "/agency/shortlists", "/agency/access")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_of_an_agency_shuts_nobody_out(site, open_tab, viewport):
    tab = open_tab(site, viewport=viewport)
    tab.log_in("agent", "/agency")
    for path in PATHS:
        tab.open(path)
        tab.check()


def test_people_are_counted_while_one_asks_then_ranked_with_reasons_and_kept(site, open_tab):
    tab = open_tab(site)
    page = tab.log_in("agent", "/agency/match")
    before = page.locator("#count").inner_text()
    page.get_by_label("岗位", exact=True).fill("设备维修工程师")
    page.get_by_role("textbox", name="能力").fill("设备维护、PLC")
    page.get_by_label("学历或同等技能等级").select_option(label="硕士")
    page.wait_for_function("before => document.querySelector('#count').innerText !== before", arg=before)
    page.get_by_label("学历或同等技能等级").select_option(index=0)
    page.get_by_role("button", name="找人").click()
    page.locator("article.person").first.wait_for()
    assert page.locator("article.person").count() == 10
    assert "合成数据" in page.locator("#answer").inner_text()
    tab.check()
    page.get_by_text("保存这次检索", exact=True).click()
    page.get_by_role("button", name="保存并运行").click()
    page.wait_for_url("**/agency/shortlists/**")
    tab.check()


def test_two_people_are_compared_without_javascript(site, open_tab):
    tab = open_tab(site, javascript=False)
    page = tab.log_in("agent", "/agency/match")
    page.get_by_label("岗位", exact=True).fill("会计")
    page.get_by_role("button", name="找人").click()
    picks = page.get_by_label("比较", exact=True)
    picks.nth(0).check()
    picks.nth(1).check()
    page.get_by_role("button", name="比较勾选的两人").click()
    assert page.locator("table").first.is_visible()
    assert page.locator("h1").inner_text() == "两人比较"
    assert not tab.faults


def test_an_agency_asks_by_the_keyboard_alone(site, open_tab):
    tab = open_tab(site)
    page = tab.log_in("agent", "/agency/match")
    tab.tab_to("#f-title")
    page.keyboard.type("会计")
    page.keyboard.press("Enter")
    page.locator("article.person").first.wait_for()
    tab.tab_to("article.person input[name=pair]")
    page.keyboard.press("Space")
    tab.tab_to("article.person input[name=pair]")
    page.keyboard.press("Space")
    assert page.locator("input[name=pair]:checked").count() == 2
    tab.check()
