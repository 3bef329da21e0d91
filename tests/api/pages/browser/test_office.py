"""The office works: a file goes from the desk into the store, a queue is worked by the keyboard alone."""

from __future__ import annotations

import re

import pytest
from python_calamine import CalamineWorkbook

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
    "/office/records/posting",
    "/office/accounts/consents",
    "/office/indicators?region=haicheng",
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


def test_what_is_skipped_stands_last_until_the_next_log_in(site, open_tab):
    tab = open_tab(site)
    path = "/office/review/coding?kind=occupation"
    page = tab.log_in("editor", path)
    texts = page.locator(".case h2").all_inner_texts()
    page.keyboard.press("s")
    assert page.locator(".case.current h2").inner_text() == texts[1]
    page.reload()
    assert page.locator(".case.current h2").inner_text() == texts[1]
    assert page.locator(".case h2").last.inner_text() == texts[0]
    assert page.locator(".case.skipped .tag.later").inner_text() == "已跳过"
    tab.check()
    page.keyboard.press("ArrowUp")
    page.locator(".case").last.focus()
    page.keyboard.press("s")
    assert page.locator(".case.skipped").count() == 0
    page.locator(".case").last.focus()
    page.keyboard.press("s")
    page.get_by_role("button", name=re.compile("退出")).first.click()
    tab.log_in("editor", path)
    assert page.locator(".case h2").first.inner_text() == texts[0]


def test_a_code_is_looked_up_and_chosen_by_the_keyboard_and_undo_brings_it_back(site, open_tab):
    tab = open_tab(site)
    page = tab.log_in("editor", "/office/review/coding?kind=occupation")
    page.keyboard.press("ArrowDown")
    case = page.locator(".case.current")
    text = case.locator("h2").inner_text()
    assert text == page.locator(".case h2").nth(1).inner_text()
    page.keyboard.press("/")
    page.keyboard.type("会计专业人员")
    hits = case.locator(".terms button")
    hits.first.wait_for()
    tab.check()
    page.keyboard.press("ArrowDown")
    chosen = page.evaluate("document.activeElement.value")
    assert chosen == hits.first.get_attribute("value")
    page.keyboard.press("Enter")
    decided = page.locator(".case.decided")
    decided.wait_for()
    assert text in decided.inner_text()
    assert chosen in decided.inner_text()
    page.keyboard.press("u")
    decided.wait_for(state="detached")
    assert page.locator(".case.current h2").inner_text() == text
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.case.current')")
    tab.check()


def test_a_dropped_file_leads_over_its_columns_to_the_rows_to_correct(site, open_tab, tmp_path):
    tab = open_tab(site)
    page = tab.log_in("editor", "/office/uploads")
    content = FILE.replace("b", "d").replace("岗位名称", "招什么人")
    dropped = page.evaluate_handle(
        """content => {
            const held = new DataTransfer();
            held.items.add(new File([content], "拖入.csv", { type: "text/csv" }));
            return held;
        }""",
        content,
    )
    page.dispatch_event("#drop", "dragenter", {"dataTransfer": dropped})
    assert "over" in (page.locator("#drop").get_attribute("class") or "")
    page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})
    assert page.locator("#f-file").evaluate("field => field.files[0].name") == "拖入.csv"
    tab.tab_to("#drop button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/drafts/**")
    column = page.get_by_label("招什么人 对应的字段")
    assert column.input_value() == ""
    column.select_option("title")
    page.get_by_role("button", name="重新试读").click()
    page.get_by_role("cell", name="岸桥司机").first.wait_for()
    tab.check()
    page.get_by_role("button", name="确认导入").click()
    page.wait_for_url(re.compile(r"/office/uploads/[^/]+$"))
    page.locator("#state .badge.good").wait_for()
    page.reload()
    assert "没有填写" in page.locator("table.faults").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("下载更正用表（1 行）")).click()
    download.value.save_as(tmp_path / "更正.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "更正.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0][-1] == "更正提示"
    assert [row[0] for row in rows[1:]] == ["d3"]
    assert "没有填写" in rows[1][-1]
    assert not tab.faults


def test_a_file_can_be_handed_in_without_javascript(site, open_tab):
    tab = open_tab(site, javascript=False)
    page = tab.log_in("editor", "/office/uploads")
    page.locator("input[type=file]").set_input_files(
        [{"name": "招聘二.csv", "mimeType": "text/csv", "buffer": FILE.replace("b", "c").encode()}]
    )
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url("**/drafts/**")
    page.get_by_role("button", name="放弃").click()
    assert "没有导入任何内容" in page.locator("main").inner_text()
