"""The public looks: everything can be read, found and sorted without JavaScript."""

from __future__ import annotations

import pytest

from tests.api.pages.browser.conftest import NARROW, WIDE

PATHS = (
    "/",
    "/catalogues/demand",
    "/catalogues/shortage/editions",
    "/forecasts",
    "/forecasts/backtest",
    "/forecasts/city",
    "/map",
    "/indicators",
    "/bulletins",
    "/downloads",
    "/method",
    "/objections",
    "/login",
    "/nowhere",
)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_public_page_shuts_nobody_out(site, open_tab, viewport):
    tab = open_tab(site, viewport=viewport)
    for path in PATHS:
        tab.open(path)
        tab.check()


def test_a_citizen_finds_an_entry_without_javascript(site, open_tab):
    tab = open_tab(site, javascript=False)
    page = tab.open("/")
    total = page.locator(".result").inner_text()
    page.get_by_label("查找").fill("工程")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".result").inner_text() != total
    page.locator("tbody .name a").first.click()
    page.wait_for_url("**/entries/**")
    assert page.locator("h1").is_visible()
    assert "紧缺指数" in page.locator("main").inner_text()
    page.get_by_role("link", name="急需紧缺人才目录", exact=True).first.click()
    page.wait_for_url("**/catalogues/shortage*")
    assert not tab.faults


def test_an_objection_is_raised_without_javascript_and_followed_by_its_receipt(site, open_tab):
    tab = open_tab(site, javascript=False)
    page = tab.open("/objections")
    page.get_by_label("针对的目录版次").select_option(index=1)
    page.get_by_label("内容").fill("人数与我们报的不一致 <script>alert(1)</script>")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/objections/receipts/**")
    assert "工作日" in page.locator("main").inner_text()
    assert "alert" not in page.content()
    assert not tab.faults


def test_points_of_a_chart_are_told_by_the_arrow_keys(site, open_tab):
    tab = open_tab(site)
    page = tab.open("/forecasts/city")
    chart = page.locator("figure[data-read]").first
    chart.focus()
    page.keyboard.press("Home")
    first = chart.locator("output").inner_text()
    page.keyboard.press("ArrowRight")
    assert first != chart.locator("output").inner_text() != ""
    tab.check()
