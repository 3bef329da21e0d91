"""The office works: a file goes from the desk into the store, a queue is worked by the keyboard alone."""

from __future__ import annotations

import re

import pytest

from tests.api.pages.browser.conftest import NARROW, WIDE

FILE = (
    "岗位编号,岗位名称,用人单位,工作地点,需求人数,岗位职责,发布日期\n"
    "b1,岸桥司机,示例港口有限公司,营口市鲅鱼圈区,3,负责集装箱岸桥操作,2026-11-01\n"
    "b2,会计,示例港口有限公司,营口市鲅鱼圈区,许多,负责记账,2026-11-20\n"
    "b3,,示例港口有限公司,营口市鲅鱼圈区,1,<script>alert(1)</script>,2026-11-20\n"
)
EDITOR_PATHS = (
    "/office",
    "/office/uploads",
    "/office/review",
    "/office/review/coding",
    "/office/review/duplicates",
    "/office/review/linter",
    "/office/objections",
    "/office/editions",
    "/office/editions/1",
    "/office/jobs",
    "/account",
)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_of_the_editor_shuts_nobody_out(site, open_tab, viewport):
    tab = open_tab(site, viewport=viewport)
    tab.log_in("editor", "/office")
    for path in EDITOR_PATHS:
        tab.open(path)
        tab.check()


def test_a_file_is_looked_at_confirmed_and_its_faults_are_told(site, open_tab):
    tab = open_tab(site)
    page = tab.log_in("editor", "/office/uploads")
    page.get_by_label(re.compile("选择文件")).set_input_files(
        [{"name": "招聘.csv", "mimeType": "text/csv", "buffer": FILE.encode()}]
    )
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/drafts/**")
    tab.check()
    assert page.get_by_label("岗位职责 对应的字段").input_value() == "duties"
    page.get_by_role("button", name="确认导入").click()
    page.wait_for_url(re.compile(r"/office/uploads/[^/]+$"))
    page.locator("#state .badge.good").wait_for()
    assert page.locator("#state .badge").first.inner_text() != ""
    page.reload()
    faults = page.locator("table.faults").inner_text()
    assert "许多" in faults
    tab.check()


def test_a_queue_of_codes_is_worked_by_the_keyboard_alone(site, open_tab):
    tab = open_tab(site)
    page = tab.log_in("editor", "/office/review/coding?kind=occupation")
    first = page.locator(".case h2").first.inner_text()
    page.keyboard.press("1")
    page.locator(".case.decided").wait_for()
    assert first in page.locator(".case.decided").inner_text()
    page.keyboard.press("u")
    page.locator(".case.decided").wait_for(state="detached")
    assert page.locator(".case h2").first.inner_text() == first
    page.keyboard.press("x")
    page.locator(".case.decided").wait_for()
    assert "不编码" in page.locator(".case.decided").inner_text()
    tab.check()
    page.reload()
    assert first not in [each.inner_text() for each in page.locator(".case h2").all()]


def test_a_file_can_be_handed_in_without_javascript(site, open_tab):
    tab = open_tab(site, javascript=False)
    page = tab.open("/login?next=/office/uploads")
    page.fill("[name=user_id]", "editor")
    page.fill("[name=password]", "海风吹过竖窑旁的第八个冬天")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/uploads")
    page.locator("input[type=file]").set_input_files(
        [{"name": "招聘二.csv", "mimeType": "text/csv", "buffer": FILE.replace("b", "c").encode()}]
    )
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/drafts/**")
    page.get_by_role("button", name="放弃").click()
    assert "没有导入任何内容" in page.locator("main").inner_text()
