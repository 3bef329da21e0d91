"""The administrator, the approver and the data scientist at their pages; an installation without data."""

from __future__ import annotations

import pytest

from tests.api.pages.browser.conftest import NARROW, WIDE

PATHS = {
    "admin": (
        "/office",
        "/office/accounts",
        "/office/accounts/agencies",
        "/office/accounts/keys",
        "/office/accounts/consents",
        "/office/audit",
    ),
    "approver": ("/office", "/office/editions", "/office/editions/2", "/office/objections"),
    "scientist": ("/science",),
    "evaluator": ("/office", "/office/editions/2", "/office/jobs"),
}


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("user_id", PATHS)
def test_every_page_of_a_role_shuts_nobody_out(site, open_tab, user_id, viewport):
    tab = open_tab(site, viewport=viewport)
    tab.log_in(user_id, "/account")
    for path in PATHS[user_id]:
        page = tab.open(path)
        assert page.locator("h1").inner_text() != "没有找到", path
        tab.check()


def test_a_key_is_shown_once(site, open_tab):
    tab = open_tab(site)
    page = tab.log_in("admin", "/office/accounts/keys")
    page.locator("summary").first.click()
    page.get_by_label("属于").select_option(label="示例人力资源有限公司")
    page.get_by_role("button", name="生成密钥").click()
    secret = page.locator("main").inner_text()
    assert "yc_" in secret
    tab.check()
    page.goto(tab.url + "/office/accounts/keys")
    key = next(word for word in secret.split() if word.startswith("yc_"))
    assert key not in page.content()


def test_the_first_user_is_led_from_no_data(empty_site, open_tab):
    tab = open_tab(empty_site)
    page = tab.log_in("editor", "/office")
    now = page.locator(".steps .now")
    assert "导入招聘信息" in now.inner_text()
    tab.check()
    now.get_by_role("link").click()
    page.wait_for_url("**/office/uploads*")
    tab.check()
    for path in ("/", "/catalogues/demand", "/forecasts", "/map", "/downloads", "/indicators", "/method"):
        tab.open(path)
        tab.check()
